"""Killed with SIGKILL, as real processes: a decision is whole or was never made, a verification goes on to the same verdict."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.timeout(240), pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL and no fork")]


def killed(what: str, folder: Path) -> dict[str, Any]:
    found = subprocess.run([sys.executable, "-m", "tests.evolve.killed", what, str(folder)], capture_output=True, text=True, timeout=200,
                           cwd=Path(__file__).parents[2], check=False)
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def test_an_acceptance_and_a_rollback_that_are_killed_are_whole_or_undone(tmp_path: Path) -> None:
    found = killed("decide", tmp_path)
    for name, kinds in (("accept", ["accept"]), ("rollback", ["accept"])):
        before, after, between = (found[name][key] for key in ("before", "after", "between"))
        assert before != after and after[3] == kinds and len(between) > 10
        assert all(dead for dead, _ in between), "each was killed where it should be"
        assert all(left in (before, after) for _, left in between), "never half"
    assert found["rollback"]["after"][1:3] == found["accept"]["before"][1:3], "back to the letter"


def test_a_verification_that_is_killed_again_and_again_comes_to_the_same_verdict(tmp_path: Path) -> None:
    found = killed("verify", tmp_path)
    assert found["deaths"] == 3 and len(set(found["stages"])) > 1
    assert found["broken"] == found["whole"] and found["whole"]["state"] == "done"
    assert found["whole"]["verdict"]["pairs"] == 4 and found["whole"]["verdict"]["safety"]
