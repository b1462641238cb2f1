"""The app on its Chat pane with a real bank that holds three seekers, the scripted mind behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from esc_tui.bank.bank import open_bank
from esc_tui.settings.model import Settings
from esc_tui.support.session import Session
from esc_tui.tui.app import EscApp
from esc_tui.tui.panes.chat.seat_screen import SeatScreen
from esc_tui.tui.panes.chat.seekers import Seekers
from esc_tui.tui.panes.chat.service import LiveChat
from esc_tui.tui.start import Start
from tests.simulate.helpers import ScriptedMind, bank_with
from tests.tui.helpers import FixedWorkshop, wait_until

REPLY = "All those boxes, and nobody said a word."
CHANGES = (6, -4, 9, 0, 7, -10, 3, 2, 5, 1)


def changing(moment):
    return CHANGES[(moment.turn - 1) % len(CHANGES)]


class RealWorkshop(FixedWorkshop):
    """A workshop with a fixed head and a session of the test's own."""

    own: Session | None = None

    async def session(self):
        return self.own

    async def close(self):
        return None


def made_app(folder: Path, mind=None, *, theme: str = "esc-dark", settings: Settings | None = None, count: int = 3) -> EscApp:
    bank = open_bank(bank_with(folder, count))
    session = Session(bank, settings or Settings())
    start = Start(bank=bank.path, theme=theme, pane="chat", reveal=False)
    workshop = RealWorkshop(start)
    workshop.own = session
    chat = LiveChat(session)
    app = EscApp(start, workshop, chat=chat, seekers=Seekers(session, mind=mind or ScriptedMind(changing)))
    app.animation_level = "none"
    app.bank_of_test, app.session_of_test = bank, session
    return app


def close(app: EscApp) -> None:
    app.session_of_test.close()
    app.bank_of_test.close()


async def ready(app: EscApp, pilot: Pilot) -> None:
    await wait_until(pilot, lambda: app.pane.composer is not None and app.focused is app.pane.composer)


@asynccontextmanager
async def opened(folder: Path, mind=None, *, size: tuple[int, int] = (120, 36), **options) -> AsyncIterator[tuple[EscApp, Pilot]]:
    app = made_app(folder, mind, **options)
    try:
        async with app.run_test(size=size) as pilot:
            await ready(app, pilot)
            yield app, pilot
    finally:
        close(app)


async def sit_down(app: EscApp, pilot: Pilot, seeker: str = "seeker 2") -> SeatScreen:
    """From the field of Chat to the seat, with the seeker waiting."""
    await pilot.press("escape", "s")
    await wait_until(pilot, lambda: type(app.screen).__name__ == "PickerScreen")
    await pilot.press(*seeker.replace(" ", ""))
    app.screen.field.value = seeker
    await pilot.pause()
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(app.screen, SeatScreen) and (app.screen.sitting.waits or app.screen.sitting.over)
                     and not app.screen.busy)
    return app.screen


async def seated(app: EscApp, pilot: Pilot, *replies: str) -> SeatScreen:
    """The seat with a talk under way: its first replies were given before it is shown."""
    seekers = app.services["seekers"]
    sitting = seekers.begin("seeker-2")
    async for _ in sitting.go_on():
        pass
    for text in replies:
        async for _ in sitting.answer(text):
            pass
    await app.push_screen(SeatScreen(seekers, sitting))
    await wait_until(pilot, lambda: app.screen.is_mounted and not app.screen.busy)
    return app.screen


async def reply(app: EscApp, pilot: Pilot, text: str = REPLY) -> None:
    """Answer the seeker and wait until it has spoken again or the talk is over."""
    seat = next(screen for screen in reversed(app.screen_stack) if isinstance(screen, SeatScreen))
    turns = len(seat.sitting.view.turns)
    seat.set_focus(seat.composer)
    seat.composer.load_text(text)
    await pilot.press("enter")
    await wait_until(pilot, lambda: len(seat.sitting.view.turns) > turns and not seat.busy)


async def play_card(app: EscApp, pilot: Pilot, seeker: str = "seeker 2") -> None:
    """From the field of Chat to a chosen role."""
    await pilot.press("f2")
    await wait_until(pilot, lambda: type(app.screen).__name__ == "PickerScreen")
    app.screen.field.value = seeker
    await pilot.pause()
    await pilot.press("enter")
    await wait_until(pilot, lambda: app.pane.conversation.card is not None and app.focused is app.pane.composer)


def seat_text(app: EscApp) -> str:
    return "\n".join(app.screen.transcript.plain_lines)
