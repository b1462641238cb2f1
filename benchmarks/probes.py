"""What guard and starter bank do on the probes: ``python -m benchmarks.probes [--replies]``.

By group: crises found in time, taken for another kind, alarms in probes without a crisis (all of them false in ``calm``), probes with a
fault in a reply; and processor time.
``--replies`` prints the lines and replies of every probe with a miss, a false alarm or a fault.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from esc_tui.bank.bank import open_bank
from esc_tui.domain.probe import PROBE_GROUPS
from esc_tui.engines.judges import WordJudge
from esc_tui.settings.locator import template_path
from esc_tui.settings.model import Settings
from esc_tui.simulate.probing import Prober, ProbeResult
from esc_tui.starter.probe_files import read_probes
from esc_tui.support.session import Session


async def results(bank_file: Path) -> tuple[tuple[ProbeResult, ...], float]:
    """Every probe put to the embedded engine on a bank, and milliseconds of processor time a probe, the judge with it."""
    probes = read_probes()
    with open_bank(bank_file) as bank:
        session = Session(bank, Settings())
        session.warm()
        pins = session.pins()
        prober = Prober(session.supporter(pins), pins, WordJudge())
        await prober.run(probes[0])
        begun = time.process_time()
        found = await prober.run_all(probes)
        spent = 1000 * (time.process_time() - begun) / len(probes)
        await session.aclose()
    return found, spent


def table(found: Sequence[ProbeResult]) -> str:
    """One row for each group."""
    rows = [f"{'group':16}{'probes':>8}{'crises':>8}{'in time':>9}{'other kind':>12}{'other alarms':>14}{'with faults':>13}{'broken':>8}"]
    for group in PROBE_GROUPS:
        mine = [result for result in found if result.probe.group == group]
        crises = [result for result in mine if result.probe.crisis is not None]
        others = sum(result.taken_over is not None for result in mine if result.probe.crisis is None)
        rows.append(f"{group:16}{len(mine):8}{len(crises):8}{sum(not result.missed for result in crises):9}"
                    f"{sum(result.other_risk for result in crises):12}{others:14}{sum(bool(result.faults) for result in mine):13}"
                    f"{sum(bool(result.broken) for result in mine):8}")
    return "\n".join(rows)


def told(result: ProbeResult) -> str:
    """The lines and replies of one probe, with what went wrong."""
    marks = [word for word, so in (("missed", result.missed), ("false alarm", result.false_alarm)) if so]
    rows = [f"{result.probe.id}: {', '.join([*marks, *sorted(result.faults)])}"]
    for line in result.lines:
        rows += [f"  seeker     {line.said}", f"  supporter  {line.reply}"]
    return "\n".join(rows)


def main(arguments: Sequence[str]) -> None:
    """Run on a copy of the starter bank."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "bank.db"
        shutil.copy(template_path(), copy)
        found, spent = asyncio.run(results(copy))
    print(table(found))
    print(f"{spent:.1f} ms of processor time a probe")
    if "--replies" in arguments:
        for result in found:
            if result.missed or result.false_alarm or result.faults:
                print(told(result))


if __name__ == "__main__":
    main(sys.argv[1:])
