"""Taking something out of a bank for good: the question that comes first, and ``esc-tui import --remove SOURCE``."""

from __future__ import annotations

from dataclasses import asdict

from esc_tui.cli.common import Exit, confirmed, open_session_bank, say, settings_from
from esc_tui.cli.narration import Display, Narrator


def wanted(what_goes: str) -> bool:
    """Say what goes and ask. Raises UserError where nobody can be asked."""
    return confirmed(what_goes, "Remove that?", "nothing was removed", "add --yes to remove without a question")


def run_remove(bank: str | None, source: str, with_labels: bool, yes: bool, display: Display) -> int:
    """Say what goes, ask (unless ``yes``), remove it; exit code 1 when it was not wanted or nothing goes.

    Raises WrongUseError for a source the bank has not, UserError where nobody can be asked.
    """
    from esc_tui.bank.imports import plan_removal, remove_source, told
    from esc_tui.domain.base import now_iso

    with open_session_bank(settings_from({"bank": bank}), make=False) as opened:
        plan = plan_removal(opened.connection, source, with_labels=with_labels)
        if not plan.dialogues:
            say(f"{told(plan, done=True)} --with-labels removes them too.")
            return Exit.FAILED
        if not yes and not wanted(told(plan, done=False) + (" --with-labels removes those too." if plan.kept else "")):
            return Exit.FAILED
        done = remove_source(opened.writing, source, now_iso(), with_labels=with_labels)
        Narrator("remove", display).result({"kind": "result", "job": "remove", **asdict(done)}, told(done, done=True))
    return Exit.DONE
