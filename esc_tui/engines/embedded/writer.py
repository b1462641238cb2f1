"""Words a planned reply from the skills' phrasings and a bank of general listening sentences; same seed, same words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator

from esc_tui.domain.events import PlannedMove
from esc_tui.engines.embedded.assembling import SKILL_ECHOES
from esc_tui.engines.embedded.memory import sentences_in
from esc_tui.engines.embedded.phrasing import TOLD_NOW, Draft, Filled, Scene, scene_of
from esc_tui.engines.embedded.plain import (
    LAST_RESORT,
    PLAIN,
    general,
    is_answer,
    is_once,
    is_warranted,
    sections_of,
)
from esc_tui.engines.roles import Piece, Plan, WriteRequest, WriterNotes

FEWEST_SENTENCES = 2
_COMPANIONS = {
    "goodbye": "goodbye_then",
    "thank": "thank_then",
    "complaint_own": "complaint_then",
}
_TELLING = frozenset({"disclose", "vent", "agree", "refuse", "answer_short", "ask_advice"})


class EmbeddedWriter:
    """Composes two to four sentences; at most one question, and that last."""

    def write(self, request: WriteRequest, notes: WriterNotes) -> AsyncIterator[Piece]:
        """Yield one sentence at a time in order of the plan's moves; joined as they come they are the reply."""
        return _yielded(compose(request, notes))


async def _yielded(pieces: list[Piece]) -> AsyncIterator[Piece]:
    for piece in pieces:
        yield piece


def compose(request: WriteRequest, notes: WriterNotes) -> list[Piece]:
    """The pieces of the moves still to write, a sentence each; every piece after the first of a reply starts with a space."""
    moment, reading, plan = request.moment, request.reading, request.plan
    scene = scene_of(moment, reading, request.avoid, max(1, request.max_sentences))
    draft = Draft(sentences=list(sentences_in(request.said)), asked="?" in request.said)
    told_now = [value for name in TOLD_NOW for value in scene.slots.get(name)]
    draft.echoed = sum(_says_one_of(told_now, sentence) for sentence in draft.sentences)
    draft.returned = _says_one_of(scene.slots.get("earlier"), request.said)
    written: list[tuple[int, Filled]] = []
    for number, move in enumerate(plan.moves, 1):
        filled = _word(scene, plan, move, draft, notes) if number >= request.first else None
        if filled is not None:
            draft.add(filled)
            written.append((number, filled))
    if not written and not request.said:
        filled = _last_resort(scene, draft)
        draft.add(filled)
        written.append((1, filled))
        notes.notes.append("No phrasing was left for this plan, so a plain sentence stands in.")
    one_is_enough = plan.mode == "one-by-one" or (plan.moves and plan.moves[0].guidance == PLAIN["language"][1])
    if written and len(draft.sentences) < FEWEST_SENTENCES and not one_is_enough:
        written = _lengthened(scene, plan, draft, written)
    return list(_pieces(written, bool(request.said)))


def _says_one_of(values: Iterable[str], text: str) -> bool:
    return any(value.casefold() in text.casefold() for value in values)


def _pieces(written: list[tuple[int, Filled]], going_on: bool) -> Iterator[Piece]:
    first = not going_on
    for number, filled in written:
        for sentence in sentences_in(filled.text):
            yield Piece(number, sentence if first else f" {sentence}")
            first = False


def _word(scene: Scene, plan: Plan, move: PlannedMove, draft: Draft, notes: WriterNotes) -> Filled | None:
    """Words for one move: the skill's own, else general ones of the same action, else none."""
    question = move.action.asks
    if draft.asked:
        return None
    if move.skill is not None:
        templates = [
            phrasing.text
            for skill in plan.skills
            if skill.slug == move.skill
            for phrasing in skill.content.do
            if phrasing.move == move.move
        ]
        filled = scene.best(templates, draft, question, echoes=SKILL_ECHOES)
        if filled is not None:
            return filled
        notes.notes.append(
            f"The phrasings of {move.skill}, move {move.move}, are used up or do not fit; a general sentence stands in."
        )
    if is_answer(move):
        section = sections_of(move)[0]
        return scene.insisted(general(section, scene.reading, scene.moment), draft)
    for section in sections_of(move):
        tiers = general(section, scene.reading, scene.moment)
        filled = scene.best_of(tiers, draft, question, is_warranted(section), is_once(section))
        if filled is not None:
            return filled
    return None


def _last_resort(scene: Scene, draft: Draft) -> Filled:
    for section in LAST_RESORT:
        filled = scene.best_of(general(section, scene.reading, scene.moment), draft, False)
        if filled is not None:
            return filled
    count = len(scene.memory.replies) + 1
    return Filled(f"Message {count} is read, and I'm here.", "")


def _lengthened(scene: Scene, plan: Plan, draft: Draft, written: list[tuple[int, Filled]]) -> list[tuple[int, Filled]]:
    """A reply of one sentence gets a companion; before a question, so that the question stays last."""
    number, only = written[0]
    asking = "?" in only.text
    alone = Draft() if asking else draft
    own: list[str] = []
    if plan.moves and plan.moves[0].skill and not asking:
        own = [
            phrasing.text
            for skill in plan.skills
            if skill.slug == plan.moves[0].skill
            for phrasing in skill.content.do
            if phrasing.move == plan.moves[0].move
        ]
    sections = [section for move in plan.moves for section in sections_of(move)]
    companions = [_COMPANIONS[section] for section in sections if section in _COMPANIONS]
    first = ("restate",) if asking and scene.reading.act in {"disclose", "vent"} else ()
    last = ("validate", "reassure", "listen_on")
    for warranted, tiers in (
        (True, general("told_more", scene.reading, scene.moment) if scene.reading.act in _TELLING else ()),
        (False, (own,)),
        *((False, general(section, scene.reading, scene.moment)) for section in (*first, *companions, *last)),
    ):
        filled = scene.best_of(tiers, alone, False, warranted)
        if filled is None:
            continue
        if asking:
            both = Draft()
            both.add(filled)
            if not scene.allowed(only, both, True):
                continue
            return [(number, filled), (number, only)]
        return [*written, (number, filled)]
    return written
