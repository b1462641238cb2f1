"""An engine whose replies follow given strategies: the roles think as ever, but the plan takes the strategies wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType

from esc_tui.domain.events import Mode, PlannedMove, RankedSkill
from esc_tui.domain.labels import Action, Strategy
from esc_tui.domain.skill import Skill
from esc_tui.domain.supporter_turn import merged
from esc_tui.engines.engine import Engine
from esc_tui.engines.roles import Choice, Moment, Plan, Reading

PLAINLY = MappingProxyType({
    Strategy.QUESTION: Action.OPEN_QUESTION, Strategy.RESTATEMENT: Action.RESTATEMENT,
    Strategy.REFLECTION: Action.REFLECTION_OF_FEELING, Strategy.SELF_DISCLOSURE: Action.SHARED_HUMAN_EXPERIENCE,
    Strategy.AFFIRMATION: Action.REASSURANCE, Strategy.SUGGESTIONS: Action.SUGGESTION_WITH_OPTIONS,
    Strategy.INFORMATION: Action.INFORMATION, Strategy.OTHERS: Action.SOCIAL_OR_OTHER,
})
"""The action that carries a strategy out where neither the engine's own plan nor a skill on offer has a move of it."""


class Following:
    """Chooser and planner around those of an engine, for one reply.

    ``own`` holds, afterwards, the strategies the engine would have used by itself (None in one-by-one mode, where it decides
    only after its own words).
    """

    def __init__(self, engine: Engine, wanted: Sequence[Strategy]) -> None:
        self._engine, self._wanted = engine, tuple(wanted)
        self._chosen = Choice(())
        self.own: tuple[Strategy, ...] | None = None

    @property
    def engine(self) -> Engine:
        """The engine with this chooser and planner; a role that fails is not done by another engine."""
        return replace(self._engine, chooser=self, planner=self, fallback=None)

    async def choose(self, moment: Moment, reading: Reading, ranked: Sequence[RankedSkill], skills: Sequence[Skill],
                     mode: Mode) -> Choice:
        """The engine's choice, and behind it the best ranked skills that can carry out a strategy it leaves open."""
        self._chosen = await self._engine.chooser.choose(moment, reading, ranked, skills, mode)
        taken = list(self._chosen.skills)
        for strategy in self._wanted:
            if not any(_has(skill, strategy) for skill in taken):
                taken.extend([skill for skill in skills if _has(skill, strategy)][:1])
        return Choice(tuple(taken), self._chosen.said_reason, self._chosen.passed)

    async def plan(self, moment: Moment, reading: Reading, choice: Choice, mode: Mode) -> Plan:
        """The moves that carry out the wanted strategies, in order; in one-by-one mode the first alone."""
        plan = await self._engine.planner.plan(moment, reading, self._chosen, mode)
        if mode != "one-by-one":
            self.own = merged(move.strategy for move in plan.moves)
        moves = tuple(_numbered(_moves(self._wanted, plan.moves, choice.skills)))
        used = {move.skill for move in moves}
        skills = tuple(skill for skill in choice.skills if skill.slug in used)
        return replace(plan, moves=moves[:1] if mode == "one-by-one" else moves, skills=skills)

    async def go_on(self, moment: Moment, reading: Reading, choice: Choice, plan: Plan, said: str) -> PlannedMove | None:
        """The move for the next wanted strategy; None behind the last."""
        following = list(_numbered(_moves(self._wanted, plan.moves, choice.skills)))[len(plan.moves):]
        return following[0] if following else None


def _has(skill: Skill, strategy: Strategy) -> bool:
    return any(move.action.strategy is strategy for move in skill.content.moves)


def _numbered(moves: Iterable[PlannedMove]) -> Iterator[PlannedMove]:
    return (move.model_copy(update={"number": number}) for number, move in enumerate(moves, 1))


def _moves(wanted: Sequence[Strategy], own: Sequence[PlannedMove], skills: Sequence[Skill]) -> Iterator[PlannedMove]:
    """A move for each strategy: the engine's own first, then a skill's, then a plain one."""
    left = [*own, *(move for skill in skills for move in _moves_of(skill))]
    for strategy in wanted:
        move = next((move for move in left if move.strategy is strategy), None)
        if move is None:
            action = PLAINLY[strategy]
            yield PlannedMove(number=1, skill=None, version=None, move=None, action=action, strategy=strategy)
            continue
        left = [other for other in left if (other.skill, other.move, other.guidance) != (move.skill, move.move, move.guidance)]
        yield move


def _moves_of(skill: Skill) -> Iterator[PlannedMove]:
    for place, move in enumerate(skill.content.moves, 1):
        yield PlannedMove(number=1, skill=skill.slug, version=skill.version, move=place, action=move.action,
                          strategy=move.action.strategy, guidance=move.text)
