"""Skills tried at the moments in which they spoke: a simulated seeker judges what was said, and what would be said without the skill.

One judgement is mostly the seeker's own chance, so each reply is judged many times: at 24 moments of one skill the variance of a change was
41 by that chance, 0.3 by the choice of words, and 1 by the moment. No draw of the run itself counts, so that a skill that was unlucky in
it is not blamed for that again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from statistics import fmean
from typing import TYPE_CHECKING

from esc_tui.bank.episodes import find_episode, played_profile
from esc_tui.discover.roles import closing
from esc_tui.domain.evolution import SeekerGroup
from esc_tui.engines.embedded.analysing import fails
from esc_tui.engines.evolving_roles import Record, Trace, TracedTurn, Trial
from esc_tui.evolve.records import groups_of
from esc_tui.evolve.statistics import discoveries, summarise
from esc_tui.evolve.what_if import Other, as_it_stands, moment_of, other_way
from esc_tui.simulate.arms import build_mind
from esc_tui.simulate.forking import SAMPLE_STEP, reply_at, seeker_after
from esc_tui.simulate.planning import RunSettings
from esc_tui.support.session import Session

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.runs import RunRow
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.skill import Skill
    from esc_tui.engines.roles import SeekerMind, SeekerMoment
    from esc_tui.settings.model import Settings

MOST_MOMENTS = 48
"""A skill is tried at so many of its moments at most, in turn over the seekers."""
FEWEST_TRIED = 4
"""Fewer seekers tell no spread, and nothing is said of others from them."""
FIRST_DRAWS, ALL_DRAWS = 16, 64
"""Times a reply is judged at first, and in all: with 64 the seeker's chance adds less to a moment's effect than moments differ by."""
HOPELESS = -1.0
"""A skill whose t lies above this after the first draws is let go: it costs nothing that more draws would show."""
Key = tuple[str, str]


def can_be_tried(run: RunRow) -> bool:
    """True for a run whose supporters and seekers can be asked again at no cost: all embedded, and played here."""
    return run.kind != "imported" and _settings(run).embedded


def _settings(run: RunRow) -> RunSettings:
    return RunSettings.model_validate(run.settings["run"])


@dataclass(slots=True)
class _Moment:
    """One turn in which a skill spoke: its seeker after the reply as it was and after the one without the skill, equal where these are."""

    was: SeekerMoment
    would: SeekerMoment
    drawn: int = 0
    sums: list[int] = field(default_factory=lambda: [0, 0])

    async def judge(self, mind: SeekerMind, draws: int) -> None:
        """Let both replies be judged so many times in all, each time with the same fresh seed for both."""
        for number in range(self.drawn + 1, draws + 1):
            seed = self.was.seed + SAMPLE_STEP * number
            for place, moment in enumerate((self.was, self.would)):
                self.sums[place] += (await mind.appraise(replace(moment, seed=seed))).change
        self.drawn = max(self.drawn, draws)

    @property
    def means(self) -> tuple[float, float]:
        return self.sums[0] / self.drawn, self.sums[1] / self.drawn


@dataclass(slots=True)
class _Cell:
    """A skill with a group of seekers, at some of the moments in which it spoke to them: the seeker of each, and what was made of it."""

    key: Key
    turns: list[tuple[Trace, TracedTurn]]
    moments: list[tuple[str, _Moment]] = field(default_factory=list)

    @property
    def seekers(self) -> list[tuple[float, float]]:
        """Each seeker's mean change after the replies as they were, and after those without the skill."""
        means: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for seeker, moment in self.moments:
            means[seeker].append(moment.means)
        return [(fmean(was for was, _ in pairs), fmean(would for _, would in pairs)) for pairs in means.values()]

    @property
    def t(self) -> float:
        """Student's t over the seekers of how much better they did with the skill; 0 where all of them are the same."""
        return summarise([was - would for was, would in self.seekers]).t() or 0.0

    @property
    def p(self) -> float:
        """One-sided p of no harm."""
        from scipy.stats import t

        return float(t.cdf(self.t, len(self.seekers) - 1))

    def trial(self, harms: bool) -> Trial:
        seekers = self.seekers
        return Trial(len(self.moments), len(seekers), fmean(was for was, _ in seekers), fmean(would for _, would in seekers), harms)


async def trials_of(bank: Bank, run: RunRow, traces: Sequence[Trace], record: Record, skills: Callable[[Trace], Mapping[str, Skill]],
                    program: Settings, told: Callable[[int, int], None]) -> dict[Key, Trial]:
    """Try every skill that spoke to enough of the seekers of a run, and again with each group with which it seems to fail by ``record``.

    Keys are slugs and names of groups (empty: all seekers); the two kinds are corrected for their number apart. ``skills`` gives those
    a trace could use. ``told`` hears how many moments are done. Nothing is stored.
    """
    cells = list(_cells(traces, record, skills))
    session = Session(bank, program.model_copy(update={"engine": "embedded"}))
    try:
        async with closing(build_mind(_settings(run).seeker, program)) as mind:
            await _play(bank, session, mind, cells, told)
    finally:
        await session.aclose()
    everybody = [cell for cell in cells if not cell.key[1]]
    return {**_decided(everybody), **_decided([cell for cell in cells if cell.key[1]])}


def _cells(traces: Sequence[Trace], record: Record, skills: Callable[[Trace], Mapping[str, Skill]]) -> Iterator[_Cell]:
    """What is tried: skills that spoke to ``FEWEST_TRIED`` seekers, each with at most ``MOST_MOMENTS`` of its turns."""
    turns: dict[tuple[str, SeekerGroup], dict[str, list[tuple[Trace, TracedTurn]]]] = defaultdict(lambda: defaultdict(list))
    known: dict[str, Skill] = {}
    for trace in traces:
        offered = skills(trace)
        for turn in trace.turns:
            for slug in turn.skills if turn.change is not None and not turn.care else ():
                if slug in offered:
                    known[slug] = offered[slug]
                    for group in groups_of(trace, turn):
                        turns[slug, group][trace.profile].append((trace, turn))
    for (slug, group), by_seeker in turns.items():
        if len(by_seeker) >= FEWEST_TRIED and (group.anybody or fails(record, known[slug], group)):
            yield _Cell((slug, group.name), _in_turn(list(by_seeker.values()), MOST_MOMENTS))


def _in_turn(rows: Sequence[list[tuple[Trace, TracedTurn]]], most: int) -> list[tuple[Trace, TracedTurn]]:
    """The first of each row, then the second of each, and so on."""
    return [row[place] for place in range(max(map(len, rows))) for row in rows if place < len(row)][:most]


async def _play(bank: Bank, session: Session, mind: SeekerMind, cells: Sequence[_Cell], told: Callable[[int, int], None]) -> None:
    """Let every cell be judged a little, and those that may cost something to the end."""
    wanted = sorted({(trace.conversation, turn.number, cell.key[0]) for cell in cells for trace, turn in cell.turns})
    known: dict[tuple[str, int, str], _Moment] = {}
    for conversation, names in groupby(wanted, itemgetter(0)):  # one talk at a time: its events are all that is held
        events = bank.events(conversation)
        for name in names:
            known[name] = await _moment(bank, session, events, name[1], name[2])
            await known[name].judge(mind, FIRST_DRAWS)
            told(len(known), len(wanted))
    for cell in cells:
        cell.moments += ((trace.profile, known[trace.conversation, turn.number, cell.key[0]]) for trace, turn in cell.turns)
    for cell in cells:
        if cell.t <= HOPELESS:
            for _, moment in cell.moments:
                await moment.judge(mind, ALL_DRAWS)


async def _moment(bank: Bank, session: Session, events: Sequence[AnyEvent], number: int, slug: str) -> _Moment:
    moment = moment_of(events, number)
    fork, episode = moment.fork, find_episode(bank.connection, events[0].conversation_id)
    profile = played_profile(bank.connection, episode.profile_hash)
    emotion = fork.view.emotions[-1]
    without = await reply_at(fork, other_way(session, moment, Other("without", slug)))
    was, would = (seeker_after(fork, reply, profile, emotion, episode.seed) for reply in (as_it_stands(moment), without))
    return _Moment(was, would)


def _decided(cells: Sequence[_Cell]) -> dict[Key, Trial]:
    """Which of some cells do harm, corrected for how many there are; those let go after the first draws count as harmless."""
    harm = discoveries([cell.p if cell.t <= HOPELESS else 1.0 for cell in cells])
    return {cell.key: cell.trial(harms) for cell, harms in zip(cells, harm, strict=True)}
