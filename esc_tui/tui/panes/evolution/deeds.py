"""What the Evolution pane does beside showing: jobs that play and verify, decisions, edits, and the ways to look closer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from esc_tui.tui.messages import BankChanged, DraftsChanged
from esc_tui.tui.pane import Pane
from esc_tui.tui.panes.evolution.deciding import behind, decide, drafts_of, round_told, verdict_told
from esc_tui.tui.panes.evolution.figures import clean
from esc_tui.tui.panes.part import PanePart
from widgets.bars import bar
from widgets.one_line import OneLine, Part
from widgets.wrapping import cut

if TYPE_CHECKING:
    from esc_tui.bank.evolution import FindingRow
    from esc_tui.tui.jobs import Job
    from esc_tui.tui.panes.evolution.reading import Overview, Proposed, Tried

JOBS = {"evolve", "verify", "findings", "proposals"}
"""Kinds of jobs of this pane: a round, a verification, findings of a run, proposals from them."""
BAR_CELLS = 24
TITLE_CELLS = 60
DECIDED = {"accepted", "replaced"}


class EvolutionDeeds(PanePart, Pane):
    """The base of the pane."""

    all: Overview
    tab: str

    @property
    def proposed(self) -> Proposed | None:
        """The proposal meant."""
        raise NotImplementedError

    @property
    def tried(self) -> Tried | None:
        """The verification meant."""
        raise NotImplementedError

    @property
    def finding(self) -> FindingRow | None:
        """The finding meant."""
        raise NotImplementedError

    @property
    def inside(self) -> bool:
        """True when the focus is on the right side."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read everything again."""
        raise NotImplementedError

    # Jobs

    def _start(self, kind: str, title: str, arguments: list[str], told: Callable[[Mapping[str, Any]], str] | None = None) -> None:
        jobs = self.esc_app.jobs
        jobs.start(kind, title, [*arguments, *jobs.settings_arguments()], told=told)
        self.draw_job()
        self.refresh_bindings()

    def action_round(self) -> None:
        """A round, as a job."""
        self.work(self._round(), "evolution-new", exclusive=True)

    async def _round(self) -> None:
        from esc_tui.tui.panes.evolution.round_screen import RoundScreen

        if await self.writable() is None:
            return
        wish = await self.app.push_screen_wait(RoundScreen())
        if wish is not None:
            self._start("evolve", "A round of evolution", wish.arguments, told=round_told)

    def action_find(self) -> None:
        """Findings of a run."""
        self.work(self._find(), "evolution-new", exclusive=True)

    async def _find(self) -> None:
        from esc_tui.tui.panes.evolution.find_screen import FindScreen

        if await self.writable() is None:
            return
        wish = await self.app.push_screen_wait(FindScreen(await self.ask(runs_to_analyse)))
        if wish is None:
            return
        run, propose = wish
        known = await self.ask(lambda bank: bank.connection.value("SELECT count(*) FROM findings WHERE run = ?", (run,)))
        if propose and known:
            self._start("proposals", f"Proposals from run {run}", ["evolve", "proposals", str(run)])
            return
        self._propose_next = run if propose else None
        self._start("findings", f"Findings of run {run}", ["evolve", "findings", str(run)])

    _propose_next: int | None = None

    def job_ended(self, job: Job) -> None:
        """Take the bar away; proposals follow findings where both were wished for."""
        self.draw_job()
        if job.kind == "findings":
            run, self._propose_next = self._propose_next, None
            if run is not None and job.state == "done" and job.result is not None:
                self._start("proposals", f"Proposals from run {run}", ["evolve", "proposals", str(run)])
        self.refresh_bindings()

    def action_verify(self) -> None:
        """Verify the proposal, or go on with a verification that was stopped."""
        self.work(self._verify(), "evolution-new", exclusive=True)

    async def _verify(self) -> None:
        from esc_tui.tui.panes.evolution.verify_screen import VerifyScreen

        one = self.proposed
        if one is None or await self.writable() is None:
            return
        title = f"Verifying {one.row.name}, {clean(one.row.proposal.title)}"
        if one.open_one is not None:
            self._start("verify", title, ["evolve", "verify", f"V-{one.open_one.row.number}"], told=verdict_told)
            return
        wish = await self.app.push_screen_wait(VerifyScreen(one.row))
        if wish is not None:
            self._start("verify", title, ["evolve", "verify", one.row.name, *wish.arguments], told=verdict_told)

    def draw_job(self) -> None:
        """The bar of the newest job of this pane."""
        job = next((job for job in self.esc_app.jobs.running if job.kind in JOBS), None)
        self.set_class(job is not None, "-working")
        if job is None:
            return
        full, empty = bar(job.progress.share or 0.0, BAR_CELLS, empty="─")
        said = "stopping …" if job.cancelling else job.progress.spoken or "getting ready …"
        self.query_one("#evolution-job", OneLine).show(
            [Part(cut(clean(job.title), TITLE_CELLS), "text", drop=3), Part(full, "accent", gap=2, drop=2), Part(empty, "rule", drop=2),
             Part(said, "text", gap=2), Part(clean(job.progress.note), "dim", gap=2, drop=4)],
            [Part("f8", "accent", gap=3), Part("jobs", "dim", gap=1)])

    # Decisions

    def action_accept(self) -> None:
        """Put the proposal into force, on watch."""
        self.work(self._decide("accept"), "evolution-decide", exclusive=True)

    def action_reject(self) -> None:
        """Keep the proposal as rejected."""
        self.work(self._decide("reject"), "evolution-decide", exclusive=True)

    def action_promote(self) -> None:
        """From watch to active."""
        self.work(self._decide("promote"), "evolution-decide", exclusive=True)

    async def _decide(self, what: str) -> None:
        from esc_tui.tui.panes.bank.reason import ReasonScreen

        one, bank = self.proposed, await self.writable()
        if one is None or bank is None:
            return
        said = {"accept": f"Accept {one.row.name}? {behind(one)}", "reject": f"Reject {one.row.name}? The proposer reads why.",
                "promote": f"Make the skills of {one.row.name} active?"}[what]
        unsaved = await asyncio.to_thread(drafts_of, bank, one.row.number) if what == "accept" else []
        said += " Your unsaved version of it is thrown away." if unsaved else ""
        reason = await self.app.push_screen_wait(ReasonScreen(said, "why, in one line, for the trail", done=what))
        if reason is None:
            return
        author, settings = await asyncio.to_thread(self.workshop.author), await asyncio.to_thread(self.workshop.settings)
        self.tell(await asyncio.to_thread(decide, bank, one, what, author, reason, settings))
        for key in unsaved:
            await asyncio.to_thread(bank.discard_draft, key)
            self.post_message(DraftsChanged(len(await asyncio.to_thread(bank.drafts))))
        if what != "reject":
            self.post_message(BankChanged())
        self.reload()

    def action_edit(self) -> None:
        """Another version of the proposed skill."""
        self.work(self._edit(), "evolution-edit", exclusive=True)

    async def _edit(self) -> None:
        from esc_tui.evolve.editing import edited
        from esc_tui.tui.panes.evolution.choosing import chosen_skill
        from esc_tui.tui.panes.evolution.edit_screen import edit_proposed, key_of, tell_of_drafts

        one, bank = self.proposed, await self.writable()
        if one is None or bank is None:
            return
        skill = await chosen_skill(self, one)
        found = await edit_proposed(self, bank, one.row, skill) if skill is not None else None
        if skill is None or found is None:
            return
        author, reference = await asyncio.to_thread(self.workshop.author), one.row.number
        row = await asyncio.to_thread(edited, bank, reference, found, author)
        await asyncio.to_thread(bank.discard_draft, key_of(one.row, skill))
        await tell_of_drafts(self, bank)
        gate = f" The gate: {row.gate[0]}" if row.gate else " It can be verified now."
        self.tell(f"Your version is {row.name}, in the place of {one.row.name}.{gate}", "warning" if row.gate else "information")
        self.reload()

    def action_roll_back(self) -> None:
        """Back to a revision."""
        self.work(self._roll_back(), "evolution-decide", exclusive=True)

    async def _roll_back(self) -> None:
        from esc_tui.tui.panes.bank.revisions import RevisionsScreen
        from esc_tui.tui.panes.evolution.going_back import rollback_blocks

        number = await self.app.push_screen_wait(RevisionsScreen(self.queries, "Go back to which revision?", rollback_blocks))
        bank = await self.writable() if number is not None else None
        if number is None or bank is None:
            return
        author = await asyncio.to_thread(self.workshop.author)
        revision = await asyncio.to_thread(lambda: bank.rollback(number, author))
        self.tell(f"The skills are those of r{number} again, as {revision.name}. Nothing is lost: R leads forward too.")
        self.post_message(BankChanged())
        self.reload()

    def action_learn(self) -> None:
        """Learn from a run, or take that back."""
        self.work(self._learn(), "evolution-decide", exclusive=True)

    async def _learn(self) -> None:
        from esc_tui.tui.panes.evolution.learn_screen import LearnScreen, settled

        number = await self.app.push_screen_wait(LearnScreen(self.queries, await self.ask(runs_to_analyse)))
        bank = await self.writable() if number is not None else None
        if number is None or bank is None:
            return
        author = await asyncio.to_thread(self.workshop.author)
        self.tell(await asyncio.to_thread(settled, bank, number, author))
        self.post_message(BankChanged())
        self.reload()

    # Looking closer

    def action_export(self) -> None:
        """Write the verdict card."""
        self.work(self._export(), "evolution-export", exclusive=True)

    async def _export(self) -> None:
        from esc_tui.tui.panes.evolution.exporting import export_card, nothing_to_export

        one, tried = self.proposed, self._with_verdict
        if one is None:
            return
        if tried is None:
            self.tell(nothing_to_export(one))
            return
        await export_card(self, one.row, tried)

    def action_blind(self) -> None:
        """Read pairs blind."""
        self.work(self._blind(), "evolution-blind", exclusive=True)

    async def _blind(self) -> None:
        tried = self._with_verdict
        if tried is not None:
            await self._read_blind(tried)

    async def _read_blind(self, tried: Tried) -> None:
        from esc_tui.tui.panes.evolution.blind_screen import BlindScreen

        bank = await self.writable()
        if bank is None:
            return
        reader = await asyncio.to_thread(self.workshop.annotator)
        screen = BlindScreen(bank, self.queries, tried.row, reader)
        if not await screen.prepare():
            self.tell(f"V-{tried.row.number} has no pair of sealed seekers whose talks differ.")
            return
        await self.app.push_screen_wait(screen)
        self.reload()

    def action_plot(self) -> None:
        """The pairs as a plot."""
        self.work(self._plot(), "evolution-plot", exclusive=True)

    async def _plot(self) -> None:
        from esc_tui.tui.panes.evolution.pairs_screen import PairsScreen

        tried = self.tried
        if tried is None:
            return
        screen = PairsScreen(self.queries, tried.row)
        if not await screen.prepare():
            self.tell(f"V-{tried.row.number} has no pair yet.")
            return
        if await self.app.push_screen_wait(screen):
            await self._read_blind(tried)

    def action_skills(self) -> None:
        """What each skill does."""
        self.work(self._skills(), "evolution-skills", exclusive=True)

    async def _skills(self) -> None:
        from esc_tui.tui.messages import SkillRequested
        from esc_tui.tui.panes.evolution.skills_screen import SkillsScreen

        await self.workshop.bank()
        slug = await self.app.push_screen_wait(SkillsScreen(self.queries))
        if slug is not None:
            self.post_message(SkillRequested(slug))

    def action_diff(self) -> None:
        """The difference on the whole screen."""
        from esc_tui.tui.panes.bank.differences import DiffScreen
        from esc_tui.tui.panes.evolution.showing import sections_of

        one = self.proposed
        if one is not None:
            self.app.push_screen(DiffScreen(f"{one.row.name}  {clean(one.row.proposal.title)}", sections_of(one.row.proposal),
                                            ("in force then", f"as {one.row.name} says")))

    @property
    def _with_verdict(self) -> Tried | None:
        """The verification meant, when it has its verdict; of a proposal the newest that has one."""
        tried = self.tried
        if self.tab == "ledger" or tried is None:
            return tried if tried is not None and tried.row.verdict is not None else None
        one = self.proposed
        return one.judged if one is not None else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense for what the cursor is on."""
        one = self.proposed
        if action == "back":
            return self.inside
        if action == "round":
            return self.esc_app.jobs.of("evolve") is None
        if action == "verify":
            return (one is not None and one.standing in {"open", "verified", "rejected", "undone"} and not one.row.gate
                    and not (one.open_one is not None and one.open_one.row.alive) and self.esc_app.jobs.of("verify") is None)
        if action == "accept":
            return one is not None and one.standing not in DECIDED and not one.row.gate
        if action == "reject":
            return one is not None and one.standing not in {*DECIDED, "rejected"}
        if action == "promote":
            return one is not None and one.standing == "accepted" and one.decisions[-1].kind == "accept"
        if action == "edit":
            return one is not None and one.standing not in DECIDED and any(patch.after is not None for patch in one.row.proposal.patches)
        if action == "diff":
            return one is not None
        if action == "export":
            return one is not None
        if action == "blind":
            return self._with_verdict is not None
        if action == "plot":
            return self.tried is not None and bool(self.tried.row.runs)
        if action == "copy":
            return one is not None or self.finding is not None
        return True


def runs_to_analyse(bank: Any) -> list[tuple[int, str, int]]:
    """Number, title and episodes of the runs whose talks may be read: all of the develop shelf, no skill hidden; newest first."""
    from esc_tui.bank.runs import list_runs
    from esc_tui.domain.labels import Shelf
    from esc_tui.simulate.masking import is_masked

    closed = {number for (number,) in bank.connection.rows("SELECT DISTINCT run FROM episodes WHERE shelf <> ?", (Shelf.DEVELOP.value,))}
    return [(run.number, run.title, run.episodes) for run in list_runs(bank.connection, 200)
            if run.number not in closed and not run.alive and not is_masked(run)]
