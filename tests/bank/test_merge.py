"""Merging banks as files: the common state, two parents, what comes along, what stays, and a merge that is killed."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.decisions import decide, decisions_of
from esc_tui.bank.evidence_line import learn_outcomes
from esc_tui.bank.merging import carried_over, carry_out, find_base, one_side, plan_merge
from esc_tui.bank.units import unit_labels
from esc_tui.domain.base import now_iso
from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.errors import ConflictError, UserError
from esc_tui.domain.events import TurnStarted
from esc_tui.domain.labels import Change, Polarity
from esc_tui.domain.revision import EvidenceRow
from tests.bank.test_crashes import lines_until_killed, posix_only
from tests.support_bank import conversation_started, small_bank_file

WANT = "ask-one-small-want"
OTHER = "turn-the-page"


@pytest.fixture
def two(tmp_path: Path):
    """Two copies of one bank, opened."""
    first = small_bank_file(tmp_path, "ours.db")
    shutil.copy(first, tmp_path / "theirs.db")
    with open_bank(first) as ours, open_bank(tmp_path / "theirs.db") as theirs:
        yield ours, theirs


def edit(bank: Bank, slug: str = WANT, author: str = "Ada", **fields: object) -> None:
    skill = bank.skill(slug)
    changed = skill.model_copy(update={"content": skill.content.model_copy(update=fields)})
    bank.commit({slug: changed}, author=author, message=f"{author} changed {slug}", base_revision=bank.head_number)


def merge(ours: Bank, theirs: Bank, side: str = "ours"):
    plan = plan_merge(ours, theirs, theirs.path.name)
    return carry_out(ours, theirs, plan, one_side(plan, side), author="merger")


def test_edits_of_different_fields_are_joined_in_a_revision_with_two_parents(two) -> None:
    ours, theirs = two
    edit(ours, title="Ours")
    edit(theirs, author="Bo", summary="Theirs.")
    before = ours.head_number
    made = merge(ours, theirs).revision
    assert made is not None and (made.kind, made.parents) == ("merge", (before, before + 1))
    content = ours.skill(WANT).content
    assert (content.title, content.summary) == ("Ours", "Theirs.")
    second = ours.revision(before + 1)
    assert (second.hash, second.author, second.parents) == (theirs.head().hash, "Bo", (1,))
    assert [skill.content for skill in ours.skills_at(before + 1)] == [skill.content for skill in theirs.skills_at()]
    assert ours.check() == []


def test_undo_of_a_merge_brings_back_what_was_here_and_redo_the_merge(two) -> None:
    ours, theirs = two
    edit(ours, title="Ours")
    edit(theirs, summary="Theirs.")
    before = ours.head().hash
    after = merge(ours, theirs).revision.hash
    assert ours.undo("x").hash == before
    assert ours.redo("x").hash == after
    assert ours.check() == []


def test_a_second_merge_starts_from_what_was_merged_and_the_other_way_round_brings_both_to_one_hash(two) -> None:
    ours, theirs = two
    edit(ours, title="Ours")
    edit(theirs, summary="Theirs.")
    merge(ours, theirs)
    edit(theirs, slug="turn-the-page", summary="Again.")
    plan = plan_merge(ours, theirs, "theirs.db")
    assert plan.conflicts == () and [one.slug for one in plan.merges] == ["turn-the-page"]
    merge(ours, theirs)
    merge(theirs, ours)
    assert ours.head().hash == theirs.head().hash
    again = merge(ours, theirs)
    assert again.revision is None and again.brought.labels == 0
    assert ours.check() == [] and theirs.check() == []


def test_the_common_state_is_the_newest_both_histories_hold(two) -> None:
    ours, theirs = two
    assert find_base(ours, theirs)[0].revision == 1
    edit(theirs, title="Shared")
    edit(ours, title="Shared")
    edit(ours, title="Later")
    base, skills = find_base(ours, theirs)
    assert (base.kind, base.revision, skills[WANT].skill().content.title) == ("revision", 2, "Shared")


def test_without_a_common_state_every_difference_is_a_conflict_and_it_says_so(tmp_path: Path, two) -> None:
    from tests.support_bank import empty_bank, five_skills

    ours, _ = two
    with empty_bank(tmp_path) as other:
        skills = {skill.slug: skill for skill in five_skills()[:2]}
        other.commit(skills, author="x", message="x", base_revision=0)
        edit(other, title="Other")
        plan = plan_merge(ours, other, "empty.db")
        assert plan.base.kind == "none" and "no state in common" in plan.base.sentence
        assert [(one.slug, one.field, one.reason) for one in plan.conflicts] == [(WANT, "title", "added on both sides")]


def test_a_bank_without_a_revision_cannot_be_merged(tmp_path: Path, two) -> None:
    from tests.support_bank import empty_bank

    with empty_bank(tmp_path) as other, pytest.raises(UserError, match="no revision yet"):
        plan_merge(two[0], other, "empty.db")


def test_an_open_conflict_writes_nothing(two) -> None:
    ours, theirs = two
    edit(ours, title="Ours")
    edit(theirs, title="Theirs")
    plan = plan_merge(ours, theirs, "theirs.db")
    with pytest.raises(UserError, match="is not settled"):
        carry_out(ours, theirs, plan, {}, author="x")
    assert ours.head_number == 2 and ours.connection.value("SELECT count(*) FROM skill_versions") == 6
    for side, title in (("theirs", "Theirs"), ("ours", "Theirs")):
        merge(ours, theirs, side)
        assert ours.skill(WANT).content.title == title


def test_conflicting_locks_are_told_apart(two) -> None:
    ours, theirs = two
    for bank, title in ((ours, "Ours"), (theirs, "Theirs")):
        skill = bank.skill(WANT)
        bank.commit({WANT: skill.model_copy(update={"locked": ("title",), "content": skill.content.model_copy(
            update={"title": title})})}, author="x", message="lock", base_revision=1)
    (conflict,) = plan_merge(ours, theirs, "theirs.db").conflicts
    assert (conflict.field, conflict.reason) == ("title", "conflicting locks")


def test_a_bank_that_moved_on_since_the_plan_is_not_merged_into(two) -> None:
    ours, theirs = two
    edit(theirs, title="Theirs")
    plan = plan_merge(ours, theirs, "theirs.db")
    edit(ours, summary="Meanwhile.")
    with pytest.raises(ConflictError, match=r"Ada made r2 at \d{4}-\d\d-\d\d \d\d:\d\d UTC, after you had looked at r1"):
        carry_out(ours, theirs, plan, {}, author="x")
    assert ours.head_number == 2


def test_choices_hold_after_the_bank_moved_on_where_every_side_still_says_the_same(two) -> None:
    ours, theirs = two
    edit(theirs, title="Theirs", summary="Theirs.")
    edit(ours, title="Ours", summary="Ours.")
    before = plan_merge(ours, theirs, "theirs.db")
    edit(ours, summary="Meanwhile.")
    after = plan_merge(ours, theirs, "theirs.db")
    choices = one_side(before, "theirs")
    assert set(choices) == {(WANT, "title"), (WANT, "summary")}
    assert carried_over(before, choices, after) == {(WANT, "title"): "theirs"}


def test_skills_new_there_and_removed_there_come_along(two) -> None:
    ours, theirs = two
    new = theirs.skill(WANT).model_copy(update={"slug": "brand-new"})
    theirs.commit({"brand-new": new, "turn-the-page": None}, author="x", message="x", base_revision=1)
    done = merge(ours, theirs)
    assert (done.added, done.changed, done.removed) == (("brand-new",), (), ("turn-the-page",))
    assert ours.has_skill("brand-new") and not ours.has_skill("turn-the-page")


def their_dialogue() -> Dialogue:
    return Dialogue(id="more-01", licence="CC BY-NC 4.0", source="field notes", turns=(
        DialogueTurn(speaker="seeker", text="The heating broke again."), DialogueTurn(speaker="supporter", text="Again, in January."),
        DialogueTurn(speaker="seeker", text="Yes, exactly.")))


def their_unit(bank: Bank):
    unit = bank.unit("work-01/1")
    return unit.model_copy(update={"id": "more-01/1", "dialogue": "more-01", "quotes": (), "labeller": "Bo"})


def test_dialogues_units_labels_and_decisions_come_along_once_with_their_licences(two) -> None:
    ours, theirs = two
    theirs.add_dialogues([their_dialogue()])
    theirs.add_units([their_unit(theirs)])
    corrected = theirs.unit("work-01/3").model_copy(update={"labeller": "Bo", "change": Change.RELIEF})
    decide(theirs.writing, "work-01/3", "Bo", "correct", now_iso(), label=corrected)
    decide(theirs.writing, "loss-01/1", "Bo", "flag", now_iso(), note="look again")
    done = merge(ours, theirs)
    assert (done.revision, done.brought.dialogues, done.brought.units, done.brought.labels, done.brought.decisions) == (None, 1, 1, 2, 2)
    assert ours.dialogue("more-01") == their_dialogue()
    assert ours.unit("work-01/3").change is Change.RELIEF
    assert [one.kind for one in decisions_of(ours.connection, "loss-01/1")] == ["flag"]
    again = merge(ours, theirs).brought
    assert (again.dialogues, again.units, again.labels, again.decisions, again.outcomes) == (0, 0, 0, 0, 0)
    assert ours.check() == []


def test_of_two_decisions_by_one_person_the_newer_holds(two) -> None:
    ours, theirs = two
    for bank, change, time in ((theirs, Change.RELIEF, "2026-01-01T00:00:00Z"), (ours, Change.THANKS, "2026-02-01T00:00:00Z")):
        label = bank.unit("work-01/3").model_copy(update={"labeller": "Bo", "change": change})
        decide(bank.writing, "work-01/3", "Bo", "correct", time, label=label)
    merge(ours, theirs)
    merge(theirs, ours)
    for bank in two:
        assert bank.unit("work-01/3").change is Change.THANKS
        assert [one.time for one in decisions_of(bank.connection, "work-01/3")] == ["2026-02-01T00:00:00Z"]
        assert len(unit_labels(bank.connection, "work-01/3")) == 3


def test_a_dialogue_with_the_same_name_and_other_words_is_left_out_and_counted(two) -> None:
    ours, theirs = two
    ours.add_dialogues([their_dialogue()])
    other = their_dialogue().model_copy(update={"turns": (*their_dialogue().turns, DialogueTurn(speaker="supporter", text="Hm."))})
    theirs.add_dialogues([other])
    theirs.add_units([their_unit(theirs)])
    done = merge(ours, theirs)
    assert (done.brought.left_out, done.brought.units) == (1, 0)
    assert ours.dialogue("more-01") == their_dialogue()


def test_outcomes_come_along_at_the_version_with_the_same_content(two) -> None:
    ours, theirs = two
    edit(ours, title="Ours")
    edit(theirs, title="Theirs")
    theirs.add_evidence([EvidenceRow(skill=WANT, version=2, unit="work-01/1", outcome=Polarity.POSITIVE, source="unit"),
                         EvidenceRow(skill=WANT, version=1, unit="loss-01/1", outcome=Polarity.NEGATIVE, source="unit")])
    done = merge(ours, theirs)
    assert done.brought.outcomes == 2 and done.brought.snapshot == 2
    rows = {row.unit: row.version for row in ours.ledger(WANT)[:2]}
    assert ours.skill_version(WANT, rows["work-01/1"]).content.title == "Theirs"
    assert rows["loss-01/1"] == 1
    assert merge(ours, theirs).brought.outcomes == 0


def test_a_unit_that_both_entered_counts_once_and_follows_the_label_in_force(two) -> None:
    ours, theirs = two
    for bank in two:
        bank.add_evidence([EvidenceRow(skill=OTHER, version=1, unit="work-01/3", outcome=Polarity.POSITIVE, source="unit")])
    ours.connection.run("UPDATE evidence SET time = '2026-01-01T00:00:00Z' WHERE unit = 'work-01/3'")
    label = theirs.unit("work-01/3").model_copy(update={"labeller": "Bo", "change": Change.REJECTS})
    decide(theirs.writing, "work-01/3", "Bo", "correct", now_iso(), label=label)
    done = merge(ours, theirs).brought
    assert done.outcomes == 0 and done.snapshot
    standing = ours.connection.rows("SELECT skill, outcome FROM evidence WHERE unit = 'work-01/3' AND source = 'unit' AND skill = ? AND "
                                    "id NOT IN (SELECT replaces FROM evidence WHERE replaces IS NOT NULL)", (OTHER,))
    assert standing == [(OTHER, "negative")]
    for one, other in ((ours, theirs), (theirs, ours)):
        assert merge(one, other).brought.outcomes == 0


def test_a_corrected_outcome_comes_along_with_what_it_corrects(two) -> None:
    ours, theirs = two
    theirs.add_evidence([EvidenceRow(skill=OTHER, version=1, unit="work-01/3", outcome=Polarity.POSITIVE, source="unit")])
    label = theirs.unit("work-01/3").model_copy(update={"labeller": "Bo", "change": Change.REJECTS})
    decide(theirs.writing, "work-01/3", "Bo", "correct", now_iso(), label=label)
    assert merge(ours, theirs).brought.outcomes == 2
    assert [row.outcome for row in ours.ledger(OTHER)[:2]] == ["negative", "positive"]
    assert merge(ours, theirs).brought.outcomes == 0


def test_what_was_learned_there_and_set_back_stays_there(two) -> None:
    ours, theirs = two
    rows = [EvidenceRow(skill=WANT, version=1, conversation="simulated", turn=1, outcome=Polarity.NEGATIVE, group="torn",
                        source="simulation")]
    learn_outcomes(theirs.writing, rows, author="Bo", message="Learned from run 1", time=now_iso())
    theirs.undo("Bo")
    assert merge(ours, theirs).brought.outcomes == 0
    theirs.redo("Bo")
    assert merge(ours, theirs).brought.outcomes == 1
    assert merge(ours, theirs).brought.outcomes == 0


def test_an_adjudication_of_a_label_that_stands_here_comes_along(two) -> None:
    ours, theirs = two
    label = ours.unit("work-01/3").model_copy(update={"labeller": "Bo", "change": Change.RELIEF})
    for bank in two:
        decide(bank.writing, "work-01/3", "Bo", "correct", "2026-01-01T00:00:00Z", label=label)
    other = label.model_copy(update={"labeller": "Ada", "change": Change.THANKS})
    decide(ours.writing, "work-01/3", "Ada", "accept", now_iso(), label=other)
    decide(theirs.writing, "work-01/3", "Bo", "adjudicate", now_iso(), label=label)
    merge(ours, theirs)
    assert ours.unit("work-01/3") == label and ours.check() == []


def test_the_same_dialogue_under_another_name_and_source_gives_its_labels_to_the_one_here(two) -> None:
    ours, theirs = two
    ours.add_dialogues([their_dialogue()])
    ours.add_units([their_unit(ours)])
    theirs.add_dialogues([their_dialogue().model_copy(update={"id": "again-01", "source": "again.jsonl"})])
    label = their_unit(theirs).model_copy(update={"id": "again-01/1", "dialogue": "again-01", "labeller": "Cleo", "change": Change.REJECTS})
    theirs.add_units([label])
    decide(theirs.writing, "again-01/1", "Cleo", "flag", now_iso())
    theirs.add_evidence([EvidenceRow(skill=WANT, version=1, unit="again-01/1", outcome=Polarity.NEGATIVE, source="unit")])
    done = merge(ours, theirs).brought
    assert (done.dialogues, done.left_out, done.units, done.labels, done.decisions, done.outcomes) == (0, 0, 0, 1, 1, 1)
    assert ours.dialogue("again-01") is None
    assert sorted(one.labeller for one in unit_labels(ours.connection, "more-01/1")) == ["Bo", "Cleo"]
    assert ours.ledger(WANT)[0].unit == "more-01/1"
    again = merge(ours, theirs).brought
    assert (again.labels, again.decisions, again.outcomes) == (0, 0, 0) and ours.check() == []


def test_the_same_name_and_words_with_another_source_shares_its_labels(two) -> None:
    ours, theirs = two
    ours.add_dialogues([their_dialogue()])
    theirs.add_dialogues([their_dialogue().model_copy(update={"source": "again.jsonl"})])
    theirs.add_units([their_unit(theirs)])
    done = merge(ours, theirs).brought
    assert (done.left_out, done.labels) == (0, 1) and ours.unit("more-01/1").labeller == "Bo"


def test_talks_and_what_was_learned_from_them_stay_where_they_were(two) -> None:
    ours, theirs = two
    theirs.start_conversation(conversation_started(theirs, "talk-1"))
    theirs.append_events([TurnStarted(conversation_id="talk-1", time=now_iso(), turn=1, text="secret words")])
    theirs.add_dialogues([their_dialogue()], conversation="talk-1")
    theirs.add_units([their_unit(theirs)])
    theirs.add_evidence([EvidenceRow(skill=WANT, version=1, unit="more-01/1", conversation="talk-1", turn=1,
                                     outcome=Polarity.POSITIVE, source="person")])
    done = merge(ours, theirs)
    assert (done.brought.talks, done.brought.dialogues, done.brought.units, done.brought.outcomes) == (1, 0, 0, 0)
    assert ours.conversations() == [] and ours.dialogue("more-01") is None


def test_what_a_mined_skill_rests_on_comes_along(two) -> None:
    from esc_tui.bank.prototypes import (
        add_prototypes,
        link_skill,
        newest_run,
        prototypes_of_run,
        prototypes_of_skill,
        skill_sources,
    )
    from esc_tui.domain.prototype import Prototype

    ours, theirs = two
    prototype = Prototype(number=1, state="lonely", action="reflection-of-feeling", polarity="positive", words=("boxes",), units=(1, 2))
    run = add_prototypes(theirs.writing, [prototype], {(1, 1): 0.9}, 7, {"target": 1}, now_iso())
    link_skill(theirs.writing, WANT, [prototypes_of_run(theirs.connection, run)[0].id])
    for _ in range(2):
        merge(ours, theirs)
        (found,) = prototypes_of_skill(ours.connection, WANT)
        assert (found.state, found.units, found.words) == ("lonely", 2, ("boxes",))
    assert skill_sources(ours.connection, WANT) == skill_sources(theirs.connection, WANT) != []
    assert newest_run(ours.connection).settings == {"target": 1}


def test_groupings_of_several_merges_stand_below_zero_and_a_later_one_made_here_is_the_newest(two) -> None:
    from esc_tui.bank.prototypes import add_prototypes, link_skill, newest_run, prototypes_of_run, prototypes_of_skill
    from esc_tui.discover.prototype_map import prototype_map
    from esc_tui.domain.prototype import Prototype

    ours, theirs = two
    prototype = Prototype(number=1, state="lonely", action="reflection-of-feeling", polarity="positive", words=("boxes",), units=(1, 2))
    for seed in (7, 8, 9):
        run = add_prototypes(theirs.writing, [prototype], {(1, 1): 0.9}, seed, {}, now_iso())
        link_skill(theirs.writing, WANT, [prototypes_of_run(theirs.connection, run)[0].id])
        merge(ours, theirs)
        assert prototype_map(ours.connection).run == -1
    assert [row.run for row in prototypes_of_skill(ours.connection, WANT)] == [-1, -2, -3]
    assert add_prototypes(ours.writing, [prototype], {}, 1, {}, now_iso()) == 1
    assert newest_run(ours.connection).number == 1


def test_a_label_that_cannot_be_read_stops_the_merge_and_nothing_of_it_stays(two) -> None:
    ours, theirs = two
    edit(theirs, title="Theirs")
    theirs.add_dialogues([their_dialogue()])
    theirs.add_units([their_unit(theirs)])
    theirs.connection.run("UPDATE unit_labels SET labels = '{\"state\": \"no such state\"}' WHERE labeller = 'Bo'")
    with pytest.raises(UserError, match="cannot be read"):
        merge(ours, theirs)
    assert ours.head_number == 1 and ours.dialogue("more-01") is None
    assert ours.check() == []


MERGING = """
from tests.support_bank import *
from esc_tui.bank.merging import carry_out, one_side, plan_merge
import sys, pathlib
ours = open_bank(sys.argv[1])
theirs = open_bank(pathlib.Path(sys.argv[1]).with_name("theirs.db"))
plan = plan_merge(ours, theirs, "theirs.db")
print("began", flush=True)
def told(done, total):
    print(done, flush=True)
carry_out(ours, theirs, plan, {}, author="killed", progress=told)
print("end", flush=True)
"""


@posix_only
def test_a_merge_killed_in_the_middle_leaves_the_bank_as_it_was(tmp_path: Path) -> None:
    path = small_bank_file(tmp_path, "ours.db")
    shutil.copy(path, tmp_path / "theirs.db")
    with open_bank(tmp_path / "theirs.db") as theirs:
        edit(theirs, title="Theirs")
        theirs.add_dialogues([their_dialogue()])
        unit = their_unit(theirs)
        theirs.add_units([unit.model_copy(update={"labeller": f"person {number}"}) for number in range(1200)])
    said = lines_until_killed(MERGING, path, 2)
    assert "end\n" not in said and signal.SIGKILL
    with open_bank(path) as bank:
        assert bank.head_number == 1 and bank.dialogue("more-01") is None
        assert bank.check() == []


def test_a_bank_of_an_older_schema_is_read_from_a_copy_and_stays_as_it_was(tmp_path: Path, two) -> None:
    import sqlite3

    from esc_tui.bank.others import other_bank

    old = tmp_path / "old.db"
    plain = sqlite3.connect(old)
    plain.executescript((Path(__file__).parent / "released" / "schema_1.sql").read_text(encoding="utf-8"))
    plain.close()
    before = old.read_bytes()
    with other_bank(old) as theirs:
        plan = plan_merge(two[0], theirs, "old.db")
        carry_out(two[0], theirs, plan, one_side(plan, "theirs"), author="x")
    assert old.read_bytes() == before and two[0].check() == []
