"""Bank files that come into being whole or not at all: made beside their place, on the disk, then named; and copies of open banks."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.bank.connection import telling
from esc_tui.domain.errors import BankError, WrongUseError
from esc_tui.settings import files

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader


@contextmanager
def new_file_beside(path: Path) -> Iterator[Path]:
    """An empty file of the owner's alone in the folder of ``path``; it is gone at the end unless it was given another name."""
    with telling(path):
        handle, name = tempfile.mkstemp(prefix=".esc-tui-", suffix=".new", dir=path.parent)
        os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            temporary.with_name(temporary.name + end).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def link_new(temporary: Path, path: Path) -> None:
    """Give a finished file its name. Raises BankError when something has that name by now."""
    with telling(path):
        try:
            files.link_new(temporary, path)
        except FileExistsError:
            raise BankError("there already is a file", str(path), "choose another name") from None


def copy_bank(bank: BankReader, path: Path, *, replace: bool = False) -> None:
    """Write all of a bank as one file, as it stands now, also while somebody works in it: what its write-ahead log holds comes along.

    Nobody is kept waiting. The copy stands alone: it has no log. Raises WrongUseError, with nothing written, where ``path`` is the bank
    itself, a folder, in no folder, there already (unless ``replace``), or a bank that is open; BankError when the disk refuses.
    """
    with telling(path):
        if path.is_dir():
            raise WrongUseError("this is a folder", str(path), "name a file in it")
        if not path.parent.is_dir():
            raise WrongUseError("this folder does not exist", str(path.parent), "create it, or choose another place")
        if path.exists() and path.samefile(bank.path):
            raise WrongUseError("this is the bank itself", str(path), "name another file")
        if path.exists() and not replace:
            raise WrongUseError("a file of this name is there already", str(path), "choose another name, or add --replace")
        if any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):  # SQLite would put that log into the copy
            raise WrongUseError("a bank of this name is open, or was left in the middle of a change", str(path),
                                "close it there, or choose another name")
    with new_file_beside(path) as temporary:
        with telling(path):
            copy = sqlite3.connect(temporary)
            try:
                bank.connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()
            sync(temporary)
        if replace:
            with telling(path):
                temporary.replace(path)
        else:
            link_new(temporary, path)
        with telling(path):
            sync(path.parent)
