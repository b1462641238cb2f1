"""A bank as it would be had it never seen some dialogues: a copy without them and without all that was made from them.

The copy takes over tables by name, so what is added to a bank later stays outside until somebody decides about it here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esc_tui.bank.connection import BankConnection, connect, guard_file, telling
from esc_tui.bank.evidence import recount, refresh_cards
from esc_tui.bank.revisions import commit_changes, head_number
from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.sealed import SealedWords

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader

WHOLE = ("meta", "revisions", "skill_versions", "revision_skills", "skill_cards", "profiles", "evidence_snapshots",
         "evidence_left_out", "evidence_revisions", "prototype_runs")
"""Taken over as they are, in this order."""
PARTS = (
    ("dialogues", "id NOT IN (SELECT id FROM left_out)"),
    ("dialogue_turns", "dialogue IN (SELECT id FROM dialogues)"),
    ("units", "dialogue IN (SELECT id FROM dialogues)"),
    ("unit_labels", "unit IN (SELECT number FROM units)"),
    ("quotes", "label IN (SELECT id FROM unit_labels)"),
    ("extractions", "dialogue IN (SELECT id FROM dialogues)"),
    ("evidence", "(unit IS NULL OR unit IN (SELECT id FROM units)) AND (conversation IS NULL OR conversation NOT IN "
                 "(SELECT conversation FROM seen.dialogues WHERE conversation IS NOT NULL AND id IN (SELECT id FROM left_out)))"),
    ("prototypes", "1"),
    ("prototype_units", "unit IN (SELECT number FROM units)"),
    ("skill_prototypes", "1"),
    ("skill_sources", "1"),
    ("artefacts", "number NOT IN (SELECT artefact FROM seen.artefact_sources WHERE text_hash IN (SELECT text_hash FROM barred))"),
    ("artefact_parts", "artefact IN (SELECT number FROM artefacts)"),
    ("artefact_sources", "artefact IN (SELECT number FROM artefacts)"),
    ("vectors", "unit IN (SELECT number FROM units)"),
)
"""Taken over in part, in this order; ``seen`` is the bank that is copied."""
LEFT = ("decisions", "measurements", "conversations", "events", "interface_state", "drafts", "runs", "played_profiles", "episodes",
        "controls", "cached_answers", "candidates", "findings", "proposals", "cohorts", "cohort_profiles", "verifications",
        "verification_runs", "proposal_decisions", "blind_readings", "regression_cases")
"""Never taken over: talks are the person's, and nothing that answers reads the rest."""
SEARCHED = ("skill_search", "unit_search")
"""Full-text tables, filled again from the rows that stay; those of talks stay empty."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a view has not: counts of rows, and the dialogues by how they repeat the test (see ``domain.sealed``)."""

    dialogues: int = 0
    same: int = 0
    excerpt: int = 0
    copied: int = 0
    line: int = 0
    units: int = 0
    prototypes: int = 0
    evidence: int = 0
    vectors: int = 0
    artefacts: int = 0
    skills: tuple[str, ...] = field(default=())

    def counted(self) -> dict[str, int]:
        """The counts by name, skills counted too."""
        return {name: len(self.skills) if name == "skills" else getattr(self, name) for name in self.__dataclass_fields__}


def make_view(bank: BankReader, sealed: SealedWords, path: Path) -> LeftOut:
    """Write the view of a bank to a new file at ``path``, readable by its owner alone; the bank itself is only read.

    Out go dialogues that repeat the sealed ones in any way, with their units, labels, quotes, vectors and evidence;
    prototypes with such a unit; learned models and skills with a source that is the same, an excerpt or a copy; and
    skills that say a sealed line themselves. Skills go by a revision of the view. Raises BankError.
    """
    from esc_tui.bank.migrations import create

    with telling(path):
        path.touch(mode=0o600, exist_ok=False)
    create(path)
    guard_file(path)
    view = connect(path, "write")
    try:
        view.run("PRAGMA foreign_keys = OFF")
        view.run("PRAGMA secure_delete = OFF")
        view.run("PRAGMA journal_mode = MEMORY")  # a temporary file: nobody misses it after a crash
        view.run("ATTACH ? AS seen", (f"{bank.path.absolute().as_uri()}?mode=ro{'&immutable=1' if bank.immutable else ''}",))
        view.run("CREATE TEMP TABLE left_out (id TEXT PRIMARY KEY)")
        view.run("CREATE TEMP TABLE barred (text_hash TEXT PRIMARY KEY)")
        with view.transaction():
            left = _copy(view, sealed)
        view.run("DETACH seen")
        return left
    finally:
        view.close()


def _copy(view: BankConnection, sealed: SealedWords) -> LeftOut:
    kinds = _mark(view, sealed)
    for table in WHOLE:
        view.run(f"DELETE FROM main.{table}")
        _take(view, table, "1")
    for table, kept in PARTS:
        _take(view, table, kept)
    view.run("DELETE FROM prototypes WHERE id IN (SELECT p.prototype FROM seen.prototype_units p JOIN seen.units u ON "
             "u.number = p.unit WHERE u.dialogue IN (SELECT id FROM left_out))")
    for table in ("prototype_units", "skill_prototypes"):
        view.run(f"DELETE FROM main.{table} WHERE prototype NOT IN (SELECT id FROM main.prototypes)")
    for table, rows in (("skill_search", "SELECT id FROM main.skill_cards"), ("unit_search", "SELECT number FROM main.units")):
        columns = ", ".join(_columns(view, table))
        view.run(f"INSERT INTO main.{table} (rowid, {columns}) SELECT rowid, {columns} FROM seen.{table} WHERE rowid IN ({rows})")
    for (number,) in view.rows("SELECT number FROM main.evidence_snapshots"):
        recount(view, number)
    skills = tuple(_barred_skills(view, sealed))
    if skills:
        commit_changes(view, dict.fromkeys(skills), kind="rollback", author="esc-tui", message="Left out of this view",
                       base_revision=head_number(view), time="")
    refresh_cards(view, None)
    return LeftOut(
        dialogues=sum(kinds.values()), same=kinds["same"], excerpt=kinds["excerpt"], copied=kinds["copied"], line=kinds["line"],
        skills=skills, **{table: _count(view, "seen", table) - _count(view, "main", table)
                          for table in ("units", "prototypes", "evidence", "vectors", "artefacts")})


def _take(view: BankConnection, table: str, kept: str) -> None:
    columns = ", ".join(f'"{name}"' for name in _columns(view, table))
    view.run(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM seen.{table} WHERE {kept}")


def _columns(view: BankConnection, table: str) -> list[str]:
    return [row[0] for row in view.rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))]


def _count(view: BankConnection, schema: str, table: str) -> int:
    return int(view.value(f"SELECT count(*) FROM {schema}.{table}") or 0)


def _mark(view: BankConnection, sealed: SealedWords) -> Counter[str]:
    """Write down which dialogues go and which word hashes bar what was made from them; how many of each kind."""
    kinds: Counter[str] = Counter()
    view.run_many("INSERT OR IGNORE INTO barred VALUES (?)", ((digest,) for digest in sealed.hashes))
    lines = view.run("SELECT dialogue, speaker, text FROM seen.dialogue_turns ORDER BY dialogue, turn")
    for identity, turns in groupby(lines, key=lambda line: str(line[0])):
        dialogue = Dialogue.model_construct(id=identity, turns=tuple(
            DialogueTurn.model_construct(speaker=speaker, text=text) for _, speaker, text in turns))
        if kind := sealed.kinship(dialogue):
            kinds[kind] += 1
            view.run("INSERT INTO left_out VALUES (?)", (identity,))
            if kind != "line":
                view.run("INSERT OR IGNORE INTO barred SELECT text_hash FROM seen.dialogues WHERE id = ?", (identity,))
    return kinds


def _barred_skills(view: BankConnection, sealed: SealedWords) -> Iterator[str]:
    """Slugs in force with a barred source, or with a text that says a sealed line."""
    sourced = {row[0] for row in view.rows(
        "SELECT DISTINCT slug FROM skill_sources WHERE text_hash IN (SELECT text_hash FROM barred)")}
    for slug, content in view.rows(
            "SELECT v.slug, v.content FROM revision_skills k JOIN skill_versions v ON v.id = k.version_id "
            "WHERE k.to_revision IS NULL ORDER BY v.slug"):
        if slug in sourced or any(sealed.repeated_in(text) for text in _texts(json.loads(content))):
            yield slug


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
