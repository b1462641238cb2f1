"""What every terminal test gets: a home, and terminals that end with the test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fcntl", reason="pseudo-terminals are a thing of Unix")

from tests.terminal.driver import Terminal

Start = Callable[..., Terminal]

@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    return made


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Start the program in a terminal: ``start("--bank", "x.db", size=(80, 24), environment={...})``."""
    opened: list[Terminal] = []

    def begin(*arguments: str, **options: Any) -> Terminal:
        opened.append(Terminal(home, *arguments, **options))
        return opened[-1]

    yield begin
    for terminal in opened:
        terminal.close()
