"""What is done in the Evolution pane: rounds, verifications, decisions, edits, roll back, exports."""

from __future__ import annotations

import sys

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.evolution import decisions_of, find_proposal
from esc_tui.tui.jobs import Jobs
from tests.tui.bank.helpers import write
from tests.tui.evolution.helpers import go_to, open_evolution, page_text, settled, toasts
from tests.tui.evolution.made_up import accepted_bank, evolution_bank
from tests.tui.helpers import wait_until

ECHO = [sys.executable, "-c", "import json, sys; print(json.dumps({'said': sys.argv[1:]}))"]


@pytest.fixture
def path(tmp_path):
    return evolution_bank(tmp_path)


def on_screen(app, name):
    return lambda: type(app.screen).__name__ == name


async def answer(app, pilot, name, text, key="enter"):
    await wait_until(pilot, on_screen(app, name))
    await pilot.press(*text, key)


def decided(path, number):
    with open_bank(path, readonly=True) as bank:
        return [(one.kind, one.reason) for one in decisions_of(bank.connection, number)]


async def test_accepting_says_whether_a_verdict_stands_behind_it_and_asks_why(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 2)
        await pilot.press("a")
        await wait_until(pilot, on_screen(app, "ReasonScreen"))
        assert app.screen.question == "Accept P-2? The verdict accept of V-1 stands behind it."
        await answer(app, pilot, "ReasonScreen", "it reads better")
        await wait_until(pilot, lambda: "P-2 is on watch from r2 on" in toasts(app))
    assert decided(path, 2) == [("accept", "it reads better")]


@pytest.mark.parametrize(("number", "said"), [(4, "No verdict stands behind it."), (3, "is stale: the guard has changed")])
async def test_accepting_without_a_standing_accept_says_so(path, number, said):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, number)
        await pilot.press("a")
        await wait_until(pilot, on_screen(app, "ReasonScreen"))
        assert said in app.screen.question
        await pilot.press("escape")
    assert decided(path, number) == []


async def test_exporting_what_has_no_verdict_says_what_is_missing(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 4)
        await pilot.press("E")
        await wait_until(pilot, lambda: "P-4 has no verdict card to export: it was never verified; v verifies it." in toasts(app))


async def test_rejecting_keeps_the_reason(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 4)
        await pilot.press("x")
        await answer(app, pilot, "ReasonScreen", "too much like another one")
        await wait_until(pilot, lambda: app.pane.all.proposal(4).standing == "rejected")
        await settled(pilot)
        assert "too much like another one" in page_text(app.pane.page)


async def test_promoting_makes_what_was_accepted_active(tmp_path):
    path = accepted_bank(tmp_path)
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 2)
        await pilot.press("p")
        await answer(app, pilot, "ReasonScreen", "it proved itself")
        await wait_until(pilot, lambda: "P-2 is active from r3 on" in toasts(app))
        await wait_until(pilot, lambda: "r3" in app.pane.query_one("#evolution-way").text)


async def test_what_the_gate_refused_can_only_be_edited_or_rejected(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 5)
        allowed = {name for name in ("accept", "reject", "verify", "edit", "promote") if app.pane.check_action(name, ())}
        assert allowed == {"reject", "edit"}


async def test_rolling_back_shows_first_what_it_touches(tmp_path):
    path = accepted_bank(tmp_path)
    async with open_evolution(path) as (app, pilot):
        await pilot.press("R")
        await wait_until(pilot, on_screen(app, "RevisionsScreen"))
        screen = app.screen
        await wait_until(pilot, lambda: screen.list.count == 2)
        await pilot.press("down")
        await wait_until(pilot, lambda: "Proposals that it undoes" in page_text(screen.page))
        text = page_text(screen.page)
        assert "reflect-unseen-effort" in text and "P-2 say what the effort was" in text and "Recorded turns" in text
        assert "Verdicts" in text and "e2/" in text
        await pilot.press("enter")
        await wait_until(pilot, lambda: "The skills are those of r1 again, as r3" in toasts(app))
        await wait_until(pilot, lambda: "↩" in app.pane.query_one("#evolution-way").text)
        await wait_until(pilot, lambda: app.pane.all.proposal(2).standing == "undone")
        await go_to(pilot, 2)
        await wait_until(pilot, lambda: "undone since" in page_text(app.pane.page))
        assert not app.pane.check_action("promote", ())


async def test_going_back_to_what_is_in_force_does_nothing(path):
    async with open_evolution(path) as (app, pilot):
        await pilot.press("R")
        await wait_until(pilot, lambda: on_screen(app, "RevisionsScreen")() and app.screen.list.count == 1)
        await pilot.press("enter")
        await pilot.pause()
        assert type(app.screen).__name__ == "RevisionsScreen"
        await pilot.press("escape")


async def test_verifying_chooses_pairs_and_claim_with_their_forecast_and_is_a_job(path):
    async with open_evolution(path) as (app, pilot):
        app._jobs = Jobs(app, ECHO)
        await go_to(pilot, 4)
        await pilot.press("v")
        await wait_until(pilot, lambda: on_screen(app, "VerifyScreen")() and app.screen.list.count == 5)
        screen = app.screen
        await wait_until(pilot, lambda: "With up to 96 pairs" in page_text(screen.page))
        await pilot.press("home")
        await wait_until(pilot, lambda: "With 12 pairs a change can be rejected but not accepted." in page_text(screen.page))
        await pilot.press("down", "c", "m")
        await wait_until(pilot, lambda: "points of final emotion" in page_text(screen.page))
        assert "safer, and no worse" in page_text(screen.page)
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.jobs.all)
        assert app.jobs.all[0].arguments[:9] == ("evolve", "verify", "P-4", "--preset", "quick", "--claim", "safer", "--primary", "final")


async def test_a_verification_that_was_broken_off_goes_on_without_a_question(path):
    async with open_evolution(path) as (app, pilot):
        app._jobs = Jobs(app, ECHO)
        await go_to(pilot, 6)
        await pilot.press("v")
        await wait_until(pilot, lambda: app.jobs.all)
        assert app.jobs.all[0].arguments[:3] == ("evolve", "verify", "V-3")


async def test_a_round_is_asked_for_in_a_form_and_is_a_job(path):
    async with open_evolution(path) as (app, pilot):
        app._jobs = Jobs(app, ECHO)
        await pilot.press("n")
        await wait_until(pilot, on_screen(app, "RoundScreen"))
        app.screen.field("preset").value = "nobody"
        await pilot.press("enter")
        await pilot.pause()
        assert "Pairs: smoke, quick, small, standard, full." in app.screen.query_one("#round-keys").text
        app.screen.field("preset").value = "quick"
        app.screen.field("limit").value = "12"
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.jobs.all)
        assert app.jobs.all[0].arguments[:8] == ("evolve", "run", "--preset", "quick", "--limit", "12", "--seed", "7")


async def test_findings_of_a_run_are_followed_by_proposals_and_sealed_runs_are_not_offered(path):
    async with open_evolution(path) as (app, pilot):
        app._jobs = Jobs(app, ECHO)
        await pilot.press("f")
        await wait_until(pilot, lambda: on_screen(app, "FindScreen")() and app.screen.list.count)
        assert [run for run, _, _ in app.screen.runs] == [2, 1]
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(app.jobs.all) == 2 and not app.jobs.running)
        assert [job.arguments[:3] for job in reversed(app.jobs.all)] == [("evolve", "findings", "2"), ("evolve", "proposals", "2")]


async def test_an_edit_takes_the_place_of_the_proposal(path, tmp_path, monkeypatch):
    from contextlib import nullcontext

    editor = tmp_path / "editor.sh"
    editor.write_text("#!/bin/sh\nsed -i 's/where the other one stands/their side/' \"$1\"\n")
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    async with open_evolution(path) as (app, pilot):
        monkeypatch.setattr(app, "suspend", nullcontext)
        await go_to(pilot, 4)
        await pilot.press("e")
        await wait_until(pilot, lambda: on_screen(app, "ProposalForm")() and app.screen.form.rows)
        screen = app.screen
        assert not [item for item in screen.form.items if item.path == ("status",)], "its status is the proposal's"
        await pilot.press("E")
        await wait_until(pilot, lambda: "their side" in screen.form.draft.content["title"])
        await write(pilot, screen.form, ("summary",), "Asks for the other view.")
        await wait_until(pilot, lambda: screen.form.field is None)
        await pilot.press("escape")
        await wait_until(pilot, on_screen(app, "AskScreen"))
        await pilot.press("k")
        await wait_until(pilot, lambda: not screen.is_attached)
        await pilot.press("e")
        await wait_until(pilot, on_screen(app, "AskScreen"))
        assert app.header.facts.unsaved == 1 and "unsaved changes of" in app.screen.question
        await pilot.press("g")
        await wait_until(pilot, lambda: on_screen(app, "ProposalForm")() and app.screen.form.rows)
        await pilot.press("s")
        await wait_until(pilot, lambda: "Your version is P-7, in the place of P-4" in toasts(app))
        await wait_until(pilot, lambda: app.header.facts.unsaved == 0)
        await wait_until(pilot, lambda: app.pane.all.proposal(4).standing == "replaced")
    with open_bank(path, readonly=True) as bank:
        content = find_proposal(bank.connection, 7).proposal.patches[0].after.content
        assert "their side" in content.title and content.summary == "Asks for the other view." and bank.drafts() == []


@pytest.mark.parametrize(("key", "ending", "said"), [("m", ".md", "# Verdict: ACCEPT"), ("s", ".svg", "<svg"), ("h", ".html", "<!doctype")])
async def test_the_card_is_written_in_three_forms(path, tmp_path, monkeypatch, key, ending, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"verdict-V-1{ending}").write_text("mine")
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 2)
        await pilot.press("E")
        await wait_until(pilot, on_screen(app, "AskScreen"))
        await pilot.press(key)
        await wait_until(pilot, on_screen(app, "ExportScreen"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: "is written to" in toasts(app))
    assert (tmp_path / f"verdict-V-1{ending}").read_text() == "mine"
    assert (tmp_path / f"verdict-V-1-2{ending}").read_text().startswith(said)


async def test_y_copies_the_right_side(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 2)
        await pilot.press("y")
        await pilot.pause()
        assert "▲ ACCEPT" in app.clipboard


async def test_the_plot_reads_develop_pairs_and_no_sealed_one(path):
    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 2)
        await pilot.press("w")
        await wait_until(pilot, on_screen(app, "PairsScreen"))
        screen = app.screen
        await wait_until(pilot, lambda: "a sealed seeker" in screen.query_one("#pairs-said").text)
        assert not screen.query_one("#pairs-scroll").display and "┄" in page_text(screen.plot)
        await pilot.press("o")
        await wait_until(pilot, lambda: screen.query_one("#pairs-scroll").display)
        assert "here they part" in page_text(screen.talks) and "the bank as proposed" in page_text(screen.talks)
        line = screen.talks.fork_line(screen.talks.size.width)
        assert "here they part" in "\n".join(text.plain for text in screen.talks.typeset(screen.talks.size.width)[line:line + 8])
        assert not screen.check_action("blind", ()), "pairs of the develop shelf are read as they are"
        await pilot.press("o")
        await wait_until(pilot, lambda: not screen.query_one("#pairs-scroll").display)
        await pilot.press("b")
        await wait_until(pilot, lambda: on_screen(app, "BlindScreen")() and app.screen.talks.left)
        await pilot.press("escape")


async def test_reading_blind_hides_which_is_which_and_keeps_the_choice(path):
    from esc_tui.bank.evolution import readings_of

    async with open_evolution(path) as (app, pilot):
        await go_to(pilot, 2)
        await pilot.press("b")
        await wait_until(pilot, lambda: on_screen(app, "BlindScreen")() and app.screen.talks.left)
        screen = app.screen
        pair, text = screen.pairs[0], page_text(screen.talks)
        assert "left" in text and "right" in text and "propos" not in text and "r1" not in text and len(screen.pairs) == 10
        await pilot.press("l")
        await answer(app, pilot, "ReasonScreen", "it waited")
        await wait_until(pilot, lambda: screen.at == 1 and screen.done)
        await pilot.press("escape")
    with open_bank(path, readonly=True) as bank:
        [kept] = readings_of(bank.connection, 1)
        assert kept.choice == ("old" if pair.old_left else "new") and kept.reason == "it waited"
