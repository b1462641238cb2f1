"""The ledger of confirmations: every alpha spent, how worn each cohort is, and which verdicts are stale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.evolution import Cohort, VerificationRow, verifications_of
from esc_tui.evolve.statistics import Wear, can_accept, expected_false_accepts, lond_level, wear
from esc_tui.guard import GUARD_VERSION
from esc_tui.simulate.versions import package_version, seeker_version

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.domain.evolution import Registration
    from esc_tui.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Ledger:
    """All confirmations so far. ``expected``: at most so many accepts of changes without effect are to be expected; ``spending``: of so
    many confirmations, the others cannot accept."""

    confirmations: int
    accepted: int
    expected: float
    never_fired: int
    spending: int

    @property
    def strict(self) -> float:
        """What the next confirmation might spend under the strict rule: LOND, at most one accept in ten false over all of them."""
        return lond_level(self.spending + 1, self.accepted)

    @property
    def line(self) -> str:
        """One line for a header."""
        many = "confirmation" if self.confirmations == 1 else "confirmations"
        return f"{self.confirmations} {many}, {self.accepted} accepted, at most {self.expected:.2f} expected false accepts"


def ledger_of(connection: BankConnection) -> Ledger:
    """The ledger. A verification counts from its first sealed episode on, whether it came to a verdict or not."""
    begun = [one for one in verifications_of(connection) if any(name.startswith("confirm") for name, _ in one.runs)]
    words = [one.verdict.word for one in begun if one.verdict is not None]
    spent = [alpha for one in begun if (alpha := alpha_spent(one.registration))]
    return Ledger(len(begun), words.count("accept"), expected_false_accepts(spent), words.count("never fired"), len(spent))


def alpha_spent(registration: Registration) -> float:
    """What a confirmation spends: its alpha, and nothing where it can end in no accept."""
    return registration.alpha if can_accept(registration.preset, registration.looks[-1]) else 0.0


def wear_of(connection: BankConnection, cohort: Cohort) -> Wear:
    """How worn a cohort is by the verdicts given on it."""
    gaps = [one.verdict.screen_gain - one.verdict.effect for one in verifications_of(connection)
            if one.registration.cohort == cohort.number and one.verdict is not None and one.verdict.effect is not None
            and one.verdict.screen_gain is not None]
    return wear(gaps)


def why_stale(verification: VerificationRow, settings: Settings) -> tuple[str, ...]:
    """What has changed since a verification was registered, so that its verdict speaks of another world; empty: it stands."""
    registration = verification.registration
    model = settings.model or registration.model  # one that is left open is no other one
    found: list[str] = []
    if registration.guard != GUARD_VERSION:
        found.append("the guard has changed")
    if registration.seeker_version != seeker_version(registration.seeker, model):
        found.append("the simulator has changed")
    if registration.judge_version != package_version("esc_tui.engines.judges"):
        found.append("the judge of replies has changed")
    if registration.engine != settings.engine:
        found.append(f"it was made for the {registration.engine} engine")
    elif registration.engine == "endpoint" and registration.model != model:
        found.append(f"it was made for the model {registration.model}")
    return tuple(found)
