"""The planted cases end to end on a copy of the starter bank: one seed, the starter's own profiles of a few needs."""

import asyncio
import time

import pytest

from esc_tui.bank.evolution import list_findings
from esc_tui.domain.evolution import FindingKind, ProposalKind, SeekerGroup
from esc_tui.domain.labels import Action, Need, SkillStatus
from esc_tui.engines.embedded.analysing import EmbeddedAnalyst
from esc_tui.engines.embedded.proposing import EmbeddedProposer
from esc_tui.evolve.finding import find_in_run, findings_of
from esc_tui.evolve.proposing import propose
from esc_tui.evolve.tracing import traces_of_run
from tests.evolve.planted import NOW, cheering, everywhere, played, starter_copy, without_need


@pytest.fixture
def bank(tmp_path):
    with starter_copy(tmp_path) as opened:
        yield opened


def one_round(bank, run):
    """The findings of a run, gravest first, and what is proposed for them."""
    asyncio.run(find_in_run(bank, EmbeddedAnalyst(), run, round_="R1", time=NOW))
    rows = list_findings(bank.connection, run=run)
    return [row.finding for row in reversed(rows)], asyncio.run(propose(bank, EmbeddedProposer(), rows, round_="R1", time=NOW))


def test_a_bank_without_skills_for_one_need_is_found_and_gets_some(bank):
    gone = without_need(bank, Need.BE_PRAISED)
    findings, proposals = one_round(bank, played(bank, needs=(Need.BE_PRAISED, Need.BE_LISTENED_TO)))
    missing = next(one for one in findings if one.kind is FindingKind.MISSING_SKILL)
    assert missing.group == SeekerGroup(need=Need.BE_PRAISED) and missing.profiles >= 4
    assert missing.actions == (Action.AFFIRMATION_OF_STRENGTH,), "what such seekers answer to, by the bank's own units"
    added = next(row for row in proposals if row.proposal.kind is ProposalKind.ADD)
    assert added.gate == () and added.proposal.group == missing.group and added.proposal.findings == (missing.id,)
    assert not set(added.proposal.changes) & set(gone), "no name comes back that was used before"
    for skill in added.proposal.changes.values():
        assert Action.AFFIRMATION_OF_STRENGTH in skill.content.actions and skill.content.applicability.needs == (Need.BE_PRAISED,)
        assert skill.status is SkillStatus.ACTIVE and "units" in skill.content.origin


def test_a_skill_that_cheers_up_people_who_vent_is_found_and_retired(bank):
    skill = everywhere(cheering())
    bank.commit({**{one.slug: None for one in bank.skills_at()}, skill.slug: skill}, author="test", message="planted",
                base_revision=bank.head_number)
    run = played(bank, repeats=2)
    findings, proposals = one_round(bank, run)
    failing = next(one for one in findings if one.kind is FindingKind.PROFILE_FAILURE and one.group.anybody)
    assert failing.skills == (skill.slug,) and "a reply without it" in failing.turns[0].why
    assert [row.proposal.kind for row in proposals if skill.slug in row.proposal.changes] == [ProposalKind.RETIRE]
    assert all(row.gate == () for row in proposals)


def test_the_analysis_of_48_episodes_is_quick(bank):
    run = played(bank, needs=(Need.BE_PRAISED,))
    began = time.process_time()
    traces = [trace for _ in range(8) for trace in traces_of_run(bank, run)]
    assert len(traces) == 48 and asyncio.run(findings_of(bank, EmbeddedAnalyst(), traces)) and time.process_time() - began < 5.0
