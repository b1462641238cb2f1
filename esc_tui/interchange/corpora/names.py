"""What corpora call the two speakers and the eight strategies, and text of theirs made fit to be kept."""

from __future__ import annotations

import re
from typing import Literal

from esc_tui.domain.labels import Strategy

Speaker = Literal["seeker", "supporter"]

_SPEAKERS: dict[str, Speaker] = {
    "seeker": "seeker",
    "help seeker": "seeker",
    "usr": "seeker",
    "user": "seeker",
    "human": "seeker",
    "client": "seeker",
    "speaker": "seeker",
    "supporter": "supporter",
    "sys": "supporter",
    "system": "supporter",
    "assistant": "supporter",
    "gpt": "supporter",
    "chatgpt": "supporter",
    "helper": "supporter",
    "counselor": "supporter",
    "counsellor": "supporter",
    "therapist": "supporter",
    "listener": "supporter",
}
"""ESConv says seeker and supporter, its split usr and sys, FailedESConv speaker (who seeks) and listener (who supports);
ChatML user and assistant, ShareGPT human and gpt."""

INSTRUCTING = frozenset({"system", "developer"})
"""Who 'speaks' the lines of ChatML and ShareGPT that instruct a model and are no part of the talk; ask for these first."""

_STRATEGIES = {" ".join(strategy.value.casefold().replace("-", " ").split()): strategy for strategy in Strategy} | {
    "questions": Strategy.QUESTION,
    "restatement": Strategy.RESTATEMENT,
    "paraphrasing": Strategy.RESTATEMENT,
    "reflection of feeling": Strategy.REFLECTION,
    "affirmation": Strategy.AFFIRMATION,
    "reassurance": Strategy.AFFIRMATION,
    "approval and reassurance": Strategy.AFFIRMATION,
    "direct guidance": Strategy.SUGGESTIONS,
    "suggestions": Strategy.SUGGESTIONS,
    "suggestion": Strategy.SUGGESTIONS,
    "providing suggestion": Strategy.SUGGESTIONS,
    "providing information": Strategy.INFORMATION,
    "other": Strategy.OTHERS,
}
"""FailedESConv keeps names of Hill's helping skills beside ESConv's: 'Questions', 'Other', 'Restatement', 'Approval and
Reassurance' and 'Direct Guidance', which ESConv folded into Providing Suggestions."""


def speaker_named(name: object) -> Speaker | None:
    """Who is meant, in any case and spelling; None for anybody else."""
    return _SPEAKERS.get(_plain(name)) if isinstance(name, str) else None


def strategy_named(name: str) -> Strategy | None:
    """The strategy meant, in any case and spelling and with or without brackets; None for an unknown one."""
    return _STRATEGIES.get(_plain(name))


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[-_/\[\]]", " ", name.replace("&", " and ")).casefold().split())


def kept(text: str) -> str:
    """The text without blanks around it; what is no text in UTF-8 (halves of surrogate pairs) and NUL become U+FFFD."""
    text = text.strip()
    if text.isascii():
        return text.replace("\0", "\ufffd")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "\ufffd")


def language_of(text: str) -> str:
    """``zh`` when more than half of the letters are Han, ``ja`` when kana stand among those, else ``en``; ASCII costs nothing."""
    if text.isascii():
        return "en"
    letters = [ord(letter) for letter in text if letter.isalpha()]
    kana = sum(0x3040 <= code < 0x3100 for code in letters)
    han = sum(0x4E00 <= code < 0xA000 or 0x3400 <= code < 0x4DC0 or 0x20000 <= code < 0x32400 for code in letters)
    if 2 * (han + kana) <= len(letters):
        return "en"
    return "ja" if 10 * kana > len(letters) else "zh"
