"""How the interval of a verification narrowed: of those who count in its looks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from esc_tui.bank.bank import open_bank
from esc_tui.bank.evolution import add_cohort, add_verification, find_proposal, find_verification, link_run, note_stage
from esc_tui.domain.evolution import SeekerGroup
from esc_tui.domain.labels import Need
from esc_tui.evolve.pairing import pairs_of
from esc_tui.tui.panes.evolution.detail import under_way
from esc_tui.tui.panes.evolution.progress import confirm_runs, so_far
from tests.tui.evolution.made_up import TIME, evolution_bank, registration_of


def test_while_probes_run_their_own_count_and_the_time_left_are_told(tmp_path):
    with open_bank(evolution_bank(tmp_path)) as bank:
        began = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        note_stage(bank.writing, 1, "probes", {"probing": {"done": 251, "total": 502, "since": began}})
        row = replace(find_verification(bank.connection, 1), alive=True)
        now = so_far(bank.connection, row)
    assert (now.done, now.total, now.of) == (251, 502, "probe conversations") and 3600 <= now.left < 3700
    text = "\n".join(block.body.plain for block in under_way(row, now, 100))
    assert "251 of 502 probe conversations, 1h0" in text


def test_pairs_from_outside_the_group_do_not_narrow_its_interval(tmp_path):
    with open_bank(evolution_bank(tmp_path)) as bank:
        old = find_verification(bank.connection, 1)
        whole = so_far(bank.connection, old)
        seekers = [pair.profile for pair in pairs_of(bank.connection, confirm_runs(old)).pairs]
        cohort = add_cohort(bank.writing, "confirm", 6, SeekerGroup(need=Need.BE_PRAISED), seekers[::2], seekers[1::2], TIME)
        new = add_verification(bank.writing, "01VERIFICATION09", old.proposal,
                               registration_of(find_proposal(bank.connection, old.proposal), cohort.number), TIME)
        link_run(bank.writing, new.number, "confirm 1", confirm_runs(old)[0])
        part = so_far(bank.connection, find_verification(bank.connection, new.number))
    assert 0 < part.pairs < whole.pairs and part.pairs <= len(seekers[::2])
    assert part.steps[-1].pairs == part.pairs
