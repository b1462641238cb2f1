"""Clusters become draft skills: checked, linked, with evidence, in one revision; nothing is active and no sentence is a copy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.mining import mined_drafts
from esc_tui.bank.prototypes import (
    prototypes_of_run,
    prototypes_of_skill,
    skill_sources,
    units_of_prototype,
)
from esc_tui.discover.briefs import brief_of_prototypes, brief_of_units, intensity_range
from esc_tui.discover.checking import checked, texts_of
from esc_tui.discover.drafting import draft_from_prototypes, draft_from_units, extend_skill, rest_on
from esc_tui.discover.prototypes import discover_prototypes
from esc_tui.discover.skills import KEPT, mine_skills
from esc_tui.domain.dialogue import Dialogue, DialogueTurn, words_hash
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Action, Change, Severity, SkillStatus, State
from esc_tui.domain.lint import lint_skill
from esc_tui.domain.skill import Applicability, Contraindication, ExampleReply, ExpectedOutcome, Phrasing, Risk, Skill
from esc_tui.domain.text import normalised
from esc_tui.engines.embedded.skill_writing import EmbeddedSkillWriter
from esc_tui.engines.roles import SkillBrief
from esc_tui.guard.reply import check_reply
from tests.discover.mined_bank import Row, bank_of, many_rows
from tests.support_bank import empty_bank, five_skills

GOOD, BAD = Change.FEELS_UNDERSTOOD, Change.REJECTS
WRITER = EmbeddedSkillWriter()


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    """400 units of one's own making, grouped; two written skills are in force."""
    bank = bank_of(tmp_path, many_rows(400))
    bank.commit({skill.slug: skill for skill in five_skills()[:2]}, kind="edit", author="tests", message="two", base_revision=0)
    discover_prototypes(bank)
    return bank


def shared_runs(bank: Bank, skill: Skill) -> set[str]:
    """Eight words in a row that a skill and a line of the bank have in common, worked out the slow way."""
    lines = [f" {normalised(row[0])} " for row in bank.connection.rows("SELECT text FROM dialogue_turns")]
    found = set()
    for text in texts_of(skill.content):
        words = normalised(text).split()
        for at in range(len(words) - 7):
            run = " ".join(words[at:at + 8])
            if any(f" {run} " in line for line in lines):
                found.add(run)
    return found


async def test_mining_makes_drafts_in_one_revision_and_nothing_becomes_active(bank: Bank) -> None:
    before = bank.head_number
    found = await mine_skills(bank, WRITER, author="Mara", target=8)
    assert len(found.skills) == 8
    assert bank.head_number == found.revision == before + 1
    head = bank.head()
    assert (head.kind, head.author) == ("discover", "Mara")
    for mined in found.skills:
        skill = bank.skill(mined.slug)
        assert skill.status is SkillStatus.DRAFT
        assert skill.version == 1
        assert skill.content.license == "MIT"
        assert skill.content.origin.startswith("wording of the program's own; actions, states and risks from ")
        assert "made up; CC BY-NC 4.0" in skill.content.origin
        assert skill.content.origin.endswith("unverified")
        assert lint_skill(skill.content) == ()
    assert {row.slug for row in bank.stored_skills(None) if row.status == "active"} == {skill.slug for skill in five_skills()[:2]}


async def test_counts_add_up_and_links_go_both_ways(bank: Bank) -> None:
    found = await mine_skills(bank, WRITER, author="Mara", target=8)
    rows = prototypes_of_run(bank.connection, 1)
    assert sum(mined.prototypes for mined in found.skills) + found.harm_without_skill == len(rows)
    for mined in found.skills:
        mine = prototypes_of_skill(bank.connection, mined.slug)
        assert len(mine) == mined.prototypes == mined.positive + mined.negative
        assert sum(row.polarity == "positive" for row in mine) == mined.positive
        units = {unit.id: unit for row in mine for unit in units_of_prototype(bank.connection, row.id, 5000)}
        assert sum(unit.polarity == "positive" for unit in units.values()) == mined.positive_units
        assert sum(unit.polarity == "negative" for unit in units.values()) == mined.negative_units
        assert all(row.skills == (mined.slug,) for row in mine)
        assert len({row.cluster for row in mine}) == 1
        assert set(skill_sources(bank.connection, mined.slug)) == {
            bank.connection.value("SELECT text_hash FROM dialogues WHERE id = ?", (unit.dialogue,)) for unit in units.values()}
        ledger = bank.connection.rows("SELECT unit, outcome, source, version FROM evidence WHERE skill = ?", (mined.slug,))
        assert {row[0]: row[1] for row in ledger} == {key: unit.polarity for key, unit in units.items()}
        assert len(ledger) == len(units)
        assert {row[2:] for row in ledger} == {("unit", 1)}
        card = bank.skill_row(mined.slug)
        assert card is not None
        assert (card.helped, card.harmed) == (mined.positive_units, mined.negative_units)
    assert found.evidence == bank.connection.value("SELECT count(*) FROM evidence")
    assert found.snapshot == bank.snapshot_number == 1


async def test_the_same_bank_mined_twice_gives_the_same_bytes_and_the_second_time_nothing_new(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    rows = many_rows(200)
    hashes = []
    for name, order in (("one", range(200)), ("two", reversed(range(200)))):
        bank = bank_of(tmp_path / name, rows, order=order)
        discover_prototypes(bank, seed=4)
        await mine_skills(bank, WRITER, author="Mara", target=6, seed=4)
        hashes.append(bank.head().hash)
        again = await mine_skills(bank, WRITER, author="Mara", target=6, seed=4)
        assert (again.revision, again.skills, len(again.kept)) == (0, (), 6)
        assert bank.head_number == 1
    assert hashes[0] == hashes[1]


async def test_after_a_new_grouping_of_the_same_units_the_drafts_stay(bank: Bank) -> None:
    await mine_skills(bank, WRITER, author="Mara", target=8)
    discover_prototypes(bank)
    again = await mine_skills(bank, WRITER, author="Mara", target=8)
    assert len(again.kept) == 8
    assert again.skills == ()


async def test_untouched_drafts_of_other_clusters_make_room_and_those_a_person_touched_stay(bank: Bank) -> None:
    first = await mine_skills(bank, WRITER, author="Mara", target=5)
    edited, locked = first.skills[0].slug, first.skills[1].slug
    skill = bank.skill(edited)
    changed = skill.model_copy(update={"content": skill.content.model_copy(update={"title": "Mine now"})})
    other = bank.skill(locked).model_copy(update={"locked": ("title",)})
    bank.commit({edited: changed, locked: other}, kind="edit", author="Ann", message="by hand", base_revision=bank.head_number)
    second = await mine_skills(bank, WRITER, author="Mara", target=11)
    assert bank.skill(edited).content.title == "Mine now"
    assert bank.skill(locked).locked == ("title",)
    assert not {edited, locked} & set(second.replaced)
    assert all(not bank.has_skill(slug) for slug in second.replaced)
    assert not {mined.slug for mined in second.skills} & {mined.slug for mined in first.skills}  # evidence hangs on the old ones
    bank.undo("Ann")
    assert all(bank.has_skill(slug) for slug in second.replaced)


async def test_a_slug_in_use_is_never_taken_again(bank: Bank) -> None:
    first = await mine_skills(bank, WRITER, author="Mara", target=4)
    bank.commit(dict.fromkeys((mined.slug for mined in first.skills), None), kind="edit", author="Ann", message="all out",
                base_revision=bank.head_number)
    second = await mine_skills(bank, WRITER, author="Mara", target=4)
    assert len(second.skills) == 4
    assert not {mined.slug for mined in second.skills} & {mined.slug for mined in first.skills}


# No sentence of a source


class Naive:
    """Writes what stands in its units, as a careless writer would."""

    async def write_skill(self, brief: SkillBrief) -> Skill:
        skill = await WRITER.write_skill(brief)
        seeker, said = brief.helped[0].seeker, brief.helped[0].supporter
        return skill.model_copy(update={"content": skill.content.model_copy(update={
            "do": (*skill.content.do, Phrasing(move=1, text=said)), "dont": (*skill.content.dont, f"Well: {said}"),
            "examples": (*skill.content.examples, ExampleReply(seeker=seeker, reply="Thank you for telling me."))})})


async def test_words_of_a_source_are_taken_out_of_a_draft_and_told(bank: Bank) -> None:
    found = await mine_skills(bank, Naive(), author="Mara", target=5)
    assert len(found.skills) == 5
    for mined in found.skills:
        assert len(mined.notes) == 3
        assert any("8 words in a row" in note for note in mined.notes)
        assert not shared_runs(bank, bank.skill(mined.slug))


async def test_a_copied_move_leaves_the_whole_draft_out(bank: Bank) -> None:
    class Copier(Naive):
        async def write_skill(self, brief: SkillBrief) -> Skill:
            skill = await WRITER.write_skill(brief)
            first = skill.content.moves[0].model_copy(update={"text": brief.helped[0].supporter})
            return skill.model_copy(update={"content": skill.content.model_copy(update={"moves": (first, *skill.content.moves[1:])})})

    found = await mine_skills(bank, Copier(), author="Mara", target=3)
    assert (found.revision, found.skills) == (0, ())
    assert [number for number, _ in found.left_out] == [1, 2, 3]
    assert all("move 1 has 8 words in a row in common" in why for _, why in found.left_out)
    assert bank.head_number == 1


async def test_the_embedded_writer_copies_nothing_even_when_a_dialogue_holds_its_words(bank: Bank) -> None:
    drafts = [await WRITER.write_skill(brief_of_prototypes(bank.connection, [row.id]))
              for row in prototypes_of_run(bank.connection, 1) if row.polarity == "positive"][:10]
    planted = [text for text in texts_of(drafts[0].content) if len(normalised(text).split()) >= 8][2:6]
    bank.add_dialogues([Dialogue(id="planted", licence="MIT", source="elsewhere", turns=tuple(
        DialogueTurn(speaker="supporter", text=f"Oh, {text.upper()} Yes.") for text in planted if "{" not in text))])
    for outcome in checked(bank.connection, drafts):
        assert outcome.skill is None or not shared_runs(bank, outcome.skill)


# What else may not be in a skill


def draft(**changes: object) -> Skill:
    skill = five_skills()[0]
    return Skill(slug="one", status=SkillStatus.DRAFT, content=skill.content.model_copy(update=changes))


@pytest.mark.parametrize("text", ["I also lost my job once, so I know.", "You have depression, and it shows.",
                                  "Your symptoms will pass.", "Stop taking your antidepressants.", "I promise I will not tell anyone."])
def test_unsafe_clinical_and_invented_words_are_taken_out(tmp_path: Path, text: str) -> None:
    content = five_skills()[0].content
    outcome = checked(empty_bank(tmp_path).connection, [draft(do=(*content.do, Phrasing(move=1, text=text)))])[0]
    assert outcome.skill is not None
    assert outcome.skill.content.do == content.do
    assert len(outcome.reasons) == 1


def test_a_clinical_word_in_the_title_leaves_the_draft_out(tmp_path: Path) -> None:
    outcome = checked(empty_bank(tmp_path).connection, [draft(title="A therapy for the sad")])[0]
    assert outcome.skill is None
    assert outcome.reasons == ("its title uses the clinical word 'therapy'",)


@pytest.mark.parametrize("word", ["symptoms", "medicine", "dose", "proven"])
def test_clinical_words_go_from_every_text_but_a_quoted_dont(tmp_path: Path, word: str) -> None:
    content, text = five_skills()[0].content, f"The {word} may be felt."
    changes = {
        "contraindications": Contraindication(text=text, cues=("later",)), "outcomes": ExpectedOutcome(change=Change.RELIEF, text=text),
        "risks": Risk(severity=Severity.LOW, text=text), "dont": text}
    more = {name: (*getattr(content, name), row) for name, row in changes.items()}
    outcome = checked(empty_bank(tmp_path).connection, [draft(**more)])[0]
    assert outcome.skill is not None
    assert outcome.skill.content == content.model_copy(update={"dont": (*content.dont, text)})
    assert outcome.reasons == tuple(f"{part} uses the clinical word '{word}'" for part in ("a contraindication", "an outcome", "a risk"))


def test_an_example_that_begins_with_a_crisis_and_hidden_characters_go(tmp_path: Path) -> None:
    content = five_skills()[0].content
    outcome = checked(empty_bank(tmp_path).connection, [draft(
        examples=(*content.examples, ExampleReply(seeker="I am going to kill myself tonight.", reply="Tell me about work.")),
        dont=(*content.dont, "go \u202e away"))])[0]
    assert outcome.skill is not None
    assert outcome.skill.content.examples == content.examples
    assert outcome.skill.content.dont == content.dont


def test_a_move_left_without_words_leaves_the_draft_out(tmp_path: Path) -> None:
    content = five_skills()[0].content
    kept = tuple(row for row in content.do if row.move != 2)
    outcome = checked(empty_bank(tmp_path).connection, [draft(do=(*kept, Phrasing(move=2, text="I have been through the same.")))])[0]
    assert outcome.skill is None
    assert outcome.reasons[0] == "move 2 was left without a phrasing"


# Small and strange banks


async def test_a_cluster_of_one_unit_becomes_a_whole_draft(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.LONELY, (Action.OPEN_QUESTION,), GOOD)])
    discover_prototypes(bank)
    found = await mine_skills(bank, WRITER, author="Mara")
    assert found.sentence == "Only one prototype helped, so there is one skill instead of 27."
    skill = bank.skill(found.skills[0].slug)
    assert skill.slug.endswith("-when-lonely")
    assert skill.content.origin == (
        "wording of the program's own; actions, states and risks from 1 unit (made up; CC BY-NC 4.0), unverified")
    assert lint_skill(skill.content) == ()


async def test_what_harmed_alone_makes_no_skill(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.LONELY, (Action.OPEN_QUESTION,), BAD)])
    discover_prototypes(bank)
    with pytest.raises(UserError, match="none of the prototypes helped"):
        await mine_skills(bank, WRITER, author="Mara")


async def test_without_prototypes_one_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no prototypes.*discover prototypes"):
        await mine_skills(empty_bank(tmp_path), WRITER, author="Mara")


async def test_hostile_text_in_units_and_sources_stays_text(tmp_path: Path) -> None:
    nasty = "[/bold]\x1b[31m'); DROP TABLE units;-- {{ 7*7 }} \u202e"
    bank = bank_of(tmp_path, [Row(State.SAD, (Action.VALIDATION,), GOOD, seeker=nasty, supporter=nasty, source=nasty, licence=nasty)] * 3)
    discover_prototypes(bank)
    found = await mine_skills(bank, WRITER, author="Mara")
    assert len(bank.skill(found.skills[0].slug).content.origin) <= 200
    assert bank.unit_count() == 3


# Stopped and gone on


async def test_a_writer_that_fails_leaves_the_bank_as_it_was_and_goes_on_where_it_stopped(bank: Bank) -> None:
    class Slow:
        asked: list[int] = []
        fails_at = 4

        async def write_skill(self, brief: SkillBrief) -> Skill:
            if len(self.asked) == self.fails_at:
                raise KeyboardInterrupt
            self.asked.append(brief.number)
            return await WRITER.write_skill(brief)

    slow = Slow()
    with pytest.raises(KeyboardInterrupt):
        await mine_skills(bank, slow, author="Mara", target=7)
    assert bank.head_number == 1
    assert bank.connection.value("SELECT count(*) FROM evidence") == 0
    assert mined_drafts(bank.connection) == {}
    assert len(bank.drafts()) == 4
    slow.fails_at = 99
    found = await mine_skills(bank, slow, author="Mara", target=7)
    assert len(found.skills) == 7
    assert slow.asked == [1, 2, 3, 4, 5, 6, 7]  # none was asked for twice
    assert not [kept for kept in bank.drafts() if kept.key.startswith(KEPT)]


async def test_stopped_while_it_is_saved_nothing_is_half_written(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def breaking(*arguments: object, **more: object) -> int:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return 0

    monkeypatch.setattr("esc_tui.discover.skills.add_unit_evidence", breaking)
    with pytest.raises(KeyboardInterrupt):
        await mine_skills(bank, WRITER, author="Mara", target=5)
    assert bank.head_number == 1
    assert bank.connection.value("SELECT count(*) FROM skill_prototypes") == 0
    assert bank.connection.value("SELECT count(*) FROM skill_versions WHERE status = 'draft'") == 0


# What a brief says


def test_a_brief_counts_its_units_and_keeps_words_by_licence(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [*[Row(State.SAD, (Action.VALIDATION, Action.OPEN_QUESTION), GOOD, intensity=2)] * 3,
                              Row(State.ANGRY, (Action.VALIDATION,), BAD),
                              Row(State.SAD, (Action.VALIDATION,), GOOD, licence="MIT", intensity=4),
                              Row(State.SAD, (Action.VALIDATION,), Change.CONTINUES)])
    brief = brief_of_units(bank.connection, range(1, 7), near=False)
    assert brief.actions == ((Action.VALIDATION, 4), (Action.OPEN_QUESTION, 3))
    assert brief.states == ((State.SAD, 4),)
    assert brief.harmed_states == ((State.ANGRY, 1),)
    assert (brief.positive_units, brief.negative_units) == (4, 1)
    assert (brief.intensity_low, brief.intensity_high) == (2, 4)
    assert {unit.number: unit.quotable for unit in (*brief.helped, *brief.harmed)} == {1: False, 2: False, 3: False, 4: False, 5: True}
    assert all(unit.quotable for unit in brief_of_units(bank.connection, [1], near=True).helped)


def test_intensity_leaves_the_tails_out() -> None:
    assert intensity_range([1] + [3] * 18 + [5]) == (3, 3)
    assert intensity_range([1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5]) == (2, 4)
    assert intensity_range([2]) == (2, 2)
    assert intensity_range([]) == (1, 5)


# Drafts for people


async def test_a_draft_from_picked_units_rests_on_them_once_saved(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.LONELY, (Action.OPEN_QUESTION,), GOOD), Row(State.LONELY, (Action.OPEN_QUESTION,), BAD),
                              Row(State.LONELY, (Action.OPEN_QUESTION,), Change.CONTINUES)])
    skill = await draft_from_units(bank.connection, [1, 2, 3], WRITER)
    assert skill.status is SkillStatus.DRAFT
    bank.commit({skill.slug: skill}, kind="edit", author="Ann", message="new", base_revision=0)
    assert rest_on(bank, skill.slug, units=[1, 2, 3]) == 2  # a neutral unit is no evidence
    assert rest_on(bank, skill.slug, units=[1, 2, 3]) == 0
    assert {row.polarity for row in bank.units_for(skill.slug)} == {"positive", "negative"}
    assert len(skill_sources(bank.connection, skill.slug)) == 3
    dialogue = bank.dialogue("talk-00000")
    assert dialogue is not None
    assert words_hash(dialogue) in skill_sources(bank.connection, skill.slug)


async def test_a_draft_from_a_prototype_has_a_slug_of_its_own(bank: Bank) -> None:
    row = next(row for row in prototypes_of_run(bank.connection, 1) if row.polarity == "positive")
    skill = await draft_from_prototypes(bank.connection, [row.id], WRITER)
    bank.commit({skill.slug: skill}, kind="edit", author="Ann", message="new", base_revision=bank.head_number)
    assert rest_on(bank, skill.slug, prototypes=[row.id]) == row.units
    other = await draft_from_prototypes(bank.connection, [row.id], WRITER)
    assert other.slug != skill.slug


@pytest.mark.parametrize(("units", "why"), [([2], "none of these units helped"), ([1, 99], "no unit IU-99"),
                                            ([], "none of these units helped")])
async def test_units_that_make_no_skill_are_told(tmp_path: Path, units: Sequence[int], why: str) -> None:
    bank = bank_of(tmp_path, [Row(State.LONELY, (Action.OPEN_QUESTION,), GOOD), Row(State.LONELY, (Action.OPEN_QUESTION,), BAD)])
    with pytest.raises(UserError, match=why):
        await draft_from_units(bank.connection, units, WRITER)


async def test_an_unknown_prototype_is_told(bank: Bank) -> None:
    with pytest.raises(UserError, match="no prototype 4321"):
        await draft_from_prototypes(bank.connection, [4321], WRITER)


def test_extending_a_skill_adds_and_never_takes_away(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [*[Row(State.ANGRY, (Action.VALIDATION,), Change.RELIEF, intensity=5)] * 6,
                              *[Row(State.NUMB, (Action.VALIDATION,), Change.DISTRESS_RISES)] * 4])
    discover_prototypes(bank)
    skill = five_skills()[0]
    rows = [row.id for row in prototypes_of_run(bank.connection, 1)]
    wider = extend_skill(bank.connection, skill, rows)
    before, after = skill.content, wider.content
    assert after.applicability.states == (*before.applicability.states, State.ANGRY)
    assert after.moves == before.moves
    assert after.do == before.do
    assert [row.change for row in after.outcomes] == [Change.FEELS_UNDERSTOOD, Change.RELIEF]
    assert [row.states for row in after.contraindications] == [(), (State.NUMB,)]
    assert set(before.risks) < set(after.risks)
    assert Severity.HIGH in {row.severity for row in after.risks}
    assert extend_skill(bank.connection, wider, rows) == wider


def test_extending_respects_locks_and_any_stays_any(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [*[Row(State.ANGRY, (Action.VALIDATION,), Change.RELIEF)] * 6,
                              *[Row(State.NUMB, (Action.VALIDATION,), BAD)] * 4])
    discover_prototypes(bank)
    rows = [row.id for row in prototypes_of_run(bank.connection, 1)]
    skill = five_skills()[0]
    fields = ("applicability", "contraindications", "outcomes", "risks")
    for name in fields:
        wider = extend_skill(bank.connection, skill.model_copy(update={"locked": (name,)}), rows)
        assert getattr(wider.content, name) == getattr(skill.content, name)
        assert wider.content != skill.content
    assert extend_skill(bank.connection, skill.model_copy(update={"locked": fields}), rows).content == skill.content
    anywhere = skill.model_copy(update={"content": skill.content.model_copy(update={"applicability": Applicability()})})
    assert extend_skill(bank.connection, anywhere, rows).content.applicability.states == ()


def test_extending_by_harm_alone_adds_warnings_only(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, [Row(State.NUMB, (Action.VALIDATION,), Change.DISTRESS_RISES)] * 4)
    discover_prototypes(bank)
    skill = five_skills()[0]
    wider = extend_skill(bank.connection, skill, [row.id for row in prototypes_of_run(bank.connection, 1)])
    assert wider.content.applicability == skill.content.applicability
    assert wider.content.outcomes == skill.content.outcomes
    assert wider.content.contraindications[-1].states == (State.NUMB,)
    assert all(isinstance(row, Risk) for row in wider.content.risks)


# On real dialogues


async def test_skills_mined_from_esconv_hold_none_of_its_sentences(corpora: Path, tmp_path: Path) -> None:
    opened = empty_bank(tmp_path)
    opened.close()
    path = str(opened.path)
    for words in (["import", str(corpora / "valid.jsonl")], ["discover", "units"]):
        subprocess.run([sys.executable, "-m", "esc_tui", *words, "--bank", path], check=True, capture_output=True)
    with open_bank(path) as bank:
        found = discover_prototypes(bank)
        assert found.prototypes > 27
        mined = await mine_skills(bank, WRITER, author="tests")
        assert len(mined.skills) == 27
        assert mined.left_out == ()
        for one in mined.skills:
            skill = bank.skill(one.slug)
            assert not shared_runs(bank, skill)
            assert lint_skill(skill.content) == ()
            assert all(check_reply(row.reply, seeker_text=row.seeker).ok for row in skill.content.examples)
