"""What the Chat pane does with one turn: what if, going on from it in a new talk, keeping it as a regression case."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError
from esc_tui.tui.panes.chat.turn_block import turn_number

if TYPE_CHECKING:
    from esc_tui.evolve.what_if import Moment
    from esc_tui.tui.panes.chat.moments import Moments
    from esc_tui.tui.panes.chat.pane import ChatPane
    from esc_tui.tui.panes.chat.what_if_screen import WhatIfScreen


class ChatMoments:
    """Mixed into the Chat pane."""

    async def moment(self: ChatPane) -> tuple[Moments, Moment] | None:  # type: ignore[misc]
        """The moment of the turn under the cursor, else of the last one; None without a turn. Raises UserError."""
        talk, turns = self.conversation.talk, self.conversation.turns
        turn = self.conversation.turn(turn_number(self.transcript.cursor)) or (turns[-1] if turns else None)
        if talk is None or turn is None:
            return None
        service, seekers = await self.service(), await self.seekers()
        moments_class = await asyncio.to_thread(_moments_class)
        moments = moments_class(service, seekers)  # type: ignore[arg-type] # the live one; a talk of another has no events to fork
        return moments, await asyncio.to_thread(moments.moment, talk.conversation_id, turn.number)

    # -- what if -----------------------------------------------------------------------------------------------------

    def action_what_if(self: ChatPane) -> None:  # type: ignore[misc]
        """Open the what-if sheet."""
        self.run_worker(self._what_if(), group="talks", exclusive=True, exit_on_error=False)

    async def _what_if(self: ChatPane) -> None:  # type: ignore[misc]
        try:
            found = await self.moment()
            if found is None:
                return
            screen_class = await asyncio.to_thread(_what_if_class)
            wanted = await self.app.push_screen_wait(screen_class(*found))
            if wanted is not None:
                await self._branch(*found, wanted.reply, wanted.way)
        except UserError as error:
            self.esc.tell_error(error)

    # -- branches ----------------------------------------------------------------------------------------------------

    def action_fork(self: ChatPane) -> None:  # type: ignore[misc]
        """Go on from the turn in a new talk."""
        self.run_worker(self._fork(), group="talks", exclusive=True, exit_on_error=False)

    async def _fork(self: ChatPane) -> None:  # type: ignore[misc]
        try:
            found = await self.moment()
            if found is not None:
                await self._branch(*found)
        except UserError as error:
            self.esc.tell_error(error)

    async def _branch(self: ChatPane, moments: Moments, moment: Moment, reply=None, way=None) -> None:  # type: ignore[misc, no-untyped-def]
        identity = await asyncio.to_thread(moments.branch, moment, reply, way)
        self.conversation.leave()
        await self.conversation.open(identity)
        self.show_talk_again()
        await self.take_up_card()
        self.focus_field()
        self.esc.tell(f"A branch of the talk from turn {moment.fork.place} on; the old talk stays, t lists both.")

    # -- regression cases --------------------------------------------------------------------------------------------

    def action_keep_case(self: ChatPane) -> None:  # type: ignore[misc]
        """Keep the turn as a regression case."""
        self.run_worker(self._keep_case(), group="talks", exclusive=True, exit_on_error=False)

    async def _keep_case(self: ChatPane) -> None:  # type: ignore[misc]
        from esc_tui.tui.ask import Answer, AskScreen
        from esc_tui.tui.panes.chat.case_form import CaseForm

        try:
            found = await self.moment()
            if found is None:
                return
            moments, moment = found
            wish = await self.app.push_screen_wait(CaseForm(moments, moment))
            if wish is None:
                return
            answer = await self.app.push_screen_wait(AskScreen(
                "May the talk's lines up to this turn be kept with the case?",
                "They stay in this bank, on this computer, until the case is removed or the talk is forgotten. Masked, words that look "
                "like names become [name 1], [name 2] and so on.",
                (Answer("n", "no", "no"), Answer("m", "yes, names masked", "masked"), Answer("y", "yes, as they are", "yes"))))
            if answer not in {"masked", "yes"}:
                return
            author = await asyncio.to_thread(self.esc.workshop.annotator)
            name = await asyncio.to_thread(moments.keep_case, moment, wish, answer == "masked", author)
            self.esc.tell(f"Kept as {name}; 'esc-tui evaluate cases' tries it.")
        except UserError as error:
            self.esc.tell_error(error)


def _moments_class() -> type[Moments]:
    from esc_tui.tui.panes.chat.moments import Moments

    return Moments


def _what_if_class() -> type[WhatIfScreen]:
    from esc_tui.tui.panes.chat.what_if_screen import WhatIfScreen

    return WhatIfScreen
