"""The episodes of a verification: each stage is a stored run with two arms, the old bank and the candidate, resumed where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from esc_tui.bank.episodes import episode_rows
from esc_tui.bank.evolution import VerificationRow, find_verification, keep_candidate, link_run
from esc_tui.bank.runs import RunRow, find_run
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import EndpointError
from esc_tui.domain.revision import Pins
from esc_tui.domain.run_standing import standing
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.resuming import try_failed_again
from esc_tui.simulate.running import carry_run, plan_run

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.evolution import Registration
    from esc_tui.settings.model import Settings
    from esc_tui.simulate.carrying import Control

StageName = Literal["gate", "same", "screen", "probes", "confirm", "blameless", "second", "verdict"]
"""The stages in their order; ``same`` is the A/A check: the old bank against itself."""
RoundStage = Literal["simulate", "together"]
"""What a round plays before its verifications."""

MOST_LOST = 0.1
"""Share of a stage's episodes that may fail and be left out. Beyond it the stage says more about the endpoint than about the change."""

Told = Callable[[StageName | RoundStage, int, int], None]
"""Is told the stage, how much of it is done, and of how much."""


class StoppedError(Exception):
    """The verification was stopped before its end; it can go on later."""


@dataclass(frozen=True, slots=True)
class Players:
    """What a verification plays with: the bank, the program's settings, who is told, and who may stop it."""

    bank: Bank
    program: Settings
    told: Told
    control: Control

    def go_on(self) -> None:
        """Raises StoppedError once somebody asked to stop."""
        if self.control.stopped:
            raise StoppedError(standing("stopped", self.control.reason))


def pins_of(registration: Registration, candidate: str = "") -> Pins:
    """What an arm stands on: as registered, with or without the candidate."""
    return Pins(revision=registration.base_revision, revision_hash=registration.base_hash,
                evidence_snapshot=registration.evidence_snapshot, planner=registration.planner, guard=registration.guard,
                candidate=candidate)


def play(players: Players, verification: VerificationRow, stage: StageName, name: str, profiles: Sequence[str], *,
         candidate: str | None = None, seeker: str = "", apart: bool = False) -> int:
    """Play the profiles with both arms, or go on where that was broken off; gives the run's number.

    ``name`` tells runs of one stage apart and is how it is found again. ``candidate`` None: the registered one. ``apart``: a model is
    asked by each arm for itself, one request at a time, so that what the arms differ by is its own noise. Raises StoppedError when it was
    stopped, EndpointError when too many episodes failed (the next call tries them again), UserError and BankError as a run does.
    """
    bank, registration = players.bank, verification.registration
    digest = registration.digest if candidate is None else candidate
    linked = dict(find_verification(bank.connection, verification.number).runs)
    number = linked.get(name)
    if number is None:
        tried = f"P-{verification.proposal}" if candidate is None else "nothing changed"
        arm: dict[str, object] = {"revision": f"r{registration.base_revision}", "engine": registration.engine, "mode": registration.mode}
        arms = [arm, {**arm, "candidate": digest, "tried": tried}]
        pins = [pins_of(registration), pins_of(registration, digest)]
        if registration.against is not None and candidate is None:
            arms, pins = [{**arm, "bank": False}, arm], [pins[0], pins[0]]
        settings = RunSettings.model_validate({
            "title": f"V-{verification.number} {name}", "shelf": None, "profiles": tuple(profiles),
            "arms": tuple(Arm.model_validate(one) for one in arms),
            "protocol": registration.protocol, "seeker": seeker or registration.seeker, "seed": registration.seed})
        if apart and not settings.embedded:
            settings = settings.model_copy(update={"cache": False, "slots": 1})
        with bank.together():
            number = plan_run(bank, players.program, settings, sealed=True, pins=pins).number
            link_run(bank.writing, verification.number, name, number)
    run = find_run(bank.connection, number)
    if run.state == "done" and _lost(bank, run):
        try_failed_again(bank, run)
        run = find_run(bank.connection, number)
    if run.state != "done":
        run = carry_run(bank, players.program, number, lambda done, total: players.told(stage, done, total), players.control)
    if run.state != "done":
        raise StoppedError(run.standing)
    if lost := _lost(bank, run):
        raise EndpointError(f"{len(lost)} of {run.episodes} episodes failed: {lost[0]}", f"V-{verification.number}, {name}",
                            f"when that is mended, go on with 'esc-tui evolve verify V-{verification.number}'")
    return number


def _lost(bank: Bank, run: RunRow) -> list[str]:
    """Why episodes of a run failed, one sentence for each, when they are more than may be left out; else nothing."""
    reasons = [row.reason for row in episode_rows(bank.connection, run.number) if row.outcome == "failed"]
    return reasons if len(reasons) > MOST_LOST * run.episodes else []


def keep_nothing(bank: Bank) -> str:
    """The candidate that changes nothing, for the A/A check; gives its digest."""
    return keep_candidate(bank.writing, {}, now_iso())
