"""Seekers written by a model: playable from start to end, invented, safe, and under a name nobody has."""

import json
import re

import pytest

from esc_tui.domain.errors import AnswerError
from esc_tui.domain.labels import Character, Need, Scenario, Shelf
from esc_tui.engines.endpoint.critic import EndpointCritic
from esc_tui.engines.endpoint.profile_writing import EndpointProfileWriter
from esc_tui.engines.roles import Line, ProfileWish
from tests.engines.endpoint.model_server import ANSWERS, PROMPTS, ModelServer, say

GOOD = ANSWERS["profile_writer"]
WISH = ProfileWish(Character.AVOIDANT, Need.BE_TOLD_NOT_AT_FAULT, Scenario.JOB_CRISIS, seed=3)


@pytest.fixture
async def writer(settings, sleep):
    made = EndpointProfileWriter(settings, PROMPTS, environment={}, sleep=sleep)
    yield made
    await made.aclose()


async def test_a_good_draft_becomes_a_seeker_that_either_engine_can_play(writer, server: ModelServer):
    made = await writer.write_profile(WISH)
    assert made.speaks_by_itself and (made.character, made.need, made.scenario) == (WISH.character, WISH.need, WISH.scenario)
    assert (made.id, made.name, made.age, made.source) == ("marta-job-crisis", "Marta Quill", 52, "written by tiny-talker")
    assert made.shelf is Shelf.DEVELOP and len(server.asked) == 1


async def test_a_name_that_is_taken_gets_a_number(writer):
    taken = ProfileWish(**{name: getattr(WISH, name) for name in ("character", "need", "scenario", "seed")},
                        taken=frozenset({"marta-job-crisis"}))
    assert (await writer.write_profile(taken)).id == "marta-job-crisis-2"


PAGE = "a program plays this person in practice talks, so that supporters can be tried before they meet anybody real"


@pytest.mark.parametrize(("field", "bad", "why"), [
    ("persona", "...", "persona: it is empty"), ("scene", "Too short.", "scene: it is too short"), ("wish", "", "wish: it is empty"),
    ("first_line", GOOD["wish"], "first_line: it gives the hidden wish away"), ("first_line", "", "first_line: it is empty"),
    ("first_line", "i am going to kill myself tonight", "in danger"), ("scene", PAGE * 4, "words in a row stand in the task"),
    ("persona", "她在湖上卖船票，每次都数两遍人数。" * 6, "not in English"),
    ("facts", GOOD["facts"][:3], "layer 2 needs at least 2"), ("facts", [GOOD["facts"][0]] * 9, "layer 1 needs at least 2"),
    ("facts", [row | {"text": f"{GOOD['wish']} {row['text']}"} for row in GOOD["facts"]], "layer 1 needs"),
    ("lines", GOOD["lines"] | {"leaving": ["..."]}, r"lines\.leaving: at least one"), ("lines", {}, r"lines\.up: at least one")])
async def test_a_draft_that_cannot_be_played_is_sent_back_once_with_what_is_wrong(writer, server: ModelServer, field, bad, why):
    server.script = [say(GOOD | {field: bad})]
    assert (await writer.write_profile(WISH)).name == "Marta Quill"
    assert re.search(why, server.asked[1].body["messages"][-1]["content"])


async def test_a_draft_that_is_no_better_the_second_time_is_no_seeker(writer, server: ModelServer):
    server.otherwise = say(GOOD | {"facts": []})
    with pytest.raises(AnswerError, match="layer 1 needs"):
        await writer.write_profile(WISH)


async def test_the_model_sets_neither_identifier_nor_shelf_nor_licence_nor_cell(writer, server: ModelServer):
    server.answers["profile_writer"] = GOOD | {"id": "x", "shelf": "exam", "licence": "none", "need": "be-praised", "age": 4000}
    made = await writer.write_profile(WISH)
    assert (made.id, made.shelf, made.need, made.age) == ("marta-job-crisis", Shelf.DEVELOP, WISH.need, None)


async def test_the_question_names_the_cell_and_a_number_of_the_seed(writer, server: ModelServer):
    for seed in (1, 1, 2):
        await writer.write_profile(ProfileWish(Character.NEGATIVE, Need.BE_PRAISED, seed=seed))
    bodies = [json.dumps(seen.body) for seen in server.asked]
    assert bodies[0] == bodies[1] != bodies[2] and "praised sincerely" in bodies[0] and "biting" in bodies[0]


async def test_a_chinese_seeker_must_be_written_in_chinese(writer, server: ModelServer):
    with pytest.raises(AnswerError, match="not in Chinese"):
        await writer.write_profile(ProfileWish(Character.PASSIVE, Need.BE_PRAISED, language="zh"))


@pytest.mark.parametrize(("verdict", "reward"), [("worse", -1.0), ("same", -0.5), ("Better.", 0.5), ("solved", 1.0)])
async def test_the_critic_has_four_verdicts(settings, server: ModelServer, verdict, reward):
    server.answers["episode_critic"] = {"reason": "r", "verdict": verdict}
    critic = EndpointCritic(settings, PROMPTS, environment={})
    history = (Line("seeker", "it leaked", 1), Line("supporter", "All night?", 1))
    assert await critic.judge("A flood.", history, 1) == reward
    await critic.judge("A flood.", history, 2)
    first, second = (seen.body for seen in server.asked)
    assert first["temperature"] == 1.1 and first["seed"] != second["seed"] and first["messages"] == second["messages"]
    await critic.aclose()


async def test_a_fifth_verdict_is_none(settings, server: ModelServer, sleep):
    server.answers["episode_critic"] = {"reason": "r", "verdict": "splendid"}
    critic = EndpointCritic(settings, PROMPTS, environment={}, sleep=sleep)
    with pytest.raises(AnswerError, match="verdict must be one of"):
        await critic.judge("A flood.", (Line("seeker", "x", 1),), 1)
    await critic.aclose()
