"""Recorded talks of a file become one run: whole, once, and apart from everything else in the bank."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.episodes import episode_rows, played_profile
from esc_tui.bank.merging import carry_out, plan_merge
from esc_tui.bank.recorded import BROKEN_OFF
from esc_tui.bank.runs import claim_run, find_run, list_runs, remove_run
from esc_tui.bank.talks import read_events
from esc_tui.discover import recorded
from esc_tui.discover.importing import ImportCount, import_dialogues
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import TurnStarted
from esc_tui.domain.talk import TalkView
from tests.interchange.sage_files import FAILURE, SUCCESS, profile, result, results, write
from tests.support_bank import conversation_started, small_bank, small_bank_file

TABLES = ("runs", "episodes", "played_profiles", "conversations", "events", "profiles")


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with small_bank(tmp_path) as opened:
        yield opened


def imported(bank: Bank, *paths: Path) -> ImportCount:
    *_, last = import_dialogues(bank, paths)
    return last.whole


def sizes(bank: Bank) -> dict[str, int]:
    return {table: bank.connection.value(f"SELECT count(*) FROM {table}") for table in TABLES}


def test_a_result_file_is_a_run_with_its_talks_in_order(bank: Bank, tmp_path: Path) -> None:
    count = imported(bank, write(tmp_path / "some-model.jsonl", results()))
    assert (count.episodes, count.new_episodes, count.taken, count.skipped, count.runs) == (3, 3, 3, 0, [1])
    run = find_run(bank.connection, 1)
    assert (run.kind, run.title, run.state, run.episodes, run.can_resume) == ("imported", "some-model.jsonl", "done", 3, False)
    assert (run.settings["licence"], run.settings["source"], run.settings["arms"]) == ("MIT", "some-model.jsonl", [{"name": "some-model"}])
    rows = episode_rows(bank.connection, 1)
    assert [(row.number, row.profile, row.outcome, row.emotion, row.turns, row.state) for row in rows] == [
        (1, "p-1", "turns", 50, 4, "finished"), (2, "p-2", "success", 100, 7, "finished"), (3, "p-3", "failure", 5, 5, "finished")]
    assert rows[0].curve == (40, 45, 40, 50)
    assert (rows[0].scenario, rows[0].name) == ("job-crisis", "林小满, 27")
    view = TalkView.of(read_events(bank.connection, rows[0].conversation, 0))
    assert view.emotions == [40, 45, 40, 50] and view.turns[0].text == results()[0]["history"][0]["content"]
    assert played_profile(bank.connection, rows[0].profile_hash).persona == results()[0]["player"]
    with pytest.raises(UserError, match="was imported; there is nothing to carry out"):
        claim_run(bank.connection, 1, "2026-01-01T00:00:00.000Z")


def test_the_same_file_again_or_a_copy_under_another_name_adds_nothing(bank: Bank, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", results())
    imported(bank, path)
    before = sizes(bank), list_runs(bank.connection)
    again = imported(bank, path)
    copied = imported(bank, Path(shutil.copy(path, tmp_path / "b.jsonl")))
    assert (again.new_episodes, copied.new_episodes, copied.episodes, copied.runs) == (0, 0, 3, [1])
    assert (sizes(bank), list_runs(bank.connection)) == before


def test_the_rest_of_a_file_that_was_cut_short_joins_its_run(bank: Bank, tmp_path: Path) -> None:
    whole = write(tmp_path / "a.jsonl", results())
    data = whole.read_bytes()
    whole.write_bytes(data[: data.index(b"\n") + 400])
    first = imported(bank, whole)
    assert (first.new_episodes, first.parts["episode"]) == (1, 1)
    whole.write_bytes(data)
    second = imported(bank, whole)
    assert (second.new_episodes, second.episodes) == (2, 3)
    assert [(run.number, run.episodes, run.state) for run in list_runs(bank.connection)] == [(1, 3, "done")]


def test_a_file_that_shares_talks_with_another_has_all_of_its_own(bank: Bank, tmp_path: Path) -> None:
    imported(bank, write(tmp_path / "a.jsonl", [result(), SUCCESS]))
    count = imported(bank, write(tmp_path / "b.jsonl", [result(), SUCCESS, FAILURE]))
    assert (count.new_episodes, count.runs) == (3, [2])
    assert [len(episode_rows(bank.connection, run)) for run in (1, 2)] == [2, 3]
    assert bank.check() == []


def test_what_the_command_held_back_is_bounded(bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "MOST_HELD", 1)
    imported(bank, write(tmp_path / "a.jsonl", results()))
    assert imported(bank, write(tmp_path / "b.jsonl", results())).new_episodes == 3


def test_an_import_that_is_broken_off_says_so_and_goes_on_later(bank: Bank, tmp_path: Path) -> None:
    many = [result(f"p-{number}", (5,)) for number in range(250)]
    path = write(tmp_path / "a.jsonl", many)
    running = import_dialogues(bank, [path])
    assert next(running).whole.new_episodes == 100
    assert find_run(bank.connection, 1).state == "running"
    running.close()
    run = find_run(bank.connection, 1)
    assert (run.state, run.reason, run.episodes) == ("stopped", BROKEN_OFF, 100)
    assert bank.connection.value("SELECT count(*) FROM episodes WHERE state <> 'finished'") == 0
    assert imported(bank, path).new_episodes == 150
    run = find_run(bank.connection, 1)
    assert (run.state, run.reason, run.episodes) == ("done", "", 250)


def test_profiles_are_kept_once_and_a_stored_one_is_never_overwritten(bank: Bank, tmp_path: Path) -> None:
    before = bank.hashes()[1]
    first = imported(bank, write(tmp_path / "p.jsonl", [profile(), profile("p-2"), profile("p-3", task="?")]))
    assert (first.profiles, first.new_profiles, first.parts["profile"]) == (2, 2, 1)
    assert bank.hashes()[1] != before
    stored = bank.hashes()
    other = profile("p-2", scene="另一个故事。")
    second = imported(bank, write(tmp_path / "q.jsonl", [profile(), other]))
    assert (second.profiles, second.new_profiles, second.profiles_otherwise) == (2, 0, 1)
    assert bank.hashes() == stored and bank.check() == []


def test_one_file_may_hold_profiles_talks_and_dialogues(bank: Bank, tmp_path: Path) -> None:
    chat = {"messages": [{"role": "user", "content": "My kite is gone."}, {"role": "assistant", "content": "Where did you lose it?"}]}
    count = imported(bank, write(tmp_path / "mixed.jsonl", [profile(), chat, result(), {"no": 1}]))
    assert (count.profiles, count.dialogues, count.episodes, count.taken, count.skipped) == (1, 1, 1, 3, 1)


def test_recorded_talks_leave_the_hashes_alone_and_the_check_sees_a_changed_played_profile(bank: Bank, tmp_path: Path) -> None:
    before = bank.hashes()
    imported(bank, write(tmp_path / "a.jsonl", results()))
    assert bank.hashes() == before and bank.check() == []
    bank.writing.run("UPDATE played_profiles SET content = replace(content, '修表匠', '面包师') WHERE id = 'p-1'")
    assert bank.check() == ["The hash of played profile 'p-1' does not fit its content."]


def test_forgetting_every_talk_leaves_runs_alone(bank: Bank, tmp_path: Path) -> None:
    imported(bank, write(tmp_path / "a.jsonl", results()))
    bank.start_conversation(conversation_started(bank))
    bank.append_events([TurnStarted(conversation_id="talk-1", turn=1, time="2026-01-01T00:00:00.000Z", text="my own words")])
    rows = episode_rows(bank.connection, 1)
    events = [read_events(bank.connection, row.conversation, 0) for row in rows]
    assert [talk.conversation for talk in bank.conversations(10)] == ["talk-1"]
    assert bank.forget_all().conversations == 1
    assert (episode_rows(bank.connection, 1), [read_events(bank.connection, row.conversation, 0) for row in rows]) == (rows, events)
    with pytest.raises(UserError, match="there is no talk"):
        bank.forget(rows[0].conversation)
    assert bank.check() == []


def test_merging_another_bank_brings_none_of_its_runs_and_touches_none_here(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    with small_bank(tmp_path) as here, open_bank(small_bank_file(tmp_path / "theirs")) as there:
        imported(here, write(tmp_path / "ours.jsonl", [result()]))
        imported(there, write(tmp_path / "theirs.jsonl", [SUCCESS, FAILURE]))
        skill = there.skill("turn-the-page")
        there.commit({skill.slug: None}, author="Ada", message="out", base_revision=there.head_number)
        before = sizes(here)
        merged = carry_out(here, there, plan_merge(here, there, "theirs.db"), {}, author="Ada")
        assert merged.revision is not None and merged.brought.talks == 0
        assert sizes(here) == before and here.check() == []


def test_a_removed_run_leaves_nothing_behind(bank: Bank, tmp_path: Path) -> None:
    before = sizes(bank)
    imported(bank, write(tmp_path / "a.jsonl", results()))
    assert remove_run(bank.writing, 1).episodes == 3
    assert sizes(bank) == before
