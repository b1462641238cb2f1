"""What the what-if sheet and the form of a case ask of the program: moments of talks at one session, and who to ask about them.

Everything here blocks and is called in threads, but for what is async. Imported when first asked for.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.cases import add_case
from esc_tui.bank.evolution import list_proposals
from esc_tui.domain.base import now_iso
from esc_tui.evolve.cases import demands_of, make_case
from esc_tui.evolve.deciding import standing
from esc_tui.evolve.what_if import Comparison, Moment, Other, Watcher, as_it_was, compare, moment_of, watcher_at

if TYPE_CHECKING:
    from esc_tui.domain.events import AnyEvent
    from esc_tui.support.session import Session
    from esc_tui.tui.panes.chat.seekers import Seekers

OFFERED = frozenset({"active", "watch"})
"""Statuses of skills that replies use."""


@dataclass(frozen=True, slots=True)
class CaseWish:
    """A case as a person writes it; see ``esc_tui.evolve.cases.demands_of``."""

    title: str
    chosen: str = ""
    not_chosen: str = ""
    strategy: str = ""
    unsaid: str = ""
    guard: str = ""


class Moments:
    """Moments of talks, of whatever pane, at one session; ``seekers`` know who may judge a reply."""

    def __init__(self, session: Session, seekers: Seekers) -> None:
        self.session, self.seekers = session, seekers

    def moment(self, events: Sequence[AnyEvent], number: int) -> Moment:
        """The moment of a turn. Raises UserError when the talk has no such turn."""
        return moment_of(events, number)

    def skills(self, moment: Moment) -> list[tuple[str, str]]:
        """The skills on offer at a moment but for the one chosen, slug and title each; those the turn weighed first, by their rank."""
        pins = as_it_was(self.session, moment).pins
        with self.session.bank.reader() as reader:
            stored = {one.slug: one for one in reader.stored_skills(pins.revision) if one.status in OFFERED}
        rows = moment.turn.ranked.ranked if moment.turn.ranked is not None else ()
        order = dict.fromkeys([*(row.skill for row in rows if row.skill in stored), *stored])
        return [(slug, str(json.loads(stored[slug].content)["title"])) for slug in order if slug != moment.chosen]

    def elsewhere(self) -> list[tuple[str, str]]:
        """Where else a moment can be tried: proposals that are not decided, then the fifty newest revisions; name and title each."""
        bank = self.session.bank
        with bank.reader() as reader:
            revisions = reader.revisions()
        open_ones = [row for row in list_proposals(bank.connection) if standing(bank, row) in {"open", "verified"}]
        return [*((row.name, row.proposal.title) for row in open_ones), *((f"r{one.number}", one.message) for one in revisions)]

    async def watcher(self, moment: Moment) -> Watcher | None:
        """The seeker of a talk that was simulated or played from a card; None for any other talk. Raises UserError."""
        found = self.seekers.watching(moment.view)
        return None if found is None else await watcher_at(moment, *found)

    def compare(self, moment: Moment, other: Other, samples: int, watcher: Watcher | None) -> AsyncIterator[Comparison]:
        """The comparison as it grows."""
        return compare(self.session, moment, other, samples, watcher)

    def keep_case(self, moment: Moment, wish: CaseWish, mask_names: bool, author: str) -> str:
        """Keep a regression case; gives its name. Raises UserError for what cannot be kept, and for a bank that cannot be written."""
        bank = self.session.bank
        demands = demands_of(bank, chosen=wish.chosen, not_chosen=wish.not_chosen, strategy=wish.strategy, unsaid=wish.unsaid,
                             guard=wish.guard)
        case = make_case(moment.events, moment.turn.number, wish.title, demands, mask_names)
        return add_case(bank.writing, case, author, now_iso()).name

    def check(self, wish: CaseWish) -> None:
        """Raises UserError when nothing, or something that is not there, is demanded."""
        with self.session.bank.reader() as reader:
            demands_of(reader, chosen=wish.chosen, not_chosen=wish.not_chosen, strategy=wish.strategy, unsaid=wish.unsaid, guard=wish.guard)
