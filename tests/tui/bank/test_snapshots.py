"""Pictures of the Bank pane over the five-skill bank, in four themes and two sizes, and of each of its places."""

from __future__ import annotations

import pytest

from esc_tui.tui.themes import THEME_NAMES
from tests.support_bank import empty_bank, small_bank_file
from tests.tui.bank.helpers import bank_app, go_to, on_screen, open_form, page_text, settled, type_filter
from tests.tui.helpers import wait_until

SIZES = [(80, 24), (160, 45)]


def size_name(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


async def on_effort(pilot):
    await settled(pilot)
    pilot.app.pane.rows.move_to("reflect-unseen-effort")
    await settled(pilot)
    await wait_until(pilot, lambda: "Gives back" in page_text(pilot.app))


@pytest.fixture
def small(tmp_path):
    return small_bank_file(tmp_path)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_the_list(snap_compare, small, theme, size):
    assert snap_compare(bank_app(small, theme), terminal_size=size, run_before=on_effort)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_the_form(snap_compare, small, theme, size):
    async def form(pilot):
        await on_effort(pilot)
        opened = await open_form(pilot)
        await go_to(pilot, opened, ("moves", 1, "text"))

    assert snap_compare(bank_app(small, theme), terminal_size=size, run_before=form)


@pytest.mark.parametrize("tab", ["Applies", "Outcomes", "Risks", "Evidence", "History", "Lint"])
def test_a_tab(snap_compare, small, tab):
    async def show(pilot):
        await on_effort(pilot)
        detail = pilot.app.pane.detail
        detail.choose(tab)
        done = {"Evidence": lambda: detail.rows.count == 3, "History": lambda: detail.rows.count == 1,
                "Lint": lambda: "compared with" in page_text(pilot.app)}
        await wait_until(pilot, done.get(tab, lambda: "Gives back" not in page_text(pilot.app)))

    assert snap_compare(bank_app(small), terminal_size=(120, 36), run_before=show)


def test_the_drawer(snap_compare, small):
    async def drawer(pilot):
        await on_effort(pilot)
        await pilot.press("v")
        await pilot.pause()

    assert snap_compare(bank_app(small), terminal_size=(80, 24), run_before=drawer)


def test_hostile_and_chinese_text(snap_compare, small):
    async def hostile(pilot):
        await settled(pilot)
        pilot.app.pane.rows.move_to("name-the-loss")
        await settled(pilot)
        await wait_until(pilot, lambda: "先说出" in page_text(pilot.app))

    assert snap_compare(bank_app(small), terminal_size=(120, 36), run_before=hostile)


def test_a_wrong_facet(snap_compare, small):
    async def wrong(pilot):
        await on_effort(pilot)
        await type_filter(pilot, "state:hapy")
        await wait_until(pilot, lambda: "hapy" in pilot.app.pane.filter_line.counts.text)
        await pilot.press("escape")
        await pilot.pause()

    assert snap_compare(bank_app(small), terminal_size=(120, 30), run_before=wrong)


def test_choosing_from_a_closed_set(snap_compare, small):
    async def choose(pilot):
        await on_effort(pilot)
        form = await open_form(pilot)
        await go_to(pilot, form, ("applicability", "states"))
        await pilot.press("enter")
        await on_screen(pilot, "PickerScreen")
        pilot.app.screen.list.can_focus = True
        pilot.app.screen.list.focus()
        await pilot.pause()

    assert snap_compare(bank_app(small), terminal_size=(100, 36), run_before=choose)


def test_a_difference(snap_compare, small):
    from esc_tui.tui.panes.bank.differences import DiffScreen, sections

    async def differ(pilot):
        await on_effort(pilot)
        pane = pilot.app.pane
        skill = pane.detail.skill
        other = skill.model_copy(update={"content": skill.content.model_copy(
            update={"summary": "Gives back the work, in their own words.", "dont": (*skill.content.dont, "Cheer up.")})})
        pilot.app.push_screen(DiffScreen(skill.slug, sections(skill, other), ("v1", "draft")))
        await on_screen(pilot, "DiffScreen")

    assert snap_compare(bank_app(small), terminal_size=(120, 30), run_before=differ)


def test_the_history_of_the_bank(snap_compare, small):
    async def history(pilot):
        await on_effort(pilot)
        await pilot.press("R")
        await on_screen(pilot, "RevisionsScreen")
        await wait_until(pilot, lambda: "nothing: it is" in str(pilot.app.screen.page.render()))

    assert snap_compare(bank_app(small), terminal_size=(120, 30), run_before=history)


def test_an_empty_bank(snap_compare, tmp_path):
    empty_bank(tmp_path).close()

    async def empty(pilot):
        await settled(pilot)

    assert snap_compare(bank_app(tmp_path / "empty.db"), terminal_size=(100, 30), run_before=empty)


def test_without_colour(snap_compare, small, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(bank_app(small), terminal_size=(120, 36), run_before=on_effort)


async def on_coverage(pilot):
    await on_effort(pilot)
    await pilot.press("c")
    await on_screen(pilot, "CoverageScreen")
    screen = pilot.app.screen
    await wait_until(pilot, lambda: screen.found)
    screen.map.move_to("reflection-of-feeling", "sad")
    await wait_until(pilot, lambda: "name-the-loss" in screen.page.render().plain)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_the_coverage_map(snap_compare, small, size):
    assert snap_compare(bank_app(small), terminal_size=size, run_before=on_coverage)


@pytest.mark.parametrize("theme", THEME_NAMES[1:])
def test_the_coverage_map_in_other_colours(snap_compare, small, theme):
    assert snap_compare(bank_app(small, theme), terminal_size=(120, 30), run_before=on_coverage)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_the_lint_of_the_bank(snap_compare, small, size):
    async def lint(pilot):
        await on_effort(pilot)
        await pilot.press("exclamation_mark")
        await on_screen(pilot, "LintScreen")
        await wait_until(pilot, lambda: "compared" in pilot.app.screen.state)

    assert snap_compare(bank_app(small), terminal_size=size, run_before=lint)


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_a_skill_beside_its_evidence(snap_compare, small, size):
    async def review(pilot):
        await on_effort(pilot)
        await pilot.press("C")
        await on_screen(pilot, "ReviewScreen")
        await wait_until(pilot, lambda: pilot.app.screen.list.count == 3)
        if size[0] < 100:
            await pilot.press("v")

    assert snap_compare(bank_app(small), terminal_size=size, run_before=review)


def conflicting(small):
    """Another bank beside this one whose skill was changed differently."""
    import shutil

    from esc_tui.bank.bank import open_bank

    other = small.with_name("colleague.db")
    shutil.copy(small, other)
    for path, word in ((small, "here"), (other, "there")):
        with open_bank(path) as bank:
            skill = bank.skill("reflect-unseen-effort")
            content = skill.content.model_copy(update={
                "title": f"See the work {word}", "summary": f"Gives back the work, as it is seen {word}. 说出失去 [/bold]",
                "moves": (skill.content.moves[0].model_copy(update={"text": f"Name the work, {word} first."}), *skill.content.moves[1:])})
            bank.commit({skill.slug: skill.model_copy(update={"content": content})}, author=word, message=word, base_revision=1)
    return other


async def on_conflicts(pilot, other):
    from tests.tui.bank.helpers import give_reason

    await settled(pilot)
    await pilot.press("M")
    await give_reason(pilot, str(other))
    await on_screen(pilot, "ConflictsScreen")
    await pilot.press("o")
    await wait_until(pilot, lambda: "Gives back" in str(pilot.app.screen.sides["theirs"].render()))


@pytest.mark.parametrize("size", SIZES, ids=size_name)
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_conflicts(snap_compare, small, theme, size):
    other = conflicting(small)

    async def conflicts(pilot):
        await on_conflicts(pilot, other)

    assert snap_compare(bank_app(small, theme), terminal_size=size, run_before=conflicts)


def test_writing_a_conflicting_part(snap_compare, small):
    other = conflicting(small)

    async def write(pilot):
        await on_conflicts(pilot, other)
        await pilot.press("o", "e")
        await on_screen(pilot, "FieldScreen")

    assert snap_compare(bank_app(small), terminal_size=(80, 24), run_before=write)


def test_marked_skills(snap_compare, small):
    async def marked(pilot):
        await on_effort(pilot)
        pilot.app.pane.rows.cursor = 0
        await pilot.press("space", "space", "b")
        await on_screen(pilot, "AskScreen")

    assert snap_compare(bank_app(small), terminal_size=(80, 24), run_before=marked)
