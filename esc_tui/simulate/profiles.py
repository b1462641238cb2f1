"""Simulated seekers on their shelves: read for lists, for people and for runs, made as cohorts, and set free when a cohort retires.

The one place where profiles are read, and where it is said what is sealed.
A profile of the shelves confirm and exam is sealed until its cohort is retired: of a sealed one
only id, shelf and cell (character, need, scenario) are given out, never a text. A run may play what nobody may read.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, count
from typing import TYPE_CHECKING

from esc_tui.bank.episodes import EpisodeRow
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.labels import SEALED_SHELVES, Character, Need, Scenario, Shelf
from esc_tui.domain.text import primary_language
from esc_tui.engines.roles import ProfileWish, ProfileWriter
from esc_tui.engines.seekers.composing.likeness import BOUND, Gathering
from esc_tui.guard.detect import check_message

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.profile import Profile

RETIRED_KEY = "retired_profiles"
"""The bank keeps under this key which sealed profiles are retired: a JSON object of id and time (ISO 8601)."""
TRIES = 60
"""A place of a cohort is given up after so many profiles that were too like others."""
LARGEST_COHORT = 5000


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the profiles: every field given must hold. Without any: all of them, in balanced cells."""

    character: Character | None = None
    need: Need | None = None
    scenario: Scenario | None = None
    language: str = ""

    def holds(self, profile: Profile) -> bool:
        """True for a profile of the group."""
        return ((self.character is None or profile.character is self.character) and (self.need is None or profile.need is self.need)
                and (self.scenario is None or profile.scenario is self.scenario)
                and (not self.language or primary_language(profile.language) == primary_language(self.language)))


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A profile in a list. Of a sealed one name, age, occupation, source and language are empty."""

    id: str
    shelf: Shelf
    character: Character
    need: Need
    scenario: Scenario
    sealed: bool
    name: str = ""
    age: int | None = None
    occupation: str = ""
    language: str = ""
    source: str = ""


def retired_ids(reader: BankReader) -> frozenset[str]:
    """The profiles of retired cohorts: their texts may be read."""
    return frozenset(json.loads(reader.meta(RETIRED_KEY, "{}")))


def retire_cohort(bank: Bank, ids: Iterable[str]) -> int:
    """Mark profiles as retired, for good; returns how many became so now.

    Raises UserError, and marks none, when one of them is not in the bank.
    """
    known = {one.id for one in bank.profiles()}
    retired: dict[str, str] = json.loads(bank.meta(RETIRED_KEY, "{}"))
    wanted = list(dict.fromkeys(ids))
    for identity in wanted:
        if identity not in known:
            raise WrongUseError(f"there is no profile '{identity}'", "the cohort", "see 'esc-tui profiles list'")
    new = [identity for identity in wanted if identity not in retired]
    if new:
        bank.set_meta(RETIRED_KEY, json.dumps({**retired, **dict.fromkeys(new, now_iso())}, sort_keys=True))
    return len(new)


def is_sealed(one: Profile | EpisodeRow, retired: frozenset[str]) -> bool:
    """True when nobody may read the texts of a profile, or of an episode it was played in, yet."""
    identity = one.profile if isinstance(one, EpisodeRow) else one.id
    return one.shelf in SEALED_SHELVES and identity not in retired


def rows_to_show(reader: BankReader, rows: Sequence[EpisodeRow]) -> list[EpisodeRow]:
    """Episodes as lists may show them: those of sealed profiles are called by their number, and without a reason."""
    retired = retired_ids(reader)
    return [replace(row, name=f"sealed {row.number}", reason="") if is_sealed(row, retired) else row for row in rows]


def list_profiles(reader: BankReader, group: Group | None = None, shelf: Shelf | None = None) -> list[ProfileRow]:
    """Light rows, English ones first and then by id, of one shelf and group where they are given; of a sealed profile its id, shelf
    and cell alone, and its language is told by no filter and no order."""
    retired, wanted = retired_ids(reader), group or Group()
    found = [_row(one, is_sealed(one, retired)) for one in reader.profiles()
             if wanted.holds(one) and (shelf is None or one.shelf is shelf) and not (wanted.language and is_sealed(one, retired))]
    return sorted(found, key=lambda row: row.language != "" and primary_language(row.language) != "en")


def _row(one: Profile, sealed: bool) -> ProfileRow:
    if sealed:
        return ProfileRow(one.id, one.shelf, one.character, one.need, one.scenario, True)
    return ProfileRow(one.id, one.shelf, one.character, one.need, one.scenario, False, one.name, one.age, one.occupation, one.language,
                      one.source)


def readable_profile(reader: BankReader, identity: str) -> Profile:
    """A profile in full. Raises UserError when there is none of this id, or it is sealed."""
    for one in reader.profiles():
        if one.id == identity:
            if is_sealed(one, retired_ids(reader)):
                raise sealed_error(one)
            return one
    raise WrongUseError(f"there is no profile '{identity}'", "", "see 'esc-tui profiles list'")


def readable_profiles(reader: BankReader, group: Group | None = None, shelf: Shelf | None = None) -> list[Profile]:
    """Profiles in full by id. Without a shelf the sealed ones are left out; asked for by their shelf they raise UserError."""
    retired, wanted = retired_ids(reader), group or Group()
    found = []
    for one in reader.profiles():
        if not wanted.holds(one) or (shelf is not None and one.shelf is not shelf):
            continue
        if is_sealed(one, retired):
            if shelf is not None:
                raise sealed_error(one)
            continue
        found.append(one)
    return found


def sealed_error(one: Profile | EpisodeRow) -> UserError:
    """The sentence for somebody who wants to read a sealed profile, or an episode of one."""
    name = f"{one.run}/{one.number}" if isinstance(one, EpisodeRow) else one.id
    return UserError(f"'{name}' is sealed: nobody reads profiles of the shelf {one.shelf} until their cohort is retired",
                     remedy="work with the shelf develop")


def profiles_to_remove(reader: BankReader, ids: Sequence[str] = (), group: Group | None = None,
                       shelf: Shelf | None = None) -> list[Profile]:
    """The profiles named, or all of a shelf and group. Raises UserError for one there is not, or that is sealed: what a verification
    stands on is not taken away. By group alone the sealed ones are passed over.
    """
    retired, known, wanted = retired_ids(reader), {one.id: one for one in reader.profiles()}, group or Group()
    found = []
    for identity in dict.fromkeys(ids):
        if identity not in known:
            raise WrongUseError(f"there is no profile '{identity}'", "", "see 'esc-tui profiles list'")
        found.append(known[identity])
    if not ids:
        found = [one for one in known.values() if wanted.holds(one) and (shelf is None or one.shelf is shelf)]
    if (ids or shelf is not None) and (sealed := [one for one in found if is_sealed(one, retired)]):
        raise UserError(f"'{sealed[0].id}' is sealed for verifications and stays until its cohort is retired", "",
                        "remove profiles of the shelf develop")
    return [one for one in found if not is_sealed(one, retired)]


def profiles_to_play(reader: BankReader) -> list[Profile]:
    """Every profile in full, the sealed ones too: for the seeker's side of a run and for telling near-duplicates, for no display."""
    return reader.profiles()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """New profiles beside what a bank holds: to be ``added``; ``known`` by every word, whatever their id; or too ``like`` one that is
    there (its id), which are left out.
    """

    added: list[Profile]
    known: list[Profile]
    like: list[tuple[Profile, str]]


def arrivals(made: Iterable[Profile], there: Sequence[Profile]) -> Arrivals:
    """Sort new profiles out. One whose id another profile has gets a number behind it."""
    gathering, ids = Gathering(there), {one.id for one in there}
    texts = {(one.shelf, one.model_copy(update={"id": ""}).model_dump_json()): one for one in there}
    found = Arrivals([], [], [])
    for one in made:
        stored = texts.get((one.shelf, one.model_copy(update={"id": ""}).model_dump_json()))
        likeness, whose = gathering.nearest(one)
        if stored is not None:
            found.known.append(stored)
        elif likeness >= BOUND:
            found.like.append((one, whose))
        else:
            free = next(name for name in chain([one.id], (f"{one.id}-{number}" for number in count(2))) if name not in ids)
            ids.add(free)
            found.added.append(one.model_copy(update={"id": free}))
    return found


def alarms_the_guard(profile: Profile) -> bool:
    """True when one of the seeker's texts, said alone, would be taken for a crisis: such an episode ends before it is scored."""
    return any(_alarming(text) for text in (profile.first_line, *(fact.text for fact in profile.facts), *profile.lines.all()))


@lru_cache(maxsize=8192)
def _alarming(text: str) -> bool:
    """Kept, for people of one voice share their lines."""
    return check_message(text).crisis


async def make_cohort(writer: ProfileWriter, count: int, seed: int, shelf: Shelf, group: Group | None = None,
                      taken: Sequence[Profile] = (), language: str = "en",
                      told: Callable[[int, int], None] = lambda done, total: None) -> list[Profile]:
    """``count`` new profiles, none a near-duplicate of another or of ``taken`` (likeness under ``BOUND``), their ids unique. A composed
    one that alarms the guard is drawn again; a model's is kept as it was written, for each of those costs a call.

    Characters x needs are balanced: in every round of 24 each cell that the group leaves open comes once, in an order drawn from the
    seed, and the scenarios take turns. The same arguments and an embedded writer give the same cohort. ``told`` hears how many of
    how many are made. Raises UserError for a wrong count, and when so many different ones cannot be made; the writer's errors pass.
    """
    if not 1 <= count <= LARGEST_COHORT:
        raise WrongUseError(f"a cohort of {count} profiles cannot be made", "the count", f"ask for 1 to {LARGEST_COHORT:,}")
    wanted = group or Group()
    rng = random.Random(f"cohort/{seed}")
    cells = [(character, need) for character in Character for need in Need
             if wanted.character in {None, character} and wanted.need in {None, need}]
    scenarios = [wanted.scenario] if wanted.scenario else list(Scenario)
    there, names = Gathering(taken), {one.id for one in taken}
    made: list[Profile] = []
    open_cells: list[tuple[Character, Need]] = []
    turns: list[Scenario] = []
    for _ in range(count):
        if not open_cells:
            open_cells = rng.sample(cells, len(cells))
        character, need = open_cells.pop()
        for _try in range(TRIES):
            if not turns:
                turns = rng.sample(scenarios, len(scenarios))
            wish = ProfileWish(character=character, need=need, scenario=turns.pop(), seed=rng.randrange(2**31), shelf=shelf,
                               language=language, taken=frozenset(names))
            one = await writer.write_profile(wish)
            if one.id not in names and there.nearest(one)[0] < BOUND and not (writer.composes and alarms_the_guard(one)):
                break
        else:
            raise UserError(f"only {len(made)} profiles that differ enough could be made", "the cohort",
                            "ask for fewer, or for a wider group")
        there.add(one)
        names.add(one.id)
        made.append(one)
        told(len(made), count)
    return made
