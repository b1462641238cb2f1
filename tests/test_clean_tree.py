"""A run that leaves a file behind fails, in one process and in several."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import clean_tree

TESTS = "from pathlib import Path\n\n\ndef test_one():\n    {}\n\n\ndef test_two():\n    pass\n"


def run(folder: Path, body: str, *words: str) -> subprocess.CompletedProcess[str]:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = .\naddopts = -p no:cacheprovider -q\n")
    (folder / "conftest.py").write_text(Path(clean_tree.__file__).read_text(encoding="utf-8"))
    (folder / "test_some.py").write_text(TESTS.format(body))
    return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})


@pytest.fixture(params=[[], ["-p", "xdist", "-n", "2"]], ids=["one process", "several"])
def processes(request: pytest.FixtureRequest) -> list[str]:
    if request.param:
        pytest.importorskip("xdist")
    return list(request.param)


def test_a_run_that_leaves_a_file_behind_fails_and_names_it(tmp_path: Path, processes: list[str]) -> None:
    done = run(tmp_path, "Path('left.txt').write_text('')", *processes)
    assert "2 passed" in done.stdout and "other than it was: ?? left.txt" in done.stdout
    assert done.returncode == 1


def test_a_run_that_leaves_nothing_passes(tmp_path: Path, processes: list[str]) -> None:
    assert run(tmp_path, "pass", *processes).returncode == 0


def test_a_run_of_some_tests_compares_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "Path('left.txt').write_text('')", "test_some.py").returncode == 0
