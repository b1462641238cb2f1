"""Measures over finished episodes: what each is, which episodes it counts, and how sure it is. Pure; emotions run from 0 to 100.

An episode counts for a score when it ended as success, failure, goodbye or turns (``sage.FINISHED``). One that failed for technical
reasons, was cancelled or entered a crisis is counted by its outcome and is left out of every mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import sqrt
from statistics import fmean, stdev
from typing import Literal

from esc_tui.domain.intervals import Bootstrap, Interval
from esc_tui.domain.sage import FINISHED, MOST_TURNS

BOOTSTRAP_FROM = 48
"""From so many episodes on a percentile bootstrap stands beside the t interval. Below, it covers too little: 91 to 93 % at 12 to 24
instead of 95, measured by resampling published finals, where t covers 95."""
LEVEL = 0.95
SOLVED_ABOVE = 0.5
"""PPDPP: a talk has succeeded as soon as the mean of the critic's rewards (-1 worse, -0.5 same, 0.5 better, 1 solved) is above this."""
Grouping = Literal["arm", "character", "need", "scenario", "skill"]
GROUPINGS: tuple[Grouping, ...] = ("arm", "character", "need", "scenario", "skill")


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """What is known of one episode when it is measured.

    ``emotion`` is the final one, ``curve`` the emotion at the start and after each judged reply, ``turns`` the seeker's messages
    (the first and the last one included), ``critic`` the mean reward for each reply (-1 to 1; empty without a critic), ``outcome`` None
    while the episode waits or runs, ``most_turns`` the protocol's limit.
    """

    profile: str
    repeat: int
    arm: str
    character: str
    need: str
    scenario: str
    outcome: str | None
    emotion: int
    curve: tuple[int, ...]
    turns: int
    skills: tuple[str, ...] = ()
    critic: tuple[float, ...] = ()
    most_turns: int = MOST_TURNS

    @property
    def counts(self) -> bool:
        """True when the episode belongs into a score."""
        return self.outcome in FINISHED

    @property
    def mean_emotion(self) -> float | None:
        """Mean of the emotion after each judged reply; the start, which is the same for all, is left out. None without any."""
        return fmean(self.curve[1:]) if len(self.curve) > 1 else None

    @property
    def volatility(self) -> float | None:
        """How unsteady the talk was: the standard deviation (n - 1) of the changes from one judged reply to the next, in points.

        A talk that rises or falls evenly has 0. None with fewer than two changes.
        """
        steps = [after - before for before, after in zip(self.curve, self.curve[1:], strict=False)]
        return stdev(steps) if len(steps) > 1 else None

    @property
    def solved_at(self) -> int | None:
        """The first reply (from 1) whose critic's reward is above 0.5; None when there is none."""
        return next((number for number, reward in enumerate(self.critic, 1) if reward > SOLVED_ABOVE), None)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over ``n`` episodes with its 95 % t interval and, from 48 episodes on, a percentile bootstrap (whole profiles are drawn).

    ``value`` is None without any episode, ``t`` with fewer than two.
    """

    value: float | None
    n: int
    t: Interval | None = None
    bootstrap: Interval | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``n`` episodes, with the 95 % Wilson interval of the share (0 to 1); None without any episode."""

    count: int
    n: int
    interval: Interval | None = None

    @property
    def value(self) -> float | None:
        """The share."""
        return self.count / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class CriticMeasure:
    """The four-way critic over the episodes that have its rewards (PPDPP).

    ``success``: episodes with a reply above 0.5. ``turns``: replies until then; the protocol's limit for episodes without (AvgT).
    ``reward``: rewards summed over an episode.
    """

    success: Share
    turns: Mean
    reward: Mean


@dataclass(frozen=True, slots=True)
class EpisodeMeasures:
    """Every measure over some episodes. ``outcomes`` counts all of them by ending (``waiting`` for those without one yet).

    ``score``: mean final emotion. ``success`` and ``failure``: emotion at 100, below 10. ``turns``: the seeker's messages, the first
    and the last one included. ``turns_capped``: the same, but everything except a success counts as the protocol's limit, as PPDPP's
    AvgT does. ``mean_emotion`` and ``volatility``: see ``EpisodeResult``.
    """

    score: Mean
    success: Share
    failure: Share
    turns: Mean
    turns_capped: Mean
    mean_emotion: Mean
    volatility: Mean
    critic: CriticMeasure | None
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def episodes(self) -> int:
        """Episodes that count for the score."""
        return self.score.n

    @property
    def left_out(self) -> int:
        """Episodes that are counted by their outcome alone."""
        return sum(self.outcomes.values()) - self.score.n


def t_interval(values: Sequence[float]) -> Interval | None:
    """The 95 % interval of the mean by Student's t; None for fewer than two values."""
    if len(values) < 2:
        return None
    from scipy.stats import t

    half = float(t.ppf((1 + LEVEL) / 2, len(values) - 1)) * stdev(values) / sqrt(len(values))
    centre = fmean(values)
    return centre - half, centre + half


def wilson(count: int, n: int) -> Interval | None:
    """The 95 % score interval of a share (Wilson 1927); None when ``n`` is 0."""
    if not n:
        return None
    from scipy.stats import norm

    z = float(norm.ppf((1 + LEVEL) / 2))
    centre = (count + z * z / 2) / (n + z * z)
    half = z * sqrt(count * (n - count) / n + z * z / 4) / (n + z * z)
    return max(0.0, centre - half), min(1.0, centre + half)


def bootstrap_interval(values: Sequence[float], groups: Sequence[str], seed: int) -> Interval | None:
    """The 95 % percentile interval of the mean over resampled groups; None below 48 values or with fewer than two groups."""
    names = {name: number for number, name in enumerate(dict.fromkeys(groups))}
    if len(values) < BOOTSTRAP_FROM or len(names) < 2:
        return None
    import numpy as np

    return _drawn(tuple(names[name] for name in groups), seed).mean(np.asarray(values, dtype=float))[1]


@lru_cache(maxsize=1)
def _drawn(groups: tuple[int, ...], seed: int) -> Bootstrap:
    """The draws, kept for the next measure of the same episodes."""
    return Bootstrap(groups, seed)


def mean_of(episodes: Iterable[EpisodeResult], value: Callable[[EpisodeResult], float | None], seed: int = 0) -> Mean:
    """The mean of a value over the episodes that have it."""
    found = [(number, episode.profile) for episode in episodes if (number := value(episode)) is not None]
    values = [number for number, _ in found]
    if not values:
        return Mean(None, 0)
    return Mean(fmean(values), len(values), t_interval(values), bootstrap_interval(values, [name for _, name in found], seed))


def share_of(episodes: Sequence[EpisodeResult], holds: Callable[[EpisodeResult], bool]) -> Share:
    """The share of episodes for which something holds."""
    count = sum(holds(episode) for episode in episodes)
    return Share(count, len(episodes), wilson(count, len(episodes)))


def measure(episodes: Iterable[EpisodeResult], seed: int = 0) -> EpisodeMeasures:
    """Every measure; ``seed`` is that of the bootstrap."""
    every = list(episodes)
    counted = [episode for episode in every if episode.counts]
    judged = [episode for episode in counted if episode.critic]
    critic = None
    if judged:
        critic = CriticMeasure(share_of(judged, lambda one: one.solved_at is not None),
                               mean_of(judged, lambda one: one.solved_at or one.most_turns, seed),
                               mean_of(judged, lambda one: sum(one.critic), seed))
    return EpisodeMeasures(
        score=mean_of(counted, lambda one: one.emotion, seed),
        success=share_of(counted, lambda one: one.outcome == "success"),
        failure=share_of(counted, lambda one: one.outcome == "failure"),
        turns=mean_of(counted, lambda one: one.turns, seed),
        turns_capped=mean_of(counted, lambda one: one.turns if one.outcome == "success" else one.most_turns, seed),
        mean_emotion=mean_of(counted, lambda one: one.mean_emotion, seed),
        volatility=mean_of(counted, lambda one: one.volatility, seed),
        critic=critic,
        outcomes=dict(sorted(Counter(episode.outcome or "waiting" for episode in every).items())))


def grouped(episodes: Iterable[EpisodeResult], by: Grouping) -> dict[str, list[EpisodeResult]]:
    """Episodes by group, in order of name; supporters as they come, which is the order of their run.

    An episode belongs to every skill it used, and to ``(none)`` when it used none.
    """
    groups: dict[str, list[EpisodeResult]] = {}
    for episode in episodes:
        names = (episode.skills or ("(none)",)) if by == "skill" else (str(getattr(episode, by)),)
        for name in dict.fromkeys(names):
            groups.setdefault(name, []).append(episode)
    return groups if by == "arm" else dict(sorted(groups.items()))


def measure_by(episodes: Iterable[EpisodeResult], by: Grouping, seed: int = 0) -> dict[str, EpisodeMeasures]:
    """The measures of each group."""
    return {name: measure(some, seed) for name, some in grouped(episodes, by).items()}
