"""The Chat pane: the transcript with the field under it on the left, why the reply was given on the right."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.messages import SkillRequested
from esc_tui.tui.pane import Pane
from esc_tui.tui.panes.chat.actions import ChatActions
from esc_tui.tui.panes.chat.branches import ChatMoments
from esc_tui.tui.panes.chat.conversation import Conversation
from esc_tui.tui.panes.chat.greeting import error_block, greeting_block, tour_block
from esc_tui.tui.panes.chat.roles import ChatRoles
from esc_tui.tui.panes.chat.turn_block import PENDING, turn_block, turn_key, turn_number
from esc_tui.tui.panes.chat.views import ChatTranscript, FieldWanted, TranscriptWanted, WhySide, WhyWanted
from esc_tui.tui.panes.chat.waiting import WaitingField
from esc_tui.tui.panes.chat.why_blocks import why_blocks
from esc_tui.tui.workshop import CALM
from widgets.block_view import BlockView
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from textual.widget import Widget

    from esc_tui.domain.talk import TurnView
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.chat.composer import Composer
    from esc_tui.tui.panes.chat.rating import RatingStrip
    from esc_tui.tui.panes.chat.seekers import Seekers
    from esc_tui.tui.panes.chat.service import ChatService, LiveChat
    from widgets.blocks import Block

NARROW = 100
PLACEHOLDER = "Write what is on your mind"


class ChatPane(ChatActions, ChatRoles, ChatMoments, Pane):
    """Talk with the supporter and see at every turn what fired and why."""

    DEFAULT_CSS = """
    ChatPane #talk { width: 1fr; height: 1fr; }
    ChatPane #field { height: auto; background: $surface; padding: 1 2 0 3; }
    ChatPane #field-row { height: auto; }
    ChatPane #prompt { width: 2; height: 1; color: $tone-dim; background: $surface; }
    ChatPane.-writing #prompt { color: $tone-accent; text-style: bold; }
    ChatPane #wishes { background: $surface; margin: 1 0 0 0; }
    ChatPane.-no-why WhySide { display: none; }
    ChatPane.-narrow WhySide { display: none; layer: drawer; dock: right; width: 58; max-width: 94%; }
    ChatPane.-narrow.-drawer WhySide { display: block; }
    ChatPane.-card WhySide { display: none; }
    ChatPane.-card RoleCard { display: block; }
    ChatPane.-narrow RoleCard { layer: drawer; dock: right; width: 58; max-width: 94%; }
    ChatPane:ansi #field { border-top: solid $tone-rule; padding: 0 2 0 3; }
    ChatPane { layers: base drawer; }
    """
    HELP_TITLE = "Chat"
    HELP_TEXT = ("Talk with the supporter. It is a program: no person, no therapist, and nothing for an emergency. Single "
                 "letters work outside the field (Esc leaves it). F2 lets you play a written seeker from a card that only you see; s "
                 "puts you on the other side, as the supporter of a simulated seeker.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("chat.stop", "Stop the reply", "stop", "escape", "stop", 0, help="What was shown stays."),
        Command("chat.write", "Write", "write", "i", "write", 1, palette=False, help="In the field below the talk."),
        Command("chat.why", "Show or hide why", "why", "v", "why", 3,
                help="Why the reply was given; below 100 columns it slides over the talk."),
        Command("chat.rate", "Rate this reply", "rate", "g", "rate", 4, help="How you feel after it, helped or harmed, why."),
        Command("chat.regenerate", "Another reply", "regenerate", "r", "again", 5,
                help="Take the last reply back and ask for another one."),
        Command("chat.mode", "Next mode", "mode", "m", "mode", 6,
                help="All-in-one (several strategies at once), one-by-one (go on or stop after each), single."),
        Command("chat.new", "New talk", "new_talk", "n", "new", 7, help="End this talk and begin another one."),
        Command("chat.undo", "Take the last turn back", "undo_turn", "u", "", 8,
                help="Your words come back into the field; the record keeps the turn."),
        Command("chat.pin", "Pin the skill on this row", "pin", "p", "pin", 2,
                help="On a skill row of the right side: use it in the next replies. Again: no longer."),
        Command("chat.ban", "Set the skill on this row aside", "ban", "b", "set aside", 2,
                help="On a skill row of the right side: do not use it in this talk. Again: allow it."),
        Command("chat.listen", "Just listen", "just_listen", "l", "", 9, help="No advice and no questions."),
        Command("chat.no_bank", "Without the bank", "no_bank", "o", "", 10,
                help="Replies without any skill, to compare with."),
        Command("chat.card", "Role card: play a written seeker", "card", "f2,c", "role card", 9, key_display="F2  c",
                help="Choose whom to play; then show or hide the card, in the field too. Only you see it."),
        Command("chat.first_line", "Take over the card's first line", "first_line", "f3", "first line", 10,
                help="Into the field, to send or change."),
        Command("chat.other_card", "Role card: play another seeker", "other_card", help="Ends this talk and takes another card."),
        Command("chat.sit", "Be the supporter", "sit", "s", "be supporter", 8,
                help="Answer a simulated seeker yourself, with a debrief at the end."),
        Command("chat.talks", "Talks", "talks", "t", "", 11, help="Open an earlier talk, or have one forgotten."),
        Command("chat.what_if", "What if: this turn in another way", "what_if", "w", "what if", 5,
                help="The same moment without its skill, with the runner-up, with no bank, or elsewhere; nothing is stored."),
        Command("chat.fork", "Go on from this turn in a new talk", "fork", "f", "", 11, help="A branch; the old talk stays."),
        Command("chat.case", "Keep this turn as a regression case", "keep_case", "C", "", 12,
                help="With what must hold of the reply; 'esc-tui evaluate cases' tries them all."),
        Command("chat.copy", "Copy this turn", "copy_turn", "y", "", 12, help="The turn under the cursor, as plain text."),
        Command("chat.export", "Export this talk", "export", "e", "", 13, help="As Markdown, JSONL or HTML."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.conversation = Conversation(self.service, self._show_turn)
        self._service: asyncio.Task[ChatService] | None = None
        self._open_sections: frozenset[str] = frozenset()
        self._composer: Composer | None = None
        self.kept = True
        self._seekers: Seekers | None = None
        self._before_card: Widget | None = None

    # -- layout ------------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Transcript, field, why."""
        self.set_class(self.app.size.width < NARROW, "-narrow")
        with Horizontal(id="sides"):
            with Vertical(id="talk"):
                yield ChatTranscript(margin=2, right_margin=2, most_columns=88, id="transcript")
                with Vertical(id="field"):
                    with Horizontal(id="field-row"):
                        yield Static("›", id="prompt", markup=False)
                        yield WaitingField(PLACEHOLDER)
                    yield OneLine(margin=0, id="wishes")
            yield WhySide(margin=2, right_margin=1, fill_cursor=True, id="why")

    def on_mount(self) -> None:
        """Greet; everything heavy waits until this is on the screen."""
        self.screen.set_focus(self.query_one(WaitingField))
        self.greet()
        self.show_why(None)
        self.show_wishes()

    def on_resize(self) -> None:
        """Below 100 columns the why side becomes a drawer."""
        self.set_class(self.size.width < NARROW, "-narrow")

    @property
    def esc(self) -> EscApp:
        """The app, with its own methods."""
        return self.app  # type: ignore[return-value]

    @property
    def transcript(self) -> ChatTranscript:
        """The transcript."""
        return self.query_one(ChatTranscript)

    @property
    def why(self) -> WhySide:
        """The why side."""
        return self.query_one(WhySide)

    @property
    def composer(self) -> Composer | None:
        """The field, once it is there."""
        return self._composer

    def greet(self) -> None:
        """Show the greeting of a new talk."""
        self.transcript.greet([self._greeting(), tour_block()] if self.esc.start.first_run else [self._greeting()])

    def _greeting(self) -> Block:
        start = self.esc.start
        host = start.endpoint.split("//")[-1].split("/")[0] if start.engine == "endpoint" else ""
        return greeting_block(host, self.kept)

    def _learn_of(self, service: ChatService) -> None:
        """Say once when talks are not kept: in the greeting, or in a corner when the talk has begun already."""
        if self.kept and service.unstored:
            self.kept = False
            if self.conversation.running or self.conversation.turns:
                self.esc.tell("This bank is open for viewing only, so this talk is not kept.", "warning")
            else:
                self.greet()

    def shown(self) -> None:
        """The first time, load the field and then the engine."""
        if self._composer is None:
            self.run_worker(self._load(), group="chat-load", exclusive=True, exit_on_error=False)

    async def _load(self) -> None:
        composer_class = await asyncio.to_thread(_composer_class)
        if self._composer is None and self.is_attached:
            self._composer = composer_class(PLACEHOLDER)
            waiting = self.query_one(WaitingField)
            await self.query_one("#field-row").mount(self._composer, after=waiting)
            waiting.post_message(WaitingField.HandOver(self._composer))
        await asyncio.sleep(CALM)
        try:
            service = await self.service()
            self._learn_of(service)
            await asyncio.to_thread(service.warm)
        except Exception as error:
            self.esc.tell_error(error)
            self.transcript.put(error_block(str(error)))

    async def service(self) -> ChatService:
        """The chat service: the one handed in, or a session on the bank. Raises UserError."""
        given = self.esc.services.get("chat")
        if given is not None:
            return given  # type: ignore[no-any-return]
        if self._service is None or (self._service.done() and self._service.exception() is not None):
            self._service = asyncio.create_task(self._live_service())
        return await asyncio.shield(self._service)

    async def _live_service(self) -> ChatService:
        session = await self.esc.workshop.session()
        live_chat = await asyncio.to_thread(_live_chat_class)
        return live_chat(session, self.esc.start.revision)

    # -- focus -------------------------------------------------------------------------------------------------------

    def take_focus(self) -> None:
        """To the field, or to the why side where it covers the talk."""
        if self.has_class("-drawer") and self.has_class("-narrow") and not self.has_class("-card"):
            self.why.focus()
        else:
            self.focus_field()

    def focus_field(self) -> None:
        """Go to the field, if it is there yet."""
        field = self._composer if self._composer is not None else next(iter(self.query(WaitingField)), None)
        if field is not None and self.esc.pane is self:
            self.screen.set_focus(field)  # at once; focus() would let the next letters pass as commands

    def on_descendant_focus(self) -> None:
        """The prompt is in the accent while the field has the focus."""
        focused = self.screen.focused
        self.set_class(focused is not None and focused.id in {"composer", "waiting"}, "-writing")
        self.refresh_bindings()

    on_descendant_blur = on_descendant_focus

    def on_field_wanted(self, event: FieldWanted) -> None:
        """The transcript sends us back to the field."""
        event.stop()
        self.focus_field()

    def on_why_wanted(self, event: WhyWanted) -> None:
        """The transcript sends us to the why side."""
        event.stop()
        if not self.why.display:
            self.action_why()
        self.why.focus()

    def on_transcript_wanted(self, event: TranscriptWanted) -> None:
        """The why side sends us back to the transcript; a running reply is stopped first."""
        event.stop()
        if self.conversation.stop():
            return
        self.remove_class("-drawer")
        self.transcript.focus()

    def on_composer_left(self) -> None:
        """The first Esc stops a running reply, the next one leaves the field."""
        if not self.conversation.stop():
            self.transcript.focus()
            turns = self.conversation.turns
            if turns and not self.transcript.cursor:
                self.transcript.move_to(turn_key(turns[-1].number), scroll=False)

    # -- showing -----------------------------------------------------------------------------------------------------

    def _show_turn(self, turn: TurnView, shown: int | None) -> None:
        transcript = self.transcript
        key = turn_key(turn.number)
        new = transcript.lines_of(key) == (0, 0)
        if new:
            transcript.drop(PENDING)
        transcript.put(turn_block(turn, shown, self.esc.workshop.help_lines))
        if new:
            transcript.to_end()
            transcript.move_to(key, scroll=False)
        if shown is None and transcript.cursor == key:
            self.show_why(turn)

    def show_talk_again(self) -> None:
        """Draw the whole talk anew."""
        turns = self.conversation.turns
        if not turns:
            self.greet()
            self.show_why(None)
            self.run_worker(self.show_card(), group="card", exclusive=True, exit_on_error=False)
            return
        self.transcript.show([self._greeting(), *(turn_block(turn, None, self.esc.workshop.help_lines) for turn in turns)])
        self.transcript.move_to(turn_key(turns[-1].number), scroll=False)
        self.show_why(turns[-1])

    def show_why(self, turn: TurnView | None) -> None:
        """Fill the why side for a turn."""
        self.why.show(why_blocks(turn, self._open_sections, self.conversation.facts(turn)), keep_scroll=True)
        self.refresh_bindings()

    def show_wishes(self) -> None:
        """The line under the field: mode and whatever is set for the next reply."""
        wishes = self.conversation.wishes
        mode = wishes.mode if wishes is not None else self.esc.start.mode
        bank = wishes.bank_used if wishes is not None else self.esc.start.bank_used
        parts = [Part(mode, "dim")]
        card = self.conversation.card
        if card is not None:
            parts.append(Part(f"playing {card.name or card.id}", "accent", gap=3, drop=1))
        if wishes is not None:
            if wishes.just_listen:
                parts.append(Part("just listening", "accent", gap=3))
            parts += [Part(f"pinned {slug}", "accent", gap=3, drop=2) for slug in wishes.pinned]
            parts += [Part(f"aside {slug}", "dim", gap=3, drop=3) for slug in wishes.banned]
        if not bank:
            parts.append(Part("without the bank", "caution", gap=3))
        right = [Part("esc stops", "dim")] if self.conversation.running else []
        self.query_one("#wishes", OneLine).show(parts, right)

    def on_block_view_cursor_moved(self, event: BlockView.CursorMoved) -> None:
        """The why side follows the turn cursor."""
        event.stop()
        if event.view is self.transcript:
            turn = self.conversation.turn(turn_number(event.key))
            self._open_sections = frozenset()
            self.show_why(turn)
            if turn is not None:
                self.why.scroll_to(y=0, animate=False)
        else:
            self.refresh_bindings()

    def on_block_view_chosen(self, event: BlockView.Chosen) -> None:
        """Enter on a row: a unit's lines, a skill, the rest of a section; in the transcript: the field."""
        event.stop()
        if event.view is self.transcript:
            return
        kind, _, name = event.key.partition(":")
        if kind == "unit":
            self.run_worker(self.show_unit(int(name)), group="unit", exclusive=True, exit_on_error=False)
        elif kind == "skill":
            self.post_message(SkillRequested(name))
        elif kind == "more":
            self._open_sections = self._open_sections ^ {name}
            self.show_why(self.conversation.turn(turn_number(self.transcript.cursor)))

    def rating_strip(self) -> RatingStrip | None:
        """The rating strip, while it is open."""
        found = self.query("#rating")
        return found.first() if found else None  # type: ignore[return-value]


def _composer_class() -> type[Composer]:
    from esc_tui.tui.panes.chat.composer import Composer

    return Composer


def _live_chat_class() -> type[LiveChat]:
    from esc_tui.tui.panes.chat.service import LiveChat

    return LiveChat
