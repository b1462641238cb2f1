"""The ranker: what its parts are worth, what sets a skill aside, and the columns it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.migrations import create
from esc_tui.bank.moments import offered_skills, outcome_tallies
from esc_tui.domain.labels import Need, Polarity, Scenario, Stage, State
from esc_tui.domain.revision import EvidenceRow
from esc_tui.settings.locator import template_path
from esc_tui.support.columns import STATES, ContraIndex, WordIndex, bits, stem
from esc_tui.support.ranking import BankIndex, Query, Vetoes, Why, highest, state_vector


@dataclass
class Row:
    slug: str
    applicability: Mapping[str, Any] = field(default_factory=dict)
    contraindications: list[Mapping[str, Any]] = field(default_factory=list)
    words: str = ""
    social: bool = False
    actions: tuple[str, ...] = ()
    version: int = 1
    title: str = "A title"


def ask(message: str = "I am tired", state: State = State.SAD, **changes: Any) -> Query:
    values: dict[str, Any] = {
        "states": state_vector([(state, 1.0)]),
        "intensity": 3.0,
        "stage": Stage.EXPLORATION,
        "scenario": Scenario.JOB_CRISIS,
        "scenario_score": 0.8,
        "need": None,
        "need_score": 0.0,
        "message": message,
    }
    return Query(**{**values, **changes})


def veto_of(row: Row, query: Query) -> tuple[Why, str] | None:
    return BankIndex([row]).score(query).veto.get(0)


def contra(**conditions: Any) -> Row:
    return Row("one", contraindications=[{"text": "not now", **conditions}])


def test_the_skill_made_for_the_state_comes_first() -> None:
    index = BankIndex([Row("for-any"), Row("for-sad", {"states": ["sad"]})])
    scores = index.score(ask())
    assert [index.skills[place].slug for place in scores.order] == ["for-sad", "for-any"]


def test_a_skill_of_another_scenario_is_set_aside() -> None:
    assert veto_of(Row("one", {"scenarios": ["bereavement"]}), ask()) == (Why.OTHER_SCENARIO, "")


def test_a_skill_of_another_state_is_set_aside() -> None:
    assert veto_of(Row("one", {"states": ["relieved"]}), ask()) == (Why.OTHER_STATE, "")


def test_a_vetoed_skill_stands_behind_every_other_however_high_its_score() -> None:
    words = "tired work boss meeting"
    index = BankIndex(
        [
            Row("best-but-forbidden", {"states": ["sad"], "scenarios": ["job-crisis"]}, [{"text": "x", "cues": ["tired"]}], words),
            Row("poor", {"intensity_low": 5, "stages": ["action"]}),
        ]
    )
    scores = index.score(ask("tired of work and my boss"))
    assert scores.total[0] > scores.total[1] and scores.order.tolist() == [1, 0]


@pytest.mark.parametrize(
    "conditions",
    [
        {"states": ["sad"]},
        {"scenarios": ["job-crisis"]},
        {"stages": ["exploration"]},
        {"intensity_low": 3},
        {"intensity_high": 3},
        {"cues": ["tired"]},
        {"cues": ["no such words", "I am tired"]},
        {"states": ["sad", "numb"], "cues": ["tired"], "stages": ["exploration"]},
    ],
)
def test_a_contraindication_that_holds_sets_the_skill_aside_with_its_text(conditions: Mapping[str, Any]) -> None:
    assert veto_of(contra(**conditions), ask()) == (Why.CONTRAINDICATION, "not now")


@pytest.mark.parametrize(
    "conditions",
    [
        {"states": ["numb"]},
        {"scenarios": ["bereavement"]},
        {"stages": ["action"]},
        {"needs": ["be-listened-to"]},
        {"intensity_low": 4},
        {"intensity_high": 2},
        {"cues": ["tire", "am sad"]},
        {"states": ["sad"], "cues": ["angry"]},
        {"states": ["numb"], "cues": ["tired"]},
        {},
    ],
)
def test_a_contraindication_holds_only_when_all_its_conditions_do(conditions: Mapping[str, Any]) -> None:
    assert veto_of(contra(**conditions), ask()) is None


def test_a_contraindication_by_need_holds_for_that_need() -> None:
    row = contra(needs=["be-listened-to"])
    assert veto_of(row, ask(need=Need.BE_LISTENED_TO, need_score=0.5)) == (Why.CONTRAINDICATION, "not now")


@pytest.mark.parametrize("message", ["Can't stop", "I cant stop now", "i CAN’T  stop!", "so (can't stop)"])
def test_cues_are_found_whatever_the_case_the_apostrophe_and_the_marks_around(message: str) -> None:
    assert veto_of(contra(cues=["can't stop"]), ask(message)) is not None


def test_a_state_counts_for_a_contraindication_only_when_it_is_near_the_likeliest() -> None:
    states = state_vector([(State.SAD, 0.7), (State.NUMB, 0.3)])
    assert veto_of(contra(states=["numb"]), ask(states=states)) is None


def test_what_was_set_aside_by_the_person_says_so_even_when_it_is_forbidden_anyway() -> None:
    veto = veto_of(contra(cues=["tired"]), ask(banned=frozenset({"one", "unknown"})))
    assert veto == (Why.BANNED, "")


def test_a_skill_whose_like_moments_failed_is_set_aside_with_the_numbers() -> None:
    index = BankIndex([Row("one")], [("one", {"sad person negative": 3, "sad unit positive": 1})])
    assert index.score(ask()).veto[0] == (Why.FAILED_HERE, "3.0 went badly and 0.6 well, weighed by likeness and source")


def test_outcomes_count_by_who_saw_them_and_a_neutral_one_on_both_sides() -> None:
    index = BankIndex([Row("one")], [("one", {"sad person positive": 2, "sad unit neutral": 3, "sad simulation negative": 1})])
    at = STATES.index(State.SAD)
    assert index.helped[0, at] == pytest.approx(2.9) and index.harmed[0, at] == pytest.approx(1.3)


def test_outcomes_of_several_versions_add_up_and_those_of_unknown_skills_are_passed_over() -> None:
    index = BankIndex([Row("one")], [("one", {"sad person positive": 1}), ("gone", {"sad person positive": 9}),
                                     ("one", {"sad person positive": 2})])  # fmt: skip
    assert index.helped.sum() == pytest.approx(3.0)


def test_an_outcome_in_another_state_counts_a_quarter() -> None:
    index = BankIndex([Row("one")], [("one", {"numb person positive": 4})])
    assert index.score(ask()).helped[0] == pytest.approx(1.0)


def test_a_skill_without_outcomes_has_the_middle_and_the_widest_interval() -> None:
    scores = BankIndex([Row("one")]).score(ask())
    assert scores.evidence[0] == pytest.approx(0.5) and scores.interval[0] == pytest.approx(0.5)


def test_a_greeting_is_answered_by_a_social_skill_open_to_any_state() -> None:
    index = BankIndex([Row("listen"), Row("greet", social=True), Row("farewell", {"states": ["relieved"]}, social=True)])
    scores = index.score(ask("hello", act="greet"))
    assert index.skills[scores.order[0]].slug == "greet"


def test_a_goodbye_is_answered_by_a_social_skill_for_the_relieved_whatever_the_state() -> None:
    index = BankIndex([Row("listen"), Row("farewell", {"states": ["relieved"]}, social=True)])
    scores = index.score(ask("bye", act="goodbye"))
    assert index.skills[scores.order[0]].slug == "farewell" and not scores.veto


def test_a_skill_used_of_late_falls_behind_its_like() -> None:
    index = BankIndex([Row("one"), Row("two")])
    assert index.score(ask(recent={"one": 1.0})).order.tolist() == [1, 0]


def test_an_empty_bank_gives_empty_scores() -> None:
    scores = BankIndex([]).score(ask())
    assert scores.order.tolist() == [] and len(scores.veto) == 0


def test_likeness_grows_with_shared_words_and_more_with_rare_ones() -> None:
    words = WordIndex()
    for text in ("boss meeting work", "boss work", "dog work", "work"):
        words.add(text)
    words.close()
    boss, both, _, none = words.likeness("my boss held a meeting")[[1, 0, 2, 3]]
    assert both > boss > none == 0


def test_likeness_looks_past_endings_and_leaves_out_stop_words() -> None:
    words = WordIndex()
    for text in ("worked the and", "nothing"):
        words.add(text)
    words.close()
    assert words.likeness("the works")[0] > 0 and words.likeness("the and of")[0] == 0


def test_two_words_of_one_stem_in_a_text_count_once() -> None:
    one, two = WordIndex(), WordIndex()
    one.add("meeting")
    two.add("meeting meetings")
    one.close()
    two.close()
    assert one.likeness("meeting")[0] == two.likeness("meeting")[0]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("meetings", "meeting"), ("quickly", "quick"), ("worked", "work"), ("boss", "boss"), ("bed", "bed")],
)
def test_endings_are_dropped_from_longer_words_only(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_label_sets_are_bits_in_label_order() -> None:
    assert bits(["b", "a", "b"], {"a": 0, "b": 1, "c": 2}) == 3 and bits(None, {}) == 0


def test_contraindications_in_words_alone_are_no_columns() -> None:
    contras = ContraIndex()
    contras.add(0, [{"text": "When in doubt."}, {"text": "x", "cues": ["y"]}])
    contras.close()
    assert contras.texts == ["x"]


def test_vetoes_read_like_a_mapping() -> None:
    veto = Vetoes(3)
    veto.put(1, Why.CONTRAINDICATION, "because")
    assert dict(veto) == {1: (Why.CONTRAINDICATION, "because")} and 0 not in veto and veto.get(2) is None


def test_the_tallies_of_a_bank_are_its_evidence_counts(tmp_path: Path) -> None:
    path = tmp_path / "bank.db"
    path.write_bytes(template_path().read_bytes())
    with open_bank(path) as bank:
        slug = bank.list_skills().rows[0].slug
        rows = [EvidenceRow(skill=slug, version=1, outcome=outcome, group="sad", source="person") for outcome in Polarity]
        bank.add_evidence(rows)
        snapshot, revision = bank.take_snapshot(), bank.head().number
        expected = {
            (row.skill, row.state, row.source): (row.helped, row.neutral, row.harmed)
            for row in bank.evidence_counts(snapshot, revision)
        }
        found: dict[tuple[str, str, str], tuple[int, ...]] = {}
        for skill, counts in outcome_tallies(bank.connection, revision, snapshot):
            for key in counts:
                state, source, _ = key.split()
                found[skill, state, source] = tuple(
                    counts[f"{state} {source} {outcome}"] for outcome in ("positive", "neutral", "negative")
                )
    assert found == expected and (slug, "sad", "person") in found


def test_only_skills_on_offer_are_indexed_with_their_conditions(tmp_path: Path) -> None:
    path = tmp_path / "bank.db"
    path.write_bytes(template_path().read_bytes())
    with open_bank(path) as bank:
        index = BankIndex(offered_skills(bank.connection, bank.head().number))
        active = bank.connection.rows("SELECT slug FROM skill_cards WHERE status IN ('active', 'watch') ORDER BY slug")
        assert [skill.slug for skill in index.skills] == [row[0] for row in active]
        for skill in bank.skills_at():
            if skill.slug in index.place:
                at = index.place[skill.slug]
                assert {STATES[one] for one in np.flatnonzero(index.state_mask[at])} == set(skill.content.applicability.states)


def test_the_sums_of_evidence_are_read_from_an_index_alone(tmp_path: Path) -> None:
    create(tmp_path / "bank.db")
    with open_bank(tmp_path / "bank.db") as bank:
        plan = bank.connection.rows(
            "EXPLAIN QUERY PLAN SELECT skill, group_concat(state || source || outcome) FROM evidence "
            "WHERE shelf = 'develop' AND state != '' GROUP BY skill, version"
        )
    assert "evidence_counted" in plan[0][3]


def test_the_highest_scores_come_in_order_with_the_earlier_place_first_among_equals() -> None:
    scores = np.array([0.2, 0.9, 0.5, 0.9, 0.5, 0.1], dtype=np.float32)
    assert highest(scores, 4) == [1, 3, 2, 4] and highest(scores, 3) == [1, 3, 2]


def test_a_skill_made_first_of_all_for_the_need_that_shows_stands_above_one_that_also_names_it() -> None:
    index = BankIndex([Row("other", {"needs": ["be-praised"]}), Row("also", {"needs": ["be-praised", "be-listened-to"]}),
                       Row("first", {"needs": ["be-listened-to", "be-praised"]}), Row("any")])
    scores = index.score(ask(need=Need.BE_LISTENED_TO, need_score=0.8))
    assert [index.skills[place].slug for place in scores.best(4)] == ["first", "also", "any", "other"]
    assert scores.need.tolist() == pytest.approx([0.08, 0.64, 0.88, 0.4])


def test_where_no_need_shows_all_skills_meet_it_alike() -> None:
    index = BankIndex([Row("one", {"needs": ["be-praised"]}), Row("any")])
    assert index.score(ask()).need.tolist() == pytest.approx([0.4, 0.4])
