"""The embedded supporter turn on the big bank: loading the index off the loop, and whole turns from the second on."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.big_bank import big_bank
from benchmarks.table import Row, median, percentile
from esc_tui.bank.bank import Bank, open_bank
from esc_tui.domain.events import ReplyFinished
from esc_tui.settings.model import Settings
from esc_tui.starter.sources import read_sources
from esc_tui.support.session import Session

LOADS = 3
TURNS_PER_TALK = 8


async def _load(session: Session) -> tuple[float, float]:
    """Seconds for one load in a thread, and the longest time the loop did not come round meanwhile."""
    supporter = session.supporter(session.pins())
    longest, last = 0.0, time.perf_counter()
    started = last
    loading = asyncio.ensure_future(asyncio.to_thread(supporter.recaller.load))
    while not loading.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    await loading
    return time.perf_counter() - started, longest


async def _talks(session: Session, count: int) -> tuple[list[float], list[float], dict[str, list[float]], int]:
    """Milliseconds of turns 2 and later, of processor time in them, before each kind of event, and how many talks ended in care."""
    lines = [
        [turn.text for turn in dialogue.turns if turn.speaker == "seeker"] for dialogue in read_sources().dialogues
    ]
    spent: list[float] = []
    processor: list[float] = []
    steps: dict[str, list[float]] = defaultdict(list)
    cared = 0
    for number in range(count):
        talk = session.start_talk(seed=number)
        supporter = session.supporter(talk.pins)
        for place, text in enumerate(lines[number % len(lines)][:TURNS_PER_TALK]):
            outcome = ""
            between: list[tuple[str, float]] = []
            used = time.process_time()
            started = last = time.perf_counter()
            async for event in supporter.reply(talk, text):
                now = time.perf_counter()
                between.append((type(event).__name__, (now - last) * 1000))
                last = now
                if isinstance(event, ReplyFinished):
                    outcome = event.outcome
            whole = (time.perf_counter() - started) * 1000
            used = (time.process_time() - used) * 1000
            if outcome in {"crisis", "care"}:
                cared += 1
                break  # what follows would be written care; the next talk begins
            if place:
                spent.append(whole)
                processor.append(used)
                for kind, took in between:
                    steps[kind].append(took)
    return spent, processor, steps, cared


async def _measure(bank: Bank, count: int, detail: bool) -> list[Row]:
    loads, stalls = [], []
    for _ in range(LOADS):
        session = Session(bank, Settings(engine="embedded"))
        took, stall = await _load(session)
        loads.append(took)
        stalls.append(stall)
        session.close()
    session = Session(bank, Settings(engine="embedded"))
    spent, processor, steps, cared = await _talks(session, count)
    session.close()
    if detail:
        for kind, took in steps.items():
            line = f"{kind:18} p50 {median(took):6.1f}  p95 {percentile(took, 0.95):6.1f}  max {max(took):6.1f} ms"
            print(f"  before {line}  ({len(took)})", file=sys.stderr)
    note = f"{len(spent)} turns of {count} talks, median {median(spent):.0f}, longest {max(spent):.0f}; "
    note += f"processor time p95 {percentile(processor, 0.95):.0f}"
    if cared:
        note += f"; {cared} talks ended in care"
    return [
        Row("embedded turn whole, second and later, 10,000 skills, 100,000 units, p95", percentile(spent, 0.95), "ms", 40,
            note=note),
        Row("index load of that bank, off the loop", median(loads), "s", 1.5,
            note=f"median of {LOADS}; the loop waited {max(stalls) * 1000:.0f} ms at most"),
    ]  # fmt: skip


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bank.db"
        shutil.copyfile(big_bank(), path)
        bank = open_bank(path)
        try:
            return asyncio.run(_measure(bank, 120 if long else 30, detail))
        finally:
            bank.close()


if __name__ == "__main__":
    for row in measure("--long" in sys.argv, detail=True):
        print(row)
