"""What the Chat pane asks of the rest of the program, and the live answer: a session at the bank with its engine.

Everything here blocks and is called in threads, except ``reply``. Imported after the first paint.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from esc_tui.domain.errors import UserError
from esc_tui.domain.talk import TalkView

if TYPE_CHECKING:
    from esc_tui.bank.talks import TalkRow
    from esc_tui.domain.dialogue import Dialogue, InterventionUnit
    from esc_tui.domain.events import AnyEvent, Mode
    from esc_tui.domain.profile import Profile
    from esc_tui.interchange.talk_export import ExportFormat
    from esc_tui.simulate.forking import ForkedReply, Way
    from esc_tui.support.session import Session
    from esc_tui.support.talk import LiveTalk
    from esc_tui.support.unstored import UnstoredTalks


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person decides about the next reply."""

    mode: Mode = "all-in-one"
    pinned: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    just_listen: bool = False
    bank_used: bool = True


class Stopper(Protocol):
    """Stops a running reply."""

    def stop(self) -> None:
        """End after the sentence in hand."""
        ...


class Talk(Protocol):
    """One talk as the pane needs it; ``support.talk.LiveTalk`` is one."""

    view: TalkView

    @property
    def conversation_id(self) -> str:
        """Its identifier."""
        ...

    def undo_turn(self, regenerate: bool = False) -> str | None:
        """Take the last turn back; gives the seeker's words."""
        ...

    def rate(self, turn: int, emotion: int | None = None, thumb: str | None = None, reason: str = "") -> AnyEvent:
        """Store what the person felt about a reply."""
        ...

    def close(self, may_learn: bool) -> AnyEvent:
        """End the talk."""
        ...


class ChatService(Protocol):
    """Talks, replies, units: all the Chat pane needs."""

    @property
    def unstored(self) -> str:
        """Why talks are not kept; empty when they are."""
        ...

    def warm(self) -> None:
        """Load what the first reply would otherwise wait for."""
        ...

    def begin(self, wishes: Wishes) -> Talk:
        """Start a talk on the newest revision; its first event is stored."""
        ...

    def resume(self, conversation_id: str) -> Talk:
        """Go on with a stored talk."""
        ...

    def stopper(self) -> Stopper:
        """A fresh handle to stop the next reply with."""
        ...

    def reply(self, talk: Talk, text: str, wishes: Wishes, stopper: Stopper) -> AsyncGenerator[AnyEvent, None]:
        """The events of one turn."""
        ...

    def talks(self) -> Sequence[TalkRow]:
        """The newest talks, for the list."""
        ...

    def forget(self, conversation_id: str) -> None:
        """Remove a talk's text for good."""
        ...

    def learn(self, conversation_id: str, labeller: str, may_learn: bool | None = None) -> str:
        """Bring what the bank learned from a talk up to its ratings and its consent; gives one sentence, or nothing.

        ``may_learn`` changes the consent first.
        """
        ...

    def export(self, conversation_id: str, form: ExportFormat, mask_names: bool, card: Profile | None = None) -> str:
        """Write a talk to a new file in the working folder, with the role card if it is given; gives the file's path."""
        ...

    def unit(self, number: int) -> tuple[InterventionUnit, Dialogue | None]:
        """One Intervention Unit and the dialogue it was labelled in."""
        ...


class LiveChat:
    """A ChatService on a real session."""

    def __init__(self, session: Session, revision: str = "") -> None:
        self.session, self.revision = session, revision
        self._unstored: dict[str, LiveTalk] = {}
        self._held: set[str] = set()

    @property
    def unstored(self) -> str:
        """Why the bank can only be viewed, if so."""
        bank = self.session.bank
        return bank.view_only_reason if bank.view_only else ""

    def warm(self) -> None:
        """Load the index of the newest revision and the guard's weights."""
        self.session.warm()

    def begin(self, wishes: Wishes) -> Talk:
        """Start a talk on the newest revision."""
        return self._noted(self.session.start_talk(revision=self.revision, mode=wishes.mode, bank_used=wishes.bank_used))

    def resume(self, conversation_id: str) -> Talk:
        """Go on with a talk, on the pins it has."""
        return self._unstored.get(conversation_id) or self._noted(self.session.resume_talk(conversation_id))

    def _noted(self, talk: LiveTalk) -> LiveTalk:
        if self.unstored:
            self._unstored[talk.conversation_id] = talk
        return talk

    def stopper(self) -> Stopper:
        """A TurnControl."""
        from esc_tui.support.turn import TurnControl

        return TurnControl()

    async def reply(self, talk: Talk, text: str, wishes: Wishes, stopper: Stopper) -> AsyncGenerator[AnyEvent, None]:
        """The events of one turn, from the newest revision unless the person named one."""
        from esc_tui.support.turn import TurnControl, TurnOptions

        live = cast("LiveTalk", talk)
        options = TurnOptions(wishes.mode, wishes.pinned, wishes.banned, wishes.just_listen, wishes.bank_used)
        stays = bool(self.revision) or live.conversation_id in self._held
        if not stays and (moved := await asyncio.to_thread(self.session.keep_up, live)) is not None:
            yield moved
        supporter = self.session.supporter(live.pins)
        async with aclosing(supporter.reply(live, text, options, cast(TurnControl, stopper))) as events:
            async for event in events:
                yield event

    def talks(self) -> Sequence[TalkRow]:
        """The hundred newest talks that still have their text, after those that are not stored."""
        with self.session.bank.reader() as reader:
            stored = [row for row in reader.conversations(limit=100) if not row.forgotten and (row.turns or row.title)]
        known = {row.conversation for row in stored}
        return [_row(talk) for name, talk in reversed(self._unstored.items()) if name not in known and talk.view.turns] + stored

    def forget(self, conversation_id: str) -> None:
        """Remove a talk's text, quotes and search rows; counts stay. A talk that is not stored is only let go."""
        talk = self._unstored.get(conversation_id)
        if talk is None or not _begun_here(talk):
            self.session.bank.forget(conversation_id)
        self._unstored.pop(conversation_id, None)

    def learn(self, conversation_id: str, labeller: str, may_learn: bool | None = None) -> str:
        """Units and outcomes of a stored talk as its ratings and consent want them; a talk that is not stored teaches nothing."""
        from esc_tui.discover.from_talks import learn_from_talk, set_consent, told

        if self.unstored or conversation_id in self._unstored:
            return ""
        if may_learn is not None:
            return told(set_consent(self.session.bank, conversation_id, may_learn, labeller))
        return told(learn_from_talk(self.session.bank, conversation_id, labeller))

    def export(self, conversation_id: str, form: ExportFormat, mask_names: bool, card: Profile | None = None) -> str:
        """Write a talk to a new file, for its owner alone; an existing file is never touched."""
        from esc_tui.interchange.talk_export import export_talk
        from esc_tui.settings.files import write_new

        text = export_talk(self.events(conversation_id), form, mask_names=mask_names, card=card)
        ending = {"markdown": "md", "jsonl": "jsonl", "html": "html"}[form]
        for number in range(1, 1000):
            path = Path.cwd() / f"talk-{conversation_id[-6:].lower()}-{number}.{ending}"
            try:
                write_new(path, text.encode())
            except FileExistsError:
                continue
            except OSError as error:
                raise UserError(f"the talk cannot be written ({error.strerror})", str(path),
                                "start the program in a folder of your own") from error
            return str(path)
        raise UserError("there are a thousand exports of this talk already", str(Path.cwd()), "clear some away")

    def events(self, conversation_id: str) -> list[AnyEvent]:
        """All of a talk: what is stored, then what is not."""
        talk = self._unstored.get(conversation_id)
        added = cast("list[AnyEvent]", cast("UnstoredTalks", talk.store).events) if talk is not None else []
        if talk is not None and _begun_here(talk):
            return list(added)
        with self.session.bank.reader() as reader:
            return [*reader.events(conversation_id), *added]

    def branch(self, events: Sequence[AnyEvent], number: int, reply: ForkedReply | None = None, way: Way | None = None) -> str:
        """Begin a talk that goes on after a turn, with another reply to it if one is given; gives its identifier.

        One that goes on at another revision or with a proposal stays there until the program ends.
        """
        from esc_tui.simulate.forking import branch
        from esc_tui.support.talk import LiveTalk
        from esc_tui.support.unstored import UnstoredTalks

        if self.unstored:
            store = UnstoredTalks()
            identity = branch(store, events, number, reply, way)
            self._noted(LiveTalk.resume(store, cast("list[AnyEvent]", store.events), self.session.help_lines))
        else:
            identity = branch(self.session.bank, events, number, reply, way)
        if way is not None and (way.pins.candidate or way.pins.revision != self.session.bank.head_number):
            self._held.add(identity)
        return identity

    def unit(self, number: int) -> tuple[InterventionUnit, Dialogue | None]:
        """A unit and its dialogue."""
        with self.session.bank.reader() as reader:
            unit = reader.unit(number)
            return unit, reader.dialogue(unit.dialogue)


def _begun_here(talk: LiveTalk) -> bool:
    """True for a talk of which the bank holds nothing."""
    from esc_tui.support.unstored import FIRST_NUMBER

    return talk.started.event_id >= FIRST_NUMBER


def _row(talk: LiveTalk) -> TalkRow:
    from esc_tui.bank.talks import TalkRow

    started, turns = talk.started, talk.view.turns
    last = turns[-1].reply.time if turns[-1].reply is not None else started.time
    return TalkRow(talk.conversation_id, turns[0].text, True, talk.language, talk.pins.revision, started.time, last, len(turns),
                   0, None, False, False, started.forked_from or "")
