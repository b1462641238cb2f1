"""What of one episode is shown: its events folded into turns, what is veiled, and a replay in its place. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from esc_tui.domain.talk import TalkView
from esc_tui.interchange.sage.wordings import without_heading
from esc_tui.tui.panes.episodes.replaying import Replay
from esc_tui.tui.panes.episodes.talk_blocks import end_block, facts_block, scene_of, talk_block

if TYPE_CHECKING:
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.talk import TurnView
    from widgets.blocks import Block
    from widgets.curve import CurveScene

RECORDED = "recorded"


class TalkShowing:
    """An episode's events and how they are shown. ``view`` is the talk as far as it is to be seen."""

    def __init__(self, events: Iterable[AnyEvent] = (), crisis: frozenset[int] = frozenset(), profile: Profile | None = None,
                 name: str = "", arm: str = "", inner: bool = False, unveiled: bool = False) -> None:
        """``arm``: the supporter as the run names it; ``crisis``: turns whose words are veiled."""
        self.events: list[AnyEvent] = []
        self.crisis: frozenset[int] = frozenset()
        self.profile, self.name, self.arm, self.inner, self.unveiled = profile, name, arm, inner, unveiled
        self.whole = TalkView()
        self.replay: Replay | None = None
        self._played = TalkView()
        self.take(events, crisis)

    @property
    def view(self) -> TalkView:
        """What is to be seen."""
        return self._played if self.replay is not None else self.whole

    @property
    def last(self) -> int:
        """The id of the newest event."""
        return self.events[-1].event_id if self.events else 0

    @property
    def recorded(self) -> bool:
        """True for a talk that was held elsewhere."""
        return self.whole.started is not None and self.whole.started.engine == RECORDED

    @property
    def facts(self) -> str:
        """Revision and seed."""
        started = self.whole.started
        return f"r{started.pins.revision}  seed {started.seed}" if started is not None and started.pins.revision else ""

    @property
    def supporter(self) -> str:
        """Who answered: the arm, or the model of a recorded talk."""
        from esc_tui.tui.panes.episodes.figures import clean

        episode, started = self.whole.episode, self.whole.started
        if episode is None or started is None:
            return ""
        return clean(f"{self.arm or episode.arm}, {'recorded' if self.recorded else started.engine}")

    def take(self, events: Iterable[AnyEvent], crisis: frozenset[int] = frozenset()) -> list[int]:
        """Take in events that came; gives the turns they changed."""
        self.crisis |= crisis
        touched: dict[int, None] = {}
        for event in events:
            if event.event_id and event.event_id <= self.last:
                continue
            self.events.append(event)
            turn = self.whole.apply(event)
            if turn is not None:
                touched[turn.number] = None
        return list(touched)

    # What is seen

    def hides(self, turn: int) -> bool:
        """True for a turn whose words are veiled."""
        return turn in self.crisis and not self.unveiled

    @property
    def veils(self) -> bool:
        """True while something is veiled."""
        return bool(self.crisis) and not self.unveiled

    def block(self, number: int) -> Block:
        """One turn."""
        turn = self.view.turn(number)
        assert turn is not None, number
        return talk_block(turn, self.name, hidden=self.hides(number), inner=self.inner, over=self.view.finished is not None)

    def blocks(self) -> list[Block]:
        """All that is to be seen."""
        end = self.end()
        return [facts_block(self.profile, self.recorded, self.inner), *(self.block(turn.number) for turn in self.view.turns),
                *([end] if end is not None else [])]

    def end(self) -> Block | None:
        """How it ended."""
        return end_block(self.view)

    def scene(self, cursor: int | None) -> CurveScene:
        """The curve; while it is replayed the axis keeps its length."""
        return scene_of(self.view, cursor, max([10, *(turn.number for turn in self.whole.turns)]))

    def find(self, words: str) -> list[int]:
        """Turns that hold all the words, in any case; veiled ones are not looked into."""
        wanted = words.lower().split()
        return [turn.number for turn in self.view.turns
                if wanted and not self.hides(turn.number) and all(word in _text(turn) for word in wanted)]

    # Replay

    def begin_replay(self, speed: int) -> None:
        """From the first event."""
        self.replay, self._played = Replay(self.events, speed), TalkView()

    def play(self) -> list[int]:
        """The next event of the replay; gives the turns it changed."""
        if self.replay is None or self.replay.over:
            return []
        turn = self._played.apply(self.replay.step())
        return [turn.number] if turn is not None else []

    def end_replay(self) -> None:
        """Back to the whole talk."""
        self.replay = None


def _text(turn: TurnView) -> str:
    seen, spoke = turn.appraised, turn.spoke
    thought = [seen.activity, seen.content, seen.target_completion, seen.analyse] if seen is not None else []
    thought.append(spoke.thinking if spoke is not None else "")
    return " ".join([turn.text, turn.shown, *map(without_heading, thought)]).lower()
