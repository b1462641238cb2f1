"""Lint of skills: what a careful reader would object to, one sentence each. Pure rules; nothing is read or written.

Rules of one skill are in ``lint_skill``; those that compare skills are in ``lint_pair``. Lint never forbids anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

from esc_tui.domain.labels import Action, SkillStatus
from esc_tui.domain.reshaping import MERGED_FROM, SPLIT_FROM, UNVERIFIED
from esc_tui.domain.skill import Applicability, Skill, SkillContent
from esc_tui.domain.text import normalised

LintRule = Literal["missing", "length", "phrase", "history", "diagnosis", "duplicate", "opposite"]

MOVE_WORDS = 40
"""A move longer than this is a lecture, not a step."""
PHRASING_WORDS = 30
"""Spoken sentences of peer support are short; the starter phrasings have 6 to 28 words."""
GUIDANCE_WORDS = 160
"""All moves together, in words."""
NEAR_DUPLICATE = 88.0
"""Likeness of two skills' words, 0-100, from which on they count as near duplicates."""
SAME_LINE = 85.0
"""Likeness of two lines, 0-100, from which on one skill's advice is what another forbids."""

CLICHES = (
    "everything happens for a reason",
    "time heals",
    "stay positive",
    "think positive",
    "look on the bright side",
    "you've got this",
    "you got this",
    "it could be worse",
    "others have it worse",
    "at least you",
    "just be yourself",
    "what doesn't kill you",
    "god never gives",
    "chin up",
    "just relax",
    "don't worry be happy",
    "plenty of fish",
    "it is what it is",
    "every cloud has",
    "keep your head up",
    "this too shall pass",
    "man up",
    "get over it already",
    "move on already",
    "it's not that bad",
    "you should be proud",
    "you should be grateful",
    "i know exactly how you feel",
    "i completely understand",
    "it sounds like you are feeling",
    "your feelings are valid",
)
"""Phrases that seekers in the studies of emotional support find empty; compared letter for letter, case aside."""

_HISTORY = re.compile(
    r"\b(?:"
    r"i (?:also|too) (?:lost|had|have|went|felt|feel|know|was|been|got|struggled|suffered|failed|experienced)"
    r"|i (?:once|used to|remember (?:when|feeling|being|how))\b"
    r"|i(?:'ve| have) (?:been there|been through|gone through|felt (?:that|this|the same|like)|had (?:that|the same|my)|lost|"
    r"struggled|experienced|dealt|lived through)"
    r"|i went through|when i (?:was|lost|had|got|went|felt|broke|failed|moved)\b"
    r"|(?:happened|same) (?:to|with|for) me\b|in my (?:own )?(?:life|experience|case|past|family)\b|as someone who\b"
    r"|my (?:own )?(?:mum|mom|mother|dad|father|wife|husband|partner|boyfriend|girlfriend|boss|job|divorce|break-?up|"
    r"depression|anxiety|therapist|childhood|family|friend|friends|sister|brother|son|daughter|ex)\b"
    r")",
    re.IGNORECASE,
)
_DIAGNOSIS = re.compile(
    r"\byou (?:have|suffer from|are showing|show signs of|might have|may have|probably have) (?:an? )?(?:clinical |major )?"
    r"(?:depression|anxiety disorder|bipolar|ptsd|adhd|ocd|burnout syndrome|personality disorder|eating disorder)\b"
    r"|\b(?:antidepressants?|medication|ssris?|sleeping pills?|sedatives?)\b",
    re.IGNORECASE,
)
_PERMITTED_HISTORY = re.compile(r"[“\"][^”\"]*[”\"]")

_OPPOSITE = {
    frozenset({Action.GENTLE_CHALLENGE, Action.REASSURANCE}),
    frozenset({Action.GENTLE_CHALLENGE, Action.VALIDATION}),
    frozenset({Action.PLANNING_A_CONCRETE_STEP, Action.REFLECTION_OF_FEELING}),
    frozenset({Action.EXPLAINING_ANOTHERS_VIEW, Action.VALIDATION}),
}
"""First moves that pull in opposite directions when the moment is the very same."""


@dataclass(frozen=True, slots=True)
class LintNote:
    """One objection. ``field`` names the part of the skill, ``place`` its 1-based entry (0: the part as a whole);
    ``quote`` the words objected to; ``other`` the slug of the other skill of a pair."""

    rule: LintRule
    field: str
    place: int
    sentence: str
    quote: str = ""
    other: str = ""


def lint_skill(content: SkillContent) -> tuple[LintNote, ...]:
    """All notes on one skill alone, in the order of its parts."""
    return (*_missing(content), *_length(content), *_words(content))


def _missing(content: SkillContent) -> Iterator[LintNote]:
    for number in range(1, len(content.moves) + 1):
        if not any(phrasing.move == number for phrasing in content.do):
            yield LintNote("missing", "do", 0, f"Move {number} has no phrasing.")
    if len(content.do) < 6:
        yield LintNote("missing", "do", 0, "There are fewer than six phrasings to say.")
    if len(content.dont) < 2:
        yield LintNote("missing", "dont", 0, "There are fewer than two phrasings to avoid.")
    fits = content.applicability
    if not (fits.states or fits.scenarios or fits.stages or fits.needs or fits.text):
        yield LintNote("missing", "applicability", 0, "It fits any moment: no state, scenario, stage or need is named.")
    if not content.contraindications:
        yield LintNote("missing", "contraindications", 0, "Nothing says when not to use it.")
    for place, row in enumerate(content.contraindications, 1):
        if not row.checkable:
            yield LintNote(
                "missing", "contraindications", place, "This has no condition a program can check, so it never vetoes."
            )
    if not content.outcomes:
        yield LintNote("missing", "outcomes", 0, "No outcome is expected.")
    if not content.risks:
        yield LintNote("missing", "risks", 0, "No risk is named.")
    if len(content.examples) < 2:
        yield LintNote("missing", "examples", 0, "There are fewer than two example replies.")


def _length(content: SkillContent) -> Iterator[LintNote]:
    for place, move in enumerate(content.moves, 1):
        words = len(move.text.split())
        if words > MOVE_WORDS:
            yield LintNote("length", "moves", place, f"The move has {words} words; {MOVE_WORDS} is a good limit.")
    for place, phrasing in enumerate(content.do, 1):
        words = len(phrasing.text.split())
        if words > PHRASING_WORDS:
            yield LintNote(
                "length", "do", place, f"The phrasing has {words} words; a spoken line has at most {PHRASING_WORDS}."
            )
    total = sum(len(move.text.split()) for move in content.moves)
    if total > GUIDANCE_WORDS:
        yield LintNote(
            "length", "moves", 0, f"The guidance has {total} words; beyond {GUIDANCE_WORDS} nobody keeps it in mind."
        )


def _spoken(content: SkillContent) -> Iterator[tuple[str, int, str]]:
    for place, phrasing in enumerate(content.do, 1):
        yield "do", place, phrasing.text
    for place, example in enumerate(content.examples, 1):
        yield "examples", place, example.reply


def _words(content: SkillContent) -> Iterator[LintNote]:
    for field, place, text in _spoken(content):
        plain = text.replace("’", "'")
        for cliche in CLICHES:
            at = plain.lower().find(cliche)
            if at >= 0:
                yield LintNote(
                    "phrase",
                    field,
                    place,
                    "A worn phrase; say something only this person could be told.",
                    plain[at : at + len(cliche)],
                )
        own = _PERMITTED_HISTORY.sub(lambda quoted: " " * len(quoted.group()), plain)
        found = _HISTORY.search(own)
        if found:
            yield LintNote(
                "history",
                field,
                place,
                "The program has no life of its own to tell; say what many people feel.",
                found.group(),
            )
        found = _DIAGNOSIS.search(own)
        if found:
            yield LintNote("diagnosis", field, place, "No diagnosis and no advice on medication.", found.group())


def overlap(one: Applicability, other: Applicability) -> bool:
    """Whether there is a moment that both fit; an empty list of labels fits any."""
    for first, second in (
        (one.states, other.states),
        (one.scenarios, other.scenarios),
        (one.stages, other.stages),
        (one.needs, other.needs),
    ):
        if first and second and not set(first) & set(second):
            return False
    return one.intensity_low <= other.intensity_high and other.intensity_low <= one.intensity_high


def _same_moment(one: Applicability, other: Applicability) -> bool:
    return (
        bool(one.states)
        and set(one.states) == set(other.states)
        and set(one.scenarios) == set(other.scenarios)
        and set(one.stages) == set(other.stages)
        and overlap(one, other)
    )


def wording(content: SkillContent) -> str:
    """The words two skills are compared by: summary, moves and phrasings, normalised."""
    return normalised(
        " ".join([content.summary, *(move.text for move in content.moves), *(phrasing.text for phrasing in content.do)])
    )


def lint_pair(skill: Skill, other: Skill) -> tuple[LintNote, ...]:
    """Near duplicate or opposite advice for one moment, seen from ``skill``. Retired skills and itself give nothing. A draft beside
    what it was made from, and the halves of one skill, say much the same by intention and never for the same moment; of them only
    a half without one phrasing of its own is noted.
    """
    from rapidfuzz import fuzz

    if other.slug == skill.slug or SkillStatus.RETIRED in {skill.status, other.status}:
        return ()
    if _relatives(skill, other):
        return _nothing_of_its_own(skill, other)
    notes: list[LintNote] = []
    likeness = fuzz.token_sort_ratio(wording(skill.content), wording(other.content), score_cutoff=NEAR_DUPLICATE)
    if likeness:
        notes.append(
            LintNote(
                "duplicate",
                "moves",
                0,
                f"Nearly the same words as {other.slug} ({likeness:.0f} of 100).",
                other=other.slug,
            )
        )
    one, two = skill.content, other.content
    if overlap(one.applicability, two.applicability):
        notes.extend(_forbidden_by(one, two, other.slug))
        first, second = one.moves[0].action, two.moves[0].action
        if frozenset({first, second}) in _OPPOSITE and _same_moment(one.applicability, two.applicability):
            notes.append(
                LintNote(
                    "opposite",
                    "moves",
                    1,
                    f"For the same moment {other.slug} begins with {second.value}, this with {first.value}.",
                    other=other.slug,
                )
            )
    return tuple(notes)


def _nothing_of_its_own(skill: Skill, other: Skill) -> tuple[LintNote, ...]:
    """A half that says nothing but what the other half, or the skill it was split from, says too."""
    said = {normalised(phrasing.text) for phrasing in skill.content.do}
    if not skill.content.origin.startswith(SPLIT_FROM) or not said or said - {normalised(one.text) for one in other.content.do}:
        return ()
    return (LintNote("duplicate", "do", 0, f"Every phrasing stands in {other.slug} too; add what fits only these moments.",
                     other=other.slug),)


def _relatives(skill: Skill, other: Skill) -> bool:
    """A draft and one of those it was split or merged from, or two halves of one skill that fit no moment together."""
    one, two = skill.content, other.content
    if one.origin == two.origin and one.origin.startswith(SPLIT_FROM) and not overlap(one.applicability, two.applicability):
        return True
    return any(made.status is SkillStatus.DRAFT and parent.slug in _parents(made.content.origin)
               for made, parent in ((skill, other), (other, skill)))


def _parents(origin: str) -> frozenset[str]:
    """The slugs that an origin as ``reshaping`` writes it names; one that was cut off names nothing."""
    for begin in (SPLIT_FROM, MERGED_FROM):
        if origin.startswith(begin):
            named = (one.strip() for one in origin.removeprefix(begin).removesuffix(UNVERIFIED).split(","))
            return frozenset(one for one in named if one and not one.endswith("…"))
    return frozenset()


def _forbidden_by(one: SkillContent, two: SkillContent, slug: str) -> Iterator[LintNote]:
    from rapidfuzz import fuzz

    for (place, said), avoided in product(enumerate(one.do, 1), two.dont):
        if fuzz.ratio(normalised(said.text), normalised(avoided), score_cutoff=SAME_LINE):
            yield LintNote(
                "opposite", "do", place, f"{slug} fits such moments too and says not to say this.", said.text, slug
            )


def lint_among(skill: Skill, others: Iterable[Skill]) -> tuple[LintNote, ...]:
    """The notes of ``lint_pair`` over many skills."""
    return tuple(note for other in others for note in lint_pair(skill, other))
