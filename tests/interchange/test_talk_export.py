"""Exported talks: hostile text stays text, names can be masked, nothing is called, refused drafts stay veiled."""

import re
from typing import Any

import pytest

from esc_tui.bank.words import terms
from esc_tui.domain.events import (
    EVENT_ADAPTER,
    AnyEvent,
    ConversationStarted,
    GuardChecked,
    PlanMade,
    PlannedMove,
    Reasoning,
    ReplyFinished,
    RoleFellBack,
    SegmentDelta,
    SegmentFinished,
    SkillsRanked,
    Span,
    StateRead,
    StateScore,
    TurnRated,
    TurnStarted,
    TurnUndone,
    UnitHit,
    UnitsRecalled,
)
from esc_tui.domain.labels import Action, Change, Polarity, Scenario, Stage, State, Strategy
from esc_tui.domain.revision import Pins
from esc_tui.interchange.talk_export import export_talk, find_names


def common(turn: int = 1) -> dict[str, Any]:
    return {"conversation_id": "T", "turn": turn, "time": "2026-01-01T00:00:00.000Z"}


def talk(seeker: str, reply: str) -> list[AnyEvent]:
    return [
        ConversationStarted(pins=Pins(revision=3, revision_hash="abcdef12", evidence_snapshot=1), engine="embedded", **common(0)),
        TurnStarted(text=seeker, **common()),
        GuardChecked(phase="out", problem="dismissal", measure="rewrite", veiled_draft="get over it", **common()),
        StateRead(states=(StateScore(state=State.SAD, score=0.8),), intensity=3, stage=Stage.EXPLORATION,
                  scenario=Scenario.OTHER, **common()),
        SegmentFinished(segment=1, text=reply, **common()), ReplyFinished(text=reply, **common())]


@pytest.mark.parametrize("form", ["markdown", "jsonl", "html"])
def test_a_refused_draft_is_in_no_export(form: Any) -> None:
    assert "get over it" not in export_talk(talk("hello", "Hi."), form)


def test_html_from_a_seeker_stays_text_and_the_page_calls_nothing() -> None:
    page = export_talk(talk("<script>alert(1)</script> \x1b[31m", "Hi."), "html")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    assert "http" not in page


def test_markdown_from_a_seeker_stays_text() -> None:
    assert r"\[x\](y) \*\*b\*\* \# h" in export_talk(talk("[x](y) **b** # h", "Hi."), "markdown")


@pytest.mark.parametrize("form", ["markdown", "jsonl", "html"])
def test_masked_names_are_the_same_number_everywhere(form: Any) -> None:
    text = export_talk(talk("yesterday Dana left and dana said nothing", "So Dana left on Monday."), form, mask_names=True)
    assert "dana" not in text.lower()
    assert "[name 1]" in text.replace("\\", "")
    assert "Monday" in text


def test_a_masked_name_that_looks_like_a_label_leaves_the_events_readable() -> None:
    text = export_talk(talk("i met Sad Conversation and Question today", "Hi."), "jsonl", mask_names=True)
    assert [EVENT_ADAPTER.validate_json(line).kind for line in text.splitlines()][3] == "state_read"
    assert "met Sad" not in text


def test_names_of_a_turn_that_was_taken_back_are_masked_too() -> None:
    taken_back = [*talk("yesterday Dana left", "So Dana left."), TurnUndone(undone=1, **common())]
    assert "Dana" not in export_talk(taken_back, "jsonl", mask_names=True)


NAMED = "I told Dana, Mary-Jane and my boss; Dana's desk is next to Mary-Jane's"


@pytest.mark.parametrize("form", ["markdown", "jsonl", "html"])
def test_no_field_of_a_masked_export_holds_a_name(form: Any) -> None:
    hit = UnitHit(unit="iu-1", number=1, similarity=0.5, state=State.SAD, actions=(Action.VALIDATION,), change=Change.RELIEF,
                  polarity=Polarity.POSITIVE, quote="As Dana said.", shared_labels=(State.SAD, Stage.EXPLORATION),
                  shared_words=tuple(terms(NAMED)))
    move = PlannedMove(number=1, skill=None, version=None, move=None, action=Action.VALIDATION, strategy=Strategy.REFLECTION,
                       guidance="Say that Dana matters.")
    span = Span(start=7, end=11, text="Dana")
    events = [
        *talk(NAMED, "So Dana left.")[:2],
        GuardChecked(phase="in", evidence=(span,), **common()),
        StateRead(states=(StateScore(state=State.SAD, score=0.8, evidence=(span,)),), intensity=3, stage=Stage.EXPLORATION,
                  scenario=Scenario.OTHER, heard="You told Dana.", **common()),
        UnitsRecalled(units=(hit,), searched=1, **common()),
        PlanMade(mode="single", moves=(move,), skills=(), reasoning=Reasoning(
            context="Dana", cognition="Dana", emotion="Dana", support_plan="Dana"), **common()),
        SegmentDelta(segment=1, text="So Dana", **common()), SegmentFinished(segment=1, text="So Dana left.", **common()),
        RoleFellBack(role="writer", reason="Dana", **common()),
        ReplyFinished(text="So Dana left.", notes=("About Dana.",), plain="Dana left.", **common()),
        TurnRated(emotion=4, text="As if Dana knew Mary-Jane.", **common())]
    words = re.findall(r"\w+", export_talk(events, form, mask_names=True).lower())
    assert not [word for word in words if word.startswith(("dana", "mary", "jane"))]
    assert "boss" in words


def test_days_months_and_sentence_beginnings_are_no_names() -> None:
    assert find_names(["My boss called. Then on Monday I met Wei in April. He left"]) == ["Wei"]


def test_what_a_model_merely_said_of_its_reasons_is_in_no_export() -> None:
    plan = PlanMade(mode="single", moves=(), skills=(), reasoning=Reasoning(cognition="said by a model", grade="said"), **common())
    ranked = SkillsRanked(ranked=(), skills=(), candidates=0, said_reason="said by a model", **common())
    text = export_talk([*talk("hello", "Hi.")[:2], ranked, plan], "jsonl")
    assert "said by a model" not in text
    assert all(EVENT_ADAPTER.validate_json(line) for line in text.splitlines())
