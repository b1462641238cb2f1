"""The app as the place where panes meet: what one tells is passed on to the header and to the panes it concerns."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import App

from esc_tui.tui.header import Header
from esc_tui.tui.messages import (
    BankChanged,
    BranchRequested,
    DialogueRequested,
    DraftsChanged,
    EngineChanged,
    EpisodeRequested,
    JobEnded,
    JobProgressed,
    SkillDraftRequested,
    SkillRequested,
    TalkRequested,
    UnitRequested,
)
from esc_tui.tui.pane import Pane
from widgets.one_line import OneLine

if TYPE_CHECKING:
    from esc_tui.tui.jobs import Jobs
    from esc_tui.tui.start import Start
    from esc_tui.tui.workshop import Workshop


LOOK_EVERY = 3.0
"""Seconds between two looks whether another program has made a revision."""


class PassingOn(App[int]):
    """The half of the app that panes talk with; EscApp is the other."""

    start: Start
    workshop: Workshop
    _panes: dict[str, Pane]
    _jobs: Jobs | None = None

    async def show_pane(self, identifier: str) -> Pane:
        """Bring a pane to the front."""
        raise NotImplementedError

    def tell(self, sentence: str, kind: str = "information") -> None:
        """Say one sentence in a corner."""
        raise NotImplementedError

    @property
    def header(self) -> Header:
        """The header."""
        return self.screen_stack[0].query_one(Header)

    # -- somebody wants to see something -----------------------------------------------------------------------------

    async def on_skill_requested(self, event: SkillRequested) -> None:
        """Show a skill in the Bank pane."""
        await self._ask("bank", "show_skill", event.slug)

    async def on_talk_requested(self, event: TalkRequested) -> None:
        """Show a talk in the Chat pane."""
        await self._ask("chat", "show_talk", event.conversation_id, event.turn)

    async def on_branch_requested(self, event: BranchRequested) -> None:
        """Go on from a moment in the Chat pane."""
        await self._ask("chat", "show_branch", event.moment, event.reply, event.way)

    async def on_unit_requested(self, event: UnitRequested) -> None:
        """Show a unit on its lines in the Evidence pane."""
        await self._ask("evidence", "show_unit", event.number)

    async def on_dialogue_requested(self, event: DialogueRequested) -> None:
        """Show a line of a dialogue in the Evidence pane."""
        await self._ask("evidence", "show_dialogue", event.identity, event.line)

    async def on_episode_requested(self, event: EpisodeRequested) -> None:
        """Show a turn of an episode in the Episodes pane; Esc there leads back to the pane that asked."""
        await self._ask("episodes", "show_episode", event.reference, event.turn, self.header.facts.pane)

    async def on_skill_draft_requested(self, event: SkillDraftRequested) -> None:
        """Open a draft in the Bank pane's form."""
        await self._ask("bank", "take_draft", event.skill, event.prototypes, event.extends)

    async def leave_screens(self) -> None:
        """Close whatever stands over the panes as Esc would: who waits for an answer gets None."""
        while len(self.screen_stack) > 1:
            await self.screen.dismiss(None)

    async def _ask(self, identifier: str, what: str, *about: object) -> None:
        await self.leave_screens()
        do = getattr(await self.show_pane(identifier), what, None)
        if do is not None:
            do(*about)

    # -- something has changed ---------------------------------------------------------------------------------------

    def on_bank_changed(self, event: BankChanged) -> None:
        """Look at the head again and tell every pane."""
        self.run_worker(self._look_at_head(), group="head", exclusive=True, exit_on_error=False)

    def follow_others(self) -> None:
        """From now on look now and then whether another program has made a revision, which the header of every pane tells, and whether
        writing has come to rest."""
        self.set_interval(LOOK_EVERY, lambda: self.run_worker(self._look_for_others(), group="others", exclusive=True, exit_on_error=False))

    async def _look_for_others(self) -> None:
        newest = (await asyncio.to_thread(self.workshop.head)).revision  # 0 while the bank is busy or not there: the next look tells
        if newest not in {0, self.header.facts.head.revision}:
            self.post_message(BankChanged())
        await asyncio.to_thread(self.workshop.settle_log)

    async def _look_at_head(self) -> None:
        head = await asyncio.to_thread(self.workshop.head)
        self.header.change(head=replace(head, view_only=self.header.facts.head.view_only))
        for pane in self._panes.values():
            pane.bank_changed()

    def on_drafts_changed(self, event: DraftsChanged) -> None:
        """Mark unsaved drafts."""
        self.header.change(unsaved=event.unsaved)

    def on_engine_changed(self, event: EngineChanged) -> None:
        """Show the engine and whether it answers."""
        self.header.change(engine=event.name, connected=event.connected)

    # -- long work ---------------------------------------------------------------------------------------------------

    @property
    def jobs(self) -> Jobs:
        """Long work in processes of its own."""
        if self._jobs is None:
            from esc_tui.tui.jobs import Jobs

            self._jobs = Jobs(self)
        return self._jobs

    def on_job_progressed(self, event: JobProgressed) -> None:
        """Draw the header and tell every pane."""
        self._draw_jobs()
        for pane in self._panes.values():
            pane.job_progressed(event.job)

    def on_job_ended(self, event: JobEnded) -> None:
        """Say how it went, look at the bank again, tell every pane."""
        job = event.job
        self._draw_jobs()
        self.tell(job.sentence, "error" if job.state == "failed" else "information")
        self.post_message(BankChanged())
        for pane in self._panes.values():
            pane.job_ended(job)

    def _draw_jobs(self) -> None:
        running = self.jobs.running
        line = running[0].line if running else ""
        self.header.change(job=line if len(running) < 2 else f"{len(running)} jobs, {line}")

    def action_jobs(self) -> None:
        """What runs and what ran."""
        from esc_tui.tui.jobs_screen import JobsScreen

        if not isinstance(self.screen, JobsScreen):
            self.push_screen(JobsScreen(self.jobs))

    async def may_leave_jobs(self) -> bool:
        """Asked before the program ends: stop what runs, let it go on, or stay (False)."""
        running = self._jobs.running if self._jobs is not None else []
        if not running:
            return True
        from esc_tui.tui.ask import Answer, AskScreen

        names = "; ".join(job.title for job in running)
        answer = await self.push_screen_wait(AskScreen(
            "A job is still running." if len(running) == 1 else f"{len(running)} jobs are still running.",
            f"{names}. It can go on without the panes; what it finds is in the bank at the next start.",
            [Answer("g", "let it go on", "go"), Answer("s", "stop it", "stop")]))
        if answer == "stop":
            await self.jobs.stop_all()
        elif answer == "go":
            self.jobs.let_go()
        return answer is not None

    async def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """Tabs and jobs in the header."""
        kind, _, target = event.target.partition(":")
        if kind == "pane":
            await self.show_pane(target)
        elif kind == "job":
            self.action_jobs()
