"""The app: header, footer and the panes between them, and the commands that work everywhere.

The path to the first paint imports Textual, the standard library and the one pane that is opened; whatever else is
needed (pydantic models, engines, the bank's writing half, other panes, help, settings) is imported when first used.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from esc_tui.tui.commands import HELP, Command, bindings
from esc_tui.tui.footer import Footer
from esc_tui.tui.front import Screen as FrontScreen
from esc_tui.tui.front import asking_pane
from esc_tui.tui.header import Header, HeaderFacts
from esc_tui.tui.keys import takes_no_keys, teach_terminal_keys
from esc_tui.tui.pane import PANES, Pane, entry
from esc_tui.tui.passing_on import PassingOn
from esc_tui.tui.signals import heed_signals
from esc_tui.tui.start import Start, start_from
from esc_tui.tui.themes import THEME_NAMES, all_themes
from esc_tui.tui.workers import Workers
from esc_tui.tui.workshop import CALM, Workshop

if TYPE_CHECKING:
    from textual.app import SystemCommand
    from textual.command import Provider
    from textual.notifications import Notify
    from textual.screen import Screen

    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings

SMALLEST = (80, 24)


def _provider() -> type[Provider]:
    from esc_tui.tui.palette import CommandProvider

    return CommandProvider


class EscApp(PassingOn):
    """All panes in one window. ``run()`` gives the exit code."""

    TITLE = "esc-tui"
    COMMANDS: ClassVar[Any] = {_provider}
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        HELP,
        Command("app.palette", "Command palette", "command_palette", "ctrl+p", "commands", 90, palette=False,
                priority=True, help="Find any command by typing."),
        Command("app.jump", "Jump", "jump", "ctrl+o", "", 80, priority=True,
                help="Letters appear on every place, digits on the panes; press one to go there."),
        *(Command(f"app.pane.{pane.id}", f"{pane.title}: {pane.summary}", f"show_pane('{pane.id}')",
                  f"{pane.digit},alt+{pane.digit}", "", 70, help=f"Open the {pane.title} pane.") for pane in PANES),
        Command("app.theme", "Next theme", "next_theme", "", "", 60,
                help="Dark, light, high contrast, or the terminal's own colours."),
        Command("app.jobs", "Jobs", "jobs", "f8", "", 60, help="What runs and what ran: progress, results, and stopping it."),
        Command("app.settings", "Settings", "settings", "", "", 60, help="Every setting, with search."),
        Command("app.copy", "Copy the selected text", "copy_selection", "ctrl+c", "", 60, palette=False,
                help="To the system clipboard and through the terminal (OSC 52)."),
        Command("app.quit", "Quit", "quit", "ctrl+q", "", 99, priority=True, help="Leave the program; it asks when needed."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    ENABLE_COMMAND_PALETTE = True
    HELP_TITLE = "esc-tui"
    HELP_TEXT = (
        "A terminal program for people who build and check emotional-support agents.\n\nEsc leaves a text field, Enter or i goes back to "
        "it. Outside fields single letters are commands and digits open panes.")
    CSS = """
    Screen { color: $text; }
    #panes { width: 1fr; height: 1fr; }
    #small { dock: bottom; height: 1; background: $background; color: $tone-caution; padding: 0 2; display: none; }
    ToastRack { dock: top; align: right top; margin: 1 0 0 0; }
    Toast { background: $surface; color: $text; border-left: outer $tone-accent; padding: 0 2; max-width: 90%; }
    Toast.-warning { border-left: outer $tone-caution; }
    Toast.-error { border-left: outer $tone-harmed; }
    Toast .toast--title { color: $tone-bright; }
    """

    def __init__(self, start: Start, workshop: Workshop | None = None, **services: Any) -> None:
        """``services`` replace parts for tests: ``chat`` takes a ChatService."""
        teach_terminal_keys()
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") is not None else None)
        self._workers = Workers(self)
        self.start = start
        self.workshop = workshop or Workshop(start)
        self.services = services
        for theme in all_themes():
            self.register_theme(theme)
        self.theme = "esc-ansi" if self.no_color else start.theme
        self._head = self.workshop.head()
        self._pane_id = entry("chat" if start.first_run else start.pane or self._head.last_pane or "chat").id
        self._coming = self._pane_id
        self._leaving = False
        self._showing = asyncio.Lock()
        self._panes: dict[str, Pane] = {}

    # -- layout ------------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Header, the first pane, footer."""
        facts = HeaderFacts(pane=self._pane_id, head=self._head, engine=self._engine_name(),
                            connected=True if self.start.engine == "embedded" else None)
        yield Header(facts)
        with Container(id="panes"):
            yield self._make_pane(self._pane_id)
        yield Footer()

    def on_mount(self) -> None:
        """Tell what the start has to tell, once something is on the screen; from now on a signal to end leaves the terminal in order."""
        self.call_after_refresh(self._after_first_paint)
        heed_signals(self._told_to_end)

    def _after_first_paint(self) -> None:
        self.pane.shown()
        self.follow_others()
        for notice in self.start.notices:
            self.tell(notice, "warning")
        self.run_worker(self._settle(), group="settle", exit_on_error=False)

    async def _settle(self) -> None:
        """Once the bank is open, say when it can only be read; what keeps it from opening the pane tells."""
        from esc_tui.domain.errors import UserError

        if self.services.get("chat") is not None:
            return
        await asyncio.sleep(0 if self._pane_id == "bank" else CALM)
        try:
            bank = await self.workshop.bank()
        except UserError:
            return
        if bank.view_only:
            self.header.change(head=replace(self.header.facts.head, view_only=True))
            self.tell(f"The bank is open for viewing only: {bank.view_only_reason}.", "warning")
        await self._tell_of_drafts(bank)

    async def _tell_of_drafts(self, bank: Bank) -> None:
        """Mark and name what waits unsaved from an earlier run, also from one that was killed, and the way to it."""
        from esc_tui.domain.text import visible

        drafts = await asyncio.to_thread(bank.drafts)
        if drafts:
            self.header.change(unsaved=len(drafts))
            names = [f"P-{draft.key.split(':')[1]} (e on it in Evolution goes on)" if draft.key.startswith("proposal:") else
                     f"{visible(draft.slug, keep_lines=False)} (e on it goes on)" if draft.slug else "a new skill (n goes on)"
                     for draft in drafts[:2]]
            where = "Unsaved" if any(draft.key.startswith("proposal:") for draft in drafts) else "Unsaved in Bank"
            more = f" and {len(drafts) - 2} more, marked ✎" if len(drafts) > 2 else ""
            self.tell(f"{where}: {', '.join(names)}{more}.")

    def _engine_name(self) -> str:
        if self.start.engine == "embedded":
            return "embedded"
        host = self.start.endpoint.split("//")[-1].split("/")[0]
        return f"{self.start.model or 'model'} @ {host}" if host else self.start.engine

    async def on_event(self, event: events.Event) -> None:
        """Outside fields a key does its command before the next key is looked at: letters behind ``i`` are text already."""
        if not (isinstance(event, events.Key) and not event.is_forwarded and self.app_focus and takes_no_keys(self.focused)
                and (await self._check_bindings(event.key, priority=True) or await self._check_bindings(event.key))):
            await super().on_event(event)

    def on_resize(self) -> None:
        """Below 80x24 the program says so in one line and goes on working."""
        width, height = self.size
        small = width < SMALLEST[0] or height < SMALLEST[1]
        self.screen.set_class(small, "-small")
        self.screen.set_class(width < 100, "-narrow")
        if small and not getattr(self, "_told_small", False):
            self._told_small = True
            self.tell(f"This window is {width} by {height}; from 80 by 24 on everything has room.")

    # -- panes -------------------------------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        """The screen that keeps the focus in the pane in front."""
        return FrontScreen(id="_default")

    def push_screen(self, screen: Screen[Any] | str, callback: Any = None, wait_for_dismiss: bool = False, *,
                    mode: str | None = None) -> Any:
        """Show a screen over the panes. What a pane asks that is not in front, or no longer, is answered as Esc would: with None."""
        asking = asking_pane()
        if asking is None or asking is self._panes.get(self._coming):
            return super().push_screen(screen, callback, wait_for_dismiss, mode=mode)  # type: ignore[call-overload]
        unasked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        unasked.set_result(None)
        return unasked

    def _make_pane(self, identifier: str) -> Pane:
        where = entry(identifier)
        pane: Pane = getattr(import_module(where.module), where.class_name)(id=f"pane-{identifier}")
        self._panes[identifier] = pane
        return pane

    @property
    def pane(self) -> Pane:
        """The pane in front."""
        return self._panes[self._pane_id]

    async def show_pane(self, identifier: str) -> Pane:
        """Bring a pane to the front, mounting it the first time, and give it the focus."""
        identifier = entry(identifier).id
        self._coming = identifier
        async with self._showing:  # one after the other: the pane asked for last is in front in the end
            if identifier not in self._panes:
                pane = self._make_pane(identifier)
                pane.display = False  # who sees it before it takes the keys would press them for the old one
                await self.query_one("#panes").mount(pane)
            if identifier != self._pane_id:
                before = self.pane
                before.hidden()
                self.screen_stack[0].set_focus(None)  # at once: the keys that follow are not for what is no longer seen
                before.display = False
                self._pane_id = identifier
                self.pane.display = True
                self.header.change(pane=identifier)
                self.pane.shown()
                self.pane.take_focus()
            return self.pane

    async def action_show_pane(self, identifier: str) -> None:
        """Open a pane by its name."""
        await self.leave_screens()
        await self.show_pane(identifier)

    # -- everywhere --------------------------------------------------------------------------------------------------

    def tell(self, sentence: str, kind: str = "information") -> None:
        """Say one sentence in a corner for a few seconds; ``kind`` is information, warning or error."""
        self.notify(sentence, severity=kind, markup=False, timeout=8 if kind == "error" else 5)  # type: ignore[arg-type]

    def on_notify(self, event: Notify) -> None:
        """What is said again takes the place of itself, however often a key is pressed."""
        new = event.notification
        for shown in [one for one in self._notifications if (one.message, one.severity) == (new.message, new.severity)]:
            self._unnotify(shown, refresh=False)

    def tell_error(self, error: Exception) -> None:
        """Say what went wrong: the sentence of a UserError, or one plain sentence for anything else."""
        from esc_tui.domain.errors import UserError

        if not isinstance(error, UserError):
            self.tell(f"Something went wrong inside the program: {type(error).__name__}: {error}.", "error")
            return
        sentence = str(error)
        self.tell(sentence if error.where else sentence[:1].upper() + sentence[1:], "error")

    def _handle_exception(self, error: Exception) -> None:
        """End with one sentence; Textual would print a traceback with the values of variables, words of talks among them."""
        from rich.text import Text

        from esc_tui.tui.crash import crash_sentence

        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.panic(Text(crash_sentence(error)))

    def copy_to_clipboard(self, text: str, told: str = "Copied.") -> None:
        """Copy through the terminal (OSC 52) and with the system's own clipboard command, where there is one; ``told`` is said."""
        from esc_tui.tui.clipboard import copy_with_command

        super().copy_to_clipboard(text)
        self.tell(told)
        self.run_worker(lambda: copy_with_command(text), thread=True, group="clipboard", exit_on_error=False)

    def action_copy_selection(self) -> None:
        """Copy the selected text; without a selection nothing happens."""
        selected = self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)

    def action_help_quit(self) -> None:
        """Ctrl+C is for copying; it never ends the program."""

    def action_next_theme(self) -> None:
        """Go through the themes."""
        place = THEME_NAMES.index(self.theme) if self.theme in THEME_NAMES else -1
        self.theme = THEME_NAMES[(place + 1) % len(THEME_NAMES)]
        self.tell(f"Theme: {self.theme}.")
        self.run_worker(self._keep_theme(self.theme), group="theme", exclusive=True, exit_on_error=False)

    async def _keep_theme(self, theme: str) -> None:
        """Write the theme into the settings file once nobody goes on to the next one."""
        def save() -> None:
            from esc_tui.settings.model import save_settings

            save_settings({"theme": theme})

        await asyncio.sleep(CALM)
        try:
            await asyncio.to_thread(save)
        except Exception as error:
            self.tell_error(error)

    def action_command_palette(self) -> None:
        """The palette, in our looks."""
        from esc_tui.tui.palette import EscPalette

        if not EscPalette.is_open(self):  # type: ignore[arg-type]
            self.push_screen(EscPalette(id="--command-palette"))

    def action_help(self) -> None:
        """Help for what has the focus."""
        from esc_tui.tui.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen.for_focus(self.screen))

    def action_jump(self) -> None:
        """Jump mode."""
        from esc_tui.tui.jump import JumpScreen

        if not isinstance(self.screen, JumpScreen):
            self.push_screen(JumpScreen.over(self.screen), self._jumped)

    async def _jumped(self, where: str | Widget | None) -> None:
        if isinstance(where, str):
            await self.show_pane(where)
        elif isinstance(where, Widget):
            where.focus()

    def action_settings(self) -> None:
        """The settings screen."""
        from esc_tui.tui.settings_screen import SettingsScreen

        self.push_screen(SettingsScreen())

    async def settings_saved(self, name: str, settings: Settings) -> None:
        """Use a setting that was just saved, as far as it can be used at once."""
        if name == "theme" and not self.no_color:
            self.theme = settings.theme
        self.start = replace(self.start, engine=settings.engine, endpoint=settings.endpoint, model=settings.model,
                             reveal=settings.reveal, theme=settings.theme, mode=settings.mode)
        self.workshop.start = self.start
        await self.workshop.settings_changed()
        for pane in self._panes.values():
            pane.settings_changed(name)
        embedded = settings.engine == "embedded"
        self.header.change(engine=self._engine_name(), connected=True if embedded else None)

    async def action_quit(self) -> None:
        """End the program when every pane agrees."""
        if not self._leaving:
            self.run_worker(self._quit(), group="quit", exclusive=True, exit_on_error=False)

    async def _quit(self) -> None:
        for pane in list(self._panes.values()):
            if not await pane.may_leave():
                return
        if not await self.may_leave_jobs():
            return
        await self._leave(0)

    def _told_to_end(self, code: int) -> None:
        """A signal from outside: nobody is asked, jobs go on, what is unsaved is kept as through a crash."""
        if not self._leaving:
            if self._jobs is not None:
                self._jobs.let_go()
            self.run_worker(self._leave(code), group="quit", exclusive=True, exit_on_error=False)

    async def _leave(self, code: int) -> None:
        self._leaving = True  # another ctrl+q would break off the closing of the bank
        try:
            await self.workshop.remember_pane(self._coming)  # the pane asked for, also while it is still being mounted
            await self.workshop.close()
        finally:
            self.exit(code, return_code=code)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Nothing of Textual's own: our palette offers our commands."""
        return ()


def run_app(options: Mapping[str, str | bool]) -> int:
    """Run the program in this terminal with the command line's options; gives the exit code, 1 after a crash. Raises UserError."""
    app = EscApp(start_from(options))
    if app.console.color_system == "256":
        for theme in all_themes(few_colours=True):
            app.register_theme(theme)
    left = app.run()
    return app.return_code or left or 0
