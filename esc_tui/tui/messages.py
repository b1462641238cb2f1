"""What panes tell the app and each other: Textual messages that bubble up to the app, which passes them on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from esc_tui.domain.skill import Skill
    from esc_tui.evolve.what_if import Moment
    from esc_tui.simulate.forking import ForkedReply, Way
    from esc_tui.tui.jobs import Job


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


class BranchRequested(Message):
    """Somebody wants to go on from a moment in a new talk: the app opens the Chat pane and calls its ``show_branch``.

    ``reply`` was made in ``way``; without them the talk goes on as it was.
    """

    def __init__(self, moment: Moment, reply: ForkedReply | None = None, way: Way | None = None) -> None:
        self.moment, self.reply, self.way = moment, reply, way
        super().__init__()


class BankChanged(Message):
    """A new revision was made or the bank was found changed: the header and the other panes look again."""


class DraftsChanged(Message):
    """How many drafts are unsaved now, for the mark in the header."""

    def __init__(self, unsaved: int) -> None:
        self.unsaved = unsaved
        super().__init__()


class UnitRequested(Message):
    """Somebody wants to see an Intervention Unit on its lines: the app opens Evidence and calls its ``show_unit(number)``."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__()


class DialogueRequested(Message):
    """Somebody wants to see a line of a dialogue: the app opens Evidence and calls its ``show_dialogue(identity, line)``."""

    def __init__(self, identity: str, line: int = 0) -> None:
        self.identity, self.line = identity, line
        super().__init__()


class EpisodeRequested(Message):
    """Somebody wants to see an episode (``RUN/NUMBER`` or its conversation): the app calls the Episodes pane's ``show_episode``."""

    def __init__(self, reference: str, turn: int | None = None) -> None:
        self.reference, self.turn = reference, turn
        super().__init__()


class SkillDraftRequested(Message):
    """A draft was made for a person to read, correct and save: the app opens Bank and calls its ``take_draft``.

    ``extends`` is the slug of the skill it goes on from, empty for a new one; ``prototypes`` are the row ids it rests on.
    """

    def __init__(self, skill: Skill, prototypes: tuple[int, ...] = (), extends: str = "") -> None:
        self.skill, self.prototypes, self.extends = skill, prototypes, extends
        super().__init__()


class JobProgressed(Message):
    """A job began or got further: the app draws the header and tells every pane (``Pane.job_progressed``)."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__()


class JobEnded(Message):
    """A job is over, well or not: the app says its sentence and tells every pane (``Pane.job_ended``)."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__()


class EngineChanged(Message):
    """The engine in use and whether it answers: ``connected`` None while that is not known."""

    def __init__(self, name: str, connected: bool | None = None) -> None:
        self.name, self.connected = name, connected
        super().__init__()
