"""The settings screen: every setting with its help, searchable; a change is checked, saved to the file and used at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args, get_origin

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import visible
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.modal import Modal
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Part, Row, Run
from widgets.eager_keys import EagerKeys
from widgets.one_line import OneLine
from widgets.one_line import Part as Piece

if TYPE_CHECKING:
    from esc_tui.engines.endpoint import EndpointSettings
    from esc_tui.settings.model import Settings
    from esc_tui.tui.app import EscApp

NEW_TALK = {"engine", "endpoint", "model", "key_variable", "embeddings", "embeddings_model", "timeout", "model_risk_check", "prompts",
            "seed", "region", "resources"}
"""Settings that count from the next talk on."""
NEXT_START = {"bank"}


class SettingsList(BlockView):
    """The settings, one block each."""

    DEFAULT_CSS = """
    SettingsList { width: 1fr; height: 1fr; background: $surface; scrollbar-background: $surface; }
    """
    JUMP_KEY = "s"
    HELP_TITLE = "Settings"
    HELP_TEXT = ("Enter changes a setting: a choice goes to the next one, anything else is written in the line below. What "
                 "the command line or the environment says outranks the file. T tests the endpoint.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("settings.change", "Change this setting", "choose", "enter,space", "change", 1, palette=False,
                key_display="enter"),
        Command("settings.default", "Back to the default", "default", "backspace,delete", "default", 4, palette=False,
                key_display="backspace"),
        Command("settings.up", "Setting before", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("settings.down", "Setting after", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
        Command("settings.first", "First setting", "cursor_first", "home", palette=False),
        Command("settings.last", "Last setting", "cursor_last", "end,G", palette=False, key_display="end  G"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def action_default(self) -> None:
        """Forget what the file says of this setting."""
        screen = self.screen
        if self.cursor and isinstance(screen, SettingsScreen):
            screen.to_default(self.cursor)


class SettingsField(EagerKeys, Input):
    """A line to search or to write a value in."""


class SettingsScreen(Modal[None]):
    """Slides over the left; Esc closes it."""

    DEFAULT_CSS = """
    SettingsScreen { align: left middle; background: $background 50%; &:ansi { background: transparent; } }
    SettingsScreen > Vertical { width: 92; max-width: 100%; height: 100%; background: $surface; padding: 1 1;
        border-right: solid $tone-accent; }
    SettingsScreen OneLine { background: $surface; }
    SettingsScreen Input { border: none; height: 1; margin: 0 2; background: $surface; color: $tone-bright; }
    SettingsScreen Input:focus { border: none; background: $tone-raised; }
    SettingsScreen #settings-filter { margin: 1 2; }
    SettingsScreen #settings-edit { display: none; margin: 1 2 0 2; }
    SettingsScreen.-editing #settings-edit { display: block; }
    SettingsScreen #settings-keys { margin-top: 1; }
    """
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("settings.filter", "Search", "filter", "slash", "search", 2, palette=False),
        Command("settings.test", "Test the endpoint", "test", "T", "test endpoint", 3, palette=False,
                help="Reachable, models, latency, streaming, JSON schema; on failure the address, status and body."),
        Command("settings.close", "Close", "close", "escape", "close", 5, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TITLE = "Settings"

    def __init__(self) -> None:
        super().__init__()
        self._settings: Settings | None = None
        self._editing = ""
        self._offers: dict[str, list[str]] = {}
        self._report: list[tuple[str, str, str]] = []

    @property
    def esc(self) -> EscApp:
        """The app, with its own methods."""
        return self.app  # type: ignore[return-value]

    def compose(self) -> ComposeResult:
        """Title, search, list, line to edit in, keys."""
        with Vertical():
            yield OneLine(id="settings-title")
            yield SettingsField(placeholder="Search the settings", id="settings-filter", compact=True)
            yield SettingsList(margin=2, right_margin=2, fill_cursor=True)
            yield SettingsField(id="settings-edit", compact=True)
            yield OneLine(id="settings-keys")

    def on_mount(self) -> None:
        """Read the settings in a thread and show them."""
        for field in self.query(Input):
            field.cursor_blink = False
        self.query_one("#settings-title", OneLine).show([Piece("Settings", "accent.bold")])
        self.query_one("#settings-keys", OneLine).show([
            Piece("enter", "accent"), Piece("change", "dim", gap=1), Piece("/", "accent", gap=3),
            Piece("search", "dim", gap=1), Piece("T", "accent", gap=3), Piece("test endpoint", "dim", gap=1),
            Piece("esc", "accent", gap=3), Piece("close", "dim", gap=1)])
        self.run_worker(self._read(), exclusive=True, group="settings-read", exit_on_error=False)

    async def _read(self) -> None:
        try:
            self._settings, path = await asyncio.to_thread(_load, self.esc)
        except UserError as error:
            self.esc.tell_error(error)
            return
        self.query_one("#settings-title", OneLine).show(
            [Piece("Settings", "accent.bold"), Piece(visible(path), "dim", gap=3, drop=1)])
        self._fill()
        view = self.query_one(SettingsList)
        if not view.cursor:
            view.action_cursor_first()
        view.focus()

    # -- showing -----------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        if self._settings is None:
            return
        wanted = self.query_one("#settings-filter", Input).value.casefold().split()
        blocks = []
        for name, field in type(self._settings).model_fields.items():
            told = field.description or ""
            if all(word in f"{name} {told}".casefold() for word in wanted):
                blocks.append(self._block(name, getattr(self._settings, name), field.default, told))
        if not blocks:
            blocks = [Block("none", (Flow((Run("No setting has these words.", "dim"),)),), selectable=False)]
        blocks += self._report_blocks()
        self.query_one(SettingsList).show(blocks, keep_scroll=True)

    def _block(self, name: str, value: Any, default: Any, told: str) -> Block:
        shown = "on" if value is True else "off" if value is False else str(value) if value != "" else "not set"
        tone = "dim" if value == default else "accent"
        parts: list[Part] = [Row((Run(name.replace("_", " "), "bright"),), (Run(visible(shown, keep_lines=False), tone),))]
        outranked = name in self.esc.start.overrides
        parts.append(Flow((Run(told, "dim"), Run("  The command line says this now." if outranked else "", "caution"))))
        for offer in self._offers.get(name, []):
            parts.append(Flow((Run(visible(offer), "text"),), (Run("  · ", "dim", True),)))
        return Block(name, (*parts, Blank()))

    def _report_blocks(self) -> list[Block]:
        if not self._report:
            return []
        rows: list[Part] = [Flow((Run("The endpoint", "accent.bold"),))]
        for mark, name, text in self._report:
            tone = {"✓": "helped", "✗": "harmed"}.get(mark, "dim")
            rows.append(Flow((Run(visible(text), "text"),), (Run(f"{mark} ", tone), Run(f"{name:<18}", "dim")),
                             (Run(" " * 20, "dim"),)))
        return [Block("report", (*rows, Blank()), selectable=False)]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as you type."""
        if event.input.id == "settings-filter":
            self._fill()

    # -- changing ----------------------------------------------------------------------------------------------------

    def on_block_view_chosen(self, event: BlockView.Chosen) -> None:
        """A choice goes on to the next one; anything else is written below."""
        event.stop()
        if self._settings is None:
            return
        name, value = event.key, getattr(self._settings, event.key)
        choices = self._choices(name)
        if choices:
            place = choices.index(value) if value in choices else -1
            self._save(name, choices[(place + 1) % len(choices)])
            return
        self._editing = name
        self.add_class("-editing")
        field = self.query_one("#settings-edit", Input)
        field.value = str(value)
        field.placeholder = name.replace("_", " ")
        self.screen.set_focus(field)
        if name in {"endpoint", "model"}:
            self.run_worker(self._offer(name), exclusive=True, group="settings-offer", exit_on_error=False)

    def _choices(self, name: str) -> list[Any]:
        if self._settings is None:
            return []
        annotation = type(self._settings).model_fields[name].annotation
        if annotation is bool:
            return [False, True]
        return list(get_args(annotation)) if get_origin(annotation) is Literal else []

    async def _offer(self, name: str) -> None:
        """Local servers on their usual ports, or the models the endpoint lists; shown under the setting."""
        from esc_tui.engines.endpoint import list_models, probe_local

        try:
            if name == "endpoint":
                self._offers[name] = [f"{found.url}  {found.kind}" for found in await probe_local()]
            elif self._settings is not None and self._settings.endpoint:
                self._offers[name] = [entry.name for entry in await list_models(self._endpoint(self._settings))][:12]
        except UserError as error:
            self._offers[name] = [str(error)]
        self._fill()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the search goes to the list, in the edit line it saves."""
        event.stop()
        if event.input.id == "settings-filter":
            view = self.query_one(SettingsList)
            view.focus()
            view.action_cursor_first()
        elif self._editing:
            self._save(self._editing, event.value.strip())

    def to_default(self, name: str) -> None:
        """Give a setting its default again."""
        if self._settings is not None and name in type(self._settings).model_fields:
            self._save(name, type(self._settings).model_fields[name].default)

    def _save(self, name: str, value: Any) -> None:
        self.run_worker(self._saved(name, value), exclusive=True, group="settings-save", exit_on_error=False)

    async def _saved(self, name: str, value: Any) -> None:
        from esc_tui.settings.model import save_settings

        try:
            await asyncio.to_thread(save_settings, {name: value})
            settings, _ = await asyncio.to_thread(_load, self.esc)
        except UserError as error:
            self.esc.tell_error(error)
            return
        self._settings = settings
        self._end_edit()
        self._fill()
        await self.esc.settings_saved(name, settings)
        if name in NEXT_START:
            self.esc.tell("Used from the next start on.")
        elif name in NEW_TALK:
            self.esc.tell("Used from the next talk on.")

    def _end_edit(self) -> None:
        self._editing = ""
        self.remove_class("-editing")
        self.query_one(SettingsList).focus()

    # -- keys --------------------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """To the search field."""
        self.screen.set_focus(self.query_one("#settings-filter", Input))

    def action_close(self) -> None:
        """Esc leaves the edit line, then the search, then the screen."""
        if self._editing:
            self._end_edit()
        elif self.query_one("#settings-filter", Input).has_focus:
            self.query_one(SettingsList).focus()
        else:
            self.dismiss(None)

    def _endpoint(self, settings: Settings) -> EndpointSettings:
        from dataclasses import replace

        from esc_tui.support.session import endpoint_settings

        return replace(endpoint_settings(settings), timeout=min(settings.timeout, 20.0))

    def action_test(self) -> None:
        """Ask the endpoint what it can do."""
        if self._settings is None or not self._settings.endpoint:
            self.esc.tell("There is no endpoint to test; give its address first.")
            return
        self.run_worker(self._test(self._settings), exclusive=True, group="settings-test", exit_on_error=False)

    async def _test(self, settings: Settings) -> None:
        from esc_tui.engines.endpoint import diagnose

        self._report = [(" ", "testing", settings.endpoint)]
        self._fill()
        view = self.query_one(SettingsList)
        view.scroll_end(animate=False)
        found: list[tuple[str, str, str]] = []
        try:
            async for line in diagnose(self._endpoint(settings)):
                found.append((" " if line.ok is None else "✓" if line.ok else "✗", line.name, line.text))
                self._report = list(found)
                self._fill()
                view.scroll_end(animate=False)
        except UserError as error:
            self._report = [*found, ("✗", "failed", str(error))]
            self._fill()


def _load(app: EscApp) -> tuple[Settings, str]:
    from esc_tui.settings.model import config_path, load_settings

    return load_settings(app.start.overrides), str(config_path())
