"""``esc-tui bank export`` and ``import``: skills as SKILL.md folders, zips and single files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from esc_tui.cli.common import Exit, author_of, open_session_bank, say, settings_from
from esc_tui.domain.errors import UserError, WrongUseError

if TYPE_CHECKING:
    from esc_tui.interchange.skill_import import ImportedSkill

TOLD = 20
"""How many lines about single skills are told; the rest is counted."""


def export(bank: str | None, target: str, revision: str) -> int:
    """Write the skills in force as SKILL.md folders, or as one zip when the name ends so; nothing is ever overwritten."""
    from esc_tui.interchange.skill_export import files_of_bank, write_folder, write_zip
    from esc_tui.settings.files import named_path

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        found = opened.revision(revision) if revision else opened.head()
        path = named_path(target)
        count = (write_zip if path.suffix.lower() == ".zip" else write_folder)(path, files_of_bank(opened, found))
        say(f"Wrote {count:,} skills of {found.name} to {target}.")
    return Exit.DONE


def import_skills(bank: str | None, paths: list[str], message: str, author: str | None) -> int:
    """Read SKILL.md files and commit the ones that differ as one revision; one bad file and nothing is changed."""
    from esc_tui.bank.joining import FOREIGN
    from esc_tui.domain.hashing import skill_hash

    settings = settings_from({"bank": bank, "author": author})
    read = read_all(paths)
    with open_session_bank(settings) as opened:
        head = opened.head()
        present = {stored.slug: stored.skill_hash for stored in opened.stored_skills(head.number)}
        changed = {slug: one.skill for slug, one in read.items() if present.get(slug) != skill_hash(one.skill)}
        kept = {FOREIGN + slug: json.dumps(dict(one.metadata), ensure_ascii=False, sort_keys=True)
                for slug, one in read.items() if one.metadata}
        kept = {key: value for key, value in kept.items() if opened.meta(key) != value}
        if not changed and not kept:
            say("Nothing to import: the bank already holds these skills as they are.")
            return Exit.DONE
        words = message or f"Imported {', '.join(sorted(changed)[:5])}{' and more' if len(changed) > 5 else ''}"
        with opened.together():
            made = opened.commit(changed, kind="import", author=author_of(settings), message=words, base_revision=head.number)
            for key, value in kept.items():
                opened.set_meta(key, value)
        if changed:
            say(f"{made.name} {made.short_hash}: {made.message}")
        else:
            say("The skills were here as they are; their metadata is kept.")
    return Exit.DONE


def read_all(paths: list[str]) -> dict[str, ImportedSkill]:
    """Every skill of some paths by slug, telling what was moved or left out. Raises UserError for any bad file, for two
    different skills of one name, and when there is nothing to read."""
    from esc_tui.domain.hashing import skill_hash
    from esc_tui.interchange.skill_archive import find_skills
    from esc_tui.interchange.skill_import import import_skill
    from esc_tui.settings.files import named_path

    read: dict[str, ImportedSkill] = {}
    told = 0
    for path in paths:
        for found in find_skills(named_path(path)):
            one = import_skill(found)
            first = read.setdefault(one.skill.slug, one)
            if first is not one and skill_hash(first.skill) != skill_hash(one.skill):
                raise UserError(f"another '{one.skill.slug}' than in {first.place}", one.place, "import one of the two")
            for words in one.told:
                told += 1
                if told <= TOLD:
                    say(f"{one.skill.slug}: {words}.")
    if told > TOLD:
        say(f"And {told - TOLD} more remarks of this kind.")
    if not read:
        raise WrongUseError("there is no SKILL.md here", ", ".join(paths), "name files, zips, or folders that hold them")
    return read
