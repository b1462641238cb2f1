"""The pane is loaded when it is first shown, and nothing heavy with it."""

import subprocess
import sys

HEAVY = {"openai", "numpy", "jinja2", "sqlite_utils", "sklearn", "scipy", "typer", "httpx2", "yaml", "ijson"}


def loaded(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(' '.join(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_the_first_paint_of_another_pane_loads_nothing_of_this_one() -> None:
    found = loaded("import esc_tui.cli.main, esc_tui.tui.app, esc_tui.tui.panes.chat.pane")
    assert not [name for name in found if name.startswith("esc_tui.tui.panes.evidence")]
    assert not {"esc_tui.tui.jobs", "esc_tui.tui.jobs_screen", "widgets.grid"} & found


def test_this_pane_and_its_queue_load_nothing_heavy() -> None:
    found = loaded("import esc_tui.tui.panes.evidence.pane, esc_tui.tui.panes.evidence.dialogues, esc_tui.tui.panes.evidence.queue")
    assert not {name.partition(".")[0] for name in found} & HEAVY
    assert not {"esc_tui.tui.panes.evidence.map_view", "esc_tui.tui.panes.evidence.agreement"} & found
