"""Unsaved edits that survive a crash, and small facts of the interface such as the last pane. Never a key or password."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.skills import json_text


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished edit. ``slug`` is None for a skill not yet in the bank; ``content`` may be half-written, so is unchecked.

    ``key`` is the slug, or any name of a new skill's draft; ``base_revision`` and ``base_version`` say what was opened.
    """

    key: str
    slug: str | None
    content: Mapping[str, Any]
    base_revision: int
    base_version: int | None
    time: str
    conversation: str | None = None


_COLUMNS = "key, slug, content, base_revision, base_version, time, conversation"


def _draft(row: Any) -> Draft:
    return Draft(row[0], row[1], json.loads(row[2]), *row[3:])


def save_draft(connection: BankConnection, draft: Draft) -> None:
    """Keep a draft; one key has one draft, the newest."""
    with connection.transaction():
        connection.run(f"INSERT OR REPLACE INTO drafts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                       (draft.key, draft.slug, json_text(dict(draft.content)), draft.base_revision, draft.base_version,
                        draft.time, draft.conversation))


def read_draft(connection: BankConnection, key: str) -> Draft | None:
    """The draft of a key, or None."""
    row = connection.row(f"SELECT {_COLUMNS} FROM drafts WHERE key = ?", (key,))
    return None if row is None else _draft(row)


def all_drafts(connection: BankConnection) -> list[Draft]:
    """Every draft, newest first."""
    return [_draft(row) for row in connection.rows(f"SELECT {_COLUMNS} FROM drafts ORDER BY time DESC, key")]


def discard_draft(connection: BankConnection, key: str) -> None:
    """Forget a draft; no error when there is none."""
    with connection.transaction():
        connection.run("DELETE FROM drafts WHERE key = ?", (key,))


def remember(connection: BankConnection, key: str, value: str) -> None:
    """Keep one fact of the interface."""
    with connection.transaction():
        connection.run("INSERT OR REPLACE INTO interface_state (key, value) VALUES (?, ?)", (key, value))


def remembered(connection: BankConnection, key: str, default: str = "") -> str:
    """A fact of the interface, or the default."""
    found = connection.value("SELECT value FROM interface_state WHERE key = ?", (key,))
    return default if found is None else str(found)
