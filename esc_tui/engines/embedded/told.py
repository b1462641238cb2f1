"""What was told: happenings that many talks hold, known by their words, each with plain lines and questions of its own.

``data/told.json``: rows with a pattern over the words of a message (lower case, no marks), "unless" and "about" (scenarios)
that narrow it, "matter" (the scenarios it is a part of, by default the same), "states" (what it leaves people with), and lines:
"hold" answers, "ask" asks about just that, "say" offers something when advice is asked, or where to tell it is to ask for help
("wanted"). In the lines {who} is the one the message names, {them} and {they} their pronouns; {lost}, {him} and {he} are the
one who died. Other slots as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from esc_tui.domain.labels import Scenario
from esc_tui.domain.needles import Screen, needle_key
from esc_tui.domain.skill import Skill
from esc_tui.engines.embedded.clauses import sentences_of
from esc_tui.engines.embedded.memory import normal
from esc_tui.engines.embedded.people import Person, lost_one, pronouns_of
from esc_tui.engines.embedded.slots import persons_of
from esc_tui.engines.embedded.words import load_data
from esc_tui.engines.roles import Moment, Reading

MOST = 4  # happenings taken up from one message
NARROW = 4  # scenarios that a skill made for a matter names at most
LOOKED_BACK = 3  # seeker messages looked back at when the newest one is only a yes, a no or a shrug
_LONGEST = 1200
_AT_ONCE = re.compile(r"^(?:I'm (?:so )?sorry|Oh\b|Ouch|That's a shock)")  # said at once or never
_GONE = re.compile(r"\b(?:died|dead|passed|funeral)\b")
_QUIET = frozenset({"agree", "refuse", "answer_short"})
_OWN = re.compile(r"\{(who|them|they|lost|him|he)\}")


@dataclass(frozen=True, slots=True)
class Told:
    """One happening found in a message, its lines ready but for the slots that are common to all sentences."""

    name: str
    hold: tuple[str, ...]
    ask: tuple[str, ...]
    say: tuple[str, ...]
    general: bool
    late: bool = False
    wanted: bool = False
    matter: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()

    def belongs_to(self, skill: Skill, reading: Reading) -> bool:
        """True when answering this is what the skill is for: made for the matter of the talk and of this happening, or for
        the feeling that such a happening leaves."""
        fits = skill.content.applicability
        made = 0 < len(fits.scenarios) <= NARROW and reading.scenario in fits.scenarios
        if made and reading.scenario.value in self.matter:
            return True
        return 0 < len(fits.states) <= 3 and fits.states[0].value in self.states and (not fits.scenarios or made)


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    said: str
    unless: str
    about: frozenset[str]
    matter: frozenset[str]
    states: frozenset[str]
    hold: tuple[str, ...]
    ask: tuple[str, ...]
    say: tuple[str, ...]
    general: bool
    wanted: bool


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(
            row["name"],
            row["said"],
            row.get("unless", ""),
            frozenset(row.get("about", ())),
            frozenset(row.get("matter", row.get("about", ()))),
            frozenset(row.get("states", ())),
            tuple(row["hold"]),
            tuple(row.get("ask", ())),
            tuple(row.get("say", ())),
            row["said"] == ".",
            bool(row.get("wanted")),
        )
        for row in load_data("told")
    )


@cache  # made when first needed: most are not in a talk
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source)


@cache
def _screen() -> Screen:
    known = load_data("needles")
    return Screen(() if row.general else known.get(needle_key(row.said), ()) for row in _rows())


def told_patterns() -> tuple[str, ...]:
    """The patterns that are tried only on texts that hold one of their needles."""
    return tuple(row.said for row in _rows() if not row.general)


_newest: tuple[Moment, Reading, tuple[Told, ...]] | None = None


def told_in(moment: Moment, reading: Reading) -> tuple[Told, ...]:
    """What was told in the newest message, the rows of the list in their order; after a mere yes or no, in the ones before.

    Pure; planner and writer ask for the same, so the newest is kept.
    """
    global _newest  # one entry, replaced whole
    kept = _newest
    if kept is None or kept[0] is not moment or kept[1] is not reading:
        kept = _newest = (moment, reading, tuple(_told_in(moment, reading)))
    return kept[2]


def _told_in(moment: Moment, reading: Reading) -> Iterator[Told]:
    said = [line.text for line in moment.history if line.speaker == "seeker"]
    back = reading.act in _QUIET or reading.act == "ask_advice"
    texts = [moment.text, *(reversed(said[-(LOOKED_BACK if reading.act in _QUIET else 2 * LOOKED_BACK) :]) if back else ())]
    lost = lost_one([*said, moment.text]) if reading.scenario is Scenario.BEREAVEMENT else None
    advising, about = reading.act == "ask_advice", reading.scenario.value
    count = 0
    for place, text in enumerate(texts):
        if place and count and reading.act in _QUIET:
            break
        words = normal(text[:_LONGEST])
        for at in _screen().possible(words):
            row = _rows()[at]
            if row.general or (row.about and about not in row.about) or count >= MOST + 2 * place:
                continue
            if place and advising and not row.say:
                continue
            hit = _pattern(row.said).search(words)
            if hit is None or (row.unless and _pattern(row.unless).search(words)):
                continue
            count += 1
            told = _worded(row, text, said if place else [*said, text], hit, lost, late=place > 0)
            if place and advising:
                told = replace(told, hold=(), ask=())  # what was told before says what the advice is for
            yield told
    for row in _rows():
        if row.general and about in row.about:
            yield _worded(row, moment.text, [*said, moment.text], None, lost)


def _worded(
    row: _Row, text: str, said: list[str], hit: re.Match[str] | None, lost: Person | None, late: bool = False
) -> Told:
    who = _who(text, said, hit)
    values: dict[str, str] = {}
    if who is not None and (lost is None or who.name != lost.name):
        values = {"who": who.name, "they": who.subject, "them": who.object}
    elif lost is None:
        subject, object_ = pronouns_of("", [text])
        values = {"they": subject, "them": object_}
    if lost is not None:
        named = lost.name if lost.object == "them" else lost.object
        values |= {"lost": lost.name, "he": lost.subject, "him": named}

    def filled(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            _OWN.sub(lambda slot: values[slot.group(1)], line)
            for line in lines
            if all(name in values for name in _OWN.findall(line))
            and not (values.get("he") == "they" and "was {he}" in line)
            and not (late and _AT_ONCE.search(line))
        )

    return Told(row.name, filled(row.hold), filled(row.ask), filled(row.say), row.general, late, row.wanted, row.matter, row.states)


def _who(text: str, said: list[str], hit: re.Match[str] | None) -> Person | None:
    """The person a row speaks of: the one its pattern caught, the only one named, or the only one known from before."""
    caught = (hit.groupdict().get("who") or "") if hit else ""
    noun = caught.removeprefix("my ") if caught.startswith("my ") else ""
    if not noun:
        named = list(persons_of(text)) or list(
            dict.fromkeys(
                person
                for line in said[-3:]
                for sentence in sentences_of(line)
                if not _GONE.search(normal(sentence))
                for person in persons_of(sentence)
            )
        )
        noun = named[0].removeprefix("your ") if len(named) == 1 else ""
    if not noun:
        return None
    subject, object_ = pronouns_of(noun, said)
    return Person(f"your {noun}", subject, object_)
