"""Reading a SKILL.md of anybody: strict about name, description and limits, and telling whatever is moved or left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from esc_tui.domain.errors import UserError
from esc_tui.domain.skill import Skill
from esc_tui.interchange.foreign_skill import read_loosely
from esc_tui.interchange.skill_archive import FoundSkill
from esc_tui.interchange.skill_markdown import KNOWN_KEYS, SLUG, read_front_matter, read_with_front

MOST_METADATA = 50
LONGEST_VALUE = 4000


@dataclass(frozen=True, slots=True)
class ImportedSkill:
    """A skill with what else its front matter said (``metadata``, kept for the next export) and what to tell the person."""

    skill: Skill
    metadata: Mapping[str, str]
    told: tuple[str, ...]
    place: str


def import_skill(found: FoundSkill) -> ImportedSkill:
    """Read one found file. A body with our headings is read strictly, any other as far as it can be, as a draft.

    Raises UserError with file, line and remedy: a name that is no slug or not that of the folder, a missing or overlong
    description, front matter that is no YAML or holds what is no text.
    """
    front, body = read_front_matter(found.text, found.place)
    told: list[str] = []
    metadata = _metadata(front, found.place, told)
    problems = list(strict_problems({key: front[key] for key in front if key in KNOWN_KEYS and key != "metadata"}, found.folder))
    if problems:
        raise UserError(problems[0], f"{found.place}, front matter", "mend it and import again")
    own = {key: value for key, value in metadata.items() if key.startswith("esc-")}
    other = {key: value for key, value in metadata.items() if not key.startswith("esc-")}
    clean = {key: str(front[key]) for key in ("name", "description", "license") if front.get(key)} | {"metadata": own}
    if any(line.strip() == "## Moves" for line in body.splitlines()):
        skill = read_with_front(found.text, clean, found.place)
    else:
        skill, words = read_loosely(clean, body)
        told.append(words)
    return ImportedSkill(skill, other, tuple(told), found.place)


def strict_problems(front: Mapping[str, Any], folder: str) -> list[str]:
    """Everything the Agent Skills specification objects to in a front matter, one sentence each.

    ``folder`` is the name the skill must have; empty when there is no folder.
    """
    found = [f"'{key}' is no key of the specification" for key in map(str, front) if key not in KNOWN_KEYS]
    name, description = front.get("name"), front.get("description")
    if not isinstance(name, str) or not SLUG.fullmatch(name) or len(name) > 64:
        found.append(f"name '{name if name is not None else ''}' is no slug of 1 to 64 lower-case letters, digits and single hyphens")
    elif folder and name != folder:
        found.append(f"name '{name}' is not that of its folder '{folder}'")
    if not isinstance(description, str) or not description.strip():
        found.append("description is missing")
    elif len(description) > 1024:
        found.append(f"description has {len(description)} characters; 1024 is the limit")
    if isinstance(front.get("license"), dict | list):
        found.append("license is no text")
    if len(str(front.get("compatibility") or "")) > 500:
        found.append("compatibility has more than 500 characters")
    metadata = front.get("metadata")
    if metadata is not None and not (isinstance(metadata, dict) and all(
            isinstance(key, str) and isinstance(value, str) for key, value in metadata.items())):
        found.append("metadata is no list of texts")
    return found


def _metadata(front: Mapping[str, Any], place: str, told: list[str]) -> dict[str, str]:
    """The metadata as texts, with every unknown key moved into it; what is moved or changed is told."""
    given = front.get("metadata") or {}
    if not isinstance(given, dict):
        raise UserError("metadata is no list of keys and values", f"{place}, front matter", "indent its keys by two blanks")
    found = {str(key): _text(value) for key, value in given.items()}
    if any(str(key).startswith("esc-") and isinstance(value, dict | list) for key, value in given.items()):
        key = next(str(key) for key, value in given.items() if str(key).startswith("esc-") and isinstance(value, dict | list))
        raise UserError(f"{key} is no text", f"{place}, front matter", "put it in quotes")
    moved = sorted(str(key) for key in front if str(key) not in KNOWN_KEYS)
    for key in (*moved, *(key for key in ("compatibility", "allowed-tools") if front.get(key))):
        found.setdefault(f"key-{key}" if key.startswith("esc-") else key, _text(front[key]))
    if moved:
        told.append(f"moved under metadata: {', '.join(moved)}")
    if len(found) > MOST_METADATA or any(len(key) > 100 for key in found):
        raise UserError(f"metadata has more than {MOST_METADATA} keys, or one longer than 100 characters", f"{place}, front matter",
                        "leave some out")
    cut = sorted(key for key, value in found.items() if len(value) > LONGEST_VALUE)
    if cut:
        told.append(f"cut to {LONGEST_VALUE} characters: {', '.join(cut)}")
    return {key: value[:LONGEST_VALUE] for key, value in found.items()}


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "" if value is None else str(value)
