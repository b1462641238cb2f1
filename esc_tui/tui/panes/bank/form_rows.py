"""What the edit form is drawn from: its rows, and the field in which the text of a row is written."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from esc_tui.domain.labels import Action, Change
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.bank.draft import SkillDraft
from esc_tui.tui.panes.bank.form_items import FormItem, text_at
from esc_tui.tui.panes.bank.wording import POLARITY_TONE, label, labels, shown, spoken
from widgets.eager_keys import EagerKeys
from widgets.page import Block, Typeset, set_block
from widgets.toned import ink

INDENT = 13


def label_note(item: FormItem, draft: SkillDraft) -> Content:
    """The closed-set label beside a text."""
    if not item.label_path:
        return Content("")
    value = str(draft.get(item.label_path))
    if item.label_path[0] == "moves":
        try:
            tag = Action(value).strategy.tag
        except ValueError:
            tag = "??"
        return ink("▎", tag.lower()) + ink(f"{tag} {label(value)}", "dim")
    if item.label_path[0] == "outcomes":
        try:
            polarity = Change(value).polarity
        except ValueError:
            return ink(label(value), "caution")
        return ink(f"{polarity.glyph} {label(value)}", POLARITY_TONE[polarity.value])
    return ink(f"move {value}" if item.label_path[0] == "do" else label(value), "dim")


def body_of(item: FormItem, draft: SkillDraft) -> Content:
    """The value of a row."""
    if item.kind == "add":
        return ink(f"+ {item.name}", "dim")
    if item.kind == "range":
        row = draft.get(item.path)
        low, high = row["intensity_low"], row["intensity_high"]
        if (low, high) == (1, 5):
            return ink("any", "dim")
        return ink(str(low) if low == high else f"{low} to {high}", "text")
    if item.kind == "choices":
        values = draft.get(item.path)
        return ink(labels(values), "text") if values else ink("any", "dim")
    if item.kind == "choice":
        return ink("+ only when ...", "dim") if item.name == "condition" else ink(str(draft.get(item.path)), "text")
    text = text_at(draft, item)
    if not text.strip():
        return ink(item.hint or "...", "dim.italic")
    return spoken(text, "bright") if item.part in {"do", "examples"} else ink(shown(text), "bright")


def gutter_of(item: FormItem) -> Content:
    """The name of a row, or its number."""
    if item.kind == "add" or item.name == "condition":
        return Content("")
    if item.name:
        return ink(item.name, "dim")
    return ink({"contraindications": "!", "dont": "×"}.get(item.part, f"{item.place + 1}"),
               {"contraindications": "caution", "dont": "harmed"}.get(item.part, "dim"))


class FormRow(Typeset):
    """One row of the form."""

    DEFAULT_CSS = """
    FormRow { padding: 0 2 0 1; border-left: blank; max-width: 110; }
    FormRow.-current { border-left: outer $tone-accent; background: $tone-raised; }
    """

    def __init__(self, item: FormItem, draft: SkillDraft, locked: bool) -> None:
        super().__init__()
        self.item, self.draft, self.locked = item, draft, locked
        self.problem = ""

    def typeset(self, width: int) -> list[Content]:
        """Name, value, label; then what is wrong with it."""
        if self.item.kind == "heading":
            lock = ink("▪ locked", "accent") if self.locked else Content("")
            lines = set_block(Block(ink(self.item.name, "bright.bold"), space=1, right=lock), width)
        else:
            lines = set_block(Block(body_of(self.item, self.draft), gutter_of(self.item), INDENT,
                                    right=label_note(self.item, self.draft)), width)
        if self.problem:
            lines += set_block(Block(ink(f"! {self.problem}", "caution"), indent=INDENT), width)
        return lines

    def mark(self, problem: str) -> None:
        """Say what is wrong, or nothing."""
        if problem != self.problem:
            self.problem = problem
            self.reset()

    def on_click(self, event: events.Click) -> None:
        """Tell the form."""
        self.post_message(self.Clicked(self, event.chain))

    class Clicked(Message):
        """A click on a row."""

        def __init__(self, row: FormRow, chain: int) -> None:
            self.row, self.chain = row, chain
            super().__init__()


class LineField(EagerKeys, TextArea):
    """The text of one row; it is one line to the bank, wrapped on the screen."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("form.field.done", "Done with this field", "done(1)", "enter", "next", 1, palette=False,
                help="Keeps the text and goes to the next row."),
        Command("form.field.leave", "Leave the field", "done(0)", "escape", "leave the field", 2, palette=False,
                help="Keeps the text; single letters are commands again."),
        Command("form.field.tab", "Next field", "done(2)", "tab", "next field", 3, palette=False,
                help="Keeps the text and writes in the next row."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TITLE = "A field"
    HELP_TEXT = "Everything typed is kept at once. Enter goes on, Esc leaves the field, Tab writes in the next one."
    DEFAULT_CSS = """
    LineField { height: auto; max-height: 12; border: none; padding: 0; background: transparent; color: $tone-bright;
                background-tint: transparent; scrollbar-size-vertical: 1; }
    LineField .text-area--cursor { background: $tone-accent; color: $background; }
    LineField:ansi .text-area--cursor { background: ansi_default; color: ansi_default; text-style: reverse; }
    LineField:focus { border: none; background-tint: transparent; }
    """

    class Done(Message):
        """The field is left; ``step`` 0 stays on its row, 1 goes to the next row, 2 writes in it."""

        def __init__(self, step: int) -> None:
            self.step = step
            super().__init__()

    def __init__(self, text: str, hint: str) -> None:
        super().__init__(text, compact=True, highlight_cursor_line=False, placeholder=hint, soft_wrap=True, tab_behavior="focus")
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_done(1)
            return
        await super()._on_key(event)

    def action_done(self, step: int) -> None:
        """Leave the field."""
        self.post_message(self.Done(step))


class FieldRow(Horizontal):
    """The row while its text is being written."""

    DEFAULT_CSS = """
    FieldRow { height: auto; padding: 0 2 0 1; border-left: outer $tone-accent; background: $surface; max-width: 110; }
    FieldRow > Static { width: 13; height: 1; color: $tone-accent; }
    """

    def __init__(self, item: FormItem, text: str) -> None:
        super().__init__()
        self.item, self.text = item, text

    def compose(self) -> ComposeResult:
        """Name and field."""
        yield Static(gutter_of(self.item).plain, markup=False)
        yield LineField(self.text, self.item.hint)
