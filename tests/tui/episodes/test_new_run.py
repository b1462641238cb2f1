"""The form of a new run: what can be written, what is objected to, what starts."""

from __future__ import annotations

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.runs import find_run
from esc_tui.domain.labels import Character, Need
from esc_tui.tui.panes.episodes.new_screen import EXPLAINED, FIELDS, LastWord, WishError, read_wish
from tests.simulate.helpers import bank_with, profile
from tests.tui.episodes.helpers import open_episodes, page_text
from tests.tui.helpers import wait_until


def written(**changes: str) -> dict[str, str]:
    return {**{name: default for name, _, default, _ in FIELDS}, **changes}


def test_the_lines_as_they_stand_are_a_run_of_everybody() -> None:
    wish = read_wish(written())
    assert (wish.repeats, wish.seed, wish.slots, [arm.name for arm in wish.arms], wish.seeker) == (1, 7, 16, ["newest"], "embedded")


def test_profiles_arms_and_a_budget_are_read() -> None:
    wish = read_wish(written(profiles="12 need:be-praised,be-listened-to character:passive", arms="r42; none,one-by-one",
                             budget="2 h, 500k tokens", protocol="sage-e", seeker="end"))
    assert (wish.limit, wish.needs, wish.characters) == (12, (Need.BE_PRAISED, Need.BE_LISTENED_TO), (Character.PASSIVE,))
    assert [arm.name for arm in wish.arms] == ["r42", "no bank one-by-one"]
    assert (wish.budget.minutes, wish.budget.tokens, wish.protocol, wish.seeker) == (120, 500_000, "sage-exact", "endpoint")


def test_a_share_of_hidden_skills_is_read_as_a_number_or_in_percent() -> None:
    assert [read_wish(written(mask=text)).mask for text in ("", "0.1", "15 %", "50%")] == [0, 0.1, 0.15, 0.5]
    with pytest.raises(WishError, match="no skill that --mask could hide") as caught:
        read_wish(written(mask="0.1", arms="none"))
    assert caught.value.field == "arms"


@pytest.mark.parametrize(("field", "text"), [
    ("mask", "0.6"), ("mask", "a few"), ("mask", "nan"), ("mask", "-1"), ("mask", "10 % 5"),
    ("repeats", "0"), ("seed", "x"), ("slots", "999999"), ("arms", "newest,loudly"), ("arms", "none; none"),
    ("arms", ";none"), ("arms", "newest;"), ("budget", "much"),
    ("protocol", "sage"), ("seeker", "me"), ("profiles", "need:unknown"), ("profiles", "mood:bad"),
])
def test_what_cannot_be_read_is_said_at_its_line(field: str, text: str) -> None:
    with pytest.raises(WishError) as caught:
        read_wish(written(**{field: text}))
    assert caught.value.field == field and str(caught.value)


@pytest.mark.parametrize(("typed", "whole"), [
    ("ne", "need:examine-from-several-sides"), ("need:be-p", "need:be-praised"), ("12 character:pas", "12 character:passive"),
    ("need:be-praised,be-l", "need:be-praised,be-listened-to"),
])
async def test_the_last_word_is_completed(typed: str, whole: str) -> None:
    from esc_tui.tui.panes.episodes.new_screen import PROFILE_WORDS

    assert await LastWord(PROFILE_WORDS).get_suggestion(typed) == whole


async def form(pilot):
    await pilot.press("n")
    await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == "NewRunScreen")
    return pilot.app.screen


def objection(screen, name: str) -> str:
    """What stands below a line that is marked; empty for one that is not."""
    marked = screen.query_one(f"#new-run-{name}-name").text.startswith("! ")
    said = page_text(screen.query_one(f"#new-run-{name}-said"))
    assert bool(said) == marked
    return said


def line(screen) -> str:
    return screen.query_one("#new-run-forecast").text


async def test_the_forecast_follows_what_is_typed(tmp_path):
    async with open_episodes(bank_with(tmp_path)) as (app, pilot):
        screen = await form(pilot)
        screen.query_one("#new-run-profiles").value = "seeker-1 seeker-2"
        await wait_until(pilot, lambda: "2 episodes, no model calls" in line(screen))
        screen.query_one("#new-run-repeats").value = "10"
        screen.query_one("#new-run-arms").value = "newest; none"
        await wait_until(pilot, lambda: "40 episodes" in line(screen))
        screen.query_one("#new-run-seeker").value = "endpoint"
        await wait_until(pilot, lambda: "no endpoint is set" in objection(screen, "seeker"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.focused is screen.query_one("#new-run-seeker"))


async def test_enter_plans_the_run_and_starts_its_process(tmp_path, monkeypatch):
    path = bank_with(tmp_path)
    async with open_episodes(path) as (app, pilot):
        started = []
        monkeypatch.setattr(app.jobs, "start", lambda kind, title, arguments, told=None: started.append((kind, list(arguments))))
        screen = await form(pilot)
        screen.query_one("#new-run-profiles").value = "seeker-1 seeker-2"
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.pane.path == ["runs", "run"] and app.pane.view.rows.count == 2)
        assert started == [("run 1", ["simulate", "--run", "1"])]
    with open_bank(path, readonly=True) as bank:
        assert find_run(bank.connection, 1).settings["run"]["profiles"] == ["seeker-1", "seeker-2"]


async def test_a_wrong_supporter_is_said_below_its_line_and_every_line_stays(tmp_path):
    async with open_episodes(bank_with(tmp_path)) as (app, pilot):
        screen = await form(pilot)
        for name, text in (("profiles", "seeker-1"), ("title", "a long evening"), ("arms", "r99; none")):
            screen.query_one(f"#new-run-{name}").value = text
        await pilot.press("enter")
        await wait_until(pilot, lambda: "no revision r99" in objection(screen, "arms"))
        assert app.screen is screen and app.focused is screen.query_one("#new-run-arms")
        assert [screen.query_one(f"#new-run-{name}").value for name in ("profiles", "title", "arms")] == [
            "seeker-1", "a long evening", "r99; none"]
        screen.query_one("#new-run-arms").value = "newest; none"
        await wait_until(pilot, lambda: not objection(screen, "arms") and "2 episodes" in line(screen))


async def test_two_names_of_one_supporter_are_said_at_its_line_when_the_run_is_planned(tmp_path):
    async with open_episodes(bank_with(tmp_path)) as (_, pilot):
        screen = await form(pilot)
        screen.query_one("#new-run-arms").value = "newest; r1"
        await pilot.press("enter")
        await wait_until(pilot, lambda: "two arms are the same" in objection(screen, "arms"))


async def test_an_unknown_label_is_named_below_the_profiles_with_what_is_allowed(tmp_path):
    async with open_episodes(bank_with(tmp_path)) as (_, pilot):
        screen = await form(pilot)
        screen.query_one("#new-run-profiles").value = "need:zzz"
        await wait_until(pilot, lambda: "need: has no 'zzz', only examine-from" in objection(screen, "profiles"))
        assert "be-told-not-at-fault" in objection(screen, "profiles")


async def test_the_form_says_which_profiles_are_left_out_and_why(tmp_path):
    path = bank_with(tmp_path)
    with open_bank(path) as bank:
        bank.add_profiles([profile(9, language="zh")])
    async with open_episodes(path) as (app, pilot):
        screen = await form(pilot)
        await wait_until(pilot, lambda: "3 episodes" in line(screen))
        assert "1 profile left out" in page_text(screen.query_one("#new-run-left-out"))


async def test_help_explains_the_line_one_is_on_and_every_other_one(tmp_path):
    async with open_episodes(bank_with(tmp_path)) as (app, pilot):
        screen = await form(pilot)
        screen.query_one("#new-run-slots").focus()
        await pilot.press("f1")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "HelpScreen")
        page = app.screen._page().plain
        assert page.index("Slots: how many episodes") < page.index("Protocol: the rules") and "\nInput\n" not in page
        assert all(text in page for text in EXPLAINED.values()) and set(EXPLAINED) == {name for name, *_ in FIELDS}


async def test_in_the_form_every_letter_is_a_letter(tmp_path):
    async with open_episodes(bank_with(tmp_path)) as (app, pilot):
        screen = await form(pilot)
        field = screen.query_one("#new-run-title")
        field.focus()
        await pilot.press(*"nps3x?", "slash", "full_stop")
        await pilot.pause()
        assert field.value == "nps3x?/."
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.pane.path == ["runs"])


async def test_what_is_typed_takes_the_place_of_what_a_line_held(tmp_path):
    async with open_episodes(bank_with(tmp_path, 1)) as (app, pilot):
        await pilot.press("n")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "NewRunScreen" and app.screen.focused is not None)
        await pilot.press(*"12", "tab", "3", "down", *"none", "up", "4")
        assert {name: app.screen.values[name] for name in ("profiles", "repeats", "arms")} == {
            "profiles": "12", "repeats": "4", "arms": "none"}


def test_a_newest_revision_is_named_as_the_form_names_it(tmp_path):
    with open_bank(bank_with(tmp_path, 1)) as bank:
        assert bank.revision("newest") == bank.revision("head")
