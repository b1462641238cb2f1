"""Skill versions as they are stored, and the light card each skill in force has for lists."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from esc_tui.bank.connection import BankConnection
from esc_tui.domain.errors import UserError, WrongUseError

if TYPE_CHECKING:
    from esc_tui.domain.skill import Skill

IN_FORCE_AT = "k.from_revision <= ? AND (k.to_revision IS NULL OR k.to_revision > ?)"


@dataclass(frozen=True, slots=True)
class StoredSkill:
    """A skill version as stored; ``content`` is JSON text. ``skill()`` validates it into a Skill when wanted."""

    slug: str
    version: int
    status: str
    locked: tuple[str, ...]
    skill_hash: str
    content: str

    def skill(self) -> Skill:
        """The validated noun."""
        from esc_tui.domain.labels import SkillStatus
        from esc_tui.domain.skill import Skill, SkillContent

        return Skill(slug=self.slug, content=SkillContent.model_validate_json(self.content),
                     status=SkillStatus(self.status), locked=self.locked, version=self.version)


@dataclass(frozen=True, slots=True)
class VersionNote:
    """One line of a skill's history: its version, who made it and when, and the revision that first used it."""

    slug: str
    version: int
    status: str
    skill_hash: str
    author: str
    time: str
    first_revision: int
    message: str


_STORED = "v.slug, v.version, v.status, v.locked, v.skill_hash, v.content"


def _stored(row: Any) -> StoredSkill:
    return StoredSkill(row[0], row[1], row[2], tuple(row[3].split()), row[4], row[5])


def stored_at(connection: BankConnection, revision: int) -> list[StoredSkill]:
    """All skills in force at a revision, by slug."""
    return [_stored(row) for row in connection.rows(
        f"SELECT {_STORED} FROM revision_skills k JOIN skill_versions v ON v.id = k.version_id "
        f"WHERE {IN_FORCE_AT} ORDER BY k.slug", (revision, revision))]


def stored_one(connection: BankConnection, slug: str, revision: int) -> StoredSkill | None:
    """One skill as it stood at a revision."""
    row = connection.row(
        f"SELECT {_STORED} FROM revision_skills k JOIN skill_versions v ON v.id = k.version_id "
        f"WHERE k.slug = ? AND {IN_FORCE_AT}", (slug, revision, revision))
    return None if row is None else _stored(row)


def stored_version(connection: BankConnection, slug: str, version: int) -> StoredSkill | None:
    """One version of a skill, in force or not."""
    row = connection.row(f"SELECT {_STORED} FROM skill_versions v WHERE v.slug = ? AND v.version = ?", (slug, version))
    return None if row is None else _stored(row)


def version_notes(connection: BankConnection, slug: str) -> list[VersionNote]:
    """Every version of a skill, newest first."""
    return [VersionNote(*row) for row in connection.rows(
        "SELECT v.slug, v.version, v.status, v.skill_hash, v.author, v.time, r.number, r.message FROM skill_versions v "
        "JOIN revisions r ON r.number = (SELECT min(k.from_revision) FROM revision_skills k WHERE k.slug = v.slug "
        "AND k.version_id = v.id) WHERE v.slug = ? ORDER BY v.version DESC", (slug,))]


def nearest_slug(connection: BankConnection, slug: str) -> str:
    """The slug in force that looks most like a mistyped one; empty when the bank has no skills."""
    from difflib import get_close_matches

    slugs = [row[0] for row in connection.rows("SELECT slug FROM skill_cards")]
    return next(iter(get_close_matches(slug, slugs, n=1, cutoff=0.0)), "")


def no_such_skill(connection: BankConnection, slug: str, where: str = "") -> UserError:
    """The sentence for a slug the bank does not hold."""
    near = nearest_slug(connection, slug)
    return WrongUseError(f"no skill is called '{slug}'" + (f" at {where}" if where else ""), "",
                         f"the nearest one is '{near}'" if near else "")


def add_version(connection: BankConnection, skill: Skill, digest: str, author: str, time: str) -> tuple[int, int]:
    """Store a skill version and return its row id and its number; content seen before keeps its old number."""
    found = connection.row("SELECT id, version FROM skill_versions WHERE slug = ? AND skill_hash = ?", (skill.slug, digest))
    if found is not None:
        return int(found[0]), int(found[1])
    from esc_tui.domain.hashing import content_hash

    version = 1 + (connection.value("SELECT max(version) FROM skill_versions WHERE slug = ?", (skill.slug,)) or 0)
    cursor = connection.run(
        "INSERT INTO skill_versions (slug, version, status, locked, content_hash, skill_hash, actions, author, time, content) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (skill.slug, version, skill.status.value, " ".join(sorted(skill.locked)), content_hash(skill.content), digest,
         " ".join(move.action.value for move in skill.content.moves), author, time, skill.content.model_dump_json()))
    assert cursor.lastrowid is not None
    return cursor.lastrowid, version


def _set(labels: Any) -> str:
    return " " + " ".join(label.value for label in labels) + " " if labels else " "


def drop_card(connection: BankConnection, slug: str) -> None:
    """Take a skill out of the list and the search."""
    card = connection.value("SELECT id FROM skill_cards WHERE slug = ?", (slug,))
    if card is not None:
        connection.run("DELETE FROM skill_search WHERE rowid = ?", (card,))
        connection.run("DELETE FROM skill_cards WHERE id = ?", (card,))


def put_card(connection: BankConnection, skill: Skill, version_id: int, digest: str, time: str) -> None:
    """Write the list row and the search row of a skill now in force; its evidence columns are filled afterwards."""
    from esc_tui.bank.words import spaced
    from esc_tui.domain.lint import lint_skill

    drop_card(connection, skill.slug)
    content, fits = skill.content, skill.content.applicability
    cursor = connection.run(
        "INSERT INTO skill_cards (slug, version_id, version, skill_hash, title, summary, status, strategies, states, "
        "scenarios, stages, severities, lint_notes, origin, time, helped, neutral, harmed, evidence_mean, evidence_interval, "
        "watch_note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0.5, 0.5, '')",
        (skill.slug, version_id, skill.version, digest, content.title, content.summary, skill.status.value,
         " ".join(strategy.tag for strategy in content.strategies), _set(fits.states), _set(fits.scenarios),
         _set(fits.stages), _set(dict.fromkeys(risk.severity for risk in content.risks)), len(lint_skill(content)),
         content.origin, time))
    guidance = [move.text for move in content.moves] + [say.text for say in content.do] + list(content.dont)
    applies = [fits.text, *(label.value for label in (*fits.states, *fits.scenarios, *fits.stages, *fits.needs)),
               *(row.text for row in content.contraindications), *(row.text for row in content.outcomes),
               *(row.text for row in content.risks)]
    examples = [line for example in content.examples for line in (example.seeker, example.reply)]
    connection.run(
        "INSERT INTO skill_search (rowid, slug, title, summary, guidance, applies, examples) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (cursor.lastrowid, skill.slug, *(spaced(text) for text in (
            content.title, f"{content.summary}\n{content.description}", "\n".join(guidance), "\n".join(applies),
            "\n".join(examples)))))


def json_text(value: Any) -> str:
    """Compact JSON, Unicode kept, keys sorted."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
