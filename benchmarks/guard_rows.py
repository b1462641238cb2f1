"""The guard's grouped cross-validation (``benchmarks/guard.py``) as rows of the table."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

from benchmarks.table import Row

RECALL, FALSE_ALARMS = 92, 6


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement. The whole table is printed with ``detail``."""
    here = str(Path(__file__).parent)
    if here not in sys.path:
        sys.path.insert(0, here)  # guard.py also runs as a script and imports its neighbour by its bare name
    import guard

    lines = [line for line in guard.read_lines() if not line.sealed]
    threshold = guard.choose_threshold(lines)
    outcomes: list[Any] = []
    for train, test in guard.folds(lines):
        outcomes += guard.judge(guard.fit(train, threshold), test)
    if detail:
        with contextlib.redirect_stdout(sys.stderr):
            guard.table(outcomes)
    crisis = [item for item in outcomes if item.line.crisis]
    calm = [item for item in outcomes if not item.line.crisis]
    folds = f"{len(lines)} lines, {len({line.group for line in lines})} groups, {guard.FOLDS} folds"
    rows = [
        Row("guard: recall on lines it was not trained on", _share(crisis), "%", least=RECALL, note=folds),
        Row("guard: false alarms on such lines", _share(calm), "%", FALSE_ALARMS, note=f"{len(calm)} calm lines"),
    ]
    for kind in sorted({item.line.kind for item in crisis}):
        own = [item for item in crisis if item.line.kind is kind]
        named = sum(item.check.kind is kind for item in own if item.check.crisis)
        rows.append(Row(f"guard: recall, {kind.value.replace('_', ' ')}", _share(own), "%",
                        note=f"{len(own)} lines, {named} of them named so"))  # fmt: skip
    everyday, alarms = _starter_alarms()
    rows.append(Row("guard: false alarms on the seekers of the starter dialogues", 100 * alarms / everyday, "%", FALSE_ALARMS,
                    note=f"{everyday} lines, the shipped weights"))  # fmt: skip
    return rows


def _starter_alarms() -> tuple[int, int]:
    """How many seeker lines the starter dialogues have (none is a crisis), and how many the guard takes for one."""
    from esc_tui.guard.detect import check_message
    from esc_tui.starter.sources import read_sources

    lines = alarms = 0
    for dialogue in read_sources().dialogues:
        said: list[str] = []
        for turn in dialogue.turns:
            if turn.speaker == "seeker":
                lines += 1
                alarms += check_message(turn.text, said).crisis
                said.append(turn.text)
    return lines, alarms


def _share(items: list[Any]) -> float:
    return 100 * sum(item.check.crisis for item in items) / max(1, len(items))


if __name__ == "__main__":
    for row in measure(detail=True):
        print(row)
