"""The state reader and the risk reader of the endpoint engine.

The turn asks for risk first and then for the state. Both questions need only the message and the talk, so the risk reader
sends the second one at the same time, and the state reader takes what is already under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar, get_args

from esc_tui.domain.events import Span, StateScore
from esc_tui.domain.labels import Need, RiskKind, RiskLevel, Scenario, Stage, State, parse_label
from esc_tui.engines.endpoint.asker import Asker, Request
from esc_tui.engines.endpoint.outputs import RiskSign, StateReading, StateSaid
from esc_tui.engines.endpoint.quoting import find_span
from esc_tui.engines.endpoint.schemas import schema_of
from esc_tui.engines.endpoint.view import talk_values
from esc_tui.engines.roles import Act, Moment, Reading, RiskReading

LabelT = TypeVar("LabelT", bound=StrEnum)
CLOSE = 0.75
"""How alike (difflib ratio) a label must be to a known one to be taken for it."""
MOST_LABEL = 80
"""Characters of a label or name; a longer text is none, and comparing it would take long."""
_MOST_STATES = 4


class EndpointStateReader:
    """Asks the model how the seeker is."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def read(self, moment: Moment) -> Reading:
        """The state as the model sees it. Raises EndpointError."""
        notes = self._asker.scratch.of(moment)
        task, notes.reading = notes.reading, None
        if task is not None and not task.cancelled() and task.get_loop() is asyncio.get_running_loop():
            try:
                return await task
            finally:
                task.cancel()
        return await self.ask(moment)

    async def ask(self, moment: Moment) -> Reading:
        """Ask now, whatever is under way. Raises EndpointError."""
        values = talk_values(moment) | {"labels": {
            "states": [label.value for label in State], "scenarios": [label.value for label in Scenario],
            "stages": [label.value for label in Stage], "needs": [label.value for label in Need],
            "acts": list(get_args(Act))}}
        request = Request(self._asker.render("state_reader", values), "state_reading", schema_of(StateReading))
        return await self._asker.ask(request, self._asker.scratch.of(moment), lambda data: to_reading(data, moment.text))

    async def close(self) -> None:
        """End what is under way and close the connections of the whole engine."""
        self._asker.scratch.drop_all()
        await self._asker.connection.aclose()

    def start(self, moment: Moment) -> None:
        """Begin to read, so that ``read`` has it sooner."""
        notes = self._asker.scratch.of(moment)
        notes.drop_reading()
        notes.reading = asyncio.create_task(self.ask(moment))
        notes.reading.add_done_callback(_heard_of)


class EndpointRiskReader:
    """Asks the model for signs of danger; what it says can only add a crisis."""

    def __init__(self, asker: Asker, reader: EndpointStateReader | None = None) -> None:
        self._asker, self._reader = asker, reader

    async def read_risk(self, moment: Moment) -> RiskReading | None:
        """A crisis the model sees, or None. Raises EndpointError."""
        notes = self._asker.scratch.of(moment)
        if self._reader is not None:
            self._reader.start(moment)
        values = talk_values(moment) | {"labels": {
            "kinds": [label.value for label in RiskKind], "levels": [label.value for label in RiskLevel]}}
        try:
            request = Request(self._asker.render("risk_reader", values), "risk_sign", schema_of(RiskSign))
            examples = examples_in(request.prompt.system)
            seen = await self._asker.ask(request, notes, lambda data: to_risk(data, moment.text, examples))
        except asyncio.CancelledError:
            notes.drop_reading()
            raise
        if seen is not None:
            notes.drop_reading()
        return seen


def _heard_of(task: asyncio.Task[Reading]) -> None:
    """Take note of a failure nobody came to hear, so that the loop does not complain of it."""
    if not task.cancelled():
        task.exception()


def nearest(kind: type[LabelT], text: str) -> LabelT:
    """The label meant by a model's word. Raises ValueError, with the known ones, when none is close."""
    try:
        return kind(parse_label(kind, text[:MOST_LABEL]))
    except ValueError:
        pass
    values = [member.value for member in kind]
    close = get_close_matches(text[:MOST_LABEL].strip().lower().replace(" ", "-"), values, n=1, cutoff=CLOSE)
    if not close:
        raise ValueError(f"'{text[:60]}' is none of the {kind.__name__.lower()} labels: {', '.join(values)}")
    return kind(close[0])


def known_labels(kind: type[LabelT], said: Sequence[str]) -> list[LabelT]:
    """The labels meant, each once and in order; a word that is none of them is passed over."""
    found: list[LabelT] = []
    for word in said:
        try:
            label = nearest(kind, word)
        except ValueError:
            continue
        if label not in found:
            found.append(label)
    return found


def to_reading(data: dict[str, Any], message: str) -> Reading:
    """The reading in a model's answer. Raises ValueError for what cannot be mended."""
    said = StateReading.model_validate(data)
    states = _states(said.states, message)
    if not states:
        raise ValueError(f"states must hold at least one of: {', '.join(State)}")
    if not 0 <= said.intensity <= 10:
        raise ValueError("intensity must be a number from 1 to 5")
    need = None
    if said.need.strip().lower() not in ("", "unknown", "none", "null"):
        need = nearest(Need, said.need)
    act = said.act[:MOST_LABEL].strip().lower().replace("-", "_").replace(" ", "_")
    acts: Sequence[Act] = get_args(Act)
    close = get_close_matches(act, acts, n=1, cutoff=CLOSE)
    if not close:
        raise ValueError(f"act must be one of: {', '.join(acts)}")
    heard = find_quote(message, said.heard)
    spans = tuple(span for score in states for span in score.evidence)
    return Reading(
        states=states, intensity=min(5.0, max(1.0, said.intensity)), stage=nearest(Stage, said.stage),
        scenario=nearest(Scenario, said.scenario), scenario_score=1.0, need=need, need_score=1.0 if need else 0.0,
        act=acts[acts.index(close[0])], heard=heard.text if heard else (spans[0].text if spans else ""), evidence=spans)


def _states(said: Sequence[StateSaid], message: str) -> tuple[StateScore, ...]:
    scores: dict[State, float] = {}
    spans: dict[State, tuple[Span, ...]] = {}
    for row in said:
        try:
            state = nearest(State, row.state)
        except ValueError:
            continue
        scores[state] = scores.get(state, 0.0) + min(100.0, max(0.0, row.score))
        quote = find_quote(message, row.quote)
        spans[state] = spans.get(state, ()) + ((quote,) if quote else ())
    total = sum(scores.values())
    if scores and total <= 0:
        scores, total = dict.fromkeys(scores, 1.0), float(len(scores))
    best = sorted(scores, key=lambda state: -scores[state])[:_MOST_STATES]
    whole = sum(scores[state] for state in best)
    return tuple(StateScore(state=state, score=round(scores[state] / whole, 4), evidence=spans[state]) for state in best)


def find_quote(message: str, quote: str) -> Span | None:
    """Where the model's quote stands in the message (case and blanks aside); None when the seeker did not say it."""
    span = find_span(message, quote)
    return None if span is None else Span(start=span[0], end=span[1], text=message[span[0]:span[1]])


def examples_in(prompt: str) -> tuple[RiskSign, ...]:
    """The whole answers that a prompt shows as examples, each on a line of its own."""
    found: list[RiskSign] = []
    for line in prompt.splitlines():
        if line.startswith('{"'):
            try:
                found.append(RiskSign.model_validate_json(line))
            except ValueError:
                continue
    return tuple(found)


def to_risk(data: dict[str, Any], message: str, examples: Sequence[RiskSign] = ()) -> RiskReading | None:
    """The risk in a model's answer, None for none. Raises ValueError for what cannot be mended.

    ``examples``: answers of the prompt itself. A small model gives one back as it stands, whatever it reads; words of its quote that
    the seeker did not say show it.
    """
    said = RiskSign.model_validate(data)
    kind = nearest_snake(RiskKind, said.kind)
    if kind is RiskKind.NONE:
        return None
    level = None
    if kind is RiskKind.SELF_HARM and said.level.strip().lower() not in ("", "none", "null", "unknown"):
        level = nearest_snake(RiskLevel, said.level)
    quote = find_quote(message, said.quote)
    if quote is None and any(_alike(said, example) for example in examples):
        raise ValueError("this is the example of the instructions; read the newest message and quote its words")
    return RiskReading(kind, level, quote.text if quote else "")


def _alike(said: RiskSign, other: RiskSign) -> bool:
    return all(" ".join(one.lower().split()) == " ".join(two.lower().split())
               for one, two in ((said.quote, other.quote), (said.kind, other.kind), (said.level, other.level)))


def nearest_snake(kind: type[LabelT], text: str) -> LabelT:
    """``nearest`` for the labels written with underscores."""
    values = [member.value for member in kind]
    close = get_close_matches(text[:MOST_LABEL].strip().lower().replace("-", "_").replace(" ", "_"), values, n=1, cutoff=CLOSE)
    if not close:
        raise ValueError(f"'{text[:60]}' is none of: {', '.join(values)}")
    return kind(close[0])
