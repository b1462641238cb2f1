"""Modules stay small enough to be read in one sitting."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 399


def test_every_module_outside_the_tests_stays_under_four_hundred_lines() -> None:
    modules = [path for folder in ("esc_tui", "widgets", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    assert len(modules) > 400, "the folders named here are not those of the program"
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules}
    assert {name: lines for name, lines in sizes.items() if lines > MOST_LINES} == {}
