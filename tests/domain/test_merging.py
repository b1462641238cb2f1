"""Laws of the three-way merge: nothing is lost that one side alone changed, and what both changed is a named conflict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.domain.errors import UserError
from esc_tui.domain.hashing import skill_hash
from esc_tui.domain.labels import Action, SkillStatus, State
from esc_tui.domain.list_merging import merge_items
from esc_tui.domain.merging import merge_all, merge_skill, resolve, same_skill
from esc_tui.domain.skill import LOCKABLE_FIELDS, Applicability, Move, Phrasing, Risk, Skill, SkillContent
from tests.support_bank import five_skills

WANT = next(skill for skill in five_skills() if skill.slug == "ask-one-small-want")


def edited(skill: Skill, *, status: SkillStatus | None = None, locked: tuple[str, ...] | None = None, **fields: object) -> Skill:
    content = SkillContent.model_validate(skill.content.model_copy(update=fields).model_dump())
    return skill.model_copy(update={"content": content, "status": status or skill.status,
                                    "locked": skill.locked if locked is None else locked})


words = st.sampled_from(["One", "Two", "Three", "Four", "Five"])
lists = st.lists(words, max_size=5, unique=True)
risks = lists.map(lambda texts: tuple(Risk(severity="low", text=text) for text in texts))


@st.composite
def guidance(draw: st.DrawFn) -> dict[str, object]:
    moves = draw(st.lists(st.builds(Move, action=st.sampled_from([Action.REFRAMING, Action.SUMMARY]), text=words),
                          min_size=1, max_size=4, unique=True))
    do = draw(st.lists(st.builds(Phrasing, move=st.integers(1, len(moves)), text=words), max_size=4))
    return {"moves": tuple(moves), "do": tuple(do)}


@st.composite
def skills(draw: st.DrawFn) -> Skill:
    states = draw(st.lists(st.sampled_from([State.SAD, State.TORN, State.ANGRY]), max_size=3, unique=True))
    return edited(WANT, title=draw(words), summary=draw(words), dont=tuple(draw(lists)), risks=draw(risks),
                  applicability=Applicability(states=tuple(states), intensity_low=draw(st.integers(1, 2))), **draw(guidance()),
                  status=draw(st.sampled_from([SkillStatus.ACTIVE, SkillStatus.DRAFT, SkillStatus.RETIRED])),
                  locked=tuple(draw(st.lists(st.sampled_from(["title", "moves", "risks"]), max_size=2, unique=True))))


some = st.one_of(st.none(), skills())


@given(some, skills())
def test_a_merge_with_itself_changes_nothing(base: Skill | None, skill: Skill) -> None:
    found = merge_skill(base, skill, skill)
    assert found.conflicts == () and same_skill(found.merged, skill)


@given(skills(), some)
def test_what_only_they_changed_is_taken_as_it_is(base: Skill, theirs: Skill | None) -> None:
    found = merge_skill(base, base, theirs)
    assert found.conflicts == () and same_skill(found.merged, theirs)


@given(skills(), some)
def test_what_only_we_changed_stays_as_it_is(base: Skill, ours: Skill | None) -> None:
    found = merge_skill(base, ours, base)
    assert found.conflicts == () and same_skill(found.merged, ours)


@given(some, skills(), skills())
def test_both_ways_round_come_to_the_same_skill_and_the_same_conflicts(base: Skill | None, one: Skill, other: Skill) -> None:
    here, there = merge_skill(base, one, other), merge_skill(base, other, one)
    assert {conflict.field for conflict in here.conflicts} == {conflict.field for conflict in there.conflicts}
    if not here.conflicts:
        assert here.merged is not None and there.merged is not None
        assert skill_hash(here.merged) == skill_hash(there.merged)


@given(some, skills(), skills(), st.sampled_from(["ours", "theirs"]))
def test_every_merge_makes_a_valid_skill_once_its_conflicts_are_settled(base: Skill | None, one: Skill, other: Skill,
                                                                        side: str) -> None:
    found = merge_skill(base, one, other)
    settled = resolve(found, {conflict.field: side for conflict in found.conflicts})
    assert settled is not None
    SkillContent.model_validate(settled.content.model_dump())
    for conflict in found.conflicts:
        chosen = conflict.side(side)
        assert all(getattr(settled if field == "status" else settled.content, field)
                   == getattr(chosen if field == "status" else chosen.content, field) for field in conflict.fields)


@given(lists, lists, lists, st.booleans())
def test_an_entry_only_one_side_added_or_took_out_is_added_or_gone(base, ours, theirs, ordered) -> None:
    merged = merge_items(base, ours, theirs, ordered=ordered)
    if merged is not None:
        for word in {*base, *ours, *theirs}:
            votes = {word in ours, word in theirs}
            wanted = votes.pop() if len(votes) == 1 else word not in base
            assert (word in merged) == wanted or ordered


def test_disjoint_edits_of_two_people_both_stand() -> None:
    ours = edited(WANT, title="Ask one thing", dont=(*WANT.content.dont, "Calm down."))
    theirs = edited(WANT, summary="Another summary.", dont=WANT.content.dont[1:], status=SkillStatus.WATCH)
    merged = merge_skill(WANT, ours, theirs).merged
    assert merged is not None
    assert (merged.content.title, merged.content.summary, merged.status) == ("Ask one thing", "Another summary.", SkillStatus.WATCH)
    assert merged.content.dont == (*WANT.content.dont[1:], "Calm down.")


def test_phrasings_stay_with_their_move_when_the_other_side_puts_a_move_before_it() -> None:
    first = Move(action=Action.SUMMARY, text="Say back what they told.")
    ours = edited(WANT, moves=(first, *WANT.content.moves),
                  do=tuple(Phrasing(move=line.move + 1, text=line.text) for line in WANT.content.do))
    theirs = edited(WANT, do=(*WANT.content.do, Phrasing(move=2, text="Which one could wait?")))
    merged = merge_skill(WANT, ours, theirs).merged
    assert merged is not None
    assert merged.content.moves == (first, *WANT.content.moves)
    assert merged.content.do[-1] == Phrasing(move=3, text="Which one could wait?")


def test_a_phrasing_for_a_move_the_other_side_took_out_is_a_conflict() -> None:
    ours = edited(WANT, moves=WANT.content.moves[:1], do=tuple(line for line in WANT.content.do if line.move == 1))
    theirs = edited(WANT, do=(*WANT.content.do, Phrasing(move=2, text="Which one could wait?")))
    (conflict,) = merge_skill(WANT, ours, theirs).conflicts
    assert (conflict.field, conflict.fields, conflict.reason) == ("moves", ("moves", "do"), "changed on both sides")


@pytest.mark.parametrize("field", ["title", "summary", "description", "origin", "license"])
def test_a_text_changed_on_both_sides_is_a_conflict(field: str) -> None:
    (conflict,) = merge_skill(WANT, edited(WANT, **{field: "ours"}), edited(WANT, **{field: "theirs"})).conflicts
    assert (conflict.slug, conflict.field, conflict.reason) == (WANT.slug, field, "changed on both sides")


def test_a_field_locked_on_one_side_wins() -> None:
    locked = edited(WANT, title="Locked title", locked=("title",))
    free = edited(WANT, title="Free title")
    for found in (merge_skill(WANT, locked, free), merge_skill(WANT, free, locked)):
        assert found.conflicts == () and found.merged is not None
        assert (found.merged.content.title, found.merged.locked) == ("Locked title", ("title",))


def test_a_lock_set_without_changing_the_field_keeps_it_from_the_other_side() -> None:
    found = merge_skill(WANT, edited(WANT, locked=("title",)), edited(WANT, title="Theirs"))
    assert found.merged is not None and found.merged.content.title == WANT.content.title


def test_a_field_locked_and_different_on_both_sides_is_a_conflict_of_locks() -> None:
    found = merge_skill(WANT, edited(WANT, title="Ours", locked=("title",)), edited(WANT, title="Theirs", locked=("title",)))
    (conflict,) = found.conflicts
    assert (conflict.field, conflict.reason) == ("title", "conflicting locks")


def test_a_locked_phrasing_keeps_moves_and_phrasings_of_that_side() -> None:
    ours = edited(WANT, do=WANT.content.do[:2], moves=WANT.content.moves, locked=("do",))
    theirs = edited(WANT, do=WANT.content.do[1:])
    assert merge_skill(WANT, ours, theirs).merged.content.do == WANT.content.do[:2]


def test_a_skill_added_differently_on_both_sides_conflicts_in_what_differs() -> None:
    found = merge_skill(None, WANT, edited(WANT, title="Theirs"))
    assert [(conflict.field, conflict.reason) for conflict in found.conflicts] == [("title", "added on both sides")]


def test_changed_here_and_retired_there_is_a_conflict_of_status_alone() -> None:
    ours, theirs = edited(WANT, title="Better"), edited(WANT, status=SkillStatus.RETIRED)
    found = merge_skill(WANT, ours, theirs)
    assert [(conflict.field, conflict.reason) for conflict in found.conflicts] == [("status", "changed here, retired there")]
    assert merge_skill(WANT, theirs, ours).conflicts[0].reason == "retired here, changed there"
    assert resolve(found, {"status": "theirs"}) == edited(ours, status=SkillStatus.RETIRED)


def test_changed_here_and_removed_there_is_a_conflict_about_the_whole_skill() -> None:
    ours = edited(WANT, title="Better")
    found = merge_skill(WANT, ours, None)
    assert [(conflict.field, conflict.reason) for conflict in found.conflicts] == [("skill", "changed here, removed there")]
    assert resolve(found, {"skill": "theirs"}) is None and resolve(found, {"skill": "ours"}) == ours


def test_any_narrowed_differently_on_both_sides_is_a_conflict_and_labels_added_to_some_are_not() -> None:
    wide, sad, torn = (edited(WANT, applicability=Applicability(states=states)) for states in ((), (State.SAD,), (State.TORN,)))
    assert merge_skill(wide, sad, torn).conflicts[0].field == "applicability"
    both = merge_skill(sad, edited(sad, applicability=Applicability(states=(State.SAD, State.NUMB))),
                       edited(sad, applicability=Applicability(states=(State.SAD, State.TORN)))).merged
    assert both is not None and set(both.content.applicability.states) == {State.SAD, State.NUMB, State.TORN}


def test_an_unsettled_conflict_cannot_be_resolved_and_an_edited_field_can_be_given() -> None:
    found = merge_skill(WANT, edited(WANT, title="Ours"), edited(WANT, title="Theirs"))
    with pytest.raises(UserError, match="is not settled"):
        resolve(found, {})
    settled = resolve(found, {"title": edited(WANT, title="Both of us")})
    assert settled is not None and settled.content.title == "Both of us"


def test_whole_banks_are_merged_skill_by_skill() -> None:
    base = {skill.slug: skill for skill in five_skills()}
    new = WANT.model_copy(update={"slug": "brand-new"})
    theirs = {**base, "brand-new": new, WANT.slug: edited(WANT, title="Theirs")}
    theirs.pop("turn-the-page")
    found = {one.slug: one.merged for one in merge_all(base, base, theirs)}
    assert found == {"brand-new": new, WANT.slug: theirs[WANT.slug], "turn-the-page": None}


def test_every_field_of_a_skill_is_merged() -> None:
    from esc_tui.domain.merging import MERGED_FIELDS

    assert {*MERGED_FIELDS, "do"} == set(LOCKABLE_FIELDS)
