"""The bank: everything a reader can do, plus all that writes. One writing connection a process, short transactions."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from esc_tui.bank import dialogues, drafts, evidence, revisions, talks, units
from esc_tui.bank.connection import BUSY_MILLISECONDS, BankConnection, connect, guard_file, telling
from esc_tui.bank.drafts import Draft
from esc_tui.bank.reading import BankReader, open_reader
from esc_tui.bank.schema import SCHEMA_VERSION
from esc_tui.bank.talks import Forgotten
from esc_tui.domain.errors import BankError, UserError
from esc_tui.settings.locator import BANK_NAME, template_path

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import Dialogue, InterventionUnit
    from esc_tui.domain.events import ConversationStarted, Event
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.revision import EvidenceRow, Revision, RevisionKind
    from esc_tui.domain.skill import Skill


TEMPLATE_REASON = "this is the template that new banks are made from"


def _now() -> str:
    from esc_tui.domain.base import now_iso

    return now_iso()


class Bank(BankReader):
    """A bank to read and, unless ``view_only``, to write. ``view_only_reason`` is a sentence, empty when it can be written.

    Every writing method raises BankError when the bank is view-only, locked by another program, or the disk is full; then
    nothing of it is saved.
    """

    def __init__(self, connection: BankConnection, path: Path, *, immutable: bool = False, view_only_reason: str = "",
                 busy_milliseconds: int = BUSY_MILLISECONDS) -> None:
        super().__init__(connection, path, immutable=immutable)
        self.view_only_reason = view_only_reason
        self.backup: Path | None = None
        self.stopped_turns = 0
        self._busy = busy_milliseconds

    @property
    def view_only(self) -> bool:
        """True when nothing can be written."""
        return bool(self.view_only_reason)

    def reader(self) -> BankReader:
        """Another connection that only reads, for one other thread or for searches that may be interrupted."""
        return open_reader(self.path, immutable=self.immutable, busy_milliseconds=self._busy)

    def _writer(self) -> BankConnection:
        if self.view_only_reason:
            raise BankError(self.view_only_reason, str(self.path), "copy the file to a folder of your own, or give --bank PATH")
        return self.connection

    @property
    def writing(self) -> BankConnection:
        """The writing connection, for the functions of this package that take one. Raises BankError when view-only."""
        return self._writer()

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Several writes as one durable transaction: all or nothing."""
        with self._writer().transaction(durable=True):
            yield

    # Revisions

    def commit(self, changes: Mapping[str, Skill | None], *, kind: RevisionKind = "edit", author: str, message: str,
               base_revision: int) -> Revision:
        """Make a revision that puts each slug at the given skill (None takes it out); returns it.

        Version numbers are given by the bank. Without any difference the newest revision is returned and nothing written.
        Other people's changes to other skills are kept; to one of these skills: ConflictError, saying who and when.
        """
        return revisions.commit_changes(self._writer(), changes, kind=kind, author=author, message=message,
                                        base_revision=base_revision, time=_now())

    def undo(self, author: str) -> Revision:
        """Go one step back along the restored states. Raises UserError when there is nothing to undo."""
        return revisions.step(self._writer(), "undo", author, _now())

    def redo(self, author: str) -> Revision:
        """Take the last undo back. Raises UserError when there is nothing to redo (any other change empties it)."""
        return revisions.step(self._writer(), "redo", author, _now())

    def rollback(self, reference: str | int, author: str, message: str = "") -> Revision:
        """Restore any revision, as a new one."""
        return revisions.roll_back(self._writer(), reference, author, message, _now())

    # Drafts and the interface

    def save_draft(self, key: str, content: Mapping[str, Any], *, base_revision: int, base_version: int | None = None,
                   slug: str | None = None, conversation: str | None = None) -> None:
        """Keep an unfinished edit. ``key`` is the slug, or any name for a new skill's draft; content is any JSON."""
        drafts.save_draft(self._writer(), Draft(key, slug, content, base_revision, base_version, _now(), conversation))

    def discard_draft(self, key: str) -> None:
        """Forget a draft."""
        drafts.discard_draft(self._writer(), key)

    def remember(self, key: str, value: str) -> None:
        """Keep a fact of the interface; does nothing in a view-only bank. Never give it a key or a password."""
        if not self.view_only:
            drafts.remember(self.connection, key, value)

    # Dialogues, units, profiles, evidence

    def add_dialogues(self, new: Iterable[Dialogue], conversation: str | None = None) -> int:
        """Store dialogues; returns how many were new. ``conversation``: the live talk they came from."""
        return dialogues.add_dialogues(self._writer(), new, conversation)

    def add_units(self, new: Iterable[InterventionUnit]) -> int:
        """Store units and labels of units; returns how many labels were new."""
        return units.add_units(self._writer(), new, _now())

    def add_profiles(self, profiles: Iterable[Profile]) -> int:
        """Store simulated seekers; the same id again takes the new text. Returns how many were given."""
        return units.add_profiles(self._writer(), profiles)

    def remove_profiles(self, ids: Iterable[str]) -> int:
        """Take simulated seekers out; runs keep those they played. Returns how many were there."""
        return units.remove_profiles(self._writer(), ids)

    def add_evidence(self, rows: Iterable[EvidenceRow]) -> int:
        """Append to the ledger; counts from the next snapshot on."""
        return evidence.add_evidence(self._writer(), rows, _now())

    def take_snapshot(self) -> int:
        """Cut the ledger; returns the number, the old one when nothing is new."""
        return evidence.take_snapshot(self._writer(), _now())

    # Talks

    def start_conversation(self, event: ConversationStarted) -> ConversationStarted:
        """Open a talk with its first event; returned with its id."""
        return talks.start_conversation(self._writer(), event)

    def append_events(self, events: Sequence[Event]) -> list[int]:
        """Store events in order, in one transaction; returns their ids. A finished segment replaces its deltas."""
        return talks.append_events(self._writer(), events)

    def replace_deltas(self, conversation: str, turn: int, segment: int) -> int:
        """Remove the deltas of a segment; ``append_events`` does it by itself."""
        return talks.replace_deltas(self._writer(), conversation, turn, segment)

    def rate(self, conversation: str, turn: int, *, emotion: int | None = None, thumb: Literal["up", "down"] | None = None,
             text: str = "") -> int:
        """Keep what the person felt about a reply; returns the event id. The newest rating of a turn is the one that holds."""
        from esc_tui.domain.events import TurnRated

        if emotion is None and thumb is None and not text:
            raise UserError("a rating needs an emotion, a thumb or a reason")
        return self.append_events([TurnRated(conversation_id=conversation, turn=turn, time=_now(), emotion=emotion, thumb=thumb,
                                             text=text)])[0]

    def forget(self, conversation: str) -> Forgotten:
        """Remove every word of a talk and what was made from it; counts stay."""
        return talks.forget(self._writer(), [conversation], self._backups())

    def forget_all(self) -> Forgotten:
        """Remove every word of all talks; counts stay."""
        return talks.forget(self._writer(), None, self._backups())

    def _backups(self) -> list[Path]:
        return sorted(self.path.parent.glob(f"{escape(self.path.name)}.*.backup*"))

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact of the bank itself."""
        connection = self._writer()
        with connection.transaction():
            connection.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))


def open_bank(path: Path | str, *, readonly: bool = False, busy_milliseconds: int = BUSY_MILLISECONDS) -> Bank:
    """Open an existing bank; an older one is brought up to date first, with a backup beside it (``bank.backup``).

    A bank that cannot be written opens view-only and says why. Turns left open by a killed process are closed as stopped
    (``bank.stopped_turns``). Raises BankError: not SQLite, no bank, newer, locked, damaged, not there.
    """
    path = Path(path)
    with telling(path):
        reason = "the bank was opened to look at" if readonly else _why_not_writable(path)
    if reason:
        return _open_view_only(path, reason, busy_milliseconds)
    try:
        connection = connect(path, "write", busy_milliseconds=busy_milliseconds)
    except BankError as error:
        if "cannot be written" in error.what:
            return _open_view_only(path, error.what, busy_milliseconds)
        raise
    bank = Bank(connection, path, busy_milliseconds=busy_milliseconds)
    try:
        if connection.value("PRAGMA user_version") < SCHEMA_VERSION:
            from esc_tui.bank.migrations import migrate

            bank.backup = migrate(connection, path)
        if connection.value("PRAGMA journal_mode") != "wal":
            connection.value("PRAGMA journal_mode = WAL")
        if connection.value("SELECT 1 FROM conversations WHERE open_turn IS NOT NULL LIMIT 1"):
            bank.stopped_turns = talks.close_incomplete(connection, _now())
    except BaseException:
        connection.close()
        raise
    return bank


def _why_not_writable(path: Path) -> str:
    if not path.exists():
        return ""
    if path.name == BANK_NAME and _is_template(path):
        return TEMPLATE_REASON
    if not os.access(path, os.W_OK):
        return "the file is write-protected"
    if not os.access(path.parent, os.W_OK):
        return "the folder of the bank is write-protected"
    return ""


def _is_template(path: Path) -> bool:
    try:
        return path.samefile(template_path())
    except (UserError, OSError):
        return False


def _open_view_only(path: Path, reason: str, busy_milliseconds: int) -> Bank:
    if reason == TEMPLATE_REASON:
        return open_template(path)
    reader = open_reader(path, busy_milliseconds=busy_milliseconds)
    return Bank(reader.connection, path, view_only_reason=reason, busy_milliseconds=busy_milliseconds)


def open_template(path: Path | str) -> Bank:
    """Open a template: ``mode=ro&immutable=1``, no lock, no log, never written."""
    path = Path(path)
    return Bank(open_reader(path, immutable=True).connection, path, immutable=True,
                view_only_reason=TEMPLATE_REASON)


def create_empty_bank(path: Path | str) -> Bank:
    """A new bank with all tables and no revision; the file must not exist, its folder must. Created 0600."""
    from esc_tui.bank.migrations import create

    path = Path(path)
    with telling(path):
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            raise BankError("there already is a file", str(path), "choose another name") from None
    create(path)
    guard_file(path)
    return open_bank(path)
