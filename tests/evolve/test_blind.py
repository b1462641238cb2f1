"""Blind readings: which pairs, in which order, and nothing for anybody else or before the verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.evolution import find_verification, readings_of
from esc_tui.domain.errors import UserError
from esc_tui.evolve.blind import keep_choice, pairs_to_read, read_blind
from esc_tui.evolve.card import Row
from esc_tui.evolve.card_pages import html_card, svg_card
from esc_tui.evolve.pairing import pairs_of
from tests.support_bank import HOSTILE
from tests.tui.evolution.made_up import evolution_bank


@pytest.fixture
def bank(tmp_path):
    with open_bank(evolution_bank(tmp_path)) as opened:
        yield opened


def test_the_eight_that_changed_most_are_read_and_two_drawn(bank):
    row = find_verification(bank.connection, 1)
    chosen = pairs_to_read(bank, row, "Ada")
    found = sorted((pair for pair in pairs_of(bank.connection, [run for name, run in row.runs if name == "confirm 1"]).pairs if pair.fired),
                   key=lambda pair: (-abs(pair.difference("mean")), pair.old.number))
    assert {pair.old.conversation for pair in found[:8]} < {pair.old for pair in chosen} and len(chosen) == 10


def test_each_reader_gets_the_same_pairs_in_an_order_of_their_own(bank):
    row = find_verification(bank.connection, 1)
    ada, grace = pairs_to_read(bank, row, "Ada"), pairs_to_read(bank, row, "Grace")
    assert ada == pairs_to_read(bank, row, "Ada") and {pair.old for pair in ada} == {pair.old for pair in grace} and ada != grace
    assert len({pair.old_left for pair in (*ada, *grace)}) == 2


def test_nothing_is_read_before_the_verdict(bank):
    with pytest.raises(UserError, match="no verdict yet"):
        pairs_to_read(bank, find_verification(bank.connection, 3), "Ada")


def test_a_pair_of_somebody_else_or_turned_around_is_not_read(bank):
    row = find_verification(bank.connection, 1)
    pair = pairs_to_read(bank, row, "Ada")[0]
    with pytest.raises(UserError, match="not to be read"):
        read_blind(bank, row, "Ada", replace(pair, old_left=not pair.old_left))
    with pytest.raises(UserError, match="not to be read"):
        keep_choice(bank, row, "Ada", replace(pair, new="01ANOTHER"), "left", "why")


def test_a_choice_is_stored_by_arm_and_said_again_in_its_place(bank):
    row = find_verification(bank.connection, 1)
    pair = pairs_to_read(bank, row, "Ada")[0]
    keep_choice(bank, row, "Ada", pair, "right", "it waited")
    keep_choice(bank, row, "Ada", pair, "same", "both wait")
    [kept] = readings_of(bank.connection, 1)
    assert kept.choice == "same" and kept.reason == "both wait"


def test_the_pages_of_a_card_hold_text_as_text():
    rows = [Row("VERDICT", "REJECT"), Row("TRIED", f"<script>{HOSTILE}"), Row("", "weak", weak=True)]
    for text in (html_card(rows), svg_card(rows)):
        assert "<script>" not in text and "\x1b" not in text and "▼" in text and "&lt;script&gt;" in text
