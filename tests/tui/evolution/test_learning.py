"""Learning from a run in the pane: read first, then into force as a revision, and taken back."""

from __future__ import annotations

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.simulate import arms as arms_module
from tests.evolve.test_learning import RISING, played
from tests.simulate.helpers import ScriptedMind, bank_with
from tests.tui.evolution.helpers import open_evolution, page_text, toasts
from tests.tui.helpers import wait_until


@pytest.fixture
def path(tmp_path, monkeypatch):
    mind = ScriptedMind(lambda moment: 5 if moment.profile.id in RISING else -5)
    monkeypatch.setattr(arms_module, "build_mind", lambda seeker, settings: mind)
    made = bank_with(tmp_path, 7)
    with open_bank(made) as bank:
        played(bank)
    return made


def asked(app):
    return type(app.screen).__name__ == "LearnScreen" and app.screen.list.count == 1


async def test_a_run_is_read_then_learned_from_and_taken_back(path):
    async with open_evolution(path) as (app, pilot):
        await pilot.press("l")
        await wait_until(pilot, lambda: asked(app))
        screen = app.screen
        await wait_until(pilot, lambda: "Enter reads run 1" in page_text(screen.page))
        await pilot.press("enter")
        await wait_until(pilot, lambda: screen.read == 1)
        text = page_text(screen.page)
        assert "Posteriors" in text and "reflect-unseen-effort" in text and "Usual change of emotion by band" in text
        await pilot.press("enter")
        await wait_until(pilot, lambda: "r2: Learned from run 1" in toasts(app))
        await wait_until(pilot, lambda: "e2" in app.pane.query_one("#evolution-way").text)
        await pilot.press("l")
        await wait_until(pilot, lambda: asked(app))
        await pilot.press("u")
        await wait_until(pilot, lambda: "r3: Taken back what r2 learned" in toasts(app))
    with open_bank(path, readonly=True) as bank:
        assert [one.kind for one in bank.revisions()] == ["evidence", "learn", "build"]
