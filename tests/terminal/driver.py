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
from collections.abc import Callable, Iterator, Mapping
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
    "escape": b"\x1b[27u",  # as terminals with the kitty protocol send it: a lone Esc and a key right behind it are another key
}  # fmt: skip
ASKED, ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
FRAME_BEGINS, FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"
DEADLINE = 45.0
"""Seconds to wait for what should come at once; a machine with other work to do takes long over a program's start."""


class Terminal(PtyRun):
    """One run of the program. ``see`` waits for words, ``rest`` until nothing more is drawn, ``text`` is the screen now.

    It tells the program that it draws frames whole (mode 2026), and looks at the screen only between two frames.
    """

    def __init__(self, home: Path, *arguments: str, size: tuple[int, int] = (120, 40),
                 environment: Mapping[str, str] | None = None) -> None:
        self.raw = bytearray()
        self._drawn = b""
        self._whole, self._answered = True, False
        super().__init__([*PROGRAM, *arguments], home, *size, environment=environment)

    def read(self, seconds: float) -> bool:
        held = len(self._waiting)
        found = super().read(seconds)
        new, self._waiting[held:] = self._waiting[held:], []
        for stamp, data in new:
            self.raw += data
            *frames, rest = data.split(FRAME_ENDS)
            pieces = [*(frame + FRAME_ENDS for frame in frames), rest]
            self._waiting += [(stamp, piece) for piece in pieces if piece]
        if not self._answered and ASKED in self.raw:
            self._answered = True
            self.press(ANSWER)
        return found

    def replay(self) -> Iterator[float]:
        pieces = [piece for _, piece in self._waiting]
        for piece, stamp in zip(pieces, super().replay(), strict=False):
            self._drawn = self._drawn[-len(FRAME_ENDS) + 1:] + piece
            begun, ended = self._drawn.rfind(FRAME_BEGINS), self._drawn.rfind(FRAME_ENDS)
            if begun != ended:
                self._whole = ended > begun
            yield stamp

    def wait_for(self, wanted: str | Callable[[str], bool], timeout: float = DEADLINE) -> float:
        """As for measuring, but what stands on the screen already counts too, and half a frame does not."""
        def holds(screen: str) -> bool:
            return self._whole and (wanted in screen if isinstance(wanted, str) else wanted(screen))

        return self.last_byte if holds(self.text) else super().wait_for(holds, timeout)

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
            self.settle(0.04, DEADLINE)  # one key at a time, as a hand does it
        return self

    def paste(self, text: str) -> "Terminal":
        """Paste as a terminal does that was asked for bracketed paste."""
        assert b"\x1b[?2004h" in self.raw, "the program did not ask for bracketed paste"
        self.press(b"\x1b[200~" + text.encode() + b"\x1b[201~")
        return self

    def until(self, key: str, row: Callable[[str], str], holds: Callable[[str], object], most: int = 80) -> str:
        """Press a key that moves to another row again and again until this holds of the row."""
        for _ in range(most):
            now = row(self.text)
            if holds(now):
                return now
            self.keys(key).see_that(lambda screen, before=now: row(screen) != before)
        raise AssertionError(f"{key} pressed {most} times, and still not there:\n{self.text}")

    def resize(self, columns: int, rows: int) -> "Terminal":
        """Give the window another size; the program draws it anew in its own time."""
        self.text  # noqa: B018  what came so far belongs to the old size
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        return self

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
        self.see_that(lambda screen: self._turn(screen) > before)
        return self.reply_ended()

    def reply_ended(self) -> str:
        """The screen, once no reply is being written any more."""
        self.see_gone("esc stops")
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
        self.process.wait(DEADLINE)

    def close(self) -> None:
        """End the program without asking; a journey that cares how it ends looks at that itself."""
        if self.process.poll() is None:
            self.kill()
        try:
            os.close(self._master)
        except OSError:
            pass


def headless(home: Path, *arguments: str, words: str = "", environment: Mapping[str, str] | None = None,
             seconds: float = 120.0) -> "subprocess.CompletedProcess[str]":
    """One run without a terminal: its standard input, output, errors and exit code."""
    from benchmarks.pty_run import _environment

    return subprocess.run([*PROGRAM, *arguments], input=words, capture_output=True, text=True, encoding="utf-8",
                          env=_environment(home, environment or {}), timeout=seconds, check=False)
