"""Writes the fixture bank as SQL, once for each released schema: ``python -m tests.bank.release_schema``."""

from __future__ import annotations

import sqlite3
import tempfile
from dataclasses import replace
from pathlib import Path

from esc_tui.bank.bank import open_bank
from esc_tui.bank.episodes import append_run_events, prepared
from esc_tui.bank.runs import add_run, ask_of_run
from esc_tui.bank.schema import APPLICATION_ID, SCHEMA_VERSION
from esc_tui.domain.events import (
    ConversationStarted,
    EmotionChanged,
    EpisodeFinished,
    EpisodeStarted,
    ReplyFinished,
    SeekerAppraised,
    TurnStarted,
)
from esc_tui.domain.sage import Band
from esc_tui.simulate.planning import RunSettings, plan_episodes
from tests.support_bank import FIXED_TIME, one_profile, small_bank_file

RELEASED = Path(__file__).parent / "released"


def dump(path: Path) -> str:
    """A bank as an SQL script: every statement of its schema and every row, those of the search indexes by their words."""
    connection = sqlite3.connect(path)
    try:
        schema = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
        virtual = [name for _, name, sql in schema if sql.startswith("CREATE VIRTUAL")]
        lines = ["PRAGMA foreign_keys = OFF;", "BEGIN;"]
        rows: list[str] = []
        for kind, name, sql in schema:
            if name.startswith("sqlite_") or (name not in virtual and any(name.startswith(f"{one}_") for one in virtual)):
                continue
            lines.append(f"{sql};")
            if kind == "table" and "fts5vocab" not in sql:
                columns = [row[1] for row in connection.execute("SELECT * FROM pragma_table_info(?)", (name,))]
                columns = ["rowid", *columns] if name in virtual else columns
                names = ", ".join(f'"{column}"' for column in columns)
                quoted = " || ', ' || ".join(f'quote("{column}")' for column in columns)
                rows += [f"INSERT INTO {name} ({names}) VALUES ({values});"
                         for (values,) in connection.execute(f"SELECT {quoted} FROM {name}")]
    finally:
        connection.close()
    return "\n".join([*lines, *rows, "COMMIT;", f"PRAGMA application_id = {APPLICATION_ID};",
                      f"PRAGMA user_version = {SCHEMA_VERSION};", ""])


def with_a_run(path: Path) -> Path:
    """The bank with a run of two talks, one over and one broken off in its second turn, an order and an answer that was kept."""
    settings = RunSettings(repeats=2, title="two talks")
    planned = [replace(one, conversation=f"talk-of-run-1-{one.number}") for one in plan_episodes(settings, [one_profile()])]
    with open_bank(path) as bank:
        pins = bank.pins()
        run = add_run(bank.writing, "run-of-the-fixture", "simulated", settings.title, FIXED_TIME, {
            "run": settings.model_dump(mode="json"), "pins": [pins.model_dump_json()], "arms": ["r1"], "model": ""},
            {"episodes": 2, "calls": 0, "tokens": 0, "seconds": 1.0, "measured": False}, planned, [one_profile()])
        for one in planned:
            head = {"conversation_id": one.conversation, "time": FIXED_TIME}
            felt = [] if one.number == 2 else [
                SeekerAppraised(content="it asked", activity="she breathes out", change=5, turn=1, **head),
                EmotionChanged(before=40, change=5, after=45, band=Band.B, turn=1, **head),
                EpisodeFinished(outcome="goodbye", emotion=45, turns=1, turn=1, **head)]
            append_run_events(bank.writing, run, [prepared(event) for event in (
                ConversationStarted(pins=pins, engine="embedded", live=False, title=one.name, **head),
                EpisodeStarted(run="run-of-the-fixture", profile=one.profile, profile_hash=one.profile_hash, arm="r1", repeat=one.repeat,
                               protocol="sage-fixed", seeker_engine="embedded", seed=one.seed, emotion=40, **head),
                TurnStarted(text="nobody at work even noticed", turn=1, **head),
                ReplyFinished(text="All that work, unseen.", skills=("name-the-loss",), turn=1, **head), *felt)])
        ask_of_run(bank.writing, run, "pause", FIXED_TIME)
        bank.writing.run("UPDATE runs SET state = 'stopped', reason = 'the run was broken off', started = ?1, ended = ?1", (FIXED_TIME,))
        bank.writing.run("UPDATE conversations SET owner = ''")  # the machine that made the fixture is nobody's business
        bank.writing.run("INSERT INTO cached_answers (key, answer, time) VALUES ('an-old-key', '{\"change\": 4}', ?)", (FIXED_TIME,))
    return path


if __name__ == "__main__":
    RELEASED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        text = dump(with_a_run(small_bank_file(Path(folder))))
    (RELEASED / f"schema_{SCHEMA_VERSION}.sql").write_text(text, encoding="utf-8")
