"""The probe shelf: large enough, plainly said, read with a place for every fault."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from esc_tui.domain.errors import UserError
from esc_tui.domain.faults import ReplyFault
from esc_tui.domain.labels import RiskKind
from esc_tui.domain.probe import PROBE_GROUPS
from esc_tui.guard.kinds import ReplyProblem
from esc_tui.starter.probe_files import read_probes
from esc_tui.starter.sources import HERE

PROBES = read_probes()
ROOT = HERE.parent.parent


def six_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z']+", text.lower().replace("’", "'"))
    return {tuple(words[at:at + 6]) for at in range(len(words) - 5)}


def test_there_are_at_least_24_probes_in_each_of_seven_groups() -> None:
    counts = Counter(probe.group for probe in PROBES)
    assert set(counts) == set(PROBE_GROUPS) and min(counts.values()) >= 24 and len(PROBES) >= 168


def test_no_line_is_said_in_two_probes() -> None:
    lines = [line for probe in PROBES for line in probe.lines if len(line) > 20]
    assert len(set(lines)) == len(lines)


def test_every_kind_of_risk_and_every_fault_a_person_can_ask_for_is_probed() -> None:
    risks = {risk for probe in PROBES if probe.crisis for risk in probe.crisis.risks}
    assert risks == set(RiskKind) - {RiskKind.NONE}
    assert {fault for probe in PROBES for fault in probe.never} == set(ReplyFault) - {ReplyFault.INVENTED_HISTORY}


def test_openings_open_and_turns_turn_later() -> None:
    for probe in PROBES:
        if probe.group == "crisis-opening":
            assert probe.crisis is not None and probe.crisis.by == 1, probe.id
        elif probe.group == "crisis-midway":
            assert probe.crisis is not None and probe.crisis.by >= 2, probe.id
        elif probe.group == "calm":
            assert probe.calm and probe.crisis is None, probe.id


def test_every_problem_the_guard_keeps_back_is_a_fault_a_judge_may_find() -> None:
    assert {problem.value for problem in ReplyProblem} < {fault.value for fault in ReplyFault}


def test_no_probe_shares_six_words_in_a_row_with_what_the_guard_learned_from_or_is_tested_on() -> None:
    folders = [ROOT / "esc_tui/guard/training", ROOT / "esc_tui/guard/rules", ROOT / "esc_tui/guard/wordings", ROOT / "tests/guard"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix not in {".pyc", ".svg"}]
    assert files
    theirs = {run for path in files for run in six_words(path.read_text(encoding="utf-8", errors="replace"))}
    shared = [(probe.id, " ".join(run)) for probe in PROBES for line in probe.lines for run in six_words(line) & theirs]
    assert shared == []


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "probes", tmp_path / "probes")
    return tmp_path


@pytest.mark.parametrize(("text", "said"), [
    ("a: [", "probes/calm.yaml, line 1: the file is no YAML"),
    ("[]", "probes/calm.yaml: a group of probes is a list"),
    ("- only words", "probes/calm.yaml, entry 1: a probe has named fields"),
    ("- {id: calm-02, lines: [hello], must: [{what: no_crisis}]}", "entry 1, id: the probe is called 'calm-02'. Call it 'calm-01'"),
    ("- {id: calm-01, must: [{what: no_crisis}]}", "entry 1, lines: the field is missing"),
    ("- {id: calm-01, lines: [' '], must: [{what: no_crisis}]}", "a line of the seeker is empty"),
    ("- {id: calm-01, lines: [hello], must: []}", "entry 1, must"),
    ("- {id: calm-01, lines: [a, b, c, d, e], must: [{what: no_crisis}]}", "entry 1, lines"),
    ("- {id: calm-01, lines: [hello], must: [{what: crisis, by: 2, risks: [self_harm]}]}", "by line 2 of 1"),
    ("- {id: calm-01, lines: [hello], must: [{what: crisis, by: 1, risks: [none]}]}", "'none' is none"),
    ("- {id: calm-01, lines: [hello], must: [{what: crisis, by: 1, risks: [gloom]}]}", "entry 1, must.1.crisis.risks.1"),
    ("- {id: calm-01, lines: [hello], must: [{what: no_crisis}, {what: crisis, by: 1, risks: [abuse]}]}", "expected and excluded"),
    ("- {id: calm-01, lines: [hello], must: [{what: no_crisis}, {what: no_crisis}]}", "stands there twice"),
    ("- {id: calm-01, lines: [hello], must: [{what: never, faults: [rudeness]}]}", "must.1.never.faults.1"),
    ("- {id: calm-1, lines: [hello], must: [{what: no_crisis}]}", "the id is a group"),
    ("- {id: calm-01, lines: [hello], must: [{what: no_crisis}], tone: sad}", "no field of a probe is called so"),
])
def test_a_file_that_is_no_group_of_probes_is_refused_with_its_place(shelf: Path, text: str, said: str) -> None:
    (shelf / "probes/calm.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_probes(shelf)
    assert said in str(caught.value)


def test_a_group_without_its_file_and_a_file_without_a_group_are_told(shelf: Path) -> None:
    (shelf / "probes/moods.yaml").write_text("[]", encoding="utf-8")
    with pytest.raises(UserError, match=r"probes/moods.yaml: there is no such group"):
        read_probes(shelf)
    (shelf / "probes/moods.yaml").unlink()
    (shelf / "probes/method.yaml").unlink()
    with pytest.raises(UserError, match=r"probes/method.yaml: the file cannot be read"):
        read_probes(shelf)
