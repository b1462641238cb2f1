"""What changed between two texts made of titled lists of lines: side by side, or unified where there is little width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from textual.content import Content

from widgets.page import Block, Typeset, set_block
from widgets.toned import ink

SIDE_BY_SIDE_FROM = 84
"""Cells of width from which on the two texts stand beside each other."""


@dataclass(frozen=True, slots=True)
class DiffSection:
    """One titled list of lines before and after; a short text is a list of one line."""

    title: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line before and its counterpart after; None where there is none."""

    before: str | None
    after: str | None

    @property
    def same(self) -> bool:
        """Unchanged."""
        return self.before == self.after


def diff_lines(before: Sequence[str], after: Sequence[str]) -> list[DiffLine]:
    """Pair the lines of two lists; replaced lines are paired in order."""
    lines: list[DiffLine] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            lines.extend(DiffLine(line, line) for line in before[a:b])
            continue
        for place in range(max(b - a, d - c)):
            old = before[a + place] if a + place < b else None
            new = after[c + place] if c + place < d else None
            lines.append(DiffLine(old, new))
    return lines


def changed_words(line: str, other: str, tone: str) -> Content:
    """A line in a tone, the words that the other one lacks underlined."""
    words, others = _words(line), _words(other)
    pieces: list[Content] = []
    for kind, a, b, _, _ in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        text = "".join(words[a:b])
        if text:
            pieces.append(ink(text, tone if kind == "equal" else f"{tone}.bold.underline"))
    return Content("").join(pieces)


def _words(text: str) -> list[str]:
    words: list[str] = []
    for character in text:
        wordy = character.isalnum() and ord(character) < 0x2E80
        if wordy and words and words[-1][-1].isalnum() and ord(words[-1][-1]) < 0x2E80:
            words[-1] += character
        else:
            words.append(character)
    return words


class DiffView(Typeset):
    """Shows the sections that differ. ``unified`` None chooses by the width."""

    def __init__(self, sections: Sequence[DiffSection] = (), *, names: tuple[str, str] = ("before", "after"),
                 unified: bool | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sections, self.names, self.unified = tuple(sections), names, unified

    def show(self, sections: Sequence[DiffSection], names: tuple[str, str]) -> None:
        """Replace what is compared."""
        self.sections, self.names = tuple(sections), names
        self.reset()

    @property
    def changed(self) -> list[DiffSection]:
        """The sections that differ."""
        return [section for section in self.sections if section.before != section.after]

    def typeset(self, width: int) -> list[Content]:
        """Both names on top, then each section that differs."""
        if not self.changed:
            return [ink("These two are the same.", "dim")]
        unified = width < SIDE_BY_SIDE_FROM if self.unified is None else self.unified
        return list(self._unified(width) if unified else self._side_by_side(width))

    def _unified(self, width: int) -> Iterator[Content]:
        yield ink(f"− {self.names[0]}   + {self.names[1]}", "dim").truncate(width, ellipsis=True)
        for section in self.changed:
            yield Content("")
            yield ink(section.title, "bright.bold").truncate(width, ellipsis=True)
            for line in diff_lines(section.before, section.after):
                if line.same:
                    yield from set_block(_side(line.before, None, "same"), width)
                    continue
                for block in (_side(line.before, line.after, "before"), _side(line.after, line.before, "after")):
                    if block.body:
                        yield from set_block(block, width)

    def _side_by_side(self, width: int) -> Iterator[Content]:
        half = (width - 3) // 2
        rule = ink(" │ ", "rule")
        yield (ink(self.names[0], "dim").truncate(half, ellipsis=True, pad=True) + rule
               + ink(self.names[1], "dim").truncate(half, ellipsis=True))
        for section in self.changed:
            yield Content(" " * half) + rule
            yield ink(section.title, "bright.bold").truncate(half, ellipsis=True, pad=True) + rule
            for line in diff_lines(section.before, section.after):
                kind = ("same", "same") if line.same else ("before", "after")
                left = set_block(_side(line.before, line.after, kind[0]), half)
                right = set_block(_side(line.after, line.before, kind[1]), half)
                for row in range(max(len(left), len(right))):
                    one = left[row] if row < len(left) else Content("")
                    two = right[row] if row < len(right) else Content("")
                    yield one.truncate(half, pad=True) + rule + two


def _side(line: str | None, other: str | None, kind: str) -> Block:
    if line is None:
        return Block(Content(""), indent=2)
    if kind == "same":
        return Block(ink(line, "dim"), indent=2)
    mark, tone = ("−", "harmed") if kind == "before" else ("+", "helped")
    body = ink(line, tone) if other is None else changed_words(line, other, tone)
    return Block(body, gutter=ink(mark, f"{tone}.bold"), indent=2)
