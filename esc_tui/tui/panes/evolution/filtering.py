"""The filter of the Evolution pane's lists: words, ``kind:`` and ``standing:``; all must hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import FindingKind, ProposalKind

if TYPE_CHECKING:
    from esc_tui.bank.evolution import FindingRow
    from esc_tui.tui.panes.evolution.reading import Proposed, Tried

STANDINGS = ("open", "verified", "accepted", "undone", "rejected", "refused", "replaced", "withdrawn")
KINDS = tuple(dict.fromkeys((*(kind.value for kind in ProposalKind), *(kind.value for kind in FindingKind))))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What rows must be: one of the kinds, one of the standings, with all the words. Empty: any."""

    kinds: frozenset[str] = frozenset()
    standings: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()

    def takes_proposal(self, one: Proposed) -> bool:
        """True when a proposal is wanted."""
        proposal = one.row.proposal
        verdict = one.judged.row.verdict if one.judged is not None else None
        text = " ".join((one.row.name, proposal.title, proposal.reason, proposal.group.name, proposal.engine, *proposal.changes,
                         verdict.word if verdict is not None else ""))
        return ((not self.kinds or proposal.kind.value in self.kinds) and (not self.standings or one.standing in self.standings)
                and self._says(text))

    def takes_finding(self, row: FindingRow) -> bool:
        """True when a finding is wanted; it has no standing."""
        one = row.finding
        text = " ".join((f"F-{row.number}", one.title, one.group.name, *one.skills, *(action.value for action in one.actions)))
        return (not self.kinds or one.kind.value in self.kinds) and self._says(text)

    def takes_tried(self, one: Tried, of: Proposed | None) -> bool:
        """True when a verification is wanted: its proposal is, or it says the words itself."""
        row = one.row
        text = f"V-{row.number} P-{row.proposal} {row.verdict.word if row.verdict else row.state} {row.registration.preset}"
        if self.kinds or self.standings:
            return of is not None and self.takes_proposal(of)
        return self._says(text) or (of is not None and self.takes_proposal(of))

    def _says(self, text: str) -> bool:
        held = text.casefold()
        return all(word in held for word in self.words)


def read_filter(text: str) -> Wanted:
    """The filter as it was typed; the beginning of a value is enough. Raises UserError for a value nobody knows."""
    kinds: set[str] = set()
    standings: set[str] = set()
    words: list[str] = []
    for piece in text.split():
        facet, colon, values = piece.casefold().partition(":")
        if colon and facet == "kind":
            kinds |= _meant(values, KINDS, "kind")
        elif colon and facet == "standing":
            standings |= _meant(values, STANDINGS, "standing")
        elif colon and facet.isalpha():
            raise UserError(f"'{facet}:' is no facet here", "filter", "use kind: or standing:, or words alone")
        else:
            words.append(piece.casefold())
    return Wanted(frozenset(kinds), frozenset(standings), tuple(words))


def _meant(values: str, allowed: Iterable[str], facet: str) -> set[str]:
    found: set[str] = set()
    for value in values.split(","):
        meant = {one for one in allowed if one.startswith(value)}
        if not meant:
            raise UserError(f"there is no {facet} '{value}'", "filter", f"use {', '.join(allowed)}")
        found |= meant
    return found
