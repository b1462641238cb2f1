"""What if, branches and regression cases at a turn of an open episode, by keys alone."""

from __future__ import annotations

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.cases import list_cases
from esc_tui.settings.model import Settings
from esc_tui.simulate import arms
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.planning import RunSettings
from esc_tui.simulate.running import carry_run, plan_run
from tests.simulate.helpers import ScriptedMind, bank_with
from tests.tui.episodes.helpers import open_episode, open_episodes, toasts
from tests.tui.helpers import wait_until


@pytest.fixture
def played(tmp_path, monkeypatch):
    """A bank with one episode that was really played."""
    monkeypatch.setattr(arms, "build_mind", lambda seeker, settings: ScriptedMind())
    path = bank_with(tmp_path, 1)
    with open_bank(path) as bank:
        carry_run(bank, Settings(), plan_run(bank, Settings(), RunSettings(processes=1)).number, lambda done, total: None, Control())
    return path


def on(app, name):
    return lambda: type(app.screen).__name__ == name and app.screen.focused is not None


async def test_a_turn_of_an_episode_is_tried_in_another_way_kept_as_a_case_and_goes_on_in_chat(played):
    async with open_episodes(played) as (app, pilot):
        view = await open_episode(pilot, 1, run=1)
        await pilot.press("j", "C")
        await wait_until(pilot, on(app, "CaseForm"))
        app.screen.field("about").value, app.screen.field("unsaid").value = "unseen", "cheer up"
        await pilot.press("enter")
        await wait_until(pilot, lambda: "Kept as C-1 with the lines of the simulated talk" in toasts(app))
        await pilot.press("w")
        await wait_until(pilot, on(app, "WhatIfScreen"))
        screen = app.screen
        assert screen.moment.turn.number == view.turn.number == 2
        await pilot.press("minus", "minus", "e")
        await wait_until(pilot, on(app, "PickerScreen"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.screen is screen and screen.found is not None and screen.found.done and not screen.running)
        assert screen.found.other.kind == "skill" and screen.found.other.value in screen.found.would[0].skills
        assert screen.found.was[0].text == view.turn.shown and screen.found.effect is not None
        await pilot.press("f")
        await wait_until(pilot, lambda: app.pane.id == "pane-chat" and app.pane.conversation.card is not None)
        assert [turn.number for turn in app.pane.conversation.turns] == [1, 2]
        assert app.pane.conversation.turns[-1].shown == screen.found.would[0].text
        assert "you go on as the seeker" in toasts(app)
    with open_bank(played, readonly=True) as bank:
        assert [(row.case.turn, row.case.masked) for row in list_cases(bank.connection)] == [(2, False)]


async def test_what_if_and_a_branch_of_a_talk_in_another_language_are_refused_before_they_open(played):
    async with open_episodes(played) as (app, pilot):
        view = await open_episode(pilot, 1, run=1)
        started = next(one for one in view.showing.events if one.kind == "conversation_started")
        view.showing.events[view.showing.events.index(started)] = started.model_copy(update={"language": "zh"})
        await pilot.press("j")
        await pilot.press("w")
        await wait_until(pilot, lambda: "embedded engine speaks English only" in toasts(app), seconds=8)
        assert type(app.screen).__name__ != "WhatIfScreen"
