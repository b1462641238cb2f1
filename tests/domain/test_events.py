"""Events come back from JSON as they were, fold into turns, and are documented."""

import typing
from pathlib import Path

import pytest
from pydantic import ValidationError

from esc_tui.domain import events as module
from esc_tui.domain.events import (
    EVENT_ADAPTER,
    AnyEvent,
    ConversationStarted,
    ReplyFinished,
    SegmentDelta,
    SegmentFinished,
    TurnRated,
    TurnStarted,
    TurnUndone,
)
from esc_tui.domain.labels import Stage, State
from esc_tui.domain.revision import Pins
from esc_tui.domain.talk import TalkView

KINDS = typing.get_args(typing.get_args(AnyEvent)[0])
DOCUMENT = (Path(__file__).parents[2] / "docs/events.md").read_text(encoding="utf-8")
PINS = Pins(revision=1, revision_hash="ab", evidence_snapshot=1)


def common(turn: int = 1) -> dict[str, typing.Any]:
    return {"conversation_id": "T", "turn": turn, "time": "2026-01-01T00:00:00.000Z"}


@pytest.mark.parametrize("event", KINDS, ids=lambda event: event.__name__)
def test_every_kind_and_each_of_its_fields_is_documented(event: type[module.Event]) -> None:
    kind = event.model_fields["kind"].default
    row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{kind}`"))
    for field in event.model_fields:
        assert field in row or field in {"kind", "event_id", "conversation_id", "turn", "time"}, field


def test_an_event_comes_back_from_json_as_it_was() -> None:
    event = SegmentDelta(segment=1, skill="small-skill", text="[/bold] \x1b[31m 你好", **common())
    assert EVENT_ADAPTER.validate_json(event.model_dump_json()) == event


def test_deltas_grow_a_segment_and_the_finished_one_replaces_them() -> None:
    view = TalkView.of([
        ConversationStarted(pins=PINS, engine="embedded", **common(0)), TurnStarted(text="hello", **common()),
        SegmentDelta(segment=1, text="One.", **common()), SegmentDelta(segment=1, text="Two.", **common())])
    assert view.turns[0].shown == "One. Two."
    assert view.turns[0].running
    view.apply(SegmentFinished(segment=1, text="One. Two.", **common()))
    view.apply(ReplyFinished(text="One. Two.", **common()))
    assert (view.turns[0].shown, view.turns[0].running) == ("One. Two.", False)


def test_a_turn_taken_back_is_kept_apart_and_its_number_is_not_used_again() -> None:
    view = TalkView.of([ConversationStarted(pins=PINS, engine="embedded", **common(0)), TurnStarted(text="a", **common(1)),
                        TurnUndone(undone=1, **common(1))])
    assert (view.turns, [turn.text for turn in view.undone], view.highest_turn) == ([], ["a"], 1)


def test_a_rating_belongs_to_its_turn() -> None:
    view = TalkView.of([ConversationStarted(pins=PINS, engine="embedded", **common(0)), TurnStarted(text="a", **common(1)),
                        TurnStarted(text="b", **common(2)), TurnRated(thumb="up", **common(1))])
    assert view.turns[0].rating is not None
    assert view.turns[1].rating is None


def test_what_a_unit_shares_with_a_moment_is_labels_and_no_free_text() -> None:
    hit = {"unit": "iu-1", "number": 1, "similarity": 0.5, "state": "sad", "actions": [], "change": "relief", "polarity": "positive",
           "shared_labels": ["sad", "exploration"]}
    assert module.UnitHit.model_validate(hit).shared_labels == (State.SAD, Stage.EXPLORATION)
    with pytest.raises(ValidationError):
        module.UnitHit.model_validate({**hit, "shared_labels": ["\x1b[31msad"]})
