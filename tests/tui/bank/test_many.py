"""Several skills at once and one out of others: marks, bulk changes, merge, split, drafts from units and from other panes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from esc_tui.bank.bank import open_bank
from esc_tui.domain.labels import SkillStatus
from esc_tui.domain.reshaping import Lineage
from esc_tui.domain.revision import EvidenceRow
from esc_tui.tui.messages import SkillDraftRequested
from esc_tui.tui.panes.bank.draft import from_skill
from tests.support_bank import five_skills, small_bank_file
from tests.tui.bank.helpers import (
    counted,
    counts_text,
    give_reason,
    listed,
    on_screen,
    open_form,
    open_pane,
    open_small,
    settled,
    toasts,
    type_filter,
)
from tests.tui.helpers import wait_until

WANT, EFFORT = "ask-one-small-want", "reflect-unseen-effort"


def back_to_a_draft(path: Path, slug: str) -> None:
    with open_bank(path) as bank:
        bank.commit({slug: bank.skill(slug).model_copy(update={"status": SkillStatus.DRAFT})}, author="anna", message="back to a draft",
                    base_revision=1)


def bank_of(app):
    return open_bank(app.start.bank, readonly=True)


async def mark(pilot, *slugs: str) -> None:
    pane = pilot.app.pane
    for slug in slugs:
        pane.rows.move_to(slug)
        await pilot.press("space")
    await wait_until(pilot, lambda: set(slugs) <= set(pane.marked))


async def head(pilot, number: int) -> None:
    await wait_until(pilot, lambda: pilot.app.header.facts.head.revision == number)


async def test_space_marks_and_counts_and_esc_takes_the_marks_away(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await mark(pilot, WANT, EFFORT)
        assert "■ 2 marked" in counts_text(app)
        await mark(pilot, "name-the-loss")
        pane = app.pane
        pane.rows.move_to(WANT)
        await pilot.press("space")
        await wait_until(pilot, lambda: pane.marked == (EFFORT, "name-the-loss"))
        await pilot.press("escape")
        assert pane.marked == () and "marked" not in counts_text(app)


async def test_x_retires_all_marked_skills_in_one_step_of_undo(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await mark(pilot, WANT, EFFORT)
        await pilot.press("x")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert [bank.skill(slug).status.value for slug in (WANT, EFFORT)] == ["retired", "retired"]
        assert "2 skills are retired now. r2" in toasts(app)
        await pilot.press("u")
        await head(pilot, 3)
        with bank_of(app) as bank:
            assert bank.head().hash == bank.revision(1).hash


async def test_a_activates_the_draft_under_the_cursor(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to("turn-the-page")
        await pilot.press("a")
        await give_reason(pilot, "read beside its units")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert bank.skill("turn-the-page").status.value == "active"
            assert bank.head().message == "Activate turn-the-page: read beside its units"
        await on_screen(pilot, "Screen")
        await pilot.press("a")
        await wait_until(pilot, lambda: "turn-the-page is active already" in toasts(app))


async def test_of_an_active_skill_and_a_draft_one_is_activated_and_question_history_and_message_say_one(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await mark(pilot, WANT, "turn-the-page")
        await pilot.press("b")
        await on_screen(pilot, "AskScreen")
        await pilot.press("a")
        await on_screen(pilot, "ReasonScreen")
        asked = app.screen.query_one("#reason-question").text
        assert "Why may replies use turn-the-page? 1 of 2; 1 was active already." in asked
        await give_reason(pilot, "read beside its units")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert bank.head().message == "Activate turn-the-page: read beside its units"
        await wait_until(pilot, lambda: "turn-the-page is active now, 1 of 2; 1 was active already. r2" in toasts(app))


async def test_without_a_reason_a_activates_nothing(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to("turn-the-page")
        await pilot.press("a")
        await on_screen(pilot, "ReasonScreen")
        await pilot.press("enter")
        assert "A few words are needed." in app.screen.query_one("#reason-keys").text
        await pilot.press("escape")
        await on_screen(pilot, "Screen")
        with bank_of(app) as bank:
            assert bank.head_number == 1


async def test_a_skill_activated_stays_under_the_cursor_though_the_filter_is_for_drafts(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        back_to_a_draft(app.start.bank, WANT)
        await type_filter(pilot, "status:draft")
        await wait_until(pilot, lambda: listed(app) == [WANT, "turn-the-page"])
        await pilot.press("enter")
        app.pane.rows.move_to(WANT)
        await pilot.press("a")
        await give_reason(pilot, "it is good")
        await head(pilot, 3)
        await on_screen(pilot, "Screen")
        await wait_until(pilot, lambda: app.pane.detail.skill.status.value == "active")
        assert app.pane.filter_line.field.value == "status:draft"
        assert listed(app) == [WANT, "turn-the-page"] and app.pane.chosen_slug == WANT
        await pilot.press("a")
        await wait_until(pilot, lambda: f"{WANT} is active already" in toasts(app))
        assert "1 of 5 skills and this one" in counts_text(app)
        app.pane.set_filter("status:draft ")
        await wait_until(pilot, lambda: listed(app) == ["turn-the-page"] and "1 of 5 skills  " in counts_text(app))


async def test_a_skill_activated_where_drafts_are_listed_leaves_the_list_once_the_cursor_goes_on(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        back_to_a_draft(app.start.bank, WANT)
        await type_filter(pilot, "status:draft")
        await wait_until(pilot, lambda: listed(app) == [WANT, "turn-the-page"])
        await pilot.press("enter", "home")
        await settled(pilot)
        await pilot.press("C")
        await on_screen(pilot, "ReviewScreen")
        await wait_until(pilot, lambda: app.screen.focused is not None)
        await pilot.press("a")
        await give_reason(pilot, "it is good")
        await head(pilot, 3)
        await wait_until(pilot, lambda: "1 of 5 skills and this one" in counts_text(app))
        await pilot.press("down")
        await wait_until(pilot, lambda: listed(app) == ["turn-the-page"] and app.pane.chosen_slug == "turn-the-page")
        assert "this one" not in counts_text(app)
        await pilot.press("u")
        await wait_until(pilot, lambda: listed(app) == [WANT, "turn-the-page"] and app.pane.chosen_slug == "turn-the-page")


async def test_marks_that_a_filter_hides_are_asked_about(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await mark(pilot, WANT)
        app.pane.set_filter(EFFORT)
        await wait_until(pilot, lambda: app.pane.rows.count == 1 and app.pane.chosen_slug == EFFORT)
        app.pane.rows.focus()
        await pilot.press("x")
        await on_screen(pilot, "AskScreen")
        await pilot.press("t")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert [bank.skill(slug).status.value for slug in (WANT, EFFORT)] == ["active", "retired"]
        assert app.pane.marked == (WANT,)


async def test_a_lock_goes_on_all_marked_and_keeps_the_others(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await mark(pilot, WANT, "turn-the-page")
        await pilot.press("L")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"summary", "tab", "enter")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert bank.skill(WANT).locked == ("summary",)
            assert bank.skill("turn-the-page").locked == ("risks", "summary", "title")


async def test_b_writes_the_marked_skills_as_a_zip(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with open_small(tmp_path) as (app, pilot):
        await mark(pilot, WANT, EFFORT)
        await pilot.press("b")
        await on_screen(pilot, "AskScreen")
        await pilot.press("z")
        await wait_until(pilot, lambda: "Wrote 2 skills" in toasts(app))
        names = zipfile.ZipFile(tmp_path / "skills-1.zip").namelist()
        assert {Path(name).parts[0] for name in names} == {WANT, EFFORT}


async def test_b_without_marks_says_what_to_do(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("b")
        await wait_until(pilot, lambda: "Mark skills with space first" in toasts(app))


async def test_merging_opens_the_form_and_saving_retires_the_parents(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await mark(pilot, EFFORT, WANT)
        await pilot.press("m")
        await wait_until(pilot, lambda: app.pane.editor is not None and app.pane.editor.rows)
        draft = app.pane.editor.draft
        assert (draft.name, draft.status) == ("reflect-unseen-effort-and-ask-one-small-want", "draft")
        assert len(draft.content["moves"]) == 5
        await pilot.press("s")
        await give_reason(pilot, "they belong together")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert {bank.skill(slug).status.value for slug in (EFFORT, WANT)} == {"retired"}
            assert bank.skill(draft.name).content.origin.startswith("merged from")
            assert {unit.id for unit in bank.units_for(draft.name, None, 10)} == {"work-01/1", "work-01/3", "loss-01/1"}
            assert bank.check() == []
        await pilot.press("u")
        await head(pilot, 3)
        with bank_of(app) as bank:
            assert not bank.has_skill(draft.name) and bank.skill(WANT).status.value == "active"


async def test_every_outcome_of_both_parents_counts_for_a_merged_skill_once(tmp_path):
    path = small_bank_file(tmp_path)
    with open_bank(path) as bank:
        versions = {slug: bank.skill(slug).version for slug in (EFFORT, WANT)}
        bank.add_evidence([
            *(EvidenceRow(skill=slug, version=versions[slug], conversation="talk-1", turn=3, outcome="positive", source="person")
              for slug in (EFFORT, WANT)),
            EvidenceRow(skill=WANT, version=versions[WANT], conversation="talk-1", turn=5, outcome="neutral", source="person"),
            EvidenceRow(skill=WANT, version=versions[WANT], outcome="negative", source="simulation"),
            EvidenceRow(skill=WANT, version=versions[WANT], outcome="positive", source="simulation", shelf="exam")])
        bank.take_snapshot()
        assert [counted(bank, slug) for slug in (EFFORT, WANT)] == [(3, 0, 1), (2, 1, 1)]
    async with open_pane(path) as (app, pilot):
        await mark(pilot, EFFORT, WANT)
        await pilot.press("m")
        await wait_until(pilot, lambda: app.pane.editor is not None and app.pane.editor.rows)
        assert "a unit or turn they share once" in toasts(app)
        name = app.pane.editor.draft.name
        await pilot.press("s")
        await give_reason(pilot, "they belong together")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert counted(bank, name) == (3, 1, 2), "a unit and a turn that helped and that both were used in count once"


async def test_one_skill_is_merged_with_one_chosen_from_the_list(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to(WANT)
        await pilot.press("m")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"unseen", "enter")
        await wait_until(pilot, lambda: app.pane.editor is not None and app.pane.editor.rows)
        assert app.pane.editor.draft.lineage.parents == (WANT, EFFORT)


async def test_skills_of_two_languages_are_not_merged(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await mark(pilot, WANT, "name-the-loss")
        await pilot.press("m")
        await wait_until(pilot, lambda: "different languages" in toasts(app))
        assert app.pane.editor is None


async def test_a_merge_left_behind_keeps_its_parents_over_a_restart(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await mark(pilot, EFFORT, WANT)
        await pilot.press("m")
        await wait_until(pilot, lambda: app.pane.editor is not None and app.pane.editor.kept)
        path = app.start.bank
    async with open_pane(path) as (app, pilot):
        await pilot.press("n")
        await on_screen(pilot, "AskScreen")
        await pilot.press("g")
        await wait_until(pilot, lambda: app.pane.editor is not None)
        assert app.pane.editor.draft.lineage.retires == (EFFORT, WANT)


async def test_splitting_makes_two_drafts_and_keeps_the_parent_if_wanted(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to(WANT)
        await settled(pilot)
        await pilot.press("S")
        await on_screen(pilot, "AskScreen")
        await pilot.press("s")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"torn", "tab", "enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen" and "Keep" in app.screen.question)
        await pilot.press("k")
        await head(pilot, 2)
        with bank_of(app) as bank:
            torn, other = bank.skill(f"{WANT}-torn"), bank.skill(f"{WANT}-seeking-a-way-forward")
            assert [state.value for state in torn.content.applicability.states] == ["torn"]
            assert (torn.status.value, other.status.value, bank.skill(WANT).status.value) == ("draft", "draft", "active")
        await wait_until(pilot, lambda: app.pane.chosen_slug == f"{WANT}-torn")


async def test_a_half_split_by_scenario_rests_on_the_units_of_its_scenario_only(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to(EFFORT)
        await settled(pilot)
        await pilot.press("S")
        await on_screen(pilot, "AskScreen")
        await pilot.press("c")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"job", "tab", "enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen" and "Keep" in app.screen.question)
        await pilot.press("k")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert {unit.scenario for unit in bank.units_for(f"{EFFORT}-job-crisis", None, 10)} == {"job-crisis"}
            assert bank.units_for(f"{EFFORT}-issues-with-children", None, 10) == []


async def test_splitting_with_nothing_marked_takes_the_label_under_the_cursor(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to(WANT)
        await settled(pilot)
        await pilot.press("S")
        await on_screen(pilot, "AskScreen")
        await pilot.press("s")
        await on_screen(pilot, "PickerScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen" and "Keep" in app.screen.question)


async def test_a_draft_is_split_without_talk_of_replies_that_used_it(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        back_to_a_draft(app.start.bank, WANT)
        app.pane.rows.move_to(WANT)
        await settled(pilot)
        await pilot.press("S")
        await on_screen(pilot, "AskScreen")
        await pilot.press("s")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"torn", "tab", "enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen" and "Keep" in app.screen.question)
        assert "It is a draft like them" in app.screen.details
        assert "only outcomes of units with its own" in app.screen.details and "far fewer than the whole" in app.screen.details


async def test_after_a_split_the_filter_is_as_it_was_and_the_first_half_is_chosen(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await type_filter(pilot, "status:active")
        await wait_until(pilot, lambda: "turn-the-page" not in listed(app))
        await pilot.press("enter")
        app.pane.rows.move_to(WANT)
        await settled(pilot)
        await pilot.press("S")
        await on_screen(pilot, "AskScreen")
        await pilot.press("s")
        await on_screen(pilot, "PickerScreen")
        await pilot.press(*"torn", "tab", "enter")
        await wait_until(pilot, lambda: type(app.screen).__name__ == "AskScreen" and "Keep" in app.screen.question)
        await pilot.press("k")
        await head(pilot, 2)
        await wait_until(pilot, lambda: app.pane.chosen_slug == f"{WANT}-torn")
        assert app.pane.filter_line.field.value == "status:active" and WANT in listed(app)
        await pilot.press("slash", *"torn")
        assert app.pane.filter_line.field.value == "torn"


async def test_what_cannot_be_split_says_why(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to("turn-the-page")
        await settled(pilot)
        await pilot.press("S")
        await wait_until(pilot, lambda: "nothing to split it by" in toasts(app))


async def test_marked_units_become_a_draft_that_rests_on_them(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        pane = app.pane
        pane.rows.move_to(EFFORT)
        await settled(pilot)
        pane.detail.choose("Evidence")
        await wait_until(pilot, lambda: pane.detail.rows.count == 3)
        pane.detail.rows.focus()
        assert pane.detail.rows.move_to("work-01/1")
        await pilot.press("space")
        await wait_until(pilot, lambda: "work-01/1" in pane.detail.rows.marks)
        await pilot.press("n")
        await wait_until(pilot, lambda: pane.editor is not None and pane.editor.rows)
        assert len(pane.editor.draft.lineage.units) == 1
        name = pane.editor.draft.name
        await pilot.press("s")
        await give_reason(pilot, "from what helped")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert [unit.id for unit in bank.units_for(name, None, 5)] == ["work-01/1"]
            assert bank.snapshot_number == 2


async def test_the_evidence_tab_tells_who_labelled_and_what_the_ledger_counts(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        pane = app.pane
        pane.rows.move_to("name-the-loss")
        await settled(pilot)
        pane.detail.choose("Evidence")
        await wait_until(pilot, lambda: pane.detail.rows.count == 1)
        assert "person" in pane.detail.rows.render_line(0).text
        assert pane.detail.ledger == "1 from a person, 1 from a unit count, as of snapshot 1"


async def test_another_pane_can_hand_over_a_draft_to_check(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        skill = five_skills()[1].model_copy(update={"slug": "brand-new"})
        app.post_message(SkillDraftRequested(skill))
        await wait_until(pilot, lambda: app.pane.editor is not None and app.pane.editor.rows)
        assert (app.pane.editor.draft.name, app.pane.editor.draft.slug) == ("brand-new", None)


async def test_a_wider_skill_is_opened_in_place_of_the_one_it_goes_on_from(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        skill = five_skills()[1]
        wider = skill.model_copy(update={"content": skill.content.model_copy(update={"summary": "Wider."})})
        app.post_message(SkillDraftRequested(wider, extends=WANT))
        await wait_until(pilot, lambda: app.pane.editor is not None and app.pane.editor.rows)
        assert app.pane.editor.draft.content["summary"] == "Wider."
        await pilot.press("s")
        await give_reason(pilot, "wider")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert bank.skill(WANT).content.summary == "Wider."


async def test_a_merge_that_was_undone_leaves_its_name_and_its_ledger_alone(tmp_path):
    path = small_bank_file(tmp_path)
    name = f"{EFFORT}-and-{WANT}"
    with open_bank(path) as bank:
        bank.commit({name: five_skills()[0].model_copy(update={"slug": name})}, author="tests", message="once", base_revision=1)
        bank.undo("tests")
        assert not bank.has_skill(name)
    async with open_pane(path) as (app, pilot):
        await mark(pilot, EFFORT, WANT)
        await pilot.press("m")
        await wait_until(pilot, lambda: app.pane.editor is not None and app.pane.editor.rows)
        assert app.pane.editor.draft.name == f"{name}-2"


async def test_a_draft_that_comes_while_another_is_edited_is_kept_and_found_again(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to(EFFORT)
        await settled(pilot)
        await open_form(pilot)
        app.post_message(SkillDraftRequested(five_skills()[1].model_copy(update={"slug": "brand-new"}), (1,)))
        await wait_until(pilot, lambda: "brand-new is kept unsaved" in toasts(app))
        assert app.pane.editor.draft.slug == EFFORT
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.pane.editor is None)
        await pilot.press("n")
        await on_screen(pilot, "AskScreen")
        assert "brand-new" in app.screen.question
        await pilot.press("g")
        await wait_until(pilot, lambda: app.pane.editor is not None)
        assert app.pane.editor.draft.name == "brand-new" and app.pane.editor.draft.lineage.prototypes == (1,)


async def test_an_extension_never_takes_the_place_of_the_form_of_the_same_skill(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to(WANT)
        await settled(pilot)
        await open_form(pilot)
        app.post_message(SkillDraftRequested(five_skills()[1], (1,), WANT))
        await wait_until(pilot, lambda: f"{WANT} has unsaved changes already" in toasts(app))
        with bank_of(app) as bank:
            assert bank.drafts() == []


async def test_going_on_with_a_kept_draft_extends_that_draft(tmp_path, monkeypatch):
    def extended(_connection, skill, _prototypes):
        return skill.model_copy(update={"content": skill.content.model_copy(update={"summary": f"{skill.content.summary} And wider."})})

    monkeypatch.setattr("esc_tui.discover.drafting.extend_skill", extended)
    path = small_bank_file(tmp_path)
    with open_bank(path) as bank:
        draft = from_skill(bank.skill(WANT), 1)
        draft.put(("summary",), "My own words.")
        draft.lineage = Lineage(prototypes=(3,))
        bank.save_draft(WANT, draft.stored(), base_revision=1, base_version=draft.base_version, slug=WANT)
    async with open_pane(path) as (app, pilot):
        app.post_message(SkillDraftRequested(five_skills()[1], (1,), WANT))
        await on_screen(pilot, "AskScreen")
        await pilot.press("g")
        await wait_until(pilot, lambda: app.pane.editor is not None and app.pane.editor.rows)
        draft = app.pane.editor.draft
        assert draft.content["summary"] == "My own words. And wider." and draft.lineage.prototypes == (3, 1)
        assert draft.undo() and draft.content["summary"] == "My own words."
