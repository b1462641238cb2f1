"""Marks, and what is done to all marked skills at once: one revision each time, one step of undo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import many
from esc_tui.tui.panes.bank.editing import Editing
from widgets.toned import ink

if TYPE_CHECKING:
    from esc_tui.domain.skill import Skill

MARK = "■"


class Marking(Editing):
    """Space marks a skill, a version or a unit; the keys of single skills then act on all marked."""

    @property
    def marked(self) -> tuple[str, ...]:
        """The marked skills, in the order of marking."""
        return tuple(self.rows.marks)

    def show_counts(self) -> None:
        """Draw the counts over the list again."""
        raise NotImplementedError

    def unmark(self) -> None:
        """Take every mark of the list away."""
        self.rows.clear_marks()
        self.show_counts()

    def action_mark(self) -> None:
        """Mark or unmark what is under the cursor: a skill, a version in History, a unit in Evidence."""
        detail = self.detail
        if detail.tab == "Evidence" and detail.rows.has_focus:
            _toggle(detail.rows)
        elif self.rows.has_focus:
            _toggle(self.rows)
            self.show_counts()
        else:
            super().action_mark()

    # At once

    def action_retire(self) -> None:
        """Retire the marked skills, or retire or restore the one under the cursor."""
        self.work(self._retire_meant())

    async def _retire_meant(self) -> None:
        slugs = await self._meant()
        if slugs:
            await self._set_status("retired")
        elif slugs is not None:
            await self._retire()

    async def _meant(self) -> tuple[str, ...] | None:
        """The skills a key is for: those marked, none for the one under the cursor, or None after Esc.

        Where a filter shows none of the marked, it is asked.
        """
        from esc_tui.tui.ask import Answer, AskScreen

        marked, here = self.marked, self.chosen_slug
        if not marked or here is None or await asyncio.to_thread(self.any_shown, marked):
            return marked
        listed = ", ".join(marked[:6]) + (f" and {len(marked) - 6:,} more" if len(marked) > 6 else "")
        answer = await self.app.push_screen_wait(AskScreen(
            f"{many(len(marked), 'skill')} marked, none of them shown here. Which do you mean?", f"Marked: {listed}.",
            [Answer("t", f"only {here}, under the cursor", "here"), Answer("m", "the marked", "marked")]))
        return None if answer is None else marked if answer == "marked" else ()

    def any_shown(self, slugs: Sequence[str]) -> bool:
        """Whether the filter shows any of these skills. For a thread."""
        raise NotImplementedError

    def action_activate(self) -> None:
        """Ask why replies may use the marked skills, or the one under the cursor, and let them."""
        self.open_once(self._let_in_meant())

    async def _let_in_meant(self) -> None:
        slugs = await self._meant()
        if slugs is not None and (slugs or self.chosen_slug):
            await self.let_in(slugs or (str(self.chosen_slug),))

    async def let_in(self, slugs: Sequence[str]) -> None:
        """Activate skills, with a reason."""
        await self._with_reason(slugs, "active", "Why may replies use {}?", "Activate", "activate")

    async def let_out(self, slugs: Sequence[str]) -> None:
        """Retire skills, with a reason."""
        await self._with_reason(slugs, "retired", "Why should replies not use {}?", "Retire", "retire")

    async def _with_reason(self, slugs: Sequence[str], status: str, question: str, verb: str, done: str) -> None:
        from esc_tui.domain.labels import SkillStatus
        from esc_tui.tui.panes.bank.reason import ReasonScreen

        if await self.writable() is None:
            return
        def change(skill: Skill) -> Skill:
            return skill.model_copy(update={"status": SkillStatus(status)})

        differ = await self._differing(slugs, change, status)
        if not differ:
            return
        reason = await self.app.push_screen_wait(ReasonScreen(
            question.format(_named(differ)) + (f" {left[0].upper()}{left[1:]}." if (left := _left_out(differ, slugs, status)) else ""),
            "one line for whoever reads the history", done=done))
        if reason is not None:
            await self.change_all(slugs, change, verb, status, reason)

    def action_lock(self) -> None:
        """Lock parts of the marked skills, or of the one under the cursor."""
        self.work(self._lock_meant())

    async def _lock_meant(self) -> None:
        slugs = await self._meant()
        if slugs:
            await self._lock_many()
        elif slugs is not None:
            await self._lock()

    def action_bulk(self) -> None:
        """What to do to all marked skills."""
        self.work(self._bulk())

    async def _bulk(self) -> None:
        from esc_tui.tui.ask import Answer, AskScreen

        slugs = self.marked
        if not slugs:
            self.tell("Mark skills with space first; then b acts on all of them.")
            return
        listed = ", ".join(slugs[:6]) + (f" and {len(slugs) - 6:,} more" if len(slugs) > 6 else "")
        answers = [Answer("z", "zip", "zip"), Answer("a", "activate", "active"), Answer("d", "draft", "draft"),
                   Answer("x", "retire", "retired")]
        answer = await self.app.push_screen_wait(AskScreen(
            f"{many(len(slugs), 'skill')} marked. What now?",
            f"{listed}. In the list L locks parts of them, m merges them into one, and esc takes the marks away.", answers))
        if answer == "zip":
            await self._write_zip(slugs)
        elif answer == "active":
            await self.let_in(slugs)
        elif answer is not None:
            await self._set_status(answer)

    async def _set_status(self, status: str) -> None:
        from esc_tui.domain.labels import SkillStatus

        slugs = self.marked or ((self.chosen_slug,) if self.chosen_slug else ())
        verb = {"active": "Activate", "draft": "Make drafts of", "retired": "Retire", "watch": "Watch"}[status]
        await self.change_all(slugs, lambda skill: skill.model_copy(update={"status": SkillStatus(status)}), verb,
                              "draft" if status == "draft" else status)

    async def _lock_many(self) -> None:
        from esc_tui.tui.panes.bank.cards import FIELD_NAMES
        from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

        slugs = self.marked
        options = [Choice(field, name) for field, name in FIELD_NAMES.items()]
        picked = await self.app.push_screen_wait(PickerScreen(
            f"Lock parts of {many(len(slugs), 'skill')} against programs; other locks stay", options, many=True))
        if picked:
            names = ", ".join(FIELD_NAMES[name].lower() for name in picked)
            await self.change_all(slugs, lambda skill: skill.model_copy(update={
                "locked": tuple(sorted({*skill.locked, *picked}))}), f"Lock {names} of", "locked")

    async def change_all(self, slugs: Sequence[str], change: Callable[[Skill], Skill], verb: str, now: str, reason: str = "") -> bool:
        """Change skills as one revision and tell it, also how many were so already; False when nothing differs or the bank cannot be
        written."""
        from esc_tui.discover.saving import change_many

        bank = await self.writable() if slugs else None
        if bank is None:
            return False
        author, differ = await self.author(), await self._differing(slugs, change, now)
        if not differ:
            return False
        message = f"{verb} {_named(differ)}" + (f": {reason}" if reason else "")
        revision, _ = await asyncio.to_thread(lambda: change_many(bank, differ, change, author=author, message=message))
        self.unmark()
        if len(slugs) == 1:
            self.hold(slugs[0])
        left = _left_out(differ, slugs, now)
        self.committed(f"{_named(differ)} {'is' if len(differ) == 1 else 'are'} {now} now{f', {left}' if left else ''}. {revision.name}; "
                       "u takes it back.")
        return True

    async def _differing(self, slugs: Sequence[str], change: Callable[[Skill], Skill], now: str) -> list[str]:
        """The skills that a change would change; where there are none it is told that they are ``now`` what they would become."""
        skills = [await asyncio.to_thread(self.queries.skill, slug) for slug in slugs]
        differ = [slug for slug, skill in zip(slugs, skills, strict=True) if skill is not None and change(skill) != skill]
        if not differ:
            self.tell(f"{_named(slugs)} {'is' if len(slugs) == 1 else 'are'} {now} already.")
        return differ

    async def _write_zip(self, slugs: Sequence[str]) -> None:
        path = await asyncio.to_thread(self.queries.ask, lambda bank: write_numbered_zip(bank, slugs, Path.cwd()))
        self.unmark()
        self.tell(f"Wrote {many(len(slugs), 'skill')} to {path}.")


def write_numbered_zip(bank: Any, slugs: Sequence[str], folder: Path) -> Path:
    """Write skills to ``skills-1.zip`` or the next free name; an existing file is never touched."""
    from esc_tui.interchange.skill_export import files_of_bank, write_zip

    for number in range(1, 1000):
        path = folder / f"skills-{number}.zip"
        if not path.exists():
            write_zip(path, files_of_bank(bank, bank.head(), slugs))
            return path
    raise UserError("there are a thousand zips of skills already", str(folder), "clear some away")


def _named(slugs: Sequence[str]) -> str:
    """``ask-one-small-want``, or ``2 skills``."""
    return slugs[0] if len(slugs) == 1 else many(len(slugs), "skill")


def _left_out(differ: Sequence[str], slugs: Sequence[str], now: str) -> str:
    """``1 of 2; 1 was active already``; nothing where all change."""
    rest = len(slugs) - len(differ)
    return f"{len(differ):,} of {len(slugs):,}; {rest:,} {'was' if rest == 1 else 'were'} {now} already" if rest else ""


def _toggle(rows: Any) -> None:
    row = rows.highlighted
    if row is not None:
        rows.set_mark(row.id, None if row.id in rows.marks else ink(MARK, "accent"))
        rows.action_cursor(1)
