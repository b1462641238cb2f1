"""From talks to findings: every trace is analysed, what many traces show is merged, and what enough seekers show is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from esc_tui.bank.evolution import add_findings, candidate_changes
from esc_tui.bank.runs import find_run
from esc_tui.discover.roles import closing
from esc_tui.domain.base import content_id
from esc_tui.domain.errors import AnswerError, UserError
from esc_tui.domain.evolution import SHOWN_TURNS, Finding, FindingKind, ShownTurn
from esc_tui.domain.hashing import canonical_json
from esc_tui.domain.labels import Action, SkillStatus
from esc_tui.engines.embedded.analysing import EmbeddedAnalyst
from esc_tui.engines.evolving_roles import Analyst, AnalystBrief, Record, Trace
from esc_tui.evolve.kept_answers import answers_kept
from esc_tui.evolve.records import record_of
from esc_tui.evolve.tracing import trace_of_talk, traces_of_run
from esc_tui.evolve.trials import can_be_tried, trials_of
from esc_tui.evolve.wording import title_of
from esc_tui.settings.model import Settings
from esc_tui.simulate.masking import is_masked

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.skill import Skill

Told = Callable[[int, int], None]
"""Is told how much is done, and of how much."""
AT_ONCE = 8
"""So many traces are before an analyst at a time."""
FROM_A_PROFILE = 3
"""A finding shows at most so many turns of one seeker while others show it too."""
_ORDER = (FindingKind.UNSAFE_INTERVENTION, FindingKind.PROFILE_FAILURE, FindingKind.MISSING_SKILL, FindingKind.WRONG_SELECTION,
          FindingKind.WEAK_EXECUTION, FindingKind.SUCCESS)


async def find_in_run(bank: Bank, analyst: Analyst, run: int, *, round_: str = "", time: str, arm: int | None = None,
                      program: Settings | None = None, told: Told = lambda done, total: None) -> list[int]:
    """Analyse all episodes of a run (``arm``: of one arm) and store the findings; gives their numbers, the gravest first.

    Before the embedded analyst reads an embedded run its skills are tried at the moments in which they spoke (``trials``), with the
    supporter that the settings of ``program`` make.

    Raises UserError for a run with sealed profiles, or from whose episodes skills were hidden: what went wrong there need not be the
    bank's fault. Whatever the analyst raises passes; then no finding is stored, but a model's answers are, so that it goes on where it was.
    """
    row = find_run(bank.connection, run)
    if is_masked(row):
        raise UserError(f"skills were hidden from the episodes of run {run}, so it tells no faults of the bank", bank.connection.place,
                        "analyse a run without --mask; 'esc-tui evaluate skills' reads this one")
    traces = traces_of_run(bank, run, arm)
    record, offered, moments = record_of(bank, traces), offering(bank), 0

    def moments_told(done: int, total: int) -> None:
        nonlocal moments
        moments = total
        told(done, total + len(traces))

    if analyst.name == EmbeddedAnalyst.name and can_be_tried(row):
        trials = await trials_of(bank, row, traces, record, offered, program or Settings(), moments_told)
        record = replace(record, trials=trials)
    with answers_kept(bank, run):
        async with closing(analyst):
            found = await findings_of(bank, analyst, traces, lambda done, total: told(moments + done, moments + total), record, offered)
    return add_findings(bank.writing, found, run, round_, time)


async def find_in_talks(bank: Bank, analyst: Analyst, conversations: Sequence[str], *, round_: str = "", time: str,
                        told: Told = lambda done, total: None) -> list[int]:
    """Analyse live talks and store the findings; gives their numbers. Raises UserError for a talk that may not be learned from."""
    async with closing(analyst):
        found = await findings_of(bank, analyst, [trace_of_talk(bank, one) for one in conversations], told)
    return add_findings(bank.writing, found, None, round_, time)


async def findings_of(reader: BankReader, analyst: Analyst, traces: Sequence[Trace], told: Told = lambda done, total: None,
                      record: Record | None = None, skills: Callable[[Trace], Mapping[str, Skill]] | None = None) -> list[Finding]:
    """The merged findings of traces that enough seekers show, the gravest first; the same traces give the same findings.

    ``record``: what is known beyond one of them, where more is known than they tell; ``skills``: an ``offering`` at hand. A trace of
    which a model said nothing of use is passed over. Raises AnswerError when that is so of every trace.
    """
    known = record_of(reader, traces) if record is None else record
    offered = offering(reader) if skills is None else skills
    gate, done, faults = asyncio.Semaphore(AT_ONCE), 0, list[AnswerError]()

    async def one(trace: Trace) -> tuple[Finding, ...]:
        nonlocal done
        async with gate:
            try:
                found = await analyst.analyse(AnalystBrief(trace, offered(trace), known))
            except AnswerError as error:
                found = ()
                faults.append(error)
        done += 1
        told(done, len(traces))
        return found

    each = await asyncio.gather(*map(one, traces))
    if faults and len(faults) == len(traces):
        raise faults[0]
    return merged(finding for found in each for finding in found)


def offering(reader: BankReader) -> Callable[[Trace], Mapping[str, Skill]]:
    """A look-up of the skills a talk could use, which reads each revision and candidate once."""
    known: dict[tuple[int, str], Mapping[str, Skill]] = {}

    def offered(trace: Trace) -> Mapping[str, Skill]:
        key = (trace.revision, trace.candidate)
        if key not in known:
            known[key] = offered_at(reader, *key)
        return known[key]

    return offered


def offered_at(reader: BankReader, revision: int, candidate: str = "") -> dict[str, Skill]:
    """The skills a talk could use, by slug; none at revision 0, which stands for a talk without a bank."""
    if not revision:
        return {}
    found: dict[str, Skill | None] = {skill.slug: skill for skill in reader.skills_at(revision)}
    if candidate:
        found.update(candidate_changes(reader.connection, candidate))
    return {slug: skill for slug, skill in sorted(found.items())
            if skill is not None and skill.status in {SkillStatus.ACTIVE, SkillStatus.WATCH}}


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of single traces put together by kind, group and skills; what too few seekers show is left out.

    A finding of a missing skill is one for its group, whichever actions single traces name; otherwise actions belong to the key where
    no skill does.
    """
    together: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        together.setdefault((one.kind, one.group.name, one.skills), []).append(one)
    made = [_together(rows) for rows in together.values()]
    return sorted((one for one in made if one.supported), key=gravity)


def gravity(finding: Finding) -> tuple[object, ...]:
    """Sorts findings, the gravest first: by kind, then by how far emotion moved over all their turns."""
    return (_ORDER.index(finding.kind), -finding.count * abs(finding.mean_change), -finding.count, finding.group.name, finding.skills)


def _together(rows: Sequence[Finding]) -> Finding:
    first, count = rows[0], sum(row.count for row in rows)
    seekers = {turn.profile or turn.conversation for row in rows for turn in row.turns}
    actions: dict[Action, int] = {}
    for row in rows:
        for place, action in enumerate(row.actions):
            actions[action] = actions.get(action, 0) + row.count * (len(Action) - place)
    whole = Finding(
        id="", kind=first.kind, title="", group=first.group, skills=first.skills,
        actions=tuple(sorted(actions, key=lambda action: (-actions[action], action.value))),
        turns=_shown([turn for row in rows for turn in row.turns]), count=count, profiles=len(seekers),
        mean_change=round(sum(row.mean_change * row.count for row in rows) / count, 3), engine=first.engine)
    whole = whole.model_copy(update={"title": title_of(whole)})
    return whole.model_copy(update={"id": content_id("finding", canonical_json(whole))})


def _shown(turns: Sequence[ShownTurn]) -> tuple[ShownTurn, ...]:
    """The turns to show: the largest moves first, few of one seeker as long as there are others, in the order of talks."""
    ordered = sorted(turns, key=lambda turn: (-abs(turn.change), turn.run or 0, turn.episode or 0, turn.conversation, turn.turn))
    taken: dict[str, int] = {}
    first: list[ShownTurn] = []
    rest: list[ShownTurn] = []
    for turn in ordered:
        seeker = turn.profile or turn.conversation
        taken[seeker] = taken.get(seeker, 0) + 1
        (first if taken[seeker] <= FROM_A_PROFILE else rest).append(turn)
    return tuple([*first, *rest][:SHOWN_TURNS])
