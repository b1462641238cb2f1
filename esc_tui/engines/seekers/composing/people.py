"""Who a new seeker is, and everybody and everything the story names: drawn once, so that all parts of a profile agree."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from esc_tui.engines.seekers.composing.filling import number_words
from esc_tui.engines.seekers.composing.parts import Region, Situation, Voice, people

PRONOUNS = {"f": {"they": "she", "them": "her", "their": "her", "theirs": "hers", "themselves": "herself"},
            "m": {"they": "he", "them": "him", "their": "his", "theirs": "his", "themselves": "himself"}}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_PARTNERED, _PARENT, _CHILD = (23, 110), (29, 110), (0, 64)
RELATION_AGES = {"husband": _PARTNERED, "wife": _PARTNERED, "daughter": _PARENT, "son": _PARENT, "mother": _CHILD, "father": _CHILD,
                 "mother-in-law": _CHILD, "uncle": _CHILD, "aunt": _CHILD, "grandmother": (0, 42), "grandfather": (0, 42),
                 "niece": (16, 110), "nephew": (16, 110)}
"""Ages in years at which people usually have such a relation."""
_ORDINALS = ("sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH_DAYS = 28
"""Dates are drawn in months of four weeks, so that every one of them exists."""


@dataclass(frozen=True, slots=True)
class Person:
    """A seeker without a story yet. ``values`` fills every slot of the situation."""

    name: str
    first: str
    age: int
    occupation: str
    region: Region
    town: str
    values: Mapping[str, str]


def draw_person(situation: Situation, voice: Voice, rng: random.Random) -> Person:
    """Somebody to whom the situation happens and who has this voice (``fits`` holds for the two)."""
    low, high = shared_ages(situation, voice)
    age = rng.randint(low, high)
    region = rng.choice(people().regions)
    gender = rng.choice("fm")
    firsts = list(region.women if gender == "f" else region.men)
    first = rng.choice(firsts)
    town = rng.choice(region.towns)
    job, _, work = _job(situation, age, rng).partition("@")
    values: dict[str, str] = {
        **PRONOUNS[gender], "me": first, "name": first, "age": str(age), "job": job.strip(), "work": work.strip() or "work", "town": town,
        "country": region.country}
    used = {first}
    for letter, relations in situation.cast.items():
        values.update(_other(letter, rng.choice(_likely(relations, age)), region, used, values["their"], rng))
    for name, options in situation.variables.items():
        values.update(_variable(name, options, region, rng))
    values.update(_dates(rng))
    return Person(f"{first} {rng.choice(region.surnames)}", first, age, job.strip(), region, town, values)


def _likely(relations: Sequence[str], age: int) -> Sequence[str]:
    """The relations that somebody of this age has, where there are such; else all of them."""
    return [one for one in relations if RELATION_AGES.get(one, (0, 110))[0] <= age <= RELATION_AGES.get(one, (0, 110))[1]] or relations


def shared_ages(situation: Situation, voice: Voice) -> tuple[int, int]:
    """Ages in years at which both are possible; low above high when there are none."""
    return max(situation.ages[0], voice.ages[0]), min(situation.ages[1], voice.ages[1])


def fits(situation: Situation, voice: Voice) -> bool:
    """True when somebody of this voice can be of an age for the situation."""
    low, high = shared_ages(situation, voice)
    return low <= high


def _job(situation: Situation, age: int, rng: random.Random) -> str:
    pools = people().jobs
    if len(situation.jobs) > 1:
        return rng.choice(situation.jobs)
    pool = situation.jobs[0]
    if pool == "pupil":
        return f"pupil in the {_ORDINALS[min(max(age - 12, 0), 6)]} year @ school"
    if pool == "adult" and age >= 67:
        pool = "retired"
    return rng.choice(pools[pool]) if pool in pools else pool


def _other(letter: str, relation: str, region: Region, used: set[str], their: str, rng: random.Random) -> dict[str, str]:
    """The slots of another person: name, relation, pronouns, and both together (``{my a}``, ``{their a}``)."""
    gender = people().genders.get(relation) or rng.choice("fm")
    name = rng.choice([one for one in (region.women if gender == "f" else region.men) if one not in used])
    used.add(name)
    return {letter: name, f"{letter}.rel": relation,
            f"my {letter}": f"my {relation} {name}", f"their {letter}": f"{their} {relation} {name}",
            f"my {letter}.rel": f"my {relation}", f"their {letter}.rel": f"{their} {relation}",
            **{f"{letter}.{slot}": word for slot, word in PRONOUNS[gender].items()}}


def _variable(name: str, options: str, region: Region, rng: random.Random) -> dict[str, str]:
    """``3-9`` a number, ``$200-900`` a sum in local money, else options parted by ``/``; parts of one option by ``~``."""
    text = options.strip()
    low, dash, high = text.lstrip("$").partition("-")
    if dash and low.isdigit() and high.isdigit():
        number = rng.randint(int(low), int(high))
        return {name: _money(number, region) if text.startswith("$") else number_words(number)}
    parts = [part.strip() for part in rng.choice(text.split("/")).split("~")]
    return {name: parts[0], **{f"{name}.{place}": part for place, part in enumerate(parts[1:], start=2)}}


def _money(pounds: int, region: Region) -> str:
    amount = pounds * region.scale
    step = 10 ** max(0, len(str(int(amount))) - 2)
    return f"{max(step, round(amount / step) * step):,} {region.currency}"


def _dates(rng: random.Random) -> dict[str, str]:
    """Three days one after the other and one to come, their months, and two weekdays."""
    values: dict[str, str] = {}
    day = rng.randint(0, 12 * _MONTH_DAYS - 1)
    for place in range(1, 5):
        month, date = MONTHS[day // _MONTH_DAYS % 12], day % _MONTH_DAYS + 1
        values[f"d{place}"], values[f"m{place}"] = f"{date} {month}", month
        day += rng.randint(9, 40)
    values["day"], values["day2"] = rng.sample(_DAYS, 2)
    return values
