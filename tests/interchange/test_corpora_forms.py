"""Dialogues of others are recognised by what is in a file, and become the same dialogue in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from esc_tui.domain.dialogue import words_hash
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Strategy
from esc_tui.interchange.corpora.corpus import corpus_files, read_corpus
from esc_tui.interchange.corpora.names import kept, language_of, speaker_named, strategy_named
from esc_tui.interchange.corpora.rows import read_dialogue, read_row
from tests.interchange.corpus_files import (
    ABOUT,
    FORMS,
    LINES,
    SURVEY,
    as_lines,
    as_list,
    chatml,
    native,
    read,
    skips,
    split,
    third,
)

EVERY_FORM = pytest.mark.parametrize(("form", "write"), FORMS.items())


@EVERY_FORM
@pytest.mark.parametrize("laid_out", [as_lines, as_list, lambda rows: as_list(rows, 2)])
def test_every_form_is_recognised_by_content_as_lines_and_as_a_list(
        tmp_path: Path, form: str, write: Callable[[str], dict[str, Any]], laid_out: Callable[[list[Any]], str]) -> None:
    found = read(tmp_path / "no-name-that-helps", laid_out([write("one"), write("two")]))
    assert [reading.form for reading in found] == [form, form]
    assert skips(found) == []
    for reading in found:
        assert reading.dialogue is not None
        assert [(turn.speaker, turn.text) for turn in reading.dialogue.turns][1:] == [(who, text) for who, text, _ in LINES][1:]


def test_the_same_talk_has_the_same_id_in_every_form() -> None:
    found = [read_row(write("x"), "here").dialogue for write in FORMS.values()]
    assert len({dialogue.id for dialogue in found if dialogue}) == 1
    assert len({words_hash(dialogue) for dialogue in found if dialogue}) == 1
    assert read_row(native("y"), "here").dialogue != found[0]


def test_survey_feedback_and_what_the_talk_is_about_are_kept() -> None:
    dialogue = read_row(native(), "here", source="mine").dialogue
    assert dialogue is not None
    assert (dialogue.initial_intensity, dialogue.final_intensity, dialogue.empathy, dialogue.relevance) == (5, 2, 4, 5)
    assert dialogue.helped is True
    assert [turn.feedback for turn in dialogue.turns] == [None, None, None, 4, None, 4]
    assert {"experience_type": dialogue.experience_type, "emotion_type": dialogue.emotion_type,
            "problem_type": dialogue.problem_type, "situation": dialogue.situation} == ABOUT
    assert dialogue.source == "mine"


def test_strategies_of_every_corpus_mean_the_eight() -> None:
    wanted = [None, Strategy.QUESTION, Strategy.REFLECTION, None, Strategy.AFFIRMATION, None]
    for name, write in FORMS.items():
        dialogue = read_row(write(""), "here").dialogue
        assert dialogue is not None
        assert [turn.strategy for turn in dialogue.turns] == ([None] * 6 if name in {"ChatML", "ShareGPT"} else wanted)


@pytest.mark.parametrize(("written", "meant"), [
    *((strategy.value, strategy) for strategy in Strategy),
    ("Questions", Strategy.QUESTION), ("Other", Strategy.OTHERS), ("Restatement", Strategy.RESTATEMENT),
    ("Direct Guidance", Strategy.SUGGESTIONS), ("Approval and Reassurance", Strategy.AFFIRMATION),
    ("  self disclosure ", Strategy.SELF_DISCLOSURE), ("[Question]", Strategy.QUESTION),
    ("AFFIRMATION & REASSURANCE", Strategy.AFFIRMATION), ("Reflection_of_feelings", Strategy.REFLECTION),
    ("Interpretation", None), ("", None), ("\ud800", None),
])
def test_a_strategy_is_known_in_any_spelling(written: str, meant: Strategy | None) -> None:
    assert strategy_named(written) is meant


@pytest.mark.parametrize(("written", "meant"), [
    ("seeker", "seeker"), ("Usr", "seeker"), ("speaker", "seeker"), ("human", "seeker"), ("help-seeker", "seeker"),
    ("Supporter", "supporter"), ("sys", "supporter"), ("listener", "supporter"), ("gpt", "supporter"), ("assistant", "supporter"),
    ("narrator", None), ("", None), (3, None), (None, None), (["usr"], None),
])
def test_a_speaker_is_known_in_any_spelling(written: object, meant: str | None) -> None:
    assert speaker_named(written) == meant


def test_system_lines_are_kept_out_and_counted_apart() -> None:
    for name in ("ChatML", "ShareGPT"):
        reading = read_row(FORMS[name](""), "here")
        assert (reading.instructions, reading.skipped) == (1, ())
        assert reading.dialogue is not None and len(reading.dialogue.turns) == len(LINES)


def test_content_in_parts_is_joined() -> None:
    row = {"messages": [{"role": "user", "content": [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]},
                        {"role": "assistant", "content": "three"}]}
    dialogue = read_row(row, "here").dialogue
    assert dialogue is not None and dialogue.turns[0].text == "one\ntwo"


@pytest.mark.parametrize(("row", "given", "licence"), [
    (native(), "", "CC BY-NC 4.0"),
    (split(), "", "CC BY-NC 4.0"),
    (split(), "MIT", "MIT"),
    (native(license="CC0-1.0"), "MIT", "CC0-1.0"),
    (third(), "", "CC BY-NC 4.0"),
    (native(licence="MIT"), "", "MIT"),
    (chatml(), "", ""),
    (chatml(), "Apache-2.0", "Apache-2.0"),
    (chatml(license="CC0-1.0"), "MIT", "CC0-1.0"),
    ({"dialog": split()["dialog"]}, "", ""),
    ({"dialog": split()["dialog"]}, "MIT", "MIT"),
])
def test_the_licence_is_the_rows_own_then_the_one_given_then_that_of_the_format(row: dict[str, Any], given: str, licence: str) -> None:
    dialogue = read_row(row, "here", licence=given).dialogue
    assert dialogue is not None and dialogue.licence == licence


def test_the_source_is_the_file_name_and_never_its_folder(tmp_path: Path) -> None:
    (reading,) = read(tmp_path / "talks.json", as_list([native()]))
    assert reading.dialogue is not None and reading.dialogue.source == "talks.json"
    (reading,) = read(tmp_path / "talks.json", as_list([native()]), source="corpus of kites")
    assert reading.dialogue is not None and reading.dialogue.source == "corpus of kites"


@pytest.mark.parametrize(("text", "language"), [
    ("I cannot sleep.", "en"), ("我最近总是睡不着。", "zh"), ("我最近总是睡不着，since", "zh"), ("Das fällt mir schwer", "en"),
    ("Her name is 李雷 and she is kind", "en"), ("最近眠れないんです。どうしたらいいですか", "ja"), ("", "en"), ("...", "en")])
def test_a_dialogue_in_han_letters_is_marked(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_row_that_names_its_language_is_believed() -> None:
    for row, language in ((native(language="de-AT"), "de-AT"), (native(lang="fr"), "fr"), (native(language=7), "en")):
        dialogue = read_row(row, "here").dialogue
        assert dialogue is not None and dialogue.language == language


def test_text_is_kept_as_it_is_but_for_what_no_file_can_hold() -> None:
    hostile = "[/bold] \x1b[31mred\x1b[0m '; DROP TABLE dialogues; {{ 7*7 }} \u202e"
    assert kept(f"  {hostile}\n") == hostile.strip()
    assert kept("a\0b\ud800c \U0001f642") == "a\ufffdb\ufffdc \U0001f642"


def test_one_dialogue_alone_in_a_file_is_read(tmp_path: Path) -> None:
    for text in (as_lines([native()]).strip(), as_list(native(), 4), as_list(native(), 4) + "\n" + as_list(native("b"), 4)):  # type: ignore[arg-type]
        found = read(tmp_path / "one.json", text)
        assert all(reading.dialogue for reading in found) and skips(found) == []


def test_a_file_may_mix_forms(tmp_path: Path) -> None:
    found = read(tmp_path / "mixed.jsonl", as_lines([write(name) for name, write in FORMS.items()]))
    assert [reading.form for reading in found] == list(FORMS) and skips(found) == []


def test_a_path_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "this is a folder"), (tmp_path / "no.json", "there is no such file"),
                       (tmp_path / "a\0b", "cannot be opened"), ("~nobody-of-this-name/x.json", "no such home folder")):
        with pytest.raises(UserError, match=said):
            corpus_files([path])


def test_a_single_dialogue_of_ones_own_is_read_strictly() -> None:
    text = as_lines([native(dialogue_id="mine-1", licence="MIT")])
    assert read_dialogue(text, "mine.json").id == "mine-1"
    for broken, said in ((as_lines([native()]), "no 'dialogue_id'"), ("{", "not JSON"), ("[]", "no object"),
                         (as_lines([native(dialogue_id="x", survey_score="none")]), "a survey that is no object"),
                         (text.replace('"Question"', '"Guess"'), r"mine.json, utterance 2: unknown strategy \(Guess\)"),
                         (text.replace('"speaker": "seeker"', '"speaker": "nurse"'), "unknown speaker"),
                         ("[" * 100_000, "lists within lists")):
        with pytest.raises(UserError, match=said):
            read_dialogue(broken, "mine.json")


def test_every_dialogue_of_the_real_corpora_is_taken_whole(corpora: Path) -> None:
    for name, dialogues, lines, forms in (("train.jsonl", 910, 26648, "ESConv split"), ("valid.jsonl", 195, 5678, "ESConv split"),
                                          ("FailedESConv.json", 196, 5230, "FailedESConv")):
        found = [reading for reading, _ in read_corpus(corpora / name)]
        taken = [reading.dialogue for reading in found if reading.dialogue is not None]
        assert (len(found), len(taken), skips(found)) == (dialogues, dialogues, [])
        assert sum(len(dialogue.turns) for dialogue in taken) == lines
        assert {(reading.form, dialogue.licence, dialogue.language) for reading, dialogue in zip(found, taken, strict=True)} == {
            (forms, "CC BY-NC 4.0", "en")}
        assert all((turn.strategy is None) == (turn.speaker == "seeker") for dialogue in taken for turn in dialogue.turns)
        if name.startswith("Failed"):
            stars = Counter(turn.feedback for dialogue in taken for turn in dialogue.turns if turn.feedback)
            assert stars == {1: 172, 2: 174, 3: 264, 4: 209, 5: 168}


@pytest.mark.parametrize(("form", "after", "helped"), [
    ("ESConv", 3, True), ("ESConv", 4, None), ("ESConv", 5, False), ("FailedESConv", 3, False), ("FailedESConv", 4, False)])
def test_a_fall_by_one_is_neither_success_nor_failure_and_a_failed_talk_is_failed(form: str, after: int, helped: bool | None) -> None:
    survey = {"seeker": SURVEY["seeker"] | {"initial_emotion_intensity": "5", "final_emotion_intensity": str(after)}}
    dialogue = read_row({**FORMS[form]("x"), "survey_score": survey}, "here").dialogue
    assert dialogue is not None and dialogue.helped is helped


def test_a_survey_half_answered_is_half_kept() -> None:
    dialogue = read_row(native(survey_score={"seeker": {"initial_emotion_intensity": "4"}, "supporter": SURVEY["supporter"]}), "").dialogue
    assert dialogue is not None and (dialogue.initial_intensity, dialogue.final_intensity, dialogue.helped) == (4, None, None)
