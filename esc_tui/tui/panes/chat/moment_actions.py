"""What can be asked at one turn of a talk, wherever it is shown: what if, going on from it in a new talk, a regression case of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual.dom import DOMNode

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import primary_language
from esc_tui.tui.messages import BranchRequested

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from esc_tui.domain.events import AnyEvent
    from esc_tui.evolve.what_if import Moment
    from esc_tui.simulate.forking import ForkedReply, Way
    from esc_tui.support.session import Session
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.chat.moments import Moments
    from esc_tui.tui.panes.chat.seekers import Seekers
    from esc_tui.tui.panes.chat.what_if_screen import WhatIfScreen

    Work = Callable[[Moments, Moment], Coroutine[Any, Any, None]]

MOMENT_ACTIONS = frozenset({"what_if", "fork", "keep_case"})


class MomentActions(DOMNode):
    """Mixed into whatever shows turns. It says which one is meant; the rest is the same everywhere."""

    async def moment(self) -> tuple[Moments, Moment] | None:
        """The moment meant, with whom to ask about it; None when there is none. Raises UserError."""
        raise NotImplementedError

    def go_on_from(self, moment: Moment, reply: ForkedReply | None = None, way: Way | None = None) -> None:
        """Go on from it in a new talk, with the reply of another way if one is given: Chat's affair."""
        self.post_message(BranchRequested(moment, reply, way))

    @property
    def _esc(self) -> EscApp:
        return self.app  # type: ignore[return-value]

    def _at_moment(self, work: Work) -> None:
        async def told() -> None:
            try:
                found = await self.moment()
                if found is not None:
                    await work(*found)
            except UserError as error:
                self._esc.tell_error(error)

        self.run_worker(told(), group="moment", exclusive=True, exit_on_error=False)

    def action_what_if(self) -> None:
        """Open the what-if sheet."""
        self._at_moment(self._what_if)

    async def _what_if(self, moments: Moments, moment: Moment) -> None:
        _check_language(moments.session, moment)
        screen_class = await asyncio.to_thread(_what_if_class)
        wanted = await self.app.push_screen_wait(screen_class(moments, moment))
        if wanted is not None:
            self.go_on_from(moment, wanted.reply, wanted.way)

    def action_fork(self) -> None:
        """Go on from the turn in a new talk."""
        self._at_moment(self._fork)

    async def _fork(self, moments: Moments, moment: Moment) -> None:
        _check_language(moments.session, moment)
        self.go_on_from(moment)

    def action_keep_case(self) -> None:
        """Keep the turn as a regression case."""
        self._at_moment(self._keep_case)

    async def _keep_case(self, moments: Moments, moment: Moment) -> None:
        from esc_tui.tui.ask import Answer, AskScreen
        from esc_tui.tui.panes.chat.case_form import CaseForm

        wish = await self.app.push_screen_wait(CaseForm(moments, moment))
        if wish is None:
            return
        answer = "yes" if moment.simulated else await self.app.push_screen_wait(AskScreen(
            "May the talk's lines up to this turn be kept with the case?",
            "They stay in this bank, on this computer, until the case is removed or the talk is forgotten. Masked, words that look "
            "like names become [name 1], [name 2] and so on. Without the lines there is nothing to try, so no case is kept.",
            (Answer("n", "no", "no"), Answer("m", "yes, names masked", "masked"), Answer("y", "yes, as they are", "yes"))))
        if answer not in {"masked", "yes"}:
            self._esc.tell("No case was kept.")
            return
        author = await asyncio.to_thread(self._esc.workshop.annotator)
        name = await asyncio.to_thread(moments.keep_case, moment, wish, answer == "masked", author)
        lines = " with the lines of the simulated talk" if moment.simulated else ""
        self._esc.tell(f"Kept as {name}{lines}; 'esc-tui evaluate cases' tries it.")


def _check_language(session: Session, moment: Moment) -> None:
    """Raises UserError before anything is opened in which the engine could only say that it does not speak the talk's language."""
    language = moment.view.started.language if moment.view.started is not None else "en"
    if session.settings.engine == "embedded" and primary_language(language) != "en":
        raise UserError("the embedded engine speaks English only", f"a talk in '{language}'", "choose an endpoint in the settings")


async def moment_at(session: Session, seekers: Seekers, events: Sequence[AnyEvent], number: int) -> tuple[Moments, Moment]:
    """The moment of a turn, with whom to ask about it. Raises UserError when the talk has no such turn."""
    moments = (await asyncio.to_thread(_moments_class))(session, seekers)
    return moments, await asyncio.to_thread(moments.moment, events, number)


def _moments_class() -> type[Moments]:
    from esc_tui.tui.panes.chat.moments import Moments

    return Moments


def _what_if_class() -> type[WhatIfScreen]:
    from esc_tui.tui.panes.chat.what_if_screen import WhatIfScreen

    return WhatIfScreen
