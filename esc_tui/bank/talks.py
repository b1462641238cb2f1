"""Talks as streams of typed events: stored while they happen, read back for panes and replay, forgotten when asked."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.words import match_as_typed, spaced
from esc_tui.domain.errors import UserError, WrongUseError

if TYPE_CHECKING:
    from esc_tui.domain.events import AnyEvent, ConversationStarted, Event

_COLUMNS = frozenset({"event_id", "conversation_id", "turn", "kind", "time"})


@dataclass(frozen=True, slots=True)
class TalkRow:
    """One talk in a list. ``turns`` counts seeker messages; ``may_learn`` is None until asked; a forgotten one has no text.

    ``forked_from`` names the talk it branched off, empty for any other.
    """

    conversation: str
    title: str
    live: bool
    language: str
    revision: int
    started: str
    last: str
    turns: int
    events: int
    may_learn: bool | None
    closed: bool
    forgotten: bool
    forked_from: str = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A line of a talk found by its words."""

    conversation: str
    turn: int
    speaker: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting removed. ``clean`` False: another program was reading, its old pages vanish at its next checkpoint.

    ``backups`` are files beside the bank that may still hold the text.
    """

    conversations: int
    events: int
    clean: bool
    backups: tuple[Path, ...]


def _begun(process: int) -> str:
    """When a process began, in clock ticks since the machine did; empty when it is dead or the system does not say."""
    try:
        facts = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return "" if facts[0] in {"Z", "X"} else facts[19]
    except (OSError, IndexError):
        return ""


def this_process() -> str:
    """Names the process that writes a talk, to tell a running one from a killed one whose number was given again."""
    import socket

    return f"{socket.gethostname()}:{os.getpid()}:{_begun(os.getpid())}"


def is_running(owner: str) -> bool:
    """True while the process named by ``this_process`` lives; on another machine it counts as not running."""
    mine = this_process()
    if owner == mine:
        return True
    host, number, begun = owner.rsplit(":", 2) if owner.count(":") >= 2 else ("", "", "")
    if host != mine.rsplit(":", 2)[0] or not number.isdigit() or sys.platform == "win32":
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return _begun(int(number)) == begun


def start_conversation(connection: BankConnection, event: ConversationStarted) -> ConversationStarted:
    """Open a talk with its first event, which pins what it stands on. Raises UserError when the id is taken."""
    with connection.transaction():
        if connection.value("SELECT 1 FROM conversations WHERE id = ?", (event.conversation_id,)):
            raise UserError(f"there already is a conversation '{event.conversation_id}'")
        connection.run(
            "INSERT INTO conversations (id, title, live, language, revision, started, last, turns, events, open_turn, owner, "
            "may_learn, closed, forgotten) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, NULL, ?, NULL, 0, 0)",
            (event.conversation_id, event.title, int(event.live), event.language, event.pins.revision, event.time, event.time,
             this_process()))
        return event.model_copy(update={"event_id": _store(connection, event)})


def append_events(connection: BankConnection, events: Sequence[Event]) -> list[int]:
    """Store events in order, in one transaction; returns their ids. A finished segment replaces its deltas.

    Raises UserError when their conversation was not started or is forgotten.
    """
    with connection.transaction():
        return [_store(connection, event) for event in events]


def _store(connection: BankConnection, event: Event) -> int:
    kind, talk = str(getattr(event, "kind")), event.conversation_id
    forgotten = connection.value("SELECT forgotten FROM conversations WHERE id = ?", (talk,))
    if forgotten is None or forgotten:
        raise UserError(f"conversation '{talk}' {'is forgotten' if forgotten else 'was not started'}")
    segment = getattr(event, "segment", None)
    if kind == "segment_finished" and segment is not None:
        replace_deltas(connection, talk, event.turn, segment)
    cursor = connection.run(
        "INSERT INTO events (conversation, turn, kind, segment, time, data) VALUES (?, ?, ?, ?, ?, ?)",
        (talk, event.turn, kind, segment, event.time, event.model_dump_json(exclude=set(_COLUMNS))))
    number = int(cursor.lastrowid or 0)
    connection.run("UPDATE conversations SET events = events + 1, last = ? WHERE id = ?", (event.time, talk))
    if kind == "turn_started":
        text = str(getattr(event, "text", ""))
        connection.run("UPDATE conversations SET turns = max(turns, ?), open_turn = ?, owner = ?, closed = 0, "
                       "title = iif(title = '', ?, title) WHERE id = ?",
                       (event.turn, event.turn, this_process(), " ".join(text.split())[:80], talk))
        _index(connection, event, "seeker", text)
    elif kind == "reply_finished":
        connection.run("UPDATE conversations SET open_turn = NULL WHERE id = ?", (talk,))
        _index(connection, event, "supporter", str(getattr(event, "text", "")))
    elif kind == "episode_finished":  # its last words may have been a seeker's, which wait for no reply
        connection.run("UPDATE conversations SET open_turn = NULL WHERE id = ?", (talk,))
    elif kind == "talk_closed":
        connection.run("UPDATE conversations SET closed = 1, may_learn = ? WHERE id = ?",
                       (int(bool(getattr(event, "may_learn", False))), talk))
    return number


def _index(connection: BankConnection, event: Event, speaker: str, text: str) -> None:
    connection.run("INSERT INTO utterance_search (words, conversation, turn, speaker) VALUES (?, ?, ?, ?)",
                   (spaced(text), event.conversation_id, event.turn, speaker))


def replace_deltas(connection: BankConnection, conversation: str, turn: int, segment: int) -> int:
    """Remove the deltas of a segment that is stored whole (or about to be); returns how many went."""
    with connection.transaction():
        gone = connection.run("DELETE FROM events WHERE conversation = ? AND turn = ? AND segment = ? AND "
                              "kind = 'segment_delta'", (conversation, turn, segment)).rowcount
        if gone:
            connection.run("UPDATE conversations SET events = events - ? WHERE id = ?", (gone, conversation))
        return gone


def event_of(row: Any) -> AnyEvent:
    """One event of a row of (event_id, conversation, turn, kind, time, data)."""
    from esc_tui.domain.events import EVENT_ADAPTER

    return EVENT_ADAPTER.validate_python(
        {**json.loads(row[5]), "event_id": row[0], "conversation_id": row[1], "turn": row[2], "kind": row[3], "time": row[4]},
        strict=False)


_EVENT = "event_id, conversation, turn, kind, time, data"


def read_events(connection: BankConnection, conversation: str, after: int) -> list[AnyEvent]:
    """The events of a talk in order, from just after an event id."""
    return [event_of(row) for row in connection.rows(
        f"SELECT {_EVENT} FROM events WHERE conversation = ? AND event_id > ? ORDER BY event_id", (conversation, after))]


def events_after(connection: BankConnection, event_id: int, limit: int) -> list[AnyEvent]:
    """Events of all talks in order, for a follower that knows the last id it saw."""
    return [event_of(row) for row in connection.rows(
        f"SELECT {_EVENT} FROM events WHERE event_id > ? ORDER BY event_id LIMIT ?", (event_id, limit))]


def list_talks(connection: BankConnection, limit: int, offset: int) -> list[TalkRow]:
    """Talks of people, the last used first; simulated ones are in their runs."""
    rows = connection.rows(
        "SELECT id, title, live, language, revision, started, last, turns, events, may_learn, closed, forgotten, "
        "coalesce((SELECT json_extract(data, '$.forked_from') FROM events WHERE conversation = conversations.id AND turn = 0 "
        "AND kind = 'conversation_started'), '') "
        "FROM conversations WHERE live = 1 ORDER BY last DESC, id LIMIT ? OFFSET ?", (limit, offset))
    return [_talk(*row) for row in rows]


def _talk(identity: str, title: str, live: int, language: str, revision: int, started: str, last: str, turns: int, events: int,
          may_learn: int | None, closed: int, forgotten: int, forked_from: str = "") -> TalkRow:
    consent = None if may_learn is None else bool(may_learn)
    return TalkRow(identity, title, bool(live), language, revision, started, last, turns, events, consent, bool(closed),
                   bool(forgotten), forked_from)


def search_talks(connection: BankConnection, text: str, limit: int) -> list[Utterance]:
    """Lines that hold every word (a word's beginning is enough), closest first."""
    match = match_as_typed(text)
    if not match:
        return []
    return [Utterance(*row) for row in connection.rows(
        "SELECT conversation, turn, speaker FROM utterance_search WHERE utterance_search MATCH ? ORDER BY rank LIMIT ?",
        (match, limit))]


def close_incomplete(connection: BankConnection, time: str) -> int:
    """End turns whose process died in the middle: what was shown stays, as a stopped reply. Returns how many."""
    with connection.transaction():
        stale = [(row[0], row[1]) for row in connection.rows(
            "SELECT id, open_turn, owner FROM conversations WHERE open_turn IS NOT NULL") if not is_running(row[2])]
        for talk, turn in stale:
            _close_turn(connection, talk, turn, time)
    return len(stale)


def _close_turn(connection: BankConnection, talk: str, turn: int, time: str) -> None:
    from esc_tui.domain.events import ReplyFinished

    pieces = connection.rows(
        "SELECT segment, kind, json_extract(data, '$.text'), json_extract(data, '$.skill') FROM events "
        "WHERE conversation = ? AND turn = ? AND kind IN ('segment_delta', 'segment_finished') ORDER BY event_id", (talk, turn))
    segments: dict[int, list[str]] = {}
    for segment, kind, text, _ in pieces:
        if kind == "segment_finished":
            segments[segment] = []
        segments.setdefault(segment, []).append(str(text))
    shown = " ".join(part for texts in segments.values() if (part := " ".join(text.strip() for text in texts).strip()))
    skills = tuple(dict.fromkeys(str(row[3]) for row in pieces if row[3]))
    append_events(connection, [ReplyFinished(
        conversation_id=talk, turn=turn, time=time, text=shown, skills=skills, outcome="stopped",
        notes=("The program ended in the middle of this reply; this is the part that was shown.",))])


def forget(connection: BankConnection, conversations: Iterable[str] | None, backups: Sequence[Path]) -> Forgotten:
    """Remove every word of some talks (None: of all): events, search rows, drafts, and dialogues and units made from them.

    The counts of turns and the ledger's outcomes stay. Deleted pages are overwritten, search segments rewritten, and the
    write-ahead log emptied. Raises UserError for an unknown talk.
    """
    with connection.transaction(durable=True):
        known = [row[0] for row in connection.rows("SELECT id FROM conversations WHERE live = 1")]
        wanted = known if conversations is None else list(dict.fromkeys(conversations))
        for talk in wanted:
            if conversations is not None and talk not in set(known):
                raise WrongUseError(f"there is no talk '{talk}'", "", "see 'esc-tui talks list'")
        events = sum(_forget_one(connection, talk) for talk in wanted)
        if wanted:
            for table in ("utterance_search", "unit_search"):
                connection.run(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    busy = connection.row("PRAGMA wal_checkpoint(TRUNCATE)")
    return Forgotten(len(wanted), events, not (busy and busy[0]), tuple(backups))


def _forget_one(connection: BankConnection, talk: str) -> int:
    made = "(SELECT id FROM dialogues WHERE conversation = ?)"
    connection.run(f"DELETE FROM unit_search WHERE rowid IN (SELECT number FROM units WHERE dialogue IN {made})", (talk,))
    connection.run("DELETE FROM dialogues WHERE conversation = ?", (talk,))
    connection.run("DELETE FROM drafts WHERE conversation = ?", (talk,))
    connection.run("DELETE FROM regression_cases WHERE json_extract(content, '$.conversation') = ?", (talk,))
    connection.run("DELETE FROM utterance_search WHERE conversation = ?", (talk,))
    gone = connection.run("DELETE FROM events WHERE conversation = ?", (talk,)).rowcount
    connection.run("UPDATE conversations SET title = '', forgotten = 1, closed = 1, open_turn = NULL WHERE id = ?", (talk,))
    return gone
