"""The runner of simulated talks against a loopback endpoint of 200 ms a call: wall time against the ideal, processor time a call.

64 episodes of 8 replies in 32 slots, two calls a reply: the seeker judges it and speaks (an endpoint seeker, everything stored and kept).
The supporter is one that answers at once with fixed words, so that the runner is measured; a second row has the embedded supporter, whose
own processor time (about 10 ms a reply) then counts too.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.loopback import model_server
from benchmarks.table import Row
from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.episodes import episode_rows
from esc_tui.domain.events import Mode, PlannedMove, RankedSkill, StateScore
from esc_tui.domain.labels import Action, Character, Need, Scenario, Stage, State
from esc_tui.domain.profile import Profile
from esc_tui.domain.skill import Skill
from esc_tui.engines.engine import Engine
from esc_tui.engines.roles import Choice, Moment, Piece, Plan, Reading, WriteRequest, WriterNotes
from esc_tui.settings.locator import template_path
from esc_tui.settings.model import Settings
from esc_tui.simulate import arms
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.running import carry_run, plan_run
from esc_tui.support.turn import Supporter

SECONDS, SLOTS, EPISODES, REPLIES, CALLS = 0.2, 32, 64, 8, 2
IDEAL = SECONDS * EPISODES * REPLIES * CALLS / SLOTS
_SCENE = "The archive flooded in March. She carried the boxes up alone, two at a time, and dried pages until ten at night. " * 8


class _AtOnce:
    """Every role of a supporter that answers at once."""

    async def read(self, moment: Moment) -> Reading:
        return Reading((StateScore(state=State.SAD, score=1.0),), 3.0, Stage.EXPLORATION, Scenario.JOB_CRISIS)

    async def choose(self, moment: Moment, reading: Reading, ranked: Sequence[RankedSkill], skills: Sequence[Skill], mode: Mode) -> Choice:
        return Choice(())

    async def plan(self, moment: Moment, reading: Reading, choice: Choice, mode: Mode) -> Plan:
        action = Action.OPEN_QUESTION
        return Plan(mode, (PlannedMove(number=1, skill=None, version=None, move=None, action=action, strategy=action.strategy),))

    async def go_on(self, moment: Moment, reading: Reading, choice: Choice, plan: Plan, said: str) -> PlannedMove | None:
        return None

    async def write(self, request: WriteRequest, notes: WriterNotes) -> AsyncIterator[Piece]:
        yield Piece(1, "All of that by hand. What did it cost you?")


def _profiles() -> list[Profile]:
    return [Profile(id=f"bench-{number:02}", name=f"Seeker {number}", persona="She binds old books and speaks softly. " * 10, scene=_SCENE,
                    character=Character.AVOIDANT, need=Need.BE_PRAISED, wish="to hear that the archive would not stand without her hands",
                    first_line=f"nobody at work noticed what we did on floor {number}") for number in range(1, EPISODES + 1)]


def _instant(company: arms.Company) -> None:
    parts = _AtOnce()
    engine = Engine("instant", parts, parts, parts, parts)
    company.arms = [replace(ready, arm=ready.arm.model_copy(update={"engine": "endpoint"}), supporter=Supporter(
        engine, ready.supporter.recaller)) for ready in company.arms]


def _run(bank: Bank, url: str, seed: int) -> tuple[float, float, int]:
    """Wall and processor seconds of one whole run, and its calls."""
    program = Settings(endpoint=url, model="loopback", timeout=30, model_risk_check=False)
    wish = RunSettings(shelf=None, profiles=tuple(one.id for one in _profiles()), arms=(Arm(bank=False),), seeker="endpoint", slots=SLOTS,
                       seed=seed)
    run = plan_run(bank, program, wish)
    used, began = time.process_time(), time.perf_counter()
    done = carry_run(bank, program, run.number, lambda finished, total: None, Control())
    wall, used = time.perf_counter() - began, time.process_time() - used
    rows = episode_rows(bank.connection, run.number)
    assert {(row.outcome, len(row.curve)) for row in rows} == {("goodbye", REPLIES + 1)}, {(row.outcome, row.reason) for row in rows}
    assert done.calls == EPISODES * REPLIES * CALLS
    return wall, used, done.calls


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement."""
    rows: list[Row] = []
    what = f"{EPISODES} episodes of {REPLIES} replies, {CALLS} calls of {SECONDS * 1000:.0f} ms each, {SLOTS} slots"
    with tempfile.TemporaryDirectory() as folder, model_server(SECONDS, REPLIES) as url:
        path = Path(folder) / "bank.db"
        shutil.copyfile(template_path(), path)
        with open_bank(path) as bank:
            bank.add_profiles(_profiles())
            original = arms.Company.__init__

            def instant(company: arms.Company, *arguments: object) -> None:
                original(company, *arguments)  # type: ignore[arg-type]
                _instant(company)

            arms.Company.__init__ = instant  # type: ignore[method-assign,assignment]
            try:
                runs = [_run(bank, url, seed) for seed in range(1, 4 if long else 3)]
            finally:
                arms.Company.__init__ = original  # type: ignore[method-assign]
            wall, used, calls = min(runs)
            note = f"{wall:.2f} s, ideal {IDEAL:.1f} s; best of {len(runs)}; the supporter answers at once without a call"
            rows.append(Row(f"endpoint run, {what}: share of the ideal", 100 * IDEAL / wall, "%", least=85, note=note))
            rows.append(Row("processor time a call in that run", min(one[1] for one in runs) / calls * 1000, "ms", most=5))
            wall, used, calls = _run(bank, url, 9)
            rows.append(Row("the same run with the embedded supporter, no bank: share of the ideal", 100 * IDEAL / wall, "%",
                            note=f"{wall:.2f} s; {used / calls * 1000:.1f} ms of processor a call, the supporter's own thinking in it"))
    return rows


if __name__ == "__main__":
    for row in measure("--long" in sys.argv, detail=True):
        print(row)
