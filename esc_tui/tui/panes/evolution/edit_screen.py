"""A proposed skill in Bank's own form: what is written is kept unsaved, and what is saved becomes a proposal in the old one's place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from esc_tui.tui.ask import Answer, AskScreen
from esc_tui.tui.footer import Footer
from esc_tui.tui.messages import DraftsChanged
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.bank.draft import PROPOSED_KEY, from_skill, with_skill
from esc_tui.tui.panes.bank.form import SkillForm
from esc_tui.tui.panes.bank.form_base import FormRows
from esc_tui.tui.panes.bank.kept import KEEP_AFTER, keep, kept_draft

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from esc_tui.bank.bank import Bank
    from esc_tui.bank.evolution import ProposalRow
    from esc_tui.domain.skill import Skill
    from esc_tui.tui.panes.bank.draft import SkillDraft
    from esc_tui.tui.panes.part import PanePart


def key_of(row: ProposalRow, skill: Skill) -> str:
    """The key under which the bank keeps what is written of a proposed skill."""
    return f"{PROPOSED_KEY}{row.number}:{skill.slug}"


async def edit_proposed(pane: PanePart, bank: Bank, row: ProposalRow, skill: Skill) -> Skill | None:
    """The skill as the person wrote it in the form; None when they left it. What is kept unsaved is offered again."""
    kept = await kept_draft(pane.app, bank, key_of(row, skill), skill)
    if kept is False:
        return None
    draft = kept
    if draft is None:
        draft = from_skill(skill, row.proposal.base_revision)
        draft.key = key_of(row, skill)
    draft.slug = skill.slug
    return await pane.app.push_screen_wait(ProposalForm(pane, bank, draft, skill, row.name))


class ProposalForm(Modal["Skill | None"]):
    """Gives the skill to propose, or None."""

    DEFAULT_CSS = """
    ProposalForm { background: $background; }
    ProposalForm > Vertical { width: 100%; height: 1fr; background: $background; }
    """
    HELP_TITLE = "Editing a proposal"
    HELP_TEXT = ("s saves your version as a new proposal in the place of this one: it goes through the gate, and has to be verified anew. "
                 "The bank stays as it is until a proposal is accepted. Status and locks stay as proposed. E goes on in your own editor.")

    def __init__(self, pane: PanePart, bank: Bank, draft: SkillDraft, proposed: Skill, name: str) -> None:
        super().__init__()
        self.pane, self.bank, self.proposed, self.proposal = pane, bank, proposed, name
        self.form = SkillForm(draft)
        self.form.kept = not draft.same_as(proposed)
        self._keeping: Timer | None = None

    def compose(self) -> ComposeResult:
        """The form, and its keys."""
        with Vertical():
            yield self.form
        yield Footer()

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        async def told() -> None:
            try:
                await work
            except Exception as error:
                self.pane.tell_error(error)

        self.run_worker(told(), group="proposal-form", exit_on_error=False)

    @on(FormRows.Changed)
    def _changed(self, event: FormRows.Changed) -> None:
        """Keep the draft, a moment after the last key."""
        event.stop()
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(KEEP_AFTER, lambda: self._work(self._keep()))

    async def _keep(self) -> None:
        await asyncio.to_thread(keep, self.bank, self.form.draft)
        self.form.kept = True
        self.form.draw_title()
        await tell_of_drafts(self.pane, self.bank)

    @on(SkillForm.Wanted)
    def _wanted(self, event: SkillForm.Wanted) -> None:
        event.stop()
        self._work({"save": self._save, "leave": self._leave, "diff": self._diff, "file": self._file}[event.what]())

    async def _save(self) -> None:
        if self.form.draft.same_as(self.proposed):
            self.pane.tell("Nothing has changed.")
            return
        await self._keep()
        self.dismiss(self.form.draft.skill())

    async def _leave(self) -> None:
        form = self.form
        if not form.draft.same_as(self.proposed):
            answers = [Answer("k", "keep unsaved", "keep"), Answer("s", "save as a proposal", "save"), Answer("t", "throw away", "throw")]
            if form.draft.problems():
                del answers[1]
            answer = await self.app.push_screen_wait(AskScreen(
                f"Your version of {self.proposal} is not saved.",
                f"What is kept waits, also after a restart; {form.draft.way} goes on with it.", answers))
            if answer == "save":
                await self._save()
            elif answer == "keep":
                await self._keep()
                self.dismiss(None)
            if answer != "throw":
                return
        await asyncio.to_thread(self.bank.discard_draft, form.draft.key)
        await tell_of_drafts(self.pane, self.bank)
        self.dismiss(None)

    async def _diff(self) -> None:
        from esc_tui.tui.panes.bank.differences import DiffScreen, sections

        draft = self.form.draft
        if draft.problems():
            self.pane.tell("Mend what is marked first; then the two can be compared.")
        else:
            self.app.push_screen(DiffScreen(draft.name, sections(self.proposed, draft.skill()), (f"as {self.proposal} says", "unsaved")))

    async def _file(self) -> None:
        from esc_tui.tui.panes.bank.own_editor import through_editor

        form = self.form
        if form.draft.problems():
            self.pane.tell("This cannot be written as a file yet; mend what is marked first.")
            return
        edited = await through_editor(self.pane, form.draft.skill())
        if edited is not None:
            form.draft.remember()
            form.draft = with_skill(form.draft, edited)
            await form.rebuild()
            await self._keep()


async def tell_of_drafts(pane: PanePart, bank: Bank) -> None:
    """The header says how many drafts are unsaved."""
    pane.post_message(DraftsChanged(len(await asyncio.to_thread(bank.drafts))))
