"""What a planner of strategies may know of a supporter turn before it is written: only what came before it. Pure rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from esc_tui.domain.dialogue import Dialogue
from esc_tui.domain.labels import Strategy
from esc_tui.domain.supporter_turn import SupporterTurn
from esc_tui.engines.roles import Moment


@dataclass(frozen=True, slots=True)
class ContextLine:
    """One utterance before the turn; ``strategies`` are those of a supporter's, in order (a written reply may have several)."""

    seeker: bool
    text: str
    strategies: tuple[Strategy, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanningContext:
    """The lines before a supporter turn, oldest first, and what was known of the seeker before the talk began.

    It has no place for feedback, surveys, questions after the talk, or the length of the talk: they are not known yet.
    ``initial_intensity`` is 1-5, None when not known.
    """

    lines: tuple[ContextLine, ...] = ()
    situation: str = ""
    problem_type: str = ""
    emotion_type: str = ""
    experience_type: str = ""
    initial_intensity: int | None = None


def context_of(dialogue: Dialogue, turn: SupporterTurn) -> PlanningContext:
    """What came before a supporter turn of a dialogue; nothing of the turn itself and nothing later goes in."""
    return PlanningContext(
        lines=tuple(
            ContextLine(line.speaker == "seeker", line.text,
                        (line.strategy,) if line.strategy is not None and line.speaker == "supporter" else ())
            for line in dialogue.turns[: turn.lines[0]]
        ),
        situation=dialogue.situation,
        problem_type=dialogue.problem_type,
        emotion_type=dialogue.emotion_type,
        experience_type=dialogue.experience_type,
        initial_intensity=dialogue.initial_intensity,
    )


def context_of_moment(moment: Moment, strategies: Mapping[int, Sequence[Strategy]] | None = None) -> PlanningContext:
    """The same for a live talk. ``strategies`` are those of the replies by turn, in order; a reply without any has none."""
    used = strategies or {}
    return PlanningContext(
        lines=(
            *(ContextLine(line.speaker == "seeker", line.text,
                          tuple(used.get(line.turn, ())) if line.speaker == "supporter" else ())
              for line in moment.history),
            ContextLine(True, moment.text),
        )
    )
