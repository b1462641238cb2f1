"""Import, extraction, agreement and planner on a folder with ESConv's files, by the program's own commands.

The folder is the environment variable ``ESC_TUI_CORPORA``; without it there is nothing to measure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.table import Row, percentile

TRAIN, VALID, FAILED = "train.jsonl", "valid.jsonl", "FailedESConv.json"


@dataclass(frozen=True)
class Ran:
    """One command that ran to its end: its last JSON object, seconds on the clock, and peak memory in MB."""

    result: dict[str, Any]
    seconds: float
    memory: float


def run(*arguments: str) -> Ran:
    """Run one command of the program with JSON output."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([sys.executable, "-m", "esc_tui", *arguments, "--display", "json"], stdout=out,
                                   stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        out.seek(0)
        lines = out.read().decode("utf-8").splitlines()
    if process.returncode:
        raise RuntimeError(f"esc-tui {' '.join(arguments[:2])} ended with exit code {process.returncode}")
    return Ran(json.loads(lines[-1]), seconds, used.ru_maxrss / 1024)


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement; none without a folder of corpora."""
    named = os.environ.get("ESC_TUI_CORPORA", "")
    if not named:
        print("  ESC_TUI_CORPORA is not set to a folder with ESConv, so nothing of it is measured", file=sys.stderr)
        return []
    folder = Path(named)
    files = [str(folder / name) for name in (TRAIN, VALID, FAILED)]
    with tempfile.TemporaryDirectory() as place:
        bank = ("--bank", str(Path(place) / "bank.db"))
        imported = run("import", *files, *bank)
        units = run("discover", "units", *bank)
        hidden = run("discover", "agreement", *bank).result["stars_hidden"]
        prototypes = run("discover", "prototypes", *bank)
        skills = run("discover", "skills", "--target", "27", *bank)
        replies = () if long else ("--no-replies",)
        measured = run("evaluate", "responses", "--train", files[0], "--test", files[1], *replies, *bank)
        planning = planning_times(Path(place) / "bank.db", folder)
    found = measured.result
    counts = f"{imported.result['dialogues']} dialogues, {imported.result['skipped']} things skipped"
    return [
        Row("import of the three ESConv files", imported.seconds, "s", 20, note=f"{counts}; {imported.memory:.0f} MB"),
        Row("embedded extraction of their units", units.seconds, "s", 180, note=f"{units.result['units']} units"),
        Row("embedded extraction, peak memory", units.memory, "MB", 1024),
        Row("polarity against 1-2 and 4-5 stars, key units, stars hidden: balanced accuracy", hidden["balanced_accuracy"]["value"], "",
            least=0.65, note=f"{hidden['key']} units"),
        Row("prototypes of all key units", prototypes.seconds, "s", note=f"{prototypes.result['prototypes']} prototypes"),
        Row("27 draft skills", skills.seconds, "s", note=f"{len(skills.result['skills'])} drafts"),
        Row("planner, train to valid: exact sequence (EMR)", 100 * found["emr"], "%", least=31),
        Row("planner, train to valid: Levenshtein ratio (LR)", 100 * found["lr"], "%", least=35),
        Row("planner, train to valid: first strategy right", 100 * found["accuracy"], "%", least=34,
            note=f"{found['items']} turns; {measured.seconds:.0f} s with training"),
        Row("planning one turn, p95", percentile(planning, 0.95), "ms", 5, note=f"{len(planning)} turns"),
    ]  # fmt: skip


def planning_times(bank: Path, folder: Path, turns: int = 300) -> list[float]:
    """Milliseconds of planning single turns with the planner that learns from the bank's own dialogues."""
    from esc_tui.discover.planner import context_of
    from esc_tui.domain.supporter_turn import supporter_turns
    from esc_tui.interchange.corpora.corpus import read_corpus

    run("discover", "planner", "--bank", str(bank))
    model = _model(bank)
    found: list[float] = []
    for reading, _ in read_corpus(folder / VALID):
        dialogue = reading.dialogue
        if dialogue is None:
            continue
        for turn in supporter_turns(dialogue):
            context = context_of(dialogue, turn)
            started = time.perf_counter()
            model.plan(context)
            found.append((time.perf_counter() - started) * 1000)
            if len(found) >= turns:
                return found
    return found


def _model(bank: Path) -> Any:
    from esc_tui.bank.artefacts import artefact_in_use, load_parts
    from esc_tui.bank.bank import open_bank
    from esc_tui.engines.embedded.strategy_model import StrategyModel

    with open_bank(bank, readonly=True) as opened:
        return StrategyModel.of(load_parts(opened.connection, artefact_in_use(opened.connection, "planner")))
