"""How a proposal was replaced: a person edited it, or it was carried over to a newer revision as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.bank.evolution import ProposalRow, find_proposal

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection


def carried_over(row: ProposalRow, successor: ProposalRow) -> bool:
    """True when the successor writes the same skills on another revision, so that nobody edited anything."""
    return (row.proposal.digest == successor.proposal.digest
            and row.proposal.base_revision != successor.proposal.base_revision)


def how_replaced(row: ProposalRow, successor: ProposalRow) -> str:
    """What became of a proposal, as a sentence without its full stop."""
    if not carried_over(row, successor):
        return f"{row.name} was edited into {successor.name}"
    return (f"{row.name} stands on r{row.proposal.base_revision}; it is carried over to r{successor.proposal.base_revision} "
            f"as {successor.name}")


def replaced_told(connection: BankConnection, row: ProposalRow) -> str:
    """As ``how_replaced``, of a stored proposal; empty for one that nothing replaced."""
    return "" if row.replaced_by is None else how_replaced(row, find_proposal(connection, row.replaced_by))
