"""Promise against delivery: what a skill says it is for beside what followed it, and the lists of those passed over and always there.

What follows a reply is told, not caused: the skill was chosen where it seemed to fit. Causes are in ``effects``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from esc_tui.domain.evidence import Outcomes
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

_Turn = tuple[Played, Reply]
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
    counts = Counter[Polarity | None]()
    for seeker, reply in replies:
        if reply.change is not None:
            seekers.setdefault(seeker, []).append(reply.change)
            counts[reply.outcome] += 1
    means = [fmean(changes) for changes in seekers.values()]
    return Delivery(sum(map(len, seekers.values())), len(means), fmean(means) if means else None, t_interval(means),
                    None if counts[None] else Outcomes(counts[Polarity.POSITIVE], counts[Polarity.NEUTRAL], counts[Polarity.NEGATIVE]))


def skills_seen(seen: Seen) -> list[SkillSeen]:
    """Every skill that was on offer, those chosen most often first."""
    moments: dict[tuple[object, ...], list[_Turn]] = {}
    named: dict[str, list[_Turn]] = {}
    for episode in seen.episodes:
        for reply in episode.replies:
            moments.setdefault(reply.moment, []).append((episode, reply))
            for slug in {*reply.offered, *reply.used}:
                named.setdefault(slug, []).append((episode, reply))
    found = [_seen(skill, seen, list(moments.values()), named.get(slug, [])) for slug, skill in seen.skills.items()]
    return sorted(found, key=lambda one: (-one.chosen, one.skill.slug))


def _seen(skill: Skill, seen: Seen, moments: Sequence[Sequence[_Turn]], named: Sequence[_Turn]) -> SkillSeen:
    """One skill; whether its conditions hold is asked once for each kind of moment, so that ten thousand skills take seconds."""
    slug, conditions = skill.slug, skill.content.applicability
    fitting = [turn for turns in moments if turns[0][1].fits(conditions) for turn in turns if turn[0].could_use(slug)]
    chosen = [(episode, reply) for episode, reply in named if slug in reply.chosen]
    used = [(episode, reply) for episode, reply in named if slug in reply.used]

    def followed(turns: Iterable[_Turn]) -> Delivery:
        return delivery_of((episode.profile, reply) for episode, reply in turns)

    return SkillSeen(
        skill, len({(episode.run, episode.number) for episode, _ in chosen}),
        sum(len(episode.replies) for episode in seen.episodes if episode.could_use(slug)), len(fitting),
        sum(slug in reply.offered for _, reply in named), len(chosen), len(used),
        sum(reply.fits(conditions) for _, reply in chosen),
        inside=followed((episode, reply) for episode, reply in used if reply.fits(conditions)),
        beside=followed((episode, reply) for episode, reply in fitting if slug not in reply.used),
        outside=followed((episode, reply) for episode, reply in used if not reply.fits(conditions)))
