"""Background work of the panes: what is given up before its first step is closed, and errors of work can be told."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

from textual.worker import Worker
from textual.worker_manager import WorkerManager


class TellingWork(Awaitable[None]):
    """A coroutine whose errors go to ``tell_error``; awaited once, or closed."""

    def __init__(self, work: Coroutine[Any, Any, None], tell_error: Callable[[Exception], None]) -> None:
        self._work, self._tell_error = work, tell_error

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield from self._work.__await__()
        except Exception as error:
            self._tell_error(error)

    def close(self) -> None:
        """Give the work up."""
        self._work.close()


class Workers(WorkerManager):
    """Textual's, which forgets a coroutine whose task is cancelled before it began: newer work of the same group came in the same
    moment, or the program ended. Python then warns on the terminal that it was never awaited.
    """

    def _remove_worker(self, worker: Worker[Any]) -> None:
        super()._remove_worker(worker)
        work = worker._work
        if inspect.iscoroutine(work) or isinstance(work, TellingWork):
            work.close()  # nothing happens to one that has ended
