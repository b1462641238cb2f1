"""The analyst of the endpoint engine: one talk a question, closed labels, turn numbers, and quotes that are looked up in the turn.

A model says what it saw; whether the trace bears it out is checked here. What it does not bear out is left out and counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from esc_tui.domain.errors import AnswerError, UserError
from esc_tui.domain.evolution import Finding, FindingKind, SeekerGroup
from esc_tui.domain.labels import Action
from esc_tui.domain.skill import Skill
from esc_tui.engines.endpoint.asker import Asker, Request
from esc_tui.engines.endpoint.capability import CapabilityMemory
from esc_tui.engines.endpoint.connection import Connection
from esc_tui.engines.endpoint.faults import EndpointFault, Sleep, too_long
from esc_tui.engines.endpoint.outputs import ABOUT, AnalystSaid, FoundSaid, ShowingSaid
from esc_tui.engines.endpoint.prompts import PromptFolder
from esc_tui.engines.endpoint.quoting import find_span
from esc_tui.engines.endpoint.reading import MOST_LABEL, known_labels, nearest
from esc_tui.engines.endpoint.schemas import schema_of
from esc_tui.engines.endpoint.scratch import TurnNotes
from esc_tui.engines.endpoint.settings import EndpointSettings
from esc_tui.engines.endpoint.signs import SHOWS, SIGNS
from esc_tui.engines.endpoint.view import clipped, skill_row
from esc_tui.engines.evolving_roles import AnalystBrief, PivotKind, TracedTurn
from esc_tui.engines.trace_findings import Seen, findings_of_trace

MOST_TURNS = 16
"""Turns in one question; a simulated talk has ten judged ones."""
MOST_CHARACTERS = 12_000
"""Characters of words in one question, about 3,000 tokens; a longer talk is asked about in parts."""
MOST_FINDINGS = 12
"""Findings that are taken from one answer."""
FEWEST_LETTERS = 4
"""A quote is at least so long: a shorter one stands anywhere."""
_MOST_LINE = 1_200
_MOST_THOUGHT = 500
_MOST_SKILLS = 16
_MOST_ACTIONS = 3
_MOST_QUOTE = 160
_PASSED_OVER = 3
"""So many skills that were offered and not chosen are shown of each turn, the best first."""


class EndpointAnalyst:
    """Lets a model read traces, any number at once. ``notes`` gathers a sentence for every trace of which something was left out,
    ``left_out`` counts what was.
    """

    name = "endpoint"

    def __init__(self, settings: EndpointSettings, prompts: Path, environment: Mapping[str, str] | None = None,
                 sleep: Sleep = asyncio.sleep) -> None:
        """``prompts``: the folder with analyst.md. Raises UserError when the address is none."""
        self._asker = Asker(Connection(settings, environment), PromptFolder(prompts), CapabilityMemory(settings.memory), sleep)
        self.notes: list[str] = []
        self.left_out = 0

    @property
    def connection(self) -> Connection:
        """The endpoint, with its count of calls."""
        return self._asker.connection

    async def analyse(self, brief: AnalystBrief) -> tuple[Finding, ...]:
        """The findings of one trace.

        Raises UserError for a talk whose words may not be sent to this endpoint, AnswerError for answers of no use, EndpointError when
        the endpoint fails.
        """
        self._may_be_sent(brief)
        seen: list[Seen] = []
        problems: list[str] = []
        for window in _windows(brief.trace.turns):
            try:
                found, wrong = await self._window(brief, window)
            except AnswerError as error:
                why = error.what.partition(", ")[2]
                self.notes.append(f"{_named(brief)}: left out, because the model's answers could not be used.")
                raise AnswerError("the model's answers could not be used", _named(brief), f"{why}; {error.remedy}" if why
                                  else error.remedy) from None
            seen += found
            problems += wrong
        if problems:
            self.left_out += len(problems)
            parts = f"{len(problems)} {'thing' if len(problems) == 1 else 'things'}"
            self.notes.append(f"{_named(brief)}: {parts} that the model said left out, because the talk does not show it: {problems[0]}.")
        return findings_of_trace(brief.trace, seen, self.name)

    async def aclose(self) -> None:
        """Close the connections; the next question opens new ones."""
        await self._asker.connection.aclose()

    def _may_be_sent(self, brief: AnalystBrief) -> None:
        settings, trace = self._asker.settings, brief.trace
        if settings.loopback or trace.quotable:
            return
        why = "the words of a live talk do not leave" if trace.live else "the licence of its profile does not let its words leave"
        raise UserError(f"{why} this computer for {settings.host}", _named(brief), "use an endpoint on this computer, or --engine embedded")

    async def _window(self, brief: AnalystBrief, window: Sequence[TracedTurn]) -> tuple[list[Seen], list[str]]:
        """What some turns show, and what of the answer was left out. A question too long for the model is asked in halves."""
        try:
            return await self._ask(brief, window)
        except EndpointFault as fault:
            if not too_long(fault) or len(window) == 1:
                raise
            middle = len(window) // 2
            first, wrong = await self._window(brief, window[:middle])
            second, more = await self._window(brief, window[middle:])
            return first + second, wrong + more

    async def _ask(self, brief: AnalystBrief, window: Sequence[TracedTurn]) -> tuple[list[Seen], list[str]]:
        slugs = _slugs(brief.skills, window)
        values = {"person": _person(brief), "skills": [skill_row(brief.skills[slug]) for slug in slugs],
                  "turns": [_turn_row(turn) for turn in window],
                  "labels": {"kinds": {kind.value: sorted(SHOWS[kind]) for kind in FindingKind}, "signs": SIGNS,
                             "about": _about(brief), "actions": [*Action]}}
        request = Request(self._asker.render("analyst", values), "findings", schema_of(AnalystSaid, slugs))
        answers = 0

        def check(data: dict[str, Any]) -> tuple[list[Seen], list[str]]:
            nonlocal answers
            answers += 1
            found, wrong = to_seen(data, brief, window)
            if wrong and not found and answers == 1:
                raise ValueError(wrong[0])
            return found, wrong

        return await self._asker.ask(request, TurnNotes(), check)


def to_seen(data: dict[str, Any], brief: AnalystBrief, window: Sequence[TracedTurn]) -> tuple[list[Seen], list[str]]:
    """What of a model's answer some turns of a trace bear out, and a sentence for each thing that they do not.

    Raises ValueError for an answer that holds no list of findings.
    """
    rows = data.get("findings")
    if not isinstance(rows, list):
        raise ValueError("findings must hold a list, which may be empty")  # noqa: TRY004  sent back to the model, as every ValueError is
    found: list[Seen] = []
    wrong: list[str] = []
    for row in rows[:MOST_FINDINGS]:
        try:
            said = FoundSaid.model_validate(row)
            kind, sign = nearest(FindingKind, said.kind), _sign(said.because)
        except ValidationError as error:
            first = error.errors()[0]
            wrong.append(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}")
            continue
        except ValueError as error:
            wrong.append(str(error))
            continue
        if not said.shows:
            wrong.append(f"{kind.value}: no turn shows it")
        for showing in said.shows[:MOST_TURNS]:
            try:
                found.append(_seen(brief, window, said, showing, kind, sign))
            except ValueError as error:
                wrong.append(f"{kind.value} in turn {showing.turn}: {error}")
    return list(dict.fromkeys(found)), wrong


def _sign(text: str) -> str:
    label = text[:MOST_LABEL].strip().lower().replace("_", "-").replace(" ", "-")
    if label not in SIGNS:
        raise ValueError(f"because must be one of: {', '.join(SIGNS)}")
    return label


def _seen(brief: AnalystBrief, window: Sequence[TracedTurn], said: FoundSaid, showing: ShowingSaid, kind: FindingKind,
          sign: str) -> Seen:
    """One thing in one turn as the trace bears it out; raises ValueError with what it does not."""
    turn = next((one for one in window if one.number == showing.turn), None)
    if turn is None:
        raise ValueError(f"turn must be one of: {', '.join(str(one.number) for one in window)}")
    if sign not in SHOWS[kind]:
        raise ValueError(f"'{sign}' cannot show {kind.value}; these can: {', '.join(sorted(SHOWS[kind]))}")
    _moved(turn, kind)
    quote = _quote(brief, turn, kind, showing.quote)
    skills = _skills(brief.skills, turn, kind, said.skill)
    if kind is FindingKind.MISSING_SKILL:
        actions = tuple(known_labels(Action, said.actions)[:_MOST_ACTIONS])
        if not actions:
            raise ValueError("actions must name what would have served")
    else:
        actions = tuple(dict.fromkeys(move.action for move in turn.moves if move.skill in skills))
    group = SeekerGroup() if kind in (FindingKind.UNSAFE_INTERVENTION, FindingKind.WEAK_EXECUTION) else _group(brief, turn, said.about)
    if kind is FindingKind.MISSING_SKILL and group.anybody:
        raise ValueError("about must say which seekers the skill is missing for")
    why = SIGNS[sign] if brief.trace.live else f"{SIGNS[sign]}: “{quote}”"
    return Seen(kind, group, skills, actions, why, turn)


def _moved(turn: TracedTurn, kind: FindingKind) -> None:
    """Raise ValueError where what followed the turn contradicts the kind of finding."""
    if kind is FindingKind.UNSAFE_INTERVENTION:
        return
    if turn.care:
        raise ValueError("the guard answered there, no skill")
    good, bad = PivotKind.MARKED_GOOD in turn.pivots, PivotKind.MARKED_BAD in turn.pivots
    if turn.change is None and not (good or bad):
        raise ValueError("nobody knows how the seeker moved there")
    change = turn.change or 0
    if kind is FindingKind.SUCCESS and (change <= 0 or bad) and not good:
        raise ValueError(f"the seeker did not rise there (change {change:+d})")
    if kind is not FindingKind.SUCCESS and (change > 0 or good) and not bad:
        raise ValueError(f"the seeker rose there (change {change:+d})")


def _quote(brief: AnalystBrief, turn: TracedTurn, kind: FindingKind, words: str) -> str:
    """The words as they stand in the turn or, of the seeker, right after it; unsafe words stand in the reply."""
    after = next((one.heard for one in brief.trace.turns if one.number == turn.number + 1), "")
    if not words.strip():
        raise ValueError("quote is empty")
    texts = (turn.reply,) if kind is FindingKind.UNSAFE_INTERVENTION else (turn.reply, turn.heard, after, turn.thought)
    for text in texts:
        span = find_span(text, words)
        if span is not None and (span[1] - span[0] >= FEWEST_LETTERS or len(text) < FEWEST_LETTERS):
            return clipped(text[span[0]:span[1]], _MOST_QUOTE)
    where = "the reply" if kind is FindingKind.UNSAFE_INTERVENTION else "that turn"
    raise ValueError(f"quote must be copied letter by letter from {where}")


def _skills(known: Mapping[str, Skill], turn: TracedTurn, kind: FindingKind, said: str) -> tuple[str, ...]:
    """The skill of a finding: one that spoke there, for a wrong selection one that was offered and not chosen."""
    slug = said.strip()
    if kind is FindingKind.MISSING_SKILL:
        return ()
    if kind is FindingKind.UNSAFE_INTERVENTION:
        return (slug,) if slug in turn.skills else turn.skills
    offered = [row.skill for row in turn.ranked if row.verdict == "runner_up"] if kind is FindingKind.WRONG_SELECTION else turn.skills
    there = [one for one in offered if one in known]
    if slug not in there:
        names = ", ".join(there[:_MOST_SKILLS])
        raise ValueError(f"skill must be one of: {names}" if names else "no skill is there that it could be about")
    return (slug,)


def _about(brief: AnalystBrief) -> list[str]:
    trace = brief.trace
    known = {"everybody": True, "need": trace.need is not None, "character": trace.character is not None, "state": True}
    return [name for name in ABOUT if known[name]]


def _group(brief: AnalystBrief, turn: TracedTurn, about: str) -> SeekerGroup:
    """The group by what this seeker is; the model only says by which trait, never its value."""
    label = about.strip().lower() or "everybody"
    if label not in _about(brief):
        raise ValueError(f"about must be one of: {', '.join(_about(brief))}")
    if label == "need":
        return SeekerGroup(need=brief.trace.need)
    if label == "character":
        return SeekerGroup(character=brief.trace.character)
    if label == "state":
        if turn.state is None:
            raise ValueError("no state was read there")
        return SeekerGroup(state=turn.state)
    return SeekerGroup()


def _person(brief: AnalystBrief) -> dict[str, Any]:
    """What is known of a simulated seeker; of people nothing is."""
    trace = brief.trace
    known = {"hopes_for": trace.need, "character": trace.character, "matter": trace.scenario}
    return {name: label.value for name, label in known.items() if label is not None}


def _turn_row(turn: TracedTurn) -> dict[str, Any]:
    passed = [row.skill for row in turn.ranked if row.verdict == "runner_up"][:_PASSED_OVER]
    row: dict[str, Any] = {
        "turn": turn.number, "seeker": clipped(turn.heard, _MOST_LINE), "supporter": clipped(turn.reply, _MOST_LINE),
        "seeker_thought": clipped(turn.thought, _MOST_THOUGHT), "read_as": [score.state.value for score in turn.states[:3]],
        "stage": turn.stage.value if turn.stage else "", "skills_used": list(turn.skills), "skills_passed_over": passed,
        "did": list(dict.fromkeys(move.action.value for move in turn.moves)), "guard_refused": turn.refused.replace("_", " "),
        "guard_answered": "yes" if turn.care else "", "look_at_it_for": [kind.value for kind in turn.pivots]}
    told = {name: value for name, value in row.items() if value}
    return told if turn.change is None else told | {"mood_moved_by": turn.change}


def _slugs(skills: Mapping[str, Skill], window: Sequence[TracedTurn]) -> list[str]:
    """The skills that some turns used, then those they passed over, each once; only ones that are known."""
    used = [slug for turn in window for slug in turn.skills]
    passed = [row.skill for turn in window for row in [one for one in turn.ranked if one.verdict == "runner_up"][:_PASSED_OVER]]
    return [slug for slug in dict.fromkeys((*used, *passed)) if slug in skills][:_MOST_SKILLS]


def _windows(turns: Sequence[TracedTurn]) -> Iterator[list[TracedTurn]]:
    """Turns that go into one question together: nearly always all of a talk."""
    window: list[TracedTurn] = []
    characters = 0
    for turn in turns:
        size = min(len(turn.heard), _MOST_LINE) + min(len(turn.reply), _MOST_LINE) + min(len(turn.thought), _MOST_THOUGHT)
        if window and (len(window) == MOST_TURNS or characters + size > MOST_CHARACTERS):
            yield window
            window, characters = [], 0
        window.append(turn)
        characters += size
    if window:
        yield window


def _named(brief: AnalystBrief) -> str:
    trace = brief.trace
    return f"talk '{trace.conversation}'" if trace.run is None else f"episode {trace.run}/{trace.episode}"
