"""What panes tell the app and each other: Textual messages that bubble up to the app, which passes them on."""

from __future__ import annotations

from textual.message import Message


class SkillRequested(Message):
    """Somebody wants to see a skill: the app opens the Bank pane and calls its ``show_skill(slug)``."""

    def __init__(self, slug: str, version: int | None = None) -> None:
        self.slug, self.version = slug, version
        super().__init__()


class TalkRequested(Message):
    """Somebody wants to see a talk: the app opens the Chat pane and calls its ``show_talk(conversation_id, turn)``."""

    def __init__(self, conversation_id: str, turn: int | None = None) -> None:
        self.conversation_id, self.turn = conversation_id, turn
        super().__init__()


class BankChanged(Message):
    """A new revision was made or the bank was found changed: the header and the other panes look again."""


class DraftsChanged(Message):
    """How many drafts are unsaved now, for the mark in the header."""

    def __init__(self, unsaved: int) -> None:
        self.unsaved = unsaved
        super().__init__()


class JobChanged(Message):
    """A job's line in the header, e.g. ``verify 12/48``; an empty text takes it away."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__()


class EngineChanged(Message):
    """The engine in use and whether it answers: ``connected`` None while that is not known."""

    def __init__(self, name: str, connected: bool | None = None) -> None:
        self.name, self.connected = name, connected
        super().__init__()
