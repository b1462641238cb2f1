"""Opening somebody else's bank to read it, whatever its age, without ever writing to its file."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from esc_tui.bank.connection import connect, telling
from esc_tui.bank.reading import BankReader, open_reader
from esc_tui.bank.schema import SCHEMA_VERSION


@contextmanager
def other_bank(path: Path) -> Iterator[BankReader]:
    """The bank as a reader; an older one is read from a private copy that is brought up to date.

    Raises BankError when it is no bank, damaged or newer than the program.
    """
    connection = connect(path, "read")
    if connection.value("PRAGMA user_version") >= SCHEMA_VERSION:
        connection.close()
        with open_reader(path) as reader:
            yield reader
        return
    from esc_tui.bank.bank import open_bank

    with tempfile.TemporaryDirectory(prefix="esc-tui-") as folder:
        copy = Path(folder) / path.name
        try:
            with telling(copy):
                target = sqlite3.connect(copy)
                try:
                    connection.backup(target)
                finally:
                    target.close()
        finally:
            connection.close()
        with open_bank(copy) as opened:
            yield opened
