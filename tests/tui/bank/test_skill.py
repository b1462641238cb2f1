"""One skill in full: its tabs, units, history and differences; and what can be done to it at once."""

from __future__ import annotations

from esc_tui.domain.labels import SkillStatus
from tests.tui.bank.helpers import on_screen, open_small, page_text, settled, toasts
from tests.tui.helpers import wait_until


async def choose(app, pilot, slug: str) -> None:
    app.pane.rows.move_to(slug)
    await settled(pilot)


async def to_tab(app, pilot, tab: str) -> None:
    app.pane.detail.choose(tab)
    await wait_until(pilot, lambda: app.pane.detail.tab == tab)
    await pilot.pause()


def skill_of(app, slug: str):
    return app.pane.queries.skill(slug)


async def test_guidance_shows_moves_with_their_phrasings_and_where_the_skill_comes_from(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "reflect-unseen-effort")
        text = page_text(app)
        assert text.index("Name what it felt like") < text.index("{clause}") < text.index("Name the concrete effort")
        assert "written, unverified" in text and "You should be proud of yourself!" in text


async def test_right_and_left_walk_through_the_tabs_from_the_list(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("right")
        await wait_until(pilot, lambda: "Applies when" in page_text(app))
        await pilot.press("left", "left")
        await wait_until(pilot, lambda: app.pane.detail.tab == "Lint")


async def test_applies_says_when_and_when_not(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "ask-one-small-want")
        await to_tab(app, pilot, "Applies")
        await wait_until(pilot, lambda: "torn, seeking a way forward" in page_text(app))
        assert "A person this overwhelmed cannot choose yet." in page_text(app)


async def test_a_locked_part_carries_a_mark(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "turn-the-page")
        await to_tab(app, pilot, "Risks")
        await wait_until(pilot, lambda: "▪ locked" in page_text(app))


async def test_evidence_lists_units_against_first_and_opens_their_lines(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "reflect-unseen-effort")
        await to_tab(app, pilot, "Evidence")
        await wait_until(pilot, lambda: app.pane.detail.rows.count == 3)
        assert "▼ rejects" in app.pane.detail.rows.render_line(0).text
        app.pane.detail.focus_content()
        await pilot.press("end", "enter")
        await on_screen(pilot, "UnitScreen")


async def test_lint_names_what_is_missing(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "turn-the-page")
        await to_tab(app, pilot, "Lint")
        await wait_until(pilot, lambda: "compared with" in page_text(app))
        assert "No risk is named." in page_text(app) and "Nothing says when not to use it." in page_text(app)


async def test_retire_and_restore_are_one_key_and_keep_the_status_it_had(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "name-the-loss")
        await pilot.press("x")
        await wait_until(pilot, lambda: skill_of(app, "name-the-loss").status is SkillStatus.RETIRED)
        await wait_until(pilot, lambda: app.pane.detail.skill.status is SkillStatus.RETIRED)
        await pilot.press("x")
        await wait_until(pilot, lambda: skill_of(app, "name-the-loss").status is SkillStatus.WATCH)


async def test_undo_and_redo_name_what_they_take_back(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "sit-with-the-night")
        await pilot.press("x")
        await wait_until(pilot, lambda: "is retired" in toasts(app))
        await pilot.press("u")
        await wait_until(pilot, lambda: "Undo r2: Retire sit-with-the-night" in toasts(app))
        assert skill_of(app, "sit-with-the-night").status is SkillStatus.ACTIVE
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: "Redo r2: Retire sit-with-the-night" in toasts(app))
        assert skill_of(app, "sit-with-the-night").status is SkillStatus.RETIRED


async def test_undo_works_after_a_restart(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "sit-with-the-night")
        await pilot.press("x")
        await wait_until(pilot, lambda: "is retired" in toasts(app))
        path = app.start.bank
    from tests.tui.bank.helpers import open_pane

    async with open_pane(path) as (app, pilot):
        await pilot.press("u")
        await wait_until(pilot, lambda: skill_of(app, "sit-with-the-night").status is SkillStatus.ACTIVE)


async def test_nothing_to_undo_is_one_sentence(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("u")
        await wait_until(pilot, lambda: "nothing to undo" in toasts(app).lower())


async def test_locks_are_chosen_by_typing(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "ask-one-small-want")
        await pilot.press("L")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"risk", "tab", "enter")
        await wait_until(pilot, lambda: skill_of(app, "ask-one-small-want").locked == ("risks",))


async def test_the_difference_of_two_versions_is_shown(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "ask-one-small-want")
        await pilot.press("x")
        await wait_until(pilot, lambda: app.pane.detail.skill.version == 2)
        await pilot.press("D")
        await on_screen(pilot, "DiffScreen")
        assert [section.title for section in app.screen.view.changed] == ["Status"]


async def test_after_an_undo_the_version_in_force_is_compared_with_the_newest_other_one(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "ask-one-small-want")
        await pilot.press("x")
        await wait_until(pilot, lambda: app.pane.detail.skill.version == 2)
        await pilot.press("u")
        await wait_until(pilot, lambda: app.pane.detail.skill.version == 1)
        await pilot.press("D")
        await on_screen(pilot, "DiffScreen")
        assert app.screen.view.names == ("v2", "v1")


async def test_a_marked_version_is_compared_with_the_one_under_the_cursor(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "ask-one-small-want")
        for wanted in (2, 1):
            await pilot.press("x")
            await wait_until(pilot, lambda wanted=wanted: app.pane.detail.skill.version == wanted)
        await to_tab(app, pilot, "History")
        await wait_until(pilot, lambda: app.pane.detail.rows.count == 2)
        app.pane.detail.focus_content()
        await pilot.press("home", "space", "down", "D")
        await on_screen(pilot, "DiffScreen")
        assert app.screen.view.names == ("v1", "v2")


async def test_going_back_shows_what_changes_and_asks_first(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "ask-one-small-want")
        await pilot.press("x")
        await wait_until(pilot, lambda: "is retired" in toasts(app))
        await pilot.press("R")
        await on_screen(pilot, "RevisionsScreen")
        await wait_until(pilot, lambda: app.screen.list.count == 2)
        await pilot.press("down")
        await wait_until(pilot, lambda: "v2 to v1" in str(app.screen.page.render()))
        await pilot.press("enter")
        await on_screen(pilot, "AskScreen")
        await pilot.press("g")
        await wait_until(pilot, lambda: skill_of(app, "ask-one-small-want").status is SkillStatus.ACTIVE)
        assert app.pane.queries.ask(lambda bank: bank.head_number) == 3


async def test_copy_gives_the_skill_as_a_file(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await choose(app, pilot, "turn-the-page")
        await pilot.press("y")
        await wait_until(pilot, lambda: app.clipboard.startswith("---\nname: turn-the-page"))


async def test_the_other_panes_hear_of_a_change(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("x")
        await wait_until(pilot, lambda: app.header.facts.head.revision == 2)
