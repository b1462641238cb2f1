"""The fork engine: one stored moment of a talk, continued in two or more ways from the same state with the same seeds; nothing is stored.

Verification's one-turn replays, the what-if of a chat, a fork at any turn and the debrief all go through here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import AnyEvent, Grade, RoleTaken, SeekerSpoke
from esc_tui.domain.sage import EXACT, PROTOCOLS
from esc_tui.domain.talk import Segment, TalkView
from esc_tui.engines.roles import Appraisal, Line, SeekerMind, SeekerMoment
from esc_tui.simulate.as_supporter import by_a_person
from esc_tui.simulate.episode import Episode, EpisodePlan
from esc_tui.support.talk import LiveTalk
from esc_tui.support.turn import TurnOptions, UnheardControl
from esc_tui.support.unstored import UnstoredTalks

if TYPE_CHECKING:
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.revision import Pins
    from esc_tui.support.talk import TalkStore
    from esc_tui.support.turn import Supporter

SAMPLE_STEP = 1009
"""Samples of one moment draw from seeds so far apart."""
LEFT_BEHIND = frozenset({"turn_rated", "talk_closed", "episode_finished"})
"""What no branch takes along: ratings and the end."""
PLAYED = frozenset({"episode_started", "episode_flagged", "episode_retried", "seeker_spoke", "seeker_appraised", "emotion_changed"})
"""What only a talk with a simulated seeker has."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to go on: what it is called, who replies, on which pins, and what was asked of the turn."""

    name: str
    supporter: Supporter
    pins: Pins
    options: TurnOptions = field(default_factory=TurnOptions)


@dataclass(frozen=True, slots=True)
class Fork:
    """A moment: the events before a turn of the seeker, what the seeker says there, and its place in the talk (from 1)."""

    past: tuple[AnyEvent, ...]
    text: str
    number: int
    place: int

    @property
    def view(self) -> TalkView:
        """The talk before the moment."""
        return TalkView.of(self.past)


@dataclass(frozen=True, slots=True)
class ForkedReply:
    """What one way replies at the moment. ``grade``: measured by running it now, or a model's word. ``notes``: what went wrong.

    ``events`` are those of the turn, for a talk that goes on from here.
    """

    way: str
    sample: int
    segments: tuple[Segment, ...]
    text: str
    skills: tuple[str, ...]
    outcome: str
    grade: Grade
    notes: tuple[str, ...] = ()
    events: tuple[AnyEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedReply:
    """A reply with what the seeker made of it: ``change`` -10 to +10 and the appraisal's words."""

    reply: ForkedReply
    appraisal: Appraisal

    @property
    def change(self) -> int:
        """The change of emotion."""
        return self.appraisal.change


def fork_at(events: Sequence[AnyEvent], number: int) -> Fork:
    """The moment of a stored turn, by its number. Raises UserError when the talk has no such turn."""
    for place, event in enumerate(events):
        if event.kind == "turn_started" and event.turn == number:
            past = tuple(events[:place])
            return Fork(past, getattr(event, "text", ""), number, len(TalkView.of(past).turns) + 1)
    raise UserError(f"the talk has no turn {number}", "", "choose one of its turns")


def _past(fork: Fork, way: Way, sample: int) -> list[AnyEvent]:
    """The talk as it stood, pinned to the way's bank; each further sample draws from another seed."""
    past: list[AnyEvent] = []
    for event in fork.past:
        if event.kind == "conversation_started":
            past.append(event.model_copy(update={"pins": way.pins, "seed": event.seed + SAMPLE_STEP * sample}))
        elif event.kind == "talk_repinned":
            past.append(event.model_copy(update={"pins": way.pins}))
        elif event.kind != "episode_finished":
            past.append(event)
    return past


async def reply_at(fork: Fork, way: Way, sample: int = 0) -> ForkedReply:
    """What one way replies at a moment; sample 0 has the seed of the talk. Raises UserError where it cannot think.

    The supporter gets what was said, and nothing of who the seeker is.
    """
    store = UnstoredTalks()
    talk = LiveTalk.resume(store, _past(fork, way, sample))
    async for _ in way.supporter.reply(talk, fork.text, way.options, UnheardControl()):
        pass
    turn = talk.view.turns[-1]
    notes = tuple(f"{fallen.role.replace('_', ' ')}: {fallen.reason}" for fallen in turn.fell_back)
    said = way.supporter.engine.said and not any(fallen.role == "writer" for fallen in turn.fell_back)
    return ForkedReply(way.name, sample, tuple(turn.segments), turn.shown, turn.reply.skills if turn.reply is not None else (),
                       turn.reply.outcome if turn.reply is not None else "failed", "said" if said else "measured", notes,
                       tuple(cast("list[AnyEvent]", store.events)))


def branch(store: TalkStore, events: Sequence[AnyEvent], number: int, reply: ForkedReply | None = None, way: Way | None = None) -> str:
    """Begin a talk of its own that goes on after a turn, as it was or with another reply to it (of ``way``); gives its identifier.

    The old talk stays as it is. Ratings and the end of it are left behind, so that nothing is learned twice from one reply. A talk in
    which a person is the supporter begins again before that person's reply. An episode of a run becomes a talk in which a person goes
    on as its seeker. Raises UserError when the talk has no such turn.
    """
    fork, view = fork_at(events, number), TalkView.of(events)
    past: Sequence[AnyEvent]
    if reply is not None and way is not None:
        past = [*_past(fork, way, reply.sample), *reply.events]
    elif by_a_person(view):
        past = [*fork.past, *_spoken(fork)]
    else:
        end = next((at for at, event in enumerate(events) if event.kind == "turn_started" and event.turn > number), len(events))
        past = [event for event in events[:end] if event.kind != "turn_undone" or event.undone != number]
    begun, *rest = (event for event in past if event.kind not in LEFT_BEHIND)
    if begun.kind != "conversation_started":
        raise UserError("the talk has no beginning", "", "choose another one")
    changes: dict[str, object] = {}
    if view.episode is not None and not by_a_person(view):
        changes = {"live": True}
        rest = [RoleTaken(profile=view.episode.profile, profile_hash=view.episode.profile_hash, conversation_id=begun.conversation_id,
                          time=now_iso()), *(event for event in rest if event.kind not in PLAYED)]
    identity = new_ulid()
    store.start_conversation(begun.model_copy(update={
        **changes, "pins": begun.pins.model_copy(update={"thompson": False}), "conversation_id": identity, "time": now_iso(),
        "forked_from": begun.conversation_id, "event_id": 0}))
    store.append_events([event.model_copy(update={"conversation_id": identity, "event_id": 0}) for event in rest])
    return identity


async def judge_at(fork: Fork, reply: ForkedReply, profile: Profile, mind: SeekerMind, emotion: int, seed: int) -> JudgedReply:
    """What the seeker makes of a reply at a moment. ``emotion`` 0-100 before it; ``seed`` of the episode."""
    return JudgedReply(reply, await mind.appraise(seeker_after(fork, reply, profile, emotion, seed)))


def seeker_after(fork: Fork, reply: ForkedReply, profile: Profile, emotion: int, seed: int) -> SeekerMoment:
    """What the seeker knows who judges a reply at a moment; arguments as of ``judge_at``."""
    lines: list[Line] = []
    for place, turn in enumerate(fork.view.turns, 1):
        lines.append(Line("seeker", turn.text, place))
        if turn.reply is not None:
            lines.append(Line("supporter", turn.reply.text, place))
    lines += [Line("seeker", fork.text, fork.place), Line("supporter", reply.text, fork.place)]
    return SeekerMoment(profile, tuple(lines), emotion, fork.place, seed)


async def go_on(fork: Fork, way: Way, profile: Profile, mind: SeekerMind, sample: int = 0) -> AsyncIterator[AnyEvent]:
    """The rest of a simulated talk from a moment on, as one way would lead it: its events, unstored, from the reply to the end.

    The seeker has the seed of the talk, so that two ways differ by what they say alone. Raises UserError for a talk without a
    simulated seeker.
    """
    past = _past(fork, way, sample)
    begun = next((event for event in past if event.kind == "episode_started"), None)
    if begun is None:
        raise UserError("this talk has no simulated seeker to go on with", "", "choose a turn of an episode")
    plan = EpisodePlan(
        run=begun.run, conversation=begun.conversation_id, profile=profile, profile_hash=begun.profile_hash, arm=way.name, pins=way.pins,
        mode=way.options.mode, bank_used=way.options.bank_used, protocol=PROTOCOLS.get(begun.protocol, EXACT), repeat=begun.repeat,
        seed=begun.seed + SAMPLE_STEP * sample)
    episode = Episode(plan, mind, way.supporter, UnstoredTalks(), [*past, *_spoken(fork)])
    async for event in episode.events():
        yield event


def _spoken(fork: Fork) -> list[AnyEvent]:
    """What the seeker says at the moment, as the event that precedes its turn, unless it stands there or opens the talk."""
    if fork.place == 1 or any(event.kind == "seeker_spoke" and event.turn == fork.number for event in fork.past):
        return []
    return [SeekerSpoke(text=fork.text, conversation_id=fork.past[0].conversation_id, turn=fork.number, time=now_iso())]
