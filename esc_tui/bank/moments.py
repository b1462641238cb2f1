"""What a supporter turn reads of a bank, in bulk and fast: the skills on offer at a revision and units as evidence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.skills import IN_FORCE_AT


@dataclass(frozen=True, slots=True)
class OfferedSkill:
    """An active or watch skill: its conditions as stored JSON and the words it can be found by.

    ``social`` is True when one of its moves is "social or other": a skill for greetings, thanks and goodbyes.
    """

    slug: str
    version: int
    title: str
    applicability: dict[str, Any]
    contraindications: list[dict[str, Any]]
    words: str
    social: bool


def offered_skills(connection: BankConnection, revision: int) -> list[OfferedSkill]:
    """The skills on offer at a revision, by slug."""
    rows = connection.rows(
        "SELECT v.slug, v.version, json_extract(v.content, '$.title'), json_extract(v.content, '$.applicability'), "
        "json_extract(v.content, '$.contraindications'), json_extract(v.content, '$.description'), "
        "json_extract(v.content, '$.applicability.text'), json_extract(v.content, '$.examples'), "
        "instr(json_extract(v.content, '$.moves'), '\"social-or-other\"') > 0 "
        "FROM revision_skills k JOIN skill_versions v ON v.id = k.version_id "
        f"WHERE v.status IN ('active', 'watch') AND {IN_FORCE_AT} ORDER BY k.slug", (revision, revision))
    offered = []
    for slug, version, title, applicability, contraindications, description, text, examples, social in rows:
        seekers = " ".join(str(example.get("seeker", "")) for example in json.loads(examples or "[]"))
        offered.append(OfferedSkill(slug, version, title, json.loads(applicability or "{}"),
                                    json.loads(contraindications or "[]"), f"{title} {description} {text or ''} {seekers}",
                                    bool(social)))
    return offered


def unit_links(connection: BankConnection, units: Sequence[str]) -> dict[str, list[str]]:
    """For each unit the skills whose ledger names it (shelf develop only)."""
    found: dict[str, list[str]] = {unit: [] for unit in units}
    if units:
        marks = ", ".join("?" for _ in units)
        for unit, skill in connection.rows(
                f"SELECT DISTINCT unit, skill FROM evidence WHERE shelf = 'develop' AND unit IN ({marks}) ORDER BY skill",
                tuple(units)):
            found[unit].append(skill)
    return found


def count_units(connection: BankConnection) -> int:
    """How many units the bank holds."""
    return int(connection.value("SELECT count(*) FROM units") or 0)
