"""``esc-tui evaluate skills``: a masked run from the first word to the map, and one sentence for every fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.cli.main import main
from esc_tui.domain.labels import Need
from esc_tui.settings.model import Settings
from esc_tui.simulate import arms as arms_module
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.running import carry_run, plan_run
from tests.interchange.sage_files import results, write
from tests.simulate.helpers import ScriptedMind, bank_with

Capture = pytest.CaptureFixture[str]
HELPER = "reflect-unseen-effort"
WORDS = ("quiet work", "nobody say a word", "holding it by yourself", "anyone could see", "wanted it to be", "thank-you")
"""Words of that skill alone."""


def lifted(moment: Any) -> int:
    """Who wants what seeker 1 wants feels much better after that skill, and everybody worse after anything else."""
    said = next((line.text for line in reversed(moment.history) if line.speaker == "supporter"), "")
    helped = any(words in said for words in WORDS) and moment.profile.id == "seeker-1"
    return 9 if helped else -3 - moment.seed % 2


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = bank_with(tmp_path_factory.mktemp("skills"))
    with pytest.MonkeyPatch.context() as patch, open_bank(path) as opened:
        patch.setattr(arms_module, "build_mind", lambda seeker, settings: ScriptedMind(lifted))
        for settings in (RunSettings(repeats=10, mask=0.4), RunSettings(), RunSettings(arms=(Arm(bank=False),))):
            wanted = settings.model_copy(update={"profiles": ("seeker-1", "seeker-2"), "processes": 1})
            run = plan_run(opened, Settings(), wanted)
            assert carry_run(opened, Settings(), run.number, lambda done, total: None, Control()).state == "done"
    return str(path)


def told(capsys: Capture, *words: str) -> tuple[int, str, str]:
    code = main(["evaluate", "skills", *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_skill_that_helps_a_group_is_found_in_a_masked_run(bank: str, capsys: Capture) -> None:
    code, out, errors = told(capsys, "1", "--bank", bank, "--display", "json")
    assert code == 0 and not errors
    found = json.loads(out)
    cells = {(one["skill"], one["group"]): one for one in found["effects"]["cells"]}
    need = list(Need)[1].value
    helper = cells[HELPER, need]
    assert helper["decided"] and helper["interval"][0] > 0 and helper["hidden"] == 4 and helper["episodes"] == 10
    assert not cells[HELPER, list(Need)[2].value]["decided"]
    assert all(not one["decided"] or one["skill"] == HELPER for one in cells.values())
    one = next(one for one in found["skills"] if one["skill"] == HELPER)
    assert 0 < one["used"] <= one["chosen"] <= one["offered"] <= one["turns"]
    assert one["promise"]["expects"].startswith("▲ feels understood")


def test_the_same_for_people_with_the_map_and_one_skill_in_full(bank: str, capsys: Capture) -> None:
    code, out, _ = told(capsys, "1", "--bank", bank, "--by", "character", "--measure", "final")
    assert code == 0 and "Effect of each skill by character, points of final emotion" in out and "▲" in out
    code, out, _ = told(capsys, "1", "2", "--bank", bank, "--skill", HELPER)
    assert code == 0 and "PROMISE" in out and "  for         lonely, overwhelmed, sad" in out and "hidden in 4 of 10 episodes" in out


def test_a_run_without_masks_tells_no_causes_and_says_how_to_get_them(bank: str, capsys: Capture) -> None:
    code, out, _ = told(capsys, "2", "--bank", bank)
    assert code == 0 and "No skill was hidden in these runs" in out and "Effect of each skill" not in out
    assert json.loads(told(capsys, "2", "--bank", bank, "--display", "json")[1])["effects"] is None


@pytest.mark.parametrize(("words", "sentence"), [
    (("9",), "there is no run '9'"),
    (("1:7",), "run 1 has no arm '7'"),
    (("3",), "no episode here ended with a supporter that uses skills"),
    (("1", "--skill", "\x1b[31mred"), "no supporter of these runs had a skill '␛[31mred'"),
])
def test_what_cannot_be_told_is_one_sentence(bank: str, words: tuple[str, ...], sentence: str, capsys: Capture) -> None:
    code, out, errors = told(capsys, *words, "--bank", bank)
    assert code in {1, 2} and not out and sentence in errors and errors.count("\n") == 1


def test_recorded_talks_and_sealed_seekers_are_refused(bank: str, tmp_path: Path, capsys: Capture) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(Path(bank).read_bytes())
    assert main(["import", str(write(tmp_path / "talks.jsonl", results())), "--bank", str(copy)]) == 0
    capsys.readouterr()
    code, _, errors = told(capsys, "last", "--bank", str(copy))
    assert code == 2 and "run 4 was imported; its talks name no skills" in errors
    with open_bank(copy) as opened:
        opened.writing.run("UPDATE episodes SET shelf = 'confirm' WHERE run = 2 AND number = 1")
    code, _, errors = told(capsys, "2", "--bank", str(copy))
    assert code == 1 and "is sealed" in errors


def test_a_bank_that_is_not_there_is_not_made(tmp_path: Path, capsys: Capture) -> None:
    code, _, errors = told(capsys, "1", "--bank", str(tmp_path / "none.db"))
    assert code == 2 and "there is no bank here" in errors and not list(tmp_path.iterdir())
