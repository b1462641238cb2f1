"""SKILL.md in and out without loss, and clear sentences for what is wrong in one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.domain.errors import UserError
from esc_tui.domain.hashing import skill_hash
from esc_tui.domain.labels import Action, Change, Need, Scenario, Severity, SkillStatus, Stage, State
from esc_tui.domain.skill import (
    Applicability,
    Contraindication,
    ExampleReply,
    ExpectedOutcome,
    Move,
    Phrasing,
    Risk,
    Skill,
    SkillContent,
)
from esc_tui.interchange.skill_markdown import read_skill, write_skill

STARTER = sorted((Path(__file__).parents[2] / "esc_tui/starter/skills").glob("*/SKILL.md"))
SMALL = """---
name: small-skill
description: Use when the seeker wants little.
license: MIT
---

# Small skill

One sentence.

## Moves

1. [open-question] Ask one thing.
"""

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda text: text.split() != []
)
slotless = words.filter(lambda text: "{" not in text)
cues = slotless.filter(lambda text: not set(text) & set("|;[]"))


def some(labels: type) -> st.SearchStrategy[tuple]:
    return st.lists(st.sampled_from(list(labels)), unique=True, max_size=4).map(tuple)


conditions = {"states": some(State), "scenarios": some(Scenario), "stages": some(Stage), "needs": some(Need)}
skills = st.builds(
    Skill,
    slug=st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True),
    status=st.sampled_from(SkillStatus),
    locked=st.sampled_from([(), ("risks",), ("moves", "title")]),
    content=st.builds(
        SkillContent,
        title=words,
        description=words,
        summary=words,
        moves=st.lists(st.builds(Move, action=st.sampled_from(Action), text=words), min_size=1, max_size=3).map(tuple),
        do=st.lists(st.builds(Phrasing, move=st.just(1), text=slotless), max_size=3).map(tuple),
        dont=st.lists(words, max_size=2).map(tuple),
        applicability=st.builds(
            Applicability,
            **conditions,
            intensity_low=st.integers(1, 3),
            intensity_high=st.integers(3, 5),
            text=st.one_of(st.just(""), words),
        ),
        contraindications=st.lists(
            st.builds(
                Contraindication,
                text=words,
                **conditions,
                intensity_low=st.integers(1, 3),
                cues=st.lists(cues, max_size=2).map(tuple),
            ),
            max_size=2,
        ).map(tuple),
        outcomes=st.lists(st.builds(ExpectedOutcome, change=st.sampled_from(Change), text=words), max_size=2).map(
            tuple
        ),
        risks=st.lists(st.builds(Risk, severity=st.sampled_from(Severity), text=words), max_size=2).map(tuple),
        examples=st.lists(st.builds(ExampleReply, seeker=words, reply=words), max_size=2).map(tuple),
        origin=words,
        license=words,
    ),
)


@given(skills)
def test_any_skill_comes_back_with_the_same_hash(skill: Skill) -> None:
    assert skill_hash(read_skill(write_skill(skill))) == skill_hash(skill)


@pytest.mark.parametrize("path", STARTER, ids=lambda path: path.parent.name)
def test_every_starter_skill_comes_back_with_the_same_hash(path: Path) -> None:
    skill = read_skill(path.read_text(encoding="utf-8"), str(path))
    assert skill_hash(read_skill(write_skill(skill))) == skill_hash(skill)


def test_a_small_foreign_skill_is_read_as_a_draft() -> None:
    skill = read_skill(SMALL)
    assert (skill.slug, skill.status, skill.content.title) == ("small-skill", SkillStatus.DRAFT, "Small skill")


def test_a_byte_order_mark_before_a_skill_is_passed_over() -> None:
    assert read_skill("\ufeff" + SMALL) == read_skill(SMALL)


def test_half_a_surrogate_pair_in_the_front_matter_is_one_sentence_or_a_skill_that_can_be_stored() -> None:
    try:
        skill = read_skill(SMALL.replace("Use when the seeker", '"\\ud800 Use when the seeker').replace("little.", 'little."'))
    except UserError:
        return
    assert skill_hash(skill)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("---\nname", "name", "there is no front matter"),
        ("name: small-skill", "name: Small Skill", "is no slug"),
        ("description: Use when the seeker wants little.\n", "", "description is missing"),
        ("license: MIT", "triggers: x", "unknown key 'triggers'"),
        ("## Moves", "## Steps", "unknown heading 'Steps'"),
        ("[open-question]", "[open-qestion]", "the nearest known one is 'open-question'"),
        ("1. [open-question] Ask one thing.", "", "the part '## Moves' is missing"),
        ("1. [open", "[open", "is no list entry"),
        ("description: Use", "description: [Use", "is not YAML"),
        ("license: MIT", "license: *mit", "uses an alias"),
        ("license: MIT", "license: 2024-99-99", "cannot be read"),
        ("license: MIT", "metadata: " + "[" * 50_000, "cannot be read"),
        ("license: MIT", "license: [MIT, GPL]", "license is no text"),
        ("license: MIT", "metadata: {esc-origin: [a, b]}", "esc-origin is no text"),
        ("description: Use when the seeker wants little.", "description: {a: b}", "description is no text"),
        ("Ask one thing.", "Ask one thing.\n\n## Do\n\n- Say it.", "does not say which move"),
        ("Ask one thing.", "Ask one thing.\n\n## Do\n\n- (1) Say {it}.", "unknown slot {it}"),
        ("Ask one thing.", "Ask one thing.\n\n## Do\n\n- (3) Say it.", "points at move 3"),
        ("Ask one thing.", "Ask one thing.\n\n## Applies when\n\n- intensity: 9", "is no range from 1 to 5"),
        ("Ask one thing.", "Ask one thing.\n\n## Applies when\n\n- state: sad", "unknown condition 'state'"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_its_place(old: str, new: str, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        read_skill(SMALL.replace(old, new, 1), "skills/small-skill/SKILL.md")
    assert sentence in str(caught.value)
    assert "SKILL.md" in str(caught.value)
    assert "\n" not in str(caught.value)
