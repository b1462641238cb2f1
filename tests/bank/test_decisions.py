"""What annotators decide: the line that waits, which label is in force, undo, agreement pairs, and what the ledger says then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank
from esc_tui.bank.decisions import (
    BLIND,
    Wanted,
    annotators,
    decide,
    decided_since,
    decisions_of,
    disputed,
    flagged,
    progress,
    undo_decision,
    waiting_units,
)
from esc_tui.bank.evidence import read_snapshot
from esc_tui.bank.extractions import dialogues_left, dialogues_read, store_extraction
from esc_tui.bank.labels import labels_by
from esc_tui.domain.dialogue import InterventionUnit
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Change, Polarity, Shelf, State
from esc_tui.domain.revision import EvidenceRow
from tests.support_bank import small_bank, three_units

NOW = "2026-02-01T00:00:00.000Z"


def machine(at: int, **changes: object) -> InterventionUnit:
    """A machine's label of a unit that nobody else has labelled."""
    unit = three_units()[at]
    return unit.model_copy(update={"id": f"machine/{at}", "labeller": "embedded-1", "labeller_kind": "machine",
                                   "confidence": 0.5 + at / 10, **changes})


def human(unit: InterventionUnit, name: str, **changes: object) -> InterventionUnit:
    return unit.model_copy(update={"labeller": name, "labeller_kind": "human", "confidence": None, **changes})


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with small_bank(tmp_path) as opened:
        opened.add_units([machine(0), machine(1), machine(2)])
        yield opened


def waiting(bank: Bank, name: str, **options: object) -> list[str]:
    return [row.id for row in waiting_units(bank.connection, name, Wanted(**options))]  # type: ignore[arg-type]


def test_the_least_sure_unit_comes_first_and_units_labelled_by_people_do_not_wait(bank: Bank) -> None:
    assert waiting(bank, "Ada") == ["machine/0", "machine/1", "machine/2"]


def test_a_random_sample_is_one_order_for_everybody_and_does_not_skip_what_others_labelled(bank: Bank) -> None:
    order = waiting(bank, "Ada", sampled=True)
    assert sorted(order) == ["machine/0", "machine/1", "machine/2"]
    decide(bank.writing, order[0], "Ada", "accept", NOW, label=human(machine(int(order[0][-1])), "Ada"))
    assert waiting(bank, "Ada", sampled=True) == order[1:]
    assert waiting(bank, "Ben", sampled=True) == order
    assert progress(bank.connection, "Ben", Wanted(sampled=True)).waiting == 3


def test_a_random_sample_mixes_units_whatever_their_ids_are_made_of(bank: Bank) -> None:
    """The ids of the starter bank's units are no hashes; none of them may come first for that."""
    names = [f"helped-{number:02}/1" for number in range(40)] + [f"{number:064x}" for number in range(40)]
    bank.add_units([machine(0, id=name) for name in names])
    order = [name for name in waiting(bank, "Ada", sampled=True) if name in names]
    places = [place for place, name in enumerate(order) if name.startswith("helped")]
    assert len(places) > 10 and order != sorted(order)
    assert sum(places) / len(places) > len(order) / 4 and places != list(range(len(places)))


def test_a_label_given_blind_is_known_as_such_until_it_is_given_again(bank: Bank) -> None:
    decide(bank.writing, "machine/0", "Ada", "correct", NOW, label=human(machine(0), "Ada"), note=BLIND)
    decide(bank.writing, "machine/1", "Ada", "accept", NOW, label=human(machine(1), "Ada"))
    assert {row.unit: row.blind for row in labels_by(bank.connection, "Ada") if row.unit.startswith("machine")} == {
        "machine/0": True, "machine/1": False}
    assert {row.blind for row in labels_by(bank.connection, "embedded-1")} == {None}


def test_a_skipped_unit_comes_again_at_the_end_and_a_passed_one_does_not(bank: Bank) -> None:
    decide(bank.writing, "machine/0", "Ada", "skip", NOW)
    decide(bank.writing, "machine/1", "Ada", "pass", NOW)
    assert waiting(bank, "Ada") == ["machine/2", "machine/0"]
    assert progress(bank.connection, "Ada").waiting == 2
    assert waiting(bank, "Ben") == ["machine/0", "machine/1", "machine/2"]


def test_a_skipped_unit_that_another_person_labels_meanwhile_waits_no_more(bank: Bank) -> None:
    decide(bank.writing, "machine/0", "Ada", "skip", NOW)
    decide(bank.writing, "machine/0", "Ben", "accept", NOW, label=human(machine(0), "Ben"))
    assert waiting(bank, "Ada") == ["machine/1", "machine/2"]
    assert waiting(bank, "Ada", shared=True) == ["machine/1", "machine/2", "machine/0"]
    assert progress(bank.connection, "Ada").waiting == 2


def test_neutral_units_wait_only_when_asked_for(bank: Bank) -> None:
    bank.add_units([machine(1, id="machine/n", change=Change.CONTINUES)])
    assert "machine/n" not in waiting(bank, "Ada")
    assert "machine/n" in waiting(bank, "Ada", key_only=False)


def test_an_accepted_label_is_in_force_as_a_persons_and_waits_for_nobody_but_to_measure_agreement(bank: Bank) -> None:
    decide(bank.writing, "machine/0", "Ada", "accept", NOW, label=human(machine(0), "Ada"))
    assert bank.unit("machine/0").labeller == "Ada"
    assert waiting(bank, "Ben") == ["machine/1", "machine/2"]
    assert waiting(bank, "Ben", shared=True) == ["machine/0", "machine/1", "machine/2"]
    decide(bank.writing, "machine/2", "Ada", "accept", NOW, label=human(machine(2), "Ada"))
    assert waiting(bank, "Ben", shared=True) == ["machine/0", "machine/2", "machine/1"]
    assert progress(bank.connection, "Ada").decided["accept"] == 2


def test_undo_brings_the_machines_label_back_and_the_unit_into_line(bank: Bank) -> None:
    decide(bank.writing, "machine/0", "Ada", "correct", NOW, label=human(machine(0), "Ada", state=State.ANGRY))
    assert bank.unit_row("machine/0").state == "angry"
    undo_decision(bank.writing, "Ada", NOW)
    assert bank.unit_row("machine/0").state == "lonely" and bank.unit("machine/0").labeller_kind == "machine"
    assert waiting(bank, "Ada")[0] == "machine/0"
    assert bank.check() == []


def test_the_same_label_again_after_undo_counts_again(bank: Bank) -> None:
    label = human(machine(0), "Ada")
    for _ in range(2):
        decide(bank.writing, "machine/0", "Ada", "accept", NOW, label=label)
        assert bank.unit("machine/0").labeller == "Ada"
        undo_decision(bank.writing, "Ada", NOW)
    decide(bank.writing, "machine/0", "Ada", "accept", NOW, label=label)
    assert bank.unit("machine/0").labeller == "Ada"


def test_a_new_decision_takes_the_older_one_back(bank: Bank) -> None:
    decide(bank.writing, "machine/0", "Ada", "accept", NOW, label=human(machine(0), "Ada"))
    decide(bank.writing, "machine/0", "Ada", "correct", NOW, label=human(machine(0), "Ada", state=State.TORN))
    assert [one.kind for one in decisions_of(bank.connection, "machine/0")] == ["correct"]
    assert bank.unit_row("machine/0").state == "torn"


def test_a_decision_without_a_persons_label_of_that_unit_is_refused(bank: Bank) -> None:
    for label in (None, machine(0), human(machine(1), "Ada")):
        with pytest.raises(UserError, match="needs a person's label"):
            decide(bank.writing, "machine/0", "Ada", "accept", NOW, label=label)
    assert decisions_of(bank.connection, "machine/0") == []


def test_nothing_to_undo_is_one_sentence(bank: Bank) -> None:
    with pytest.raises(UserError, match="no decision to undo"):
        undo_decision(bank.writing, "Ada", NOW)


def test_flags_are_listed_with_their_note(bank: Bank) -> None:
    decide(bank.writing, "machine/0", "Ada", "flag", NOW, note="two seekers?")
    assert [(one.annotator, one.note) for one in flagged(bank.connection)] == [("Ada", "two seekers?")]


def test_people_who_differ_are_disputed_until_somebody_adjudicates(bank: Bank) -> None:
    decide(bank.writing, "machine/0", "Ada", "accept", NOW, label=human(machine(0), "Ada"))
    assert disputed(bank.connection) == []
    decide(bank.writing, "machine/0", "Ben", "correct", NOW, label=human(machine(0), "Ben", state=State.ANGRY))
    number = bank.unit_row("machine/0").number
    assert disputed(bank.connection) == [number]
    decide(bank.writing, number, "Cleo", "adjudicate", NOW, label=human(machine(0), "Cleo", state=State.SAD))
    assert disputed(bank.connection) == []
    decide(bank.writing, number, "Ben", "correct", NOW, label=human(machine(0), "Ben", state=State.NUMB))
    assert bank.unit_row("machine/0").state == "sad"
    assert ("Ada", "human", 1) in annotators(bank.connection)


def test_adjudicating_for_ones_own_label_can_be_undone_and_the_label_still_counts_for_agreement(bank: Bank) -> None:
    for name, state in (("Ada", State.LONELY), ("Ben", State.ANGRY)):
        decide(bank.writing, "machine/0", name, "accept", NOW, label=human(machine(0), name, state=state))
    number = bank.unit_row("machine/0").number
    decide(bank.writing, number, "Ada", "adjudicate", NOW, label=human(machine(0), "Ada"))
    assert bank.unit("machine/0").labeller == "Ada" and disputed(bank.connection) == []
    for _ in range(2):
        assert [[row.state for row in labels_by(bank.connection, name)] for name in ("Ada", "Ben")] == [["lonely"], ["angry"]]
        if disputed(bank.connection):
            break
        assert undo_decision(bank.writing, "Ada", NOW).kind == "adjudicate"
    assert bank.unit("machine/0").labeller == "Ben" and disputed(bank.connection) == [number]
    assert [one.kind for one in decisions_of(bank.connection, number)] == ["accept", "accept"]
    assert bank.check() == []


def test_somebody_who_only_adjudicated_has_no_label_to_agree_with(bank: Bank) -> None:
    decide(bank.writing, "machine/0", "Ada", "accept", NOW, label=human(machine(0), "Ada"))
    decide(bank.writing, "machine/0", "Cleo", "adjudicate", NOW, label=human(machine(0), "Cleo"))
    assert labels_by(bank.connection, "Cleo") == []


def test_undo_brings_back_what_the_decision_had_replaced_one_after_another(bank: Bank) -> None:
    for kind, state in (("accept", State.LONELY), ("correct", State.TORN), ("correct", State.ANGRY)):
        decide(bank.writing, "machine/0", "Ada", kind, NOW, label=human(machine(0), "Ada", state=state))
    for state in ("torn", "lonely"):
        undo_decision(bank.writing, "Ada", NOW)
        assert bank.unit_row("machine/0").state == state and bank.unit("machine/0").labeller == "Ada"
        assert len(decisions_of(bank.connection, "machine/0")) == 1
    undo_decision(bank.writing, "Ada", NOW)
    assert bank.unit("machine/0").labeller_kind == "machine" and decisions_of(bank.connection, "machine/0") == []
    with pytest.raises(UserError, match="no decision to undo"):
        undo_decision(bank.writing, "Ada", NOW)


def test_a_new_machine_label_in_force_corrects_the_ledger_too(bank: Bank) -> None:
    bank.add_evidence([EvidenceRow(skill="ask-one-small-want", version=1, unit="machine/0", outcome=Polarity.POSITIVE, source="unit")])
    store_extraction(bank.writing, "embedded-2", "work-01", [machine(0, labeller="embedded-2", change=Change.REJECTS)], NOW)
    newest = bank.ledger("ask-one-small-want")[0]
    assert (newest.unit, newest.outcome) == ("machine/0", "negative")


def test_a_corrected_outcome_replaces_the_old_one_in_the_next_snapshot(bank: Bank) -> None:
    def counted() -> tuple[int, int]:
        rows = [one for one in bank.evidence_counts() if one.skill == "ask-one-small-want"]
        return sum(one.helped for one in rows), sum(one.harmed for one in rows)

    before = counted()
    bank.add_evidence([EvidenceRow(skill="ask-one-small-want", version=1, unit="machine/0", outcome=Polarity.POSITIVE, source="unit")])
    first = bank.take_snapshot()
    assert counted() == (before[0] + 1, before[1])
    decide(bank.writing, "machine/0", "Ada", "correct", NOW, label=human(machine(0), "Ada", change=Change.REJECTS))
    assert counted() == (before[0] + 1, before[1]), "a snapshot never moves"
    second = bank.take_snapshot()
    assert read_snapshot(bank.connection, second).counted == read_snapshot(bank.connection, first).counted
    assert counted() == (before[0], before[1] + 1)
    undo_decision(bank.writing, "Ada", NOW)
    bank.take_snapshot()
    assert counted() == (before[0] + 1, before[1])
    at_first = [one for one in bank.evidence_counts(snapshot=first) if one.skill == "ask-one-small-want"]
    assert sum(one.helped for one in at_first) == before[0] + 1
    assert bank.skill_row("ask-one-small-want") is not None


def test_what_shelf_confirm_says_leaves_replaced_outcomes_out(bank: Bank) -> None:
    from esc_tui.bank.evidence import confirmed

    bank.add_evidence([EvidenceRow(skill="ask-one-small-want", version=1, unit="machine/0", outcome=Polarity.POSITIVE, source="unit",
                                   shelf=Shelf.CONFIRM)])
    decide(bank.writing, "machine/0", "Ada", "correct", NOW, label=human(machine(0), "Ada", change=Change.REJECTS))
    assert confirmed(bank.connection, "ask-one-small-want", 1, bank.take_snapshot()) == 0.0


def test_an_extraction_is_stored_once_and_the_dialogue_is_not_read_again(bank: Bank) -> None:
    assert dialogues_left(bank.connection, "embedded-2") == ["loss-01", "work-01"]
    unit = machine(0, labeller="embedded-2")
    assert store_extraction(bank.writing, "embedded-2", "work-01", [unit], NOW) == 1
    assert store_extraction(bank.writing, "embedded-2", "work-01", [unit], NOW) == 0
    assert dialogues_left(bank.connection, "embedded-2") == ["loss-01"]
    assert dialogues_read(bank.connection, "embedded-2") == 1


def test_a_unit_that_does_not_fit_leaves_nothing_of_its_extraction(bank: Bank) -> None:
    wrong = machine(1, id="machine/wrong", labeller="embedded-2", outcome_turn=40)
    with pytest.raises(UserError, match="no turn 40"):
        store_extraction(bank.writing, "embedded-2", "work-01", [machine(0, id="machine/new", labeller="embedded-2"), wrong], NOW)
    assert dialogues_read(bank.connection, "embedded-2") == 0
    with pytest.raises(UserError, match="no unit"):
        bank.unit("machine/new")


def test_the_line_can_be_narrowed_to_some_states_and_polarities(bank: Bank) -> None:
    bank.add_units([machine(0), machine(1), machine(2)])
    assert waiting(bank, "Ada", states=("sad",)) == ["machine/2"]
    assert waiting(bank, "Ada", polarities=("positive",)) == ["machine/0", "machine/1"]
    assert waiting(bank, "Ada", states=("sad",), polarities=("positive",)) == []
    assert progress(bank.connection, "Ada", Wanted(states=("lonely",))).waiting == 2


def test_decisions_of_today_are_counted_without_skipped_ones(bank: Bank) -> None:
    bank.add_units([machine(0), machine(1)])
    decide(bank.writing, "machine/0", "Ada", "pass", "2026-02-01T00:00:00.000Z")
    decide(bank.writing, "machine/1", "Ada", "skip", "2026-02-02T00:00:00.000Z")
    assert decided_since(bank.connection, "Ada", "2026-01-01") == 1 and decided_since(bank.connection, "Ada", "2026-02-02") == 0


def test_every_label_says_how_it_stands(bank: Bank) -> None:
    from esc_tui.bank.units import given_labels

    decide(bank.writing, "machine/0", "Ada", "accept", NOW, label=human(machine(0), "Ada"))
    undo_decision(bank.writing, "Ada", NOW)
    decide(bank.writing, "machine/0", "Ben", "adjudicate", NOW, label=human(machine(0), "Ben", state=State.ANGRY))
    found = {given.label.labeller: (given.in_force, given.withdrawn, given.adjudicated)
             for given in given_labels(bank.connection, "machine/0")}
    assert found == {"Ben": (True, False, True), "Ada": (False, True, False), "embedded-1": (False, False, False)}


def test_a_machine_that_comes_back_to_an_older_label_means_that_one(bank: Bank) -> None:
    first, second = machine(0), machine(0, state=State.NUMB)
    for label, state in ((first, "lonely"), (second, "numb"), (first, "lonely"), (second, "numb")):
        bank.add_units([label])
        assert bank.unit_row("machine/0").state == state
    assert bank.check() == []


def test_a_label_goes_to_the_unit_that_stands_at_its_moment_whatever_it_is_called(tmp_path: Path) -> None:
    known = three_units()[0]
    label = known.model_copy(update={"id": "elsewhere", "labeller": "embedded-2", "labeller_kind": "machine", "confidence": 0.7})
    with small_bank(tmp_path) as bank:
        store_extraction(bank.writing, "embedded-2", known.dialogue, [label], NOW)
        assert [one.labeller for one in bank.unit_labels(known.id)] == ["tests", "embedded-2"]
        with pytest.raises(UserError, match="no unit 'elsewhere'"):
            bank.unit("elsewhere")


def test_only_what_one_of_some_people_labelled_may_be_asked_for_and_never_the_starter_banks_own(bank: Bank) -> None:
    decide(bank.writing, "machine/0", "Ben", "correct", NOW, label=human(machine(0), "Ben", state=State.ANGRY))
    decide(bank.writing, "machine/2", "Mara", "accept", NOW, label=human(machine(2), "Mara"))
    decide(bank.writing, "machine/1", "Cleo", "adjudicate", NOW, label=human(machine(1), "Cleo"))
    assert waiting(bank, "Ada", labelled_by=("Ben",), key_only=False) == ["machine/0"]
    assert waiting(bank, "Ada", labelled_by=("Ben", "Mara"), key_only=False) == ["machine/0", "machine/2"]
    assert waiting(bank, "Ben", labelled_by=("Ben", "Mara"), key_only=False) == ["machine/2"]
    assert waiting(bank, "Ada", labelled_by=("Cleo",), key_only=False) == [], "who only adjudicated did not label"
    assert progress(bank.connection, "Ada", Wanted(labelled_by=("Ben",), key_only=False)).waiting == 1
    dialogue = bank.unit("machine/2").dialogue
    bank.writing.run("UPDATE dialogues SET source = 'starter' WHERE id = ?", (dialogue,))
    left = waiting(bank, "Ada", shared=True, key_only=False, starter=False)
    assert "machine/2" not in left and "machine/2" in waiting(bank, "Ada", shared=True, key_only=False)
    undo_decision(bank.writing, "Ben", NOW)
    assert waiting(bank, "Ada", labelled_by=("Ben",), key_only=False) == []
