"""One SQLite connection as the bank uses it: how it is opened, its transactions, and errors turned into sentences."""

from __future__ import annotations

import contextlib
import sqlite3
import stat
import threading
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

from esc_tui.bank.schema import APPLICATION_ID, SCHEMA_VERSION
from esc_tui.bank.words import begins_word
from esc_tui.domain.errors import BankError, NoBankError

BUSY_MILLISECONDS = 5000
"""How long a connection waits for another writer before it gives up."""
OLDEST_SQLITE = (3, 37, 0)
"""STRICT tables came with this version."""

Mode = Literal["write", "read", "immutable"]


def drawn(identity: str) -> bytes:
    """Where a unit comes in the random sample: a hash of the sample's seed and the unit's id, alike in every copy of a bank."""
    return blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8, key=b"sample 0").digest()


class SearchInterrupted(Exception):
    """A query was stopped by ``interrupt()`` because a newer one is wanted; its answer is of no interest."""


class BankConnection(sqlite3.Connection):
    """A connection whose failures are BankErrors and whose rows are plain tuples.

    It may be shared by threads: writing goes through ``transaction()``, which lets one thread in at a time.
    """

    place: str = ""

    def settle(self, place: str) -> None:
        """Set what every connection of the bank needs."""
        self.place = place
        self.writing = threading.RLock()
        self.isolation_level = None
        self.create_function("begins_word", 2, begins_word, deterministic=True)
        self.create_function("drawn", 1, drawn, deterministic=True)

    def rows(self, statement: str, values: Iterable[Any] = ()) -> list[Any]:
        """All rows of a query."""
        try:
            return super().execute(statement, bindable(values)).fetchall()
        except sqlite3.Error as error:
            raise bank_error(error, self.place) from error

    def row(self, statement: str, values: Iterable[Any] = ()) -> Any:
        """The first row of a query, or None."""
        try:
            return super().execute(statement, bindable(values)).fetchone()
        except sqlite3.Error as error:
            raise bank_error(error, self.place) from error

    def value(self, statement: str, values: Iterable[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.row(statement, values)
        return None if found is None else found[0]

    def run(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """Run one statement that changes something."""
        try:
            return super().execute(statement, bindable(values))
        except sqlite3.Error as error:
            raise bank_error(error, self.place) from error

    def run_many(self, statement: str, values: Iterable[Iterable[Any]]) -> sqlite3.Cursor:
        """Run one statement for each row of values."""
        try:
            return super().executemany(statement, map(bindable, values))
        except sqlite3.Error as error:
            raise bank_error(error, self.place) from error

    @contextlib.contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        """One short IMMEDIATE transaction; all or nothing. Inside another one of the same thread it joins that.

        ``durable`` waits until the disk has it (synchronous FULL), as revisions do; otherwise NORMAL.
        """
        with self.writing:
            if self.in_transaction:
                yield
                return
            self.run(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self.run("BEGIN IMMEDIATE")
            try:
                yield
                self.run("COMMIT")
            except BaseException:
                if self.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        super().execute("ROLLBACK")
                raise


def bindable(values: Iterable[Any]) -> tuple[Any, ...]:
    """Values as SQLite takes them; halves of surrogate pairs, which are no text in UTF-8, become U+FFFD."""
    found = tuple(values)
    for value in found:
        if isinstance(value, str) and not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                return tuple(_whole(one) if isinstance(one, str) else one for one in found)
    return found


def _whole(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def bank_error(error: Exception, place: str) -> Exception:
    """The sentence for a failure of SQLite or of the file system."""
    said = str(error)
    name = str(getattr(error, "sqlite_errorname", "") or "")
    if name.startswith("SQLITE_INTERRUPT") or said == "interrupted":
        return SearchInterrupted(said)
    if name.startswith("SQLITE_NOTADB"):
        return BankError("this file is not a Skills Bank (no SQLite database)", place, "choose another file with --bank")
    if name.startswith("SQLITE_CORRUPT"):
        return BankError("the bank is damaged", place, "run 'esc-tui bank check', or go back to a copy of the file")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BankError("another program holds the bank", place, "close it there or try again in a moment")
    if name.startswith("SQLITE_READONLY"):
        return BankError("the bank cannot be written", place, "copy it to a folder of your own or mend its permissions")
    if name.startswith("SQLITE_FULL") or getattr(error, "errno", None) in {27, 28, 122}:
        return BankError("the disk is full, nothing of this was saved", place, "free some space and try again")
    if name.startswith("SQLITE_IOERR"):
        return BankError(f"the disk refused, nothing of this was saved ({said})", place,
                         "free some space, check the disk and try again")
    if name.startswith("SQLITE_CANTOPEN"):
        return BankError("the bank cannot be opened", place, "check that the file and its folder exist and may be read")
    if isinstance(error, PermissionError) or name.startswith(("SQLITE_PERM", "SQLITE_AUTH")):
        return BankError("the bank may not be read", place, "mend the permissions of the file and its folder")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return BankError("there is no such folder", place, "create it or choose another place")
    return BankError(f"the bank could not do this ({said})", place, "run 'esc-tui bank check'")


@contextlib.contextmanager
def telling(place: Path | str) -> Iterator[None]:
    """Turn failures of SQLite and the file system inside the block into one BankError sentence."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise bank_error(error, str(place)) from error


def connect(path: Path, mode: Mode, *, busy_milliseconds: int = BUSY_MILLISECONDS) -> BankConnection:
    """Open an existing file. ``immutable`` looks at a file that nobody changes (a template, a read-only disk).

    In a folder that cannot be written, reading falls back on ``immutable``, unless a write-ahead log there holds something.
    Raises BankError when the file is missing, no bank, newer than the program, locked or damaged.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise BankError(f"this Python carries SQLite {sqlite3.sqlite_version}; 3.37 or newer is needed", str(path),
                        "use a newer Python")
    with telling(path):
        if path.is_dir():
            raise NoBankError("this is a folder, not a bank", str(path), "name a file with --bank")
        if not path.exists():
            raise NoBankError("there is no bank here", str(path), "check the path")
    try:
        return _open(path, mode, busy_milliseconds)
    except BankError as error:
        log = path.with_name(path.name + "-wal")
        needs_a_log = any(part in error.what for part in ("cannot be opened", "cannot be written"))
        if mode != "read" or not needs_a_log or (log.exists() and log.stat().st_size):
            raise
        return _open(path, "immutable", busy_milliseconds)


def _open(path: Path, mode: Mode, busy_milliseconds: int) -> BankConnection:
    option = {"write": "mode=rw", "read": "mode=ro", "immutable": "mode=ro&immutable=1"}[mode]
    with telling(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{option}", uri=True, check_same_thread=False,
                                     timeout=busy_milliseconds / 1000, factory=BankConnection)
    connection.settle(str(path))
    try:
        if mode == "write":
            connection.run("PRAGMA foreign_keys = ON")
            connection.run("PRAGMA secure_delete = ON")
        else:
            connection.run("PRAGMA query_only = ON")
        _must_be_a_bank(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _must_be_a_bank(connection: BankConnection) -> None:
    if connection.value("PRAGMA application_id") != APPLICATION_ID:
        raise BankError("this SQLite file is not a Skills Bank", connection.place, "choose another file with --bank")
    version = connection.value("PRAGMA user_version")
    if version > SCHEMA_VERSION:
        raise BankError(f"the bank is newer than this program (schema {version}, known is {SCHEMA_VERSION})",
                        connection.place, "update the program: pip install --upgrade esc-tui")


def fold_log(path: Path) -> None:
    """Write what a bank's write-ahead log holds into its file, as far as others are not at it just now; nobody waits for it.

    Raises BankError when the bank cannot be written.
    """
    connection = connect(path, "write", busy_milliseconds=0)
    try:
        connection.row("PRAGMA wal_checkpoint(PASSIVE)")
    finally:
        connection.close()


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents, for its owner alone (0700)."""
    with telling(folder):
        missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
        for parent in reversed(missing):
            parent.mkdir(mode=0o700, exist_ok=True)


def guard_file(path: Path) -> None:
    """Make a file readable and writable by its owner alone (0600)."""
    with telling(path):
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
