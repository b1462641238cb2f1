"""The proposer of the endpoint engine: small changes of the right fields, sent back once, then left out with the reason."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.domain.errors import AnswerError, EndpointError
from esc_tui.domain.evolution import Claim, Finding, FindingKind, ProposalKind, SeekerGroup, ShownTurn
from esc_tui.domain.labels import Action, Need, SkillStatus, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.endpoint.outputs import PatchSaid
from esc_tui.engines.endpoint.patching import UnfitError, Wanted, proposal_of
from esc_tui.engines.endpoint.proposing import EndpointProposer
from esc_tui.engines.evolving_roles import GroupEvidence, ProposerBrief, Record, Refused
from tests.engines.endpoint.model_server import ANSWERS, PROMPTS, ModelServer, blocks_of, half_body, say, status
from tests.engines.endpoint.talks import SEEKER
from tests.engines.endpoint.talks import brief as cluster
from tests.evolve.planted import cheering_the_angry

CHEER, ALL = "cheer-them-up", SeekerGroup()
VENTING, PRAISED = SeekerGroup(state=State.VENTING), SeekerGroup(need=Need.BE_PRAISED)
DRAFT = ANSWERS["skill_writer"]


def finding(kind=FindingKind.PROFILE_FAILURE, number=1, group=VENTING, skills=(CHEER,)):
    shown = ShownTurn(conversation="c", turn=1, profile="seeker-1", change=-5, heard="I mended the roof alone", reply="Smile!")
    return Finding(id=f"finding-{number}", kind=kind, title=f"finding {number}", group=group, skills=skills, turns=(shown,), count=6,
                   profiles=3, mean_change=-5.0)


def brief(*findings, skills=(), evidence=None, **more):
    known = {skill.slug: skill for skill in (cheering_the_angry(), cheering_the_angry("cheer-two"), *skills)}
    return ProposerBrief(findings or (finding(),), known, evidence or {}, Record(), **{
        "refused": (), "taken": frozenset(known), "base_revision": 1, "base_hash": "a" * 64, **more})


def patch(kind, **fields):
    return {"kind": kind, "skill": CHEER, "title": "A change", "reason": "It fell."} | fields


FENCE = patch("contraindicate", not_when=[{"text": "They are letting off steam.", "states": ["venting"]}])


@pytest.fixture
async def proposer(settings, sleep):
    made = EndpointProposer(settings, PROMPTS, environment={}, sleep=sleep)
    yield made
    await made.aclose()


@pytest.mark.parametrize(("answer", "fields", "claim", "group"), [
    (FENCE, {CHEER: ("contraindications",)}, Claim.IMPROVE, VENTING),
    (patch("risk", risks=[{"severity": "high", "text": "It can sound like mockery."}]), {CHEER: ("risks",)}, Claim.TIDY, VENTING),
    (patch("retune", states=["defensive"], when="fed up"), {CHEER: ("applicability",)}, Claim.IMPROVE, VENTING),
    (patch("retire"), {CHEER: ("status",)}, Claim.TIDY, ALL),
    (patch("revise", add_do=[{"move": 1, "text": "Say which part weighs most."}], drop_do=[2, 5], add_dont=["Come on."],
           reword=[{"move": 2, "text": "Name what they carried."}]), {CHEER: ("moves", "do", "dont")}, Claim.IMPROVE, ALL)])
async def test_each_kind_changes_its_own_fields_alone(proposer, server: ModelServer, answer, fields, claim, group):
    server.answers["proposer"] = answer
    (made,) = await proposer.propose(brief())
    assert {one.slug: one.fields() for one in made.patches} == fields and (made.claim, made.group) == (claim, group)
    assert (made.engine, made.findings, made.base_revision, made.title) == ("endpoint", ("finding-1",), 1, "A change")
    assert len(server.asked) == 1 and proposer.notes == []


async def test_a_merge_keeps_what_both_said_and_retires_one(proposer, server: ModelServer):
    server.answers["proposer"] = patch("merge", other="cheer-two")
    (made,) = await proposer.propose(brief())
    assert made.changes["cheer-two"].status is SkillStatus.RETIRED and made.changes[CHEER].status is SkillStatus.ACTIVE


async def test_a_new_skill_is_made_for_the_seekers_of_its_finding(proposer, server: ModelServer):
    server.answers["proposer"] = patch("add", skill="", draft=DRAFT)
    wanted = finding(FindingKind.MISSING_SKILL, group=PRAISED, skills=()).model_copy(update={"actions": (Action.OPEN_QUESTION,)})
    for evidence, units in (({}, 0), ({wanted.id: GroupEvidence(cluster(), ((State.LONELY, 3),))}, 34)):
        (made,) = await proposer.propose(brief(wanted, evidence=evidence))
        (skill,) = made.changes.values()
        assert (skill.slug, skill.status, made.kind) == ("give-the-effort-back", SkillStatus.ACTIVE, ProposalKind.ADD)
        assert skill.content.applicability.needs == (Need.BE_PRAISED,)
        assert skill.content.origin == f"written by tiny-talker for a finding, {units} units shown, unverified"


async def test_a_split_gives_a_part_of_the_seekers_to_a_new_skill(proposer, server: ModelServer):
    server.answers["proposer"] = patch("split", states=["angry", "defensive"], draft=DRAFT)
    wanted = finding().model_copy(update={"actions": (Action.OPEN_QUESTION,)})
    (made,) = await proposer.propose(brief(wanted, evidence={"finding-1": GroupEvidence(cluster(), ())}))
    assert made.changes[CHEER].content.applicability.states == (State.ANGRY, State.DEFENSIVE)
    assert made.changes["give-the-effort-back"].content.applicability.states[0] is State.VENTING


@pytest.mark.parametrize(("bad", "why"), [
    (patch("risk", risks=[]), "risks must hold at least one"),
    (patch("retire", skill="nobody"), f"skill must be one of: {CHEER}, cheer-two"),
    (patch("retire", risks=[{"text": "x"}]), "retire changes only skill; leave risks empty"),
    (patch("explode"), "none of the proposalkind labels"), (patch("retune"), f"it changes nothing in '{CHEER}'"),
    (patch("contraindicate", not_when=[{"text": "When it rains."}]), "so that a program can check it"),
    (patch("contraindicate", not_when=[{"text": "Sad ones.", "states": ["blueish"]}]), "'blueish' is none of"),
    (patch("revise", drop_do=[99]), "there is no phrasing 99"), (patch("revise", drop_do=[1, 2, 3, 4, 5, 6, 7, 8]), "nothing to say"),
    (patch("revise", reword=[{"move": 5, "text": "x"}]), "there is no move 5"),
    (patch("revise", add_do=[{"move": 1, "text": "Hello {name}."}]), "unknown slot {name}"),
    (patch("revise", add_do=[{"move": 9, "text": "Hello."}]), "points at move 9"),
    (patch("add", skill=""), "draft must hold the new skill"),
    (patch("add", skill="", draft=DRAFT | {"dont": [SEEKER]}), "8 or more words in a row"),
    (patch("merge", other=CHEER), "cannot be merged"), (patch("merge"), "other must be one of")])
async def test_what_may_not_be_is_sent_back_once_and_then_left_out_with_its_reason(proposer, server: ModelServer, bad, why):
    server.answers["proposer"] = bad
    evidence = {"finding-1": GroupEvidence(cluster(), ())}
    assert await proposer.propose(brief(evidence=evidence)) == ()
    assert why in server.asked[1].body["messages"][-1]["content"] and len(server.asked) == 2
    assert why in proposer.notes[0] and proposer.notes[0].startswith("No proposal for “finding 1”")


async def test_what_is_mended_counts(proposer, server: ModelServer):
    server.script = [say(patch("risk", risks=[]))]
    server.answers["proposer"] = FENCE
    assert len(await proposer.propose(brief())) == 1 and proposer.notes == []


async def test_the_gates_own_sentence_goes_back_to_the_model(proposer, server: ModelServer):
    server.answers["proposer"] = FENCE
    assert await proposer.propose(brief(objections=lambda proposal: ("It promises secrecy.",))) == ()
    assert "That could not be used: It promises secrecy." in server.asked[1].body["messages"][-1]["content"]
    assert proposer.notes == ["No proposal for “finding 1”: It promises secrecy."]


async def test_locks_and_what_was_refused_are_told_and_kept(proposer, server: ModelServer):
    locked = cheering_the_angry().model_copy(update={"locked": ("contraindications",)})
    server.answers["proposer"] = FENCE
    assert await proposer.propose(brief(skills=[locked])) == ()
    assert "a person has locked contraindications" in proposer.notes[0]
    assert blocks_of(server.asked[0].body)[1][0]["locked"] == ["contraindications"]
    old = Refused(ProposalKind.CONTRAINDICATE, "Keep it", VENTING, (CHEER,), (), "x", "it is loved.")
    assert await proposer.propose(brief(refused=(old,))) == ()
    assert proposer.notes[1].endswith("it was refused before: it is loved.")
    assert blocks_of(server.asked[2].body)[-1] == [{"kind": "contraindicate", "title": "Keep it", "skills": [CHEER], "why": "it is loved."}]


async def test_a_model_that_would_change_nothing_is_believed(proposer, server: ModelServer):
    server.answers["proposer"] = {"kind": "none", "reason": "One seeker had a bad day."}
    assert await proposer.propose(brief()) == () and len(server.asked) == 1
    assert proposer.notes == ["No proposal for “finding 1”: One seeker had a bad day."]


async def test_each_skill_is_touched_once_and_findings_are_asked_about_at_once(proposer, server: ModelServer):
    server.answers["proposer"] = FENCE
    made = await proposer.propose(brief(*(finding(number=number) for number in range(1, 15))))
    assert [one.findings for one in made] == [("finding-1",)] and len(server.asked) == 12
    assert "another proposal of this round changes 'cheer-them-up' already" in proposer.notes[0]


async def test_words_of_units_that_may_not_be_passed_on_are_not_sent(proposer, server: ModelServer):
    secret = replace(cluster().helped[0], seeker="A secret told in confidence", quotable=False)
    server.answers["proposer"] = FENCE
    await proposer.propose(brief(evidence={"finding-1": GroupEvidence(cluster(helped=(secret,)), ())}))
    assert "in confidence" not in json.dumps(server.asked[0].body) and "feels-understood" in json.dumps(server.asked[0].body)


async def test_one_useless_answer_costs_its_finding_alone(proposer, server: ModelServer):
    server.answers["proposer"] = lambda body: FENCE if "finding 2" in json.dumps(body) else "I would rather not."
    made = await proposer.propose(brief(finding(number=1), finding(number=2)))
    assert [one.findings for one in made] == [("finding-2",)] and "could not be used" in proposer.notes[0]


@pytest.mark.parametrize(("fault", "error", "words"), [
    (status(503, "busy"), EndpointError, "503"), (status(429, "slow"), EndpointError, "429"), (half_body, EndpointError, "."),
    (say(""), AnswerError, "could not be used"), (say("no"), AnswerError, "could not be used"),
    (say('{"kind": ["add"]}'), AnswerError, "could not be used")])
async def test_a_failing_server_and_useless_answers_are_named(proposer, server: ModelServer, fault, error, words):
    server.otherwise = fault
    with pytest.raises(error, match=words):
        await proposer.propose(brief(finding(number=1), finding(number=2)))


TEXT = st.text(max_size=20) | st.sampled_from(["{clause} and {nothing}", "\x1b[2J\ud800", "a|b;c[d]", "They vent."])
LABEL = st.lists(st.sampled_from(["venting", "sad", "job-crisis", "action", "be-praised", "?"]), max_size=2)
LINES = st.lists(st.fixed_dictionaries({"move": st.integers(-1, 10), "text": TEXT}), max_size=3)


@given(st.fixed_dictionaries({
    "kind": st.sampled_from([*ProposalKind, "none", "x"]), "skill": st.sampled_from([CHEER, "cheer-two", "", "x"])}, optional={
    "other": st.sampled_from([CHEER, "cheer-two"]), "title": TEXT, "reason": TEXT, "summary": TEXT, "reword": LINES, "add_do": LINES,
    "drop_do": st.lists(st.integers(-1, 8), max_size=4), "add_dont": st.lists(TEXT, max_size=2), "states": LABEL, "needs": LABEL,
    "stages": LABEL, "when": TEXT, "risks": st.lists(st.fixed_dictionaries({"severity": TEXT, "text": TEXT}), max_size=2),
    "not_when": st.lists(st.fixed_dictionaries({"text": TEXT, "states": LABEL, "cues": st.lists(TEXT, max_size=2)}), max_size=2),
    "draft": st.just(DRAFT) | st.none()}))
def test_whatever_a_model_says_a_valid_change_comes_of_it_or_a_reason(data):
    known = brief()
    wanted = Wanted(known.findings[0], known.skills, GroupEvidence(cluster()), known, "written", "endpoint")
    try:
        made = proposal_of(PatchSaid.model_validate(data), wanted)
    except UnfitError as error:
        assert str(error)
        return
    for one in made.patches if made is not None else ():
        assert one.before == known.skills.get(one.slug) and one.after.locked == ()
        assert Skill.model_validate_json(one.after.model_dump_json()) == one.after and one.before != one.after
