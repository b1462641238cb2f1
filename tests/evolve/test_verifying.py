"""A verification from its registration to its verdict on a small scale: stored stage by stage, gone on with where it was broken off."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.evolution import (
    add_proposal,
    claim_verification,
    find_verification,
    list_cohorts,
    read_cohort,
    verifications_of,
)
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import Claim, Proposal, ProposalKind, SeekerGroup, SkillPatch, Verdict
from esc_tui.domain.labels import Need, Shelf, SkillStatus
from esc_tui.evolve import probing, screening, verifying
from esc_tui.evolve.card import card_rows, markdown_card, plain_card
from esc_tui.evolve.ledger import ledger_of, why_stale
from esc_tui.evolve.pairing import BLAMELESS, pairs_of
from esc_tui.evolve.registering import Wish, proposal_for, register
from esc_tui.evolve.stages import Players
from esc_tui.evolve.verifying import verify
from esc_tui.evolve.wording import STAGE_WORDS
from esc_tui.settings.model import Settings
from esc_tui.simulate import carrying
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.profiles import list_profiles, readable_profiles
from esc_tui.starter.probe_files import read_probes
from tests.evolve.planted import NOW, starter_copy

ANYBODY = SeekerGroup()


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Few profiles and probes, played in this process."""
    monkeypatch.setattr(verifying, "SAME_PROFILES", 2)
    monkeypatch.setattr(verifying, "REPLAYED", 3)
    monkeypatch.setattr(screening.screen_profiles, "__defaults__", (4,))
    monkeypatch.setattr(carrying, "FEW", 10_000)
    probes = read_probes()[::60]
    monkeypatch.setattr(probing, "read_probes", lambda: probes)


@pytest.fixture
def bank(tmp_path):
    with starter_copy(tmp_path) as opened:
        yield opened


def proposed(bank, *patches, kind=ProposalKind.RETIRE, claim=Claim.TIDY, group=ANYBODY):
    head = bank.head()
    return add_proposal(bank.writing, Proposal(
        id=f"01P{patches[0].slug}"[:26], kind=kind, title="try it", reason="to see", base_revision=head.number, base_hash=head.hash,
        patches=patches, claim=claim, group=group), (), "", NOW)


def retiring(bank, slug="stay-with-their-words", **how):
    skill = bank.skill(slug)
    return proposed(bank, SkillPatch(slug=slug, before=skill, after=skill.model_copy(update={"status": SkillStatus.RETIRED})), **how)


def players(bank, control=None, heard=None):
    return Players(bank, Settings(), lambda stage, done, total: heard.append((stage, done, total)) if heard is not None else None,
                   control or Control())


def test_a_verification_ends_with_its_verdict_and_everything_it_rests_on(bank):
    heard = []
    row = register(bank, Settings(), retiring(bank).number, Wish(preset="smoke", seed=5))
    cohort = read_cohort(bank.connection, row.registration.cohort)
    needs = {one.id: one.need for one in list_profiles(bank, shelf=Shelf.CONFIRM)}
    assert sum(needs[one] is not BLAMELESS for one in cohort.targets) == 12 and sum(needs[one] is BLAMELESS for one in cohort.targets) >= 2
    done = verify(players(bank, heard=heard), row.number)
    assert done.state == "done" and done.verdict.word in {"not enough evidence", "reject"} and done.verdict.pairs == 12
    assert [name for name, _ in done.runs] == ["same", "screen", "confirm 1", "blameless"] and done.verdict.noise_floor == 0
    stages = list(dict.fromkeys(stage for stage, _, _ in heard))
    assert stages == ["same", "screen", "probes", "confirm", "blameless"] == [one for one in STAGE_WORDS if one in stages]
    probed = max(of for stage, _, of in heard if stage == "probes")
    assert done.notes["probing"]["done"] == done.notes["probing"]["total"] == probed
    pairs = pairs_of(bank.connection, [run for name, run in done.runs if name == "confirm 1"])
    assert len(pairs.primary) == 12 and any(pair.fired for pair in pairs.pairs) and not pairs.left_out
    for pair in pairs.pairs:
        same = [event.text for event in bank.events(pair.old.conversation) if event.kind == "turn_started"]
        new = [event.text for event in bank.events(pair.new.conversation) if event.kind == "turn_started"]
        shared = (pair.fork or len(same)) if pair.fork is not None else len(same)
        assert same[:shared] == new[:shared], "both arms share the talk up to the fork"
    with pytest.raises(UserError, match="has its verdict"):
        verify(players(bank), row.number)
    ledger = ledger_of(bank.connection)
    assert ledger.confirmations == 1 and why_stale(done, Settings()) == ()
    assert (ledger.spending, ledger.expected) == (0, 0.0), "smoke never accepts, so it spends nothing"


def test_the_card_says_what_came_of_it_and_nothing_of_the_sealed(bank):
    kept = retiring(bank)
    done = verify(players(bank), register(bank, Settings(), kept.number, Wish(preset="smoke", seed=5)).number)
    rows = card_rows(kept, done, (), ("the guard has changed",))
    text = plain_card(rows) + markdown_card(rows)
    for said in ("VERDICT", "In simulation, on 12 unseen profiles", "not yet read by a person", "the guard has changed", "cohort 1"):
        assert said in text
    sealed = [one for one in bank.profiles() if one.shelf is Shelf.CONFIRM]
    assert sealed and not any(one.id in text or one.first_line in text for one in sealed)
    assert all(one.shelf is Shelf.DEVELOP for one in readable_profiles(bank))


def test_what_was_broken_off_goes_on_and_comes_to_the_same_verdict(bank, tmp_path):
    row = register(bank, Settings(), retiring(bank).number, Wish(preset="smoke", seed=5))
    control = Control()

    def stop_at(stage, done, total):
        if stage == "confirm" and done >= 6:
            control.stop("stopped by a person")

    broken = verify(Players(bank, Settings(), stop_at, control), row.number)
    assert broken.state == "stopped" and broken.verdict is None and "stopped by a person" in broken.reason
    whole = verify(players(bank), row.number)
    (tmp_path / "other").mkdir()
    with starter_copy(tmp_path / "other") as other:
        alone = verify(players(other), register(other, Settings(), retiring(other).number, Wish(preset="smoke", seed=5)).number)
    assert whole.verdict == alone.verdict and len(whole.runs) == len(alone.runs)


def test_a_change_that_alters_no_reply_never_fired(bank):
    skill = bank.skill("stay-with-their-words")
    same = skill.model_copy(update={"content": skill.content.model_copy(update={"summary": skill.content.summary + " Gently."})})
    kept = proposed(bank, SkillPatch(slug=skill.slug, before=skill, after=same), kind=ProposalKind.REVISE, claim=Claim.IMPROVE)
    done = verify(players(bank), register(bank, Settings(), kept.number, Wish(preset="smoke", seed=5)).number)
    assert done.verdict.word == "never fired" and ledger_of(bank.connection).confirmations == 0, "no sealed seeker was asked"


def test_a_group_is_confirmed_on_as_many_of_it_as_of_others(bank):
    group = SeekerGroup(need=Need.BE_PRAISED)
    row = register(bank, Settings(), retiring(bank, group=group).number, Wish(preset="smoke", seed=8))
    cohort = read_cohort(bank.connection, row.registration.cohort)
    needs = {one.id: one.need for one in bank.profiles()}
    assert len(cohort.targets) == len(cohort.others) == 12 and row.registration.others
    assert {needs[one] for one in cohort.targets} == {Need.BE_PRAISED}
    assert not {needs[one] for one in cohort.others} & {Need.BE_PRAISED, BLAMELESS}


def test_those_who_want_to_be_blameless_are_no_group_to_win_with(bank):
    row = register(bank, Settings(), retiring(bank, group=SeekerGroup(need=BLAMELESS)).number, Wish(preset="smoke", seed=8))
    assert row.registration.group.anybody and not row.registration.others


def test_a_cohort_serves_again_until_it_is_worn(bank):
    first = register(bank, Settings(), retiring(bank).number, Wish(preset="smoke", seed=5))
    second = register(bank, Settings(), retiring(bank, "name-the-anger").number, Wish(preset="smoke"))
    assert first.registration.cohort == second.registration.cohort and len(list_cohorts(bank.connection)) == 1


def test_a_proposal_whose_bank_moved_on_is_made_anew_or_refused(bank):
    kept = retiring(bank)
    other = bank.skill("name-the-anger")
    bank.commit({other.slug: other.model_copy(update={"status": SkillStatus.RETIRED})}, author="Ada", message="", base_revision=1)
    moved = proposal_for(bank, kept.number)
    assert moved.number != kept.number and moved.proposal.base_revision == 2 and moved.proposal.changes == kept.proposal.changes
    with pytest.raises(UserError, match="P-1 stands on r1; it is carried over to r2 as P-2"):
        proposal_for(bank, kept.number)
    mine = bank.skill("stay-with-their-words")
    bank.commit({mine.slug: mine.model_copy(update={"locked": ("title",)})}, author="Ada", message="", base_revision=2)
    with pytest.raises(UserError, match="was changed after"):
        proposal_for(bank, moved.number)


def test_a_card_says_why_those_it_is_for_are_left_out_and_over_how_many_pairs(bank):
    kept = retiring(bank, group=SeekerGroup(need=BLAMELESS))
    row = register(bank, Settings(), kept.number, Wish(preset="smoke", seed=8))
    verdict = Verdict(word="not enough evidence", reasons=("so it was",), pairs=12, effect=1.0, lower=-2.0, blameless=-7.3,
                      blameless_pairs=3, others_effect=0.0, others_lower=-26.5, others_pairs=4)
    text = plain_card(card_rows(kept, replace(row, verdict=verdict), (), ()))
    assert "-7.3 among 3 pairs of seekers who want to hear they are not at fault" in text and "flattery would earn their points" in text
    assert "+0.0 outside the group over 4 pairs, at least -26.5" in text


def test_what_is_being_verified_is_not_registered_once_more(bank):
    kept = retiring(bank)
    row = register(bank, Settings(), kept.number, Wish(preset="smoke", seed=5))
    register(bank, Settings(), kept.number, Wish(preset="smoke", seed=6))
    claim_verification(bank.writing, row.number)
    with pytest.raises(UserError, match=f"V-{row.number} is under way in another process.*Watch it in Evolution, or wait for it"):
        register(bank, Settings(), kept.number, Wish(preset="smoke", seed=7))
    assert len(verifications_of(bank.connection)) == 2


def test_nothing_of_an_unfinished_verification_is_lost_with_its_process(bank):
    row = register(bank, Settings(), retiring(bank).number, Wish(preset="smoke", seed=5))
    bank.writing.run("UPDATE verifications SET state = 'running', owner = '999999999 1 nowhere' WHERE number = ?", (row.number,))
    found = find_verification(bank.connection, row.number)
    assert found.state == "stopped" and not found.alive
    with open_bank(bank.path, readonly=True) as reader:
        stored = reader.connection.value("SELECT registration FROM verifications WHERE number = ?", (row.number,))
    assert json.loads(stored)["looks"] == [12] and len(verifications_of(bank.connection)) == 1
