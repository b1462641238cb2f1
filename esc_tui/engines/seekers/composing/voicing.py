"""A sentence in somebody's way of typing: lower case, clipped, without contractions, with pauses; nothing of what it says changes."""

from __future__ import annotations

import re

from esc_tui.engines.seekers.composing.parts import Typing

_FULL = {"don't": "do not", "doesn't": "does not", "didn't": "did not", "can't": "cannot", "couldn't": "could not", "won't": "will not",
         "wouldn't": "would not", "isn't": "is not", "aren't": "are not", "wasn't": "was not", "weren't": "were not", "hasn't": "has not",
         "haven't": "have not", "hadn't": "had not", "shouldn't": "should not", "i'm": "I am", "i've": "I have", "i'll": "I will",
         "that's": "that is", "there's": "there is", "we're": "we are", "we've": "we have", "they're": "they are", "they've": "they have",
         "you're": "you are", "it'll": "it will", "nobody's": "nobody is", "what's": "what is", "you've": "you have"}
_CONTRACTION = re.compile(r"\b[A-Za-z]+'[a-z]+\b")
_ITS = re.compile(r"\b([Ii]t)'s (?!been|got|become|gone|taken|cost|come|made|had)")
_DROPPED = ("was|had|went|did|got|saw|said|told|put|took|bought|sat|came|left|gave|heard|thought|knew|found|made|wrote|kept|stood|ate|lay|"
            "slept|felt|began|rang|ran|drew|woke|read|sent|caught|lost|stuck|[a-z]+ed|don't|can't|couldn't|didn't|won't|wouldn't|haven't|hadn't|could|"
            "have|still|never|always|just|even")
_SUBJECT = re.compile(rf"(^|(?<=[.!?] ))I (?=(?:{_DROPPED})\b)([a-z])")
_PAUSE = re.compile(r"(?<=[a-z])\. (?=[A-Z])")


def voiced(text: str, typing: Typing) -> str:
    """The text as this typing writes it."""
    if typing == "lower":
        plain = text.lower()
        return plain[:-1] if plain.endswith(".") and not plain.endswith("..") else plain
    if typing == "clipped":
        return _SUBJECT.sub(lambda match: match.group(1) + match.group(2).upper(), text)
    if typing == "formal":
        return _ITS.sub(r"\1 is ", _CONTRACTION.sub(_expanded, text))
    if typing == "halting":
        return _PAUSE.sub("... ", text, count=1)
    return text


def _expanded(match: re.Match[str]) -> str:
    word = match.group()
    full = _FULL.get(word.lower())
    if full is None:
        return word
    return full[0].upper() + full[1:] if word[0].isupper() else full
