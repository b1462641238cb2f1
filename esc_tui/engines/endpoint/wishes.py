"""SAGE's hidden intentions and character types in words of ours, for prompts about seekers."""

from __future__ import annotations

from esc_tui.domain.labels import Character, Need

WISHES: dict[Need, str] = {
    Need.EXAMINE_FROM_SEVERAL_SIDES: "to have the matter looked at from several sides with somebody, also from sides new to them",
    Need.GET_ADVICE_THAT_HELPS_NOW: "to get advice that fits their own case and that they can act on now",
    Need.UNDERSTAND_OTHERS: "to understand why the other people acted as they did",
    Need.SELF_REFLECTION_AND_GROWTH: "to be led, without being lectured, to see their own part in it and to grow by it",
    Need.BE_PRAISED: "to be praised sincerely for something particular that they did",
    Need.BE_LISTENED_TO: "to be listened to while they let it all out, without being corrected or hurried",
    Need.BE_EMPATHISED_WITH: "to be felt with deeply, in what exactly it is like for them, and not merely soothed",
    Need.BE_TOLD_NOT_AT_FAULT: "to be told, by somebody who means it and says why, that they were not at fault",
}
"""What each need means for somebody who plays a seeker (papers.md 3.1, paraphrased there from SAGE)."""

TRAITS: dict[Character, tuple[str, ...]] = {
    Character.NEGATIVE: ("angry", "irritable", "coarse", "arrogant", "haughty", "vain", "selfish", "biting", "lazy", "suspicious"),
    Character.PASSIVE: ("obedient", "shy", "dependent", "hesitant", "easily led", "self-effacing", "dutiful", "timid", "slow to speak",
                        "pessimistic", "resigned", "eager to please", "tired", "forgiving", "unsure"),
    Character.AVOIDANT: ("evasive", "reserved", "joking", "changeable", "proud", "distant", "cautious", "secretive", "perfectionist",
                         "dreamy", "self-sufficient", "easily offended", "quick to withdraw"),
}
"""Traits of which a new seeker gets three."""

PURPOSE = ("a talk from person to person: to open up about the matter in the scene with what really happened, to be better for it, "
           "and never to reveal the hidden wish")
