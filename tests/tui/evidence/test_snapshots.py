"""Pictures of the Evidence pane over talks written for the tests, in four themes and two sizes, and of each of its places."""

from __future__ import annotations

import pytest

from esc_tui.tui.themes import THEME_NAMES
from tests.support_bank import empty_bank
from tests.tui.evidence.helpers import (
    dialogues_read,
    evidence_app,
    evidence_bank,
    on_screen,
    open_queue,
    with_prototypes,
)
from tests.tui.evidence.test_agreement import open_agreement, page_text, two_opinions
from tests.tui.evidence.test_map import open_map, to
from tests.tui.helpers import wait_until

SIZES = [(80, 24), (160, 45)]


def size_name(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


async def queue_on_crisis(pilot):
    """The unit whose lines speak of a crisis, one label corrected."""
    await dialogues_read(pilot)
    queue = await open_queue(pilot)
    await pilot.app.pane.views["queue"].take_unit(7)
    await wait_until(pilot, lambda: queue.bench.card.number == 7)
    await pilot.press("minus")
    await wait_until(pilot, lambda: queue.bench.draft.corrected)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_the_queue(snap_compare, tmp_path, theme, size):
    assert snap_compare(evidence_app(evidence_bank(tmp_path), theme), terminal_size=size, run_before=queue_on_crisis)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_a_dialogue(snap_compare, tmp_path, theme, size):
    async def read(pilot):
        await dialogues_read(pilot)
        await pilot.press("end")
        await dialogues_read(pilot)
        await pilot.press("enter")
        await wait_until(pilot, lambda: pilot.app.pane.view.reader.has_focus)

    assert snap_compare(evidence_app(evidence_bank(tmp_path), theme), terminal_size=size, run_before=read)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_the_map(snap_compare, tmp_path, size):
    async def show(pilot):
        await dialogues_read(pilot)
        view = await open_map(pilot)
        await to(pilot, view, "lonely", "open-question" if size[0] > 100 else "Question")
        await wait_until(pilot, lambda: view.units.count == 2)

    assert snap_compare(evidence_app(with_prototypes(evidence_bank(tmp_path))), terminal_size=size, run_before=show)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_a_disputed_unit(snap_compare, tmp_path, size):
    async def show(pilot):
        await dialogues_read(pilot)
        view = await open_agreement(pilot)
        await wait_until(pilot, lambda: view.dispute is not None)
        if size[0] < 100:
            await pilot.press("enter")
            await wait_until(pilot, lambda: view.lines.has_focus)
        await wait_until(pilot, lambda: "IU-4" in page_text(view))

    assert snap_compare(evidence_app(two_opinions(tmp_path)), terminal_size=size, run_before=show)


def test_the_list_in_a_narrow_window(snap_compare, tmp_path):
    async def show(pilot):
        await dialogues_read(pilot)

    assert snap_compare(evidence_app(evidence_bank(tmp_path)), terminal_size=(80, 24), run_before=show)


def test_hostile_and_chinese_text(snap_compare, tmp_path):
    async def show(pilot):
        await dialogues_read(pilot)
        await pilot.press("enter", "v")
        await pilot.pause()

    assert snap_compare(evidence_app(evidence_bank(tmp_path)), terminal_size=(120, 36), run_before=show)


def test_labels_of_everyone(snap_compare, tmp_path):
    async def show(pilot):
        await dialogues_read(pilot)
        view = pilot.app.pane.view
        await view._show_labels(4)
        await on_screen(pilot, "LabelsScreen")

    assert snap_compare(evidence_app(evidence_bank(tmp_path)), terminal_size=(120, 36), run_before=show)


def test_marking_words(snap_compare, tmp_path):
    async def show(pilot):
        await dialogues_read(pilot)
        await open_queue(pilot)
        await pilot.press("m")
        await on_screen(pilot, "MarkScreen")
        await pilot.press("home", "space", "right", "right")
        await pilot.pause()

    assert snap_compare(evidence_app(evidence_bank(tmp_path)), terminal_size=(100, 30), run_before=show)


def test_the_form_for_files(snap_compare, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    async def show(pilot):
        from textual.widgets import Input

        await dialogues_read(pilot)
        await pilot.press("i")
        await on_screen(pilot, "ImportScreen")
        pilot.app.screen.query_one("#import-paths", Input).value = "/nowhere/talks.json"
        await wait_until(pilot, lambda: "there is no such file" in str(pilot.app.screen.query_one("#import-found").render()))

    assert snap_compare(evidence_app(evidence_bank(tmp_path)), terminal_size=(100, 30), run_before=show)


def test_an_empty_bank(snap_compare, tmp_path):
    empty_bank(tmp_path).close()

    async def show(pilot):
        await dialogues_read(pilot)

    assert snap_compare(evidence_app(tmp_path / "empty.db"), terminal_size=(100, 30), run_before=show)


def test_the_queue_without_colour(snap_compare, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(evidence_app(evidence_bank(tmp_path)), terminal_size=(120, 36), run_before=queue_on_crisis)
