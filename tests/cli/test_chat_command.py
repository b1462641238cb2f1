"""``esc-tui chat`` with the embedded engine, as another program would use it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from esc_tui.cli.main import main


@pytest.fixture
def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(lines: str, *options: str) -> tuple[int, list[dict[str, Any]]]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode()), encoding="utf-8"))
        code = main(["chat", "--display", "json", "--bank", str(tmp_path / "mine.db"), *options])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def of_kind(events: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(event for event in events if event["kind"] == kind)


def test_one_line_shows_state_units_ranked_skills_plan_and_segments_with_their_skills(chat: Any) -> None:
    code, events = chat("nobody at work even noticed\n")
    assert code == 0
    assert of_kind(events, "state_read")["states"][0]["state"] in {"lonely", "sad", "ashamed"}
    assert of_kind(events, "units_recalled")["units"]
    ranked = of_kind(events, "skills_ranked")
    assert ranked["skills"]
    assert {row["verdict"] for row in ranked["ranked"]} >= {"chosen", "runner_up"}
    assert of_kind(events, "plan_made")["moves"]
    segments = [event for event in events if event["kind"] == "segment_finished"]
    assert {event["skill"] for event in segments} <= set(ranked["skills"])
    assert of_kind(events, "reply_finished")["text"] == " ".join(event["text"] for event in segments)
    assert all(event["event_id"] and event["conversation_id"] and event["time"] for event in events)


def test_the_same_seed_and_words_give_the_same_talk(chat: Any, tmp_path: Path) -> None:
    talk = "hi\nmy dad died in march and i never called him back\ni keep thinking what if i'd called\n"
    first = [event["text"] for event in chat(talk, "--seed", "7")[1] if event["kind"] == "reply_finished"]
    again = [event["text"] for event in chat(talk, "--seed", "7")[1] if event["kind"] == "reply_finished"]
    assert first == again


def test_without_the_bank_a_reply_comes_all_the_same(chat: Any) -> None:
    _, events = chat("nobody at work even noticed\n", "--no-bank")
    assert not any(event["kind"] == "skills_ranked" for event in events)
    assert of_kind(events, "reply_finished")["text"]


def test_a_crisis_is_met_with_the_fixed_text_and_its_words_are_named(chat: Any) -> None:
    _, events = chat("i want to kill myself tonight\n")
    assert of_kind(events, "guard_checked")["crisis"] is True
    assert of_kind(events, "guard_checked")["evidence"][0]["text"]
    assert of_kind(events, "reply_finished")["outcome"] == "crisis"


def test_an_edit_changes_the_next_reply_and_undo_brings_the_old_one_back(
        chat: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = str(tmp_path / "mine.db")
    line = "i spent the whole weekend getting the archive in order and nobody at work even noticed\n"

    def answer() -> tuple[str, list[str]]:
        events = chat(line, "--seed", "3")[1]
        reply = of_kind(events, "reply_finished")
        return reply["text"], reply["skills"]

    before, skills = answer()
    slug = skills[0]
    main(["bank", "show", slug, "--bank", bank])
    text = capsys.readouterr().out
    folder = tmp_path / "edited" / slug
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text(text.replace("esc-status: active", "esc-status: retired"), encoding="utf-8")
    assert main(["bank", "import", str(tmp_path / "edited"), "--bank", bank]) == 0
    capsys.readouterr()
    after, others = answer()
    assert slug not in others
    assert after != before
    assert main(["bank", "undo", "--bank", bank]) == 0
    capsys.readouterr()
    assert answer() == (before, skills)


def test_an_endpoint_without_address_is_one_sentence(chat: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = chat("hello\n", "--engine", "endpoint")
    assert code == 2


def test_a_forgotten_talk_leaves_no_word_in_the_file(tmp_path: Path, chat: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _, events = chat("my zebrafinch Quillon flew away\n")
    bank = tmp_path / "mine.db"
    assert main(["talks", "forget", events[0]["conversation_id"], "--bank", str(bank)]) == 0
    for file in tmp_path.glob("mine.db*"):
        assert b"Quillon" not in file.read_bytes()


def test_a_talk_is_exported_whole_for_its_owner_or_not_at_all(
        chat: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _, events = chat("nobody at work even noticed\n")
    target = tmp_path / "out" / "talk.md"
    target.parent.mkdir()
    command = ["talks", "export", events[0]["conversation_id"], "--output", str(target), "--bank", str(tmp_path / "mine.db")]

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("esc_tui.settings.files.os.fsync", full)
        assert main(command) == 1
    assert "the talk cannot be written (No space left on device)" in capsys.readouterr().err and list(target.parent.iterdir()) == []
    assert main(command) == 0
    assert "nobody at work even noticed" in target.read_text(encoding="utf-8") and list(target.parent.iterdir()) == [target]
    assert main(command) == 1
    assert "there already is a file" in capsys.readouterr().err
