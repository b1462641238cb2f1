"""What the bank keeps of its evolution: candidates tried without being in force, registrations and verdicts that stay."""

import sqlite3

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.evolution import (
    add_cohort,
    add_proposal,
    add_verification,
    candidate_changes,
    end_verification,
    find_proposal,
    find_verification,
    keep_candidate,
    note_stage,
    read_cohort,
)
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import Claim, Proposal, ProposalKind, Registration, SeekerGroup, SkillPatch, Verdict
from esc_tui.domain.labels import Need, SkillStatus
from esc_tui.support.recall import Recaller
from tests.support_bank import small_bank_file

NOW = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def bank(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as opened:
        yield opened


def some_skill(bank):
    return next(stored.skill() for stored in bank.stored_skills() if stored.skill().status is SkillStatus.ACTIVE)


def proposal_of(bank, before, after):
    head = bank.head()
    return Proposal(id="01PROPOSAL", kind=ProposalKind.REVISE, title="say it shorter", reason="it was long", base_revision=head.number,
                    base_hash=head.hash, patches=(SkillPatch(slug=before.slug, before=before, after=after),), claim=Claim.IMPROVE)


def registered(bank, kept, cohort):
    return Registration(proposal=kept.proposal.id, digest=kept.proposal.digest, base_revision=1, base_hash="", evidence_snapshot=0,
                        planner="rules-1", guard="g", claim=Claim.IMPROVE, looks=(12, 24), cohort=cohort.number,
                        cohort_hash=cohort.hash, seed=3)


def test_a_candidate_is_tried_without_being_in_force(bank):
    skill = some_skill(bank)
    renamed = skill.model_copy(update={"content": skill.content.model_copy(update={"title": "Another title"})})
    digest = keep_candidate(bank.writing, {skill.slug: renamed}, NOW)
    tried = Recaller(bank.connection, bank.head_number, bank.snapshot_number, changes=candidate_changes(bank.connection, digest)).load()
    plain = Recaller(bank.connection, bank.head_number, bank.snapshot_number).load()
    place = tried.index.place[skill.slug]
    assert tried.index.skills[place].title == "Another title" and tried.skill(skill.slug).content.title == "Another title"
    assert plain.skill(skill.slug).content.title == skill.content.title
    assert [one.slug for one in tried.index.skills] == [one.slug for one in plain.index.skills]
    assert (tried.index.helped == plain.index.helped).all(), "the same actions keep their outcomes"


def test_a_candidate_can_add_and_take_out(bank):
    skill = some_skill(bank)
    new = skill.model_copy(update={"slug": "a-new-one"})
    tried = Recaller(bank.connection, bank.head_number, 0, changes={skill.slug: None, "a-new-one": new}).load()
    assert skill.slug not in tried.index.place and "a-new-one" in tried.index.place
    with pytest.raises(UserError):
        candidate_changes(bank.connection, "0" * 64)


def test_a_registration_and_a_verdict_are_never_changed(bank):
    skill = some_skill(bank)
    kept = add_proposal(bank.writing, proposal_of(bank, skill, skill.model_copy(update={"status": SkillStatus.RETIRED})), (), "", NOW)
    cohort = add_cohort(bank.writing, "confirm", 5, SeekerGroup(need=Need.BE_LISTENED_TO), ["a", "b"], ["c"], NOW)
    row = add_verification(bank.writing, "01V", kept.number, registered(bank, kept, cohort), NOW)
    note_stage(bank.writing, row.number, "screen", {"gain": 2.5})
    with pytest.raises(sqlite3.DatabaseError, match="never changed"):
        bank.writing.execute("UPDATE verifications SET registration = '{}'")
    bank.writing.rollback()
    end_verification(bank.writing, row.number, "done", NOW, verdict=Verdict(word="reject", reasons=("harm",), pairs=12))
    with pytest.raises(sqlite3.DatabaseError, match="never changed"):
        bank.writing.execute("UPDATE verifications SET verdict = NULL")
    bank.writing.rollback()
    found = find_verification(bank.connection, "V-1")
    assert found.verdict is not None and found.verdict.word == "reject" and found.notes == {"gain": 2.5}
    assert read_cohort(bank.connection, cohort.number).confirmations == 1


def test_an_edited_proposal_takes_the_place_of_the_other(bank):
    skill = some_skill(bank)
    first = add_proposal(bank.writing, proposal_of(bank, skill, skill.model_copy(update={"status": SkillStatus.RETIRED})), (), "", NOW)
    edited = first.proposal.model_copy(update={"id": "01EDITED", "edits": first.proposal.id, "title": "retire it"})
    second = add_proposal(bank.writing, edited, ("a reason",), "", NOW)
    assert find_proposal(bank.connection, "p-1").replaced_by == second.number and second.gate == ("a reason",)
