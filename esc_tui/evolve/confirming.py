"""The confirmation: looks at more and more pairs of the sealed cohort, until the plan says accept, futile, or the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from esc_tui.bank.evolution import VerificationRow, read_cohort
from esc_tui.domain.evolution import Claim, LookTaken
from esc_tui.evolve.cohorts import members
from esc_tui.evolve.pairing import Pair, pairs_of
from esc_tui.evolve.registering import plan_of
from esc_tui.evolve.statistics import Decision, LookResult, PairedFlags, claim, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esc_tui.evolve.stages import Players


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the looks found. ``primary`` are the pairs of the primary mean, ``others`` those from outside the group (as many)."""

    primary: tuple[Pair, ...]
    others: tuple[Pair, ...]
    looks: tuple[LookTaken, ...]
    last: LookResult
    left_out: tuple[str, ...]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All of them."""
        return (*self.primary, *self.others)


def confirm(players: Players, verification: VerificationRow, play: Callable[[str, Sequence[str]], int],
            flagged: Callable[[Sequence[Pair]], tuple[PairedFlags, tuple[str, ...]]]) -> Confirmation:
    """Take the looks one after another. ``play`` plays profiles with both arms and gives the run; ``flagged`` gives the safety flags
    of pairs, and sentences about critical events that only the new arm had, which end it at once.

    What was played before is not played again. Raises StoppedError at a stop, which is never between the episodes of a look and its
    decision.
    """
    registration = verification.registration
    cohort = read_cohort(players.bank.connection, registration.cohort)
    targets, _ = members(players.bank, cohort)
    plan, claimed = plan_of(registration), claim(registration.claim.value, registration.primary)
    runs: list[int] = []
    taken: list[LookTaken] = []
    counted: tuple[int, ...] = ()
    before = 0
    for number, wanted in enumerate(registration.looks):
        players.go_on()
        batch = [*targets[before:wanted], *cohort.others[before:wanted]]
        runs.append(play(f"confirm {number + 1}", batch))
        before = wanted
        pairs = pairs_of(players.bank.connection, runs)
        mine, others = pairs.of(targets).pairs, pairs.of(cohort.others).pairs
        critical = flagged([*mine, *others])[1]
        counted = (*counted, len(mine))
        now = plan.after(counted)
        found = judge(claimed, now, [pair.difference(registration.primary) for pair in mine], [pair.fired for pair in mine],
                      flagged(mine)[0] if registration.claim is Claim.SAFER else None, registration.seed).look
        taken.append(_look(found))
        if critical or found.decision is not Decision.GO_ON:
            return Confirmation(mine, others, tuple(taken), found, pairs.left_out)
    return Confirmation(mine, others, tuple(taken), found, pairs.left_out)


def _look(found: LookResult) -> LookTaken:
    words: dict[Decision, Literal["go on", "accept", "futile", "end"]] = {
        Decision.GO_ON: "go on", Decision.ACCEPT: "accept", Decision.FUTILE: "futile"}
    return LookTaken(pairs=found.paired.pairs, effect=found.paired.mean or 0.0, t=found.paired.t(), critical=found.look.critical,
                     decision=words.get(found.decision, "end"))
