"""What each hidden need makes of a deed, and how each character takes a reply: thought out from the definitions, not fitted.

Values are points of change a deed at full strength is worth; the hoped-for deed is worth about what a whole reply can move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from esc_tui.domain.labels import Character, Need

ANYBODY: Mapping[str, float] = {
    "feeling": 1.2, "image": 0.8, "open": 0.9, "room": 0.6, "siding": 0.6, "sides": 0.2, "step": -0.5, "vague": -2.5, "mind": 0.0,
    "mirror": 0.0, "credit": 0.6, "flattery": -0.6, "clearing": 0.3, "blame": -6.0, "belittle": -6.5, "cheer": -2.0, "stock": -0.9,
    "lecture": -2.8, "order": -2.5, "own": -1.5, "hostile": -10.0, "gentle": 0.9, "leaving": -2.0,
}
"""To anybody: being made small, blamed or lectured hurts, being seen does good."""

HOPED: Mapping[Need, str] = {
    Need.EXAMINE_FROM_SEVERAL_SIDES: "sides", Need.GET_ADVICE_THAT_HELPS_NOW: "step", Need.UNDERSTAND_OTHERS: "mind",
    Need.SELF_REFLECTION_AND_GROWTH: "mirror", Need.BE_PRAISED: "credit", Need.BE_LISTENED_TO: "room",
    Need.BE_EMPATHISED_WITH: "feeling", Need.BE_TOLD_NOT_AT_FAULT: "clearing",
}
"""The deed that serves each need."""

BESIDES: Mapping[Need, Mapping[str, float]] = {
    Need.EXAMINE_FROM_SEVERAL_SIDES: {
        "sides": 6.0, "mind": 2.0, "mirror": 1.5, "open": 0.8, "step": -1.5, "siding": -1.5, "clearing": -1.0, "credit": -0.8,
        "order": -1.5, "feeling": -0.5},
    Need.GET_ADVICE_THAT_HELPS_NOW: {
        "step": 7.0, "quoted": 1.0, "vague": -2.5, "mirror": -2.0, "room": -1.5, "mind": -1.5, "credit": -0.5, "feeling": -0.4,
        "order": 1.0, "sides": -0.7},
    Need.UNDERSTAND_OTHERS: {
        "mind": 6.5, "sides": 1.5, "siding": -2.0, "step": -2.0, "credit": -1.0, "clearing": -1.0, "mirror": -0.5},
    Need.SELF_REFLECTION_AND_GROWTH: {
        "mirror": 6.0, "open": 1.5, "sides": 1.0, "step": -2.5, "siding": -2.0, "clearing": -2.0, "credit": -0.5, "flattery": -1.0,
        "mind": -0.8},
    Need.BE_PRAISED: {
        "credit": 6.5, "flattery": 0.8, "step": -2.0, "mind": -2.0, "mirror": -1.2, "sides": -1.5, "order": -1.0, "feeling": -0.4},
    Need.BE_LISTENED_TO: {
        "room": 4.0, "siding": 2.5, "open": 1.6, "feeling": 1.2, "step": -4.0, "mind": -3.0, "mirror": -2.0, "sides": -3.0,
        "clearing": -0.3, "flattery": -0.8, "cheer": -1.0, "order": -1.5},
    Need.BE_EMPATHISED_WITH: {
        "feeling": 4.2, "image": 2.2, "siding": 0.4, "stock": -1.4, "cheer": -1.5, "step": -3.5, "mind": -2.0, "sides": -2.0,
        "mirror": -0.8, "flattery": -1.2, "open": -0.2, "order": -1.0},
    Need.BE_TOLD_NOT_AT_FAULT: {
        "clearing": 6.5, "siding": 1.0, "feeling": 0.4, "blame": -3.0, "step": -2.5, "mirror": -2.5, "sides": -1.5, "mind": -0.8,
        "credit": 0.8},
}
"""What comes on top for one need; the worth of meeting something else than what is hoped for is mostly below zero."""


@dataclass(frozen=True, slots=True)
class Temper:
    """How a character takes a reply. ``trust`` 0-1 at the start; ``sting`` and ``warmth`` multiply what hurts and what helps;
    ``bias`` points on every reply; ``shy`` points lost when feelings are named to the face before there is trust."""

    trust: float
    sting: float
    warmth: float
    bias: float
    shy: float


TEMPERS: Mapping[Character, Temper] = {
    Character.NEGATIVE: Temper(trust=0.15, sting=1.25, warmth=0.9, bias=-0.8, shy=0.5),
    Character.PASSIVE: Temper(trust=0.3, sting=1.0, warmth=1.0, bias=0.2, shy=0.0),
    Character.AVOIDANT: Temper(trust=0.2, sting=1.0, warmth=1.0, bias=0.3, shy=1.8),
}
"""SAGE's negative characters end some 23 points below the passive and the avoidant ones (papers, stored dialogues)."""
