"""One Intervention Unit in full: its labels, and the source lines it was labelled on with the quotes marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from esc_tui.domain.label_words import label_words as words
from esc_tui.domain.text import visible
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.chat.why_blocks import MEANING
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Part, Run

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import Dialogue, InterventionUnit, Quote
    from esc_tui.tui.app import EscApp

AROUND = 2
"""How many lines before the first and after the last labelled one are shown."""


class UnitView(BlockView):
    """The page of a unit."""

    DEFAULT_CSS = "UnitView { width: 1fr; height: 1fr; background: $surface; }"


class UnitScreen(Modal[None]):
    """Slides over the right; Esc closes it."""

    DEFAULT_CSS = """
    UnitScreen { align: right middle; background: $background 50%; &:ansi { background: transparent; } }
    UnitScreen UnitView { width: 78; max-width: 100%; height: 100%; padding: 1 1; border-left: solid $tone-accent; }
    """
    HELP_TITLE = "An Intervention Unit"
    HELP_TEXT = ("What the seeker's state was, what the supporter did, and how the seeker moved after it, with the words "
                 "that show it.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("unit.open", "Its lines in the dialogue", "open", "o", "the whole dialogue", 2, palette=False),
        Command("unit.close", "Close", "close", "escape,enter,q", "close", 1, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, number: int, unit: InterventionUnit, dialogue: Dialogue | None) -> None:
        super().__init__()
        self.number, self.unit, self.dialogue = number, unit, dialogue

    def compose(self) -> ComposeResult:
        """One page."""
        yield UnitView(margin=2, right_margin=2)

    def on_mount(self) -> None:
        """Fill the page."""
        view = self.query_one(UnitView)
        view.show(unit_blocks(self.number, self.unit, self.dialogue))
        cast("EscApp", self.app).workshop.shown_units.add(self.number)
        view.focus()

    def action_open(self) -> None:
        """To the unit's lines in Evidence."""
        from esc_tui.tui.messages import UnitRequested

        self.app.post_message(UnitRequested(self.number))

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)


def unit_blocks(number: int, unit: InterventionUnit, dialogue: Dialogue | None) -> list[Block]:
    """The page as blocks."""
    glyph, tone = MEANING[str(unit.polarity)]
    labelled = "a person" if unit.labeller_kind == "human" else "a machine"
    facts: list[Part] = [
        Flow((Run(f"IU-{number}  ", "accent.bold"), Run(f"{glyph} {words(unit.change)}", tone))), Blank(),
        _fact("state", f"{words(unit.state)}, intensity {unit.intensity} of 5, {words(unit.stage)}, {words(unit.scenario)}"),
        _fact("did", ", ".join(words(action) for action in unit.actions)),
        _fact("after", words(unit.change)),
        _fact("labelled", f"by {labelled} ({visible(unit.labeller, keep_lines=False)})"),
    ]
    if unit.note:
        facts.append(_fact("note", visible(unit.note)))
    blocks = [Block("unit", (*facts, Blank()), selectable=False)]
    if dialogue is None:
        blocks.append(Block("gone", (Flow((Run("Its dialogue is not in this bank any more.", "dim"),)),), selectable=False))
        return blocks
    first = max(0, unit.state_turn - AROUND)
    last = min(len(dialogue.turns), unit.outcome_turn + AROUND + 1)
    roles = {unit.state_turn: "state", unit.outcome_turn: "after", **dict.fromkeys(unit.action_turns, "did")}
    for place in range(first, last):
        turn = dialogue.turns[place]
        role = roles.get(place, "")
        quotes = [quote for quote in unit.quotes if quote.turn == place]
        edge = (Run("▎ ", "accent" if role else "rule", True),)
        said = _marked(turn.text, quotes, "text" if role else "dim")
        blocks.append(Block(f"line:{place}", (
            Flow((Run(f"{place + 1}  {turn.speaker}", "dim"), Run(f"  {role}", "accent")), edge, edge),
            Flow(tuple(said), edge, edge), Blank()), selectable=False))
    licence = f", {visible(dialogue.licence)}" if dialogue.licence else ""
    blocks.append(Block("source", (Flow((Run(f"From {visible(dialogue.source) or dialogue.id}{licence}", "dim"),)),),
                        selectable=False))
    return blocks


def _fact(name: str, text: str) -> Flow:
    return Flow((Run(text, "text"),), (Run(f"{name:<10}", "dim", True),), (Run(" " * 10, "dim", True),))


def _marked(text: str, quotes: list[Quote], tone: str) -> list[Run]:
    runs: list[Run] = []
    at = 0
    for quote in sorted(quotes, key=lambda quote: quote.start):
        if quote.start < at:
            continue
        runs.append(Run(visible(text[at:quote.start]), tone))
        runs.append(Run(visible(text[quote.start:quote.end]), "bright.underline"))
        at = quote.end
    runs.append(Run(visible(text[at:]), tone))
    return [run for run in runs if run.text]
