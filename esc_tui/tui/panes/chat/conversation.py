"""One talk in progress, without a screen: sends messages, reveals replies at a gentle pace, takes turns back.

The view of a turn under way is folded here from the events that were yielded, so nothing is shown before its turn; for
finished turns the talk's own view is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.talk import TalkView, TurnView
    from esc_tui.tui.panes.chat.service import ChatService, Stopper, Talk, Wishes

WORD_PAUSE = 0.022
"""Seconds between the words of a sentence being revealed: about 45 words a second, quicker than anybody reads."""


class Conversation:
    """Holds the talk, the wishes for the next reply, and the reply under way.

    ``show`` is called with a turn and how many characters of its last segment to show (None: all). ``running`` is True
    from the moment a message was sent until its reply has ended. ``card`` is the seeker that the person plays; ``take`` records it
    in the talk before its first message, and the supporter never gets it.
    """

    def __init__(self, service: Callable[[], Awaitable[ChatService]],
                 show: Callable[[TurnView, int | None], None]) -> None:
        self._service, self._show = service, show
        self.wishes: Wishes | None = None
        self.talk: Talk | None = None
        self.consent_asked = False
        self.paced = True
        self.card: Profile | None = None
        self.take: Callable[[Talk], None] | None = None
        self.running = False
        self._stopper: Stopper | None = None
        self._stopping = False
        self._fold: TalkView | None = None

    @property
    def turns(self) -> list[TurnView]:
        """All turns that stand, the one under way last."""
        current = self._fold.turns[-1] if self._fold is not None and self._fold.turns else None
        done = self.talk.view.turns if self.talk is not None else []
        if current is None:
            return list(done)
        return [*(turn for turn in done if turn.number != current.number), current]

    def turn(self, number: int | None) -> TurnView | None:
        """One turn by its number."""
        return next((turn for turn in self.turns if turn.number == number), None)

    def facts(self, turn: TurnView | None) -> str:
        """The revision and seed a turn stands on."""
        view = self.talk.view if self.talk is not None else None
        if view is None or view.started is None:
            return ""
        pins = (turn.pins if turn is not None else None) or view.pins or view.started.pins
        return f"r{pins.revision}  seed {view.started.seed}"

    @property
    def revision(self) -> int:
        """The revision the talk stands on now; 0 before it began."""
        view = self.talk.view if self.talk is not None else None
        pins = (view.pins or (view.started.pins if view.started else None)) if view is not None else None
        return pins.revision if pins is not None else 0

    async def wish(self, **changes: object) -> Wishes:
        """Change the wishes for the replies to come."""
        from esc_tui.tui.panes.chat.service import Wishes

        self.wishes = replace(self.wishes or Wishes(), **changes)  # type: ignore[arg-type]
        return self.wishes

    async def send(self, text: str) -> TurnView | None:
        """Send a message and follow the reply to its end. Raises UserError; the words are then still the caller's."""
        self.running, self._stopping = True, False
        last: TurnView | None = None
        try:
            last = await self._send(text)
        finally:
            self.running, self._stopper, self._fold = False, None, None
        finished = self.turn(last.number) if last is not None else None
        if finished is not None:
            self._show(finished, None)
        return finished

    async def _send(self, text: str) -> TurnView | None:
        from esc_tui.domain.talk import TalkView

        service = await self._service()
        wishes = self.wishes or await self.wish()
        if self.talk is None:
            self.talk = await asyncio.to_thread(service.begin, wishes)
            self.consent_asked = False
        if self.take is not None and self.talk.view.role is None:
            await asyncio.to_thread(self.take, self.talk)
        self._fold = fold = TalkView()
        self._stopper = service.stopper()
        if self._stopping:
            self._stopper.stop()
        async with aclosing(service.reply(self.talk, text, wishes, self._stopper)) as events:
            async for event in events:
                await self._take(event)
        return fold.turns[-1] if fold.turns else None

    async def _take(self, event: AnyEvent) -> None:
        turn = self._fold.apply(event) if self._fold is not None else None
        if turn is None:
            return
        if event.kind == "segment_delta":
            await self._reveal(turn, len(event.text.strip()))
        self._show(turn, None)

    async def _reveal(self, turn: TurnView, new: int) -> None:
        """Show the last ``new`` characters of the last segment word by word, as long as nobody wants it quicker."""
        text = turn.segments[-1].text
        at = len(text) - new
        while self.paced and not self._stopping and at < len(text):
            following = text.find(" ", at + 1)
            at = len(text) if following < 0 else following
            self._show(turn, at)
            await asyncio.sleep(WORD_PAUSE)

    def stop(self) -> bool:
        """Stop the reply under way and keep what was shown; False when there is none."""
        if not self.running:
            return False
        self._stopping = True
        if self._stopper is not None:
            self._stopper.stop()
        return True

    async def undo(self, regenerate: bool = False) -> str | None:
        """Take the last turn back; gives the person's words."""
        if self.talk is None or self.running:
            return None
        return await asyncio.to_thread(self.talk.undo_turn, regenerate)

    async def rate(self, turn: int, emotion: int | None, thumb: str | None, reason: str) -> None:
        """Store a rating."""
        if self.talk is not None:
            await asyncio.to_thread(self.talk.rate, turn, emotion, thumb, reason)

    async def close(self, may_learn: bool) -> None:
        """End the talk."""
        if self.talk is not None:
            await asyncio.to_thread(self.talk.close, may_learn)
        self.leave()

    def leave(self) -> None:
        """Let go of the talk without ending it."""
        self.talk, self._fold, self._stopper = None, None, None
        self.card = self.take = None

    async def open(self, conversation_id: str) -> None:
        """Go on with a stored talk."""
        service = await self._service()
        self.talk = await asyncio.to_thread(service.resume, conversation_id)
        self.card = self.take = None
        self.consent_asked = False
