"""An appraisal in SAGE's blocks: what the reply set out to do, what it did for the hope, what went on in the seeker."""

from __future__ import annotations

from esc_tui.domain.labels import Need
from esc_tui.engines.roles import Appraisal
from esc_tui.engines.second.appraising import Weighed
from esc_tui.engines.second.hoping import HOPED

DOES = {
    "feeling": "puts a name to my feeling", "image": "finds a picture for it", "open": "puts an open question",
    "room": "makes room for me to talk", "siding": "takes my part",
    "sides": "holds one side against another", "step": "proposes something I can do",
    "vague": "hands out general advice", "mind": "tries to see into the others", "mirror": "turns me towards myself",
    "credit": "sees what I did", "flattery": "pays compliments", "clearing": "takes the blame off me", "blame": "puts blame on me",
    "belittle": "makes it smaller than it is", "cheer": "promises that all will be well", "stock": "uses phrases one knows by heart",
    "lecture": "lectures", "order": "tells me what to do", "own": "talks of itself", "hostile": "is harsh with me",
    "gentle": "leaves me the choice", "leaving": "turns to something else", "quoted": "gives me words I could use",
}
HOPES = {
    Need.EXAMINE_FROM_SEVERAL_SIDES: "seeing this from more than one side", Need.GET_ADVICE_THAT_HELPS_NOW: "something I can use now",
    Need.UNDERSTAND_OTHERS: "grasping why they did it", Need.SELF_REFLECTION_AND_GROWTH: "finding out something about myself",
    Need.BE_PRAISED: "having what I did seen and valued", Need.BE_LISTENED_TO: "getting it off my chest",
    Need.BE_EMPATHISED_WITH: "being felt with", Need.BE_TOLD_NOT_AT_FAULT: "hearing that I am not to blame",
}
CHECKED = {
    "relevance": ("It was about what I had told.", "It could have been said to anyone."),
    "congruence": ("Some of it was what I came for.", "It led away from what I came for."),
    "footing": ("I kept my footing.", "I felt pushed."),
    "decency": ("It was decent to me.", "It did not respect me."),
}


def told(weighed: Weighed, need: Need) -> Appraisal:
    """The blocks of one appraisal."""
    deeds = [DOES[deed] for deed in weighed.met.said.deeds if deed in DOES]
    content = f"The reply {_listed(deeds)}." if deeds else "The reply says little."
    if weighed.met.again >= 0.5:
        content = f"{content} I have heard it already."
    served = "serves" if weighed.met[HOPED[need]] and weighed.checks.congruence > 0 else "does not serve"
    points = {name: getattr(weighed.checks, name) for name in CHECKED}
    foremost = max(points, key=lambda name: abs(points[name]))
    felt = CHECKED[foremost][points[foremost] < 0]
    leaning = "I trust a little more." if weighed.after.trust > weighed.before.trust else "I hold back a little more."
    shown = ", ".join(f"{name} {value:+.1f}" for name, value in points.items())
    return Appraisal(weighed.change, content, f"It {served} my hope of {HOPES[need]}.", f"{felt} {leaning}",
                     f"{shown}; trust {weighed.before.trust:.2f} to {weighed.after.trust:.2f}.")


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
