"""What holds the seeker back: "yeah but she will panic", "what if they start on her too", and objections without a reason."""

from __future__ import annotations

import re

from esc_tui.engines.embedded.turning import listed, normal_words, turn_words
from esc_tui.engines.embedded.words import key_of, tokens_of

_SUBJECT = r"(?:he|she|they|it|my \w+|people|everyone|everybody|nobody|no one|i)"
_COMING = re.compile(
    rf"(?:, ?|\b(?:but|because|cause|afraid|scared|worried|if i (?:say|tell|ask|complain|leave)[^,.;!?\n]{{0,24}},?))(?: that)? ?"
    rf"\b({_SUBJECT}(?:['’]?ll| will| would| might| is going to|['’]?s going to) [^,.;!?\n]{{3,60}})",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(rf"\b(?:what|but) if ({_SUBJECT}['’]?\w* [^,.;!?\n]{{2,60}})", re.IGNORECASE)
_OBJECTION = re.compile(r"^(?:(?:yeah|yes|ok|okay|sure|right|maybe|i know|fair)[ ,.]*)?but\b"
                        r"(?! (?:also|then|still|at least|it was|yeah|yes)\b)|^what if\b", re.IGNORECASE)
_BARE_FUTURE = re.compile(r"\b(she|he|they|it)ll\b", re.IGNORECASE)
_AND = re.compile(r" (?:and|so|if|because) ")
_LONGEST = 14
_BAD_ENDS = frozenset(["to", "the", "a", "an", "my", "and", "or", "of", "if", "because", "that", "is", "was", "be", "with", "for", "i"])


def objects(text: str) -> bool:
    """True for a message that sets a "but" against what was said: "yeah but HR sides with managers"."""
    return _OBJECTION.search(text.strip()) is not None


def fears_of(text: str) -> tuple[str, ...]:
    """What they expect to happen, as a clause in the second person: "she'll say you don't love her"."""
    return tuple(said for hit in _COMING.finditer(text) if (said := _turned(hit.group(1))))


def supposed_in(text: str) -> tuple[str, ...]:
    """What they suppose might happen, fit to stand after "if": "they start on her too"."""
    return tuple(said for hit in _SUPPOSED.finditer(text) if (said := _turned(hit.group(1))))


def _turned(words: str) -> str | None:
    words = _BARE_FUTURE.sub(r"\1'll", _AND.split(words, maxsplit=1)[0])
    kept = normal_words(words) or []
    keys = [key_of(word) for word in kept]
    if not 2 <= len(kept) <= _LONGEST or keys[-1] in _BAD_ENDS:
        return None
    if keys[0] in {"he", "she", "it"} and keys[1] in listed("bases") and keys[1] not in listed("pasts"):
        return None  # "if she say": said back it would sound like mockery
    if {token.key for token in tokens_of(words)} & {"die", "kill", "hurt", "suicide", "dead"}:
        return None
    return turn_words(kept)
