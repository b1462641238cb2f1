"""How long or how often something has been so, in the seeker's words: "for three weeks", "every night"."""

from __future__ import annotations

import re

_NUMBER = (
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty"
    r"|a few|several|many|couple of|a couple of|some)"
)
_UNIT = r"(?:minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?)"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_TIME = re.compile(
    rf"\bfor (?:about |almost |nearly |over |more than |the (?:past|last) |the )?{_NUMBER} ?{_UNIT}(?! ago| later)\b"
    rf"|\bsince (?:(?:last )?(?:{_MONTHS}|{_DAYS})|(?:last )?(?:week|month|year|summer|winter|spring|autumn|christmas|easter)"
    rf"|the (?:funeral|breakup|break up|divorce|accident|move|wedding|operation|diagnosis|baby|pandemic|layoff))\b"
    rf"|\bevery (?:single )?(?:day|night|morning|evening|weekend|week|sunday|monday|lunch|lunchtime)\b"
    rf"|\ball (?:day|night|week|weekend)(?: long)?\b|\bmost (?:days|nights|evenings)\b",
    re.IGNORECASE,
)


def times_of(text: str) -> tuple[str, ...]:
    """How long or how often, as said: "for three weeks", "every night"."""
    found = []
    for hit in _TIME.finditer(text):
        phrase = re.sub(r"\s+", " ", hit.group().lower())
        if phrase.startswith(("for a minute", "for a day", "for one day", "for an hour", "for a night")):
            continue
        found.append(
            re.sub(rf"\b({_MONTHS}|{_DAYS}|christmas|easter)\b", lambda part: part.group().capitalize(), phrase)
        )
    return tuple(found)
