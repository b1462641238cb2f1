"""Dialogues, units and their labels, recall, profiles and the evidence ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank
from esc_tui.bank.units import units_of_skill, units_of_skill_counted
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Change, Polarity, Shelf, State
from esc_tui.domain.revision import EvidenceRow
from tests.support_bank import HOSTILE, one_profile, recalled, small_bank, three_units, two_dialogues


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with small_bank(tmp_path) as opened:
        yield opened


def row(**fields: object) -> EvidenceRow:
    return EvidenceRow.model_validate({"skill": "sit-with-the-night", "version": 1, "outcome": "positive", "source": "person",
                                       "group": "anxious", **fields})


def test_a_dialogue_comes_back_as_it_was(bank: Bank) -> None:
    assert [bank.dialogue(one.id) for one in two_dialogues()] == two_dialogues()


def test_an_unknown_dialogue_is_none(bank: Bank) -> None:
    assert bank.dialogue("nowhere") is None


def test_the_same_dialogue_again_is_passed_over(bank: Bank) -> None:
    assert bank.add_dialogues(two_dialogues()) == 0


def test_another_text_under_a_taken_id_is_refused(bank: Bank) -> None:
    with pytest.raises(UserError, match="another dialogue called 'work-01'"):
        bank.add_dialogues([two_dialogues()[0].model_copy(update={"situation": "other"})])


def test_a_unit_comes_back_as_it_was_by_id_and_by_number(bank: Bank) -> None:
    unit = three_units()[0]
    number = bank.unit_row(unit.id).number
    assert bank.unit(unit.id) == bank.unit(f"IU-{number}") == bank.unit(str(number)) == unit


def test_an_unknown_unit_is_one_sentence(bank: Bank) -> None:
    with pytest.raises(UserError, match="no unit 'IU-999'"):
        bank.unit("IU-999")


def test_a_human_label_outranks_a_machine_label_whichever_came_first(bank: Bank) -> None:
    human = three_units()[0]
    machine = human.model_copy(update={"labeller": "reader-2", "labeller_kind": "machine", "change": Change.WITHDRAWS})
    bank.add_units([machine])
    assert bank.unit(human.id).change is Change.FEELS_UNDERSTOOD
    assert [label.labeller_kind for label in bank.unit_labels(human.id)] == ["human", "machine"]


def test_a_newer_human_label_is_in_force_and_the_older_stays(bank: Bank) -> None:
    old = three_units()[0]
    bank.add_units([old.model_copy(update={"labeller": "second reader", "state": State.ANGRY})])
    assert bank.unit_row(old.id).state == "angry"
    assert [label.state for label in bank.unit_labels(old.id)] == [State.ANGRY, State.LONELY]


def test_without_a_human_label_the_newest_machine_label_is_in_force(bank: Bank) -> None:
    base = three_units()[1].model_copy(update={"id": "work-01/machine", "labeller_kind": "machine"})
    bank.add_units([base, base.model_copy(update={"state": State.SAD})])
    assert bank.unit_row("work-01/machine").state == "sad"


def test_the_same_label_again_is_passed_over(bank: Bank) -> None:
    assert bank.add_units(three_units()) == 0


def test_a_quote_that_does_not_stand_there_is_refused(bank: Bank) -> None:
    unit = three_units()[0]
    wrong = unit.quotes[0].model_copy(update={"start": 0, "end": 3})
    with pytest.raises(UserError, match="does not stand at 0-3"):
        bank.add_units([unit.model_copy(update={"id": "work-01/wrong", "quotes": (wrong,)})])
    assert bank.unit_count() == 3


def test_a_unit_of_an_absent_dialogue_is_refused(bank: Bank) -> None:
    with pytest.raises(UserError, match="Add the dialogue first"):
        bank.add_units([three_units()[0].model_copy(update={"id": "x/1", "dialogue": "x"})])


def test_recall_finds_units_by_the_seekers_words(bank: Bank) -> None:
    hits = recalled(bank, "nobody noticed, nobody at all, in the archive")
    assert hits[0][0].id == "work-01/1"
    assert hits[0][1] > 0
    assert hits[0][0].quote == "nobody at work even noticed"


def test_recall_finds_chinese(bank: Bank) -> None:
    assert recalled(bank, "家里安静得睡不着")[0][0].id == "loss-01/1"


@pytest.mark.parametrize("text", ["", "the and I was", "!!!", "qqqqxyz", "\x00", "NEAR(", HOSTILE, "\udfff"])
def test_recall_takes_any_text(bank: Bank, text: str) -> None:
    assert isinstance(recalled(bank, text), list)


def test_recall_is_the_same_every_time(bank: Bank) -> None:
    assert recalled(bank, "boxes archive work") == recalled(bank, "boxes archive work")


def test_units_stand_for_and_against_a_skill(bank: Bank) -> None:
    assert [unit.id for unit in bank.units_for("reflect-unseen-effort", "positive")] == ["work-01/3", "work-01/1"]
    assert [unit.id for unit in bank.units_for("reflect-unseen-effort", Polarity.NEGATIVE)] == ["loss-01/1"]
    assert len(bank.units_for("reflect-unseen-effort")) == 3


def test_profiles_come_back_as_they_were(bank: Bank) -> None:
    assert bank.profiles() == [one_profile()]


def test_the_second_hash_covers_units_profiles_and_dialogues_but_no_skill(bank: Bank) -> None:
    skills, rest = bank.hashes()
    bank.add_profiles([one_profile().model_copy(update={"scene": "elsewhere"})])
    assert bank.hashes()[0] == skills
    assert bank.hashes()[1] != rest


def test_outcomes_are_counted_by_skill_state_and_source(bank: Bank) -> None:
    counts = {(count.skill, count.state, count.source): (count.helped, count.neutral, count.harmed)
              for count in bank.evidence_counts()}
    assert counts["reflect-unseen-effort", "lonely", "unit"] == (2, 0, 0)
    assert counts["name-the-loss", "sad", "person"] == (0, 0, 1)


def test_new_evidence_counts_from_the_next_snapshot_on(bank: Bank) -> None:
    before = bank.evidence_counts()
    bank.add_evidence([row()])
    assert bank.evidence_counts() == before
    assert bank.take_snapshot() == 2
    assert ("sit-with-the-night", "anxious", "person", 1, 0, 0) in bank.evidence_counts()
    assert bank.evidence_counts(snapshot=1) == before


def test_a_snapshot_without_new_rows_is_the_old_one(bank: Bank) -> None:
    assert bank.take_snapshot() == 1


def test_rows_of_the_exam_never_count(bank: Bank) -> None:
    before = bank.evidence_counts()
    bank.add_evidence([row(shelf=Shelf.EXAM)])
    bank.take_snapshot()
    listed = bank.skill_row("sit-with-the-night")
    assert bank.evidence_counts() == before
    assert listed is not None and listed.helped == 0
    assert bank.ledger("sit-with-the-night") == []


def test_rows_of_the_confirm_shelf_leave_as_one_number(bank: Bank) -> None:
    before = bank.evidence_counts()
    bank.add_evidence([row(shelf=Shelf.CONFIRM), row(shelf=Shelf.CONFIRM, outcome="negative")])
    bank.take_snapshot()
    assert bank.evidence_counts() == before
    assert bank.confirmed("sit-with-the-night", 1) == 0.5
    assert bank.confirmed("sit-with-the-night", 1, snapshot=1) is None


def test_evidence_outlives_a_new_wording_but_not_new_actions(bank: Bank) -> None:
    skill = bank.skill("reflect-unseen-effort")
    reworded = skill.model_copy(update={"content": skill.content.model_copy(update={"summary": "Other words."})})
    bank.commit({skill.slug: reworded}, author="Ada", message="words", base_revision=1)
    kept = bank.skill_row(skill.slug)
    shorter = skill.content.model_copy(update={"moves": skill.content.moves[:1], "do": skill.content.do[:2]})
    bank.commit({skill.slug: skill.model_copy(update={"content": shorter})}, author="Ada", message="moves", base_revision=2)
    lost = bank.skill_row(skill.slug)
    assert kept is not None and lost is not None
    assert (kept.helped, lost.helped) == (2, 0)


def test_the_ledger_shows_where_a_row_came_from(bank: Bank) -> None:
    newest = bank.ledger("name-the-loss")[0]
    assert (newest.source, newest.outcome, newest.state) == ("person", "negative", "sad")


def test_an_unknown_snapshot_is_one_sentence(bank: Bank) -> None:
    with pytest.raises(UserError, match="no evidence snapshot 7"):
        bank.evidence_counts(snapshot=7)


def test_the_units_of_a_dialogue_come_in_the_order_of_its_lines(bank: Bank) -> None:
    from esc_tui.bank.units import units_of_dialogue

    found = units_of_dialogue(bank.connection, "work-01")
    assert [unit.id for _, unit in found] == ["work-01/1", "work-01/3"]
    assert found[0] == (bank.unit_row("work-01/1").number, bank.unit("work-01/1"))
    assert units_of_dialogue(bank.connection, "nowhere") == []


def test_dialogues_are_listed_by_pages_with_their_units_counted(bank: Bank) -> None:
    from esc_tui.bank.dialogue_search import list_dialogues

    rows, total = list_dialogues(bank.connection, limit=1)
    assert total == 2 and [(row.id, row.turns, row.outcome, row.units, row.positive, row.negative) for row in rows] == [
        ("loss-01", 3, "did not help", 1, 0, 1)]
    rows, total = list_dialogues(bank.connection, limit=5, offset=1)
    assert total == 2 and [(row.id, row.units, row.positive, row.negative) for row in rows] == [("work-01", 2, 2, 0)]
    assert list_dialogues(bank.connection, offset=7) == ([], 2)


@pytest.mark.parametrize(("words", "found"), [
    ("ARCHIVE", ["work-01"]), ("archive boxes", ["work-01"]), ("archive 奶奶", []), ("奶奶", ["loss-01"]),
    ("tests", ["loss-01", "work-01"]),
    ("%", []), ("_", []), ("\\", []), ("loss-01", ["loss-01"]), ("rchive", []),
    ("01", ["loss-01", "work-01"]), ("走", ["loss-01"]), ("   ", ["loss-01", "work-01"])])
def test_every_word_must_stand_somewhere_in_a_dialogue_that_is_listed(bank: Bank, words: str, found: list[str]) -> None:
    from esc_tui.bank.dialogue_search import list_dialogues, read_dialogue_filter

    rows, total = list_dialogues(bank.connection, read_dialogue_filter(words)[0])
    assert ([row.id for row in rows], total) == (found, len(found))


def test_all_units_of_a_skill_come_in_pages_those_that_helped_first(bank: Bank) -> None:
    counts = units_of_skill_counted(bank.connection, "reflect-unseen-effort")
    pages = [units_of_skill(bank.connection, "reflect-unseen-effort", 2, offset) for offset in (0, 2)]
    assert counts == (2, 0, 1)
    assert counts.harmed == 1
    assert [[unit.id for unit in page] for page in pages] == [["work-01/3", "work-01/1"], ["loss-01/1"]]
