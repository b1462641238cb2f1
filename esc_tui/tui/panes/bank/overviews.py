"""Views of the whole bank and what they lead to: coverage, lint, a draft beside its evidence, another bank merged in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import many
from esc_tui.settings.files import named_path
from esc_tui.tui.panes.bank.making import Making

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.merging import Choices, Merged, MergePlan
    from esc_tui.bank.reading import BankReader

TAB_OF = {"applicability": "Applies", "contraindications": "Applies", "description": "Applies", "outcomes": "Outcomes", "risks": "Risks"}
"""The tab that shows a field; Guidance for the others."""


class Overviews(Making):
    """Coverage, lint, review, merge of banks."""

    def set_filter(self, text: str) -> None:
        """Put words into the filter."""
        raise NotImplementedError

    def action_coverage(self) -> None:
        """The coverage map."""
        self.work(self._coverage())

    async def _coverage(self) -> None:
        from esc_tui.tui.panes.bank.coverage import CoverageScreen

        wanted = await self.app.push_screen_wait(CoverageScreen(self.queries))
        if wanted is not None:
            self.set_filter(wanted)
            self.remove_class("-drawer")
            self.take_focus()

    def action_lint(self) -> None:
        """Every note on every skill."""
        self.work(self._lint())

    async def _lint(self) -> None:
        from esc_tui.tui.panes.bank.lint_screen import LintScreen

        found = await self.app.push_screen_wait(LintScreen(self.queries))
        if found is None:
            return
        self.detail.choose(TAB_OF.get(found.field, "Guidance"))
        self.show_skill(found.slug)
        if found.edit:
            self.open_once(self._edit_at(found.slug, found.field, found.place))

    async def _edit_at(self, slug: str, field: str, place: int) -> None:
        from esc_tui.tui.panes.bank.draft import from_skill

        bank = await self.writable()
        if bank is None:
            return
        skill = await asyncio.to_thread(bank.skill, slug)
        draft = await self._kept_draft(bank, slug, skill)
        if draft is False:
            return
        head = await asyncio.to_thread(lambda: bank.head_number)
        self._opened = skill
        await self._open_form(bank, draft or from_skill(skill, head))
        if self.editor is not None:
            at = self.editor.row_of((field, place - 1) if place else (field,))
            self.editor.current = at if self.editor.items[at].kind != "heading" else at + 1
            self.editor.action_go(0)

    def action_review(self) -> None:
        """The skill under the cursor beside what it rests on."""
        self.work(self._review())

    async def _review(self) -> None:
        from esc_tui.tui.panes.bank.review import ReviewScreen

        skill = await self._chosen_skill()
        if skill is None:
            return
        verdict = await self.app.push_screen_wait(ReviewScreen(skill, self.queries))
        if verdict == "activate":
            await self.let_in((skill.slug,))
        elif verdict == "edit":
            self.action_edit()
        elif verdict == "retire":
            await self.let_out((skill.slug,))

    # Another bank

    def action_merge_bank(self) -> None:
        """Merge another bank into this one."""
        self.work(self._merge_bank())

    async def _merge_bank(self) -> None:
        from esc_tui.bank.merging import plan_merge
        from esc_tui.bank.others import other_bank
        from esc_tui.tui.panes.bank.reason import ReasonScreen

        bank = await self.writable()
        if bank is None:
            return
        name = note = ""
        while True:
            typed = await self.app.push_screen_wait(ReasonScreen(
                "Which bank is merged into this one?", "path of the file", done="look at it", value=name, note=note))
            if typed is None:
                return
            name = typed
            try:
                path = await asyncio.to_thread(_another, name, bank.path)
                opening = other_bank(path)
                other = await asyncio.to_thread(opening.__enter__)
                break
            except UserError as error:
                note = f"{error.what[:1].upper()}{error.what[1:]}".rstrip(".") + "."
        try:
            plan = await asyncio.to_thread(plan_merge, bank, other, path.name)
            await self._carry_out(bank, other, plan, lambda: plan_merge(bank, other, path.name))
        finally:
            await asyncio.to_thread(opening.__exit__, None, None, None)

    def action_update_bank(self) -> None:
        """Merge what is new in the installed starter bank."""
        self.work(self._update_bank())

    async def _update_bank(self) -> None:
        from esc_tui.bank.bank import open_template
        from esc_tui.bank.updating import plan_update, remember_update
        from esc_tui.settings.locator import template_path

        bank = await self.writable()
        if bank is None:
            return
        template = await asyncio.to_thread(open_template, template_path())
        try:
            plan, _ = await asyncio.to_thread(plan_update, bank, template)
            await self._carry_out(bank, template, plan, lambda: plan_update(bank, template)[0],
                                  lambda done: remember_update(bank, template, done.revision))
        finally:
            await asyncio.to_thread(template.close)

    async def _carry_out(self, bank: Bank, other: BankReader, plan: MergePlan, again: Callable[[], MergePlan],
                         note: Callable[[Merged], None] | None = None) -> None:
        """Settle the conflicts, ask, merge; ``note`` writes into the same transaction. When somebody wrote meanwhile it is
        planned ``again``, and only what is new is asked."""
        from esc_tui.bank.merging import carried_over, carry_out
        from esc_tui.domain.errors import ConflictError

        choices = await self._settled(plan, {})
        author = await self.author()
        while choices is not None:
            now, settled = plan, choices

            def write(now: MergePlan = now, settled: Choices = settled) -> Merged:
                with bank.together():
                    done = carry_out(bank, other, now, settled, author=author)
                    if note is not None:
                        note(done)
                return done

            try:
                self.committed(told(await asyncio.to_thread(write)))
                return
            except ConflictError as error:
                plan = await asyncio.to_thread(again)
                kept = carried_over(now, settled, plan)
                left = len(plan.conflicts) - len(kept)
                self.committed(f"{error.what}. The merge goes on from there; " + (
                    f"{many(left, 'conflict')} to settle, the rest is as you chose." if left else "all is as you chose."))
                choices = kept if not left else await self._settled(plan, kept)

    async def _settled(self, plan: MergePlan, kept: Choices) -> Choices | None:
        """How every conflict is settled, or without one the yes; None to leave it."""
        from esc_tui.tui.ask import Answer, AskScreen
        from esc_tui.tui.panes.bank.conflicts import ConflictsScreen

        if plan.conflicts:
            return await self.app.push_screen_wait(ConflictsScreen(plan, kept))
        listed = ", ".join(merge.slug for merge in plan.merges[:6]) + (
            f" and {len(plan.merges) - 6:,} more" if len(plan.merges) > 6 else "")
        answer = await self.app.push_screen_wait(AskScreen(
            f"Merge {plan.name}? {many(len(plan.merges), 'skill')} would change here, without a conflict.",
            f"{plan.base.sentence} {listed}".strip(), [Answer("m", "merge", "merge")]))
        return {} if answer == "merge" else None


def _another(name: str, own: Path) -> Path:
    """The path typed, unless it is the bank itself."""
    path = named_path(name)
    if path.exists() and path.samefile(own):
        raise UserError("this is the bank itself", str(path), "name another one")
    return path


def told(done: Any) -> str:
    """One sentence about a merge."""
    skills = [f"{len(found)} {word}" for word, found in (
        ("added", done.added), ("changed", done.changed), ("removed", done.removed)) if found]
    came = [many(number, noun) for number, noun in ((done.brought.dialogues, "dialogue"), (done.brought.units, "unit"),
                                                       (done.brought.outcomes, "outcome")) if number]
    sentence = f"Merged: skills {', '.join(skills) or 'as they were'}" + (f"; along came {', '.join(came)}" if came else "")
    return f"{sentence}. Now {done.revision.name}; u takes the skills back." if done.revision is not None else f"{sentence}."
