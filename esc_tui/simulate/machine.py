"""The strict order of an episode: speak, reply, appraise, and the rules that end it. Pure; rebuilt from stored events."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from esc_tui.domain.sage import HIGHEST_EMOTION, LEAVES_BELOW, Band, Outcome, Protocol, band_of
from esc_tui.domain.talk import TalkView


class Step(Enum):
    """What has to happen next."""

    SPEAK = "speak"
    REPLY = "reply"
    APPRAISE = "appraise"
    OVER = "over"


class OrderError(RuntimeError):
    """Something happened that the protocol does not allow at this point: a fault of the program, never of a model."""


@dataclass(slots=True)
class EpisodeMachine:
    """Where one episode stands. ``turn`` counts what the seeker has said; ``text`` is said and waits for its reply.

    ``leaving``: what the seeker says next, thanking or giving up, is the last of the talk.
    """

    protocol: Protocol
    emotion: int
    turn: int = 0
    step: Step = Step.SPEAK
    text: str = ""
    leaving: bool = False
    outcome: Outcome | None = None

    @classmethod
    def of(cls, protocol: Protocol, view: TalkView) -> EpisodeMachine:
        """The machine after the events of a stored episode; a turn without its whole reply waits for the reply."""
        machine = cls(protocol, view.episode.emotion if view.episode is not None else protocol.start)
        for turn in view.turns:
            machine.spoke(turn.text, turn.spoke.goodbye if turn.spoke is not None else False)
            if machine.over or turn.reply is None:
                break
            machine.replied(care=turn.reply.outcome in {"crisis", "care"})
            if turn.emotion is not None and machine.step is Step.APPRAISE:
                machine.appraised(turn.emotion.change)
        spoke = view.spoke
        if spoke is not None and machine.step is Step.SPEAK and spoke.turn == machine.turn + 1:
            machine.spoke(spoke.text, spoke.goodbye)
        if view.finished is not None:
            machine.end(view.finished.outcome)
        return machine

    @property
    def over(self) -> bool:
        """True when nothing may follow."""
        return self.step is Step.OVER

    @property
    def band(self) -> Band:
        """The seeker's present band."""
        return band_of(self.emotion)

    def _must(self, step: Step) -> None:
        if self.step is not step:
            raise OrderError(f"the episode has to {self.step.value}, not to {step.value}")

    def spoke(self, text: str, goodbye: bool) -> None:
        """The seeker has said something."""
        self._must(Step.SPEAK)
        self.turn += 1
        self.text = text
        self.step = Step.REPLY
        if self.leaving or self.protocol.says_goodbye(text, goodbye):
            self._settle()

    def replied(self, *, care: bool) -> None:
        """The supporter has answered; ``care`` when the guard took the talk over."""
        self._must(Step.REPLY)
        if care:
            self.end("crisis")
        elif self.protocol.judges(self.turn):
            self.step = Step.APPRAISE
        else:
            self.end("turns")

    def appraised(self, change: int) -> int:
        """The seeker has judged the reply; gives the emotion after it.

        At 100 and below 10 the seeker still says one last thing (bands S and F), then the talk is over; after the last turn nothing
        more is said.
        """
        self._must(Step.APPRAISE)
        self.emotion = self.protocol.after(self.emotion, change)
        self.leaving = self.emotion >= HIGHEST_EMOTION or self.emotion < LEAVES_BELOW
        if self.turn >= self.protocol.turns:
            self._settle()
        else:
            self.step = Step.SPEAK
        return self.emotion

    def _settle(self) -> None:
        if self.emotion >= HIGHEST_EMOTION:
            self.end("success")
        elif self.emotion < LEAVES_BELOW:
            self.end("failure")
        else:
            self.end("turns" if self.turn >= self.protocol.turns else "goodbye")

    def end(self, outcome: Outcome) -> None:
        """Nothing follows."""
        self.step, self.outcome = Step.OVER, outcome
