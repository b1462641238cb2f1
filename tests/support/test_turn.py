"""The supporter turn: order of events, the guard at both ends, stopping, falling back, one-by-one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank
from esc_tui.domain.errors import BankError
from esc_tui.domain.events import AnyEvent, GuardChecked, PlanMade, ReplyFinished, SegmentDelta, SegmentFinished
from esc_tui.domain.labels import RiskKind, RiskLevel
from esc_tui.domain.talk import TalkView
from esc_tui.engines.engine import Engine
from esc_tui.engines.roles import Piece, RiskReading, WriteRequest, WriterNotes
from esc_tui.settings.model import Settings
from esc_tui.support.session import Session
from esc_tui.support.talk import LiveTalk
from esc_tui.support.turn import TurnControl, TurnOptions
from tests.support.scripted_engine import Script
from tests.support_bank import small_bank

UNSAFE = "I also lost my job last year, so I know."


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    opened = small_bank(tmp_path)
    yield opened
    opened.close()


class Room:
    """A talk with a scripted engine on the small bank."""

    def __init__(self, bank: Bank, engine: Engine) -> None:
        self.session = Session(bank, Settings(), engine)
        self.talk: LiveTalk = self.session.start_talk()

    async def say(self, text: str, options: TurnOptions | None = None, control: TurnControl | None = None) -> list[AnyEvent]:
        return [event async for event in self.session.supporter(self.talk.pins).reply(self.talk, text, options, control)]


def kinds(events: list[AnyEvent]) -> list[str]:
    return [event.kind for event in events]


def reply(events: list[AnyEvent]) -> ReplyFinished:
    last = events[-1]
    assert isinstance(last, ReplyFinished)
    return last


async def test_the_events_of_a_turn_come_in_the_order_of_the_design(bank: Bank) -> None:
    events = await Room(bank, Script().engine()).say("nobody at work even noticed")
    assert kinds(events) == ["turn_started", "guard_checked", "state_read", "units_recalled", "skills_ranked", "plan_made",
                             "segment_delta", "segment_delta", "segment_finished", "reply_finished"]


async def test_every_event_is_stored_before_it_is_seen(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    async for event in room.session.supporter(room.talk.pins).reply(room.talk, "nobody at work even noticed"):
        assert bank.events(room.talk.conversation_id)[-1] == event


async def test_an_unsafe_last_sentence_streamed_byte_by_byte_is_never_held_by_any_event(bank: Bank) -> None:
    script = Script(drafts=[f"That was a lot to carry. {UNSAFE}", "That was a lot to carry. What would help now?"])
    events = await Room(bank, script.engine()).say("i lost my job")
    for event in events:
        if not isinstance(event, GuardChecked):
            assert "lost my job last" not in event.model_dump_json()
    refused = [event for event in events if isinstance(event, GuardChecked) and event.phase == "out"]
    assert [(event.problem, event.measure, event.veiled_draft) for event in refused] == [
        ("invented_history", "rewrite", UNSAFE)]
    assert script.requests[1].avoid == UNSAFE
    assert script.requests[1].said == "That was a lot to carry."


async def test_two_refused_drafts_end_in_the_fixed_reply(bank: Bank) -> None:
    events = await Room(bank, Script(drafts=[UNSAFE, UNSAFE]).engine()).say("i lost my job")
    assert reply(events).outcome == "guarded"
    assert "last year" not in reply(events).text
    assert reply(events).text
    measures = [event.measure for event in events if isinstance(event, GuardChecked) and event.phase == "out"]
    assert measures == ["rewrite", "fixed_reply"]


async def test_a_crisis_ends_skill_selection_and_gives_the_fixed_text(bank: Bank) -> None:
    script = Script()
    events = await Room(bank, script.engine()).say("I want to kill myself tonight")
    assert kinds(events) == ["turn_started", "guard_checked", "segment_finished", "reply_finished"]
    check = events[1]
    assert isinstance(check, GuardChecked)
    assert check.crisis
    assert check.evidence
    assert reply(events).outcome == "crisis"
    assert not script.requests


async def test_a_groups_own_help_lines_stand_in_the_crisis_reply_of_their_region(bank: Bank, tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    path.write_text('[{"region": "XX", "name": "Night line", "contact": "dial 000", "source": "its site", "checked": "2026-01-02"}]',
                    encoding="utf-8")
    session = Session(bank, Settings(region="XX", resources=str(path)), Script().engine())
    talk = session.start_talk()
    events = [event async for event in session.supporter(talk.pins).reply(talk, "I want to kill myself tonight")]
    assert "Night line: dial 000" in reply(events).text
    session.close()


async def test_the_talk_stays_in_care_until_safety_is_said_twice(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    await room.say("I want to kill myself tonight")
    texts = [reply(await room.say(line)).outcome for line in ("ok", "I'm safe now", "yes, I am safe")]
    assert texts[0] == "care"
    assert not room.talk.in_care
    assert reply(await room.say("work was long today")).outcome == "complete"


async def test_care_survives_undo_and_a_restart(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    await room.say("I want to kill myself tonight")
    room.talk.undo_turn()
    assert room.talk.in_care
    assert room.session.resume_talk(room.talk.conversation_id).in_care


async def test_one_message_of_being_safe_answered_twice_does_not_end_care(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    for line in ("I want to kill myself tonight", "I'm safe now"):
        await room.say(line)
    room.talk.undo_turn(regenerate=True)
    await room.say("I'm safe now")
    assert room.talk.in_care
    assert room.session.resume_talk(room.talk.conversation_id).in_care


async def test_a_talk_gone_on_with_is_in_care_exactly_when_it_was(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    await room.say("i gave my dog away")
    room.talk.undo_turn()
    assert reply(await room.say("this is the last time we talk")).outcome == "complete"
    assert not room.session.resume_talk(room.talk.conversation_id).in_care


async def test_after_care_has_ended_an_undo_hides_no_line_from_the_guard(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    for line in ("I want to kill myself tonight", "I'm safe now", "yes, I am safe"):
        await room.say(line)
    assert not room.talk.in_care
    room.talk.undo_turn()
    await room.say("i gave my dog away")
    assert reply(await room.say("this is the last time we talk")).outcome == "crisis"


async def test_a_model_may_raise_an_alarm(bank: Bank) -> None:
    script = Script(risk=RiskReading(RiskKind.SELF_HARM, RiskLevel.PASSIVE_IDEATION, "tired of all of it"))
    events = await Room(bank, script.engine(risk=True)).say("so tired of all of it")
    check = events[1]
    assert isinstance(check, GuardChecked)
    assert (check.crisis, check.decided_by, check.evidence[0].text) == (True, "model", "tired of all of it")


async def test_a_model_cannot_take_an_alarm_away(bank: Bank) -> None:
    script = Script(risk=RiskReading(RiskKind.NONE, None))
    events = await Room(bank, script.engine(risk=True)).say("I want to kill myself tonight")
    assert reply(events).outcome == "crisis"


@pytest.mark.parametrize("role", ["state_reader", "skill_chooser", "planner", "writer", "risk_reader"])
async def test_a_failing_role_is_named_and_the_fallback_does_its_step(bank: Bank, role: str) -> None:
    script = Script(fails={role})
    events = await Room(bank, script.engine(fallback=Script().engine(), risk=True)).say("nobody at work even noticed")
    fallen = [event for event in events if event.kind == "role_fell_back"]
    assert [(event.role, "500" in event.reason) for event in fallen] == [(role, True)]
    assert reply(events).outcome == "complete"
    assert reply(events).text


async def test_a_stream_cut_after_a_sentence_goes_on_from_there_without_saying_it_twice(bank: Bank) -> None:
    rescue = Script(drafts=["What was the hardest part?"])
    script = Script(drafts=["You carried that alone. And th"], fails={"cut"})
    events = await Room(bank, script.engine(fallback=rescue.engine())).say("nobody at work even noticed")
    assert reply(events).text == "You carried that alone. What was the hardest part?"
    assert rescue.requests[0].said == "You carried that alone."


async def test_stop_keeps_the_part_that_was_shown(bank: Bank) -> None:
    control = TurnControl()
    script = Script(drafts=["First part here. Second part here. Third."])
    script.before_piece = lambda place: control.stop() if place > 20 else None
    events = await Room(bank, script.engine()).say("nobody at work even noticed", control=control)
    assert (reply(events).outcome, reply(events).text) == ("stopped", "First part here.")


async def test_a_listener_that_goes_away_leaves_a_stopped_reply_behind(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    stream = room.session.supporter(room.talk.pins).reply(room.talk, "nobody at work even noticed")
    async for event in stream:
        if isinstance(event, SegmentDelta):
            break
    await stream.aclose()
    stored = TalkView.of(bank.events(room.talk.conversation_id)).turns[0]
    assert stored.reply is not None
    assert (stored.reply.outcome, stored.reply.text) == ("stopped", "You carried that alone.")


async def test_a_cancelled_task_leaves_a_stopped_reply_behind(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    reached = asyncio.Event()

    async def listen() -> None:
        async for event in room.session.supporter(room.talk.pins).reply(room.talk, "nobody at work even noticed"):
            if isinstance(event, SegmentDelta):
                reached.set()
                await asyncio.Event().wait()

    task = asyncio.create_task(listen())
    await reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    stored = TalkView.of(bank.events(room.talk.conversation_id)).turns[0]
    assert stored.reply is not None
    assert stored.reply.outcome == "stopped"


async def test_one_by_one_asks_after_each_move_and_never_past_three(bank: Bank) -> None:
    script = Script(drafts=["One sentence."], more=5)
    events = await Room(bank, script.engine()).say("nobody at work even noticed", TurnOptions(mode="one-by-one"))
    assert [len(event.moves) for event in events if isinstance(event, PlanMade)] == [1, 2, 3]
    assert [event.segment for event in events if isinstance(event, SegmentFinished)] == [1, 2, 3]


async def test_without_the_bank_nothing_is_recalled_or_ranked(bank: Bank) -> None:
    events = await Room(bank, Script().engine()).say("nobody noticed", TurnOptions(bank_used=False))
    assert "skills_ranked" not in kinds(events)
    assert reply(events).skills == ()


async def test_a_banned_skill_is_vetoed_by_name_and_a_pinned_one_is_chosen(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    slugs = [skill.slug for skill in bank.skills_at() if skill.status.value == "active"]
    events = await room.say("nobody at work even noticed", TurnOptions(pinned=(slugs[1],), banned=(slugs[0],)))
    ranked = next(event for event in events if event.kind == "skills_ranked")
    rows = {row.skill: row for row in ranked.ranked}
    assert rows[slugs[0]].verdict == "vetoed"
    assert ranked.skills == (slugs[1],)


async def test_escape_codes_from_a_model_are_shown_and_not_obeyed(bank: Bank) -> None:
    events = await Room(bank, Script(drafts=["That \x1b[31mhurts[/bold]."]).engine()).say("nobody noticed")
    assert reply(events).text == "That ␛[31mhurts[/bold]."


async def test_an_edit_of_the_bank_counts_for_the_next_turn_after_repinning(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    await room.say("nobody at work even noticed")
    skill = bank.skills_at()[0]
    changed = skill.model_copy(update={"content": skill.content.model_copy(update={"title": "Another title"})})
    bank.commit({skill.slug: changed}, author="me", message="Try another title", base_revision=bank.head().number)
    assert room.talk.pins.revision == bank.head().number - 1
    room.talk.repin(room.session.pins())
    await room.say("and nobody asked")
    turns = TalkView.of(bank.events(room.talk.conversation_id)).turns
    assert [turn.pins.revision for turn in turns if turn.pins] == [bank.head().number - 1, bank.head().number]


async def test_a_sentence_that_was_never_shown_is_not_in_the_stopped_reply(bank: Bank) -> None:
    room = Room(bank, Script(drafts=["One is here. Two is here. Three is here."], size=1000).engine())
    stream = room.session.supporter(room.talk.pins).reply(room.talk, "nobody at work even noticed")
    async for event in stream:
        if isinstance(event, SegmentDelta):
            break
    await stream.aclose()
    stored = TalkView.of(bank.events(room.talk.conversation_id)).turns[0]
    assert stored.reply is not None
    assert stored.reply.text == "One is here."


async def test_a_safe_sentence_that_comes_together_with_an_unsafe_one_is_shown_as_an_event_of_its_own(bank: Bank) -> None:
    script = Script(drafts=[f"That was a lot to carry. {UNSAFE}", "What would help now?"], size=1000)
    events = await Room(bank, script.engine()).say("i lost my job")
    deltas = [event.text for event in events if isinstance(event, SegmentDelta)]
    assert deltas == ["That was a lot to carry.", "What would help now?"]


async def test_a_listener_that_goes_away_ends_the_writer_at_once(bank: Bank) -> None:
    script, ended = Script(), asyncio.Event()
    write = script.write

    async def watched(request: WriteRequest, notes: WriterNotes) -> AsyncIterator[Piece]:
        try:
            async for piece in write(request, notes):
                yield piece
        finally:
            ended.set()

    script.write = watched  # type: ignore[method-assign]
    room = Room(bank, script.engine())
    stream = room.session.supporter(room.talk.pins).reply(room.talk, "nobody at work even noticed")
    async for event in stream:
        if isinstance(event, SegmentDelta):
            break
    await stream.aclose()
    assert ended.is_set()


async def test_the_fixed_reply_carries_no_strategy_of_the_plan(bank: Bank) -> None:
    events = await Room(bank, Script(drafts=[UNSAFE, UNSAFE]).engine()).say("i lost my job")
    segments = [event for event in events if isinstance(event, SegmentFinished)]
    assert [(event.strategy, event.action, event.skill) for event in segments] == [(None, None, None)]


def one_by_one(record: Callable[[AnyEvent], AnyEvent]) -> Callable[[Sequence[AnyEvent]], list[AnyEvent]]:
    """In place of what stores several events at once."""
    return lambda events: [record(event) for event in events]


async def test_a_turn_cancelled_while_its_first_event_is_stored_keeps_the_order_of_events(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    reached, go_on = threading.Event(), threading.Event()
    record_all_now = room.talk._record_all_now

    def held(event: AnyEvent) -> AnyEvent:
        if event.kind == "turn_started":
            reached.set()
            go_on.wait(60)
        return record_all_now([event])[0]

    room.talk._record_all_now = one_by_one(held)  # type: ignore[method-assign]
    task = asyncio.create_task(room.say("nobody at work even noticed"))
    await asyncio.to_thread(reached.wait)
    task.cancel()
    asyncio.get_running_loop().call_soon(go_on.set)
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert kinds(bank.events(room.talk.conversation_id)) == ["conversation_started", "turn_started", "reply_finished"]


async def test_a_turn_whose_first_event_cannot_be_stored_leaves_nothing_behind(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    record_all_now = room.talk._record_all_now

    def locked(event: AnyEvent) -> AnyEvent:
        if event.kind == "turn_started":
            raise BankError("another program holds the bank")
        return record_all_now([event])[0]

    room.talk._record_all_now = one_by_one(locked)  # type: ignore[method-assign]
    with pytest.raises(BankError):
        await room.say("nobody at work even noticed")
    assert kinds(bank.events(room.talk.conversation_id)) == ["conversation_started"]


async def test_a_listener_that_goes_away_from_a_full_disk_is_not_held_up_by_it(bank: Bank) -> None:
    room = Room(bank, Script().engine())
    record_all_now = room.talk._record_all_now

    def full(event: AnyEvent) -> AnyEvent:
        if event.kind == "reply_finished":
            raise BankError("the disk is full")
        return record_all_now([event])[0]

    room.talk._record_all_now = one_by_one(full)  # type: ignore[method-assign]
    stream = room.session.supporter(room.talk.pins).reply(room.talk, "nobody at work even noticed")
    async for event in stream:
        if isinstance(event, SegmentDelta):
            break
    await stream.aclose()
    assert not room.talk.view.turns[0].running


def test_what_was_learned_counts_from_the_next_talk_on(bank: Bank) -> None:
    from esc_tui.domain.labels import Polarity
    from esc_tui.domain.revision import EvidenceRow

    room = Room(bank, Script().engine())
    before = room.talk.pins.evidence_snapshot
    assert room.session.pins().evidence_snapshot == before, "nothing new, no new snapshot"
    bank.add_evidence([EvidenceRow(skill="ask-one-small-want", version=1, unit=None, outcome=Polarity.POSITIVE, source="person")])
    assert room.session.start_talk().pins.evidence_snapshot == bank.snapshot_number == before + 1
    assert room.talk.pins.evidence_snapshot == before


def test_a_view_only_bank_gets_no_snapshot(bank: Bank) -> None:
    from esc_tui.bank.bank import open_bank
    from esc_tui.domain.labels import Polarity
    from esc_tui.domain.revision import EvidenceRow

    bank.add_evidence([EvidenceRow(skill="ask-one-small-want", version=1, unit=None, outcome=Polarity.POSITIVE, source="person")])
    before = bank.snapshot_number
    with open_bank(bank.path, readonly=True) as looked_at:
        assert Session(looked_at, Settings(), Script().engine()).pins().evidence_snapshot == before
