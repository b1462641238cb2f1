"""Folding the stream of events of one talk into turns, the same for live talks, stored talks and replays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from esc_tui.domain.events import (
    AnyEvent,
    ConversationStarted,
    EmotionChanged,
    EpisodeFinished,
    EpisodeFlagged,
    EpisodeRetried,
    EpisodeStarted,
    GuardChecked,
    PlanMade,
    ReplyFinished,
    RoleFellBack,
    RoleTaken,
    SeekerAppraised,
    SeekerSpoke,
    SegmentDelta,
    SegmentFinished,
    SkillsRanked,
    StateRead,
    TalkClosed,
    TalkRepinned,
    TurnRated,
    TurnStarted,
    TurnUndone,
    UnitsRecalled,
)
from esc_tui.domain.labels import Action, Strategy
from esc_tui.domain.revision import Pins


@dataclass(slots=True)
class Segment:
    """One strategy-response pair of a reply as far as it has been shown."""

    number: int
    skill: str | None = None
    strategy: Strategy | None = None
    action: Action | None = None
    text: str = ""
    finished: bool = False


@dataclass(slots=True)
class TurnView:
    """Everything known of one turn. Fields stay None until their event arrived."""

    number: int
    text: str
    time: str = ""
    guard_in: GuardChecked | None = None
    guard_out: list[GuardChecked] = field(default_factory=list)
    state: StateRead | None = None
    units: UnitsRecalled | None = None
    ranked: SkillsRanked | None = None
    plan: PlanMade | None = None
    segments: list[Segment] = field(default_factory=list)
    fell_back: list[RoleFellBack] = field(default_factory=list)
    reply: ReplyFinished | None = None
    rating: TurnRated | None = None
    pins: Pins | None = None
    spoke: SeekerSpoke | None = None
    appraised: SeekerAppraised | None = None
    emotion: EmotionChanged | None = None

    @property
    def shown(self) -> str:
        """The reply as far as it has been shown."""
        if self.reply is not None:
            return self.reply.text
        return " ".join(segment.text.strip() for segment in self.segments if segment.text.strip())

    @property
    def running(self) -> bool:
        """True until the reply has finished."""
        return self.reply is None

    def _segment(self, number: int) -> Segment:
        for segment in self.segments:
            if segment.number == number:
                return segment
        segment = Segment(number)
        self.segments.append(segment)
        return segment


@dataclass(slots=True)
class TalkView:
    """A talk as its events tell it. Kept apart are turns that were taken back (``undone``), and those that an episode failed in before it
    was tried again (``failed``).
    """

    started: ConversationStarted | None = None
    turns: list[TurnView] = field(default_factory=list)
    undone: list[TurnView] = field(default_factory=list)
    closed: TalkClosed | None = None
    highest_turn: int = 0
    pins: Pins | None = None
    episode: EpisodeStarted | None = None
    finished: EpisodeFinished | None = None
    failed: list[TurnView] = field(default_factory=list)
    retried: list[EpisodeRetried] = field(default_factory=list)
    flags: list[EpisodeFlagged] = field(default_factory=list)
    spoke: SeekerSpoke | None = None
    role: RoleTaken | None = None

    @classmethod
    def of(cls, events: Iterable[AnyEvent]) -> TalkView:
        """Fold a whole stream."""
        view = cls()
        for event in events:
            view.apply(event)
        return view

    @property
    def conversation_id(self) -> str:
        """The talk's identifier, empty before its first event."""
        return self.started.conversation_id if self.started else ""

    def turn(self, number: int) -> TurnView | None:
        """The turn with this number, unless it was taken back."""
        for turn in reversed(self.turns):
            if turn.number == number:
                return turn
        return None

    def apply(self, event: AnyEvent) -> TurnView | None:
        """Take in one event; gives back the turn it changed, if any."""
        if not isinstance(event, _BEFORE_THEIR_TURN):
            self.highest_turn = max(self.highest_turn, event.turn)
        if isinstance(event, ConversationStarted):
            self.started, self.pins = event, event.pins
            return None
        if isinstance(event, TalkRepinned):
            self.pins = event.pins
            return None
        if isinstance(event, TalkClosed):
            self.closed = event
            return None
        if isinstance(event, RoleTaken):
            self.role = event
            return None
        if isinstance(event, _OF_EPISODES):
            self._apply_episode(event)
            return None
        if isinstance(event, TurnStarted):
            self.closed = None
            turn = TurnView(event.turn, event.text, event.time, pins=self.pins)
            if self.spoke is not None and self.spoke.turn == event.turn:
                turn.spoke = self.spoke
            self.turns.append(turn)
            return turn
        if isinstance(event, TurnUndone):
            gone = self.turn(event.undone)
            if gone is not None:
                self.turns.remove(gone)
                self.undone.append(gone)
            return gone
        found = self.turn(event.turn)
        if found is not None:
            _apply_to_turn(found, event)
        return found


    def _apply_episode(self, event: EpisodeStarted | EpisodeFinished | EpisodeRetried | EpisodeFlagged | SeekerSpoke) -> None:
        match event:
            case EpisodeStarted():
                self.episode = event
            case EpisodeFinished():
                self.finished = event
            case EpisodeRetried():
                self._try_again(event)
            case EpisodeFlagged():
                self.flags.append(event)
            case SeekerSpoke():
                self.spoke = event

    def _try_again(self, event: EpisodeRetried) -> None:
        """Back to the last whole step: a turn without its whole reply does not count, nor an appraisal that led to no emotion."""
        self.finished = None
        self.retried.append(event)
        last = self.turns[-1] if self.turns else None
        if last is not None and (last.reply is None or last.reply.outcome in {"failed", "stopped"}):
            self.failed.append(self.turns.pop())
        elif last is not None and last.emotion is None:
            last.appraised = None
        self.highest_turn = self.turns[-1].number if self.turns else 0

    @property
    def emotions(self) -> list[int]:
        """The seeker's emotion at the start and after each judged reply; empty in a talk that is no episode."""
        if self.episode is None:
            return []
        return [self.episode.emotion, *(turn.emotion.after for turn in self.turns if turn.emotion is not None)]


_BEFORE_THEIR_TURN = (SeekerSpoke, EpisodeFlagged)
_OF_EPISODES = (EpisodeStarted, EpisodeFinished, EpisodeRetried, EpisodeFlagged, SeekerSpoke)


def _apply_to_turn(turn: TurnView, event: AnyEvent) -> None:
    match event:
        case GuardChecked(phase="in"):
            turn.guard_in = event
        case GuardChecked():
            turn.guard_out.append(event)
        case StateRead():
            turn.state = event
        case UnitsRecalled():
            turn.units = event
        case SkillsRanked():
            turn.ranked = event
        case PlanMade():
            turn.plan = event
        case SegmentDelta():
            segment = turn._segment(event.segment)
            if not segment.finished:
                segment.skill, segment.strategy = event.skill, event.strategy
                segment.text = f"{segment.text.rstrip()} {event.text.strip()}".strip()
        case SegmentFinished():
            segment = turn._segment(event.segment)
            segment.skill, segment.strategy, segment.action = event.skill, event.strategy, event.action
            segment.text, segment.finished = event.text.strip(), True
        case RoleFellBack():
            turn.fell_back.append(event)
        case ReplyFinished():
            turn.reply = event
        case TurnRated():
            turn.rating = event
        case SeekerAppraised():
            turn.appraised = event
        case EmotionChanged():
            turn.emotion = event
        case _:
            pass
