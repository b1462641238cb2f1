"""``esc-tui bank merge`` and ``update``: another bank, or the installed starter bank, into this one as one revision."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from esc_tui.cli.common import Exit, author_of, bank_path, open_session_bank, say, settings_from
from esc_tui.cli.narration import Display, Narrator
from esc_tui.cli.stopping import Stopping, stoppable
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from pathlib import Path

    from esc_tui.bank.bank import Bank
    from esc_tui.bank.joining import Brought
    from esc_tui.bank.merging import Choices, Merged, MergePlan
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.merging import Conflict
    from esc_tui.domain.skill import Skill
    from esc_tui.settings.model import Settings

Side = Literal["ours", "theirs"]
UNCHANGED = "No skill would change here."
STOPPED = "Stopped; nothing was merged, the bank is as it was. Run the same command again."


def run_merge(bank: str | None, other: str, side: Side | None, dry_run: bool, message: str, author: str | None,
              display: Display) -> int:
    """Merge; with conflicts and no side chosen they are listed, nothing is written, and the exit code is 1."""
    from esc_tui.bank.merging import plan_merge
    from esc_tui.bank.others import other_bank
    with stoppable(STOPPED) as stopping:
        settings = settings_from({"bank": bank, "author": author})
        path = _other_path(settings, other)
        with other_bank(path) as theirs, open_session_bank(settings, readonly=dry_run) as ours:
            plan = plan_merge(ours, theirs, path.name)
            if display == "plain":
                say(plan.base.sentence)
            return _finish(ours, theirs, plan, side, dry_run, author_of(settings), message, Narrator("merge", display), stopping)


def run_merge_labels(bank: str | None, other: str, dry_run: bool, display: Display) -> int:
    """Bring another bank's labels and decisions, with the dialogues and units they are about; no skill is looked at."""
    from esc_tui.bank.joining import bring_along
    from esc_tui.bank.others import other_bank, unnamed_copy
    from esc_tui.domain.base import now_iso
    with stoppable(STOPPED) as stopping:
        settings = settings_from({"bank": bank})
        path = _other_path(settings, other)
        narrator = Narrator("merge", display)
        with other_bank(path) as theirs, open_session_bank(settings, readonly=dry_run) as ours:
            if dry_run:
                with unnamed_copy(ours.connection) as copy:
                    came = bring_along(copy, theirs.connection, now_iso(), path.name, labels_only=True)
            else:
                came = bring_along(ours.writing, theirs.connection, now_iso(), path.name, narrator.progress, labels_only=True)
                stopping.kept = "Stopped after the labels were written; they are in the bank."
            lines = _brought_lines(came, "Would come along" if dry_run else "Along came")
            narrator.result({"kind": "merge", "labels_only": True, **asdict(came)}, "\n".join([*lines, "No skill was touched."]))
    return Exit.DONE


def _other_path(settings: Settings, other: str) -> Path:
    """The file of the other bank. Raises UserError when it is this one."""
    from esc_tui.settings.files import named_path

    path = named_path(other)
    if path.exists() and bank_path(settings).exists() and path.samefile(bank_path(settings)):
        raise WrongUseError("this is the bank itself", str(path), "name another one")
    return path


def run_update(bank: str | None, side: Side | None, dry_run: bool, author: str | None, display: Display) -> int:
    """Merge what the installed starter bank has new since this bank was made from it, or was last updated."""
    from esc_tui.bank.bank import open_template
    from esc_tui.bank.updating import plan_update, remember_update
    from esc_tui.settings.locator import template_path

    settings = settings_from({"bank": bank, "author": author})
    with stoppable(STOPPED) as stopping, open_template(template_path()) as template, open_session_bank(settings, readonly=dry_run) as ours:
        plan, kept = plan_update(ours, template)
        narrator = Narrator("update", display)
        if kept and display == "plain":
            say(f"Left as you edited them: {', '.join(kept)}.")
        if dry_run or (plan.conflicts and side is None):
            return _finish(ours, template, plan, side, dry_run, author_of(settings), "", narrator, stopping)
        with ours.together():
            made: list[Merged] = []
            code = _finish(ours, template, plan, side, False, author_of(settings),
                           f"Updated {_count(len(plan.merges), 'skill')} from the installed starter bank", narrator, stopping, made)
            remember_update(ours, template, made[0].revision if made else None)
        return code


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def _finish(ours: Bank, theirs: BankReader, plan: MergePlan, side: Side | None, dry_run: bool, author: str, message: str,
            narrator: Narrator, stopping: Stopping, made: list[Merged] | None = None) -> int:
    from esc_tui.bank.merging import carry_out, one_side, preview

    if dry_run:
        brought = preview(ours, theirs, plan.name)
        open_conflicts = plan.conflicts if side is None else ()
        words = [_conflict_list(open_conflicts) if open_conflicts else _plan_text(plan), *_brought_lines(brought, "Would come along")]
        narrator.result(_facts(plan, None) | asdict(brought), "\n".join(words))
    if plan.conflicts and side is None:
        if not dry_run:
            narrator.result(_facts(plan, None), _conflict_list(plan.conflicts))
        if narrator.display == "plain":
            say(f"{_count(len(plan.conflicts), 'conflict')}, nothing was written. Take one side with --ours or --theirs, settle "
                "them one by one in the Bank pane, or bring the labels alone with --labels.")
        return Exit.FAILED
    if dry_run:
        return Exit.DONE
    choices: Choices = one_side(plan, side) if side else {}
    merged = carry_out(ours, theirs, plan, choices, author=author, message=message, progress=narrator.progress)
    if made is None:
        stopping.kept = "Stopped after the merge was written; it is in the bank."
    else:
        made.append(merged)
    narrator.result(_facts(plan, merged), _merged_text(plan, merged))
    if merged.revision is not None and narrator.display == "plain":
        say(f"{merged.revision.name}: {merged.revision.message}. 'esc-tui bank undo' takes the skills back.")
    return Exit.DONE


def _facts(plan: MergePlan, merged: Merged | None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": "merge", "base": {"kind": plan.base.kind, "revision": plan.base.revision}, "theirs": plan.their_head.hash,
        "revision": None, "skills": [merge.slug for merge in plan.merges],
        "conflicts": [{"skill": one.slug, "field": one.field, "reason": one.reason,
                       **{name: _value(one, one.side(name)) for name in ("base", "ours", "theirs")}} for one in plan.conflicts]}
    if merged is not None:
        facts |= {"revision": merged.revision.name if merged.revision else None, "added": list(merged.added),
                  "changed": list(merged.changed), "removed": list(merged.removed), **asdict(merged.brought)}
    return facts


def _value(conflict: Conflict, skill: Skill | None) -> list[str] | None:
    from esc_tui.domain.merging import WHOLE
    from esc_tui.interchange.skill_text import field_lines

    if skill is None:
        return None
    if conflict.field == WHOLE:
        return [skill.content.title]
    return [line for field in conflict.fields for line in field_lines(skill, field)]


def _conflict_list(conflicts: tuple[Conflict, ...]) -> str:
    """Skill, field and reason, then what stands on each side."""
    lines = []
    for one in conflicts:
        lines.append(f"{one.slug}  {one.field}  {one.reason}")
        for name in ("ours", "theirs"):
            value = _value(one, one.side(name))
            for place, line in enumerate(value or ["(not there)" if value is None else "(empty)"]):
                lines.append(f"  {name if not place else '':<7} {visible(line, keep_lines=False)}")
    return "\n".join(lines)


def change_line(kind: str, slug: str) -> str:
    """What would become of a skill, as every dry run lists it."""
    return f"{kind:<9}{slug}"


def _plan_text(plan: MergePlan) -> str:
    from esc_tui.domain.merging import same_skill

    if not plan.merges:
        return UNCHANGED
    words = []
    for merge in plan.merges:
        if not merge.conflicts and same_skill(merge.merged, merge.ours):
            continue
        kind = "conflict" if merge.conflicts else "removed" if merge.merged is None else "added" if merge.ours is None else "changed"
        words.append(change_line(kind, merge.slug))
    return "\n".join(words)


def _merged_text(plan: MergePlan, merged: Merged) -> str:
    skills = [f"{len(found)} {word}" for word, found in (
        ("added", merged.added), ("changed", merged.changed), ("removed", merged.removed)) if found]
    return "\n".join([f"Skills: {', '.join(skills) or 'none changed here'}.", *_brought_lines(merged.brought, "Along came")])


def _brought_lines(came: Brought, beginning: str) -> list[str]:
    """What came, or would come, besides skills, and what stays."""
    counts = [_count(number, noun) for number, noun in (
        (came.dialogues, "dialogue"), (came.units, "unit"), (came.labels, "label"), (came.decisions, "decision"),
        (came.outcomes, "outcome"), (came.profiles, "profile")) if number]
    lines = [f"{beginning}: {', '.join(counts) or 'nothing new'}."]
    if came.left_out:
        lines.append(f"Left out: {_count(came.left_out, 'dialogue')} known here under another name or with other words.")
    if came.talks:
        lines.append(f"Left there: {_count(came.talks, 'talk')} held live, and what was learned from them.")
    return lines
