"""What can be done to a skill or the bank without the form: retire, lock, undo, redo, compare, go back, copy, look at units."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esc_tui.tui.messages import BankChanged
from esc_tui.tui.panes.bank.base import BankPart
from widgets.toned import ink

if TYPE_CHECKING:
    from esc_tui.domain.revision import Revision
    from esc_tui.domain.skill import Skill


class Deeds(BankPart):
    """Keys that act at once; each can be undone."""

    def committed(self, sentence: str) -> None:
        """A new revision was made: tell it and let everybody look again."""
        self.tell(sentence)
        self.post_message(BankChanged())

    async def _commit(self, skill: Skill, message: str, sentence: str) -> None:
        bank = await self.writable()
        if bank is None:
            return
        author = await self.author()
        head = await asyncio.to_thread(lambda: bank.head_number)
        revision = await asyncio.to_thread(lambda: bank.commit({skill.slug: skill}, author=author, message=message, base_revision=head))
        self.hold(skill.slug)
        self.committed(f"{sentence} Now {revision.name}; u takes it back.")

    async def _chosen_skill(self) -> Skill | None:
        slug = self.chosen_slug
        if slug is None:
            self.tell("No skill is chosen. Press n to write one.")
            return None
        return await asyncio.to_thread(self.queries.skill, slug)

    def action_retire(self) -> None:
        """Retire the skill, or restore it as it was before."""
        self.work(self._retire())

    async def _retire(self) -> None:
        from esc_tui.domain.labels import SkillStatus

        skill = await self._chosen_skill()
        if skill is None or await self.writable() is None:
            return
        if skill.status is not SkillStatus.RETIRED:
            changed = skill.model_copy(update={"status": SkillStatus.RETIRED})
            await self._commit(changed, f"Retire {skill.slug}", f"{skill.slug} is retired.")
            return
        notes = await asyncio.to_thread(self.queries.ask, lambda bank: bank.versions(skill.slug))
        before = next((note.status for note in notes if note.status != "retired"), "active")
        changed = skill.model_copy(update={"status": SkillStatus(before)})
        await self._commit(changed, f"Restore {skill.slug}", f"{skill.slug} is {before} again.")

    def action_lock(self) -> None:
        """Choose which parts of the skill no program may change."""
        self.work(self._lock())

    async def _lock(self) -> None:
        from esc_tui.tui.panes.bank.cards import FIELD_NAMES
        from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

        skill = await self._chosen_skill()
        if skill is None or await self.writable() is None:
            return
        options = [Choice(field, name) for field, name in FIELD_NAMES.items()]
        picked = await self.app.push_screen_wait(
            PickerScreen(f"Lock parts of {skill.slug} against programs", options, skill.locked, many=True))
        if picked is None or set(picked) == set(skill.locked):
            return
        names = ", ".join(FIELD_NAMES[name].lower() for name in picked)
        changed = skill.model_copy(update={"locked": tuple(sorted(picked))})
        await self._commit(changed, f"Lock {names} of {skill.slug}" if picked else f"Free all parts of {skill.slug}",
                           f"Locked: {names}." if picked else "No part is locked.")

    def action_undo(self) -> None:
        """Take the newest change back."""
        self.work(self._step("undo"))

    def action_redo(self) -> None:
        """Make it again."""
        self.work(self._step("redo"))

    async def _step(self, kind: str) -> None:
        bank = await self.writable()
        if bank is None:
            return
        author = await self.author()

        def walk() -> Revision:
            return bank.undo(author) if kind == "undo" else bank.redo(author)

        revision = await asyncio.to_thread(walk)
        other = "ctrl+r makes it again" if kind == "undo" else "u takes it back"
        self.committed(f"{revision.message.rstrip('.')}. Now {revision.name}; {other}.")

    def action_revisions(self) -> None:
        """The history of the bank."""
        self.work(self._revisions())

    async def _revisions(self) -> None:
        from esc_tui.tui.ask import Answer, AskScreen
        from esc_tui.tui.panes.bank.revisions import RevisionsScreen, history_blocks

        settings = self.workshop.settings
        number = await self.app.push_screen_wait(RevisionsScreen(
            self.queries, "History of the bank", lambda bank, revision, head: history_blocks(bank, revision, head, settings)))
        if number is None:
            return
        bank = await self.writable()
        if bank is None:
            return
        head = await asyncio.to_thread(lambda: bank.head_number)
        changes = await asyncio.to_thread(lambda: bank.changes(head, number))
        if not changes:
            self.tell(f"r{number} is what is in force already.")
            return
        listed = ", ".join(change.slug for change in changes[:6]) + (f" and {len(changes) - 6} more" if len(changes) > 6 else "")
        noun = "skill changes" if len(changes) == 1 else "skills change"
        answer = await self.app.push_screen_wait(AskScreen(
            f"Go back to r{number}? {len(changes)} {noun}.", listed, [Answer("g", f"go back to r{number}", "go")]))
        if answer == "go":
            author = await self.author()
            revision = await asyncio.to_thread(lambda: bank.rollback(number, author))
            self.committed(f"{revision.message.rstrip('.')}. Now {revision.name}; u takes it back.")

    def action_copy_skill(self) -> None:
        """Copy the skill as SKILL.md."""
        self.work(self._copy())

    async def _copy(self) -> None:
        from esc_tui.interchange.skill_markdown import write_skill

        skill = await self._chosen_skill()
        if skill is not None:
            self.app.copy_to_clipboard(write_skill(skill))

    # Looking

    async def show_unit(self, number: int) -> None:
        """One unit with its lines."""
        from esc_tui.tui.panes.chat.unit_screen import UnitScreen

        unit, dialogue = await asyncio.to_thread(self.queries.unit, number)
        self.app.push_screen(UnitScreen(number, unit, dialogue))

    async def compare_version(self, version: int) -> None:
        """What a version changed."""
        if self.detail.skill is not None:
            versions = [int(note.version) for note in await asyncio.to_thread(
                self.queries.ask, lambda bank: bank.versions(str(self.chosen_slug)))]
            before = next((number for number in versions if number < version), None)
            await self._compare(self.detail.skill.slug, before, version)

    def action_mark(self) -> None:
        """Mark a version in History, or take the mark away."""
        rows = self.detail.rows
        row = rows.highlighted
        if self.detail.tab != "History" or not rows.has_focus or row is None:
            return
        marked = row.id in rows.marks
        for identifier in list(rows.marks):
            rows.set_mark(identifier, None)
        if not marked:
            rows.set_mark(row.id, ink("■", "accent"))

    def action_diff(self) -> None:
        """Two versions beside each other."""
        self.work(self._diff())

    async def _diff(self) -> None:
        skill = self.detail.skill
        if skill is None:
            return
        rows = self.detail.rows
        if self.detail.tab == "History" and rows.highlighted is not None:
            marked = next(iter(rows.marks), None)
            here = int(rows.highlighted.id)
            if marked is not None and int(marked) != here:
                await self._compare(skill.slug, min(int(marked), here), max(int(marked), here))
            else:
                await self.compare_version(here)
            return
        versions = [int(note.version) for note in await asyncio.to_thread(self.queries.ask, lambda bank: bank.versions(skill.slug))]
        await self._compare(skill.slug, next((number for number in versions if number != skill.version), None), skill.version)

    async def _compare(self, slug: str, before: int | None, after: int) -> None:
        from esc_tui.tui.panes.bank.differences import DiffScreen, sections

        old = None if before is None else await asyncio.to_thread(self.queries.skill, slug, before)
        new = await asyncio.to_thread(self.queries.skill, slug, after)
        first = "nothing" if before is None else f"v{before}"
        self.app.push_screen(DiffScreen(slug, sections(old, new), (first, f"v{after}")))
