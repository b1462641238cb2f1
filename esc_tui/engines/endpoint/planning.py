"""The skill chooser and the planner of the endpoint engine.

They are two roles with a prompt each, but the chooser's answer also holds the plan, so that a reply costs one question
less; the planner asks for itself only when the skills were chosen otherwise (pinned, or by another engine).
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from esc_tui.domain.events import Mode, PlannedMove, RankedSkill, Reasoning
from esc_tui.domain.labels import Action, Change
from esc_tui.domain.skill import Skill
from esc_tui.domain.text import visible
from esc_tui.engines.endpoint.asker import Asker, Request
from esc_tui.engines.endpoint.outputs import MovePlan, MoveSaid, NextMove, SkillChoice
from esc_tui.engines.endpoint.reading import MOST_LABEL, nearest
from esc_tui.engines.endpoint.schemas import schema_of
from esc_tui.engines.endpoint.view import clipped, experience_values, reading_values, skill_row, skill_rows, talk_values
from esc_tui.engines.roles import Choice, Moment, Plan, Reading

MOST_MOVES = 3
_CLOSE_SLUG = 0.85
_NONE = {"", "none", "null", "-", "no skill"}


class EndpointSkillChooser:
    """Lets the model choose among the skills on offer and say why."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def choose(self, moment: Moment, reading: Reading, ranked: Sequence[RankedSkill], skills: Sequence[Skill],
                     mode: Mode) -> Choice:
        """The model's choice; empty when it finds that none fits. Raises EndpointError."""
        notes = self._asker.scratch.of(moment)
        notes.plan = notes.onward = None
        if not skills:
            return Choice(())
        values = (talk_values(moment) | reading_values(reading) | experience_values(moment, self._asker.settings.loopback)
                  | {"mode": mode, "skills": skill_rows(ranked, skills), "actions": _actions()})
        schema = schema_of(SkillChoice, [skill.slug for skill in skills])
        request = Request(self._asker.render("skill_chooser", values), "skill_choice", schema)

        def check(data: dict[str, Any]) -> Choice:
            said = SkillChoice.model_validate(data)
            chosen = _known(said.skills, skills)
            if not chosen and any(name.strip().lower() not in _NONE for name in said.skills):
                raise ValueError("skills must be taken from this list, or be empty: "
                                 + ", ".join(skill.slug for skill in skills))
            most = 1 if mode == "single" else MOST_MOVES
            choice = Choice(chosen[:most], clipped(visible(said.reason, keep_lines=False), 400))
            notes.plan = (_slugs(choice), mode, said.plan)
            return choice

        return await self._asker.ask(request, notes, check)


class EndpointPlanner:
    """Lets the model reason about the seeker and order the moves of the reply."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def plan(self, moment: Moment, reading: Reading, choice: Choice, mode: Mode) -> Plan:
        """One to three moves with the chain of reasoning, marked as said. Raises EndpointError."""
        notes = self._asker.scratch.of(moment)
        notes.onward = None
        ready, notes.plan = notes.plan, None
        if ready is not None and ready[:2] == (_slugs(choice), mode):
            try:
                return to_plan(ready[2], choice, mode)
            except ValueError:
                pass  # the choice was good but its plan was not: ask for the plan alone
        values = self._values(moment, reading, choice, mode, "", ())
        schema = schema_of(MovePlan, _slugs(choice))
        request = Request(self._asker.render("planner", values), "move_plan", schema)
        return await self._asker.ask(request, notes, lambda data: to_plan(MovePlan.model_validate(data), choice, mode))

    async def go_on(self, moment: Moment, reading: Reading, choice: Choice, plan: Plan, said: str) -> PlannedMove | None:
        """The next move, or None to stop: as the writer's answer said, else by a small question. Raises EndpointError."""
        if len(plan.moves) >= MOST_MOVES:
            return None
        notes = self._asker.scratch.of(moment)
        flag, notes.onward = notes.onward, None
        if flag is not None and flag[0] == len(plan.moves):
            try:
                return to_next(flag[1], choice, plan)
            except ValueError:
                pass  # it said go on, but not to which move
        values = self._values(moment, reading, choice, plan.mode, said, plan.moves)
        request = Request(self._asker.render("planner", values), "next_move", schema_of(NextMove, _slugs(choice)))
        return await self._asker.ask(request, notes, lambda data: to_next(NextMove.model_validate(data), choice, plan))

    def _values(self, moment: Moment, reading: Reading, choice: Choice, mode: Mode, said: str,
                moves: Sequence[PlannedMove]) -> dict[str, Any]:
        done = [{"skill": move.skill or "", "move": move.move or 0, "action": move.action.value} for move in moves]
        return (talk_values(moment) | reading_values(reading) | experience_values(moment, self._asker.settings.loopback)
                | {"mode": mode, "skills": [skill_row(skill) for skill in choice.skills], "actions": _actions(),
                   "said": said, "done": done})


def _actions() -> dict[str, str]:
    return {action.value: action.strategy.value for action in Action}


def _slugs(choice: Choice) -> tuple[str, ...]:
    return tuple(skill.slug for skill in choice.skills)


def _known(names: Sequence[str], skills: Sequence[Skill]) -> tuple[Skill, ...]:
    found = [skill for skill in (find_skill(name, skills) for name in names) if skill is not None]
    return tuple({skill.slug: skill for skill in found}.values())


def find_skill(name: str, skills: Sequence[Skill]) -> Skill | None:
    """The skill meant by a model's word: its slug or title, give or take a slip. None when it is none of them."""
    wanted = "-".join(name[:MOST_LABEL].strip().lower().replace("_", " ").split())
    if name.strip().lower() in _NONE:
        return None
    by_slug = {skill.slug: skill for skill in skills}
    titles = {"-".join(skill.content.title.lower().split()): skill for skill in skills}
    if wanted in by_slug or wanted in titles:
        return by_slug.get(wanted) or titles[wanted]
    close = get_close_matches(wanted, list(by_slug), n=1, cutoff=_CLOSE_SLUG)
    return by_slug[close[0]] if close else None


def to_plan(said: MovePlan, choice: Choice, mode: Mode) -> Plan:
    """The plan in a model's answer: known skills and moves only, none twice, one question at most and that last.

    Raises ValueError when no move is left.
    """
    most = MOST_MOVES if mode == "all-in-one" else 1
    moves: list[PlannedMove] = []
    for row in said.moves:
        move = _move(row, choice.skills, len(moves) + 1)
        if move is None or len(moves) == most or any(_same(move, other) for other in moves):
            continue
        if move.action.asks and any(other.action.asks for other in moves):
            continue
        moves.append(move)
    if not moves:
        raise ValueError("moves must hold at least one move, with a skill from the list and the number of its move, "
                         "or with an action alone")
    moves.sort(key=lambda move: move.action.asks)
    moves = [move.model_copy(update={"number": number}) for number, move in enumerate(moves, 1)]
    told = said.reasoning
    chain = {name: clipped(visible(text, keep_lines=False), 400) for name, text in told.model_dump().items()}
    used = {move.skill for move in moves}
    skills = choice.skills if mode != "single" else tuple(skill for skill in choice.skills if skill.slug in used)
    return Plan(mode, tuple(moves), Reasoning(**chain, grade="said"), _expected(choice.skills, used), skills)


def to_next(said: NextMove, choice: Choice, plan: Plan) -> PlannedMove | None:
    """The move that follows, None for stop. Raises ValueError when the answer goes on to nothing."""
    if said.decision.strip().lower().strip(".[]") in ("stop", "end", "done", "no"):
        return None
    row = MoveSaid(skill=said.skill, move=said.move)
    move = _move(row, choice.skills, len(plan.moves) + 1)
    if move is None:
        raise ValueError("to continue, name a skill from the list and the number of one of its moves; otherwise stop")
    asked = any(other.action.asks for other in plan.moves)
    if any(_same(move, other) for other in plan.moves) or (asked and move.action.asks):
        return None
    return move


def _same(move: PlannedMove, other: PlannedMove) -> bool:
    return (move.skill, move.move, move.action) == (other.skill, other.move, other.action)


def _move(row: MoveSaid, skills: Sequence[Skill], number: int) -> PlannedMove | None:
    skill = find_skill(row.skill, skills)
    try:
        action = nearest(Action, row.action) if row.action.strip() else None
    except ValueError:
        action = None
    if skill is None:
        if action is None:
            return None
        return PlannedMove(number=number, skill=None, version=None, move=None, action=action, strategy=action.strategy)
    moves = skill.content.moves
    place = row.move if 1 <= row.move <= len(moves) else next(
        (number for number, move in enumerate(moves, 1) if move.action is action), 1)
    move = moves[place - 1]
    return PlannedMove(number=number, skill=skill.slug, version=skill.version, move=place, action=move.action,
                       strategy=move.action.strategy, guidance=move.text)


def _expected(skills: Sequence[Skill], used: set[str | None]) -> tuple[Change, ...]:
    """What the used skills aim at, three changes at most."""
    aims = [outcome.change for skill in skills if skill.slug in used for outcome in skill.content.outcomes]
    return tuple(dict.fromkeys(aims))[:3]
