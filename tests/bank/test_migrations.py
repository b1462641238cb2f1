"""Named migrations: from every released schema, each in one transaction, with a copy of the bank made first."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlite_utils
from sqlite_utils import Migrations

from esc_tui.bank.answers import cached_answer
from esc_tui.bank.bank import create_empty_bank, open_bank
from esc_tui.bank.connection import connect
from esc_tui.bank.holding import give_sign
from esc_tui.bank.migrations import SET_NAME, corpora, episodes, evidence_line, evolution, first_bank, holders, migrate
from esc_tui.bank.runs import add_run, claim_run, find_run, list_runs
from esc_tui.bank.schema import SCHEMA_VERSION
from esc_tui.domain.errors import BankError
from tests.support_bank import FIXED_TIME, five_skills, small_bank_file

RELEASED = sorted((Path(__file__).parent / "released").glob("schema_*.sql"))


def tables(connection: sqlite3.Connection) -> dict[str, str]:
    return {name: " ".join(sql.split()) for name, sql in connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")}


def with_next(fails: bool = False) -> Migrations:
    """The steps of this program and one more."""
    steps = Migrations(SET_NAME)
    steps(name="0001_first_bank")(first_bank)
    steps(name="0002_corpora")(corpora)
    steps(name="0003_episodes")(episodes)
    steps(name="0004_holders")(holders)
    steps(name="0005_evolution")(evolution)
    steps(name="0006_evidence_line")(evidence_line)

    @steps(name="0007_next")
    def following(database: sqlite_utils.Database) -> None:
        database.execute("CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT")
        if fails:
            database.execute("INSERT INTO nowhere VALUES (1)")

    return steps


@pytest.mark.parametrize("dump", RELEASED, ids=lambda path: path.stem)
def test_a_bank_of_every_released_schema_opens_and_works(tmp_path: Path, dump: Path) -> None:
    path = tmp_path / "old.db"
    plain = sqlite3.connect(path)
    plain.executescript(dump.read_text(encoding="utf-8"))
    plain.close()
    with open_bank(path) as bank, create_empty_bank(tmp_path / "new.db") as new:
        assert tables(bank.connection) == tables(new.connection)
        assert bank.check() == []
        assert bank.list_skills().rows[0].slug == "ask-one-small-want"
        assert bank.skill("name-the-loss") == five_skills()[3]
        skill = bank.skill("turn-the-page")
        bank.commit({skill.slug: None}, author="Ada", message="out", base_revision=bank.head_number)
        bank.undo("Ada")
        assert bank.skill("turn-the-page") == skill


def test_there_is_a_released_schema_to_test_from() -> None:
    assert RELEASED


def test_a_bank_of_schema_2_keeps_its_words_and_can_hold_runs(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    plain = sqlite3.connect(path)
    plain.executescript((Path(__file__).parent / "released/schema_2.sql").read_text(encoding="utf-8"))
    before = plain.execute("SELECT id, hash FROM dialogues ORDER BY id").fetchall()
    plain.close()
    with open_bank(path) as bank:
        assert bank.connection.rows("SELECT id, hash FROM dialogues ORDER BY id") == before
        assert bank.connection.value("PRAGMA user_version") == SCHEMA_VERSION
        assert list_runs(bank.connection) == []
        add_run(bank.writing, "run-1", "imported", "notes.jsonl", FIXED_TIME, {}, {}, [], [])
        assert [run.title for run in list_runs(bank.connection)] == ["notes.jsonl"]
        assert bank.check() == []
    copy = sqlite3.connect(tmp_path / "old.db.0002_corpora.backup")
    assert copy.execute("PRAGMA user_version").fetchone() == (2,)
    copy.close()


def test_a_bank_of_schema_3_keeps_its_run_and_it_can_go_on(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    plain = sqlite3.connect(path)
    plain.executescript((Path(__file__).parent / "released/schema_3.sql").read_text(encoding="utf-8"))
    before = plain.execute("SELECT conversation, kind, data FROM events ORDER BY event_id").fetchall()
    plain.close()
    with open_bank(path) as bank:
        assert bank.connection.rows("SELECT conversation, kind, data FROM events ORDER BY event_id") == before
        assert cached_answer(bank.connection, "an-old-key") == '{"change": 4}'
        run = find_run(bank.connection, 1)
        assert (run.state, run.reason, run.can_resume) == ("stopped", "the run was broken off", True)
        assert claim_run(bank.writing, 1, FIXED_TIME).alive
        give_sign(bank.writing, 1, FIXED_TIME)
        assert bank.check() == []


def test_every_table_is_strict(tmp_path: Path) -> None:
    with create_empty_bank(tmp_path / "new.db") as bank:
        loose = bank.connection.rows("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict "
                                     "AND name NOT LIKE 'sqlite_%'")
        assert loose == []


def test_a_migration_is_recorded_and_a_copy_made_first(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    connection = connect(path, "write")
    copy = migrate(connection, path, steps=with_next())
    names = [row[0] for row in connection.rows("SELECT name FROM _sqlite_migrations ORDER BY id")]
    connection.close()
    assert names == ["0001_first_bank", "0002_corpora", "0003_episodes", "0004_holders", "0005_evolution", "0006_evidence_line",
                     "0007_next"]
    assert copy is not None and copy.stat().st_mode & 0o777 == 0o600
    with open_bank(copy, readonly=True) as before:
        assert before.connection.value("SELECT count(*) FROM sqlite_master WHERE name = 'extra'") == 0
        assert before.check() == []


def test_an_older_copy_is_never_overwritten(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    older = tmp_path / "small.db.0006_evidence_line.backup"
    older.write_text("older")
    connection = connect(path, "write")
    copy = migrate(connection, path, steps=with_next())
    connection.close()
    assert older.read_text() == "older" and copy != older


def test_a_migration_that_fails_leaves_the_bank_as_it_was(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    connection = connect(path, "write")
    before = tables(connection)
    migrate_failing = with_next(fails=True)
    connection.run("PRAGMA user_version = 1")
    with pytest.raises(BankError, match="no such table: nowhere"):
        migrate(connection, path, steps=migrate_failing)
    assert tables(connection) == before
    connection.close()


def test_a_bank_with_an_unknown_migration_is_refused(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    connection = connect(path, "write")
    migrate(connection, path, steps=with_next())
    with pytest.raises(BankError, match="newer than this program \\(it has '0007_next'\\)"):
        migrate(connection, path)
    connection.close()


def test_nothing_to_do_makes_no_copy(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path)
    connection = connect(path, "write")
    assert migrate(connection, path) is None
    connection.close()
    assert [file.name for file in tmp_path.iterdir()] == ["small.db"]
