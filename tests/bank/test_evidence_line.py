"""Evidence in the line of revisions: learned, set back, undone, redone; nothing is ever taken out of the ledger."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank import evidence_line
from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.evidence import rate_outcomes
from esc_tui.bank.evidence_line import (
    counts_already,
    evidence_steps,
    joined,
    learn_outcomes,
    learned_last,
    set_evidence,
    take_back,
)
from esc_tui.bank.moments import offered_skills, outcome_tallies
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Polarity
from esc_tui.domain.revision import EvidenceRow, Revision
from esc_tui.support.ranking import BankIndex
from tests.support_bank import FIXED_TIME, small_bank_file

SLUGS = ("ask-one-small-want", "reflect-unseen-effort", "sit-with-the-night")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = small_bank_file(tmp_path_factory.mktemp("once"))
    with open_bank(path) as opened:
        opened.take_snapshot()
        opened.connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def bank(made_once: Path, tmp_path: Path) -> Iterator[Bank]:
    shutil.copyfile(made_once, tmp_path / "mine.db")
    with open_bank(tmp_path / "mine.db") as opened:
        yield opened


def row(talk: str, outcome: Polarity = Polarity.POSITIVE, slug: str = SLUGS[0], turn: int = 1, source: str = "simulation") -> EvidenceRow:
    return EvidenceRow.model_validate({"skill": slug, "version": 1, "conversation": talk, "turn": turn, "outcome": outcome,
                                       "group": "lonely", "source": source})


def learned(bank: Bank, *rows: EvidenceRow, author: str = "Ada") -> Revision:
    made = learn_outcomes(bank.writing, rows, author=author, message="Learned from run 1", time=FIXED_TIME)
    assert made is not None
    return made


def believed(bank: Bank) -> tuple[object, ...]:
    """What the ranker and the list go by."""
    head, snapshot = bank.head_number, bank.snapshot_number
    index = BankIndex(offered_skills(bank.connection, head), outcome_tallies(bank.connection, head, snapshot))
    cards = bank.connection.rows("SELECT slug, helped, neutral, harmed, evidence_mean, evidence_interval FROM skill_cards ORDER BY slug")
    return bank.head().hash, sorted(bank.evidence_counts()), index.helped.tolist(), index.harmed.tolist(), cards


def test_learning_is_a_revision_that_leaves_the_hash_of_the_skills_alone(bank: Bank) -> None:
    before = bank.head()
    made = learned(bank, row("one"), row("two", Polarity.NEGATIVE))
    assert (made.number, made.kind, made.hash, made.evidence) == (before.number + 1, "learn", before.hash, 2)
    assert before.evidence is None and bank.changes(before.number, made.number) == []
    (step,) = evidence_steps(bank.connection)
    assert (step.revision, step.before, step.after, step.added) == (made.number, 1, 2, 2)
    assert learned_last(bank.connection) == step
    assert counts_already(bank.connection, "one") == {(1, SLUGS[0])}


def test_nothing_to_learn_makes_no_revision(bank: Bank) -> None:
    head = bank.head_number
    assert learn_outcomes(bank.writing, [], author="Ada", message="", time=FIXED_TIME) is None
    assert bank.head_number == head


def test_undo_and_redo_go_through_learning_and_edits_alike(bank: Bank) -> None:
    start = believed(bank)
    learned(bank, row("one", Polarity.NEGATIVE))
    taught = believed(bank)
    bank.commit({"turn-the-page": None}, author="Ada", message="out", base_revision=bank.head_number)
    both = believed(bank)
    assert len({str(start), str(taught), str(both)}) == 3
    for wanted in (taught, start):
        bank.undo("Ada")
        assert believed(bank) == wanted
    with pytest.raises(UserError, match="nothing to undo"):
        bank.undo("Ada")
    for wanted in (taught, both):
        bank.redo("Ada")
        assert believed(bank) == wanted
    bank.rollback("r1", "Ada")
    assert believed(bank) == start
    assert bank.head().evidence == bank.snapshot_number


def test_ratings_stay_when_what_was_learned_is_undone(bank: Bank) -> None:
    learned(bank, row("simulated", Polarity.NEGATIVE))
    bank.add_evidence([row("live", source="person")])
    bank.take_snapshot()
    bank.undo("Ada")
    talks = bank.connection.rows("SELECT conversation FROM evidence WHERE conversation IS NOT NULL")
    assert talks == [("simulated",), ("live",)]
    assert not counts_already(bank.connection, "simulated")
    assert "simulation" not in {count.source for count in bank.evidence_counts()}
    assert bank.skill_row(SLUGS[0]).helped == 1 + _helped(bank, 1)


def _helped(bank: Bank, snapshot: int) -> int:
    last = bank.snapshot(snapshot).last_row
    return int(bank.connection.value("SELECT count(*) FROM evidence WHERE skill = ? AND outcome = 'positive' AND shelf = 'develop' "
                                     "AND id <= ?", (SLUGS[0], last)))


def test_the_evidence_can_be_set_to_any_snapshot_and_that_can_be_undone(bank: Bank) -> None:
    start = believed(bank)
    learned(bank, row("one"))
    one = believed(bank)
    learned(bank, row("two", Polarity.NEGATIVE))
    two = believed(bank)
    made = set_evidence(bank.writing, 1, author="Ada", time=FIXED_TIME)
    assert (made.kind, made.message, believed(bank)) == ("evidence", "Evidence as in snapshot 1", start)
    with pytest.raises(UserError, match="as in snapshot 1 already"):
        set_evidence(bank.writing, 1, author="Ada", time=FIXED_TIME)
    set_evidence(bank.writing, 2, author="Ada", time=FIXED_TIME)
    assert believed(bank) == one
    bank.undo("Ada")
    bank.undo("Ada")
    assert believed(bank) == two
    with pytest.raises(UserError, match="there is no evidence snapshot 99"):
        set_evidence(bank.writing, 99, author="Ada", time=FIXED_TIME)


def test_taking_back_leaves_skills_and_other_evidence(bank: Bank) -> None:
    with pytest.raises(UserError, match="nothing that was learned"):
        take_back(bank.writing, author="Ada", time=FIXED_TIME)
    learned(bank, row("one"))
    bank.commit({"turn-the-page": None}, author="Ada", message="out", base_revision=bank.head_number)
    learned(bank, row("two", Polarity.NEGATIVE))
    take_back(bank.writing, author="Ada", time=FIXED_TIME)
    assert counts_already(bank.connection, "one") and not counts_already(bank.connection, "two")
    made = take_back(bank.writing, author="Ada", time=FIXED_TIME)
    assert made.message == "Taken back what r2 learned: Learned from run 1"
    assert not counts_already(bank.connection, "one") and not bank.has_skill("turn-the-page")
    learned(bank, row("one"))
    assert bank.connection.value("SELECT count(*) FROM evidence WHERE conversation = 'one'") == 2, "the ledger keeps both"
    assert bank.skill_row(SLUGS[0]).helped == 1 + _helped(bank, 1)


def test_a_correction_between_left_out_rows_still_corrects(bank: Bank) -> None:
    bank.add_evidence([row("live", Polarity.POSITIVE, source="person")])
    number = bank.take_snapshot()
    rate_outcomes(bank.writing, "live", 1, "negative", FIXED_TIME)
    bank.take_snapshot()
    set_evidence(bank.writing, number, author="Ada", time=FIXED_TIME)
    assert bank.skill_row(SLUGS[0]).helped == 1 + _helped(bank, 1), "as it was before the correction"
    rate_outcomes(bank.writing, "live", 1, "neutral", FIXED_TIME)
    bank.take_snapshot()
    card = bank.skill_row(SLUGS[0])
    assert card.helped == _helped(bank, 1) and card.neutral == 1, "only the newest word about the turn counts"


def test_a_step_that_fails_leaves_everything_as_it_was(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    before, rows = believed(bank), bank.connection.value("SELECT count(*) FROM evidence")

    def fail(*given: object) -> int:
        raise RuntimeError("the power failed")

    monkeypatch.setattr(evidence_line, "_noted", fail)
    with pytest.raises(RuntimeError):
        learned(bank, row("one"))
    assert believed(bank) == before and bank.head_number == 1
    assert bank.connection.value("SELECT count(*) FROM evidence") == rows


@pytest.mark.parametrize("seed", range(50))
def test_any_sequence_can_be_walked_back_and_forth(bank: Bank, seed: int) -> None:
    """Undo and redo bring back, to the letter, what list and ranker went by after each step."""
    chance = random.Random(seed)
    states = [believed(bank)]
    for step in range(5):
        kind = chance.choice(("learn", "edit", "set", "take back"))
        if kind == "learn":
            learned(bank, *(row(f"{step}-{place}", chance.choice(list(Polarity)), chance.choice(SLUGS)) for place in range(3)))
        elif kind == "edit":
            slug = chance.choice(SLUGS)
            skill = bank.skill(slug)
            changed = skill.model_copy(update={"content": skill.content.model_copy(update={"title": f"Title {step}"})})
            bank.commit({slug: changed}, author="Ada", message="edit", base_revision=bank.head_number)
        else:
            try:
                if kind == "set":
                    set_evidence(bank.writing, chance.randint(1, bank.snapshot_number), author="Ada", time=FIXED_TIME)
                else:
                    take_back(bank.writing, author="Ada", time=FIXED_TIME)
            except UserError:
                continue
        states.append(believed(bank))
    steps = len(states) - 1
    for place in range(steps - 1, -1, -1):
        bank.undo("Ada")
        assert believed(bank) == states[place], f"undo to {place}"
    again = chance.randint(0, steps)
    for place in range(1, again + 1):
        bank.redo("Ada")
        assert believed(bank) == states[place], f"redo to {place}"
    if steps:
        bank.rollback("r1", "Ada")
        assert believed(bank) == states[0]
    assert bank.check() == []


def test_spans_are_joined() -> None:
    assert joined([(5, 9), (1, 2), (3, 4), (20, 10), (8, 12)]) == ((1, 12),)
    assert joined([(7, 8), (1, 2)]) == ((1, 2), (7, 8))


def test_a_bank_that_was_set_back_opens_again_as_it_was(bank: Bank) -> None:
    learned(bank, row("one"))
    bank.undo("Ada")
    before = believed(bank)
    with open_bank(bank.path, readonly=True) as again:
        assert believed(again) == before
