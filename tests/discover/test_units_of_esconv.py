"""Extraction of the real ESConv and FailedESConv: how fast, how much memory, and how right. Skipped without their folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RUN = [sys.executable, "-c",
       "import resource, sys\nfrom esc_tui.cli.main import main\ncode = main()\n"
       "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\nsys.exit(code)"]
MOST_SECONDS, MOST_KILOBYTES = 180, 1024 * 1024
DIALOGUES = 1301


def esc_tui(*words: str) -> tuple[dict[str, Any], int]:
    """The last object of a command and the most memory it took, in kilobytes."""
    done = subprocess.run([*RUN, *words, "--display", "json"], capture_output=True, text=True, check=True, env={**os.environ})
    return json.loads(done.stdout.splitlines()[-1]), int(done.stderr.split("peak ")[-1])


@pytest.mark.timeout(900)
def test_all_of_esconv_is_labelled_in_time_and_agrees_with_hidden_stars(corpora: Path, tmp_path: Path) -> None:
    from esc_tui.bank.bank import create_empty_bank

    bank = str(tmp_path / "esconv.db")
    create_empty_bank(bank).close()
    esc_tui("import", "--bank", bank, *(str(corpora / name) for name in ("train.jsonl", "valid.jsonl", "FailedESConv.json")))
    units, peak = esc_tui("discover", "units", "--bank", bank)
    assert (units["dialogues"], units["skipped"]) == (DIALOGUES, 0)
    assert units["units"] > 13_000
    assert units["seconds"] < MOST_SECONDS
    assert peak < MOST_KILOBYTES
    report, _ = esc_tui("discover", "agreement", "--bank", bank)
    hidden = report["stars_hidden"]
    assert hidden["rated"] > 700
    assert hidden["balanced_accuracy"]["value"] >= 0.65
    assert hidden["by_sign"]["value"] >= 0.65
