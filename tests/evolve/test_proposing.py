"""Proposals from findings: each kind of change, nothing locked, nothing twice, nothing refused before."""

import asyncio

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.evolution import add_decision, add_findings, list_findings, list_proposals
from esc_tui.domain.evolution import Claim, Decision, Finding, FindingKind, ProposalKind, SeekerGroup, ShownTurn
from esc_tui.domain.labels import Character, Need, SkillStatus, State
from esc_tui.domain.skill import Phrasing
from esc_tui.engines.embedded.proposing import EmbeddedProposer
from esc_tui.engines.evolving_roles import GroupEvidence, Moves, ProposerBrief, Record
from esc_tui.evolve.proposing import brief_for, propose, refused_before
from tests.evolve.planted import NOW, cheering
from tests.support_bank import five_skills, small_bank_file

PRAISE = "reflect-unseen-effort"
ALL, NOTHING = SeekerGroup(), Record()


def finding(kind, number=1, group=ALL, skills=(), profiles=3):
    shown = ShownTurn(conversation="c", turn=1, profile="seeker-1", change=-5)
    return Finding(id=f"finding-{number}", kind=kind, title=f"finding {number}", group=group, skills=skills, turns=(shown,), count=6,
                   profiles=profiles, mean_change=-5.0)


def asked(*findings, skills=(), evidence=None, record=NOTHING, refused=()):
    known = {skill.slug: skill for skill in (*five_skills(), *skills)}
    return asyncio.run(EmbeddedProposer().propose(ProposerBrief(
        findings, known, evidence or {}, record, refused, frozenset(known), 1, "a" * 64)))


def test_what_fails_with_everybody_is_retired():
    (made,) = asked(finding(FindingKind.PROFILE_FAILURE, skills=("cheer-them-up",)), skills=[cheering()])
    assert made.kind is ProposalKind.RETIRE and made.claim is Claim.TIDY and made.findings == ("finding-1",)
    assert made.changes["cheer-them-up"].status is SkillStatus.RETIRED


def test_what_fails_with_a_need_or_state_is_kept_from_it():
    record = Record(skills={("cheer-them-up", ""): Moves(20, 9, 1.0)}, groups={"": Moves(90, 9, 0.0)})
    for group, field in ((SeekerGroup(need=Need.BE_LISTENED_TO), "needs"), (SeekerGroup(state=State.ANGRY), "states")):
        (made,) = asked(finding(FindingKind.PROFILE_FAILURE, group=group, skills=("cheer-them-up",)), skills=[cheering()], record=record)
        assert made.kind is ProposalKind.CONTRAINDICATE and made.group == group
        row = made.changes["cheer-them-up"].content.contraindications[-1]
        assert getattr(row, field) and row.checkable
    assert State.ANGRY not in made.changes["cheer-them-up"].content.applicability.states


def test_what_fails_with_a_character_is_warned_of():
    group = SeekerGroup(character=Character.AVOIDANT)
    record = Record(skills={("cheer-them-up", ""): Moves(20, 9, 1.0)}, groups={"": Moves(90, 9, 0.0)})
    (made,) = asked(finding(FindingKind.PROFILE_FAILURE, group=group, skills=("cheer-them-up",)), skills=[cheering()], record=record)
    assert made.kind is ProposalKind.RISK and "avoidant" in made.changes["cheer-them-up"].content.risks[0].text


def test_unsafe_words_are_taken_out_or_the_skill_goes():
    skill = cheering()
    unsafe = Phrasing(move=1, text="I promise I won't tell anyone about this.")
    some = skill.model_copy(update={"content": skill.content.model_copy(update={"do": (*skill.content.do, unsafe)})})
    (made,) = asked(finding(FindingKind.UNSAFE_INTERVENTION, skills=(skill.slug,), profiles=1), skills=[some])
    assert made.kind is ProposalKind.REVISE and made.claim is Claim.SAFER and unsafe not in made.changes[skill.slug].content.do
    few = (unsafe, Phrasing(move=2, text="That was work."))
    little = skill.model_copy(update={"content": skill.content.model_copy(update={"do": few})})
    (gone,) = asked(finding(FindingKind.UNSAFE_INTERVENTION, skills=(skill.slug,), profiles=1), skills=[little])
    assert gone.kind is ProposalKind.RETIRE and gone.claim is Claim.SAFER


def test_worn_words_get_company_from_those_written_for_the_same_action():
    (made,) = asked(finding(FindingKind.WEAK_EXECUTION, skills=(PRAISE,)))
    before, after = next(skill for skill in five_skills() if skill.slug == PRAISE), made.changes[PRAISE]
    assert made.kind is ProposalKind.REVISE and set(before.content.do) < set(after.content.do) and made.patches[0].fields() == ("do",)


def test_a_skill_passed_over_is_retuned_to_where_such_seekers_are():
    evidence = {"finding-1": GroupEvidence(None, ((State.SAD, 9), (State.LONELY, 2)))}
    (made,) = asked(finding(FindingKind.WRONG_SELECTION, skills=(PRAISE,), group=SeekerGroup(need=Need.BE_PRAISED)), evidence=evidence)
    assert made.kind is ProposalKind.RETUNE and made.patches[0].fields() == ("applicability",)
    assert made.changes[PRAISE].content.applicability.states[0] is State.SAD


def test_near_duplicates_are_merged():
    made = asked(skills=[cheering("cheer-one"), cheering("cheer-two")])
    assert [one.kind for one in made] == [ProposalKind.MERGE] and made[0].changes["cheer-two"].status is SkillStatus.RETIRED


def test_locked_fields_and_skills_out_of_use_are_left_alone():
    locked = [skill.model_copy(update={"locked": ("do",)}) for skill in five_skills() if skill.slug == PRAISE]
    assert asked(finding(FindingKind.WEAK_EXECUTION, skills=(PRAISE,)), skills=locked) == ()
    draft = cheering().model_copy(update={"status": SkillStatus.DRAFT})
    assert asked(finding(FindingKind.PROFILE_FAILURE, skills=(draft.slug,)), skills=[draft]) == ()


def test_each_skill_is_touched_once_a_round():
    made = asked(finding(FindingKind.WEAK_EXECUTION, 1, skills=(PRAISE,)), finding(FindingKind.PROFILE_FAILURE, 2, skills=(PRAISE,)))
    assert [one.kind for one in made] == [ProposalKind.REVISE]


@pytest.fixture
def bank(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as opened:
        yield opened


def stored(bank, *findings):
    add_findings(bank.writing, findings, None, "R1", NOW)
    return list(reversed(list_findings(bank.connection)))


def proposed(bank, rows):
    return asyncio.run(propose(bank, EmbeddedProposer(), rows, round_="R1", time=NOW))


def test_proposals_are_stored_with_what_the_gate_says(bank):
    rows = stored(bank, finding(FindingKind.PROFILE_FAILURE, skills=(PRAISE,)))
    (made,) = proposed(bank, rows)
    assert made.gate == () and made.proposal.base_revision == bank.head_number and made.proposal.base_hash == bank.head().hash
    assert proposed(bank, rows) == [] and len(list_proposals(bank.connection)) == 1, "the same is not proposed twice"


def test_the_gravest_findings_are_answered_first_in_whatever_order_they_come(bank):
    rows = stored(bank, finding(FindingKind.WEAK_EXECUTION, 1, skills=(PRAISE,)), finding(FindingKind.PROFILE_FAILURE, 2, skills=(PRAISE,)))
    assert [one.id for one in brief_for(bank, rows).findings] == [one.id for one in brief_for(bank, rows[::-1]).findings] == [
        "finding-2", "finding-1"]


def test_what_a_person_rejected_is_not_proposed_again(bank):
    rows = stored(bank, finding(FindingKind.PROFILE_FAILURE, skills=(PRAISE,)))
    (made,) = proposed(bank, rows)
    add_decision(bank.writing, Decision(proposal=made.number, kind="reject", author="a person", time=NOW, reason="it is loved"))
    (old,) = refused_before(bank)
    assert old.reason == "it is loved" and old.slugs == (PRAISE,)
    brief = brief_for(bank, rows)
    assert brief.refused == (old,)
    assert asyncio.run(EmbeddedProposer().propose(brief)) == ()


def test_an_unsupported_finding_or_a_success_asks_for_nothing(bank):
    alone = finding(FindingKind.PROFILE_FAILURE, 1, skills=(PRAISE,), profiles=1)
    rows = stored(bank, alone, finding(FindingKind.SUCCESS, 2, skills=(PRAISE,)))
    assert brief_for(bank, rows).findings == () and proposed(bank, rows) == []
