"""Regression cases: kept with the lines up to the turn, carried out against revisions and proposals, gone with their talk."""

from __future__ import annotations

import pytest

from esc_tui.bank.cases import add_case, find_case, list_cases, remove_case
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.evolve.cases import demands_of, make_case, pins_to_try, run_case
from esc_tui.evolve.what_if import moment_of
from tests.evolve.test_what_if import WORDS, session, talked
from tests.support_bank import FIXED_TIME

__all__ = ["session"]


async def kept(session, number=1, mask=False, **wanted):
    events = await talked(session)
    moment = moment_of(events, number)
    demands = demands_of(session.bank, **(wanted or {"chosen": moment.chosen}))
    return moment, add_case(session.bank.writing, make_case(events, number, "a title", demands, mask), "tester", FIXED_TIME)


async def test_a_case_holds_where_it_was_made_and_breaks_without_its_skill(session):
    moment, row = await kept(session)
    name, pins = pins_to_try(session)
    assert (await run_case(session, row, name, pins)).held
    session.bank.commit({moment.chosen: None}, author="tester", message="out", base_revision=session.bank.head_number)
    name, pins = pins_to_try(session)
    result = await run_case(session, row, name, pins)
    assert name == "r2" and not result.held and moment.chosen in result.broken[0]
    assert (await run_case(session, row, *pins_to_try(session, "r1"))).held


async def test_each_demand_can_break(session):
    moment, _ = await kept(session)
    word = moment.turn.shown.split()[0].strip(".,")
    for wanted in ({"not_chosen": moment.chosen}, {"unsaid": word.upper()}, {"guard": "yes"}):
        _, row = await kept(session, **wanted)
        assert len((await run_case(session, row, *pins_to_try(session))).broken) == 1, wanted
    for wanted in ({"unsaid": word[:-1]}, {"guard": "no"}):
        _, row = await kept(session, **wanted)
        assert (await run_case(session, row, *pins_to_try(session))).held, wanted


async def test_a_case_keeps_the_lines_up_to_the_turn_and_no_reply_to_it(session):
    moment, row = await kept(session, 2, guard="no")
    said = [event.text for event in row.case.events if event.kind == "turn_started"]
    assert said == list(WORDS) and [event.kind for event in row.case.events][-1] == "turn_started"
    assert moment.turn.shown not in row.case.model_dump_json()
    assert (await run_case(session, row, *pins_to_try(session))).reply.text == moment.turn.shown


async def test_names_are_masked_as_in_an_export(session, monkeypatch):
    monkeypatch.setattr("tests.evolve.test_what_if.WORDS", ("they all thanked Zorana and nobody at work even noticed me",))
    _, row = await kept(session, mask=True)
    assert "Zorana" not in row.case.model_dump_json() and "[name 1]" in row.case.model_dump_json() and row.case.masked


async def test_what_cannot_be_demanded_is_refused(session):
    for wanted in ({"chosen": "no-such-skill"}, {"strategy": "shouting"}, {"guard": "perhaps"}, {}):
        with pytest.raises(UserError):
            demands_of(session.bank, **wanted)
    with pytest.raises(WrongUseError):
        pins_to_try(session, "r1", "P-1")


async def test_cases_are_removed_by_hand_and_with_their_talk(session):
    _, first = await kept(session)
    moment, second = await kept(session)
    assert [row.name for row in list_cases(session.bank.connection)] == ["C-1", "C-2"]
    remove_case(session.bank.writing, "c-1")
    with pytest.raises(WrongUseError):
        find_case(session.bank.connection, first.name)
    session.bank.forget(moment.view.conversation_id)
    assert list_cases(session.bank.connection) == []
