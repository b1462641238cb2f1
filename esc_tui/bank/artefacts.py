"""Learned models in the bank as plain arrays and texts: loading one can run no code. Also measurements and vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from esc_tui.bank.connection import BankConnection
from esc_tui.domain.errors import BankError, UserError, WrongUseError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from esc_tui.domain.prototype import Artefact

    Part = npt.NDArray[np.generic] | Sequence[str]

KINDS = ("<f4", "<f2", "<i4", "<i2", "|i1", "|u1", "<f8", "<i8")
"""The number formats an artefact may hold (numpy's names); anything else in a bank is refused."""
_COLUMNS = "number, kind, name, time, licences, card, hash, in_use"


def store_artefact(connection: BankConnection, kind: str, parts: Mapping[str, Part], *, card: Mapping[str, Any],
                   licences: Iterable[str], sources: Iterable[str], time: str) -> Artefact:
    """Keep a learned model and put it in use instead of the one before of its kind.

    ``parts`` are arrays of numbers or lists of words; ``sources`` the word hashes of the dialogues learned from.
    """
    import numpy as np

    stored: list[tuple[str, str, str, bytes]] = []
    for name, part in sorted(parts.items()):
        if isinstance(part, np.ndarray):
            plain = np.asarray(part, dtype=part.dtype.newbyteorder("<"), order="C")
            if plain.dtype.str not in KINDS:
                raise ValueError(f"an artefact cannot hold numbers of kind {plain.dtype.str}")
            stored.append((name, plain.dtype.str, json.dumps(plain.shape), plain.tobytes()))
        else:
            stored.append((name, "words", json.dumps([len(part)]), json.dumps(list(part), ensure_ascii=False).encode()))
    with connection.transaction(durable=True):
        number = int(connection.value("SELECT max(number) FROM artefacts") or 0) + 1
        connection.run("UPDATE artefacts SET in_use = 0 WHERE kind = ?", (kind,))
        connection.run(
            f"INSERT INTO artefacts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
            (number, kind, f"{kind}-{number}", time, json.dumps(sorted(set(licences))),
             json.dumps(dict(card), ensure_ascii=False, sort_keys=True), _digest(stored)))
        connection.run_many("INSERT INTO artefact_parts (artefact, name, kind, shape, data) VALUES (?, ?, ?, ?, ?)",
                            ((number, *part) for part in stored))
        connection.run_many("INSERT OR IGNORE INTO artefact_sources (artefact, text_hash) VALUES (?, ?)",
                            ((number, one) for one in sources))
    return read_artefact(connection, number)


def _digest(parts: Iterable[tuple[str, str, str, bytes]]) -> str:
    """SHA-256 over name, form, shape and bytes of every part, by name."""
    digest = hashlib.sha256()
    for name, form, shape, data in parts:
        digest.update(f"{name}\x1f{form}\x1f{shape}\x1f".encode())
        digest.update(data)
    return digest.hexdigest()


def _artefact(row: Any) -> Artefact:
    from esc_tui.domain.prototype import Artefact

    return Artefact(number=row[0], kind=row[1], name=row[2], time=row[3], licences=tuple(json.loads(row[4])),
                    card=json.loads(row[5]), hash=row[6], in_use=bool(row[7]))


def _none_of(name: str) -> UserError:
    return WrongUseError(f"there is no learned model '{name}'", "", "run 'esc-tui discover planner'")


def read_artefact(connection: BankConnection, reference: int | str) -> Artefact:
    """The card of an artefact by number or name. Raises UserError when there is none."""
    column = "number" if isinstance(reference, int) else "name"
    row = connection.row(f"SELECT {_COLUMNS} FROM artefacts WHERE {column} = ?", (reference,))
    if row is None:
        raise _none_of(str(reference))
    return _artefact(row)


def artefact_in_use(connection: BankConnection, kind: str) -> str:
    """Name of the artefact of a kind that new talks use; empty for none. Needs the standard library alone."""
    return str(connection.value("SELECT name FROM artefacts WHERE kind = ? AND in_use = 1 ORDER BY number DESC LIMIT 1", (kind,)) or "")


def load_parts(connection: BankConnection, name: str) -> dict[str, Any]:
    """The parts of an artefact: numpy arrays (read-only) and lists of words.

    Raises BankError when they are not what was stored, UserError when there is no artefact of that name.
    """
    import numpy as np

    digest = connection.value("SELECT hash FROM artefacts WHERE name = ?", (name,))
    if digest is None:
        raise _none_of(name)
    rows = [tuple(row) for row in connection.rows(
        "SELECT p.name, p.kind, p.shape, p.data FROM artefact_parts p JOIN artefacts a ON a.number = p.artefact WHERE a.name = ? "
        "ORDER BY p.name", (name,))]
    if _digest(rows) != digest:
        raise BankError(f"the learned model '{name}' is damaged", connection.place, "run 'esc-tui discover planner' again")
    found: dict[str, Any] = {}
    for part, form, shape, data in rows:
        try:
            sizes = [int(size) for size in json.loads(shape)]
            if any(size < 0 for size in sizes):
                raise ValueError(shape)
            if form == "words":
                words = json.loads(data)
                if len(words) != sizes[0] or not all(isinstance(word, str) for word in words):
                    raise ValueError("words")
                found[part] = words
            elif form in KINDS:
                found[part] = np.frombuffer(data, dtype=np.dtype(form)).reshape(sizes)
            else:
                raise ValueError(form)
        except (ValueError, TypeError, IndexError, RecursionError) as error:
            raise BankError(f"the learned model '{name}' is damaged (part '{part}')", connection.place,
                            "run 'esc-tui discover planner' again") from error
    return found


@dataclass(frozen=True, slots=True)
class Measurement:
    """One stored measurement: what was measured under which settings, and the whole result as JSON."""

    number: int
    kind: str
    time: str
    settings: dict[str, Any]
    result: dict[str, Any]


def add_measurement(connection: BankConnection, kind: str, settings: Mapping[str, Any], result: Mapping[str, Any], time: str) -> int:
    """Keep a measurement; returns its number."""
    with connection.transaction():
        return int(connection.run(
            "INSERT INTO measurements (kind, time, settings, result) VALUES (?, ?, ?, ?)",
            (kind, time, json.dumps(dict(settings), ensure_ascii=False, sort_keys=True),
             json.dumps(dict(result), ensure_ascii=False, sort_keys=True))).lastrowid or 0)


def list_measurements(connection: BankConnection, kind: str, limit: int = 50) -> list[Measurement]:
    """Measurements of a kind, newest first."""
    return [Measurement(row[0], row[1], row[2], json.loads(row[3]), json.loads(row[4])) for row in connection.rows(
        "SELECT number, kind, time, settings, result FROM measurements WHERE kind = ? ORDER BY number DESC LIMIT ?", (kind, limit))]
