"""What the words around a phrase do to it: deny it, weaken or strengthen it, suppose it, or say it of somebody else."""

from __future__ import annotations

import itertools
import re

from esc_tui.engines.embedded.turning import listed
from esc_tui.engines.embedded.words import Match, Token, word_set

_AFRAID = re.compile(r"\bi['’]?m afraid\s*(?:[.!\n]|$)", re.IGNORECASE)
_AFTER = 12  # characters that come before it in its sentence, so that it is no sentence of its own


def said_with_regret(text: str) -> bool:
    """True for "there's no quicker way, I'm afraid": said out of regret, not of fear."""
    hit = _AFRAID.search(text)
    return hit is not None and len(re.split(r"[.!?\n]", text[: hit.start()])[-1]) > _AFTER


def is_denied(tokens: tuple[Token, ...], match: Match) -> bool:
    """True when one of the three words before, in the same clause, denies the phrase ("not even angry")."""
    clause = tokens[match.first].clause
    before = {token.key for token in tokens[max(0, match.first - 2) : match.first]}
    if "thinks" in {token.key for token in tokens[max(0, match.first - 3) : match.first]}:
        return True  # "she thinks I'm mad at her"
    if before & {"stop", "help", "only", "just"} or {"even", "though"} <= before:
        return False  # "can't stop crying", "not only sad"
    return any(
        token.key in word_set("negators")
        and token.clause == clause
        and not (token.key in {"no", "never"} and match.first - place > 2)
        for place, token in enumerate(tokens[max(0, match.first - 3) : match.first], max(0, match.first - 3))
    )


def only_imagined(tokens: tuple[Token, ...], match: Match) -> bool:
    """True when good news was only told, wished or supposed ("I told him I passed"), not when others said so."""
    before = [token.key for token in tokens[max(0, match.first - 5) : match.first]]
    after = {token.key for token in tokens[match.last : match.last + 5]}
    if {"was", "were"} & set(before) and {"once", "then", "before"} & after:
        return True  # "i was so proud of him once"
    if set(before) & {"pretend", "pretended", "if", "wish", "supposed", "thinks", "should", "would", "until"}:
        return True
    return any(one == "i" and two in {"told", "said", "say"} for one, two in itertools.pairwise(before))


def degree_of(tokens: tuple[Token, ...], match: Match) -> float:
    """1 plain, above for "so", "really", below for "a bit"; from the two words before."""
    before = [token.key for token in tokens[max(0, match.first - 3) : match.first]]
    if any(word in word_set("diminishers") for word in before[-3:]):
        return 0.65
    return 1.3 if any(word in word_set("intensifiers") for word in before[-2:]) else 1.0


def about_another(tokens: tuple[Token, ...], match: Match) -> bool:
    """True when the nearest person before the phrase, in its clause, is someone else ("my mum is sad")."""
    clause = tokens[match.first].clause
    for token in reversed(tokens[max(0, match.first - 5) : match.first]):
        if token.clause != clause:
            return False
        if token.key in listed("self") and token.key not in {"my", "our"}:
            return False
        if token.key in listed("others"):
            inside = {token.key for token in tokens[match.first : match.last]}
            return match.last - match.first == 1 or (match.label == "relieved" and not inside & listed("self"))
    return False
