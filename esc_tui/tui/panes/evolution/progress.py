"""How far a verification is and how its interval has narrowed, and what one would show and cost. Blocking; for a thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from esc_tui.bank.episode_search import run_figures
from esc_tui.bank.evolution import read_cohort
from esc_tui.bank.runs import find_run

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.evolution import ProposalRow, VerificationRow
    from esc_tui.domain.evolution import Claim, PresetName, Primary
    from esc_tui.evolve.statistics.claims import ClaimKind

STEP = 6
"""The interval is drawn after every so many pairs and at the looks."""


@dataclass(frozen=True, slots=True)
class Step:
    """The mean difference after so many pairs, with the bounds it would have by the boundary of the look ahead."""

    pairs: int
    mean: float
    lower: float
    upper: float
    look: bool


@dataclass(frozen=True, slots=True)
class SoFar:
    """Where a verification stands: episodes (or probe conversations, ``of``) of the stage under way, sealed pairs so far, and how the
    interval narrowed. ``left``: seconds that the stage still takes, None where that is not known."""

    done: int
    total: int
    pairs: int
    looks: tuple[int, ...]
    steps: tuple[Step, ...]
    of: str = "episodes"
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a preset can show, in one sentence, and what it takes at most."""

    claim: str
    pairs: int
    episodes: int
    turns: int

    @property
    def cost(self) -> str:
        """What it takes, in one sentence."""
        return f"At most {self.pairs} pairs, {self.episodes:,} episodes, about {self.turns:,} turns of the supporter."


@lru_cache
def forecast(preset: PresetName, claimed: ClaimKind, primary: Primary, enriched: bool) -> Forecast:
    """Before a verification. ``enriched``: for a group of seekers, with as many from outside it."""
    from esc_tui.evolve.registering import cost_of
    from esc_tui.evolve.statistics import can_show, claim, plan

    cost = cost_of(preset, enriched)
    return Forecast(can_show(plan(preset), claim(claimed, primary)), cost.pairs, cost.episodes, cost.turns)


def forecast_for(row: ProposalRow, preset: PresetName = "standard", primary: Primary = "mean", claimed: Claim | None = None) -> Forecast:
    """Before the verification of a proposal; ``claimed`` None: its own claim."""
    from esc_tui.evolve.registering import target_of

    return forecast(preset, (claimed or row.proposal.claim).value, primary, not target_of(row.proposal).anybody)


def confirm_runs(row: VerificationRow) -> list[int]:
    """The runs on the sealed cohort, in the order of the looks."""
    return [run for name, run in row.runs if name.startswith("confirm")]


def so_far(connection: BankConnection, row: VerificationRow) -> SoFar:
    """How far a verification is, from what is stored."""
    from esc_tui.evolve.pairing import pairs_of
    from esc_tui.evolve.registering import plan_of

    done, total, of, left = 0, 0, "episodes", None
    if row.stage == "probes":
        probing, of = row.notes.get("probing", {}), "probe conversations"
        done, total = probing.get("done", 0), probing.get("total", 0)
        left = _left(done, total, probing["since"]) if row.alive and total else None
    elif row.runs:
        last = row.runs[-1][1]
        figures = run_figures(connection, [last]).get(last)
        done, total = (figures.finished if figures is not None else 0), find_run(connection, last).episodes
    targets = read_cohort(connection, row.registration.cohort).targets  # the looks count these; others have a line of their own
    found = pairs_of(connection, confirm_runs(row)).of(targets).primary
    differences = [pair.difference(row.registration.primary) for pair in found]
    return SoFar(done, total, len(differences), plan_of(row.registration).pairs, narrowing(row, differences), of, left)


def _left(done: int, total: int, since: str) -> float | None:
    """Seconds to the end at the pace so far, once a tenth is done."""
    passed = (datetime.now(UTC) - datetime.fromisoformat(since)).total_seconds()
    return passed / done * (total - done) if 10 * done >= total > done else None


def narrowing(row: VerificationRow, differences: list[float]) -> tuple[Step, ...]:
    """The interval of the mean after every few pairs."""
    from esc_tui.evolve.registering import plan_of
    from esc_tui.evolve.statistics import repeated_interval, summarise

    looks = plan_of(row.registration).looks
    at = set(range(STEP, len(differences) + 1, STEP)) | {look.pairs for look in looks if look.pairs <= len(differences)}
    if len(differences) > 1:
        at.add(len(differences))
    steps = []
    for number in sorted(at):
        found = summarise(differences[:number])
        ahead = next((look for look in looks if look.pairs >= number), looks[-1])
        if found.mean is not None and found.deviation:
            lower, upper = repeated_interval(replace(ahead, pairs=number), found.mean, found.deviation)
            steps.append(Step(number, found.mean, lower, upper, number in {look.pairs for look in looks}))
    return tuple(steps)
