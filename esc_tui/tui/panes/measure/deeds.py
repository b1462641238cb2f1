"""What the Measure pane does beside showing: exports, new measurements as jobs, and the line of the job that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from esc_tui.domain.text import many
from esc_tui.evaluate.tables import figure, shown
from esc_tui.tui.pane import Pane
from esc_tui.tui.panes.part import PanePart
from widgets.bars import bar
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from esc_tui.bank.artefacts import Measurement
    from esc_tui.tui.jobs import Job

JOB = "evaluate"
BAR_CELLS = 24


class MeasureDeeds(PanePart, Pane):
    """The base of the pane."""

    job_line: OneLine

    @property
    def chosen(self) -> Measurement | None:
        """The measurement under the cursor."""
        raise NotImplementedError

    def action_export(self) -> None:
        """Write the measurement to a file."""
        self.work(self._export(), "measure-export", exclusive=True)

    async def _export(self) -> None:
        from esc_tui.evaluate.exports import free_name, write_export
        from esc_tui.tui.ask import Answer, AskScreen

        one = self.chosen
        if one is None:
            return
        ending = await self.app.push_screen_wait(AskScreen(
            f"Export measurement {one.number} as what?", "A new file in the folder the program was started in, readable by you alone.",
            (Answer("m", "Markdown", ".md"), Answer("c", "CSV, every number", ".csv"), Answer("h", "HTML page", ".html"))))
        if ending is not None:
            path = await asyncio.to_thread(lambda: write_export(one.result, free_name(one.number, ending)))
            self.esc_app.tell(f"Written to {path}.")

    def action_copy(self) -> None:
        """The measurement as text, to the clipboard."""
        from esc_tui.evaluate.tables import plain_report

        one = self.chosen
        if one is not None:
            self.esc_app.copy_to_clipboard(plain_report(one.result), f"Copied measurement {one.number} as text: its numbers with "
                                           "intervals, the confusion, and the published numbers.")

    def action_measure(self) -> None:
        """Ask what to measure and start it as a job."""
        self.work(self._measure(), "measure-new", exclusive=True)

    async def _measure(self) -> None:
        from esc_tui.tui.panes.measure.new_screen import NewMeasureScreen

        app = self.esc_app
        if app.jobs.of(JOB) is not None:
            app.tell("A measurement is running already; f8 shows it.")
            return
        bank = await app.workshop.bank()
        if bank.view_only:
            app.tell(f"This bank can only be looked at: {bank.view_only_reason.rstrip('.')}. The result could not be kept.", "warning")
            return
        wish = await self.app.push_screen_wait(NewMeasureScreen(app.start.mode))
        if wish is not None:
            app.jobs.start(JOB, wish.title, [*wish.arguments, *app.jobs.settings_arguments()], told=measured_told)

    def job_progressed(self, job: Job) -> None:
        """Draw the bar."""
        self._draw_job()

    def job_ended(self, job: Job) -> None:
        """Take the bar away; the list is read anew with the bank."""
        self._draw_job()

    def _draw_job(self) -> None:
        job = self.esc_app.jobs.of(JOB)
        self.set_class(job is not None, "-working")
        if job is None:
            return
        full, empty = bar(job.progress.share or 0.0, BAR_CELLS, empty="─")
        left = job.line.partition(" % ")[2]
        said = "stopping …" if job.cancelling else job.progress.spoken or "getting ready …"
        self.job_line.show([Part(job.title, "text", drop=3), Part(full, "accent", gap=2, drop=2), Part(empty, "rule", drop=2),
                            Part(said, "text", gap=2), Part(shown(job.progress.note), "dim", gap=2, drop=4),
                            Part(left, "dim", gap=2, drop=1)],
                           [Part("f8", "accent", gap=3), Part("jobs", "dim", gap=1)])


def measured_told(result: Mapping[str, Any]) -> str:
    """The sentence at the end of the job."""
    parts = [f"{name} {found.text} {found.interval}".strip() for name, found in (
        ("EMR", figure(result, "emr")), ("LR", figure(result, "lr")),
        ("First strategy right", figure(result, "accuracy"))) if found is not None]
    return f"Measured {many(int(result.get('items') or 0), 'turn')}: {', '.join(parts)} %. Press 6 to see all of it."
