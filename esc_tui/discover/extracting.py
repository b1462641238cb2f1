"""Intervention Units extracted from the dialogues of a bank: resumable, several dialogues in flight, one writer.

Each dialogue is stored in a transaction of its own together with the mark that it was read, so that a job killed at any moment
goes on with nothing repeated or lost.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esc_tui.bank.dialogues import read_dialogue
from esc_tui.bank.extractions import dialogues_left, dialogues_read, store_extraction
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import BankError, EndpointError, UserError

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.domain.dialogue import InterventionUnit
    from esc_tui.engines.roles import Annotator

FIRST_FAILURES = 3
"""When so many dialogues failed at the endpoint before any succeeded (all, if there are fewer), the job ends."""
FAILURES_IN_A_ROW = 12
"""The same later on: an endpoint that fails so often without a success between is down, and the rest waits for the next run."""
PLACES_KEPT = 50


@dataclass(slots=True)
class ExtractionCount:
    """The account of a job. ``labels`` counts those that were new; ``known`` dialogues this annotator had read before.

    ``reasons`` counts skipped dialogues by reason, ``places`` holds the first of them as (dialogue, whole sentence).
    """

    known: int = 0
    dialogues: int = 0
    units: int = 0
    labels: int = 0
    polarities: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    places: list[tuple[str, str]] = field(default_factory=list)

    @property
    def skipped(self) -> int:
        """Dialogues that could not be labelled."""
        return self.reasons.total()

    @property
    def key(self) -> int:
        """Units whose seeker moved: positive or negative."""
        return self.polarities["positive"] + self.polarities["negative"]


@dataclass(frozen=True, slots=True)
class ExtractionProgress:
    """After each dialogue: so many of so many, which one it was, and the account so far (the same object each time)."""

    done: int
    total: int
    dialogue: str
    count: ExtractionCount


async def extract_units(bank: Bank, annotator: Annotator, *, again: bool = False, limit: int = 0, parallel: int = 1,
                        sources: Sequence[str] = ()) -> AsyncGenerator[ExtractionProgress, None]:
    """Label every dialogue the annotator has not read (``again``: every one), at most ``limit`` (0: all); live talks are left out.

    Yields first an empty account with ``done`` 0, then one a dialogue. With ``again`` a label that came out the same is not
    stored twice. A dialogue that cannot be labelled is counted with its reason and tried again in the next run. Raises
    BankError, EndpointError when the endpoint is down (see above), UserError when the annotator has no name. Ending the
    generator or cancelling its task ends the questions in flight; what is stored stays.
    """
    name = annotator.name
    connection = bank.writing
    count = ExtractionCount(known=dialogues_read(connection, name))
    waiting = dialogues_left(connection, "" if again else name, sources)
    if limit:
        waiting = waiting[:limit]
    total = len(waiting)
    yield ExtractionProgress(0, total, "", count)
    queue = iter(waiting)
    in_flight: dict[asyncio.Task[tuple[InterventionUnit, ...]], str] = {}
    failures = done = 0
    answered = False
    try:
        while True:
            while len(in_flight) < max(1, parallel) and (identity := next(queue, None)) is not None:
                dialogue = read_dialogue(connection, identity)
                if dialogue is None:
                    total -= 1
                    continue
                in_flight[asyncio.ensure_future(annotator.annotate(dialogue))] = identity
            if not in_flight:
                return
            finished, _ = await asyncio.wait(in_flight, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(finished, key=lambda one: in_flight[one]):
                identity = in_flight.pop(task)
                try:
                    units = task.result()
                except BankError:
                    raise
                except UserError as error:
                    failures = failures + 1 if isinstance(error, EndpointError) else failures
                    _skip(count, identity, error)
                    if isinstance(error, EndpointError) and failures >= (
                            FAILURES_IN_A_ROW if answered else min(FIRST_FAILURES, total)):
                        raise
                else:
                    if units:  # a dialogue without moments was never asked about
                        failures, answered = 0, True
                    _take(count, units, store_extraction(connection, name, identity, units, now_iso()))
                done += 1
                yield ExtractionProgress(done, total, identity, count)
    finally:
        for task in in_flight:
            task.cancel()
        await asyncio.gather(*in_flight, return_exceptions=True)


def _take(count: ExtractionCount, units: Sequence[InterventionUnit], new: int) -> None:
    count.dialogues += 1
    count.units += len(units)
    count.labels += new
    count.polarities.update(unit.polarity.value for unit in units)


def _skip(count: ExtractionCount, dialogue: str, error: UserError) -> None:
    count.reasons[error.what] += 1
    if len(count.places) < PLACES_KEPT:
        count.places.append((dialogue, str(error)))
