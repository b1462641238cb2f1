"""Named migrations: each a function applied in one transaction, with a backup file made first and its name recorded.

A released migration is never edited; a new schema is a new function at the end. Only this module imports sqlite-utils.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlite_utils
from sqlite_utils import Migrations

from esc_tui.bank.connection import BankConnection, bank_error, guard_file, telling
from esc_tui.bank.schema import (
    APPLICATION_ID,
    SCHEMA_1,
    SCHEMA_2,
    SCHEMA_3,
    SCHEMA_4,
    SCHEMA_5,
    SCHEMA_6,
    SCHEMA_VERSION,
)
from esc_tui.domain.errors import BankError

SET_NAME = "esc-tui-bank"
MIGRATIONS_TABLE = (
    "CREATE TABLE IF NOT EXISTS _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT NOT NULL, "
    "name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT",
    "CREATE UNIQUE INDEX IF NOT EXISTS idx__sqlite_migrations_migration_set_name "
    "ON _sqlite_migrations (migration_set, name)",
)
migration = Migrations(SET_NAME)


@migration(name="0001_first_bank")
def first_bank(database: sqlite_utils.Database) -> None:
    """All tables of the first release."""
    for statement in SCHEMA_1:
        database.execute(statement)
    database.execute("PRAGMA user_version = 1")


@migration(name="0002_corpora")
def corpora(database: sqlite_utils.Database) -> None:
    """Dialogues known by their words, labels by several people, prototypes, learned models, measurements and vectors."""
    from esc_tui.bank.dialogues import fill_in

    for statement in SCHEMA_2:
        database.execute(statement)
    fill_in(database.conn)
    database.execute("PRAGMA user_version = 2")


@migration(name="0003_episodes")
def episodes(database: sqlite_utils.Database) -> None:
    """Runs of simulated talks, their episodes, what is asked of them, and answers kept from endpoints."""
    for statement in SCHEMA_3:
        database.execute(statement)
    database.execute("PRAGMA user_version = 3")


@migration(name="0004_holders")
def holders(database: sqlite_utils.Database) -> None:
    """Signs of life of the process that carries a run out; answers of endpoints belong to the run that asked."""
    for statement in SCHEMA_4:
        database.execute(statement)
    database.execute("PRAGMA user_version = 4")


@migration(name="0005_evolution")
def evolution(database: sqlite_utils.Database) -> None:
    """Findings, proposals and what they would change, cohorts, verifications, decisions, blind readings, regression cases."""
    for statement in SCHEMA_5:
        database.execute(statement)
    database.execute("PRAGMA user_version = 5")


@migration(name="0006_evidence_line")
def evidence_line(database: sqlite_utils.Database) -> None:
    """Evidence in the line of revisions: what was learned, and what was set back."""
    for statement in SCHEMA_6:
        database.execute(statement)
    database.execute("PRAGMA user_version = 6")


def migrate(connection: BankConnection, path: Path, *, backup: bool = True, steps: Migrations = migration) -> Path | None:
    """Bring a bank up to date; returns the backup file made before the first change, or None when none was needed.

    Raises BankError when the bank knows a migration that this program does not, or a migration fails; then the bank is
    as it was, and the backup stays.
    """
    database = sqlite_utils.Database(connection)
    applied = {done.name for done in steps.applied(database)}
    known = {step.name for step in steps._migrations}
    if applied - known:
        raise BankError(f"the bank is newer than this program (it has '{sorted(applied - known)[0]}')", str(path),
                        "update the program: pip install --upgrade esc-tui")
    if not steps.pending(database):
        return None
    copy = backup_beside(connection, path, max(applied, default="")) if backup and applied else None
    try:
        for statement in MIGRATIONS_TABLE:
            database.execute(statement)
        connection.run(f"PRAGMA application_id = {APPLICATION_ID}")
        steps.apply(database)
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.rollback()
        if connection.value("PRAGMA user_version") == SCHEMA_VERSION:
            return copy  # another process did the same at this moment
        raise bank_error(error, str(path)) from error
    return copy


def backup_beside(connection: BankConnection, path: Path, label: str) -> Path:
    """A complete copy of the bank beside it, named after its last migration; an older copy of that name is kept."""
    stem = f"{path.name}.{label or 'empty'}.backup"
    target = path.with_name(stem)
    count = 1
    while target.exists():
        count += 1
        target = path.with_name(f"{stem}-{count}")
    with telling(target):
        target.touch(mode=0o600, exist_ok=False)
        copy = sqlite3.connect(target)
        try:
            connection.backup(copy)
        finally:
            copy.close()
    guard_file(target)
    return target


def create(path: Path) -> None:
    """Lay all tables into an empty file; it stays in journal mode DELETE until it is opened to write."""
    with telling(path):
        plain = sqlite3.connect(path, factory=BankConnection)
        plain.settle(str(path))
        try:
            plain.run(f"PRAGMA application_id = {APPLICATION_ID}")
            plain.run("PRAGMA secure_delete = ON")
            migrate(plain, path, backup=False)
        finally:
            plain.close()
