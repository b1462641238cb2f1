"""``esc-tui bank export`` and ``import``: skills as SKILL.md folders, zips and single files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from esc_tui.cli.common import Exit, author_of, open_session_bank, say, settings_from
from esc_tui.cli.narration import Display, Narrator
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


def import_skills(bank: str | None, paths: list[str], message: str, author: str | None, dry_run: bool = False,
                  display: Display = "plain") -> int:
    """Read SKILL.md files and commit the ones that differ as one revision; one bad file and nothing is changed.

    With ``dry_run`` nothing is written and what would change is listed. With ``display`` json one object tells kind, revision (null
    where none was made), skills, added, changed and those whose other metadata is kept.
    """
    from esc_tui.bank.joining import FOREIGN
    from esc_tui.cli.merging import UNCHANGED, change_line
    from esc_tui.domain.hashing import skill_hash

    settings = settings_from({"bank": bank, "author": author})
    narrator = Narrator("import", display)
    read = read_all(paths)
    with open_session_bank(settings, readonly=dry_run) as opened:
        head = opened.head()
        present = {stored.slug: stored.skill_hash for stored in opened.stored_skills(head.number)}
        changed = {slug: one.skill for slug, one in read.items() if present.get(slug) != skill_hash(one.skill)}
        kinds = {slug: "changed" if slug in present else "added" for slug in sorted(changed)}
        facts: dict[str, Any] = {"kind": "import", "revision": None, "skills": list(kinds)}
        facts |= {kind: [slug for slug in kinds if kinds[slug] == kind] for kind in ("added", "changed")}
        kept = {FOREIGN + slug: json.dumps(dict(one.metadata), ensure_ascii=False, sort_keys=True)
                for slug, one in read.items() if one.metadata}
        kept = {key: value for key, value in kept.items() if opened.meta(key) != value}
        facts["metadata"] = [key.removeprefix(FOREIGN) for key in kept]
        if dry_run:
            lines = [change_line(kind, slug) for slug, kind in [*kinds.items(), *((slug, "metadata") for slug in facts["metadata"])]]
            narrator.result(facts, "\n".join(lines) or UNCHANGED)
            return Exit.DONE
        if not changed and not kept:
            return _told(narrator, facts, "Nothing to import: the bank already holds these skills as they are.")
        words = message or f"Imported {', '.join(sorted(changed)[:5])}{' and more' if len(changed) > 5 else ''}"
        with opened.together():
            made = opened.commit(changed, kind="import", author=author_of(settings), message=words, base_revision=head.number)
            for key, value in kept.items():
                opened.set_meta(key, value)
        if not changed:
            return _told(narrator, facts, "The skills were here as they are; their metadata is kept.")
        return _told(narrator, facts | {"revision": made.name}, f"{made.name} {made.short_hash}: {made.message}")


def _told(narrator: Narrator, facts: dict[str, Any], account: str) -> int:
    """An import is over: one line for people, or the object that was asked for."""
    if narrator.display == "json":
        narrator.result(facts, account)
    else:
        say(account)
    return Exit.DONE


def read_all(paths: list[str]) -> dict[str, ImportedSkill]:
    """Every skill of some paths by slug, telling what was moved or left out. Raises UserError when any file is bad, after the first
    ones of several were told, for two different skills of one name, and when there is nothing to read."""
    from esc_tui.domain.hashing import skill_hash
    from esc_tui.interchange.skill_archive import find_skills
    from esc_tui.interchange.skill_import import import_skill
    from esc_tui.settings.files import named_path

    read: dict[str, ImportedSkill] = {}
    bad: list[UserError] = []
    files = 0
    remarks: list[str] = []
    for path in paths:
        before = len(bad)
        try:
            found = find_skills(named_path(path), bad)
        except UserError as error:
            found = []
            bad.append(error)
        files += len(found) + len(bad) - before
        for file in found:
            try:
                one = import_skill(file)
            except UserError as error:
                bad.append(error)
                continue
            first = read.setdefault(one.skill.slug, one)
            if first is not one and skill_hash(first.skill) != skill_hash(one.skill):
                bad.append(UserError(f"another '{one.skill.slug}' than in {first.place}", one.place, "import one of the two"))
            remarks += [f"{one.skill.slug}: {words}." for words in one.told]
    if bad:
        _refuse(bad, files)
    for remark in remarks[:TOLD]:
        say(remark)
    if len(remarks) > TOLD:
        say(f"And {len(remarks) - TOLD} more remarks of this kind.")
    if not read:
        raise WrongUseError("there is no SKILL.md here", ", ".join(paths), "name files, zips, or folders that hold them")
    return read


def _refuse(bad: list[UserError], files: int) -> NoReturn:
    """Raise the one thing that is wrong, or say the first of many and raise their count."""
    if len(bad) == 1:
        raise bad[0]
    for error in bad[:TOLD]:
        say(str(error))
    more = f" The first {TOLD} are named here." if len(bad) > TOLD else ""
    raise UserError(f"{len(bad):,} of {files:,} files are bad, so no skill was imported.{more}", "", "mend them and import again")
