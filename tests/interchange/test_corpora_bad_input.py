"""Bad files: whatever can be taken is taken, everything else is counted once with reason and place; nothing crashes."""

from __future__ import annotations

import codecs
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from esc_tui.interchange.corpora import elements
from esc_tui.interchange.corpora.corpus import read_corpus
from esc_tui.interchange.corpora.elements import LONGEST
from esc_tui.interchange.corpora.found import Reading, Reason
from esc_tui.interchange.corpora.rows import read_row
from tests.interchange.corpus_files import as_lines, as_list, chatml, native, read, skips

ROWS = [native(str(number)) for number in range(4)]


def taken(found: list[Reading]) -> int:
    return sum(reading.dialogue is not None for reading in found)


def line(speaker: object = "supporter", text: object = "Tell me more.", **more: Any) -> dict[str, Any]:
    return {"speaker": speaker, "content": text, **more}


def with_line(odd: Any) -> dict[str, Any]:
    """A good dialogue whose third line is this one."""
    row = native()
    row["dialog"][2] = odd
    return row


# Lines and labels


@pytest.mark.parametrize(("odd", "reason", "detail"), [
    (line("nurse"), Reason.UNKNOWN_SPEAKER, "nurse"),
    (line(None), Reason.UNKNOWN_SPEAKER, ""),
    (line(["usr"]), Reason.UNKNOWN_SPEAKER, "a list"),
    (line(text=None), Reason.NO_TEXT, ""),
    (line(text=" \n\t"), Reason.NO_TEXT, ""),
    ({"speaker": "supporter"}, Reason.NO_TEXT, ""),
    (line(text=["a", ["b"]]), Reason.TEXT_NO_STRING, "a list"),
    (line(text={"text": "a"}), Reason.TEXT_NO_STRING, "an object"),
    (line(text=True), Reason.TEXT_NO_STRING, "true"),
    (line(text="word " * 5000), Reason.LONG_LINE, "25,000 characters"),
    ("a bare line", Reason.LINE_NO_OBJECT, "a bare line"),
    (None, Reason.LINE_NO_OBJECT, ""),
    ([line()], Reason.LINE_NO_OBJECT, "a list"),
])
def test_a_line_that_cannot_be_taken_is_passed_over_and_counted(odd: Any, reason: Reason, detail: str) -> None:
    reading = read_row(with_line(odd), "line 7")
    assert reading.dialogue is not None and len(reading.dialogue.turns) == 5
    (skip,) = reading.skipped
    assert (skip.part, skip.reason, skip.place, skip.detail) == ("line", reason, "line 7, utterance 3", detail)


@pytest.mark.parametrize(("odd", "reason", "detail"), [
    (line(annotation={"strategy": "Mirroring"}), Reason.UNKNOWN_STRATEGY, "Mirroring"),
    (line(strategy=["Question", "Others"]), Reason.UNKNOWN_STRATEGY, "a list"),
    (line(strategy=5), Reason.UNKNOWN_STRATEGY, "5"),
    (line("seeker", strategy="Question"), Reason.SEEKER_STRATEGY, "Question"),
    (line(annotation=["Question"]), Reason.ODD_ANNOTATION, "a list"),
    (line(annotation="Question"), Reason.ODD_ANNOTATION, "Question"),
    (line("seeker", annotation={"feedback": "7"}), Reason.ODD_RATING, "feedback 7"),
    (line("seeker", annotation={"feedback": "4.5"}), Reason.ODD_RATING, "feedback 4.5"),
    (line("seeker", annotation={"feedback": True}), Reason.ODD_RATING, "feedback true"),
    (line("seeker", annotation={"feedback": {"stars": 4}}), Reason.ODD_RATING, "feedback an object"),
    (line("seeker", annotation={"feedback": float("inf")}), Reason.ODD_RATING, "feedback inf"),
    (line("seeker", annotation={"feedback": 10**400}), Reason.ODD_RATING, f"feedback 1{'0' * 49}…"),
])
def test_a_label_that_is_not_known_is_counted_and_the_line_kept_without_it(odd: Any, reason: Reason, detail: str) -> None:
    reading = read_row(with_line(odd), "line 7")
    assert reading.dialogue is not None and len(reading.dialogue.turns) == 6
    assert (reading.dialogue.turns[2].strategy, reading.dialogue.turns[2].feedback) == (None, None)
    (skip,) = reading.skipped
    assert (skip.part, skip.reason, skip.place) == ("label", reason, "line 7, utterance 3")
    assert skip.detail == detail


@pytest.mark.parametrize(("written", "kept"), [("4", 4), (4, 4), (4.0, 4), (" 4 ", 4), ("", None), (None, None)])
def test_a_rating_may_be_a_number_or_its_text_or_missing(written: object, kept: int | None) -> None:
    reading = read_row(with_line(line("seeker", annotation={"feedback": written})), "")
    assert reading.skipped == () and reading.dialogue is not None and reading.dialogue.turns[2].feedback == kept


@pytest.mark.parametrize(("number", "text"), [(5, "5"), (2.5, "2.5"), (0, "0"), (-1, "-1")])
def test_a_number_as_text_is_its_digits(number: float, text: str) -> None:
    reading = read_row(with_line(line(text=number)), "")
    assert reading.skipped == () and reading.dialogue is not None and reading.dialogue.turns[2].text == text


@pytest.mark.parametrize(("more", "reasons"), [
    ({"survey_score": "none"}, [Reason.ODD_SURVEY]),
    ({"survey_score": ["seeker"]}, [Reason.ODD_SURVEY]),
    ({"survey_score": {"seeker": 5}}, [Reason.ODD_SURVEY]),
    ({"survey_score": None}, []),
    ({"survey_score": {}}, []),
    ({"survey_score": {"seeker": {"empathy": "very", "relevance": 0}}}, [Reason.ODD_RATING, Reason.ODD_RATING]),
    ({"situation": ["a"], "experience_type": {"x": 1}}, [Reason.ODD_FIELD, Reason.ODD_FIELD]),
    ({"language": "the Queen's"}, [Reason.ODD_FIELD]),
    ({"situation": None}, []),
])
def test_odd_fields_beside_the_dialogue_cost_only_themselves(more: dict[str, Any], reasons: list[Reason]) -> None:
    reading = read_row(native(**more), "line 1")
    assert reading.dialogue is not None and len(reading.dialogue.turns) == 6
    assert [skip.reason for skip in reading.skipped] == reasons
    assert {skip.part for skip in reading.skipped} <= {"label"}


# Dialogues


@pytest.mark.parametrize(("row", "reason"), [
    (3, Reason.NO_OBJECT), (None, Reason.NO_OBJECT), ([native()], Reason.NO_OBJECT), ("dialog", Reason.NO_OBJECT),
    ({}, Reason.NOT_RECOGNISED), ({"dialog": "a: b"}, Reason.NOT_RECOGNISED), ({"history": []}, Reason.NOT_RECOGNISED),
    ({"dialog": []}, Reason.NO_LINES), ({"messages": [{"role": "system", "content": "Be kind."}]}, Reason.NO_LINES),
    ({"dialog": [line(), line()]}, Reason.ONE_SIDED), ({"dialog": [line("seeker")]}, Reason.ONE_SIDED),
    ({"dialog": [line("seeker", "..."), line("supporter", "\U0001f642")]}, Reason.NO_WORDS),
])
def test_what_is_no_dialogue_of_two_is_counted(row: Any, reason: Reason) -> None:
    reading = read_row(row, "line 1")
    assert reading.dialogue is None
    assert [(skip.part, skip.reason) for skip in reading.skipped] == [("dialogue", reason)]


def test_a_dialogue_of_bad_lines_alone_is_counted_with_all_of_them() -> None:
    reading = read_row({"dialog": [line("x"), line(text=None)]}, "line 1")
    assert [(skip.part, skip.reason) for skip in reading.skipped] == [
        ("line", Reason.UNKNOWN_SPEAKER), ("line", Reason.NO_TEXT), ("dialogue", Reason.NO_LINES)]


def test_dialogues_with_the_same_id_are_told_apart_by_their_words() -> None:
    first, second = (read_row(native(words, dialogue_id="same", id="same"), "").dialogue for words in ("a", "b"))
    assert first is not None and second is not None and first.id != second.id


def test_hostile_names_are_short_and_harmless_in_notes() -> None:
    reading = read_row(with_line(line("\ud800\0" + "x" * 10_000 + "\n\x1b[31m")), "line 1")
    (skip,) = reading.skipped
    assert len(skip.detail) <= 60 and "\0" not in skip.detail
    skip.detail.encode()


@given(some.recursive(some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
                      lambda inner: some.lists(inner) | some.dictionaries(some.sampled_from(
                          ["dialog", "messages", "conversations", "speaker", "role", "from", "content", "text", "value", "annotation",
                           "strategy", "feedback", "survey_score", "seeker", "emotion_type", "problem_type", "language", "licence",
                           "empathy"]) | some.text(), inner), max_leaves=30))
def test_any_value_is_either_taken_or_counted(value: Any) -> None:
    reading = read_row(value, "here", source="s")
    assert reading.dialogue is not None or any(skip.part == "dialogue" for skip in reading.skipped)
    if reading.dialogue is not None:
        assert type(reading.dialogue).model_validate(reading.dialogue.model_dump()) == reading.dialogue
        reading.dialogue.model_dump_json().encode()


@given(some.lists(some.fixed_dictionaries(
    {"speaker": some.sampled_from(["usr", "sys", "seeker", "listener", "x"]) | some.none()},
    optional={"text": some.text() | some.integers() | some.none(), "strategy": some.sampled_from(["Question", "x"]) | some.floats(),
              "annotation": some.dictionaries(some.sampled_from(["strategy", "feedback"]), some.text() | some.integers())})))
def test_every_line_of_a_dialogue_is_either_taken_or_counted(lines: list[dict[str, Any]]) -> None:
    reading = read_row({"dialog": lines}, "here")
    if reading.dialogue is not None:
        assert len(reading.dialogue.turns) + sum(skip.part == "line" for skip in reading.skipped) == len(lines)


# Files


def test_a_broken_line_costs_only_itself_and_its_place_is_told(tmp_path: Path) -> None:
    text = as_lines(ROWS[:2]) + '{"dialog": [oops]}\n' + "\n" + as_lines(ROWS[2:])
    found = read(tmp_path / "x.jsonl", text)
    assert taken(found) == 4
    (skip,) = skips(found)
    assert (skip.reason, skip.part) == (Reason.NOT_JSON, "dialogue")
    place = re.fullmatch(r"line 3, byte (\d+)", skip.place)
    assert place is not None and text.encode()[int(place[1]) - 1 :].startswith(b"oops")


def test_a_broken_element_of_a_list_costs_only_itself(tmp_path: Path) -> None:
    middle = '{"dialog": [oops, "}"]}'
    found = read(tmp_path / "x.json", f"[\n{json.dumps(ROWS[0])},\n{middle},\n{json.dumps(ROWS[1])}\n]")
    assert taken(found) == 2
    (skip,) = skips(found)
    assert skip.reason is Reason.NOT_JSON and skip.place.startswith("dialogue 2 (line 3), byte ")


@pytest.mark.parametrize("laid_out", [as_lines, as_list, lambda rows: as_list(rows, 1)])
def test_everything_before_the_break_of_a_truncated_file_is_taken(tmp_path: Path, laid_out: Any) -> None:
    text = laid_out(ROWS).encode()
    found = read(tmp_path / "cut", text[: text.index(b"2 My kite")])
    assert taken(found) == 2
    (skip,) = skips(found)
    assert (skip.part, skip.reason) == ("dialogue", Reason.BREAKS_OFF)
    assert skip.place.startswith(("line 3, byte ", "dialogue 3 (line "))


def test_a_file_cut_at_any_byte_gives_the_dialogues_before_and_at_most_one_break(tmp_path: Path) -> None:
    small = [{"messages": [{"role": "user", "content": f"né \\\" {number}"}, {"role": "assistant", "content": "{睡}"}]}
             for number in range(3)]
    for laid_out in (as_lines, as_list):
        data = laid_out(small).encode()
        before = 0
        for cut in range(len(data) + 1):
            found = read(tmp_path / "cut", data[:cut])
            assert before <= taken(found) <= 3
            before = taken(found)
            assert len(skips(found)) <= 1
        assert before == 3


def test_text_after_a_list_is_one_counted_piece(tmp_path: Path) -> None:
    found = read(tmp_path / "x", as_list(ROWS) + "\nTraceback (most recent call last): no\n")
    assert taken(found) == 4 and [skip.reason for skip in skips(found)] == [Reason.NOT_JSON]


def test_lists_and_lines_one_after_the_other_are_read(tmp_path: Path) -> None:
    found = read(tmp_path / "x", as_list(ROWS[:2]) + "\n" + as_list(ROWS[2:]))
    assert taken(found) == 4 and skips(found) == []


def test_scalars_and_lists_in_a_list_are_counted_one_by_one(tmp_path: Path) -> None:
    found = read(tmp_path / "x", as_list([1, "two, [}", None, [[[]]], ROWS[0], {}, "\\"]))
    assert taken(found) == 1
    assert [skip.reason for skip in skips(found)] == [Reason.NO_OBJECT] * 4 + [Reason.NOT_RECOGNISED, Reason.NO_OBJECT]


def test_an_absurdly_long_line_is_drained_and_counted(tmp_path: Path) -> None:
    monster = json.dumps({**chatml(), "padding": "x" * (LONGEST + 10)})
    for text in (as_lines(ROWS[:1]) + monster + "\n" + as_lines(ROWS[1:]),
                 f"[{json.dumps(ROWS[0])}, {monster}, {as_list(ROWS[1:])[1:]}"):
        found = read(tmp_path / "x", text)
        assert taken(found) == 4
        (skip,) = skips(found)
        assert skip.reason is Reason.TOO_LONG and skip.place in {"line 2", "dialogue 2 (line 1)"}


def test_brackets_without_end_are_counted_and_never_crash(tmp_path: Path) -> None:
    deep = '{"a":' * 60_000 + "1" + "}" * 60_000
    found = read(tmp_path / "x", as_lines(ROWS[:1]) + deep + "\n" + as_lines(ROWS[1:]))
    (skip,) = skips(found)
    assert taken(found) == 4 and skip.reason is Reason.TOO_DEEP
    found = read(tmp_path / "x", "[" * 200_000)
    assert [skip.reason for skip in skips(found)] == [Reason.BREAKS_OFF]
    found = read(tmp_path / "x", as_lines([ROWS[0]]) + '{"dialog": ' + "9" * 10_000 + "}\n")
    assert taken(found) == 1 and [skip.reason for skip in skips(found)] == [Reason.NOT_JSON]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("laid_out", [as_lines, as_list])
def test_utf_8_and_utf_16_are_read_with_and_without_a_mark(tmp_path: Path, encoding: str, laid_out: Any) -> None:
    rows = [chatml("我睡不着 \U0001f642 é"), chatml("two")]
    found = read(tmp_path / "x", laid_out(rows).encode(encoding))
    assert taken(found) == 2 and skips(found) == []
    assert found[0].dialogue is not None and "我睡不着 \U0001f642 é" in found[0].dialogue.turns[0].text


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    assert skips(read(tmp_path / "x", as_lines(ROWS).replace("\n", "\r\n"))) == []


@pytest.mark.parametrize("encoding", ["cp1252", "gb18030", "shift_jis"])
def test_another_encoding_costs_its_dialogues_and_the_byte_is_told(tmp_path: Path, encoding: str) -> None:
    odd = {"cp1252": "café", "gb18030": "睡不着", "shift_jis": "眠れない"}[encoding]
    text = as_lines([chatml("plain"), chatml(odd), chatml("more")])
    found = read(tmp_path / "x", text.encode(encoding))
    assert taken(found) == 2
    (skip,) = skips(found)
    assert skip.reason is Reason.ENCODING
    place = re.fullmatch(r"line 2, byte (\d+)", skip.place)
    assert place is not None and text.encode(encoding)[int(place[1]) - 1] >= 0x80
    found = read(tmp_path / "x", as_list([chatml("plain"), chatml(odd)]).encode(encoding))
    assert taken(found) == 1 and skips(found)[0].place.startswith("dialogue 2 (line 1), byte ")


def test_utf_16_that_breaks_off_or_is_none_gives_what_came_before(tmp_path: Path) -> None:
    data = codecs.BOM_UTF16_LE + as_lines(ROWS).encode("utf-16-le")
    found = read(tmp_path / "x", data[:-201])
    assert taken(found) == 3 and {skip.reason for skip in skips(found)} == {Reason.BREAKS_OFF}
    filling = as_lines([native(f"{number} {'x' * 4000}") for number in range(40)])
    wrong = codecs.BOM_UTF16_LE + filling.encode("utf-16-le") + b"\x00\xd8\x41\x00" * 9
    found = read(tmp_path / "x", wrong)
    assert taken(found) > 30 and Reason.ENCODING in {skip.reason for skip in skips(found)}


@pytest.mark.parametrize(("data", "reason"), [
    (b"", Reason.EMPTY_FILE), (b" \n\n", Reason.EMPTY_FILE), (codecs.BOM_UTF8, Reason.EMPTY_FILE),
    (b" " * 200_000, Reason.EMPTY_FILE), (b"[]", Reason.NO_DIALOGUES), (b"[ ]\n", Reason.NO_DIALOGUES),
    (gzip.compress(b'[{"dialog": []}]', mtime=0), Reason.COMPRESSED), (b"PK\x03\x04rest", Reason.COMPRESSED),
    (b"SQLite format 3\0rest", Reason.NOT_JSON_FILE), (b"\x89PNG\r\n\x1a\n", Reason.NOT_JSON_FILE),
    (b"seeker: hello\nsupporter: hi\n", Reason.NOT_JSON_FILE), (b"\xff\xfe\x00", Reason.BREAKS_OFF),
])
def test_a_file_that_holds_no_dialogue_is_one_sentence(tmp_path: Path, data: bytes, reason: Reason) -> None:
    found = read(tmp_path / "x", data)
    assert [(skip.part, skip.reason) for skip in skips(found)] == [("file", reason)]


def test_a_heading_before_lines_of_json_is_counted(tmp_path: Path) -> None:
    found = read(tmp_path / "x", "# exported on Monday\n" + as_lines(ROWS))
    assert taken(found) == 4 and [(skip.reason, skip.place) for skip in skips(found)] == [(Reason.NOT_JSON, "line 1, byte 1")]


def test_a_first_line_that_is_broken_does_not_hide_the_others(tmp_path: Path) -> None:
    found = read(tmp_path / "x", '{"dialog": [\n' + as_lines(ROWS))
    assert taken(found) == 4 and len(skips(found)) == 1


VALUES = some.recursive(some.none() | some.booleans() | some.integers() | some.text(alphabet='a"\\{}[],\n é睡\U0001f642', max_size=8),
                        lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=3), inner, max_size=3))


@given(some.lists(VALUES, min_size=1, max_size=5), some.sampled_from([1, 2, 3, 7, 64]), some.booleans(),
       some.sampled_from([None, 1]), some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]))
def test_a_list_is_cut_into_its_values_wherever_the_chunks_end(
        values: list[Any], chunk: int, plain: bool, indent: int | None, encoding: str) -> None:
    data = json.dumps(values, ensure_ascii=plain, indent=indent).encode(encoding)
    assert cut(data, chunk) == values


@given(some.lists(VALUES, min_size=1, max_size=5), some.sampled_from([1, 2, 3, 7, 64]), some.booleans(),
       some.sampled_from(["", "\n", "\r\n"]))
def test_lines_are_cut_wherever_the_chunks_end(values: list[Any], chunk: int, plain: bool, end: str) -> None:
    rows = [{"k": value} for value in values]
    assert cut(("\n".join(json.dumps(row, ensure_ascii=plain) for row in rows) + end).encode(), chunk) == rows


def cut(data: bytes, chunk: int) -> list[Any]:
    from io import BytesIO

    before = elements.CHUNK, elements.HEAD
    elements.CHUNK, elements.HEAD = chunk, max(chunk, 8)
    try:
        found = list(elements.elements(elements.ByteCounter(BytesIO(data))))
    finally:
        elements.CHUNK, elements.HEAD = before
    assert [element.reason for element in found if element.reason] == []
    return [json.loads(element.data.decode()) for element in found]


@pytest.mark.parametrize("written", ["\\n", '\\"', "a", "{", "]"])
def test_long_lists_and_strings_are_cut_where_they_end_whatever_they_are_made_of(written: str) -> None:
    """Longer than the bounds of the patterns and than two chunks, with every kind of letter on the chunks' borders."""
    values = [{"k": [json.loads(f'"{written * size}"'), "b"] * 3, "many": ["c"] * size} for size in (1, 99, 100, 101, 102, 203, 7000)]
    for shift in range(4):
        assert cut((" " * shift + json.dumps(values * 2)).encode(), 1 << 16) == values * 2


@given(some.binary(max_size=400))
def test_any_bytes_are_read_to_their_end(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    for written in (data, b"[" + data, b'{"dialog": [' + data, codecs.BOM_UTF16_LE + data):
        path.write_bytes(written)
        found = [reading for reading, _ in read_corpus(path)]
        assert found and all(reading.dialogue is not None or reading.skipped for reading in found)
