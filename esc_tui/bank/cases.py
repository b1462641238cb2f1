"""The regression cases a bank keeps: added, listed and removed; carried out by ``esc_tui.evolve.cases``."""

from __future__ import annotations

from dataclasses import dataclass

from esc_tui.bank.connection import BankConnection
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.regression import RegressionCase

_CASE = "number, content, author, time"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A stored case with its display number (C-3), who kept it and when."""

    number: int
    case: RegressionCase
    author: str
    time: str

    @property
    def name(self) -> str:
        """The display name."""
        return f"C-{self.number}"


def add_case(connection: BankConnection, case: RegressionCase, author: str, time: str) -> CaseRow:
    """Store a case; gives its row."""
    with connection.transaction(durable=True):
        number = connection.run("INSERT INTO regression_cases (id, title, content, author, time) VALUES (?, ?, ?, ?, ?)",
                                (case.id, case.title, case.model_dump_json(), author, time)).lastrowid
    return find_case(connection, str(number))


def list_cases(connection: BankConnection) -> list[CaseRow]:
    """All cases, oldest first."""
    return [_row(*row) for row in connection.rows(f"SELECT {_CASE} FROM regression_cases ORDER BY number")]


def _row(number: int, content: str, author: str, time: str) -> CaseRow:
    return CaseRow(number, RegressionCase.model_validate_json(content), author, time)


def find_case(connection: BankConnection, reference: str) -> CaseRow:
    """A case by its number (``3``, ``C-3``). Raises WrongUseError when there is none."""
    text = reference.strip().upper().removeprefix("C-")
    row = None
    if text.isascii() and text.isdigit() and len(text) < 12:
        row = connection.row(f"SELECT {_CASE} FROM regression_cases WHERE number = ?", (int(text),))
    if row is None:
        raise WrongUseError(f"there is no regression case '{reference}'", connection.place, "see 'esc-tui evaluate cases --list'")
    return _row(*row)


def remove_case(connection: BankConnection, reference: str) -> CaseRow:
    """Remove a case with its lines; gives what it was. Raises WrongUseError when there is none."""
    with connection.transaction(durable=True):
        gone = find_case(connection, reference)
        connection.run("DELETE FROM regression_cases WHERE number = ?", (gone.number,))
    return gone
