"""Conflicts of a merge: a list of them, what stands on each side, and a key for each way to settle one; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from esc_tui.domain.errors import UserError
from esc_tui.domain.merging import WHOLE, Side
from esc_tui.domain.skill import Skill
from esc_tui.interchange.skill_text import field_lines
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.cards import FIELD_NAMES
from esc_tui.tui.panes.bank.wording import shown
from widgets.one_line import OneLine, Part
from widgets.page import Block, Page, PageScroll, heading
from widgets.toned import ink
from widgets.virtual_list import Cell, ListRow, VirtualList

if TYPE_CHECKING:
    from esc_tui.bank.merging import MergePlan
    from esc_tui.domain.merging import Choice, Conflict

STACKED_BELOW = 100
NAMES = {**FIELD_NAMES, "moves": "Moves and phrasings", "status": "Status", WHOLE: "The whole skill"}
SIDES: Mapping[Side, str] = {"ours": "here", "theirs": "there", "base": "before"}
BETWEEN = "## Do"
"""Parts moves from phrasings while both are edited as one text."""


def value_lines(conflict: Conflict, skill: Skill | None) -> tuple[str, ...]:
    """What stands on a side, a line an entry; one line in brackets where there is nothing."""
    if skill is None:
        return ("(not there)",)
    if conflict.field == WHOLE:
        return (f"{skill.content.title} ({skill.status.value})", skill.content.summary)
    return tuple(line for field in conflict.fields for line in field_lines(skill, field)) or ("(nothing)",)


def edit_text(conflict: Conflict, skill: Skill) -> str:
    """The field as text to edit, as SKILL.md writes it."""
    parts = ["\n".join(field_lines(skill, field)) for field in conflict.fields]
    return f"\n\n{BETWEEN}\n\n".join(parts)


def edited_skill(conflict: Conflict, skill: Skill, text: str) -> Skill:
    """The skill with the field read back from text. Raises UserError that says what is wrong."""
    from esc_tui.interchange.skill_markdown import read_field

    parts = text.split(BETWEEN, 1) if len(conflict.fields) > 1 else [text]
    return read_field(skill, dict(zip(conflict.fields, [*parts, ""], strict=False)))


def conflict_row(conflict: Conflict, settled: str) -> ListRow:
    """Skill and how it is settled; field and reason."""
    tone = "helped" if settled else "caution"
    return ListRow(f"{conflict.slug} {conflict.field}", (conflict.slug, conflict.field, settled), lambda: (
        (Cell(ink(shown(conflict.slug), "bright")), Cell(ink(settled or "open", tone), 8, "right")),
        (Cell(ink(f"  {NAMES.get(conflict.field, conflict.field)}", "text") + ink(f"  {conflict.reason}", "dim")),),
    ))


class ConflictsScreen(Modal["dict[tuple[str, str], Choice] | None"]):
    """Gives how every conflict is settled, or None after Esc."""

    DEFAULT_CSS = """
    ConflictsScreen { background: $background; }
    ConflictsScreen #conflicts { width: 100%; height: 100%; padding: 1 2; }
    ConflictsScreen #conflicts-title { margin: 0 0 1 0; }
    ConflictsScreen #conflicts-body { height: 1fr; }
    ConflictsScreen #conflicts-list { width: 2fr; max-width: 60; border-top: solid $tone-rule; }
    ConflictsScreen #conflicts-list:focus { border-top: solid $tone-accent; }
    ConflictsScreen PageScroll { width: 3fr; margin: 0 0 0 2; padding: 0 1 0 0; border-top: solid $tone-rule; }
    ConflictsScreen PageScroll:focus { border-top: solid $tone-accent; }
    ConflictsScreen .sides { height: auto; }
    ConflictsScreen .sides > Page { padding: 0 2 0 0; }
    ConflictsScreen #conflicts-keys { margin: 1 0 0 0; }
    ConflictsScreen.-stacked #conflicts-body { layout: vertical; }
    ConflictsScreen.-stacked #conflicts-list { width: 1fr; max-width: 100%; height: 2fr; }
    ConflictsScreen.-stacked PageScroll { width: 1fr; height: 3fr; margin: 0; }
    """
    HELP_TITLE = "Conflicts"
    HELP_TEXT = (
        "What both banks changed. o takes what stands here, t what stands there, b what stood before, e writes something else. O and T "
        "settle all that are open. When none is open, s makes the merge as one revision; Esc leaves everything as it was.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("conflicts.ours", "Take what stands here", "take('ours')", "o", "here", 1, palette=False),
        Command("conflicts.theirs", "Take what stands there", "take('theirs')", "t", "there", 2, palette=False),
        Command("conflicts.base", "Take what stood before", "take('base')", "b", "before", 3, palette=False),
        Command("conflicts.edit", "Write something else", "edit", "e", "edit", 4, palette=False, key_display="e  enter"),
        Command("conflicts.all_ours", "All open ones as here", "take_all('ours')", "O", "", 20, palette=False),
        Command("conflicts.all_theirs", "All open ones as there", "take_all('theirs')", "T", "", 21, palette=False),
        Command("conflicts.save", "Merge", "save", "s", "merge", 5, palette=False, help="Once no conflict is open."),
        Command("conflicts.other", "List or text", "other", "v,tab", "", 22, palette=False),
        Command("conflicts.close", "Leave", "close", "escape,q", "leave", 6, palette=False, help="Nothing is written."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, plan: MergePlan, settled: Mapping[tuple[str, str], Choice] | None = None) -> None:
        """``settled``: what was chosen before, when the bank moved on meanwhile."""
        super().__init__()
        self.plan = plan
        self.choices: dict[tuple[str, str], Choice] = dict(settled or {})
        self.list = VirtualList(id="conflicts-list", gap=1)
        self.sides: dict[Side, Page] = {"ours": Page(), "theirs": Page(), "base": Page()}

    def compose(self) -> ComposeResult:
        """Title, list, sides, keys."""
        with Vertical(id="conflicts"):
            yield OneLine(margin=0, id="conflicts-title")
            with Horizontal(id="conflicts-body"):
                yield self.list
                with PageScroll():
                    with Horizontal(classes="sides"):
                        yield self.sides["ours"]
                        yield self.sides["theirs"]
                    yield self.sides["base"]
            yield OneLine(margin=0, id="conflicts-keys")

    def on_mount(self) -> None:
        """Fill the list."""
        self.set_class(self.app.size.width < STACKED_BELOW, "-stacked")
        self._draw()
        self.list.focus()
        if self.choices and self.open:
            self.list.cursor = self.plan.conflicts.index(self.open[0])

    def on_resize(self) -> None:
        """Below 100 columns the sides stand under the list."""
        self.set_class(self.app.size.width < STACKED_BELOW, "-stacked")

    # Drawing

    @property
    def conflict(self) -> Conflict | None:
        """The one under the cursor."""
        return self.plan.conflicts[self.list.cursor] if self.plan.conflicts else None

    @property
    def open(self) -> list[Conflict]:
        """Those not settled yet."""
        return [one for one in self.plan.conflicts if (one.slug, one.field) not in self.choices]

    def _settled(self, conflict: Conflict) -> str:
        choice = self.choices.get((conflict.slug, conflict.field))
        return "" if choice is None else "edited" if isinstance(choice, Skill) else SIDES[choice]

    def _draw(self) -> None:
        total, left = len(self.plan.conflicts), len(self.open)
        noun = "1 conflict" if total == 1 else f"{total} conflicts"
        state = Part(f"{left} open" if left else "all settled", "caution" if left else "helped", "", 3, 1)
        self.query_one("#conflicts-title", OneLine).show(
            [Part(f"Merge {shown(self.plan.name)}", "accent.bold"), Part(noun, "text", "", 3, 2), state],
            [Part(self.plan.base.sentence, "dim", "", 0, 9)])
        pairs = [("o", "here"), ("t", "there"), ("b", "before"), ("e", "edit"),
                 ("s", "merge when settled" if left else "merge"), ("esc", "leave")]
        self.query_one("#conflicts-keys", OneLine).show([
            Part(text, "accent" if at == 0 and not (key == "s" and left) else "dim", "", (3 if place else 0) if at == 0 else 1)
            for place, (key, words) in enumerate(pairs) for at, text in enumerate((key, words))])
        rows = [conflict_row(one, self._settled(one)) for one in self.plan.conflicts]
        kept = self.list.highlighted
        self.list.show_rows(len(rows), rows, cursor_id=kept.id if kept else None)
        self._show()

    def _show(self) -> None:
        conflict = self.conflict
        if conflict is None:
            return
        chosen = self.choices.get((conflict.slug, conflict.field))
        for side, page in self.sides.items():
            here = chosen == side
            other = conflict.side("theirs" if side == "ours" else "ours")
            against = set(value_lines(conflict, other))
            mark = "■ taken" if here else ""
            blocks = [heading(f"{SIDES[side][:1].upper()}{SIDES[side][1:]}", mark, space=0 if side != "base" else 1)]
            lines = value_lines(conflict, conflict.side(side))
            blocks += [Block(ink(shown(line), "dim" if side == "base" else "bright"), Content(""), 2)
                       for line in lines if side == "base" or line not in against]
            alike = sum(line in against for line in lines) if side != "base" else 0
            if alike:
                blocks.append(Block(ink(f"and {'1 line' if alike == 1 else f'{alike} lines'} as on the other side", "dim"), indent=2))
            if side == "base" and isinstance(chosen, Skill):
                blocks += [heading("As you wrote it", "■ taken"), *(
                    Block(ink(shown(line), "bright"), Content(""), 2) for line in value_lines(conflict, chosen))]
            page.show(blocks)

    @on(VirtualList.Highlighted)
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        self._show()

    @on(VirtualList.Chosen)
    async def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self.action_edit()

    # Settling

    def _choose(self, choice: Choice) -> None:
        conflict = self.conflict
        if conflict is None:
            return
        self.choices[conflict.slug, conflict.field] = choice
        at = self.list.cursor
        self._draw()
        following = [place for place, one in enumerate(self.plan.conflicts) if (one.slug, one.field) not in self.choices]
        if following:
            self.list.cursor = next((place for place in following if place > at), following[0])

    def action_take(self, side: Side) -> None:
        """Settle the one under the cursor by a side."""
        conflict = self.conflict
        if conflict is not None and conflict.side(side) is None and conflict.field != WHOLE:
            self._say("! It was not there before.")
        else:
            self._choose(side)

    def action_take_all(self, side: Side) -> None:
        """Settle all that are open."""
        for conflict in self.open:
            self.choices[conflict.slug, conflict.field] = side
        self._draw()

    def action_edit(self) -> None:
        """Write the field."""
        conflict = self.conflict
        if conflict is None:
            return
        if conflict.field == WHOLE or conflict.field == "status":
            self._say("! Take one of the sides here.")
            return
        self.run_worker(self._edit(conflict), group="conflict-edit", exclusive=True)

    async def _edit(self, conflict: Conflict) -> None:
        from esc_tui.tui.panes.bank.field_screen import FieldScreen

        choice = self.choices.get((conflict.slug, conflict.field))
        start = choice if isinstance(choice, Skill) else conflict.side(choice or "ours")
        assert start is not None

        def read(text: str) -> Skill | str:
            try:
                return edited_skill(conflict, start, text)
            except UserError as error:
                return str(error)

        found = await self.app.push_screen_wait(FieldScreen(
            f"{NAMES.get(conflict.field, conflict.field)} of {conflict.slug}", edit_text(conflict, start), read))
        if found is not None:
            self._choose(found)

    def _say(self, note: str) -> None:
        self.query_one("#conflicts-keys", OneLine).show([Part(note, "caution")])

    def action_other(self) -> None:
        """Between list and text."""
        (self.query_one(PageScroll) if self.list.has_focus else self.list).focus()

    def action_save(self) -> None:
        """Done, when nothing is open."""
        if self.open:
            self._say(f"! {len(self.open)} still open.")
            self.app.bell()
        else:
            self.dismiss(dict(self.choices))

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)
