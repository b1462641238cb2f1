"""The supporters and seekers of a run, built once: each arm on its pinned revision, an engine that never falls back on another."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from esc_tui.domain.revision import Pins
from esc_tui.engines.engine import Engine
from esc_tui.engines.roles import SeekerMind
from esc_tui.settings.model import Settings
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.support.session import Session
from esc_tui.support.turn import Supporter

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank


@dataclass(frozen=True, slots=True)
class ReadyArm:
    """An arm with what it stands on."""

    arm: Arm
    pins: Pins
    supporter: Supporter


class Company:
    """The arms and the seeker's mind of one run in one process. Close it at the end."""

    def __init__(self, bank: Bank, settings: Settings, arms: Sequence[Arm], pins: Sequence[Pins], seeker: str) -> None:
        """``pins``: one for each arm, as taken when the run was planned."""
        self._sessions: dict[str, Session] = {}
        self._engines: dict[str, Engine] = {}
        self._bank, self._settings = bank, settings
        self.arms = [self._ready(arm, pinned) for arm, pinned in zip(arms, pins, strict=True)]
        self.mind = build_mind(seeker, settings)

    def _ready(self, arm: Arm, pins: Pins) -> ReadyArm:
        if arm.engine not in self._sessions:
            own = self._settings.model_copy(update={"engine": arm.engine})
            session = Session(self._bank, own)
            self._sessions[arm.engine] = session
            # Where the endpoint fails the episode fails, with its reason: a reply by another engine would be counted as this one's.
            self._engines[arm.engine] = replace(session.engine, fallback=None)
        supporter = self._sessions[arm.engine].supporter(pins)
        return ReadyArm(arm, pins, Supporter(self._engines[arm.engine], supporter.recaller))

    def warm(self) -> None:
        """Load what the first replies would otherwise wait for. Blocks."""
        from esc_tui.guard.detect import check_message

        check_message("")
        for ready in self.arms:
            if ready.arm.bank:
                ready.supporter.recaller.load()

    async def aclose(self) -> None:
        """End what is under way at endpoints, and close connections."""
        closing = getattr(self.mind, "aclose", None)
        if closing is not None:
            with suppress(OSError):
                await closing()
        for session in self._sessions.values():
            await session.aclose()


def build_mind(seeker: str, settings: Settings) -> SeekerMind:
    """The seeker's mind of the engine named. Raises UserError when an endpoint is asked for without an address."""
    if seeker == "embedded":
        from esc_tui.engines.seekers import EmbeddedSeekerMind

        return EmbeddedSeekerMind()
    if seeker == "embedded-second":
        from esc_tui.engines.second import SecondSeekerMind

        return SecondSeekerMind()
    from esc_tui.domain.errors import WrongUseError

    if not settings.endpoint:
        raise WrongUseError("a seeker played by a model needs an endpoint", "settings",
                            "give one with --endpoint URL, or use --seeker embedded")
    from pathlib import Path

    from esc_tui.engines.endpoint.seeker import EndpointSeekerMind
    from esc_tui.settings.locator import prompts_path
    from esc_tui.support.session import endpoint_settings

    prompts = Path(settings.prompts) if settings.prompts else prompts_path()
    return EndpointSeekerMind(endpoint_settings(settings), prompts)


def take_pins(session: Session, settings: RunSettings) -> list[Pins]:
    """What each arm stands on from now to the end of the run; all of them on the same evidence snapshot."""
    pins = [session.pins(arm.revision, arm.candidate) for arm in settings.arms]
    return [one.model_copy(update={"evidence_snapshot": pins[-1].evidence_snapshot, "thompson": arm.thompson})
            for one, arm in zip(pins, settings.arms, strict=True)]
