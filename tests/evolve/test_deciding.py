"""Accepting, rejecting, promoting and rolling back: one transaction each, in the trail, and the bank as it was before afterwards."""

from __future__ import annotations

import random

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.evolution import (
    add_cohort,
    add_proposal,
    add_verification,
    claim_verification,
    decisions_of,
    end_verification,
    running_of,
)
from esc_tui.domain.errors import ConflictError, UserError
from esc_tui.domain.evolution import Claim, Proposal, ProposalKind, Registration, SeekerGroup, SkillPatch, Verdict
from esc_tui.domain.labels import SkillStatus
from esc_tui.domain.reshaping import joined_content
from esc_tui.evolve.deciding import Behind, accept, behind, promote, reject, rollback_preview, standing, verdict_for
from tests.support_bank import FIXED_TIME, small_bank_file


@pytest.fixture
def bank(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as opened:
        yield opened


def retitled(skill, title="Said in other words"):
    return skill.model_copy(update={"content": skill.content.model_copy(update={"title": title})})


def actives(bank):
    return [skill for stored in bank.stored_skills() if (skill := stored.skill()).status is SkillStatus.ACTIVE]


def proposed(bank, *patches, kind=ProposalKind.REVISE, gate=(), number=""):
    head = bank.head()
    proposal = Proposal(id=f"01PROPOSAL{number}", kind=kind, title="say it in other words", reason="it was said badly",
                        base_revision=head.number, base_hash=head.hash, patches=patches)
    return add_proposal(bank.writing, proposal, gate, "", FIXED_TIME)


def revision_of(bank, title="Said in other words", number=""):
    skill = actives(bank)[0]
    return proposed(bank, SkillPatch(slug=skill.slug, before=skill, after=retitled(skill, title)), number=number)


def verified(bank, row, word="accept"):
    cohort = add_cohort(bank.writing, "confirm", 5, SeekerGroup(), ["a"], [], FIXED_TIME)
    registration = Registration(proposal=row.proposal.id, digest=row.proposal.digest, base_revision=1, base_hash="", evidence_snapshot=0,
                                planner="", guard="", claim=Claim.IMPROVE, looks=(12,), cohort=cohort.number, cohort_hash="", seed=1)
    found = add_verification(bank.writing, f"01V{row.number}", row.number, registration, FIXED_TIME)
    end_verification(bank.writing, found.number, "done", FIXED_TIME, verdict=Verdict(word=word, reasons=("so it was",), pairs=12))


def test_an_accepted_proposal_stands_on_watch_and_a_person_promotes_it(bank):
    row = revision_of(bank)
    slug = row.proposal.patches[0].slug
    revision = accept(bank, row.number, "Ada", "it reads better")
    assert revision.kind == "accept" and row.name in revision.message and bank.skill(slug).status is SkillStatus.WATCH
    assert bank.skill(slug).content.title == "Said in other words" and standing(bank, row) == "accepted"
    assert promote(bank, row.number, "Ada").kind == "promote" and bank.skill(slug).status is SkillStatus.ACTIVE
    assert [(one.kind, one.author) for one in decisions_of(bank.connection)] == [("accept", "Ada"), ("promote", "Ada")]


def test_going_back_gives_the_hash_from_before_whatever_was_done(bank):
    start = bank.head()
    draw = random.Random(11)
    for round_ in range(100):
        for step in range(draw.randint(1, 3)):
            row = revision_of(bank, f"Title {round_}.{step}", number=f"{round_}-{step}")
            accept(bank, row.number, "Ada")
            if draw.random() < 0.3:
                promote(bank, row.number, "Ada")
            if draw.random() < 0.2:
                bank.undo("Ada")
        bank.rollback(start.number, "Ada")
        assert bank.head().hash == start.hash


def test_nothing_is_accepted_by_itself_on_less_than_the_verdict(bank):
    row = revision_of(bank)
    with pytest.raises(UserError, match="No verdict stands behind it"):
        accept(bank, row.number, "auto", automatic=True)
    verified(bank, row, "not enough evidence")
    with pytest.raises(UserError, match="not enough evidence"):
        accept(bank, row.number, "auto", automatic=True)
    assert bank.head_number == 1 and standing(bank, row) == "verified"
    verified(bank, row := revision_of(bank, "Once more", "2"))
    assert accept(bank, row.number, "auto", automatic=True).number == 2
    assert decisions_of(bank.connection, row.number)[0].automatic


def test_what_the_gate_refused_was_replaced_or_decided_is_not_accepted(bank):
    skill = actives(bank)[0]
    refused = proposed(bank, SkillPatch(slug=skill.slug, before=skill, after=retitled(skill)), gate=("it is too long",), number="g")
    with pytest.raises(UserError, match="it is too long"):
        accept(bank, refused.number, "Ada")
    row = revision_of(bank)
    accept(bank, row.number, "Ada")
    with pytest.raises(UserError, match="accepted already"):
        accept(bank, row.number, "Ada")


def test_a_rejection_keeps_its_reason_and_can_be_thought_over(bank):
    row = revision_of(bank)
    with pytest.raises(UserError, match="needs its reason"):
        reject(bank, row.number, "Ada", " ")
    reject(bank, row.number, "Ada", "too\ncheerful")
    assert standing(bank, row) == "rejected" and decisions_of(bank.connection)[0].reason == "too cheerful"
    accept(bank, row.number, "Grace", "read it again")
    assert standing(bank, row) == "accepted"


def test_what_stood_behind_an_acceptance_stays_in_the_trail(bank):
    row = revision_of(bank)
    assert behind(row, None, ()).sentence == "No verdict stands behind it."
    verified(bank, row, "reject")
    judged = verdict_for(bank, row)
    assert behind(row, judged, ()) == Behind(False, "No accept stands behind it: V-1 says reject.")
    assert behind(row, judged, ("the guard has changed",)).sentence == "The verdict reject of V-1 is stale: the guard has changed."
    made = accept(bank, row.number, "Ada", "read it")
    assert made.message.endswith("(No accept stands behind it: V-1 says reject)")
    assert decisions_of(bank.connection)[0].reason == "read it (No accept stands behind it: V-1 says reject)"
    other = revision_of(bank, "Better", "2")
    verified(bank, other)
    assert behind(other, verdict_for(bank, other), ()).stands
    assert accept(bank, other.number, "Ada").message == f"{other.name}: say it in other words"


@pytest.mark.parametrize("back", ["rollback", "undo"])
def test_what_was_undone_is_called_so_and_may_be_accepted_again(bank, back):
    row = revision_of(bank)
    accept(bank, row.number, "Ada")
    with pytest.raises(UserError, match="accepted already.*evolve promote P-1"):
        accept(bank, row.number, "Ada")
    if back == "rollback":
        bank.rollback(1, "Ada")
    else:
        bank.undo("Ada")
    assert standing(bank, row) == "undone"
    with pytest.raises(UserError, match="P-1 is undone"):
        promote(bank, row.number, "Ada")
    accept(bank, row.number, "Ada")
    assert standing(bank, row) == "accepted" and bank.skill(row.proposal.patches[0].slug).content.title == "Said in other words"
    if back == "undo":
        bank.undo("Ada")
        bank.redo("Ada")
        assert standing(bank, row) == "accepted"


def test_what_was_undone_stays_so_when_another_proposal_brings_some_of_its_skills_back(bank):
    def new(*slugs):
        return [SkillPatch(slug=slug, after=actives(bank)[0].model_copy(update={"slug": slug})) for slug in slugs]

    row = proposed(bank, *new("one-new", "two-new", "three-new"), kind=ProposalKind.ADD)
    accept(bank, row.number, "Ada")
    bank.rollback(1, "Ada")
    other = proposed(bank, *new("one-new", "two-new"), kind=ProposalKind.ADD, number="2")
    accept(bank, other.number, "Ada")
    assert (standing(bank, row), standing(bank, other)) == ("undone", "accepted")
    with pytest.raises(UserError, match="P-1 is undone"):
        promote(bank, row.number, "Ada")
    assert [one.number for one in rollback_preview(bank, 1).proposals] == [other.number], "what is undone already is not undone again"
    accept(bank, row.number, "Ada")
    assert standing(bank, row) == "accepted" and bank.has_skill("three-new")


def test_an_undone_proposal_whose_skills_all_stand_again_is_in_force(bank):
    row = revision_of(bank)
    accept(bank, row.number, "Ada")
    bank.rollback(1, "Ada")
    other = revision_of(bank, number="2")
    accept(bank, other.number, "Grace")
    assert standing(bank, row) == "accepted"
    bank.rollback(2, "Ada")
    assert standing(bank, row) == "accepted" and standing(bank, other) == "accepted"
    bank.rollback(1, "Ada")
    assert standing(bank, row) == standing(bank, other) == "undone"


def test_an_acceptance_names_the_verification_that_is_under_way(bank):
    row = revision_of(bank)
    verified(bank, row, "reject")
    judged = verdict_for(bank, row)
    running = add_verification(bank.writing, "01VMORE", row.number, judged.registration, FIXED_TIME)
    claim_verification(bank.writing, running.number)
    found = running_of(bank.connection, row.number)
    assert behind(row, judged, (), found).sentence == "No accept stands behind it: V-1 says reject; V-2 is verifying it now."
    assert accept(bank, row.number, "Ada").message.endswith("V-2 is verifying it now)")
    other = revision_of(bank, "Better", "2")
    verified(bank, other)
    assert behind(other, verdict_for(bank, other), (), found).stands


def test_of_two_who_decide_at_once_the_second_is_told(bank):
    row = revision_of(bank)
    reject(bank, row.number, "Ada", "no", seen=0)
    with pytest.raises(ConflictError, match="Ada decided about P-1 meanwhile: reject"):
        accept(bank, row.number, "Grace", seen=0)


def test_a_skill_that_moved_on_is_not_overwritten(bank):
    row = revision_of(bank)
    slug = row.proposal.patches[0].slug
    bank.commit({slug: retitled(bank.skill(slug), "By hand")}, author="Grace", message="", base_revision=1)
    with pytest.raises(ConflictError, match="Grace changed"):
        accept(bank, row.number, "Ada")
    assert decisions_of(bank.connection) == [] and bank.skill(slug).content.title == "By hand"


def test_a_merge_counts_what_its_parents_counted(bank):
    first, second = actives(bank)[:2]
    joined = first.model_copy(update={"slug": "both-of-them", "content": joined_content([first, second])})
    retired = [skill.model_copy(update={"status": SkillStatus.RETIRED}) for skill in (first, second)]
    row = proposed(bank, SkillPatch(slug="both-of-them", after=joined),
                   *[SkillPatch(slug=skill.slug, before=before, after=skill)
                     for before, skill in zip((first, second), retired, strict=True)],
                   kind=ProposalKind.MERGE)
    accept(bank, row.number, "Ada")
    assert bank.skill("both-of-them").status is SkillStatus.WATCH
    count = "SELECT count(*) FROM evidence WHERE skill = ?"
    assert bank.connection.value(count, ("both-of-them",)) > 0


def test_the_preview_of_a_rollback_says_what_it_undoes(bank):
    row = revision_of(bank)
    accept(bank, row.number, "Ada")
    seen = rollback_preview(bank, 1)
    assert [change.slug for change in seen.skills] == [row.proposal.patches[0].slug]
    assert [one.number for one in seen.proposals] == [row.number] and seen.target.number == 1
