"""Builds a reply move by move: a move is taken only when the draft so far leaves words for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from esc_tui.domain.events import Mode, PlannedMove
from esc_tui.domain.labels import Action, Need, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.embedded.acts import commits
from esc_tui.engines.embedded.deeds import shows_guilt, tells_a_wrong
from esc_tui.engines.embedded.occasions import is_clear, may_ask
from esc_tui.engines.embedded.phrasing import TOLD_NOW, Draft, Scene
from esc_tui.engines.embedded.plain import (
    PLAIN,
    general,
    is_once,
    is_warranted,
    plain_move,
    section_exists,
)
from esc_tui.engines.embedded.wanting import made_for_a_need
from esc_tui.engines.embedded.words import tokens_of

HOLDING = frozenset(
    {
        Action.REFLECTION_OF_FEELING,
        Action.RESTATEMENT,
        Action.SUMMARY,
        Action.VALIDATION,
        Action.REASSURANCE,
        Action.AFFIRMATION_OF_STRENGTH,
        Action.SHARED_HUMAN_EXPERIENCE,
    }
)
SAYING = frozenset({Action.REFRAMING, Action.EXPLAINING_ANOTHERS_VIEW, Action.INFORMATION, Action.GENTLE_CHALLENGE})
ADVISING = frozenset({Action.SUGGESTION_WITH_OPTIONS, Action.PLANNING_A_CONCRETE_STEP})
SKILL_ECHOES = 2  # sentences of a skill that may say back what was told: two different things make a reply about them
HIGH = 3.9  # intensity from which holding comes before everything else
CONDOLING = ("I'm sorry", "I'm so sorry", "Oh", "Ouch")  # what follows these at once would sound like a lecture
PRAISING = frozenset({Action.AFFIRMATION_OF_STRENGTH})
TAKING_UP = frozenset(TOLD_NOW)
RETURNING = frozenset({"earlier"})
_FIRST = (Action.REFLECTION_OF_FEELING, Action.RESTATEMENT, Action.SUMMARY, Action.VALIDATION)


class MoveBuilder:
    """Picks moves one by one, keeping track of the draft so that what is planned can also be worded."""

    def __init__(self, scene: Scene, skills: tuple[Skill, ...], mode: Mode) -> None:
        self.scene, self.skills, self.mode = scene, skills, mode
        self.draft = Draft()
        self.moves: list[PlannedMove] = []
        self.asking = may_ask(scene.reading, scene.memory)

    def goes_on(self) -> bool:
        """In one-by-one mode: whether after the moves so far another one would still help."""
        if self.mode != "one-by-one" or not self.moves:
            return True
        enough = 2 if self.scene.reading.intensity >= HIGH or len(tokens_of(self.scene.moment.text)) > 25 else 1
        return len(self.moves) <= enough and len(self.draft.sentences) < 3

    def hear(self) -> None:
        """First line: what they said or what it is like, in a skill's words where those can carry it."""
        clauses = self.scene.slots.get("clause")
        echo_due = bool(clauses) and not self.scene.memory.echoed_lately
        if echo_due and self.skill(lambda action: action in _FIRST, echo=True):
            return
        if echo_due and self.scene.slots.clauses[clauses[0]].weight >= 1.9 and self.plain("restate", echo=True):
            return
        if not echo_due and self.scene.slots.get("wish") and self.plain("wish", echo=True):
            return
        if self._only_listening() and not clauses and self.plain("restate_said"):
            return
        if self.hold():
            return
        if clauses and self.plain("restate", echo=True):
            return
        if not is_clear(self.scene.reading) and self.plain("restate_said"):
            return
        self.plain("state") or self.plain("validate")

    @staticmethod
    def _only_listens(skill: Skill) -> bool:
        """True for a skill that says back and asks, no more: a question that fits what was told serves better than its own."""
        return set(skill.content.actions) <= {Action.RESTATEMENT, Action.OPEN_QUESTION}

    def _only_listening(self) -> bool:
        """True when the skills at hand do no more than say back and ask."""
        actions = {action for skill in self.skills for action in skill.content.actions}
        return bool(actions) and actions <= {Action.RESTATEMENT, Action.OPEN_QUESTION}

    def hold(self) -> bool:
        """Add a move that hears or holds, from a skill or, when no skill is at hand, from plain listening."""
        first = self.skill(lambda action: action in _FIRST) if not self.moves else False
        if first or self.skill(lambda action: action in HOLDING):
            return True
        return not self.skills and is_clear(self.scene.reading) and self.plain("state")

    def ask(self, section: str) -> bool:
        """Add one question, from a skill or from a section of general ones."""
        made = tuple(skill for skill in self.skills if not self._only_listens(skill))
        if made and self.skill(lambda action: action.asks, among=made):
            return True
        told = [self.scene.slots.clauses[value] for value in self.scene.slots.get("clause")]
        event = any(clause.past and clause.telling for clause in told) and self.scene.moment.turn % 2 == 1
        if section == "ask" and event and self.plain("ask_event"):
            return True
        return self.plain(section)

    def skill(
        self,
        wanted: Callable[[Action], bool],
        echo: bool = False,
        among: tuple[Skill, ...] | None = None,
        using: frozenset[str] = frozenset(),
    ) -> bool:
        """Add the best unused move of the skills whose action is wanted and which can be worded; True when added.

        With ``using`` only words that fill one of these slots.
        """
        taken = {(move.skill, move.move) for move in self.moves}
        strategies = [move.strategy for move in self.moves if move.skill]
        spoken = {move.skill for move in self.moves}
        candidates: list[tuple[float, str, int, Skill]] = []
        for rank, skill in enumerate(self.skills if among is None else among):
            for place, move in enumerate(skill.content.moves, 1):
                if (skill.slug, place) in taken or not wanted(move.action) or not self._deserved(move.action):
                    continue
                if place > 1 and not using and skill.slug not in spoken and self._takes_up_first(skill, move.action):
                    continue
                templates = [phrasing.text for phrasing in skill.content.do if phrasing.move == place]
                filled = self.scene.best(templates, self.draft, move.action.asks, echoes=SKILL_ECHOES)
                if filled is None or (echo and not filled.echoes) or (using and using.isdisjoint(name for name, _ in filled.used)):
                    continue
                worth = self.scene.worth(filled, self.draft, SKILL_ECHOES) - 0.45 * rank - 0.12 * place
                candidates.append((worth - 0.5 * (move.action.strategy in strategies), skill.slug, -place, skill))
        if not candidates:
            return False
        _, _, place, skill = max(candidates, key=lambda item: item[:3])
        planned = _planned(skill, -place)
        return self._take(
            planned,
            [
                [
                    phrasing.text
                    for skill in self.skills
                    if skill.slug == planned.skill
                    for phrasing in skill.content.do
                    if phrasing.move == planned.move
                ]
            ],
            echo,
            echoes=SKILL_ECHOES,
        )

    @staticmethod
    def _takes_up_first(skill: Skill, action: Action) -> bool:
        """True for a skill made for a need: what it says or asks rests on what it has taken up before, in the same reply."""
        return made_for_a_need(skill) and action not in ADVISING

    def _deserved(self, action: Action) -> bool:
        """Praise needs a deed to point at, or a turn for the better; otherwise it is flattery. A wrong told just now gets none."""
        if action is not Action.AFFIRMATION_OF_STRENGTH:
            return True
        text = self.scene.moment.text
        if self.scene.grave or ((tells_a_wrong(text) or shows_guilt(text)) and not commits(text)):
            return False
        reading = self.scene.reading
        bright = reading.state in {State.RELIEVED, State.REFLECTING, State.SEEKING_A_WAY_FORWARD}
        return (
            bright
            or reading.need is Need.BE_PRAISED
            or bool(self.scene.slots.get("deed"))
            or commits(text)
        )

    def plain(self, section: str, echo: bool = False) -> bool:
        """Add a plain move by its section; with ``echo`` only one that says the seeker's words back. True when added.

        No skill is credited with these words: what a skill is said to have said stands in its own phrasings.
        """
        if section == "state" and not is_clear(self.scene.reading):
            section = "neutral"
        if section not in PLAIN and not section_exists(section):
            return False
        move = plain_move(section)
        tiers = general(section, self.scene.reading, self.scene.moment)
        if echo:
            tiers = tuple(tuple(line for line in tier if "{clause}" in line or "{wish}" in line) for tier in tiers)
        return self._take(move, tiers, echo, is_warranted(section), is_once(section))

    def insist(self, section: str) -> bool:
        """Add a plain move that must be made, in words said before where no others are left. True when added."""
        filled = self.scene.insisted(general(section, self.scene.reading, self.scene.moment), self.draft)
        if filled is None:
            return False
        self.draft.add(filled)
        self.moves.append(plain_move(section))
        return True

    def _take(
        self, move: PlannedMove, tiers: Iterable[Iterable[str]], echo: bool, warranted: bool = False, once: bool = False,
        echoes: int = 1,
    ) -> bool:
        filled = self.scene.best_of(tiers, self.draft, move.action.asks, warranted, once, echoes)
        if filled is None or (echo and not filled.echoes):
            return False
        self.draft.add(filled)
        self.moves.append(move)
        return True


def _planned(skill: Skill, place: int) -> PlannedMove:
    move = skill.content.moves[place - 1]
    return PlannedMove(
        number=1,
        skill=skill.slug,
        version=skill.version,
        move=place,
        action=move.action,
        strategy=move.action.strategy,
        guidance=move.text,
    )
