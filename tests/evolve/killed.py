"""Work at a bank that is killed (SIGKILL) in the middle, in processes of its own: ``python -m tests.evolve.killed decide|verify FOLDER``.

The point is a statement that the bank's writing connection is about to carry out, so that transactions are cut open too. Prints one JSON
object. Each attempt that is killed is a fork of this process, which then holds no bank open.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.evolution import add_cohort, add_proposal, decisions_of, find_verification
from esc_tui.domain.evolution import Proposal, ProposalKind, SeekerGroup, SkillPatch
from esc_tui.domain.labels import Shelf, SkillStatus
from esc_tui.evolve import probing, screening, verifying
from esc_tui.evolve.deciding import accept
from esc_tui.evolve.registering import Wish, register
from esc_tui.evolve.stages import Players
from esc_tui.evolve.statistics import Preset, boundaries
from esc_tui.settings.model import Settings
from esc_tui.simulate import carrying
from esc_tui.simulate.carrying import Control
from esc_tui.starter.probe_files import read_probes
from tests.evolve.planted import NOW
from tests.simulate.helpers import opened, profile

SKILL = "reflect-unseen-effort"
SEED = 3
KILLS = 3
EVENT = "INSERT INTO events"
"""What is told of an episode: how many of these there are depends on no clock."""
Work = Callable[[Bank], object]


def statements_of(path: Path, work: Work, point: int | None = None, only: str = "") -> int:
    """Do the work and count the statements of its bank that begin with ``only``; with ``point`` this process is killed at that one."""
    seen = 0

    def look(statement: str) -> None:
        nonlocal seen
        seen += statement.startswith(only)
        if point is not None and seen >= point:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_bank(path) as bank:
        bank.writing.set_trace_callback(look)
        work(bank)
        bank.writing.set_trace_callback(None)
    return seen


def killed_at(point: int, path: Path, work: Work, only: str = "") -> bool:
    """Do the work in a fork that is killed at that statement; False when it came to its end before."""
    child = os.fork()
    if not child:
        statements_of(path, work, point, only)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def standing(path: Path) -> list[Any]:
    """What a reader finds: the revision in force, its hash, the skill's status, decisions; and that the bank is in order."""
    with open_bank(path, readonly=True) as bank:
        head = bank.head()
        assert bank.connection.value("PRAGMA integrity_check") == "ok" and not bank.connection.rows("PRAGMA foreign_key_check")
        return [head.number, head.hash, bank.skill(SKILL).status.value, [one.kind for one in decisions_of(bank.connection)]]


def proposed(bank: Bank) -> int:
    """A proposal to do without a skill."""
    head, skill = bank.head(), bank.skill(SKILL)
    after = skill.model_copy(update={"status": SkillStatus.RETIRED})
    return add_proposal(bank.writing, Proposal(
        id="01PKILLED", kind=ProposalKind.RETIRE, title="without it", reason="to see", base_revision=head.number, base_hash=head.hash,
        patches=(SkillPatch(slug=SKILL, before=skill, after=after),)), (), "", NOW).number


def decide(folder: Path) -> dict[str, Any]:
    """An acceptance and the way back from it, each killed at every statement: what is found before, between and after."""
    with opened(folder) as bank:
        number = proposed(bank)
        path = Path(bank.path)
    found: dict[str, Any] = {}
    for name, work in (("accept", lambda bank: accept(bank, number, "Ada")), ("rollback", lambda bank: bank.rollback(1, author="Ada"))):
        before, between = standing(path), []
        copy = folder / "copy.db"
        shutil.copyfile(path, copy)
        statements = statements_of(copy, work)
        after = standing(copy)
        for point in range(1, statements + 1):
            shutil.copyfile(path, copy)
            between.append([killed_at(point, copy, work), standing(copy)])
            for left in folder.glob("copy.db-*"):
                left.unlink()
        statements_of(path, work)
        found[name] = {"before": before, "after": after, "between": between}
    return found


def small() -> None:
    """A verification of one look at four pairs."""
    boundaries.PRESETS["smoke"] = Preset("smoke", (4,), accepts=False)
    verifying.SAME_PROFILES, verifying.REPLAYED = 2, 2
    screening.screen_profiles.__defaults__ = (2,)
    carrying.FEW = 10_000
    probes = read_probes()[::100]
    probing.read_probes = lambda: probes


def verify(folder: Path) -> dict[str, Any]:
    """One verification unbroken, and the same killed four times: the verdict of each, its runs and its episodes."""
    small()
    with opened(folder) as bank:
        sealed = [profile(number, id=f"sealed-{number}", shelf=Shelf.CONFIRM) for number in range(1, 6)]
        bank.add_profiles(sealed)
        add_cohort(bank.writing, "confirm", 5, SeekerGroup(), [one.id for one in sealed], [], NOW)
        number = register(bank, Settings(), proposed(bank), Wish(preset="smoke", seed=SEED)).number
        path = Path(bank.path)
    broken = folder / "broken.db"
    shutil.copyfile(path, broken)

    def work(bank: Bank) -> None:
        verifying.verify(Players(bank, Settings(), lambda stage, done, total: None, Control()), number)

    events = statements_of(path, work, only=EVENT)
    chance, deaths, stages = random.Random(SEED), 0, []
    for _ in range(KILLS):
        deaths += killed_at(chance.randint(events // 10, events // (KILLS + 1)), broken, work, EVENT)
        with open_bank(broken, readonly=True) as bank:
            stages.append(find_verification(bank.connection, number).stage)
    statements_of(broken, work)
    return {"whole": ended(path, number), "broken": ended(broken, number), "deaths": deaths, "stages": stages}


def ended(path: Path, number: int) -> dict[str, Any]:
    """How a verification stands and what was played in it."""
    with open_bank(path, readonly=True) as bank:
        row = find_verification(bank.connection, number)
        assert bank.connection.value("PRAGMA integrity_check") == "ok"
        curves = bank.connection.rows("SELECT run, number, outcome, curve FROM episodes ORDER BY run, number")
        verdict = row.verdict.model_dump(mode="json") if row.verdict is not None else None
        return {"state": row.state, "verdict": verdict, "runs": row.runs, "episodes": curves}


if __name__ == "__main__":
    json.dump({"decide": decide, "verify": verify}[sys.argv[1]](Path(sys.argv[2])), sys.stdout)
