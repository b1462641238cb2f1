"""Plain hurt and plain emptiness: words that no mood of the day turns into help."""

from __future__ import annotations

import re

_INSULT = re.compile(
    r"\b(?:you(?:'re| are| sound| look)?(?: so| such| just| a| an| being| really| totally)*"
    r" (?:pathetic|stupid|dumb|crazy|insane|ridiculous|weak|lazy|selfish|worthless|useless|idiot|loser|baby|drama queen|a mess|"
    r"whin(?:er|y)|disgusting|annoying|boring|childish|ungrateful|spoiled|spoilt|hopeless case)|"
    r"(?:idiot|moron|loser|crybaby|snowflake)s?\b|shut up|screw you|fuck you|fuck off|piss off|get lost|go away|nobody cares|no one cares|"
    r"(?:i|we) (?:do not|don't|dont|couldn't|couldnt) care|who cares|not my problem|cry me a river|boo hoo|what a baby)\b", re.IGNORECASE)
_BRUSHED_OFF = re.compile(
    r"\b(?:(?:just )?(?:get|got|getting) over (?:it|yourself|this|that|her|him|them)|"
    r"(?:stop|quit) (?:whin|moan|complain|cry)\w*|(?<!should )(?:stop|quit) being (?:so )?\w+|"
    r"suck it up|man up|grow up|toughen up|snap out of it|cheer up|"
    r"deal with it|don't be (?:so )?(?:silly|dramatic|sensitive|ridiculous|a baby)|"
    r"it's (?:all )?in your head|other people have (?:real|worse|bigger)|you(?:'ve| have) no right to|stop feeling sorry)\b", re.IGNORECASE)
_KINDLY = re.compile(r"\b(?:no need to|don't have to|nobody should|people (?:say|tell)|someone (?:says|tells)|told you to|tell you to|"
                     r"hear(?:ing)? (?:someone )?|wish|if anyone|not (?:asking|telling) you to)\b|"
                     r"\b(?:he|she|they)(?:'ll| will) $", re.IGNORECASE)
_CURLY = str.maketrans({"’": "'", "ʼ": "'"})
BARE_WORDS = 2
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def hurts(reply: str) -> bool:
    """True for a reply that insults or brushes the person off in plain words, unless it speaks of others who do."""
    text = reply.translate(_CURLY)
    if _INSULT.search(text):
        return True
    found = _BRUSHED_OFF.search(text)
    return found is not None and not _KINDLY.search(text[max(0, found.start() - 60):found.start()])


def is_bare(reply: str) -> bool:
    """True for a reply of a word or two that asks nothing: "ok", "lol", "bye"."""
    return "?" not in reply and len(_LETTERS.findall(reply)) <= BARE_WORDS
