"""What if, fork and regression cases, by keys alone, on a real bank with the embedded supporter."""

from __future__ import annotations

import asyncio

from esc_tui.bank.cases import list_cases
from esc_tui.domain.talk import TalkView
from esc_tui.evolve import what_if
from esc_tui.tui.panes.chat.what_if_screen import WhatIfScreen
from tests.tui.helpers import say, transcript_text, wait_until
from tests.tui.seat.helpers import opened, play_card

WORDS = "nobody at work even noticed how hard I worked"


async def sheet(app, pilot) -> WhatIfScreen:
    """Open the sheet on the last turn."""
    await pilot.press("escape", "w")
    await wait_until(pilot, lambda: isinstance(app.screen, WhatIfScreen) and app.screen.focused is not None)
    return app.screen


async def tried(pilot, screen, *keys):
    await pilot.press(*keys)
    await wait_until(pilot, lambda: screen.found is not None and screen.found.done and not screen.running)
    return screen.found


def words(screen, name="would") -> str:
    return "\n".join(screen.query_one(f"#{name}").plain_lines)


def effect(screen) -> str:
    return screen.query_one("#what-if-effect").text


async def test_the_sheet_shows_both_replies_and_stores_nothing(tmp_path):
    async with opened(tmp_path, size=(80, 24)) as (app, pilot):
        await say(app, pilot, WORDS)
        kept = len(app.bank_of_test.events(app.pane.conversation.talk.conversation_id))
        screen = await sheet(app, pilot)
        assert "● as it was" in words(screen, "was")
        found = await tried(pilot, screen, "minus", "enter")
        chosen = screen.moment.chosen
        assert found.other.name == f"without {chosen}" and chosen not in found.would[0].skills and found.samples == 2
        assert "◐ without" in words(screen) and f"+ {chosen}" in words(screen, "was")
        assert "no written seeker" in effect(screen)
        await pilot.press("n")
        assert "sample 2 of 2" in " ".join(words(screen).split())
        found = await tried(pilot, screen, "c")
        assert found.would[0].skills == ()
        assert "no skill" in words(screen)
        await pilot.press("y")
        assert "with no bank" in app.clipboard
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is not screen)
        assert len(app.bank_of_test.events(app.pane.conversation.talk.conversation_id)) == kept
        assert len(app.bank_of_test.conversations()) == 1


async def test_another_revision_is_chosen_from_a_list(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await say(app, pilot, WORDS)
        screen = await sheet(app, pilot)
        await pilot.press("d")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "PickerScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.screen is screen and screen.found is not None and screen.found.done)
        assert screen.found.other.name == "at r1" and "Nothing differs." in words(screen)


async def test_a_written_seeker_judges_both(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await play_card(app, pilot)
        await say(app, pilot, WORDS)
        screen = await sheet(app, pilot)
        await tried(pilot, screen, "c")
        assert "◐ seeker +6.0 both ways: no difference in 3 samples" in effect(screen)


async def test_what_runs_is_stopped_before_the_sheet_closes(tmp_path, monkeypatch):
    gate = asyncio.Event()

    async def waits(*args):
        await gate.wait()

    async with opened(tmp_path) as (app, pilot):
        await say(app, pilot, WORDS)
        screen = await sheet(app, pilot)
        monkeypatch.setattr(what_if, "reply_at", waits)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "esc stops" in effect(screen))
        await pilot.press("escape")
        await wait_until(pilot, lambda: not screen.running)
        assert app.screen is screen
        await pilot.press("f1")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "HelpScreen")
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is screen)
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is not screen)


async def test_a_branch_from_the_sheet_goes_on_with_the_other_reply(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await say(app, pilot, WORDS)
        old = app.pane.conversation.talk.conversation_id
        screen = await sheet(app, pilot)
        found = await tried(pilot, screen, "c")
        await pilot.press("f")
        await wait_until(pilot, lambda: app.screen is not screen and app.pane.conversation.talk is not None
                         and app.pane.conversation.talk.conversation_id != old and app.focused is app.pane.composer)
        assert [turn.shown for turn in app.pane.conversation.turns] == [found.would[0].text]
        await say(app, pilot, "yes, every day")
        assert len(app.pane.conversation.turns) == 2
        assert len(TalkView.of(app.bank_of_test.events(old)).turns) == 1
        await pilot.press("escape", "t")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "TalksScreen")
        lines = app.screen.query_one("TalkList").plain_lines
        assert sum("└ branch" in line for line in lines) == 1


async def test_f_goes_on_from_the_turn_under_the_cursor(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await say(app, pilot, WORDS)
        await say(app, pilot, "yes, every day")
        old = app.pane.conversation.talk.conversation_id
        await pilot.press("escape", "k", "f")
        await wait_until(pilot, lambda: app.pane.conversation.talk.conversation_id != old and app.focused is app.pane.composer)
        assert [turn.text for turn in app.pane.conversation.turns] == [WORDS]
        assert "yes, every day" not in transcript_text(app)


async def test_a_branch_at_another_revision_stays_there(tmp_path):
    async with opened(tmp_path) as (app, pilot):
        await say(app, pilot, WORDS)
        bank, old = app.bank_of_test, app.pane.conversation.talk.conversation_id
        chosen = app.pane.conversation.turns[0].ranked.skills[0]
        bank.commit({chosen: None}, author="tester", message="out", base_revision=bank.head_number)
        screen = await sheet(app, pilot)
        await pilot.press("d")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "PickerScreen")
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: screen.found is not None and screen.found.done)
        await pilot.press("f")
        await wait_until(pilot, lambda: app.pane.conversation.talk is not None and app.pane.conversation.talk.conversation_id != old)
        await say(app, pilot, "yes, every day")
        assert app.pane.conversation.turns[-1].pins.revision == 1


async def test_a_turn_is_kept_as_a_case_after_consent_alone(tmp_path):
    async with opened(tmp_path, size=(80, 24)) as (app, pilot):
        await say(app, pilot, WORDS)
        await pilot.press("escape", "C")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "CaseForm" and app.screen.focused is not None)
        form = app.screen
        await pilot.press("enter")
        await wait_until(pilot, lambda: "no title" in form.query_one("#case-keys").text)
        await pilot.press("u", "n", "s", "e", "e", "n")
        form.field("unsaid").value = "cheer up"
        await pilot.press("enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("n")
        await wait_until(pilot, lambda: type(app.screen).__name__ not in {"AskScreen", "CaseForm"})
        assert list_cases(app.bank_of_test.connection) == [], "without consent nothing is kept"
        assert any(note.message == "No case was kept." for note in app._notifications)
        await pilot.press("C")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "CaseForm" and app.screen.focused is not None)
        await pilot.press("u", "n", "s", "e", "e", "n", "enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("m")
        await wait_until(pilot, lambda: list_cases(app.bank_of_test.connection))
        [row] = list_cases(app.bank_of_test.connection)
        assert row.case.title == "unseen" and row.case.masked and row.case.demands[0].kind == "chosen"
