"""The header: the panes as tabs on the left; bank, revision, skills, unsaved forms, jobs and engine on the right."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from esc_tui.tui.pane import PANES
from esc_tui.tui.start import Head
from widgets.one_line import OneLine, Part

ROOMY = 110
"""Cells from which the tabs stand three blanks apart: below them bank, revision and engine need the room."""


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """Everything the header says; ``connected`` None while that is not known."""

    pane: str = "chat"
    head: Head = field(default_factory=Head)
    unsaved: int = 0
    job: str = ""
    engine: str = "embedded"
    connected: bool | None = True


class Header(OneLine):
    """One line; clicking a tab opens its pane."""

    DEFAULT_CSS = """
    Header { dock: top; height: 1; background: $surface; }
    """

    def __init__(self, facts: HeaderFacts) -> None:
        super().__init__(id="header")
        self.facts = facts
        self._draw()

    def change(self, **changes: object) -> None:
        """Change some of the facts and draw them."""
        self.facts = replace(self.facts, **changes)  # type: ignore[arg-type]
        self._draw()

    def on_resize(self) -> None:
        """In a narrow window the tabs stand closer, so that the dot of the engine keeps its place."""
        self._draw()

    def _draw(self) -> None:
        facts, head = self.facts, self.facts.head
        gap = 2 if self.size.width < ROOMY else 3
        left = [Part("esc-tui", "dim", drop=4)]
        for pane in PANES:
            here = pane.id == facts.pane
            left.append(Part(str(pane.digit), "accent.bold" if here else "dim", f"pane:{pane.id}", gap))
            left.append(Part(pane.title, "accent.bold" if here else "dim", f"pane:{pane.id}", 1))
        right = []
        if facts.job:
            right.append(Part(facts.job, "neutral", "job", gap))
        if head.name:
            right.append(Part(head.name, "text", gap=3, drop=3))
        if head.revision:
            right.append(Part(f"r{head.revision}", "text", "", 2))
            right.append(Part(head.short_hash, "dim", "", 1, drop=6))
            right.append(Part(f"{head.active_skills} active", "dim", "", 3, drop=5))
        if head.view_only:
            right.append(Part("view only", "caution", gap=gap))
        if facts.unsaved:
            right += [Part(f"✎ {facts.unsaved}", "caution", "drafts", gap), Part("unsaved", "caution", "drafts", 1, drop=2)]
        dot, tone = ("●", "helped") if facts.connected else ("○", "dim") if facts.connected is None else ("!", "harmed")
        right.append(Part(dot, tone, "engine", gap))
        right.append(Part(facts.engine, "text", "engine", 1, drop=1))
        self.show(left, right)
