"""Is the bank sound: SQLite's own checks, and every hash recomputed from what is stored."""

from __future__ import annotations

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.skills import stored_at
from esc_tui.domain.errors import BankError


def everything_hash(connection: BankConnection) -> str:
    """Hash of all dialogues, unit labels and profiles, whatever their order or number; talks are no part of it."""
    from esc_tui.domain.hashing import sha256

    lines = sorted(f"{kind} {identity} {digest}" for kind, query in (
        ("dialogue", "SELECT id, hash FROM dialogues"),
        ("unit", "SELECT u.id, l.hash FROM unit_labels l JOIN units u ON u.number = l.unit"),
        ("profile", "SELECT id, hash FROM profiles"),
    ) for identity, digest in connection.rows(query))
    return sha256("\n".join(lines))


def check(connection: BankConnection) -> list[str]:
    """One sentence for each thing that is wrong, at most a hundred; empty when the bank is sound."""
    from esc_tui.domain.hashing import bank_hash

    found: list[str] = []
    try:
        for (line,) in connection.rows("PRAGMA integrity_check(50)"):
            if line != "ok":
                found.append(f"SQLite finds damage: {line}.")
        for table, row, parent, _ in connection.rows("PRAGMA foreign_key_check"):
            found.append(f"Row {row} of {table} points at a row of {parent} that is not there.")
        if found:
            return found[:100]
        hashes: dict[int, str] = {}
        for identity, slug, version, digest in connection.rows("SELECT id, slug, version, skill_hash FROM skill_versions"):
            hashes[identity] = digest
            if (problem := _version_problem(connection, slug, version, digest)) is not None:
                found.append(problem)
        head = connection.value("SELECT max(number) FROM revisions") or 0
        in_force: dict[str, str] = {}
        changed: dict[int, list[tuple[str, str | None]]] = {}
        for slug, first, last, identity in connection.rows(
                "SELECT slug, from_revision, to_revision, version_id FROM revision_skills ORDER BY from_revision"):
            changed.setdefault(first, []).append((slug, hashes[identity]))
            if last is not None:
                changed.setdefault(last, []).insert(0, (slug, None))
        for number, digest in connection.rows("SELECT number, hash FROM revisions ORDER BY number"):
            for slug, now in changed.get(number, []):
                if now is None:
                    in_force.pop(slug, None)
                else:
                    in_force[slug] = now
            if bank_hash(in_force.items()) != digest:
                found.append(f"The hash of revision r{number} does not fit its skills.")
        cards = dict(connection.rows("SELECT slug, skill_hash FROM skill_cards"))
        if cards != {stored.slug: stored.skill_hash for stored in stored_at(connection, head)}:
            found.append(f"The list of skills does not fit revision r{head}.")
        for table, search in (("skill_cards", "skill_search"), ("units", "unit_search")):
            if connection.value(f"SELECT count(*) FROM {table}") != connection.value(f"SELECT count(*) FROM {search}"):
                found.append(f"The search index {search} does not fit {table}.")
        found += _dialogue_problems(connection)
        found += _profile_problems(connection)
    except BankError as error:
        found.append(str(error))
    return found[:100]


def _version_problem(connection: BankConnection, slug: str, version: int, digest: str) -> str | None:
    from esc_tui.bank.skills import stored_version
    from esc_tui.domain.hashing import skill_hash

    stored = stored_version(connection, slug, version)
    try:
        if stored is None or skill_hash(stored.skill()) != digest:
            return f"The hash of {slug} v{version} does not fit its content."
    except ValueError:
        return f"The content of {slug} v{version} cannot be read."
    return None


def _dialogue_problems(connection: BankConnection) -> list[str]:
    from esc_tui.bank.dialogues import read_dialogue
    from esc_tui.bank.units import unit_labels
    from esc_tui.domain.hashing import canonical_json, sha256

    found = []
    for identity, digest in connection.rows("SELECT id, hash FROM dialogues"):
        try:
            whole = sha256(canonical_json(read_dialogue(connection, identity))) == digest
        except ValueError:
            whole = False
        if not whole:
            found.append(f"The hash of dialogue '{identity}' does not fit its turns.")
    digests: dict[int, set[str]] = {}
    for number, digest in connection.rows("SELECT unit, hash FROM unit_labels"):
        digests.setdefault(number, set()).add(digest)
    for number, expected in digests.items():
        try:
            whole = {sha256(canonical_json(label)) for label in unit_labels(connection, number)} == expected
        except ValueError:
            whole = False
        if not whole:
            found.append(f"The hash of a label of IU-{number} does not fit it.")
    return found


def _profile_problems(connection: BankConnection) -> list[str]:
    """Profiles of today, and those that were played as they were then.

    The text is hashed as it is stored: read as a profile it would gain the fields that later programs know.
    """
    import json

    from esc_tui.domain.hashing import canonical_json, sha256

    found = []
    for table, said in (("profiles", "profile"), ("played_profiles", "played profile")):
        for identity, content, digest in connection.rows(f"SELECT id, content, hash FROM {table}"):
            try:
                whole = sha256(canonical_json(json.loads(content))) == digest
            except (ValueError, TypeError):
                whole = False
            if not whole:
                found.append(f"The hash of {said} '{identity}' does not fit its content.")
    return found
