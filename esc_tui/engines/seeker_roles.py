"""The roles of those who are no supporter: a simulated seeker's mind, the writer of seekers, the judge of how a seeker is doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from esc_tui.domain.labels import Character, Need, Scenario, Shelf
from esc_tui.domain.profile import Profile
from esc_tui.domain.sage import Band

if TYPE_CHECKING:
    from esc_tui.engines.roles import Line


@dataclass(frozen=True, slots=True)
class SeekerMoment:
    """What a simulated seeker knows: itself, the talk so far (oldest first, its own opening first), and how it feels.

    ``emotion`` is the emotion before the judged reply when appraising, after it when speaking; ``turn`` counts what the seeker
    says, from 1: the turn whose reply is judged, or the one about to be spoken. The same values give the same answer.
    """

    profile: Profile
    history: tuple[Line, ...]
    emotion: int
    turn: int
    seed: int = 0
    last_turn: bool = False


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What the seeker made of the last reply; ``change`` -10 to +10. The blocks are SAGE's."""
    change: int
    content: str = ""
    target_completion: str = ""
    activity: str = ""
    analyse: str = ""
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeekerUtterance:
    """What the seeker says next, with how it came to it. ``goodbye`` when these words end the talk."""
    text: str
    thinking: str = ""
    origin: str = ""
    change: str = ""
    goodbye: bool = False
    prompts: tuple[str, ...] = ()


class SeekerMind(Protocol):
    """Plays a seeker. Holds no state of a talk: everything it needs is in the moment, so a talk can go on after a crash."""

    @property
    def name(self) -> str:
        """The engine, e.g. "embedded"."""
        ...

    @property
    def model(self) -> str:
        """The model's name; empty for an engine without one."""
        ...

    async def appraise(self, moment: SeekerMoment) -> Appraisal:
        """Judge the last line of the history, a supporter's reply.

        Raises UserError for a language or profile this engine cannot play, AnswerError for answers of no use, EndpointError when
        the endpoint fails.
        """
        ...

    async def speak(self, moment: SeekerMoment, appraisal: Appraisal, band: Band) -> SeekerUtterance:
        """The next words, after an appraisal, in this band of emotion. Raises as ``appraise`` does."""
        ...


@dataclass(frozen=True, slots=True)
class ProfileWish:
    """What a new profile is to be: cell of character and need, scenario where given, and a seed; ``taken`` ids are in use."""

    character: Character
    need: Need
    scenario: Scenario | None = None
    seed: int = 0
    shelf: Shelf = Shelf.DEVELOP
    language: str = "en"
    taken: frozenset[str] = frozenset()


class ProfileWriter(Protocol):
    """Writes new seekers."""

    @property
    def name(self) -> str:
        """Stands as the profile's source."""
        ...

    @property
    def composes(self) -> bool:
        """True when it puts profiles together from written parts: another draw costs nothing then."""
        ...

    async def write_profile(self, wish: ProfileWish) -> Profile:
        """One new seeker for the wish. Raises UserError for a language it cannot write, AnswerError, EndpointError."""
        ...


class EpisodeCritic(Protocol):
    """Judges after each reply how the seeker is doing: PPDPP's four ways (feels worse, same, better, solved)."""

    async def judge(self, scene: str, history: tuple[Line, ...], sample: int) -> float:
        """-1.0, -0.5, +0.5 or +1.0. Raises AnswerError, EndpointError."""
        ...
