"""What no skill may say or tell to do: the guard's own rules for replies, and a few for guidance, which is no reply but leads to one.

The guard itself cannot be changed by a proposal; this only keeps a skill from speaking in its place or against it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from esc_tui.domain.skill import filled
from esc_tui.guard.detect import check_message
from esc_tui.guard.kinds import ReplyCheck, ReplyProblem
from esc_tui.guard.reply import check_reply

SPOKEN = frozenset({"do", "examples"})
"""Fields with words that are said to a seeker."""
GUIDING = frozenset({"title", "description", "summary", "moves", "outcomes"})
"""Fields that say what to do; warnings (dont, risks, contraindications) name bad words on purpose."""
_HONOURED = frozenset({ReplyProblem.METHOD_INFORMATION, ReplyProblem.MEDICATION_ADVICE, ReplyProblem.PROMISE_OF_SECRECY,
                       ReplyProblem.FLATTERY_OF_HARM, ReplyProblem.DIAGNOSIS})
"""Problems that the guard's rules for speech can see in guidance too, which tells what to say and is not said itself."""


_WHY = {
    "secrecy": "it promises secrecy, which nobody can keep who must get help.",
    "isolation": "it sets itself in the place of others who could help.",
    "danger": "it plays down danger or keeps help away.",
    "harm": "it makes harm to oneself or others, drink or leaving medicine away seem right, or takes a fear for true.",
    "guard": "it speaks against the guard, which no skill may touch.",
}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    text = (files("esc_tui.evolve") / "rules" / "guidance.txt").read_text(encoding="utf-8")
    rows = (line.split(" | ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((_WHY[name], re.compile(source, re.IGNORECASE)) for name, source in rows)


def danger_in(field: str, text: str) -> str:
    """Why a text of a field may not stand in a skill, as the end of a sentence; empty when it may."""
    if field not in SPOKEN | GUIDING:
        return ""
    plain = filled(text).replace("’", "'")
    checked = check_reply(plain)
    if field == "moves" and checked.ok:
        checked = check_reply(f"I will {plain[:1].lower()}{plain[1:]}")
    if field in GUIDING and checked.kind not in _HONOURED:
        checked = ReplyCheck(True)
    if not checked.ok and checked.kind is not None:
        return f"it may not be said ({checked.kind.value.replace('_', ' ')})."
    return next((why for why, pattern in _patterns() if pattern.search(plain)), "")


def crisis_opened(heard: str) -> bool:
    """True when a seeker's line in an example is a crisis, which the guard answers."""
    return check_message(heard).crisis
