"""The program itself, driven by keys through a pseudo-terminal with a terminal emulator, and in tmux where it is found."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest

from tests.support_bank import small_bank_file

DEADLINE = 45.0
"""Seconds to wait for what should come at once; a machine with other work to do takes long over a program's start."""
ROOT = Path(__file__).parent.parent.parent
PROGRAM = [sys.executable, "-m", "esc_tui"]


class Terminal:
    """A child program and what its screen shows."""

    def __init__(self, arguments: list[str], columns: int = 120, lines: int = 36, **environment: str) -> None:
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.status: int | None = None
        self.raw = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            world = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
            world |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
            os.execve(arguments[0], arguments, world | environment)  # a library may have put COLUMNS into C's environment

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def press(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def read(self, seconds: float = 0.1) -> bool:
        waiting = select.poll()  # select itself knows no descriptor beyond 1,023
        waiting.register(self.fd, select.POLLIN)
        ready = waiting.poll(seconds * 1000)
        if not ready:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.raw += data
        self.stream.feed(data)
        return bool(data)

    def wait_for(self, *texts: str, seconds: float = DEADLINE) -> None:
        end = time.monotonic() + seconds
        while not all(text in self.text for text in texts):
            if time.monotonic() > end or not self.read():
                raise AssertionError(f"never on the screen: {texts}\n{self.text}")

    def wait_until(self, holds: Callable[[], object], seconds: float = DEADLINE) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end or not self.read():
                raise AssertionError(f"this never came true\n{self.text}")

    def wait_for_end(self, seconds: float = DEADLINE) -> int:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                return self.status
        raise AssertionError(f"the program did not end\n{self.text}")

    def close(self) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


def stored(bank: Path, kind: str) -> int:
    """How many events of a kind the bank holds, as another program sees it."""
    connection = sqlite3.connect(f"{bank.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT count(*) FROM events WHERE kind = ?", (kind,)).fetchone()[0]
    finally:
        connection.close()


@pytest.fixture
def bank(tmp_path):
    return small_bank_file(tmp_path, "test-bank.db")


@pytest.fixture
def terminal(bank):
    opened = Terminal([*PROGRAM, "--bank", str(bank)])
    yield opened
    opened.close()


def test_a_talk_from_the_greeting_to_the_question_at_the_end(terminal, bank):
    terminal.wait_for("What is on your mind?", "test-bank", "enter send")
    terminal.press("nobody at work even noticed how hard I worked\r")
    terminal.wait_for("you", "supporter", "STATE", "CHOSE")
    terminal.wait_until(lambda: stored(bank, "reply_finished") and "esc stops" not in terminal.text)  # Esc would stop the reply
    terminal.press("\x1b")
    terminal.wait_for("i write")
    terminal.press("\x11")
    terminal.wait_for("May this talk be learned from?")
    terminal.press("n")
    assert terminal.wait_for_end() == 0


def test_a_reply_is_stored_while_it_is_shown_so_that_a_kill_loses_nothing(terminal, bank):
    terminal.wait_for("What is on your mind?", "enter send")
    terminal.press("nobody at work even noticed how hard I worked\r")
    terminal.wait_for("▎1 ")
    shown = next(line for line in terminal.text.splitlines() if "▎1 " in line).split("│")[0].split("▎1 ")[1][4:].strip()
    os.kill(terminal.pid, signal.SIGKILL)
    from esc_tui.bank.bank import open_bank

    with open_bank(bank) as opened:
        [row] = opened.conversations()
        texts = [event.text for event in opened.events(row.conversation) if event.kind.startswith("segment")]
    assert any(" ".join(text.split()).startswith(shown[:12]) for text in texts)


def test_the_digit_one_outside_the_field_opens_the_bank_and_the_next_start_opens_there(terminal, bank):
    terminal.wait_for("What is on your mind?", "enter send")
    terminal.press("\x1b")
    terminal.wait_for("i write")
    terminal.press("1")
    terminal.wait_for("reflect-unseen-effort")
    terminal.press("\x11")
    assert terminal.wait_for_end() == 0
    again = Terminal([*PROGRAM, "--bank", str(bank)])
    try:
        again.wait_for("reflect-unseen-effort")
    finally:
        again.close()


def test_the_terminal_is_left_as_it_was(terminal):
    terminal.wait_for("What is on your mind?", "enter send")
    terminal.press("\x11")
    assert terminal.wait_for_end() == 0
    assert terminal.raw.rstrip().endswith(b"\x1b[?1049l") or b"\x1b[?1049l" in terminal.raw[-400:]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_leaves_the_terminal_as_it_was(terminal, number):
    terminal.wait_for("What is on your mind?", "enter send")
    os.kill(terminal.pid, number)
    assert terminal.wait_for_end() == 128 + number
    assert b"\x1b[?1049l" in terminal.raw[-400:]


def test_the_program_ends_with_its_terminal(bank):
    opened = Terminal([*PROGRAM, "--bank", str(bank)])
    try:
        opened.wait_for("What is on your mind?", "enter send")
    finally:
        os.close(opened.fd)
    _, status = os.waitpid(opened.pid, 0)
    assert os.waitstatus_to_exitcode(status) in {128 + signal.SIGHUP, -signal.SIGHUP}


def test_no_escape_code_of_a_talk_reaches_the_terminal(terminal, bank):
    terminal.wait_for("What is on your mind?", "enter send")
    terminal.press("\x1b[200~look \x1b]0;owned\x07 here\x1b[201~\r")
    terminal.wait_until(lambda: stored(bank, "reply_finished") and "esc stops" not in terminal.text)
    terminal.wait_for("look", "CHOSE")
    assert b"\x1b]0;owned" not in terminal.raw


def test_a_bad_bank_is_one_sentence(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no bank at all, only some notes, long enough to be read as a file header " * 20)
    opened = Terminal([*PROGRAM, "--bank", str(path)])
    try:
        assert opened.wait_for_end() == 1
        assert "not a Skills Bank" in " ".join(opened.text.split())
        assert "Traceback" not in opened.text
    finally:
        opened.close()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not here")
def test_the_same_talk_in_tmux(bank, tmp_path):
    socket = str(tmp_path / "tmux")

    def tmux(*arguments: str) -> str:
        done = subprocess.run(["tmux", "-S", socket, *arguments], capture_output=True, text=True, check=False)
        return done.stdout

    def wait_for_that(holds: Callable[[str], object]) -> None:
        end = time.monotonic() + DEADLINE
        while not holds(screen := tmux("capture-pane", "-p", "-t", "talk")):
            assert time.monotonic() < end, screen
            select.select([], [], [], 0.1)

    def wait_for(*texts: str) -> None:
        wait_for_that(lambda screen: all(text in screen for text in texts))

    environment = f"PYTHONPATH={ROOT} HOME={os.environ['HOME']}"
    tmux("-f", "/dev/null", "new-session", "-d", "-s", "talk", "-x", "100", "-y", "30",
         f"{environment} {' '.join(PROGRAM)} --bank {bank}")
    try:
        wait_for("What is on your mind?", "enter send")
        tmux("send-keys", "-t", "talk", "nobody noticed", "C-j", "not even once", "Enter")
        wait_for("not even once", "▎1 ")
        wait_for_that(lambda screen: stored(bank, "reply_finished") and "esc stops" not in screen)
        tmux("send-keys", "-t", "talk", "Escape")
        wait_for("i write")
        tmux("send-keys", "-t", "talk", "C-q")
        wait_for("May this talk be learned from?")
        tmux("send-keys", "-t", "talk", "Enter")
    finally:
        tmux("kill-server")
