"""What the keys of the Chat pane do, apart from showing: sending, modes, ratings, ending and opening talks."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from esc_tui.domain.errors import UserError
from esc_tui.tui.messages import EngineChanged
from esc_tui.tui.panes.chat.roles import NEEDS_CARD
from esc_tui.tui.panes.chat.turn_block import PENDING, pending_block, turn_number, turn_text
from esc_tui.tui.start import MODES

if TYPE_CHECKING:
    from esc_tui.tui.panes.chat.composer import Composer
    from esc_tui.tui.panes.chat.pane import ChatPane
    from esc_tui.tui.panes.chat.rating import RatingStrip

NEEDS_TURN = {"regenerate", "undo_turn", "rate", "copy_turn", "export", "what_if", "fork", "keep_case"}
NEEDS_SKILL = {"pin", "ban"}


class ChatActions:
    """Mixed into the Chat pane."""

    def check_action(self: ChatPane, action: str, parameters: tuple[object, ...]) -> bool | None:  # type: ignore[misc]
        """Grey out what has nothing to work on at the moment."""
        if action in NEEDS_TURN:
            return True if self.conversation.turns and not self.conversation.running else None
        if action in NEEDS_SKILL:
            return True if self.why.has_focus and self.why.skill else None
        if action == "stop":
            return self.conversation.running
        if action == "write" and self.why.has_focus:
            return None
        if action in NEEDS_CARD:
            return True if self.conversation.card is not None else None
        return True

    # -- sending -----------------------------------------------------------------------------------------------------

    def on_composer_sent(self: ChatPane, event: Composer.Sent) -> None:  # type: ignore[misc]
        """Send, unless a reply is still on its way."""
        event.stop()
        if self.conversation.running:
            self.esc.tell("A reply is on its way; esc stops it.")
            if self.composer is not None:
                self.composer.give_back(event.text)
            return
        self.send(event.text)

    def send(self: ChatPane, text: str) -> None:  # type: ignore[misc]
        """Send a message in the background."""
        self.conversation.running = True  # at once: a second Enter may be on its way
        self.run_worker(self._send(text), group="turn", exclusive=True, exit_on_error=False)

    async def _send(self: ChatPane, text: str) -> None:  # type: ignore[misc]
        conversation = self.conversation
        conversation.paced = self.esc.start.reveal and self.app.animation_level != "none"
        if conversation.wishes is None:
            await conversation.wish(mode=self.esc.start.mode, bank_used=self.esc.start.bank_used)
        self.transcript.put(pending_block(text))
        self.transcript.to_end()
        self.call_after_refresh(self.show_wishes)
        self.call_after_refresh(self.refresh_bindings)
        try:
            turn = await conversation.send(text)
            if turn is not None and self.esc.start.engine == "endpoint":
                reached = not turn.fell_back and turn.reply is not None and turn.reply.outcome != "failed"
                self.post_message(EngineChanged(self.esc.header.facts.engine, reached))
        except UserError as error:
            self.esc.tell_error(error)
            self._give_back(text)
        except Exception as error:
            self.esc.tell_error(error)
            self._give_back(text)
        finally:
            self.transcript.drop(PENDING)
            self.show_wishes()
            self.refresh_bindings()

    def _give_back(self: ChatPane, text: str) -> None:  # type: ignore[misc]
        """The words go back into the field when the talk does not hold them."""
        turns = self.conversation.turns
        if self.composer is not None and not (turns and turns[-1].text == text):
            self.composer.give_back(text)

    def action_write(self: ChatPane) -> None:  # type: ignore[misc]
        """Go to the field."""
        self.focus_field()

    def action_stop(self: ChatPane) -> None:  # type: ignore[misc]
        """Stop the reply under way."""
        self.conversation.stop()

    # -- wishes ------------------------------------------------------------------------------------------------------

    async def _wish(self: ChatPane, **changes: Any) -> None:  # type: ignore[misc]
        if self.conversation.wishes is None:
            await self.conversation.wish(mode=self.esc.start.mode, bank_used=self.esc.start.bank_used)
        await self.conversation.wish(**changes)
        self.show_wishes()

    async def action_mode(self: ChatPane) -> None:  # type: ignore[misc]
        """The next mode."""
        now = self.conversation.wishes.mode if self.conversation.wishes else self.esc.start.mode
        await self._wish(mode=MODES[(MODES.index(now) + 1) % len(MODES)])

    async def action_just_listen(self: ChatPane) -> None:  # type: ignore[misc]
        """No advice, no questions; again: as before."""
        wishes = self.conversation.wishes
        await self._wish(just_listen=not (wishes and wishes.just_listen))

    async def action_no_bank(self: ChatPane) -> None:  # type: ignore[misc]
        """Without any skill; again: with the bank."""
        used = self.conversation.wishes.bank_used if self.conversation.wishes else self.esc.start.bank_used
        await self._wish(bank_used=not used)

    async def action_pin(self: ChatPane) -> None:  # type: ignore[misc]
        """Pin or unpin the skill under the cursor."""
        await self._toggle("pinned", "banned")

    async def action_ban(self: ChatPane) -> None:  # type: ignore[misc]
        """Set aside or allow the skill under the cursor."""
        await self._toggle("banned", "pinned")

    async def _toggle(self: ChatPane, name: str, other: str) -> None:  # type: ignore[misc]
        slug = self.why.skill
        if not slug:
            return
        wishes = self.conversation.wishes
        have = tuple(getattr(wishes, name)) if wishes else ()
        others = tuple(getattr(wishes, other)) if wishes else ()
        now = tuple(item for item in have if item != slug) if slug in have else (*have, slug)
        await self._wish(**{name: now, other: tuple(item for item in others if item != slug)})

    # -- turns -------------------------------------------------------------------------------------------------------

    async def action_undo_turn(self: ChatPane) -> None:  # type: ignore[misc]
        """Take the last turn back."""
        text = await self.conversation.undo()
        if text is not None:
            self.show_talk_again()
            if self.composer is not None and not self.composer.text:
                self.composer.load_text(text)
            self.esc.tell("Taken back; the words are in the field.")

    async def action_regenerate(self: ChatPane) -> None:  # type: ignore[misc]
        """Another reply to the same words."""
        text = await self.conversation.undo(regenerate=True)
        if text is not None:
            self.show_talk_again()
            self.send(text)

    async def action_rate(self: ChatPane) -> None:  # type: ignore[misc]
        """Open the rating strip for the turn under the cursor."""
        from esc_tui.tui.panes.chat.rating import RatingStrip

        turns = self.conversation.turns
        turn = self.conversation.turn(turn_number(self.transcript.cursor)) or (turns[-1] if turns else None)
        if turn is not None and self.rating_strip() is None:
            said = turn.rating
            strip = RatingStrip(turn.number) if said is None else RatingStrip(turn.number, said.emotion, said.thumb, said.text)
            await self.query_one("#talk").mount(strip, before="#field")

    async def on_rating_strip_rated(self: ChatPane, event: RatingStrip.Rated) -> None:  # type: ignore[misc]
        """Store what was felt and close the strip."""
        event.stop()
        strip = self.rating_strip()
        if strip is not None:
            await strip.remove()
        self.transcript.focus()
        if event.emotion is None and event.thumb is None and not event.reason:
            return
        await self.conversation.rate(event.turn, event.emotion, event.thumb, event.reason)
        talk = self.conversation.talk
        if talk is not None and talk.view.closed is not None and talk.view.closed.may_learn:
            await self.learn(talk.conversation_id, True)
        turn = self.conversation.turn(event.turn)
        if turn is not None:
            self._show_turn(turn, None)

    def action_copy_turn(self: ChatPane) -> None:  # type: ignore[misc]
        """Copy the turn under the cursor."""
        turns = self.conversation.turns
        turn = self.conversation.turn(turn_number(self.transcript.cursor)) or (turns[-1] if turns else None)
        if turn is not None:
            self.app.copy_to_clipboard(turn_text(turn))

    # -- talks -------------------------------------------------------------------------------------------------------

    async def ask_consent(self: ChatPane) -> bool:  # type: ignore[misc]
        """End the talk, asking once whether it may be learned from; False when the person goes back."""
        conversation = self.conversation
        if conversation.talk is None or not conversation.turns:
            conversation.leave()
            return True
        conversation.stop()
        if conversation.consent_asked or not self.kept:
            conversation.leave()
            return True
        from esc_tui.tui.ask import Answer, AskScreen

        answer = await self.app.push_screen_wait(AskScreen(
            "May this talk be learned from?",
            "If you say yes, your ratings of this talk may become Intervention Units and evidence in this bank. If not, "
            "nothing of it feeds anything. Either way it stays on this computer, and you can have it forgotten.",
            (Answer("n", "no", "no"), Answer("y", "yes, it may", "yes"))))
        if answer is None:
            return False
        conversation.consent_asked = True
        ended = conversation.talk.conversation_id
        await conversation.close(answer == "yes")
        await self.learn(ended, answer == "yes")
        return True

    async def learn(self: ChatPane, conversation_id: str, tell: bool) -> None:  # type: ignore[misc]
        """Let the bank learn from the ratings of an ended talk, as far as its consent goes; off the loop."""
        try:
            service = await self.service()
            labeller = await asyncio.to_thread(self.esc.workshop.annotator)
            sentence = await asyncio.to_thread(service.learn, conversation_id, labeller)
        except UserError as error:
            self.esc.tell_error(error)
            return
        if tell and sentence:
            self.esc.tell(sentence)

    def action_new_talk(self: ChatPane) -> None:  # type: ignore[misc]
        """End this talk and begin another one."""
        self.run_worker(self._new_talk(), group="talks", exclusive=True, exit_on_error=False)

    async def _new_talk(self: ChatPane) -> None:  # type: ignore[misc]
        if await self.ask_consent():
            self.show_talk_again()
            self.focus_field()

    def action_talks(self: ChatPane) -> None:  # type: ignore[misc]
        """The list of talks."""
        self.run_worker(self._talks(), group="talks", exclusive=True, exit_on_error=False)

    async def _talks(self: ChatPane) -> None:  # type: ignore[misc]
        from esc_tui.tui.panes.chat.talks import TalksScreen

        try:
            service = await self.service()
            rows = await asyncio.to_thread(service.talks)
            current = self.conversation.talk.conversation_id if self.conversation.talk else ""
            chosen = await self.app.push_screen_wait(TalksScreen(service, rows, current))
            if current and not any(row.conversation == current for row in await asyncio.to_thread(service.talks)):
                self.conversation.leave()
                self.show_talk_again()
            if chosen and chosen != current and await self.ask_consent():
                await self.conversation.open(chosen)
                if await self.sat(chosen):
                    return
                self.show_talk_again()
                await self.take_up_card()
                self.transcript.focus()
        except UserError as error:
            self.esc.tell_error(error)

    def show_talk(self: ChatPane, conversation_id: str, turn: int | None = None) -> None:  # type: ignore[misc]
        """Open a stored talk, at a turn if one is named."""
        self.run_worker(self._open_talk(conversation_id, turn), group="talks", exclusive=True, exit_on_error=False)

    async def _open_talk(self: ChatPane, conversation_id: str, turn: int | None) -> None:  # type: ignore[misc]
        try:
            if await self.ask_consent():
                await self.conversation.open(conversation_id)
                if await self.sat(conversation_id):
                    return
                self.show_talk_again()
                await self.take_up_card()
                if turn is not None:
                    self.transcript.move_to(f"turn:{turn}")
                self.transcript.focus()
        except UserError as error:
            self.esc.tell_error(error)

    def action_export(self: ChatPane) -> None:  # type: ignore[misc]
        """Write the talk to a file."""
        self.run_worker(self._export(), group="talks", exclusive=True, exit_on_error=False)

    async def _export(self: ChatPane) -> None:  # type: ignore[misc]
        from esc_tui.tui.ask import Answer, AskScreen

        talk = self.conversation.talk
        if talk is None:
            return
        form: Any = await self.app.push_screen_wait(AskScreen(
            "Export this talk as what?", "A new file in the folder the program was started in, readable by you alone.",
            (Answer("m", "Markdown", "markdown"), Answer("h", "HTML page", "html"), Answer("j", "JSONL, every event", "jsonl"))))
        if form is None:
            return
        mask = await self.app.push_screen_wait(AskScreen(
            "Mask names?", "Words that look like names of people or places become [name 1], [name 2] and so on.",
            (Answer("y", "mask them", "yes"), Answer("n", "leave them", "no"))))
        if mask is None:
            return
        more = {}
        if self.conversation.card is not None:
            card = await self.app.push_screen_wait(AskScreen(
                "Put your role card into the file?", "Its hidden wish, persona and scene stand in it then.",
                (Answer("n", "no", "no"), Answer("y", "yes, the card too", "yes"))))
            if card is None:
                return
            more = {"card": self.conversation.card} if card == "yes" else {}
        try:
            service = await self.service()
            path = await asyncio.to_thread(partial(service.export, talk.conversation_id, form, mask == "yes", **more))
        except UserError as error:
            self.esc.tell_error(error)
        else:
            self.esc.tell(f"Written to {path}.")

    async def may_leave(self: ChatPane) -> bool:  # type: ignore[misc]
        """Before the program ends, the one question about learning."""
        if not await self.ask_consent():
            return False
        await self.let_seekers_go()
        return True

    # -- why ---------------------------------------------------------------------------------------------------------

    def action_why(self: ChatPane) -> None:  # type: ignore[misc]
        """Show or hide the why side; in a narrow window it slides over the talk."""
        if self.has_class("-card"):
            self.hide_card()
            if not self.has_class("-narrow") and not self.has_class("-no-why"):
                return
        if self.has_class("-narrow"):
            self.toggle_class("-drawer")
            (self.why if self.has_class("-drawer") else self.transcript).focus()
        else:
            self.toggle_class("-no-why")
            if self.has_class("-no-why"):
                self.transcript.focus()

    async def show_unit(self: ChatPane, number: int) -> None:  # type: ignore[misc]
        """Open a unit with the lines it was labelled on."""
        from esc_tui.tui.panes.chat.unit_screen import UnitScreen

        try:
            service = await self.service()
            unit, dialogue = await asyncio.to_thread(service.unit, number)
        except UserError as error:
            self.esc.tell_error(error)
            return
        self.app.push_screen(UnitScreen(number, unit, dialogue))

    def settings_changed(self: ChatPane, name: str) -> None:  # type: ignore[misc]
        """The next talk gets the engine the settings ask for now; a talk under way keeps its own."""
        self._service = None
        self.run_worker(self.let_seekers_go(), group="seekers", exit_on_error=False)
        if name == "mode" and self.conversation.wishes is not None:
            self.run_worker(self._wish(mode=self.esc.start.mode), exit_on_error=False)
        self.show_wishes()
        if not self.conversation.turns:
            self.greet()

    def bank_changed(self: ChatPane) -> None:  # type: ignore[misc]
        """Say from which reply on the new revision counts; in front of another pane, that one has said so."""
        revision = self.esc.header.facts.head.revision
        if not self.conversation.turns or not self.conversation.revision or self.conversation.revision == revision:
            return
        if self.esc.start.revision:
            self.esc.tell(f"The bank is at r{revision} now; this talk stays on r{self.conversation.revision}, as asked for.")
        elif self.esc.pane is self:
            self.esc.tell(f"The bank is at r{revision} now; the next reply stands on it.")
