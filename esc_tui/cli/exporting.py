"""``esc-tui export``: a run or one episode as a file that opens elsewhere, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.cli.common import Exit, open_session_bank, put, say, settings_from
from esc_tui.domain.errors import UserError, WrongUseError

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.interchange.episode_export import EpisodeFormat, ExportCount


def run_export(bank: str | None, reference: str, form: EpisodeFormat, out: str) -> int:
    """Write episodes; an older file of that name is replaced once the new one is whole. ``out`` empty or ``-``: standard output.

    Exit code 1 when there is nothing that may be written; then no file is made.
    """
    from esc_tui.interchange.episode_export import ExportCount, episode_lines
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
            raise UserError(f"there is nothing to export ({_left_out(count) or 'the run has no episodes'})", reference,
                            "let the run finish, or choose --format jsonl" if count.unfinished else "")
        if out in {"", "-"}:
            put(first, end="")
            for line in lines:
                put(line, end="")
        else:
            path = write_whole(out, first, lines)
    arms = len({row.arm for row in rows})
    if form == "sage" and arms > 1:
        say(f"These are the episodes of {arms} arms, which SAGE's keys do not tell apart; name one as RUN:ARM.")
    noun = "episode" if count.written == 1 else "episodes"
    say(f"Wrote {count.written:,} {noun}" + ("." if out in {"", "-"} else f" to {path}."))
    if left := _left_out(count):
        say(f"Left out: {left}.")
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
                            "name a run by its number, an arm as RUN:ARM, an episode as RUN/NUMBER") from error
    return [row], target_of(row.run)


def write_whole(out: str, first: str, lines: Iterable[str]) -> Path:
    """Write lines to a temporary file beside the place, then move it there; gives the path. Raises UserError, leaving nothing behind."""
    path = Path(out)
    temporary: Path | None = None
    try:
        path = path.expanduser().resolve()
        if path.is_dir():
            raise WrongUseError("this is a folder", out, "name a file in it")
        if path.exists() and not path.is_file():
            raise WrongUseError("this is no ordinary file", out, "use --out - for standard output")
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # with mode 0600
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(first)
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(f"the file cannot be written ({getattr(error, 'strerror', None) or error})", out, "choose another place") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    return path


def _left_out(count: ExportCount) -> str:
    reasons = ((count.unfinished, "without an ending that counts for a score"), (count.unbegun, "not begun"),
               (count.sealed, "of sealed profiles"), (count.unshared, "whose licence does not let their text be passed on"))
    return ", ".join(f"{number:,} {reason}" for number, reason in reasons if number)
