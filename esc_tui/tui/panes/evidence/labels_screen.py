"""What everyone who labelled a unit said, which label is in force, and what was decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from esc_tui.bank.decisions import BLIND
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.rows import moment
from esc_tui.tui.panes.evidence.look import POLARITY, clean, words
from widgets.bars import share
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Part, Row, Run

if TYPE_CHECKING:
    from esc_tui.bank.decisions import Decision
    from esc_tui.bank.units import GivenLabel
    from esc_tui.domain.dialogue import InterventionUnit

KINDS = {"accept": "accepted", "correct": "corrected", "skip": "skipped", "flag": "flagged", "pass": "passed it on",
         "adjudicate": "adjudicated"}


class LabelsView(BlockView):
    """The page."""

    DEFAULT_CSS = "LabelsView { width: 1fr; height: 1fr; background: $surface; }"
    HELP_TITLE = "Labels of a unit"


class LabelsScreen(Modal[None]):
    """Slides over the right; Esc closes it."""

    DEFAULT_CSS = """
    LabelsScreen { align: right middle; background: $background 50%; &:ansi { background: transparent; } }
    LabelsScreen LabelsView { width: 72; max-width: 100%; height: 100%; padding: 1 1; border-left: solid $tone-accent; }
    """
    HELP_TITLE = "Labels of a unit"
    HELP_TEXT = "A person's label outranks a machine's and never overwrites it; an adjudicated one outranks both."
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("labels.close", "Close", "close", "escape,enter,q", "close", 1, palette=False),
        Command("labels.up", "Up", "scroll(-2)", "k,up", palette=False, key_display="k  ↑"),
        Command("labels.down", "Down", "scroll(2)", "j,down", palette=False, key_display="j  ↓"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, number: int, given: Sequence[GivenLabel], decided: Sequence[Decision],
                 veiled: frozenset[int] = frozenset()) -> None:
        """``veiled`` are lines whose words are not shown."""
        super().__init__()
        self.veiled = veiled
        self.number, self.given, self.decided = number, tuple(given), tuple(decided)

    def compose(self) -> ComposeResult:
        """One page."""
        yield LabelsView(margin=2, right_margin=2)

    def on_mount(self) -> None:
        """Fill it."""
        view = self.query_one(LabelsView)
        count = len(self.given)
        title = Flow((Run(f"IU-{self.number}", "accent.bold"), Run(f"   {count} label{'' if count == 1 else 's'}", "dim")))
        blocks = [Block("title", (title, Blank()), selectable=False)]
        blocks += [given_block(place, given, self.veiled) for place, given in enumerate(self.given)]
        if self.decided:
            rows: list[Part] = [Flow((Run("Decisions", "bright.bold"),))]
            for one in self.decided:
                note = f"  {clean(one.note)}" if one.note else ""
                what = "labelled" if one.note == BLIND else KINDS[one.kind]
                rows.append(Row((Run(f"{clean(one.annotator)} ", "text"), Run(what, "dim"), Run(note, "text")),
                                (Run(moment(one.time), "dim"),)))
            blocks.append(Block("decided", tuple(rows), selectable=False))
        view.show(blocks)
        view.focus()

    def action_scroll(self, by: int) -> None:
        """Up or down."""
        self.query_one(LabelsView).scroll_relative(y=by, animate=False)

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)


def given_block(place: int, given: GivenLabel, veiled: frozenset[int]) -> Block:
    """One label with who gave it and how it stands."""
    label = given.label
    kind = "a person" if label.labeller_kind == "human" else "a machine"
    sure = f", sure {share(label.confidence)}" if label.confidence is not None else ""
    stand = ("in force", "accent") if given.in_force else ("taken back", "caution") if given.withdrawn else ("", "dim")
    if given.adjudicated:
        stand = (f"adjudicated{', in force' if given.in_force else ''}", "accent")
    parts: list[Part] = [Row((Run(clean(label.labeller), "bright"), Run(f"  {kind}{sure}", "dim")), (Run(*stand),)),
                         *label_rows(label, veiled)]
    return Block(f"label:{place}", (*parts, Blank()), selectable=False)


def label_rows(label: InterventionUnit, veiled: frozenset[int]) -> list[Part]:
    """The labels under each other, then the words they rest on and the note."""
    glyph, tone = POLARITY[str(label.polarity)]
    also = f", also {', '.join(words(one) for one in label.also)}" if label.also else ""
    need = words(label.need) if label.need is not None else ""
    rows: list[Part] = [
        _fact("before", f"{words(label.state)}{also}, intensity {label.intensity} of 5"),
        _fact("about", ", ".join(filter(None, (words(label.scenario), words(label.stage), need)))),
        _fact("did", ", ".join(words(action) for action in label.actions)),
        Flow((Run(f"{glyph} {words(label.change)}", tone),), (Run(f"{'after':<8}", "dim", True),), (Run(" " * 8, "dim", True),)),
    ]
    if label.quotes:
        rows.append(_fact("words", "  ".join(
            "▒▒▒▒▒▒" if quote.turn in veiled else f"“{clean(quote.text)}”" for quote in label.quotes)))
    if label.note:
        rows.append(_fact("note", clean(label.note)))
    return rows


def _fact(name: str, text: str) -> Flow:
    return Flow((Run(text, "text"),), (Run(f"{name:<8}", "dim", True),), (Run(" " * 8, "dim", True),))
