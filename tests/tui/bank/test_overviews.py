"""Views of the whole bank: coverage, lint, a skill beside its evidence, and a merge with its conflicts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from esc_tui.bank.bank import open_bank
from esc_tui.bank.template import build_template
from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.errors import BankError
from esc_tui.domain.labels import Change, Scenario, Stage, State
from esc_tui.tui.messages import SkillRequested
from esc_tui.tui.panes.bank.coverage import heads
from esc_tui.tui.panes.bank.lint_screen import SOUND
from tests.bank.test_merge import WANT, edit
from tests.support_bank import FIXED_TIME, five_skills, small_bank_file, three_units
from tests.tui.bank.helpers import give_reason, listed, on_screen, open_pane, open_small, settled, toasts
from tests.tui.bank.test_keys import conflicts as key_conflicts
from tests.tui.bank.test_many import bank_of, head
from tests.tui.helpers import wait_until


async def open_coverage(pilot):
    await pilot.press("c")
    await on_screen(pilot, "CoverageScreen")
    screen = pilot.app.screen
    await wait_until(pilot, lambda: screen.found)
    return screen


async def test_enter_on_a_cell_of_the_coverage_map_filters_the_list(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        screen = await open_coverage(pilot)
        assert "states and actions" in screen.query_one("#coverage-title").text
        screen.map.move_to("reflection-of-feeling", "sad")
        await wait_until(pilot, lambda: "▼" in screen.page.render().plain and "name-the-loss" in screen.page.render().plain)
        assert key_conflicts(app) == []
        await pilot.press("enter")
        await wait_until(pilot, lambda: listed(app) == ["name-the-loss", "reflect-unseen-effort"])
        assert app.pane.filter_line.field.value == "state:sad action:reflection-of-feeling status:active,watch"


@pytest.mark.parametrize("kind", [State, Scenario, Stage])
@pytest.mark.parametrize("width", [3, 7, 11])
def test_no_two_columns_of_the_coverage_map_are_called_alike(kind, width):
    names = [one.value.replace("-", " ") for one in kind]
    short = heads(names, width)
    assert len(set(short)) == len(names) and max(map(len, short)) <= width
    assert all(head[:2] == name[:2] for head, name in zip(short, names, strict=True))


async def test_in_a_low_window_a_cell_counts_skills_and_its_arrow_stands_apart(tmp_path):
    async with open_small(tmp_path, size=(80, 24)) as (_, pilot):
        screen = await open_coverage(pilot)
        rows = [screen.map.render_line(y).text for y in range(18)]
        assert "skills, then ▲▼" in rows[0] and " anx sad hop ang ash " in rows[0]
        assert "2 ▼" in next(row for row in rows if row.startswith("reflection"))


async def test_holes_are_seen_and_the_map_turns_to_scenarios_and_stages(tmp_path):
    async with open_small(tmp_path) as (_, pilot):
        screen = await open_coverage(pilot)
        screen.map.move_to("information", "hopeless")
        await wait_until(pilot, lambda: "No skill here" in screen.page.render().plain)
        assert "are holes" in screen.query_one("#coverage-title").text
        for kind in ("scenarios", "stages", "states"):
            await pilot.press("c")
            await wait_until(pilot, lambda: screen.kind == kind and len(screen.map.columns) == {  # noqa: B023
                "scenarios": 19, "stages": 4, "states": 16}[kind])  # noqa: B023
        before = len(screen.found)
        await pilot.press("d")
        await wait_until(pilot, lambda: len(screen.found) > before)


async def open_lint(pilot):
    await pilot.press("exclamation_mark")
    await on_screen(pilot, "LintScreen")
    screen = pilot.app.screen
    await wait_until(pilot, lambda: "compared" in screen.state)
    return screen


async def test_the_lint_view_shows_notes_by_kind_and_opens_the_skill_there(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        screen = await open_lint(pilot)
        assert screen.kinds[0] == "missing" and len(screen.notes) == screen.list.count
        assert key_conflicts(app) == []
        await pilot.press("right")
        assert screen.kind == "missing"
        place = next(row for row in range(screen.list.count) if screen.list.row_at(row).source.slug == "turn-the-page"
                     and screen.list.row_at(row).source.note.field == "risks")
        screen.list.cursor = place
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.pane.detail.tab == "Risks" and app.pane.detail.skill.slug == "turn-the-page")


async def test_e_in_the_lint_view_opens_the_form_at_that_row(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        screen = await open_lint(pilot)
        screen.list.cursor = next(row for row in range(screen.list.count) if screen.list.row_at(row).source.note.field == "risks")
        await pilot.press("e")
        await wait_until(pilot, lambda: app.pane.editor is not None and app.pane.editor.rows)
        await wait_until(pilot, lambda: app.pane.editor.item.part == "risks")


async def test_a_bank_without_notes_says_so(tmp_path):
    from tests.support_bank import empty_bank

    empty_bank(tmp_path).close()
    async with open_pane(tmp_path / "empty.db") as (app, pilot):
        await pilot.press("exclamation_mark")
        await on_screen(pilot, "LintScreen")
        await wait_until(pilot, lambda: "Nothing to object to" in app.screen.list.empty.plain or app.screen.state == "")


async def test_what_a_skill_harmed_is_told_apart_from_lint(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        row = listed(app).index("name-the-loss")
        warning = app.pane.rows.render_line(2 * row + 1).text
        screen = await open_lint(pilot)
        assert "▼ harmed" in warning and "! " not in warning
        assert all(screen.list.row_at(place).lines[0][0].content.plain.startswith("! ") for place in range(screen.list.count))
        assert "▼ in the list" in screen.HELP_TEXT and "▼ in the list" in SOUND


async def test_a_draft_beside_its_evidence_is_activated(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to("turn-the-page")
        await settled(pilot)
        await pilot.press("C")
        await on_screen(pilot, "ReviewScreen")
        await wait_until(pilot, lambda: "Name what stays theirs" in app.screen.page.render().plain)
        assert key_conflicts(app) == []
        await pilot.press("a")
        await give_reason(pilot, "read beside its units")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert bank.skill("turn-the-page").status.value == "active"
            assert bank.head().message == "Activate turn-the-page: read beside its units"


async def test_a_draft_is_retired_from_the_review_with_a_reason(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to("turn-the-page")
        await settled(pilot)
        await pilot.press("C")
        await on_screen(pilot, "ReviewScreen")
        assert "retire" in app.screen.query_one("#review-title").text
        await pilot.press("x")
        await give_reason(pilot, "too thin")
        await head(pilot, 2)
        with bank_of(app) as bank:
            assert bank.skill("turn-the-page").status.value == "retired"
            assert bank.head().message == "Retire turn-the-page: too thin"


async def test_enter_on_a_unit_of_the_review_opens_its_lines_and_o_the_dialogue(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        app.pane.rows.move_to("reflect-unseen-effort")
        await settled(pilot)
        await pilot.press("C")
        await on_screen(pilot, "ReviewScreen")
        await wait_until(pilot, lambda: app.screen.list.count == 3)
        await pilot.press("v", "enter")
        await on_screen(pilot, "UnitScreen")
        await pilot.press("o")
        await wait_until(pilot, lambda: type(app.pane).__name__ == "EvidencePane")


def many_units(folder: Path) -> Path:
    """The small bank with 230 units that helped and 3 that harmed as evidence of one skill, the harmful ones newest."""
    from esc_tui.discover.drafting import rest_on

    path = small_bank_file(folder)
    with open_bank(path) as bank:
        for start, stop, change in ((0, 230, Change.RELIEF), (230, 233, Change.REJECTS)):
            dialogues = [Dialogue(id=f"talk-{number:03}", source="tests", licence="MIT", turns=(
                DialogueTurn(speaker="seeker", text=f"It was hard, {number} times over."),
                DialogueTurn(speaker="supporter", text="I hear you."),
                DialogueTurn(speaker="seeker", text="Thank you."))) for number in range(start, stop)]
            bank.add_dialogues(dialogues)
            bank.add_units([three_units()[0].model_copy(update={
                "id": f"{one.id}/1", "dialogue": one.id, "state_turn": 0, "action_turns": (1,), "outcome_turn": 2, "quotes": (),
                "change": change}) for one in dialogues])
            rest_on(bank, "turn-the-page", units=[bank.unit_row(f"{one.id}/1").number for one in dialogues])
    return path


async def test_the_review_lists_all_units_those_that_helped_first_and_says_how_many(tmp_path):
    async with open_pane(many_units(tmp_path)) as (app, pilot):
        app.pane.rows.move_to("turn-the-page")
        await settled(pilot)
        await pilot.press("C")
        await on_screen(pilot, "ReviewScreen")
        screen = app.screen
        await wait_until(pilot, lambda: screen.list.count == 233)
        sums = screen.grounds.render().plain
        assert "▲ 230" in sums and "▼ 3" in sums and screen.place.text == "unit 1 of 233"  # the same sums are not told twice
        await pilot.press("v")
        assert "▲" in "".join(segment.text for segment in screen.list.render_line(0))
        assert "I hear you." in "".join(segment.text for segment in screen.list.render_line(2))
        await pilot.press("n")
        await wait_until(pilot, lambda: "231 of 233" in screen.place.text and screen.list.highlighted is not None)
        with bank_of(app) as bank:
            assert bank.unit_row(int(str(screen.list.highlighted.source))).polarity == "negative"
        await pilot.press("n")
        await wait_until(pilot, lambda: "1 of 233" in screen.place.text)


async def test_f1_explains_the_review_and_every_other_window(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("C")
        await on_screen(pilot, "ReviewScreen")
        await pilot.press("f1")
        await on_screen(pilot, "HelpScreen")
        assert app.screen.heading == "A skill and its evidence"
        await pilot.press("f1")
        await on_screen(pilot, "ReviewScreen")
        await pilot.press("question_mark", "escape", "escape", "M")
        await on_screen(pilot, "ReasonScreen")
        await pilot.press("question_mark")
        assert type(app.screen).__name__ == "ReasonScreen", "in a field it is a letter"
        await pilot.press("f1")
        await on_screen(pilot, "HelpScreen")


@pytest.fixture
def two(tmp_path: Path):
    ours = small_bank_file(tmp_path, "ours.db")
    shutil.copy(ours, tmp_path / "theirs.db")
    return ours, tmp_path / "theirs.db"


def change(path: Path, slug: str = WANT, **fields) -> None:
    with open_bank(path) as bank:
        edit(bank, slug, **fields)


async def begin_merge(pilot, path: Path) -> None:
    await pilot.press("M")
    await give_reason(pilot, str(path))


async def test_a_merge_without_conflicts_asks_once(two):
    ours, theirs = two
    change(theirs, title="Theirs")
    async with open_pane(ours) as (app, pilot):
        await begin_merge(pilot, theirs)
        await on_screen(pilot, "AskScreen")
        assert "1 skill would change here, without a conflict" in app.screen.question
        await pilot.press("m")
        await head(pilot, 3)
        with bank_of(app) as bank:
            assert bank.skill(WANT).content.title == "Theirs" and bank.head().kind == "merge"


async def test_conflicts_are_settled_one_by_one_and_become_one_revision(two):
    ours, theirs = two
    for path, word in ((ours, "ours"), (theirs, "theirs")):
        change(path, title=f"Title {word}", summary=f"Summary {word}.", dont=(f"Do not {word}.",))
    async with open_pane(ours) as (app, pilot):
        await begin_merge(pilot, theirs)
        await on_screen(pilot, "ConflictsScreen")
        screen = app.screen
        assert [one.field for one in screen.plan.conflicts] == ["title", "summary", "dont"]
        assert key_conflicts(app) == []
        assert "Title ours" in screen.sides["ours"].render().plain and "Title theirs" in screen.sides["theirs"].render().plain
        assert "Ask for one small want" in screen.sides["base"].render().plain
        await pilot.press("t")
        await wait_until(pilot, lambda: screen.conflict.field == "summary")
        await pilot.press("s")
        assert "2 still open" in screen.query_one("#conflicts-keys").text
        await pilot.press("o")
        await wait_until(pilot, lambda: screen.conflict.field == "dont")
        await pilot.press("e")
        await on_screen(pilot, "FieldScreen")
        app.screen.query_one("FieldText").load_text("Neither of it.")
        await wait_until(pilot, lambda: "is no list entry" in app.screen.query_one("#field-keys").text)
        app.screen.query_one("FieldText").load_text("- Neither of it.\n- Nor this.")
        await pilot.press("enter")
        await on_screen(pilot, "ConflictsScreen")
        await wait_until(pilot, lambda: not screen.open)
        await pilot.press("s")
        await head(pilot, 4)
        with bank_of(app) as bank:
            content = bank.skill(WANT).content
            assert (content.title, content.summary, content.dont) == ("Title theirs", "Summary ours.", ("Neither of it.", "Nor this."))
            assert bank.check() == []


async def test_a_merge_goes_on_when_somebody_wrote_meanwhile_and_asks_only_what_is_new(two):
    ours, theirs = two
    for path, word in ((ours, "ours"), (theirs, "theirs")):
        change(path, title=f"Title {word}", summary=f"Summary {word}.")
    async with open_pane(ours) as (app, pilot):
        await begin_merge(pilot, theirs)
        await on_screen(pilot, "ConflictsScreen")
        first = app.screen
        await pilot.press("T")
        change(ours, summary="Meanwhile.")
        await pilot.press("s")
        await wait_until(pilot, lambda: len(app.screen_stack) == 2 and app.screen is not first and app.screen.list.count)
        assert [one.field for one in app.screen.open] == ["summary"] and app.screen.conflict.field == "summary"
        assert "The merge goes on from there; 1 conflict to settle" in toasts(app)
        await wait_until(pilot, lambda: app.header.facts.head.revision == 3)
        await pilot.press("o", "s")
        await head(pilot, 5)
        with bank_of(app) as bank:
            content = bank.skill(WANT).content
            assert (content.title, content.summary) == ("Title theirs", "Meanwhile.")


async def test_leaving_the_conflicts_writes_nothing(two):
    ours, theirs = two
    for path, word in ((ours, "ours"), (theirs, "theirs")):
        change(path, title=word)
    async with open_pane(ours) as (app, pilot):
        await begin_merge(pilot, theirs)
        await on_screen(pilot, "ConflictsScreen")
        await pilot.press("T")
        assert not app.screen.open
        await pilot.press("escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)
        with bank_of(app) as bank:
            assert bank.head_number == 2


async def test_moves_and_phrasings_are_edited_as_one_text(two):
    ours, theirs = two
    for path, word in ((ours, "ours"), (theirs, "theirs")):
        with open_bank(path) as bank:
            moves = bank.skill(WANT).content.moves
            edit(bank, moves=(moves[0].model_copy(update={"text": word}), *moves[1:]))
    async with open_pane(ours) as (app, pilot):
        await begin_merge(pilot, theirs)
        await on_screen(pilot, "ConflictsScreen")
        screen = app.screen
        await pilot.press("e")
        await on_screen(pilot, "FieldScreen")
        text = app.screen.query_one("FieldText")
        assert "## Do" in text.text
        text.load_text(text.text.replace("ours", "both of us"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: not screen.open)
        await pilot.press("s")
        await head(pilot, 4)
        with bank_of(app) as bank:
            assert bank.skill(WANT).content.moves[0].text == "both of us"
            assert len(bank.skill(WANT).content.do) == 6


async def test_a_skill_changed_here_and_removed_there_takes_a_side(two):
    ours, theirs = two
    change(ours, title="Ours")
    with open_bank(theirs) as bank:
        bank.commit({WANT: None}, author="x", message="out", base_revision=1)
    async with open_pane(ours) as (app, pilot):
        await begin_merge(pilot, theirs)
        await on_screen(pilot, "ConflictsScreen")
        await pilot.press("e")
        assert "Take one of the sides" in app.screen.query_one("#conflicts-keys").text
        await pilot.press("t", "s")
        await head(pilot, 4)
        with bank_of(app) as bank:
            assert not bank.has_skill(WANT)


async def test_a_missing_bank_and_the_bank_itself_are_one_sentence(two):
    ours, _ = two
    async with open_pane(ours) as (app, pilot):
        await begin_merge(pilot, ours)
        await on_screen(pilot, "ReasonScreen")
        await wait_until(pilot, lambda: "This is the bank itself." in app.screen.query_one("#reason-keys").text)
        field = app.screen.query_one("ReasonField")
        assert field.value == str(ours)
        field.value = missing = str(ours.with_name("nothing.db"))
        await pilot.press("enter")
        await wait_until(pilot, lambda: "There is no bank here." in app.screen.query_one("#reason-keys").text)
        assert app.screen.query_one("ReasonField").value == missing and "--bank" not in app.screen.query_one("#reason-keys").text


async def test_an_update_from_the_starter_bank_goes_the_same_way(tmp_path, monkeypatch):
    from esc_tui.bank.template import create_bank_from_template

    starter = tmp_path / "starter.db"
    monkeypatch.setattr("esc_tui.settings.locator.template_path", lambda: starter)

    def built(title: str) -> None:
        skills = [skill.model_copy(update={"content": skill.content.model_copy(update={"title": title})}) if skill.slug == WANT
                  else skill for skill in five_skills()]
        build_template(starter, skills=skills, time=FIXED_TIME, author="tests")

    built("First")
    create_bank_from_template(starter, tmp_path / "mine.db")
    built("Second")
    async with open_pane(tmp_path / "mine.db") as (app, pilot):
        await pilot.press("U")
        await on_screen(pilot, "AskScreen")
        await pilot.press("m")
        await head(pilot, 3)
        with bank_of(app) as bank:
            assert bank.skill(WANT).content.title == "Second" and bank.meta("updates") == "3"


async def test_an_update_is_remembered_with_its_merge_or_neither_is_there(tmp_path, monkeypatch):
    from esc_tui.bank.template import create_bank_from_template

    starter = tmp_path / "starter.db"
    monkeypatch.setattr("esc_tui.settings.locator.template_path", lambda: starter)
    build_template(starter, skills=five_skills()[:4], time=FIXED_TIME, author="tests")
    create_bank_from_template(starter, tmp_path / "mine.db")
    build_template(starter, skills=five_skills(), time=FIXED_TIME, author="tests")

    def full(*_: object) -> None:
        raise BankError("the disk is full")

    monkeypatch.setattr("esc_tui.bank.updating.remember_update", full)
    async with open_pane(tmp_path / "mine.db") as (app, pilot):
        with bank_of(app) as bank:
            before = bank.head_number
        await pilot.press("U")
        await on_screen(pilot, "AskScreen")
        await pilot.press("m")
        await wait_until(pilot, lambda: "The disk is full" in toasts(app))
        with bank_of(app) as bank:
            assert bank.head_number == before and len(bank.stored_skills()) == 4


@pytest.mark.parametrize(("key", "screen"), [("exclamation_mark", "LintScreen"), ("c", "CoverageScreen"), ("C", "ReviewScreen")])
async def test_a_bank_that_cannot_be_read_is_told_in_one_sentence(tmp_path, monkeypatch, key, screen):
    async with open_small(tmp_path) as (app, pilot):
        def locked(*_: object) -> None:
            raise BankError("the bank is locked")

        await settled(pilot)
        if screen == "ReviewScreen":
            monkeypatch.setattr("esc_tui.tui.panes.bank.review.read_grounds", locked)
        else:
            monkeypatch.setattr(app.pane.queries, "ask", locked)
        await pilot.press(key)
        await on_screen(pilot, screen)
        await wait_until(pilot, lambda: "The bank is locked" in toasts(app))
        if screen == "LintScreen":
            await wait_until(pilot, lambda: "could not be read" in app.screen.query_one("#lint-title").text)
        await pilot.press("escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1)


async def test_a_form_that_another_pane_pushed_aside_opens_again(tmp_path):
    async with open_small(tmp_path) as (app, pilot):
        await pilot.press("M")
        await on_screen(pilot, "ReasonScreen")
        app.post_message(SkillRequested(WANT))
        await wait_until(pilot, lambda: len(app.screen_stack) == 1 and app.pane.chosen_slug == WANT)
        await wait_until(pilot, lambda: not [one for one in app.workers if one.group == "bank-job" and one.is_running])
