"""What a short remark comes to, so that one reply does not say the same twice in other words ("That's hard. That sounds hard.")."""

from __future__ import annotations

import re
from functools import lru_cache

_SLOT = re.compile(r"\{\w+\}")
_MOST = 12  # a longer sentence says something of its own besides
_SENSES = {
    "hard": r"\b(?:hard|tough|rough|hurts|stings|difficult|heavy|oof|ouch|(?:not|isn'?t|never) (?:easy|a small thing)|what a thing|oh (?:no|dear)"
            r"|(?:that's|it's|is) a lot)\b",
    "understandable": r"\b(?:makes sense|see why|no wonder|gets to you|anyone would|anybody (?:would|treated)|understandable|not making too much"
                      r"|justify it|of course it|fair enough|nothing strange)\b",
    "sorry": r"\bsorry\b",
    "here": r"\bi'm (?:with you|here|listening|reading|following)\b|\bi (?:hear|read) you\b",
    "go on": r"\b(?:take (?:your|all the) time|keep going|go on|tell me more|rest of it|no hurry|as much as you (?:want|like))\b",
    "glad": r"\b(?:glad|good to hear|good news|lovely|enjoy)\b",
}
_FOUND = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _SENSES.items()}


@lru_cache(maxsize=4096)
def senses_of(template: str) -> frozenset[str]:
    """What the words of a sentence, without its slots, come to; empty for a question and for what says more than a remark."""
    frame = _SLOT.sub(" ", template)
    if "?" in frame or len(frame.split()) > _MOST:
        return frozenset()
    return frozenset(name for name, pattern in _FOUND.items() if pattern.search(frame.replace("’", "'")))
