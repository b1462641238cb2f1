"""Typeset text: blocks with a gutter and a hanging indent, wrapped to the width there is, selectable by mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size

from widgets.toned import Toned, ink

NOTHING = Content("")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph. ``gutter`` stands before its first line, ``rail`` before the others (both are cut or filled to
    ``indent`` cells); ``space`` blank lines go before it; ``right`` stands at the end of the first line when there is room."""

    body: Content
    gutter: Content = NOTHING
    indent: int = 0
    space: int = 0
    rail: Content = NOTHING
    right: Content = NOTHING


def set_block(block: Block, width: int) -> list[Content]:
    """The lines of a block, none wider than ``width``."""
    indent = min(block.indent, max(0, width - 8))
    room = max(4, width - indent)
    keep = block.right.cell_length + 2 if block.right and room >= block.right.cell_length + 20 else 0
    lines = block.body.wrap(room - keep)
    if keep and lines:
        head = lines[0].truncate(room - keep, pad=True) + Content("  ") + block.right
        rest = block.body[len(lines[0].plain):]
        while rest.plain.startswith(" "):
            rest = rest[1:]
        lines = [head, *(rest.wrap(room) if rest else [])]
    first = block.gutter.truncate(indent, pad=True) if indent else Content("")
    rail = block.rail.truncate(indent, pad=True) if indent else Content("")
    return [Content("")] * block.space + [(rail if number else first) + line for number, line in enumerate(lines)]


class Typeset(Toned):
    """A widget as high as its text; a subclass sets the text for a width."""

    DEFAULT_CSS = """
    Typeset { width: 1fr; height: auto; background: transparent; text-wrap: nowrap; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._set: tuple[int, Content, int] | None = None

    def typeset(self, width: int) -> list[Content]:
        """The lines for a width; each must fit."""
        raise NotImplementedError

    def _text(self, width: int) -> tuple[Content, int]:
        if self._set is None or self._set[0] != width:
            lines = self.typeset(max(1, width))
            self._set = (width, Content("\n").join(lines), len(lines))
        return self._set[1], self._set[2]

    def reset(self) -> None:
        """The text is another one now."""
        self._set = None
        self.refresh(layout=True)

    def render(self) -> Content:
        """The text for the present width."""
        return self._text(self.content_size.width)[0]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines."""
        return self._text(width)[1]


class Page(Typeset):
    """Blocks under each other."""

    def __init__(self, blocks: Sequence[Block] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.blocks: tuple[Block, ...] = tuple(blocks)

    def show(self, blocks: Sequence[Block]) -> None:
        """Replace the text."""
        self.blocks = tuple(blocks)
        self.reset()

    def typeset(self, width: int) -> list[Content]:
        """All blocks in order."""
        return [line for block in self.blocks for line in set_block(block, width)] or [Content("")]


class PageScroll(VerticalScroll, can_focus=True, inherit_bindings=False):
    """A scroller for one page; arrows and j / k move it, and it restyles nothing below it on focus."""

    DEFAULT_CSS = """
    PageScroll { width: 1fr; height: 1fr; scrollbar-size-vertical: 1; background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "Down", show=False),
        Binding("up,k", "scroll_up", "Up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("home,g", "scroll_home", "Top", show=False),
        Binding("end,G", "scroll_end", "Bottom", show=False),
    ]


def heading(text: str, note: str = "", space: int = 1) -> Block:
    """A quiet heading over a group of blocks."""
    return Block(ink(text, "bright.bold"), space=space, right=ink(note, "dim") if note else Content(""))
