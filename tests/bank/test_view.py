"""The view of a bank without what was made from some dialogues."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from esc_tui.bank.artefacts import store_artefact
from esc_tui.bank.bank import open_bank
from esc_tui.bank.prototypes import add_prototypes, link_skill, prototypes_of_run
from esc_tui.bank.schema import SCHEMA_1, SCHEMA_2, SCHEMA_3, SCHEMA_4, SCHEMA_5
from esc_tui.bank.view import LEFT, PARTS, SEARCHED, WHOLE, make_view
from esc_tui.domain.dialogue import Dialogue, DialogueTurn, InterventionUnit, words_hash
from esc_tui.domain.labels import Action, Change, Polarity, Scenario, SkillStatus, Stage, State, Strategy
from esc_tui.domain.prototype import Prototype
from esc_tui.domain.revision import EvidenceRow
from esc_tui.domain.sealed import SealedWords
from esc_tui.domain.skill import Applicability, Skill
from tests.support_bank import recalled, small_bank_file

NOW = "2026-03-01T10:00:00.000Z"
REPLY = "You carried all of those boxes up five floors and nobody even held the door"


def talk(identity: str, *lines: str, labelled: bool = True) -> Dialogue:
    """Lines in turn, the seeker's first."""
    return Dialogue(id=identity, licence="MIT", source="tests", turns=tuple(
        DialogueTurn(speaker="supporter" if place % 2 else "seeker", text=text,
                     strategy=Strategy.REFLECTION if place % 2 and labelled else None)
        for place, text in enumerate(lines)))


TEST = talk("test", "I moved house alone this weekend", REPLY, "Yes, that is it exactly", "What was the worst hour?",
            "The last one", "Rest now, the boxes can wait until you have slept for once", "Thank you")
OTHER = talk("other", "My brother left and the flat is quiet", "A quiet flat says his name all day, doesn't it?", "It does")


def unit(dialogue: Dialogue) -> InterventionUnit:
    return InterventionUnit(
        id=f"iu-{dialogue.id}", dialogue=dialogue.id, state_turn=0, action_turns=(1,), outcome_turn=2, scenario=Scenario.LONELINESS,
        state=State.LONELY, intensity=3, stage=Stage.COMFORTING, actions=(Action.REFLECTION_OF_FEELING,),
        change=Change.FEELS_UNDERSTOOD, labeller="tester")


def plant(path, *dialogues: Dialogue, said: str = ""):
    """Give a bank units, prototypes, evidence, a vector, a learned model and a mined skill for each dialogue.

    The skill fits everywhere and says its dialogue's first reply, or ``said``.
    """
    with open_bank(path) as bank:
        bank.add_dialogues(dialogues)
        bank.add_units([unit(one) for one in dialogues])
        writing = bank.writing
        run = add_prototypes(writing, [
            Prototype(number=at, state=State.LONELY, action=Action.REFLECTION_OF_FEELING, polarity=Polarity.POSITIVE,
                      units=(bank.unit_row(f"iu-{one.id}").number,)) for at, one in enumerate(dialogues, 1)], {}, 0, {}, NOW)
        base = bank.skill("reflect-unseen-effort").content
        for one, prototype in zip(dialogues, prototypes_of_run(writing, run), strict=True):
            slug = f"mined-{one.id}"
            reply = (said or next(turn.text for turn in one.turns if turn.speaker == "supporter")).rstrip("?.")
            content = base.model_copy(update={"applicability": Applicability(), "contraindications": (), "do": tuple(
                phrasing.model_copy(update={"text": reply + ("?" if phrasing.move == 3 else ".")}) for phrasing in base.do)})
            bank.commit({slug: Skill(slug=slug, content=content, status=SkillStatus.ACTIVE)}, kind="discover",
                        author="tester", message="mined", base_revision=bank.head_number)
            link_skill(writing, slug, [prototype.id])
            bank.add_evidence([EvidenceRow(skill=slug, version=1, unit=f"iu-{one.id}", outcome=Polarity.POSITIVE, source="unit")])
            store_artefact(writing, "planner", {"weights": np.zeros(2, dtype=np.float32)}, card={}, licences=["MIT"],
                           sources=[words_hash(one)], time=NOW)
            with writing.transaction():
                writing.run("INSERT INTO vectors (model, unit, text_hash, data) VALUES ('m', ?, 'x', x'00')",
                            (bank.unit_row(f"iu-{one.id}").number,))
        bank.take_snapshot()


def content(path) -> dict[str, list[tuple]]:
    """Every row of a view but times, row ids and full-text internals."""
    with sqlite3.connect(path) as connection:
        found = {}
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'"):
            if "search" not in table and table not in {"_sqlite_migrations", "sqlite_sequence"}:
                found[table] = sorted(map(repr, connection.execute(f"SELECT * FROM {table}")))
        found["found"] = sorted(connection.execute("SELECT rowid, words FROM unit_search"))
        return found


@pytest.fixture
def path(tmp_path):
    return small_bank_file(tmp_path)


def viewed(path, tmp_path, *test: Dialogue, name="view.db"):
    with open_bank(path, readonly=True) as bank:
        return make_view(bank, SealedWords(test), tmp_path / name), tmp_path / name


def test_every_table_was_decided_about(path):
    decided = {*WHOLE, *(table for table, _ in PARTS), *LEFT, *SEARCHED}
    every = (*SCHEMA_1, *SCHEMA_2, *SCHEMA_3, *SCHEMA_4, *SCHEMA_5)
    names = {statement.split()[2] for statement in every if statement.startswith("CREATE TABLE")}
    assert names <= decided


def test_a_view_for_a_strange_test_set_answers_as_the_bank_does(path, tmp_path):
    left, view = viewed(path, tmp_path, talk("far", "Nothing like it", "Nothing at all like anything that is in there, is it?"))
    assert not any(left.counted().values())
    with open_bank(path) as bank, open_bank(view) as copy:
        assert copy.hashes() == bank.hashes()
        assert recalled(copy, "nobody noticed the archive") == recalled(bank, "nobody noticed the archive")
        assert copy.list_skills().rows == bank.list_skills().rows
        assert copy.connection.rows("PRAGMA foreign_key_check") == []


def test_everything_made_from_a_test_dialogue_is_left_out_and_counted(path, tmp_path):
    _, before = viewed(path, tmp_path, TEST, name="before.db")
    plant(path, OTHER)
    _, with_other = viewed(path, tmp_path, TEST, name="other.db")
    plant(path, TEST)
    left, view = viewed(path, tmp_path, TEST)
    assert left.counted() == {"dialogues": 1, "same": 1, "excerpt": 0, "copied": 0, "line": 0, "units": 1, "prototypes": 1,
                              "evidence": 1, "vectors": 1, "artefacts": 1, "skills": 1}
    assert left.skills == ("mined-test",)
    with open_bank(view) as copy:
        assert not copy.has_skill("mined-test") and copy.has_skill("mined-other")
        assert "test" not in {row.dialogue for row, _ in recalled(copy, "I moved house alone this weekend")}
        assert copy.connection.rows("PRAGMA foreign_key_check") == []
        assert copy.connection.value("SELECT count(*) FROM artefacts") == 1
    assert content(before)["dialogues"] == [row for row in content(view)["dialogues"] if "'other'" not in row]
    assert content(with_other)["found"] == content(view)["found"]


@pytest.mark.parametrize(("planted", "kind"), [
    (talk("again", *(turn.text.upper() for turn in TEST.turns)), "same"),
    (talk("piece", "Some other words before it", REPLY, "Some other words after it"), "excerpt"),
    (talk("short", "Some other words before it", "What was the worst hour?", "Some other words after it"), "excerpt"),
    (talk("half", "So", REPLY, "Yes", "Then I would like to hear how the rest of your week has been", "Fine"), "copied"),
    (talk("line", "So", f"Well, {REPLY}, all of you", "Yes", *(["A reply that is nowhere in the test and long", "Fine"] * 5)), "line"),
    (talk("said", REPLY, "Go on and tell me what happened then, I am with you", "Fine"), "line"),
])
def test_a_dialogue_that_repeats_the_reference_is_left_out(path, tmp_path, planted, kind):
    plant(path, planted, said="Words of nobody")
    left, view = viewed(path, tmp_path, TEST)
    assert (left.dialogues, left.units, left.evidence, left.vectors) == (1, 1, 1, 1)
    assert getattr(left, kind) == 1
    assert left.skills == (() if kind == "line" else (f"mined-{planted.id}",))


def test_a_skill_that_says_a_reference_reply_is_left_out(path, tmp_path):
    with open_bank(path) as bank:
        skill = bank.skill("name-the-loss")
        bank.commit({skill.slug: skill.model_copy(update={"content": skill.content.model_copy(update={"summary": REPLY + "."})})},
                    author="tester", message="quotes", base_revision=bank.head_number)
    left, _ = viewed(path, tmp_path, TEST)
    assert left.skills == ("name-the-loss",) and left.dialogues == 0


def test_short_and_common_lines_leave_nothing_out(path, tmp_path):
    plant(path, talk("greet", "Hello", "Hi, how are you?", "Sad", "I am here, so tell me what is on your mind today", "Okay"))
    left, _ = viewed(path, tmp_path, talk("test-2", "Hi", "Hi, how are you?", "Bad", "That sounds like a long day for you", "Yes"))
    assert left.dialogues == 0


def test_the_bank_itself_is_not_written(path, tmp_path):
    plant(path, TEST)
    before = path.read_bytes()
    viewed(path, tmp_path, TEST)
    assert path.read_bytes() == before


def test_talks_do_not_go_into_a_view(path, tmp_path):
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO conversations VALUES ('C', 't', 1, 'en', 1, '', '', 1, 1, NULL, '', NULL, 0, 0)")
    _, view = viewed(path, tmp_path, TEST)
    with sqlite3.connect(view) as connection:
        assert connection.execute("SELECT count(*) FROM conversations").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM utterance_search").fetchone() == (0,)


def test_chinese_lines_are_told_by_their_characters():
    sealed = SealedWords([talk("zh", "我搬家了", "你一个人把所有的箱子都搬上了五楼", "对")])
    assert sealed.repeated_in("你一个人把所有的箱子都搬上了五楼。")
    assert not sealed.repeated_in("你好")
