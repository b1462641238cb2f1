"""``esc-tui export``: a run or one episode as a file that opens elsewhere, whole or not at all."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from esc_tui.cli.common import OR_REPLACE, Exit, open_session_bank, put, say, settings_from
from esc_tui.domain.errors import UserError, WrongUseError

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.interchange.episode_export import EpisodeFormat


def run_export(bank: str | None, reference: str, form: EpisodeFormat, out: str, replace: bool) -> int:
    """Write episodes; an older file of that name stays, or with ``replace`` is replaced once the new one is whole. ``out`` empty or ``-``:
    standard output.

    Exit code 1 when there is nothing that may be written; then no file is made.
    """
    from esc_tui.interchange.episode_export import ExportCount, episode_lines
    from esc_tui.settings.files import write_lines
    from esc_tui.simulate.profiles import is_sealed, retired_ids

    count = ExportCount()
    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        chosen, target = chosen_episodes(opened.connection, reference)
        retired = retired_ids(opened)
        rows = [row for row in chosen if not is_sealed(row, retired)]
        count.sealed = len(chosen) - len(rows)
        lines = episode_lines(opened.connection, rows, form, count, target)
        first = next(lines, None)
        if first is None:
            over = all(row.state == "finished" for row in rows)
            raise UserError(f"there is nothing to export ({count.left_out or 'the run has no episodes'})", reference, "" if (
                not count.unfinished) else "choose --format jsonl, which has every ending" if over else (
                "let the run finish, or choose --format jsonl"))
        if out in {"", "-"}:
            put(first, end="")
            for line in lines:
                put(line, end="")
        else:
            path = write_lines(out, chain([first], lines), replace=replace, remedy=OR_REPLACE)
    arms = len({row.arm for row in rows})
    if form == "sage" and arms > 1:
        say(f"These are the episodes of {arms} arms, which SAGE's scripts do not tell apart; name one as RUN:ARM.")
    noun = "episode" if count.written == 1 else "episodes"
    say(f"Wrote {count.written:,} {noun}" + ("." if out in {"", "-"} else f" to {path}."))
    if count.left_out:
        say(f"Left out: {count.left_out}.")
    return Exit.DONE


def chosen_episodes(connection: BankConnection, reference: str) -> tuple[list[EpisodeRow], str]:
    """The episodes meant by a run, by ``RUN:ARM``, ``RUN/NUMBER`` or a conversation, and SAGE's word for what their run was about.

    Raises UserError when there is neither.
    """
    from esc_tui.bank.episodes import episode_rows, find_episode
    from esc_tui.bank.runs import find_run
    from esc_tui.evaluate.episodes.sources import arm_names, arm_number
    from esc_tui.interchange.sage.results import USUAL_TARGET

    def target_of(run: int) -> str:
        return str(find_run(connection, run).settings.get("target") or USUAL_TARGET)

    name, colon, arm = reference.partition(":")
    if "/" not in reference:
        try:
            run = find_run(connection, name)
        except UserError:
            pass
        else:
            rows = episode_rows(connection, run.number)
            if colon:
                number = arm_number(run, arm_names(run.settings), arm.strip(), connection.place)
                rows = [row for row in rows if row.arm == number]
            return rows, target_of(run.number)
    try:
        row = find_episode(connection, reference)
    except UserError as error:
        raise WrongUseError(f"there is no run and no episode '{reference}'", connection.place,
                            "name a run by its number, an arm as RUN:ARM, an episode as RUN/NUMBER, or say units, labels or decisions; "
                            "'esc-tui bank export' writes skills") from error
    return [row], target_of(row.run)
