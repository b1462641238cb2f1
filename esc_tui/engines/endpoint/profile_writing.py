"""The profile writer of the endpoint engine: a model invents a seeker, and only one that can be played from start to end is taken."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from esc_tui.domain.copying import SHARED_WORDS, text_runs, wish_runs
from esc_tui.domain.labels import Scenario
from esc_tui.domain.profile import ASKED, BandBehaviour, Fact, Profile, SeekerLines
from esc_tui.domain.text import normalised, primary_language, visible
from esc_tui.engines.endpoint.asker import Asker, Request
from esc_tui.engines.endpoint.calling import seed_of
from esc_tui.engines.endpoint.capability import CapabilityMemory
from esc_tui.engines.endpoint.connection import Connection
from esc_tui.engines.endpoint.drafting import new_slug
from esc_tui.engines.endpoint.faults import Sleep
from esc_tui.engines.endpoint.prompts import PromptFolder
from esc_tui.engines.endpoint.schemas import schema_of
from esc_tui.engines.endpoint.scratch import TurnNotes
from esc_tui.engines.endpoint.seeker_outputs import ProfileDraft
from esc_tui.engines.endpoint.settings import EndpointSettings
from esc_tui.engines.endpoint.view import clipped, named_language
from esc_tui.engines.endpoint.wishes import TRAITS, WISHES
from esc_tui.engines.roles import ProfileWish
from esc_tui.guard.detect import check_message

_FEWEST = 2
"""Facts of each layer a seeker needs; the prompt asks for five."""
_MOST_FACTS, _MOST_LINES, _MOST_KINDS = 40, 8, 8
_PERSONA, _SCENE = 60, 200
"""Characters a persona and a scene need at least; a third of it in Chinese, Japanese and Korean."""
_DENSE = {"zh", "ja", "ko"}
_HAN = re.compile(r"[㐀-鿿]")
_LETTER = re.compile(r"[^\W\d_]")


class EndpointProfileWriter:
    """Lets a model write seekers. The same wish and seed ask the same question."""

    def __init__(self, settings: EndpointSettings, prompts: Path, environment: Mapping[str, str] | None = None,
                 sleep: Sleep = asyncio.sleep) -> None:
        """``prompts``: the folder with profile_writer.md. Raises UserError when the address is none."""
        self._asker = Asker(Connection(settings, environment), PromptFolder(prompts), CapabilityMemory(settings.memory), sleep)
        self._schema = schema_of(ProfileDraft)

    @property
    def name(self) -> str:
        """Stands as the profile's source; the model is named once it is known."""
        return f"written by {self._asker.model}" if self._asker.model else "written by a model"

    @property
    def composes(self) -> bool:
        """Never: every profile is a call."""
        return False

    @property
    def connection(self) -> Connection:
        """The endpoint, with its count of calls."""
        return self._asker.connection

    async def write_profile(self, wish: ProfileWish) -> Profile:
        """A seeker who can be played by either engine. What is wrong is told to the model once.

        Raises AnswerError when the second draft is copied, empty, unsafe or in another language too, EndpointError.
        """
        await self._asker.know_model()
        scenario = wish.scenario or list(Scenario)[wish.seed % len(Scenario)]
        values = {"wanted": {
            "character": wish.character.value, "traits": list(TRAITS[wish.character]), "hidden_wish": WISHES[wish.need],
            "matter": scenario.value.replace("-", " "), "number_for_chance": seed_of(wish.seed, "profile") % 1_000_000},
            "asked": list(ASKED), "language": named_language(wish.language)}
        prompt = self._asker.render("profile_writer", values)
        request = Request(prompt, "profile", self._schema, seed=seed_of(wish.seed, "profile_writer"))

        def check(data: dict[str, Any]) -> Profile:
            return compose(ProfileDraft.model_validate(data), wish, scenario, self.name, text_runs(prompt.system))

        return await self._asker.ask(request, TurnNotes(), check)

    async def aclose(self) -> None:
        """Close the connections; the next question opens new ones."""
        await self._asker.connection.aclose()


def compose(said: ProfileDraft, wish: ProfileWish, scenario: Scenario, source: str, known: set[tuple[str, ...]]) -> Profile:
    """The profile in a model's draft. ``known``: runs of words that count as copied.

    Facts and lines that may not stay are left out; raises ValueError, naming every part, when what is left is not enough.
    """
    gate = _Gate(said.wish, known, wish.language)
    dense = 3 if primary_language(wish.language) in _DENSE else 1
    persona = gate.text("persona", said.persona, 3_000, _PERSONA // dense)
    scene = gate.text("scene", said.scene, 6_000, _SCENE // dense)
    hidden = gate.text("wish", said.wish, 600, 4)
    first = gate.spoken("first_line", said.first_line)
    facts = _facts(said, gate)
    for layer in (1, 2, 3):
        if sum(fact.layer == layer for fact in facts) < _FEWEST:
            gate.problems.append(f"facts: layer {layer} needs at least {_FEWEST} different ones that may stay")
    lines = SeekerLines(**{name: gate.lines(getattr(said.lines, name), _MOST_LINES) for name in SeekerLines.model_fields})
    gate.problems += [f"lines.{name}: at least one is needed" for name in SeekerLines.model_fields if not getattr(lines, name)]
    if not first and not any(problem.startswith("first_line") for problem in gate.problems):
        gate.problems.append("first_line: it is empty")
    if gate.problems:
        raise ValueError("; ".join(gate.problems[:12]))
    name = clipped(" ".join(visible(said.name, keep_lines=False).split()), 60)
    slug = new_slug(f"{name.partition(' ')[0]} {scenario.value}", wish.taken, wish.seed % 100_000)
    try:
        return Profile(
            id=slug, name=name, age=said.age if 8 <= said.age <= 110 else None, occupation=clipped(visible(said.occupation, False), 120),
            scenario=scenario, persona=persona, scene=scene, character=wish.character, traits=gate.kinds(said.traits)[:4], need=wish.need,
            wish=hidden, first_line=first,
            behaviour=BandBehaviour(**{name: clipped(visible(text).strip(), 600) for name, text in said.behaviour.model_dump().items()}),
            raises=gate.kinds(said.raises), lowers=gate.kinds(said.lowers), facts=tuple(facts), lines=lines, shelf=wish.shelf,
            language=wish.language, source=source)
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"]) from None


class _Gate:
    """Looks at each text of a draft. ``problems`` gathers a sentence for each that is needed and may not stay."""

    def __init__(self, wish: str, known: set[tuple[str, ...]], language: str) -> None:
        self._wish = wish_runs(wish)
        self._known = known
        self._chinese = language.partition("-")[0].lower() == "zh"
        self._english = language.partition("-")[0].lower() == "en"
        self._taken: set[str] = set()
        self.problems: list[str] = []

    def text(self, field: str, text: str, most: int, least: int) -> str:
        """A text that must be there."""
        plain = visible(text).strip()
        why = self._why_not(plain)
        if not why and len(plain) < least:
            why = f"it is too short ({len(plain)} characters, at least {least} are needed)" if plain else "it is empty"
        if why:
            self.problems.append(f"{field}: {why}")
        return clipped(plain, most)

    def spoken(self, field: str, text: str) -> str:
        """Something the seeker says, on one line; empty when it may not stay, with a problem where ``field`` is named."""
        line = " ".join(visible(text, keep_lines=False).split())
        why = self._why_not(line)
        if not why and self._wish & wish_runs(line):
            why = "it gives the hidden wish away"
        if not why and check_message(line).crisis:
            why = "somebody who says this is in danger"
        plain = normalised(line)
        if not why and plain in self._taken:
            why = "it stands there twice"
        if why:
            if field:
                self.problems.append(f"{field}: {why}")
            return ""
        self._taken.add(plain)
        return clipped(line, 400)

    def lines(self, texts: Sequence[str], most: int) -> tuple[str, ...]:
        """The lines that may stay."""
        return tuple(line for text in texts if (line := self.spoken("", text)))[:most]

    def kinds(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Short descriptions, empty and copied ones left out."""
        plain = (" ".join(visible(text, keep_lines=False).split()) for text in texts)
        return tuple(dict.fromkeys(clipped(text, 240) for text in plain if not self._why_not(text)))[:_MOST_KINDS]

    def _why_not(self, text: str) -> str:
        tests: tuple[tuple[Callable[[], bool], str], ...] = (
            (lambda: not _LETTER.search(text), "it is empty"),
            (lambda: bool(self._known & text_runs(text)), f"{SHARED_WORDS} or more words in a row stand in the task; invent your own"),
            (lambda: self._chinese and not _HAN.search(text), "it is not in Chinese"),
            (lambda: self._english and bool(_HAN.search(text)), "it is not in English"),
        )
        return next((why for broken, why in tests if broken()), "")


def _facts(said: ProfileDraft, gate: _Gate) -> list[Fact]:
    facts: list[Fact] = []
    for row in said.facts[:_MOST_FACTS]:
        text = gate.spoken("", row.text)
        if text and 1 <= row.layer <= 3:
            answers = tuple(one for one in ASKED if one in row.answers)
            facts.append(Fact(layer=row.layer, answers=answers, text=text))
    return facts
