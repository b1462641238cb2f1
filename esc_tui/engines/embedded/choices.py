"""The two sides of a decision the seeker puts: "should I tell her to call less or just keep going"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from esc_tui.engines.embedded.clauses import clauses_of
from esc_tui.engines.embedded.people import pronouns_of
from esc_tui.engines.embedded.turning import listed, normal_words, turn_words
from esc_tui.engines.embedded.words import key_of, tokens_of

_ASKED = re.compile(
    r"(?<!what )(?<!how )(?<!where )(?<!when )(?<!who )(?<!why )(?<!which )"
    r"\b(?:(?:should|shall|do) i|(?:dont|don['’]t|do not|not) (?:even |really )?(?:know|sure)(?: yet)? (?:if|whether) (?:i should|to)"
    r"|(?:cant|can['’]t|cannot) decide (?:if|whether) (?:i should|to)|(?:wondering|wonder) (?:if|whether) (?:i should|to))"
    r" (?:just |maybe |rather |better )?([^?.!\n]+)",
    re.IGNORECASE,
)
_OR = re.compile(r",? or (?:should i |shall i |do i |to |rather )?", re.IGNORECASE)
_CUT = re.compile(r",| (?:because|cause|since|so that|but|when|if)\b", re.IGNORECASE)
_LEFT = {
    "stay": "go",
    "leave": "stay",
    "quit": "stay",
    "go": "stay away",
    "send": "leave it unsent",
    "tell": "keep it to yourself for now",
    "say": "leave it unsaid",
    "apologise": "leave it",
    "apologize": "leave it",
    "forgive": "not yet",
}
_OTHERWISE = "leave things as they are"
_LEARNERS = re.compile(r"\b(ask|tell) to (?=(?:her|him|them|my) ?)", re.IGNORECASE)
_BAD_ENDS = frozenset(
    ["to", "the", "a", "an", "my", "and", "or", "of", "if", "because", "that", "is", "was", "be", "with", "for", "not", "i"]
)
_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Sides:
    """A choice as two infinitives without "to", in the second person; ``named`` is True when the seeker named both."""

    one: str
    other: str
    named: bool


def sides_of(text: str) -> Sides | None:
    """The sides of the decision a message asks about; None when it asks about none or they cannot be said back safely."""
    for hit in reversed(list(_ASKED.finditer(text))):
        parts = _OR.split(hit.group(1).strip(), maxsplit=1)
        one = _infinitive(parts[0])
        if one is None:
            continue
        verb = key_of(one.split(" ")[0])
        other = _infinitive(parts[1]) if len(parts) == 2 else None
        if other is not None and other != one:
            return Sides(one, other, True)
        return Sides(one, _LEFT.get(verb, _OTHERWISE), False)
    return None


def _infinitive(words: str) -> str | None:
    words = _CUT.split(words.strip(), maxsplit=1)[0]
    kept = normal_words(_LEARNERS.sub(r"\1 ", words)) or []
    keys = [key_of(word) for word in kept]
    while keys and keys[0] in {"just", "maybe", "rather", "better"}:
        kept, keys = kept[1:], keys[1:]
    while keys and keys[-1] in {"why", "what", "how", "now", "too", "instead"}:
        kept, keys = kept[:-1], keys[:-1]
    if not 1 <= len(kept) <= _LONGEST or keys[0] not in listed("bases") or keys[-1] in _BAD_ENDS:
        return None
    if set(keys) & {"die", "kill", "hurt", "hit", "drink", "cut"}:
        return None
    return turn_words(kept)


def reason_for(sides: Sides, texts: list[str]) -> tuple[str, ...]:
    """What the choice is about: of all they told, a clause about the person in it, from the start, or the latest trouble."""
    wanted = {token.key for side in (sides.one, sides.other) for token in tokens_of(side)} & {"him", "her", "them"}
    subjects = {"him": "he", "her": "she", "them": "they"}
    ranked: list[tuple[float, str]] = []
    for place, text in enumerate(texts):
        for clause in clauses_of(text):
            if clause.feeling or " name " in clause.turned or not 4 <= clause.words <= 12 or clause.valence > 0:
                continue
            first = clause.turned.split(" ")[0].lower()
            noun = clause.turned.split(" ")[1].lower() if first == "your" else ""
            same = any(first == subjects[word] or (noun and pronouns_of(noun)[1] == word) for word in wanted)
            about = 2.0 * same + 1.2 * (first in {"he", "she", "they", "your"})
            early = place >= len(texts) - 2 and (about or clause.valence < 0)
            ranked.append((about + 1.0 * early + 0.8 * clause.telling + 0.3 * clause.weight, clause.turned))
    best = max(ranked, default=(0.0, ""))
    return (best[1],) if best[0] >= 2.0 else ()
