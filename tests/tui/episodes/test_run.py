"""The list of runs and one run: what is shown, how it is filtered, and how it follows what happens."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.episodes import EpisodeRow
from esc_tui.bank.runs import set_run_state
from esc_tui.domain.labels import Shelf
from esc_tui.simulate.profiles import RETIRED_KEY
from esc_tui.tui.panes.episodes.rows import _episode_lines
from esc_tui.tui.panes.episodes.steering import run_told
from tests.support_bank import small_bank_file
from tests.tui.episodes.helpers import list_text, open_episodes, open_run, orders, page_text, toasts
from tests.tui.episodes.made_up import TIME, add_made_up, claim, episodes_bank, go_on, made_profile
from tests.tui.helpers import wait_until


@pytest.fixture
def path(tmp_path):
    return episodes_bank(tmp_path)


async def typed(pilot, view, text: str) -> None:
    view.field.focus()
    view.field.value = text
    await pilot.pause()


async def test_runs_stand_newest_first_with_their_state_and_score(path):
    async with open_episodes(path) as (app, _):
        shown = list_text(app.pane.view.rows)
        assert shown.index("8 profiles") < shown.index("12 profiles")
        assert "12/12" in shown and "57.0" in shown and "done" in shown
        card = page_text(app.pane.view.card)
        assert "planned" in card and "embedded, sage-fixed, seed 7" in card


async def test_nothing_is_under_way_in_a_run_that_was_stopped(path):
    with open_bank(path) as bank:
        set_run_state(bank.writing, 2, "stopped", TIME)
    async with open_episodes(path) as (app, pilot):
        await wait_until(pilot, lambda: "‖" in page_text(app.pane.view.card))
        card = page_text(app.pane.view.card)
        assert "3  stopped" in card and "under way" not in card


def test_the_end_of_a_comparison_tells_each_supporter_and_no_mixture() -> None:
    ended = {"run": 3, "outcomes": {"success": 2, "turns": 14}, "score": 66.1}
    arms = {"r1": {"score": 62.2}, "no bank": {"score": 69.9}}
    assert run_told({**ended, "by": {"arm": arms}}) == "Run 3 is done: 16 episodes; r1 62.2, no bank 69.9. Its sums (s) compare them."
    assert "score 66.1, success 2" in run_told(ended)


async def test_an_order_to_a_run_that_is_over_is_answered(path):
    async with open_episodes(path) as (app, pilot):
        await pilot.press("end")
        await wait_until(pilot, lambda: app.pane.run is not None and app.pane.run.state == "done")
        await pilot.press("p")
        await wait_until(pilot, lambda: "is over (done)" in toasts(app), seconds=8)


def test_a_repeat_is_told_apart_by_its_number():
    row = SimpleNamespace(**{**dict.fromkeys(EpisodeRow.__slots__, ""), "number": 2, "state": "waiting", "name": "Umut", "repeat": 2,
                             "arm": 0, "curve": (), "flags": ()})
    ((_, name, *_),) = _episode_lines(row, ("newest",), False)
    assert name.content.plain == "Umut #2"


async def test_an_empty_bank_names_the_next_key(tmp_path):
    async with open_episodes(small_bank_file(tmp_path)) as (app, _):
        assert "Press n" in list_text(app.pane.view.rows)


async def test_a_run_shows_who_the_curve_the_emotion_and_the_ending(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot, 1)
        shown = list_text(view.rows)
        mara = next(line for line in shown.splitlines() if "Mara" in line)
        assert "▲" in mara and "100" in mara and "t8" in mara and "▄" in mara
        assert [line for line in shown.splitlines() if "Nils" in line][0].strip("▌ ").startswith("!")
        assert "12/12" in view.head.text and "▲ 3" in view.head.text


async def test_the_episode_under_the_cursor_is_shown_in_short(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot, 1)
        await pilot.press("down")
        await wait_until(pilot, lambda: view.preview.row is not None and view.preview.row.number == 2 and view.preview.talk.plain_lines)
        told = "\n".join(view.preview.talk.plain_lines)
        assert "felt:" in told and "emotion below 10" in told
        assert any(character > "\u2800" for line in view.preview.plot.plain_lines for character in line)


@pytest.mark.parametrize(("words", "names"), [
    ("mara", {"Mara"}), ("outcome:failure", {"Jon", "Sana"}), ("outcome:cris,failed", {"Nils", "Femi"}), ("flag:any", {"Rosa", "Otto"}),
    ("character:passive need:get-advice", {"Mara"}), ("skill:reflect outcome:goodbye", {"Ada"}), ("arm:1 wei", {"Wei"}),
])
async def test_facets_and_words_narrow_the_list(path, words, names):
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot, 1)
        await typed(pilot, view, words)
        await wait_until(pilot, lambda: re.search(rf"\b{len(names)} of 12", view.counts.text))
        shown = list_text(view.rows)
        assert all(name in shown for name in names) and view.rows.count == len(names)


async def test_an_unknown_word_is_named_with_what_is_allowed_and_the_rows_stay(path):
    async with open_episodes(path, (80, 24)) as (app, pilot):
        view = await open_run(pilot, 1)
        await typed(pilot, view, "outcome:success")
        await wait_until(pilot, lambda: view.rows.count == 3)
        await typed(pilot, view, "outcom:failure")
        assert "there is no facet 'outcom:', only outcome:" in page_text(view.unknown) and view.rows.count == 3
        await typed(pilot, view, "need:zzz")
        assert "need: has no 'zzz', only examine-from-several-sides" in page_text(view.unknown) and view.unknown.region.height > 2
        await typed(pilot, view, "foo")
        await wait_until(pilot, lambda: view.rows.count == 0)
        await typed(pilot, view, "foo:x")
        await wait_until(pilot, lambda: view.rows.count == 12 and view.unknown.display)
        await typed(pilot, view, "outcome:success ")
        await wait_until(pilot, lambda: not view.unknown.display)
        assert "3 of 12 episodes" in view.counts.text


async def test_what_is_unknown_stays_said_while_the_run_goes_on(path):
    claim(path, 2)
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot)
        await typed(pilot, view, "need:zzz")
        await pilot.press("escape")
        go_on(path, "2/2", 5, 5)
        await wait_until(pilot, lambda: "t4" in list_text(view.rows))
        assert "has no 'zzz'" in page_text(view.unknown) and view.unknown.display
        await pilot.press("escape")
        await wait_until(pilot, lambda: not view.unknown.display and not view.field.value)


async def test_what_moved_behind_an_open_episode_is_read_on_coming_back(path):
    claim(path, 2)
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot)
        view.rows.move_to("2")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.pane.path[-1] == "episode" and app.pane.view.row is not None)
        go_on(path, "2/2", 5, 5, outcome="turns")
        with open_bank(path) as bank:
            set_run_state(bank.writing, 2, "done", "2026-11-21T09:40:00.000Z")
        await wait_until(pilot, lambda: app.pane.front.run.state == "done" and app.pane.view.row.state == "finished")
        await pilot.press("escape")
        await wait_until(pilot, lambda: view.display and view.episode is not None and view.episode.outcome == "turns")
        assert "= " in next(line for line in list_text(view.rows).splitlines() if view.episode.name in line)


async def test_help_for_the_filter_names_every_value(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot, 1)
        assert all(word in view.field.HELP_TEXT for word in ("be-told-not-at-fault", "avoidant", "bereavement", "crisis", "leaked-wish"))


async def test_a_run_begun_elsewhere_comes_into_the_list(path):
    async with open_episodes(path) as (app, pilot):
        view = app.pane.view
        with open_bank(path) as bank:
            add_made_up(bank, ["waiting"], "begun elsewhere", state="planned")
        await wait_until(pilot, lambda: "begun elsewhere" in list_text(view.rows))


async def test_nobody_looks_for_runs_while_the_pane_is_hidden(path):
    async with open_episodes(path) as (app, pilot):
        pane = app.pane
        assert pane._timer._active.is_set()
        await pilot.press("6")
        await wait_until(pilot, lambda: app.pane.id == "pane-measure")
        assert not pane._timer._active.is_set()
        with open_bank(path) as bank:
            add_made_up(bank, ["waiting"], "begun elsewhere", state="planned")
        await pilot.press("3")
        await wait_until(pilot, lambda: "begun elsewhere" in list_text(pane.view.rows))


def two_arms(folder):
    path = small_bank_file(folder, "arms.db")
    with open_bank(path) as bank:
        add_made_up(bank, ["success", "failure", "running", "turns"], "two", ("r42", "no bank one-by-one"), state="planned")
    return path


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_every_row_of_a_run_with_two_supporters_says_which_one(tmp_path, size):
    async with open_episodes(two_arms(tmp_path), size) as (app, pilot):
        view = await open_run(pilot)
        rows = list_text(view.rows).splitlines()
        assert [":1" in row for row in rows[:4]] == [True, False, True, False] and ":2" in rows[1] and ":2" in rows[3]
        assert ":1 r42  :2 no bank one-by-one" in view.head.text
        assert ":1 r42" in view.preview.head.text
        assert size[0] < 100 or "score :1 100.0 (n 1) :2 32.0 (n 2)" in " ".join(view.head.text.split()), "no score mixes the two"


async def test_a_paused_run_offers_going_on_a_step_and_cancelling(path):
    claim(path, 2)
    with open_bank(path) as bank:
        set_run_state(bank.writing, 2, "paused", "2026-11-21T09:30:00.000Z")
    async with open_episodes(path, (80, 24)) as (app, pilot):
        view = await open_run(pilot)
        view.rows.focus()
        await wait_until(pilot, lambda: "r go on" in app.query_one("#footer").text)
        assert "r go on   . step   c cancel" in app.query_one("#footer").text


async def test_an_episode_is_copied_in_short(path, monkeypatch):
    async with open_episodes(path) as (app, pilot):
        copied = []
        monkeypatch.setattr(app, "copy_to_clipboard", lambda text, told="": copied.append(text))
        view = await open_run(pilot, 1)
        view.rows.focus()
        await wait_until(pilot, lambda: view.preview.talk.plain_lines)
        await pilot.press("y")
        await wait_until(pilot, lambda: copied)
        assert copied[0].startswith("Mara, 26") and "felt:" in copied[0] and "emotion at 100" in copied[0]


async def test_titles_of_lists_name_the_supporters(path):
    async with open_episodes(path) as (app, pilot):
        assert "r1, 12 profiles" in list_text(app.pane.view.rows) and "r1, 8 profiles" in list_text(app.pane.view.rows)
        await pilot.press("y")
        await wait_until(pilot, lambda: "Copied what is known of run 2" in toasts(app))


async def test_orders_go_through_and_keep_the_run(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot, 1)
        view.rows.focus()
        for order in ("moving", "lowest"):
            await pilot.press("o")
            await wait_until(pilot, lambda order=order: view.sort == order)
        await wait_until(pilot, lambda: "Jon" in list_text(view.rows).splitlines()[0])
        assert "lowest first" in view.counts.text


async def test_a_run_under_way_moves_without_a_key(path):
    claim(path, 2)
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot)
        assert "running" in view.head.text
        go_on(path, "2/2", 9, 9)
        await wait_until(pilot, lambda: " t4" in next(line for line in list_text(view.rows).splitlines() if "Jon" in line))
        go_on(path, "2/4", 5, outcome="turns")
        await wait_until(pilot, lambda: "4/8" in view.head.text)
        assert "=" in next(line for line in list_text(view.rows).splitlines() if "Ada" in line)


async def test_the_preview_grows_with_its_episode(path):
    claim(path, 2)
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot)
        await pilot.press("down")
        await wait_until(pilot, lambda: view.preview.row.number == 2)
        go_on(path, "2/2", -7)
        await wait_until(pilot, lambda: "▼ -7" in "\n".join(view.preview.talk.plain_lines))


async def test_nothing_is_read_while_another_pane_is_in_front(path):
    claim(path, 2)
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot)
        pane = app.pane
        await pilot.press("1")
        await wait_until(pilot, lambda: app.pane is not pane)
        before = pane.front
        go_on(path, "2/2", 9)
        for _ in range(10):
            await pilot.pause()
        assert pane.front is before
        await pilot.press("3")
        await wait_until(pilot, lambda: pane.front is not before and "49" in list_text(view.rows) or " t3" in list_text(view.rows))


async def test_pause_step_and_cancel_leave_orders_for_the_process(path):
    claim(path, 2)
    async with open_episodes(path) as (app, pilot):
        await open_run(pilot)
        await pilot.press("p")
        await wait_until(pilot, lambda: orders(path) == [("pause", None)])
        await pilot.press("full_stop")
        await wait_until(pilot, lambda: orders(path)[-1] == ("step", None))
        await pilot.press("down", "P")
        await wait_until(pilot, lambda: orders(path)[-1] == ("pause", 2))
        await pilot.press("P")
        await wait_until(pilot, lambda: orders(path)[-1] == ("resume", 2))
        await pilot.press("X")
        await wait_until(pilot, lambda: orders(path)[-1] == ("cancel", 2))
        await pilot.press("c")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("c")
        await wait_until(pilot, lambda: orders(path)[-1] == ("cancel", None))


async def test_a_run_is_removed_after_a_question_alone(path):
    async with open_episodes(path) as (app, pilot):
        await open_run(pilot, 1)
        await pilot.press("x")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("escape", "x")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("r")
        await wait_until(pilot, lambda: app.pane.path == ["runs"] and app.pane.view.rows.count == 1)
        assert "12 episodes" in toasts(app)


async def test_a_broken_off_run_is_taken_up_by_a_job(path, monkeypatch):
    async with open_episodes(path) as (app, pilot):
        started = []
        monkeypatch.setattr(app.jobs, "start", lambda kind, title, arguments, told=None: started.append((kind, list(arguments))))
        await open_run(pilot)
        await pilot.press("r")
        await wait_until(pilot, lambda: started)
        assert started == [("run 2", ["simulate", "--resume", "2"])]


async def test_a_sealed_profile_is_neither_named_nor_opened(tmp_path):
    path = small_bank_file(tmp_path, "sealed.db")
    with open_bank(path) as bank:
        add_made_up(bank, ["success", "turns"], shelf=Shelf.CONFIRM)
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot)
        assert "sealed 1" in list_text(view.rows) and "Mara" not in list_text(view.rows)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "sealed" in toasts(app))
        assert app.pane.path == ["runs", "run"]
    with open_bank(path) as bank:
        bank.set_meta(RETIRED_KEY, '{"seeker-001": "2026-11-21T09:30:00Z"}')
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot)
        assert "Mara" in list_text(view.rows) and "sealed 2" in list_text(view.rows)


async def test_names_from_outside_are_text_and_never_orders(tmp_path):
    path = small_bank_file(tmp_path, "hostile.db")
    with open_bank(path) as bank:
        add_made_up(bank, ["turns"], "[/bold] \x1b[31mred 你好")
        bank.connection.run("UPDATE episodes SET name = ?", ("[b]Eve[/b] \x1b[2J 小明",))
    assert made_profile(1).name == "Mara"
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot)
        assert "[b]Eve[/b] ␛[2J 小明" in list_text(view.rows)
        assert "[/bold] ␛[31mred 你好" in view.head.text


async def test_in_a_narrow_window_v_brings_the_card_where_enter_opens_the_run(path):
    async with open_episodes(path, size=(80, 24)) as (app, pilot):
        await wait_until(pilot, lambda: "v preview" in app.query_one("#footer").text)
        await pilot.press("v")
        await wait_until(pilot, lambda: "v list" in app.query_one("#footer").text and "enter open" in app.query_one("#footer").text)
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.pane.path == ["runs", "run"])


async def test_a_cancelled_run_says_how_much_was_played_and_one_that_stopped_why(path):
    with open_bank(path) as bank:
        number = add_made_up(bank, ["success", "turns", "turns", "turns"], "ended by hand", state="cancelled")
        with bank.writing.transaction():
            bank.writing.run("UPDATE episodes SET outcome = 'cancelled' WHERE run = ? AND number > 1", (number,))
        set_run_state(bank.writing, 2, "stopped", TIME, reason="budget of 3 calls spent")
    async with open_episodes(path) as (app, pilot):
        rows = list_text(app.pane.view.rows)
        assert "1/4" in rows and "4/4" not in rows and "stopped" in rows and "broken off" not in rows
        assert "cancelled, 1 of 4 played" in page_text(app.pane.view.card)
        view = await open_run(pilot, 2)
        assert "stopped: budget of 3 calls spent" in " ".join(view.head.text.split())


async def test_a_run_that_ended_while_cancelling_it_was_asked_about_is_not_called_cancelled(path):
    claim(path, 2)
    async with open_episodes(path) as (app, pilot):
        await open_run(pilot)
        await pilot.press("c")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        with open_bank(path) as bank:
            set_run_state(bank.writing, 2, "done", TIME)
        await pilot.press("c")
        await wait_until(pilot, lambda: "Run 2 came to its end while you decided: done." in toasts(app))


async def test_in_a_narrow_window_v_brings_the_preview_and_esc_the_list(path):
    async with open_episodes(path, size=(80, 24)) as (app, pilot):
        view = await open_run(pilot, 1)
        await wait_until(pilot, lambda: "v preview" in app.query_one("#footer").text)
        assert not view.preview.display or not view.preview.region.area
        await pilot.press("v")
        await wait_until(pilot, lambda: view.preview.region.area and not view.rows.region.area)
        await pilot.press("escape")
        await wait_until(pilot, lambda: view.rows.region.area)
        assert app.pane.path == ["runs", "run"]
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.pane.path == ["runs"])
