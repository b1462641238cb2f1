"""The list of skills: filters as people type them, words in any script, sorting, pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank
from esc_tui.bank.connection import SearchInterrupted
from esc_tui.bank.search import SORTS, SkillFilter, parse_filter
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Scenario, Severity, SkillStatus, Stage, State, Strategy
from tests.support_bank import HOSTILE, small_bank


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    with small_bank(tmp_path_factory.mktemp("search")) as opened:
        yield opened


def found(bank: Bank, text: str) -> list[str]:
    return [row.slug for row in bank.list_skills(parse_filter(text), sort="slug").rows]


def test_words_and_facets_are_told_apart() -> None:
    assert parse_filter("/sleep state:overwhelmed,lonely status:active lint:yes risk:high stage:action") == SkillFilter(
        text="sleep", states=(State.OVERWHELMED, State.LONELY), statuses=(SkillStatus.ACTIVE,), lint=True,
        risks=(Severity.HIGH,), stages=(Stage.ACTION,))


@pytest.mark.parametrize("text", ["strategy:RF", "strategy:rf", "strategy:reflection", 'strategy:"reflection of feelings"',
                                  "strategy:reflection-of-feelings"])
def test_a_strategy_may_be_named_in_any_usual_way(text: str) -> None:
    assert parse_filter(text).strategies == (Strategy.REFLECTION,)


def test_labels_are_read_forgivingly() -> None:
    assert parse_filter("scenario:Job_Crisis state:").scenarios == (Scenario.JOB_CRISIS,)


@pytest.mark.parametrize(("text", "near"), [("stat:sad", "'state:'"), ("state:overwelmed", "'overwhelmed'"),
                                            ("status:aktive", "'active'"), ("strategy:reflecton", "'reflection'"),
                                            ("lint:maybe", "lint:yes")])
def test_an_unknown_facet_or_label_names_the_nearest(text: str, near: str) -> None:
    with pytest.raises(UserError, match=near):
        parse_filter(text)


@pytest.mark.parametrize("text", ['"state:sad"', "http://example", "3:00", "::", 'open "quote'])
def test_what_only_looks_like_a_facet_is_a_word(text: str) -> None:
    assert parse_filter(text).text


def test_an_empty_filter_is_false() -> None:
    assert not parse_filter("  ")


def test_the_beginning_of_a_word_is_enough(bank: Bank) -> None:
    assert found(bank, "slee") == ["sit-with-the-night"]


def test_every_word_must_be_there(bank: Bank) -> None:
    assert found(bank, "archive silent") == ["reflect-unseen-effort"]
    assert found(bank, "archive ceiling") == []


def test_a_piece_inside_a_slug_is_found(bank: Bank) -> None:
    assert found(bank, "nseen-eff") == ["reflect-unseen-effort"]


def test_chinese_is_found_by_any_of_its_characters(bank: Bank) -> None:
    assert found(bank, "悲伤") == found(bank, "亲") == ["name-the-loss"]
    assert found(bank, "伤悲") == []


def test_accents_and_case_do_not_matter(bank: Bank) -> None:
    assert found(bank, "ARCHÍVE") == ["reflect-unseen-effort"]


def test_facets_narrow_the_list(bank: Bank) -> None:
    assert found(bank, "state:overwhelmed") == ["reflect-unseen-effort", "sit-with-the-night"]
    assert found(bank, "state:overwhelmed scenario:sleep-problems") == ["sit-with-the-night"]
    assert found(bank, "status:draft,watch") == ["name-the-loss", "turn-the-page"]
    assert found(bank, "strategy:IN") == ["turn-the-page"]
    assert found(bank, "risk:high") == ["name-the-loss"]


def test_lint_splits_the_list_in_two(bank: Bank) -> None:
    flagged, sound = found(bank, "lint:yes"), found(bank, "lint:no")
    assert "turn-the-page" in flagged
    assert sorted(flagged + sound) == found(bank, "")
    assert found(bank, "lint:any") == flagged != found(bank, "")


def test_the_counts_are_of_all_rows_not_of_the_page(bank: Bank) -> None:
    page = bank.list_skills(parse_filter("status:active"), limit=1)
    assert (len(page.rows), page.matching, page.total) == (1, 3, 5)


def test_pages_follow_each_other(bank: Bank) -> None:
    pages = [bank.list_skills(limit=2, offset=offset, sort="slug").rows for offset in (0, 2, 4)]
    assert [row.slug for page in pages for row in page] == found(bank, "")


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_shows_every_skill(bank: Bank, sort: str) -> None:
    assert len(bank.list_skills(sort=sort).rows) == 5  # type: ignore[arg-type]


def test_the_best_fit_comes_first(bank: Bank) -> None:
    assert bank.list_skills(parse_filter("night"), sort="best").rows[0].slug == "sit-with-the-night"


def test_a_hit_in_the_name_comes_before_a_hit_in_the_text(bank: Bank) -> None:
    slugs = found(bank, "page")
    assert len(slugs) > 1
    assert slugs[0] == "turn-the-page"
    assert slugs != sorted(slugs)


def test_thousands_of_words_are_searched_without_an_error(bank: Bank) -> None:
    assert bank.list_skills(SkillFilter(text="night " * 3000), sort="slug").rows is not None


def test_a_row_shows_the_evidence_and_what_to_watch(bank: Bank) -> None:
    row = bank.skill_row("name-the-loss")
    assert row is not None
    assert (row.helped, row.harmed, row.watch_note, row.strategies) == (0, 2, "harmed 'sad' 2 of 2", ("RF", "SD"))
    assert row.evidence_mean == pytest.approx(1 / 3.6)


def test_a_skill_without_evidence_is_wide_open(bank: Bank) -> None:
    row = bank.skill_row("sit-with-the-night")
    assert row is not None
    assert (row.evidence_mean, row.evidence_interval) == (0.5, 0.5)


@pytest.mark.parametrize("text", [HOSTILE, 'NEAR("a b")', "a* OR b", "title:x AND", "\x00\x1b[0m", "\ud800 night", "-night", "()"])
def test_hostile_words_are_only_words(bank: Bank, text: str) -> None:
    page = bank.list_skills(SkillFilter(text=text), sort="best")
    assert page.total == 5


def test_hostile_text_in_a_skill_is_found_and_unharmed(bank: Bank) -> None:
    assert found(bank, "revisions;--") == ["name-the-loss"]
    assert HOSTILE in bank.skill("name-the-loss").content.summary


def test_a_newer_keystroke_stops_the_older_search(bank: Bank) -> None:
    with bank.reader() as reader:
        reader.connection.set_progress_handler(lambda: reader.interrupt() or 0, 1)
        with pytest.raises(SearchInterrupted):
            reader.list_skills(parse_filter("night"))
        reader.connection.set_progress_handler(None, 0)
        assert reader.list_skills(parse_filter("night")).matching >= 1


def test_an_edited_skill_is_found_by_its_new_words_only(tmp_path: Path) -> None:
    with small_bank(tmp_path) as own:
        skill = own.skill("turn-the-page")
        changed = skill.model_copy(update={"content": skill.content.model_copy(update={"title": "Lighthouse"})})
        own.commit({skill.slug: changed}, author="Ada", message="x", base_revision=1)
        assert found(own, "lighthouse") == ["turn-the-page"]
        own.undo("Ada")
        assert found(own, "lighthouse") == []
