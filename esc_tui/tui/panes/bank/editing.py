"""Editing skills: the form, the kept draft, saving with a reason, conflicts, leaving, and the person's own editor."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Literal

from textual import events
from textual.timer import Timer

from esc_tui.domain.errors import ConflictError, UserError
from esc_tui.tui.messages import DraftsChanged
from esc_tui.tui.panes.bank.own_editor import OwnEditor

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.skill import Skill
    from esc_tui.tui.panes.bank.draft import SkillDraft

WHILE_BROWSING = frozenset({
    "filter", "edit", "edit_file", "new", "duplicate", "retire", "lock", "undo", "redo", "diff", "revisions", "copy_skill", "sort",
    "tab", "drawer", "back", "mark", "bulk", "activate", "merge", "split", "coverage", "lint", "review", "merge_bank", "update_bank"})


class Editing(OwnEditor):
    """Opens, keeps, saves and closes drafts."""

    drafted: frozenset[str] = frozenset()
    _keeping: Timer | None = None
    _opened: Skill | None = None
    _kept_keys: list[events.Key]
    opening = False

    def keep_key(self, event: events.Key) -> bool:
        """Keep a key typed while the form is being opened; the form gets it. False when no form is being opened."""
        if self.opening:
            self._kept_keys.append(event)
        return self.opening

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a skill is being edited, or words are typed, the keys of the list do nothing."""
        typing = getattr(self.app.focused, "id", None) == "filter-field"
        if (self.editor is not None or self.opening or typing) and action in WHILE_BROWSING:
            return False
        return super().check_action(action, parameters)

    async def look_at_drafts(self) -> None:
        """Mark the skills that have a draft, and tell the header how many there are."""
        try:
            drafts = await asyncio.to_thread(self.queries.ask, lambda bank: bank.drafts())
        except UserError:
            return
        found = frozenset(draft.slug for draft in drafts if draft.slug)
        self.post_message(DraftsChanged(len(drafts)))
        if found != self.drafted:
            self.drafted = found
            self.reload()

    # Opening

    def open_once(self, work: Coroutine[Any, Any, None]) -> None:
        """Open one form at a time, however fast the keys come."""
        if self.opening:
            work.close()
            return

        async def alone() -> None:
            try:
                await work
            finally:
                self.opening = False
                kept, self._kept_keys = self._kept_keys, []
                if self.editor is not None:
                    self.screen.set_focus(self.editor.scroll)
                if self.editor is not None and self.editor.scroll.has_focus:  # not when another pane was called for meanwhile
                    for key in kept:
                        self.app.post_message(events.Key(key.key, key.character))

        self.opening, self._kept_keys = True, []
        self.work(alone())

    def action_edit(self) -> None:
        """Change the skill in the form."""
        self.open_once(self._edit())

    async def _edit(self) -> None:
        from esc_tui.tui.panes.bank.draft import from_skill

        bank = await self.writable()
        skill = await self._chosen_skill() if bank is not None else None
        if bank is None or skill is None:
            return
        head = await asyncio.to_thread(lambda: bank.head_number)
        draft = await self._kept_draft(bank, skill.slug, skill)
        if draft is False:
            return
        self._opened = skill
        await self._open_form(bank, draft or from_skill(skill, head))

    async def _kept_draft(self, bank: Bank, key: str, skill: Skill | None) -> SkillDraft | Literal[False] | None:
        """The draft the person wants to go on with, None to begin anew, False to do neither."""
        from esc_tui.tui.panes.bank.kept import kept_draft

        found = await kept_draft(self.app, bank, key, skill)
        if found is None:
            await self.look_at_drafts()
        return found

    def action_new(self) -> None:
        """Write a skill from nothing."""
        self.open_once(self._new(None))

    def action_duplicate(self) -> None:
        """Write a skill that begins as a copy."""
        self.open_once(self._duplicate())

    async def _duplicate(self) -> None:
        skill = await self._chosen_skill()
        if skill is not None:
            await self._new(skill)

    async def _new(self, like: Skill | None) -> None:
        from esc_tui.domain.base import new_ulid
        from esc_tui.tui.panes.bank.draft import NEW_KEY, new_draft

        bank = await self.writable()
        if bank is None:
            return
        head = await asyncio.to_thread(lambda: bank.head_number)
        draft: SkillDraft | Literal[False] | None = None
        if like is None:
            waiting = [kept.key for kept in await asyncio.to_thread(bank.drafts) if kept.key.startswith(NEW_KEY)]
            draft = await self._kept_draft(bank, waiting[0], None) if waiting else None
        if draft is False:
            return
        self._opened = None
        name = await asyncio.to_thread(free_slug, bank, f"{like.slug[:60].rstrip('-')}-2") if like is not None else ""
        await self._open_form(bank, draft or new_draft(new_ulid(), head, like, name))

    async def _open_form(self, bank: Bank, draft: SkillDraft) -> None:
        from esc_tui.tui.panes.bank.form import SkillForm

        taken = frozenset(row.slug for row in await asyncio.to_thread(bank.stored_skills)) if draft.slug is None else frozenset()
        if self.editor is not None:
            return
        self.editor = SkillForm(draft, taken)
        self.editor.kept = not draft.same_as(self._opened)
        self.add_class("-editing")
        await self.mount(self.editor)
        self.refresh_bindings()

    async def _close_form(self) -> None:
        form, self.editor = self.editor, None
        if self._keeping is not None:
            self._keeping.stop()
        self.remove_class("-editing")
        if form is not None:
            await form.remove()
        self.take_focus()
        self.refresh_bindings()
        await self.look_at_drafts()

    # Keeping

    def draft_changed(self) -> None:
        """Keep the draft, a moment after the last key."""
        from esc_tui.tui.panes.bank.kept import KEEP_AFTER

        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(KEEP_AFTER, lambda: self.work(self._keep()))

    async def _keep(self) -> None:
        from esc_tui.tui.panes.bank.kept import keep

        form = self.editor
        if form is None:
            return
        await asyncio.to_thread(keep, await self.workshop.bank(), form.draft)
        first, form.kept = not form.kept, True
        form.draw_title()
        if first:
            await self.look_at_drafts()

    async def may_leave(self) -> bool:
        """Ask about unsaved changes before the program ends; the answer ends it."""
        form = self.editor
        if form is None or form.draft.same_as(self._opened):
            return True

        async def ask() -> None:
            await self.esc_app.show_pane("bank")
            if await self._leave():
                self.app.call_later(self.esc_app.action_quit)

        self.work(ask())
        return False

    # Leaving and saving

    def fulfil(self, what: str) -> None:
        """Do what the form asks for."""
        work = {"save": self._save, "leave": self._leave_quietly, "diff": self._draft_diff, "file": self._form_to_file}[what]
        self.work(work())

    async def _leave_quietly(self) -> None:
        await self._leave()

    async def _leave(self) -> bool:
        """Close the form; True when it is closed."""
        from esc_tui.tui.ask import Answer, AskScreen

        form = self.editor
        if form is None:
            return True
        bank = await self.workshop.bank()
        if form.draft.same_as(self._opened):
            await asyncio.to_thread(bank.discard_draft, form.draft.key)
            await self._close_form()
            return True
        answers = [Answer("k", "keep unsaved", "keep"), Answer("s", "save now", "save"), Answer("t", "throw away", "throw")]
        if form.draft.problems():
            del answers[1]
        answer = await self.app.push_screen_wait(AskScreen(
            f"Bank: the changes of {form.draft.name.strip() or 'a new skill'} are not saved.",
            f"What is kept waits, also after a restart; {form.draft.way} goes on with it. Talks go on with the saved skill.", answers))
        if answer == "keep":
            await self._keep()
            await self._close_form()
            self.tell(f"Kept unsaved. {form.draft.way} goes on with it.")
        elif answer == "throw":
            await asyncio.to_thread(bank.discard_draft, form.draft.key)
            await self._close_form()
        elif answer == "save":
            return await self._save_now()
        return self.editor is None

    async def _save(self) -> None:
        await self._save_now()

    async def _save_now(self) -> bool:
        """Ask for the reason and commit; True when it is saved and the form is closed."""
        from esc_tui.tui.panes.bank.reason import ReasonScreen

        form = self.editor
        if form is None:
            return False
        draft, skill, bank = form.draft, form.draft.skill(), await self.workshop.bank()
        if draft.slug is not None and draft.same_as(self._opened):
            self.tell("Nothing has changed.")
            return False
        if draft.slug is None and await asyncio.to_thread(bank.has_skill, skill.slug):
            self.tell(f"The bank already has a skill called '{skill.slug}'. Give this one another name.", "warning")
            return False
        await self._keep()
        question = f"Why this change to {skill.slug}?" if draft.slug else f"Why is {skill.slug} added?"
        reason = await self.app.push_screen_wait(ReasonScreen(question, "one line for whoever reads the history"))
        if reason is None:
            return False
        return await self._commit_draft(bank, draft, skill, reason)

    async def _commit_draft(self, bank: Bank, draft: SkillDraft, skill: Skill, reason: str) -> bool:
        from esc_tui.discover.saving import save_skills

        author, base = await self.author(), draft.base_revision
        while True:
            try:
                revision = await asyncio.to_thread(lambda at: save_skills(
                    bank, [skill], draft.lineage, author=author, message=reason, base_revision=at), base)
                break
            except ConflictError as error:
                choice = await self._conflict(bank, error, skill)
                if choice != "save":
                    return False
                base = await asyncio.to_thread(lambda: bank.head_number)
        await asyncio.to_thread(bank.discard_draft, draft.key)
        await self._close_form()
        self.show_skill(skill.slug)
        offered = skill.status.value in {"active", "watch"}
        standing = "a draft" if skill.status.value == "draft" else skill.status.value
        used = "The next reply uses it" if offered else f"It is {standing}: no reply uses it yet"
        self.committed(f"Saved as {revision.name}: {reason.rstrip('.')}. {used}; u takes it back.")
        return True

    async def _conflict(self, bank: Bank, error: ConflictError, mine: Skill) -> str | None:
        from esc_tui.tui.ask import Answer, AskScreen
        from esc_tui.tui.panes.bank.differences import DiffScreen, sections

        while True:
            answer = await self.app.push_screen_wait(AskScreen(
                "Somebody else changed this skill meanwhile.", f"{error} What you wrote is kept.",
                [Answer("d", "see theirs beside mine", "see"), Answer("s", "save mine on top", "save"),
                 Answer("k", "keep mine unsaved", "keep")]))
            if answer != "see":
                return answer
            theirs = await asyncio.to_thread(self.queries.skill, mine.slug)
            await self.app.push_screen_wait(DiffScreen(mine.slug, sections(theirs, mine), ("theirs", "mine")))

    async def _draft_diff(self) -> None:
        from esc_tui.tui.panes.bank.differences import DiffScreen, sections

        form = self.editor
        if form is None:
            return
        if form.draft.problems():
            self.tell("Mend what is marked first; then the two can be compared.")
            return
        self.app.push_screen(DiffScreen(form.draft.name, sections(self._opened, form.draft.skill()), ("in the bank", "unsaved")))

    # The person's own editor

    def action_edit_file(self) -> None:
        """Change the skill as SKILL.md in $EDITOR."""
        self.open_once(self._edit_file())

    async def _edit_file(self) -> None:
        from esc_tui.tui.panes.bank.draft import from_skill, with_skill

        bank = await self.writable()
        skill = await self._chosen_skill() if bank is not None else None
        if bank is None or skill is None:
            return
        draft = await self._kept_draft(bank, skill.slug, skill)
        if draft is False:
            return
        head = await asyncio.to_thread(lambda: bank.head_number)
        self._opened = skill
        current = draft or from_skill(skill, head)
        if current.problems():
            await self._open_form(bank, current)
            self.tell("This cannot be written as a file yet; mend what is marked first.")
            return
        edited = await self.through_editor(current.skill())
        if edited is None:
            return
        if edited == current.skill().model_copy(update={"version": edited.version}) and draft is None:
            self.tell("Nothing has changed.")
            return
        await self._open_form(bank, with_skill(current, edited))
        await self._keep()
        await self._save_now()

    async def _form_to_file(self) -> None:
        from esc_tui.tui.panes.bank.draft import with_skill

        form = self.editor
        if form is None:
            return
        if form.draft.problems():
            self.tell("This cannot be written as a file yet; mend what is marked first.")
            return
        edited = await self.through_editor(form.draft.skill(), fixed=form.draft.slug is not None)
        if edited is not None and self.editor is form:
            form.draft.remember()
            form.draft = with_skill(form.draft, edited)
            await form.rebuild()
            self.draft_changed()


def free_slug(bank: Bank, slug: str) -> str:
    """The slug, or the slug with the next number: one the bank never used, for what an undone skill left in the ledger stays."""
    from esc_tui.bank.mining import used_slugs

    used, number, name = used_slugs(bank.connection), 2, slug
    stem = slug.removesuffix("-2")
    while name in used:
        name = f"{stem[:60].rstrip('-')}-{number}"
        number += 1
    return name
