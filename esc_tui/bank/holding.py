"""Who carries a run out: the process that holds it, the signs of life it gives, and whether it is still there."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.talks import is_running, this_process
from esc_tui.domain.errors import BankError

SIGN_SECONDS = 2.0
"""How often the process at work gives a sign of life."""
SILENT_SECONDS = 60.0
"""A process that cannot be looked up (another machine, Windows) counts as gone after so long without a sign."""
WATCH_SECONDS = 3 * SIGN_SECONDS
"""So long the count of signs is watched before a run is taken from another machine: clocks of two machines may differ, or go back."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process at a run. ``host``: its machine, empty when it is this one; ``silent``: seconds since its last sign, where only that
    can tell whether it lives."""

    alive: bool
    host: str = ""
    silent: float | None = None


def holder_of(owner: str, last_sign: str | None) -> Holder:
    """Whether the process named by ``this_process`` is at work, by the system's list of processes where it runs here, else by its last
    sign. A sign from more than ``SILENT_SECONDS`` ahead of this clock tells nothing, so it counts as none.
    """
    here = this_process()
    host = owner.rsplit(":", 2)[0] if owner.count(":") >= 2 else ""
    at_home = host == here.rsplit(":", 2)[0]
    if owner == here or (at_home and sys.platform != "win32"):
        return Holder(is_running(owner))
    silent = _seconds_since(last_sign)
    alive = bool(host) and silent is not None and abs(silent) <= SILENT_SECONDS
    return Holder(alive, "" if at_home else host, None if silent is None else max(0.0, silent))


def _seconds_since(moment: str | None) -> float | None:
    if not moment:
        return None
    return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()


def give_sign(connection: BankConnection, run: int, moment: str) -> None:
    """Say that this process still carries the run out. Raises BankError when another process has taken the run over."""
    with connection.transaction():
        held = connection.run("UPDATE runs SET signs = signs + 1, last_sign = ? WHERE number = ? AND owner = ?",
                              (moment, run, this_process())).rowcount
    if not held:
        raise taken_over(connection, run)


def must_hold(connection: BankConnection, run: int, owner: str) -> None:
    """Raises BankError when a run is held by another process than ``owner``: what that one stored must not be mixed with ours."""
    holder = connection.value("SELECT owner FROM runs WHERE number = ?", (run,))
    if holder and holder != owner:
        raise taken_over(connection, run)


def taken_over(connection: BankConnection, run: int) -> BankError:
    """The error for a process that went silent and lost its run."""
    return BankError(f"run {run} was taken over by another process, because this one gave no sign for a while", connection.place,
                     "watch it there")


def gives_signs(connection: BankConnection, run: int, wait: Callable[[float], None] = time.sleep) -> bool:
    """Watch the count of signs for ``WATCH_SECONDS``: True as soon as it moves. Needs no clock that is right. Blocks."""
    query = "SELECT signs FROM runs WHERE number = ?"
    before = connection.value(query, (run,))
    for _ in range(round(WATCH_SECONDS / SIGN_SECONDS * 2)):
        wait(SIGN_SECONDS / 2)
        if connection.value(query, (run,)) != before:
            return True
    return False
