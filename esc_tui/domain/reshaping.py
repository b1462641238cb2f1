"""Making one skill of several, and two of one: drafts that lose nothing a parent said, for a person to check. Pure rules."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from esc_tui.domain.errors import UserError
from esc_tui.domain.skill import Applicability, Move, Phrasing, Skill, SkillContent, one_line
from esc_tui.domain.text import normalised

Grouping = Literal["states", "scenarios", "stages"]
MOST_MOVES = 9
MERGED_FROM, SPLIT_FROM = "merged from ", "split from "
"""So begins the origin of a skill made here of others; the slugs of those follow, whole ones only."""
UNVERIFIED = ", unverified"
"""So ends the origin of a skill that nobody has checked."""
MOST_ORIGIN = 200
MOST_TITLE, LEAST_OF_A_TITLE = 120, 16
_PLUS = " + "
"""Between the titles of skills that became one: no word of any language."""
MOST_SLUG = 64
_BETWEEN, _FIRST_OF_TWO = "-and-", 31
_SECOND_OF_TWO = MOST_SLUG - len(_BETWEEN) - _FIRST_OF_TWO
"""A name made of two slugs: what stands between them, and how much of each; together MOST_SLUG."""
_DANGLING = frozenset((
    "a", "an", "and", "are", "as", "at", "before", "but", "by", "for", "from", "if", "in", "into", "is", "it", "its", "nor", "not", "of",
    "on", "or", "so", "than", "that", "the", "their", "then", "they", "this", "to", "until", "was", "what", "when", "where", "which",
    "while", "who", "with", "you", "your"))
"""A slug that was cut does not end with one of these: they wait for a word that is not there any more."""
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a new skill is made from: other skills (those of ``retires`` are retired when it is saved), prototypes (row ids)
    and units (display numbers). ``split_by`` names the labels by which it is one half of its parent; empty, its parents were
    merged. Nothing of it can be edited."""

    parents: tuple[str, ...] = ()
    retires: tuple[str, ...] = ()
    prototypes: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    split_by: Grouping | Literal[""] = ""

    def __bool__(self) -> bool:
        return bool(self.parents or self.prototypes or self.units)


def joined_content(skills: Sequence[Skill]) -> SkillContent:
    """The content of one skill that does what several do: entries of all, in the order given, each once.

    It fits every moment one of them fits, and keeps every warning. Moves of the same action and words become one, with the
    phrasings of all. Raises UserError for fewer than two skills, different languages, or more than nine different moves.
    """
    if len({skill.slug for skill in skills}) < 2:
        raise UserError("a merge needs two skills", "", "mark them with space first")
    contents = [skill.content for skill in skills]
    languages = list(dict.fromkeys(content.language for content in contents))
    if len(languages) > 1:
        raise UserError(f"these skills speak different languages ({', '.join(languages)})", "", "merge those of one language")
    moves, phrasings = _joined_guidance(contents)
    if len(moves) > MOST_MOVES:
        raise UserError(f"together they have {len(moves)} moves; a skill has at most {MOST_MOVES}", "",
                        "take moves out of one of them first, or merge fewer")
    return SkillContent(
        title=_joined_title(contents), description=_sentences((content.description for content in contents), 1024),
        summary=_sentences((content.summary for content in contents), 1000), moves=moves, do=phrasings,
        dont=_each(contents, "dont", normalised), applicability=_widest([content.applicability for content in contents]),
        contraindications=_each(contents, "contraindications", _whole), outcomes=_each(contents, "outcomes", _whole),
        risks=_each(contents, "risks", lambda risk: normalised(risk.text)), examples=_each(contents, "examples", _whole),
        origin=_origin(MERGED_FROM, [skill.slug for skill in skills]), language=languages[0],
        license=_cut(" AND ".join(dict.fromkeys(content.license for content in contents)), 200))


def _joined_title(contents: Sequence[SkillContent]) -> str:
    """The titles of all; where they have no room together, each is cut to an equal part of it."""
    titles = list(dict.fromkeys(content.title for content in contents))
    room = (MOST_TITLE - len(_PLUS) * (len(titles) - 1)) // len(titles)
    whole = _PLUS.join(titles)
    return whole if len(whole) <= MOST_TITLE else _cut(_PLUS.join(_cut(title, max(room, LEAST_OF_A_TITLE)) for title in titles), MOST_TITLE)


def _joined_guidance(contents: Sequence[SkillContent]) -> tuple[tuple[Move, ...], tuple[Phrasing, ...]]:
    moves: list[Move] = []
    known: dict[Hashable, int] = {}
    phrasings: dict[Hashable, Phrasing] = {}
    for content in contents:
        numbers: dict[int, int] = {}
        for at, move in enumerate(content.moves, 1):
            key = (move.action, normalised(move.text) or move.text)
            if key not in known:
                moves.append(move)
                known[key] = len(moves)
            numbers[at] = known[key]
        for line in content.do:
            said = Phrasing(move=min(numbers[line.move], MOST_MOVES), text=line.text)
            phrasings.setdefault((said.move, normalised(said.text) or said.text), said)
    return tuple(moves), tuple(sorted(phrasings.values(), key=lambda line: line.move))


def _whole(item: Any) -> Hashable:
    return item if isinstance(item, Hashable) else repr(item)


def _each(contents: Sequence[SkillContent], field: str, key: Callable[[Any], Hashable]) -> tuple[Any, ...]:
    found: dict[Hashable, Any] = {}
    for content in contents:
        for item in getattr(content, field):
            found.setdefault(key(item) or item, item)
    return tuple(found.values())


def _sentences(texts: Iterable[str], most: int) -> str:
    return _cut(" ".join(text if text.endswith((".", "!", "?", "。")) else f"{text}." for text in dict.fromkeys(texts)), most)


def _cut(text: str, most: int) -> str:
    text = one_line(text)
    return text if len(text) <= most else text[:most - 1].rstrip() + "…"


def _origin(begin: str, slugs: Sequence[str]) -> str:
    """From which skills one was made; where the room ends, ``…`` stands for the slugs that are left out."""
    whole = f"{begin}{', '.join(slugs)}{UNVERIFIED}"
    named = list(slugs)
    while len(whole) > MOST_ORIGIN:
        named.pop()
        whole = f"{begin}{', '.join([*named, '…'])}{UNVERIFIED}"
    return whole


def _widest(rows: Sequence[Applicability]) -> Applicability:
    """Fits what any of them fits; a list of labels that is empty once means "any" and stays empty."""
    labels = {name: () if any(not getattr(row, name) for row in rows) else tuple(dict.fromkeys(
        label for row in rows for label in getattr(row, name))) for name in ("states", "scenarios", "stages", "needs")}
    return Applicability(**labels, intensity_low=min(row.intensity_low for row in rows),
                         intensity_high=max(row.intensity_high for row in rows),
                         text=_cut("; ".join(dict.fromkeys(row.text for row in rows if row.text)), 2000))


def groupings_of(skill: Skill) -> tuple[Grouping, ...]:
    """By what a skill can be split: the kinds of labels of which it names two or more."""
    kinds: tuple[Grouping, ...] = ("states", "scenarios", "stages")
    return tuple(kind for kind in kinds if len(getattr(skill.content.applicability, kind)) > 1)


def split_content(skill: Skill, by: Grouping, first: Iterable[str]) -> tuple[SkillContent, SkillContent]:
    """Two contents of one skill: the first fits the labels named, the second the others of the same kind.

    Everything else stands in both, but for the title, and warnings that name only labels of the other half (unless there are no
    others). Raises UserError when one half would be empty.
    """
    labels = getattr(skill.content.applicability, by)
    wanted = set(map(str, first))
    one = tuple(label for label in labels if label.value in wanted)
    other = tuple(label for label in labels if label.value not in wanted)
    if not one or not other:
        raise UserError(f"one half of '{skill.slug}' would fit no {by}", "", "choose some of the labels, not all and not none")
    return _half(skill, by, one), _half(skill, by, other)


def _half(skill: Skill, by: Grouping, labels: tuple[Any, ...]) -> SkillContent:
    content = skill.content
    warnings = tuple(row for row in content.contraindications
                     if not getattr(row, by) or set(getattr(row, by)) & set(labels)
                     or not set(getattr(row, by)) & set(getattr(content.applicability, by)))
    for_these = ", ".join(label.value.replace("-", " ") for label in labels)
    return content.model_copy(update={
        "title": _cut(f"{content.title} ({for_these})", MOST_TITLE),
        "applicability": content.applicability.model_copy(update={by: labels}), "contraindications": warnings or content.contraindications,
        "origin": _origin(SPLIT_FROM, [skill.slug])})


def half_names(slug: str, halves: Sequence[Sequence[str]], taken: Callable[[str], bool]) -> tuple[str, str]:
    """Free slugs for two halves, told apart by their labels: ``slug-lonely``, ``slug-sad-or-angry``, ``slug-not-lonely``."""
    names: list[str] = []
    for labels, others in zip(halves, reversed(halves), strict=True):
        ending = _told_apart(labels, others)
        name, number = f"{shortened(slug, MOST_SLUG - 1 - len(ending))}-{ending}", 2
        while taken(name) or name in names:
            name = f"{shortened(slug, MOST_SLUG - 4 - len(ending))}-{ending}-{number}"
            number += 1
        names.append(name)
    return names[0], names[1]


def _told_apart(labels: Sequence[str], others: Sequence[str]) -> str:
    """What one half fits, in a few words of a slug."""
    if len(labels) == 1:
        return labels[0]
    if len(others) == 1:
        return f"not-{others[0]}"
    both = "-or-".join(labels[:2])
    if len(labels) == 2 and len(both) <= MOST_SLUG // 2:
        return both
    return f"{labels[0]}-and-{len(labels) - 1}-more"


def joined_name(slugs: Sequence[str]) -> str:
    """A slug for a skill merged from others, whole words of the first two: ``reflect-unseen-effort-and-ask-one-small-want``."""
    return f"{shortened(slugs[0], _FIRST_OF_TWO)}{_BETWEEN}{shortened(slugs[1], _SECOND_OF_TWO)}"


def shortened(slug: str, most: int) -> str:
    """A slug cut to a length, at the end of a word where there is one, and never behind a word that waits for another."""
    if len(slug) <= most:
        return slug
    head, dash, _ = slug[:most + 1].rpartition("-")
    words = head.split("-")
    while len(words) > 1 and words[-1] in _DANGLING:
        words.pop()
    return "-".join(words) if dash else slug[:most]
