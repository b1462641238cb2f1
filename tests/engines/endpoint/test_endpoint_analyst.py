"""The analyst of the endpoint engine: what a model says of a talk counts only as far as the talk bears it out."""

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.domain.errors import AnswerError, EndpointError, UserError
from esc_tui.domain.evolution import FindingKind, SeekerGroup
from esc_tui.domain.labels import Action, Need, State
from esc_tui.engines.endpoint.analysing import MOST_TURNS, EndpointAnalyst, to_seen
from esc_tui.engines.evolving_roles import AnalystBrief, PivotKind, Record
from tests.engines.endpoint.model_server import PROMPTS, ModelServer, blocks_of, half_body, say, status
from tests.engines.endpoint.talks import elsewhere
from tests.evolve.planted import ranked, trace, turn
from tests.support_bank import five_skills

PRAISE, OTHER = "reflect-unseen-effort", next(skill.slug for skill in five_skills() if skill.slug != "reflect-unseen-effort")
FELL = turn(1, -6, heard="I mended the roof alone", reply="That will surely pass with time.", skills=(PRAISE,),
            ranked=(ranked(PRAISE, 0.7, verdict="chosen"), ranked(OTHER, 0.6)), thought="They do not see the roof")
ROSE = turn(2, 8, heard="Nobody held the ladder", reply="You held it all by yourself.", skills=(PRAISE,))
SAFE = turn(3, -4, heard="You never listen", reply="I am here.", care=True, skills=(PRAISE,))


def brief(*turns, **more):
    return AnalystBrief(replace(trace(*(turns or (FELL, ROSE, SAFE))), **more), {skill.slug: skill for skill in five_skills()}, Record())


def row(**more):
    return {"kind": "profile-failure", "about": "need", "skill": PRAISE, "actions": [], "because": "played-down",
            "shows": [{"turn": 1, "quote": "surely pass with time"}]} | more


@pytest.fixture
async def analyst(settings, sleep):
    made = EndpointAnalyst(settings, PROMPTS, environment={}, sleep=sleep)
    yield made
    await made.aclose()


async def test_a_finding_holds_its_turn_its_words_and_the_seekers_it_is_about(analyst, server: ModelServer):
    server.answers["analyst"] = {"findings": [row()]}
    (found,) = await analyst.analyse(brief())
    assert (found.kind, found.skills, found.group) == (FindingKind.PROFILE_FAILURE, (PRAISE,), SeekerGroup(need=Need.BE_PRAISED))
    assert (found.engine, found.count, found.mean_change, found.profiles) == ("endpoint", 1, -6, 1)
    (shown,) = found.turns
    assert shown.turn == 1 and shown.heard == FELL.heard and "“surely pass with time”" in shown.why
    assert analyst.left_out == 0 and analyst.notes == []


async def test_the_model_is_shown_the_talk_its_skills_and_what_the_seeker_thought(analyst, server: ModelServer):
    await analyst.analyse(brief())
    person, skills, turns = blocks_of(server.asked[0].body)
    assert person["hopes_for"] == "be-praised" and [one["skill"] for one in skills] == [PRAISE, OTHER]
    assert turns[0]["seeker_thought"] == "They do not see the roof" and turns[0]["skills_passed_over"] == [OTHER]
    assert turns[0]["mood_moved_by"] == -6 and turns[2]["guard_answered"] == "yes"


@pytest.mark.parametrize(("bad", "why"), [
    ({"shows": [{"turn": 9, "quote": "surely pass"}]}, "turn must be one of: 1, 2, 3"),
    ({"shows": [{"turn": 1, "quote": "it will never pass at all"}]}, "quote must be copied"),
    ({"shows": [{"turn": 1, "quote": ""}]}, "quote is empty"), ({"shows": [{"turn": 1, "quote": "a"}]}, "quote must be copied"),
    ({"shows": [{"turn": 2, "quote": "all by yourself"}]}, "the seeker rose there"),
    ({"shows": [{"turn": 3, "quote": "I am here"}]}, "the guard answered there"), ({"shows": []}, "no turn shows it"),
    ({"skill": OTHER}, f"skill must be one of: {PRAISE}"), ({"skill": "no-such-skill"}, "skill must be one of"),
    ({"kind": "missing-skill", "because": "nothing-fitting"}, "actions must name what would have served"),
    ({"kind": "missing-skill", "because": "nothing-fitting", "actions": ["validation"], "about": "everybody"}, "which seekers"),
    ({"kind": "wrong-selection", "because": "better-passed-over"}, f"skill must be one of: {OTHER}"),
    ({"kind": "success", "because": "worked"}, "did not rise"), ({"because": "worked"}, "cannot show profile-failure"),
    ({"because": "bad vibes"}, "because must be one of"), ({"kind": "treason"}, "none of the findingkind labels"),
    ({"about": "women"}, "about must be one of: everybody, need, character, state"),
    ({"kind": "unsafe-intervention", "because": "dangerous", "shows": [{"turn": 1, "quote": "mended the roof"}]}, "from the reply")])
async def test_what_the_talk_does_not_bear_out_is_sent_back_once_then_left_out_and_counted(analyst, server: ModelServer, bad, why):
    server.answers["analyst"] = {"findings": [row(**bad)]}
    assert await analyst.analyse(brief()) == ()
    assert why in server.asked[1].body["messages"][-1]["content"] and len(server.asked) == 2
    assert analyst.left_out == 1 and "episode 3/1: 1 thing that the model said left out" in analyst.notes[0]


async def test_what_can_be_shown_is_kept_beside_what_cannot_without_asking_again(analyst, server: ModelServer):
    server.answers["analyst"] = {"findings": [row(), row(skill="made-up"), 7, {"kind": "success"}]}
    assert len(await analyst.analyse(brief())) == 1 and len(server.asked) == 1 and analyst.left_out == 3


@pytest.mark.parametrize(("said", "kind", "group", "skills"), [
    (row(kind="wrong-selection", because="better-passed-over", about="state", skill=OTHER), FindingKind.WRONG_SELECTION,
     SeekerGroup(state=State.SAD), (OTHER,)),
    (row(kind="weak-execution", because="too-general", about="need"), FindingKind.WEAK_EXECUTION, SeekerGroup(), (PRAISE,)),
    (row(kind="unsafe-intervention", because="dangerous", skill=""), FindingKind.UNSAFE_INTERVENTION, SeekerGroup(), (PRAISE,)),
    (row(kind="missing-skill", because="nothing-fitting", skill=PRAISE, actions=["validation", "nonsense"]), FindingKind.MISSING_SKILL,
     SeekerGroup(need=Need.BE_PRAISED), ()),
    (row(kind="success", because="worked", shows=[{"turn": 2, "quote": "You never listen"}]), FindingKind.SUCCESS,
     SeekerGroup(need=Need.BE_PRAISED), (PRAISE,))])
def test_every_kind_is_told_with_the_skills_and_seekers_that_the_trace_gives_it(said, kind, group, skills):
    known = brief()
    (one,), wrong = to_seen({"findings": [said]}, known, known.trace.turns)
    assert (one.kind, one.group, one.skills, wrong) == (kind, group, skills, [])
    assert one.actions == ((Action.VALIDATION,) if kind is FindingKind.MISSING_SKILL else ())


async def test_words_of_live_talks_stay_here(server: ModelServer, settings, sleep, analyst):
    live = brief(replace(FELL, thought="", pivots=(PivotKind.MARKED_BAD,)), live=True, run=None, episode=None, need=None, character=None)
    server.answers["analyst"] = {"findings": [row(about="state")]}
    (found,) = await analyst.analyse(live)
    assert "roof" not in found.model_dump_json() and "surely" not in found.model_dump_json()
    away = EndpointAnalyst(elsewhere(settings), PROMPTS, environment={}, sleep=sleep)
    asked = len(server.asked)
    for one, why in ((live, "the words of a live talk do not leave"), (brief(), "licence of its profile")):
        with pytest.raises(UserError, match=why):
            await away.analyse(one)
    assert len(server.asked) == asked
    assert len(await away.analyse(brief(quotable=True))) == 1 and len(server.asked) == asked + 1
    await away.aclose()


async def test_a_long_talk_is_asked_about_in_parts(analyst, server: ModelServer):
    turns = [turn(number, -5, heard=f"it happened again {number}", reply=f"Reply number {number} it is.", skills=(PRAISE,))
             for number in range(1, 2 * MOST_TURNS + 2)]
    (found,) = await analyst.analyse(brief(*turns))
    assert len(server.asked) == 3 and found.count == len(turns)


async def test_a_talk_that_is_too_long_for_the_model_is_asked_about_in_halves(analyst, server: ModelServer):
    server.script = [status(400, {"error": {"message": "maximum context length exceeded", "code": "context_length_exceeded"}})]
    await analyst.analyse(brief())
    assert [len(blocks_of(seen.body)[-1]) for seen in server.asked] == [3, 1, 2]


@pytest.mark.parametrize(("fault", "error", "words"), [
    (status(503, "busy"), EndpointError, "503"), (status(429, "slow"), EndpointError, "429"), (half_body, EndpointError, "."),
    (status(500, "oops"), EndpointError, "500"), (say(""), AnswerError, "episode 3/1: the model's answers could not be used"),
    (say("I would rather not."), AnswerError, "could not be used"), (say('{"findings": "none"}'), AnswerError, "could not be used"),
    (say("{}"), AnswerError, "Findings must hold a list")])
async def test_a_failing_server_and_a_useless_answer_are_named(analyst, server: ModelServer, fault, error, words):
    server.otherwise = fault
    with pytest.raises(error, match=words):
        await analyst.analyse(brief())


async def test_many_traces_are_analysed_at_once(analyst, server: ModelServer):
    found = await asyncio.gather(*(analyst.analyse(brief(episode=number)) for number in range(12)))
    assert all(len(some) == 1 and some[0].kind is FindingKind.WEAK_EXECUTION for some in found) and len(server.asked) == 12


ANYTHING = st.recursive(st.none() | st.booleans() | st.integers(-3, 9) | st.text(max_size=12),
                        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=6)


@given(st.lists(ANYTHING | st.fixed_dictionaries({
    "kind": st.sampled_from([*FindingKind, "treason"]) | ANYTHING, "about": st.sampled_from(["need", "state", "everybody"]) | ANYTHING,
    "skill": st.sampled_from([PRAISE, OTHER, "", "x"]), "because": st.sampled_from(["worked", "not-heard", "dangerous"]) | ANYTHING,
    "actions": st.lists(st.sampled_from(["validation", "x"]), max_size=2) | ANYTHING,
    "shows": st.lists(st.fixed_dictionaries({"turn": st.integers(-1, 4), "quote": st.sampled_from(
        [FELL.reply, "ROOF alone", "You held", "nowhere said", "\x1b[2J\ud800"])}), max_size=3) | ANYTHING}), max_size=4))
def test_whatever_a_model_says_only_what_the_trace_shows_is_found(rows):
    known = brief()
    found, _ = to_seen({"findings": rows}, known, known.trace.turns)
    for one in found:
        assert one.turn in known.trace.turns and set(one.skills) <= {PRAISE, OTHER}
        assert (one.turn.change > 0) == (one.kind is FindingKind.SUCCESS) or one.kind is FindingKind.UNSAFE_INTERVENTION
        assert one.group.need in (None, known.trace.need) and json.dumps(one.why)
