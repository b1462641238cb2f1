"""Runs a program in a real pseudo-terminal and reads its screen with an emulator, keeping the time of every byte.

Bytes are stamped when they are read and given to the emulator afterwards, so that the emulator's own time is in no figure.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, ROWS = 120, 40
QUIET = 0.25
"""Seconds without a byte after which a paint counts as done."""
KEYS = {"down": b"\x1b[B", "up": b"\x1b[A", "enter": b"\r", "escape": b"\x1b", "ctrl+u": b"\x15", "ctrl+q": b"\x11",
        "pagedown": b"\x1b[6~", "pageup": b"\x1b[5~"}
_NOT_FOR_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*\$p|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\")
_OPEN_END = re.compile(rb"\x1b[^A-Za-z~\\]{0,40}$")


class PtyTimeout(RuntimeError):
    """What was waited for did not come; the message holds the screen."""


class PtyRun:
    """One program in a pseudo-terminal. Use it as a context manager; leaving it ends the program."""

    def __init__(
        self, command: Sequence[str], home: Path, columns: int = COLUMNS, rows: int = ROWS,
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._waiting: list[tuple[float, bytes]] = []
        self._tail = b""
        self.last_byte = 0.0
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(master, False)
        self._master = master
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            list(command), stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=_environment(home, environment or {}),
            start_new_session=True, preexec_fn=_take_terminal,  # noqa: PLW1509
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- reading -----------------------------------------------------------------------------------------------------

    def read(self, seconds: float) -> bool:
        """Wait at most so long for bytes and keep them with their time; False when none came."""
        waiting = select.poll()  # select itself knows no descriptor beyond 1,023
        waiting.register(self._master, select.POLLIN)
        ready = waiting.poll(max(0.0, seconds) * 1000)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except (BlockingIOError, OSError):
            time.sleep(0.001)
            return False
        self.last_byte = time.perf_counter()
        self._waiting.append((self.last_byte, data))
        return bool(data)

    def settle(self, quiet: float = 0.4, timeout: float = 20.0) -> float:
        """Read until nothing came for ``quiet`` seconds; gives the time of the last byte."""
        until = time.perf_counter() + timeout
        while time.perf_counter() < until:
            if not self.read(quiet):
                break
        return self.last_byte

    def replay(self) -> Iterator[float]:
        """Give what was read to the emulator, piece by piece; yields the time of each piece."""
        while self._waiting:
            stamp, data = self._waiting.pop(0)
            data = _NOT_FOR_PYTE.sub(b"", self._tail + data)
            cut = _OPEN_END.search(data)
            self._tail = data[cut.start() :] if cut else b""
            self._stream.feed(data[: cut.start()] if cut else data)
            yield stamp

    @property
    def text(self) -> str:
        """The screen as lines."""
        for _ in self.replay():
            pass
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, wanted: str | Callable[[str], bool], timeout: float = 20.0, since: float = 0.0) -> float:
        """The time, not before ``since``, when the text first stood on the screen (or the test held). Raises PtyTimeout."""
        holds = (lambda screen: wanted in screen) if isinstance(wanted, str) else wanted
        until = time.perf_counter() + timeout
        while True:
            for stamp in self.replay():
                if stamp >= since and holds("\n".join(self.screen.display)):
                    return stamp
            if time.perf_counter() > until or (self.process.poll() is not None and not self._waiting):
                raise PtyTimeout(f"{wanted!r} did not come; the screen was:\n{self.text}")
            if self.read(0.25):
                while self.read(0.03) and time.perf_counter() < until:
                    pass

    # -- writing -----------------------------------------------------------------------------------------------------

    def press(self, keys: str | bytes) -> float:
        """Send a named key or plain text; gives the time just before."""
        data = keys if isinstance(keys, bytes) else KEYS.get(keys, keys.encode())
        now = time.perf_counter()
        os.write(self._master, data)
        return now

    def paint_times(self, keys: Sequence[str], columns: int, left_out: int = 0) -> tuple[list[float], list[float]]:
        """Milliseconds from each key until the first ``columns`` look as they will, and until the last byte of all that follows.

        ``left_out`` lines at the foot do not count. A key that paints nothing is left out.
        """
        painted, whole = [], []
        for key in keys:
            self.settle(QUIET)
            _ = self.text
            pressed = self.press(key)
            if not self.read(3):
                continue
            self.settle(QUIET, 3)
            lines = self.screen.lines - left_out
            looks = [(stamp, [line[:columns] for line in self.screen.display[:lines]]) for stamp in self.replay()]
            painted.append((next(stamp for stamp, look in looks if look == looks[-1][1]) - pressed) * 1000)
            whole.append((looks[-1][0] - pressed) * 1000)
        return painted, whole

    # -- the process -------------------------------------------------------------------------------------------------

    def memory(self) -> float:
        """The peak of resident memory so far in MB (10^6 bytes), of the program without its children."""
        status = Path(f"/proc/{self.process.pid}/status")
        if status.exists():
            found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
            if found:
                return int(found[1]) * 1024 / 1e6
        import psutil

        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def processor_seconds(self) -> float:
        """User and system time the program has used."""
        import psutil

        spent = psutil.Process(self.process.pid).cpu_times()
        return float(spent.user + spent.system)

    def close(self) -> None:
        """End the program by its own key, else by signals."""
        if self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.press("ctrl+q")
            until = time.perf_counter() + 2
            while self.process.poll() is None and time.perf_counter() < until:
                self.read(0.05)
        for ending in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(ending)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(2)
        with contextlib.suppress(OSError):
            os.close(self._master)


def program(bank: Path, *more: str) -> list[str]:
    """The command line of the installed program, or of the checkout when there is none beside this Python."""
    script = Path(sys.executable).with_name("esc-tui")
    start = [str(script)] if script.exists() else [sys.executable, "-m", "esc_tui"]
    return [*start, "--bank", str(bank), *more]


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _environment(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """A home of its own and a plain terminal; nothing of this machine's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
    folders = {f"XDG_{name}_HOME": str(home / f".{name.lower()}") for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {
        **kept, **folders, "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **more,
    }  # fmt: skip
