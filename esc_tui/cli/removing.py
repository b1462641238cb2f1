"""``esc-tui import --remove SOURCE``: take what was imported under a name out of the bank again, after asking."""

from __future__ import annotations

import sys
from dataclasses import asdict

from esc_tui.cli.common import Exit, open_session_bank, say, settings_from
from esc_tui.cli.narration import Display, Narrator
from esc_tui.domain.errors import UserError


def run_remove(bank: str | None, source: str, with_labels: bool, yes: bool, display: Display) -> int:
    """Say what goes, ask (unless ``yes``), remove it; exit code 1 when it was not wanted or nothing goes.

    Raises UserError for a source the bank has not, and where nobody can be asked.
    """
    import typer

    from esc_tui.bank.imports import plan_removal, remove_source, told
    from esc_tui.domain.base import now_iso

    with open_session_bank(settings_from({"bank": bank}), make=False) as opened:
        plan = plan_removal(opened.connection, source, with_labels=with_labels)
        if not plan.dialogues:
            say(f"{told(plan, done=True)} --with-labels removes them too.")
            return Exit.FAILED
        if not yes:
            say(told(plan, done=False) + (" --with-labels removes those too." if plan.kept else ""))
            if not sys.stdin.isatty():
                raise UserError("nobody can be asked here, so nothing was removed", "", "add --yes to remove without a question")
            if not typer.confirm("Remove that?", err=True):
                say("Nothing was removed.")
                return Exit.FAILED
        done = remove_source(opened.writing, source, now_iso(), with_labels=with_labels)
        Narrator("remove", display).result({"kind": "result", "job": "remove", **asdict(done)}, told(done, done=True))
    return Exit.DONE
