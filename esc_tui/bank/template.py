"""The template new banks are made from: building it reproducibly, copying it without ever overwriting, remembering it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from esc_tui.bank import dialogues as dialogue_store
from esc_tui.bank import evidence, revisions, units
from esc_tui.bank.bank import Bank, open_template
from esc_tui.bank.connection import BankConnection, connect, make_folder, telling
from esc_tui.bank.whole_files import link_new, new_file_beside, sync
from esc_tui.domain.errors import BankError

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import Dialogue, InterventionUnit
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.revision import EvidenceRow
    from esc_tui.domain.skill import Skill


class TemplateMark(NamedTuple):
    """Which template: the hash of its skills and the hash of its units, profiles and dialogues."""

    skills: str
    everything: str


def template_mark(template: Path) -> TemplateMark:
    """The mark of a template file."""
    with open_template(template) as bank:
        return TemplateMark(*bank.hashes())


def remember_template(bank: Bank, mark: TemplateMark) -> None:
    """Note that a bank has been brought up to a template."""
    bank.set_meta("template", f"{mark.skills} {mark.everything}")


def create_bank_from_template(template: Path, path: Path, *, make_parents: bool = False) -> None:
    """Make a working bank: backup into a temporary file in its folder, fsync, then a link that never overwrites.

    Raises BankError when the file exists already, its folder does not (unless ``make_parents``, then 0700), or the disk
    is full; nothing half-made stays.
    """
    if make_parents:
        make_folder(path.parent)
    if not path.parent.is_dir():
        raise BankError("this folder does not exist", str(path.parent), "create it, or choose another place with --bank")
    if path.exists():
        raise BankError("there already is a file", str(path), "choose another name")
    mark = template_mark(template)
    with new_file_beside(path) as temporary:
        with telling(path):
            source, copy = connect(template, "immutable"), sqlite3.connect(temporary)
            try:
                source.backup(copy)
                copy.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('template', ?)",
                             (f"{mark.skills} {mark.everything}",))
                copy.commit()
            finally:
                copy.close()
                source.close()
            sync(temporary)
        link_new(temporary, path)
        sync(path.parent)


def create_bank_unless_there(template: Path, path: Path, *, make_parents: bool = False) -> bool:
    """Make a working bank, unless another program is quicker; then that one's is left alone. Returns whether it was made.

    Raises BankError as ``create_bank_from_template`` does.
    """
    try:
        create_bank_from_template(template, path, make_parents=make_parents)
    except BankError:
        if path.exists():
            return False
        raise
    return True


def build_template(path: Path, *, skills: Sequence[Skill], dialogues: Iterable[Dialogue] = (),
                   units_labelled: Iterable[InterventionUnit] = (), profiles: Iterable[Profile] = (),
                   evidence_rows: Sequence[EvidenceRow] = (), time: str,
                   author: str, message: str = "Starter bank", language: str = "en",
                   learned: Callable[[BankConnection], object] | None = None) -> TemplateMark:
    """Build a template at ``path`` (replacing it at the very end): one revision r1 of kind build, journal mode DELETE.

    The same sources give the same hashes and numbers: skills go in by slug, the rest in id order. ``time`` stands on
    everything. With evidence rows there is one snapshot, number 1. ``learned`` may store models learned from these dialogues.
    Raises UserError for what does not fit together.
    """
    from esc_tui.bank.migrations import create

    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    temporary.unlink(missing_ok=True)
    try:
        with telling(path):
            temporary.touch(mode=0o600)
        create(temporary)
        connection = connect(temporary, "write")
        try:
            with connection.transaction(durable=True):
                connection.run("UPDATE _sqlite_migrations SET applied_at = ?", (time,))
                connection.run("INSERT INTO meta (key, value) VALUES ('language', ?)", (language,))
                ordered = sorted(skills, key=lambda skill: skill.slug)
                revisions.commit_changes(connection, {skill.slug: skill for skill in ordered}, kind="build", author=author,
                                         message=message, base_revision=0, time=time)
                dialogue_store.add_dialogues(connection, sorted(dialogues, key=lambda dialogue: dialogue.id))
                units.add_units(connection, sorted(units_labelled, key=_unit_order), time)
                units.add_profiles(connection, profiles)
                if evidence_rows:
                    evidence.add_evidence(connection, evidence_rows, time)
                    evidence.take_snapshot(connection, time)
                if learned is not None:
                    learned(connection)
                for table in ("skill_search", "unit_search"):
                    connection.run(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
            connection.run("VACUUM")
        finally:
            connection.close()
        mark = template_mark(temporary)
        with telling(path):
            sync(temporary)
            temporary.replace(path)
        path.chmod(0o644)
        return mark
    finally:
        for suffix in ("", "-journal"):
            temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)


def _unit_order(unit: InterventionUnit) -> tuple[str, int, str, str]:
    return unit.dialogue, min(unit.action_turns), unit.id, unit.labeller
