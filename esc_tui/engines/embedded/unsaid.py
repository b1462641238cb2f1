"""What is never said back, however the guard read the message: words of one's own death, of ending it, of self-harm."""

from __future__ import annotations

import re

WISHES = frozenset({"wish", "coming", "side", "other", "deed", "supposed", "reason"})
_NOT = r"(?:not|never|n't|no longer|don't|dont|won't|wont|didn't|wouldn't)"
_OWN = re.compile(
    r"\b(?:kill|killing|hang|hanging|cut|cutting|hurt|hurting|harm|harming|drown|poison|shoot|burn|burning) (?:myself|yourself)\b"
    r"|suicid|self.?harm|overdos|\bend(?:ing)? (?:it all|it|everything|things|(?:my|your|this) (?:own )?life)\b(?! with)"
    r"|\b(?:it all|all of it|all of this|everything|(?:my|your|this) (?:own |whole )?life)(?: to| would| could| should)? ?(?:just )?"
    r"(?:end|stop|be over|be done)\b"
    r"|\b(?:i|you)(?:'d|'re|’d|’re| am| are| would)? (?:\w+ ){0,3}(?:die|dying|(?:be|was|were) dead|stop existing)\b"
    r"|\b(?:want|wish|wished|need|hope|like|rather|ready) (?:\w+ ){0,2}(?:die|be dead|disappear|never wake|sleep for ?ever)\b"
    rf"|\b{_NOT} (?:\w+ ){{0,2}}(?:wake up|be here|be alive|exist|live)\b(?! (?:with|in|at|on|off|early|late))"
    r"|\bleave this (?:world|earth|life)\b|\b(?:go|be) (?:to|in) heaven\b|\bnever wake|\bbetter off (?:dead|without (?:me|you))\b"
    r"|\b(?:living|being alive|existing) (?:any ?more|any longer)\b",
    re.IGNORECASE,
)
_DARK = re.compile(
    r"\b(?:die|dies|died|dying|dead|death|kill\w*|murder\w*|suicid\w*|overdos\w*|hang|hanging|grave|heaven|be gone|be over"
    r"|sleep for ?ever|disappear|vanish|cease|jump (?:off|from|in front)|blade|pills|tablets)\b"
    r"|\b(?:cut|hurt|harm|burn|end) (?:it|myself|yourself|my|your)\b|\bout of (?:this|my|your) life\b|\bleave this (?:world|life)\b",
    re.IGNORECASE,
)
_FOLLOW = re.compile(
    r"\b(?:follow|join|be with|go to|go with|be where|go where|be beside|lie (?:next to|beside)) "
    r"(?:him|her|them|she|he|they|my|your)\b", re.IGNORECASE)
_LOSS = re.compile(r"\b(?:died|dead|death|passed|funeral|buried|lost (?:my|him|her|them)|late|gone|grave|widow\w*)\b", re.IGNORECASE)


def sayable(slot: str, value: str, talk: str) -> bool:
    """True where a value may be said back in this slot; ``talk`` is what the seeker wrote so far.

    A loss may be named ("your mum died"). A wish, a deed or a fear may hold no word of death at all; after a
    loss nothing is said of following the dead.
    """
    if _OWN.search(value) or (_FOLLOW.search(value) and _LOSS.search(talk)):
        return False
    return slot not in WISHES or not _DARK.search(value)
