"""Revisions: commit, conflict, undo, redo, rollback, history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.domain.errors import BankError, ConflictError, UserError
from esc_tui.domain.hashing import bank_hash, skill_hash
from esc_tui.domain.labels import SkillStatus
from esc_tui.domain.skill import Skill
from tests.support_bank import empty_bank, five_skills, small_bank

SLUG = "sit-with-the-night"


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with small_bank(tmp_path) as opened:
        yield opened


def titled(skill: Skill, title: str) -> Skill:
    return skill.model_copy(update={"content": skill.content.model_copy(update={"title": title})})


def retitle(bank: Bank, title: str, slug: str = SLUG, base: int | None = None) -> None:
    bank.commit({slug: titled(bank.skill(slug), title)}, author="Ada", message=f"call it {title}",
                base_revision=bank.head_number if base is None else base)


def title(bank: Bank, slug: str = SLUG) -> str:
    return bank.skill(slug).content.title


def test_a_new_bank_has_one_revision_of_kind_build(bank: Bank) -> None:
    assert [(revision.name, revision.kind) for revision in bank.revisions()] == [("r1", "build")]


def test_a_commit_makes_a_revision_and_a_new_version(bank: Bank) -> None:
    retitle(bank, "Keep the night company")
    assert (bank.head().number, bank.head().parents, bank.skill(SLUG).version) == (2, (1,), 2)


def test_the_old_version_and_the_old_revision_stay_as_they_were(bank: Bank) -> None:
    before = bank.skill(SLUG)
    retitle(bank, "Keep the night company")
    assert bank.skill(SLUG, revision=1) == before == bank.skill_version(SLUG, 1)


def test_the_hash_of_a_revision_is_of_its_skills(bank: Bank) -> None:
    retitle(bank, "Keep the night company")
    skills = bank.skills_at()
    assert bank.head().hash == bank_hash((skill.slug, skill_hash(skill)) for skill in skills)


def test_several_changes_are_one_revision(bank: Bank) -> None:
    new = five_skills()[0].model_copy(update={"slug": "brand-new"})
    gone = {"turn-the-page": None, "brand-new": new, SLUG: titled(bank.skill(SLUG), "Night")}
    bank.commit(gone, author="Ada", message="three at once", base_revision=1)
    assert [(change.slug, change.kind) for change in bank.changes(1, 2)] == [
        ("brand-new", "added"), (SLUG, "changed"), ("turn-the-page", "removed")]


def test_a_commit_without_a_difference_gives_the_head_and_writes_nothing(bank: Bank) -> None:
    found = bank.commit({SLUG: bank.skill(SLUG)}, author="Ada", message="nothing", base_revision=1)
    assert (found.number, bank.head_number) == (1, 1)


def test_content_seen_before_keeps_its_version_number(bank: Bank) -> None:
    first = bank.skill(SLUG)
    retitle(bank, "Night")
    bank.commit({SLUG: first}, author="Ada", message="as it was", base_revision=2)
    assert [note.version for note in bank.versions(SLUG)] == [2, 1]
    assert bank.skill(SLUG).version == 1


def test_a_change_of_status_alone_is_a_new_version(bank: Bank) -> None:
    bank.commit({SLUG: bank.skill(SLUG).model_copy(update={"status": SkillStatus.RETIRED})}, author="Ada", message="retire",
                base_revision=1)
    assert bank.skill(SLUG).status is SkillStatus.RETIRED
    assert bank.skill(SLUG).version == 2


def test_locked_fields_come_back(bank: Bank) -> None:
    assert bank.skill("turn-the-page").locked == ("risks", "title")


def test_a_change_elsewhere_goes_on_top_of_a_newer_head(bank: Bank) -> None:
    retitle(bank, "Night")
    retitle(bank, "One small want", "ask-one-small-want", base=1)
    assert (title(bank), title(bank, "ask-one-small-want")) == ("Night", "One small want")


def test_a_change_of_the_same_skill_since_the_base_is_a_conflict_that_says_who(bank: Bank) -> None:
    retitle(bank, "Night")
    with pytest.raises(ConflictError, match=r"Ada changed 'sit-with-the-night' at 20.*\(r2\)"):
        retitle(bank, "Dawn", base=1)
    assert title(bank) == "Night"


def test_the_same_change_by_two_people_is_no_conflict(bank: Bank) -> None:
    retitle(bank, "Night")
    assert bank.commit({SLUG: titled(bank.skill_version(SLUG, 1), "Night")}, author="Bo", message="too",
                       base_revision=1).number == 2


def test_a_skill_taken_out_meanwhile_is_a_conflict(bank: Bank) -> None:
    bank.commit({SLUG: None}, author="Ada", message="out", base_revision=1)
    with pytest.raises(ConflictError):
        bank.commit({SLUG: titled(bank.skill(SLUG, 1), "Night")}, author="Bo", message="edit", base_revision=1)


def test_taking_out_an_unknown_skill_names_the_nearest(bank: Bank) -> None:
    with pytest.raises(UserError, match="nearest one is 'sit-with-the-night'"):
        bank.commit({"sit-with-the-nigth": None}, author="Ada", message="out", base_revision=1)


def test_an_unknown_base_is_refused(bank: Bank) -> None:
    with pytest.raises(UserError, match="no revision r9"):
        retitle(bank, "Night", base=9)


def test_undo_twice_goes_two_steps_back(bank: Bank) -> None:
    first = title(bank)
    retitle(bank, "Night")
    retitle(bank, "Dawn")
    assert (bank.undo("Ada").restores, title(bank)) == (2, "Night")
    assert (bank.undo("Ada").restores, title(bank)) == (1, first)
    with pytest.raises(UserError, match="nothing to undo"):
        bank.undo("Ada")


def test_redo_walks_forward_through_all_undone_steps(bank: Bank) -> None:
    retitle(bank, "Night")
    retitle(bank, "Dawn")
    bank.undo("Ada")
    bank.undo("Ada")
    bank.redo("Ada")
    assert title(bank) == "Night"
    bank.redo("Ada")
    assert title(bank) == "Dawn"
    with pytest.raises(UserError, match="nothing to redo"):
        bank.redo("Ada")


def test_any_other_change_empties_redo(bank: Bank) -> None:
    retitle(bank, "Night")
    bank.undo("Ada")
    retitle(bank, "Noon")
    with pytest.raises(UserError, match="nothing to redo"):
        bank.redo("Ada")


def test_undo_after_an_edit_on_top_of_an_undo_skips_what_was_undone(bank: Bank) -> None:
    first = title(bank)
    retitle(bank, "Night")
    bank.undo("Ada")
    retitle(bank, "Noon")
    bank.undo("Ada")
    assert title(bank) == first


def test_undo_and_redo_go_on_after_a_restart(bank: Bank) -> None:
    retitle(bank, "Night")
    bank.undo("Ada")
    bank.close()
    with open_bank(bank.path) as again:
        assert again.redo("Ada").kind == "redo"
        assert title(again) == "Night"


def test_nothing_to_undo_in_a_fresh_bank(bank: Bank) -> None:
    with pytest.raises(UserError, match="nothing to undo"):
        bank.undo("Ada")


def test_undo_gives_back_the_very_hash(bank: Bank) -> None:
    before = bank.head().hash
    retitle(bank, "Night")
    assert bank.undo("Ada").hash == before


def test_a_rollback_is_a_new_revision_that_can_be_undone(bank: Bank) -> None:
    first = title(bank)
    retitle(bank, "Night")
    retitle(bank, "Dawn")
    made = bank.rollback("r1", "Ada", "back to the start")
    assert (made.number, made.kind, made.restores, title(bank)) == (4, "rollback", 1, first)
    bank.undo("Ada")
    assert title(bank) == "Dawn"


def test_a_rollback_to_the_present_state_writes_nothing(bank: Bank) -> None:
    assert bank.rollback("head", "Ada").number == 1


def test_a_removed_skill_comes_back_by_undo_with_its_list_row(bank: Bank) -> None:
    bank.commit({SLUG: None}, author="Ada", message="out", base_revision=1)
    assert bank.skill_row(SLUG) is None
    bank.undo("Ada")
    row = bank.skill_row(SLUG)
    assert row is not None and row.version == 1


@pytest.mark.parametrize("reference", ["r2", "2", "R2", "head", " r2 "])
def test_a_revision_is_found_by_its_names(bank: Bank, reference: str) -> None:
    retitle(bank, "Night")
    assert bank.revision(reference).number == 2


def test_a_revision_is_found_by_the_beginning_of_its_hash(bank: Bank) -> None:
    assert bank.revision(bank.head().hash[:6]).number == 1


def test_a_hash_that_two_revisions_share_means_the_newest(bank: Bank) -> None:
    retitle(bank, "Night")
    bank.undo("Ada")
    assert bank.revision(bank.head().hash[:8]).number == 3


@pytest.mark.parametrize("reference", ["r99", "99", "zzzz", "abc", "'; DROP TABLE revisions", "r" + "9" * 40])
def test_an_unknown_revision_is_one_sentence(bank: Bank, reference: str) -> None:
    with pytest.raises(UserError, match="there is no revision"):
        bank.revision(reference)


def test_an_unknown_skill_names_the_nearest(bank: Bank) -> None:
    with pytest.raises(UserError, match="nearest one is 'name-the-loss'"):
        bank.skill("name-the-los")


def test_revisions_come_newest_first_and_in_pages(bank: Bank) -> None:
    for number in range(5):
        retitle(bank, f"Title {number}")
    assert [revision.number for revision in bank.revisions(2)] == [6, 5]
    assert [revision.number for revision in bank.revisions(2, before=5)] == [4, 3]


def test_changes_backwards_are_the_mirror(bank: Bank) -> None:
    bank.commit({SLUG: None}, author="Ada", message="out", base_revision=1)
    assert bank.changes(2, 1)[0].kind == "added"


def test_an_empty_bank_takes_its_first_skill(tmp_path: Path) -> None:
    with empty_bank(tmp_path) as bank:
        made = bank.commit({SLUG: five_skills()[2]}, author="Ada", message="first", base_revision=0)
        assert (made.number, made.parents, bank.check()) == (1, (), [])


def test_a_thousand_revisions_store_only_what_they_changed(tmp_path: Path) -> None:
    with small_bank(tmp_path) as bank:
        for number in range(30):
            retitle(bank, f"Title {number}")
        assert bank.connection.value("SELECT count(*) FROM revision_skills") == 5 + 30


def test_several_writes_together_are_all_or_nothing(bank: Bank) -> None:
    with pytest.raises(UserError), bank.together():
        retitle(bank, "Night")
        bank.commit({"unknown-one": None}, author="Ada", message="x", base_revision=1)
    assert bank.head_number == 1


def test_a_view_only_bank_refuses_to_write_and_says_why(bank: Bank) -> None:
    bank.close()
    with open_bank(bank.path, readonly=True) as looking:
        assert looking.view_only
        with pytest.raises(BankError, match="opened to look at"):
            looking.undo("Ada")
