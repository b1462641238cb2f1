"""What a toast has covered is painted anew when it goes, also where another one comes at the same time."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.screen import Screen
from textual.widgets._toast import Toast

from esc_tui.tui.behind_toasts import PaintsBehindToasts


class Counting(PaintsBehindToasts, Screen[None]):
    """Counts how often it is painted as a whole."""

    painted = 0

    def refresh(self, *regions: Any, **how: Any) -> Any:
        if not regions and not how:
            self.painted += 1
        return super().refresh(*regions, **how)


class Tiny(App[None]):
    def get_default_screen(self) -> Screen[None]:
        return Counting()


async def shown(pilot: Any, app: Tiny, *wanted: str) -> None:
    """Go on until these toasts stand, no others."""
    for _ in range(200):
        if sorted(str(toast._notification.message) for toast in app.screen.query(Toast)) == sorted(wanted):
            await pilot.pause()
            return
        await pilot.pause()
    raise AssertionError(f"{wanted} never stood alone")


async def test_the_screen_is_painted_when_a_toast_goes_and_not_when_one_comes() -> None:
    app = Tiny()
    async with app.run_test(notifications=True) as pilot:
        screen = app.screen
        assert isinstance(screen, Counting)
        app.notify("first", timeout=600)
        await shown(pilot, app, "first")
        before = screen.painted
        app.notify("second", timeout=600)
        await shown(pilot, app, "first", "second")
        assert screen.painted == before

        first = next(iter(app._notifications))
        app._unnotify(first, refresh=False)
        app.notify("third", timeout=600)
        await shown(pilot, app, "second", "third")
        assert screen.painted > before, "one went while another came"

        before = screen.painted
        app.clear_notifications()
        await shown(pilot, app)
        assert screen.painted > before
