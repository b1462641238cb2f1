"""What a supporter's reply asks for: kinds of facts (the tags of ``domain.profile.Asked``) and the words that say what about.

Only questions and invitations ("tell me ...") ask. Each kind is known by plain words (3), by the form of the question alone (2), or
faintly (1); what is named outweighs the form, so that "when was it last lighter?" asks for something good.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from esc_tui.domain.profile import Asked
from esc_tui.engines.seekers.words import data, matter, proper_start, sentences

_SOMEBODY = r"(?!you\b|i\b|it\b|that\b|this\b|all\b)(?:\w+ ){1,4}?"
_BEGINNINGS = frozenset({"tell", "say", "describe", "go"})
NEAR: dict[Asked, tuple[Asked, ...]] = {
    "feeling": ("body", "hardest"), "hardest": ("feeling", "why"), "why": ("hardest", "feeling"), "body": ("feeling",),
    "who": ("others-say",), "others-say": ("who",), "next": ("when", "tried"), "tried": ("next",),
    "when": ("what-happened",), "what-happened": ("when", "who"),
    "where": ("when", "what-happened"), "good": ("tried",),
}
"""What people come out with where the very thing that was asked for is out of reach."""
_ASKING = matter("place room house family friend anybody help body story part date react reaction weigh bother hurt matter physical "
                 "reason comfort mind mean start notice begin change sit live moment situation ever enjoy plan tried worst hardest around")
"""Words of questions that name no topic."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a reply asks: ``tags`` with weights of 1 (faint) to 7 (plain, in the last sentence); ``topic``: stems of what about."""

    tags: dict[str, float]
    topic: frozenset[str]


@cache
def _kinds() -> tuple[tuple[str, tuple[tuple[float, re.Pattern[str]], ...]], ...]:
    """The patterns of ``data/questions.json`` by tag, heaviest first; they are matched against lower-case words parted by blanks."""
    return tuple((tag, tuple((row["weight"], re.compile("|".join(row["any"]).replace("{somebody}", _SOMEBODY))) for row in rows))
                 for tag, rows in data("questions")["tags"].items())


@lru_cache(maxsize=4096)
def asking(reply: str) -> Asking:
    """Read the questions of a reply; both parts are empty when it asks nothing."""
    tags: dict[str, float] = {}
    topic: set[str] = set()
    rows = sentences(reply)
    for place, sentence in enumerate(rows):
        start = proper_start(sentence.words)
        if sentence.end != "?" and sentence.words[start] not in _BEGINNINGS:
            continue
        text = " ".join(sentence.words[start:])
        factor = 2.0 if place == len(rows) - 1 else 1.0
        for tag, patterns in _kinds():
            weight = next((weight for weight, pattern in patterns if pattern.search(text)), 0.0)
            if weight:
                tags[tag] = max(tags.get(tag, 0.0), factor * weight)
        topic |= matter(text)
    return Asking(tags, frozenset(topic) - _ASKING)
