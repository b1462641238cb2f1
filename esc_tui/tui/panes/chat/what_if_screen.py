"""The what-if sheet: one turn as it was on the left, in another way on the right; nothing of it is stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import visible
from esc_tui.evolve.what_if import MOST_SAMPLES, Comparison, Other, Watcher
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from esc_tui.tui.panes.chat.what_if_blocks import ASKED, as_text, effect_words, side_blocks, way_rows
from widgets.block_view import BlockView
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from esc_tui.evolve.what_if import Moment
    from esc_tui.simulate.forking import ForkedReply, Way
    from esc_tui.tui.app import EscApp
    from esc_tui.tui.panes.chat.moments import Moments

FIRST_SAMPLES = 3
_KEYS = (("enter", "try"), ("+ -", "samples"), ("n", "next sample"), ("f", "new talk"), ("y", "copy"), ("esc", "close"))


@dataclass(frozen=True, slots=True)
class ForkWish:
    """Go on with this reply, made in this way; neither: with the reply as it was."""

    reply: ForkedReply | None = None
    way: Way | None = None


class Ways(BlockView):
    """The other ways, one a row."""

    DEFAULT_CSS = "Ways { width: 1fr; height: auto; max-height: 5; background: $surface; scrollbar-size-vertical: 0; }"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("what_if.try", "Try this way", "choose", "enter", "try", 1, palette=False, help="Runs now; nothing is stored."),
        Command("what_if.up", "Way before", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("what_if.down", "Way after", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class Side(BlockView):
    """One reply."""

    DEFAULT_CSS = "Side { width: 1fr; height: 1fr; background: $surface; scrollbar-background: $surface; }"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("what_if.page_up", "Page up", "page_up", "pageup,up", palette=False, key_display="↑"),
        Command("what_if.page_down", "Page down", "page_down", "pagedown,down", palette=False, key_display="↓"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class WhatIfScreen(Modal[ForkWish | None]):
    """Gives what to go on with in a branch, or None."""

    DEFAULT_CSS = """
    WhatIfScreen { align: center middle; background: $background 50%; &:ansi { background: transparent; } }
    WhatIfScreen > Vertical { width: 140; max-width: 100%; height: 100%; background: $surface; padding: 1 1; }
    WhatIfScreen OneLine { background: $surface; }
    WhatIfScreen #what-if-effect { margin: 1 0; }
    WhatIfScreen #what-if-keys { margin: 1 0 0 0; }
    """
    HELP_TITLE = "What if"
    HELP_TEXT = ("The same moment again, in one other way, as many samples as you like (1 to 8); nothing is stored. ● it was so, ◐ "
                 "measured by running it now, ○ a model said it. + and bold: only on this side. In a talk with a written seeker, what the "
                 "seeker makes of both, in points of emotion; it is not decided while the 95 % interval of the difference includes 0.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("what_if.without", "Without the skill chosen", "way('without')", "a", palette=False,
                help="Where a person or a program elsewhere replied: as the bank replies."),
        Command("what_if.runner_up", "With the runner-up pinned", "way('runner_up')", "b", palette=False),
        Command("what_if.no_bank", "With no bank", "way('no_bank')", "c", palette=False),
        Command("what_if.elsewhere", "At another revision, or with a proposal", "way('elsewhere')", "d", palette=False),
        Command("what_if.skill", "With another skill pinned", "way('skill')", "e", palette=False,
                help="Any skill that was on offer; those the turn weighed come first."),
        Command("what_if.more", "More samples", "samples(1)", "plus", palette=False),
        Command("what_if.fewer", "Fewer samples", "samples(-1)", "minus", palette=False),
        Command("what_if.next", "Next sample", "next", "n", palette=False),
        Command("what_if.fork", "Go on from this reply in a new talk", "fork", "f", "new talk", 3, palette=False,
                help="Before anything was tried: from the reply as it was. The old talk stays. From an episode you go on as its seeker."),
        Command("what_if.copy", "Copy it as text", "copy", "y", "copy", 4, palette=False),
        Command("what_if.close", "Stop what runs; then close", "close", "escape,q", "close", 5, palette=False, key_display="esc"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def __init__(self, moments: Moments, moment: Moment) -> None:
        super().__init__()
        self.moments, self.moment = moments, moment
        self.others: dict[str, Other | None] = {one.kind: one for one in moment.others}
        self.others |= dict.fromkeys(ASKED)
        self.count, self.at, self.running, self.fault = FIRST_SAMPLES, 0, False, ""
        self.found: Comparison | None = None
        self.watcher: Watcher | None = None
        self.unwatched = ""
        self._watched = False

    @property
    def esc(self) -> EscApp:
        """The app, with its own methods."""
        return self.app  # type: ignore[return-value]

    def compose(self) -> ComposeResult:
        """Title, ways, what came of it, both sides, keys."""
        with Vertical():
            yield OneLine(id="what-if-title")
            yield Ways(margin=2, right_margin=1, fill_cursor=True)
            yield OneLine(id="what-if-effect")
            with Horizontal():
                yield Side(margin=2, right_margin=1, id="was")
                yield Side(margin=2, right_margin=1, id="would")
            yield OneLine(id="what-if-keys")

    def on_mount(self) -> None:
        """The turn as it was."""
        self.query_one("#what-if-keys", OneLine).show(
            [Part(text, "accent" if at == 0 else "dim", "", (3 if place else 0) if at == 0 else 1)
             for place, pair in enumerate(_KEYS) for at, text in enumerate(pair)])
        self.draw()
        ways = self.query_one(Ways)
        ways.focus()
        ways.move_to(next(iter(self.others)), scroll=False)

    def draw(self) -> None:
        """Everything as it stands."""
        samples = "1 sample" if self.count == 1 else f"{self.count} samples"
        self.query_one("#what-if-title", OneLine).show(
            [Part("What if", "accent.bold"), Part(f"turn {self.moment.fork.place}", "bright", gap=3)],
            [Part(f"{samples}, nothing stored", "dim")])
        self.query_one(Ways).show(way_rows(self.others, self.found), keep_scroll=True)
        self.query_one("#what-if-effect", OneLine).show(self._effect())
        was, would = side_blocks(self.moment, self.found, self.at)
        self.query_one("#was", Side).show(was, keep_scroll=True)
        self.query_one("#would", Side).show(would, keep_scroll=True)

    def _effect(self) -> list[Part]:
        if self.fault:
            return [Part(f"! {visible(self.fault, keep_lines=False)}", "harmed")]
        if self.running:
            done = len(self.found.would) if self.found is not None else 0
            return [Part(f"trying … {done} of {self.count}, esc stops", "accent")]
        if self.found is None:
            return [Part("enter tries the way under the cursor", "dim")]
        return [Part(effect_words(self.found, self.watcher, self.unwatched), "bright" if self.found.decided else "text")]

    # -- trying ------------------------------------------------------------------------------------------------------

    def on_block_view_chosen(self, event: BlockView.Chosen) -> None:
        """Try the way under the cursor."""
        event.stop()
        if event.key in self.others:
            self.action_way(event.key)

    def action_way(self, kind: str) -> None:
        """Try a way; for another revision, a proposal or another skill ask which."""
        kind = "bank" if kind == "without" and "bank" in self.others else kind
        if kind not in self.others:
            self.fault = "this turn has nothing of the kind: no skill was chosen, or none came next"
            self.draw()
            return
        self.query_one(Ways).move_to(kind)
        other = self.others[kind]
        if kind in ASKED:
            self.run_worker(self._ask_which(kind), group="what-if", exclusive=True, exit_on_error=False)
        elif other is not None:
            self.attempt(other)

    async def _ask_which(self, kind: str) -> None:
        from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

        if kind == "elsewhere":
            question, offered = "At which revision, or with which proposal?", await asyncio.to_thread(self.moments.elsewhere)
        else:
            question, offered = "With which skill pinned?", await asyncio.to_thread(self.moments.skills, self.moment)
        chosen = await self.app.push_screen_wait(PickerScreen(question, [Choice(name, name, title) for name, title in offered]))
        if chosen:
            self.others[kind] = other = Other("elsewhere" if kind == "elsewhere" else "skill", chosen[0])
            self.attempt(other)

    def attempt(self, other: Other) -> None:
        """Run a way in the background; one that runs is let go."""
        self.found, self.at, self.fault, self.running = None, 0, "", True
        self.draw()
        self.run_worker(self._attempt(other), group="what-if-run", exclusive=True, exit_on_error=False)

    async def _attempt(self, other: Other) -> None:
        try:
            if not self._watched:
                await self._look_for_watcher()
            async for found in self.moments.compare(self.moment, other, self.count, self.watcher):
                self.found = found
                self.draw()
        except UserError as error:
            self.fault = str(error)
        except Exception as error:
            self.fault = f"{type(error).__name__}: {error}"
        self.running = False
        if self.is_attached:
            self.draw()

    async def _look_for_watcher(self) -> None:
        """Who may judge; where the one that played cannot be asked, the replies are compared all the same."""
        try:
            self.watcher = await self.moments.watcher(self.moment)
        except UserError as error:
            self.unwatched = str(error)
        self._watched = True

    def action_samples(self, by: int) -> None:
        """So many samples the next time."""
        self.count = min(MOST_SAMPLES, max(1, self.count + by))
        self.draw()

    def action_next(self) -> None:
        """Show the next sample."""
        if self.found is not None and self.found.would:
            self.at = (self.at + 1) % len(self.found.would)
            self.draw()

    # -- taking it along ---------------------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """Copy both sides as text."""
        self.esc.copy_to_clipboard(as_text(self.moment, self.found, self.at, self.watcher, self.unwatched))

    def action_fork(self) -> None:
        """Go on in a new talk."""
        if self.found is not None and self.found.would:
            self.dismiss(ForkWish(self.found.would[self.at], self.found.way))
        elif not self.running:
            self.dismiss(ForkWish())

    def action_close(self) -> None:
        """Stop what runs, else back to the talk."""
        if self.running:
            self.workers.cancel_group(self, "what-if-run")
            self.running = False
            self.draw()
        else:
            self.dismiss(None)
