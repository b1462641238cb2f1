"""How a talk as the supporter went: its curve, the moments that helped, the one that was missed, and the bank's own words there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import visible
from esc_tui.simulate.debrief import LEAST, KeyMoment, debrief_of, usual_changes
from esc_tui.simulate.debrief_text import MEASURED, debrief_markdown, ending, plot
from esc_tui.simulate.forking import ForkedReply
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.chat.moment_actions import MOMENT_ACTIONS, MomentActions, moment_at
from esc_tui.tui.panes.chat.role_card import who
from esc_tui.tui.panes.chat.why_blocks import GRADES
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Part, Row, Run
from widgets.one_line import OneLine
from widgets.one_line import Part as Piece

if TYPE_CHECKING:
    from esc_tui.evolve.what_if import Moment
    from esc_tui.simulate.as_supporter import Sitting
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.chat.moments import Moments
    from esc_tui.tui.panes.chat.seekers import Seekers

_LABEL = 8


class DebriefView(BlockView):
    """The page; each moment holds the cursor."""

    HELP_TITLE = "Debrief"
    DEFAULT_CSS = "DebriefView { width: 1fr; height: 1fr; background: $surface; scrollbar-background: $surface; }"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("debrief.bank", "What the bank would have said here", "choose", "enter,b", "the bank's words", 1, palette=False,
                key_display="enter  b", help="The supporter's reply at this moment, with the skills it chooses; nothing is stored."),
        Command("debrief.up", "Moment before", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("debrief.down", "Moment after", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
        Command("debrief.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("debrief.page_down", "Page down", "page_down", "pagedown", palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class DebriefScreen(MomentActions, Modal[None]):
    """Slides over the right; Esc closes it."""

    DEFAULT_CSS = """
    DebriefScreen { align: right middle; background: $background 50%; &:ansi { background: transparent; } }
    DebriefScreen > Vertical { width: 88; max-width: 100%; height: 100%; background: $surface; padding: 1 1;
        border-left: solid $tone-accent; }
    DebriefScreen OneLine { background: $surface; margin-top: 1; }
    """
    HELP_TITLE = "Debrief"
    HELP_TEXT = (
        "The replies that changed the emotion most: up to three that helped (▲) and the one that lowered it most (▼; = where none "
        "did, but one changed nothing). One judgement is mostly the seeker's chance, so an embedded seeker judges every reply 64 times "
        "more, and that average decides; beside it stands what happened in this talk. The bars are the emotion from 0 to 100, at the "
        "start and after each reply, under them its value and the turn; the numbers right of a moment are its change and the emotion "
        "after it. hoped is the hidden wish, told once the talk is over; thought is what the seeker told nobody; bank is what the bank "
        "would have said: ◐ measured by running it now, ○ a model said it. j and k choose the moment that enter, w, f and C are about.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("debrief.what_if", "What if: the bank's reply here instead of yours", "what_if", "w", "what if", 2, palette=False,
                help="As the bank replies, with a skill you choose, with no bank, or at another revision; the seeker judges both, and "
                     "nothing is stored."),
        Command("debrief.fork", "Answer this turn anew in a new talk", "fork", "f", "answer anew", 3, palette=False,
                help="A branch; the old talk stays."),
        Command("debrief.case", "Keep this turn as a regression case", "keep_case", "C", "case", 4, palette=False,
                help="With what must hold of the bank's reply; 'esc-tui evaluate cases' tries them all."),
        Command("debrief.copy", "Copy it as Markdown", "copy", "y", "copy", 2, palette=False),
        Command("debrief.export", "Write it to a file", "export", "e", "write a file", 3, palette=False,
                help="Markdown, in the folder the program was started in."),
        Command("debrief.close", "Close", "close", "escape,q,d", "close", 4, palette=False, key_display="esc"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, seekers: Seekers, sitting: Sitting) -> None:
        super().__init__()
        self.seekers, self.sitting = seekers, sitting
        self.debrief = debrief_of(sitting.view)
        self.usual: dict[int, float] | None = None
        self.replies: dict[int, ForkedReply] = {}
        self.faults: dict[int, str] = {}
        self.asked: set[int] = set()

    @property
    def esc(self) -> EscApp:
        """The app, with its own methods."""
        return self.app  # type: ignore[return-value]

    @property
    def wish(self) -> str:
        """What the seeker hoped for, once the talk is over."""
        return self.sitting.profile.wish if self.sitting.over else ""

    def compose(self) -> ComposeResult:
        """Page and keys."""
        with Vertical():
            yield DebriefView(margin=2, right_margin=2)
            yield OneLine(id="debrief-keys")

    def on_mount(self) -> None:
        """Show it, the cursor on the first moment."""
        asks = [("enter", "the bank's words"), ("w", "what if"), ("f", "answer anew"), ("C", "case")] if self.debrief.moments else []
        pairs = [*asks, ("y", "copy"), ("e", "write a file"), ("esc", "close")]
        self.query_one("#debrief-keys", OneLine).show(
            [Piece(text, "accent" if at == 0 else "dim", "", (3 if place else 0) if at == 0 else 1,
                   0 if pair[0] in {"enter", "w", "f", "esc"} else 2) for place, pair in enumerate(pairs) for at, text in enumerate(pair)])
        self.draw()
        self.query_one(DebriefView).focus()
        self._to_first()
        if self.debrief.moments and self.sitting.mind.name != "endpoint":
            self.run_worker(self._weigh(), group="weigh", exit_on_error=False)

    def _to_first(self) -> None:
        if self.debrief.moments:
            self.query_one(DebriefView).move_to(_key(self.debrief.moments[0].number), scroll=False)

    async def _weigh(self) -> None:
        """What each reply is worth on average, beside the one judgement it got."""
        view, profile, mind = self.sitting.view, self.sitting.profile, self.sitting.mind
        self.usual = await asyncio.to_thread(lambda: asyncio.run(usual_changes(view, profile, mind)))
        self.debrief = debrief_of(view, self.usual)
        if self.is_attached:
            self.draw()
            self._to_first()

    def draw(self) -> None:
        """The page as it stands."""
        debrief = self.debrief
        blocks = [Block("head", tuple(self._head()), selectable=False)]
        for place, moment in enumerate(debrief.helped, 1):
            blocks.append(self._moment(f"▲ helped {place}", "helped", moment))
        if debrief.missed is not None:
            glyph, tone = ("▼", "harmed") if debrief.missed.worth <= -LEAST else ("=", "neutral")
            blocks.append(self._moment(f"{glyph} missed", tone, debrief.missed))
        elif debrief.helped:
            words = "each one lifted the seeker" if self.usual is None else "each one lifts the seeker on average"
            blocks.append(Block("none", (Flow((Run(f"No reply missed: {words}.", "dim"),)),), selectable=False))
        self.query_one(DebriefView).show(blocks, keep_scroll=True)

    def _head(self) -> list[Part]:
        debrief = self.debrief
        how = ending(debrief)
        parts: list[Part] = [Flow((Run("Debrief", "accent.bold"), Run(f"   {who(self.sitting.profile)}", "bright"))),
                             Flow((Run(f"{how[0].upper()}{how[1:]}.", "text"),)), Blank()]
        if len(debrief.emotions) > 2:
            *bars, numbers, turns = plot(debrief.emotions)
            parts += [Row((Run(line[:4], "dim"), Run(line[4:], "accent"))) for line in bars]
            parts += [Row((Run(numbers, "text"),)), Row((Run(turns, "dim"),)), Blank()]
        elif len(debrief.emotions) == 2:
            before, after = debrief.emotions
            parts += [Flow((Run(f"emotion {before} to {after}", "accent"), Run("   one reply: too little for a curve", "dim"))), Blank()]
        if self.wish:
            parts += [_labelled("hoped", visible(self.wish), "bright"), Blank()]
        if not debrief.moments:
            parts.append(Flow((Run("No reply was judged yet; write one, then look again.", "dim"),)))
        return parts

    def _moment(self, title: str, tone: str, moment: KeyMoment) -> Block:
        usual = f"   {moment.usual:+.1f} on average" if moment.usual is not None else ""
        luck = (Run("by chance  ", "dim"),) if moment.usual is not None and moment.usual * moment.change < 0 else ()
        parts: list[Part] = [
            Row((Run(title, f"{tone}.bold"), Run(f"   turn {moment.place}", "dim"), Run(usual, tone)),
                (*luck, Run(f"{moment.change:+d}", "text"), Run(f"  to {moment.after}", "bright"))),
            _labelled("seeker", visible(moment.seeker), "text"), _labelled("you", visible(moment.reply), "bright")]
        if moment.thought:
            parts.append(_labelled("thought", visible(moment.thought), "dim.italic"))
        return Block(_key(moment.number), (*parts, *self._bank(moment.number), Blank()))

    def _bank(self, number: int) -> list[Part]:
        reply = self.replies.get(number)
        if number in self.faults:
            return [_labelled("bank", visible(self.faults[number]), "harmed")]
        if reply is None:
            words = "is thinking …" if number in self.asked else "enter asks what it would have said"
            return [_labelled("bank", words, "dim")]
        skills = ", ".join(reply.skills) or "no skill"
        parts: list[Part] = [Flow((Run(f"{GRADES[reply.grade]} {MEASURED[reply.grade]}  ", "dim"), Run(visible(skills), "accent")),
                                  (Run(f"{'bank':<{_LABEL}}", "dim", True),), _INDENT)]
        for segment in reply.segments:
            tag = segment.strategy.tag if segment.strategy is not None else "··"
            edge = Run("▎", tag.lower() if segment.strategy is not None else "dim", True)
            parts.append(Flow((Run(visible(segment.text), "text"),),
                              (*_INDENT, edge, Run(f"{tag}  ", tag.lower() if segment.strategy is not None else "dim", True)),
                              (*_INDENT, edge, Run("    ", "dim", True))))
        parts += [_labelled("", f"! {visible(note)}", "dim") for note in reply.notes]
        return parts

    # -- the bank's words --------------------------------------------------------------------------------------------

    def on_block_view_chosen(self, event: BlockView.Chosen) -> None:
        """Ask the bank about the moment under the cursor."""
        event.stop()
        number = int(event.key.partition(":")[2])
        if number not in self.replies and (number not in self.asked or number in self.faults):
            self.asked.add(number)
            self.faults.pop(number, None)
            self.draw()
            self.run_worker(self._ask(number), group=f"bank-{number}", exit_on_error=False)

    async def _ask(self, number: int) -> None:
        try:
            events = await asyncio.to_thread(self.seekers.events, self.sitting)
            self.replies[number] = await self.seekers.bank_reply(self.sitting, number, events)
        except UserError as error:
            self.faults[number] = str(error)
        except Exception as error:
            self.faults[number] = f"{type(error).__name__}: {error}"
        if self.is_attached:
            self.draw()

    # -- the moment in another way -----------------------------------------------------------------------------------

    async def moment(self) -> tuple[Moments, Moment] | None:
        """The moment under the cursor, else the first one told."""
        _, _, number = self.query_one(DebriefView).cursor.partition(":")
        if not number and not self.debrief.moments:
            return None
        events = await asyncio.to_thread(self.seekers.events, self.sitting)
        return await moment_at(self.seekers.session, self.seekers, events, int(number) if number else self.debrief.moments[0].number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before a reply was judged there is no moment; a talk that is not kept has no branch."""
        if action in MOMENT_ACTIONS and not self.debrief.moments:
            return False
        return not (action == "fork" and self.seekers.unstored)

    # -- taking it along ---------------------------------------------------------------------------------------------

    def text(self) -> str:
        """The debrief as Markdown, with what the bank was asked for."""
        return debrief_markdown(self.debrief, who(self.sitting.profile), self.replies, self.wish)

    def action_copy(self) -> None:
        """Copy all of it."""
        self.esc.copy_to_clipboard(self.text())

    def action_export(self) -> None:
        """Write it to a new file."""
        self.run_worker(self._export(), group="export", exclusive=True, exit_on_error=False)

    async def _export(self) -> None:
        stem = f"debrief-{self.sitting.talk.conversation_id[-6:].lower()}"
        try:
            path = await asyncio.to_thread(self.seekers.write, self.text(), stem)
        except UserError as error:
            self.esc.tell_error(error)
        else:
            self.esc.tell(f"Written to {path}.")

    def action_close(self) -> None:
        """Back to the talk."""
        self.dismiss(None)


_INDENT = (Run(" " * _LABEL, "dim", True),)


def _key(number: int) -> str:
    return f"moment:{number}"


def _labelled(label: str, text: str, tone: str) -> Flow:
    return Flow((Run(text, tone),), (Run(f"{label:<{_LABEL}}", "dim", True),), _INDENT)
