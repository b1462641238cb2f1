"""The starter bank: complete, careful, and compiled from its sources."""

import sqlite3
from pathlib import Path

import pytest

from esc_tui.bank.template import template_mark
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Action, Change, Need, Polarity, Scenario, SkillStatus, Stage, State
from esc_tui.domain.skill import Skill
from esc_tui.settings.locator import template_path
from esc_tui.starter.build import build_starter
from esc_tui.starter.sources import Sources, read_sources

SOURCES = read_sources()


@pytest.fixture(scope="module")
def sources() -> Sources:
    return SOURCES


def test_the_committed_bank_equals_a_fresh_build_by_both_hashes(tmp_path: Path) -> None:
    assert build_starter(tmp_path / "bank.db", SOURCES) == template_mark(template_path())


def test_the_template_keeps_its_rules() -> None:
    connection = sqlite3.connect(f"{template_path().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        assert connection.execute("SELECT number, kind, time FROM revisions").fetchall() == [
            (1, "build", "2026-01-01T00:00:00.000Z")]
        assert connection.execute("SELECT count(*) FROM conversations").fetchone()[0] == 0
    finally:
        connection.close()


def test_at_least_thirty_skills_cover_every_state_scenario_action_stage_and_need(sources: Sources) -> None:
    assert len(sources.skills) >= 30
    fits = [skill.content.applicability for skill in sources.skills]
    assert {state for fit in fits for state in fit.states} == set(State)
    assert {scenario for fit in fits for scenario in fit.scenarios} >= set(Scenario) - {Scenario.OTHER}
    assert any(not fit.scenarios for fit in fits)
    assert {stage for fit in fits for stage in fit.stages} == set(Stage)
    assert {need for fit in fits for need in fit.needs} == set(Need)
    assert {action for skill in sources.skills for action in skill.content.actions} == set(Action)


@pytest.mark.parametrize("skill", SOURCES.skills, ids=lambda skill: skill.slug)
def test_each_skill_is_whole(skill: Skill) -> None:
    content = skill.content
    assert content.origin == "written, unverified"
    assert skill.status is SkillStatus.ACTIVE
    assert sum(bool(phrasing.slots) for phrasing in content.do) >= 6
    assert {phrasing.move for phrasing in content.do} == set(range(1, len(content.moves) + 1))
    assert len(content.dont) >= 2
    assert len(content.contraindications) >= 1
    assert all(row.checkable for row in content.contraindications)
    assert len(content.outcomes) >= 1
    assert len(content.risks) >= 1
    assert len(content.examples) >= 2


@pytest.mark.parametrize("skill", SOURCES.skills, ids=lambda skill: skill.slug)
def test_only_question_moves_ask_and_each_asks_once(skill: Skill) -> None:
    for phrasing in skill.content.do:
        asks = skill.content.moves[phrasing.move - 1].action.asks
        if asks:
            assert phrasing.text.rstrip("”\"").endswith("?"), phrasing.text
        assert phrasing.text.count("?") == int(asks), phrasing.text


def test_twenty_five_talks_helped_and_fifteen_failed(sources: Sources) -> None:
    helped = [dialogue for dialogue in sources.dialogues if dialogue.id.startswith("helped")]
    failed = [dialogue for dialogue in sources.dialogues if dialogue.id.startswith("failed")]
    assert (len(helped), len(failed)) == (25, 15)
    assert all(dialogue.helped for dialogue in helped)
    assert not any(dialogue.helped for dialogue in failed)
    for dialogue in sources.dialogues:
        assert any(turn.feedback for turn in dialogue.turns), dialogue.id
        assert all(turn.strategy for turn in dialogue.turns if turn.speaker == "supporter"), dialogue.id
        assert dialogue.empathy, dialogue.id


def test_at_least_250_units_use_every_label(sources: Sources) -> None:
    assert len(sources.units) >= 250
    assert {unit.state for unit in sources.units} == set(State)
    assert {unit.scenario for unit in sources.units} == set(Scenario)
    assert {action for unit in sources.units for action in unit.actions} == set(Action)
    assert {unit.change for unit in sources.units} == set(Change)
    assert {unit.polarity for unit in sources.units} == set(Polarity)
    assert all(unit.labeller_kind == "human" for unit in sources.units)


def test_a_quote_that_does_not_stand_where_it_says_is_refused_with_its_line(tmp_path: Path) -> None:
    source = Path(template_path().parent / "esc_tui/starter")
    for name in ("skills/open-the-door/SKILL.md", "dialogues/helped-01.json"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text((source / name).read_text(encoding="utf-8"), encoding="utf-8")
    unit = next(line for line in (source / "units.jsonl").read_text(encoding="utf-8").splitlines() if '"helped-01"' in line)
    (tmp_path / "units.jsonl").write_text("\n" + unit.replace('"start": ', '"start": 1', 1), encoding="utf-8")
    with pytest.raises(UserError, match="line 2"):
        read_sources(tmp_path)
