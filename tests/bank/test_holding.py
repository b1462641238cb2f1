"""Who carries a run out: told apart as running here, running on another machine, or stopped, without trusting a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from esc_tui.bank import holding
from esc_tui.bank import runs as runs_module
from esc_tui.bank.bank import Bank
from esc_tui.bank.episodes import append_run_events, prepared
from esc_tui.bank.holding import give_sign, gives_signs
from esc_tui.bank.runs import add_run, claim_run, find_run, remove_run, set_run_state
from esc_tui.bank.talks import this_process
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import BankError, UserError
from esc_tui.domain.events import EpisodeFlagged
from tests.support_bank import FIXED_TIME, small_bank

ELSEWHERE = "far-away:4711:99"


@pytest.fixture
def bank(tmp_path: Path):
    with small_bank(tmp_path) as made:
        add_run(made.writing, "run-1", "simulated", "a run", FIXED_TIME, {}, {}, [], [])
        yield made


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch):
    """Watching takes no time; gives the seconds that would have been waited."""
    waited: list[float] = []
    monkeypatch.setattr(runs_module, "gives_signs", lambda connection, run: gives_signs(connection, run, waited.append))
    return waited


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """For sentences that hold seconds."""
    moment = datetime.now(UTC)

    class Still(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return moment

    monkeypatch.setattr(holding, "datetime", Still)


def ago(**away: float) -> str:
    return (holding.datetime.now(UTC) - timedelta(**away)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def held(bank: Bank, owner: str, last_sign: str | None) -> None:
    bank.writing.run("UPDATE runs SET state = 'running', owner = ?, last_sign = ?, ended = NULL", (owner, last_sign))


def test_a_run_of_this_process_is_running_here(bank: Bank) -> None:
    run = claim_run(bank.writing, 1, now_iso())
    assert (run.alive, run.host, run.silent, run.whereabouts) == (True, "", None, "running here")
    set_run_state(bank.writing, 1, "paused", now_iso())
    assert find_run(bank.connection, 1).whereabouts == "paused here"


def test_a_run_whose_process_here_is_dead_is_stopped(bank: Bank, watched: list[float]) -> None:
    host = this_process().rsplit(":", 2)[0]
    held(bank, f"{host}:999999:1", now_iso())
    run = find_run(bank.connection, 1)
    assert (run.alive, run.state, run.whereabouts, run.can_resume) == (False, "stopped", "stopped", True)
    assert run.standing == "stopped: its process ended"
    assert claim_run(bank.writing, 1, now_iso()).alive and watched == []  # the system's list of processes is sure


def test_a_run_of_another_machine_is_running_there_while_it_gives_signs(bank: Bank, watched: list[float], still_clock: None) -> None:
    held(bank, ELSEWHERE, ago(seconds=12))
    run = find_run(bank.connection, 1)
    assert (run.alive, run.host) == (True, "far-away") and run.whereabouts == "running on far-away, last sign 12 s ago"
    with pytest.raises(UserError, match=r"run 1 is running on far-away, last sign 1\d s ago. Stop it there, or wait until"):
        claim_run(bank.writing, 1, now_iso())
    with pytest.raises(UserError, match="far-away"):
        remove_run(bank.writing, 1)


def test_a_run_of_another_machine_that_went_silent_is_watched_and_then_taken(bank: Bank, watched: list[float]) -> None:
    held(bank, ELSEWHERE, ago(minutes=2))
    assert find_run(bank.connection, 1).whereabouts == "stopped"
    assert claim_run(bank.writing, 1, now_iso()).whereabouts == "running here"
    assert sum(watched) == holding.WATCH_SECONDS


@pytest.mark.parametrize("wrong", [{"hours": 3}, {"hours": -3}], ids=["their clock is slow", "their clock is fast"])
def test_a_count_that_moves_is_believed_before_any_clock(bank: Bank, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, float]) -> None:
    held(bank, ELSEWHERE, ago(**wrong))
    assert not find_run(bank.connection, 1).alive

    def the_other_works(_seconds: float) -> None:
        bank.writing.run("UPDATE runs SET signs = signs + 1")

    monkeypatch.setattr(runs_module, "gives_signs", lambda connection, run: gives_signs(connection, run, the_other_works))
    with pytest.raises(UserError, match="run 1 is"):
        claim_run(bank.writing, 1, now_iso())


def test_where_processes_cannot_be_looked_up_the_signs_decide(bank: Bank, monkeypatch: pytest.MonkeyPatch, still_clock: None) -> None:
    monkeypatch.setattr(holding.sys, "platform", "win32")
    host = this_process().rsplit(":", 2)[0]
    held(bank, f"{host}:999999:1", ago(seconds=5))
    run = find_run(bank.connection, 1)
    assert run.alive and run.whereabouts == "running here, last sign 5 s ago"
    held(bank, f"{host}:999999:1", ago(minutes=5))
    assert find_run(bank.connection, 1).whereabouts == "stopped"


def test_a_process_that_lost_its_run_stores_nothing_more(bank: Bank) -> None:
    claim_run(bank.writing, 1, now_iso())
    give_sign(bank.writing, 1, now_iso())
    bank.writing.run("UPDATE runs SET owner = ?", (ELSEWHERE,))
    with pytest.raises(BankError, match="run 1 was taken over by another process"):
        give_sign(bank.writing, 1, now_iso())
    event = EpisodeFlagged(conversation_id="talk", turn=1, time=FIXED_TIME, flag="empty_turn")
    with pytest.raises(BankError, match="taken over"):
        append_run_events(bank.writing, 1, [prepared(event)])
    assert bank.connection.value("SELECT count(*) FROM events WHERE conversation = 'talk'") == 0
