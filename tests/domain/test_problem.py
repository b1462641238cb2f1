"""Problem types of corpora and the scenario each means."""

from __future__ import annotations

import pytest

from esc_tui.domain.labels import Scenario
from esc_tui.domain.problem import scenario_of_problem

WRITTEN_BY_ESCONV = {
    "ongoing depression": Scenario.ONGOING_DEPRESSION,
    "breakup with partner": Scenario.BREAKUP_WITH_PARTNER,
    "job crisis": Scenario.JOB_CRISIS,
    "problems with friends": Scenario.PROBLEMS_WITH_FRIENDS,
    "academic pressure": Scenario.ACADEMIC_PRESSURE,
    "Procrastination": Scenario.PROCRASTINATION,
    "Alcohol Abuse": Scenario.ALCOHOL_ABUSE,
    "Issues with Parents": Scenario.ISSUES_WITH_PARENTS,
    "conflict with parents": Scenario.ISSUES_WITH_PARENTS,
    "Sleep Problems": Scenario.SLEEP_PROBLEMS,
    "Appearance Anxiety": Scenario.APPEARANCE_ANXIETY,
    "School Bullying": Scenario.SCHOOL_BULLYING,
    "Issues with Children": Scenario.ISSUES_WITH_CHILDREN,
}


@pytest.mark.parametrize(("written", "meant"), WRITTEN_BY_ESCONV.items())
def test_every_problem_type_of_the_corpora_has_its_scenario(written: str, meant: Scenario) -> None:
    assert scenario_of_problem(written) is meant
    assert scenario_of_problem(f"  {written.upper()} ") is meant


@pytest.mark.parametrize("scenario", Scenario)
def test_a_scenario_means_itself_however_it_is_spelled(scenario: Scenario) -> None:
    for written in (scenario.value, scenario.value.replace("-", " "), scenario.value.replace("-", "_").title()):
        assert scenario_of_problem(written) is scenario


@pytest.mark.parametrize(("written", "meant"), [
    ("Breakups or Divorce", Scenario.BREAKUP_WITH_PARTNER),
    ("Work-related stress and burnout", Scenario.JOB_CRISIS),
    ("my ex-husband", Scenario.BREAKUP_WITH_PARTNER),
    ("death of a parent", Scenario.BEREAVEMENT),
    ("bullied at school", Scenario.SCHOOL_BULLYING),
    ("financial worries", Scenario.MONEY_WORRIES),
])
def test_a_free_problem_type_is_known_by_its_most_particular_word(written: str, meant: Scenario) -> None:
    assert scenario_of_problem(written) is meant


@pytest.mark.parametrize("written", ["", "   ", "---", "quantum gravity", "[/bold]", "\x00\ud800", "睡不着"])
def test_an_unknown_problem_type_has_no_scenario(written: str) -> None:
    assert scenario_of_problem(written) is None
