"""Key units become prototypes: by state, action, polarity and wording; the same whatever the order; every number adds up."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esc_tui.bank.bank import Bank
from esc_tui.bank.mining import KeyUnit, key_units
from esc_tui.bank.prototypes import link_skill, newest_run, prototypes_of_run, units_of_prototype
from esc_tui.discover.clustering import cluster_prototypes, cluster_rows
from esc_tui.discover.prototype_map import prototype_map
from esc_tui.discover.prototypes import discover_prototypes, group_units, groups_of, safe_units
from esc_tui.discover.saving import save_skills
from esc_tui.discover.wording import named
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Action, Change, Polarity, State
from esc_tui.domain.reshaping import Lineage
from tests.discover.mined_bank import Row, bank_of, many_rows, talk
from tests.support_bank import conversation_started, empty_bank, five_skills

GOOD, BAD = Change.FEELS_UNDERSTOOD, Change.REJECTS


def what(bank: Bank) -> list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]]:
    """The prototypes of the newest run with the ids of their units, which do not hang on the order of import."""
    run = newest_run(bank.connection)
    assert run is not None
    return [(row.state, row.action, row.polarity, row.words, tuple(unit.id for unit in units_of_prototype(bank.connection, row.id, 5000)))
            for row in prototypes_of_run(bank.connection, run.number)]


@pytest.fixture
def rows() -> list[Row]:
    return many_rows(400)


def test_the_same_units_in_another_order_give_the_same_prototypes_and_clusters(tmp_path: Path, rows: list[Row]) -> None:
    places = list(range(len(rows)))
    first = bank_of(tmp_path, rows, "first.db")
    random.Random(5).shuffle(places)
    second = bank_of(tmp_path, rows, "second.db", places)
    one, two = discover_prototypes(first, seed=3), discover_prototypes(second, seed=3)
    assert (one.units, one.prototypes, one.cells) == (two.units, two.prototypes, two.cells)
    assert sorted((row[:4], sorted(row[4])) for row in what(first)) == sorted((row[:4], sorted(row[4])) for row in what(second))
    clusters = [[sorted((row.state, row.action, row.units) for row in (*cluster.positive, *cluster.negative))
                 for cluster in cluster_prototypes(bank.connection, run, 9, seed=3).clusters]
                for bank, run in ((first, one.run), (second, two.run))]
    assert clusters[0] == clusters[1]


def test_the_same_seed_twice_gives_the_same_run(tmp_path: Path, rows: list[Row]) -> None:
    bank = bank_of(tmp_path, rows)
    discover_prototypes(bank, seed=8)
    first = what(bank)
    discover_prototypes(bank, seed=8)
    assert what(bank) == first
    assert bank.connection.value("SELECT count(*) FROM prototype_runs") == 1  # a run that no skill rests on makes room


def test_every_number_adds_up_from_units_to_cells_to_the_run(tmp_path: Path, rows: list[Row]) -> None:
    bank = bank_of(tmp_path, rows)
    found = discover_prototypes(bank)
    units, at_crisis = safe_units(bank.connection)
    keyed = sum(row.change.polarity is not Polarity.NEUTRAL for row in rows)
    assert len(units) + at_crisis == keyed
    assert found.units + found.set_aside == len(units)
    stored = prototypes_of_run(bank.connection, found.run)
    assert len(stored) == found.prototypes == found.positive + found.negative
    links = bank.connection.value("SELECT count(*) FROM prototype_units")
    assert links == sum(row.units for row in stored) == sum(len(unit.actions) for unit in units)
    chart = prototype_map(bank.connection)
    assert chart.run == found.run
    assert chart.units == found.units
    assert len(chart.cells) == found.cells
    assert sum(cell.units for cell in chart.cells.values()) == links
    assert sum(len(cell.positive) for cell in chart.cells.values()) == found.positive
    assert sum(len(cell.negative) for cell in chart.cells.values()) == found.negative
    for row in stored:
        cell = chart.cell(State(row.state), Action(row.action))
        assert row.id in (cell.positive if row.polarity == "positive" else cell.negative)


def test_the_map_knows_that_there_are_more_key_units_than_it_looked_at(tmp_path: Path, rows: list[Row]) -> None:
    bank = bank_of(tmp_path, rows[:60])
    discover_prototypes(bank)
    assert prototype_map(bank.connection).now is None
    for number, change in enumerate((GOOD, Change.CONTINUES), 5000):
        dialogue, unit = talk(Row(State.SAD, (Action.VALIDATION,), change), number)
        bank.add_dialogues([dialogue])
        bank.add_units([unit])
    keyed = sum(row.change.polarity is not Polarity.NEUTRAL for row in rows[:60])
    assert prototype_map(bank.connection).now == keyed + 1


def test_the_units_of_a_prototype_have_its_labels_and_closeness_is_a_share(tmp_path: Path, rows: list[Row]) -> None:
    bank = bank_of(tmp_path, rows)
    discover_prototypes(bank)
    for row in prototypes_of_run(bank.connection, 1)[:20]:
        inside = units_of_prototype(bank.connection, row.id)
        assert len(inside) == min(row.units, 200)
        assert all(unit.state == row.state and row.action in unit.actions and unit.polarity == row.polarity for unit in inside)
    assert bank.connection.row("SELECT min(closeness) >= 0, max(closeness) <= 1 FROM prototype_units") == (1, 1)


def test_a_unit_with_several_actions_stands_in_the_cell_of_each(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.SAD, (Action.VALIDATION, Action.OPEN_QUESTION), GOOD)])
    found = discover_prototypes(bank)
    assert (found.units, found.prototypes, found.cells) == (1, 2, 2)
    assert {row.action for row in prototypes_of_run(bank.connection, found.run)} == {"validation", "open-question"}


def test_a_cell_falls_apart_by_wording_and_its_telling_words_show_it() -> None:
    units = [KeyUnit(number, f"u{number:04}", f"d{number}", State.SAD, (Action.VALIDATION,), Polarity.POSITIVE,
                     f"the {'puppy whimpered beside its blanket' if number % 2 else 'tenancy deposit bailiff letter'} again",
                     "poor creature" if number % 2 else "heavy paperwork") for number in range(1, 201)]
    grouping = group_units(units, seed=1)
    assert len(grouping.prototypes) == groups_of(200) == 2
    for prototype in grouping.prototypes:
        assert len({number % 2 for number in prototype.units}) == 1
    told = [set(prototype.words) for prototype in grouping.prototypes]
    assert any("puppy" in words for words in told)
    assert any("tenancy" in words for words in told)
    assert all(word.isalpha() and " " not in word for words in told for word in words)


def test_names_numbers_common_words_and_dark_words_are_no_telling_words() -> None:
    units = [KeyUnit(number, f"u{number:04}", f"d{number}", State.SAD, (Action.VALIDATION,), Polarity.POSITIVE,
                     "yesterday Brunhilde and sarah rang at 1700 about the greenhouse and suicide", "I hear you")
             for number in range(1, 9)]
    others = [KeyUnit(number, f"u{number:04}", f"d{number}", State.ANGRY, (Action.REASSURANCE,), Polarity.NEGATIVE,
                      "different talk of a puddle", "something else") for number in range(9, 30)]
    words = {word for prototype in group_units([*units, *others]).prototypes for word in prototype.words}
    assert "greenhouse" in words
    assert not words & {"brunhilde", "sarah", "1700", "suicide", "the", "about", "rang at"}


def test_a_word_with_a_capital_inside_a_sentence_is_a_name_unless_it_is_mostly_small() -> None:
    assert named(["We went to Leeds by train", "the Garden is a garden, my garden"]) == {"leeds"}


@given(st.integers(1, 100_000))
def test_larger_cells_never_fall_into_fewer_groups_and_never_into_more_than_units(size: int) -> None:
    assert 1 <= groups_of(size) <= size
    assert groups_of(size) <= groups_of(size + 1)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(list(State)[:4]), st.sampled_from(list(Action)[:4]), st.booleans(),
                          st.sampled_from(["tea", "rain and wind", "the long list", ""])), min_size=1, max_size=40), st.randoms())
def test_whatever_the_units_each_is_grouped_once_for_each_action(
        drawn: list[tuple[State, Action, bool, str]], chance: random.Random) -> None:
    units = [KeyUnit(number, f"u{number:04}", f"d{number}", state, (action,), Polarity.POSITIVE if good else Polarity.NEGATIVE, text, text)
             for number, (state, action, good, text) in enumerate(drawn, 1)]
    grouping = group_units(units)
    assert sorted(number for prototype in grouping.prototypes for number in prototype.units) == [unit.number for unit in units]
    assert [prototype.number for prototype in grouping.prototypes] == list(range(1, len(grouping.prototypes) + 1))
    shuffled = list(units)
    chance.shuffle(shuffled)
    assert group_units(shuffled) == grouping


def test_neutral_units_and_units_whose_label_was_taken_back_are_left_out(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.SAD, (Action.VALIDATION,), GOOD), Row(State.SAD, (Action.VALIDATION,), Change.CONTINUES),
                              Row(State.SAD, (Action.VALIDATION,), GOOD)])
    bank.writing.run("UPDATE unit_labels SET withdrawn = 1 WHERE unit = 3")
    assert [row.number for row in key_units(bank.connection)] == [1]
    assert discover_prototypes(bank).units == 1


def test_a_live_talk_is_learned_from_only_with_leave(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.SAD, (Action.VALIDATION,), GOOD), Row(State.SAD, (Action.VALIDATION,), GOOD)])
    bank.commit({}, kind="edit", author="tests", message="a first one", base_revision=0)
    bank.start_conversation(conversation_started(bank))
    bank.writing.run("UPDATE dialogues SET conversation = 'talk-1' WHERE id = 'talk-00001'")
    assert [row.dialogue for row in key_units(bank.connection)] == ["talk-00000"]
    bank.writing.run("UPDATE conversations SET may_learn = 1")
    assert len(list(key_units(bank.connection))) == 2


def test_moments_of_crisis_make_no_prototype(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.SAD, (Action.VALIDATION,), GOOD),
                              Row(State.HOPELESS, (Action.VALIDATION,), GOOD,
                                  seeker="I want to kill myself tonight, I have the pills here.")])
    found = discover_prototypes(bank)
    assert (found.units, found.at_crisis) == (1, 1)


def test_a_bank_without_units_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no units to group.*discover units"):
        discover_prototypes(empty_bank(tmp_path))


def test_a_bank_whose_units_move_nobody_says_so(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.SAD, (Action.VALIDATION,), Change.ANSWERS_FACTS)])
    with pytest.raises(UserError, match="no unit shows a seeker who moved"):
        discover_prototypes(bank)


def test_units_without_words_and_chinese_words_are_grouped_too(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.SAD, (Action.VALIDATION,), GOOD, seeker="...", supporter="!!!"),
                              Row(State.SAD, (Action.VALIDATION,), GOOD, seeker="奶奶走了以后家里很安静", supporter="我在听。"),
                              Row(State.SAD, (Action.VALIDATION,), BAD, seeker="\x1b[31m[/bold]'); DROP TABLE units;--",
                                  supporter="{{ 7*7 }}")])
    assert discover_prototypes(bank).units == 3


def test_a_run_stopped_before_its_end_leaves_nothing(tmp_path: Path, rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    bank = bank_of(tmp_path, rows[:60])
    count = 0

    def stop(done: int, total: int) -> None:
        nonlocal count
        count += 1
        if count == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        discover_prototypes(bank, progress=stop)
    assert newest_run(bank.connection) is None


# Clusters


def test_there_are_exactly_as_many_clusters_as_asked_for_and_all_prototypes_that_helped_are_in_one(tmp_path: Path, rows: list[Row]) -> None:
    bank = bank_of(tmp_path, rows)
    found = discover_prototypes(bank)
    for target in (1, 2, 7, found.positive):
        clustering = cluster_prototypes(bank.connection, found.run, target)
        assert [cluster.number for cluster in clustering.clusters] == list(range(1, target + 1))
        assert sorted(row.number for cluster in clustering.clusters for row in cluster.positive) == sorted(
            row.number for row in prototypes_of_run(bank.connection, found.run) if row.polarity == "positive")
        assert set(clustering.numbers()) == {row.number for row in prototypes_of_run(bank.connection, found.run)}
        assert clustering.sentence == ""


def test_what_harmed_joins_a_cluster_that_does_the_same_and_never_makes_one(tmp_path: Path, rows: list[Row]) -> None:
    bank = bank_of(tmp_path, [row for row in rows if row.change.polarity is not Polarity.POSITIVE or Action.REASSURANCE not in row.actions])
    found = discover_prototypes(bank)
    clustering = cluster_prototypes(bank.connection, found.run, 6)
    for cluster in clustering.clusters:
        assert cluster.positive
        assert {row.action for row in cluster.negative} <= {row.action for row in cluster.positive}
    assert {row.action for row in clustering.left_over} == {"reassurance"}  # nothing like it helped


def test_a_target_above_the_prototypes_gives_one_cluster_each_and_a_sentence(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.SAD, (Action.VALIDATION,), GOOD), Row(State.ANGRY, (Action.OPEN_QUESTION,), GOOD)])
    clustering = cluster_prototypes(bank.connection, discover_prototypes(bank).run, 27)
    assert len(clustering.clusters) == 2
    assert clustering.sentence == "Only 2 prototypes helped, so there are 2 skills instead of 27."


def test_without_anything_that_helped_there_are_no_clusters() -> None:
    assert cluster_rows([], 5).clusters == ()


def test_a_prototype_names_the_skills_of_the_revision_in_force_also_after_undo_and_rollback(tmp_path: Path, rows: list[Row]) -> None:
    bank = bank_of(tmp_path, rows[:60])
    run = discover_prototypes(bank, seed=1).run
    first = prototypes_of_run(bank.connection, run)[0].id
    whole = five_skills()[0]
    half = whole.model_copy(update={"slug": "one-half"})

    def named_there() -> tuple[str, ...]:
        return next(row.skills for row in prototypes_of_run(bank.connection, run) if row.id == first)

    bank.commit({whole.slug: whole}, author="test", message="", base_revision=bank.head_number)
    link_skill(bank.writing, whole.slug, [first])
    split = save_skills(bank, [half], Lineage(parents=(whole.slug,)), author="test", message="", base_revision=bank.head_number)
    bank.commit({whole.slug: None}, author="test", message="", base_revision=bank.head_number)
    assert named_there() == ("one-half",)
    bank.rollback(split.number - 1, "test")
    assert named_there() == (whole.slug,)
    bank.undo("test")
    assert named_there() == ("one-half",)
    bank.redo("test")
    assert named_there() == (whole.slug,)
