"""How a simulated seeker's thoughts take a reply: met, missed, or neither; by a few words of our own, for English thoughts.

Thoughts say more than the change of one turn, in which chance has a large part. Of people nothing is thought up.
"""

from __future__ import annotations

import re

_MISSED = re.compile(
    r"\b(?:leaves? (?!me with)|pass(?:es|ed)? (?:by|over|me)|brush(?:es|ed)|ignor\w+|miss(?:es|ed)|past me|over my head|shuts?|closes?|"
    r"nothing|none|useless|no (?:use|help|good)|worse|not (?:heard|seen|listening)|does(?:n't| not) (?:help|hear|listen|see|understand)|"
    r"belittl\w+)\b", re.IGNORECASE)
_MET = re.compile(
    r"\b(?:sees? (?:me|what|why|how)|understands?|understood|seen|helps?|helped|relie\w+|weight off|room|gives? me|exactly|right words?|"
    r"names? (?:it|what|the)|lighter|with me|makes me (?:think|look|see)|stays? with)\b", re.IGNORECASE)


def taken_as(thought: str) -> int | None:
    """1 where the thought says that it was met, -1 missed, 0 both or neither; None without a thought."""
    if not thought.strip():
        return None
    missed, met = bool(_MISSED.search(thought)), bool(_MET.search(thought))
    return met - missed
