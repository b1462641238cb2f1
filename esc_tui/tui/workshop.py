"""The one place where the interface gets at settings, bank and engine: opened once, in a thread, when first asked for."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from esc_tui.domain.errors import UserError
from esc_tui.tui.pane import entry
from esc_tui.tui.start import Head, Start

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.guard.resources import Resource
    from esc_tui.settings.model import Settings
    from esc_tui.support.session import Session


CALM = 0.3
"""Seconds after the first paint in which the bank is left alone, so that the screen and the field come first."""
LAST_PANE = "last pane"
"""The key under which the bank remembers the pane last in front."""


def read_head(start: Start) -> Head:
    """The facts of the header, with the standard library alone; an empty head when the bank cannot be read."""
    from esc_tui.bank.connection import connect

    name = start.bank.stem
    try:
        connection = connect(start.bank, "read", busy_milliseconds=200)
    except UserError:
        return Head(name=name)
    try:
        revision, digest = connection.row("SELECT number, hash FROM revisions ORDER BY number DESC LIMIT 1") or (0, "")
        active = connection.value("SELECT count(*) FROM skill_cards WHERE status = 'active'") or 0
        last = connection.value("SELECT value FROM interface_state WHERE key = ?", (LAST_PANE,)) or ""
    except UserError:
        return Head(name=name)
    finally:
        connection.close()
    return Head(name=name, revision=revision, short_hash=digest[:6], active_skills=active, last_pane=last)


class Workshop:
    """Holds the open bank and the session for all panes; await them from the loop, call into them from threads."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self._bank: asyncio.Task[Bank] | None = None
        self._session: asyncio.Task[Session] | None = None
        self._settings: Settings | None = None
        self._log = self._folded = (0, 0)
        self.shown_units: set[int] = set()
        """Display numbers of units whose labels were on the screen in this session: who labels them now does not do it blind."""

    async def bank(self) -> Bank:
        """The bank, opened by the first caller; every caller gets the same one. Raises BankError."""
        if self._bank is None or (self._bank.done() and self._bank.exception() is not None):
            self._bank = asyncio.create_task(asyncio.to_thread(self._open))
        return await asyncio.shield(self._bank)

    async def session(self) -> Session:
        """The session with the engine the settings ask for. Raises UserError."""
        if self._session is None or (self._session.done() and self._session.exception() is not None):
            self._session = asyncio.create_task(self._begin())
        return await asyncio.shield(self._session)

    async def _begin(self) -> Session:
        bank = await self.bank()

        def make() -> Session:
            from esc_tui.support.session import Session

            return Session(bank, self.settings())

        session = await asyncio.to_thread(make)
        await session.prepare()
        return session

    def _open(self) -> Bank:
        from esc_tui.bank.bank import open_bank

        return open_bank(self.start.bank)

    def settings(self) -> Settings:
        """The settings from all sources; imports pydantic, so call it in a thread. Raises UserError."""
        if self._settings is None:
            from esc_tui.settings.model import load_settings

            self._settings = load_settings(self.start.overrides)
        return self._settings

    @property
    def help_lines(self) -> tuple[Resource, ...]:
        """Help lines of the person's region; empty until the session began."""
        done = self._session is not None and self._session.done() and self._session.exception() is None
        return self._session.result().help_lines if done and self._session is not None else ()

    def author(self) -> str:
        """Who is named in the bank's history: the settings' author or annotator, else the login name."""
        named = self.settings().named_author
        if named:
            return named
        import getpass

        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):
            return "somebody"

    def annotator(self) -> str:
        """Whose labels a person's are: the setting, else the author. Blanks are single and none stands at an end."""
        return " ".join(self.settings().annotator.split()) or self.author()

    async def settings_changed(self) -> None:
        """Read the settings again and build the engine anew for the next talk."""
        self._settings = None
        self._session = None

    def head(self) -> Head:
        """The bank's head as it stands now; cheap, blocking, for a thread or the first paint."""
        return read_head(self.start)

    def settle_log(self) -> None:
        """Blocking: fold the log into the bank once it is as it was at the last look, so that a plain copy of the file has all but the
        newest seconds. Nothing while no bank is open for writing."""
        from esc_tui.bank.connection import fold_log

        try:
            seen = self.start.bank.with_name(f"{self.start.bank.name}-wal").stat()
        except OSError:
            return
        before, self._log = self._log, (seen.st_size, seen.st_mtime_ns)
        if self._bank is None or not seen.st_size or self._log != before or self._log == self._folded:
            return
        with suppress(UserError):
            fold_log(self.start.bank)
            self._folded = self._log

    async def remember_pane(self, identifier: str) -> None:
        """Keep the pane in front for the next start, when the bank can be written. Raises nothing: who asked for a bank has told."""
        if self._bank is None and not (self.start.bank.exists() and
                                       entry((await asyncio.to_thread(self.head)).last_pane).id != identifier):
            return  # no bank is made for this alone, and none opened where nothing is new
        try:
            bank = await self.bank()
            if not bank.view_only:
                await asyncio.to_thread(bank.remember, LAST_PANE, identifier)
        except Exception:
            return

    async def close(self) -> None:
        """Close the session and the bank, as far as they were opened."""
        for task in (self._session, self._bank):
            if task is None:
                continue
            try:
                opened: Any = await asyncio.shield(task)
            except Exception:
                continue
            aclose = getattr(opened, "aclose", None)
            await (aclose() if aclose is not None else asyncio.to_thread(opened.close))
