"""``esc-tui replay`` and ``episodes show``: a stored episode again, from its events, at a reader's pace or as fast as it happened."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from esc_tui.cli.chat import json_line
from esc_tui.cli.common import Exit, open_session_bank, put, settings_from
from esc_tui.domain.errors import UserError
from esc_tui.domain.reading_pace import reading_seconds
from esc_tui.domain.talk import TalkView
from esc_tui.domain.text import visible
from esc_tui.interchange.sage.wordings import without_heading

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.events import AnyEvent

Pace = Literal["reader", "recorded"]
LONGEST_PAUSE = 6.0
"""Seconds that replay waits at most between two events as recorded, before its speed: a run that lay still overnight is not waited for."""


@dataclass(frozen=True, slots=True)
class Beat:
    """An event of a replay, the lines it means for people, and the seconds to wait before it."""

    pause: float
    event: AnyEvent
    lines: list[str]


def paced(events: Iterable[AnyEvent], speed: float, pace: Pace = "reader") -> Iterator[Beat]:
    """The beats of a replay at a speed (0: without waiting).

    At a reader's pace whoever watches has the time to read what stands there before more comes. As recorded, a clock that went back waits
    for nothing.
    """
    view, before, unread = TalkView(), "", ""
    for event in events:
        view.apply(event)
        lines = told(view, event)
        wait = _between(before, event.time) if pace == "recorded" else reading_seconds(unread) if lines else 0.0
        before = event.time
        unread = " ".join(lines).strip() if lines else unread
        yield Beat(wait / speed if speed > 0 else 0.0, event, lines)


def _between(before: str, now: str) -> float:
    if not before:
        return 0.0
    gap = (datetime.fromisoformat(now) - datetime.fromisoformat(before)).total_seconds()
    return min(LONGEST_PAUSE, max(0.0, gap))


def run_replay(bank: str | None, reference: str, speed: float, display: Literal["plain", "json"], pace: Pace = "reader") -> int:
    """Print an episode, or a talk of a person named by its whole id. Raises UserError when there is none of that name."""
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        events, waiting = _stored(opened, reference)
        for beat in paced(events, speed, pace):
            if beat.pause > 0:
                time.sleep(beat.pause)
            for line in [json_line(beat.event)] if display == "json" else beat.lines:
                put(line)
        if display == "plain" and waiting:
            put("This episode has not begun yet.")
    return Exit.DONE


def _stored(bank: Bank, reference: str) -> tuple[list[AnyEvent], bool]:
    """The events, and whether the episode has not begun yet. Raises UserError for one of a sealed profile."""
    from esc_tui.bank.episodes import find_episode
    from esc_tui.simulate.profiles import is_sealed, retired_ids, sealed_error

    try:
        row = find_episode(bank.connection, reference)
    except UserError:
        events = bank.events(reference.strip())
        if not events:
            raise
        return events, False
    if is_sealed(row, retired_ids(bank)):
        raise sealed_error(row)
    return bank.events(row.conversation), row.state == "waiting"


def told(view: TalkView, event: AnyEvent) -> list[str]:
    """What an event means in lines for people; most events mean none. ``view`` has taken it in already."""
    match event.kind:
        case "episode_started":
            return [f"{visible(event.profile, keep_lines=False)}  arm {visible(event.arm, keep_lines=False)}  {event.protocol}  "
                    f"seed {event.seed}  emotion {event.emotion}", *_hidden(view), ""]
        case "turn_started":
            return [f"seeker {event.turn}: {visible(event.text)}"]
        case "reply_finished":
            turn = view.turn(event.turn)
            strategies = " | ".join(one.strategy.value for one in turn.segments if one.strategy) if turn is not None else ""
            lines = [f"supporter: {visible(event.text)}"]
            facts = "  ".join(part for part in (strategies, ", ".join(event.skills)) if part)
            return [*lines, f"           [{visible(facts, keep_lines=False)}]"] if facts else lines
        case "seeker_appraised":
            felt = visible(without_heading(event.activity), keep_lines=False)
            return [f"           felt: {felt}"] if felt else []
        case "emotion_changed":
            return [f"           {event.change:+d} -> {event.after} ({event.band.value})", ""]
        case "episode_flagged":
            return [f"           ! {event.flag.replace('_', ' ')}: {visible(event.text, keep_lines=False)}"]
        case "episode_retried":
            return ["", f"tried again (attempt {event.attempt}) after: {visible(event.reason, keep_lines=False)}", ""]
        case "episode_finished":
            reason = f": {visible(event.reason, keep_lines=False)}" if event.reason else ""
            return [f"{event.outcome} at emotion {event.emotion} after {event.turns} turns{reason}"]
        case _:
            return []


def _hidden(view: TalkView) -> list[str]:
    masked = view.pins.masked if view.pins is not None else ()
    return [f"hidden from it: {visible(', '.join(masked), keep_lines=False)}"] if masked else []
