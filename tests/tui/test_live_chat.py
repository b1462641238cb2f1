"""The Chat pane's service on a real bank with the embedded engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.domain.errors import BankError
from esc_tui.settings.model import Settings
from esc_tui.support.session import Session
from esc_tui.tui.panes.chat.service import LiveChat, Wishes
from tests.support_bank import small_bank

WORDS = "nobody at work even noticed how hard I worked"


@pytest.fixture
def chat(tmp_path):
    bank = small_bank(tmp_path)
    session = Session(bank, Settings())
    yield LiveChat(session)
    session.close()
    bank.close()


async def events_of(chat, talk, text):
    return [event async for event in chat.reply(talk, text, Wishes(), chat.stopper())]


def edited(skill, text):
    content = skill.content.model_copy(update={"title": text})
    return skill.model_copy(update={"content": content})


async def test_an_edit_in_the_bank_counts_from_the_next_reply_on(chat):
    talk = chat.begin(Wishes())
    first = await events_of(chat, talk, WORDS)
    assert first[0].kind == "turn_started"
    bank = chat.session.bank
    slug = "reflect-unseen-effort"
    bank.commit({slug: edited(bank.skill(slug), "Another title")}, author="tester", message="test",
                base_revision=bank.head_number)
    second = await events_of(chat, talk, "yes, every day")
    assert second[0].kind == "talk_repinned"
    assert second[0].pins.revision == bank.head_number


async def test_a_revision_named_at_the_start_is_kept(tmp_path):
    bank = small_bank(tmp_path)
    chat = LiveChat(Session(bank, Settings()), "r1")
    talk = chat.begin(Wishes())
    slug = "reflect-unseen-effort"
    bank.commit({slug: edited(bank.skill(slug), "Another title")}, author="tester", message="test",
                base_revision=bank.head_number)
    assert [event.kind for event in await events_of(chat, talk, WORDS)][0] == "turn_started"
    assert talk.pins.revision == 1
    bank.close()


async def test_another_reply_to_the_same_words_starts_from_another_seed(chat):
    talk = chat.begin(Wishes())
    await events_of(chat, talk, WORDS)
    before = talk.reply_seed
    talk.undo_turn(regenerate=True)
    await events_of(chat, talk, WORDS)
    assert talk.reply_seed != before


async def test_a_talk_is_listed_until_it_is_forgotten(chat):
    talk = chat.begin(Wishes())
    await events_of(chat, talk, WORDS)
    assert [row.conversation for row in chat.talks()] == [talk.conversation_id]
    chat.forget(talk.conversation_id)
    assert list(chat.talks()) == []


async def test_a_stored_talk_goes_on_with_its_turns(chat):
    talk = chat.begin(Wishes())
    await events_of(chat, talk, WORDS)
    again = chat.resume(talk.conversation_id)
    assert [turn.text for turn in again.view.turns] == [WORDS]
    await events_of(chat, again, "and then?")
    assert [turn.number for turn in again.view.turns] == [1, 2]


@pytest.fixture
def viewed(chat, tmp_path):
    """A chat on a bank that can only be viewed and holds one talk."""
    talk = chat.begin(Wishes())
    bank = open_bank(chat.session.bank.path, readonly=True)
    session = Session(bank, Settings())
    yield LiveChat(session), talk.conversation_id
    session.close()
    bank.close()


async def test_a_talk_on_a_bank_that_can_only_be_viewed_is_listed_opened_exported_and_let_go(viewed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    chat, _ = viewed
    talk = chat.begin(Wishes())
    await events_of(chat, talk, WORDS)
    assert chat.unstored
    assert WORDS in [row.title for row in chat.talks()]
    assert chat.resume(talk.conversation_id) is talk
    assert WORDS in Path(chat.export(talk.conversation_id, "markdown", False)).read_text()
    chat.forget(talk.conversation_id)
    assert WORDS not in [row.title for row in chat.talks()]


async def test_a_stored_talk_cannot_be_forgotten_where_the_bank_can_only_be_viewed(viewed):
    chat, stored = viewed
    again = chat.resume(stored)
    await events_of(chat, again, WORDS)
    with pytest.raises(BankError):
        chat.forget(stored)


async def test_a_reply_that_is_left_is_stored_as_stopped_at_once(chat):
    talk = chat.begin(Wishes())
    events = chat.reply(talk, WORDS, Wishes(), chat.stopper())
    async for event in events:
        if event.kind == "segment_delta":
            break
    await events.aclose()
    assert talk.view.turns[-1].reply.outcome == "stopped"


def test_a_unit_comes_with_the_dialogue_it_was_labelled_in(chat):
    unit, dialogue = chat.unit(1)
    assert dialogue is not None and dialogue.id == unit.dialogue


async def test_an_export_is_a_new_private_file_and_touches_no_other(chat, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    talk = chat.begin(Wishes())
    await events_of(chat, talk, WORDS)
    first = Path(chat.export(talk.conversation_id, "markdown", False))
    second = Path(chat.export(talk.conversation_id, "markdown", False))
    assert first != second
    assert WORDS in first.read_text()
    assert first.stat().st_mode & 0o077 == 0
