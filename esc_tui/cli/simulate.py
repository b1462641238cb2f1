"""``esc-tui simulate``: plan a run, say what it will cost, carry it out with a live display, sum it up."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from esc_tui.bank.episodes import run_sums
from esc_tui.bank.runs import RunRow, find_run
from esc_tui.cli.common import Exit, open_session_bank, put, say, settings_from
from esc_tui.cli.narration import Narrator
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.run_standing import BY_PERSON, BY_SIGNAL
from esc_tui.domain.text import visible
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.planning import Budget, Forecast, RunSettings
from esc_tui.simulate.resuming import try_failed_again
from esc_tui.simulate.running import allow, carry_run, forecast_of, must_go_on, plan_run, rest_of
from esc_tui.simulate.standing import agree, changes_of
from esc_tui.simulate.wishes import settings_of, spoken

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings
    from esc_tui.simulate.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Reference:
    """A stored run as a person names it, empty for a new one; ``failed``: its failed episodes are tried again, ``changed``: it may go on
    with another endpoint, model, region or prompts.
    """

    name: str = ""
    failed: bool = False
    changed: bool = False


def refuse_options(planned: str, broken_off: str, given: list[str], resuming: Mapping[str, bool] | None = None) -> None:
    """Raises WrongUseError when a stored run is named twice, or together with what it was planned with, or when what belongs to
    ``--resume`` (``resuming``) is given without.
    """
    if planned and broken_off:
        raise WrongUseError("--run and --resume name one run each", "", "give one of them")
    if (planned or broken_off) and given:
        raise WrongUseError(f"--{given[0].replace('_', '-')} cannot be given for a run that is stored",
                            "--resume" if broken_off else "--run", "leave it out, or start a new run")
    alone = [name for name, asked in (resuming or {}).items() if asked and not broken_off]
    if alone:
        raise WrongUseError(f"--{alone[0]} is for a run that goes on", "", "name the run with --resume")


def run_simulate(options: dict[str, Any], wish: dict[str, Any], arms: list[str], reference: Reference, forecast_only: bool,
                 plan_only: bool, display: str, address: str = "") -> int:
    """Carry a run out, new or stored; exit code 0 when every episode was played, 130 when ctrl+c ended it before, 1 when it stopped
    or failed by itself.

    ``address``: of the cluster it is carried out on; empty: on this machine. A cluster is joined before anything is stored.
    With ``display`` json: progress objects, then one with the run and its measures.
    """
    if display == "auto":
        display = "full" if sys.stderr is not None and sys.stderr.isatty() and sys.stdout.isatty() else "plain"
    _refuse_idle(options, wish, arms, reference, forecast_only, plan_only)
    program = settings_from(options)
    with open_session_bank(program, readonly=forecast_only) as bank:
        if forecast_only:
            expected = forecast_of(bank, settings_of(wish, arms))
            put(json.dumps({"kind": "forecast", **expected.as_json()}) if display == "json" else spoken(expected))
            return Exit.DONE
        stored = _stored(bank, program, reference, options) if reference.name else None
        wanted = RunSettings.model_validate(stored.settings["run"]) if stored is not None else settings_of(wish, arms)
        with _cluster(bank, program, wanted, "" if plan_only else address) as cluster:
            if stored is not None:
                budget = Budget.model_validate(wish["budget"])
                run = allow(bank, stored.number, budget) if budget != Budget() else stored
            else:
                run = plan_run(bank, program, wanted)
            if display != "json":
                goes_on = run.started is not None
                say(f"Run {run.number}{f' goes on; left of its {run.episodes:,}' if goes_on else ''}: "
                    + spoken(rest_of(bank, run) if goes_on else Forecast(**run.forecast)))
            if plan_only:
                put(json.dumps({"kind": "planned", "run": run.number, "forecast": dict(run.forecast)}) if display == "json"
                    else f"Run {run.number} is planned. Carry it out with 'esc-tui simulate --run {run.number}'.")
                return Exit.DONE
            ended, pressed = _carry(bank, program, run, display, cluster)
        _sum_up(bank, ended, display)
    return Exit.DONE if ended.state == "done" else Exit.INTERRUPTED if pressed else Exit.FAILED


def _refuse_idle(options: Mapping[str, Any], wish: Mapping[str, Any], arms: list[str], reference: Reference, forecast_only: bool,
                 plan_only: bool) -> None:
    """Raises WrongUseError for an option that nothing of a new run would heed."""
    if forecast_only and plan_only:
        raise WrongUseError("--forecast only says what a run would cost, and --plan stores it", "",
                            "give one of them; --plan tells the cost too")
    asked = [name for name in ("endpoint", "model", "prompts") if options.get(name)]
    asked += [f"budget-{name}" for name in ("calls", "tokens") if wish["budget"][name]]
    if asked and not reference.name and settings_of(dict(wish), arms).embedded:
        raise WrongUseError("nothing in this run asks a model", f"--{asked[0]}",
                            "leave it out, or give --seeker endpoint, --critic or --arm newest,endpoint too")


def _stored(bank: Bank, program: Settings, reference: Reference, options: Mapping[str, Any]) -> RunRow:
    """The run that is to go on, seen to be as it was planned. Raises UserError when it cannot."""
    run = find_run(bank.connection, reference.name)
    if not reference.failed:
        must_go_on(bank, run)
    run = agree(bank, run, program, options, changed=reference.changed)
    if reference.failed:
        count = try_failed_again(bank, run)
        say(f"Trying {count:,} failed {'episode' if count == 1 else 'episodes'} of run {run.number} again.")
        run = find_run(bank.connection, run.number)
    return run


@contextmanager
def _cluster(bank: Bank, program: Settings, settings: RunSettings, address: str) -> Iterator[Cluster | None]:
    if not address:
        yield None
        return
    from esc_tui.simulate.cluster import joined, must_suit

    must_suit(bank, program, settings)
    with joined(address) as cluster:
        say(f"Playing on {cluster.processors} processors of the cluster {address}.")
        yield cluster


def _carry(bank: Bank, program: Settings, run: RunRow, display: str, cluster: Cluster | None) -> tuple[RunRow, bool]:
    """The run as it ended, and whether ctrl+c was pressed meanwhile."""
    control = Control()
    narrator = Narrator("simulate", "json" if display == "json" else "plain")
    with _stopping(control, run.number, narrator) as pressed:
        if display == "full":
            from esc_tui.cli.live_run import LiveRun

            with LiveRun(bank, run, control) as live:
                return carry_run(bank, program, run.number, live.told, control, cluster), pressed.is_set()
        if display != "json":
            from esc_tui.cli.episodes import steering

            say(f"Ctrl+C stops it. From another terminal: {steering(bank, run.number)}")

        def told(done: int, total: int) -> None:
            narrator.progress(done, total, unit="episodes", paused=control.paused and done < total)

        try:
            return carry_run(bank, program, run.number, told, control, cluster), pressed.is_set()
        finally:
            narrator.end()


@contextmanager
def _stopping(control: Control, number: int, narrator: Narrator) -> Iterator[threading.Event]:
    """Ctrl+c once ends cleanly, twice at once; gives what is set once it was pressed.

    The handler only leaves word; a thread of its own heeds it and speaks.
    """
    pressed = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pressed
        return

    asked: SimpleQueue[int] = SimpleQueue()
    times = 0

    def stop(signum: int, frame: Any) -> None:
        nonlocal times
        times += 1
        if times > 1 or control.stopped:
            raise KeyboardInterrupt
        asked.put(signum)

    def heed() -> None:
        if signum := asked.get():
            if signum == signal.SIGINT:
                pressed.set()
            control.stop(BY_PERSON if signum == signal.SIGINT else BY_SIGNAL)
            narrator.tell(f"Stopping after the turns in hand; go on later with 'esc-tui simulate --resume {number}'.")

    heeding = threading.Thread(target=heed, daemon=True)
    heeding.start()
    before = signal.signal(signal.SIGINT, stop)
    terminating = signal.signal(signal.SIGTERM, stop)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, terminating)
        asked.put(0)
        heeding.join()


def _sum_up(bank: Bank, run: RunRow, display: str) -> None:
    from esc_tui.cli.evaluate_episodes import summary_of_run

    if run.state != "done" and display != "json":
        go_on = f" Go on with 'esc-tui simulate --resume {run.number}'." if run.can_resume else ""
        say(f"Run {run.number} {visible(run.standing, keep_lines=False)}.{go_on}")
    if display != "json" and run.forecast.get("left_out"):
        say(f"{run.forecast['left_out']}.")
    for sentence in changes_of(run):
        say(sentence)
    result, text = summary_of_run(bank, run)
    if display == "json":
        sums = run_sums(bank.connection, run.number)
        put(json.dumps({"kind": "result", "job": "simulate", "run": run.number, "state": run.state, "reason": run.reason,
                        "seconds": round(run.seconds, 2), "calls": run.calls, "tokens": run.tokens, "outcomes": sums["outcomes"],
                        "changes": changes_of(run),
                        **result}, ensure_ascii=False))
    else:
        put(text)
