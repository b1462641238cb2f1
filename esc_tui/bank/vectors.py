"""Vectors of what seekers said before each unit, as plain 32-bit floats of length 1, kept by the name of the model that made them.

They go when their unit goes (ON DELETE CASCADE). numpy is loaded only by the functions that need it.
"""

from __future__ import annotations

import hashlib
import math
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.connection import BankConnection
from esc_tui.domain.errors import UserError
from esc_tui.domain.licence import may_be_shared

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_BYTES = 160_000_000
"""Bytes of vectors held in memory for searching: 104,000 units with 384 numbers each, 39,000 with 1,024. Of more, the newest."""
_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class UnitText:
    """A text to make a vector of. ``unit`` is a display number; ``quotable`` as in ``UnitRow``."""

    unit: int
    text: str
    text_hash: str
    quotable: bool


def texts_to_embed(connection: BankConnection, model: str) -> list[UnitText]:
    """The seeker's line before each unit that has no vector of this model yet, or one of another text; empty lines have none."""
    found: list[UnitText] = []
    for number, text, licence, kept in connection.rows(
            "SELECT u.number, t.text, CASE WHEN d.conversation IS NULL THEN d.licence ELSE '' END, v.text_hash FROM units u "
            "JOIN unit_labels l ON l.id = u.label JOIN dialogues d ON d.id = u.dialogue "
            "JOIN dialogue_turns t ON t.dialogue = u.dialogue AND t.turn = json_extract(l.labels, '$.state_turn') "
            "LEFT JOIN vectors v ON v.model = ? AND v.unit = u.number ORDER BY u.number", (model,)):
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        if text.strip() and digest != kept:
            found.append(UnitText(number, text, digest, may_be_shared(licence)))
    return found


def store_vectors(connection: BankConnection, model: str, texts: Sequence[UnitText], vectors: Sequence[Sequence[float]]) -> int:
    """Keep one vector a text, all or nothing; returns how many. A unit that went meanwhile is passed over.

    Raises UserError when vectors of this model in the bank have another length.
    """
    sizes = {len(vector) for vector in vectors}
    with connection.transaction():
        kept = dimensions(connection, model)
        if len(sizes) > 1 or (kept and sizes and sizes != {kept}):
            raise UserError(f"the vectors of '{model}' have {max(sizes)} numbers now, those in the bank {kept}", connection.place,
                            "make all of them anew with --again")
        before = connection.total_changes
        connection.run_many(
            "INSERT OR REPLACE INTO vectors (model, unit, text_hash, data) SELECT ?, number, ?, ? FROM units WHERE number = ?",
            ((model, one.text_hash, _blob(vector), one.unit) for one, vector in zip(texts, vectors, strict=True)))
        return connection.total_changes - before


def _blob(vector: Iterable[float]) -> bytes:
    """The vector at length 1 as 32-bit floats, little-endian."""
    numbers = list(vector)
    length = math.sqrt(math.fsum(number * number for number in numbers)) or 1.0
    floats = array("f", (number / length for number in numbers))
    if sys.byteorder == "big":
        floats.byteswap()
    return floats.tobytes()


def dimensions(connection: BankConnection, model: str) -> int:
    """How many numbers a vector of this model has; 0 when the bank holds none."""
    return int(connection.value("SELECT length(data) / 4 FROM vectors WHERE model = ? LIMIT 1", (model,)) or 0)


def vector_models(connection: BankConnection) -> list[tuple[str, int]]:
    """Models of which the bank holds vectors, with how many, most first."""
    return [(row[0], row[1]) for row in connection.rows(
        "SELECT model, count(*) FROM vectors GROUP BY model ORDER BY count(*) DESC, model")]


def holds_vectors(connection: BankConnection, model: str = "") -> bool:
    """True when there is a vector of this model (of any when empty). Quick."""
    if model:
        return connection.value("SELECT 1 FROM vectors WHERE model = ? LIMIT 1", (model,)) is not None
    return connection.value("SELECT 1 FROM vectors LIMIT 1") is not None


def drop_vectors(connection: BankConnection, model: str) -> int:
    """Remove all vectors of a model; returns how many there were."""
    with connection.transaction():
        return connection.run("DELETE FROM vectors WHERE model = ?", (model,)).rowcount


def load_vectors(connection: BankConnection, model: str, most_bytes: int = MOST_BYTES) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Display numbers of units, and their vectors as rows (n x dimensions, length 1); the newest that fit into ``most_bytes``.

    A vector of another length than the first is passed over.
    """
    import numpy as np

    size = dimensions(connection, model)
    count = int(connection.value("SELECT count(*) FROM vectors WHERE model = ?", (model,)) or 0)
    rows = min(count, most_bytes // (4 * size)) if size else 0
    numbers = np.empty(rows, dtype=np.int64)
    matrix = np.empty((rows, size), dtype=np.float32)
    filled, below = 0, 2**62
    while filled < rows:
        page = connection.rows("SELECT unit, data FROM vectors WHERE model = ? AND unit < ? ORDER BY unit DESC LIMIT ?",
                               (model, below, min(_PAGE, rows - filled)))
        if not page:
            break
        below = page[-1][0]
        for unit, data in page:
            if len(data) == 4 * size:
                numbers[filled] = unit
                matrix[filled] = np.frombuffer(data, dtype="<f4")
                filled += 1
    return numbers[:filled], matrix[:filled]
