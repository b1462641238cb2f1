"""Reading the bank for the pane, from threads: one connection for searches that a newer one stops, one for all else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from esc_tui.bank.connection import SearchInterrupted
from esc_tui.bank.evidence import counted_by_source
from esc_tui.bank.reading import BankReader, open_reader
from esc_tui.bank.search import Page, SkillFilter, Sort, parse_filter
from esc_tui.domain.errors import BankError, UserError

if TYPE_CHECKING:
    from esc_tui.bank.units import UnitRow
    from esc_tui.domain.dialogue import Dialogue, InterventionUnit
    from esc_tui.domain.lint import LintNote
    from esc_tui.domain.skill import Skill

T = TypeVar("T")
LIKE_MOMENTS = 150
"""With how many skills of like moments a skill is compared when it is linted."""
SHOWN_UNITS = 200


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """What the ledger says of a skill: outcomes by source in the newest ``snapshot``, and how many rows ``waiting`` for the next."""

    snapshot: int
    counts: dict[str, int]
    waiting: int


class BankQueries:
    """Blocking reads; each method may be called from any thread, one at a time on each connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader: BankReader | None = None
        self._searcher: BankReader | None = None
        self._lock = threading.RLock()
        self._search_lock = threading.Lock()
        self._newest = 0
        self._closed = False

    def _open(self) -> BankReader:
        try:
            reader = open_reader(self.path, busy_milliseconds=1000)
            reader.connection.value("SELECT count(*) FROM revisions")
            return reader
        except BankError as error:
            if "cannot be opened" not in error.what:
                raise
            return open_reader(self.path, immutable=True)

    def ask(self, question: Callable[[BankReader], T]) -> T:
        """Put a question to the reading connection. Raises what the bank raises."""
        with self._lock:
            if self._closed:
                raise BankError("the bank was closed", str(self.path))
            if self._reader is None:
                self._reader = self._open()
            return question(self._reader)

    def begin_search(self) -> int:
        """Announce a newer search: the one that runs is stopped. Returns its number for ``page``."""
        self._newest += 1
        if self._searcher is not None and self._search_lock.locked():
            self._searcher.interrupt()
        return self._newest

    def page(self, wanted: SkillFilter, offset: int, limit: int, sort: Sort, search: int, at: str = "") -> Page | None:
        """One page of the list, the one with the skill ``at`` if it is there; None when a newer search has begun."""
        with self._search_lock:
            if search != self._newest or self._closed:
                return None
            if self._searcher is None:
                self._searcher = self._open()
            try:
                page = self._searcher.list_skills(wanted, limit=limit, offset=offset, sort=sort, at=at)
            except SearchInterrupted:
                return None
            return page if search == self._newest else None

    def warm_up(self) -> None:
        """Search once for nothing in particular, so that the first search of a person finds all loaded; theirs stops this one."""
        search = self._newest
        self.page(parse_filter("warm up"), 0, 1, "slug", search)

    def skill(self, slug: str, version: int | None = None) -> Skill | None:
        """A skill in force, or one version of it; None when there is none."""
        try:
            return self.ask(lambda bank: bank.skill(slug) if version is None else bank.skill_version(slug, version))
        except BankError:
            raise
        except UserError:
            return None

    def units(self, slug: str) -> list[UnitRow]:
        """Units for and against a skill, at most SHOWN_UNITS: those against first, for they are what one must see."""
        found: list[UnitRow] = []
        for polarity in ("negative", "positive", "neutral"):
            left = SHOWN_UNITS - len(found)
            found += self.ask(lambda bank: bank.units_for(slug, polarity, left)) if left else []  # noqa: B023
        return found

    def evidence_facts(self, slug: str) -> EvidenceFacts:
        """The ledger of a skill as the newest snapshot counts it."""
        def read(bank: BankReader) -> EvidenceFacts:
            snapshot = bank.snapshot(bank.snapshot_number)
            counts = counted_by_source(bank.connection, slug, snapshot.number)
            waiting = int(bank.connection.value("SELECT count(*) FROM evidence WHERE skill = ? AND shelf = 'develop' AND id > ?",
                                                (slug, snapshot.last_row)) or 0)
            return EvidenceFacts(snapshot.number, counts, waiting)

        return self.ask(read)

    def unit(self, number: int) -> tuple[InterventionUnit, Dialogue | None]:
        """A unit with its label in force, and its dialogue."""
        unit = self.ask(lambda bank: bank.unit(number))
        return unit, self.ask(lambda bank: bank.dialogue(unit.dialogue))

    def lint(self, skill: Skill) -> tuple[tuple[LintNote, ...], int]:
        """Every note on a skill, and with how many skills of like moments it was compared. Takes a while: for a thread."""
        from esc_tui.domain.labels import SkillStatus
        from esc_tui.domain.lint import lint_among, lint_skill

        statuses = (SkillStatus.ACTIVE, SkillStatus.WATCH, SkillStatus.DRAFT)
        wanted = SkillFilter(states=skill.content.applicability.states, strategies=skill.content.strategies, statuses=statuses)
        page = self.ask(lambda bank: bank.list_skills(wanted, limit=LIKE_MOMENTS, sort="evidence"))
        slugs = [row.slug for row in page.rows if row.slug != skill.slug]
        others = [other for other in (self.skill(slug) for slug in slugs) if other is not None]
        return (*lint_skill(skill.content), *lint_among(skill, others)), len(others)

    def close(self) -> None:
        """Close both connections, after what runs on them: a connection closed under a running query takes the process along."""
        self._closed = True
        self.begin_search()
        with self._search_lock, self._lock:
            for reader in (self._reader, self._searcher):
                if reader is not None:
                    reader.close()
            self._reader = self._searcher = None
