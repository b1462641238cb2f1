"""Two versions of a skill beside each other, and the screen that shows them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.domain.skill import Applicability, Contraindication, Skill
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.cards import FIELD_NAMES
from esc_tui.tui.panes.bank.wording import label, labels, shown
from widgets.diff import DiffSection, DiffView
from widgets.one_line import OneLine, Part
from widgets.page import PageScroll


def _conditions(row: Applicability | Contraindication) -> list[str]:
    lines = [f"{name}: {labels(getattr(row, name))}" for name in ("states", "scenarios", "stages", "needs") if getattr(row, name)]
    if (row.intensity_low, row.intensity_high) != (1, 5):
        lines.append(f"intensity: {row.intensity_low} to {row.intensity_high}")
    return lines


def _contraindication(row: Contraindication) -> str:
    conditions = _conditions(row) + ([f"cues: {' | '.join(row.cues)}"] if row.cues else [])
    return row.text + (f"  ({'; '.join(conditions)})" if conditions else "")


def _lines(skill: Skill | None) -> dict[str, tuple[str, ...]]:
    if skill is None:
        return {}
    content = skill.content
    lines: dict[str, list[str]] = {
        "status": [skill.status.value], "locked": [FIELD_NAMES.get(name, name) for name in skill.locked],
        "title": [content.title], "description": [content.description], "summary": [content.summary],
        "moves": [f"{number} [{label(move.action)}] {move.text}" for number, move in enumerate(content.moves, 1)],
        "do": [f"({phrasing.move}) {phrasing.text}" for phrasing in content.do], "dont": list(content.dont),
        "applicability": [*_conditions(content.applicability),
                          *([f"words: {content.applicability.text}"] if content.applicability.text else [])],
        "contraindications": [_contraindication(row) for row in content.contraindications],
        "outcomes": [f"[{label(row.change)}] {row.text}" for row in content.outcomes],
        "risks": [f"[{row.severity.value}] {row.text}" for row in content.risks],
        "examples": [line for example in content.examples
                     for line in (f"seeker: {example.seeker}", f"supporter: {example.reply}")],
        "origin": [content.origin], "language": [content.language], "license": [content.license],
    }
    return {name: tuple(shown(line) for line in rows) for name, rows in lines.items()}


def sections(before: Skill | None, after: Skill | None) -> list[DiffSection]:
    """Every part of a skill before and after; None is a skill that is not there."""
    old, new = _lines(before), _lines(after)
    names = {"status": "Status", "locked": "Locked", **FIELD_NAMES}
    order = ["status", *FIELD_NAMES, "locked"]
    return [DiffSection(names[name], old.get(name, ()), new.get(name, ())) for name in order]


class DiffScreen(Modal[None]):
    """Shows what differs; Esc closes it."""

    DEFAULT_CSS = """
    DiffScreen { background: $background; }
    DiffScreen #diff { width: 100%; height: 100%; padding: 1 2; }
    DiffScreen #diff-title { margin: 0 0 1 0; }
    DiffScreen PageScroll { border-top: solid $tone-accent; padding: 1 0 0 2; }
    """
    HELP_TITLE = "Difference"
    HELP_TEXT = "− is what was, + is what is; changed words are underlined. v changes between side by side and one column."
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("diff.close", "Close", "close", "escape,q,D", "close", 1, palette=False),
        Command("diff.turn", "Side by side or one column", "turn", "v", "turn", 2, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, title: str, found: list[DiffSection], names: tuple[str, str]) -> None:
        super().__init__()
        self.heading = title
        self.view = DiffView(found, names=names, id="diff-view")

    def compose(self) -> ComposeResult:
        """Title and difference."""
        with Vertical(id="diff"):
            yield OneLine(margin=0, id="diff-title")
            yield PageScroll(self.view, id="diff-scroll")

    def on_mount(self) -> None:
        """To the scroller."""
        self._head()
        self.query_one(PageScroll).focus()

    def on_resize(self) -> None:
        """Side by side only where there is room."""
        self.call_after_refresh(self._head)

    @property
    def _unified(self) -> bool:
        return self.view.unified if self.view.unified is not None else self.view.content_size.width < 84

    def _head(self) -> None:
        """What is compared, and the other layout that a key gives."""
        count = len(self.view.changed)
        note = "no part differs" if not count else "1 part differs" if count == 1 else f"{count} parts differ"
        self.query_one("#diff-title", OneLine).show(
            [Part(shown(self.heading), "accent.bold"), Part(note, "dim", "", 3)],
            [Part("v", "accent"), Part("side by side" if self._unified else "one below the other", "dim", "", 1),
             Part("esc", "accent", "", 3), Part("close", "dim", "", 1)])

    def action_turn(self) -> None:
        """The other layout."""
        self.view.unified = not self._unified
        self.view.reset()
        self._head()

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)
