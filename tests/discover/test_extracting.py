"""Extraction: nothing repeated, nothing lost, whoever labels and whatever ends the job."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, create_empty_bank, open_bank
from esc_tui.bank.extractions import dialogues_left, dialogues_read
from esc_tui.discover.extracting import FAILURES_IN_A_ROW, ExtractionCount, extract_units
from esc_tui.domain.dialogue import Dialogue, InterventionUnit
from esc_tui.domain.errors import EndpointError, UserError
from esc_tui.domain.labels import Change
from esc_tui.domain.supporter_turn import unit_moments
from esc_tui.engines.embedded.annotating import EmbeddedAnnotator
from tests.support_dialogues import talk, written_talks

UNITS = sum(len(unit_moments(one)) for one in written_talks())
GERMAN = talk("aaa-german", "S: Ich bin traurig.", "H: Warum?", "S: Darum.", language="de")


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with create_empty_bank(tmp_path / "talks.db") as opened:
        opened.add_dialogues(written_talks())
        yield opened


class Scripted:
    """An annotator as an endpoint's: takes turns with others, and fails where it is told to."""

    def __init__(self, failing: dict[str, UserError] | None = None, gate: asyncio.Event | None = None) -> None:
        self.failing, self.gate = failing or {}, gate
        self.name = "scripted-1"
        self.at_once = self.most_at_once = 0
        self.cancelled: list[str] = []
        self.change: Change | None = None

    async def annotate(self, dialogue: Dialogue) -> tuple[InterventionUnit, ...]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.gate is not None:
                await self.gate.wait()
            for _ in range(len(dialogue.turns)):  # talks end in another order than they began
                await asyncio.sleep(0)
            if dialogue.id in self.failing:
                raise self.failing[dialogue.id]
            units = EmbeddedAnnotator().label(dialogue)
            changed = {"labeller": self.name} | ({"change": self.change} if self.change else {})
            return tuple(unit.model_copy(update=changed) for unit in units)
        except asyncio.CancelledError:
            self.cancelled.append(dialogue.id)
            raise
        finally:
            self.at_once -= 1


async def run(bank: Bank, annotator: object, **options: object) -> ExtractionCount:
    count = ExtractionCount()
    async with aclosing(extract_units(bank, annotator, **options)) as steps:  # type: ignore[arg-type]
        async for step in steps:
            count = step.count
    return count


def labels(bank: Bank) -> int:
    return int(bank.connection.value("SELECT count(*) FROM unit_labels") or 0)


async def test_every_moment_of_every_dialogue_gets_a_unit(bank: Bank) -> None:
    count = await run(bank, EmbeddedAnnotator())
    assert (count.dialogues, count.units, count.labels, count.skipped) == (8, UNITS, UNITS, 0)
    assert sum(count.polarities.values()) == UNITS and count.key == count.polarities["positive"] + count.polarities["negative"]
    assert bank.unit_count() == UNITS == labels(bank)


async def test_a_second_run_finds_nothing_to_do(bank: Bank) -> None:
    await run(bank, EmbeddedAnnotator())
    count = await run(bank, EmbeddedAnnotator())
    assert (count.dialogues, count.units, count.known) == (0, 0, 8)
    assert labels(bank) == UNITS


async def test_dialogues_imported_later_are_read_alone(bank: Bank) -> None:
    await run(bank, EmbeddedAnnotator())
    bank.add_dialogues([talk("later", "S: I slept.", "OT: Good.", "S: Yes, thank you.")])
    assert (await run(bank, EmbeddedAnnotator())).dialogues == 1


async def test_again_labels_anew_only_where_the_label_changed(bank: Bank) -> None:
    annotator = Scripted()
    await run(bank, annotator)
    same = await run(bank, annotator, again=True)
    assert (same.dialogues, same.units, same.labels) == (8, UNITS, 0)
    annotator.change = Change.CONTINUES
    other = await run(bank, annotator, again=True)
    assert 0 < other.labels < UNITS
    assert labels(bank) == UNITS + other.labels


async def test_the_limit_counts_dialogues_and_the_next_run_goes_on(bank: Bank) -> None:
    seen = [(await run(bank, EmbeddedAnnotator(), limit=3)).dialogues for _ in range(4)]
    assert seen == [3, 3, 2, 0]
    assert labels(bank) == UNITS


async def test_several_dialogues_are_in_flight_and_no_more_than_asked_for(bank: Bank) -> None:
    annotator = Scripted()
    count = await run(bank, annotator, parallel=3)
    assert annotator.most_at_once == 3
    assert count.units == UNITS


async def test_progress_counts_every_dialogue_once(bank: Bank) -> None:
    steps = [step async for step in extract_units(bank, Scripted(), parallel=4)]
    assert [step.done for step in steps] == list(range(9))
    assert {step.total for step in steps} == {8}
    assert sorted(step.dialogue for step in steps[1:]) == sorted(one.id for one in written_talks())


async def test_a_dialogue_that_cannot_be_labelled_is_counted_with_its_reason_and_tried_again(bank: Bank) -> None:
    bank.add_dialogues([GERMAN])
    count = await run(bank, EmbeddedAnnotator())
    assert (count.dialogues, count.skipped) == (8, 1)
    assert list(count.reasons) == ["the embedded engine reads English, and this dialogue is in 'de'"]
    assert count.places[0][0] == "aaa-german"
    assert "--engine endpoint" in count.places[0][1]
    assert dialogues_left(bank.connection, "embedded-1") == ["aaa-german"]


async def test_one_failure_at_the_endpoint_does_not_stop_the_rest(bank: Bank) -> None:
    annotator = Scripted({"mixed": EndpointError("the answer was of no use", "127.0.0.1")})
    count = await run(bank, annotator, parallel=4)
    assert (count.dialogues, count.skipped) == (7, 1)


async def test_an_endpoint_that_is_down_from_the_start_stops_the_job(bank: Bank) -> None:
    down = EndpointError("there is no answer", "127.0.0.1:9", "start the server")
    failing = {one.id: down for one in written_talks() if unit_moments(one)}  # of the others nothing is asked
    with pytest.raises(EndpointError, match="there is no answer"):
        await run(bank, Scripted(failing), parallel=2)
    assert bank.unit_count() == 0


async def test_an_endpoint_that_goes_down_later_stops_the_job_and_what_was_stored_stays(bank: Bank) -> None:
    late = [talk(f"z{number:02}", "S: one", "OT: two", "S: three") for number in range(FAILURES_IN_A_ROW + 5)]
    bank.add_dialogues(late)
    with pytest.raises(EndpointError):
        await run(bank, Scripted({one.id: EndpointError("there is no answer") for one in late}))
    assert dialogues_read(bank.connection, "scripted-1") == 8
    assert (await run(bank, Scripted())).dialogues == len(late)


async def test_a_fault_of_the_program_is_not_taken_for_a_skipped_dialogue(bank: Bank) -> None:
    annotator = Scripted({"mixed": ZeroDivisionError()})  # type: ignore[dict-item]
    with pytest.raises(ZeroDivisionError):
        await run(bank, annotator, parallel=8)


async def test_cancelling_ends_what_is_in_flight_and_keeps_what_is_stored(bank: Bank) -> None:
    gate = asyncio.Event()
    annotator = Scripted(gate=gate)
    task = asyncio.create_task(run(bank, annotator, parallel=3))
    while annotator.at_once < 3:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(annotator.cancelled) == 3 and annotator.at_once == 0
    gate.set()
    assert (await run(bank, annotator)).units == UNITS


async def test_live_talks_are_left_out(bank: Bank) -> None:
    bank.connection.run("UPDATE dialogues SET conversation = 'live' WHERE id = 'mixed'")
    assert (await run(bank, EmbeddedAnnotator())).dialogues == 7


async def test_a_persons_label_stays_in_force(bank: Bank) -> None:
    await run(bank, EmbeddedAnnotator(), limit=1)
    unit = bank.unit("1")
    bank.add_units([unit.model_copy(update={"labeller": "ada", "labeller_kind": "human", "change": Change.WITHDRAWS,
                                            "confidence": None})])
    await run(bank, EmbeddedAnnotator(), again=True)
    assert bank.unit("1").labeller == "ada"


def test_a_killed_job_goes_on_with_nothing_repeated_or_lost(tmp_path: Path) -> None:
    path = tmp_path / "many.db"
    many = [one.model_copy(update={"id": f"{one.id}-{number}"}) for number in range(40) for one in written_talks()]
    with create_empty_bank(path) as made:
        made.add_dialogues(many)
    command = [sys.executable, "-c", "import sys; from esc_tui.cli.main import main; sys.exit(main())",
               "discover", "units", "--bank", str(path), "--display", "json"]
    for stored in (5, 60):
        job = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ})
        with open_bank(path) as watching:
            while dialogues_read(watching.connection, "embedded-1") < stored and job.poll() is None:
                os.sched_yield()
        job.send_signal(signal.SIGKILL)
        job.communicate()
        with open_bank(path) as left:
            read = dialogues_read(left.connection, "embedded-1")
            assert read >= stored
            assert labels(left) == left.connection.value("SELECT sum(units) FROM extractions")
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ})
    assert '"skipped": 0' in done.stdout
    with open_bank(path) as finished:
        assert dialogues_read(finished.connection, "embedded-1") == len(many)
        assert labels(finished) == finished.unit_count() == 40 * UNITS
        assert finished.connection.value("PRAGMA integrity_check") == "ok"
