"""The guard's files: lines in and out, resources, version, training lines and weights."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from esc_tui.domain.errors import UserError
from esc_tui.guard import GUARD_VERSION, version
from esc_tui.guard.batch import check_lines
from esc_tui.guard.detect import check_with
from esc_tui.guard.model import dump_model, parse_model, shipped_model
from esc_tui.guard.resources import read_resources, resources_for

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
TRAINING = ROOT / "esc_tui" / "guard" / "training"


def rows() -> list[dict[str, Any]]:
    """Every training line."""
    return [json.loads(line) for path in sorted(TRAINING.glob("*.jsonl"))
            for line in path.read_text(encoding="utf-8").splitlines()]


def test_lines_are_answered_in_order_and_bad_ones_named() -> None:
    lines = ['{"id": 1, "text": "I want to die", "secret": {"never": "read"}}', "{", "", '{"id": "b"}', '[1]',
             '{"id": "c", "text": "hi", "context": "x"}', '{"id": "d", "text": "hello"}']
    answers = [(json.loads(text), good) for text, good in check_lines(lines)]
    assert [good for _, good in answers] == [True, False, False, False, False, True]
    assert answers[0][0] == {"id": 1, "crisis": True, "kind": "self_harm", "level": "active_ideation",
                             "evidence": [{"start": 0, "end": 13, "text": "I want to die"}]}
    assert answers[1][0]["id"] is None and "line 2" in answers[1][0]["error"]
    assert answers[2][0]["id"] == "b"
    assert answers[5][0] == {"id": "d", "crisis": False, "kind": "none", "level": None, "evidence": []}


def test_a_resource_without_source_or_date_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    path.write_text(json.dumps([
        {"region": "XX", "name": "A line", "contact": "000", "source": "its own site", "checked": "2026-01-02"},
        {"region": "XX", "name": "No date", "contact": "111", "source": "somewhere"},
        {"region": "XX", "name": "No source", "contact": "222", "checked": "2026-01-02"},
    ]), encoding="utf-8")
    assert [entry.name for entry in resources_for("en-XX", read_resources(path))] == ["A line"]


@pytest.mark.parametrize(("text", "said"), [("{", "no JSON list"), ("{}", "no JSON list"), (None, "cannot be read")])
def test_a_file_of_help_lines_that_is_none_is_one_sentence(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "lines.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        read_resources(path)


def test_the_version_follows_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "_PARTS", ("rules",))
    assert version.content_hash()[:12] not in GUARD_VERSION


def test_the_training_lines_are_many_mixed_and_unique() -> None:
    lines = rows()
    kinds = Counter(row["kind"] for row in lines)
    assert len(lines) >= 1250
    assert len({row["id"] for row in lines}) == len(lines)
    hard = [row for row in lines if row["tag"] not in ("support_talk", "told")]
    assert len(hard) >= 1250
    assert 0.4 <= sum(row["kind"] == "none" for row in hard) / len(hard) <= 0.6
    assert len(lines) - len(hard) >= 1000
    assert min(kinds[kind] for kind in ("harm_to_others", "abuse", "medical_emergency", "third_party",
                                        "psychosis_risk")) >= 60
    assert {row["level"] for row in lines if row["kind"] == "self_harm"} == {
        "passive_ideation", "active_ideation", "intent_or_plan", "behaviour"}


def test_the_committed_weights_carry_the_hash_of_the_training_lines() -> None:
    import train_guard

    assert shipped_model().corpus_hash == train_guard.corpus_hash()


def test_weights_survive_writing_and_reading() -> None:
    text = dump_model(shipped_model())
    assert dump_model(parse_model(text)) == text


def test_plain_sums_decide_as_scikit_learn_does() -> None:
    import train_guard

    lines = train_guard.read_lines(every=13)
    found = [train_guard.without_rule_hits(line.found) for line in lines]
    fitted, vectorizer = train_guard.fit_pipeline(found, [line.crisis for line in lines], train_guard.CRISIS_COST)
    ours = parse_model(dump_model(train_guard.fit(lines)))
    for row, line in zip(found, lines, strict=True):
        theirs = float(fitted.decision_function(vectorizer.transform([row]))[0])
        assert abs(theirs - ours.score(row)) < 0.1
        if abs(theirs) > 0.1:
            assert (theirs > 0) == (ours.score(row) > 0), line.id


def test_no_setting_of_the_classifier_silences_a_rule() -> None:
    assert check_with(shipped_model(), "I want to kill myself", threshold=float("inf")).crisis
