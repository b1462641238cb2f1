"""One episode in full: curve, talk, thoughts, why; veiled words, search, replay, growing live; recorded talks."""

from __future__ import annotations

from functools import partial

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.episodes import PlannedEpisode, append_run_events, episode_rows, prepared
from esc_tui.bank.runs import add_run, set_run_state
from esc_tui.domain.hashing import canonical_json, sha256
from esc_tui.interchange.sage.episodes import events_of
from esc_tui.interchange.sage.results import Judgement, RecordedEpisode, RecordedTurn
from esc_tui.tui.messages import EpisodeRequested
from esc_tui.tui.panes.episodes.showing import TalkShowing
from esc_tui.tui.panes.episodes.talk_blocks import copied, short_block
from tests.support_bank import small_bank_file
from tests.tui.episodes.helpers import open_episode, open_episodes, open_run, orders, talk_text, toasts, why_text
from tests.tui.episodes.made_up import TIME, Telling, claim, episodes_bank, go_on, made_profile
from tests.tui.helpers import wait_until


@pytest.fixture
def path(tmp_path):
    return episodes_bank(tmp_path)


def recorded_bank(folder):
    """One recorded talk in Chinese."""
    profile = made_profile(1, language="zh", name="", id="sage-1")
    judged = Judgement(("他在听我说。", "有一点", "关心", "还好"), 5, 45)
    turns = (RecordedTurn("我又失眠了，睡不着。", None, "听起来你很累，想说说吗？", judged),
             RecordedTurn("是的。", "想说更多\nOrigin:\n是\nChange:\n加一个字", None, None))
    episode = RecordedEpisode(profile, "", "倾诉", 40, 45, turns)
    path = small_bank_file(folder, "recorded.db")
    key = sha256(canonical_json(profile))
    with open_bank(path) as bank:
        row = PlannedEpisode(1, "01RECORDED0000000000000001", profile.id, key, "sage-1", 0, 1, 0, "develop", profile.scenario.value,
                             profile.character.value, profile.need.value, 40)
        settings = {"arms": [{"name": "gpt-4o"}]}
        number = add_run(bank.writing, "01RUNRECORDED", "imported", "gpt-4o.jsonl", TIME, settings, {}, [row], [profile])
        append_run_events(bank.writing, number, [
            prepared(event) for event in events_of(episode, conversation=row.conversation, run="r", arm="gpt-4o", time=TIME)])
        set_run_state(bank.writing, number, "done", TIME)
    return path


async def test_the_talk_stands_with_thoughts_changes_and_bands(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_episode(pilot, 1, run=1)
        told = talk_text(view)
        assert "felt:" in told and "▲ +9   49 B" in told and "▲ +10  100 S" in told
        assert "1 RF" in told and "emotion at 100" in told
        assert "wish:" not in told
        await pilot.press("i")
        await wait_until(pilot, lambda: "wish:" in talk_text(view))
        assert "archive would not stand" in talk_text(view) and "thought:" in talk_text(view)


async def test_moving_through_turns_moves_the_curve_and_the_why_side(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_episode(pilot, 1, run=1)
        assert view.plot.scene.cursor == 1 and "Turn 1" in why_text(view)
        assert view.talk.scroll_y == 0
        await pilot.press("j", "j")
        await wait_until(pilot, lambda: view.plot.scene.cursor == 3)
        assert "Turn 3" in why_text(view) and "reflect-unseen-effort" in why_text(view)
        assert "▲ +8" in why_text(view) and "not rated" not in why_text(view)
        await pilot.press("k")
        await wait_until(pilot, lambda: view.plot.scene.cursor == 2)


async def test_skills_are_marked_on_the_curve_by_their_strategy(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_episode(pilot, 1, run=1)
        assert [mark.tags for mark in view.plot.scene.marks][0] == (("RF", "rf"), ("QU", "qu"))
        lines = view.plot.plain_lines
        assert lines[0].startswith("100 ") and any(line.count("RF") == 7 for line in lines)


async def test_words_about_a_crisis_are_veiled_until_asked_for(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_episode(pilot, 7, run=1)
        assert "kill myself" not in talk_text(view) and "▒" in talk_text(view)
        await pilot.press("end")
        await wait_until(pilot, lambda: "veiled" in why_text(view))
        assert not view.showing.find("kill")
        await pilot.press("u")
        await wait_until(pilot, lambda: "kill myself" in talk_text(view))


async def test_the_preview_veils_them_too(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_run(pilot, 1)
        view.rows.move_to("7")
        await wait_until(pilot, lambda: view.preview.row.number == 7 and view.preview.talk.plain_lines)
        told = "\n".join(view.preview.talk.plain_lines)
        assert "kill myself" not in told and "a crisis" in told


async def test_an_episode_opened_before_it_began_is_followed_once_it_begins(path):
    claim(path, 2)
    with open_bank(path, readonly=True) as bank:
        waiting = next(row for row in episode_rows(bank.connection, 2) if row.state == "waiting")
    async with open_episodes(path, (120, 24)) as (app, pilot):
        view = await open_episode(pilot, waiting.number, 2)
        assert "has not begun" in why_text(view)
        telling = Telling(waiting.conversation, made_profile(int(waiting.profile.rpartition("-")[2])), seed=waiting.seed)
        with open_bank(path) as bank:
            append_run_events(bank.writing, 2, [prepared(event) for event in (*telling.begin(), *telling.whole_turn(6))])
        for last in (3, 6, 8):
            go_on(path, f"2/{waiting.number}", *[3] * (last - max(1, len(view.showing.view.turns))))
            await wait_until(pilot, partial(lambda last: view.plot.scene.cursor == last and f"Turn {last}" in why_text(view), last))
            await wait_until(pilot, lambda: view.talk.scroll_y == view.talk.max_scroll_y)


async def test_an_open_episode_says_that_its_run_is_paused(path):
    claim(path, 2)
    async with open_episodes(path, (80, 24)) as (app, pilot):
        view = await open_episode(pilot, 2)
        assert "paused" not in view.head.text
        for state, said in (("paused", True), ("running", False)):
            with open_bank(path) as bank:
                set_run_state(bank.writing, 2, state, TIME)
            await wait_until(pilot, partial(lambda said: ("paused" in view.head.text) is said, said))


async def test_an_episode_under_way_grows_while_it_is_open_and_asks_to_be_told(path):
    claim(path, 2)
    async with open_episodes(path) as (app, pilot):
        view = await open_episode(pilot, 2)
        await wait_until(pilot, lambda: orders(path) == [("watch", 2)])
        go_on(path, "2/2", 9, -6)
        await wait_until(pilot, lambda: "t4" in talk_text(view) and "▼ -6" in talk_text(view))
        assert view.plot.scene.cursor == 4
        go_on(path, "2/2", 3, outcome="turns")
        await wait_until(pilot, lambda: "all turns done" in talk_text(view))
        await pilot.press("escape")
        await wait_until(pilot, lambda: orders(path)[-1] == ("unwatch", 2))


async def test_who_reads_further_up_is_left_there(path):
    claim(path, 2)
    async with open_episodes(path, size=(110, 30)) as (app, pilot):
        view = await open_episode(pilot, 2)
        await pilot.press("home")
        await wait_until(pilot, lambda: view.talk.cursor == "turn:1")
        go_on(path, "2/2", 9, -6)
        await wait_until(pilot, lambda: "▼ -6" in talk_text(view))
        assert view.talk.cursor == "turn:1" and view.talk.scroll_y == 0


async def test_search_goes_from_place_to_place(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_episode(pilot, 1, run=1)
        await pilot.press("slash", *"sister")
        await wait_until(pilot, lambda: view.talk.cursor == "turn:3" and "1 of 1" in view.found_line.text)
        view.field.value = "supporter-never-said"
        await wait_until(pilot, lambda: "not in this talk" in view.found_line.text)
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.focused is view.talk)
        assert app.pane.path[-1] == "episode"


async def test_a_turn_without_a_reply_says_that_it_cannot_be_another_one(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_episode(pilot, 4, run=1)
        await pilot.press("G")
        last = view.showing.view.turns[-1]
        await wait_until(pilot, lambda: view.turn is last and last.reply is None)
        await pilot.press("w")
        await wait_until(pilot, lambda: f"turn {last.number} has no reply that could have been another one" in toasts(app).lower())


async def test_a_turn_is_copied_as_plain_text(path, monkeypatch):
    async with open_episodes(path) as (app, pilot):
        view = await open_episode(pilot, 7, run=1)
        copied = []
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press("y", "end", "y")
        await wait_until(pilot, lambda: len(copied) == 2)
        assert "[1 RF]" in copied[0] and "+3 to 43 (B)" in copied[0]
        assert "kill" not in copied[1] and view.showing.veils


async def test_replay_shows_the_talk_again_from_its_beginning(path, monkeypatch):
    waits = []
    async with open_episodes(path) as (app, pilot):
        view = await open_episode(pilot, 1, run=1)
        monkeypatch.setattr(view, "set_timer", lambda delay, callback: waits.append((delay, callback)) or Timer())
        await pilot.press("space")
        await pilot.pause()
        assert "replay 1×" in view.head.text and len(view.showing.view.turns) <= 1
        steps = 0
        while view.showing.replay is not None and steps < 500:
            waits[-1][1]()
            steps += 1
        assert len(view.showing.view.turns) == 8 and view.plot.scene.curves[0].points[-1] == (7, 100)
        assert all(0 < delay <= 9 for delay, _ in waits)


class Timer:
    def stop(self) -> None:
        """Nothing runs."""


async def test_replay_is_paused_sped_up_and_left(path):
    async with open_episodes(path) as (app, pilot):
        view = await open_episode(pilot, 1, run=1)
        await pilot.press("space", "plus", "plus", "space")
        assert view.showing.replay.speed == 4 and not view.showing.replay.playing
        await wait_until(pilot, lambda: "space go on   + faster   - slower   esc end replay" in app.query_one("#footer").text)
        await pilot.press("minus")
        assert "‖ replay 2×" in view.head.text
        await pilot.press("escape")
        await wait_until(pilot, lambda: view.showing.replay is None and "emotion at 100" in talk_text(view))
        assert app.pane.path[-1] == "episode"
        await wait_until(pilot, lambda: "space replay" in app.query_one("#footer").text)


async def test_a_recorded_talk_opens_with_its_thoughts_and_says_that_nothing_tells_why(tmp_path):
    async with open_episodes(recorded_bank(tmp_path)) as (app, pilot):
        view = await open_episode(pilot, 1)
        told = talk_text(view)
        assert "我又失眠了，睡不着。" in told and "他在听我说。" in told and "recorded elsewhere" in told
        assert why_text(view).count("recorded elsewhere") == 1 and "gpt-4o, recorded" in view.head.text
        assert [point[1] for point in view.plot.scene.curves[0].points] == [40, 45]


async def test_below_a_hundred_columns_why_is_a_drawer(path):
    async with open_episodes(path, size=(80, 24)) as (app, pilot):
        view = await open_episode(pilot, 1, run=1)
        assert not view.why.region.area
        await pilot.press("v")
        await wait_until(pilot, lambda: view.why.region.area and app.focused is view.why)
        await pilot.press("escape")
        await wait_until(pilot, lambda: not view.why.region.area and app.focused is view.talk)


async def test_an_episode_is_written_in_sages_keys(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with open_episodes(path) as (app, pilot):
        await open_episode(pilot, 1, run=1)
        await pilot.press("e")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("s")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "ExportScreen")
        assert app.screen.field("path").value == str(tmp_path / "episode-1-1.jsonl")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "written" in toasts(app))
        assert '"emo_point"' in (tmp_path / "episode-1-1.jsonl").read_text(encoding="utf-8")
        assert oct((tmp_path / "episode-1-1.jsonl").stat().st_mode)[-3:] == "600"


async def test_another_pane_can_ask_for_an_episode_at_a_turn(path):
    async with open_episodes(path) as (app, pilot):
        await pilot.press("1")
        await wait_until(pilot, lambda: app.pane.id == "pane-bank")
        app.pane.post_message(EpisodeRequested("1/1", 7))
        await wait_until(pilot, lambda: app.pane.id == "pane-episodes")
        await wait_until(pilot, lambda: app.pane.path == ["runs", "run", "episode"] and app.pane.view.talk.cursor == "turn:7")
        talk = app.pane.view.talk
        await wait_until(pilot, lambda: talk.scroll_y <= talk.lines_of("turn:7")[0] < talk.scroll_y + talk.size.height)


def test_what_is_left_of_a_heading_stands_nowhere_before_a_thought() -> None:
    telling = Telling("talk", made_profile(1))
    seen = [event.model_copy(update={"activity": "inner voice]\nAt last.", "content": "[reading]\nIt was named."})
            if event.kind == "seeker_appraised" else event for event in [*telling.begin(), *telling.whole_turn(5)]]
    showing = TalkShowing(seen, inner=True)
    turn = showing.view.turns[0]
    told = [str(showing.block(1)), str(short_block(turn, hidden=False)), copied(turn, "Mara", False)]
    assert all("At last." in one and "inner voice" not in one and "[reading]" not in one for one in told)
    assert showing.find("voice") == [] and showing.find("last") == [1]
