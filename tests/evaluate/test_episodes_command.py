"""``esc-tui evaluate episodes`` over files and runs: a table, or one object on standard output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.episodes import PlannedEpisode
from esc_tui.bank.runs import add_run, find_run
from esc_tui.cli.evaluate_episodes import summary_of_run
from esc_tui.cli.main import main
from esc_tui.domain.hashing import canonical_json, sha256
from esc_tui.evaluate.episodes.published import LEADERBOARD
from tests.interchange.sage_files import FAILURE, SUCCESS, profile, result, results, write
from tests.support_bank import FIXED_TIME, one_profile, small_bank_file

PUBLISHED = {"gpt-4o-0808.jsonl": (31.8, 7, 51), "claude3.7.jsonl": (54.8, 19, 24)}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["evaluate", "episodes", *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def evaluated(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code, out, errors = run(capsys, *words, "--display", "json")
    assert code == 0, errors
    (line,) = out.splitlines()
    return json.loads(line)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_file_gives_its_published_row(sage: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluated(capsys, str(sage / "results" / name))
    score, success, failure = PUBLISHED[name]
    assert found["score"] == pytest.approx(score, abs=0.1)
    assert (found["success"], found["failure"], found["episodes"], found["left_out"]) == (success, failure, 100, 0)
    assert found["intervals"]["score"][0] < found["score"] < found["intervals"]["score"][1]
    assert found["bootstrap"]["score"] == pytest.approx(found["intervals"]["score"], abs=1.5)


def test_a_published_file_gives_the_same_numbers_as_a_run_of_the_bank(
        sage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank, paths = str(small_bank_file(tmp_path)), [str(sage / "results" / name) for name in PUBLISHED]
    assert main(["import", *paths, "--bank", bank]) == 0
    capsys.readouterr()
    names = ("score", "success", "failure", "turns", "turns_capped", "mean_emotion", "volatility", "intervals", "outcomes", "by")
    for number, path in enumerate(paths, 1):
        direct, stored = (evaluated(capsys, one, "--bank", bank, "--by", "need", "--by", "scenario") for one in (path, str(number)))
        assert {name: direct[name] for name in names} == {name: stored[name] for name in names}
    compared = evaluated(capsys, "2", "--compare", "1", "--bank", bank)["compare"]
    assert (compared["pairs"], compared["unpaired_first"], compared["unpaired_second"]) == (100, 0, 0)
    assert compared["difference"] == pytest.approx(23.0, abs=0.1) and 35 <= compared["deviation"] <= 52


def test_a_file_is_measured_without_any_bank(tmp_path: Path, own_world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluated(capsys, str(write(tmp_path / "some.jsonl", results())), "--by", "character")
    assert (found["score"], found["success"], found["failure"], found["episodes"]) == (pytest.approx(155 / 3), 1, 1, 3)
    assert found["outcomes"] == {"failure": 1, "success": 1, "turns": 1}
    assert found["turns"] == pytest.approx(16 / 3) and found["turns_capped"] == 9
    assert set(found["by"]) == {"character"} and found["by"]["character"]["negative"]["episodes"] == 3
    assert found["sources"][0]["name"] == "some.jsonl" and found["bootstrap"] == {}
    assert {"rows", "note", "source"} == set(found["published"]) and "same seeker model" in found["published"]["note"]
    assert not list(own_world.rglob("*.db"))


def test_the_table_is_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "some\x1b[31m.jsonl", [*results(), {"history": [], "emo_point": 1}])
    code, out, _ = run(capsys, str(path), "--by", "need")
    assert code == 0 and "\x1b" not in out and max(map(len, out.splitlines())) <= 98
    assert "3 episodes counted: 1 emotion at 100, 1 emotion below 10, 1 all turns done" in out
    assert "not taken: 1 a recorded talk without messages" in out
    assert "by need" in out and "examine-from-several-sides" in out
    assert next(line for line in out.splitlines() if line.startswith(">")).split()[-8:] == [
        "51.7", "33", "%", "33", "%", "yours,", "3", "episodes"]
    assert "Comparable only with episodes of the" in out


def test_two_files_are_measured_together_and_each_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = write(tmp_path / "a.jsonl", [SUCCESS]), write(tmp_path / "b.jsonl", [FAILURE])
    found = evaluated(capsys, str(first), str(second), "--by", "arm")
    assert (found["score"], [one["score"] for one in found["sources"]]) == (52.5, [100, 5])
    assert list(found["by"]["arm"]) == ["a", "b"]


def test_a_file_is_compared_with_a_file_in_pairs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = write(tmp_path / "a.jsonl", [result(changes=(10, 10)), SUCCESS])
    second = write(tmp_path / "b.jsonl", [result(), FAILURE, result("p-2", (5,))])
    found = evaluated(capsys, str(first), "--compare", str(second))["compare"]
    assert (found["difference"], found["pairs"], found["unpaired_first"], found["unpaired_second"]) == (32.5, 2, 0, 1)
    assert (found["success_gained"], found["first"], found["second"]) == (1, "a.jsonl", "b.jsonl")
    code, out, _ = run(capsys, str(first), "--compare", str(second))
    assert code == 0 and "2 pairs; left out: 0 and 1 without a partner" in out


def simulated(bank: str) -> None:
    """Run 1 with two arms: two finished episodes each, one that failed, one that waits."""
    who = one_profile()
    digest = sha256(canonical_json(who))

    def planned(number: int, arm: int, repeat: int) -> PlannedEpisode:
        return PlannedEpisode(number, f"talk-{number}", who.id, digest, "Mara", arm, repeat, 1, "develop", "other", "passive",
                              "be-praised", 40)

    plan = [planned(number, arm, repeat) for number, (arm, repeat) in enumerate([(0, 1), (1, 1), (0, 2), (1, 2), (0, 3), (1, 3)], 1)]
    settings = {"arms": [{}, {"bank": False}], "run": {"protocol": "sage-fixed"}}
    with open_bank(bank) as opened:
        add_run(opened.writing, "run-1", "simulated", "", FIXED_TIME, settings, {}, plan, [who])
        for number, outcome, emotion, skills in (
                (1, "turns", 60, "x,y"), (2, "turns", 50, ""), (3, "success", 100, "x"), (4, "failure", 0, ""), (5, "failed", 40, "")):
            opened.writing.run("UPDATE episodes SET state = 'finished', outcome = ?, emotion = ?, skills = ?, turns = 4, curve = ? "
                               "WHERE number = ?", (outcome, emotion, skills, f"40,{emotion}", number))


def test_arms_of_one_run_are_groups_and_can_be_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = str(small_bank_file(tmp_path))
    simulated(bank)
    found = evaluated(capsys, "1", "--bank", bank)
    assert (found["episodes"], found["left_out"], found["outcomes"]["failed"], found["outcomes"]["waiting"]) == (4, 2, 1, 1)
    assert {name: one["score"] for name, one in found["by"]["arm"].items()} == {"newest": 80, "no bank": 25}
    assert {name: one["episodes"] for name, one in evaluated(capsys, "1", "--bank", bank, "--by", "skill")["by"]["skill"].items()} == {
        "(none)": 2, "x": 2, "y": 1}
    (arms,) = found["arms_compared"]
    assert (arms["first"], arms["second"], arms["difference"]) == ("newest", "no bank", 55)
    compared = evaluated(capsys, "1:1", "--compare", "1:no bank", "--bank", bank)["compare"]
    assert (compared["difference"], compared["pairs"], compared["pairs_without_score"], compared["failure_lost"]) == (55, 2, 1, 1)


def test_the_protocol_and_the_seeker_of_a_planned_run_are_read_from_where_it_keeps_them(tmp_path: Path) -> None:
    from esc_tui.domain.sage import PROTOCOLS
    from esc_tui.evaluate.episodes import sources
    from esc_tui.settings.model import Settings
    from esc_tui.simulate.planning import RunSettings
    from esc_tui.simulate.running import plan_run

    with open_bank(str(small_bank_file(tmp_path))) as opened:
        for protocol in PROTOCOLS:
            planned = plan_run(opened, Settings(endpoint="http://127.0.0.1:9"), RunSettings(seeker="endpoint", protocol=protocol))
            found = sources.of_run(opened, str(planned.number))
            assert (found.seeker, found.arms) == ("endpoint", ("r1",))
            assert {one.most_turns for one in found.episodes} == {PROTOCOLS[protocol].turns}


def test_a_run_sums_itself_up_without_the_leaderboard(tmp_path: Path) -> None:
    bank = str(small_bank_file(tmp_path))
    simulated(bank)
    with open_bank(bank, readonly=True) as opened:
        told, text = summary_of_run(opened, find_run(opened.connection, 1))
    assert (told["score"], told["episodes"], told["arms_compared"][0]["pairs"]) == (52.5, 4, 2)
    assert "newest minus no bank" in text and "published" not in text and "Score:" not in text
    assert text.index("by arm") < text.index("All 2 supporters together") and told["mixes"] == ["newest", "no bank"]
    assert text.index("\nnewest ") < text.index("\nno bank ") and "success, 1 of 4" in text


def test_published_rows_and_own_ones_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = str(small_bank_file(tmp_path))
    simulated(bank)
    table = run(capsys, "1", "--bank", bank)[1]
    rows = [line for line in table.splitlines() if line.endswith((" episodes", " episode"))]
    own = [line for line in rows if "yours" in line]
    assert [line[:16].rstrip() for line in own] == ["> run 1, newest", "> run 1, no bank"] and own[0].endswith("yours, 2 episodes")
    assert len(rows) == 2 + len(LEADERBOARD) and all(line.endswith("published, 100 episodes") for line in rows if line not in own)
    assert all(len(line) <= 98 for line in table.splitlines())


def test_wrong_wishes_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = str(small_bank_file(tmp_path))
    simulated(bank)
    chats = write(tmp_path / "profiles.jsonl", [profile()])
    for words, said in ((["9"], "there is no run '9'"), (["1:7"], "run 1 has no arm '7'. It has 1 (newest), 2 (no bank)."),
                        ([str(tmp_path / "no.jsonl")], "there is no such file"), ([str(chats)], "no recorded talk could be read"),
                        (["1", "--compare", "1:1"], "holds several arms"), (["1:1", "1:2", "--compare", "1"], "--compare takes one run")):
        code, out, errors = run(capsys, *words, "--bank", bank)
        assert code == (1 if "could be read" in said else 2) and out == "" and said in errors and len(errors.strip().splitlines()) == 1


def test_a_run_without_any_score_says_so_and_is_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = str(small_bank_file(tmp_path))
    simulated(bank)
    with open_bank(bank) as opened:
        opened.writing.run("UPDATE episodes SET outcome = 'failed', state = 'finished'")
    code, out, errors = run(capsys, "1", "--bank", bank, "--display", "json")
    assert code == 1 and json.loads(out)["score"] is None and json.loads(out)["outcomes"] == {"failed": 6}
    assert "No episode counts for a score" in errors


def test_the_command_is_light_until_it_measures() -> None:
    code = "import esc_tui.cli.evaluate_episodes, esc_tui.cli.exporting, sys; print(*sorted(m for m in sys.modules if '.' not in m))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"numpy", "sklearn", "scipy", "openai", "textual", "sqlite_utils"}
