"""Ratings given in a live talk become human-labelled units and outcomes of the skills used, where the tester allowed it.

A thumb says whether the reply helped; without one the emotion felt after it does: 1 and 2 harmed, 3 neither, 4 and 5 helped.
The change is read off the same rating: much worse is "distress rises", worse or a thumb down "frustrated", the same
"continues", better or a thumb up "feels understood", much better "relief". Where thumb and emotion differ the thumb holds.
Turns in which the guard saw danger, and replies that used no plan, teach nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.talk_lessons import Lesson, drop_lessons, keep_lessons, may_learn
from esc_tui.domain.base import content_id, now_iso
from esc_tui.domain.dialogue import Dialogue, DialogueTurn, InterventionUnit, Quote
from esc_tui.domain.events import TalkClosed, TurnRated
from esc_tui.domain.labels import Action, Change
from esc_tui.domain.talk import TalkView, TurnView

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank

SOURCE = "live talk"
_BY_EMOTION = {1: Change.DISTRESS_RISES, 2: Change.FRUSTRATED, 3: Change.CONTINUES, 4: Change.FEELS_UNDERSTOOD, 5: Change.RELIEF}
_BY_THUMB = {"up": Change.FEELS_UNDERSTOOD, "down": Change.FRUSTRATED}


@dataclass(frozen=True, slots=True)
class Learned:
    """What a talk left in the bank: units, ledger rows that are new, and the snapshot that counts them. ``allowed`` is the
    tester's consent; without it ``units`` counts those taken out."""

    allowed: bool
    units: int
    outcomes: int
    snapshot: int


def change_of(rating: TurnRated) -> Change | None:
    """How the seeker moved, by a rating; None when it holds a reason alone."""
    felt = None if rating.emotion is None else _BY_EMOTION[rating.emotion]
    if rating.thumb is None:
        return felt
    thumb = _BY_THUMB[rating.thumb]
    return felt if felt is not None and felt.polarity is thumb.polarity else thumb


def dialogue_of(view: TalkView) -> tuple[Dialogue, dict[int, int]]:
    """The talk as a dialogue, and for each turn number the line of its seeker message.

    The emotion rated after a reply stands as feedback at the seeker's next line; after the last reply a line of the reason
    given (it may be empty) takes its place.
    """
    lines: list[DialogueTurn] = []
    places: dict[int, int] = {}
    felt: int | None = None
    for turn in view.turns:
        places[turn.number] = len(lines)
        lines.append(DialogueTurn(speaker="seeker", text=turn.text, feedback=felt))
        felt = None
        if turn.shown:
            strategy = turn.plan.moves[0].strategy if turn.plan is not None and turn.plan.moves else None
            lines.append(DialogueTurn(speaker="supporter", text=turn.shown, strategy=strategy))
            felt = turn.rating.emotion if turn.rating is not None else None
    last = view.turns[-1] if view.turns else None
    if last is not None and last.shown and last.rating is not None:
        lines.append(DialogueTurn(speaker="seeker", text=last.rating.text, feedback=last.rating.emotion))
    language = view.started.language if view.started is not None else "en"
    return Dialogue(id=content_id("talk", view.conversation_id), turns=tuple(lines), language=language, source=SOURCE), places


def lessons_of(view: TalkView, labeller: str) -> tuple[Dialogue, tuple[Lesson, ...]]:
    """The dialogue of a talk and a lesson for each rated reply that can teach something."""
    dialogue, places = dialogue_of(view)
    found = (_lesson(turn, dialogue, places[turn.number], labeller) for turn in view.turns)
    return dialogue, tuple(lesson for lesson in found if lesson is not None)


def _lesson(turn: TurnView, dialogue: Dialogue, place: int, labeller: str) -> Lesson | None:
    rating, state, plan, reply = turn.rating, turn.state, turn.plan, turn.reply
    if rating is None or state is None or plan is None or reply is None or not turn.shown or not state.states:
        return None
    change = change_of(rating)
    guarded = turn.guard_in is not None and (turn.guard_in.crisis or turn.guard_in.in_care)
    if change is None or guarded or reply.outcome not in {"complete", "stopped"}:
        return None
    done = {segment.number for segment in turn.segments if segment.text}
    moves = [move for move in plan.moves if not done or move.number in done] or list(plan.moves)
    actions = tuple(dict.fromkeys(move.action for move in moves)) or (Action.SOCIAL_OR_OTHER,)
    unit = InterventionUnit(
        id=content_id("iu", dialogue.id, str(turn.number)), dialogue=dialogue.id, state_turn=place, action_turns=(place + 1,),
        outcome_turn=place + 2, scenario=state.scenario, state=state.states[0].state,
        also=tuple(score.state for score in state.states[1:3] if score.score >= 0.2),
        intensity=max(1, min(5, round(state.intensity))), stage=state.stage, need=state.need, actions=actions, change=change,
        quotes=_quotes(turn, dialogue, place), labeller=labeller, labeller_kind="human", note=rating.text)
    skills = tuple(dict.fromkeys((move.skill, move.version) for move in moves if move.skill and move.version))
    return Lesson(turn.number, unit, tuple((str(skill), int(version or 0)) for skill, version in skills))


def _quotes(turn: TurnView, dialogue: Dialogue, place: int) -> tuple[Quote, ...]:
    """Exact words: those the state was read from, each segment of the reply, and the reason where it has a line of its own."""
    found = []
    top = turn.state.states[0].evidence if turn.state is not None else ()
    for span in top:
        if turn.text[span.start:span.end] == span.text and span.text:
            found.append(Quote(turn=place, role="state", text=span.text, start=span.start, end=span.end))
    said, at = dialogue.turns[place + 1].text, 0
    for segment in turn.segments:
        start = said.find(segment.text, at) if segment.text else -1
        if start >= 0:
            at = start + len(segment.text)
            found.append(Quote(turn=place + 1, role="action", text=segment.text, start=start, end=at))
    reason = turn.rating.text if turn.rating is not None else ""
    if reason and dialogue.turns[place + 2].text == reason:
        found.append(Quote(turn=place + 2, role="outcome", text=reason, start=0, end=len(reason)))
    return tuple(found)


def learn_from_talk(bank: Bank, conversation: str, labeller: str) -> Learned:
    """Bring what the bank holds of a talk up to its ratings and its tester's consent; safe to repeat.

    With consent: units, outcomes, and a new snapshot, so that they count from the next talk on. Without: units and dialogue
    are gone, outcomes already in the ledger stay counted. Raises UserError for an unknown talk.
    """
    with bank.together():
        if not may_learn(bank.writing, conversation):
            return Learned(False, drop_lessons(bank.writing, conversation), 0, 0)
        dialogue, lessons = lessons_of(TalkView.of(bank.events(conversation)), labeller)
        if not lessons:
            drop_lessons(bank.writing, conversation)
            return Learned(True, 0, 0, 0)
        outcomes = keep_lessons(bank.writing, conversation, dialogue, lessons, now_iso())
        return Learned(True, len(lessons), outcomes, bank.take_snapshot() if outcomes else bank.snapshot_number)


def set_consent(bank: Bank, conversation: str, allowed: bool, labeller: str) -> Learned:
    """Give or take back the consent of a talk that has ended, and learn or unlearn at once. Raises UserError for an unknown talk."""
    with bank.together():
        may_learn(bank.connection, conversation)
        bank.append_events([TalkClosed(conversation_id=conversation, time=now_iso(), may_learn=allowed)])
        return learn_from_talk(bank, conversation, labeller)


def told(learned: Learned) -> str:
    """One sentence for the tester."""
    if not learned.allowed:
        return "Nothing of this talk is learned from." + (" What was learned before is gone." if learned.units else "")
    if not learned.units:
        return "No reply was rated, so there is nothing to learn from this talk."
    ratings = "1 rating" if learned.units == 1 else f"{learned.units} ratings"
    return f"Learned from {ratings}; the next talk counts {'it' if learned.units == 1 else 'them'}."


__all__ = ["Learned", "change_of", "dialogue_of", "learn_from_talk", "lessons_of", "set_consent", "told"]
