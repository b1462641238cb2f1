"""Replay of a stored talk at a reader's pace: the events again, with sentences given out one by one. Pure but for the clock's caller."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from esc_tui.domain.reading_pace import SHORTEST, reading_seconds

if TYPE_CHECKING:
    from esc_tui.domain.events import AnyEvent

SPEEDS = (1, 2, 4, 8)
JUDGING = 0.9
"""Seconds in which the seeker seems to make something of a reply."""


def replayed(events: Iterable[AnyEvent]) -> list[AnyEvent]:
    """The events with each whole segment preceded by its sentences, as it was when somebody watched."""
    from esc_tui.domain.events import SegmentDelta, SegmentFinished
    from esc_tui.domain.text import split_sentences

    out: list[AnyEvent] = []
    for event in events:
        if isinstance(event, SegmentDelta):
            continue
        if isinstance(event, SegmentFinished):
            sentences, _ = split_sentences(event.text)
            out += [SegmentDelta(conversation_id=event.conversation_id, turn=event.turn, time=event.time, segment=event.segment,
                                 skill=event.skill, strategy=event.strategy, text=sentence) for sentence in sentences]
        out.append(event)
    return out


def pause_before(event: AnyEvent, before: AnyEvent | None) -> float:
    """Seconds at speed 1 between an event and the one before: as long as what stands there takes to read."""
    if before is None:
        return 0.0
    if event.kind in {"seeker_appraised", "emotion_changed"}:
        return JUDGING if before.kind == "reply_finished" else 0.0
    text = getattr(before, "text", "") if before.kind in {"turn_started", "segment_delta"} else ""
    if event.kind == "turn_started":
        return SHORTEST * 2
    if not text or event.kind not in {"segment_delta", "state_read", "reply_finished", "guard_checked"}:
        return 0.0
    return reading_seconds(text)


class Replay:
    """Where a replay stands: ``at`` events have been shown."""

    def __init__(self, events: Iterable[AnyEvent], speed: int = 1) -> None:
        self.events = replayed(events)
        self.at = 0
        self.speed = speed
        self.playing = True

    @property
    def over(self) -> bool:
        """True when all was shown."""
        return self.at >= len(self.events)

    @property
    def wait(self) -> float:
        """Seconds until the next event."""
        if self.over:
            return 0.0
        return pause_before(self.events[self.at], self.events[self.at - 1] if self.at else None) / self.speed

    def step(self) -> AnyEvent:
        """The next event."""
        self.at += 1
        return self.events[self.at - 1]

    def faster(self, by: int) -> None:
        """The next speed up or down."""
        place = SPEEDS.index(self.speed) + by
        self.speed = SPEEDS[max(0, min(len(SPEEDS) - 1, place))]
