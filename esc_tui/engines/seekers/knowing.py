"""What the seeker's mind knows of one profile, made ready once: its facts and lines, and the words that touch or grate."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from esc_tui.domain.profile import Fact, Profile
from esc_tui.engines.seekers.steering import remarks_of
from esc_tui.engines.seekers.words import matter, spelled

_KEPT = 1024
"""Profiles kept ready at most; a longer run starts the store afresh."""


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact with the stems that carry its matter."""

    fact: Fact
    key: str
    matter: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """A profile made ready. ``lifts`` and ``grates``: stems that stand only among what raises or only among what lowers;
    ``facts_with``: in how many facts a stem stands; ``keys``: what each line is compared by; ``faulting``: lines that find fault with
    a reply."""

    profile: Profile
    facts: tuple[ToldFact, ...]
    facts_with: dict[str, int]
    keys: dict[str, str]
    faulting: frozenset[str]
    lifts: frozenset[str]
    grates: frozenset[str]


_ready: dict[int, Known] = {}


@lru_cache(maxsize=8192)
def line_key(text: str) -> str:
    """What a line is compared by: its words alone."""
    return " ".join(spelled(text))


def knowing(profile: Profile) -> Known:
    """The profile made ready; kept while the same object is played."""
    known = _ready.get(id(profile))
    if known is None or known.profile is not profile:
        if len(_ready) >= _KEPT:
            _ready.clear()
        known = _ready[id(profile)] = _made_ready(profile)
    return known


def _made_ready(profile: Profile) -> Known:
    raises = frozenset[str]().union(*(matter(text) for text in (*profile.raises, profile.wish)))
    lowers = frozenset[str]().union(*(matter(text) for text in profile.lowers))
    told = frozenset[str]().union(*(matter(fact.text) for fact in profile.facts))
    return Known(
        profile=profile,
        facts=tuple(ToldFact(fact, line_key(fact.text), matter(fact.text)) for fact in profile.facts),
        facts_with=dict(Counter(stem for fact in profile.facts for stem in matter(fact.text))),
        keys={text: line_key(text) for text in (*profile.lines.all(), *remarks_of(profile))},
        faulting=frozenset((*profile.lines.down, *profile.lines.advice, *profile.lines.repeated)),
        lifts=raises - lowers, grates=lowers - raises - told)
