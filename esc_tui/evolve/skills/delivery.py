"""Promise against delivery: what a skill says it is for beside what followed it, and the lists of those passed over and always there.

What follows a reply is told, not caused: the skill was chosen where it seemed to fit. Causes are in ``effects``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from esc_tui.domain.evidence import Outcomes, outcome_of
from esc_tui.domain.interval_text import FEWEST
from esc_tui.domain.intervals import Interval
from esc_tui.domain.labels import Polarity
from esc_tui.domain.skill import Skill
from esc_tui.evaluate.episodes.measures import t_interval
from esc_tui.evolve.skills.seen import Played, Reply, Seen

BYPASS_FROM = 20
"""A skill is passed over in silence when it was on offer, or its conditions held, in at least so many turns and it was never chosen; so is
one that was chosen at all and whose words never came into a reply."""
ALWAYS_SHARE = 0.25
"""A skill is always on when it was chosen in more than this share of the turns that had it ..."""
ANYWHERE_SHARE = 0.05
"""... or in more than this share, and no less often outside the moments it says it is for than inside."""
ALWAYS_FROM = 20
"""Fewer turns that had it tell neither."""

Kept = Literal["kept", "broken", "open", "nothing promised", "not used there"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What followed some replies: how many were judged, of how many seekers, the mean change of emotion (points, -10 to 10) with its 95 %
    t interval over seekers, each counting once, and how many helped, did neither and harmed.
    """

    replies: int
    seekers: int
    mean: float | None
    interval: Interval | None
    outcomes: Outcomes

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
    without it, ``outside``: where it was used although its conditions did not hold.
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
            return f"never chosen: its conditions held in {self.fitting:,} turns, it was on offer in {self.offered:,}"
        if self.chosen and not self.used:
            return f"chosen in {self.chosen:,} turns, and no word of it came into a reply"
        return ""

    @property
    def always(self) -> str:
        """Why it counts as always on, as ``bypass``."""
        if self.turns < ALWAYS_FROM:
            return ""
        if self.share > ALWAYS_SHARE:
            return f"chosen in {self.share:.0%} of {self.turns:,} turns"
        if self.share > ANYWHERE_SHARE and self.turns > self.fitting and self.share_elsewhere >= self.share_fitting:
            return (f"chosen whatever the moment: in {self.share_elsewhere:.0%} of turns it is not for, in {self.share_fitting:.0%} of "
                    "those it is for")
        return ""


def delivery_of(replies: Iterable[tuple[str, Reply]]) -> Delivery:
    """What followed replies, each with its seeker; those nobody judged are left out."""
    seekers: dict[str, list[int]] = {}
    counts = dict.fromkeys(Polarity, 0)
    for seeker, reply in replies:
        if reply.change is not None:
            seekers.setdefault(seeker, []).append(reply.change)
            counts[outcome_of(reply.change)] += 1
    means = [fmean(changes) for changes in seekers.values()]
    return Delivery(sum(map(len, seekers.values())), len(means), fmean(means) if means else None, t_interval(means),
                    Outcomes(counts[Polarity.POSITIVE], counts[Polarity.NEUTRAL], counts[Polarity.NEGATIVE]))


def skills_seen(seen: Seen) -> list[SkillSeen]:
    """Every skill that was on offer, those chosen most often first."""
    found = [_seen(skill, [one for one in seen.episodes if one.could_use(slug)]) for slug, skill in seen.skills.items()]
    return sorted(found, key=lambda one: (-one.chosen, one.skill.slug))


def _seen(skill: Skill, episodes: list[Played]) -> SkillSeen:
    slug, conditions = skill.slug, skill.content.applicability
    every = [(one.profile, reply, reply.fits(conditions)) for one in episodes for reply in one.replies]

    def count(holds: Callable[[Reply, bool], bool]) -> int:
        return sum(holds(reply, fits) for _, reply, fits in every)

    def followed(holds: Callable[[Reply, bool], bool]) -> Delivery:
        return delivery_of((seeker, reply) for seeker, reply, fits in every if holds(reply, fits))

    return SkillSeen(
        skill, sum(any(slug in reply.chosen for reply in one.replies) for one in episodes), len(every), count(lambda reply, fits: fits),
        count(lambda reply, fits: slug in reply.offered), count(lambda reply, fits: slug in reply.chosen),
        count(lambda reply, fits: slug in reply.used), count(lambda reply, fits: fits and slug in reply.chosen),
        inside=followed(lambda reply, fits: fits and slug in reply.used),
        beside=followed(lambda reply, fits: fits and slug not in reply.used),
        outside=followed(lambda reply, fits: not fits and slug in reply.used))
