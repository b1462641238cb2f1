"""Marking words: the cursor goes from word to word, a mark lies on one line, and quotes stand where they say."""

from __future__ import annotations

from textual.app import App

from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.tui.panes.evidence.cards import Card
from esc_tui.tui.panes.evidence.marking import MarkScreen
from esc_tui.tui.themes import dark
from tests.tui.evidence.helpers import NIGHT, machine, night_unit
from tests.tui.helpers import wait_until


class MarkApp(App[None]):
    """One screen and what it gave."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.register_theme(dark())
        self.theme = "esc-dark"
        self.card, self.given = card, "not yet"

    def on_mount(self) -> None:
        self.push_screen(MarkScreen(self.card, self.card.suggestion.quotes), self.take)

    def take(self, quotes) -> None:
        self.given = quotes


def night() -> Card:
    return Card(7, night_unit(), NIGHT, frozenset())


def texts(app: MarkApp) -> list[tuple[int, str, str]]:
    return [(quote.turn, quote.role, quote.text) for quote in app.given]


async def test_marks_of_several_lines_are_kept_in_the_order_of_state_action_outcome():
    app = MarkApp(night())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("home", "space", "end", "space")  # the whole state line
        await pilot.press("tab", "tab", "home", "right", "right", "space", "right", "right", "right", "space", "enter")
        await wait_until(pilot, lambda: app.given != "not yet")
    assert texts(app) == [
        (2, "state", "That I want to kill myself before the trams start again"), (3, "action", "glad you told me"),
        (4, "action", "call them while we"), (5, "outcome", "I knocked")]
    for quote in app.given:
        assert NIGHT.turns[quote.turn].text[quote.start:quote.end] == quote.text


async def test_a_new_mark_takes_the_place_of_those_it_touches():
    app = MarkApp(night())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("tab", "home", "space", "end", "space", "enter")
        await wait_until(pilot, lambda: app.given != "not yet")
    assert (3, "action", "I am glad you told me. Is somebody near you tonight") in texts(app) and len(texts(app)) == 2


async def test_x_takes_the_marks_of_a_line_away_and_escape_changes_nothing():
    app = MarkApp(night())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("tab", "x", "enter")
        await wait_until(pilot, lambda: app.given != "not yet")
        assert texts(app) == [(5, "outcome", "I knocked")]
        app.given = "not yet"
        app.on_mount()
        await pilot.pause()
        await pilot.press("x", "space", "escape", "escape")
        await wait_until(pilot, lambda: app.given is None)


async def test_a_mark_does_not_leave_its_line():
    app = MarkApp(night())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("end", "space", *["right"] * 5, "down", "tab", "space", "enter")
        await wait_until(pilot, lambda: app.given != "not yet")
    assert (2, "state", "again") in texts(app)


async def test_up_and_down_go_by_rows_of_the_window():
    app = MarkApp(night())
    async with app.run_test(size=(40, 30)) as pilot:
        screen = app.screen
        await pilot.press("home")
        first = screen.words[screen.at]
        await pilot.press("down")
        assert screen.words[screen.at].line == first.line and screen.words[screen.at].start > first.start
        await pilot.press("up")
        assert screen.words[screen.at] == first


async def test_chinese_is_marked_sign_by_sign():
    unit = machine(2, quotes=())
    dialogue = Dialogue(id="loss-01", turns=(
        DialogueTurn(speaker="seeker", text="奶奶走了以后，家里很安静。"), DialogueTurn(speaker="supporter", text="时间会治愈一切。"),
        DialogueTurn(speaker="seeker", text="不会的。")))
    app = MarkApp(Card(1, unit, dialogue, frozenset()))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("home", "space", "right", "space", "enter")
        await wait_until(pilot, lambda: app.given != "not yet")
    assert texts(app) == [(0, "state", "奶奶")]


async def test_a_click_begins_a_mark_and_a_second_one_ends_it():
    app = MarkApp(night())
    async with app.run_test(size=(100, 30)) as pilot:
        view = app.screen.view
        await pilot.click(view, offset=(6, 1))
        await pilot.click(view, offset=(13, 1))
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.given != "not yet")
    assert texts(app)[0] == (2, "state", "That I want")


async def test_lines_without_words_can_be_looked_at():
    dialogue = Dialogue(id="empty", turns=(DialogueTurn(speaker="seeker", text=" "), DialogueTurn(speaker="supporter", text=""),
                                           DialogueTurn(speaker="seeker", text="  ")))
    app = MarkApp(Card(1, machine(0, quotes=()), dialogue, frozenset()))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("space", "right", "down", "x", "end", "tab", "enter")
        await wait_until(pilot, lambda: app.given == ())
