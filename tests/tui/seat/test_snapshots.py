"""Pictures of the role card, of the seat of the supporter and of the debrief, in themes and sizes."""

from __future__ import annotations

import pytest

from tests.simulate.helpers import profile
from tests.tui.helpers import wait_until
from tests.tui.seat.helpers import REPLY, close, made_app, play_card, ready, reply, seated


@pytest.fixture
def app_of(tmp_path):
    made = []

    def make(**options):
        made.append(made_app(tmp_path, **options))
        return made[-1]

    yield make
    for app in made:
        close(app)


async def with_card(pilot):
    await ready(pilot.app, pilot)
    await play_card(pilot.app, pilot)


async def with_card_over_the_talk(pilot):
    await with_card(pilot)
    await pilot.press("f2")
    await wait_until(pilot, lambda: pilot.app.pane.card_drawer.has_focus)


async def at_the_seat(pilot):
    await ready(pilot.app, pilot)
    await seated(pilot.app, pilot, REPLY, "What did you do with the pages [afterwards]?")


async def seated_with_all_shown(pilot):
    await at_the_seat(pilot)
    await pilot.press("escape", "m", "t")
    await pilot.pause()


async def debriefed(pilot):
    await ready(pilot.app, pilot)
    await seated(pilot.app, pilot, *(f"{REPLY} {number}" for number in range(9)))
    await reply(pilot.app, pilot, f"{REPLY} 9")
    await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == "DebriefScreen")
    await wait_until(pilot, lambda: pilot.app.screen.usual)
    await pilot.press("b")
    await wait_until(pilot, lambda: pilot.app.screen.replies)


def test_a_role_card_beside_the_talk(snap_compare, app_of):
    assert snap_compare(app_of(), terminal_size=(140, 40), run_before=with_card)


def test_a_role_card_over_the_talk_in_a_narrow_window(snap_compare, app_of):
    assert snap_compare(app_of(theme="esc-high-contrast"), terminal_size=(80, 24), run_before=with_card_over_the_talk)


@pytest.mark.parametrize("theme", ["esc-light", "esc-ansi"])
def test_the_seat_with_nothing_of_the_seekers_inside(snap_compare, app_of, theme):
    assert snap_compare(app_of(theme=theme), terminal_size=(80, 24), run_before=at_the_seat)


def test_the_seat_with_emotion_and_thoughts(snap_compare, app_of):
    assert snap_compare(app_of(), terminal_size=(120, 40), run_before=seated_with_all_shown)


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_debrief(snap_compare, app_of, size):
    assert snap_compare(app_of(), terminal_size=size, run_before=debriefed)


def test_a_seeker_of_another_language_is_told_in_one_sentence(snap_compare, app_of):
    app = app_of(count=1)
    app.bank_of_test.add_profiles([profile(2, name="王岚", occupation="仓库管理员", language="zh", first_line="我真的很累")])

    async def refused(pilot):
        await ready(pilot.app, pilot)
        pilot.app.services["seekers"]._given = None
        await pilot.press("escape", "s")
        await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == "PickerScreen")
        pilot.app.screen.field.value = "王岚"
        await pilot.pause()
        await pilot.press("enter")
        await wait_until(pilot, lambda: pilot.app._notifications)
        await pilot.pause()

    assert snap_compare(app, terminal_size=(100, 30), run_before=refused)
