"""``esc-tui bank``: look at the bank and change it, every change a revision."""

from __future__ import annotations

import difflib
import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from esc_tui.cli.common import Exit, author_of, bank_path, open_session_bank, put, say, settings_from
from esc_tui.domain.errors import UserError
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.domain.revision import Revision
    from esc_tui.domain.skill import Skill


def list_skills(bank: str | None, text: str, json: bool, limit: int) -> int:
    """One line a skill: status initial, slug, strategies, outcomes for and against, evidence."""
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        from dataclasses import asdict

        from esc_tui.bank.search import parse_filter

        page = opened.list_skills(parse_filter(text), limit=limit)
        for row in page.rows:
            if json:
                put(json_module.dumps(asdict(row), ensure_ascii=False))
            else:
                put(
                    f"{row.status[0].upper()} {row.slug:<34} {' '.join(row.strategies):<12} ▲{row.helped:<4} ▼{row.harmed:<4} "
                    f"{row.evidence_mean:.2f} ±{row.evidence_interval:.2f}  {visible(row.title, keep_lines=False)}"
                )
        say(f"{len(page.rows)} of {page.matching} matching, {page.total} in the bank")
    return Exit.DONE


def show(bank: str | None, slug: str, revision: str, json: bool) -> int:
    """One skill as SKILL.md, or as JSON."""
    from esc_tui.interchange.skill_markdown import write_skill

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        skill = opened.skill(slug, opened.revision(revision).number if revision else None)
        put(skill.model_dump_json(indent=2) if json else visible(write_skill(skill)).rstrip())
    return Exit.DONE


def log(bank: str | None, limit: int, json: bool) -> int:
    """Revisions, newest first."""
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        for revision in opened.revisions(limit):
            if json:
                put(revision.model_dump_json())
            else:
                restores = f" (to r{revision.restores})" if revision.restores else ""
                put(
                    f"{revision.name:<6} {revision.hash[:12]}  {revision.time[:16].replace('T', ' ')}  {revision.kind:<8} "
                    f"{visible(revision.author, keep_lines=False)}: {visible(revision.message, keep_lines=False)}{restores}"
                )
    return Exit.DONE


def diff(bank: str | None, first: str, second: str) -> int:
    """A unified diff of the SKILL.md of every skill that differs."""
    from esc_tui.interchange.skill_markdown import write_skill

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        before, after = opened.revision(first), opened.revision(second)
        for change in opened.changes(before.number, after.number):
            old = "" if change.kind == "added" else write_skill(opened.skill(change.slug, before.number))
            new = "" if change.kind == "removed" else write_skill(opened.skill(change.slug, after.number))
            for line in difflib.unified_diff(
                old.splitlines(),
                new.splitlines(),
                f"{before.name}/{change.slug}",
                f"{after.name}/{change.slug}",
                lineterm="",
            ):
                put(visible(line, keep_lines=False))
    return Exit.DONE


def _told(revision: Revision) -> int:
    say(f"{revision.name} {revision.short_hash}: {revision.message}")
    return Exit.DONE


def rollback(bank: str | None, revision: str, message: str, author: str | None) -> int:
    """Bring back an earlier revision."""
    settings = settings_from({"bank": bank, "author": author})
    with open_session_bank(settings) as opened:
        return _told(opened.rollback(revision, author_of(settings), message))


def step(bank: str | None, kind: Literal["undo", "redo"], author: str | None) -> int:
    """One step back or forth along the chain of states."""
    settings = settings_from({"bank": bank, "author": author})
    with open_session_bank(settings) as opened:
        return _told(opened.undo(author_of(settings)) if kind == "undo" else opened.redo(author_of(settings)))


def print_hash(bank: str | None, revision: str, everything: bool) -> int:
    """The hash of the skills in force; with ``everything`` a second line for units, profiles and dialogues."""
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        put(opened.revision(revision).hash if revision else opened.head().hash)
        if everything:
            put(opened.hashes()[1])
    return Exit.DONE


def check(bank: str | None) -> int:
    """Print what is wrong, one finding a line; 1 when anything is."""
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        findings = list(opened.check())
        for finding in findings:
            put(visible(str(finding), keep_lines=False))
        if findings:
            return Exit.FAILED
        say(f"{opened.path}: nothing wrong found.")
    return Exit.DONE


def export(bank: str | None, folder: str, revision: str) -> int:
    """Write the skills in force as SKILL.md folders; existing files are never overwritten."""
    from esc_tui.interchange.skill_markdown import write_skill

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        found = opened.revision(revision) if revision else opened.head()
        skills = opened.skills_at(found.number)
        target = Path(folder)
        taken = [skill.slug for skill in skills if (target / skill.slug / "SKILL.md").exists()]
        if taken:
            raise UserError(f"{taken[0]}/SKILL.md is already there", folder, "choose an empty folder")
        try:
            for skill in skills:
                (target / skill.slug).mkdir(parents=True, exist_ok=True)
                (target / skill.slug / "SKILL.md").write_text(write_skill(skill, found.hash), encoding="utf-8")
        except OSError as error:
            raise UserError(
                f"the skills cannot be written ({error.strerror})", folder, "choose a folder that can be written"
            ) from error
        say(f"Wrote {len(skills)} skills of {found.name} to {folder}.")
    return Exit.DONE


def import_skills(bank: str | None, paths: list[str], message: str, author: str | None) -> int:
    """Read SKILL.md files and commit the ones that differ as one revision; one bad file and nothing is changed."""
    settings = settings_from({"bank": bank, "author": author})
    found = [file for path in paths for file in _skill_files(Path(path))]
    if not found:
        raise UserError("there is no SKILL.md here", ", ".join(paths), "name files, or folders that hold them")
    skills = [_read(file) for file in found]
    read_from: dict[str, Path] = {}
    for file, skill in zip(found, skills, strict=True):
        first = read_from.setdefault(skill.slug, file)
        if first.resolve() != file.resolve() and not _same(skills[found.index(first)], skill):
            raise UserError(f"another '{skill.slug}' than in {first}", str(file), "import one of the two")
    with open_session_bank(settings) as opened:
        head = opened.head()
        present = {skill.slug: skill for skill in opened.skills_at(head.number)}
        changed = {skill.slug: skill for skill in skills if not _same(present.get(skill.slug), skill)}
        if not changed:
            say("Nothing to import: the bank already holds these skills as they are.")
            return Exit.DONE
        words = message or f"Imported {', '.join(sorted(changed)[:5])}{' and more' if len(changed) > 5 else ''}"
        return _told(
            opened.commit(changed, kind="import", author=author_of(settings), message=words, base_revision=head.number)
        )


def _skill_files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.rglob("SKILL.md"))
    if not path.exists():
        raise UserError("there is no such file or folder", str(path), "check the name")
    return [path]


def _read(file: Path) -> Skill:
    from esc_tui.interchange.skill_markdown import read_skill

    try:
        if file.stat().st_size > 1_000_000:
            raise UserError("the file is larger than a skill can be (1 MB)", str(file), "check that it is a SKILL.md")
        return read_skill(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            "the file cannot be read as UTF-8 text", str(file), "check its permissions and encoding"
        ) from error


def _same(present: Skill | None, read: Skill) -> bool:
    from esc_tui.domain.hashing import skill_hash

    return present is not None and skill_hash(present) == skill_hash(read)


def where(bank: str | None) -> int:
    """The path of the bank."""
    put(str(bank_path(settings_from({"bank": bank}))))
    return Exit.DONE
