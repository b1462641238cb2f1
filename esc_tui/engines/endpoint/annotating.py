"""The annotator of the endpoint engine: one dialogue a question, closed labels, and quotes that are looked up in the lines.

What the seeker said of the talk afterwards (stars, survey) is kept from the model, so that its labels can be measured
against it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from esc_tui.domain.dialogue import Dialogue, InterventionUnit, Quote
from esc_tui.domain.errors import AnswerError, UserError, WrongUseError
from esc_tui.domain.labels import Action, Change, Need, Scenario, Stage, State
from esc_tui.domain.licence import may_be_shared
from esc_tui.domain.supporter_turn import UnitMoment, unit_id, unit_moments
from esc_tui.engines.endpoint.asker import Asker, Request
from esc_tui.engines.endpoint.faults import EndpointFault, too_long
from esc_tui.engines.endpoint.outputs import UnitLabels, UnitSaid
from esc_tui.engines.endpoint.quoting import find_span
from esc_tui.engines.endpoint.reading import known_labels, nearest
from esc_tui.engines.endpoint.schemas import schema_of, without_bounds
from esc_tui.engines.endpoint.scratch import TurnNotes
from esc_tui.engines.endpoint.view import clipped

if TYPE_CHECKING:
    from typing import Literal

MOST_MOMENTS = 24
"""Moments in one question. Of 1,301 dialogues of ESConv and FailedESConv 99 in 100 have 21 or fewer (the longest 42); an
entry takes about 130 tokens, so that the answer stays below the 4,096 that are asked for."""
MOST_CHARACTERS = 9_000
"""Characters of lines in one question, about 2,300 tokens; 99 dialogues in 100 of those have 5,340 or fewer (the longest 9,482)."""
_CONTEXT_LINES = 6
"""Lines before the first moment of a later window that are shown with it."""
_MOST_LINES = 10
"""Lines of each part of a moment that are shown; of a seeker's the last, of the supporter's and of the answer the first."""
_MOST_LINE = 1_500
_MOST_ACTIONS = 4
_MOST_ALSO = 2
_UNSHOWN = 0.85
"""What is left of a confidence for each of the three quotes that does not stand in the lines."""
_LINE_START = 80


class EndpointAnnotator:
    """Lets a model label the moments of a dialogue. ``notes`` gathers a sentence for every dialogue with moments left out."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._name = ""
        self._schema = schema_of(UnitLabels)
        self.notes: list[str] = []

    @property
    def name(self) -> str:
        """The model's name and 8 hex digits of the SHA-256 of the prompt with its labels and form.

        Raises UserError when no model is named or the prompt file is not in order.
        """
        if not self._name:
            model = self._asker.settings.model
            if not model:
                raise WrongUseError("the model that labels must be named", self._asker.settings.host, "give it with --model NAME")
            prompt = self._asker.prompts.render("annotator", {"about": {}, "lines": [], "moments": [], "labels": _labels()})
            text = "\x1f".join((prompt.system, prompt.user, json.dumps(without_bounds(self._schema), sort_keys=True)))
            self._name = f"{model}/{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        return self._name

    async def annotate(self, dialogue: Dialogue) -> tuple[InterventionUnit, ...]:
        """The units of all moments the model labelled, in order; what it left out twice is told in ``notes``.

        Raises UserError for a dialogue that may not be sent to this endpoint, EndpointError when the endpoint fails or its
        answers are of no use.
        """
        if not self._asker.settings.loopback and not may_be_shared(dialogue.licence):
            why = f"its licence ({dialogue.licence}) does not let" if dialogue.licence else "it has no licence that lets"
            raise UserError(f"{why} its words leave this computer for {self._asker.settings.host}", f"dialogue '{dialogue.id}'",
                            "use an endpoint on this computer, or --engine embedded")
        moments = dict(enumerate(unit_moments(dialogue), 1))
        found: dict[int, InterventionUnit] = {}
        for window in _windows(dialogue, moments):
            try:
                found |= await self._window(dialogue, moments, window)
            except AnswerError as error:
                why = error.what.partition(", ")[2]
                raise AnswerError("the model's answers could not be used", f"dialogue '{dialogue.id}'",
                                    f"{why}; {error.remedy}" if why else error.remedy) from None
        if left := len(moments) - len(found):
            self.notes.append(f"Dialogue '{dialogue.id}': {left} of {len(moments)} moments were left out by the model.")
        return tuple(found[number] for number in sorted(found))

    async def aclose(self) -> None:
        """Close the connections of this role's endpoint; the next question opens new ones."""
        await self._asker.connection.aclose()

    async def _window(self, dialogue: Dialogue, moments: dict[int, UnitMoment], window: list[int]) -> dict[int, InterventionUnit]:
        """The units of some moments. A question too long for the model is asked in halves; what is missing, once more."""
        try:
            found = await self._ask(dialogue, moments, window)
        except EndpointFault as fault:
            if not too_long(fault) or len(window) == 1:
                raise
            middle = len(window) // 2
            first = await self._window(dialogue, moments, window[:middle])
            return first | await self._window(dialogue, moments, window[middle:])
        missing = [number for number in window if number not in found]
        if missing:
            try:
                found |= await self._ask(dialogue, moments, missing, may_be_none=True)
            except AnswerError:
                pass  # of no use either: these moments stay out, and ``annotate`` tells it
        return found

    async def _ask(self, dialogue: Dialogue, moments: dict[int, UnitMoment], wanted: list[int], *,
                   may_be_none: bool = False) -> dict[int, InterventionUnit]:
        values = {"about": _about(dialogue), "lines": _lines(dialogue, [moments[number] for number in wanted]),
                  "moments": [_moment_row(number, moments[number]) for number in wanted], "labels": _labels()}
        request = Request(self._asker.render("annotator", values), "unit_labels", self._schema)

        def check(data: dict[str, Any]) -> dict[int, InterventionUnit]:
            found, wrong = to_units(data, dialogue, {number: moments[number] for number in wanted}, self.name)
            if not found and not may_be_none:
                raise ValueError(wrong or "units must hold one entry for every moment")
            return found

        return await self._asker.ask(request, TurnNotes(), check)


def to_units(data: dict[str, Any], dialogue: Dialogue, moments: dict[int, UnitMoment],
             labeller: str) -> tuple[dict[int, InterventionUnit], str]:
    """The units in a model's answer by number of their moment, and what was wrong with the first entry that is none.

    Of several entries for a moment the first good one counts.
    """
    rows = next((data[name] for name in ("units", "segments", "moments") if isinstance(data.get(name), list)), [data])
    found: dict[int, InterventionUnit] = {}
    wrong = ""
    for row in rows:
        try:
            said = UnitSaid.model_validate(row)
            if said.moment not in moments:
                raise ValueError(f"moment must be one of: {', '.join(map(str, moments))}")
            if said.moment not in found:
                found[said.moment] = _unit(said, dialogue, moments[said.moment], labeller)
        except ValidationError as error:
            first = error.errors()[0]
            wrong = wrong or f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        except ValueError as error:
            wrong = wrong or str(error)
    return found, wrong


def _unit(said: UnitSaid, dialogue: Dialogue, moment: UnitMoment, labeller: str) -> InterventionUnit:
    state = nearest(State, said.state)
    actions = known_labels(Action, said.actions)[:_MOST_ACTIONS]
    if not actions:
        raise ValueError(f"actions must hold at least one of: {', '.join(Action)}")
    if not 0 <= said.intensity <= 10:
        raise ValueError("intensity must be a number from 1 to 5")
    need = None
    if said.need.strip().lower() not in ("", "unknown", "none", "null"):
        need = next(iter(known_labels(Need, [said.need])), None)
    quotes, sure = _quotes(said, dialogue, moment)
    return InterventionUnit(
        id=unit_id(dialogue.id, moment), dialogue=dialogue.id, state_turn=moment.state_turns[-1],
        action_turns=moment.action_turns, outcome_turn=moment.outcome_turns[0], scenario=nearest(Scenario, said.scenario),
        state=state, also=tuple(one for one in known_labels(State, said.also) if one is not state)[:_MOST_ALSO],
        intensity=min(5, max(1, round(said.intensity))), stage=nearest(Stage, said.stage), need=need, actions=tuple(actions),
        change=nearest(Change, said.change), quotes=quotes, labeller=labeller, labeller_kind="machine",
        confidence=round(_share(said.confidence) * sure, 3))


def _share(confidence: float) -> float:
    """A confidence as a share of 1; some models count to 10 or to 100."""
    whole = 1 if confidence <= 1 else 10 if confidence <= 10 else 100
    return min(1.0, max(0.0, confidence / whole))


def _quotes(said: UnitSaid, dialogue: Dialogue, moment: UnitMoment) -> tuple[tuple[Quote, ...], float]:
    """The quotes that stand in the moment's lines, and the share of confidence they leave (1 when all three do).

    When none does, the beginning of the seeker's line stands for the state.
    """
    wanted: tuple[tuple[Literal["state", "action", "outcome"], str, tuple[int, ...]], ...] = (
        ("state", said.state_words, moment.state_turns[::-1]), ("action", said.action_words, moment.action_turns),
        ("outcome", said.outcome_words, moment.outcome_turns))
    quotes: list[Quote] = []
    for role, words, turns in wanted:
        for turn in turns:
            text = dialogue.turns[turn].text
            span = find_span(text, words)
            if span is not None:
                quotes.append(Quote(turn=turn, role=role, text=text[span[0]:span[1]], start=span[0], end=span[1]))
                break
    sure: float = _UNSHOWN ** (len(wanted) - len(quotes))
    if not quotes:
        turn = moment.state_turns[-1]
        text = dialogue.turns[turn].text
        end = len(text) if len(text) <= _LINE_START else max(text.rfind(" ", 0, _LINE_START), 0) or _LINE_START
        if text[:end].strip():
            quotes.append(Quote(turn=turn, role="state", text=text[:end], start=0, end=end))
    return tuple(quotes), sure


def _labels() -> dict[str, Any]:
    return {"scenarios": [*Scenario], "states": [*State], "stages": [*Stage], "needs": [*Need], "actions": [*Action],
            "changes": [*Change], "strategies": {action.value: action.strategy.value for action in Action}}


def _about(dialogue: Dialogue) -> dict[str, Any]:
    """What was known before the talk began; nothing that was said of it afterwards."""
    known = {"situation": clipped(dialogue.situation, 600), "problem": clipped(dialogue.problem_type, 80),
             "emotion": clipped(dialogue.emotion_type, 80), "intensity_at_the_start": dialogue.initial_intensity}
    return {name: value for name, value in known.items() if value}


def _shown(moment: UnitMoment) -> tuple[list[int], list[int], list[int]]:
    return (list(moment.state_turns[-_MOST_LINES:]), list(moment.action_turns[:_MOST_LINES]),
            list(moment.outcome_turns[:_MOST_LINES]))


def _moment_row(number: int, moment: UnitMoment) -> dict[str, Any]:
    before, done, after = _shown(moment)
    return {"moment": number, "seeker_before": before, "supporter": done, "seeker_after": after}


def _lines(dialogue: Dialogue, moments: Sequence[UnitMoment]) -> list[dict[str, Any]]:
    """The lines of the moments and a few before them, with their places, each at most as long as leaves room for all."""
    places = {turn for moment in moments for part in _shown(moment) for turn in part}
    first = min(places)
    places |= set(range(max(0, first - _CONTEXT_LINES), first))
    room = max(200, min(_MOST_LINE, MOST_CHARACTERS * 2 // len(places)))
    rows = []
    for place in sorted(places):
        turn = dialogue.turns[place]
        row = {"line": place, "speaker": turn.speaker, "text": clipped(turn.text, room)}
        rows.append(row | ({"strategy": turn.strategy.value} if turn.strategy else {}))
    return rows


def _windows(dialogue: Dialogue, moments: dict[int, UnitMoment]) -> Iterator[list[int]]:
    """Numbers of moments that go into one question together: nearly always all of a dialogue."""
    window: list[int] = []
    characters = 0
    for number, moment in moments.items():
        before, done, after = _shown(moment)
        # What the seeker says next is also what they said before the next moment, so it is counted there.
        size = sum(min(_MOST_LINE, len(dialogue.turns[turn].text)) for turn in (*before, *done))
        last = sum(min(_MOST_LINE, len(dialogue.turns[turn].text)) for turn in after)
        if window and (len(window) == MOST_MOMENTS or characters + size + last > MOST_CHARACTERS):
            yield window
            window, characters = [], 0
        window.append(number)
        characters += size
    if window:
        yield window
