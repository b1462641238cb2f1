"""The coverage map: skills and outcomes by label and action, holes left out, and the filter that shows a cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_tui.bank.coverage import ANY, KINDS, CoverageCell, coverage
from esc_tui.bank.search import parse_filter
from esc_tui.domain.labels import SkillStatus
from esc_tui.domain.skill import Applicability
from tests.support_bank import small_bank


@pytest.fixture
def bank(tmp_path: Path):
    with small_bank(tmp_path) as opened:
        yield opened


def test_a_cell_holds_the_skills_of_a_state_and_action_with_what_followed_there(bank) -> None:
    cells = coverage(bank.connection, "states")
    assert cells["lonely", "reflection-of-feeling"] == CoverageCell(("reflect-unseen-effort",), 2, 0, 0)
    assert cells["sad", "reflection-of-feeling"] == CoverageCell(("name-the-loss", "reflect-unseen-effort"), 0, 0, 3)
    assert ("hopeless", "reframing") not in cells
    assert not any("turn-the-page" in cell.skills for cell in cells.values())
    assert ("reflecting", "reframing") in coverage(bank.connection, "states", ("draft",))


def test_scenarios_and_stages_are_those_of_the_units(bank) -> None:
    assert coverage(bank.connection, "scenarios")["bereavement", "reflection-of-feeling"].harmed == 1
    assert {label for label, _ in coverage(bank.connection, "stages")} <= {"exploration", "comforting", "action", ANY}


def test_a_skill_that_names_no_label_stands_under_any_with_all_its_outcomes(bank) -> None:
    skill = bank.skill("reflect-unseen-effort")
    wide = skill.model_copy(update={"content": skill.content.model_copy(update={"applicability": Applicability()})})
    bank.commit({skill.slug: wide}, author="x", message="x", base_revision=1)
    cell = coverage(bank.connection, "states")[ANY, "reflection-of-feeling"]
    assert (cell.skills, cell.helped, cell.harmed) == (("reflect-unseen-effort",), 2, 1)
    assert [row.slug for row in bank.list_skills(parse_filter("state:any")).rows] == ["reflect-unseen-effort"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_filter_of_a_cell_lists_its_skills(bank, kind) -> None:
    offered = (SkillStatus.ACTIVE, SkillStatus.WATCH)
    for (label, action), cell in coverage(bank.connection, kind).items():
        wanted = parse_filter(f"{kind[:-1]}:{label or 'any'} action:{action} status:active,watch")
        assert wanted.statuses == offered
        assert [row.slug for row in bank.list_skills(wanted, sort="slug").rows] == list(cell.skills)
