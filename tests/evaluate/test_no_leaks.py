"""Nothing that was made from the test, and nothing that was known only afterwards, moves any measure by a hair."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.sealed import SealedWords
from esc_tui.evaluate.responses import Wish, measure_responses
from esc_tui.interchange.corpora.corpus import read_corpus
from esc_tui.settings.model import Settings
from tests.bank.test_view import plant
from tests.evaluate.written import corpora, row, write
from tests.support_bank import small_bank_file

MEASURED_ABOUT_THE_BANK = ("left_out", "seconds")


class Unheard:
    def progress(self, done: int, total: int = 0, note: str = "", unit: str = "") -> None:
        """Nobody listens."""


def measure(bank_path, train: str, test: str, **wishes) -> dict:
    with open_bank(bank_path, readonly=True) as bank:
        return measure_responses(bank, Settings(), Wish((train,), (test,), **wishes), lambda name: Unheard())


def measures(result: dict) -> dict:
    """Everything but the time it took and the account of what was left out."""
    return {name: value for name, value in result.items() if name not in MEASURED_ABOUT_THE_BANK}


@pytest.fixture
def files(tmp_path):
    return corpora(tmp_path)


@pytest.fixture
def bank_path(tmp_path):
    return small_bank_file(tmp_path)


def test_what_was_made_from_the_reference_replies_moves_nothing(bank_path, files):
    before = measure(bank_path, *files)
    assert before["left_out"]["bank"]["units"] == 0 and before["bleu_1"] > 0
    tests = [reading.dialogue for reading, _ in read_corpus(Path(files[1]))]
    planted = [tests[0]]
    for at, dialogue in enumerate(tests[1:], 1):
        reply = next(turn.text for turn in dialogue.turns if turn.speaker == "supporter" and len(turn.text.split()) >= 8)
        seeker = next(turn.text for turn in dialogue.turns if turn.speaker == "seeker")
        planted.append(Dialogue(id=f"planted-{at}", licence="MIT", source="tests", turns=(
            DialogueTurn(speaker="seeker", text=seeker), DialogueTurn(speaker="supporter", text=reply),
            DialogueTurn(speaker="seeker", text="That helps me so much"))))
    plant(bank_path, *planted, said="Something heavy sits with you tonight")
    after = measure(bank_path, *files)
    left = after["left_out"]["bank"]
    assert (left["dialogues"], left["units"], left["prototypes"], left["evidence"], left["artefacts"], left["skills"]) == (4, 4, 4, 4, 4, 4)
    assert measures(after) == measures(before)


def test_a_near_copy_of_a_test_dialogue_in_the_training_file_is_not_learned_from(bank_path, files):
    before = measure(bank_path, *files, replies=False)
    copy = json.loads(Path(files[1]).read_text(encoding="utf-8").splitlines()[0])
    copy["dialog"][0]["text"] += " and one word more"
    with Path(files[0]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(copy) + "\n")
    after = measure(bank_path, *files, replies=False)
    assert after["left_out"]["train_dialogues_in_test"] == before["left_out"]["train_dialogues_in_test"] + 1
    assert (after["emr"], after["lr"], after["accuracy"]) == (before["emr"], before["lr"], before["accuracy"])


def test_all_of_the_test_stays_unknown_when_only_some_of_it_is_measured(bank_path, files):
    before = measure(bank_path, *files, limit=1)
    plant(bank_path, *(reading.dialogue for reading, _ in read_corpus(Path(files[1]))), said="Something heavy sits with you tonight")
    after = measure(bank_path, *files, limit=1)
    assert after["left_out"]["bank"]["same"] == 4 and after["test_dialogues"] == 1
    assert measures(after) == measures(before)


def test_without_the_view_the_same_would_move_the_measures(bank_path, files, monkeypatch):
    from esc_tui.evaluate import responses

    before = measure(bank_path, *files)
    plant(bank_path, *(reading.dialogue for reading, _ in read_corpus(Path(files[1]))), said="Something heavy sits with you tonight")
    monkeypatch.setattr(responses, "SealedWords", lambda dialogues: SealedWords(()))
    assert measures(measure(bank_path, *files)) != measures(before)


def test_what_was_known_only_afterwards_moves_nothing(bank_path, files, tmp_path):
    before = measure(bank_path, *files)
    for path in files:
        rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
        for one in rows:
            one["survey_score"] = {"seeker": {"initial_emotion_intensity": "5", "empathy": "1", "relevance": "1",
                                              "final_emotion_intensity": "5"}, "supporter": {"relevance": "1"}}
            one["questions"] = [{"question": "How was it?", "answer": "It made everything worse, never again"}]
            for line in one["dialog"]:
                if line["speaker"] == "usr":
                    line["feedback"] = "1"
        write(Path(path), rows)
    assert measures(measure(bank_path, *files)) == measures(before)


def test_what_is_said_later_does_not_change_earlier_predictions(bank_path, tmp_path):
    train, _ = corpora(tmp_path)
    whole = [row(number, 7) for number in range(3)]
    cut = copy.deepcopy(whole)
    for one in cut:
        one["dialog"][4:] = [{"speaker": "usr", "text": "It ends here"}]
    changed = copy.deepcopy(cut)
    for one in changed:
        one["dialog"][3]["text"] = "Entirely other words, never said by anybody before, are the reference now"
    results = [measure(bank_path, train, write(tmp_path / f"{name}.jsonl", rows), replies=False)
               for name, rows in (("cut", cut), ("changed", changed))]
    assert results[0]["confusion"] == results[1]["confusion"] and results[0]["emr"] == results[1]["emr"]


def test_training_dialogues_that_are_in_the_test_are_not_learned_from(bank_path, tmp_path):
    train = [row(number) for number in range(14)]
    test = [row(number, 7) for number in range(3)]
    clean = measure(bank_path, write(tmp_path / "a.jsonl", train), write(tmp_path / "t.jsonl", test), replies=False)
    mixed = measure(bank_path, write(tmp_path / "b.jsonl", [*train, *test]), str(tmp_path / "t.jsonl"), replies=False)
    assert mixed["left_out"]["train_dialogues_in_test"] == 3
    assert {**measures(mixed), "train": ["a.jsonl"]} == measures(clean)


def test_the_bank_is_only_read(bank_path, files):
    before = bank_path.read_bytes()
    measure(bank_path, *files)
    assert bank_path.read_bytes() == before
