"""The rows of the edit form on the screen: drawing them, moving between them, writing in one, saying what is wrong."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import TextArea

from esc_tui.tui.panes.bank.draft import Path, Problem, SkillDraft
from esc_tui.tui.panes.bank.form_items import FormItem, items_of, put_text, text_at
from esc_tui.tui.panes.bank.form_rows import FieldRow, FormRow, LineField
from esc_tui.tui.panes.bank.wording import shown
from widgets.one_line import OneLine, Part


class FormScroll(VerticalScroll, can_focus=True, inherit_bindings=False):
    """The scroller of the form; focus on it restyles nothing below."""

    JUMP_KEY = "r"
    DEFAULT_CSS = "FormScroll { height: 1fr; scrollbar-size-vertical: 1; padding: 0 0 1 0; background: transparent; }"


class FormRows(Vertical):
    """The rows of one draft, one of them in hand."""

    class Changed(Message):
        """The draft has other values."""

    def __init__(self, draft: SkillDraft, taken_names: frozenset[str] = frozenset()) -> None:
        super().__init__(id="form")
        self.draft = draft
        self.taken_names = taken_names
        self.items: list[FormItem] = []
        self.rows: list[FormRow] = []
        self.problems: list[Problem] = []
        self.current, self.kept = 1, False
        self.strict = draft.slug is not None
        self.touched: set[Path] = set()
        self.title_line = OneLine(margin=0, id="form-title")
        self.scroll = FormScroll(id="form-scroll")
        self.field: FieldRow | None = None

    def compose(self) -> ComposeResult:
        """Title and rows."""
        yield self.title_line
        yield self.scroll

    async def on_mount(self) -> None:
        """Fill the form."""
        await self.rebuild()
        self.scroll.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a row is being written in, only the field's own keys work."""
        if self.field is not None and action not in {"scroll", "copy_selection"}:
            return False
        return super().check_action(action, parameters)

    def take_focus(self) -> None:
        """Put the focus where it was."""
        (self.field.query_one(LineField) if self.field is not None else self.scroll).focus()

    # Rows

    async def rebuild(self, path: Path | None = None) -> None:
        """Draw all rows anew; the cursor goes to the row of a path, else stays at its place."""
        self.items = items_of(self.draft)
        self.rows = [FormRow(item, self.draft, item.kind == "heading" and item.part in self.draft.locked) for item in self.items]
        self.field = None
        at = self.scroll.scroll_offset.y
        async with self.batch():
            await self.scroll.remove_children()
            await self.scroll.mount_all(self.rows)
        self.scroll.scroll_to(y=at, animate=False)
        if path is not None:
            self.current = next((place for place, item in enumerate(self.items) if item.path == path and item.kind != "heading"),
                                self.current)
        self.current = min(self.current, len(self.rows) - 1)
        self.check()
        self._show_current()

    def check(self) -> None:
        """Say what is wrong, under the rows it is about."""
        self.problems = self.draft.problems()
        if self.draft.name != self.draft.slug and self.draft.name.strip() in self.taken_names:
            self.problems.append(Problem(("name",), "The bank already has a skill of this name."))
        by_row: dict[int, str] = {}
        for problem in self.problems:
            by_row.setdefault(self.row_of(problem.path), problem.sentence)
        for place, row in enumerate(self.rows):
            row.mark(by_row.get(place, "") if self.strict or row.item.path in self.touched else "")
        self.draw_title()

    def row_of(self, path: Path) -> int:
        """The row a problem belongs to: the longest path that fits, a list's heading as the last resort."""
        best, score = 0, -1
        for place, item in enumerate(self.items):
            for candidate in (item.path, item.label_path):
                if not candidate:
                    continue
                same = 0
                for one, other in zip(candidate, path, strict=False):
                    if one != other:
                        break
                    same += 1
                if same == min(len(candidate), len(path)) and same * 2 + (item.kind == "heading" and same == len(path)) > score:
                    best, score = place, same * 2 + (item.kind == "heading" and same == len(path))
        return best

    def draw_title(self) -> None:
        """What is edited, from which version, and what is left to mend."""
        what = f"Editing {shown(self.draft.slug)}" if self.draft.slug else "A new skill"
        if self.draft.proposed:
            what = f"{self.draft.way.removeprefix('e on ')}  {what[0].lower()}{what[1:]}"
        left = [Part(what, "accent.bold")]
        if self.draft.base_version is not None:
            left.append(Part(f"from v{self.draft.base_version}, r{self.draft.base_revision}", "dim", "", 2, 3))
        count = len(self.problems)
        right = [Part(f"! {count} to mend" if count else "ready to save", "caution" if count else "helped", "", 0, 1)]
        if self.kept:
            right.append(Part("kept unsaved", "dim", "", 3, 4))
        self.title_line.show(left, right)

    def _show_current(self) -> None:
        for place, row in enumerate(self.rows):
            row.set_class(place == self.current, "-current")
        self.call_after_refresh(self._see_current)

    def _see_current(self) -> None:
        if self.current <= 2:
            self.scroll.scroll_home(animate=False)
        elif self.current < len(self.rows):
            row = self.rows[self.current]
            shown_row = self.field if self.field is not None and not row.display else row
            shown_row.scroll_visible(animate=False)

    @property
    def item(self) -> FormItem:
        """The row in hand."""
        return self.items[self.current]

    def action_go(self, by: int) -> None:
        """Move between rows; headings are passed over."""
        step = 1 if by > 0 else -1
        place, left = self.current, abs(by)
        while left and 0 <= place + step < len(self.items):
            place += step
            if self.items[place].kind != "heading":
                self.current, left = place, left - 1
        self._show_current()

    def action_section(self, by: int) -> None:
        """To the first row of the next or previous part."""
        heads = [place for place, item in enumerate(self.items) if item.kind == "heading"]
        here = max((place for place in heads if place <= self.current), default=0)
        self.current = heads[(heads.index(here) + by) % len(heads)] + 1
        self._show_current()

    @on(FormRow.Clicked)
    async def _clicked(self, event: FormRow.Clicked) -> None:
        event.stop()
        if event.row not in self.rows or event.row.item.kind == "heading":
            return
        again = self.rows.index(event.row) == self.current
        await self._close_field()
        self.current = self.rows.index(event.row)
        self._show_current()
        if again or event.chain == 2:
            await self.action_write()
        else:
            self.scroll.focus()

    # Writing

    async def action_write(self) -> None:
        """Write in the row, choose its value, or add an entry."""
        item = self.item
        if item.kind == "add":
            await self.action_add()
        elif item.kind != "text":
            await self.action_choose()
        elif self.field is None:
            self.draft.remember()
            self.field = FieldRow(item, text_at(self.draft, item))
            row = self.rows[self.current]
            await self.scroll.mount(self.field, after=row)
            row.display = False
            field = self.field.query_one(LineField)
            field.move_cursor(field.document.end)
            self.screen.set_focus(field)  # at once: the next key is text
            self.call_after_refresh(self._see_current)

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self.field is not None:
            put_text(self.draft, self.field.item, event.text_area.text, step=False)
            self.touched.add(self.field.item.path)
            self.rows[self.current].reset()
            self.check()
            self.post_message(self.Changed())

    @on(LineField.Done)
    async def _done(self, event: LineField.Done) -> None:
        event.stop()
        await self._close_field()
        if event.step:
            self.action_go(1)
        self.scroll.focus()
        if event.step == 2 and self.item.kind == "text":
            await self.action_write()

    async def _close_field(self) -> None:
        if self.field is None:
            return
        field, self.field = self.field, None
        self.draft.forget_empty_step()
        row = self.rows[self.current]
        row.display = True
        row.reset()
        await field.remove()

    async def _after(self, path: Path | None = None) -> None:
        await self.rebuild(path)
        self.post_message(self.Changed())

    async def action_choose(self) -> None:
        """Choose from the closed set of the row."""
        raise NotImplementedError

    async def action_add(self) -> None:
        """A new entry."""
        raise NotImplementedError
