"""Shelves of seekers: balanced cohorts, sealed texts, retired cohorts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, create_empty_bank
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Character, Need, Scenario, Shelf
from esc_tui.domain.profile import Profile
from esc_tui.engines.roles import ProfileWish
from esc_tui.engines.seekers.composing.likeness import BOUND, Gathering
from esc_tui.engines.seekers.composing.writer import EmbeddedProfileWriter
from esc_tui.simulate.profiles import (
    Group,
    alarms_the_guard,
    list_profiles,
    make_cohort,
    profiles_to_play,
    readable_profile,
    readable_profiles,
    retire_cohort,
)

WRITER = EmbeddedProfileWriter()


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with create_empty_bank(tmp_path / "bank.db") as opened:
        yield opened


async def test_a_cohort_is_balanced_over_characters_and_needs_and_its_ids_are_unique() -> None:
    made = await make_cohort(WRITER, 48, 3, Shelf.DEVELOP)
    cells = Counter((one.character, one.need) for one in made)
    assert len(cells) == 24 and set(cells.values()) == {2}
    assert len({one.id for one in made}) == 48
    assert len({one.scenario for one in made}) == 18


async def test_a_named_group_is_kept_to_and_the_rest_balanced() -> None:
    made = await make_cohort(WRITER, 12, 3, Shelf.DEVELOP, Group(need=Need.UNDERSTAND_OTHERS, scenario=Scenario.MONEY_WORRIES))
    assert {(one.need, one.scenario) for one in made} == {(Need.UNDERSTAND_OTHERS, Scenario.MONEY_WORRIES)}
    assert set(Counter(one.character for one in made).values()) == {4}


async def test_a_cohort_repeats_no_profile_that_is_there_and_its_seed_decides() -> None:
    first = await make_cohort(WRITER, 6, 3, Shelf.DEVELOP)
    assert await make_cohort(WRITER, 6, 3, Shelf.DEVELOP) == first
    second = await make_cohort(WRITER, 6, 3, Shelf.DEVELOP, taken=first)
    there = Gathering(first)
    assert all(there.nearest(one)[0] < BOUND for one in second)
    assert not {one.id for one in first} & {one.id for one in second}


async def test_a_composed_seeker_who_would_alarm_the_guard_is_drawn_again_and_a_models_is_kept() -> None:
    class Alarming(EmbeddedProfileWriter):
        drawn = 0

        async def write_profile(self, wish: ProfileWish) -> Profile:
            self.drawn += 1
            one = await super().write_profile(wish)
            return one.model_copy(update={"first_line": "I want to kill myself tonight."}) if self.drawn % 2 else one

    class Model(Alarming):
        composes = False

    made = await make_cohort(writer := Alarming(), 2, 3, Shelf.DEVELOP)
    assert writer.drawn == 4 and not any(alarms_the_guard(one) for one in made)
    assert alarms_the_guard((await make_cohort(Model(), 1, 3, Shelf.DEVELOP))[0])


async def test_a_writer_that_repeats_itself_is_given_up_with_a_sentence() -> None:
    class Repeater(EmbeddedProfileWriter):
        async def write_profile(self, wish: ProfileWish) -> Profile:
            return await super().write_profile(ProfileWish(Character.NEGATIVE, Need.BE_PRAISED, Scenario.OTHER, taken=wish.taken))

    with pytest.raises(UserError, match="only 1 profiles that differ enough could be made"):
        await make_cohort(Repeater(), 2, 1, Shelf.DEVELOP)


async def test_of_sealed_profiles_no_text_is_given_out_until_they_are_retired(bank: Bank) -> None:
    exam = await make_cohort(WRITER, 3, 5, Shelf.EXAM)
    bank.add_profiles([*exam, *await make_cohort(WRITER, 2, 6, Shelf.DEVELOP)])
    rows = [row for row in list_profiles(bank) if row.shelf is Shelf.EXAM]
    assert len(rows) == 3
    for row in rows:
        assert row.sealed and (row.name, row.age, row.occupation, row.language, row.source) == ("", None, "", "", "")
        with pytest.raises(UserError, match="is sealed: nobody reads profiles of the shelf exam"):
            readable_profile(bank, row.id)
    with pytest.raises(UserError, match="is sealed"):
        readable_profiles(bank, shelf=Shelf.EXAM)
    assert {one.shelf for one in readable_profiles(bank)} == {Shelf.DEVELOP}
    assert len(profiles_to_play(bank)) == 5

    assert retire_cohort(bank, [one.id for one in exam]) == 3
    assert retire_cohort(bank, [one.id for one in exam]) == 0
    assert readable_profile(bank, exam[0].id) == exam[0]
    assert not any(row.sealed for row in list_profiles(bank))


def test_only_profiles_that_are_there_can_be_retired(bank: Bank) -> None:
    with pytest.raises(UserError, match="there is no profile 'nobody'"):
        retire_cohort(bank, ["nobody"])


async def test_a_count_out_of_range_is_one_sentence() -> None:
    with pytest.raises(UserError, match="a cohort of 0 profiles cannot be made"):
        await make_cohort(WRITER, 0, 1, Shelf.DEVELOP)
