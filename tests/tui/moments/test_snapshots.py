"""The what-if sheet and the form of a case as pictures."""

from __future__ import annotations

import pytest

from esc_tui.tui.panes.chat.what_if_screen import WhatIfScreen
from tests.tui.helpers import say, wait_until
from tests.tui.moments.test_moments import WORDS, sheet, tried
from tests.tui.seat.helpers import close, made_app, play_card, ready


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_sheet_with_a_seekers_judgement(snap_compare, tmp_path, size):
    app = made_app(tmp_path)

    async def shown(pilot):
        await ready(app, pilot)
        await play_card(app, pilot)
        await say(app, pilot, WORDS)
        await tried(pilot, await sheet(app, pilot), "enter")

    try:
        assert snap_compare(app, terminal_size=size, run_before=shown)
    finally:
        close(app)


def test_the_form_of_a_case(snap_compare, tmp_path):
    app = made_app(tmp_path)

    async def shown(pilot):
        await ready(app, pilot)
        await say(app, pilot, WORDS)
        await pilot.press("escape", "C")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "CaseForm" and app.screen.focused is not None)

    try:
        assert snap_compare(app, terminal_size=(80, 24), run_before=shown)
    finally:
        close(app)


def test_the_sheet_without_colour(snap_compare, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = made_app(tmp_path)

    async def shown(pilot):
        await ready(app, pilot)
        await say(app, pilot, WORDS)
        assert isinstance(await sheet(app, pilot), WhatIfScreen)
        await tried(pilot, app.screen, "c")

    try:
        assert snap_compare(app, terminal_size=(80, 24), run_before=shown)
    finally:
        close(app)
