"""The line that narrows the list of runs: words that must all stand in a run's number, title, state or supporters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.filter_field import FilterInput, filter_commands
from esc_tui.tui.panes.episodes.figures import arms_of, words
from esc_tui.tui.panes.episodes.rows import KINDS
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from esc_tui.bank.runs import RunRow


def narrowed(runs: Iterable[RunRow], text: str) -> list[RunRow]:
    """The runs of which every word of ``text`` tells, in any case; a number alone means runs whose number begins so."""
    wanted = text.casefold().split()
    return [run for run in runs if all(_tells(run, word) for word in wanted)]


def _tells(run: RunRow, word: str) -> bool:
    if word.isascii() and word.isdigit():
        return str(run.number).startswith(word)
    settings = run.settings.get("run") or {}
    groups = (words(str(one)) for name in ("characters", "needs", "scenarios") for one in settings.get(name) or ())
    told = (f"run {run.number}", run.title, run.standing, KINDS.get(run.kind, ""), *arms_of(run), *groups)
    return word in "\n".join(told).casefold()


class RunsField(FilterInput):
    """Words that runs must have."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = filter_commands(
        "runs.filter", "Show every run again.", "The filter stays; Esc in the list shows every run again.")
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TEXT = ("Words are looked for in titles, states, supporters and groups of seekers, for example: stopped thompson. A number means "
                 "the runs whose number begins so. All words must hold.")


class RunsFilter(Horizontal):
    """Prompt, field, how many fit; there while somebody types or something is typed."""

    DEFAULT_CSS = """
    RunsFilter { height: 1; display: none; margin: 0 0 1 0; }
    .-stacked RunsFilter { margin: 0; }
    RunsFilter.-shown { display: block; }
    RunsFilter #runs-prompt { width: 2; }
    RunsFilter #runs-fit { width: 18; }
    """

    def __init__(self) -> None:
        super().__init__(id="runs-filter")
        self.field = RunsField(placeholder="number, state, supporter, words", id="runs-field", compact=True)
        self.field.cursor_blink = False

    def compose(self) -> ComposeResult:
        """In one line."""
        yield OneLine(margin=0, id="runs-prompt")
        yield self.field
        yield OneLine(margin=0, id="runs-fit")

    def on_mount(self) -> None:
        """Draw the prompt."""
        self.query_one("#runs-prompt", OneLine).show([Part("/", "accent")])

    def say(self, fitting: int, runs: int) -> None:
        """How many fit."""
        self.query_one("#runs-fit", OneLine).show([], [Part(f"{fitting:,} of {runs:,} runs" if self.field.value.strip() else "", "dim")])

    def open(self) -> None:
        """Show it and take the keys."""
        self.add_class("-shown")
        self.screen.set_focus(self.field)  # at once; focus() waits its turn behind the keys that follow
        self.field.action_select_all()

    def close(self) -> None:
        """Hide it unless something is typed."""
        self.set_class(bool(self.field.value.strip()), "-shown")
