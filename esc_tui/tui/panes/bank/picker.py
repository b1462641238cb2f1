"""Choosing from a closed set: type to narrow, arrows to move; one value or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
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
CLOSE_AROUND, CLOSE_BELOW = 4, 16
"""Lines beside its list where it has few: below so many lines in all it leaves out the space between its parts."""
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
        Command("picker.mark", "Mark or unmark", "screen.mark", "tab", "mark", 2, palette=False, key_display="tab  space",
                help="Where several may be chosen. Space marks too while nothing is typed, or once the arrows have moved the cursor; "
                     "else it is a blank between words."),
        Command("picker.cancel", "Go back", "screen.cancel", "escape", "back", 3, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    @property
    def types_blanks(self) -> bool:
        """True while a blank is a letter like others: something is typed, and the arrows have not left it for the list."""
        screen = self.screen
        return bool(self.value) and not (isinstance(screen, PickerScreen) and screen.in_list)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """A blank at the beginning marks; all else is typed."""
        return (key != "space" or self.types_blanks) and super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """A blank at the beginning marks."""
        if event.key == "space" and not self.types_blanks:
            event.prevent_default()
            event.stop()
            screen = self.screen
            if isinstance(screen, PickerScreen):
                screen.action_mark()


class PickerScreen(Modal[tuple[str, ...] | None]):
    """Gives the values chosen, in the order of the set (``ordered``: in that of marking), or None after Esc.

    ``needed``: of several at least one; where none is marked, Enter takes the value under the cursor.
    ``numbered``: values are numbers, or numbers with a part (``14``, ``14:2``), and a word that begins with a digit means just those.
    It lies along the bottom, or ``over`` a region of the window and what is below it, so that the rest stays in sight.
    """

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
    PickerScreen.-over { align: left top; background: transparent; }
    PickerScreen.-over #picker { max-height: 100%; padding: 1 2; }
    PickerScreen.-close #picker { padding: 0 2; }
    PickerScreen.-close PickerField, PickerScreen.-close #picker-keys { margin: 0; }
    """
    HELP_TITLE = "Choose"
    HELP_TEXT = ("Type a few letters to narrow the list; Enter takes, Esc goes back. Where several may be chosen Tab marks, and space "
                 "too while nothing is typed or once the arrows have moved the cursor. Enter also marks the one that typing left; "
                 "where one is needed and none is marked, it takes the one under the cursor.")

    def __init__(self, title: str, options: Sequence[Choice], chosen: Sequence[str] = (), *, many: bool = False,
                 ordered: bool = False, needed: bool = False, numbered: bool = False, over: Callable[[], Region] | None = None) -> None:
        super().__init__()
        self.numbered = numbered
        self.over = over
        self.in_list = self._answered = False
        self._typed = ""
        self.heading, self.options, self.many, self.ordered, self.needed = title, tuple(options), many, ordered, needed
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
        self.set_class(self.over is not None, "-over")
        self._place()
        self.query_one("#picker-title", OneLine).show([Part(shown(self.heading), "bright.bold")])
        self._show_keys()
        self._fill(self.chosen[0] if self.chosen else None)
        self.field.focus()

    def on_resize(self) -> None:
        """The region it lies over may be another one."""
        self._place()
        self._fill(row.id if (row := self.list.highlighted) is not None else None)

    def _place(self) -> None:
        room = self._room
        sheet = self.query_one("#picker")
        if room is not None:
            self.set_class(room.height < CLOSE_BELOW, "-close")
            sheet.styles.offset = (room.x, room.y)
            sheet.styles.width, sheet.styles.height = room.width, room.height
        self.note.display = self.narrow

    @property
    def _room(self) -> Region | None:
        """The region it lies over, down to the end of the window; None where it lies along the bottom."""
        if self.over is None:
            return None
        region = self.over()
        return Region(region.x, region.y, region.width, max(1, self.app.size.height - region.y))

    def _show_keys(self) -> None:
        mark = "tab" if self.field.types_blanks else "space"
        done = "take" if self.needed and not self.chosen else "done"
        keys = [("enter", done), (mark, "mark"), ("esc", "go back")] if self.many else [("enter", "take"), ("esc", "go back")]
        self.query_one("#picker-keys", OneLine).show(
            [Part(text, "accent.bold" if at == 0 else "dim", "", (4 if place else 0) if at == 0 else 1)
             for place, pair in enumerate(keys) for at, text in enumerate(pair)])

    @property
    def narrow(self) -> bool:
        """True when the notes have no room beside the names."""
        width = room.width if (room := self._room) is not None else self.app.size.width
        return width < NOTES_FROM and any(option.note for option in self.options)

    @property
    def _most_rows(self) -> int:
        """Lines of the list at most."""
        room = self._room
        if room is None:
            return min(18, self.app.size.height * 4 // 5 - AROUND - self.narrow)
        around = CLOSE_AROUND if room.height < CLOSE_BELOW else AROUND
        return min(18, room.height - around - self.narrow)

    @on(VirtualList.Highlighted)
    def _explain(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        note = next((option.note for option in self.options if event.row is not None and option.value == event.row.id), "")
        self.note.show([Part(shown(note), "dim")])

    def _fill(self, keep: str | None) -> None:
        words = self.field.value.lower().split()
        fitting = [option for option in self.options if all(self._fits(option, word) for word in words)]
        rows = [self._row(option) for option in fitting]
        self.list.empty = ink("Nothing of that name.", "dim")
        self.list.show_rows(len(rows), rows, cursor_id=keep)
        self.list.styles.height = max(2, min(len(rows), self._most_rows))

    def _fits(self, option: Choice, word: str) -> bool:
        if self.numbered and word[0].isdecimal():
            return f"{option.value}:".startswith(f"{word.rstrip(':')}:")
        return word in f"{option.name} {option.value} {option.note}".lower()

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
        self.in_list = False
        self._answered = self._answered and self._typed.startswith(event.value)
        self._typed = event.value
        self._show_keys()
        self._fill(None)

    @on(VirtualList.Chosen)
    def _double_click(self, event: VirtualList.Chosen) -> None:
        event.stop()
        if self.many:
            self.action_mark()
        else:
            self.action_take()

    def action_move(self, step: int) -> None:
        """Up or down; from here on a blank marks, until something is typed."""
        self.in_list = True
        self._show_keys()
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
        self._answered = True
        self._show_keys()
        self._fill(row.id)

    def action_take(self) -> None:
        """Done. With one value only the value under the cursor is taken; so is it where one is needed and none is marked.

        Where nothing is called as typed, the list says so and nothing is done. Of several, words typed and not followed by a mark
        mark the one value they leave; where they leave more, that is said and nothing is done.
        """
        row, typed = self.list.highlighted, self.field.value.strip()
        if row is None and typed:
            return
        if self.needed and not self.chosen and row is not None:
            self.chosen = [row.id]
        elif self.many and typed and not self._answered and row is not None:
            if self.list.count > 1:
                self.notify(f"Nothing was marked: Tab marks the one under the cursor. {self.list.count} fit {shown(typed)}.", markup=False)
                return
            self.chosen += [row.id] if row.id not in self.chosen else []
        if self.ordered:
            self.dismiss(tuple(self.chosen))
        elif self.many:
            self.dismiss(tuple(option.value for option in self.options if option.value in self.chosen))
        elif row is not None:
            self.dismiss((row.id,))

    def action_cancel(self) -> None:
        """Back."""
        self.dismiss(None)
