"""The annotator of the embedded engine: labels every moment of a dialogue by rules and word lists, with quotes for each label."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from esc_tui.domain.dialogue import Dialogue, InterventionUnit, Quote
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Action, Need, Scenario, State
from esc_tui.domain.problem import scenario_of_problem
from esc_tui.domain.supporter_turn import UnitMoment, unit_id, unit_moments
from esc_tui.domain.text import primary_language
from esc_tui.engines.embedded.movement import MomentWords, Movement, read_movements
from esc_tui.engines.embedded.occasions import other_script
from esc_tui.engines.embedded.reader import read_moment
from esc_tui.engines.embedded.supporter_actions import deed_of
from esc_tui.engines.roles import Line, Moment, Reading

NAME = "embedded-1"
"""The labeller's name; the number rises whenever the same dialogue would be labelled otherwise."""
HISTORY = 12
"""Lines before a moment that its reading looks back at."""
ALSO_SHARE, ALSO_LEAST, MOST_ALSO = 0.6, 0.12, 2
"""Another state counts when its score is this share of the likeliest one's, and at least so much; so many at most."""
LEAST_NEED = 0.35
LONGEST_QUOTE = 160
"""Characters of a quote; a longer sentence is cut at a word."""
_SENTENCE = re.compile(r"[^.!?\n]*[^.!?\s][^.!?\n]*[.!?]*")


class EmbeddedAnnotator:
    """Labels dialogues without a model; the same dialogue always gets the same units.

    ``blind`` hides what the seeker said of the talk afterwards (stars and survey), so that labels can be measured against it.
    """

    def __init__(self, *, blind: bool = False) -> None:
        self.blind = blind

    @property
    def name(self) -> str:
        """Who labels."""
        return f"{NAME}-blind" if self.blind else NAME

    async def annotate(self, dialogue: Dialogue) -> tuple[InterventionUnit, ...]:
        """One unit for every moment, in order. Raises UserError for a dialogue that is not in English."""
        await asyncio.sleep(0)  # lets a cancelled job end between two dialogues
        return self.label(dialogue)

    def label(self, dialogue: Dialogue) -> tuple[InterventionUnit, ...]:
        """The same without a loop."""
        return tuple(unit for unit, _ in self.scored(dialogue))

    def scored(self, dialogue: Dialogue) -> tuple[tuple[InterventionUnit, float], ...]:
        """Units with the score behind their polarity (see ``movement``): its sign is the polarity even where that is neutral."""
        _must_be_english(dialogue)
        moments = unit_moments(dialogue)
        readings = _readings(dialogue, moments)
        deeds = [_deeds(dialogue, moment) for moment in moments]
        words = [MomentWords(_joined(dialogue, moment.state_turns), _joined(dialogue, moment.action_turns),
                             _joined(dialogue, moment.outcome_turns), actions)
                 for moment, (actions, _) in zip(moments, deeds, strict=True)]
        pairs = [(readings[place], readings[place + 1]) for place in range(len(moments))]
        movements = read_movements(dialogue, moments, words, pairs, blind=self.blind)
        scenario = scenario_of_problem(dialogue.problem_type) or (readings[-1].scenario if readings else Scenario.OTHER)
        return tuple((self._unit(dialogue, moments[place], readings[place], deeds[place], movements[place], scenario),
                      movements[place].score) for place in range(len(moments)))

    def _unit(self, dialogue: Dialogue, moment: UnitMoment, reading: Reading, deeds: tuple[tuple[Action, ...], tuple[Quote, ...]],
              movement: Movement, scenario: Scenario) -> InterventionUnit:
        state = _state_quote(dialogue, moment.state_turns, reading)
        outcome = _quote(dialogue, moment.outcome_turns, "outcome", movement.start, movement.end)
        actions, action_quotes = deeds
        return InterventionUnit(
            id=unit_id(dialogue.id, moment),
            dialogue=dialogue.id,
            state_turn=state.turn if state else moment.state_turns[-1],
            action_turns=moment.action_turns,
            outcome_turn=outcome.turn if outcome else moment.outcome_turns[0],
            scenario=scenario,
            state=reading.state,
            also=_also(reading),
            intensity=max(1, min(5, round(reading.intensity))),
            stage=reading.stage,
            need=_need(reading),
            actions=actions,
            change=movement.change,
            quotes=tuple(quote for quote in (state, *action_quotes, outcome) if quote is not None),
            labeller=self.name,
            labeller_kind="machine",
            confidence=movement.confidence,
        )


def _must_be_english(dialogue: Dialogue) -> None:
    remedy = "let a model label it: --engine endpoint --endpoint URL"
    if dialogue.language and primary_language(dialogue.language) != "en":
        raise UserError(f"the embedded engine reads English, and this dialogue is in '{dialogue.language}'",
                        f"dialogue '{dialogue.id}'", remedy)
    if other_script("".join(turn.text for turn in dialogue.turns)):
        raise UserError("the embedded engine reads English, and most letters of this dialogue are of another script",
                        f"dialogue '{dialogue.id}'", remedy)


def _joined(dialogue: Dialogue, lines: Sequence[int]) -> str:
    return "\n".join(dialogue.turns[line].text for line in lines)


def _readings(dialogue: Dialogue, moments: Sequence[UnitMoment]) -> list[Reading]:
    """How the seeker is read before each moment, and after the last one."""
    if not moments:
        return []
    runs = [moment.state_turns for moment in moments] + [moments[-1].outcome_turns]
    history = [Line("seeker", dialogue.situation, 0)] if dialogue.situation.strip() else []  # written before the talk
    found: list[Reading] = []
    for number, run in enumerate(runs, 1):
        text = _joined(dialogue, run)
        found.append(read_moment(Moment(text, tuple(history[-HISTORY:]), number)))
        history.append(Line("seeker", text, number))
        if number <= len(moments):
            history.append(Line("supporter", _joined(dialogue, moments[number - 1].action_turns), number))
    return found


def _also(reading: Reading) -> tuple[State, ...]:
    top = reading.states[0].score
    return tuple(one.state for one in reading.states[1 : MOST_ALSO + 1]
                 if one.score >= ALSO_LEAST and one.score >= ALSO_SHARE * top)


def _need(reading: Reading) -> Need | None:
    return reading.need if reading.need_score >= LEAST_NEED else None


def _deeds(dialogue: Dialogue, moment: UnitMoment) -> tuple[tuple[Action, ...], tuple[Quote, ...]]:
    """The actions of a supporter turn, one a line with adjacent repeats merged, and a quote of the first line of each."""
    actions: list[Action] = []
    quotes: list[Quote] = []
    for line in moment.action_turns:
        turn = dialogue.turns[line]
        if not turn.text.strip() and len(moment.action_turns) > 1 and turn.strategy is None:
            continue
        deed = deed_of(turn.text, turn.strategy)
        if actions and actions[-1] is deed.action:
            continue
        actions.append(deed.action)
        quote = _quote(dialogue, (line,), "action", deed.start, deed.end)
        if quote is not None:
            quotes.append(quote)
    return tuple(actions) or (Action.SOCIAL_OR_OTHER,), tuple(quotes)


def _state_quote(dialogue: Dialogue, lines: Sequence[int], reading: Reading) -> Quote | None:
    """The sentence with the words that show the state; with none, the weightiest clause of the message."""
    if reading.evidence:
        return _quote(dialogue, lines, "state", reading.evidence[0].start, reading.evidence[0].end)
    start = _joined(dialogue, lines).find(reading.heard) if reading.heard else 0
    return _quote(dialogue, lines, "state", max(0, start), max(0, start) + len(reading.heard))


def _quote(dialogue: Dialogue, lines: Sequence[int], role: str, start: int, end: int) -> Quote | None:
    """The sentence around places of the joined lines, as a quote of its line; without places the first sentence there is.

    None when none of the lines holds a visible character.
    """
    offset = 0
    if end > start:
        for line in lines:
            text = dialogue.turns[line].text
            if offset <= start < offset + len(text):
                return _sentence_quote(text, line, role, start - offset, min(end - offset, len(text)))
            offset += len(text) + 1
    for line in lines:
        text = dialogue.turns[line].text
        if text.strip():
            return _sentence_quote(text, line, role, 0, 0)
    return None


def _sentence_quote(text: str, line: int, role: str, start: int, end: int) -> Quote:
    spans = [hit.span() for hit in _SENTENCE.finditer(text)] or [(0, len(text))]
    first, last = next((span for span in spans if span[0] <= start < span[1]), spans[0])
    last = max(last, min(end, len(text)))
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    if last - first > LONGEST_QUOTE:
        first, last = _cut(text, first, last, start, end)
    return Quote.model_validate({"turn": line, "role": role, "text": text[first:last], "start": first, "end": last})


def _cut(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """A piece of a long sentence that holds the telling words, from and to a blank where there is one."""
    begin = max(first, min(start, end - LONGEST_QUOTE // 2) - LONGEST_QUOTE // 4) if end > start else first
    if begin > first and (blank := text.find(" ", begin, max(begin, start) + 1)) >= 0:
        begin = blank + 1
    stop = min(last, begin + LONGEST_QUOTE)
    if stop < last and (blank := text.rfind(" ", max(begin + 1, end), stop)) > begin:
        stop = blank
    return begin, max(stop, begin + 1)
