"""What a talk looks like afterwards: the moments that helped most, the one that was missed, and what a bank would have said there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError
from esc_tui.domain.events import AnyEvent, Mode
from esc_tui.domain.sage import Band, Outcome, band_of
from esc_tui.domain.talk import TalkView
from esc_tui.engines.roles import Line, SeekerMoment
from esc_tui.simulate.forking import SAMPLE_STEP, ForkedReply, Way, fork_at, reply_at
from esc_tui.support.turn import TurnOptions

if TYPE_CHECKING:
    from esc_tui.domain.profile import Profile
    from esc_tui.engines.roles import SeekerMind
    from esc_tui.support.turn import Supporter

HELPED = 3
"""So many moments that helped are told."""
DRAWS = 64
"""Times a reply is judged again: the mean of so many is sure to 0.8 points (standard error), where one judgement moves by 6.6."""
LEAST = 0.5
"""A reply worth less than this, up or down, changed nothing."""


@dataclass(frozen=True, slots=True)
class KeyMoment:
    """One reply with what came before it and what it changed. ``number`` is its turn's, ``place`` its place in the talk, from 1.

    ``usual``: what such a reply changes on average (see ``usual_changes``), None where that is not known.
    """

    number: int
    place: int
    seeker: str
    reply: str
    change: int
    after: int
    thought: str
    usual: float | None = None

    @property
    def worth(self) -> float:
        """What it changes on average where that is known, else what it changed."""
        return self.change if self.usual is None else self.usual


@dataclass(frozen=True, slots=True)
class Debrief:
    """A talk in its few telling moments. ``emotions`` at the start and after each judged reply; ``outcome`` None while it goes on."""

    helped: tuple[KeyMoment, ...]
    missed: KeyMoment | None
    emotions: tuple[int, ...]
    outcome: Outcome | None
    turns: int

    @property
    def emotion(self) -> int:
        """The last emotion."""
        return self.emotions[-1]

    @property
    def band(self) -> Band:
        """Its band."""
        return band_of(self.emotion)

    @property
    def moments(self) -> tuple[KeyMoment, ...]:
        """All moments told, those that helped first."""
        return (*self.helped, *([self.missed] if self.missed is not None else []))

    def moment(self, number: int) -> KeyMoment | None:
        """The moment of a turn, if it is told."""
        return next((one for one in self.moments if one.number == number), None)


def debrief_of(view: TalkView, usual: Mapping[int, float] | None = None) -> Debrief:
    """The three replies that raised emotion most and the one that lowered it most; ties by turn.

    Where nothing was lowered, a reply that changed nothing counts as missed; where each one helped, none does. ``usual``: what replies
    change on average, by turn number (``usual_changes``); then that decides, so that chance praises no reply and blames none.
    """
    known = usual or {}
    judged = [
        KeyMoment(turn.number, place, turn.text, turn.shown, turn.emotion.change, turn.emotion.after,
                  turn.appraised.activity if turn.appraised is not None else "", known.get(turn.number))
        for place, turn in enumerate(view.turns, 1) if turn.emotion is not None]
    helped = sorted((one for one in judged if one.worth >= LEAST), key=lambda one: (-one.worth, one.place))[:HELPED]
    missed = min((one for one in judged if one.worth < LEAST), key=lambda one: (one.worth, one.place), default=None)
    return Debrief(tuple(helped), missed, tuple(view.emotions), view.finished.outcome if view.finished is not None else None,
                   len(view.turns))


async def usual_changes(view: TalkView, profile: Profile, mind: SeekerMind, draws: int = DRAWS) -> dict[int, float]:
    """What each judged reply changes on average, by turn number: the seeker judges it so many times with fresh seeds.

    Nothing is stored. For a mind that costs nothing to ask; raises what it raises.
    """
    means: dict[int, float] = {}
    lines: list[Line] = []
    seed = view.episode.seed if view.episode is not None else 0
    for place, turn in enumerate(view.turns, 1):
        lines.append(Line("seeker", turn.text, place))
        if turn.reply is not None:
            lines.append(Line("supporter", turn.reply.text, place))
        if turn.emotion is not None:
            moment = SeekerMoment(profile, tuple(lines), turn.emotion.before, place, seed)
            means[turn.number] = fmean([(await mind.appraise(replace(moment, seed=seed + SAMPLE_STEP * number))).change
                                        for number in range(1, draws + 1)])
    return means


async def bank_would_say(supporter: Supporter, events: Sequence[AnyEvent], number: int, mode: Mode = "all-in-one") -> ForkedReply:
    """The supporter's reply to the words of a turn, after the talk as it stood then; nothing is stored.

    The supporter gets what was said, and nothing of who the seeker is. Raises UserError where it cannot think.
    """
    fork = fork_at(events, number)
    pins = fork.view.pins
    if pins is None:
        raise UserError("the talk has no beginning", "", "choose another one")
    return await reply_at(fork, Way("the bank", supporter, pins, TurnOptions(mode)))
