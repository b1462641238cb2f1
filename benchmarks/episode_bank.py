"""Banks with simulated runs for measuring: one finished run of 5,000 episodes, and one of 32 that a process keeps telling.

``python -m benchmarks.episode_bank PATH TOKENS SECONDS`` is that process: it claims run 1 and stores so many tokens a second.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from esc_tui.bank.bank import open_bank
from esc_tui.bank.episodes import PlannedEpisode, PreparedEvent, append_run_events, episode_rows, prepared
from esc_tui.bank.runs import add_run, claim_run, set_run_state
from esc_tui.domain.base import now_iso
from esc_tui.domain.events import (
    AnyEvent,
    ConversationStarted,
    EmotionChanged,
    EpisodeFinished,
    EpisodeStarted,
    GuardChecked,
    ReplyFinished,
    SeekerAppraised,
    SeekerSpoke,
    SegmentDelta,
    SegmentFinished,
    TurnStarted,
)
from esc_tui.domain.hashing import canonical_json, sha256
from esc_tui.domain.labels import Character, Need, Scenario, Strategy
from esc_tui.domain.profile import Profile
from esc_tui.domain.revision import Pins
from esc_tui.domain.sage import band_of
from esc_tui.settings.locator import template_path

EPISODES, TURNS = 5_000, 20
TEMPLATES = 8
TOKENS_A_REPLY = 40
PINS = Pins(revision=1, revision_hash="0" * 64, evidence_snapshot=1)
SAID = "The trams stop at one and then it is only me and the ceiling, and I count the boxes from March again."
REPLY = "So the hour itself is part of the weight. What would one small sign of being noticed look like to you this week?"
NAMES = ("Mara", "Jon", "Wei", "Ada", "Tomas", "Priya", "Nils", "Rosa")


def profile(number: int) -> Profile:
    """A seeker of nobody."""
    return Profile(
        id=f"made-{number}",
        name=NAMES[number % 8],
        age=20 + number % 50,
        scenario=list(Scenario)[number % 18],
        persona="quiet",
        scene="none",
        character=list(Character)[number % 3],
        need=list(Need)[number % 8],
        wish="to be heard",
        first_line=SAID,
    )


def turn_events(conversation: str, turn: int, emotion: int, change: int) -> tuple[list[AnyEvent], int]:
    """One turn without what only the why side shows, and the emotion after it."""
    head = {"conversation_id": conversation, "turn": turn, "time": now_iso()}
    after = max(0, min(100, emotion + change))
    events: list[AnyEvent] = [] if turn == 1 else [SeekerSpoke(thinking="go on a little", text=SAID, **head)]
    events += [
        TurnStarted(text=SAID, **head),
        GuardChecked(phase="in", **head),
        SegmentFinished(segment=1, skill="sit-with-the-night", strategy=Strategy.REFLECTION, text=REPLY, **head),
        ReplyFinished(text=REPLY, skills=("sit-with-the-night",), **head),
        SeekerAppraised(activity="Finally somebody heard it.", change=change, **head),
        EmotionChanged(before=emotion, change=change, after=after, band=band_of(after), **head),
    ]
    return events, after


def begun(conversation: str, who: Profile) -> list[AnyEvent]:
    """The first two events."""
    head = {"conversation_id": conversation, "turn": 0, "time": now_iso()}
    return [ConversationStarted(pins=PINS, engine="embedded", live=False, title=who.name, **head),
            EpisodeStarted(run="run", profile=who.id, profile_hash="", arm="r1", protocol="sage-fixed", seeker_engine="embedded",
                           emotion=40,
                           **head)]  # fmt: skip


def planned(count: int) -> tuple[list[PlannedEpisode], list[Profile]]:
    """Episodes over 48 profiles."""
    profiles = [profile(number) for number in range(48)]
    rows = []
    for number in range(1, count + 1):
        who = profiles[(number - 1) % 48]
        rows.append(PlannedEpisode(
            number, f"01BENCH{number:019}", who.id, sha256(canonical_json(who)), f"{who.name}, {who.age}", 0, 1 + (number - 1) // 48,
            number,
            who.shelf.value, who.scenario.value, who.character.value, who.need.value, 40))  # fmt: skip
    return rows, profiles


def _templates() -> list[list[PreparedEvent]]:
    found = []
    for kind in range(TEMPLATES):
        events, emotion = begun("x", profile(kind)), 40
        for turn in range(1, TURNS + 1):
            more, emotion = turn_events("x", turn, emotion, (kind - 3 + turn) % 9 - 4)
            events += more
        events.append(
            EpisodeFinished(conversation_id="x", turn=TURNS, time=now_iso(), outcome="turns", emotion=emotion, turns=TURNS)
        )
        found.append([prepared(event) for event in events])
    return found


def _renamed(event: PreparedEvent, conversation: str) -> PreparedEvent:
    opening = (conversation, *event.opening[1:]) if event.opening is not None else None
    return replace(event, columns=(conversation, *event.columns[1:]), opening=opening)


def finished_bank(path: Path, episodes: int = EPISODES) -> None:
    """A bank whose run 1 has so many finished episodes of 20 turns."""
    shutil.copyfile(template_path(), path)
    rows, profiles = planned(episodes)
    templates = _templates()
    settings = {"run": {"seed": 7, "slots": 16}, "arms": ["r1"]}
    with open_bank(path) as bank:
        number = add_run(bank.writing, "01RUNBENCH", "simulated", f"{episodes} episodes", now_iso(), settings, {}, rows, profiles)
        for start in range(0, episodes, 50):
            append_run_events(
                bank.writing,
                number,
                [
                    _renamed(event, row.conversation)
                    for row in rows[start : start + 50]
                    for event in templates[row.number % TEMPLATES]
                ],
            )
        set_run_state(bank.writing, number, "done", now_iso())


def planned_bank(path: Path, episodes: int = 32) -> None:
    """A bank whose run 1 waits for ``tell``."""
    shutil.copyfile(template_path(), path)
    rows, profiles = planned(episodes)
    with open_bank(path) as bank:
        add_run(bank.writing, "01RUNBENCH", "simulated", f"{episodes} at once", now_iso(), {"run": {"seed": 7}, "arms": ["r1"]},
                {"seconds": 600.0}, rows, profiles)  # fmt: skip


def _telling(conversation: str, who: Profile) -> Iterator[list[AnyEvent]]:
    """A talk without end, token by token."""
    yield begun(conversation, who)
    emotion, turn = 40, 0
    words = REPLY.split()
    while True:
        turn += 1
        events, emotion = turn_events(conversation, turn, emotion, (turn * 7) % 11 - 5)
        cut = next(place for place, event in enumerate(events) if event.kind == "segment_finished")
        yield events[:cut]
        for token in range(TOKENS_A_REPLY):
            yield [SegmentDelta(conversation_id=conversation, turn=turn, time=now_iso(), segment=1, skill="sit-with-the-night",
                                strategy=Strategy.REFLECTION, text=words[token % len(words)])]  # fmt: skip
        yield events[cut:]


def tell(path: Path, tokens: float, seconds: float) -> None:
    """Claim run 1 and tell all of its episodes at once, so many tokens a second together, every token an event."""
    with open_bank(path) as bank:
        claim_run(bank.writing, 1, now_iso())
        rows = episode_rows(bank.connection, 1)
        talks = [_telling(row.conversation, profile(row.number - 1)) for row in rows]
        append_run_events(bank.writing, 1, [prepared(event) for talk in talks for event in next(talk)])
        started, told, turn = time.perf_counter(), 0, 0
        while (now := time.perf_counter() - started) < seconds:
            due = int(now * tokens)
            events: list[AnyEvent] = []
            while told < due:
                new = next(talks[turn % len(talks)])
                turn += 1
                told += new[0].kind == "segment_delta"
                events += new
            if events:
                append_run_events(bank.writing, 1, [prepared(event) for event in events])
            time.sleep(0.05)
        set_run_state(bank.writing, 1, "stopped", now_iso())


if __name__ == "__main__":
    tell(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
