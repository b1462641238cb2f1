"""Replies that follow given strategies at moments of a reference dialogue, and the guard that stays on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.labels import Strategy
from esc_tui.evaluate.items import OPENING_WORDS, items_of
from esc_tui.evaluate.replying import GIVE_UP, Replier
from esc_tui.settings.model import Settings
from esc_tui.support.session import Session
from tests.support.scripted_engine import Script
from tests.support_bank import small_bank_file

Q, A, S, F = Strategy.QUESTION, Strategy.AFFIRMATION, Strategy.SUGGESTIONS, Strategy.REFLECTION


@pytest.fixture
def bank(tmp_path):
    with open_bank(small_bank_file(tmp_path)) as opened:
        yield opened


def dialogue(*lines: tuple[str, str, Strategy | None]) -> Dialogue:
    return Dialogue(id="d", turns=tuple(DialogueTurn(speaker="seeker" if who == "s" else "supporter", text=text, strategy=strategy)
                                        for who, text, strategy in lines))


TALK = dialogue(("l", "Hello, I listen", Strategy.OTHERS), ("s", "nobody at work even noticed", None), ("s", "I did it all alone", None),
                ("l", "That is hard", F), ("l", "What was worst?", Q), ("s", "The silence", None), ("l", "I see", None),
                ("s", "And then the rent", None), ("l", "You carried a lot", A))


async def answered(bank: Bank, talk: Dialogue, wanted: Sequence[tuple[Strategy, ...]], mode="all-in-one", engine=None):
    items, _ = items_of([talk])
    session = Session(bank, Settings(), engine)
    try:
        pins = session.pins()
        return await Replier(session.supporter(pins), pins, mode, 0, lambda done: None).replies(items, list(wanted), 1)
    finally:
        await session.aclose()


def test_an_item_knows_what_came_before_it_and_nothing_else():
    items, without = items_of([TALK])
    assert without == 1
    assert [item.reference for item in items] == [(Strategy.OTHERS,), (F, Q), (A,)]
    assert [item.message for item in items] == [OPENING_WORDS, "nobody at work even noticed I did it all alone", "And then the rent"]
    assert items[0].before == () and [line.text for line in items[1].before] == ["Hello, I listen"]
    assert [(line.speaker, line.turn) for line in items[2].before] == [
        ("supporter", 1), ("seeker", 2), ("supporter", 2), ("seeker", 3), ("supporter", 3)]
    assert items[2].turn.number == 4


async def test_every_wanted_strategy_gets_words(bank):
    replies = await answered(bank, TALK, [(Strategy.OTHERS,), (F, A, Q), (S,)])
    assert [reply.worded for reply in replies] == [1, 3, 1]
    assert all(reply.text and reply.outcome == "complete" and reply.own for reply in replies)
    assert replies[1].text.endswith("?")


@pytest.mark.parametrize("strategy", list(Strategy))
async def test_any_strategy_can_be_followed(bank, strategy):
    replies = await answered(bank, TALK, [(strategy,)] * 3)
    assert all(reply.text and reply.worded == 1 for reply in replies)


async def test_one_by_one_goes_through_the_same_strategies(bank):
    replies = await answered(bank, TALK, [(Strategy.OTHERS,), (F, Q), (A,)], "one-by-one")
    assert [reply.worded for reply in replies] == [1, 2, 1]
    assert [reply.own for reply in replies] == [None, None, None]


async def test_the_same_items_get_the_same_replies(bank):
    wanted = [(Strategy.OTHERS,), (F, Q), (A,)]
    assert await answered(bank, TALK, wanted) == await answered(bank, TALK, wanted)


async def test_a_crisis_is_answered_by_the_guard_and_the_talk_goes_on(bank):
    talk = dialogue(("s", "I want to kill myself tonight", None), ("l", "I am here", A), ("s", "My sister came by today", None),
                    ("l", "How was that?", Q))
    crisis, after = await answered(bank, talk, [(A,), (Q,)])
    assert crisis.outcome == "crisis" and not crisis.error
    assert after.outcome == "complete"


async def test_nothing_is_written_into_the_bank(bank):
    before = bank.connection.value("PRAGMA data_version"), bank.connection.total_changes
    await answered(bank, TALK, [(A,)] * 3)
    assert (bank.connection.value("PRAGMA data_version"), bank.connection.total_changes) == before


async def test_an_engine_that_fails_is_missing_and_no_other_does_its_work(bank):
    script = Script(fails={"writer"})
    replies = await answered(bank, TALK, [(A,)] * 3, engine=script.engine(fallback=Script().engine()))
    assert [(reply.text, reply.outcome) for reply in replies] == [("", "failed")] * 3
    assert all("500" in reply.error for reply in replies)


async def test_an_engine_that_keeps_failing_is_not_asked_for_ever(bank):
    lines = [line for number in range(GIVE_UP + 10) for line in (("s", f"line {number}", None), ("l", "yes", A))]
    script = Script(fails={"state_reader"})
    asked = []
    script._maybe_fail = lambda role, fail=script._maybe_fail: (asked.append(role), fail(role))
    replies = await answered(bank, dialogue(*lines), [(A,)] * (GIVE_UP + 10), engine=script.engine())
    assert len(replies) == GIVE_UP + 10 and all(reply.error for reply in replies)
    assert asked.count("state_reader") == GIVE_UP
