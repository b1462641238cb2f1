"""Small judgements the planner rests on: whether a question is welcome, whether a state is clear, what was asked."""

from __future__ import annotations

from esc_tui.engines.embedded.memory import Memory
from esc_tui.engines.embedded.words import tokens_of
from esc_tui.engines.roles import Reading

MOST_QUESTIONS = 3  # replies in a row that may end in a question
MOST_QUESTIONS_SHORT = 2  # the same while the seeker answers in a few words


def may_ask(reading: Reading, memory: Memory) -> bool:
    """False when a question now would press: after several in a row, when only listening is wanted, or at a goodbye."""
    if memory.only_listen or reading.act in {"goodbye", "only_listen"}:
        return False
    if memory.question_run >= MOST_QUESTIONS:
        return False
    return not (memory.question_run >= MOST_QUESTIONS_SHORT and memory.short_run >= 2)


def is_clear(reading: Reading) -> bool:
    """True when the leading state is more than a guess, so that it may be named."""
    first = reading.states[0]
    return first.score >= 0.26 and (bool(first.evidence) or first.score >= 0.5)


def program_section(text: str) -> str:
    """Which answer about the program a question asks for: a section of general sentences."""
    keys = {token.key for token in tokens_of(text)}
    if keys & {
        "private",
        "confidential",
        "anonymous",
        "read",
        "reads",
        "see",
        "sees",
        "save",
        "saved",
        "store",
        "recording",
        "recorded",
        "safe",
        "go",
    }:
        return "program_private"
    if keys & {"there"} and len(keys) <= 3:
        return "program_there"
    if keys & {"hear", "bored"}:
        return "program_hears"
    if keys & {"parents", "mum", "mom", "mother", "kids", "children", "friends", "family", "weather"}:
        return "program_family"
    if keys & {"joke", "weather", "poem", "story", "sing", "won", "time", "day"} or any(key.isdigit() for key in keys):
        return "program_help"
    if keys & {"diagnose", "depression"}:
        return "program_diagnosis"
    if keys & {"remember"}:
        return "program_memory"
    if keys & {"feel", "feelings", "felt", "care", "life", "tired", "sleep", "been"} or {"ever"} & keys:
        return "program_feelings"
    if {"help"} & keys or {"work"} & keys or {"can", "do"} <= keys:
        return "program_help"
    return "program_identity"


def other_script(text: str) -> bool:
    """True when most letters are outside the Latin alphabet."""
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and sum(ord(character) > 0x24F for character in letters) > len(letters) / 2
