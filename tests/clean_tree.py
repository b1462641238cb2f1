"""A run of all tests leaves nothing behind: git sees the same before the first and after the last, or the run fails.

The hooks are for the process that a person started: where several processes test, it compares when all of them are done. A run of
some tests, named on the command line, compares nothing: whoever runs those may be at work on files meanwhile.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

TREE: pytest.StashKey[str | None] = pytest.StashKey()


def working_tree_state(folder: Path) -> str | None:
    """What git sees as changed or new, or None outside a git checkout."""
    try:
        done = subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    whole = config.args_source is not pytest.Config.ArgsSource.ARGS and not hasattr(config, "workerinput")
    config.stash[TREE] = working_tree_state(config.rootpath) if whole else None


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    before = session.config.stash.get(TREE, None)
    after = working_tree_state(session.config.rootpath) if before is not None else None
    if before is None or after is None or after == before:
        return
    other = sorted(set(after.splitlines()) ^ set(before.splitlines()))
    session.config.get_terminal_writer().line(f"\nThe tests left the folder other than it was: {', '.join(other)}", red=True)
    if session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
