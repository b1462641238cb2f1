"""A run from its plan to its end, whoever watches: planned whole in the bank, carried out by one process, resumed by another."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from esc_tui.bank.answers import drop_old_answers
from esc_tui.bank.holding import must_hold
from esc_tui.bank.runs import (
    RunRow,
    add_cost,
    add_run,
    claim_run,
    find_run,
    list_runs,
    set_run_settings,
    set_run_state,
    under_way,
)
from esc_tui.bank.talks import this_process
from esc_tui.domain.base import new_ulid, now_iso
from esc_tui.domain.errors import BankError, UserError, WrongUseError
from esc_tui.domain.labels import Shelf
from esc_tui.domain.run_standing import BY_FAULT, BY_PERSON
from esc_tui.simulate.arms import take_pins
from esc_tui.simulate.masking import KEY as MASKS
from esc_tui.simulate.masking import masks_for
from esc_tui.simulate.planning import (
    Budget,
    Experience,
    Forecast,
    RunSettings,
    choose_profiles,
    forecast,
    left_out,
    plan_episodes,
)
from esc_tui.simulate.profiles import is_sealed, profiles_to_play, retired_ids
from esc_tui.simulate.standing import KEY as STANDING
from esc_tui.simulate.standing import held_to, standing_for
from esc_tui.support.session import Session

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.revision import Pins
    from esc_tui.settings.model import Settings
    from esc_tui.simulate.carrying import Control
    from esc_tui.simulate.cluster import Cluster

EXPERIENCE_RUNS = 20
"""So many of the newest runs are looked at for one that shows the pace of the next."""


def plan_run(bank: Bank, program: Settings, settings: RunSettings, *, sealed: bool = False, pins: Sequence[Pins] = ()) -> RunRow:
    """Choose the profiles, pin what each arm stands on, forecast, and store the run with all its episodes, waiting.

    ``sealed``: for verifications alone, which play what nobody may read and draw nothing (thompson). ``pins``: one for each arm, where
    they were taken before.

    Raises UserError when no profile fits, one cannot be played, a revision is unknown, one is sealed, a model is wanted
    without an endpoint, skills are to be hidden in a verification or where none are on offer, or the bank is view-only.
    """
    if sealed and settings.mask:
        raise WrongUseError("a verification compares whole banks; no skill is hidden in it", "--mask", "leave it out")
    if not settings.embedded and not program.endpoint:
        raise WrongUseError("a run with a model in it needs an endpoint", "settings", "give one with --endpoint URL, or leave models out")
    if sealed and any(arm.thompson for arm in settings.arms):
        raise WrongUseError("a verification plays each bank as it is used, without drawing success rates", "thompson",
                            "explore in a run of its own, and learn from that")
    known = profiles_to_play(bank)
    profiles = choose_profiles(settings, known) if sealed else _profiles_of(bank, settings, known)
    planned = plan_episodes(settings, profiles)
    if not pins:
        session = Session(bank, program.model_copy(update={"engine": "embedded"}))
        try:
            pins = take_pins(session, settings)
        finally:
            session.close()
    names = [_arm_name(settings, place, pins[place].revision) for place in range(len(pins))]
    if twice := [name for name in names if names.count(name) > 1]:
        raise WrongUseError(f"two arms are the same ({twice[0]})", "--arm", "leave one out, or use more repeats")
    expected = _expected(bank, settings, len(planned), known)
    masks = {MASKS: masks_for(bank.connection, settings, pins, len(profiles)).model_dump(mode="json")} if settings.mask else {}
    number = add_run(
        bank.writing, new_ulid(), "simulated", settings.title or _title(settings, names, len(profiles), program.model), now_iso(),
        {"run": settings.model_dump(mode="json"), "pins": [one.model_dump_json() for one in pins],
         "arms": names, STANDING: standing_for(program, settings).model_dump(mode="json"), **masks},
        expected.as_json(), planned, profiles)
    return find_run(bank.connection, number)


def _profiles_of(bank: Bank, settings: RunSettings, known: Sequence[Profile]) -> list[Profile]:
    if settings.shelf not in {None, Shelf.DEVELOP} and not settings.profiles:
        raise WrongUseError(f"the profiles of shelf {settings.shelf} are sealed for verifications", "--shelf", "use --shelf develop")
    retired = retired_ids(bank)
    for one in known:
        if settings.wants(one) and is_sealed(one, retired):
            raise WrongUseError(f"'{one.id}' is sealed for verifications", "--profile", "choose profiles of the shelf develop")
    return choose_profiles(settings, known)


def _arm_name(settings: RunSettings, place: int, revision: int) -> str:
    arm = settings.arms[place]
    return arm.model_copy(update={"revision": f"r{revision}"}).name if arm.bank else arm.name


def _title(settings: RunSettings, names: Sequence[str], profiles: int, model: str) -> str:
    """What tells a run from its neighbours: the supporters with revision and engine, who is played, and by whom."""
    times = f" x {settings.repeats}" if settings.repeats > 1 else ""
    groups = [str(one) for chosen in (settings.characters, settings.needs, settings.scenarios) for one in chosen]
    seekers = [f"seekers by {model or 'an endpoint'}"] if settings.seeker == "endpoint" else []
    hidden = [f"{100 * settings.mask:.3g} % of skills hidden"] if settings.mask else []
    return ", ".join([" against ".join(names), f"{profiles} profile{'' if profiles == 1 else 's'}{times}", *groups, *seekers, *hidden])


def forecast_of(bank: Bank, settings: RunSettings) -> Forecast:
    """What such a run would cost, without planning it. Raises UserError as ``plan_run`` does."""
    known = profiles_to_play(bank)
    profiles = _profiles_of(bank, settings, known)
    return _expected(bank, settings, len(profiles) * settings.repeats * len(settings.arms), known)


def rest_of(bank: Bank, run: RunRow) -> Forecast:
    """What is left of a run that goes on, forecast as the whole was."""
    left = int(bank.connection.value("SELECT count(*) FROM episodes WHERE run = ? AND state <> 'finished'", (run.number,)))
    expected = _expected(bank, RunSettings.model_validate(run.settings["run"]), left, ())
    return replace(expected, left_out=str(run.forecast.get("left_out", "")))


def _expected(bank: Bank, settings: RunSettings, episodes: int, known: Sequence[Profile]) -> Forecast:
    return forecast(settings, episodes, experience(bank, settings), settings.processes or 1, left_out(settings, known))


def experience(bank: Bank, settings: RunSettings) -> Experience | None:
    """What the newest finished run showed that had the same engines and modes, else the newest that had a model, or none, as this one.

    None where there is neither.
    """
    kind = _kind(settings)
    nearest = None
    for run in list_runs(bank.connection, EXPERIENCE_RUNS):
        if run.kind != "simulated" or run.state != "done" or not run.seconds:
            continue
        before = RunSettings.model_validate(run.settings["run"])
        alike = _kind(before) == kind
        if not alike and (nearest is not None or bool(run.calls) == settings.embedded):
            continue
        turns = bank.connection.value("SELECT sum(turns) FROM episodes WHERE run = ?", (run.number,)) or 0
        if not turns:
            continue
        shown = _shown(run, before, turns, alike)
        if alike:
            return shown
        nearest = shown
    return nearest


def _shown(run: RunRow, settings: RunSettings, turns: int, alike: bool) -> Experience:
    episodes = max(1, run.episodes)
    slots = min(settings.slots, episodes)
    return Experience(
        turns=turns / episodes,
        seconds_a_call=run.seconds * slots / run.calls if run.calls else 0.0,
        tokens_a_call=run.tokens / run.calls if run.calls else 0.0,
        seconds_a_turn=run.seconds * max(1, settings.processes) / turns if not run.calls else 0.0,
        run=run.number, alike=alike)


def _kind(settings: RunSettings) -> tuple[Any, ...]:
    return settings.seeker, settings.critic, {(arm.engine, arm.mode) for arm in settings.arms}


def carry_run(bank: Bank, program: Settings, reference: str | int, told: Callable[[int, int], None], control: Control,
              cluster: Cluster | None = None) -> RunRow:
    """Carry a planned or broken-off run out to its end, or until ``control`` stops it; gives it as it then stands.

    On this machine, or on a ``cluster``: where a run is carried out is no part of it. Blocks.
    Raises UserError when another process is at it, nothing is left, or prompts it was planned with were changed; BankError when the
    bank cannot be written (what was stored stays; the run can be resumed).
    """
    found = find_run(bank.connection, reference)
    number, program = found.number, held_to(found, program)
    run = claim_run(bank.writing, number, now_iso())
    drop_old_answers(bank.writing, now_iso())
    settings = RunSettings.model_validate(run.settings["run"])
    began = time.monotonic()
    try:
        state, reason = _carrier(settings, cluster)(bank, run, program, told, control).carry()
    except UserError as error:
        _end(bank, number, "failed" if not isinstance(error, BankError) else "stopped", str(error), time.monotonic() - began)
        raise
    except BaseException as error:
        _end(bank, number, "stopped", BY_PERSON if isinstance(error, KeyboardInterrupt) else BY_FAULT, time.monotonic() - began)
        raise
    _end(bank, number, state, reason, time.monotonic() - began)
    return find_run(bank.connection, number)


def must_go_on(bank: Bank, run: RunRow) -> None:
    """Raises UserError for a run that cannot be carried out: imported, over, or under way elsewhere."""
    if run.kind != "simulated":
        raise UserError(f"run {run.number} was imported; there is nothing to carry out", bank.connection.place)
    if run.alive:
        raise under_way(bank.connection, run)
    if not run.can_resume:
        raise UserError(f"run {run.number} is {run.state} already", bank.connection.place, "start a new run")


def allow(bank: Bank, reference: str | int, budget: Budget) -> RunRow:
    """Give a run that ran out of budget a larger one before it goes on; limits that are None stay as they are.

    Raises UserError for a run that cannot go on.
    """
    run = find_run(bank.connection, reference)
    must_go_on(bank, run)
    settings = RunSettings.model_validate(run.settings["run"])
    wider = settings.budget.model_copy(update={key: value for key, value in budget.model_dump().items() if value is not None})
    changed = settings.model_copy(update={"budget": wider})
    set_run_settings(bank.writing, run.number, {**run.settings, "run": changed.model_dump(mode="json")})
    return find_run(bank.connection, run.number)


def _carrier(settings: RunSettings, cluster: Cluster | None) -> Any:
    if cluster is not None:
        from esc_tui.simulate.cluster import ClusterCarrier

        return partial(ClusterCarrier, cluster=cluster)
    if settings.embedded:
        from esc_tui.simulate.carrying import EmbeddedCarrier

        return EmbeddedCarrier
    from esc_tui.simulate.endpoint_run import EndpointCarrier

    return EndpointCarrier


def _end(bank: Bank, number: int, state: Any, reason: str, seconds: float) -> None:
    try:
        must_hold(bank.writing, number, this_process())
        add_cost(bank.writing, number, 0, 0, seconds)
        set_run_state(bank.writing, number, state, now_iso(), reason)
    except BankError:
        return  # it has been said; the next look finds the process gone and the run resumable, or the run is another one's
