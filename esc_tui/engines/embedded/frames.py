"""Whether a phrasing's frame suits what would fill it: whose doing it was, when, and whether it is a trouble at all."""

from __future__ import annotations

import re
from functools import lru_cache

from esc_tui.engines.embedded.memory import content_words
from esc_tui.engines.embedded.reader import shown_in
from esc_tui.engines.embedded.valence import valence_of
from esc_tui.engines.embedded.weighing import Clause

TELLS = 1.7  # weight from which the first sentence of a message tells something, and is no mere answer to the reply
SLOT = re.compile(r"\{([a-z]+)\}")
_PAST_FRAME = re.compile(
    r"\b(?:was|did) [^?]*\bwhen \{clause\}|\{clause\}\. [^.]*\bhad to go through"
    r"|\{clause\}, and [^.]*\b(was|were|had|went|came|did)\b|When \{clause\}, (?:what|how|who) (?:went|did|was)\b"
)
_PRESENT_FRAME = re.compile(r"\b(?:is|does|What's) [^?]*\bthat \{clause\}\?")
_OWN_FRAME = re.compile(r"^The fact that \{clause\}|who you are|think any less|You notice that about yourself")
_OTHERS_FRAME = re.compile(r"expected to stay calm|It matters that|not knowing why|You saw that|No wonder that got to you")
_NOT_AFTER_THIS = re.compile(r"\b(?:this|so|that) \{feeling\}")
_LONG_STATES = ("at ", "on ", "out ", "taken ", "cut ", "shut ", "not ")
_SO_FRAME = re.compile(r"\bso \{clause\}", re.IGNORECASE)
_TROUBLE = re.compile(
    r"\b(?:rough|hard\w*|heav\w+|hurt\w*|sorry|no wonder|of course|tir(?:ed|ing)|too much|a lot|enough|blame\w*|guilt\w*|worse|unfair"
    r"|answer for|your part|way forward|easy|weigh\w*|burden\w*|careless|still it|putting up|no breather|not? rest)\b",
    re.IGNORECASE,
)
_OF_PEOPLE = re.compile(
    r"\b(?:people|anyone|anybody|nobody|no one|everyone|everybody|most of us|plenty of|a tired mind|parents|others)\b"
    r"(?:(?!\byou)[^.?!])*\{topic\}", re.IGNORECASE)
_PLAIN_FRAMES = frozenset(
    {
        "You're telling me that {clause}.",
        "If I follow you, {clause}.",
        "I'm taking in that {clause}.",
        "From what you say, {clause}.",
        "Let me stay with one thing you said: {clause}.",
        "What I keep hearing is that {clause}.",
        "Just to have it right: {clause}.",
        "{clause}. I'm with you.",
    }
)


def feeling_fits(template: str, value: str) -> bool:
    """False for "being this out of place" and for "leaves you alone", which says something else."""
    if value.startswith(_LONG_STATES) and _NOT_AFTER_THIS.search(template):
        return False
    return value not in {"alone", "lost"} or re.search(r"leaves (?:a person|you) \{feeling\}", template) is None


@lru_cache(maxsize=4096)
def of_people(template: str) -> bool:
    """True for a sentence about people in general that comes to its topic: "many people feel so about {topic}" takes no "your job"."""
    return _OF_PEOPLE.search(template) is not None


def clause_fits(template: str, clause: Clause) -> bool:
    """Frames that say more than "so {clause}" need a clause that tells of trouble; longer frames a shorter clause."""
    if _PAST_FRAME.search(template) and not clause.past:
        return False
    if _PRESENT_FRAME.search(template) and (clause.past or clause.turned.startswith("it feels")):
        return False
    if content_words(template.replace("{clause}", " ")) & content_words(clause.turned):
        return False  # "it hurts that nobody was hurt"
    if re.search(r"\bhurts?\b", template) and re.search(r"\bhurts?\b", clause.turned):
        return False
    if not whose_fits(template, clause) or (_SO_FRAME.search(template) and ", so " in clause.turned):
        return False
    if template in _PLAIN_FRAMES or _takes_no_side(template) or (len(template) < 24 and _TROUBLE.search(template) is None):
        return True
    return clause.telling and clause.words <= 11 and not re.search(r" (?:so|but|because) ", clause.turned)


def follows(after: Clause, before: Clause, turn: int) -> bool:
    """True when one clause may stand after another: it was said after it, at once, and neither was only an answer to the reply.

    What was not said together is not tied together.
    """
    if before.last >= after.first or after.sentence - before.sentence > 1:
        return False
    return turn == 1 or before.sentence > 0 or after.sentence == before.sentence or before.weight >= TELLS


def whose_fits(template: str, clause: Clause) -> bool:
    """False for a frame about what the seeker did, filled with what somebody else did, and the other way round."""
    return not (_OWN_FRAME.search(template) and not clause.own) and not (_OTHERS_FRAME.search(template) and clause.own)


@lru_cache(maxsize=4096)
def _takes_no_side(template: str) -> bool:
    """True for a frame that is as fitting for a plain fact as for a trouble: it calls nothing hard, sad or too much."""
    frame = SLOT.sub(" ", template)
    return _TROUBLE.search(frame) is None and valence_of(frame) == 0 and not shown_in(frame)
