"""SAGE's files come in whole, go out as they came, and what is broken in them is told with its place."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.domain.events import EVENT_ADAPTER, EmotionChanged, EpisodeFinished, SeekerAppraised, SeekerSpoke
from esc_tui.domain.labels import Character, Need, Scenario
from esc_tui.domain.sage import EXACT, band_of
from esc_tui.domain.talk import TalkView
from esc_tui.interchange.corpora.found import Reason
from esc_tui.interchange.recognising import read_any_row
from esc_tui.interchange.sage.episodes import digest_of, events_of, joined, recorded_episode, thought
from esc_tui.interchange.sage.profiles import profile_lines, profile_row, read_profile
from esc_tui.interchange.sage.results import RecordedEpisode, read_result, result_line, result_row
from esc_tui.interchange.sage.wordings import (
    CHARACTERS,
    NEEDS,
    character_named,
    need_named,
    scenario_of,
    state_name,
    without_heading,
)
from tests.interchange.sage_files import (
    FAILURE,
    FIRST,
    NEED,
    PERSONA,
    SCENE,
    SUCCESS,
    profile,
    readings,
    result,
    results,
    write,
)
from tests.support_bank import one_profile


def taken(row: dict[str, Any]) -> RecordedEpisode:
    found = read_result(row, "line 1")
    assert found.episode is not None and not found.skipped, found.skipped
    return found.episode


def stream(episode: RecordedEpisode) -> list[Any]:
    return list(events_of(episode, conversation="talk", run="run", arm="model", time="2026-01-01T00:00:00.000Z"))


def test_a_profile_keeps_its_chinese_letter_for_letter_and_its_labels_are_known() -> None:
    found = read_profile(profile(), "line 1", source="profiles.jsonl").profile
    assert found is not None
    assert (found.persona, found.scene, found.first_line, found.wish) == (PERSONA, SCENE, FIRST, NEED)
    assert (found.name, found.age, found.occupation, found.language, found.licence) == ("林小满", 27, "修表匠", "zh", "MIT")
    assert (found.need, found.character, found.traits) == (Need.EXAMINE_FROM_SEVERAL_SIDES, Character.NEGATIVE, ("谨慎", "倔强", "沉默"))
    assert profile_row(found) == profile()
    assert json.loads("".join(profile_lines([found]))) == profile()


@pytest.mark.parametrize("need", list(Need))
def test_every_published_intention_is_known_whatever_its_stops_and_stars(need: Need) -> None:
    assert need_named(f"***{NEEDS[need]}。") is need_named(need.value) is need


def test_every_published_character_is_known() -> None:
    assert {character_named(words) for words in CHARACTERS.values()} == set(Character)
    assert character_named("乐观型") is None
    assert (scenario_of("校园霸凌-x"), scenario_of("别的-x"), scenario_of("job-crisis")) == (
        Scenario.SCHOOL_BULLYING, Scenario.OTHER, Scenario.JOB_CRISIS)


def test_the_rest_of_a_heading_before_a_block_is_not_shown() -> None:
    assert without_heading("心里的话]\n她松了口气。\n[停]\n好。") == "她松了口气。\n[停]\n好。"
    assert without_heading("她松了口气。") == "她松了口气。"


def test_one_of_our_own_profiles_goes_out_under_sages_names() -> None:
    row = profile_row(one_profile())
    assert (row["task"], row["main_cha"]) == (NEEDS[Need.BE_PRAISED], CHARACTERS[Character.PASSIVE])
    back = read_profile(row, "line 1").profile
    assert back is not None and (back.need, back.character, back.language) == (Need.BE_PRAISED, Character.PASSIVE, "en")


def test_a_judgement_belongs_to_the_reply_before_the_message_it_stands_in() -> None:
    view = TalkView.of(stream(taken(result(changes=(5, -5, 10)))))
    assert view.emotions == [40, 45, 40, 50]
    assert [turn.number for turn in view.turns] == [1, 2, 3, 4]
    first, last = view.turns[0], view.turns[-1]
    assert (first.spoke, first.appraised is not None and first.appraised.activity) == (None, "心里动了一下0。")
    assert (last.appraised, last.emotion, last.reply is not None) == (None, None, True)
    assert view.turns[1].spoke is not None and (view.turns[1].spoke.thinking, view.turns[1].spoke.origin) == ("想了想0。", "草稿0")
    assert view.finished is not None and (view.finished.outcome, view.finished.emotion, view.finished.turns) == ("turns", 50, 4)


def test_the_events_of_a_recorded_talk_are_in_the_order_of_a_simulated_one() -> None:
    kinds = [event.kind for event in stream(taken(result(changes=(5,))))]
    assert kinds == ["conversation_started", "episode_started", "turn_started", "reply_finished", "seeker_appraised", "emotion_changed",
                     "seeker_spoke", "turn_started", "reply_finished", "episode_finished"]


def test_endings_are_those_of_the_published_count() -> None:
    assert [taken(row).outcome for row in (result(), SUCCESS, FAILURE)] == ["turns", "success", "failure"]
    goodbye = result(changes=(5, 5), answered=False)
    goodbye["history"][-1]["content"] = "再见，我去睡了。"
    assert taken(goodbye).outcome == "goodbye"


def test_no_event_of_the_seekers_side_holds_the_hidden_wish_that_a_supporter_would_see() -> None:
    episode = taken(result())
    shown = [event for event in stream(episode) if event.kind in {"conversation_started", "turn_started", "reply_finished"}]
    assert not any(text in event.model_dump_json() for event in shown for text in (NEED, SCENE.strip()))


def test_lines_go_out_as_they_came_in_to_the_byte(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", results())
    talks = [reading.episode for reading in readings(path)]
    assert "".join(result_line(one) for one in talks) == path.read_text(encoding="utf-8")
    through_events = [recorded_episode(stream(one), one.profile) for one in talks]
    assert through_events == talks


def test_a_last_reply_that_was_judged_keeps_its_judgement_through_a_file() -> None:
    row = result(changes=(5,))
    row["history"][-1] |= {"emotion-point": 55, "planning": {**row["history"][2]["planning"], "change": 10}}
    row["emo_point"] = 55
    episode = taken(row)
    assert (episode.curve, episode.final) == ((40, 45, 55), 55)
    assert taken(result_row(episode)) == episode
    assert recorded_episode(stream(episode), episode.profile) == episode


def test_an_unfinished_or_failed_talk_has_no_line() -> None:
    events = stream(taken(result()))
    who = taken(result()).profile
    assert recorded_episode(events[:-1], who) is None
    for outcome in ("failed", "cancelled", "crisis"):
        ended = events[-1].model_copy(update={"outcome": outcome})
        assert recorded_episode([*events[:-1], ended], who) is None


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
said = texts.filter(lambda text: bool(text.strip()))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """A line in which everything has its place; texts are arbitrary."""
    emotion = EXACT.start
    history: list[dict[str, Any]] = [{"role": "user", "content": draw(said), "emotion-point": emotion}]
    for _ in range(draw(st.integers(0, 5))):
        change = draw(st.integers(-10, 10))
        emotion = EXACT.after(emotion, change)
        thinking = draw(texts) if draw(st.booleans()) else joined(draw(texts), draw(texts), draw(texts))
        history += [{"role": "assistant", "content": draw(texts)}, {
            "role": "user", "content": draw(texts), "thinking": thinking, "emotion-point": emotion,
            "planning": {**{name: draw(texts) for name in ("activity", "TargetCompletion", "content", "analyse")}, "change": change}}]
    if draw(st.booleans()):
        history.append({"role": "assistant", "content": draw(texts)})
    return {"id": draw(said).strip(), "emo_point": emotion, "emo_state": state_name(band_of(emotion)), "target": draw(said),
            "player": draw(said), "scene": draw(said), "character": draw(st.sampled_from(list(CHARACTERS.values()))), "topic": draw(texts),
            "task": draw(st.sampled_from(list(NEEDS.values()))), "history": history}


@given(rows())
def test_any_whole_line_comes_out_as_it_went_in(row: dict[str, Any]) -> None:
    episode = taken(row)
    assert result_row(episode) == row
    assert list(result_row(episode)) == list(row)


@given(rows())
def test_a_talk_is_the_same_after_it_was_a_stream_of_stored_events(row: dict[str, Any]) -> None:
    episode = taken(row)
    stored = [EVENT_ADAPTER.validate_json(event.model_dump_json()) for event in stream(episode)]
    back = recorded_episode(stored, episode.profile, target=episode.target)
    assert back is not None
    assert (back.turns, back.first, back.final, back.outcome) == (episode.turns, episode.first, episode.final, episode.outcome)


@given(texts, texts, texts)
def test_the_parts_of_a_thought_join_to_what_they_were(thinking: str, origin: str, change: str) -> None:
    whole = joined(thinking, origin, change)
    assert joined(*thought(whole)) == whole


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12)


@given(st.data())
def test_whatever_stands_in_a_line_reading_it_never_raises(data: st.DataObject) -> None:
    row = copy.deepcopy(result())
    target = data.draw(st.sampled_from([row, row["history"][0], row["history"][1], row["history"][2], row["history"][2]["planning"]]))
    key = data.draw(st.sampled_from(sorted(target)))
    if data.draw(st.booleans()):
        del target[key]
    else:
        target[key] = data.draw(json_values)
    found = read_any_row(row, "line 7")
    assert all(skip.place.startswith("line 7") for skip in found.skipped)
    if found.episode is not None:
        events = stream(found.episode)
        assert isinstance(events[-1], EpisodeFinished) and -100 <= events[-1].emotion <= 100
        assert all(EVENT_ADAPTER.validate_json(event.model_dump_json()) == event for event in events)
        assert digest_of(found.episode)


def changed(**more: Any) -> dict[str, Any]:
    row = copy.deepcopy(result())
    row.update(more)
    return row


def message(number: int, **more: Any) -> dict[str, Any]:
    row = copy.deepcopy(result())
    row["history"][number - 1].update(more)
    return row


@pytest.mark.parametrize(("row", "reason", "place"), [
    (changed(task="想要一只猫"), Reason.UNKNOWN_NEED, "line 1"),
    (changed(character="乐观型"), Reason.UNKNOWN_CHARACTER, "line 1"),
    (changed(player=""), Reason.MISSING_KEY, "line 1"),
    (changed(scene="字" * 20_001), Reason.LONG_TEXT, "line 1"),
    (changed(history=[]), Reason.NO_HISTORY, "line 1"),
    (changed(history=[{"role": "user", "content": "x"}] * 401), Reason.LONG_HISTORY, "line 1"),
    (message(2, role="user"), Reason.OUT_OF_TURN, "line 1, message 2"),
    (message(3, content=None), Reason.MISSING_KEY, "line 1, message 3"),
    (message(4, content=7), Reason.TEXT_NO_STRING, "line 1, message 4"),
    (message(4, content="字" * 20_001), Reason.LONG_TEXT, "line 1, message 4"),
], ids=lambda value: value.name if isinstance(value, Reason) else "")
def test_a_line_that_cannot_be_taken_costs_itself_alone_and_is_told(
        row: dict[str, Any], reason: Reason, place: str, tmp_path: Path) -> None:
    found = readings(write(tmp_path / "r.jsonl", [row, SUCCESS]))
    assert [reading.episode is not None for reading in found] == [False, True]
    assert [(skip.part, skip.reason, skip.place) for skip in found[0].skipped] == [("episode", reason, place)]


@pytest.mark.parametrize(("row", "reason", "curve", "final"), [
    (message(3, **{"emotion-point": 43}), Reason.OTHER_EMOTION, (40, 43, 40, 50), 50),
    (message(3, **{"emotion-point": "viel"}), Reason.ODD_EMOTION, (40, 45, 40, 50), 50),
    (message(3, **{"emotion-point": 10**9}), Reason.ODD_EMOTION, (40, 45, 40, 50), 50),
    (message(3, planning={"change": 900}), Reason.ODD_CHANGE, (40, 45, 40, 50), 50),
    (message(3, planning="none"), Reason.ODD_FIELD, (40, 45, 40, 50), 50),
    (message(1, **{"emotion-point": None}), Reason.NO_EMOTION, (40, 45, 40, 50), 50),
    (changed(emo_point=77, emo_state="Emotion-A"), Reason.OTHER_EMOTION, (40, 45, 40, 50), 77),
    (changed(emo_point=None), Reason.NO_EMOTION, (40, 45, 40, 50), 50),
    (changed(emo_state="Emotion-S"), Reason.OTHER_BAND, (40, 45, 40, 50), 50),
    (changed(topic=["x"]), Reason.ODD_FIELD, (40, 45, 40, 50), 50),
])
def test_the_stored_emotion_counts_and_what_does_not_fit_it_is_told(row: dict[str, Any], reason: Reason, curve: tuple[int, ...],
                                                                    final: int) -> None:
    found = read_result(row, "line 1")
    assert found.episode is not None
    assert (found.episode.curve, found.episode.final) == (curve, final)
    assert reason in {skip.reason for skip in found.skipped} and {skip.part for skip in found.skipped} == {"label"}


def test_a_file_that_breaks_off_or_is_in_another_encoding_gives_what_is_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", results())
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b'{"id": "\xff\xfe", "history": []}\n' + lines[1] + b"{broken\n" + lines[2][:700])
    found = readings(path)
    assert [reading.episode is not None for reading in found] == [True, False, True, False, False]
    assert [(skip.part, skip.reason) for reading in found for skip in reading.skipped] == [
        ("episode", Reason.ENCODING), ("episode", Reason.NOT_JSON), ("episode", Reason.BREAKS_OFF)]
    gb = tmp_path / "gb.jsonl"
    gb.write_bytes(lines[0].decode().encode("gb18030"))
    assert [reading.skipped[0].reason for reading in readings(gb)] == [Reason.ENCODING]
    wide = tmp_path / "utf16.jsonl"
    wide.write_text("".join(line.decode() for line in lines), encoding="utf-16")
    assert sum(reading.episode is not None for reading in readings(wide)) == 3


def test_a_line_of_more_than_four_mebibytes_is_passed_over(tmp_path: Path) -> None:
    found = readings(write(tmp_path / "r.jsonl", [result(), changed(scene="字" * (2 << 20)), SUCCESS]))
    assert [reading.episode is not None for reading in found] == [True, False, True]
    assert found[1].skipped[0].reason is Reason.TOO_LONG


def test_the_same_talk_twice_in_a_file_is_taken_once_and_another_of_the_same_profile_is_a_repeat(tmp_path: Path) -> None:
    found = readings(write(tmp_path / "r.jsonl", [result(), result(), result(changes=(5, 5))]))
    assert [reading.episode and reading.episode.repeat for reading in found] == [1, None, 2]
    assert found[1].skipped[0].reason is Reason.SAME_TALK


def test_text_that_no_store_keeps_is_replaced_and_nothing_else_is(tmp_path: Path) -> None:
    row = message(1, content="a\0b \ud800 [/bold] \x1b[31m  ")
    assert taken(row).turns[0].text == "a\ufffdb \ufffd [/bold] \x1b[31m  "


def test_dialogues_and_sages_lines_are_told_apart_by_their_fields() -> None:
    assert read_any_row(result(), "x").form == "SAGE results"
    assert read_any_row(profile(), "x").form == "SAGE profiles"
    chat = read_any_row({"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}, "x")
    assert chat.form == "ChatML" and chat.dialogue is not None


def test_the_published_files_come_in_without_a_remark_and_go_out_to_the_byte(sage: Path) -> None:
    assert len([one for one in readings(sage / "profiles.jsonl") if one.profile is not None and not one.skipped]) == 100
    for name in sorted(os.listdir(sage / "results")):
        path = sage / "results" / name
        found = readings(path)
        assert not [skip for reading in found for skip in reading.skipped]
        back = [recorded_episode(stream(reading.episode), reading.episode.profile) for reading in found]
        assert "".join(result_line(one) for one in back if one is not None) == path.read_text(encoding="utf-8")


def test_every_judgement_becomes_two_events() -> None:
    events = stream(taken(SUCCESS))
    assert sum(isinstance(event, SeekerAppraised) for event in events) == sum(isinstance(event, EmotionChanged) for event in events) == 6
    assert sum(isinstance(event, SeekerSpoke) for event in events) == 6
