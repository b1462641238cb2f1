"""Long work as a process of its own: ``python -m esc_tui <command> --display json``, followed line by line, cancelled on wish.

A job writes into a file without a name that the program reads from, so it can outlive the program and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from esc_tui.domain.errors import UserError
from esc_tui.tui.messages import JobEnded, JobProgressed

if TYPE_CHECKING:
    from esc_tui.tui.passing_on import PassingOn

LOOK_EVERY = 0.15
"""Seconds between two looks at what a job has written."""
MOST_NARRATION = 400
"""Lines of narration that are kept of a job."""
READ_AT_ONCE = 1 << 20
PATIENCE = 10.0
"""Seconds a cancelled job has to come to an end by itself (SIGINT), then when told to terminate, before it is killed."""
_ENDINGS = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM))

State = Literal["running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. ``total`` 0 and ``seconds_left`` None mean not known; ``note`` is a word about what is done now;
    ``paused``: it was asked to stand still.
    """

    done: int = 0
    total: int = 0
    seconds_left: int | None = None
    note: str = ""
    unit: str = ""
    paused: bool = False

    @property
    def share(self) -> float | None:
        """0-1, or None while the total is not known."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def spoken(self) -> str:
        """``412 of 1,301 turns``, ``3.1 of 12.4 MB``, ``412``; empty before the first step."""
        if self.unit == "bytes":
            done = f"{self.done / 1e6:.1f}"
            return f"{done} of {self.total / 1e6:.1f} MB" if self.total else f"{done} MB"
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.done:,} of {self.total:,}{unit}" if self.total else f"{self.done:,}{unit}" if self.done else ""


@dataclass(eq=False, slots=True)
class Job:
    """One piece of long work. ``kind`` is a short word for the header; of a kind only one runs at a time.

    ``result`` is the last JSON object the command printed, ``skipped`` those about what it passed over; ``error`` the sentence it
    ended with, empty when it went well.
    """

    kind: str
    title: str
    arguments: tuple[str, ...]
    told: Callable[[Mapping[str, Any]], str] | None = None
    state: State = "running"
    progress: Progress = field(default_factory=Progress)
    result: Mapping[str, Any] | None = None
    error: str = ""
    skipped: list[Mapping[str, Any]] = field(default_factory=list)
    narration: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    cancelling: bool = False
    process: subprocess.Popen[bytes] | None = None
    signals: int = 0
    next_signal: float = 0.0

    @property
    def running(self) -> bool:
        """True until the process has ended."""
        return self.state == "running"

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return (time.monotonic() if self.ended is None else self.ended) - self.began

    @property
    def line(self) -> str:
        """What the header says of it: ``import 31 % 2 min left``."""
        if self.cancelling:
            return f"{self.kind} stopping"
        share = self.progress.share
        if share is None:
            return f"{self.kind} {self.progress.spoken or '…'}"
        left = spoken_time(self.progress.seconds_left)
        return f"{self.kind} {int(share * 100)} %" + (" paused" if self.progress.paused else f" {left} left" if left else "")

    @property
    def sentence(self) -> str:
        """How it ended, for people."""
        if self.state == "cancelled":
            return f"{self.title}: stopped. What was finished is kept."
        if self.state == "failed":
            return f"{self.title}: {self.error}"
        said = self.told(self.result) if self.told is not None and self.result is not None else ""
        return said or f"{self.title}: done."


def spoken_time(seconds: int | None) -> str:
    """``40 s``, ``2 min``, ``1 h 5 min``; empty when it is not known or over."""
    if not seconds or seconds < 0:
        return ""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


class Jobs:
    """The jobs of this session, newest first; posts JobProgressed and JobEnded to the app, which tells every pane."""

    def __init__(self, app: PassingOn, program: Sequence[str] | None = None) -> None:
        """``program`` replaces the command line's beginning in tests."""
        self.app = app
        self.all: list[Job] = []
        self._program = list(program) if program is not None else [sys.executable, "-P", "-m", "esc_tui"]
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> list[Job]:
        """Those that have not ended, newest first."""
        return [job for job in self.all if job.running]

    def of(self, kind: str) -> Job | None:
        """The running job of a kind."""
        return next((job for job in self.running if job.kind == kind), None)

    def start(self, kind: str, title: str, arguments: Sequence[str], *,
              told: Callable[[Mapping[str, Any]], str] | None = None) -> Job:
        """Begin ``esc-tui <arguments> --display json --bank <the bank in front>``; what follows ``--`` stays behind it.

        ``title`` says what is done, without a full stop; ``told`` makes the sentence of a good end from the result. Raises
        UserError when one of this kind is running, or where processes cannot be followed and stopped as on POSIX (Windows).
        """
        if not (hasattr(os, "pread") and hasattr(os, "killpg")):
            raise UserError(f"{title}: long work beside the panes needs Linux or macOS", "",
                            f"run 'esc-tui {arguments[0]}' in another terminal" if arguments else "use another system")
        if self.of(kind) is not None:
            raise UserError(f"{title}: a job of this kind is running already", "", "wait for it, or stop it in Jobs")
        job = Job(kind, title, tuple(arguments), told)
        self.all.insert(0, job)
        task = asyncio.create_task(self._follow(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.app.post_message(JobProgressed(job))
        return job

    def settings_arguments(self) -> list[str]:
        """What the command line of this session said about the engine, for jobs that think; the rest is in the settings."""
        return [part for name in ("engine", "endpoint", "model") if self.app.start.overrides.get(name)
                for part in (f"--{name}", str(self.app.start.overrides[name]))]

    def cancel(self, job: Job) -> None:
        """Ask a job to end as ctrl+c would; one that does not is terminated, then killed."""
        if job.running and not job.cancelling:
            job.cancelling = True
            self._press(job)
            self.app.post_message(JobProgressed(job))

    async def stop_all(self) -> None:
        """Cancel every job and wait until all have ended."""
        for job in self.running:
            self.cancel(job)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def let_go(self) -> None:
        """Stop following: running jobs go on by themselves after the program has ended."""
        for task in self._tasks:
            task.cancel()

    # The process

    def _command(self, job: Job) -> list[str]:
        given = list(job.arguments)
        at = given.index("--") if "--" in given else len(given)
        given[at:at] = ["--display", "json", "--bank", str(self.app.start.bank.absolute())]
        return [*self._program, *given]

    async def _follow(self, job: Job) -> None:
        try:
            with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as narration:
                # Not asyncio's own: that one kills the process when the program ends.
                job.process = await asyncio.to_thread(
                    subprocess.Popen, self._command(job), stdin=subprocess.DEVNULL, stdout=out, stderr=narration,
                    env=_environment(), start_new_session=True)
                lines, said = _Tail(out), _Tail(narration)
                while job.process.poll() is None:
                    self._press(job)
                    self._look(job, lines, said)
                    await asyncio.sleep(LOOK_EVERY)
                while self._look(job, lines, said):
                    pass
                self._finish(job, job.process.returncode)
        except OSError as error:
            job.state, job.error = "failed", f"the program could not be started ({error.strerror or error})."
        if not job.running:
            job.ended = time.monotonic()
            self.app.post_message(JobEnded(job))

    def _look(self, job: Job, lines: _Tail, said: _Tail) -> bool:
        """Take in what was written since the last look; True when there was something."""
        found, narrated, moved = lines.lines(), said.lines(), False
        for line in found:
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if not isinstance(value, dict):
                continue
            if value.get("kind") == "progress":
                job.progress = Progress(_number(value.get("done")), _number(value.get("total")),
                                        None if value.get("seconds_left") is None else _number(value["seconds_left"]),
                                        str(value.get("note", "")), str(value.get("unit", "")), bool(value.get("paused")))
                moved = True
            elif value.get("kind") == "skipped":
                if len(job.skipped) < MOST_NARRATION:
                    job.skipped.append(value)
            else:
                job.result = value
        job.narration.extend(line for line in narrated if line.strip())
        del job.narration[:-MOST_NARRATION]
        if moved:
            self.app.post_message(JobProgressed(job))
        return bool(found or narrated)

    def _finish(self, job: Job, status: int) -> None:
        told = job.result or {}
        if status == 0:
            job.state = "done"
        elif job.cancelling or status == 130 or told.get("state") == "cancelled":
            job.state = "cancelled"
        else:
            job.state = "failed"
            reason = str(told.get("reason") or "")
            last = f"{reason}." if reason else job.narration[-1].strip() if job.narration else ""
            job.error = last or (f"the job was ended from outside (signal {-status})." if status < 0 else
                                 f"the job failed without saying why (exit code {status}).")

    def _press(self, job: Job) -> None:
        """Give a cancelled job its next signal when the time for that has come."""
        if job.cancelling and job.process is not None and job.signals < len(_ENDINGS) and time.monotonic() >= job.next_signal:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(job.process.pid, _ENDINGS[job.signals])
            job.signals += 1
            job.next_signal = time.monotonic() + PATIENCE


class _Tail:
    """Whole lines of a growing file, from where the last look ended; the writer's place in the file stays its own."""

    def __init__(self, file: IO[bytes]) -> None:
        self._number, self._at, self._rest = file.fileno(), 0, b""

    def lines(self) -> list[str]:
        """The lines that came since, however long."""
        pieces = [self._rest]
        while data := os.pread(self._number, READ_AT_ONCE, self._at):
            self._at += len(data)
            pieces.append(data)
        *whole, self._rest = b"".join(pieces).split(b"\n")
        return [line.decode("utf-8", "replace") for line in whole]


def _number(value: object) -> int:
    return max(0, int(value)) if isinstance(value, int | float) else 0


def _environment() -> dict[str, str]:
    """This one, with the checkout on the path when the program runs from one; ``-P`` keeps the working folder off it."""
    import esc_tui

    home = Path(esc_tui.__file__).parent.parent
    kept = dict(os.environ)
    if not {"site-packages", "dist-packages"} & set(home.parts):
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, (str(home), kept.get("PYTHONPATH", ""))))
    return kept
