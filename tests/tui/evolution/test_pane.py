"""The Evolution pane: its lists and filter, what stands on the right, turns that open, and what is never shown."""

from __future__ import annotations

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.domain.evolution import ProposalKind, SkillPatch
from esc_tui.domain.labels import SkillStatus
from esc_tui.tui.panes.evolution.figures import points, told
from tests.support_bank import small_bank_file
from tests.tui.evolution.helpers import go_to, list_text, open_evolution, page_text, settled
from tests.tui.evolution.made_up import FAILURE, accepted_bank, evolution_bank, put
from tests.tui.helpers import wait_until
from widgets.virtual_list import lay_out


@pytest.fixture
def path(tmp_path):
    return evolution_bank(tmp_path)


async def test_proposals_stand_with_their_standing_verdict_and_effect(path):
    async with open_evolution(path) as (app, _):
        text = list_text(app.pane.rows)
        assert "P-2" in text and "▲ accept" in text and "+8.7, at least +5.1" in text and "to decide" in text
        assert "= not enough evidence" in text and "! stale" in text and "rejected" in text and "refused" in text and "! stopped" in text


@pytest.mark.parametrize(("width", "said"), [
    (41, "▲ accept       +8.7, at least +5.1"), (57, "revise  ▲ accept               +8.7, at least +5.1"),
    (100, "revise  ▲ accept                                better     +8.7, at least +5.1")])
async def test_a_row_shows_its_effect_before_its_kind_and_no_half_word(path, width, said):
    async with open_evolution(path, (80, 24)) as (app, pilot):
        await go_to(pilot, 2)
        assert lay_out(app.pane.rows.highlighted.lines[1], width).plain.split() == said.split()


def test_a_minus_is_as_wide_as_a_plus_and_no_hyphen_of_a_word_or_a_date():
    assert told("at -2.3 [-6.7, +1.0] in P-2, 2026-11-21, 24-48, t-2") == "at −2.3 [−6.7, +1.0] in P-2, 2026-11-21, 24-48, t-2"
    assert points(-0.04) == "+0.0" and points(-0.06) == "−0.1"


async def test_a_reason_that_is_the_finding_stands_once(path):
    with open_bank(path) as bank:
        skill = bank.skill("ask-one-small-want")
        patch = SkillPatch(slug=skill.slug, before=skill, after=skill.model_copy(update={"status": SkillStatus.WATCH}))
        put(bank, ProposalKind.RISK, "again", FAILURE, patch, findings=("f-failure",))
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 7)
        assert page_text(app.pane.page, 200).count(FAILURE) == 1 and "FOUND     F-2\n" in page_text(app.pane.page, 200)


async def test_the_head_tells_the_way_the_ledger_and_the_revision(path):
    async with open_evolution(path) as (app, _):
        way = app.pane.query_one("#evolution-way").text
        assert "Simulate ✓" in way and "Findings" in way and "[Proposals 6]" in way and "Decide 2" in way and "r1" not in way
        assert app.pane.query_one("#evolution-ledger").text.startswith("2 confirmations, at most 0.10 expected false accepts")


async def test_an_acceptance_is_marked_in_the_line_of_revisions(tmp_path):
    async with open_evolution(accepted_bank(tmp_path)) as (app, _):
        assert "r1 ── r2 ▲" in app.pane.query_one("#evolution-way").text


async def test_the_right_side_says_why_where_and_what_was_shown(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 2)
        text = page_text(app.pane.page)
        assert "5 seekers who want to be praised went down with it" in text and "F-2" in text
        assert "▲ ACCEPT" in text and "SAFETY" in text and "NOT SAID" in text and "at least +5.1" in text
        assert app.pane.where.count == 5 and app.pane.diff.display and app.pane.diff.changed


async def test_before_a_verification_stands_what_it_can_show_and_costs(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 4)
        text = page_text(app.pane.page)
        assert "With up to 96 pairs only gains of about" in text and "516 episodes" in text


async def test_a_verification_under_way_shows_its_stage_and_how_the_interval_narrows(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 6)
        text = page_text(app.pane.page)
        assert "sealed seekers" in text and "28 of 48 episodes" in text and "12 look" in text and "looks at 12, 24" in text


async def test_why_a_verdict_is_stale_stands_on_its_card(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 3)
        assert "the guard has changed; verify it again" in page_text(app.pane.page)


async def test_brackets_change_the_list_and_each_keeps_its_cursor(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 4)
        await pilot.press("left_square_bracket")
        await settled(pilot)
        assert app.pane.tab == "findings" and "unsafe intervention" in list_text(app.pane.rows)
        assert "reflect-unseen-effort helped seekers" in page_text(app.pane.page)
        await pilot.press("right_square_bracket", "right_square_bracket")
        await settled(pilot)
        assert app.pane.tab == "ledger" and "V-3" in list_text(app.pane.rows) and "COHORT" in page_text(app.pane.page)
        await pilot.press("left_square_bracket")
        await settled(pilot)
        assert app.pane.rows.highlighted.id == "4"


async def test_the_filter_narrows_and_says_what_it_does_not_know(path):
    async with open_evolution(path) as (app, pilot):
        await pilot.press("slash", *"kind:add,rev")
        await wait_until(pilot, lambda: app.pane.rows.count == 2)
        assert "2 of 6 proposals" in app.pane.query_one("#evolution-count").text
        await pilot.press("ctrl+u", *"standing:lost")
        await wait_until(pilot, lambda: "there is no standing 'lost'" in app.pane.query_one("#evolution-count").text)
        await pilot.press("ctrl+u", *"nobody says this")
        await wait_until(pilot, lambda: app.pane.rows.count == 0)
        assert "Press / to change it" in app.pane.rows.empty.plain
        await pilot.press("escape")
        assert app.focused is app.pane.rows


async def test_enter_on_a_turn_opens_the_episode_it_was_said_in(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 2)
        app.pane.where.focus()
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.header.facts.pane == "episodes" and "episode" in app.pane.path)
        assert (app.pane.episode.run, app.pane.episode.number) == (1, 2)


async def test_esc_leads_from_that_episode_back_to_the_proposal_once(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 2)
        app.pane.where.focus()
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.header.facts.pane == "episodes" and bool(app.pane._asked_by))
        episodes = app.pane
        assert episodes.footer_words == {"episodes.back": "Evolution"}
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.header.facts.pane == "evolution" and app.focused is not None)
        await app.show_pane("episodes")
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.pane is episodes and episodes.path[-1] == "run")


async def test_no_word_of_a_sealed_talk_is_in_the_pane(path):
    with open_bank(path, readonly=True) as bank:
        said = {row[0] for row in bank.connection.rows(
            "SELECT json_extract(data, '$.text') FROM events e JOIN episodes p USING (conversation) WHERE p.shelf = 'confirm' "
            "AND e.kind = 'reply_finished'")}
        names = {row[0] for row in bank.connection.rows("SELECT profile FROM episodes WHERE shelf = 'confirm'")}
    async with open_evolution(path) as (app, pilot):
        for number in (2, 3, 6):
            await go_to(pilot, number)
            text = page_text(app.pane.page)
            assert not [one for one in (*said, *names) if one and one in text]


async def test_below_100_columns_enter_opens_the_right_side_and_esc_closes_it(path):
    async with open_evolution(path, (80, 24)) as (app, pilot):
        assert not app.pane.query_one("#evolution-right").display
        await pilot.press("enter")
        await pilot.pause()
        assert app.pane.query_one("#evolution-right").display and app.focused is app.pane.scroll
        await pilot.press("escape")
        await pilot.pause()
        assert app.focused is app.pane.rows and not app.pane.query_one("#evolution-right").display


async def test_an_empty_bank_says_one_sentence_and_the_next_key(tmp_path):
    async with open_evolution(small_bank_file(tmp_path)) as (app, pilot):
        assert "Press n" in app.pane.rows.empty.plain
        await pilot.press("left_square_bracket")
        await settled(pilot)
        assert "press f" in app.pane.rows.empty.plain.casefold() or "or f" in app.pane.rows.empty.plain


async def test_text_from_outside_is_never_markup(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 5)
        text = page_text(app.pane.page)
        assert "[/bold]" in text and "␛[31m" in text and "\x1b" not in text and "\u202e" not in text


async def test_what_others_write_is_seen(path):
    from esc_tui.evolve.deciding import reject

    async with open_evolution(path) as (app, pilot):
        with open_bank(path) as bank:
            reject(bank, 4, "Grace", "another way")
        await wait_until(pilot, lambda: app.pane.all.proposal(4).standing == "rejected")


async def test_the_keys_of_the_pane_are_taken_once(path):
    from esc_tui.tui.commands import active_commands

    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 2)
        for widget in (app.pane.rows, app.pane.scroll, app.pane.where):
            widget.focus()
            await pilot.pause()
            keys = [key for _, command, _ in active_commands(app.screen) for key in command.keys.split(",") if key]
            assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)


