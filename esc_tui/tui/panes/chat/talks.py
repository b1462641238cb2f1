"""The list of talks: open one, or have one forgotten after a question."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.domain.text import visible
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Row, Run
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from esc_tui.bank.talks import TalkRow
    from esc_tui.tui.panes.chat.service import ChatService


class TalkList(BlockView):
    """The talks, newest first."""

    DEFAULT_CSS = "TalkList { width: 1fr; height: 1fr; background: $surface; }"
    HELP_TITLE = "Talks"
    HELP_TEXT = ("Earlier talks, newest first. A talk that is forgotten loses its text, its quotes and its place in every "
                 "search; only counts stay.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("talks.open", "Open this talk", "choose", "enter", "open", 1, palette=False),
        Command("talks.forget", "Have it forgotten", "forget", "x,delete", "forget", 2, palette=False,
                help="Asks first; there is no way back."),
        Command("talks.learn", "May it be learned from", "learn", "y", "learn", 3, palette=False,
                help="Give or take back the consent that its ratings become units and evidence."),
        Command("talks.up", "Talk before", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("talks.down", "Talk after", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    async def action_forget(self) -> None:
        """Ask the screen to forget the talk under the cursor."""
        screen = self.screen
        if self.cursor and isinstance(screen, TalksScreen):
            screen.forget(self.cursor)

    async def action_learn(self) -> None:
        """Ask the screen to change the consent of the talk under the cursor."""
        screen = self.screen
        if self.cursor and isinstance(screen, TalksScreen):
            screen.learn(self.cursor)


class TalksScreen(Modal[str | None]):
    """Gives the identifier of the talk to open, or None."""

    DEFAULT_CSS = """
    TalksScreen { align: left middle; background: $background 50%; &:ansi { background: transparent; } }
    TalksScreen Vertical { width: 78; max-width: 100%; height: 100%; background: $surface; padding: 1 1;
        border-right: solid $tone-accent; }
    TalksScreen OneLine { background: $surface; }
    TalksScreen #talks-title { margin-bottom: 1; }
    """
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("talks.close", "Close", "close", "escape,q", "close", 3, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, service: ChatService, rows: Sequence[TalkRow], current: str) -> None:
        super().__init__()
        self.service, self.rows, self.current = service, list(rows), current

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        with Vertical():
            yield OneLine(id="talks-title")
            yield TalkList(margin=2, right_margin=2, fill_cursor=True)
            yield OneLine(id="talks-keys")

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill()
        self.query_one("#talks-keys", OneLine).show([
            Part("enter", "accent"), Part("open", "dim", gap=1), Part("x", "accent", gap=3), Part("forget", "dim", gap=1),
            Part("y", "accent", gap=3), Part("may be learned from", "dim", gap=1),
            Part("esc", "accent", gap=3), Part("close", "dim", gap=1)])
        view = self.query_one(TalkList)
        view.focus()
        if self.rows:
            view.move_to(self.rows[0].conversation)

    def _fill(self) -> None:
        count = len(self.rows)
        self.query_one("#talks-title", OneLine).show(
            [Part("Talks", "accent.bold"), Part("none yet" if not count else str(count), "dim", gap=2)])
        blocks = [self._block(row) for row in self.rows]
        if not blocks:
            blocks = [Block("none", (Flow((Run("No talk is kept yet. Esc, then write.", "dim"),)),), selectable=False)]
        self.query_one(TalkList).show(blocks)

    def _block(self, row: TalkRow) -> Block:
        title = visible(row.title, keep_lines=False) or "a talk"
        here = " now" if row.conversation == self.current else ""
        turns = "1 turn" if row.turns == 1 else f"{row.turns} turns"
        learn = "  may be learned from" if row.may_learn else ""
        branch = (Run("└ branch  ", "accent"),) if row.forked_from else ()
        return Block(row.conversation, (
            Row((*branch, Run(title, "bright")), (Run(here, "accent"), Run(f" {local_time(row.last)}", "dim"))),
            Row((Run(f"{turns}  r{row.revision}{learn}", "dim"),)), Blank()))

    def on_block_view_chosen(self, event: BlockView.Chosen) -> None:
        """Open."""
        event.stop()
        self.dismiss(event.key)

    def forget(self, conversation_id: str) -> None:
        """Ask, then forget."""
        self.run_worker(self._forget(conversation_id), exclusive=True, exit_on_error=False)

    async def _forget(self, conversation_id: str) -> None:
        from esc_tui.tui.ask import Answer, AskScreen

        answer = await self.app.push_screen_wait(AskScreen(
            "Have this talk forgotten?", "Its words, quotes, drafts and cases are removed for good; counts and branches stay.",
            (Answer("k", "keep it", "keep"), Answer("f", "forget it", "forget"))))
        if answer != "forget":
            return
        try:
            await asyncio.to_thread(self.service.forget, conversation_id)
        except Exception as error:
            self._tell_error(error)
            return
        self.rows = [row for row in self.rows if row.conversation != conversation_id]
        self._fill()

    def learn(self, conversation_id: str) -> None:
        """Ask, then give or take back the consent of an ended talk."""
        row = next(row for row in self.rows if row.conversation == conversation_id)
        if conversation_id == self.current:
            self._tell("This talk is open; its question comes when it ends.")
        else:
            self.run_worker(self._learn(row), exclusive=True, exit_on_error=False)

    async def _learn(self, row: TalkRow) -> None:
        from esc_tui.tui.ask import Answer, AskScreen

        question, details, answer = (
            ("Take the consent back?", "Its units and quotes leave the bank; outcomes already counted stay counted.", "take it back")
            if row.may_learn else
            ("May this talk be learned from?", "Its ratings become Intervention Units and evidence in this bank.", "yes, it may"))
        wanted = await self.app.push_screen_wait(AskScreen(question, details, (Answer("y", answer, "yes"), Answer("n", "no", "no"))))
        if wanted != "yes":
            return
        try:
            workshop = getattr(self.app, "workshop", None)
            labeller = await asyncio.to_thread(workshop.annotator) if workshop is not None else "somebody"
            sentence = await asyncio.to_thread(self.service.learn, row.conversation, labeller, not row.may_learn)
            self.rows = list(await asyncio.to_thread(self.service.talks))
        except Exception as error:
            self._tell_error(error)
            return
        self._fill()
        self._tell(sentence)

    def _tell(self, sentence: str) -> None:
        tell = getattr(self.app, "tell", None)
        if tell is not None and sentence:
            tell(sentence)

    def _tell_error(self, error: Exception) -> None:
        tell = getattr(self.app, "tell_error", None)
        if tell is not None:
            tell(error)

    def action_close(self) -> None:
        """Back to the talk."""
        self.dismiss(None)


def local_time(iso: str) -> str:
    """A stored time as the person's own date and clock, e.g. ``21 Nov 09:13``."""
    try:
        return datetime.fromisoformat(iso).astimezone().strftime("%-d %b %H:%M")
    except ValueError:
        return iso[:16]
