"""The other side of the table: the person answers a simulated seeker, line by line, and sees afterwards how it went."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Static

from esc_tui.domain.errors import UserError
from esc_tui.tui.ask import Answer, AskScreen
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.footer import Footer
from esc_tui.tui.panes.chat.composer import Composer
from esc_tui.tui.panes.chat.role_card import who
from esc_tui.tui.panes.chat.seat_blocks import (
    WAITS,
    intro_block,
    over_block,
    refused,
    seat_block,
    sent_block,
    stuck_block,
    thinking_block,
    waiting_block,
)
from esc_tui.tui.panes.chat.turn_block import turn_number, turn_text
from widgets.one_line import OneLine, Part
from widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from esc_tui.domain.events import AnyEvent
    from esc_tui.simulate.as_supporter import Sitting
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.chat.seekers import Seekers
    from widgets.blocks import Block


class SeatTranscript(Transcript):
    """The talk as it grows."""

    DEFAULT_CSS = "SeatTranscript { width: 1fr; height: 1fr; padding: 0 0 0 1; }"
    JUMP_KEY = "t"
    HELP_TITLE = "You are the supporter"
    HELP_TEXT = ("A simulated seeker talks with you and judges each of your replies. Its feeling and its thoughts are hidden until the "
                 "talk ends, unless you show them. At the end the debrief tells which replies helped, which one missed, and what the "
                 "bank would have said there.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("seat.field", "Write", "write", "enter", "", 1, palette=False, help="Back to the field."),
        Command("seat.up", "Turn before", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("seat.down", "Turn after", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
        Command("seat.first", "First turn", "cursor_first", "home", palette=False),
        Command("seat.last", "Last turn", "cursor_last", "end,G", palette=False, key_display="end  G"),
        Command("seat.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("seat.page_down", "Page down", "page_down", "pagedown", palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def action_write(self) -> None:
        """Back to the field."""
        if isinstance(self.screen, SeatScreen):
            self.screen.action_write()


class SeatScreen(Screen[None]):
    """One talk with a seeker. It is stored as it happens; closing the screen leaves it where it stands."""

    DEFAULT_CSS = """
    SeatScreen { background: $background; }
    SeatScreen #seat-title { dock: top; height: 1; background: $surface; }
    SeatScreen #field { height: auto; background: $surface; padding: 1 2 1 3; }
    SeatScreen #field-row { height: auto; }
    SeatScreen #prompt { width: 2; height: 1; color: $tone-dim; background: $surface; }
    SeatScreen.-writing #prompt { color: $tone-accent; text-style: bold; }
    SeatScreen.-over #field { display: none; }
    SeatScreen:ansi #field { border-top: solid $tone-rule; padding: 0 2 0 3; }
    """
    HELP_TITLE = SeatTranscript.HELP_TITLE
    HELP_TEXT = SeatTranscript.HELP_TEXT
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("seat.write", "Write", "write", "i", "write", 1, palette=False, help="Go to the field."),
        Command("seat.debrief", "Debrief", "debrief", "d", "debrief", 2,
                help="Three replies that helped, one that missed, the curve, and what the bank would have said."),
        Command("seat.emotion", "Show or hide the emotion", "emotion", "m", "emotion", 3, help="After each reply, from 0 to 100."),
        Command("seat.thoughts", "Show or hide inner thoughts", "thoughts", "t", "thoughts", 4,
                help="What the seeker felt and heard in your reply."),
        Command("seat.undo", "Take the last reply back", "undo", "u", "take back", 5,
                help="The seeker says its words before it again; once the talk is over, how it ended stays."),
        Command("seat.again", "Ask the seeker again", "again", "r", "ask again", 0, help="After it could not answer."),
        Command("seat.unveil", "Show veiled words", "unveil", "v", "show words", 0, help="Words about a crisis, in this talk."),
        Command("seat.end", "End the talk here", "end", "x", "end", 6, help="Then the debrief; the seeker says nothing more."),
        Command("seat.copy", "Copy this turn", "copy_turn", "y", "", 7),
        Command("seat.close", "Back to Chat", "close", "escape", "close", 8, palette=False,
                help="The talk stays where it is; open it again among your talks."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, seekers: Seekers, sitting: Sitting) -> None:
        super().__init__()
        self.seekers, self.sitting = seekers, sitting
        self.emotion = self.thoughts = self.unveiled = False
        self.busy = self.stuck = False
        self.composer = Composer("Write as the supporter")

    @property
    def esc(self) -> EscApp:
        """The app, with its own methods."""
        return self.app  # type: ignore[return-value]

    @property
    def transcript(self) -> SeatTranscript:
        """The talk."""
        return self.query_one(SeatTranscript)

    @property
    def name_of_seeker(self) -> str:
        """What the seeker is called in the talk."""
        return who(self.sitting.profile).split(",")[0]

    def compose(self) -> ComposeResult:
        """Title, talk, field, keys."""
        yield OneLine(id="seat-title")
        with Vertical():
            yield SeatTranscript(margin=2, right_margin=2, most_columns=88, id="seat-transcript")
            with Vertical(id="field"), Horizontal(id="field-row"):
                yield Static("›", id="prompt", markup=False)
                yield self.composer
        yield Footer()

    def on_mount(self) -> None:
        """Show what there is and let the seeker speak."""
        self.draw()
        (self.transcript if self.sitting.over else self.composer).focus()
        if not self.sitting.over:
            self.play(self.sitting.go_on())

    # -- showing -----------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw everything anew."""
        sitting, seeker = self.sitting, self.name_of_seeker
        self.set_class(sitting.over, "-over")
        blocks: list[Block] = [intro_block(who(sitting.profile), sitting.protocol, kept=not self.seekers.unstored, host=self.seekers.host)]
        open_up = sitting.over
        for turn in sitting.view.turns:
            blocks.append(seat_block(turn, seeker, emotion=self.emotion or open_up, thoughts=self.thoughts or open_up,
                                     unveiled=self.unveiled, help_lines=self.seekers.help_lines))
        if sitting.over:
            blocks.append(over_block(sitting.view, seeker))
        elif sitting.waits:
            blocks.append(waiting_block(sitting.words, seeker))
        self.transcript.show(blocks)
        self.draw_title()

    def draw_title(self) -> None:
        """Who, which turn, and the emotion if it may be seen."""
        sitting = self.sitting
        left = [Part("You are the supporter", "accent.bold"), Part(who(sitting.profile), "text", gap=3, drop=1)]
        number = min(len(sitting.view.turns) + (0 if sitting.over else 1), sitting.protocol.turns)
        right = [Part(f"turn {number} of {sitting.protocol.turns}", "dim")]
        if self.emotion or sitting.over:
            right.append(Part(f"emotion {sitting.machine.emotion} {sitting.machine.band.value}", "bright", gap=3))
        else:
            right.append(Part("emotion hidden", "dim", gap=3, drop=2))
        self.query_one("#seat-title", OneLine).show(left, right)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense at the moment."""
        sitting = self.sitting
        if action in {"write", "end"}:
            return not sitting.over
        if action in {"emotion", "thoughts"}:
            return None if sitting.over else True
        if action == "undo":
            return True if sitting.view.turns and not self.busy and not sitting.over else None
        if action == "again":
            return self.stuck
        if action == "unveil":
            finished = sitting.view.finished
            return finished is not None and finished.outcome == "crisis" and not self.unveiled
        if action == "close":
            return None if self.focused is self.composer else True
        if action in {"debrief", "copy_turn"}:
            return True if any(turn.reply is not None for turn in sitting.view.turns) else None
        return True

    def on_descendant_focus(self) -> None:
        """The prompt is in the accent while the field has the focus."""
        self.set_class(self.focused is self.composer, "-writing")
        self.refresh_bindings()

    on_descendant_blur = on_descendant_focus

    # -- talking -----------------------------------------------------------------------------------------------------

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """Send a reply, once the guard has looked at it."""
        event.stop()
        if self.busy or not self.sitting.waits:
            self.composer.give_back(event.text)
            self.esc.tell("The seeker could not answer; press r outside the field to ask again." if self.stuck
                          else f"{self.name_of_seeker} is still thinking.")
            return
        self.busy = True
        self.run_worker(self._send(event.text), group="seat", exclusive=True, exit_on_error=False)

    async def _send(self, text: str) -> None:
        found = await asyncio.to_thread(self.sitting.look, text)
        if not found.ok and not await self._all_the_same(found.kind.value if found.kind is not None else "",
                                                         [one.text for one in found.evidence]):
            self.busy = False
            self.composer.give_back(text)
            self.composer.focus()
            return
        self.transcript.put(sent_block(self.sitting.words, self.name_of_seeker, text))
        await self._follow(self.sitting.answer(text))

    async def _all_the_same(self, problem: str, words: list[str]) -> bool:
        quoted = f" (“{' … '.join(words)}”)" if words else ""
        answer = await self.app.push_screen_wait(AskScreen(
            f"The guard would not let a supporter say this: it {refused(problem)}{quoted}.",
            "Nothing was sent yet. You can put it in other words, or send it and see what it does. What you type goes into the field.",
            (Answer("enter", "change it", "change"), Answer("ctrl+s", "send it all the same", "send")), field=self.composer))
        return answer == "send"

    def play(self, events: AsyncGenerator[AnyEvent, None]) -> None:
        """Follow events in the background."""
        self.busy = True
        self.run_worker(self._follow(events), group="seat", exclusive=True, exit_on_error=False)

    async def _follow(self, events: AsyncGenerator[AnyEvent, None]) -> None:
        self.busy, self.stuck = True, False
        if not self.sitting.waits or self.sitting.view.turns or self.transcript.lines_of(WAITS) != (0, 0):
            self.transcript.drop("stuck")
            self.transcript.put(thinking_block(self.name_of_seeker))
        self.refresh_bindings()
        fault = ""
        try:
            async for _ in events:
                pass
        except UserError as error:
            self.stuck, fault = True, str(error)
        except Exception as error:
            self.stuck, fault = True, f"{type(error).__name__}: {error}"
        finally:
            await events.aclose()
            self.busy = False
        self.draw()
        if fault:
            self.transcript.put(stuck_block(fault))
            self.refresh_bindings()
            if self.focused is self.composer:
                self.transcript.focus()
        elif self.sitting.over:
            self.transcript.focus()
            finished = self.sitting.view.finished
            if finished is not None and finished.outcome != "crisis" and self.is_current:
                self.action_debrief()

    def on_composer_left(self) -> None:
        """Esc leaves the field."""
        self.transcript.focus()

    def action_write(self) -> None:
        """To the field."""
        if not self.sitting.over:
            self.set_focus(self.composer)

    def action_again(self) -> None:
        """Ask the seeker once more."""
        if self.stuck and not self.busy:
            self.play(self.sitting.go_on())

    async def action_undo(self) -> None:
        """Take the last reply back."""
        if self.busy:
            return
        try:
            text = await asyncio.to_thread(self.sitting.take_back)
        except UserError as error:
            self.esc.tell_error(error)
            return
        if text is not None:
            if not self.composer.text:
                self.composer.load_text(text)
            self.play(self.sitting.go_on())
            self.esc.tell("Taken back; your words are in the field.")

    def action_emotion(self) -> None:
        """Show or hide the emotion."""
        self.emotion = not self.emotion
        self._redraw()

    def action_thoughts(self) -> None:
        """Show or hide what the seeker thought."""
        self.thoughts = not self.thoughts
        self._redraw()

    def action_unveil(self) -> None:
        """Show words of a crisis."""
        self.unveiled = True
        self._redraw()

    def _redraw(self) -> None:
        if self.busy:
            self.draw_title()
        else:
            self.draw()

    def action_copy_turn(self) -> None:
        """Copy the turn under the cursor."""
        turns = self.sitting.view.turns
        turn = self.sitting.view.turn(turn_number(self.transcript.cursor) or 0) or (turns[-1] if turns else None)
        if turn is not None:
            text = turn_text(turn).replace("supporter:\n", "", 1).split("\n\n", 1)
            self.app.copy_to_clipboard(f"{self.name_of_seeker}: {text[0].removeprefix('you: ').strip()}\n\nyou: "
                                       f"{turn.reply.text if turn.reply is not None else ''}\n")

    def action_debrief(self) -> None:
        """How it went so far."""
        from esc_tui.tui.panes.chat.debrief_screen import DebriefScreen

        self.app.push_screen(DebriefScreen(self.seekers, self.sitting))

    def action_end(self) -> None:
        """End the talk, after a question."""
        self.run_worker(self._end(), group="seat-end", exclusive=True, exit_on_error=False)

    async def _end(self) -> None:
        answer = await self.app.push_screen_wait(AskScreen(
            "End the talk here?", "The seeker says nothing more, and the debrief tells how it went.",
            (Answer("e", "end it", "end"), Answer("g", "go on", "go"))))
        if answer != "end" or self.busy or self.sitting.over:
            return
        try:
            await asyncio.to_thread(self.sitting.end)
        except UserError as error:
            self.esc.tell_error(error)
            return
        self.draw()
        self.transcript.focus()
        if self.sitting.view.turns:
            self.action_debrief()

    def action_close(self) -> None:
        """Back; the talk stays where it is."""
        if self.is_current:
            self.dismiss(None)
