"""How a dialogue falls into supporter turns and into the moments that Intervention Units are labelled at. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from esc_tui.domain.dialogue import Dialogue
from esc_tui.domain.labels import Strategy


@dataclass(frozen=True, slots=True)
class SupporterTurn:
    """All consecutive supporter utterances: ``lines`` are their places in the dialogue, at least one.

    ``strategies`` are those of the utterances in order, adjacent repeats merged, utterances without one left out (so it
    may be empty); ``number`` counts the supporter turns of the dialogue from 1.
    """

    number: int
    lines: tuple[int, ...]
    strategies: tuple[Strategy, ...]
    text: str


@dataclass(frozen=True, slots=True)
class UnitMoment:
    """Where a unit may stand: seeker lines before (``state_turns``), supporter lines, seeker lines after; none is empty."""

    state_turns: tuple[int, ...]
    action_turns: tuple[int, ...]
    outcome_turns: tuple[int, ...]


def merged(strategies: Iterable[Strategy | None]) -> tuple[Strategy, ...]:
    """A strategy sequence: in order, None left out, adjacent repeats merged."""
    found: list[Strategy] = []
    for strategy in strategies:
        if strategy is not None and (not found or found[-1] is not strategy):
            found.append(strategy)
    return tuple(found)


def runs_of(dialogue: Dialogue) -> tuple[tuple[int, ...], ...]:
    """Places of consecutive lines of one speaker, in order."""
    runs: list[list[int]] = []
    for place, turn in enumerate(dialogue.turns):
        if runs and dialogue.turns[runs[-1][-1]].speaker == turn.speaker:
            runs[-1].append(place)
        else:
            runs.append([place])
    return tuple(tuple(run) for run in runs)


def supporter_turns(dialogue: Dialogue) -> tuple[SupporterTurn, ...]:
    """The supporter turns of a dialogue, in order; their text joins the utterances with one blank."""
    found: list[SupporterTurn] = []
    for run in runs_of(dialogue):
        lines = [dialogue.turns[place] for place in run]
        if lines[0].speaker == "supporter":
            found.append(SupporterTurn(len(found) + 1, run, merged(line.strategy for line in lines),
                                       " ".join(text for line in lines if (text := line.text.strip()))))
    return tuple(found)


def unit_moments(dialogue: Dialogue) -> tuple[UnitMoment, ...]:
    """Every supporter turn that has a seeker before and after it."""
    runs = runs_of(dialogue)
    return tuple(
        UnitMoment(runs[at - 1], runs[at], runs[at + 1])
        for at in range(1, len(runs) - 1)
        if dialogue.turns[runs[at][0]].speaker == "supporter"
    )


def unit_id(dialogue: str, moment: UnitMoment) -> str:
    """The id of the unit at a moment, the same for every annotator, so that their labels meet."""
    from esc_tui.domain.base import content_id

    return content_id("iu", dialogue, str(moment.state_turns[-1]), str(moment.action_turns[0]), str(moment.outcome_turns[0]))
