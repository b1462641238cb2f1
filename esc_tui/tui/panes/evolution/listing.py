"""What the list holds: the rows that the filter wants, and the sentence for an empty place. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.tui.panes.evolution.rows import finding_row, proposal_row, tried_row

if TYPE_CHECKING:
    from esc_tui.tui.panes.evolution.filtering import Wanted
    from esc_tui.tui.panes.evolution.reading import Overview
    from widgets.virtual_list import ListRow

EMPTY = {
    "findings": "Nothing was found yet. Press n for a round, or f to look at what a stored run shows.",
    "proposals": "Nothing is proposed yet. Press n: a round plays simulated seekers, looks for findings, and proposes.",
    "ledger": "Nothing was verified yet. Press ] for the proposals, and v on one of them to verify it.",
}
NOUNS = {"findings": "findings", "proposals": "proposals", "ledger": "verifications"}
NONE_LIKE_IT = "Nothing here is like this filter. Press / to change it."


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows, of how many, what they are called, and what is said when there are none."""

    rows: tuple[ListRow, ...]
    of: int
    noun: str
    empty: str


def rows_of(all_: Overview, tab: str, wanted: Wanted) -> Listed:
    """The list of a tab."""
    rows: list[ListRow]
    if tab == "findings":
        rows, of = [finding_row(row) for row in all_.findings if wanted.takes_finding(row)], len(all_.findings)
    elif tab == "ledger":
        named = [(one, all_.proposal(one.row.proposal)) for one in all_.tried]
        rows, of = [tried_row(one, of) for one, of in named if wanted.takes_tried(one, of)], len(all_.tried)
    else:
        rows, of = [proposal_row(one) for one in all_.proposals if wanted.takes_proposal(one)], len(all_.proposals)
    noun = NOUNS[tab].removesuffix("s") if of == 1 else NOUNS[tab]
    return Listed(tuple(rows), of, noun, NONE_LIKE_IT if of else EMPTY[tab])
