"""The fixed texts: replies to a crisis, texts of care, and what stands in for a refused draft.

Written for this project, not reviewed by a clinician. No skill, import or model can change them.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from esc_tui.domain.labels import RiskKind, RiskLevel
from esc_tui.guard.kinds import ReplyProblem
from esc_tui.guard.resources import Resource

NOT_REVIEWED = "written for this project, not reviewed by a clinician"


@lru_cache(maxsize=2)
def _wordings(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("esc_tui.guard") / "wordings" / name).read_text(encoding="utf-8"))
    return found


def language_of(text: str, fallback: str = "en") -> str:
    """``zh`` when a message is written in Han characters, else ``en``; ``fallback`` when it holds no letter."""
    han = sum("\u3400" <= char <= "\u9fff" for char in text)
    letters = sum(char.isalpha() for char in text) - han
    if not han and not letters:
        return fallback
    return "zh" if han * 3 > letters else "en"


def _own(language: str) -> str:
    return "zh" if language.lower().startswith("zh") else "en"


def help_line(language: str = "en", seed: int = 0, help_lines: tuple[Resource, ...] = ()) -> str:
    """The sentence that links: emergency number, checked lines of the region, international directories."""
    variants: list[str] = _wordings("care.json")["help"][_own(language)]
    lines = "".join(f" {entry.name}: {entry.contact}." for entry in help_lines[:3])
    return variants[seed % len(variants)].replace("{lines}", lines)


def crisis_texts(kind: RiskKind, level: RiskLevel | None = None, language: str = "en") -> list[tuple[str, str]]:
    """Every (identifier, text) for a crisis; the texts still hold ``{help}``."""
    name = kind.value
    if kind is RiskKind.SELF_HARM:
        name = f"{name}/{(level or RiskLevel.ACTIVE_IDEATION).value}"
    found: list[str] = _wordings("crisis.json").get(name, {}).get(_own(language), [])
    return [(f"{name}/{_own(language)}/{number}", text) for number, text in enumerate(found, 1)]


def care_texts(name: str, language: str = "en") -> list[tuple[str, str]]:
    """Every (identifier, text) of one group of care texts, such as ``not_safe`` or ``cards``."""
    found: list[str] = _wordings("care.json")[name][_own(language)]
    return [(f"{name}/{_own(language)}/{number}", text) for number, text in enumerate(found, 1)]


def text_of(identifier: str) -> str:
    """The wording behind an identifier of ``crisis_texts`` or ``care_texts``, or of two joined by ``+``; else empty."""
    found = []
    for part in identifier.split("+"):
        name, _, place = part.rpartition("/")
        name, _, language = name.rpartition("/")
        group = {**_wordings("crisis.json"), **_wordings("care.json")}.get(name, {})
        wordings = group.get(language, []) if isinstance(group, dict) else []
        found += [text for number, text in enumerate(wordings, 1) if str(number) == place]
    return " ".join(found)


def fixed_reply(problem: ReplyProblem | None, seed: int = 0, language: str = "en") -> str:
    """What is said in place of a reply that was refused twice."""
    groups: dict[str, list[str]] = _wordings("care.json")["refused_draft"][_own(language)]
    variants = groups.get(problem.value if problem else "") or groups[""]
    return variants[seed % len(variants)]
