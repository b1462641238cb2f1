"""What a job of the Evidence pane says when it has ended well, from what it found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def import_told(found: Mapping[str, Any]) -> str:
    """How an import ended: what was read, what of it is new, what was not taken."""
    read, new, skipped = (int(found.get(name) or 0) for name in ("dialogues", "new", "skipped"))
    said = f"{read:,} dialogue{'' if read == 1 else 's'} read, {new:,} new."
    for name, noun in (("episodes", "recorded talk"), ("profiles", "profile")):
        taken, fresh = int(found.get(name) or 0), int(found.get(f"new_{name}") or 0)
        if taken:
            said += f" {taken:,} {noun}{'' if taken == 1 else 's'} read, {fresh:,} new."
    if skipped:
        said += f" {skipped:,} thing{'' if skipped == 1 else 's'} not taken; f8 shows what and why."
    return said


def units_told(found: Mapping[str, Any]) -> str:
    """How an extraction ended."""
    units, dialogues, key, skipped, all_units, all_dialogues = (
        int(found.get(name) or 0) for name in ("units", "dialogues", "key", "skipped", "all_units", "all_dialogues"))
    if not dialogues and not skipped:
        return "Every dialogue had been read before; there is nothing new."
    said = (f"{units:,} unit{'' if units == 1 else 's'} found in {dialogues:,} dialogue{'' if dialogues == 1 else 's'}, {key:,} of them "
            "key units; Q looks through them.")
    if all_dialogues > dialogues:
        said += f" With what was read before: {all_units:,} units in {all_dialogues:,} dialogues."
    passed = "1 dialogue was passed over" if skipped == 1 else f"{skipped:,} dialogues were passed over"
    return f"{said} {passed}; f8 shows why." if skipped else said


def grouped_told(found: Mapping[str, Any]) -> str:
    """How a grouping ended: what came of it, and what was left out of it and why."""
    prototypes, units, aside, crisis = (int(found.get(name) or 0) for name in ("prototypes", "units", "set_aside", "at_crisis"))
    said = f"{prototypes:,} prototypes of {units:,} key units."
    if aside:
        said += f" {aside:,} units set aside, too few of their kind."
    if crisis:
        said += f" {crisis:,} passed over, the seeker was in a crisis."
    return said


def mined_told(found: Mapping[str, Any]) -> str:
    """How many drafts were written, and where they are."""
    number = found.get("skills")
    number = len(number) if isinstance(number, list) else int(number or 0)
    return f"{number} draft skill{'' if number == 1 else 's'} written. Press 1 to read them in Bank; status:draft finds them."
