"""Choosing from a closed set: type to narrow, arrows to move; one value or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.wording import label, shown
from widgets.eager_keys import EagerKeys
from widgets.one_line import OneLine, Part
from widgets.toned import ink
from widgets.virtual_list import Cell, ListRow, VirtualList

AROUND = 9
"""Lines of the picker beside its list; it may be four fifths of the window high."""
NOTES_FROM = 84
"""Columns of a window from which notes stand beside the names; below, only that of the line under the cursor is shown, under the list."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value, what it is called, and a quiet note."""

    value: str
    name: str
    note: str = ""


def choices(values: Sequence[tuple[str, str]]) -> list[Choice]:
    """Choices from label ids with notes."""
    return [Choice(value, label(value), shown(note)) for value, note in values]


class PickerField(EagerKeys, Input):
    """The words that narrow the list; moving and choosing keys are the picker's."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("picker.up", "Up", "screen.move(-1)", "up", palette=False),
        Command("picker.down", "Down", "screen.move(1)", "down", palette=False),
        Command("picker.take", "Take", "screen.take", "enter", "take", 1, palette=False),
        Command("picker.mark", "Mark or unmark", "screen.mark", "space", "mark", 2, palette=False,
                help="Where several may be chosen."),
        Command("picker.cancel", "Go back", "screen.cancel", "escape", "back", 3, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """A blank marks; all else is typed."""
        return key != "space" and super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """A blank marks."""
        if event.key == "space":
            event.prevent_default()
            event.stop()
            screen = self.screen
            if isinstance(screen, PickerScreen):
                screen.action_mark()


class PickerScreen(Modal[tuple[str, ...] | None]):
    """Gives the values chosen, in the order of the set (``ordered``: in that of marking), or None after Esc."""

    DEFAULT_CSS = """
    PickerScreen { align: left bottom; background: $background 40%; &:ansi { background: transparent; } }
    PickerScreen #picker { height: auto; max-height: 80%; width: 1fr; background: $surface; padding: 1 3;
                           border-top: solid $tone-accent; }
    PickerScreen PickerField { height: 1; border: none; padding: 0; margin: 1 0; background: transparent;
                               color: $tone-bright; background-tint: transparent; }
    PickerScreen PickerField:focus { border: none; background-tint: transparent; }
    PickerScreen PickerField > .input--placeholder { color: $tone-dim; }
    PickerScreen #picker-keys { margin: 1 0 0 0; }
    PickerScreen VirtualList { height: auto; max-height: 18; max-width: 96; }
    """
    HELP_TITLE = "Choose"
    HELP_TEXT = "Type a few letters to narrow the list; Enter takes, space marks where several may be chosen, Esc goes back."

    def __init__(self, title: str, options: Sequence[Choice], chosen: Sequence[str] = (), *, many: bool = False,
                 ordered: bool = False) -> None:
        super().__init__()
        self.heading, self.options, self.many, self.ordered = title, tuple(options), many, ordered
        self.chosen = [value for value in chosen if any(option.value == value for option in options)]
        self.field = PickerField(placeholder="type to narrow", id="picker-field", compact=True)
        self.field.cursor_blink = False
        self.list = VirtualList(row_height=1, id="picker-list")
        self.note = OneLine(margin=0, id="picker-note")

    def compose(self) -> ComposeResult:
        """Title, field, list, keys."""
        with Vertical(id="picker"):
            yield OneLine(margin=0, id="picker-title")
            yield self.field
            yield self.list
            yield self.note
            yield OneLine(margin=0, id="picker-keys")

    def on_mount(self) -> None:
        """Begin on the value chosen."""
        self.list.can_focus = False
        self.note.display = self.narrow
        self.query_one("#picker-title", OneLine).show([Part(shown(self.heading), "bright.bold")])
        keys = [("enter", "done"), ("space", "mark"), ("esc", "go back")] if self.many else [("enter", "take"), ("esc", "go back")]
        self.query_one("#picker-keys", OneLine).show(
            [Part(text, "accent.bold" if at == 0 else "dim", "", (4 if place else 0) if at == 0 else 1)
             for place, pair in enumerate(keys) for at, text in enumerate(pair)])
        self._fill(self.chosen[0] if self.chosen else None)
        self.field.focus()

    @property
    def narrow(self) -> bool:
        """True when the notes have no room beside the names."""
        return self.app.size.width < NOTES_FROM and any(option.note for option in self.options)

    @on(VirtualList.Highlighted)
    def _explain(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        note = next((option.note for option in self.options if event.row is not None and option.value == event.row.id), "")
        self.note.show([Part(shown(note), "dim")])

    def _fill(self, keep: str | None) -> None:
        words = self.field.value.lower().split()
        fitting = [option for option in self.options
                   if all(word in f"{option.name} {option.value} {option.note}".lower() for word in words)]
        rows = [self._row(option) for option in fitting]
        self.list.empty = ink("Nothing of that name.", "dim")
        self.list.show_rows(len(rows), rows, cursor_id=keep)
        self.list.styles.height = max(2, min(18, len(rows), self.app.size.height * 4 // 5 - AROUND - self.narrow))

    def _row(self, option: Choice) -> ListRow:
        place = self.chosen.index(option.value) + 1 if option.value in self.chosen else 0
        return ListRow(option.value, (option, place), lambda: (
            (Cell(self._named(option)), Cell(ink(option.note, "dim"), 44, show_from=74)),))

    def _named(self, option: Choice) -> Content:
        here = option.value in self.chosen
        if self.ordered:
            number = str(self.chosen.index(option.value) + 1) if here else "·"
            return ink(f"{number:<3}", "accent.bold" if here else "dim") + ink(option.name, "bright" if here else "text")
        box = ("■ " if here else "□ ") if self.many else ("› " if here else "  ")
        return ink(box, "accent" if here else "dim") + ink(option.name, "bright" if here else "text")

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(None)

    @on(VirtualList.Chosen)
    def _double_click(self, event: VirtualList.Chosen) -> None:
        event.stop()
        if self.many:
            self.action_mark()
        else:
            self.action_take()

    def action_move(self, step: int) -> None:
        """Up or down."""
        self.list.action_cursor(step)

    def action_mark(self) -> None:
        """Mark or unmark the value under the cursor."""
        row = self.list.highlighted
        if row is None or not self.many:
            return
        if row.id in self.chosen:
            self.chosen.remove(row.id)
        else:
            self.chosen.append(row.id)
        self._fill(row.id)

    def action_take(self) -> None:
        """Done. With one value only, or nothing marked in many, the value under the cursor is taken."""
        row = self.list.highlighted
        if self.ordered:
            self.dismiss(tuple(self.chosen))
        elif self.many:
            self.dismiss(tuple(option.value for option in self.options if option.value in self.chosen))
        elif row is not None:
            self.dismiss((row.id,))

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)
