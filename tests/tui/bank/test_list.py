"""The list of skills: rows, filter, order, counts, narrow windows, broken and empty banks."""

from __future__ import annotations

import stat

from esc_tui.domain.skill import Skill
from tests.support_bank import HOSTILE, empty_bank, five_skills, small_bank, small_bank_file
from tests.tui.bank.helpers import counts_text, listed, open_pane, open_small, page_text, settled, toasts, type_filter
from tests.tui.helpers import wait_until


def line_text(app, y: int) -> str:
    return app.pane.rows.render_line(y).text


async def test_a_row_shows_status_name_strategies_counts_and_belief(tmp_path):
    async with open_small(tmp_path) as (app, _):
        place = listed(app).index("reflect-unseen-effort")
        first, second = line_text(app, 2 * place), line_text(app, 2 * place + 1)
        assert "A reflect-unseen-effort" in first and "RF AF QU" in first and "▲  2" in first and "▼  1" in first
        assert "lonely · overwhelmed" in second and ".58 .14–1.0" in second


async def test_a_skill_to_watch_says_what_harmed(tmp_path):
    async with open_small(tmp_path) as (app, _):
        assert "▼ harmed 'sad' 2 of 2" in line_text(app, 2 * listed(app).index("name-the-loss") + 1)


async def test_the_counts_are_honest(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        assert "5 of 5 skills" in counts_text(app)
        await type_filter(pilot, "state:sad")
        await wait_until(pilot, lambda: "2 of 5 skills" in counts_text(app))
        assert listed(app) == ["name-the-loss", "reflect-unseen-effort"]


async def test_words_and_facets_narrow_the_list_together(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await type_filter(pilot, "status:active quiet work")
        await wait_until(pilot, lambda: listed(app) == ["reflect-unseen-effort"])


async def test_typing_narrows_key_by_key(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("slash", *"chair")
        await wait_until(pilot, lambda: listed(app) == ["name-the-loss"])


async def test_words_bring_the_cursor_to_the_first_hit_and_facets_leave_it_on_its_skill(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to("reflect-unseen-effort")
        await type_filter(pilot, "state:sad")
        await wait_until(pilot, lambda: listed(app) == ["name-the-loss", "reflect-unseen-effort"])
        assert app.pane.chosen_slug == "reflect-unseen-effort"
        app.pane.set_filter("state:sad name")
        await wait_until(pilot, lambda: app.pane.chosen_slug == "name-the-loss")
        assert listed(app) == ["name-the-loss", "reflect-unseen-effort"]


async def test_chinese_words_are_found(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await type_filter(pilot, "悲伤")
        await wait_until(pilot, lambda: listed(app) == ["name-the-loss"])


async def test_a_wrong_facet_gets_one_sentence_and_the_rows_stay(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await type_filter(pilot, "state:hapy")
        await wait_until(pilot, lambda: "Unknown state 'hapy'" in counts_text(app))
        assert len(listed(app)) == 5


async def test_search_syntax_is_only_words(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await type_filter(pilot, '" OR NEAR( * ^')
        await wait_until(pilot, lambda: "of 5 skills" in counts_text(app))
        assert app.is_running


async def test_escape_leaves_the_filter_and_the_letters_are_commands_again(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("slash", *"xed", "escape")
        await pilot.pause()
        assert app.focused is app.pane.rows and app.pane.filter_line.field.value == "xed"


async def test_nothing_found_names_the_next_key(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await type_filter(pilot, "zzzz")
        await wait_until(pilot, lambda: app.pane.rows.count == 0)
        assert "No skill fits this filter" in line_text(app, 1)


async def test_the_order_goes_round(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("s")
        await wait_until(pilot, lambda: "best evidence first" in counts_text(app))
        assert listed(app)[0] == "ask-one-small-want"


async def test_the_cursor_stays_on_its_skill_when_the_bank_changes(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("down", "down", "down")
        await wait_until(pilot, lambda: app.pane.rows.highlighted.id == "sit-with-the-night")
        bank = await app.workshop.bank()
        first = five_skills()[0]
        bank.commit({"a-new-one": Skill(slug="a-new-one", content=first.content)}, author="x", message="m", base_revision=1)
        app.pane.bank_changed()
        await wait_until(pilot, lambda: app.pane.rows.count == 6)
        assert app.pane.rows.highlighted.id == "sit-with-the-night"


async def test_chat_can_ask_for_a_skill_whatever_the_filter(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await type_filter(pilot, "quiet work")
        await wait_until(pilot, lambda: app.pane.rows.count == 1)
        app.pane.show_skill("turn-the-page")
        await wait_until(pilot, lambda: app.pane.detail.skill.slug == "turn-the-page")


async def test_hostile_text_is_shown_and_never_obeyed(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("down")
        await settled(pilot)
        text = page_text(app)
        assert "[/bold]" in text and "␛[31m" in text and "\x1b" not in text and "\u202e" not in text
        assert HOSTILE.split(" ")[0] in text


async def test_every_line_is_exactly_as_wide_as_the_list_whatever_the_text(tmp_path):
    path = small_bank_file(tmp_path)
    bank = small_bank(tmp_path, "second.db")
    odd = five_skills()[3].content.model_copy(update={"title": "家庭👩‍👩‍👧 e\u0301\u0301 ﷽ [b]"})
    bank.commit({"name-the-loss": five_skills()[3].model_copy(update={"content": odd})}, author="x", message="m", base_revision=1)
    bank.close()
    async with open_pane(tmp_path / "second.db") as (app, _):
        rows = app.pane.rows
        assert path.exists()
        assert {rows.render_line(y).cell_length for y in range(10)} == {rows.scrollable_content_region.width}


async def test_below_a_hundred_columns_the_skill_is_a_drawer(tmp_path):
    async with open_small(tmp_path, (80, 24)) as (app, pilot):
        assert not app.pane.query_one("#bank-right").display
        await pilot.press("v")
        await wait_until(pilot, lambda: app.pane.query_one("#bank-right").display)
        assert not app.pane.query_one("#bank-left").display
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.focused is app.pane.rows)


async def test_an_empty_bank_says_one_sentence_and_the_next_key(tmp_path):
    empty_bank(tmp_path).close()
    async with open_pane(tmp_path / "empty.db") as (app, _):
        assert "This bank has no skills yet. Press n" in line_text(app, 1)


async def test_a_bank_that_cannot_be_written_says_so_at_the_edit_key(tmp_path, monkeypatch):
    path = small_bank_file(tmp_path)
    path.chmod(stat.S_IRUSR)
    monkeypatch.setattr("esc_tui.bank.bank.os.access", lambda place, mode: False)
    async with open_pane(path) as (app, pilot):
        for key in "enxdLu":
            await pilot.press(key)
        await wait_until(pilot, lambda: toasts(app).count("can only be looked at") >= 1)
        await pilot.pause()
        assert app.pane.editor is None and len(app.screen_stack) == 1


async def test_a_file_that_is_no_bank_is_one_sentence(tmp_path):
    path = tmp_path / "no.db"
    path.write_text("this is a letter " * 100)
    async with open_pane(path) as (app, _):
        assert "not a Skills Bank" in toasts(app)
