"""The path to the first list loads the standard library alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support_bank import small_bank_file

ROOT = Path(__file__).parents[2]
HEAVY = ("sqlite_utils", "numpy", "pydantic", "platformdirs", "esc_tui.domain.skill", "esc_tui.domain.events")


@pytest.mark.parametrize("opening", [
    "from esc_tui.bank.reading import open_reader as opened",
    "from esc_tui.bank.bank import open_bank as opened",
])
def test_a_first_list_needs_none_of_the_heavy_libraries(tmp_path: Path, opening: str) -> None:
    program = (f"import sys; from pathlib import Path; {opening}; from esc_tui.bank.search import parse_filter\n"
               f"with opened(Path(sys.argv[1])) as bank: print(len(bank.list_skills(parse_filter('night state:anxious')).rows))\n"
               f"print([name for name in {HEAVY!r} if name in sys.modules])")
    done = subprocess.run([sys.executable, "-c", program, str(small_bank_file(tmp_path))], cwd=ROOT, text=True, capture_output=True,
                          check=True)
    assert done.stdout.split("\n")[:2] == ["1", "[]"]
