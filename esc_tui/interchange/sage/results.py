"""One line of a SAGE result file as a recorded episode: who was played, every message, every judgement, every emotion.

The keys: ``id, emo_point, emo_state, target, player, scene, character, topic, task, history``; a message of the seeker has ``role, content,
emotion-point`` and, from the second on, ``thinking`` and ``planning`` with ``activity, TargetCompletion, content, analyse, change``. That
``planning`` judges the reply *before* the message it stands in, and ``emotion-point`` is the emotion after it.

Behind SAGE's keys a talk that was simulated here has keys of ours (``OWN``), which SAGE's scripts pass over.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from esc_tui.domain.labels import Shelf
from esc_tui.domain.profile import Profile
from esc_tui.domain.sage import (
    EXACT,
    HIGHEST_EMOTION,
    LARGEST_CHANGE,
    LEAVES_BELOW,
    PROTOCOLS,
    Outcome,
    ProtocolName,
    band_of,
)
from esc_tui.interchange.corpora.found import Reading, Reason
from esc_tui.interchange.sage.fields import BadRowError, Fields, whole_number
from esc_tui.interchange.sage.profiles import profile_of
from esc_tui.interchange.sage.wordings import scenario_of, state_name

FORM = "SAGE results"
MOST_MESSAGES = 400
BLOCKS = ("activity", "TargetCompletion", "content", "analyse")
"""The four texts of a ``planning``, in the order in which SAGE writes them; ``change`` follows."""
USUAL_TARGET = "eq"
OWN = ("protocol", "supporter", "seed", "ended")
"""By which rules, by whom, under which seed it was played, and how it ended where the emotion alone does not say so."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the seeker made of a reply: SAGE's blocks in the order of ``BLOCKS`` (None: none recorded) and the emotion after it.

    ``change`` is the recorded one, -10 to 10; the emotion need not follow from it and is what counts.
    """

    blocks: tuple[str, str, str, str] | None
    change: int
    after: int


@dataclass(frozen=True, slots=True)
class RecordedTurn:
    """What the seeker said, how it came to it (``thinking``, raw; None: not recorded), the reply, and the judgement of that reply."""

    text: str
    thinking: str | None = None
    reply: str | None = None
    judged: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a talk of ours comes from: the values of ``OWN``. ``ended`` is meant where the emotion is neither 100 nor below 10."""

    protocol: ProtocolName
    supporter: str
    seed: int
    ended: Literal["goodbye", "turns"]


@dataclass(frozen=True, slots=True)
class RecordedEpisode:
    """One recorded talk. ``first`` and ``final`` are emotions, ``repeat`` counts talks of one profile and supporter in a file from 1.

    ``origin`` holds what a talk that was simulated by this program says of itself; None for all others.
    """

    profile: Profile
    topic: str
    target: str
    first: int
    final: int
    turns: tuple[RecordedTurn, ...]
    repeat: int = 1
    origin: Origin | None = None

    @property
    def outcome(self) -> Outcome:
        """As SAGE's scripts count: success at 100, failure below 10; else the seeker left with a goodbye, or the turns were done."""
        if self.final >= HIGHEST_EMOTION:
            return "success"
        if self.final < LEAVES_BELOW:
            return "failure"
        if self.origin is not None:
            return self.origin.ended
        last = self.turns[-1]
        return "goodbye" if last.reply is None and EXACT.says_goodbye(last.text, False) else "turns"

    @property
    def curve(self) -> tuple[int, ...]:
        """The emotion at the start and after each judged reply."""
        return (self.first, *(turn.judged.after for turn in self.turns if turn.judged is not None))


def is_result(row: dict[str, Any]) -> bool:
    """True for an object that has the fields only SAGE's results have together."""
    return "history" in row and ("emo_point" in row or ("player" in row and "scene" in row))


def read_result(row: dict[str, Any], place: str, *, source: str = "", licence: str = "", shelf: Shelf = Shelf.DEVELOP) -> Reading:
    """Read one recorded talk; never raises for what is in the line.

    What stands beside the words and cannot be read is noted and left out. A line without its texts, with an unknown intention or
    character, or whose speakers do not take turns, is not taken: half a talk would have another score.
    """
    fields = Fields(row, place, "episode")
    try:
        history = _history(fields)
        topic = fields.beside(row, "topic")
        profile = profile_of(fields, _said(fields, history[0], 1), source=source, licence=licence, shelf=shelf,
                             scenario=scenario_of(topic))
        episode = _episode(fields, profile, topic, history)
    except BadRowError as error:
        return Reading(None, FORM, (*fields.skipped, error.skip))
    return Reading(None, FORM, tuple(fields.skipped), episode=episode, place=place)


def _history(fields: Fields) -> list[dict[str, Any]]:
    history = fields.row.get("history")
    if not isinstance(history, list) or not history:
        raise fields.bad(Reason.NO_HISTORY)
    if len(history) > MOST_MESSAGES:
        raise fields.bad(Reason.LONG_HISTORY, None, f"{len(history):,} messages")
    for number, message in enumerate(history, 1):
        if not isinstance(message, dict):
            raise fields.bad(Reason.LINE_NO_OBJECT, number, message)
        if message.get("role") != ("assistant" if number % 2 == 0 else "user"):
            raise fields.bad(Reason.OUT_OF_TURN, number, message.get("role"))
    return history


def _said(fields: Fields, message: dict[str, Any], number: int) -> str:
    text = message.get("content")
    if not isinstance(text, str):
        raise fields.bad(Reason.MISSING_KEY if text is None else Reason.TEXT_NO_STRING, number, "content")
    return fields.bounded(text, number, "content")


def _episode(fields: Fields, profile: Profile, topic: str, history: list[dict[str, Any]]) -> RecordedEpisode:
    first = emotion = _start(fields, history[0])
    turns: list[RecordedTurn] = []
    for number, message in enumerate(history, 1):
        text = _said(fields, message, number)
        if message["role"] == "user":
            if number > 1:
                judged = _judgement(fields, message, number, emotion)
                turns[-1], emotion = replace(turns[-1], judged=judged), judged.after
            thinking = fields.beside(message, "thinking", number) if "thinking" in message else None
            turns.append(RecordedTurn(text, thinking))
        else:
            judged_last = None
            if number == len(history) and "planning" in message:  # the last reply, judged: our own exports have it
                judged_last = _judgement(fields, message, number, emotion)
                emotion = judged_last.after
            turns[-1] = replace(turns[-1], reply=text, judged=judged_last)
    final = _final(fields, emotion)
    target = fields.beside(fields.row, "target") or USUAL_TARGET
    return RecordedEpisode(profile, topic, target, first, final, tuple(turns), origin=_origin(fields))


def _origin(fields: Fields) -> Origin | None:
    """What stands in the keys of ours, all of them or none: what cannot be is noted."""
    row = fields.row
    if not any(name in row for name in OWN):
        return None
    protocol, supporter, ended = row.get("protocol"), fields.beside(row, "supporter"), row.get("ended")
    seed = whole_number(row.get("seed"))
    if protocol not in PROTOCOLS or not supporter or ended not in {"goodbye", "turns"} or seed is None or not 0 <= seed < 2**31:
        fields.note(Reason.ODD_ORIGIN, None, ", ".join(name for name in OWN if name in row))
        return None
    return Origin(PROTOCOLS[protocol].name, supporter, seed, ended)


def _start(fields: Fields, message: dict[str, Any]) -> int:
    found = fields.emotion(message.get("emotion-point"), 1, "emotion-point")
    if found is None and message.get("emotion-point") is None:
        fields.note(Reason.NO_EMOTION, 1, f"taken as {EXACT.start}")
    return EXACT.start if found is None else found


def _final(fields: Fields, last: int) -> int:
    """The stored final emotion, which is the one that counts; where there is none, that of the last judgement."""
    value = fields.row.get("emo_point")
    found = fields.emotion(value, None, "emo_point")
    if found is None:
        if value is None:
            fields.note(Reason.NO_EMOTION, None, f"emo_point; taken as {last}")
        return last
    if found != last:
        fields.note(Reason.OTHER_EMOTION, None, f"emo_point {found}, the last message {last}")
    state = fields.row.get("emo_state")
    if state is not None and state != state_name(band_of(found)):
        fields.note(Reason.OTHER_BAND, None, f"{state} at {found}")
    return found


def _judgement(fields: Fields, message: dict[str, Any], number: int, before: int) -> Judgement:
    """What a message says of the reply before it. Without any emotion in it nothing changed, which is noted."""
    planning = message.get("planning")
    if planning is not None and not isinstance(planning, dict):
        fields.note(Reason.ODD_FIELD, number, "planning")
        planning = None
    change = _change(fields, planning, number)
    value = message.get("emotion-point")
    after = fields.emotion(value, number, "emotion-point")
    if after is None:
        if value is None:
            fields.note(Reason.NO_EMOTION, number)
        after = before if change is None else EXACT.after(before, change)
    elif change is not None and after != EXACT.after(before, change):
        fields.note(Reason.OTHER_EMOTION, number, f"{before} and {change:+} give {EXACT.after(before, change)}, stored is {after}")
    if planning is None:
        return Judgement(None, max(-LARGEST_CHANGE, min(LARGEST_CHANGE, after - before)), after)
    activity, target, content, analyse = (fields.beside(planning, name, number) for name in BLOCKS)
    return Judgement((activity, target, content, analyse),
                     max(-LARGEST_CHANGE, min(LARGEST_CHANGE, after - before)) if change is None else change, after)


def _change(fields: Fields, planning: dict[str, Any] | None, number: int) -> int | None:
    if planning is None:
        return None
    found = whole_number(planning.get("change"))
    if found is None or abs(found) > LARGEST_CHANGE:
        fields.note(Reason.ODD_CHANGE, number, planning.get("change"))
        return None if found is None else max(-LARGEST_CHANGE, min(LARGEST_CHANGE, found))
    return found


def result_row(episode: RecordedEpisode) -> dict[str, Any]:
    """The line of an episode, with SAGE's keys in SAGE's order, and ours behind them where it was simulated by this program.

    A last reply that was judged though the seeker said nothing more (SAGE never does that) carries its judgement itself; scripts that
    read the seeker's messages pass over it, and its emotion is that of ``emo_point``.
    """
    from esc_tui.interchange.sage.profiles import character_words, need_words

    history: list[dict[str, Any]] = []
    judged: Judgement | None = None
    for number, turn in enumerate(episode.turns, 1):
        message: dict[str, Any] = {"role": "user", "content": turn.text}
        if turn.thinking is not None:
            message["thinking"] = turn.thinking
        message["emotion-point"] = episode.first if judged is None else judged.after
        message.update(_planning(judged))
        history.append(message)
        judged = turn.judged or judged
        if turn.reply is not None:
            reply: dict[str, Any] = {"role": "assistant", "content": turn.reply}
            if number == len(episode.turns) and turn.judged is not None:
                reply.update({"emotion-point": turn.judged.after, **_planning(turn.judged)})
            history.append(reply)
    profile = episode.profile
    return {"id": profile.id, "emo_point": episode.final, "emo_state": state_name(band_of(episode.final)), "target": episode.target,
            "player": profile.persona, "scene": profile.scene, "character": character_words(profile.character), "topic": episode.topic,
            "task": need_words(profile), "history": history, **({} if episode.origin is None else asdict(episode.origin))}


def _planning(judged: Judgement | None) -> dict[str, Any]:
    if judged is None or judged.blocks is None:
        return {}
    return {"planning": {**dict(zip(BLOCKS, judged.blocks, strict=True)), "change": judged.change}}


def result_line(episode: RecordedEpisode) -> str:
    """The line of an episode in a result file, with its end."""
    return json.dumps(result_row(episode), ensure_ascii=False) + "\n"
