"""Success rates drawn from their posteriors: in simulation alone, the same for the same seed, and counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from esc_tui.bank.bank import Bank
from esc_tui.bank.episodes import episode_rows, explored_turns
from esc_tui.domain.errors import UserError
from esc_tui.settings.model import Settings
from esc_tui.simulate import arms as arms_module
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.forking import branch
from esc_tui.simulate.hashing import run_lines
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.running import carry_run, plan_run
from esc_tui.simulate.wishes import arm_of, settings_of
from esc_tui.support.rates import drawn_rates
from esc_tui.support.session import Session
from tests.simulate.helpers import ScriptedMind, opened, tell_feelings


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    monkeypatch.setattr(arms_module, "build_mind", lambda seeker, settings: ScriptedMind(lambda moment: 4, tell_feelings))
    with opened(tmp_path) as made:
        yield made


def played(bank: Bank, **changes: object) -> int:
    settings = RunSettings(profiles=("seeker-1", "seeker-2"), processes=1, slots=2, arms=(Arm(), Arm(thompson=True)))
    run = plan_run(bank, Settings(), settings.model_copy(update=changes))
    assert [one.thompson for one in settings.model_copy(update=changes).arms] == ['"thompson":true' in one for one in run.settings["pins"]]
    return carry_run(bank, Settings(), run.number, lambda done, total: None, Control()).number


def test_rates_are_drawn_from_the_posteriors_by_seed_and_turn() -> None:
    helped, harmed = np.full(4000, 8, dtype=np.float32), np.full(4000, 2, dtype=np.float32)
    rates = drawn_rates(helped, harmed, (7, 3))
    assert np.array_equal(rates, drawn_rates(helped, harmed, (7, 3)))
    assert not np.array_equal(rates, drawn_rates(helped, harmed, (7, 4)))
    assert abs(float(rates.mean()) - 9 / 12) < 0.01 and abs(float(rates.var()) - 9 * 3 / (144 * 13)) < 0.002


def test_the_same_seed_gives_the_same_events_and_the_share_explored_is_counted(bank: Bank) -> None:
    first, second = played(bank), played(bank)
    assert list(run_lines(bank.connection, first)) == list(run_lines(bank.connection, second))
    assert list(run_lines(bank.connection, played(bank, seed=8))) != list(run_lines(bank.connection, first))
    explored, turns = explored_turns(bank.connection, first, 1)
    assert 0 < explored < turns
    assert explored_turns(bank.connection, first, 0)[0] == 0


def test_an_arm_that_draws_is_written_behind_a_comma() -> None:
    arm = arm_of("newest,thompson")
    assert arm.thompson and arm.name == "newest thompson" and not arm_of("newest").thompson
    with pytest.raises(UserError, match="without a bank there are no success rates to draw"):
        settings_of({}, ["none,thompson"])


def test_a_verification_draws_nothing(bank: Bank) -> None:
    with pytest.raises(UserError, match="a verification plays each bank as it is used"):
        plan_run(bank, Settings(), RunSettings(profiles=("seeker-1",), arms=(Arm(thompson=True),)), sealed=True)


def test_no_live_talk_goes_on_with_drawn_rates(bank: Bank) -> None:
    run = played(bank)
    drawing = next(row.conversation for row in episode_rows(bank.connection, run) if row.arm == 1)
    session = Session(bank, Settings())
    assert not session.start_talk().pins.thompson
    with pytest.raises(UserError, match="for simulation alone"):
        session.resume_talk(drawing)
    made = branch(bank, bank.events(drawing), 1)
    assert not session.resume_talk(made).pins.thompson
    session.close()
