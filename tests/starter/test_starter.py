"""The starter bank: complete, careful, and compiled from its sources."""

import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from esc_tui.bank.template import template_mark
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Action, Change, Character, Need, Polarity, Scenario, Shelf, SkillStatus, Stage, State
from esc_tui.domain.profile import ASKED, Profile
from esc_tui.domain.skill import Skill
from esc_tui.guard.detect import check_message
from esc_tui.settings.locator import template_path
from esc_tui.starter.build import build_starter
from esc_tui.starter.sources import AUTHOR, Sources, read_profiles, read_sources

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


def test_48_seekers_cover_each_character_with_each_need_twice_and_every_scenario(sources: Sources) -> None:
    cells = Counter((profile.character, profile.need) for profile in sources.profiles)
    assert len(sources.profiles) == 48
    assert cells == {(character, need): 2 for character in Character for need in Need}
    assert {profile.scenario for profile in sources.profiles} == set(Scenario)


@pytest.mark.parametrize("profile", SOURCES.profiles, ids=lambda profile: profile.id)
def test_each_seeker_can_be_played_without_a_model(profile: Profile) -> None:
    assert profile.speaks_by_itself and profile.language == "en" and profile.licence == "MIT" and profile.source == AUTHOR
    assert profile.shelf is Shelf.DEVELOP
    assert {tag for fact in profile.facts for tag in fact.answers} == set(ASKED)
    told = [*(fact.text for fact in profile.facts), *profile.lines.all()]
    assert len(set(told)) == len(told)
    assert not any(hidden in text for text in (*told, profile.first_line) for hidden in profile.hidden_texts())


@pytest.mark.parametrize(("text", "said"), [
    ("- a list", "a mapping"), ("a: [", "not YAML"), ("id: other\n", "Field required"),
])
def test_a_file_that_is_no_seeker_is_refused_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles/somebody.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=f"(?s)somebody.yaml.*{said}|{said}.*somebody.yaml"):
        read_profiles(tmp_path)


def test_a_seeker_whose_file_has_another_name_is_refused(tmp_path: Path) -> None:
    source = template_path().parent / "esc_tui/starter/profiles" / f"{SOURCES.profiles[0].id}.yaml"
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles/somebody.yaml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(UserError, match="name the file like the profile|Name the file"):
        read_profiles(tmp_path)


def test_the_guard_takes_no_line_of_a_starter_seeker_for_a_crisis() -> None:
    alarming = [(one.id, text) for one in read_profiles()
                for text in (one.first_line, *(fact.text for fact in one.facts), *one.lines.all(),
                             one.behaviour.high, one.behaviour.middle, one.behaviour.low)
                if check_message(text, []).crisis]
    assert alarming == []
