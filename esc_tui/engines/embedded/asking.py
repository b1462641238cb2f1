"""What the supporter asked last, so that a "yeah" or a "no" is understood as the answer to it."""

from __future__ import annotations

import re
from typing import Literal

from esc_tui.engines.embedded.memory import sentences_in
from esc_tui.engines.roles import Moment

Asked = Literal["none", "offer", "known", "whether", "either", "open"]
_OFFER = re.compile(
    r"^(?:and )?(?:would you (?:like to|rather)|shall we|should i|would it (?:help|be easier)|do you want|can you tell|could you"
    r" (?:tell|say|put))",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"^(?:and )?(?:does any(?:one|body)|do(?:es)? (?:your |they|he |she )?.{0,24}\bknow|have you (?:ever )?(?:told|said)"
    r"|who (?:else )?knows"
    r"|who around you knows|is there (?:anyone|someone)|is anyone|was there anyone|who do you have)",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"^(?:and )?(?:is|are|do|does|did|was|were|has|have|had|can|could|would|will|should|am)\b", re.IGNORECASE
)


def asked_last(moment: Moment) -> Asked:
    """The kind of the question the last reply ended with: an offer, whether somebody knows or is there, another yes-or-no
    question, one between two things, an open one, or none."""
    reply = next((line.text for line in reversed(moment.history) if line.speaker == "supporter"), "")
    parts = sentences_in(reply)
    question = parts[-1] if parts else ""
    if not question.rstrip(' ”"').endswith("?"):
        return "none"
    if _OFFER.search(question):
        return "offer"
    if _KNOWN.search(question):
        return "known"
    if _WHETHER.search(question):
        return "either" if re.search(r"\bor\b", question) else "whether"
    return "open"
