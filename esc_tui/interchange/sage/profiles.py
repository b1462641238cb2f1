"""One line of a SAGE profile file (``id, player, scene, main_cha, cha_group, task, first_talk``) as a profile, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from esc_tui.domain.base import content_id
from esc_tui.domain.labels import Character, Need, Scenario, Shelf
from esc_tui.domain.profile import Profile
from esc_tui.interchange.corpora.found import Reading, Reason
from esc_tui.interchange.corpora.names import language_of
from esc_tui.interchange.sage.fields import BadRowError, Fields, shown, storable
from esc_tui.interchange.sage.wordings import CHARACTERS, NEEDS, character_named, need_named

FORM = "SAGE profiles"
SAGE_LICENCE = "MIT"
"""The licence of SAGE's profiles and result files (github.com/Tencent/digitalhuman)."""
LONGEST_ID = 200

_FACT = re.compile(r"^\W*(姓名|年龄|职业|name|age|occupation)\W*?[：:]\W*?(\S.*?)\s*$", re.IGNORECASE | re.MULTILINE)
_NAMES = {"姓名": "name", "年龄": "age", "职业": "occupation"}


def is_profile(row: dict[str, Any]) -> bool:
    """True for an object that has the fields only SAGE's profiles have together."""
    return "player" in row and "scene" in row and "history" not in row and ("task" in row or "first_talk" in row)


def read_profile(row: dict[str, Any], place: str, *, source: str = "", licence: str = "", shelf: Shelf = Shelf.DEVELOP) -> Reading:
    """Read one profile; its text is kept letter for letter. ``licence`` holds where the line names none; default SAGE's.

    A line without one of its texts, or with a character or an intention nobody knows, is not taken, and noted.
    """
    fields = Fields(row, place, "profile")
    try:
        first = fields.needed("first_talk")
        profile = profile_of(fields, first, source=source, licence=licence, shelf=shelf)
    except BadRowError as error:
        return Reading(None, FORM, (*fields.skipped, error.skip))
    return Reading(None, FORM, tuple(fields.skipped), profile=profile)


def profile_of(fields: Fields, first_line: str, *, source: str, licence: str, shelf: Shelf = Shelf.DEVELOP,
               scenario: Scenario = Scenario.OTHER) -> Profile:
    """The profile in a line of either kind of file. Raises BadRowError when it cannot be taken."""
    persona, scene = fields.needed("player"), fields.needed("scene")
    task, character = fields.needed("task"), fields.needed("main_cha", "character")
    need, kind = need_named(task), character_named(character)
    if need is None:
        raise fields.bad(Reason.UNKNOWN_NEED, None, task)
    if kind is None:
        raise fields.bad(Reason.UNKNOWN_CHARACTER, None, character)
    facts = _facts(persona)
    return Profile(
        id=_identity(fields, persona, scene, first_line), name=facts.get("name", "")[:80], age=_age(facts.get("age", "")),
        occupation=facts.get("occupation", "")[:80], scenario=scenario, persona=persona, scene=scene, character=kind,
        traits=_traits(fields), need=need, wish=task, first_line=first_line, shelf=shelf,
        language=language_of(f"{persona} {scene}"), licence=fields.beside(fields.row, "licence") or licence or SAGE_LICENCE, source=source)


def _identity(fields: Fields, *texts: str) -> str:
    value = fields.row.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = shown(value)
    if isinstance(value, str) and value.strip() and len(value) <= LONGEST_ID:
        return storable(value.strip())
    if value is not None and value != "":
        fields.note(Reason.ODD_FIELD, None, "id")
    return content_id("sage", *texts)


def _traits(fields: Fields) -> tuple[str, ...]:
    value = fields.row.get("cha_group")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        fields.note(Reason.ODD_FIELD, None, "cha_group")
        return ()
    return tuple(storable(one) for one in value[:20])


def _facts(persona: str) -> dict[str, str]:
    """Name, age and occupation as the persona lists them."""
    found: dict[str, str] = {}
    for key, value in _FACT.findall(persona):
        name = _NAMES.get(key, key.lower())
        found.setdefault(name, value.strip("* "))
    return found


def _age(words: str) -> int | None:
    digits = re.search(r"\d{1,3}", words)
    age = int(digits.group()) if digits else 0
    return age if 8 <= age <= 110 else None


def character_words(character: Character) -> str:
    """SAGE's name of a character type."""
    return CHARACTERS[character]


def need_words(profile: Profile) -> str:
    """The hidden intention as SAGE's scripts group by it: the profile's own wording where that is SAGE's, else the published one."""
    need: Need = profile.need
    return profile.wish if NEEDS[need] == profile.wish else NEEDS[need]


def profile_row(profile: Profile) -> dict[str, Any]:
    """The line of a profile, with SAGE's keys in SAGE's order. What SAGE has no key for (facts, lines, behaviour) stays out."""
    return {"id": profile.id, "player": profile.persona, "scene": profile.scene, "main_cha": character_words(profile.character),
            "cha_group": list(profile.traits), "task": need_words(profile), "first_talk": profile.first_line}


def profile_lines(profiles: Iterable[Profile]) -> Iterable[str]:
    """Profiles as the lines of a file, each with its end."""
    for profile in profiles:
        yield json.dumps(profile_row(profile), ensure_ascii=False) + "\n"
