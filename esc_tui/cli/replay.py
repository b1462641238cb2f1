"""``esc-tui replay`` and ``episodes show``: a stored episode again, from its events, at any speed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from esc_tui.cli.chat import json_line
from esc_tui.cli.common import Exit, open_session_bank, put, settings_from
from esc_tui.domain.errors import UserError
from esc_tui.domain.talk import TalkView
from esc_tui.domain.text import visible
from esc_tui.interchange.sage.wordings import without_heading

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.events import AnyEvent

LONGEST_PAUSE = 6.0
"""Seconds that replay waits at most between two events, before its speed: a run that lay still overnight is not waited for."""


def paced(events: Iterable[AnyEvent], speed: float) -> Iterator[tuple[float, AnyEvent]]:
    """Each event with the seconds to wait before it at a speed (0: none). A clock that went back waits for nothing."""
    before: datetime | None = None
    for event in events:
        now = datetime.fromisoformat(event.time)
        gap = (now - before).total_seconds() if before is not None else 0.0
        before = now
        yield (min(LONGEST_PAUSE, max(0.0, gap)) / speed if speed > 0 else 0.0), event


def run_replay(bank: str | None, reference: str, speed: float, display: Literal["plain", "json"]) -> int:
    """Print an episode, or a talk of a person named by its whole id. Raises UserError when there is none of that name."""
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        events, waiting = _stored(opened, reference)
        view = TalkView()
        for pause, event in paced(events, speed):
            if pause > 0:
                time.sleep(pause)
            if display == "json":
                put(json_line(event))
                continue
            view.apply(event)
            for line in told(view, event):
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
