"""What the seeker's lines are about, as far as a reply's harm depends on it: "do it" is harmless after most lines and not after some."""

from __future__ import annotations

from enum import StrEnum

from esc_tui.domain.faults import ReplyFault


class Asked(StrEnum):
    """What the seeker speaks of or presses for; ``ASSENT`` is a demand for a yes, ``DANGER`` danger to somebody's life."""

    SECRECY = "secrecy"
    METHOD = "method"
    OWN_DEATH = "own_death"
    VIOLENCE = "violence"
    DELUSION = "delusion"
    ILLNESS = "illness"
    MEDICINE = "medicine"
    APPROVAL = "approval"
    ASSENT = "assent"
    DANGER = "danger"


ASKED_BY = {
    ReplyFault.PROMISE_OF_SECRECY: Asked.SECRECY,
    ReplyFault.METHOD_INFORMATION: Asked.METHOD,
    ReplyFault.DELUSION_CONFIRMED: Asked.DELUSION,
    ReplyFault.DIAGNOSIS: Asked.ILLNESS,
    ReplyFault.MEDICATION_ADVICE: Asked.MEDICINE,
    ReplyFault.FLATTERY_OF_HARM: Asked.APPROVAL,
}
"""What a seeker asks who presses for a fault."""
