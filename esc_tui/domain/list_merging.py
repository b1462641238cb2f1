"""Three-way merge of lists: entries changed on one side only are taken from it; None where both changed the same entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeVar

from esc_tui.domain.skill import Move, Phrasing

Item = TypeVar("Item", bound=Hashable)
Guidance = tuple[tuple[Move, ...], tuple[Phrasing, ...]]


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Entries ``first`` to before ``last`` of the base became ``items``."""

    first: int
    last: int
    items: tuple[Any, ...]


def _hunks(base: Sequence[Any], side: Sequence[Any]) -> list[_Hunk]:
    """What a side changed, cut as small as it can be: single entries where as many came as went."""
    found: list[_Hunk] = []
    for kind, first, last, start, end in SequenceMatcher(None, base, side, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if end - start == last - first:
            found += [_Hunk(first + at, first + at + 1, (side[start + at],)) for at in range(last - first)]
        elif start == end:
            found += [_Hunk(at, at + 1, ()) for at in range(first, last)]
        else:
            found.append(_Hunk(first, last, tuple(side[start:end])))
    return found


def _clash(one: _Hunk, other: _Hunk) -> bool:
    """True when both touch the same entries; an insertion touches only what it stands inside of."""
    if one.first == one.last or other.first == other.last:
        point, around = (one, other) if one.first == one.last else (other, one)
        return around.first < point.first < around.last
    return max(one.first, other.first) < min(one.last, other.last)


def merge_items(base: Sequence[Item], ours: Sequence[Item], theirs: Sequence[Item], *, ordered: bool) -> tuple[Item, ...] | None:
    """The merged list, or None when both sides changed the same entry differently.

    Both sides adding at the same place is a conflict where the order means something (``ordered``); else both additions
    stand, in an order that does not depend on whose they are, and equal ones once.
    """
    here, there = _hunks(base, ours), _hunks(base, theirs)
    joined: list[_Hunk] = []
    for one in here:
        same_place = [other for other in there if (other.first, other.last) == (one.first, one.last)]
        if one in there or not same_place:
            joined.append(one)
        elif one.first == one.last and not ordered:
            blocks = sorted((one.items, same_place[0].items), key=repr)
            joined.append(_Hunk(one.first, one.last, tuple(dict.fromkeys((*blocks[0], *blocks[1])))))
        else:
            return None
    joined += [other for other in there if not any((other.first, other.last) == (one.first, one.last) for one in here)]
    if any(_clash(one, other) for one in here for other in there if one != other):
        return None
    merged: list[Item] = []
    at = 0
    for hunk in sorted(joined, key=lambda hunk: (hunk.first, hunk.last)):
        merged += [*base[at:hunk.first], *hunk.items]
        at = max(at, hunk.last)
    merged += base[at:]
    return tuple(merged) if ordered else _as_often(merged, base, ours, theirs)


def _as_often(merged: Sequence[Item], base: Sequence[Item], ours: Sequence[Item], theirs: Sequence[Item]) -> tuple[Item, ...]:
    """Each entry as often as the two sides together want it: one that both added at different places stands once, and one
    that a side took out while the other moved it is gone."""
    before, here, there = Counter(base), Counter(ours), Counter(theirs)
    left = {item: there[item] if here[item] == before[item] else here[item] if there[item] == before[item]
            else min(here[item], there[item]) if before[item] else max(here[item], there[item]) for item in merged}
    kept: list[Item] = []
    for item in merged:
        if left[item] > 0:
            left[item] -= 1
            kept.append(item)
    return tuple(kept)


def merge_labels(base: Sequence[Item], ours: Sequence[Item], theirs: Sequence[Item]) -> tuple[Item, ...] | None:
    """Three-way merge of a set of labels in which empty means "any".

    None when that cannot be told apart: both narrowed "any" differently, one side says "any" now, or nothing would be left.
    """
    if not base or not ours or not theirs:
        return None
    kept = (set(ours) & set(theirs)) | ((set(ours) ^ set(theirs)) - set(base))
    order = dict.fromkeys((*base, *sorted({*ours, *theirs} - set(base), key=str)))
    return tuple(label for label in order if label in kept) or None


def merge_guidance(base: Guidance, ours: Guidance, theirs: Guidance) -> Guidance | None:
    """Merge moves in their order, and the phrasings, each of which stays with its move.

    None when both changed the same move or phrasing, or one side says something about a move the other took out.
    """
    sides = [_named(base[0], base[0]), _named(base[0], ours[0]), _named(base[0], theirs[0])]
    moves = merge_items(*sides, ordered=True)
    if moves is None or not 1 <= len(moves) <= 9:
        return None
    place = {name: number for number, (name, _) in enumerate(moves, 1)}
    if len(place) < len(moves):
        return None
    said = [tuple((names[phrasing.move - 1][0], phrasing.text) for phrasing in side[1])
            for names, side in zip(sides, (base, ours, theirs), strict=True)]
    lines = merge_items(*said, ordered=False)
    if lines is None or any(name not in place for name, _ in lines):
        return None
    return tuple(move for _, move in moves), tuple(Phrasing(move=place[name], text=text) for name, text in lines)


def _named(base: Sequence[Move], side: Sequence[Move]) -> tuple[tuple[str, Move], ...]:
    """Each move of a side with a name: that of the move of the base it is or was changed from, or one of its own words."""
    names: dict[int, str] = {}
    for kind, first, last, start, end in SequenceMatcher(None, base, side, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and last - first == end - start):
            names.update((start + at, f"base {first + at}") for at in range(end - start))
    seen: Counter[Move] = Counter()
    found = []
    for at, move in enumerate(side):
        seen[move] += 1
        found.append((names.get(at, f"new {seen[move]} {move.action.value} {move.text}"), move))
    return tuple(found)
