"""Revisions: reading the history, and the one operation behind edit, undo, redo and rollback - making a new revision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.skills import IN_FORCE_AT, add_version, drop_card, no_such_skill, put_card, stored_version
from esc_tui.domain.errors import ConflictError, UserError, WrongUseError

if TYPE_CHECKING:
    from esc_tui.domain.revision import Revision, RevisionKind, SkillChange
    from esc_tui.domain.skill import Skill

_COLUMNS = ("number, first_parent, second_parent, kind, author, time, message, hash, restores, "
            "(SELECT after FROM evidence_revisions WHERE revision = revisions.number)")
WALKING = frozenset({"undo", "redo"})


def _revision(row: Any) -> Revision:
    from esc_tui.domain.revision import Revision

    parents = tuple(parent for parent in row[1:3] if parent is not None)
    return Revision(number=row[0], parents=parents, kind=row[3], author=row[4], time=row[5], message=row[6], hash=row[7],
                    restores=row[8], evidence=row[9])


def head_number(connection: BankConnection) -> int:
    """The number of the newest revision; 0 in a bank without any."""
    return int(connection.value("SELECT max(number) FROM revisions") or 0)


def read_revision(connection: BankConnection, number: int) -> Revision:
    """One revision by number. Raises UserError when there is none."""
    row = connection.row(f"SELECT {_COLUMNS} FROM revisions WHERE number = ?", (number,))
    if row is None:
        raise WrongUseError(f"there is no revision r{number}", "", f"the newest one is r{head_number(connection)}")
    return _revision(row)


def find_revision(connection: BankConnection, reference: str | int) -> Revision:
    """A revision by ``newest`` (``head``), ``r42``, ``42`` or the first (at least four) hex digits of its hash.

    Digits alone are a number when there is such a revision, else a hash prefix. A hash that several revisions share
    (after an undo) means the newest of them; a prefix of different hashes raises UserError.
    """
    text = str(reference).strip().lower()
    if text in {"newest", "head", "current", ""}:
        return read_revision(connection, head_number(connection))
    digits = text.removeprefix("r")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        row = connection.row(f"SELECT {_COLUMNS} FROM revisions WHERE number = ?", (int(digits),))
        if row is not None or text.startswith("r") or len(digits) < 4:
            return _revision(row) if row is not None else read_revision(connection, int(digits))
    if len(text) >= 4 and all(letter in "0123456789abcdef" for letter in text):
        rows = connection.rows(f"SELECT {_COLUMNS} FROM revisions WHERE hash >= ? AND hash < ? ORDER BY number DESC",
                               (text, text + "g"))
        if len({row[7] for row in rows}) == 1:
            return _revision(rows[0])
        if rows:
            raise WrongUseError(f"'{reference}' is the beginning of {len({row[7] for row in rows})} revisions", "",
                                "give more of the hash")
    raise WrongUseError(f"there is no revision '{reference}'", "", "write newest, r42, 42 or the beginning of a hash")


def list_revisions(connection: BankConnection, limit: int, before: int | None) -> list[Revision]:
    """Newest first, from just below ``before``."""
    return [_revision(row) for row in connection.rows(
        f"SELECT {_COLUMNS} FROM revisions WHERE number < ? ORDER BY number DESC LIMIT ?",
        (before if before is not None else 2**62, limit))]


def in_force(connection: BankConnection, slug: str, revision: int) -> tuple[int, int, str] | None:
    """Version row id, version number and skill hash of a slug at a revision, or None."""
    row = connection.row(
        "SELECT v.id, v.version, v.skill_hash FROM revision_skills k JOIN skill_versions v ON v.id = k.version_id "
        f"WHERE k.slug = ? AND {IN_FORCE_AT}", (slug, revision, revision))
    return None if row is None else (int(row[0]), int(row[1]), str(row[2]))


def touched_between(connection: BankConnection, first: int, second: int) -> list[str]:
    """Slugs with any change after the lower and up to the higher of two revisions."""
    low, high = min(first, second), max(first, second)
    return [row[0] for row in connection.rows(
        "SELECT slug FROM revision_skills WHERE from_revision > ? AND from_revision <= ? UNION "
        "SELECT slug FROM revision_skills WHERE to_revision > ? AND to_revision <= ? ORDER BY slug", (low, high, low, high))]


def changes_between(connection: BankConnection, first: int, second: int) -> list[SkillChange]:
    """How the skills at ``second`` differ from those at ``first``, by slug."""
    from esc_tui.domain.revision import SkillChange

    found = []
    for slug in touched_between(connection, first, second):
        before, after = in_force(connection, slug, first), in_force(connection, slug, second)
        if before is not None and after is None:
            found.append(SkillChange(slug=slug, kind="removed", before=before[1]))
        elif before is None and after is not None:
            found.append(SkillChange(slug=slug, kind="added", after=after[1]))
        elif before is not None and after is not None and before[0] != after[0]:
            found.append(SkillChange(slug=slug, kind="changed", before=before[1], after=after[1]))
    return found


def commit_changes(connection: BankConnection, changes: Mapping[str, Skill | None], *, kind: RevisionKind, author: str,
                   message: str, base_revision: int, time: str) -> Revision:
    """Make a revision that puts each slug at the given skill (None takes it out). One durable transaction.

    The numbers in ``Skill.version`` are ignored: the bank gives them. When nothing differs from the newest revision, that
    is returned and nothing is written. When other slugs changed since ``base_revision`` the changes go on top; when one
    of these did, ConflictError. Raises UserError for an unknown base or an unknown slug to take out.
    """
    from esc_tui.domain.hashing import skill_hash

    with connection.transaction(durable=True):
        head = head_number(connection)
        if not 0 <= base_revision <= head:
            raise WrongUseError(f"there is no revision r{base_revision}", "", f"the newest one is r{head}")
        wanted: dict[str, tuple[Skill, str] | None] = {}
        for slug, skill in changes.items():
            if skill is not None and skill.slug != slug:
                raise UserError(f"the skill given for '{slug}' calls itself '{skill.slug}'")
            now = in_force(connection, slug, head)
            digest = None if skill is None else skill_hash(skill)
            if digest == (None if now is None else now[2]):
                if skill is None and in_force(connection, slug, base_revision) is None:
                    raise no_such_skill(connection, slug, f"r{base_revision}")
                continue
            if base_revision != head:
                _must_not_have_moved(connection, slug, base_revision, now)
            wanted[slug] = None if skill is None or digest is None else (skill, digest)
        if not wanted and head:
            return read_revision(connection, head)
        placed: dict[str, int | None] = {}
        for slug, pair in wanted.items():
            placed[slug] = None if pair is None else add_version(connection, pair[0], pair[1], author, time)[0]
        return _make(connection, head, placed, kind=kind, author=author, message=message, time=time, restores=None)


def _must_not_have_moved(connection: BankConnection, slug: str, base: int, now: tuple[int, int, str] | None) -> None:
    then = in_force(connection, slug, base)
    if (then and then[0]) == (now and now[0]):
        return
    from esc_tui.domain.base import readable

    row = connection.row(
        "SELECT r.number, r.author, r.time FROM revisions r WHERE r.number > ? AND EXISTS (SELECT 1 FROM revision_skills k "
        "WHERE k.slug = ? AND (k.from_revision = r.number OR k.to_revision = r.number)) ORDER BY r.number DESC LIMIT 1",
        (base, slug))
    raise ConflictError(f"{row[1]} changed '{slug}' at {readable(row[2])} (r{row[0]}), after you had opened it at r{base}", "",
                        "look at the difference and save again on top of it")


def moved_on(connection: BankConnection, since: int) -> ConflictError:
    """The sentence for a bank that got a newer revision while a person was deciding."""
    from esc_tui.domain.base import readable

    newest = read_revision(connection, head_number(connection))
    return ConflictError(f"{newest.author} made {newest.name} at {readable(newest.time)}, after you had looked at r{since}", "",
                         "start again from there")


def commit_merge(connection: BankConnection, theirs: Mapping[str, Skill | None], merged: Mapping[str, Skill | None],
                 their_head: Revision, *, name: str, base: int | None, author: str, message: str, time: str) -> Revision | None:
    """Keep another bank's newest state as a revision, and on top of it the merge, with this bank's head as its first parent.

    ``theirs``: the other's skills that differ from those here (None: not there); ``merged``: what becomes of some slugs, the
    others stay as here. ``base``: the revision here that both come from. None, and nothing written, when no skill changes
    here and the other's state is in this history already. Undo goes back to the first parent.
    """
    from esc_tui.domain.hashing import bank_hash, skill_hash

    with connection.transaction(durable=True):
        head = head_number(connection)
        hashes = dict(connection.rows("SELECT slug, skill_hash FROM skill_cards"))
        wanted = {slug: skill for slug, skill in merged.items()
                  if (None if skill is None else skill_hash(skill)) != hashes.get(slug)}
        if not wanted and connection.value("SELECT 1 FROM revisions WHERE hash = ?", (their_head.hash,)):
            return None
        ours = dict(connection.rows("SELECT slug, version_id FROM skill_cards"))
        there: dict[str, int | None] = {}
        for slug, skill in theirs.items():
            there[slug] = None if skill is None else add_version(connection, skill, skill_hash(skill), their_head.author, time)[0]
            if skill is None:
                hashes.pop(slug, None)
            else:
                hashes[slug] = skill_hash(skill)
        _insert(connection, head + 1, (base, None), kind="import", author=their_head.author, time=their_head.time,
                message=f"{name} at {their_head.name}: {their_head.message}", digest=bank_hash(hashes.items()), restores=None,
                skills=len(hashes))
        _place(connection, head + 1, there)
        placed: dict[str, int | None] = {slug: ours.get(slug) for slug in there}
        placed |= {slug: None if skill is None else add_version(connection, skill, skill_hash(skill), author, time)[0]
                   for slug, skill in wanted.items()}
        return _make(connection, head + 1, placed, kind="merge", author=author, message=message, time=time, restores=None,
                     parents=(head or None, head + 1))


def _insert(connection: BankConnection, number: int, parents: tuple[int | None, int | None], *, kind: str, author: str, time: str,
            message: str, digest: str, restores: int | None, skills: int) -> None:
    connection.run(
        "INSERT INTO revisions (number, first_parent, second_parent, kind, author, time, message, hash, restores, skills) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, *parents, kind, author, time, message, digest, restores, skills))


def _place(connection: BankConnection, number: int, placed: Mapping[str, int | None]) -> None:
    """From revision ``number`` on each slug stands at a version row id, or is out of force for None."""
    for slug, version_id in placed.items():
        connection.run("UPDATE revision_skills SET to_revision = ? WHERE slug = ? AND to_revision IS NULL", (number, slug))
        if version_id is not None:
            connection.run("INSERT INTO revision_skills (slug, from_revision, version_id) VALUES (?, ?, ?)",
                           (slug, number, version_id))


def _make(connection: BankConnection, head: int, placed: Mapping[str, int | None], *, kind: str, author: str, message: str,
          time: str, restores: int | None, parents: tuple[int | None, int | None] | None = None) -> Revision:
    """Write revision ``head + 1`` with each slug at a version row id, or out of force for None. Its parent is ``head``."""
    from esc_tui.bank.evidence import refresh_cards
    from esc_tui.domain.hashing import bank_hash

    number = head + 1
    hashes = dict(connection.rows("SELECT slug, skill_hash FROM skill_cards"))
    for slug, version_id in placed.items():
        if version_id is None:
            hashes.pop(slug, None)
        else:
            hashes[slug] = connection.value("SELECT skill_hash FROM skill_versions WHERE id = ?", (version_id,))
    _insert(connection, number, parents or (head or None, None), kind=kind, author=author, time=time, message=message,
            digest=bank_hash(hashes.items()), restores=restores, skills=len(hashes))
    _place(connection, number, placed)
    for slug, version_id in placed.items():
        if version_id is None:
            drop_card(connection, slug)
            continue
        if connection.value("SELECT 1 FROM skill_cards WHERE slug = ? AND version_id = ?", (slug, version_id)):
            continue
        version, made = connection.row("SELECT version, time FROM skill_versions WHERE id = ?", (version_id,))
        stored = stored_version(connection, slug, version)
        assert stored is not None
        put_card(connection, stored.skill(), version_id, stored.skill_hash, made)
    refresh_cards(connection, list(placed))
    return read_revision(connection, number)


def mark_revision(connection: BankConnection, *, kind: RevisionKind, author: str, message: str, time: str) -> int:
    """A revision with the skills of the newest one, for a change of something else; inside the caller's transaction. Gives its number."""
    return _make(connection, head_number(connection), {}, kind=kind, author=author, message=message, time=time, restores=None).number


def _restore(connection: BankConnection, target: int, *, kind: str, author: str, message: str, time: str) -> Revision:
    from esc_tui.bank.evidence_line import left_out_at, restore_evidence

    head = head_number(connection)
    placed: dict[str, int | None] = {}
    for slug in touched_between(connection, target, head):
        then, now = in_force(connection, slug, target), in_force(connection, slug, head)
        if (then and then[0]) != (now and now[0]):
            placed[slug] = None if then is None else then[0]
    left_out = left_out_at(connection, target)
    if not placed and left_out is None and kind == "rollback":
        return read_revision(connection, head)
    made = _make(connection, head, placed, kind=kind, author=author, message=message, time=time, restores=target)
    return made if left_out is None else restore_evidence(connection, made.number, left_out, time)


def _walk(connection: BankConnection, number: int) -> tuple[str, int | None, int | None]:
    row = connection.row("SELECT kind, first_parent, restores FROM revisions WHERE number = ?", (number,))
    return str(row[0]), row[1], row[2]


def _state_of(connection: BankConnection, number: int) -> int:
    """The revision whose state this one has: itself, or what an undo or redo restored."""
    kind, _, restores = _walk(connection, number)
    return restores if kind in WALKING and restores is not None else number


def stands_on(connection: BankConnection, number: int, made: int) -> bool:
    """True when the state of revision ``number`` came about by way of revision ``made``: nobody went back behind it in between."""
    return connection.value(
        "WITH RECURSIVE way (number) AS (VALUES (?1) UNION SELECT coalesce(r.restores, r.first_parent) FROM way "
        "JOIN revisions r ON r.number = way.number WHERE r.number > ?2) SELECT 1 FROM way WHERE number = ?2", (number, made)) is not None


def undo_target(connection: BankConnection) -> int | None:
    """The revision an undo would restore, or None when nothing is left to undo."""
    head = head_number(connection)
    if not head:
        return None
    _, parent, _ = _walk(connection, _state_of(connection, head))
    return None if parent is None else _state_of(connection, parent)


def redo_target(connection: BankConnection) -> int | None:
    """The revision a redo would restore: the newest undone state not yet redone since the last other change."""
    steps: list[tuple[str, int]] = []
    number: int | None = head_number(connection) or None
    while number is not None:
        kind, parent, _ = _walk(connection, number)
        if kind not in WALKING or parent is None:
            break
        steps.append((kind, parent))
        number = parent
    undone: list[int] = []
    for kind, parent in reversed(steps):
        if kind == "undo":
            undone.append(_state_of(connection, parent))
        else:
            undone.pop()
    return undone[-1] if undone else None


def step(connection: BankConnection, kind: RevisionKind, author: str, time: str) -> Revision:
    """Undo or redo one step as a new revision. Raises UserError when there is nothing to undo or redo."""
    with connection.transaction(durable=True):
        target = undo_target(connection) if kind == "undo" else redo_target(connection)
        if target is None:
            raise UserError(f"there is nothing to {kind}")
        gone = _state_of(connection, head_number(connection)) if kind == "undo" else target
        word = "Undo" if kind == "undo" else "Redo"
        return _restore(connection, target, kind=kind, author=author, time=time,
                        message=f"{word} r{gone}: {read_revision(connection, gone).message}")


def roll_back(connection: BankConnection, reference: str | int, author: str, message: str, time: str) -> Revision:
    """Restore any revision as a new one; the newest is returned unchanged when it already has that state."""
    with connection.transaction(durable=True):
        target = find_revision(connection, reference).number
        return _restore(connection, target, kind="rollback", author=author, time=time,
                        message=message or f"Roll back to r{target}")
