"""A recorded talk as the stream of our events, and such a stream, recorded or simulated here, as a recorded talk for export."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from esc_tui.domain.events import (
    AnyEvent,
    ConversationStarted,
    EmotionChanged,
    EpisodeFinished,
    EpisodeStarted,
    ReplyFinished,
    SeekerAppraised,
    SeekerSpoke,
    TurnStarted,
)
from esc_tui.domain.hashing import canonical_json, sha256
from esc_tui.domain.profile import Profile
from esc_tui.domain.revision import Pins
from esc_tui.domain.sage import EXACT, FINISHED, band_of
from esc_tui.domain.talk import TalkView, TurnView
from esc_tui.interchange.sage.results import USUAL_TARGET, Judgement, Origin, RecordedEpisode, RecordedTurn, result_line

RECORDED = "recorded"
"""The engine of both sides in a talk that was held elsewhere."""
NOTHING = Pins(revision=0, revision_hash="", evidence_snapshot=0, planner="")
"""A recorded talk stands on no revision of this bank."""

_THOUGHT = re.compile(r"(.*)\nOrigin:\n(.*)\nChange:\n(.*)", re.DOTALL)


def digest_of(episode: RecordedEpisode) -> str:
    """The content of a recorded talk as a hash; the same talk of the same profile has the same one in any file."""
    return sha256(result_line(episode))


def events_of(episode: RecordedEpisode, *, conversation: str, run: str, arm: str, time: str) -> Iterator[AnyEvent]:
    """The events of a recorded talk, in the order in which a simulated one has them. All carry the same ``time``: none was recorded."""
    profile, emotion = episode.profile, episode.first

    def head(turn: int) -> dict[str, Any]:
        return {"conversation_id": conversation, "turn": turn, "time": time}

    yield ConversationStarted(pins=NOTHING, engine=RECORDED, model=arm, bank_used=False, live=False, language=profile.language,
                              title=episode.topic or profile.name or profile.id, **head(0))
    ours = episode.origin
    yield EpisodeStarted(run=run, profile=profile.id, profile_hash=profile_hash(profile), arm=arm, repeat=episode.repeat,
                         protocol="unknown" if ours is None else ours.protocol, seeker_engine=RECORDED,
                         seed=0 if ours is None else ours.seed, emotion=emotion, **head(0))
    for number, turn in enumerate(episode.turns, 1):
        if turn.thinking is not None:
            thinking, origin, change = thought(turn.thinking)
            yield SeekerSpoke(thinking=thinking, origin=origin, change=change, text=turn.text,
                              goodbye=EXACT.says_goodbye(turn.text, False), **head(number))
        yield TurnStarted(text=turn.text, **head(number))
        if turn.reply is not None:
            yield ReplyFinished(text=turn.reply, **head(number))
        if turn.judged is not None:
            judged = turn.judged
            if judged.blocks is not None:
                activity, target, content, analyse = judged.blocks
                yield SeekerAppraised(content=content, target_completion=target, activity=activity, analyse=analyse,
                                      change=judged.change, **head(number))
            yield EmotionChanged(before=emotion, change=judged.change, after=judged.after, band=band_of(judged.after), **head(number))
            emotion = judged.after
    yield EpisodeFinished(outcome=episode.outcome, emotion=episode.final, turns=len(episode.turns), **head(len(episode.turns)))


def profile_hash(profile: Profile) -> str:
    """The hash under which a played profile is kept."""
    return sha256(canonical_json(profile))


def thought(text: str) -> tuple[str, str, str]:
    """SAGE's ``thinking`` in its parts: reasons, draft, what was rewritten; all of it as reasons where it has not that form."""
    found = _THOUGHT.fullmatch(text)
    if found is None:
        return text, "", ""
    reasons, draft, change = found.groups()
    return (reasons, draft, change) if joined(reasons, draft, change) == text and (draft or change) else (text, "", "")


def joined(thinking: str, origin: str, change: str) -> str:
    """The parts of a thought as SAGE writes them."""
    return f"{thinking}\nOrigin:\n{origin}\nChange:\n{change}" if origin or change else thinking


def recorded_episode(events: Iterable[AnyEvent], profile: Profile, *, target: str = USUAL_TARGET,
                     supporter: str = "") -> RecordedEpisode | None:
    """A stored or running talk as a recorded one; None when it did not end in a way that counts for a score, or never began.

    ``supporter``: how its run calls who replied, where that says more than the talk itself. ``topic`` is the title of a talk that was
    recorded elsewhere, else the label of the profile's scenario.
    """
    view = TalkView.of(events)
    start, end = view.episode, view.finished
    if start is None or end is None or end.outcome not in FINISHED or not view.turns:
        return None
    title = view.started.title if view.started is not None and view.started.engine == RECORDED else profile.scenario.value
    return RecordedEpisode(profile, "" if title in {profile.name, profile.id} else title, target, start.emotion, end.emotion,
                           tuple(_turn(turn) for turn in view.turns), start.repeat, _origin(view, supporter))


def _origin(view: TalkView, supporter: str) -> Origin | None:
    """What a talk of ours says of itself, also where it came back from a file; a talk of somebody else's has no seed."""
    start, end = view.episode, view.finished
    if start is None or end is None or not start.seed or start.protocol == "unknown":
        return None
    return Origin(start.protocol, supporter or start.arm, start.seed, "goodbye" if end.outcome == "goodbye" else "turns")


def _turn(turn: TurnView) -> RecordedTurn:
    spoke, seen, emotion = turn.spoke, turn.appraised, turn.emotion
    thinking = None if spoke is None else joined(spoke.thinking, spoke.origin, spoke.change)
    judged = None
    if emotion is not None:
        blocks = None if seen is None else (seen.activity, seen.target_completion, seen.content, seen.analyse)
        judged = Judgement(blocks, emotion.change if seen is None else seen.change, emotion.after)
    return RecordedTurn(turn.text, thinking, None if turn.reply is None else turn.reply.text, judged)
