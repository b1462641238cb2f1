"""``esc-tui bank``: look at the bank and change it, every change a revision."""

from __future__ import annotations

import difflib
import json as json_module
from typing import TYPE_CHECKING, Literal

from esc_tui.cli.common import Exit, author_of, bank_path, open_session_bank, put, say, settings_from
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.domain.revision import Revision


def list_skills(bank: str | None, text: str, json: bool, limit: int) -> int:
    """One line a skill: status initial, slug, strategies, outcomes for and against, evidence."""
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        from dataclasses import asdict

        from esc_tui.bank.search import parse_filter
        from esc_tui.domain.evidence import bounds

        page = opened.list_skills(parse_filter(text), limit=limit)
        for row in page.rows:
            if json:
                put(json_module.dumps(asdict(row), ensure_ascii=False))
            else:
                low, high = bounds(row.evidence_mean, row.evidence_interval)
                put(
                    f"{row.status[0].upper()} {row.slug:<34} {' '.join(row.strategies):<12} ▲{row.helped:<4} ▼{row.harmed:<4} "
                    f"{row.evidence_mean:.2f} {low:.2f}–{high:.2f}  {visible(row.title, keep_lines=False)}"
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
                restores += f" (evidence {revision.evidence})" if revision.evidence is not None else ""
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


def rollback_ahead(bank: str | None, reference: str) -> int:
    """What going back to a revision would change: skills, evidence, recorded turns, acceptances, verdicts. Changes nothing."""
    from esc_tui.domain.text import many
    from esc_tui.evolve.deciding import rollback_preview

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        found, head = rollback_preview(opened, reference), opened.head_number
    target = found.target
    put(f"{target.name} {target.short_hash}  {visible(target.message, keep_lines=False)}")
    if target.number == head:
        put("This is what is in force.")
        return Exit.DONE
    put(f"Going back to it from r{head} would change {many(len(found.skills), 'skill')}{':' if found.skills else '.'}")
    for change in found.skills:
        put(f"  {change.kind:<8} {change.slug}  {change.versions}")
    if found.evidence:
        put("What was learned or set back since then would be reversed too.")
    put(f"Of the newest {many(found.looked_at, 'recorded turn')}, {len(found.turns):,} used such a skill.")
    for row in found.proposals:
        put(f"Its acceptance would be undone: {row.name} {row.proposal.kind.value}: {visible(row.proposal.title, keep_lines=False)}")
    for one in found.stale:
        put(f"Its verdict would speak of another bank: V-{one.number} {one.verdict.word if one.verdict is not None else ''}".rstrip())
    return Exit.DONE


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


def info(bank: str | None, json: bool) -> int:
    """Where it lies, its newest revision, how many skills it has, and what is known of it against no bank."""
    program = settings_from({"bank": bank})
    with open_session_bank(program, readonly=True) as opened:
        from esc_tui.evolve.whole_bank import NOT_VERIFIED, verdict_on

        head, skills = opened.head(), opened.skills_at()
        found = verdict_on(opened, head, program)
        active = sum(skill.status.value in {"active", "watch"} for skill in skills)
        if json:
            put(json_module.dumps({
                "path": str(opened.path), "revision": head.name, "hash": head.hash, "skills": len(skills), "in_use": active,
                "verification": None if found is None else found.row.number, "stale": [] if found is None else found.stale,
                "verdict": None if found is None or found.row.verdict is None else found.row.verdict.model_dump(mode="json")},
                ensure_ascii=False))
            return Exit.DONE
        put(str(opened.path))
        put(f"{head.name}  {head.hash[:12]}  {len(skills)} skills, {active} in use")
        put(f"against no bank: {NOT_VERIFIED if found is None else found.line}")
        for reason in () if found is None else found.stale:
            put(f"stale: {reason}; verify it again")
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


def copy(bank: str | None, target: str, replace: bool) -> int:
    """Write the bank as it stands now to a file of its own; says which revision that is."""
    from esc_tui.bank.bank import open_bank
    from esc_tui.bank.whole_files import copy_bank
    from esc_tui.settings.files import named_path

    path = named_path(target)
    with open_session_bank(settings_from({"bank": bank}), readonly=True, make=False) as opened:
        copy_bank(opened, path, replace=replace)
    with open_bank(path, readonly=True) as copied:
        head = copied.head()
        put(str(path))
        put(f"{head.name}  {head.hash[:12]}  {copied.list_skills(limit=1).total} skills")
    return Exit.DONE


def where(bank: str | None) -> int:
    """The path of the bank."""
    put(str(bank_path(settings_from({"bank": bank}))))
    return Exit.DONE
