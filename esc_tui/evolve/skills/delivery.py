"""Promise against delivery: what a skill says it is for beside what followed it, and the lists of those passed over and chosen widely.

What follows a reply is told, not caused: the skill was chosen where it seemed to fit. Causes are in ``effects``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import TYPE_CHECKING, Literal

from esc_tui.domain.evidence import Outcomes
from esc_tui.domain.interval_text import FEWEST
from esc_tui.domain.intervals import Interval
from esc_tui.domain.labels import Need, Polarity, Scenario, Stage, State
from esc_tui.domain.skill import Applicability, Skill
from esc_tui.domain.text import many
from esc_tui.evaluate.episodes.measures import t_interval
from esc_tui.evolve.skills.seen import Played, Reply, Seen

if TYPE_CHECKING:
    from esc_tui.evolve.statistics.numbers import Bools

BYPASS_FROM = 20
"""A skill is passed over in silence when it was on offer, or its conditions held, in at least so many turns and it was never chosen; so is
one that was chosen at all and whose words never came into a reply."""
ALWAYS_SHARE = 0.25
"""A skill is chosen widely when it was chosen in more than this share of the turns that had it ..."""
ANYWHERE_SHARE = 0.05
"""... or in more than this share, and no less often outside the moments it says it is for than inside."""
ALWAYS_FROM = 20
"""Fewer turns that had it tell neither."""

Kept = Literal["kept", "broken", "open", "nothing promised", "not used there"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What followed some replies: how many were judged, of how many seekers, the mean change of emotion (points, -10 to 10) with its 95 %
    t interval over seekers, each counting once, and how many helped, did neither and harmed, set against what is usual in the run as
    ``evolve learn`` does; None where a run has too few seekers for that.
    """

    replies: int
    seekers: int
    mean: float | None
    interval: Interval | None
    outcomes: Outcomes | None

    @property
    def low(self) -> float | None:
        """The lower end, None below so few seekers that no interval is told."""
        return self.interval[0] if self.interval is not None and self.seekers >= FEWEST else None

    @property
    def high(self) -> float | None:
        """The upper end, None as ``low``."""
        return self.interval[1] if self.interval is not None and self.seekers >= FEWEST else None


@dataclass(frozen=True, slots=True)
class SkillSeen:
    """One skill over the episodes that had it. Counts are of turns, ``episodes`` of those in which it was chosen.

    ``turns``: it could be chosen; ``fitting``: its conditions held; ``offered``, ``chosen``, ``used`` (its words stand in the reply), and
    ``chosen_fitting``, where its conditions held. ``inside``: what followed where it was used as it says, ``beside``: what followed there
    without it (of a skill that was used), ``outside``: where it was used although its conditions did not hold.
    """

    skill: Skill
    episodes: int
    turns: int
    fitting: int
    offered: int
    chosen: int
    used: int
    chosen_fitting: int
    inside: Delivery
    beside: Delivery
    outside: Delivery

    @property
    def promises(self) -> bool:
        """True when it says that the seeker will be better for it."""
        return any(one.change.polarity is Polarity.POSITIVE for one in self.skill.content.outcomes)

    @property
    def kept(self) -> Kept:
        """Whether the seekers it is for felt better after it: the interval of the mean change lies above 0, below, or holds it."""
        if not self.promises:
            return "nothing promised"
        if not self.inside.replies:
            return "not used there"
        low, high = self.inside.low, self.inside.high
        return "open" if low is None or high is None or low <= 0 <= high else "kept" if low > 0 else "broken"

    @property
    def share(self) -> float:
        """Share of the turns that had it in which it was chosen, 0 to 1."""
        return self.chosen / self.turns if self.turns else 0.0

    @property
    def share_fitting(self) -> float:
        """The same where its conditions held."""
        return self.chosen_fitting / self.fitting if self.fitting else 0.0

    @property
    def share_elsewhere(self) -> float:
        """The same where they did not."""
        rest = self.turns - self.fitting
        return (self.chosen - self.chosen_fitting) / rest if rest else 0.0

    @property
    def bypass(self) -> str:
        """Why it is passed over in silence, a sentence without its name; empty when it is not."""
        if not self.chosen and max(self.fitting, self.offered) >= BYPASS_FROM:
            return f"never chosen: its conditions held in {many(self.fitting, 'turn')}, it was on offer in {self.offered:,}"
        if self.chosen and not self.used:
            return f"chosen in {many(self.chosen, 'turn')}, and no word of it came into a reply"
        return ""

    @property
    def always(self) -> str:
        """Why it counts as chosen widely, as ``bypass``."""
        if self.turns < ALWAYS_FROM:
            return ""
        if self.share > ALWAYS_SHARE:
            return f"chosen in {self.share:.0%} of {many(self.turns, 'turn')}"
        if self.share > ANYWHERE_SHARE and self.turns > self.fitting and self.share_elsewhere >= self.share_fitting:
            return (f"chosen whatever the moment: in {self.share_elsewhere:.0%} of turns it is not for, in {self.share_fitting:.0%} of "
                    "those it is for")
        return ""


def delivery_of(replies: Iterable[tuple[str, Reply]]) -> Delivery:
    """What followed replies, each with its seeker; those nobody judged are left out."""
    seekers: dict[str, list[int]] = {}
    counts = Counter[Polarity | None]()
    for seeker, reply in replies:
        if reply.change is not None:
            seekers.setdefault(seeker, []).append(reply.change)
            counts[reply.outcome] += 1
    means = [fmean(changes) for changes in seekers.values()]
    return Delivery(sum(map(len, seekers.values())), len(means), fmean(means) if means else None, t_interval(means),
                    None if counts[None] else Outcomes(counts[Polarity.POSITIVE], counts[Polarity.NEUTRAL], counts[Polarity.NEGATIVE]))


def skills_seen(seen: Seen) -> list[SkillSeen]:
    """Every skill that was on offer, those chosen most often first. On arrays of turns, so that ten thousand skills take seconds."""
    turns = [(episode, reply) for episode in seen.episodes for reply in episode.replies]
    moments, named = _Moments([reply for _, reply in turns]), dict[str, list[int]]()
    for place, (_, reply) in enumerate(turns):
        for slug in {*reply.offered, *reply.used}:
            named.setdefault(slug, []).append(place)
    found = [_seen(skill, seen, turns, moments, named.get(slug, [])) for slug, skill in seen.skills.items()]
    return sorted(found, key=lambda one: (-one.chosen, one.skill.slug))


def _seen(skill: Skill, seen: Seen, turns: Sequence[tuple[Played, Reply]], moments: _Moments, named: Sequence[int]) -> SkillSeen:
    import numpy as np

    slug, fits = skill.slug, moments.fitting(skill.content.applicability)
    had = np.repeat([episode.could_use(slug) for episode in seen.episodes], [len(episode.replies) for episode in seen.episodes])
    chosen = [place for place in named if slug in turns[place][1].chosen]
    used = [place for place in named if slug in turns[place][1].used]
    without = set(np.flatnonzero(fits & had).tolist()).difference(used) if used else ()

    def followed(places: Iterable[int]) -> Delivery:
        return delivery_of((turns[place][0].profile, turns[place][1]) for place in places)

    return SkillSeen(
        skill, len({(turns[place][0].run, turns[place][0].number) for place in chosen}), int(had.sum()), int((fits & had).sum()),
        sum(slug in turns[place][1].offered for place in named), len(chosen), len(used), int(fits[chosen].sum()),
        inside=followed(place for place in used if fits[place]), beside=followed(without),
        outside=followed(place for place in used if not fits[place]))


class _Moments:
    """What the conditions of a skill ask of each turn, as arrays with a row for each turn."""

    def __init__(self, replies: Sequence[Reply]) -> None:
        import numpy as np

        def table(kind: type[StrEnum], told: Callable[[Reply], Container[str]]) -> Bools:
            return np.array([[label.value in told(reply) for label in kind] for reply in replies], dtype=bool).reshape(-1, len(kind))

        needs = frozenset(need.value for need in Need)
        self._kinds = (("states", State, table(State, lambda reply: reply.states)),
                       ("scenarios", Scenario, table(Scenario, lambda reply: (reply.scenario,))),
                       ("stages", Stage, table(Stage, lambda reply: (reply.stage,))),
                       ("needs", Need, table(Need, lambda reply: (reply.need,) if reply.need else needs)))
        self._intensity = np.array([round(reply.intensity) for reply in replies], dtype=np.int64)

    def fitting(self, conditions: Applicability) -> Bools:
        """The turns at which a skill's conditions hold, shape (turns,). A need that nothing tells of contradicts none."""
        import numpy as np

        fits: Bools = (conditions.intensity_low <= self._intensity) & (self._intensity <= conditions.intensity_high)
        for name, kind, rows in self._kinds:
            wanted = getattr(conditions, name)
            if wanted:
                fits &= rows[:, np.array([label in wanted for label in kind], dtype=bool)].any(axis=1)
        return fits
