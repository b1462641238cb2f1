"""The line over the list: what is searched for, how many are shown, in which order; or the one sentence about a wrong facet."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.filter_field import FilterInput, filter_commands
from widgets.one_line import OneLine, Part


class FilterField(FilterInput):
    """The words and facets searched for."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = filter_commands("bank.filter", "Show every skill again.")
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TEXT = (
        "Words are searched in names, guidance, conditions and examples. Facets narrow the list: state: scenario: stage: "
        "strategy: action: status: risk: lint:, for example state:overwhelmed,lonely status:active lint:yes. Labels of one facet are "
        "alternatives; facets and words must all hold. lint:yes finds skills with notes on their own words, as ! lists them, lint:no "
        "those without. Words in quotes are words, whatever they look like.")


class FilterLine(Horizontal):
    """Prompt, field, counts."""

    DEFAULT_CSS = """
    FilterLine { height: 3; padding: 1 2; }
    FilterLine > #filter-prompt { width: 2; }
    FilterLine > #filter-counts { width: auto; min-width: 34; max-width: 60%; }
    """

    def __init__(self) -> None:
        super().__init__(id="filter")
        self.prompt = OneLine(margin=0, id="filter-prompt")
        self.field = FilterField(placeholder="words, or state: scenario: stage: strategy: status: risk: lint:", id="filter-field",
                                 select_on_focus=False, compact=True)
        self.field.cursor_blink = False
        self.counts = OneLine(margin=0, id="filter-counts")

    def compose(self) -> ComposeResult:
        """One line."""
        yield self.prompt
        yield self.field
        yield self.counts

    def on_mount(self) -> None:
        """Draw the prompt."""
        self.prompt.show([Part("/", "accent")])

    def say(self, matching: int, total: int, order: str, marked: int = 0, beside: int = 0) -> None:
        """How many skills fit and the order, how many are marked, and that one stands there which does not fit (``beside``)."""
        noun = "skill" if total == 1 else "skills"
        first = [Part(f"■ {marked:,} marked", "accent", "", 0), Part("", "dim", "", 3)] if marked else []
        this = [Part("and this one", "dim", gap=1, drop=2)] if beside else []
        self.counts.styles.width = 34 + (16 if marked else 0) + (13 if beside else 0)
        self.counts.show([], [*first, Part(f"{matching:,} of {total:,} {noun}", "text"), *this, Part(order, "dim", "sort", 3, 1)])

    def object_to(self, sentence: str) -> None:
        """One sentence about what cannot be searched for; the rows below stay those of the last good filter."""
        sentence = sentence[:1].upper() + sentence[1:]
        self.counts.styles.width = min(max(34, len(sentence) + 4), max(34, self.size.width - 24))
        self.counts.show([], [Part("! ", "caution.bold"), Part(sentence, "caution")])
