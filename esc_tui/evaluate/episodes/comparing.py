"""Two sides of episodes compared in pairs: the same profile in the same repeat on both. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from esc_tui.domain.errors import WrongUseError
from esc_tui.evaluate.episodes.measures import EpisodeResult, Mean, bootstrap_interval, t_interval

if TYPE_CHECKING:
    from esc_tui.evaluate.episodes.sources import Source

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``first`` against ``second``: final emotion of the first minus that of the second, over pairs of (profile, repeat).

    ``difference`` is its mean with the t interval over pairs (bootstrap from 48 pairs on), ``deviation`` the standard deviation of the
    differences. A pair counts when both sides count for a score. ``unpaired_first`` and ``unpaired_second`` are episodes without a
    partner on the other side, ``uncounted`` pairs of which a side has no ending that counts; all of these are left out.
    ``success_gained``: pairs with a success on the first side alone; ``success_lost``: on the second alone; failures alike.
    ``played_apart`` names what the two runs were played with otherwise, ``supporters_apart`` what their supporters have otherwise.
    """

    first: str
    second: str
    difference: Mean
    deviation: float | None
    unpaired_first: int
    unpaired_second: int
    uncounted: int
    success_gained: int
    success_lost: int
    failure_gained: int
    failure_lost: int
    played_apart: tuple[str, ...] = ()
    supporters_apart: tuple[str, ...] = ()

    @property
    def strangers(self) -> bool:
        """True when no profile was planned in the same repeat on both sides."""
        return not self.pairs and not self.uncounted

    def caveats(self) -> Iterator[str]:
        """What keeps the difference from being that of the skills, a sentence each."""
        if self.strangers:
            yield "These runs share no profile and repeat, so nothing can be compared."
        elif self.played_apart:
            yield f"The two runs differ in {' and in '.join(self.played_apart)}, so the difference is not of the supporters alone."
        if self.supporters_apart and not self.strangers:
            yield f"The supporters differ in {' and in '.join(self.supporters_apart)}, so the difference is not of their skills alone."

    @property
    def pairs(self) -> int:
        """Pairs that were compared."""
        return self.difference.n


def compare(first: Iterable[EpisodeResult], second: Iterable[EpisodeResult], names: tuple[str, str] = ("first", "second"),
            seed: int = 0, sources: tuple[Source, Source] | None = None) -> Comparison:
    """Compare two sides. Raises UserError when a side holds one profile twice in a repeat (several arms at once).

    With ``sources``, what they were played with is told where it differs; the arms of one run were played alike.
    """
    first, second = list(first), list(second)
    ours, theirs = _by_pair(first, names[0]), _by_pair(second, names[1])
    both = sorted(ours.keys() & theirs.keys())
    counted = [key for key in both if ours[key].counts and theirs[key].counts]
    values = [float(ours[key].emotion - theirs[key].emotion) for key in counted]
    mean = Mean(None, 0)
    if values:
        mean = Mean(fmean(values), len(values), t_interval(values), bootstrap_interval(values, [profile for profile, _ in counted], seed))

    def only(outcome: str) -> Counter[int]:
        return Counter((ours[key].outcome == outcome) - (theirs[key].outcome == outcome) for key in counted)

    success, failure = only("success"), only("failure")
    return Comparison(
        *names, mean, stdev(values) if len(values) > 1 else None, len(ours.keys() - theirs.keys()), len(theirs.keys() - ours.keys()),
        len(both) - len(counted), success[1], success[-1], failure[1], failure[-1],
        *(_apart(*sources, first, second) if sources is not None else ()))


def _apart(ours: Source, theirs: Source, first: Iterable[EpisodeResult], second: Iterable[EpisodeResult]) -> tuple[tuple[str, ...], ...]:
    """What differs in how two sources were played, and in how their supporters replied."""
    def unlike(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(name for name in one if name in other and one[name] != other[name])

    ways = [source.ways.get(next((one.arm for one in episodes), ""), {}) for source, episodes in ((ours, first), (theirs, second))]
    return unlike(ours.played, theirs.played), unlike(ways[0], ways[1])


def compare_arms(episodes: Iterable[EpisodeResult], seed: int = 0) -> list[Comparison]:
    """The first arm of some episodes against each other one, in the order in which they come; empty with a single arm."""
    arms: dict[str, list[EpisodeResult]] = {}
    for episode in episodes:
        arms.setdefault(episode.arm, []).append(episode)
    first, *others = arms or [""]
    return [compare(arms[first], arms[other], (first, other), seed) for other in others]


def _by_pair(episodes: Iterable[EpisodeResult], name: str) -> dict[Key, EpisodeResult]:
    found: dict[Key, EpisodeResult] = {}
    for episode in episodes:
        key = episode.profile, episode.repeat
        if key in found:
            arms = "several arms" if found[key].arm != episode.arm else "the same profile twice"
            raise WrongUseError(f"'{name}' holds {arms}, so its episodes have no single partner", name,
                                "name one arm as RUN:ARM, by its number or name")
        found[key] = episode
    return found
