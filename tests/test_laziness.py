"""What is not needed is not loaded: proven in fresh processes."""

import subprocess
import sys

import pytest

HEAVY = ("openai", "numpy", "jinja2", "sqlite_utils", "sklearn", "scipy", "typer", "httpx2", "yaml")


def loaded(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(' '.join(sorted(m for m in sys.modules if '.' not in m)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_the_way_to_the_first_screen_loads_nothing_heavy() -> None:
    assert not loaded("import esc_tui.cli.main, esc_tui.tui.app, esc_tui.tui.panes.chat.pane") & set(HEAVY)


@pytest.mark.parametrize("module", ["commands", "bank", "build", "chat", "doctor", "guard", "talks", "corpus_commands", "discover_vectors"])
def test_no_headless_command_loads_textual(module: str) -> None:
    assert "textual" not in loaded(f"import esc_tui.cli.{module}")


def test_reading_a_bank_loads_neither_sqlite_utils_nor_numpy() -> None:
    assert not loaded("import esc_tui.bank.bank, esc_tui.bank.reading, esc_tui.bank.vectors") & {"sqlite_utils", "numpy", "openai"}


def test_the_statistics_of_a_verification_load_numpy_only_to_count() -> None:
    assert not loaded("import esc_tui.evolve.statistics") & set(HEAVY)


def test_the_embedded_engine_loads_no_client() -> None:
    assert not loaded("import esc_tui.engines.embedded, esc_tui.support.session") & {"openai", "httpx2", "jinja2", "textual"}


def test_every_module_of_the_endpoint_engine_can_be_looked_at_without_loading_a_client() -> None:
    code = ("import importlib, pkgutil, esc_tui.engines.endpoint as engine\n"
            "for found in pkgutil.iter_modules(engine.__path__, engine.__name__ + '.'): importlib.import_module(found.name)")
    assert not loaded(code) & {"openai", "httpx2", "jinja2", "yaml", "numpy", "textual"}
