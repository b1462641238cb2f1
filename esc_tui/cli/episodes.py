"""``esc-tui episodes``: runs and their episodes in lines, the hash of a run, orders to a run under way."""

from __future__ import annotations

import json as json_module
import shlex
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from esc_tui.bank import runs as store
from esc_tui.bank.episodes import episode_rows, find_episode, run_sums
from esc_tui.cli.common import Exit, open_session_bank, put, say, settings_from
from esc_tui.cli.removing import wanted
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.text import sparkline, visible

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.bank.runs import Order, RunRow


def amount(size: int) -> str:
    """Bytes as ``940 B``, ``12.4 kB`` or ``3.1 MB``."""
    return f"{size} B" if size < 1000 else f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def run_line(run: RunRow, sums: dict[str, Any]) -> str:
    """One run in one line; the figures of several supporters stand one after another, in the order of the title."""
    state = run.state if run.host else run.whereabouts.partition(",")[0]
    told = run.whereabouts if run.alive and run.silent is not None else run.standing if not run.alive else ""
    if cancelled := sums["outcomes"].get("cancelled", 0):
        told = f"{told}; {cancelled:,} cancelled" if told else f"{cancelled:,} cancelled"
    return (f"{run.number:>4}  {run.time[:16].replace('T', ' ')}  {state:<12}  {sums['played']:>4}/{run.episodes:<4}  {figures(sums)}  "
            f"{visible(run.title, keep_lines=False)}" + (f"  ({visible(told, keep_lines=False)})" if told not in {"", run.state} else ""))


def figures(sums: dict[str, Any]) -> str:
    """Score, successes and failures of a run, of each supporter by itself where it has several."""
    def said(one: dict[str, Any]) -> str:
        score = f"score {one['score']:5.1f}" if one["score"] is not None else "no score yet"
        return f"{score}  ok {one['success']:<3} failure {one['failure']:<3}"

    return " | ".join(said(one) for one in sums["arms"]) or "no episodes"


def progress_line(run: RunRow, sums: dict[str, Any]) -> str:
    """How far a run is that is not done: ``Run 7, stopped by a person: 12 of 120 episodes played, 3 cancelled.`` Empty for one that is."""
    cancelled = sums["outcomes"].get("cancelled", 0)
    if run.state == "done" and not cancelled:
        return ""
    state = visible(run.whereabouts if run.alive else run.standing, keep_lines=False)
    return (f"Run {run.number}, {state}: {sums['played']:,} of {run.episodes:,} episodes played"
            + (f", {cancelled:,} cancelled." if cancelled else "."))


def list_runs(bank: str | None, limit: int, json: bool) -> int:
    """One line a run."""
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        for run in store.list_runs(opened.connection, limit):
            sums = run_sums(opened.connection, run.number)
            put(json_module.dumps({**asdict(run), **sums}, ensure_ascii=False) if json else run_line(run, sums))
    return Exit.DONE


def episode_line(row: EpisodeRow, arms: list[str], *, alive: bool = True) -> str:
    """One episode in one line. Where its run is not ``alive`` nothing runs: an episode in the middle is stopped."""
    arm = f"  {visible(arms[row.arm], keep_lines=False)}" if len(arms) > 1 and row.arm < len(arms) else ""
    state = "stopped" if row.state == "running" and not alive else row.state
    flags = f"  ! {', '.join(flag.replace('_', ' ') for flag in row.flags)}" if row.flags else ""
    return (f"{row.run}/{row.number:<4} {visible(row.name, keep_lines=False)[:24]:<24} {row.character:<9} {row.need:<28} "
            f"{sparkline(row.curve):<11} {row.emotion:>4} t{row.turns:<3} {row.outcome or state}{arm}{flags}")


def list_episodes(bank: str | None, reference: str, words: Sequence[str], json: bool) -> int:
    """One line an episode; of those that fit ``words``, which are read as in the pane. A facet in place of the run is the first word,
    and the last run is meant. Raises WrongUseError for an unknown word.
    """
    from esc_tui.bank.episode_search import parse_episode_filter, search_episodes
    from esc_tui.simulate.profiles import rows_to_show

    if ":" in reference:
        reference, words = "last", (reference, *words)
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        run = store.find_run(opened.connection, reference)
        arms = list(run.settings.get("arms", []))
        asked = parse_episode_filter(" ".join(words), arms)
        found, count = search_episodes(opened.connection, run.number, asked, "number", -1)
        for row in rows_to_show(opened, found):
            put(json_module.dumps(asdict(row), ensure_ascii=False) if json else episode_line(row, arms, alive=run.alive))
        if asked:
            say(f"{count:,} of {run.episodes:,} episodes fit.")
        if not json and (told := progress_line(run, run_sums(opened.connection, run.number))):
            say(told)
    return Exit.DONE


def print_hash(bank: str | None, reference: str, lines: bool) -> int:
    """The hash, or the lines under it without those of sealed episodes."""
    from esc_tui.simulate.hashing import run_hash, run_lines
    from esc_tui.simulate.profiles import is_sealed, retired_ids

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        run = store.find_run(opened.connection, reference)
        if lines:
            retired = retired_ids(opened)
            sealed = {row.number for row in episode_rows(opened.connection, run.number) if is_sealed(row, retired)}
            for line in run_lines(opened.connection, run.number, sealed):
                put(line)
            if sealed:
                say(f"Left out: {len(sealed):,} episodes of sealed profiles, which the hash counts.")
        else:
            digest, count = run_hash(opened.connection, run.number)
            put(digest)
            say(f"run {run.number}: {count:,} lines")
        if told := progress_line(run, run_sums(opened.connection, run.number)):
            say(f"{told} It is not finished: the hash is of what was played so far.")
    return Exit.DONE


def steering(bank: Bank, number: int) -> str:
    """The command that steers a run from another terminal, with the bank where it is not the usual one, and its other words."""
    from esc_tui.settings.locator import default_bank_path

    elsewhere = "" if bank.path == default_bank_path() else f" --bank {shlex.quote(str(bank.path))}"
    return f"esc-tui episodes ask pause {number}{visible(elsewhere, keep_lines=False)} (or step, resume, cancel)"


def ask_of(bank: str | None, what: Order, reference: str) -> int:
    """Leave an order. Raises UserError when nobody is at the run."""
    from esc_tui.domain.base import now_iso

    with open_session_bank(settings_from({"bank": bank})) as opened:
        number: int | None = None
        if "/" in reference:
            row = find_episode(opened.connection, reference)
            run, number = store.find_run(opened.connection, row.run), row.number
            if what == "step":
                raise WrongUseError("a single episode cannot be stepped", reference, "step the whole run: all episodes go on by one turn")
        else:
            run = store.find_run(opened.connection, reference)
        if not run.alive:
            raise UserError(f"run {run.number} is not under way ({run.state})", opened.connection.place,
                            f"go on with 'esc-tui simulate --resume {run.number}'" if run.can_resume else "")
        store.ask_of_run(opened.writing, run.number, what, now_iso(), number)
    say(f"Asked: {what} {'run ' + str(run.number) if number is None else f'episode {run.number}/{number}'}.")
    return Exit.DONE


def _episodes(count: int) -> str:
    return f"{count:,} {'episode' if count == 1 else 'episodes'}"


def remove_run(bank: str | None, reference: str, yes: bool) -> int:
    """Delete a run, after asking (unless ``yes``); exit code 1 when it was not wanted."""
    with open_session_bank(settings_from({"bank": bank})) as opened:
        run = store.find_run(opened.connection, reference)
        title = f", {visible(run.title, keep_lines=False)}" if run.title else ""
        if not yes and not wanted(f"This removes run {run.number}{title}, with {_episodes(run.episodes)}, for good."):
            return Exit.FAILED
        gone = store.remove_run(opened.writing, run.number)
    answers = f" and {gone.answers.answers:,} answers kept of its endpoint ({amount(gone.answers.size)})" if gone.answers.answers else ""
    put(f"Removed run {run.number} with {_episodes(gone.episodes)}{answers}.")
    return Exit.DONE
