"""Role cards and the other side, as the Chat pane offers them: play a written seeker, or answer one as the supporter."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import primary_language

if TYPE_CHECKING:
    from textual.widget import Widget

    from esc_tui.simulate.profiles import ProfileRow
    from esc_tui.tui.panes.chat.pane import ChatPane
    from esc_tui.tui.panes.chat.role_card import CardWish, RoleCard
    from esc_tui.tui.panes.chat.seekers import Seekers

ANYBODY = "anybody"
"""Stands in the list for a seeker drawn at random."""
NEEDS_CARD = {"first_line", "other_card"}


class ChatRoles:
    """Mixed into the Chat pane."""

    _seekers: Seekers | None
    _before_card: Widget | None

    async def seekers(self: ChatPane) -> Seekers:  # type: ignore[misc]
        """The written seekers at the bank. Raises UserError."""
        given = self.esc.services.get("seekers")
        if given is not None:
            return given  # type: ignore[no-any-return]
        if self._seekers is not None:
            return self._seekers
        session = await self.esc.workshop.session()
        seekers_class = await asyncio.to_thread(_seekers_class)
        self._seekers = made = seekers_class(session, self.esc.start.revision)
        return made

    async def let_seekers_go(self: ChatPane) -> None:  # type: ignore[misc]
        """Close what a model's seeker has open; the next talk gets the engine the settings ask for then."""
        seekers, self._seekers = self._seekers, None
        if seekers is not None:
            await seekers.aclose()

    # -- role cards --------------------------------------------------------------------------------------------------

    @property
    def card_drawer(self: ChatPane) -> RoleCard | None:  # type: ignore[misc]
        """The drawer, once a card was chosen."""
        found = self.query("RoleCard")
        return found.first() if found else None  # type: ignore[return-value]

    def action_card(self: ChatPane) -> None:  # type: ignore[misc]
        """Show or hide the card; without one choose it."""
        if self.conversation.card is None:
            self.action_other_card()
        elif self.has_class("-card"):
            self.hide_card()
        else:
            drawer = self.card_drawer
            self._before_card = self.app.focused
            self.remove_class("-drawer")
            self.add_class("-card")
            typing = self._composer is not None and self.app.focused is self._composer
            if drawer is not None and (self.has_class("-narrow") or not typing):
                drawer.focus()

    def hide_card(self: ChatPane) -> None:  # type: ignore[misc]
        """Hide it and go back to where the person was."""
        drawer, before = self.card_drawer, self._before_card
        inside = drawer is not None and drawer.has_focus
        self.remove_class("-card")
        if inside and before is not None and before.is_attached and before is not drawer and before.display:
            self.screen.set_focus(before)
        elif inside:
            self.transcript.focus()

    def action_other_card(self: ChatPane) -> None:  # type: ignore[misc]
        """Choose whom to play."""
        self.run_worker(self._choose_card(), group="talks", exclusive=True, exit_on_error=False)

    async def _choose_card(self: ChatPane) -> None:  # type: ignore[misc]
        try:
            seekers = await self.seekers()
            identity = await self._chosen(seekers, "Play which seeker? Only you see the card.", True)
            if identity is None or not await self.ask_consent():
                return
            card = await asyncio.to_thread(seekers.card, identity)
        except UserError as error:
            self.esc.tell_error(error)
            return
        self.show_talk_again()
        self.conversation.card = card
        self.conversation.take = partial(seekers.take_role, profile=card)
        await self.show_card()
        if not self.has_class("-card") and not self.has_class("-narrow"):
            self.add_class("-card")
        self.focus_field()

    async def _chosen(self: ChatPane, seekers: Seekers, title: str, told: bool) -> str | None:  # type: ignore[misc]
        """The id of the seeker chosen; ``told``: intention and character may be seen."""
        from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

        rows = await asyncio.to_thread(seekers.rows)
        if not rows:
            raise UserError("there is no seeker on the shelf develop of this bank", "", "make some with 'esc-tui profiles new'")
        speaking = [row for row in rows if seekers.host or primary_language(row.language) == "en"]
        options = [Choice(row.id, _name(row), _note(row, told)) for row in rows]
        if not told and speaking:
            options.insert(0, Choice(ANYBODY, "Whoever comes", "drawn at random"))
        chosen = await self.app.push_screen_wait(PickerScreen(title, options))
        if not chosen:
            return None
        identity: str = random.choice(speaking).id if chosen[0] == ANYBODY else chosen[0]
        return identity

    async def show_card(self: ChatPane) -> None:  # type: ignore[misc]
        """Bring the drawer, the transcript and the line under the field up to the card of this talk."""
        from esc_tui.tui.panes.chat.role_card import RoleCard, card_blocks, taken_block

        card, drawer = self.conversation.card, self.card_drawer
        if card is not None and drawer is None:
            drawer = RoleCard(margin=2, right_margin=1)
            await self.query_one("#sides").mount(drawer)
        if card is None:
            self.remove_class("-card")
        if drawer is not None:
            drawer.show(card_blocks(card) if card is not None else [])
        if card is not None and not self.conversation.turns:
            self.transcript.greet([self._greeting(), taken_block(card)])
        self.show_wishes()
        self.refresh_bindings()

    async def take_up_card(self: ChatPane) -> None:  # type: ignore[misc]
        """After a stored talk was opened: the card it was played with."""
        talk = self.conversation.talk
        if talk is not None and talk.view.role is not None:
            seekers = await self.seekers()
            self.conversation.card = await asyncio.to_thread(seekers.card_of, talk.view)
            if self.conversation.card is None:
                self.esc.tell("The card that this talk was played with is not in this bank any more.")
        await self.show_card()

    def action_first_line(self: ChatPane) -> None:  # type: ignore[misc]
        """Put the card's first line into the field."""
        card, field = self.conversation.card, self.composer
        if card is not None and field is not None:
            if not field.text.strip():
                field.load_text(card.first_line)
                field.move_cursor(field.document.end)
            else:
                self.esc.tell("There are words in the field already.")
            if self.has_class("-narrow"):
                self.remove_class("-card")
            self.focus_field()

    async def on_card_wish(self: ChatPane, event: CardWish) -> None:  # type: ignore[misc]
        """What the card asks for."""
        event.stop()
        if event.what == "first":
            self.action_first_line()
        elif event.what == "hide":
            self.hide_card()
        elif self.conversation.turns:
            self.esc.tell("This talk was begun in this role and keeps it; n begins another one.")
        else:
            self.hide_card()
            self.conversation.card = self.conversation.take = None
            await self.show_card()
            self.greet()

    # -- the other side ----------------------------------------------------------------------------------------------

    def action_sit(self: ChatPane) -> None:  # type: ignore[misc]
        """Be the supporter of a simulated seeker."""
        self.run_worker(self._sit(), group="talks", exclusive=True, exit_on_error=False)

    async def _sit(self: ChatPane) -> None:  # type: ignore[misc]
        try:
            seekers = await self.seekers()
            identity = await self._chosen(seekers, "Be the supporter of which seeker? What they hope for stays hidden.", False)
            if identity is not None:
                sitting = await asyncio.to_thread(seekers.begin, identity)
                await self._show_seat(seekers, sitting)
        except UserError as error:
            self.esc.tell_error(error)

    async def sat(self: ChatPane, conversation_id: str) -> bool:  # type: ignore[misc]
        """Open a talk in which the person was the supporter on its own screen; False when it is no such talk. Raises UserError."""
        talk = self.conversation.talk
        if talk is None or talk.view.episode is None:
            return False
        self.conversation.leave()
        self.show_talk_again()
        seekers = await self.seekers()
        sitting = await asyncio.to_thread(seekers.resume, conversation_id)
        await self._show_seat(seekers, sitting)
        return True

    async def _show_seat(self: ChatPane, seekers: Seekers, sitting: object) -> None:  # type: ignore[misc]
        screen_class = await asyncio.to_thread(_seat_class)
        await self.app.push_screen(screen_class(seekers, sitting))


def _name(row: ProfileRow) -> str:
    facts = (row.name or row.id, str(row.age) if row.age is not None else "", row.occupation)
    return ", ".join(fact for fact in facts if fact.strip())


def _note(row: ProfileRow, told: bool) -> str:
    language = "" if primary_language(row.language) == "en" else f"speaks {row.language}, "
    scenario = f"{language}{row.scenario.value.replace('-', ' ')}"
    return f"{scenario}; {row.need.value.replace('-', ' ')}" if told else scenario


def _seekers_class() -> type[Seekers]:
    from esc_tui.tui.panes.chat.seekers import Seekers

    return Seekers


def _seat_class() -> type:
    from esc_tui.tui.panes.chat.seat_screen import SeatScreen

    return SeatScreen
