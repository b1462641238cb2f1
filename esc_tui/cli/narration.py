"""How a long headless job tells how far it is: lines for people on standard error, or JSON objects on standard output."""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Literal

from esc_tui.cli.common import put, say

Display = Literal["plain", "json"]
EVERY_PLAIN, EVERY_JSON, EVERY_TERMINAL = 5.0, 0.25, 0.1
"""Seconds between two reports of progress, by who reads them."""


TELLING_SHARE, TELLING_SECONDS, TELLING_STEPS = 0.1, 60.0, 10
"""What is left is told once a tenth is done, or after a minute and ten steps: while a job starts up, while many begin at once, and from a
few steps of unlike length, it would be guessed wrong several times over."""


def seconds_left(here: int, done: int, total: int, passed: float) -> int | None:
    """Seconds that the rest of ``total`` may take when ``here`` of them were done in ``passed`` seconds; None where that is not known."""
    if not total or here <= 0 or passed < 0.5:
        return None
    if here < TELLING_SHARE * (total - done + here) and (passed < TELLING_SECONDS or here < TELLING_STEPS):
        return None
    return round(passed / here * (total - done))


def spoken_seconds(seconds: int) -> str:
    """``40 s``, ``2 min 05 s``."""
    return f"{seconds // 60} min {seconds % 60:02} s" if seconds >= 60 else f"{seconds} s"


class Narrator:
    """Reports one job. Progress objects are ``{"kind": "progress", "job", "done", "total", "seconds_left"}``, with
    ``"paused": true`` while the job was asked to stand still.

    ``total`` 0 means not known; ``seconds_left`` is None until it can be told. The result is the last object.
    """

    def __init__(self, job: str, display: Display) -> None:
        self.job, self.display = job, display
        self._counting = self._last = time.monotonic()
        self._first: int | None = None
        self._before = 0
        self._line = display == "plain" and sys.stderr is not None and sys.stderr.isatty()
        self._shown = self._paused = False
        self._told = ""

    def progress(self, done: int, total: int = 0, note: str = "", unit: str = "", *, paused: bool = False) -> None:
        """So many of so many (``unit`` says of what) are done; reported at most a few times a second, and always the last one and a
        pause; an object that says nothing new is left out.
        """
        now = time.monotonic()
        # What came before the first step, as reading the bank, is not the pace of the steps; nor is that of a count that was before.
        if self._first is None or done < self._before:
            self._first, self._counting = done, now
        self._before = done
        pause = EVERY_JSON if self.display == "json" else EVERY_TERMINAL if self._line else EVERY_PLAIN
        if now - self._last < pause and not (total and done >= total) and paused == self._paused:
            return
        self._last, self._paused = now, paused
        left = None if paused else seconds_left(done - self._first, done, total, now - self._counting)
        if self.display == "json":
            line = json.dumps({"kind": "progress", "job": self.job, "done": done, "total": total, "seconds_left": left,
                            **({"paused": True} if paused else {}), **({"note": note} if note else {}),
                            **({"unit": unit} if unit else {})}, ensure_ascii=False)
            if line != self._told:
                self._told = line
                put(line)
            return
        of = (f"{done:,} of {total:,}" if total else f"{done:,}") + (f" {unit}" if unit else "")
        rest = f", {spoken_seconds(left)} left" if left else ", paused" if paused else ""
        text = f"{self.job}: {of}{rest}" + (f", {note}" if note else "")
        if self._line:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
            self._shown = True
        else:
            say(text)

    def tell(self, text: str) -> None:
        """One line of narration on standard error, in either display; in a terminal over the ``^C`` that it may follow."""
        self._shown = self._line
        self.end()
        say(text)

    def result(self, value: dict[str, Any], plain: str) -> None:
        """The end: the whole object with ``--display json``, which has the text for people as ``account``, else that text alone."""
        self.end()
        put(json.dumps({**value, "account": plain}, ensure_ascii=False) if self.display == "json" else plain)

    def end(self) -> None:
        """Leave the line of progress, so that what is said next begins a line of its own."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._shown = False
