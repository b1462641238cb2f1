"""The embedded analyst: one trace at a time, each kind of finding from what can be seen in it."""

import asyncio
from dataclasses import replace

import pytest

from esc_tui.domain.events import PlannedMove
from esc_tui.domain.evidence import Outcomes
from esc_tui.domain.evolution import FindingKind, SeekerGroup
from esc_tui.domain.labels import Action, Need, State
from esc_tui.engines.embedded.analysing import EmbeddedAnalyst, fails
from esc_tui.engines.embedded.analysing_words import faults_of
from esc_tui.engines.evolving_roles import AnalystBrief, Moves, PivotKind, Record, Trial
from tests.evolve.planted import cheering, cheering_the_angry, ranked, trace, turn
from tests.support_bank import five_skills

SKILLS = {skill.slug: skill for skill in five_skills()}
PRAISE = "reflect-unseen-effort"
ANSWERS = Record(answers={"be-praised": (Action.AFFIRMATION_OF_STRENGTH,)})


def found(one, skills=SKILLS, record=ANSWERS):
    return asyncio.run(EmbeddedAnalyst().analyse(AnalystBrief(one, skills, record)))


def of_kind(kind, *rest):
    return [one for one in found(*rest) if one.kind is kind]


def used(slug, action=Action.AFFIRMATION_OF_STRENGTH, text="That was a lot of quiet work."):
    move = PlannedMove(number=1, skill=slug, version=1, move=1, action=action, strategy=action.strategy)
    return {"skills": (slug,), "moves": (move,), "said": ((slug, text),)}


def test_a_fall_without_any_skill_for_such_a_seeker_misses_one():
    rows = (ranked("open-the-door", 0.6),)
    one = trace(turn(ranked=rows, thought="Nobody saw what I did."), turn(2, 5, ranked=rows))
    missing = of_kind(FindingKind.MISSING_SKILL, one)
    assert len(missing) == 1 and missing[0].group == SeekerGroup(need=Need.BE_PRAISED)
    assert missing[0].actions == (Action.AFFIRMATION_OF_STRENGTH,) and missing[0].count == 1
    assert "open-the-door (0.60)" in missing[0].turns[0].why and "Nobody saw what I did." in missing[0].turns[0].why


def test_nothing_is_missing_where_a_skill_for_such_a_seeker_was_there():
    assert not of_kind(FindingKind.MISSING_SKILL, trace(turn(ranked=(ranked(PRAISE, 0.6),))))
    assert not of_kind(FindingKind.MISSING_SKILL, trace(turn(ranked=(ranked(PRAISE, 0.2),))), SKILLS, Record())


def test_a_runner_up_with_better_evidence_was_passed_over():
    one = trace(turn(ranked=(ranked("open-the-door", 0.6, 0.5, "chosen"), ranked(PRAISE, 0.55, 0.8)), skills=("open-the-door",)))
    wrong = of_kind(FindingKind.WRONG_SELECTION, one)
    assert [(row.skills, row.group.need) for row in wrong] == [((PRAISE,), Need.BE_PRAISED)]
    weaker = trace(turn(ranked=(ranked("open-the-door", 0.6, 0.9, "chosen"), ranked(PRAISE, 0.55, 0.8)), skills=("open-the-door",)))
    assert not of_kind(FindingKind.WRONG_SELECTION, weaker)


def test_a_refused_draft_and_an_unsafe_reply_are_unsafe_from_one_talk_on():
    refused = of_kind(FindingKind.UNSAFE_INTERVENTION, trace(turn(refused="promise_of_secrecy", **used(PRAISE))))
    assert refused[0].skills == (PRAISE,) and refused[0].supported
    said = of_kind(FindingKind.UNSAFE_INTERVENTION, trace(turn(reply="I promise to keep it a secret.", **used(PRAISE))))
    assert "promise of secrecy" in said[0].turns[0].why


RECORD = Record(
    skills={("cheer-them-up", ""): Moves(30, 12, 1.0), ("cheer-them-up", "be-praised"): Moves(10, 4, -6.0)},
    groups={"": Moves(300, 30, 0.5), "be-praised": Moves(60, 6, 0.5)})


def test_a_skill_that_fails_with_one_group_alone_is_found_for_that_group():
    failure = of_kind(FindingKind.PROFILE_FAILURE, trace(turn(**used("cheer-them-up"))), {"cheer-them-up": cheering()}, RECORD)
    assert [(row.skills, row.group) for row in failure] == [(("cheer-them-up",), SeekerGroup(need=Need.BE_PRAISED))]


def test_a_skill_that_fails_with_everybody_is_found_for_all():
    record = Record(skills={("cheer-them-up", ""): Moves(20, 9, -4.0)}, groups={"": Moves(300, 30, 0.5)})
    failure = of_kind(FindingKind.PROFILE_FAILURE, trace(turn(**used("cheer-them-up"))), {"cheer-them-up": cheering()}, record)
    assert failure[0].group.anybody


def test_what_a_trial_shows_decides_whatever_followed_in_the_run():
    unlucky = Record(skills={("cheer-them-up", ""): Moves(20, 9, -4.0)}, groups={"": Moves(300, 30, 0.5)})
    lucky = Record(skills={("cheer-them-up", ""): Moves(20, 9, 4.0)}, groups=unlucky.groups)
    cleared = {("cheer-them-up", ""): Trial(20, 9, 1.0, 1.1, False)}
    guilty = {("cheer-them-up", ""): Trial(20, 9, -0.4, 1.1, True)}
    assert fails(unlucky, cheering(), SeekerGroup()) and not fails(replace(unlucky, trials=cleared), cheering(), SeekerGroup())
    assert not fails(lucky, cheering(), SeekerGroup()) and fails(replace(lucky, trials=guilty), cheering(), SeekerGroup())
    assert not fails(replace(unlucky, trials={}), cheering(), SeekerGroup()), "too few seekers to try it with"


def test_a_failure_shown_by_a_trial_tells_its_numbers():
    record = replace(RECORD, trials={("cheer-them-up", ""): Trial(20, 9, -0.4, 1.1, True)})
    failure = of_kind(FindingKind.PROFILE_FAILURE, trace(turn(**used("cheer-them-up"))), {"cheer-them-up": cheering()}, record)
    assert failure[0].group.anybody
    assert "20 moments of 9 such seekers, cheer-them-up moved emotion by -0.4, a reply without it by +1.1" in failure[0].turns[0].why


def test_units_that_speak_against_a_skill_lower_the_bar():
    record = Record(skills={("cheer-them-up", ""): Moves(16, 9, -1.0)}, groups={"": Moves(300, 30, 0.5)})
    assert not fails(record, cheering_the_angry(), SeekerGroup())
    against = Record(record.skills, record.groups, {(State.VENTING.value, Action.REASSURANCE): Outcomes(0, 0, 4)})
    assert fails(against, cheering_the_angry(), SeekerGroup())


@pytest.mark.parametrize(("before", "now", "fault"), [
    (["that was a lot of quiet work"], "That was a lot of quiet work.", "again"),
    ([], "You did it for {person} alone.", "badly filled"),
    ([], "It was your your sister.", "badly filled"),
    ([], "That was a lot of quiet work.", ""),
])
def test_faults_of_words_are_seen(before, now, fault):
    assert fault in faults_of([now], before) and bool(fault) == bool(faults_of([now], before))


def test_a_fitting_skill_that_says_the_same_again_is_weakly_done():
    one = trace(turn(1, 5, **used(PRAISE)), turn(2, -5, **used(PRAISE)))
    weak = of_kind(FindingKind.WEAK_EXECUTION, one)
    assert [(row.skills, row.turns[0].turn) for row in weak] == [((PRAISE,), 2)]


def test_a_cue_against_a_skill_that_was_said_before_is_seen():
    one = trace(turn(1, 5, heard="please, what should i do"), turn(2, -5, **used(PRAISE)))
    assert "what should i do" in of_kind(FindingKind.WEAK_EXECUTION, one)[0].turns[0].why


def test_successes_are_found_too():
    good = of_kind(FindingKind.SUCCESS, trace(turn(1, 10, **used(PRAISE))))
    assert good[0].skills == (PRAISE,) and good[0].actions == (Action.AFFIRMATION_OF_STRENGTH,)


def test_the_words_of_a_live_talk_stay_in_the_talk():
    one = trace(turn(ranked=(ranked("open-the-door", 0.6),), state=State.ASHAMED, pivots=(PivotKind.MARKED_BAD,)), live=True)
    missing = of_kind(FindingKind.MISSING_SKILL, one, SKILLS, Record(answers={"ashamed": (Action.VALIDATION,)}))
    assert missing[0].group == SeekerGroup(state=State.ASHAMED)
    assert missing[0].turns[0].heard == missing[0].turns[0].reply == "" and missing[0].turns[0].conversation == "talk-1"


def test_care_is_judged_by_nobody():
    assert not found(trace(turn(care=True, ranked=(ranked("open-the-door", 0.6),))))
