"""Every test gets its own home, configuration and temporary folders, and no socket but loopback."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.clean_tree import pytest_sessionfinish, pytest_sessionstart  # noqa: F401  found here by pytest

if TYPE_CHECKING:
    from tests.engines.endpoint.model_server import ModelServer

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in the background: else every program they start is deaf to ctrl+c
settings.register_profile("project", deadline=None, derandomize=True, database=None)
settings.load_profile("project")


@pytest.fixture
def corpora() -> Path:
    """The folder with ESConv's files that the environment names; without it the test is skipped."""
    folder = os.environ.get("ESC_TUI_CORPORA", "")
    if not folder:
        pytest.skip("set ESC_TUI_CORPORA to a folder with ESConv (see docs)")
    return Path(folder)


@pytest.fixture
def sage() -> Path:
    """The folder with SAGE's profiles.jsonl and results/ that the environment names; without it the test is skipped."""
    folder = os.environ.get("ESC_TUI_SAGE", "")
    if not folder:
        pytest.skip("set ESC_TUI_SAGE to a folder with SAGE's profiles.jsonl and results/*.jsonl (see docs/episodes.md)")
    return Path(folder)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A model server on loopback."""
    from tests.engines.endpoint.model_server import ModelServer

    made = ModelServer()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join(5)


@pytest.fixture(autouse=True)
def own_world(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own for every test, and a socket that reaches this machine alone."""
    home = tmp_path_factory.mktemp("home")
    for name, folder in (
        ("HOME", "."),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
        ("TMPDIR", "tmp"),
    ):
        (home / folder).mkdir(exist_ok=True)
        monkeypatch.setenv(name, str(home / folder))
    for name in list(os.environ):
        if name in {"ESC_TUI_CORPORA", "ESC_TUI_SAGE"}:
            continue  # folders with real talks, for the tests that ask for them; see the fixtures ``corpora`` and ``sage``
        if name.startswith(("ESC_TUI_", "OPENAI_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    connect = socket.socket.connect

    def only_loopback(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and str(address[0]) not in {
            "127.0.0.1",
            "::1",
            "localhost",
        }:
            raise OSError(f"a test wanted to reach {address[0]}; only loopback is allowed")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_loopback)
    yield home
