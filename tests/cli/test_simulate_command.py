"""``esc-tui simulate``, ``episodes`` and ``replay``: runs from the first word to the last, and one sentence for every fault."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from esc_tui.bank.answers import keep_answer
from esc_tui.bank.bank import open_bank
from esc_tui.bank.episode_search import allowed_values
from esc_tui.bank.episodes import episode_rows, finish_unrun
from esc_tui.bank.runs import ask_of_run, find_run, set_run_state
from esc_tui.bank.talks import read_events
from esc_tui.cli import simulate
from esc_tui.cli.live_run import LiveRun
from esc_tui.cli.main import main
from esc_tui.cli.narration import Narrator
from esc_tui.cli.replay import paced
from esc_tui.cli.simulate import _stopping
from esc_tui.domain.base import now_iso
from esc_tui.domain.labels import Shelf
from esc_tui.settings.locator import template_path
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.profiles import retire_cohort
from tests.interchange.sage_files import results, write
from tests.support_bank import small_bank_file

Capture = pytest.CaptureFixture[str]
CONTROLS = "\x1b[31mred"


@pytest.fixture
def bank(tmp_path: Path) -> str:
    path = tmp_path / "mine.db"
    path.write_bytes(template_path().read_bytes())
    return str(path)


def call(capsys: Capture, bank: str, *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([*words, "--bank", bank])
    told = capsys.readouterr()
    return code, told.out, told.err


def last_object(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


def played(capsys: Capture, bank: str, *words: str) -> dict[str, Any]:
    code, out, errors = call(capsys, bank, "simulate", "--limit", "2", "--display", "json", *words)
    assert code == 0, errors
    return last_object(out)


def refused(capsys: Capture, bank: str, *words: str) -> str:
    """The one sentence."""
    code, out, errors = call(capsys, bank, *words)
    assert code in {1, 2} and out == "" and len(errors.strip().splitlines()) == 1, (out, errors)
    return errors


def test_a_run_ends_with_one_object_of_its_measures(bank: str, capsys: Capture) -> None:
    found = played(capsys, bank)
    assert (found["kind"], found["job"], found["run"], found["state"], found["calls"]) == ("result", "simulate", 1, "done", 0)
    assert 0 <= found["score"] <= 100 and sum(found["outcomes"].values()) == 2


def test_a_forecast_stores_nothing_and_a_plan_is_carried_out_later(bank: str, capsys: Capture) -> None:
    code, out, _ = call(capsys, bank, "simulate", "--limit", "2", "--forecast", "--display", "json")
    assert code == 0 and (last_object(out)["kind"], last_object(out)["episodes"]) == ("forecast", 2)
    assert call(capsys, bank, "episodes", "runs")[1] == ""
    code, out, _ = call(capsys, bank, "simulate", "--limit", "2", "--plan", "--display", "json")
    assert code == 0 and (last_object(out)["kind"], last_object(out)["run"]) == ("planned", 1)
    assert "This episode has not begun yet." in call(capsys, bank, "replay", "1/1", "--speed", "0")[1]
    code, out, errors = call(capsys, bank, "simulate", "--run", "1", "--display", "plain")
    assert code == 0 and errors.startswith("Run 1: 2 episodes, no model calls") and out


def test_a_run_that_is_over_or_was_imported_is_refused_and_left_as_it_is(bank: str, tmp_path: Path, capsys: Capture) -> None:
    played(capsys, bank)
    assert main(["import", str(write(tmp_path / "some.jsonl", results())), "--bank", bank]) == 0
    with open_bank(bank, readonly=True) as opened:
        before = [find_run(opened.connection, number).settings for number in (1, 2)]
    for more in ([], ["--budget-calls", "9"], ["--budget-minutes", "2"]):
        assert "run 1 is done already" in refused(capsys, bank, "simulate", "--resume", "1", *more)
        assert "run 2 was imported; there is nothing to carry out" in refused(capsys, bank, "simulate", "--resume", "2", *more)
    with open_bank(bank, readonly=True) as opened:
        assert [find_run(opened.connection, number).settings for number in (1, 2)] == before


@pytest.mark.parametrize("name", ["1/²", "1/" + "9" * 30, "9" * 30 + "/1", "1/-1", "1/", "/"])
def test_a_name_that_no_episode_has_is_one_sentence(name: str, tmp_path: Path, capsys: Capture) -> None:
    bank = str(small_bank_file(tmp_path))
    assert f"there is no episode '{name}'" in refused(capsys, bank, "episodes", "show", name)


def test_two_names_of_one_revision_are_no_two_arms(bank: str, capsys: Capture) -> None:
    said = refused(capsys, bank, "simulate", "--limit", "1", "--arm", "newest", "--arm", "r1", "--display", "json")
    assert "two arms are the same (r1)" in said
    assert call(capsys, bank, "episodes", "runs")[1] == ""


def test_control_characters_of_arms_and_skills_are_shown_and_not_obeyed(bank: str, capsys: Capture) -> None:
    played(capsys, bank, "--arm", "newest", "--arm", "none")
    with open_bank(bank) as opened:
        connection = opened.writing
        settings = dict(find_run(connection, 1).settings)
        connection.run("UPDATE runs SET settings = ?", (json.dumps({**settings, "arms": [CONTROLS, CONTROLS + "2"]}),))
        talk = episode_rows(connection, 1)[0].conversation
        for kind, field, value in (("episode_started", "$.arm", json.dumps(CONTROLS)),
                                   ("reply_finished", "$.skills", json.dumps([CONTROLS]))):
            connection.run("UPDATE events SET data = json_set(data, ?, json(?)) WHERE conversation = ? AND kind = ?",
                           (field, value, talk, kind))
    for words in (("episodes", "list", "1"), ("episodes", "show", "1/1"), ("replay", "1/1", "--speed", "0")):
        code, out, errors = call(capsys, bank, *words)
        assert code == 0 and "\x1b" not in out + errors and "␛[31mred" in out


def test_a_list_of_episodes_is_narrowed_by_words_and_an_unknown_one_is_named(bank: str, capsys: Capture) -> None:
    played(capsys, bank)
    with open_bank(bank, readonly=True) as opened:
        first, second = episode_rows(opened.connection, 1)
    code, out, errors = call(capsys, bank, "episodes", "list", "1", first.profile, f"need:{first.need}")
    assert code == 0 and [line.split()[0] for line in out.splitlines()] == ["1/1"] and errors == "1 of 2 episodes fit.\n"
    out = call(capsys, bank, "episodes", "list", "last", f"outcome:{second.outcome}", "--json")[1]
    assert second.number in {json.loads(line)["number"] for line in out.splitlines()}
    for words in (("outcome:failure",), (f"character:{first.character}", f"outcome:{first.outcome}")):
        assert call(capsys, bank, "episodes", "list", *words) == call(capsys, bank, "episodes", "list", "last", *words)
    assert "there is no facet 'weather:', only " in refused(capsys, bank, "episodes", "list", "1", "weather:fine")
    assert "outcome: has no 'splendid', only " in refused(capsys, bank, "episodes", "list", "1", "outcome:splendid")


@pytest.mark.parametrize("option", ["need", "character", "scenario"])
def test_an_unknown_label_of_a_run_is_refused_with_those_there_are(option: str, bank: str, capsys: Capture) -> None:
    said = refused(capsys, bank, "simulate", f"--{option}", "xyz")
    assert f"unknown {option} 'xyz'" in said and all(one in said for one in allowed_values(option)) and "nearest" not in said


def test_a_removed_run_says_what_went_with_it(bank: str, capsys: Capture) -> None:
    played(capsys, bank)
    with open_bank(bank) as opened:
        for number in range(3):
            keep_answer(opened.writing, 1, f"key {number}", "x" * 700, now_iso())
    assert call(capsys, bank, "episodes", "remove", "1", "--yes")[1] == (
        "Removed run 1 with 2 episodes and 3 answers kept of its endpoint (2.1 kB).\n")
    with open_bank(bank, readonly=True) as opened:
        assert opened.connection.value("SELECT count(*) FROM cached_answers") == 0


def test_a_run_without_a_failed_episode_has_nothing_to_try_again(bank: str, capsys: Capture) -> None:
    played(capsys, bank)
    assert "--failed: no episode of run 1 failed. Leave it out." in refused(capsys, bank, "simulate", "--resume", "1", "--failed")


def test_episodes_are_listed_shown_hashed_and_removed(bank: str, capsys: Capture) -> None:
    played(capsys, bank)
    runs = [json.loads(line) for line in call(capsys, bank, "episodes", "runs", "--json")[1].splitlines()]
    assert [(one["number"], one["state"], one["states"]) for one in runs] == [(1, "done", {"finished": 2})]
    code, out, _ = call(capsys, bank, "episodes", "list", "1")
    assert code == 0 and [line.split()[0] for line in out.splitlines()] == ["1/1", "1/2"]
    with open_bank(bank, readonly=True) as opened:
        talk = episode_rows(opened.connection, 1)[0].conversation
    for words in (("talks", "show", talk), ("talks", "export", talk)):
        assert "is a simulated talk" in refused(capsys, bank, *words)
    shown = call(capsys, bank, "episodes", "show", "1/1")[1]
    assert "seeker 1: " in shown and "supporter: " in shown and " at emotion " in shown.splitlines()[-1]
    assert call(capsys, bank, "replay", "1/1", "--speed", "0")[1] == shown
    kinds = [json.loads(line)["kind"] for line in call(capsys, bank, "episodes", "show", "1/1", "--json")[1].splitlines()]
    assert kinds[:2] == ["conversation_started", "episode_started"] and kinds[-1] == "episode_finished"
    code, digest, errors = call(capsys, bank, "episodes", "hash", "1")
    lines = call(capsys, bank, "episodes", "hash", "1", "--lines")[1].splitlines()
    assert code == 0 and len(digest.strip()) == 64 and f"run 1: {len(lines):,} lines" in errors
    assert played(capsys, bank)["run"] == 2 and call(capsys, bank, "episodes", "hash", "2")[1] == digest
    assert "run 1 is not under way (done)" in refused(capsys, bank, "episodes", "ask", "pause", "1")
    assert "a single episode cannot be stepped" in refused(capsys, bank, "episodes", "ask", "step", "1/1")
    assert call(capsys, bank, "episodes", "show", "last/1")[1] == shown
    assert "'last/3'" in refused(capsys, bank, "episodes", "show", "last/3")
    assert "nobody can be asked here, so nothing was removed" in call(capsys, bank, "episodes", "remove", "2")[2]
    assert call(capsys, bank, "episodes", "remove", "2", "--yes")[1] == "Removed run 2 with 2 episodes.\n"
    assert "there is no run '2'" in refused(capsys, bank, "episodes", "list", "2")
    assert "Run 3 is planned." in call(capsys, bank, "simulate", "--limit", "1", "--plan")[1], "no number is used twice"


def test_nothing_of_a_sealed_profile_is_given_out_until_it_is_retired(bank: str, tmp_path: Path, capsys: Capture) -> None:
    played(capsys, bank)
    with open_bank(bank) as opened:
        row = episode_rows(opened.connection, 1)[0]
        who = next(one for one in opened.profiles() if one.id == row.profile)
        opened.writing.run("UPDATE episodes SET shelf = 'confirm' WHERE number = 1")
        spoken = [event.text for event in opened.events(row.conversation) if event.kind in {"turn_started", "reply_finished"}]
    texts = [row.name, who.name, who.first_line, *spoken]
    told = []
    for words in (["list", "1"], ["list", "1", "--json"], ["hash", "1"], ["hash", "1", "--lines"]):
        code, out, errors = call(capsys, bank, "episodes", *words)
        assert code == 0
        told.append(out + errors)
    assert "sealed 1" in told[0] and "Left out: 1 episodes of sealed profiles" in told[-1]
    for words in (["episodes", "show", "1/1"], ["episodes", "show", row.conversation, "--json"], ["replay", row.conversation[:20]]):
        told.append(refused(capsys, bank, *words))
        assert "'1/1' is sealed: nobody reads profiles of the shelf confirm" in told[-1]
    told.append(refused(capsys, bank, "export", "1/1", "--format", "jsonl"))
    assert "there is nothing to export (1 of sealed profiles)" in told[-1]
    code, out, errors = call(capsys, bank, "export", "1", "--format", "jsonl", "--out", str(tmp_path / "out.jsonl"))
    assert code == 0 and "Wrote 1 episode " in errors and "Left out: 1 of sealed profiles." in errors
    told.append((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    mentioned = [text for text in texts if any(text in one for one in told)]
    assert not mentioned
    with open_bank(bank) as opened:
        retire_cohort(opened, [row.profile])
    assert who.first_line in call(capsys, bank, "episodes", "show", "1/1")[1]


def test_the_live_picture_does_not_name_a_sealed_profile(bank: str, capsys: Capture) -> None:
    played(capsys, bank)
    with open_bank(bank) as opened:
        opened.writing.run("UPDATE episodes SET shelf = 'exam' WHERE number = 1")
        first, second = episode_rows(opened.connection, 1)
        live = LiveRun(opened, find_run(opened.connection, 1), Control())
        console = Console(width=120)
        with console.capture() as drawn:
            console.print(live._picture(2, 2))
        live.reader.close()
    assert "sealed 1" in drawn.get() and first.name not in drawn.get() and second.name in drawn.get()


def test_the_live_picture_says_which_supporter_an_episode_belongs_to(bank: str, capsys: Capture) -> None:
    played(capsys, bank, "--arm", "newest", "--arm", "none")
    with open_bank(bank) as opened:
        live = LiveRun(opened, find_run(opened.connection, 1), Control())
        console = Console(width=120)
        with console.capture() as drawn:
            console.print(live._picture(4, 4))
        live.reader.close()
    lines = drawn.get().splitlines()
    assert re.search(r":1 r1  score [\d.]+  ok \d+  failure \d+   :2 no bank  score [\d.]+  ok", lines[2]) and "score" not in lines[1]
    assert sum(" :1 " in line for line in lines[3:]) == 2 == sum(" :2 " in line for line in lines[3:])
    assert "Ctrl+C stops." in lines[-2] + lines[-1] and "esc-tui episodes ask pause 1 --bank" in "".join(lines[-2:])


def test_a_paused_run_says_so_and_tells_no_time_left(bank: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    real, drawn = simulate.carry_run, []

    def carried(opened: Any, program: Any, number: int, told: Any, control: Control, cluster: Any) -> Any:
        live = LiveRun(opened, find_run(opened.connection, number), control)

        def steered(done: int, total: int) -> None:
            told(done, total)
            asked = "resume" if control.paused else "pause" if not drawn and done < total else None
            if control.paused:
                console = Console(width=120)
                with console.capture() as picture:
                    console.print(live._picture(done, total))
                drawn.append(picture.get())
            if asked is not None:
                ask_of_run(opened.writing, number, asked, now_iso())  # type: ignore[arg-type]

        ended = real(opened, program, number, steered, control, cluster)
        live.reader.close()
        return ended

    monkeypatch.setattr(simulate, "carry_run", carried)
    code, _, errors = call(capsys, bank, "simulate", "--limit", "6", "--display", "plain")
    assert code == 0 and drawn and " paused" in drawn[0] and "left" not in drawn[0]
    assert "of 6 episodes, paused\n" in errors


def test_an_ending_below_10_is_a_failure_and_not_a_failed_episode(bank: str, capsys: Capture) -> None:
    outcomes = played(capsys, bank, "--limit", "6")["outcomes"]
    with open_bank(bank) as opened:
        live = LiveRun(opened, find_run(opened.connection, 1), Control())
        console = Console(width=120)
        with console.capture() as drawn:
            console.print(live._picture(6, 6))
        live.reader.close()
    told = f"failure {outcomes.get('failure', 0)}"
    for said in (drawn.get(), call(capsys, bank, "episodes", "runs")[1]):
        assert told in said and "failed" not in said


def test_a_run_is_named_after_its_supporters_and_who_is_played(bank: str, capsys: Capture) -> None:
    played(capsys, bank, "--arm", "newest", "--arm", "none,one-by-one", "--repeats", "2")
    played(capsys, bank, "--need", "be-praised")
    told = call(capsys, bank, "episodes", "runs")[1]
    assert "r1 against no bank one-by-one, 2 profiles x 2\n" in told and "r1, 2 profiles, be-praised\n" in told


def test_a_sealed_profile_is_not_played_by_its_name(bank: str, capsys: Capture) -> None:
    assert call(capsys, bank, "profiles", "new", "-n", "1", "--shelf", "exam", "--seed", "4")[0] == 0
    with open_bank(bank) as opened:
        sealed = next(one for one in opened.profiles() if one.shelf is Shelf.EXAM)
    for more in ([], ["--plan"], ["--forecast"]):
        assert f"'{sealed.id}' is sealed for verifications" in refused(capsys, bank, "simulate", "--profile", sealed.id, *more)
    with open_bank(bank) as opened:
        retire_cohort(opened, [sealed.id])
    assert call(capsys, bank, "simulate", "--profile", sealed.id, "--plan")[0] == 0


@pytest.mark.parametrize("more", [["--slots", "4"], ["--seeker", "endpoint"], ["--arm", "none"], ["--critic"], ["--slots", "16"]])
def test_what_a_stored_run_was_planned_with_cannot_be_given_again(more: list[str], bank: str, capsys: Capture) -> None:
    assert call(capsys, bank, "simulate", "--limit", "1", "--plan")[0] == 0
    for how in ("--run", "--resume"):
        said = refused(capsys, bank, "simulate", how, "1", *more)
        assert f"{more[0]} cannot be given for a run that is stored" in said
    assert "--run and --resume name one run each" in refused(capsys, bank, "simulate", "--run", "1", "--resume", "1")


def test_ctrl_c_asks_for_a_clean_end_and_a_second_one_ends_at_once(capsys: Capture) -> None:
    control = Control()
    with pytest.raises(KeyboardInterrupt), _stopping(control, 7, Narrator("simulate", "plain")):
        signal.raise_signal(signal.SIGINT)
        assert control._stop.wait(60)
        signal.raise_signal(signal.SIGINT)
    assert control.reason == "by a person"
    assert capsys.readouterr().err == "Stopping after the turns in hand; go on later with 'esc-tui simulate --resume 7'.\n"
    with _stopping(Control(), 7, Narrator("simulate", "plain")):
        pass
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("pressed", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 1)])
def test_only_ctrl_c_ends_a_run_with_its_own_exit_code(
    pressed: signal.Signals, expected: int, bank: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = simulate.carry_run

    def carried(opened: Any, program: Any, number: int, told: Any, control: Control, cluster: Any) -> Any:
        def interrupted(done: int, total: int) -> None:
            if not control.stopped:
                signal.raise_signal(pressed)
                assert control._stop.wait(60)
            told(done, total)

        return real(opened, program, number, interrupted, control, cluster)

    monkeypatch.setattr(simulate, "carry_run", carried)
    code, _, errors = call(capsys, bank, "simulate", "--limit", "6", "--display", "plain")
    why = "by a person" if pressed is signal.SIGINT else "by a signal"
    assert code == expected and f"Run 1 stopped {why}. Go on with" in errors
    assert f"stopped {why}" in call(capsys, bank, "episodes", "runs")[1]


def test_a_run_that_stops_at_its_budget_is_no_interruption(bank: str, capsys: Capture) -> None:
    code, _, errors = call(capsys, bank, "simulate", "--limit", "6", "--budget-minutes", "0.00001", "--display", "plain")
    assert code == 1 and "Run 1 stopped: budget of 1e-05 minutes spent." in errors


@pytest.mark.parametrize(("more", "said"), [
    (["--budget-calls", "3"], "--budget-calls: nothing in this run asks a model"),
    (["--budget-tokens", "3"], "--budget-tokens: nothing in this run asks a model"), (["--arm", ""], "a supporter is named first")])
def test_what_nothing_of_a_run_would_heed_is_refused(more: list[str], said: str, bank: str, capsys: Capture) -> None:
    assert said in refused(capsys, bank, "simulate", "--limit", "1", "--plan", *more)


def test_a_cancelled_run_does_not_look_played(bank: str, capsys: Capture) -> None:
    assert call(capsys, bank, "simulate", "--limit", "2", "--plan")[0] == 0
    with open_bank(bank) as opened:
        finish_unrun(opened.writing, 1, [1, 2], "cancelled", "cancelled by a person", now_iso())
        set_run_state(opened.writing, 1, "cancelled", now_iso(), "by a person")
    (line,) = call(capsys, bank, "episodes", "runs")[1].splitlines()
    assert " 0/2 " in line and line.endswith("(cancelled by a person; 2 cancelled)")
    assert "Run 1, cancelled by a person: 0 of 2 episodes played, 2 cancelled." in call(capsys, bank, "episodes", "list")[2]
    assert "run 1 (r1, 2 profiles): cancelled by a person\n" in call(capsys, bank, "evaluate", "episodes", "1")[1]


def test_profiles_that_are_left_out_are_told_with_the_reason(bank: str, capsys: Capture) -> None:
    with open_bank(bank) as opened:
        opened.add_profiles([one.model_copy(update={"language": "zh-CN"}) for one in opened.profiles()[:5]])
    told = "5 profiles left out: they speak zh, the embedded seeker English"
    assert told in call(capsys, bank, "simulate", "--forecast")[1]
    assert json.loads(call(capsys, bank, "simulate", "--forecast", "--display", "json")[1])["left_out"] == told
    assert "left out" not in call(capsys, bank, "simulate", "--forecast", "--limit", "3")[1]


def test_a_run_that_goes_out_comes_into_another_bank_with_its_supporters_and_its_rules(bank: str, tmp_path: Path, capsys: Capture) -> None:
    other, out, again = (str(tmp_path / name) for name in ("other.db", "r1.jsonl", "again.jsonl"))
    played(capsys, bank, "--arm", "newest", "--arm", "none", "--limit", "1", "--repeats", "2")
    assert call(capsys, bank, "export", "1", "--out", out)[0] == 0 == call(capsys, other, "import", out)[0]
    for place in bank, other:
        assert "arm no bank  sage-fixed" in call(capsys, place, "episodes", "show", "1/2")[1].splitlines()[0]
    first, second = (json.loads(call(capsys, place, "evaluate", "episodes", "1", "--display", "json")[1]) for place in (bank, other))
    same = ("outcomes", "score", "arms_compared", "turns", "mixes")
    assert [first[name] for name in same] == [second[name] for name in same] and first["mixes"] == ["r1", "no bank"]
    assert call(capsys, other, "export", "1", "--out", again)[0] == 0
    assert Path(again).read_bytes() == Path(out).read_bytes()
    assert json.loads(call(capsys, other, "evaluate", "episodes", out, "--display", "json")[1])["arms_compared"] == first["arms_compared"]


def test_a_replay_leaves_time_to_read_or_goes_as_it_was_recorded(bank: str, capsys: Capture) -> None:
    played(capsys, bank, "--limit", "1")
    with open_bank(bank, readonly=True) as opened:
        events = read_events(opened.connection, episode_rows(opened.connection, 1)[0].conversation, 0)
    reader, faster = list(paced(events, 1.0)), list(paced(events, 4.0))
    spoken = [len(one.event.text) for one in reader if one.event.kind in {"turn_started", "reply_finished"}]
    assert sum(one.pause for one in reader) >= sum(spoken[:-1]) / 40 and sum(one.pause for one in reader) < 600
    assert sum(one.pause for one in faster) == pytest.approx(sum(one.pause for one in reader) / 4)
    assert sum(one.pause for one in paced(events, 1.0, "recorded")) < 30 and not any(one.pause for one in paced(events, 0.0))
    assert [line for one in reader for line in one.lines] == call(capsys, bank, "replay", "1/1", "--speed", "0")[1].splitlines()


def test_skills_are_hidden_on_wish_and_the_episode_names_them(bank: str, capsys: Capture) -> None:
    played(capsys, bank, "--mask", "0.5")
    assert "2 profiles, 50 % of skills hidden\n" in call(capsys, bank, "episodes", "runs")[1]
    shown = call(capsys, bank, "episodes", "show", "1/1")[1].splitlines()
    assert shown[1].startswith("hidden from it: ") and shown[1].count(",") > 3
    assert "--mask cannot be given for a run that is stored" in refused(capsys, bank, "simulate", "--resume", "1", "--mask", "0.1")
    assert "a supporter without a bank has no skill that --mask could hide" in refused(
        capsys, bank, "simulate", "--mask", "0.1", "--arm", "none", "--limit", "1")
    code, out, errors = call(capsys, bank, "simulate", "--mask", "0.7", "--limit", "1")
    assert code == 2 and not out and "--mask" in errors and "0.5" in errors
