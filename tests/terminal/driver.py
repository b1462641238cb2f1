"""The installed program in a pseudo-terminal, driven and read as a person would; no pause, only waiting with deadlines."""

import fcntl
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.pty_run import KEYS, PtyRun

PROGRAM = [sys.executable, "-m", "esc_tui"]
FIELD_READY = "enter send"
PROMPT = "Write what is on your mind"
ASKS_TO_LEARN = "May this talk be learned from?"
IN_COLOUR = re.compile(rb"\x1b\[(?:[0-9;:]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8[;:])[0-9;:]*m")
MORE_KEYS = {
    "ctrl+o": b"\x0f", "ctrl+j": b"\n", "ctrl+p": b"\x10", "ctrl+r": b"\x12", "tab": b"\t", "f1": b"\x1bOP", "end": b"\x1b[F",
    "home": b"\x1b[H", "pageup": b"\x1b[5~", "pagedown": b"\x1b[6~", "ctrl+c": b"\x03", "backspace": b"\x7f",
}  # fmt: skip
DEADLINE = 10.0


class Terminal(PtyRun):
    """One run of the program. ``see`` waits for words, ``rest`` until nothing more is drawn, ``text`` is the screen now."""

    def __init__(self, home: Path, *arguments: str, size: tuple[int, int] = (120, 40),
                 environment: Mapping[str, str] | None = None) -> None:
        self.raw = bytearray()
        super().__init__([*PROGRAM, *arguments], home, *size, environment=environment)

    def read(self, seconds: float) -> bool:
        held = len(self._waiting)
        found = super().read(seconds)
        for _, data in self._waiting[held:]:
            self.raw += data
        return found

    def wait_for(self, wanted: str | Callable[[str], bool], timeout: float = DEADLINE) -> float:
        """As for measuring, but what stands on the screen already counts too."""
        now = self.text
        if wanted in now if isinstance(wanted, str) else wanted(now):
            return self.last_byte
        return super().wait_for(wanted, timeout)

    # -- seeing ------------------------------------------------------------------------------------------------------

    def see(self, *wanted: str, seconds: float = DEADLINE) -> str:
        """The screen, once all these words stand on it at the same time."""
        self.wait_for(lambda screen: all(words in screen for words in wanted), timeout=seconds)
        return self.text

    def see_gone(self, *unwanted: str, seconds: float = DEADLINE) -> str:
        """The screen, once none of these words stands on it."""
        self.wait_for(lambda screen: not any(words in screen for words in unwanted), timeout=seconds)
        return self.text

    def see_that(self, holds: Callable[[str], object], seconds: float = DEADLINE) -> str:
        """The screen, once this holds of it."""
        self.wait_for(lambda screen: bool(holds(screen)), timeout=seconds)
        return self.text

    def ready(self) -> str:
        """The screen, once the field of Chat takes letters."""
        return self.see(FIELD_READY)

    def rest(self, quiet: float = 0.25) -> str:
        """The screen, once nothing was drawn for a while."""
        self.settle(quiet, DEADLINE)
        return self.text

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @property
    def header(self) -> str:
        return self.lines[0]

    @property
    def footer(self) -> str:
        return self.lines[-1]

    def column(self, start: int = 0, end: int | None = None) -> str:
        """The words between two columns of every line joined by single blanks, so that wrapped sentences can be looked for."""
        self.text  # noqa: B018  brings the screen up to date
        cells = range(start, self.screen.columns if end is None else end)
        lines = ("".join(self.screen.buffer[row][column].data for column in cells) for row in range(self.screen.lines))
        return " ".join(" ".join(line.replace("▎", " ").replace("▌", " ").split()) for line in lines)

    # -- doing -------------------------------------------------------------------------------------------------------

    def keys(self, *keys: str) -> "Terminal":
        """Press keys one after the other: a name ('escape', 'ctrl+o') or text to type."""
        for key in keys:
            known = MORE_KEYS.get(key) or KEYS.get(key)
            self.press(known if known is not None else key)
            # one key at a time, as a hand does it; an Esc with something right behind it is another key to every program
            self.settle(0.12 if known == b"\x1b" else 0.04, DEADLINE)
        return self

    def paste(self, text: str) -> "Terminal":
        """Paste as a terminal does that was asked for bracketed paste."""
        assert b"\x1b[?2004h" in self.raw, "the program did not ask for bracketed paste"
        self.press(b"\x1b[200~" + text.encode() + b"\x1b[201~")
        return self

    def until(self, key: str, holds: Callable[[str], object], most: int = 80) -> str:
        """Press a key again and again until this holds of the screen at rest."""
        for _ in range(most):
            screen = self.rest(0.06)
            if holds(screen):
                return screen
            self.keys(key)
        raise AssertionError(f"{key} pressed {most} times, and still not there:\n{self.text}")

    def resize(self, columns: int, rows: int) -> str:
        """Give the window another size; the screen once it was drawn anew."""
        self.text  # noqa: B018  what came so far belongs to the old size
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        return self.rest(0.4)

    def open_pane(self, digit: int, wait_for: str = "") -> str:
        """Through jump mode, which works from everywhere; the screen once the pane takes keys."""
        self.keys("ctrl+o").see("Jump to a letter")
        self.keys(str(digit)).see_gone("Jump to a letter")
        return self.see(wait_for or {1: "e edit", 2: FIELD_READY}[digit])

    def leave_field(self) -> "Terminal":
        """Out of the field of Chat, so that letters are commands."""
        self.see(FIELD_READY)
        self.keys("escape").see_gone(FIELD_READY)
        return self

    def say(self, text: str) -> str:
        """Write a message and send it; the screen once the whole reply stands there."""
        return self.keys(text).send()

    def send(self) -> str:
        """Send what is in the field; the screen once the whole reply stands there."""
        before = self._turn()
        self.keys("enter")
        self.see_that(lambda screen: self._turn(screen) > before and "esc stops" not in screen)
        return self.rest()

    def _turn(self, screen: str | None = None) -> int:
        found = re.findall(r"Turn (\d+)", self.text if screen is None else screen)
        return int(found[0]) if found else 0

    # -- ending ------------------------------------------------------------------------------------------------------

    def ends(self, seconds: float = DEADLINE) -> int:
        """The exit code, once the program has ended by itself."""
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self.read(0.05)
        assert self.process.poll() is not None, f"the program is still running:\n{self.text}"
        while self.read(0):
            pass
        return self.process.wait()

    def kill(self) -> None:
        """What a power cut does to a program."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(5)

    def close(self) -> None:
        """End the program without asking; a journey that cares how it ends looks at that itself."""
        if self.process.poll() is None:
            self.kill()
        try:
            os.close(self._master)
        except OSError:
            pass


def headless(home: Path, *arguments: str, words: str = "", environment: Mapping[str, str] | None = None,
             seconds: float = 45.0) -> "subprocess.CompletedProcess[str]":
    """One run without a terminal: its standard input, output, errors and exit code."""
    from benchmarks.pty_run import _environment

    return subprocess.run([*PROGRAM, *arguments], input=words, capture_output=True, text=True, encoding="utf-8",
                          env=_environment(home, environment or {}), timeout=seconds, check=False)
