"""Opening somebody else's bank to read it, whatever its age, without ever writing to its file; private copies of a bank."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.bank.connection import BankConnection, connect, telling
from esc_tui.bank.reading import BankReader, open_reader
from esc_tui.bank.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank


@contextmanager
def other_bank(path: Path) -> Iterator[BankReader]:
    """The bank as a reader; an older one is read from a private copy that is brought up to date.

    Raises BankError when it is no bank, damaged or newer than the program.
    """
    connection = connect(path, "read")
    try:
        if connection.value("PRAGMA user_version") < SCHEMA_VERSION:
            with private_copy(connection, path.name) as opened:
                yield opened
            return
    finally:
        connection.close()
    with open_reader(path) as reader:
        yield reader


@contextmanager
def private_copy(connection: BankConnection, name: str) -> Iterator[Bank]:
    """A copy of an open bank in a folder for its owner alone, brought up to date; it is gone at the end."""
    from esc_tui.bank.bank import open_bank

    with tempfile.TemporaryDirectory(prefix="esc-tui-") as folder:
        copy = Path(folder) / name
        with telling(copy):
            target = sqlite3.connect(copy)
            try:
                connection.backup(target)
            finally:
                target.close()
        with open_bank(copy) as opened:
            yield opened


@contextmanager
def unnamed_copy(connection: BankConnection) -> Iterator[BankConnection]:
    """A copy of an open bank to try something on. No folder shows it and nothing of it outlives the program, for it may hold talks."""
    copy = sqlite3.connect("", factory=BankConnection)  # SQLite's own temporary database: in memory, or in a file without a name
    try:
        copy.settle(connection.place)
        connection.backup(copy)
        copy.run("PRAGMA foreign_keys = ON")
        yield copy
    finally:
        copy.close()
