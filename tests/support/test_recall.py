"""What the program says about the units it found like a moment: how like, and in what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank
from esc_tui.bank.units import shared_words
from esc_tui.domain.events import StateScore, UnitHit
from esc_tui.domain.labels import Scenario, Stage, State
from esc_tui.engines.roles import Reading
from esc_tui.support.memory import TurnMemory
from esc_tui.support.recall import Recaller
from tests.support_bank import small_bank

BOXES = "Nobody noticed the boxes, not one of them, in that archive."


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with small_bank(tmp_path) as opened:
        yield opened


def hits(bank: Bank, text: str, state: State, scenario: Scenario = Scenario.JOB_CRISIS) -> dict[str, UnitHit]:
    recaller = Recaller(bank.connection, bank.head_number, bank.snapshot_number).load()
    reading = Reading((StateScore(state=state, score=0.9),), 4.0, Stage.ACTION, scenario)
    return {hit.unit: hit for hit in recaller.rank(text, reading, recaller.by_words(text), TurnMemory(), (), ())[0]}


def test_a_unit_says_which_labels_and_which_telling_words_it_shares_with_the_moment(bank: Bank) -> None:
    unit = bank.unit("work-01/3")
    found = hits(bank, BOXES, unit.state, unit.scenario)["work-01/3"]
    assert found.shared_labels[:2] == (unit.state.value, unit.scenario.value)
    assert "boxes" in found.shared_words and "the" not in found.shared_words and len(found.shared_words) <= 4


def test_labels_that_differ_are_not_said_to_be_shared(bank: Bank) -> None:
    unit = bank.unit("work-01/3")
    found = hits(bank, BOXES, State.RELIEVED if unit.state is State.NUMB else State.NUMB, Scenario.SLEEP_PROBLEMS)["work-01/3"]
    assert unit.state.value not in found.shared_labels and unit.scenario.value not in found.shared_labels


def test_shared_words_stand_in_the_order_of_the_message(bank: Bank) -> None:
    number = bank.unit_row("work-01/3").number
    assert shared_words(bank.connection, "zebra boxes counted", [number]) == {number: ("boxes", "counted")}
    assert shared_words(bank.connection, "the and of", []) == {}
