"""The live picture of a run in the terminal that carries it out: a line of sums and the episodes that moved last."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from esc_tui.bank.episodes import EpisodeRow, episode_rows, run_sums
from esc_tui.bank.runs import RunRow
from esc_tui.cli.episodes import steering
from esc_tui.cli.narration import seconds_left, spoken_seconds
from esc_tui.domain.text import sparkline, visible
from esc_tui.simulate.profiles import rows_to_show

if TYPE_CHECKING:
    from rich.console import RenderableType

    from esc_tui.bank.bank import Bank
    from esc_tui.simulate.carrying import Control

EVERY_SECONDS = 0.25
MARKS = {"success": "▲", "failure": "▼", "goodbye": "·", "turns": "=", "crisis": "!", "failed": "!", "cancelled": "x"}
STYLES = {"success": "green", "failure": "red", "crisis": "yellow", "failed": "yellow"}


class LiveRun:
    """Draws while told how far the run is; what it shows it reads from the store."""

    def __init__(self, bank: Bank, run: RunRow, control: Control) -> None:
        self.bank, self.run, self.control = bank, run, control
        self.console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self.reader = bank.reader()
        self.live = Live(console=self.console, auto_refresh=False, transient=True)
        self._last = 0.0
        self._began = time.monotonic()
        self._first = 0
        self._paused = False

    def __enter__(self) -> Self:
        self.live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.live.stop()
        self.reader.close()

    def told(self, done: int, total: int) -> None:
        """So many episodes of so many are over."""
        now = time.monotonic()
        if not self._last:
            self._first = done
        if now - self._last < EVERY_SECONDS and done < total and self.control.paused == self._paused:
            return
        self._last, self._paused = now, self.control.paused
        self.live.update(self._picture(done, total), refresh=True)

    def _left(self, done: int, total: int) -> str:
        if self.control.paused and done < total:
            return "paused"
        seconds = seconds_left(done - self._first, done, total, time.monotonic() - self._began) if done < total else None
        return "" if seconds is None else f"{spoken_seconds(seconds)} left"

    def _picture(self, done: int, total: int) -> RenderableType:
        sums = run_sums(self.reader.connection, self.run.number)
        rows = rows_to_show(self.reader, [
            row for row in episode_rows(self.reader.connection, self.run.number) if row.state != "waiting"])
        room = max(4, self.console.height - 8)
        rows.sort(key=lambda row: (row.state == "finished", -(row.number if row.state == "running" else 0), row.ended or ""))
        running = [row for row in rows if row.state == "running"]
        ended = sorted((row for row in rows if row.state == "finished"), key=lambda row: row.ended or "", reverse=True)
        shown = [*running[:room], *ended][:room]
        filled = round(24 * done / max(1, total))
        arms = [visible(str(one), keep_lines=False) for one in self.run.settings.get("arms") or ()]
        several = len(arms) > 1
        figures = [_figures(one) for one in sums["arms"]]
        legend = "   ".join(f":{place} {arm}  {told}" for place, (arm, told) in enumerate(zip(arms, figures, strict=False), 1))
        alone = f"  {figures[0]}" if figures and not several else ""
        title = Text.assemble((f" Run {self.run.number}  ", "bold"), visible(self.run.title, keep_lines=False), no_wrap=True,
                              overflow="ellipsis")
        head = Text.assemble(" ", ("█" * filled, "cyan"), ("░" * (24 - filled), "dim"), f" {done}/{total}{alone}",
                             ("  " + self._left(done, total), "dim"))
        table = Table.grid(padding=(0, 1))
        for row in shown:
            table.add_row(*_cells(row, several))
        grid = Table.grid()
        grid.add_row(title)
        grid.add_row(head)
        if several:
            grid.add_row(Text(f" {legend}", no_wrap=True, overflow="ellipsis"))
        grid.add_row(table)
        grid.add_row(Text(f" Ctrl+C stops. Elsewhere: {steering(self.bank, self.run.number)}", style="dim"))
        return grid


def _figures(one: Mapping[str, Any]) -> str:
    score = f"score {one['score']:.1f}" if one["score"] is not None else "score -"
    return f"{score}  ok {one['success']}  failure {one['failure']}"


def _cells(row: EpisodeRow, several: bool) -> tuple[Text, ...]:
    """One line; where a run has ``several`` arms, with the number of the episode's."""
    mark = "▶" if row.state == "running" else MARKS.get(row.outcome or "", " ")
    style = STYLES.get(row.outcome or "", "")
    arm = (Text(f":{row.arm + 1}", style="cyan"),) if several else ()
    return (Text(f" {mark}", style=style), *arm, Text(visible(row.name, keep_lines=False)[:22]), Text(sparkline(row.curve), style="cyan"),
            Text(f"{row.emotion:>4}"), Text(f"t{row.turns}", style="dim"), Text(row.need, style="dim"))
