"""What the ledger says of sealed cohorts."""

from __future__ import annotations

from esc_tui.bank.evolution import Cohort
from esc_tui.domain.evolution import SeekerGroup
from esc_tui.domain.labels import Need
from esc_tui.evolve.cohorts import drawn_because


def cohort(number: int, seekers: int, group: SeekerGroup | None = None) -> Cohort:
    return Cohort(number=number, shelf="confirm", seed=7, group=group or SeekerGroup(), hash="", time="", retired=None,
                  targets=tuple(f"c{number}-{place}" for place in range(seekers)), others=(), confirmations=0)


def test_a_second_cohort_of_a_group_says_why_it_was_drawn() -> None:
    all_ = [cohort(4, 24), cohort(3, 24), cohort(2, 16, SeekerGroup(need=Need.BE_PRAISED)), cohort(1, 12)]
    assert [drawn_because(one, all_) for one in all_] == [
        "drawn because cohort 3 was worn", "drawn because more were needed than cohort 1 has", "", ""]
