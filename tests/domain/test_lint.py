"""Lint: what a careful reader of a skill would object to."""

from __future__ import annotations

import pytest

from esc_tui.domain.labels import Action, SkillStatus, State
from esc_tui.domain.lint import lint_among, lint_pair, lint_skill, overlap
from esc_tui.domain.reshaping import joined_content, split_content
from esc_tui.domain.skill import Applicability, ExampleReply, Move, Phrasing, Skill
from esc_tui.starter.sources import read_sources
from tests.support_bank import five_skills

EFFORT = five_skills()[0]


def rules(content) -> set[str]:
    return {note.rule for note in lint_skill(content)}


def saying(text: str):
    return EFFORT.content.model_copy(update={"do": (*EFFORT.content.do, Phrasing(move=1, text=text))})


def test_a_well_written_skill_has_no_notes():
    assert lint_skill(EFFORT.content) == ()


def test_a_draft_merged_of_many_is_compared_with_none_of_those_it_names_whole() -> None:
    parents = [EFFORT.model_copy(update={"slug": f"a-skill-with-a-rather-long-name-number-{number}"}) for number in range(6)]
    merged = EFFORT.model_copy(update={"slug": "all-of-them", "status": SkillStatus.DRAFT, "content": joined_content(parents)})
    origin = merged.content.origin
    assert len(origin) <= 200 and origin.endswith(", …, unverified")
    named = [parent for parent in parents if parent.slug in origin]
    assert 2 <= len(named) < 6
    assert [note.other for note in lint_among(merged, parents) if note.rule == "duplicate"] == [
        parent.slug for parent in parents if parent not in named]
    assert lint_pair(merged, named[-1]) == ()
    for other in ("unverified", "…"):
        assert lint_pair(merged, EFFORT.model_copy(update={"slug": other})), "these are words of the origin, no slugs"


def test_a_draft_is_not_compared_with_the_last_skill_its_origin_names() -> None:
    other = EFFORT.model_copy(update={"slug": "another-skill"})
    merged = EFFORT.model_copy(update={"slug": "both", "status": SkillStatus.DRAFT, "content": joined_content([EFFORT, other])})
    assert lint_among(merged, [EFFORT, other]) == ()


def test_every_missing_part_is_named():
    said = " ".join(note.sentence for note in lint_skill(five_skills()[4].content))
    for part in ("No risk is named", "Nothing says when not to use it", "No outcome is expected", "fewer than six phrasings",
                 "fewer than two phrasings to avoid", "fewer than two example replies"):
        assert part in said


@pytest.mark.parametrize("text", [
    "I also lost my job last year.", "When I was divorced it took me months.", "My mother did the same to me.",
    "I've been there too.", "As someone who struggled, I get it.", "That happened to me once.", "I remember feeling so small.",
    "I’ve been through this.",
])
def test_invented_personal_history_is_found(text):
    note = next(note for note in lint_skill(saying(text)) if note.rule == "history")
    assert (note.field, note.place) == ("do", 7) and note.quote in text.replace("’", "'")


@pytest.mark.parametrize("text", [
    "Many people feel empty after a loss.", "I'm here, and I'd like to hear more.", "You said “my mother never calls”, and that stays.",
    "What was it like when you were small?", "So {clause}, and you carried it alone.",
])
def test_what_a_program_may_say_is_left_alone(text):
    assert "history" not in rules(saying(text))


def test_history_in_an_example_reply_is_found_but_not_in_the_seekers_line():
    example = ExampleReply(seeker="My mother died when I was nine.", reply="I also lost my mother.")
    notes = lint_skill(EFFORT.content.model_copy(update={"examples": (example, example)}))
    assert {(note.rule, note.field) for note in notes} == {("history", "examples")}


def test_cliches_are_found_whatever_their_case():
    assert "phrase" in rules(saying("Remember, Everything Happens For A Reason."))


def test_diagnoses_are_found():
    assert "diagnosis" in rules(saying("It seems you have depression."))


def test_long_guidance_is_found():
    moves = (Move(action=Action.VALIDATION, text="word " * 60), *EFFORT.content.moves[1:])
    assert "length" in rules(EFFORT.content.model_copy(update={"moves": moves}))


def test_a_contraindication_in_words_alone_is_said_to_veto_nothing():
    row = EFFORT.content.contraindications[0].model_copy(update={"cues": ()})
    notes = lint_skill(EFFORT.content.model_copy(update={"contraindications": (row,)}))
    assert [note.field for note in notes] == ["contraindications"]


def test_near_duplicates_are_named():
    twin = Skill(slug="twin", content=EFFORT.content)
    assert [(note.rule, note.other) for note in lint_pair(EFFORT, twin)] == [("duplicate", "twin")]


def test_different_skills_are_no_duplicates():
    assert lint_among(EFFORT, five_skills()) == ()


def halves_of(skill: Skill) -> list[Skill]:
    states = [state.value for state in skill.content.applicability.states]
    return [Skill(slug=f"half-{number}", status=SkillStatus.DRAFT, content=content)
            for number, content in enumerate(split_content(skill, "states", states[:1]), 1)]


def test_a_half_without_a_phrasing_of_its_own_is_noted_beside_its_parent_and_its_other_half():
    one, two = halves_of(EFFORT)
    assert [(note.rule, note.field, note.other) for note in lint_among(one, [EFFORT, two])] == [
        ("duplicate", "do", EFFORT.slug), ("duplicate", "do", "half-2")]
    assert lint_among(EFFORT, [one, two]) == (), "it is the half that lacks something"


def test_a_half_with_a_phrasing_of_its_own_is_not_noted():
    one, two = halves_of(EFFORT)
    content = one.content.model_copy(update={"do": (*one.content.do, Phrasing(move=1, text="It is late, and you still stand here."))})
    assert lint_among(one.model_copy(update={"content": content}), [EFFORT, two]) == ()


def test_retired_skills_are_not_compared():
    assert lint_pair(EFFORT, Skill(slug="twin", content=EFFORT.content, status=SkillStatus.RETIRED)) == ()


def test_saying_what_another_skill_forbids_for_like_moments_is_found():
    other = five_skills()[1]
    content = other.content.model_copy(update={"dont": ("That was a lot of quiet work!",), "applicability": EFFORT.content.applicability})
    notes = lint_pair(EFFORT, other.model_copy(update={"content": content}))
    assert [(note.rule, note.field, note.place) for note in notes] == [("opposite", "do", 3)]


def test_opposite_first_moves_for_the_very_same_moment_are_found():
    other = five_skills()[2]
    moves = (Move(action=Action.PLANNING_A_CONCRETE_STEP, text="Plan."), *other.content.moves[1:])
    content = other.content.model_copy(update={"moves": moves, "applicability": EFFORT.content.applicability})
    assert [note.rule for note in lint_pair(EFFORT, other.model_copy(update={"content": content}))] == ["opposite"]


def test_skills_overlap_only_where_every_condition_does():
    sad, angry = Applicability(states=(State.SAD,)), Applicability(states=(State.ANGRY,))
    assert overlap(sad, Applicability()) and not overlap(sad, angry)
    assert not overlap(Applicability(intensity_high=2), Applicability(intensity_low=3))


def test_the_starter_skills_have_no_notes():
    skills = read_sources().skills
    notes = [(skill.slug, note.sentence, note.quote) for skill in skills
             for note in (*lint_skill(skill.content), *lint_among(skill, skills))]
    assert notes == []
