"""Finding structure in what models write, whole and while it streams."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.engines.endpoint.faults import UnusableAnswerError
from esc_tui.engines.endpoint.loosely import parse_object
from esc_tui.engines.endpoint.outputs import OUTPUTS, ReplyStep, SkillChoice
from esc_tui.engines.endpoint.partial import SegmentReader
from esc_tui.engines.endpoint.schemas import schema_of


@pytest.mark.parametrize("text", [
    '{"a": 1}', '  \ufeff{"a": 1}\n', '```json\n{"a": 1}\n```', '```\n{"a": 1}', 'Sure, here it is: {"a": 1} Hope it helps!',
    '<think>{"b": 2}</think>{"a": 1}', '<THINK>hm</THINK>\n```json\n{"a": 1,}\n```', 'so I think...</think> {"a": 1}',
    '{"a": 1,}', '{"a": 1', '[{"a": 1}]', '{"a": 1} {"a": 2}', 'I {mean} this: {"a": 1}'])
def test_one_object_is_found_in_what_surrounds_it(text):
    assert parse_object(text) == {"a": 1}


@pytest.mark.parametrize(("text", "value"), [
    ('{"t": "a\nb"}', {"t": "a\nb"}), ('{"t": "x, ]}", "l": [1, 2,],}', {"t": "x, ]}", "l": [1, 2]}),
    ('{"t": "{\\"a\\": 1}"}', {"t": '{"a": 1}'}), ('{"l": [{"t": "x"}', {"l": [{"t": "x"}]}),
    ('[{"text": "a"}, {"text": "b"}]', {"segments": [{"text": "a"}, {"text": "b"}]})])
def test_small_slips_are_mended_without_touching_strings(text, value):
    assert parse_object(text) == value


@pytest.mark.parametrize(("text", "formless"), [
    ("", False), ("<think>only thoughts", False), ("I am sorry.", True), ("__import__('os').system('true')", True),
    ("[" * 50_000, True), ('{"a": ' * 10_000, True), ("[1, 2]", True)],
    ids=["empty", "thoughts", "talk", "code", "brackets", "nested", "list"])
def test_what_holds_no_object_is_refused(text, formless):
    with pytest.raises(UnusableAnswerError) as caught:
        parse_object(text)
    assert caught.value.formless is formless


@given(st.text(max_size=200))
def test_any_text_gives_an_object_or_a_refusal(text):
    try:
        assert isinstance(parse_object(text), dict)
    except UnusableAnswerError:
        pass


def streamed(text: str, cuts: list[int]) -> tuple[list[str], SegmentReader]:
    reader = SegmentReader()
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    said: dict[int, str] = {}
    for begin, end in zip(places, places[1:], strict=False):
        for number, piece in reader.feed(text[begin:end]):
            said[number] = said.get(number, "") + piece
    for number, piece in reader.feed("", final=True):
        said[number] = said.get(number, "") + piece
    return [said.get(number, "") for number in range(1, reader.segment + 1)], reader


def fine_text():
    """Anything a person might be told; lone surrogates are no text."""
    return st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(st.lists(fine_text(), min_size=1, max_size=4), st.lists(st.integers(0, 5000), max_size=40), st.booleans(), st.booleans())
def test_however_a_reply_is_cut_its_texts_come_through_whole(texts, cuts, ascii_only, spread):
    segments = [{"strategy": "Question", "skill": 'a"b', "text": text} for text in texts]
    body = json.dumps({"segments": segments}, ensure_ascii=ascii_only, indent=1 if spread else None)
    said, reader = streamed(body, cuts)
    assert said == texts and reader.done and not reader.open


@given(st.text(max_size=120), st.lists(st.integers(0, 200), max_size=10))
def test_any_text_can_be_streamed_without_harm(text, cuts):
    streamed(text, cuts)


@pytest.mark.parametrize(("body", "texts"), [
    ('{"segments": ["one", "two"]}', ["one", "two"]), ('[{"text": "one"}]', ["one"]), ('{"reply": "one"}', ["one"]),
    ('{"segments": [{"text": "one",}],}', ["one"]), ('{"segments": [{"text": "one"}]} and "text": "two"', ["one"]),
    ('{"segments": [{"Text": "one", "note": "two"}]}', ["one"]), ('{"a": {"text": 5}, "text": "one"}', ["one"]),
    ('{"text": "You said "no" to him, and left."}', ['You said "no" to him, and left.']),
    ('{"text": "a\\u00e9\\ud83d\\ude00\\n\\x\\ud83dz"}', ["aé😀\nx\ufffdz"]), ('{"text": "one', ["one"]),
    ('<reasoning>{"text": "no"}</reasoning>{"text": "one"}', ["one"]), ("<b>hello</b>", [])])
def test_other_shapes_of_a_reply_are_understood(body, texts):
    for cuts in ([], list(range(len(body)))):
        assert streamed(body, cuts)[0] == texts


def test_text_is_given_as_soon_as_it_is_certain():
    reader = SegmentReader()
    assert reader.feed('{"segments": [{"text": "It went') == [(1, "It went")]
    assert reader.feed(' \\u00') == [(1, " ")]
    assert reader.feed('e9"') == [(1, "é")]
    assert reader.open
    assert reader.feed("}]}") == [] and reader.done


@pytest.mark.parametrize("start", ['{"strategy": "', "talk and {talk} and ", '{"segments": [{"text": "', "<think>"])
def test_a_long_answer_in_tiny_pieces_is_not_read_again_and_again(start):
    reader = SegmentReader()
    reader.feed(start)
    given = "".join(text for _ in range(20_000) for _, text in reader.feed("abc "))
    assert given in ("", "abc " * 20_000)


def test_an_answer_past_all_measure_is_refused():
    with pytest.raises(UnusableAnswerError, match="far too long"):
        parse_object('{"a": "' + "x" * 200_000 + '"}')


@pytest.mark.parametrize("output", [*OUTPUTS.values(), ReplyStep])
def test_every_schema_is_what_strict_servers_take(output):
    def look(node):
        if isinstance(node, list):
            for item in node:
                look(item)
        if isinstance(node, dict):
            assert "$ref" not in node and "default" not in node and "title" not in node
            if node.get("type") == "object":
                assert node["required"] == list(node["properties"]) and node["additionalProperties"] is False
            for name, item in node.items():
                look(list(item.values()) if name == "properties" else item)

    look(schema_of(output, ["a-skill"]))


def test_a_schema_offers_only_the_skills_at_hand():
    fields = schema_of(SkillChoice, ["a", "b"])["properties"]
    assert fields["skills"]["items"]["enum"] == ["a", "b"]
    assert fields["moves"]["items"]["properties"]["skill"]["enum"] == ["a", "b", ""]
