"""The app on its Bank pane over the five-skill bank."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from esc_tui.tui.app import EscApp
from esc_tui.tui.panes.bank.form import SkillForm
from esc_tui.tui.start import Start
from tests.support_bank import small_bank_file
from tests.tui.helpers import wait_until


def bank_app(path: Path, theme: str = "esc-dark") -> EscApp:
    app = EscApp(Start(bank=path, pane="bank", theme=theme))
    app.animation_level = "none"
    return app


@asynccontextmanager
async def open_pane(path: Path, size: tuple[int, int] = (120, 36)) -> AsyncIterator[tuple[EscApp, Pilot]]:
    app = bank_app(path)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield app, pilot


@asynccontextmanager
async def open_small(folder: Path, size: tuple[int, int] = (120, 36)) -> AsyncIterator[tuple[EscApp, Pilot]]:
    async with open_pane(small_bank_file(folder), size) as opened:
        yield opened


async def settled(pilot: Pilot) -> None:
    """The list is read and the skill under the cursor is shown in full."""
    pane = pilot.app.pane
    await wait_until(pilot, lambda: pane.rows.count == 0 or (
        pane.rows.highlighted is not None and pane.detail.skill is not None and pane.detail.skill.slug == pane.rows.highlighted.id))


async def type_filter(pilot: Pilot, text: str) -> None:
    await pilot.press("slash")
    pilot.app.pane.set_filter(text)


def listed(app: EscApp) -> list[str]:
    return [app.pane.rows.row_at(place).id for place in range(app.pane.rows.count)]


def page_text(app: EscApp) -> str:
    return "\n".join(line.plain for line in app.pane.detail.page.typeset(100))


def counts_text(app: EscApp) -> str:
    return app.pane.filter_line.counts.text


def toasts(app: EscApp) -> str:
    return "\n".join(note.message for note in app._notifications)


async def open_form(pilot: Pilot, key: str = "e") -> SkillForm:
    app = pilot.app
    await pilot.press(key)
    await wait_until(pilot, lambda: app.pane.editor is not None and app.focused is app.pane.editor.scroll and app.pane.editor.rows)
    return app.pane.editor


async def go_to(pilot: Pilot, form: SkillForm, path: tuple[str | int, ...]) -> None:
    """Put the form's cursor on a row."""
    form.current = next(place for place, item in enumerate(form.items) if item.path == path and item.kind != "heading")
    form._show_current()
    await pilot.pause()


async def write(pilot: Pilot, form: SkillForm, path: tuple[str | int, ...], text: str) -> None:
    """Replace the text of a row as a person would."""
    await go_to(pilot, form, path)
    await pilot.press("enter")
    await wait_until(pilot, lambda: form.field is not None and form.field.is_mounted and form.field.query("LineField"))
    form.field.query_one("LineField").load_text(text)
    await pilot.pause()
    await pilot.press("escape")
    await wait_until(pilot, lambda: form.field is None)


async def give_reason(pilot: Pilot, reason: str) -> None:
    from esc_tui.tui.panes.bank.reason import ReasonField, ReasonScreen

    await wait_until(pilot, lambda: isinstance(pilot.app.screen, ReasonScreen))
    pilot.app.screen.query_one(ReasonField).value = reason
    await pilot.press("enter")


async def on_screen(pilot: Pilot, name: str) -> None:
    await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == name)


def counted(bank, slug):
    """Outcomes of a skill that count: helped, neutral, harmed."""
    row = bank.skill_row(slug)
    return row.helped, row.neutral, row.harmed
