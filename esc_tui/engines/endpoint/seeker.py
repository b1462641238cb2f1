"""The seeker's mind of the endpoint engine: SAGE's two questions a turn, appraise and speak, answered by a model in the profile's role.

The steps and block names are SAGE's (papers.md 3.3 and 3.4), the wording is ours. What a profile and a talk hold is data in both.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from esc_tui.domain.copying import wish_runs
from esc_tui.domain.labels import Need
from esc_tui.domain.profile import Profile
from esc_tui.domain.sage import LARGEST_CHANGE, Band
from esc_tui.domain.text import normalised, visible
from esc_tui.engines.endpoint.asker import Asker, Request
from esc_tui.engines.endpoint.calling import seed_of
from esc_tui.engines.endpoint.capability import CapabilityMemory
from esc_tui.engines.endpoint.connection import Connection
from esc_tui.engines.endpoint.faults import Sleep
from esc_tui.engines.endpoint.prompts import Data, PromptFolder, as_data
from esc_tui.engines.endpoint.schemas import schema_of
from esc_tui.engines.endpoint.scratch import TurnNotes
from esc_tui.engines.endpoint.seeker_outputs import SeekerJudgement, SeekerWords
from esc_tui.engines.endpoint.settings import EndpointSettings
from esc_tui.engines.endpoint.view import clipped, named_language
from esc_tui.engines.endpoint.wishes import PURPOSE, WISHES
from esc_tui.engines.roles import Appraisal, Line, SeekerMoment, SeekerUtterance

MOST_LINE = 2_000
"""Characters of one line shown to the seeker; SAGE's seekers judge replies of up to 900 Chinese characters (papers.md 3.7)."""
MOST_BLOCK = 2_000
"""Characters of a block of thoughts that are kept."""
MOST_WORDS = 1_200
"""Characters of what a seeker says at once; SAGE's say about 60 Chinese characters."""
_NO_CHANGE = 1_000
"""A number beyond it is no change but a slip of the model; what lies between it and the largest change is held to that."""
MOST_QUESTIONS = 2
_PEOPLE = 512
_LABEL = re.compile(r"^\s*[\[(*]*\s*(?:me|seeker|user|client|person|response|reply)\s*[\])*]*\s*[:：]\s*", re.IGNORECASE)
_QUESTION_MARKS = ("?", "？")


class EndpointSeekerMind:
    """Plays seekers with the model of one endpoint, any number of talks at once. Nothing is read or asked before the first question."""

    name = "endpoint"

    def __init__(self, settings: EndpointSettings, prompts: Path, environment: Mapping[str, str] | None = None,
                 sleep: Sleep = asyncio.sleep) -> None:
        """``prompts``: the folder with seeker_appraise.md and seeker_speak.md. Raises UserError when the address is none."""
        self._asker = Asker(Connection(settings, environment), PromptFolder(prompts), CapabilityMemory(settings.memory), sleep)
        self._people: dict[int, tuple[Profile, Data]] = {}

    @property
    def model(self) -> str:
        """The model's name; empty before the first question where the settings name none."""
        return self._asker.model

    @property
    def connection(self) -> Connection:
        """The endpoint, with its count of calls."""
        return self._asker.connection

    async def appraise(self, moment: SeekerMoment) -> Appraisal:
        """What the last reply does in the seeker. The change is held within -10 to 10; without one there is no answer: AnswerError."""
        request = self._request("seeker_appraise", moment, {}, SeekerJudgement)

        def check(data: dict[str, Any]) -> Appraisal:
            said = SeekerJudgement.model_validate(data)
            if abs(said.change) > _NO_CHANGE:
                raise ValueError(f"change must be a whole number from -{LARGEST_CHANGE} to {LARGEST_CHANGE}")
            return Appraisal(
                max(-LARGEST_CHANGE, min(LARGEST_CHANGE, said.change)), _block(said.content), _block(said.target_completion),
                _block(said.activity), _block(said.analyse), (request.prompt.mark,))

        return await self._asker.ask(request, TurnNotes(), check)

    async def speak(self, moment: SeekerMoment, appraisal: Appraisal, band: Band) -> SeekerUtterance:
        """The next words. In bands S and F they always take leave."""
        felt = {"seen_from_outside": appraisal.target_completion, "seen_from_inside": f"{appraisal.activity} {appraisal.analyse}".strip()}
        values = {"felt": felt, "band": Data(band.value), "last_turn": moment.last_turn}
        request = self._request("seeker_speak", moment, values, SeekerWords)
        taste = _Taste(moment)

        def check(data: dict[str, Any]) -> SeekerUtterance:
            said = SeekerWords.model_validate(data)
            text = _spoken(said.response)
            if not text:
                raise ValueError("response must hold what the person says")
            taste.look(text)
            return SeekerUtterance(text, _block(said.thinking), _block(said.origin), _block(said.change),
                                   said.goodbye or band in {Band.S, Band.F}, (request.prompt.mark,))

        return await self._asker.ask(request, TurnNotes(), check)

    async def aclose(self) -> None:
        """Close the connections; the next question opens new ones."""
        await self._asker.connection.aclose()

    def _request(self, role: str, moment: SeekerMoment, values: dict[str, Any], output: type[Any]) -> Request:
        before, exchange = _talk(moment.history)
        shown = {"person": self._person(moment.profile), "purpose": PURPOSE, "history": before, "exchange": exchange,
                 "emotion": moment.emotion, "language": named_language(moment.profile.language)}
        return Request(self._asker.render(role, shown | values), role, schema_of(output), seed=seed_of(moment.seed, role, moment.turn))

    def _person(self, profile: Profile) -> Data:
        """The profile as data; written once for all turns of it."""
        kept = self._people.get(id(profile))
        if kept is None or kept[0] is not profile:
            if len(self._people) >= _PEOPLE:
                self._people.clear()
            kept = self._people[id(profile)] = (profile, as_data(person_values(profile)))
        return kept[1]


def person_values(profile: Profile) -> dict[str, Any]:
    """Everything that whoever plays the seeker knows of them."""
    behaviour = {name: text for name, text in profile.behaviour.model_dump().items() if text}
    told: dict[str, Any] = {
        "name": profile.name, "age": profile.age, "occupation": profile.occupation, "persona": profile.persona,
        "character": profile.character.value, "traits": list(profile.traits), "scene": profile.scene,
        "hidden_wish": profile.wish or wish_of(profile.need), "behaviour": behaviour, "raises_the_mood": list(profile.raises),
        "lowers_the_mood": list(profile.lowers), "facts": [{"layer": fact.layer, "text": fact.text} for fact in profile.facts]}
    return {name: value for name, value in told.items() if value}


def wish_of(need: Need) -> str:
    """The hidden wish of a need, for a profile that words none of its own."""
    return WISHES[need]


def _talk(history: tuple[Line, ...]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The lines before, and the last thing said with the reply to it."""
    rows = [{"speaker": "me" if line.speaker == "seeker" else "supporter", "text": clipped(line.text, MOST_LINE)} for line in history]
    start = max(0, len(rows) - 2)
    return rows[:start], rows[start:]


def _block(text: str) -> str:
    return clipped(visible(text).strip(), MOST_BLOCK)


def _spoken(text: str) -> str:
    """The words on one line, without a name in front."""
    line = " ".join(visible(text, keep_lines=False).split())
    return clipped(_LABEL.sub("", line, count=1), MOST_WORDS)


class _Taste:
    """Sends words back once that break a rule of the stage; the second time they stand, and the lint of the run tells."""

    def __init__(self, moment: SeekerMoment) -> None:
        profile = moment.profile
        self._wish = wish_runs(profile.wish)
        self._said = {normalised(line.text) for line in moment.history if line.speaker == "seeker"}
        self._looked = False

    def look(self, text: str) -> None:
        """Raise ValueError, once, for what is wrong."""
        if self._looked:
            return
        self._looked = True
        rules: tuple[tuple[Callable[[], bool], str], ...] = (
            (lambda: sum(text.count(mark) for mark in _QUESTION_MARKS) > MOST_QUESTIONS, "response asks more than two questions"),
            (lambda: bool(self._wish & wish_runs(text)), "response gives the hidden wish away"),
            (lambda: normalised(text) in self._said, "response says again what was said before"),
        )
        for broken, why in rules:
            if broken():
                raise ValueError(why)
