"""Moments of the talk in Chat, and branches: talks that go on from a moment, of this talk or of one that another pane shows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError
from esc_tui.tui.panes.chat.moment_actions import MomentActions, moment_at
from esc_tui.tui.panes.chat.turn_block import turn_number

if TYPE_CHECKING:
    from esc_tui.evolve.what_if import Moment
    from esc_tui.simulate.forking import ForkedReply, Way
    from esc_tui.tui.panes.chat.moments import Moments
    from esc_tui.tui.panes.chat.pane import ChatPane
    from esc_tui.tui.panes.chat.service import LiveChat


class ChatMoments(MomentActions):
    """Mixed into the Chat pane."""

    async def moment(self: ChatPane) -> tuple[Moments, Moment] | None:  # type: ignore[misc]
        """The moment of the turn under the cursor, else of the last one; None without a turn. Raises UserError."""
        talk, turns = self.conversation.talk, self.conversation.turns
        turn = self.conversation.turn(turn_number(self.transcript.cursor)) or (turns[-1] if turns else None)
        if talk is None or turn is None:
            return None
        service: LiveChat = await self.service()  # type: ignore[assignment] # a talk of another service has no events to fork
        events = await asyncio.to_thread(service.events, talk.conversation_id)
        return await moment_at(service.session, await self.seekers(), events, turn.number)

    def show_branch(self: ChatPane, moment: Moment, reply: ForkedReply | None, way: Way | None) -> None:  # type: ignore[misc]
        """Begin a talk that goes on from a moment, and open it."""
        self.run_worker(self._branch(moment, reply, way), group="talks", exclusive=True, exit_on_error=False)

    async def _branch(self: ChatPane, moment: Moment, reply: ForkedReply | None, way: Way | None) -> None:  # type: ignore[misc]
        try:
            service: LiveChat = await self.service()  # type: ignore[assignment]
            identity = await asyncio.to_thread(service.branch, moment.events, moment.turn.number, reply, way)
            self.conversation.leave()
            await self.conversation.open(identity)
            self.esc.tell(told(moment, reply))
            if await self.sat(identity):
                return
            self.show_talk_again()
            await self.take_up_card()
            self.focus_field()
        except UserError as error:
            self.esc.tell_error(error)


def told(moment: Moment, reply: ForkedReply | None) -> str:
    """What a branch is, in one sentence."""
    place = moment.fork.place
    if moment.by_a_person and reply is None:
        return f"A branch of the talk: you answer turn {place} anew. The old talk stays."
    if moment.by_a_person:
        return f"A branch of the talk: the bank answered turn {place}, you go on. The old talk stays."
    if moment.view.episode is not None:
        return f"A branch of the episode from turn {place} on: you go on as the seeker. The episode stays."
    return f"A branch of the talk from turn {place} on; the old talk stays, t lists both."
