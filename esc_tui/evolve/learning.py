"""What a simulated run teaches: the outcomes of the skills it used, put into the evidence in force as a revision that can be undone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

from esc_tui.bank.evidence_line import counts_already, learn_outcomes
from esc_tui.bank.runs import RunRow, find_run
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.evolution import SeekerGroup
from esc_tui.domain.labels import Polarity
from esc_tui.domain.revision import EvidenceRow, Revision
from esc_tui.domain.sage import Band, band_of
from esc_tui.engines.evolving_roles import Trace, TracedTurn
from esc_tui.evolve.tracing import traces_of_run
from esc_tui.simulate.masking import is_masked
from esc_tui.simulate.planning import RunSettings

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.reading import BankReader

FEWEST_SEEKERS = 6
"""With fewer seekers nothing tells what is usual: a turn is compared with those of the others."""
PULL = 10
"""So many turns at the mean of all bands are added to a band, so that one that few seekers reach says little."""
HALF_DEVIATION = 0.5
"""An outcome differs from what is usual by at least this part of a standard deviation: the smallest change that people notice in such
scales (Norman, Sloan and Wyrwich 2003, Medical Care 41: 582-592)."""
LEARNED = "Learned from run {run}: {count:,} outcomes of {skills} skills"


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a run teaches. ``rows`` are its outcomes that are not in force yet, of so many ``turns`` with a skill; ``known`` are in force.

    ``usual``: mean change of emotion by band over all seekers; ``threshold``: from so many points off the usual an outcome is no longer
    neutral. ``traces`` are those learned from; ``notes``: what was left out, or is to be known, one sentence each.
    """

    run: int
    rows: tuple[EvidenceRow, ...]
    turns: int
    known: int
    usual: Mapping[Band, float]
    threshold: float
    traces: tuple[Trace, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    @property
    def outcomes(self) -> dict[str, int]:
        """How many rows are positive, neutral and negative."""
        counted = Counter(row.outcome.value for row in self.rows)
        return {polarity.value: counted[polarity.value] for polarity in Polarity}

    @property
    def message(self) -> str:
        """What the revision says."""
        return LEARNED.format(run=self.run, count=len(self.rows), skills=len({row.skill for row in self.rows}))


def lessons_of(reader: BankReader, reference: str | int) -> Lessons:
    """Judge what followed each skill in the turns of an ordinary simulated run.

    A turn's change of emotion is set against what is usual at that moment: the mean change of the *other* seekers of the run in the same
    band of emotion. (Over 1,318 turns of the starter bank the band explains 9 % of the changes of unseen seekers; the place in the talk,
    character, hidden need and state read explain nothing, docs/evolution.md.) It is positive or negative from half a standard deviation
    of these differences on, else neutral; so a skill that was there when anybody rises gets no credit for it.

    Raises UserError for a run whose outcomes may not be learned: recorded elsewhere, not at its end, of a verification, sealed, or
    without an arm of the bank as it is.
    """
    run = find_run(reader.connection, reference)
    _must_be_ordinary(reader, run)
    arms, notes = _arms(run)
    traces = tuple(trace for arm in arms for trace in traces_of_run(reader, run.number, arm))
    changes = {(trace.conversation, turn.number): (trace.profile, band_of(turn.before), turn.change)
               for trace in traces for turn in trace.turns if turn.before is not None and turn.change is not None}
    seekers = {profile for profile, _, _ in changes.values()}
    if len(seekers) < FEWEST_SEEKERS:
        raise UserError(f"run {run.number} has {len(seekers)} seekers whose emotion was judged, too few to say what is usual",
                        reader.connection.place, f"learn from a run of {FEWEST_SEEKERS} or more")
    usual, differences, threshold = _against_usual(list(changes.values()))
    off = dict(zip(changes, differences, strict=True))
    rows: list[EvidenceRow] = []
    turns = known = 0
    for trace in traces:
        there = counts_already(reader.connection, trace.conversation)
        for turn in trace.turns:
            difference = off.get((trace.conversation, turn.number))
            if difference is None or not turn.skills:
                continue
            turns += 1
            new = [row for row in _rows(trace, turn, outcome_against(difference, threshold)) if (row.turn, row.skill) not in there]
            known += len(turn.skills) - len(new)
            rows += new
    return Lessons(run.number, tuple(rows), turns, known, usual.by_band(), threshold, traces, notes)


def outcome_against(difference: float, threshold: float) -> Polarity:
    """An outcome by how far a change of emotion lies off what is usual; within the threshold (and without any spread) it is neutral."""
    if not threshold or abs(difference) < threshold:
        return Polarity.NEUTRAL
    return Polarity.POSITIVE if difference > 0 else Polarity.NEGATIVE


def outcomes_of(changes: Sequence[tuple[str, Band, int]]) -> tuple[Polarity, ...] | None:
    """What followed each turn of a run (seeker, band before it, change), by the rule of ``lessons_of``; None with too few seekers."""
    if len({profile for profile, _, _ in changes}) < FEWEST_SEEKERS:
        return None
    _, off, threshold = _against_usual(changes)
    return tuple(outcome_against(difference, threshold) for difference in off)


def learn(bank: Bank, reference: str | int, author: str) -> tuple[Lessons, Revision | None]:
    """Put what a run teaches into the evidence in force; gives it with the revision that can be undone, None when nothing is new.

    Raises UserError as ``lessons_of`` does.
    """
    with bank.together():
        lessons = lessons_of(bank, reference)
        return lessons, learn_outcomes(bank.writing, lessons.rows, author=author, message=lessons.message, time=now_iso())


def _must_be_ordinary(reader: BankReader, run: RunRow) -> None:
    if run.kind == "imported":
        raise UserError(f"run {run.number} was recorded elsewhere; no skill of this bank spoke in it", reader.connection.place,
                        "learn from a run of this program")
    verification = reader.connection.value("SELECT verification FROM verification_runs WHERE run = ?", (run.number,))
    if verification is not None:
        raise UserError(f"run {run.number} belongs to V-{verification}; what a verification shows never reaches the ranking of skills",
                        reader.connection.place, "learn from an ordinary run")
    if run.state != "done":
        resumed = f"let it end ('esc-tui simulate --resume {run.number}'), or " if run.can_resume else ""
        end = "wait for its end, or " if run.alive else resumed
        raise UserError(f"run {run.number} is {run.whereabouts}; what is usual is known only of a run that was played to its end",
                        reader.connection.place, f"{end}learn from another one")


def _arms(run: RunRow) -> tuple[list[int], tuple[str, ...]]:
    """The arms whose outcomes are those of the bank's own skills, and sentences about the others and about how skills were chosen."""
    settings = RunSettings.model_validate(run.settings["run"])
    arms: list[int] = []
    notes: list[str] = []
    for place, (arm, name) in enumerate(zip(settings.arms, run.settings["arms"], strict=True)):
        if arm.candidate:
            notes.append(f"Left out: '{name}', whose changes are not in the bank.")
        elif not arm.bank:
            notes.append("Left out: 'no bank', which uses no skills.")
        else:
            arms.append(place)
            notes += [f"'{name}' drew success rates, so it tried skills that are little known more often."] if arm.thompson else []
    if is_masked(run):
        notes.append("Skills were hidden at random, so others stood in for them; what was used counts as it went.")
    if not arms:
        raise UserError(f"run {run.number} has no supporter with the bank as it is", "", " ".join(notes))
    return arms, tuple(notes)


def _rows(trace: Trace, turn: TracedTurn, outcome: Polarity) -> list[EvidenceRow]:
    versions = {row.skill: row.version for row in turn.ranked} | {move.skill: move.version for move in turn.moves if move.skill}
    group = SeekerGroup(character=trace.character, need=trace.need).name
    return [EvidenceRow(skill=slug, version=versions.get(slug) or 1, conversation=trace.conversation, turn=turn.number, outcome=outcome,
                        group=group, source="simulation") for slug in turn.skills]


def _against_usual(changes: Sequence[tuple[str, Band, int]]) -> tuple[_Usual, list[float], float]:
    """What is usual, how far each change lies off it for the others, and from how many points on that counts."""
    usual = _Usual(changes)
    off = usual.off(changes)
    return usual, off, HALF_DEVIATION * pstdev(off)


class _Usual:
    """Mean changes of emotion by band, each seeker's own turns left out."""

    def __init__(self, changes: Sequence[tuple[str, Band, int]]) -> None:
        self._sums: dict[tuple[str, Band], list[int]] = defaultdict(list)
        for profile, band, change in changes:
            self._sums[profile, band].append(change)
            self._sums["", band].append(change)
        self._mean = fmean(change for _, _, change in changes)

    def for_others(self, profile: str, band: Band) -> float:
        """The mean change in a band of all seekers but one."""
        whole, own = self._sums["", band], self._sums[profile, band]
        return (sum(whole) - sum(own) + PULL * self._mean) / (len(whole) - len(own) + PULL)

    def off(self, changes: Sequence[tuple[str, Band, int]]) -> list[float]:
        """How far each change lies off what is usual for the others."""
        return [change - self.for_others(profile, band) for profile, band, change in changes]

    def by_band(self) -> dict[Band, float]:
        """The mean change in each band that was reached, over all seekers."""
        return {band: fmean(changes) for band in Band if (changes := self._sums.get(("", band)))}
