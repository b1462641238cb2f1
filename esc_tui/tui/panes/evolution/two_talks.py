"""Two talks of one seeker beside each other, with the turn at which they part; one column where there is little room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.tui.panes.evolution.figures import clean
from widgets.page import Block, Typeset, set_block
from widgets.toned import ink

if TYPE_CHECKING:
    from esc_tui.evolve.blind import SaidTurn

BESIDE_FROM = 70
"""Cells from which the talks stand beside each other."""
INDENT = 4
HIDDEN = "(words the guard took for a crisis are not shown)"


class TwoTalks(Typeset):
    """Draws two talks turn by turn."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.names, self.fork = ("left", "right"), 0
        self.left: tuple[SaidTurn, ...] = ()
        self.right: tuple[SaidTurn, ...] = ()

    def show(self, names: tuple[str, str], left: Sequence[SaidTurn], right: Sequence[SaidTurn], fork: int | None) -> None:
        """Replace what is shown. ``fork``: the place (from 1) of the first reply that differs."""
        self.names, self.left, self.right, self.fork = names, tuple(left), tuple(right), fork or 0
        self.reset()

    @property
    def _alike(self) -> int:
        """How many turns are the same in both talks."""
        return max(0, self.fork - 1) if self.fork else min(len(self.left), len(self.right))

    def _shared(self, width: int) -> list[Content]:
        return [line for turn in self.left[:self._alike] for block in [*_heard(turn), *_reply(turn, "dim")]
                for line in set_block(block, width)]

    def fork_line(self, width: int) -> int:
        """The line on which the turn begins at which they part, 0 where they do not."""
        return len(self._shared(width)) if self.fork else 0

    def typeset(self, width: int) -> list[Content]:
        """What both share once, then the two ways."""
        lines, shared = self._shared(width), self._alike
        if not self.fork:
            return lines
        here = self.left[shared] if shared < len(self.left) else self.right[shared] if shared < len(self.right) else None
        if here is not None:
            lines += [line for block in _heard(here) for line in set_block(block, width)]
        name = f" turn {here.number if here is not None else self.fork}: here they part "
        lines += [Content(""), ink("──┬──" + name + "─" * max(0, width - len(name) - 5), "accent").truncate(width), Content("")]
        return lines + (self._beside(width, shared) if width >= BESIDE_FROM else self._under(width, shared))

    def _columns(self, shared: int) -> tuple[list[Block], list[Block]]:
        sides = []
        for turns in (self.left, self.right):
            blocks: list[Block] = []
            for place, turn in enumerate(turns[shared:]):
                blocks += [*(_heard(turn) if place else []), *_reply(turn, "text")]
            sides.append(blocks or [Block(ink("The talk ended here.", "dim"))])
        return sides[0], sides[1]

    def _beside(self, width: int, shared: int) -> list[Content]:
        half, rule = (width - 3) // 2, ink(" │ ", "rule")
        left, right = ([line for block in blocks for line in set_block(block, half)] for blocks in self._columns(shared))
        lines = [ink(self.names[0], "accent.bold").truncate(half, pad=True) + rule + ink(self.names[1], "accent.bold")]
        for place in range(max(len(left), len(right))):
            one = left[place] if place < len(left) else Content("")
            two = right[place] if place < len(right) else Content("")
            lines.append(one.truncate(half, pad=True) + rule + two)
        return lines

    def _under(self, width: int, shared: int) -> list[Content]:
        lines: list[Content] = []
        for name, blocks in zip(self.names, self._columns(shared), strict=True):
            lines += [ink(name, "accent.bold"), *[line for block in blocks for line in set_block(block, width)], Content("")]
        return lines


def _heard(turn: SaidTurn) -> list[Block]:
    said = ink(clean(turn.heard), "bright") if turn.heard else ink(HIDDEN, "caution")
    return [Block(said, ink(f"{turn.number:>2}", "dim"), INDENT, 1)]


def _reply(turn: SaidTurn, tone: str) -> list[Block]:
    return [Block(ink(clean(turn.reply), tone), ink(" │", "rule"), INDENT, 0, ink(" │", "rule"))]
