"""What the ratings of a consenting talk become, what a changed rating replaces, and what is gone without consent."""

from __future__ import annotations

from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank
from esc_tui.bank.units import unit_labels
from esc_tui.cli.main import main
from esc_tui.discover.from_talks import change_of, learn_from_talk, lessons_of, set_consent, told
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import (
    ConversationStarted,
    GuardChecked,
    PlanMade,
    ReplyFinished,
    SegmentFinished,
    Span,
    StateRead,
    StateScore,
    TalkClosed,
    TurnRated,
    TurnStarted,
    TurnUndone,
)
from esc_tui.domain.labels import Action, Change, RiskKind, RiskLevel, Scenario, Stage, State, Strategy
from esc_tui.domain.talk import TalkView
from tests.support_bank import HOSTILE, recalled, small_bank

WORDS = ("nobody at work even noticed", "it was the third time this month", f"thanks {HOSTILE}")


@pytest.fixture
def bank(tmp_path: Path):
    with small_bank(tmp_path) as opened:
        yield opened


class Talk:
    """Writes the events of a talk with the words above."""

    def __init__(self, bank: Bank, name: str = "talk-1") -> None:
        self.bank, self.name = bank, name
        bank.start_conversation(ConversationStarted(conversation_id=name, time=now_iso(), pins=bank.pins(), engine="embedded"))

    def add(self, kind, turn: int = 0, **fields) -> None:
        self.bank.append_events([kind(conversation_id=self.name, turn=turn, time=now_iso(), **fields)])

    def turn(self, number: int, *, crisis: bool = False, plan: bool = True) -> None:
        text = WORDS[(number - 1) % 3]
        self.add(TurnStarted, number, text=text)
        self.add(GuardChecked, number, phase="in", crisis=crisis, in_care=crisis,
                 **({"risk": RiskKind.SELF_HARM, "level": RiskLevel.ACTIVE_IDEATION} if crisis else {}))
        self.add(StateRead, number, states=(
            StateScore(state=State.LONELY, score=.7, evidence=(Span(start=0, end=6, text=text[:6]), Span(start=0, end=5, text="wrong"))),
            StateScore(state=State.SAD, score=.25)), intensity=3.6, stage=Stage.COMFORTING, scenario=Scenario.JOB_CRISIS)
        if plan:
            self.add(PlanMade, number, mode="all-in-one", skills=("reflect-unseen-effort", "ask-one-small-want"), moves=(
                {"number": 1, "skill": "reflect-unseen-effort", "version": 1, "move": 1, "action": Action.REFLECTION_OF_FEELING,
                 "strategy": Strategy.REFLECTION},
                {"number": 2, "skill": "ask-one-small-want", "version": 1, "move": 1, "action": Action.OPEN_QUESTION,
                 "strategy": Strategy.QUESTION}))
        for segment, said in ((1, "That was quiet work."), (2, "Who should have seen it?")):
            self.add(SegmentFinished, number, segment=segment, text=said)
        self.add(ReplyFinished, number, text="That was quiet work. Who should have seen it?", outcome="crisis" if crisis else "complete")

    def rate(self, turn: int, emotion: int | None = None, thumb: str | None = None, text: str = "") -> None:
        self.add(TurnRated, turn, emotion=emotion, thumb=thumb, text=text)

    def close(self, may_learn: bool) -> None:
        self.add(TalkClosed, may_learn=may_learn)

    @property
    def view(self) -> TalkView:
        return TalkView.of(self.bank.events(self.name))


def talk_units(bank: Bank) -> list:
    return [bank.unit(row[0]) for row in bank.connection.rows(
        "SELECT u.number FROM units u JOIN dialogues d ON d.id = u.dialogue WHERE d.conversation IS NOT NULL ORDER BY u.number")]


def outcomes(bank: Bank) -> dict[str, list[str]]:
    return {slug: [row.outcome for row in bank.ledger(slug) if row.source == "person" and row.conversation]
            for slug in ("reflect-unseen-effort", "ask-one-small-want")}


@pytest.mark.parametrize(("emotion", "thumb", "change"), [
    (1, None, Change.DISTRESS_RISES), (2, None, Change.FRUSTRATED), (3, None, Change.CONTINUES), (4, None, Change.FEELS_UNDERSTOOD),
    (5, None, Change.RELIEF), (None, "up", Change.FEELS_UNDERSTOOD), (None, "down", Change.FRUSTRATED), (5, "up", Change.RELIEF),
    (1, "up", Change.FEELS_UNDERSTOOD), (5, "down", Change.FRUSTRATED), (1, "down", Change.DISTRESS_RISES), (None, None, None)])
def test_a_rating_is_read_as_one_change(emotion, thumb, change) -> None:
    rating = TurnRated(conversation_id="x", time="", emotion=emotion, thumb=thumb, text="because")
    assert change_of(rating) is change


def test_a_rated_reply_becomes_a_human_labelled_unit_with_exact_quotes(bank: Bank) -> None:
    talk = Talk(bank)
    talk.turn(1)
    talk.rate(1, 4)
    talk.turn(2)
    dialogue, (lesson,) = lessons_of(talk.view, "Ada")
    unit = lesson.unit
    assert [turn.speaker for turn in dialogue.turns] == ["seeker", "supporter", "seeker", "supporter"]
    assert dialogue.turns[2].feedback == 4 and dialogue.licence == ""
    assert (unit.labeller, unit.labeller_kind, unit.state, unit.also, unit.intensity) == ("Ada", "human", State.LONELY, (State.SAD,), 4)
    assert (unit.actions, unit.change) == ((Action.REFLECTION_OF_FEELING, Action.OPEN_QUESTION), Change.FEELS_UNDERSTOOD)
    assert (unit.state_turn, unit.action_turns, unit.outcome_turn) == (0, (1,), 2)
    assert [(quote.role, quote.text) for quote in unit.quotes] == [
        ("state", "nobody"), ("action", "That was quiet work."), ("action", "Who should have seen it?")]
    assert lesson.skills == (("reflect-unseen-effort", 1), ("ask-one-small-want", 1))


def test_the_reason_after_the_last_reply_is_a_line_of_its_own(bank: Bank) -> None:
    talk = Talk(bank)
    talk.turn(1)
    talk.rate(1, thumb="down", text="too quick a question")
    dialogue, (lesson,) = lessons_of(talk.view, "Ada")
    assert dialogue.turns[2].text == "too quick a question"
    assert lesson.unit.quotes[-1].role == "outcome" and lesson.unit.note == "too quick a question"


def test_danger_replies_without_a_plan_and_reasons_alone_teach_nothing(bank: Bank) -> None:
    talk = Talk(bank)
    talk.turn(1, crisis=True)
    talk.turn(2, plan=False)
    talk.turn(3)
    for turn in (1, 2):
        talk.rate(turn, 5)
    talk.rate(3, text="hm")
    assert lessons_of(talk.view, "Ada")[1] == ()


def test_with_consent_units_and_outcomes_count_from_the_next_talk_on(bank: Bank) -> None:
    talk = Talk(bank)
    talk.turn(1)
    talk.rate(1, 5)
    talk.close(True)
    before = bank.snapshot_number
    helped = bank.skill_row("ask-one-small-want").helped
    learned = learn_from_talk(bank, "talk-1", "Ada")
    assert (learned.units, learned.outcomes, learned.snapshot) == (1, 2, before + 1)
    assert bank.skill_row("ask-one-small-want").helped == helped + 1
    assert [unit.labeller for unit in talk_units(bank)] == ["Ada"]
    assert outcomes(bank) == {"reflect-unseen-effort": ["positive"], "ask-one-small-want": ["positive"]}
    assert bank.connection.value("SELECT state FROM evidence WHERE conversation = 'talk-1'") == "lonely"
    assert told(learned) == "Learned from 1 rating; the next talk counts it."
    again = learn_from_talk(bank, "talk-1", "Ada")
    assert (again.units, again.outcomes, again.snapshot) == (1, 0, before + 1)
    assert bank.check() == []


def test_without_consent_nothing_is_learned(bank: Bank) -> None:
    talk = Talk(bank)
    talk.turn(1)
    talk.rate(1, 5)
    assert learn_from_talk(bank, "talk-1", "Ada").units == 0
    talk.close(False)
    assert not learn_from_talk(bank, "talk-1", "Ada").allowed
    assert talk_units(bank) == [] and outcomes(bank)["ask-one-small-want"] == []


def test_a_changed_rating_replaces_label_and_outcome(bank: Bank) -> None:
    talk = Talk(bank)
    talk.turn(1)
    talk.rate(1, 5)
    talk.close(True)
    learn_from_talk(bank, "talk-1", "Ada")
    number = talk_units(bank)[0]
    talk.rate(1, 1, text="I slept on it")
    assert learn_from_talk(bank, "talk-1", "Ada").outcomes == 2
    (unit,) = talk_units(bank)
    assert (unit.id, unit.change) == (number.id, Change.DISTRESS_RISES)
    assert len(unit_labels(bank.connection, unit.id)) == 1
    counts = {count.skill: (count.helped, count.harmed) for count in bank.evidence_counts()
              if count.source == "person" and count.state == "lonely"}
    assert counts == {"reflect-unseen-effort": (0, 1), "ask-one-small-want": (0, 1)}
    assert bank.check() == []


def test_a_talk_that_goes_on_keeps_its_units_and_one_taken_back_turn_takes_its_unit_along(bank: Bank) -> None:
    talk = Talk(bank)
    talk.turn(1)
    talk.rate(1, 5, text="yes")
    talk.turn(2)
    talk.rate(2, 2)
    talk.close(True)
    assert learn_from_talk(bank, "talk-1", "Ada").units == 2
    first = talk_units(bank)[0].id
    talk.add(TurnUndone, 2, undone=2)
    talk.turn(3)
    talk.rate(3, 4)
    talk.close(True)
    assert learn_from_talk(bank, "talk-1", "Ada").units == 2
    assert [unit.id == first for unit in talk_units(bank)] == [True, False]
    assert bank.check() == []


def test_taking_the_consent_back_takes_units_and_dialogue_out_and_leaves_counts(bank: Bank) -> None:
    talk = Talk(bank)
    talk.turn(1)
    talk.rate(1, 5)
    talk.close(True)
    learn_from_talk(bank, "talk-1", "Ada")
    assert told(set_consent(bank, "talk-1", False, "Ada")).endswith("What was learned before is gone.")
    assert talk_units(bank) == [] and recalled(bank, "nobody at work even noticed")[0][0].dialogue == "work-01"
    assert outcomes(bank)["ask-one-small-want"] == ["positive"]
    assert set_consent(bank, "talk-1", True, "Ada").units == 1
    assert bank.check() == []


def test_a_forgotten_talk_leaves_no_word_and_the_counts_stay(bank: Bank) -> None:
    talk = Talk(bank)
    talk.turn(1)
    talk.rate(1, 5, text="velvet reason")
    talk.close(True)
    learn_from_talk(bank, "talk-1", "Ada")
    bank.forget("talk-1")
    assert talk_units(bank) == [] and outcomes(bank)["ask-one-small-want"] == ["positive"]
    everything = "\n".join(bank.connection.iterdump())
    assert "velvet" not in everything
    assert not learn_from_talk(bank, "talk-1", "Ada").allowed
    assert bank.check() == []


def test_an_unknown_talk_is_one_sentence(bank: Bank) -> None:
    with pytest.raises(UserError, match="there is no talk 'nothing'"):
        learn_from_talk(bank, "nothing", "Ada")


def test_the_command_gives_and_takes_consent(tmp_path: Path, capsys) -> None:
    with small_bank(tmp_path) as bank:
        talk = Talk(bank)
        talk.turn(1)
        talk.rate(1, thumb="up")
        talk.close(False)
    path = str(tmp_path / "small.db")
    assert main(["talks", "learn", "talk-1", "--bank", path, "--author", "Ada"]) == 0
    assert "Learned from 1 rating" in capsys.readouterr().err
    assert main(["talks", "learn", "talk-1", "--no", "--bank", path]) == 0
    assert "is gone" in capsys.readouterr().err
    assert main(["talks", "learn", "other", "--bank", path]) == 2
