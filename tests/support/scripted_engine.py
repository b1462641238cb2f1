"""An engine whose roles do what a test says, for the rules of the turn itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from esc_tui.domain.errors import EndpointError
from esc_tui.domain.events import Mode, PlannedMove, RankedSkill, StateScore
from esc_tui.domain.labels import Action, Scenario, Stage, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.engine import Engine
from esc_tui.engines.roles import Choice, Moment, Piece, Plan, Reading, RiskReading, WriteRequest, WriterNotes

FAULT = EndpointError("the server answered 500", "http://127.0.0.1:9/v1", "try again", 500)


def reading(state: State = State.LONELY) -> Reading:
    return Reading((StateScore(state=state, score=1.0),), 3.0, Stage.EXPLORATION, Scenario.JOB_CRISIS)


@dataclass
class Script:
    """What the roles do: ``drafts`` are texts for one write after another, cut into pieces of ``size`` characters."""

    drafts: list[str] = field(default_factory=lambda: ["You carried that alone. What was the hardest part?"])
    size: int = 1
    fails: set[str] = field(default_factory=set)
    moves: int = 1
    more: int = 0
    risk: RiskReading | None = None
    requests: list[WriteRequest] = field(default_factory=list)
    before_piece: Callable[[int], None] | None = None

    async def read(self, moment: Moment) -> Reading:
        self._maybe_fail("state_reader")
        return reading()

    async def choose(self, moment: Moment, reading: Reading, ranked: Sequence[RankedSkill], skills: Sequence[Skill],
                     mode: Mode) -> Choice:
        self._maybe_fail("skill_chooser")
        return Choice(tuple(skills[:1]), "because")

    async def plan(self, moment: Moment, reading: Reading, choice: Choice, mode: Mode) -> Plan:
        self._maybe_fail("planner")
        return Plan(mode, tuple(self._move(number, choice) for number in range(1, self.moves + 1)), skills=choice.skills)

    async def go_on(self, moment: Moment, reading: Reading, choice: Choice, plan: Plan, said: str) -> PlannedMove | None:
        return self._move(len(plan.moves) + 1, choice) if len(plan.moves) <= self.more else None

    async def write(self, request: WriteRequest, notes: WriterNotes) -> AsyncIterator[Piece]:
        self.requests.append(request)
        self._maybe_fail("writer")
        draft = self.drafts[min(len(self.requests), len(self.drafts)) - 1]
        for place in range(0, len(draft), self.size):
            if self.before_piece:
                self.before_piece(place)
            yield Piece(request.first, draft[place:place + self.size])
        if "cut" in self.fails:
            raise FAULT

    async def read_risk(self, moment: Moment) -> RiskReading | None:
        self._maybe_fail("risk_reader")
        return self.risk

    def _move(self, number: int, choice: Choice) -> PlannedMove:
        skill = choice.skills[0] if choice.skills else None
        return PlannedMove(number=number, skill=skill.slug if skill else None, version=1 if skill else None, move=1,
                           action=Action.VALIDATION, strategy=Action.VALIDATION.strategy)

    def _maybe_fail(self, role: str) -> None:
        if role in self.fails:
            raise FAULT

    def engine(self, fallback: Engine | None = None, risk: bool = False) -> Engine:
        return Engine("scripted", self, self, self, self, self if risk else None, fallback=fallback)
