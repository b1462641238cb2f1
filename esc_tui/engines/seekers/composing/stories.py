"""A whole profile from a situation, a voice and a need: persona, scene, wish, facts, lines, behaviour; every choice drawn from one seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from esc_tui.domain.labels import Need, Shelf
from esc_tui.domain.profile import ASKED, BandBehaviour, Fact, Profile, SeekerLines
from esc_tui.engines.seekers.composing.filling import fill, with_article
from esc_tui.engines.seekers.composing.parts import NeedParts, Situation, Voice, needs, people
from esc_tui.engines.seekers.composing.people import Person, draw_person
from esc_tui.engines.seekers.composing.voicing import voiced

LINES = {"up": 5, "flat": 5, "down": 5, "low": 3, "high": 3, "advice": 3, "repeated": 3, "thanks": 2, "leaving": 2}
"""How many lines of each kind a profile holds."""
LEAST = {1: 5, 2: 4, 3: 4}
"""Facts of each layer, at least."""
OWN_FACTS = 10
"""Facts out of the situation itself, where its layers and tags can spare the others."""
TAILED, HEADED = 0.3, 0.16
"""Share of facts that end or begin with a remark of the voice's own."""
LEAK_WORDS = 6
"""So many words of the wish in a row must stand in nothing the seeker says."""
RELATED = 0.5
"""Share of facts that say who the named person is."""
PUBLIC = frozenset({"clerk", "receptionist", "agent", "seller", "cashier", "librarian", "postman", "lawyer", "supplier", "chairwoman",
                    "chairman", "priest", "mayor", "head teacher", "lecturer", "dean", "saleswoman", "caretaker", "instructor", "manager"})
"""Relations that are an office, no one's own."""
_BARE = {"good", "body"}
"""Answers that no remark follows: a good thing is not talked down again."""
_WORD = re.compile(r"[^\W_]+")


def compose(situation: Situation, voice: Voice, need: Need, seed: str, *, identity: str, shelf: Shelf, source: str) -> Profile:
    """One seeker: the same arguments give the same profile. The voice must fit the situation (``people.fits``)."""
    rng = random.Random(seed)
    person = draw_person(situation, voice, rng)
    parts = needs()[need]
    values = dict(person.values)
    for name, phrase in situation.phrases.items():
        values[name] = fill(phrase, values, rng, capitals=False)
    interests = _interests(rng)
    wish = fill(rng.choice(parts.wishes), values, rng)
    lines = _lines(voice, values, wish, rng)
    return Profile(
        id=identity, name=person.name, age=person.age, occupation=f"{person.occupation} in {person.town}, {person.region.country}",
        scenario=situation.scenario, character=voice.character, traits=tuple(rng.sample(voice.traits, 3)), need=need,
        persona=_persona(person, voice, [one[0] for one in interests], rng),
        scene=" ".join((fill(introduced(situation.scene, values), values, rng), fill(rng.choice(parts.conflicts), values, rng),
                        fill(rng.choice(people().endings[voice.character]), values, rng))),
        wish=wish, first_line=_opening(situation, voice, values, wish, rng),
        behaviour=BandBehaviour(**{band: fill(rng.choice(getattr(voice, band)), values, rng) for band in ("high", "middle", "low")}),
        raises=tuple(fill(one, values, rng) for one in rng.sample(parts.raises, 3)),
        lowers=tuple(fill(one, values, rng) for one in rng.sample(parts.lowers, 3)),
        facts=_facts(situation, voice, parts, interests[0][1], values, wish, rng), lines=lines, shelf=shelf, source=source)


def gives_away(wish: str, text: str) -> bool:
    """True when the text has six words in a row of the wish."""
    return not _runs(wish).isdisjoint(_runs(text))


@lru_cache(maxsize=64)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.lower().replace("'", ""))
    return frozenset(tuple(words[start:start + LEAK_WORDS]) for start in range(len(words) - LEAK_WORDS + 1))


def _interests(rng: random.Random) -> list[tuple[str, str]]:
    """Three interests that do not begin with the same verb."""
    by_verb: dict[str, tuple[str, str]] = {}
    for one in rng.sample(people().interests, len(people().interests)):
        by_verb.setdefault(one[0].split()[0], one)
    return list(by_verb.values())[:3]


def introduced(text: str, values: Mapping[str, str]) -> str:
    """A scene in which everybody is called what they are to the seeker where they are first named, unless the text says it itself."""
    for letter in "abc":
        if f"{letter}.rel" in values and f"{letter}.rel}}" not in text and f"their {letter}}}" not in text:
            relation = values[f"{letter}.rel"]
            if not re.search(rf"\{{{letter}\}}, (?:a|an|the|one) ", text):
                text = text.replace(f"{{{letter}}}", f"the {relation} {{{letter}}}" if relation in PUBLIC else f"{{their {letter}}}", 1)
    return text


def _with_relation(text: str, values: Mapping[str, str], rng: random.Random) -> str:
    """A fact in which somebody near is, every other time, named with what they are to the seeker ("my sister Ines")."""
    for letter in "abc":
        name, relation = f"{{{letter}}}", values.get(f"{letter}.rel", "")
        if (relation and relation not in PUBLIC and rng.random() < RELATED and f"{letter}.rel}}" not in text
                and not re.search(rf"['‘:] ?\{{{letter}\}}|(?:Dear|called|and) \{{{letter}\}}", text)):
            text = text.replace(name, f"{{my {letter}}}", 1)
    return text


def _persona(person: Person, voice: Voice, interests: Sequence[str], rng: random.Random) -> str:
    one, two, three = interests
    frames = (
        "{name}, {age}, is {a job} in {town}, {country}. {They} {one}, {two} and {three}.",
        "{name} is {age} and lives in {town}, {country}, where {they} earns {their} living as {a job}. {They} {one}, {two}, and {three}.",
        "{name}, {age}, {a job}, lives in {town}, {country}. When nobody needs {them}, {they} {one}; {they} also {two} and {three}.")
    job = person.occupation
    plain = {"name": person.name, "age": str(person.age), "one": one, "two": two, "three": three, "a job": with_article(job)}
    earning = frames if not re.match(r"pupil|retired|student|doctoral", job) else (frames[0], frames[2])
    values = {**person.values, **plain}
    return " ".join(fill(text, values, rng) for text in (rng.choice(earning), rng.choice(voice.habits), rng.choice(voice.speech)))


def _opening(situation: Situation, voice: Voice, values: dict[str, str], wish: str, rng: random.Random) -> str:
    greeting = rng.choice(voice.greetings)
    choices = [one for one in situation.openings if not gives_away(wish, fill(one, values, random.Random(0)))] or situation.openings
    text = voiced(fill(rng.choice(choices), values, rng), voice.typing)
    if greeting == "-":
        return text
    ended = "" if not greeting[-1].isalpha() or greeting.split()[-1] in {"but", "so"} else "."
    return f"{greeting}{ended} {text}"


def _facts(situation: Situation, voice: Voice, parts: NeedParts, good: str, values: dict[str, str], wish: str,
           rng: random.Random) -> tuple[Fact, ...]:
    """Facts of the situation, two that hint at the need, one of the character, a good thing and one of the body, by layer."""
    shared = [*_one_of_each_layer(parts.facts, rng), rng.choice(people().inner[voice.character]),
              Fact(layer=1, answers=("good",), text=good), rng.choice(people().bodies)]
    own = [fact for fact in situation.facts if not gives_away(wish, fill(fact.text, values, random.Random(0)))]
    for fact in rng.sample(own, len(own)):
        if len(own) <= OWN_FACTS:
            break
        rest = [one for one in own if one is not fact]
        if _suffice([*rest, *shared]):
            own = rest
    told = sorted([*own, *shared], key=lambda fact: (fact.layer, rng.random()))
    filled = [fact.model_copy(update={"text": fill(_with_relation(fact.text, values, rng), values, rng)}) for fact in told]
    filled = [fact for fact in filled if not gives_away(wish, fact.text)]
    return _decorated(filled, voice, rng)


def _one_of_each_layer(facts: Iterable[Fact], rng: random.Random) -> list[Fact]:
    by_layer: dict[int, list[Fact]] = {}
    for fact in facts:
        by_layer.setdefault(fact.layer, []).append(fact)
    return [rng.choice(by_layer[layer]) for layer in sorted(by_layer)]


def _suffice(facts: Sequence[Fact]) -> bool:
    """True when every question has an answer and every layer its facts."""
    layers = [fact.layer for fact in facts]
    return ({tag for fact in facts for tag in fact.answers} >= set(ASKED)
            and all(layers.count(layer) >= least for layer, least in LEAST.items()))


def _decorated(facts: Sequence[Fact], voice: Voice, rng: random.Random) -> tuple[Fact, ...]:
    """The facts in the voice's typing, some with a remark of its own before or after them, none of those twice."""
    heads, tails = rng.sample(voice.heads, len(voice.heads)), rng.sample(voice.tails, len(voice.tails))
    found = []
    for fact in facts:
        text, lot = fact.text, rng.random()
        if lot < TAILED and tails and not _BARE & set(fact.answers):
            text = f"{text} {tails.pop()}"
        elif lot < TAILED + HEADED and heads:
            text = f"{heads.pop()} {text}"
        found.append(fact.model_copy(update={"text": voiced(text, voice.typing)}))
    return tuple(found)


def _lines(voice: Voice, values: dict[str, str], wish: str, rng: random.Random) -> SeekerLines:
    said: dict[str, tuple[str, ...]] = {}
    used: set[tuple[str, ...]] = set()
    for kind, count in LINES.items():
        pool = [fill(one, values, rng, capitals=voice.typing != "lower") for one in rng.sample(voice.lines[kind], len(voice.lines[kind]))]
        fresh = [one for one in pool if tuple(_WORD.findall(one.lower())) not in used and not gives_away(wish, one)][:count]
        used.update(tuple(_WORD.findall(one.lower())) for one in fresh)
        said[kind] = tuple(voiced(one, voice.typing) for one in fresh)
    return SeekerLines(**said)
