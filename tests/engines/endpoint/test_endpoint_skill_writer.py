"""The skill writer of the endpoint engine: what of a model's draft may stand in a skill, and what never does."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.domain.errors import EndpointError
from esc_tui.domain.labels import Action, Need, SkillStatus, Stage, State
from esc_tui.engines.endpoint.discovery import build_endpoint_discovery
from esc_tui.engines.endpoint.drafting import compose, new_slug
from esc_tui.engines.endpoint.outputs import SkillDraft
from tests.engines.endpoint.model_server import ANSWERS, PROMPTS, ModelServer, say, status
from tests.engines.endpoint.talks import SEEKER, brief

GOOD = ANSWERS["skill_writer"]


@pytest.fixture
async def writer(settings, sleep):
    made = build_endpoint_discovery(settings, PROMPTS, environment={}, sleep=sleep)
    yield made.skill_writer
    await made.aclose()


async def test_a_good_draft_becomes_a_draft_skill_with_everything_a_person_needs_to_judge_it(writer, server: ModelServer):
    skill = await writer.write_skill(brief())
    content = skill.content
    assert skill.status is SkillStatus.DRAFT and skill.locked == () and skill.slug == "give-the-effort-back-2"
    assert content.actions == (Action.REFLECTION_OF_FEELING, Action.OPEN_QUESTION) and len(content.do) == 6
    assert content.applicability.states == (State.LONELY,) and content.applicability.intensity_low == 2
    assert content.applicability.needs == (Need.BE_PRAISED,) and content.contraindications[0].cues == ("what should i do",)
    assert content.origin == "mined from 30 helping and 4 harming units, worded by tiny-talker"
    assert content.license == "own talks, MIT" and len(server.asked) == 1 and writer.notes == []


@pytest.mark.parametrize(("field", "bad", "why"), [
    ("do", [{"move": 1, "text": f"So {SEEKER.lower()}."}], "8 or more words in a row"),
    ("dont", [SEEKER], "8 or more words in a row"), ("when", SEEKER, "8 or more words in a row"),
    ("examples", [{"seeker": SEEKER, "reply": "All those stairs."}], "8 or more words in a row"),
    ("do", [{"move": 1, "text": "I went through the same thing last year."}], "may not be said|no life of its own"),
    ("do", [{"move": 1, "text": "You have depression, I think."}], "may not be said|clinical|diagnosis"),
    ("do", [{"move": 1, "text": "Hello {name}."}], "no slot {name}"),
    ("do", [{"move": 1, "text": "Everything happens for a reason."}], "worn phrase|dismissal"),
    ("summary", "This heals anxiety.", "clinical word"),
    ("outcomes", [{"change": "relief", "text": "Their symptoms ease."}], "clinical word"),
    ("risks", [{"severity": "low", "text": "It may look like a treatment."}], "clinical word"),
    ("not_when", [{"text": "When they ask about medicine.", "cues": ["my meds"]}], "clinical word"),
    ("moves", [{"action": "juggling", "text": "Juggle."}, *GOOD["moves"]], "action must be one of"),
    ("moves", [{"action": "information", "text": "Tell a fact."}], "must be what these moments are about"),
    ("states", ["numb"], "none of these occurs"),
    ("examples", [{"seeker": "I am going to kill myself tonight.", "reply": "That is a lot."}], "in danger")])
async def test_what_may_not_stand_in_a_skill_is_sent_back_once_and_mended(writer, server: ModelServer, field, bad, why):
    server.script = [say(GOOD | {field: bad})]
    skill = await writer.write_skill(brief())
    assert re.search(why, server.asked[1].body["messages"][-1]["content"])
    assert "left out" not in skill.content.origin and writer.notes == [] and len(server.asked) == 2


async def test_what_is_not_mended_is_left_out_and_told(writer, server: ModelServer):
    server.answers["skill_writer"] = GOOD | {"do": [*GOOD["do"], {"move": 1, "text": SEEKER}], "title": SEEKER}
    skill = await writer.write_skill(brief())
    assert len(skill.content.do) == 6 and skill.content.title == "Reflection of feeling and open question when lonely"
    assert "2 parts left out" in skill.content.origin and "2 parts left out" in writer.notes[0]


async def test_no_eight_words_of_a_source_are_ever_in_a_skill(writer, server: ModelServer):
    server.answers["skill_writer"] = {name: SEEKER if isinstance(value, str) else value for name, value in GOOD.items()}
    skill = await writer.write_skill(brief())
    text = skill.content.model_dump_json().lower()
    words = SEEKER.lower().split()
    assert not any(" ".join(words[at:at + 8]) in text for at in range(len(words) - 7))


async def test_the_model_sets_neither_name_nor_status_nor_locks_nor_licence(writer, server: ModelServer):
    server.answers["skill_writer"] = GOOD | {"slug": "mine", "status": "active", "locked": ["title"], "license": "MIT-ish", "version": 9,
                                             "origin": "written by a professor"}
    skill = await writer.write_skill(brief())
    assert (skill.slug, skill.status, skill.locked, skill.version) == ("give-the-effort-back-2", SkillStatus.DRAFT, (), 1)
    assert skill.content.license == "own talks, MIT" and "professor" not in skill.content.origin


async def test_words_of_units_that_may_not_be_passed_on_are_not_sent(writer, server: ModelServer):
    one = brief().helped[0]
    secret = replace(one, number=8, seeker="A secret told in confidence", supporter="Nobody else heard it", after="Thank goodness",
                     quotable=False)
    await writer.write_skill(brief(helped=(one, secret)))
    sent = json.dumps(server.asked[0].body)
    assert "eleven flights" in sent and "confidence" not in sent and "Nobody else" not in sent and "goodness" not in sent
    assert '\\"words\\"' not in sent and "stairs\\\", \\\"boxes" not in sent and "feels-understood" in sent


async def test_units_that_went_wrong_become_limits_and_risks_also_when_the_model_forgets_them(writer, server: ModelServer):
    server.answers["skill_writer"] = GOOD | {"not_when": [], "risks": []}
    content = (await writer.write_skill(brief())).content
    assert content.contraindications[0].states == (State.ANGRY,)
    assert content.risks[0].text == "4 of 34 moments behind this went the other way: frustrated."


async def test_a_limit_never_closes_the_skill_off_from_the_state_it_is_for(writer, server: ModelServer):
    server.answers["skill_writer"] = GOOD | {"not_when": [
        {"text": "They are too lonely for it.", "states": ["lonely"], "stages": [], "cues": []},
        {"text": "They look for a step.", "states": ["lonely"], "stages": ["action"], "cues": []}]}
    first, second = (await writer.write_skill(brief())).content.contraindications
    assert first.states == () and second.states == (State.LONELY,) and second.stages == (Stage.ACTION,)


async def test_a_question_comes_last_and_phrasings_follow_their_move(writer, server: ModelServer):
    server.answers["skill_writer"] = GOOD | {"moves": GOOD["moves"][::-1], "do": [
        {"move": 1, "text": "Who saw it?"}, {"move": 2, "text": "All that, unseen."}, {"move": 7, "text": "Nowhere."}]}
    content = (await writer.write_skill(brief())).content
    assert [move.action for move in content.moves] == [Action.REFLECTION_OF_FEELING, Action.OPEN_QUESTION]
    assert [(row.move, row.text) for row in content.do] == [(1, "All that, unseen."), (2, "Who saw it?")]


@pytest.mark.parametrize("answer", ["I would rather not.", json.dumps({"title": "x", "moves": []}), json.dumps(GOOD | {"moves": [
    {"action": "none", "text": SEEKER}]})])
async def test_a_draft_without_any_move_twice_fails_the_skill(writer, server: ModelServer, answer):
    server.otherwise = say(answer)
    with pytest.raises(EndpointError, match="could not be used"):
        await writer.write_skill(brief())
    assert len(server.asked) == 2


async def test_a_failing_server_fails_the_skill(writer, server: ModelServer):
    server.otherwise = status(503, "busy")
    with pytest.raises(EndpointError, match="503"):
        await writer.write_skill(brief())


@pytest.mark.parametrize(("title", "taken", "slug"), [
    ("Name the Cost, Gently!", (), "name-the-cost-gently"), ("Café at noon", (), "cafe-at-noon"), ("陪伴", (), "mined-skill-3"),
    ("Stay", ("stay", "stay-2"), "stay-3"), ("long " * 40, (), "long-" * 10 + "long"), ("x" * 90, (), "x" * 56)])
def test_a_slug_is_new_and_made_of_the_title(title, taken, slug):
    assert new_slug(title, frozenset(taken), 3) == slug


ANY_TEXT = st.text(max_size=40) | st.sampled_from([SEEKER, "{clause} and {nothing}", "You have depression.", "\x1b[2J\ud800", "a|b;c[d]"])


STATES = st.lists(st.sampled_from(["lonely", "sad", "numb", "?"]), max_size=3)


def rows(**fields):
    return st.lists(st.fixed_dictionaries(fields), max_size=5)


@given(st.fixed_dictionaries({
    "title": ANY_TEXT, "description": ANY_TEXT, "summary": ANY_TEXT, "when": ANY_TEXT, "states": STATES,
    "moves": rows(action=st.sampled_from(["open-question", "validation", "x", ""]), text=ANY_TEXT),
    "do": rows(move=st.integers(-1, 9), text=ANY_TEXT), "dont": st.lists(ANY_TEXT, max_size=3), "needs": st.lists(ANY_TEXT, max_size=2),
    "not_when": rows(text=ANY_TEXT, states=STATES, cues=st.lists(ANY_TEXT, max_size=2)), "risks": rows(severity=ANY_TEXT, text=ANY_TEXT),
    "examples": rows(seeker=ANY_TEXT, reply=ANY_TEXT)}))
def test_whatever_a_draft_holds_a_valid_skill_comes_of_it_or_none(data):
    content, _ = compose(SkillDraft.model_validate(data), brief(), "mined")
    if content is not None:
        assert "eleven flights of stairs because the lift was" not in content.model_dump_json()
        assert type(content).model_validate_json(content.model_dump_json()) == content
