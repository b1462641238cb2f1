"""Two sides of episodes compared in pairs: the same profile in the same repeat on both. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, stdev

from esc_tui.domain.errors import WrongUseError
from esc_tui.evaluate.episodes.measures import EpisodeResult, Mean, bootstrap_interval, t_interval

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``first`` against ``second``: final emotion of the first minus that of the second, over pairs of (profile, repeat).

    ``difference`` is its mean with the t interval over pairs (bootstrap from 48 pairs on), ``deviation`` the standard deviation of the
    differences. A pair counts when both sides count for a score. ``unpaired_first`` and ``unpaired_second`` are episodes without a
    partner on the other side, ``uncounted`` pairs of which a side has no ending that counts; all of these are left out.
    ``success_gained``: pairs with a success on the first side alone; ``success_lost``: on the second alone; failures alike.
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

    @property
    def pairs(self) -> int:
        """Pairs that were compared."""
        return self.difference.n


def compare(first: Iterable[EpisodeResult], second: Iterable[EpisodeResult], names: tuple[str, str] = ("first", "second"),
            seed: int = 0) -> Comparison:
    """Compare two sides. Raises UserError when a side holds one profile twice in a repeat (several arms at once)."""
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
        len(both) - len(counted), success[1], success[-1], failure[1], failure[-1])


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
