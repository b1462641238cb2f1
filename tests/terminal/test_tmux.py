"""The same journeys inside tmux, where it is found: another terminal in between, with its own keys, paste and sizes."""

import os
import select
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.pty_run import _environment
from tests.support_bank import small_bank_file
from tests.terminal.driver import ASKS_TO_LEARN, DEADLINE, FIELD_READY, PROGRAM, headless

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed here")


class Tmux:
    """One window of a tmux server of our own. ``see`` waits for words on it."""

    def __init__(self, home: Path, *arguments: str, size: tuple[int, int] = (110, 34)) -> None:
        self.world = _environment(home, {"TMUX_TMPDIR": str(home)})
        self.socket = str(home / "tmux.socket")
        pipe = str(home / "painted")
        os.mkfifo(pipe)
        self.painted = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
        command = shlex.join([*PROGRAM, *arguments])
        self.run("-f", "/dev/null", "new-session", "-d", "-s", "journey", "-x", str(size[0]), "-y", str(size[1]),
                 "-c", str(ROOT), f"stty -echo; read go; {command}; echo ended with $?.; read stay")
        self.run("pipe-pane", "-t", "journey", f"cat > {shlex.quote(pipe)}")
        self.keys("Enter")

    def run(self, *arguments: str) -> str:
        done = subprocess.run(["tmux", "-u", "-S", self.socket, *arguments], capture_output=True, text=True, encoding="utf-8",
                              env=self.world, check=False, timeout=45)
        assert done.returncode == 0, f"tmux {arguments[0]}: {done.stderr}"
        return done.stdout

    @property
    def text(self) -> str:
        return self.run("capture-pane", "-p", "-t", "journey")

    def see(self, *wanted: str, gone: str = "") -> str:
        until = time.monotonic() + DEADLINE
        while True:
            screen = self.text
            if all(words in screen for words in wanted) and not (gone and gone in screen):
                return screen
            assert time.monotonic() < until, f"{wanted} did not come; the screen was:\n{screen}"
            self.settle(0.25)

    def settle(self, quiet: float) -> None:
        """Wait until nothing was painted for so long."""
        until = time.monotonic() + DEADLINE
        while select.select([self.painted], [], [], quiet)[0] and time.monotonic() < until:
            os.read(self.painted, 65536)
            quiet = 0.05

    def keys(self, *keys: str) -> "Tmux":
        for key in keys:
            self.run("send-keys", "-t", "journey", *(("-l",) if " " in key else ()), key)
            self.settle(0.06)
        return self

    def paste(self, text: str) -> "Tmux":
        self.run("set-buffer", "-b", "pasted", text)
        self.run("paste-buffer", "-p", "-b", "pasted", "-t", "journey")
        return self

    def exit_code(self) -> int:
        """What the shell says: tmux 3.3 now and then never learns that its child has ended."""
        return int(self.see("ended with ").split("ended with ")[1].split(".")[0])

    def close(self) -> None:
        self.run("kill-server")
        os.close(self.painted)


@pytest.fixture
def journey(home: Path) -> Iterator[Tmux]:
    opened = Tmux(home, "--bank", str(small_bank_file(home)))
    yield opened
    opened.close()


def test_a_talk_with_lines_and_a_paste_in_tmux(journey: Tmux) -> None:
    journey.see("What is on your mind?", FIELD_READY)
    journey.keys("nobody at work noticed", "C-j", "not even once", "Enter")
    journey.see("not even once", "CHOSE", "▎1 ", FIELD_READY, gone="esc stops")
    journey.paste("first [/bold] line\nsecond 孤单 line").see("first [/bold] line", "second 孤单 line")
    assert "Turn 2" not in journey.text, "a pasted line end does not send"
    journey.keys("Enter").see("Turn 2", "PLAN", FIELD_READY, gone="esc stops")

    journey.run("resize-window", "-t", "journey", "-x", "80", "-y", "24")
    journey.see("second 孤单 line", gone="FIRED")
    journey.keys("Escape").see("i write")
    journey.keys("C-q").see(ASKS_TO_LEARN)
    journey.keys("n")
    assert journey.exit_code() == 0


def test_an_edit_and_its_undo_in_tmux(journey: Tmux, home: Path) -> None:
    journey.see(FIELD_READY, "r1")
    bank = str(home / "small.db")
    before = headless(home, "bank", "hash", "--bank", bank).stdout
    journey.keys("C-o").see("Jump to a letter")
    journey.keys("1").see("5 of 5 skills")
    journey.keys("/").see("ctrl+u clear")
    journey.keys("seen at", "C-u", "unseen effort").see("1 of 5 skills")
    journey.keys("Escape").see("e edit")
    journey.keys("e").see("Editing reflect-unseen-effort")
    journey.keys("Enter").see("esc leave the field")
    journey.keys("End", " in tmux").see("Reflect unseen effort in tmux")
    journey.keys("Escape").see("s save")
    journey.keys("s").see("Why this change to reflect-unseen-effort?")
    journey.keys("tried in another terminal", "Enter").see("Saved as r2")
    assert headless(home, "bank", "hash", "--bank", bank).stdout != before
    journey.keys("u").see(" r3 ")
    assert headless(home, "bank", "hash", "--bank", bank).stdout == before
    journey.keys("M-2").see(FIELD_READY)
