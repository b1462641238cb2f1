"""Findings of many traces: merged, supported, deterministic; sealed talks and talks without leave are refused."""

import asyncio

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.evolution import list_findings
from esc_tui.discover.from_talks import learn_from_talk
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import (
    ConversationStarted,
    PlanMade,
    ReplyFinished,
    SkillsRanked,
    StateRead,
    StateScore,
    TalkClosed,
    TurnRated,
    TurnStarted,
)
from esc_tui.domain.evolution import SHOWN_TURNS, FindingKind
from esc_tui.domain.labels import Need, Scenario, Shelf, Stage, State
from esc_tui.engines.embedded.analysing import EmbeddedAnalyst, analyse_trace
from esc_tui.engines.evolving_roles import AnalystBrief, PivotKind
from esc_tui.evolve import trials
from esc_tui.evolve.finding import find_in_run, find_in_talks, findings_of, merged
from esc_tui.evolve.records import record_of
from esc_tui.evolve.tracing import trace_of_talk, traces_of_run
from esc_tui.simulate.profiles import retire_cohort
from tests.engines.embedded.test_analysing import ANSWERS, SKILLS
from tests.evolve.planted import NOW, played, ranked, trace, turn
from tests.simulate.helpers import opened, profile
from tests.support_bank import small_bank_file


def analysed(*traces):
    return merged(finding for one in traces for finding in analyse_trace(AnalystBrief(one, SKILLS, ANSWERS)))


def fallen(seeker, turns=1):
    return trace(*(turn(number, ranked=(ranked("open-the-door", 0.6),)) for number in range(1, turns + 1)), seeker=seeker)


def test_a_finding_needs_two_seekers():
    assert analysed(fallen(1, turns=5)) == []
    two = analysed(fallen(1, turns=5), fallen(2))
    assert [(row.kind, row.count, row.profiles, row.mean_change) for row in two] == [(FindingKind.MISSING_SKILL, 6, 2, -5.0)]
    assert two[0].title == ("No fitting skill for seekers who want to be praised, who answer to affirmation of strength: "
                            "-5.0 over 6 turns of 2 seekers")


def test_a_danger_needs_one_seeker_and_comes_first():
    danger = trace(turn(refused="dismissal"), seeker=3)
    found = analysed(fallen(1), fallen(2), danger)
    assert [row.kind for row in found] == [FindingKind.UNSAFE_INTERVENTION, FindingKind.MISSING_SKILL]


def test_a_finding_shows_some_turns_of_each_seeker():
    found = analysed(*(fallen(seeker, turns=8) for seeker in range(1, 5)))
    assert found[0].count == 32 and len(found[0].turns) == SHOWN_TURNS
    assert {turn.profile for turn in found[0].turns} == {f"seeker-{seeker}" for seeker in range(1, 5)}


def test_the_order_of_traces_changes_nothing():
    one, two, three = fallen(1, turns=3), fallen(2, turns=4), fallen(3)
    assert analysed(one, two, three) == analysed(three, one, two)


@pytest.fixture
def bank(tmp_path):
    with opened(tmp_path) as made:
        yield made


def test_a_run_is_analysed_the_same_twice_and_stored_once(bank):
    run = played(bank, profiles=("seeker-1", "seeker-2", "seeker-3"))
    first = asyncio.run(find_in_run(bank, EmbeddedAnalyst(), run, round_="R1", time=NOW))
    again = asyncio.run(find_in_run(bank, EmbeddedAnalyst(), run, round_="R2", time=NOW))
    assert first == again and [row.number for row in list_findings(bank.connection)] == sorted(first, reverse=True)
    assert all(row.run == run and row.round == "R1" for row in list_findings(bank.connection))


def test_moments_and_traces_are_told_as_one_count(bank, monkeypatch):
    monkeypatch.setattr(trials, "FEWEST_TRIED", 1)
    run, done = played(bank, profiles=("seeker-1", "seeker-2")), []
    asyncio.run(find_in_run(bank, EmbeddedAnalyst(), run, time=NOW, told=lambda so_far, total: done.append((so_far, total))))
    assert [so_far for so_far, _ in done] == list(range(1, len(done) + 1)) and {total for _, total in done} == {len(done)}
    assert len(done) > 2


def test_traces_hold_what_the_seekers_thought_and_which_group_they_are(bank):
    run = played(bank, profiles=("seeker-1",))
    (one,) = traces_of_run(bank, run)
    assert one.need is profile(1).need and one.character is profile(1).character and one.revision == bank.head_number
    assert all(turn.thought for turn in one.turns if turn.change is not None) and any(turn.pivots for turn in one.turns)


def test_sealed_episodes_are_refused_until_their_cohort_retires(bank):
    run = played(bank, profiles=("seeker-1",))
    bank.writing.execute("UPDATE episodes SET shelf = 'confirm'")
    bank.writing.commit()
    with pytest.raises(UserError, match="sealed"):
        asyncio.run(find_in_run(bank, EmbeddedAnalyst(), run, time=NOW))
    assert list_findings(bank.connection) == []
    bank.add_profiles([profile(1, shelf=Shelf.CONFIRM)])
    retire_cohort(bank, ["seeker-1"])
    asyncio.run(find_in_run(bank, EmbeddedAnalyst(), run, time=NOW))


def live_talk(bank, conversation, may_learn=True):
    time = now_iso()
    base = {"conversation_id": conversation, "turn": 1, "time": time}
    bank.start_conversation(ConversationStarted(conversation_id=conversation, time=time, pins=bank.pins(), engine="embedded"))
    bank.append_events([
        TurnStarted(**base, text="my lamp is broken and it is my fault"),
        StateRead(**base, states=(StateScore(state=State.ASHAMED, score=0.7),), intensity=3, stage=Stage.COMFORTING,
                  scenario=Scenario.OTHER),
        SkillsRanked(**base, ranked=(ranked("open-the-door", 0.6),), skills=(), candidates=1),
        PlanMade(**base, mode="all-in-one", moves=(), skills=()),
        ReplyFinished(**base, text="Hm."), TurnRated(**base, thumb="down"),
        TalkClosed(conversation_id=conversation, time=time, may_learn=may_learn)])


def test_live_talks_are_analysed_with_leave_and_keep_their_words(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as bank:
        for name in ("one", "two"):
            live_talk(bank, name)
        live_talk(bank, "three", may_learn=False)
        with pytest.raises(UserError, match="may not be learned from"):
            asyncio.run(find_in_talks(bank, EmbeddedAnalyst(), ["one", "three"], time=NOW))
        asyncio.run(find_in_talks(bank, EmbeddedAnalyst(), ["one", "two"], time=NOW))
        assert not any("lamp" in row.finding.model_dump_json() for row in list_findings(bank.connection))


def test_a_label_that_a_person_gave_a_reply_makes_its_turn_pivotal(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as bank:
        live_talk(bank, "one")
        learn_from_talk(bank, "one", "a tester")
        (labelled,) = trace_of_talk(bank, "one").turns
    assert PivotKind.LABELLED in labelled.pivots and labelled.change == -5 and labelled.thought == ""


def test_the_record_counts_by_skill_group_and_unit(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as bank:
        record = record_of(bank, [trace(turn(1, 10, skills=("a",)), turn(2, -5), seeker=1), trace(turn(1, 5, skills=("a",)), seeker=2)])
    assert record.skills["a", ""].turns == 2 and record.skills["a", "be-praised"].mean == 7.5 and record.groups["sad"].turns == 3
    assert record.groups[""].seekers == 2 and record.units


def test_a_talk_without_a_bank_has_no_skills(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as bank:
        plain = trace(turn(), need=Need.BE_PRAISED)
        assert asyncio.run(findings_of(bank, EmbeddedAnalyst(), [plain])) == []
