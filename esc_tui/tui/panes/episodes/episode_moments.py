"""A turn of an open episode in another way: what if, a branch, a regression case, as Chat has them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError
from esc_tui.tui.panes.chat.moment_actions import MOMENT_ACTIONS, MomentActions, moment_at
from esc_tui.tui.panes.episodes.episode_playing import EpisodePlaying

if TYPE_CHECKING:
    from esc_tui.evolve.what_if import Moment
    from esc_tui.support.session import Session
    from esc_tui.tui.panes.chat.moments import Moments
    from esc_tui.tui.panes.chat.seekers import Seekers


class EpisodeMoments(MomentActions, EpisodePlaying):
    """The base of the view: what can be asked at the turn under the cursor. Sealed episodes are never opened, so none is asked about."""

    _seekers: Seekers | None = None

    async def moment(self) -> tuple[Moments, Moment] | None:
        """The moment of the turn under the cursor, once it was answered. Raises UserError."""
        turn = self.turn
        if turn is None:
            return None
        if turn.reply is None:
            raise UserError(f"turn {turn.number} has no reply that could have been another one", "", "choose a turn with one: k goes up")
        events = list(self.showing.events)
        session = await self.workshop.session()
        return await moment_at(session, await self._seekers_at(session), events, turn.number)

    async def _seekers_at(self, session: Session) -> Seekers:
        """Who may judge, at the session there is now: settings may have changed since the last one."""
        given = self.esc_app.services.get("seekers")
        if given is not None:
            return given  # type: ignore[no-any-return]
        if self._seekers is None or self._seekers.session is not session:
            await self._let_seekers_go()
            self._seekers = (await asyncio.to_thread(_seekers_class))(session, self.esc_app.start.revision)
        return self._seekers

    async def _let_seekers_go(self) -> None:
        """Close what a model's seeker has open."""
        seekers, self._seekers = self._seekers, None
        if seekers is not None:
            await seekers.aclose()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a turn there is nothing to ask about; in the field letters are letters."""
        if action in MOMENT_ACTIONS:
            return not self.field.has_focus and self.turn is not None
        return super().check_action(action, parameters)


def _seekers_class() -> type[Seekers]:
    from esc_tui.tui.panes.chat.seekers import Seekers

    return Seekers
