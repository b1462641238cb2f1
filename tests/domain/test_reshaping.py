"""Merging skills into one and splitting one in two: nothing said is lost, and what comes out is a valid skill."""

from __future__ import annotations

import pytest

from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Action, SkillStatus, Stage, State
from esc_tui.domain.lint import lint_among, lint_pair, lint_skill
from esc_tui.domain.reshaping import groupings_of, half_names, joined_content, joined_name, split_content
from esc_tui.domain.skill import Applicability, Contraindication, Move, Phrasing, SkillContent
from tests.support_bank import five_skills

EFFORT, WANT, NIGHT, LOSS, PAGE = five_skills()


def test_a_merged_skill_says_everything_both_said_once() -> None:
    content = joined_content([EFFORT, WANT])
    SkillContent.model_validate(content.model_dump())
    assert content.moves == (*EFFORT.content.moves, *WANT.content.moves)
    assert len(content.do) == len(EFFORT.content.do) + len(WANT.content.do)
    said = {(content.moves[line.move - 1].text, line.text) for line in content.do}
    assert said == {(one.content.moves[line.move - 1].text, line.text) for one in (EFFORT, WANT) for line in one.content.do}
    assert set(content.dont) == {*EFFORT.content.dont, *WANT.content.dont}
    assert set(content.contraindications) == {*EFFORT.content.contraindications, *WANT.content.contraindications}
    assert content.origin == "merged from reflect-unseen-effort, ask-one-small-want, unverified"


def test_the_title_of_a_merged_skill_names_every_parent_also_where_they_have_little_room() -> None:
    assert joined_content([EFFORT, WANT]).title == "Reflect unseen effort + Ask for one small want"
    long = WANT.model_copy(update={"content": WANT.content.model_copy(update={"title": "Ask " * 30})})
    assert "Reflect unseen" in joined_content([long, EFFORT]).title and len(joined_content([long, EFFORT]).title) <= 120


def test_equal_moves_become_one_with_the_phrasings_of_both() -> None:
    other = WANT.model_copy(update={"slug": "other", "content": WANT.content.model_copy(update={
        "moves": WANT.content.moves[1:], "do": (Phrasing(move=1, text="And tonight?"),)})})
    content = joined_content([WANT, other])
    assert content.moves == WANT.content.moves
    assert Phrasing(move=2, text="And tonight?") in content.do


def test_a_merged_skill_fits_what_either_fits_and_any_stays_any() -> None:
    content = joined_content([EFFORT, WANT])
    assert set(content.applicability.states) == {*EFFORT.content.applicability.states, *WANT.content.applicability.states}
    wide = WANT.model_copy(update={"slug": "wide", "content": WANT.content.model_copy(update={"applicability": Applicability()})})
    assert joined_content([EFFORT, wide]).applicability.states == ()


def test_what_cannot_be_merged_is_one_sentence() -> None:
    with pytest.raises(UserError, match="needs two skills"):
        joined_content([WANT, WANT])
    with pytest.raises(UserError, match="different languages"):
        joined_content([WANT, LOSS])
    many = [WANT.model_copy(update={"slug": f"many-{number}", "content": WANT.content.model_copy(update={
        "moves": tuple(Move(action=Action.SUMMARY, text=f"{number} {place}") for place in range(6))})}) for number in range(2)]
    with pytest.raises(UserError, match="12 moves"):
        joined_content(many)


def test_a_split_gives_each_half_its_labels_and_its_warnings() -> None:
    skill = WANT.model_copy(update={"content": WANT.content.model_copy(update={"contraindications": (
        Contraindication(text="Always."), Contraindication(text="Torn only.", states=(State.TORN,)),
        Contraindication(text="Elsewhere.", states=(State.ANGRY,)))})})
    one, other = split_content(skill, "states", ["torn"])
    assert (one.applicability.states, other.applicability.states) == ((State.TORN,), (State.SEEKING_A_WAY_FORWARD,))
    assert [row.text for row in one.contraindications] == ["Always.", "Torn only.", "Elsewhere."]
    assert [row.text for row in other.contraindications] == ["Always.", "Elsewhere."]
    assert one.moves == other.moves == skill.content.moves


@pytest.mark.parametrize("first", [[], ["torn", "seeking-a-way-forward"], ["sad"]])
def test_a_split_with_an_empty_half_is_one_sentence(first) -> None:
    with pytest.raises(UserError, match="would fit no states"):
        split_content(WANT, "states", first)


def test_a_skill_can_be_split_by_what_it_names_twice() -> None:
    assert groupings_of(WANT) == ("states", "stages")
    assert groupings_of(PAGE) == ()
    assert split_content(WANT, "stages", [Stage.ACTION.value])[0].applicability.stages == (Stage.ACTION,)


def test_halves_get_free_readable_names_within_the_limit() -> None:
    def free(_: str) -> bool:
        return False

    assert half_names("want", (["torn"], ["sad", "angry"]), free) == ("want-torn", "want-not-torn")
    assert half_names("want", (["torn", "numb"], ["sad", "angry"]), free) == ("want-torn-or-numb", "want-sad-or-angry")
    assert half_names("want", (["torn", "numb", "lonely"], ["sad", "angry"]), free)[0] == "want-torn-and-2-more"
    assert half_names("want", (["torn"], ["sad"]), lambda name: name == "want-torn") == ("want-torn-2", "want-sad")
    long = half_names("name-what-was-lost-before-anything-else-is-asked-of-the-person", (["seeking-a-way-forward"], ["sad"]), free)
    assert long[0] == "name-what-was-lost-before-anything-else-seeking-a-way-forward" and all(len(name) <= 64 for name in long)
    assert all(len(name) <= 64 for name in half_names("a" * 64, (["seeking-a-way-forward"], ["sad"]), lambda name: name[-1] != "2"))


def test_a_merged_skills_name_has_whole_words() -> None:
    assert joined_name([EFFORT.slug, WANT.slug]) == "reflect-unseen-effort-and-ask-one-small-want"
    assert joined_name(["name-what-was-lost-before-anything", "ask"]) == "name-what-was-lost-and-ask"
    assert joined_name(["meet-the-fear-and-stay-when-it-is-loud", "ask"]) == "meet-the-fear-and-stay-and-ask"
    assert joined_name(["ask", "stay-with-the-anger-when-it-is-there"]) == "ask-and-stay-with-the-anger"


def test_the_halves_of_a_split_have_titles_of_their_own_and_keep_a_warning() -> None:
    skill = WANT.model_copy(update={"content": WANT.content.model_copy(update={
        "contraindications": (Contraindication(text="Torn only.", states=(State.TORN,)),)})})
    one, other = split_content(skill, "states", ["torn"])
    assert one.title == f"{WANT.content.title} (torn)" and other.title == f"{WANT.content.title} (seeking a way forward)"
    assert one.contraindications == other.contraindications == skill.content.contraindications


def test_lint_says_of_halves_that_they_share_every_phrasing_and_nothing_else_against_a_split_or_a_merge() -> None:
    halves = [WANT.model_copy(update={"slug": name, "status": SkillStatus.DRAFT, "content": content})
              for name, content in zip(("want-torn", "want-not-torn"), split_content(WANT, "states", ["torn"]), strict=True)]
    merged = EFFORT.model_copy(update={"slug": "both", "status": SkillStatus.DRAFT, "content": joined_content([EFFORT, WANT])})
    for made in (*halves, merged):
        assert set(lint_skill(made.content)) <= {*lint_skill(WANT.content), *lint_skill(EFFORT.content)}
    assert lint_among(WANT, halves) == ()
    assert [one.other for one in lint_among(halves[0], [WANT, halves[1]])] == [WANT.slug, halves[1].slug]
    assert [one for one in lint_pair(merged, EFFORT) if one.rule == "duplicate"] == []
    active = [half.model_copy(update={"status": SkillStatus.ACTIVE}) for half in halves]
    assert [one.rule for one in lint_pair(*active)] == ["duplicate"]
    assert lint_pair(active[0], WANT), "active beside its parent it is one skill too many"
