"""Chat hands an ended talk over to be learned from, only with consent and again when a rating of it changes."""

from __future__ import annotations

from tests.tui.helpers import open_chat, say, wait_until
from tests.tui.scripted import ScriptedChat


async def test_the_bank_learns_when_the_tester_says_yes_at_the_end():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, "hello")
        name = app.pane.conversation.talk.conversation_id
        app.pane.action_new_talk()
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("y")
        await wait_until(pilot, lambda: chat.learned == [(name, None)])
        await wait_until(pilot, lambda: any("Learned from 1 rating" in note.message for note in app._notifications))


async def test_nothing_is_told_when_the_tester_says_no():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, "hello")
        app.pane.action_new_talk()
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("n")
        await wait_until(pilot, lambda: len(chat.learned) == 1)
        assert not any("Learned" in note.message for note in app._notifications)


async def test_the_list_of_talks_gives_consent_later():
    chat = ScriptedChat()
    async with open_chat(chat) as (app, pilot):
        await say(app, pilot, "hello")
        name = app.pane.conversation.talk.conversation_id
        app.pane.action_new_talk()
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("n")
        await wait_until(pilot, lambda: len(chat.learned) == 1)
        app.pane.action_talks()
        await wait_until(pilot, lambda: type(app.screen).__name__ == "TalksScreen")
        await pilot.press("y")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen")
        await pilot.press("y")
        await wait_until(pilot, lambda: chat.learned[-1] == (name, True))
