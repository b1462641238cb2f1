"""Everything a careful reader would object to in the whole bank, by kind; each note opens its skill at that place."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.cards import FIELD_NAMES
from esc_tui.tui.panes.bank.wording import shown
from widgets.one_line import OneLine, Part
from widgets.toned import ink
from widgets.virtual_list import Cell, ListRow, VirtualList

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.lint import LintNote
    from esc_tui.domain.skill import Skill
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.bank.query import BankQueries

MOST_COMPARED = 150
"""Up to so many skills are compared each with each here (11,175 pairs, about two seconds); beyond, a skill's own Lint tab does it."""
SOUND = "Nothing to object to in what the skills say. What happened after them is no lint: ▼ in the list marks where a skill harmed."
KINDS = {"missing": "missing", "length": "too long", "phrase": "worn phrases", "history": "personal history", "diagnosis": "diagnosis",
         "duplicate": "near duplicates", "opposite": "opposite advice"}


@dataclass(frozen=True, slots=True)
class BankNote:
    """A note and the skill it is about."""

    slug: str
    note: LintNote


@dataclass(frozen=True, slots=True)
class LintPlace:
    """Where to go: a skill, the field and the entry of it (from 1, 0 for the whole), and whether to open the form there."""

    slug: str
    field: str
    place: int
    edit: bool


def bank_notes(bank: BankReader) -> list[BankNote]:
    """Notes on each skill alone, retired ones left out. Blocks; quick, for only skills with notes are read."""
    from esc_tui.bank.search import SkillFilter
    from esc_tui.domain.labels import SkillStatus
    from esc_tui.domain.lint import lint_skill

    wanted = SkillFilter(lint=True, statuses=(SkillStatus.ACTIVE, SkillStatus.WATCH, SkillStatus.DRAFT))
    rows = bank.list_skills(wanted, limit=100_000, sort="slug").rows
    return [BankNote(row.slug, note) for row in rows for note in lint_skill(bank.skill(row.slug).content)]


def pair_notes(skills: Sequence[Skill]) -> Iterator[BankNote]:
    """Notes on pairs, once a pair and direction."""
    from esc_tui.domain.lint import lint_pair

    seen: set[tuple[str, frozenset[str]]] = set()
    for skill in skills:
        for other in skills:
            for note in lint_pair(skill, other):
                key = (note.rule, frozenset((skill.slug, other.slug)))
                if note.rule == "opposite" and note.field == "do":
                    yield BankNote(skill.slug, note)
                elif key not in seen:
                    seen.add(key)
                    yield BankNote(skill.slug, note)


def note_row(found: BankNote) -> ListRow:
    """The sentence with its place, then the skill and the words objected to."""
    note = found.note
    place = FIELD_NAMES.get(note.field, note.field) + (f" {note.place}" if note.place else "")
    quote = ink(f"  “{shown(note.quote)}”", "dim") if note.quote else Content("")
    return ListRow(f"{found.slug} {note.rule} {note.field} {note.place} {note.other} {note.sentence}", found, lambda: (
        (Cell(ink("! ", "caution") + ink(shown(note.sentence), "bright")), Cell(ink(place, "dim"), 20, "right", show_from=60)),
        (Cell(ink(f"  {shown(found.slug)}", "text") + quote), Cell(ink(KINDS[note.rule], "dim"), 20, "right", show_from=60)),
    ))


class LintScreen(Modal[LintPlace | None]):
    """Gives the place chosen, or None."""

    DEFAULT_CSS = """
    LintScreen { background: $background; }
    LintScreen #lint { width: 100%; height: 100%; padding: 1 2; }
    LintScreen #lint-title { margin: 0; }
    LintScreen #lint-kinds { margin: 1 0; }
    LintScreen VirtualList { border-top: solid $tone-accent; }
    """
    HELP_TITLE = "Lint"
    HELP_TEXT = ("Notes on all skills that are not retired. Left and right choose a kind. Enter shows the skill where the note is about "
                 "it, e opens it in the form there. Lint never forbids anything. It reads what skills say: ▼ in the list, where a skill "
                 "harmed at least as often as not, is evidence and stands in its Evidence tab.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("lint.open", "Show the skill there", "open(False)", "", "show", 1, palette=False, key_display="enter"),
        Command("lint.edit", "Edit the skill there", "open(True)", "e", "edit", 2, palette=False),
        Command("lint.next", "Next kind", "kind(1)", "right,right_square_bracket", "kind", 3, palette=False, key_display="→  ]"),
        Command("lint.before", "Kind before", "kind(-1)", "left,left_square_bracket", "", 30, palette=False, key_display="←  ["),
        Command("lint.close", "Close", "close", "escape,q", "close", 4, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, queries: BankQueries) -> None:
        super().__init__()
        self.queries = queries
        self.notes: list[BankNote] = []
        self.kind = ""
        self.state = "reading ..."
        self.failed = False
        self.list = VirtualList(id="lint-list", gap=1)

    def compose(self) -> ComposeResult:
        """Title, kinds, notes."""
        with Vertical(id="lint"):
            yield OneLine(margin=0, id="lint-title")
            yield OneLine(margin=0, id="lint-kinds")
            yield self.list

    def on_mount(self) -> None:
        """Read."""
        self.list.focus()
        self._draw()
        self.run_worker(self._read_or_tell(), group="lint", exclusive=True)

    async def _read_or_tell(self) -> None:
        try:
            await self._read()
        except Exception as error:
            self.state, self.failed = "this could not be read", True
            self._draw()
            cast("EscApp", self.app).tell_error(error)

    async def _read(self) -> None:
        from esc_tui.domain.labels import SkillStatus

        self.notes = await asyncio.to_thread(self.queries.ask, bank_notes)
        self.state = "comparing pairs ..."
        self._draw()
        stored = await asyncio.to_thread(self.queries.ask, lambda bank: [
            one for one in bank.stored_skills() if one.status != SkillStatus.RETIRED.value])
        if len(stored) > MOST_COMPARED:
            self.state = f"pairs of {len(stored):,} skills are compared in each skill's Lint tab"
        else:
            skills = await asyncio.to_thread(lambda: [one.skill() for one in stored])
            pairs = await asyncio.to_thread(lambda: list(pair_notes(skills)))
            order = list(KINDS)
            self.notes = sorted([*self.notes, *pairs], key=lambda found: (order.index(found.note.rule), found.slug))
            self.state = f"{len(stored):,} skills compared" if stored else ""
        self._draw()

    def _draw(self) -> None:
        counts = {kind: sum(found.note.rule == kind for found in self.notes) for kind in KINDS}
        total = f"{len(self.notes):,} note{'' if len(self.notes) == 1 else 's'}"
        self.query_one("#lint-title", OneLine).show(
            [Part("Lint", "accent.bold"), Part(total, "text", "", 2), Part(self.state, "dim", "", 3, 2)],
            [Part("enter", "accent", "", 0, 4), Part("show", "dim", "", 1, 4), Part("e", "accent", "", 3, 3), Part("edit", "dim", "", 1, 3),
             Part("esc", "accent", "", 3), Part("close", "dim", "", 1)])
        parts = [self._kind_part("", f"all {len(self.notes)}", 0)]
        parts += [self._kind_part(kind, f"{KINDS[kind]} {counts[kind]}", place) for place, kind in enumerate(self.kinds, 1)]
        self.query_one("#lint-kinds", OneLine).show(parts)
        wanted = [found for found in self.notes if self.kind in {"", found.note.rule}]
        self.list.empty = ink("" if self.failed else SOUND if self.state and "..." not in self.state else "Reading ...",
                              "text")
        rows = [note_row(found) for found in wanted]
        kept = self.list.highlighted
        self.list.show_rows(len(rows), rows, cursor_id=kept.id if kept else None)

    def _kind_part(self, kind: str, text: str, place: int) -> Part:
        here = kind == self.kind
        return Part(f"[{text}]" if here else f" {text} ", "accent.bold" if here else "dim", f"kind:{kind}", 0, 0 if here else 1 + place)

    @property
    def kinds(self) -> list[str]:
        """The kinds there are notes of."""
        return [kind for kind in KINDS if any(found.note.rule == kind for found in self.notes)]

    def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """A click on a kind."""
        name, _, kind = event.target.partition(":")
        if name == "kind":
            event.stop()
            self.kind = kind
            self._draw()

    def action_kind(self, by: int) -> None:
        """Another kind."""
        kinds = ["", *self.kinds]
        self.kind = kinds[(kinds.index(self.kind) + by) % len(kinds)] if self.kind in kinds else ""
        self._draw()

    @on(VirtualList.Chosen)
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self.action_open(False)

    def action_open(self, edit: bool) -> None:
        """Give the place under the cursor."""
        row = self.list.highlighted
        if row is not None and isinstance(row.source, BankNote):
            note = row.source.note
            self.dismiss(LintPlace(row.source.slug, note.field, note.place, edit))

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)
