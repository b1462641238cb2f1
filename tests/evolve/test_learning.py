"""What a run teaches: outcomes against what is usual, learned once, shown before, refused where nothing may be learned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank
from esc_tui.bank.evolution import add_findings, keep_candidate, list_findings
from esc_tui.bank.runs import find_run
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import Finding, FindingKind, Proposal, ProposalKind, SkillPatch
from esc_tui.domain.labels import Polarity, Shelf, Stage
from esc_tui.domain.sage import Band
from esc_tui.engines.evolving_roles import ProposerBrief
from esc_tui.evolve.deciding import rollback_preview
from esc_tui.evolve.learned import learned_about
from esc_tui.evolve.learning import learn, lessons_of, outcome_against
from esc_tui.evolve.learning_preview import preview
from esc_tui.evolve.proposing import propose
from esc_tui.settings.model import Settings
from esc_tui.simulate import arms as arms_module
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.running import carry_run, plan_run
from tests.simulate.helpers import ScriptedMind, opened, profile

SEEKERS = 7
RISING = frozenset({"seeker-1", "seeker-2", "seeker-3", "seeker-4"})


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    """Seven seekers: four rise by 5 after each reply, three fall by 5."""
    mind = ScriptedMind(lambda moment: 5 if moment.profile.id in RISING else -5)
    monkeypatch.setattr(arms_module, "build_mind", lambda seeker, settings: mind)
    with opened(tmp_path, SEEKERS) as made:
        yield made


def played(bank: Bank, *, sealed: bool = False, **changes: object) -> int:
    settings = RunSettings(profiles=tuple(f"seeker-{number}" for number in range(1, SEEKERS + 1)), processes=1, slots=2)
    run = plan_run(bank, Settings(), settings.model_copy(update=changes), sealed=sealed)
    return carry_run(bank, Settings(), run.number, lambda done, total: None, Control()).number


def test_an_outcome_is_what_differs_from_the_usual_by_half_a_deviation() -> None:
    assert [outcome_against(difference, 3.0) for difference in (3.0, 2.9, -2.9, -3.0)] == [
        Polarity.POSITIVE, Polarity.NEUTRAL, Polarity.NEUTRAL, Polarity.NEGATIVE]
    assert outcome_against(0.0, 0.0) is Polarity.NEUTRAL, "where all changes are equal nothing stands out"


def test_a_run_teaches_what_followed_each_skill_against_the_other_seekers(bank: Bank) -> None:
    lessons = lessons_of(bank, played(bank))
    assert lessons.rows and lessons.known == 0 and lessons.notes == ()
    seekers = {trace.conversation: trace.profile for trace in lessons.traces}
    for row in lessons.rows:
        assert (row.source, row.shelf) == ("simulation", Shelf.DEVELOP)
        assert row.outcome is not (Polarity.NEGATIVE if seekers[row.conversation or ""] in RISING else Polarity.POSITIVE)
    assert lessons.outcomes["positive"] and lessons.outcomes["negative"]
    first = next(trace for trace in lessons.traces if trace.profile == "seeker-1")
    groups = {row.group for row in lessons.rows if row.conversation == first.conversation}
    assert groups == {f"{first.character.value} {first.need.value}"} if first.character and first.need else False
    assert -5 < lessons.usual[Band.B] < 5 and lessons.usual[Band.C] == -5, "in band C only those who fall are left"


def test_the_same_run_teaches_once(bank: Bank) -> None:
    run = played(bank)
    lessons, made = learn(bank, run, "Ada")
    assert made is not None and made.kind == "learn" and made.hash == bank.revision("r1").hash
    assert made.message == f"Learned from run {run}: {len(lessons.rows)} outcomes of {len({row.skill for row in lessons.rows})} skills"
    again, nothing = learn(bank, run, "Ada")
    assert nothing is None and again.rows == () and again.known == len(lessons.rows)
    bank.undo("Ada")
    assert len(lessons_of(bank, run).rows) == len(lessons.rows), "what was set back can be learned again"
    assert learn(bank, run, "Ada")[1] is not None
    assert bank.evidence_counts() and bank.check() == []


def test_the_preview_tells_what_the_list_shows_afterwards(bank: Bank) -> None:
    run = played(bank)
    before = {slug: (row.evidence_mean, row.evidence_interval) for slug in ("ask-one-small-want", "reflect-unseen-effort")
              if (row := bank.skill_row(slug)) is not None}
    moved = preview(bank, lessons_of(bank, run))
    head, snapshot = bank.head_number, bank.snapshot_number
    assert moved.skills and moved.moments >= moved.changed
    learn(bank, run, "Ada")
    assert (head, snapshot) != (bank.head_number, bank.snapshot_number)
    for one in moved.skills:
        row = bank.skill_row(one.skill)
        assert row is not None
        assert (row.evidence_mean, row.evidence_interval) == pytest.approx(one.after, abs=1e-5)
        if one.skill in before:
            assert one.before == pytest.approx(before[one.skill], abs=1e-5)


def test_talks_of_now_keep_their_evidence_and_those_of_later_take_the_new(bank: Bank) -> None:
    from esc_tui.support.session import Session

    session = Session(bank, Settings())
    talk = session.start_talk()
    learn(bank, played(bank), "Ada")
    assert session.keep_up(talk) is None and talk.pins.evidence_snapshot < session.start_talk().pins.evidence_snapshot
    session.close()


def test_both_arms_of_a_run_pin_the_same_evidence(bank: Bank) -> None:
    learn(bank, played(bank), "Ada")
    run = plan_run(bank, Settings(), RunSettings(profiles=("seeker-1",), arms=(Arm(revision="r1"), Arm())))
    pins = run.settings["pins"]
    assert len(pins) == 2 and all(f'"evidence_snapshot":{bank.snapshot_number}' in one for one in pins)


def test_a_retuned_skill_says_how_its_posterior_moved(bank: Bank) -> None:
    skill = "reflect-unseen-effort"
    assert learned_about(bank, skill, None) == ""
    lessons, _ = learn(bank, played(bank), "Ada")
    assert skill in {row.skill for row in lessons.rows}
    told = learned_about(bank, skill, bank.skill(skill).content.applicability.states[0])
    assert told.startswith("Learned since evidence snapshot 1, now 2: its posterior went from 0.") and " ±" in told
    bank.undo("Ada")
    assert learned_about(bank, skill, None) == ""


class Retuning:
    """A proposer that lets one skill be chosen in every stage, and says why."""

    name = "scripted"

    async def propose(self, brief: ProposerBrief) -> tuple[Proposal, ...]:
        before = brief.skills["reflect-unseen-effort"]
        fits = before.content.applicability.model_copy(update={"stages": tuple(Stage)})
        after = before.model_copy(update={"content": before.content.model_copy(update={"applicability": fits})})
        return (Proposal(id="", kind=ProposalKind.RETUNE, title="Let it be chosen where it helps", reason="It was passed over.",
                         base_revision=brief.base_revision, base_hash=brief.base_hash,
                         patches=(SkillPatch(slug=before.slug, before=before, after=after),)),)


async def test_a_retune_proposal_carries_what_was_learned(bank: Bank) -> None:
    run = played(bank)
    learn(bank, run, "Ada")
    found = Finding(id="finding-1", kind=FindingKind.WRONG_SELECTION, title="It was passed over", skills=("reflect-unseen-effort",),
                    count=4, profiles=3)
    add_findings(bank.writing, [found], run, "", "2026-01-05T09:00:00.000Z")
    (row,) = await propose(bank, Retuning(), list_findings(bank.connection), time="2026-01-05T09:00:00.000Z")
    assert row.proposal.reason.startswith("It was passed over. Learned since evidence snapshot 1, now 2: its posterior went from 0.")


def test_going_back_over_what_was_learned_is_told_before(bank: Bank) -> None:
    assert not rollback_preview(bank, "r1").evidence
    learn(bank, played(bank), "Ada")
    found = rollback_preview(bank, "r1")
    assert found.evidence and found.skills == ()


def test_arms_that_are_not_the_bank_are_left_out_with_a_sentence(bank: Bank) -> None:
    digest = keep_candidate(bank.writing, {}, "2026-01-05T09:00:00.000Z")
    arms = (Arm(), Arm(bank=False), Arm(candidate=digest, tried="P-14"), Arm(thompson=True))
    lessons = lessons_of(bank, played(bank, arms=arms, profiles=tuple(f"seeker-{number}" for number in range(1, 7))))
    assert len(lessons.traces) == 12
    assert [note.split("'")[0] + note.split("'")[1] for note in lessons.notes] == [
        "Left out: no bank", "Left out: r1 with P-14", "r1 thompson"]
    with pytest.raises(UserError, match="no supporter with the bank as it is"):
        lessons_of(bank, played(bank, arms=(Arm(bank=False), Arm(candidate=digest, tried="P-14"))))


def test_what_may_not_be_learned_is_refused_with_one_sentence(bank: Bank) -> None:
    waiting = plan_run(bank, Settings(), RunSettings(profiles=("seeker-1",))).number
    with pytest.raises(UserError, match=f"run {waiting} is planned"):
        lessons_of(bank, waiting)
    bank.writing.run("UPDATE runs SET state = 'cancelled' WHERE number = ?", (waiting,))
    with pytest.raises(UserError, match=r"played to its end\. Learn from another one\.$"):
        lessons_of(bank, waiting)
    with pytest.raises(UserError, match="has 1 seekers"):
        lessons_of(bank, played(bank, profiles=("seeker-1",)))
    with pytest.raises(UserError, match="there is no run '77'"):
        lessons_of(bank, "77")
    run = played(bank)
    bank.writing.run("UPDATE runs SET kind = 'imported' WHERE number = ?", (run,))
    with pytest.raises(UserError, match="recorded elsewhere"):
        lessons_of(bank, run)
    assert find_run(bank.connection, run).kind == "imported"
    bank.add_profiles([profile(9, shelf=Shelf.CONFIRM)])
    sealed = played(bank, profiles=tuple(f"seeker-{number}" for number in (1, 2, 3, 4, 5, 9)), sealed=True, shelf=None)
    with pytest.raises(UserError, match="sealed"):
        lessons_of(bank, sealed)


def test_a_run_of_a_verification_is_refused(bank: Bank) -> None:
    run = played(bank)
    bank.writing.run("PRAGMA foreign_keys = OFF")
    bank.writing.run("INSERT INTO verification_runs (verification, place, stage, run) VALUES (3, 1, 'screen', ?)", (run,))
    with pytest.raises(UserError, match="belongs to V-3; what a verification shows never reaches the ranking"):
        lessons_of(bank, run)
