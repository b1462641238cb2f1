"""Talks: events in order, finished segments, ratings, search, and forgetting for good. Drafts and the interface's memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.domain.base import now_iso
from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import (
    AnyEvent,
    GuardChecked,
    ReplyFinished,
    SegmentDelta,
    SegmentFinished,
    Span,
    StateRead,
    StateScore,
    TalkClosed,
    TurnRated,
    TurnStarted,
)
from esc_tui.domain.labels import Polarity, Scenario, Stage, State
from esc_tui.domain.revision import EvidenceRow
from tests.support_bank import HOSTILE, conversation_started, recalled, small_bank, three_units

SECRET = "zanzibarquux"


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with small_bank(tmp_path) as opened:
        yield opened


def a_turn(talk: str = "talk-1", turn: int = 1, text: str = "nobody even noticed") -> list[AnyEvent]:
    base = {"conversation_id": talk, "turn": turn, "time": now_iso()}
    return [
        TurnStarted(**base, text=text), GuardChecked(**base, phase="in"),
        StateRead(**base, states=(StateScore(state=State.LONELY, score=0.7, evidence=(Span(start=0, end=6, text=text[:6]),)),),
                  intensity=3.5, stage=Stage.EXPLORATION, scenario=Scenario.JOB_CRISIS),
        SegmentDelta(**base, segment=1, text="All that. ", skill="reflect-unseen-effort"),
        SegmentDelta(**base, segment=1, text=f"In silence, {text[:12]}."),
        SegmentFinished(**base, segment=1, text=f"All that. In silence, {text[:12]}.", skill="reflect-unseen-effort"),
        ReplyFinished(**base, text=f"All that. In silence, {text[:12]}.", skills=("reflect-unseen-effort",)),
    ]


def talk(bank: Bank, name: str = "talk-1", text: str = "nobody even noticed") -> None:
    bank.start_conversation(conversation_started(bank, name))
    bank.append_events(a_turn(name, text=text))


def test_the_first_event_comes_back_with_its_id(bank: Bank) -> None:
    first = bank.start_conversation(conversation_started(bank))
    assert first.event_id > 0
    assert bank.events("talk-1") == [first]


def test_events_come_back_in_order_as_they_were(bank: Bank) -> None:
    bank.start_conversation(conversation_started(bank))
    events = [event for event in a_turn(text=HOSTILE) if event.kind != "segment_delta"]
    numbers = bank.append_events(events)
    assert bank.events("talk-1")[1:] == [event.model_copy(update={"event_id": number})
                                         for event, number in zip(events, numbers, strict=True)]


def test_a_finished_segment_replaces_its_deltas(bank: Bank) -> None:
    talk(bank)
    assert "segment_delta" not in [event.kind for event in bank.events("talk-1")]


def test_a_follower_sees_what_came_after_the_last_id(bank: Bank) -> None:
    talk(bank)
    last = bank.events("talk-1")[-1].event_id
    talk(bank, "talk-2")
    assert {event.conversation_id for event in bank.events_after(last)} == {"talk-2"}
    assert bank.events("talk-1", after=last) == []


def test_a_second_start_of_a_talk_is_refused(bank: Bank) -> None:
    bank.start_conversation(conversation_started(bank))
    with pytest.raises(UserError, match="already is a conversation"):
        bank.start_conversation(conversation_started(bank))


def test_an_event_of_a_talk_that_was_not_started_is_refused_and_none_is_stored(bank: Bank) -> None:
    bank.start_conversation(conversation_started(bank))
    with pytest.raises(UserError, match="was not started"):
        bank.append_events([*a_turn()[:1], *a_turn("nowhere")])
    assert len(bank.events("talk-1")) == 1


def test_talks_are_listed_with_their_first_line_and_counts(bank: Bank) -> None:
    talk(bank)
    row = bank.conversations()[0]
    assert (row.title, row.turns, row.events, row.closed, row.may_learn) == ("nobody even noticed", 1, 6, False, None)


def test_closing_keeps_the_consent(bank: Bank) -> None:
    talk(bank)
    bank.append_events([TalkClosed(conversation_id="talk-1", turn=1, time=now_iso(), may_learn=True)])
    row = bank.conversations()[0]
    assert (row.closed, row.may_learn) == (True, True)


def test_a_rating_is_an_event_of_its_turn(bank: Bank) -> None:
    talk(bank)
    bank.rate("talk-1", 1, emotion=4, thumb="up", text="it saw me")
    rated = bank.events("talk-1")[-1]
    assert isinstance(rated, TurnRated)
    assert (rated.turn, rated.emotion, rated.thumb, rated.text) == (1, 4, "up", "it saw me")


def test_an_empty_rating_is_refused(bank: Bank) -> None:
    talk(bank)
    with pytest.raises(UserError, match="a rating needs"):
        bank.rate("talk-1", 1)


def test_lines_of_talks_are_found_by_their_words(bank: Bank) -> None:
    talk(bank, text="奶奶走了, the archive")
    hits = bank.search_talks("走 archi")
    assert [(hit.conversation, hit.turn, hit.speaker) for hit in hits] == [("talk-1", 1, "seeker")]
    assert bank.search_talks('"((') == []


def test_evidence_of_a_talk_takes_the_state_that_was_read(bank: Bank) -> None:
    talk(bank)
    bank.add_evidence([EvidenceRow(skill="sit-with-the-night", version=1, conversation="talk-1", turn=1,
                                   outcome=Polarity.POSITIVE, source="person")])
    assert bank.ledger("sit-with-the-night")[0].state == "lonely"


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def test_forgetting_leaves_no_word_in_any_file_and_keeps_the_counts(bank: Bank, tmp_path: Path) -> None:
    for number in range(30):
        talk(bank, f"other-{number}", text=f"ordinary words {number} " * 5)
    talk(bank, text=f"my {SECRET} is gone")
    bank.save_draft("new-1", {"title": SECRET}, base_revision=1, conversation="talk-1")
    bank.add_dialogues([Dialogue(id="from-talk", turns=tuple(
        DialogueTurn(speaker=speaker, text=f"{SECRET} {speaker}") for speaker in ("seeker", "supporter", "seeker")))], "talk-1")
    bank.add_units([three_units()[0].model_copy(update={"id": "from-talk/1", "dialogue": "from-talk", "quotes": ()})])
    assert SECRET.encode() in every_byte(tmp_path)
    gone = bank.forget("talk-1")
    assert gone.clean and gone.conversations == 1 and gone.events == 6
    assert SECRET.encode() not in every_byte(tmp_path)
    row = next(row for row in bank.conversations(100) if row.conversation == "talk-1")
    assert (row.forgotten, row.title, row.turns) == (True, "", 1)
    assert bank.search_talks(SECRET) == [] and recalled(bank, SECRET) == [] and bank.drafts() == []
    assert bank.check() == []


def test_forgetting_all_leaves_the_dialogues_of_the_bank(bank: Bank) -> None:
    talk(bank)
    talk(bank, "talk-2")
    assert bank.forget_all().conversations == 2
    assert bank.events("talk-1") == [] and bank.events("talk-2") == []
    assert bank.dialogue("work-01") is not None


def test_a_forgotten_talk_takes_no_more_events(bank: Bank) -> None:
    talk(bank)
    bank.forget("talk-1")
    with pytest.raises(UserError, match="is forgotten"):
        bank.append_events(a_turn(turn=2))


def test_forgetting_an_unknown_talk_is_one_sentence(bank: Bank) -> None:
    with pytest.raises(UserError, match="there is no talk 'x'"):
        bank.forget("x")


def test_event_ids_are_never_used_again(bank: Bank) -> None:
    talk(bank)
    last = bank.events("talk-1")[-1].event_id
    bank.forget_all()
    assert bank.start_conversation(conversation_started(bank, "later")).event_id > last


def test_a_draft_survives_closing_without_saving(bank: Bank) -> None:
    bank.save_draft("sit-with-the-night", {"title": f"half {HOSTILE}", "moves": []}, base_revision=1, base_version=1,
                    slug="sit-with-the-night")
    bank.close()
    with open_bank(bank.path) as again:
        draft = again.draft("sit-with-the-night")
        assert draft is not None
        assert (draft.content, draft.base_revision, draft.base_version) == ({"title": f"half {HOSTILE}", "moves": []}, 1, 1)


def test_one_key_has_one_draft_the_newest(bank: Bank) -> None:
    for title in ("one", "two"):
        bank.save_draft("new-1", {"title": title}, base_revision=1)
    assert [draft.content for draft in bank.drafts()] == [{"title": "two"}]


def test_a_discarded_draft_is_gone(bank: Bank) -> None:
    bank.save_draft("new-1", {}, base_revision=1)
    bank.discard_draft("new-1")
    bank.discard_draft("never-there")
    assert bank.draft("new-1") is None


def test_a_draft_takes_text_that_is_no_unicode(bank: Bank) -> None:
    bank.save_draft("new-1", {"title": "half \ud83d"}, base_revision=1)
    assert bank.drafts()[0].content["title"].startswith("half ")


def test_the_last_pane_is_remembered(bank: Bank) -> None:
    assert bank.remembered("pane", "chat") == "chat"
    bank.remember("pane", "bank")
    assert bank.remembered("pane") == "bank"


def test_a_view_only_bank_remembers_nothing_and_does_not_complain(bank: Bank) -> None:
    bank.close()
    with open_bank(bank.path, readonly=True) as looking:
        looking.remember("pane", "bank")
        assert looking.remembered("pane") == ""


def test_sentences_of_a_stopped_reply_keep_the_blank_between_them(bank: Bank) -> None:
    bank.start_conversation(conversation_started(bank))
    base = {"conversation_id": "talk-1", "turn": 1, "time": now_iso()}
    bank.append_events([TurnStarted(**base, text="nobody noticed"), SegmentDelta(**base, segment=1, text="One."),
                        SegmentDelta(**base, segment=1, text="Two."), SegmentDelta(**base, segment=2, text="Three.")])
    bank.connection.run("UPDATE conversations SET owner = 'elsewhere:1:1'")
    with open_bank(bank.path) as again:
        last = again.events("talk-1")[-1]
    assert isinstance(last, ReplyFinished)
    assert last.text == "One. Two. Three."


def test_forgetting_names_the_backups_of_a_bank_with_brackets_in_its_name(tmp_path: Path) -> None:
    with small_bank(tmp_path, "mine[1].db") as opened:
        talk(opened)
        copy = tmp_path / "mine[1].db.0001_first_bank.backup"
        copy.touch()
        assert opened.forget("talk-1").backups == (copy,)
