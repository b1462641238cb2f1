"""What a supporter turn reads of a bank, in bulk and fast: the skills on offer at a revision and units as evidence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.evidence import counted_rows, read_snapshot
from esc_tui.bank.skills import IN_FORCE_AT
from esc_tui.bank.words import terms
from esc_tui.domain.labels import SkillStatus

if TYPE_CHECKING:
    from esc_tui.domain.skill import Skill

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""No changes."""


@dataclass(frozen=True, slots=True)
class OfferedSkill:
    """An active or watch skill: its conditions as stored JSON and the words it can be found by.

    ``social`` is True when one of its moves is "social or other": a skill for greetings, thanks and goodbyes; ``actions``
    are those of its moves.
    """

    slug: str
    version: int
    title: str
    applicability: dict[str, Any]
    contraindications: list[dict[str, Any]]
    words: str
    social: bool
    actions: list[str]


def offered_skills(connection: BankConnection, revision: int, changes: Mapping[str, Skill | None] = NOTHING) -> Iterator[OfferedSkill]:
    """The skills on offer at a revision, by slug; one by one, since ten thousand take much memory.

    ``changes`` stand in for the skills of the same name, or beside the others; None takes one out.
    """
    stored = _stored_offers(connection, revision)
    if not changes:
        return stored
    tried = [_offer_of(skill) for _, skill in sorted(changes.items())
             if skill is not None and skill.status in {SkillStatus.ACTIVE, SkillStatus.WATCH}]
    return merge((one for one in stored if one.slug not in changes), tried, key=lambda one: one.slug)


def _offer_of(skill: Skill) -> OfferedSkill:
    content = skill.content.model_dump(mode="json")
    return _offer(skill.slug, skill.version, [action.value for action in skill.content.actions], content["title"],
                  content["applicability"], content["contraindications"], content["description"], content["examples"])


def _offer(slug: str, version: int, done: list[str], title: str, applicability: dict[str, Any] | None,
           contraindications: list[dict[str, Any]] | None, description: str, examples: list[dict[str, Any]] | None) -> OfferedSkill:
    fits = applicability or {}
    seekers = " ".join(str(example.get("seeker", "")) for example in examples or [])
    return OfferedSkill(slug, version, title, fits, contraindications or [], f"{title} {description} {fits.get('text') or ''} {seekers}",
                        "social-or-other" in done, done)


def _stored_offers(connection: BankConnection, revision: int) -> Iterator[OfferedSkill]:
    rows = connection.rows(
        "SELECT v.slug, v.version, v.actions, json_extract(v.content, "
        "'$.title', '$.applicability', '$.contraindications', '$.description', '$.examples') "
        "FROM revision_skills k JOIN skill_versions v ON v.id = k.version_id "
        f"WHERE v.status IN ('active', 'watch') AND {IN_FORCE_AT} ORDER BY k.slug", (revision, revision))
    for slug, version, actions, wanted in rows:
        yield _offer(slug, version, actions.split(), *json.loads(wanted))


def outcome_tallies(connection: BankConnection, revision: int, snapshot: int) -> list[tuple[str, Counter[str]]]:
    """Slug (once a version that counts) and how often each "state source outcome" was seen, for skills in force.

    The same rows as ``evidence_counts``, gathered as text by SQLite: a third of the time for a hundred thousand rows.
    """
    counted = counted_rows(read_snapshot(connection, snapshot))
    rows = connection.rows(
        "SELECT e.skill, e.seen FROM (SELECT skill, version, group_concat(state || ' ' || source || ' ' || outcome) AS seen "
        f"FROM evidence WHERE {counted} AND state != '' AND shelf = 'develop' GROUP BY skill, version) e "
        "JOIN revision_skills k ON k.slug = e.skill JOIN skill_versions f ON f.id = k.version_id "
        "LEFT JOIN skill_versions v ON v.slug = e.skill AND v.version = e.version "
        f"WHERE (v.id IS NULL OR v.actions = f.actions) AND {IN_FORCE_AT}", (revision, revision))
    return [(slug, Counter(seen.split(","))) for slug, seen in rows]


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


def seekers_words(connection: BankConnection) -> frozenset[str]:
    """Every word that a simulated seeker of the shelf develop may say: first lines, facts and lines, nothing of what they hide."""
    found: set[str] = set()
    for first, facts, lines in connection.rows(
            "SELECT json_extract(content, '$.first_line'), json_extract(content, '$.facts'), json_extract(content, '$.lines') "
            "FROM profiles WHERE shelf = 'develop'"):
        said = [first, *(str(fact["text"]) for fact in json.loads(facts or "[]")), *(
            line for some in json.loads(lines or "{}").values() for line in some)]
        for text in said:
            found.update(terms(text or ""))
    return frozenset(found)


def count_units(connection: BankConnection) -> int:
    """How many units the bank holds."""
    return int(connection.value("SELECT count(*) FROM units") or 0)
