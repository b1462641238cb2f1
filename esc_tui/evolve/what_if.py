"""What if: one moment of a talk as it was and in one other way, some samples of each, nothing stored; what the seeker makes of both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from esc_tui.domain.errors import UserError
from esc_tui.domain.sage import START_EMOTION
from esc_tui.domain.talk import TalkView
from esc_tui.evolve.cases import pins_to_try
from esc_tui.evolve.statistics import Paired, summarise
from esc_tui.interchange.sage.episodes import RECORDED
from esc_tui.simulate.as_supporter import by_a_person
from esc_tui.simulate.forking import SAMPLE_STEP, Fork, ForkedReply, JudgedReply, Way, fork_at, judge_at, reply_at
from esc_tui.support.ranking import Why
from esc_tui.support.turn import TurnOptions

if TYPE_CHECKING:
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.talk import TurnView
    from esc_tui.engines.roles import SeekerMind
    from esc_tui.support.session import Session

OtherKind = Literal["without", "runner_up", "skill", "bank", "no_bank", "elsewhere"]
MOST_SAMPLES = 8
PINNED = "pinned by you"


@dataclass(frozen=True, slots=True)
class Other:
    """What is different: without a skill, with another one pinned, with or without the bank, or elsewhere; ``value``: which (r41, P-14)."""

    kind: OtherKind
    value: str = ""

    @property
    def name(self) -> str:
        """In words."""
        return {"without": f"without {self.value}", "runner_up": f"with {self.value} pinned", "skill": f"with {self.value} pinned",
                "bank": "as the bank replies", "no_bank": "with no bank", "elsewhere": f"at {self.value}"}[self.kind]


@dataclass(frozen=True, slots=True)
class Watcher:
    """The seeker whose talk it is: its profile, the mind that plays it, its emotion before the reply (0-100)."""

    profile: Profile
    mind: SeekerMind
    emotion: int
    seed: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same moment twice: samples as it was and in the other way, paired by their seeds; judged where there is a seeker."""

    other: Other
    way: Way
    samples: int
    was: tuple[ForkedReply, ...] = ()
    would: tuple[ForkedReply, ...] = ()
    was_judged: tuple[JudgedReply, ...] = ()
    would_judged: tuple[JudgedReply, ...] = ()

    @property
    def done(self) -> bool:
        """True when all samples are there."""
        return len(self.would) >= self.samples

    @property
    def effect(self) -> Paired | None:
        """Change of emotion in the other way less the change as it was, over the samples; None without a seeker."""
        pairs = list(zip(self.was_judged, self.would_judged, strict=False))
        return summarise([float(new.change - old.change) for old, new in pairs]) if pairs else None

    @property
    def decided(self) -> bool:
        """True when the interval of the effect leaves 0 out; one sample decides nothing, nor do samples that are all equal."""
        effect = self.effect
        if effect is None or effect.interval is None or not effect.deviation:
            return False
        low, high = effect.interval
        return low > 0 or high < 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A turn of a talk as its events tell it."""

    events: tuple[AnyEvent, ...]
    turn: TurnView
    view: TalkView = field(repr=False)

    @property
    def fork(self) -> Fork:
        """The moment before the reply."""
        return fork_at(self.events, self.turn.number)

    @property
    def by_a_person(self) -> bool:
        """True where a person is the supporter of a simulated seeker."""
        return by_a_person(self.view)

    @property
    def fixed(self) -> bool:
        """True where no supporter of ours replied, so that nothing can be run again as it was: a person did, or one elsewhere."""
        return (self._elsewhere or self.by_a_person) and self.turn.state is None and self.turn.ranked is None

    @property
    def simulated(self) -> bool:
        """True where this program spoke on both sides: no line of the talk is a person's."""
        return self.view.started is not None and not self.view.started.live and not self._elsewhere

    @property
    def _elsewhere(self) -> bool:
        return self.view.started is not None and self.view.started.engine == RECORDED

    @property
    def chosen(self) -> str:
        """The skill that was chosen first, empty without one."""
        return self.turn.ranked.skills[0] if self.turn.ranked is not None and self.turn.ranked.skills else ""

    @property
    def runner_up(self) -> str:
        """The best skill that was neither chosen nor ruled out, empty without one."""
        rows = self.turn.ranked.ranked if self.turn.ranked is not None else ()
        return next((row.skill for row in rows if row.verdict == "runner_up"), "")

    @property
    def others(self) -> list[Other]:
        """The other ways that can be had at once: without the skill chosen, with the runner-up, with no bank.

        Where no supporter of ours replied: as the bank replies, and with no bank.
        """
        if self.fixed:
            return [Other("bank"), Other("no_bank")]
        found = [Other("without", self.chosen)] if self.chosen else []
        found += [Other("runner_up", self.runner_up)] if self.runner_up else []
        return [*found, *([Other("no_bank")] if self.turn.ranked is not None else [])]


def moment_of(events: Sequence[AnyEvent], number: int) -> Moment:
    """The moment of a turn that stands. Raises UserError when the talk has no such turn."""
    view = TalkView.of(events)
    turn = view.turn(number)
    if turn is None:
        raise UserError(f"the talk has no turn {number}", "", "choose one of its turns")
    return Moment(tuple(events), turn, view)


def as_it_was(session: Session, moment: Moment) -> Way:
    """The way the turn went: its pins, its mode, with the skills pinned and set aside that its table shows."""
    turn, started = moment.turn, moment.view.started
    pins = turn.pins or moment.view.pins
    if pins is None or started is None:
        raise UserError("the talk has no beginning", "", "choose another one")
    if moment.fixed:  # who replied then is asked nothing; these are the pins and the mode that the other ways differ from
        pins = pins if pins.revision else session.pins()
        return Way("as it was", session.supporter(pins), pins, TurnOptions(session.settings.mode))
    rows = turn.ranked.ranked if turn.ranked is not None else ()
    bank_used = turn.ranked is not None or (turn.state is None and started.bank_used)
    options = TurnOptions(
        turn.plan.mode if turn.plan is not None else started.mode, tuple(row.skill for row in rows if row.reason == PINNED),
        tuple(row.skill for row in rows if row.reason == Why.BANNED), bank_used=bank_used)
    return Way("as it was", session.supporter(pins), pins, options)


def other_way(session: Session, moment: Moment, other: Other) -> Way:
    """The way that differs in one thing. Raises UserError for a revision or proposal there is none of."""
    was = as_it_was(session, moment)
    options = was.options
    match other.kind:
        case "without":
            options = replace(options, banned=(*options.banned, other.value),
                              pinned=tuple(one for one in options.pinned if one != other.value))
        case "runner_up" | "skill":
            options = replace(options, pinned=(other.value,))
        case "no_bank":
            options = replace(options, bank_used=False)
        case "elsewhere":
            proposal = other.value.strip().upper().startswith("P-")
            _, pins = pins_to_try(session, "" if proposal else other.value, other.value if proposal else "")
            return Way(other.name, session.supporter(pins), pins, replace(options, bank_used=True))
    return Way(other.name, was.supporter, was.pins, options)


async def watcher_at(moment: Moment, profile: Profile, mind: SeekerMind) -> Watcher:
    """The seeker at a moment. Its emotion is the episode's; in a talk that a person played, the mind judges the earlier replies first.

    Raises UserError where the mind cannot judge.
    """
    fork = moment.fork
    seed = moment.view.started.seed if moment.view.started is not None else 0
    if moment.view.episode is not None:
        return Watcher(profile, mind, fork.view.emotions[-1], moment.view.episode.seed)
    emotion = START_EMOTION
    for turn in fork.view.turns:
        said = ForkedReply("as it was", 0, (), turn.shown, (), "complete", "measured")
        judged = await judge_at(fork_at(moment.events, turn.number), said, profile, mind, emotion, seed)
        emotion = min(100, max(0, emotion + judged.change))
    return Watcher(profile, mind, emotion, seed)


async def compare(session: Session, moment: Moment, other: Other, samples: int,
                  watcher: Watcher | None = None) -> AsyncIterator[Comparison]:
    """The comparison as it grows, one pair of samples (1 to 8) after another; both of a pair draw from the same seed.

    Raises UserError where the supporter or the seeker cannot think.
    """
    was, way, fork = as_it_was(session, moment), other_way(session, moment, other), moment.fork
    found = Comparison(other, way, min(MOST_SAMPLES, max(1, samples)))
    for sample in range(found.samples):
        old = as_it_stands(moment) if moment.fixed else await reply_at(fork, was, sample)
        new = await reply_at(fork, way, sample)
        found = replace(found, was=(*found.was, old), would=(*found.would, new))
        if watcher is not None:
            seed = watcher.seed + SAMPLE_STEP * sample
            judged = [await judge_at(fork, reply, watcher.profile, watcher.mind, watcher.emotion, seed) for reply in (old, new)]
            found = replace(found, was_judged=(*found.was_judged, judged[0]), would_judged=(*found.would_judged, judged[1]))
        yield found


def as_it_stands(moment: Moment) -> ForkedReply:
    """The reply as it stands in the record."""
    turn = moment.turn
    skills, outcome = (turn.reply.skills, turn.reply.outcome) if turn.reply is not None else ((), "failed")
    return ForkedReply("as it was", 0, tuple(turn.segments), turn.shown, skills, outcome, "observed")


def differing(text: str, other: str) -> list[tuple[str, bool]]:
    """A text in pieces, True for those that do not stand in the other one."""
    words, others = _pieces(text), _pieces(other)
    found: list[tuple[str, bool]] = []
    for kind, start, end, _, _ in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if end > start:
            found.append(("".join(words[start:end]), kind != "equal"))
    return found


def _pieces(text: str) -> list[str]:
    return [part + " " for part in text.split(" ")]
