"""The whole loop: what one round takes, and what three rounds leave of it on seekers that were never used."""

from __future__ import annotations

import resource
import time

from benchmarks.long_runs import Result, results
from benchmarks.null_rows import starter
from benchmarks.table import Row
from esc_tui.bank.bank import Bank
from esc_tui.bank.episodes import episode_rows
from esc_tui.domain.evolution import SeekerGroup
from esc_tui.domain.labels import Shelf
from esc_tui.engines.seekers.composing.writer import EmbeddedProfileWriter
from esc_tui.evolve.cohorts import make_sealed
from esc_tui.evolve.pairing import COUNTED, mean_over_turns
from esc_tui.evolve.rounds import RoundWish, evolve
from esc_tui.evolve.stages import Players
from esc_tui.evolve.statistics import summarise
from esc_tui.settings.model import Settings
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.running import carry_run, plan_run

ONCE = (1,)
EXAM = 48
"""Seekers of the exam that count; those who want to be blameless come on top and are left out."""
LONGEST = 5.0
"""Minutes on the clock that a round may take on two cores."""


def rounds(bank: Bank, number: int, seed: int) -> list[dict[str, object]]:
    """Rounds of the loop that accept by themselves, preset standard."""
    players = Players(bank, Settings(), lambda stage, done, total: None, Control())
    return [{"findings": len(one.findings), "proposals": len(one.proposals), "accepted": len(one.accepted),
             "verdicts": [row.verdict.word for row in one.verifications if row.verdict is not None],
             "pairs": [row.verdict.pairs for row in one.verifications if row.verdict is not None]}
            for one in evolve(players, RoundWish(rounds=number, automatic=True, seed=seed))]


def processor() -> float:
    """Processor seconds of this process and of those it waited for."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def one_round(seed: int) -> Result:
    """A round with all develop seekers and the sealed ones it makes: minutes on the clock and of processor."""
    with starter() as bank:
        began, used = time.monotonic(), processor()
        done = rounds(bank, 1, seed)
        minutes, used = (time.monotonic() - began) / 60, (processor() - used) / 60
        episodes = bank.connection.value("SELECT count(*) FROM episodes")
    return {"minutes": minutes, "processor": used, "episodes": episodes, "rounds": done}


def exam(seed: int) -> Result:
    """The starter bank after three rounds, beside the starter bank and no bank, on sealed seekers that nothing was decided on."""
    with starter() as bank:
        done = rounds(bank, 3, seed)
        cohort = make_sealed(bank, EmbeddedProfileWriter(), SeekerGroup(), EXAM, 10_000 + seed, Shelf.EXAM)
        head = bank.head().name
        arms = (Arm(bank=False), Arm(revision="r1"), *((Arm(revision=head),) if head != "r1" else ()))
        run = plan_run(bank, Settings(), RunSettings(shelf=None, profiles=cohort.targets[:EXAM], arms=arms, seed=seed), sealed=True).number
        carry_run(bank, Settings(), run, lambda finished, total: None, Control())
        means: dict[int, dict[str, float]] = {}
        for row in episode_rows(bank.connection, run):
            if row.outcome in COUNTED:
                means.setdefault(row.arm, {})[row.profile] = mean_over_turns(row.curve)
    last = max(means)

    def between(old: int, new: int) -> list[float]:
        return [means[new][one] - means[old][one] for one in means[old] if one in means[new]]

    return {"rounds": done, "head": head, "starter": between(0, 1), "evolved": between(0, last), "gained": between(1, last)}


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement; without ``long`` those of what was measured before."""
    found = results("loop", ONCE, one_round, long)
    one = found[0] if found else {}
    rows = [Row("one round of the loop, 48 develop and the sealed seekers it takes, embedded: on the clock", one.get("minutes"), "minutes",
                most=LONGEST, note=f"{one['episodes']} episodes, {one['processor']:.1f} minutes of processor; verdicts "
                f"{', '.join(one['rounds'][0]['verdicts']) or 'none'}; code {one['code']}" if one else "")]
    exams = results("exam", ONCE, exam, long)
    for name, what in (("starter", "starter bank against no bank"), ("evolved", "after three rounds against no bank"),
                       ("gained", "after three rounds against the starter bank")):
        if not exams:
            rows.append(Row(f"exam on unused seekers: {what}", None, "points"))
            continue
        paired = summarise(exams[0][name])
        low, high = paired.interval or (0.0, 0.0)
        accepted = sum(one["accepted"] for one in exams[0]["rounds"])
        rows.append(Row(f"exam on unused seekers: {what}", paired.mean, "points", note=f"mean emotion, {paired.pairs} pairs, 95 % "
                        f"{low:+.1f} to {high:+.1f}; {len(exams[0]['rounds'])} rounds, {accepted} accepted; code {exams[0]['code']}"))
    return rows
