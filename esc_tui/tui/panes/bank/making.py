"""New skills out of others: merged, split, and drafted from units or by another pane; each is opened in the form first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esc_tui.domain.text import many
from esc_tui.tui.panes.bank.editing import free_slug
from esc_tui.tui.panes.bank.marking import Marking

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.reshaping import Grouping, Lineage
    from esc_tui.domain.skill import Skill
    from esc_tui.tui.panes.bank.draft import SkillDraft


class Making(Marking):
    """Merge, split, draft."""

    # One of several

    def action_merge(self) -> None:
        """One skill of the marked ones, or of this one and another."""
        self.open_once(self._merge())

    async def _merge(self) -> None:
        from esc_tui.domain.reshaping import Lineage, joined_content, joined_name

        bank = await self.writable()
        if bank is None:
            return
        slugs = self.marked if len(self.marked) > 1 else await self._pair(bank)
        if len(slugs) < 2:
            return
        skills = [await asyncio.to_thread(bank.skill, slug) for slug in slugs]
        content = joined_content(skills)
        name = await asyncio.to_thread(free_slug, bank, joined_name(slugs))
        merged = skills[0].model_copy(update={"slug": name, "content": content})
        await self._open_new(bank, merged, Lineage(parents=slugs, retires=slugs))
        self.unmark()
        self.tell(f"A draft of {many(len(slugs), 'skill')} in one. Saving retires {', '.join(slugs)}; u takes all of it back. Every "
                  "outcome that counts for one of them then counts for it, a unit or turn they share once.")

    async def _pair(self, bank: Bank) -> tuple[str, ...]:
        """The marked skill or the one under the cursor, and another one chosen from the list."""
        from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

        first = self.marked[0] if self.marked else self.chosen_slug
        if first is None:
            return ()
        stored = await asyncio.to_thread(bank.stored_skills)
        options = [Choice(row.slug, row.slug, row.status) for row in stored if row.slug != first and row.status != "retired"]
        picked = await self.app.push_screen_wait(PickerScreen(f"Merge {first} with which other skill?", options))
        return (first, *picked) if picked else ()

    async def _open_new(self, bank: Bank, skill: Skill, lineage: Lineage) -> None:
        draft = await self._new_of(bank, skill, lineage)
        self._opened = None
        await self._open_form(bank, draft)
        await self._keep()

    async def _new_of(self, bank: Bank, skill: Skill, lineage: Lineage) -> SkillDraft:
        from esc_tui.domain.base import new_ulid
        from esc_tui.tui.panes.bank.draft import new_draft

        draft = new_draft(new_ulid(), await asyncio.to_thread(lambda: bank.head_number), skill, skill.slug)
        draft.content["origin"], draft.lineage = skill.content.origin, lineage
        return draft

    # Two of one

    def action_split(self) -> None:
        """Two drafts of this skill, by the states, scenarios or stages it fits."""
        self.work(self._split())

    async def _split(self) -> None:
        from esc_tui.bank.mining import used_slugs
        from esc_tui.discover.saving import save_skills
        from esc_tui.domain.labels import SkillStatus
        from esc_tui.domain.reshaping import Lineage, groupings_of, half_names, split_content

        skill = await self._chosen_skill()
        bank = await self.writable() if skill is not None else None
        if skill is None or bank is None:
            return
        kinds = groupings_of(skill)
        if not kinds:
            self.tell(f"{skill.slug} names no two states, scenarios or stages, so there is nothing to split it by.")
            return
        found = await self._halves(skill, kinds)
        if found is None:
            return
        kind, first, retires = found
        contents = split_content(skill, kind, first)
        labels = [[label.value for label in getattr(content.applicability, kind)] for content in contents]
        used = await asyncio.to_thread(lambda: used_slugs(bank.connection))
        names = half_names(skill.slug, labels, used.__contains__)
        halves = [skill.model_copy(update={"slug": name, "content": content, "status": SkillStatus.DRAFT, "locked": ()})
                  for name, content in zip(names, contents, strict=True)]
        author = await self.author()
        lineage = Lineage(parents=(skill.slug,), retires=(skill.slug,) if retires else (), split_by=kind)
        revision = await asyncio.to_thread(lambda: save_skills(
            bank, halves, lineage, author=author, base_revision=bank.head_number,
            message=f"Split {skill.slug} by {kind} into {names[0]} and {names[1]}"))
        self.show_skill(names[0])
        self.committed(f"Two drafts, {names[0]} and {names[1]}; a activates them. {revision.name}; u takes it back.")

    async def _halves(self, skill: Skill, kinds: tuple[Grouping, ...]) -> tuple[Grouping, tuple[str, ...], bool] | None:
        """By what, which labels go into the first half, and whether the skill is retired."""
        from esc_tui.domain.labels import SkillStatus
        from esc_tui.tui.ask import Answer, AskScreen
        from esc_tui.tui.panes.bank.picker import PickerScreen, choices

        kind: Grouping = kinds[0]
        if len(kinds) > 1:
            answer = await self.app.push_screen_wait(AskScreen(
                f"Split {skill.slug} by what?", "The two drafts share everything else.",
                [Answer({"states": "s", "scenarios": "c", "stages": "g"}[name], f"by {name}", name) for name in kinds]))
            if answer is None:
                return None
            kind = next(name for name in kinds if name == answer)
        labels = [label.value for label in getattr(skill.content.applicability, kind)]
        picked = await self.app.push_screen_wait(PickerScreen(
            f"Which {kind} go into the first of the two?", choices([(label, "") for label in labels]), many=True, needed=True))
        if not picked:
            return None
        if len(picked) == len(labels):
            self.tell("One half would be empty. Leave some for the second one.", "warning")
            return None
        few = f" Each half counts only outcomes of units with its own {kind}; together that may be far fewer than the whole has."
        question, details = f"Keep {skill.slug} until the drafts are active?", (
            "Drafts are not used in replies, so without it this moment has no skill." + few)
        if skill.status is SkillStatus.DRAFT:
            question, details = f"Keep {skill.slug} beside its halves?", "It is a draft like them: replies use none of the three." + few
        answer = await self.app.push_screen_wait(AskScreen(
            question, details, [Answer("k", "keep it", "keep"), Answer("r", "retire it now", "retire")]))
        return None if answer is None else (kind, picked, answer == "retire")

    # From units, and from other panes

    def action_new(self) -> None:
        """Write a skill; from the marked units, where some are marked in Evidence."""
        rows = self.detail.rows
        if self.detail.tab == "Evidence" and rows.has_focus and rows.marks:
            self.open_once(self._from_units(tuple(int(str(row.source)) for place in range(rows.count)
                                                  if (row := rows.row_at(place)) is not None and row.id in rows.marks)))
        else:
            super().action_new()

    async def _from_units(self, units: tuple[int, ...]) -> None:
        from esc_tui.discover.briefs import words_stay_here
        from esc_tui.discover.drafting import draft_from_units
        from esc_tui.discover.roles import closing, skill_writer_for
        from esc_tui.domain.reshaping import Lineage

        bank = await self.writable()
        if bank is None:
            return
        settings = await asyncio.to_thread(self.workshop.settings)
        self.tell(f"Writing a draft from {many(len(units), 'unit')} ...")
        async with closing(await asyncio.to_thread(skill_writer_for, settings)) as writer:
            with await asyncio.to_thread(bank.reader) as reader:
                skill = await draft_from_units(reader.connection, units, writer, near=words_stay_here(settings))
        await self._open_new(bank, skill, Lineage(units=units))
        self.tell("This is a draft; save it when it says what you mean.")

    def take_draft(self, skill: Skill, prototypes: tuple[int, ...] = (), extends: str = "") -> None:
        """Open a draft that another pane made: a new skill, or a wider one in place of ``extends``."""
        if self.opening or self.editor is not None:
            self.work(self._put_aside(skill, prototypes, extends))
        else:
            self.open_once(self._take_draft(skill, prototypes, extends))

    async def _put_aside(self, skill: Skill, prototypes: tuple[int, ...], extends: str) -> None:
        """Keep a draft that came while another one is in hand."""
        from esc_tui.domain.reshaping import Lineage
        from esc_tui.tui.panes.bank.draft import from_skill, with_skill

        bank = await self.writable()
        if bank is None:
            return
        if extends and (self._in_hand(extends) or await asyncio.to_thread(bank.draft, extends) is not None):
            self.tell(f"{extends} has unsaved changes already, so it was not extended. Save or throw those away, then extend it again.",
                      "warning")
            return
        if extends:
            present = await asyncio.to_thread(bank.skill, extends)
            draft = with_skill(from_skill(present, await asyncio.to_thread(lambda: bank.head_number)), skill)
            draft.lineage = Lineage(prototypes=tuple(prototypes))
        else:
            draft = await self._new_of(bank, skill, Lineage(prototypes=tuple(prototypes)))
        await asyncio.to_thread(lambda: bank.save_draft(draft.key, draft.stored(), base_revision=draft.base_revision,
                                                        base_version=draft.base_version, slug=draft.slug))
        await self.look_at_drafts()
        way = f"e on {extends}" if extends else "n"
        self.tell(f"Another skill is being edited, so {skill.slug} is kept unsaved. When that is done, {way} goes on with it.")

    def _in_hand(self, slug: str) -> bool:
        return self.editor is not None and self.editor.draft.slug == slug

    async def _take_draft(self, skill: Skill, prototypes: tuple[int, ...], extends: str) -> None:
        from dataclasses import replace

        from esc_tui.discover.drafting import extend_skill
        from esc_tui.domain.reshaping import Lineage
        from esc_tui.tui.panes.bank.draft import from_skill, with_skill

        bank = await self.writable()
        if bank is None:
            return
        lineage = Lineage(prototypes=tuple(prototypes))
        if not extends:
            await self._open_new(bank, skill, lineage)
            return
        present = await asyncio.to_thread(bank.skill, extends)
        kept = await self._kept_draft(bank, extends, present)
        if kept is False:
            return
        head = await asyncio.to_thread(lambda: bank.head_number)
        self._opened = present
        if kept is None:
            draft = with_skill(from_skill(present, head), skill)
            draft.lineage = lineage
        elif kept.problems():
            draft = kept
            self.tell("What is in the form cannot be extended yet: mend what is marked, save it, then extend it again.", "warning")
        else:
            kept.remember()
            wider = await asyncio.to_thread(self.queries.ask, lambda reader: extend_skill(reader.connection, kept.skill(), prototypes))
            draft = with_skill(kept, wider)
            draft.lineage = replace(kept.lineage, prototypes=tuple(dict.fromkeys((*kept.lineage.prototypes, *prototypes))))
        await self._open_form(bank, draft)
        if kept is not None:
            await self._keep()
