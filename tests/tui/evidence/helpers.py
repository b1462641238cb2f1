"""The app on its Evidence pane over a small bank with a machine's labels, one talk with words about a crisis among it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from esc_tui.bank.bank import open_bank
from esc_tui.bank.decisions import Decision
from esc_tui.bank.prototypes import add_prototypes
from esc_tui.domain.dialogue import Dialogue, DialogueTurn, InterventionUnit, Quote
from esc_tui.domain.labels import Action, Change, Polarity, Scenario, Stage, State, Strategy
from esc_tui.domain.prototype import Prototype
from esc_tui.tui.app import EscApp
from esc_tui.tui.start import Start
from tests.support_bank import small_bank_file, three_units
from tests.tui.helpers import wait_until

NIGHT = Dialogue(
    id="night-01", problem_type="sleep problems", emotion_type="fear", situation="I lie awake and count the trams.", initial_intensity=5,
    final_intensity=3, empathy=4, relevance=4, helped=True, licence="MIT", source="tests", turns=(
        DialogueTurn(speaker="seeker", text="The trams stop at one and then it is only me and the ceiling."),
        DialogueTurn(speaker="supporter", text="What does the ceiling say at that hour?", strategy=Strategy.QUESTION),
        DialogueTurn(speaker="seeker", text="That I want to kill myself before the trams start again."),
        DialogueTurn(speaker="supporter", text="I am glad you told me. Is somebody near you tonight?", strategy=Strategy.AFFIRMATION),
        DialogueTurn(speaker="supporter", text="Could you call them while we write?", strategy=Strategy.SUGGESTIONS),
        DialogueTurn(speaker="seeker", text="My sister is next door. I knocked. She is making tea.", feedback=5)))


def quote(dialogue: Dialogue, turn: int, role: str, text: str) -> Quote:
    start = dialogue.turns[turn].text.index(text)
    return Quote(turn=turn, role=role, text=text, start=start, end=start + len(text))  # type: ignore[arg-type]


def night_unit(**changes: object) -> InterventionUnit:
    """The machine's label of what the supporter does after the words about a crisis."""
    return InterventionUnit(
        id="machine/night", dialogue="night-01", state_turn=2, action_turns=(3, 4), outcome_turn=5, scenario=Scenario.SLEEP_PROBLEMS,
        state=State.HOPELESS, also=(State.LONELY,), intensity=5, stage=Stage.ACTION,
        actions=(Action.VALIDATION, Action.PLANNING_A_CONCRETE_STEP), change=Change.ACCEPTS_A_SUGGESTION, labeller="embedded-1",
        labeller_kind="machine", confidence=0.9, quotes=(quote(NIGHT, 3, "action", "glad you told me"),
                                                         quote(NIGHT, 5, "outcome", "I knocked"))).model_copy(update=changes)


def machine(at: int, **changes: object) -> InterventionUnit:
    """A machine's label at a moment of the small bank's talks, under an id of its own."""
    return three_units()[at].model_copy(update={
        "id": f"machine/{at}", "labeller": "embedded-1", "labeller_kind": "machine", "confidence": 0.5 + at / 10, **changes})


def human(unit: InterventionUnit, name: str, **changes: object) -> InterventionUnit:
    return unit.model_copy(update={"labeller": name, "labeller_kind": "human", "confidence": None, **changes})


def evidence_bank(folder: Path, *, units: bool = True, name: str = "evidence.db") -> Path:
    """Three talks; with ``units`` four machine labels: IU-4 to IU-7, the least sure first."""
    path = small_bank_file(folder, name)
    with open_bank(path) as bank:
        bank.add_dialogues([NIGHT])
        if units:
            bank.add_units([machine(0), machine(1), machine(2), night_unit()])
    return path


def with_prototypes(path: Path) -> Path:
    """Two prototypes of state lonely and one of sad."""
    with open_bank(path) as bank:
        number = {unit: bank.unit_row(unit).number for unit in ("work-01/1", "work-01/3", "loss-01/1", "machine/0", "machine/1")}
        add_prototypes(bank.writing, [
            Prototype(number=1, state=State.LONELY, action=Action.REFLECTION_OF_FEELING, polarity=Polarity.POSITIVE,
                      units=(number["work-01/1"], number["machine/0"]), words=("noticed", "archive")),
            Prototype(number=2, state=State.LONELY, action=Action.OPEN_QUESTION, polarity=Polarity.POSITIVE,
                      units=(number["work-01/3"], number["machine/1"]), words=("boxes",)),
            Prototype(number=3, state=State.SAD, action=Action.REASSURANCE, polarity=Polarity.NEGATIVE, units=(number["loss-01/1"],)),
        ], {}, 0, {}, "2026-01-05T09:00:00.000Z")
    return path


def evidence_app(path: Path, theme: str = "esc-dark", annotator: str = "Ada") -> EscApp:
    app = EscApp(Start(bank=path, pane="evidence", theme=theme, overrides={"annotator": annotator}))
    app.animation_level = "none"
    return app


@asynccontextmanager
async def open_evidence(path: Path, size: tuple[int, int] = (140, 40), annotator: str = "Ada") -> AsyncIterator[tuple[EscApp, Pilot]]:
    """The pane with its dialogues read."""
    app = evidence_app(path, annotator=annotator)
    async with app.run_test(size=size) as pilot:
        await dialogues_read(pilot)
        yield app, pilot


async def dialogues_read(pilot: Pilot) -> None:
    pane = pilot.app.pane
    view = pane.views["dialogues"]
    await wait_until(pilot, lambda: "of" in view.counts.text or view.rows.empty.plain)
    await wait_until(pilot, lambda: not view.rows.count or (
        view.reader.reading is not None and view.reader.reading.dialogue.id == view.rows.highlighted.id))


async def open_queue(pilot: Pilot):
    """The queue with a unit on the bench, or with what it says instead of one."""
    await pilot.press("Q")
    pane = pilot.app.pane
    await wait_until(pilot, lambda: pane.view_name == "queue" and pane.view.line is not None and (
        pane.view.bench.card is not None or pane.view.line.empty))
    if pane.view.line.empty:
        await wait_until(pilot, lambda: "Getting" not in talk_text(pane.view) and talk_text(pane.view).strip())
    return pane.view


def talk_text(queue) -> str:
    return "\n".join(queue.bench.talk.plain_lines)


def panel_text(queue) -> str:
    return "\n".join(queue.bench.panel.plain_lines)


def reader_text(app: EscApp) -> str:
    return "\n".join(app.pane.views["dialogues"].reader.plain_lines)


def toasts(app: EscApp) -> str:
    return "\n".join(note.message for note in app._notifications)


async def saved(pilot: Pilot, queue) -> None:
    """Everything decided is in the bank."""
    await wait_until(pilot, lambda: not queue.line.tally.writing)


def decisions(path: Path) -> list[Decision]:
    """What the bank holds, read by another connection."""
    with open_bank(path, readonly=True) as bank:
        return [Decision(*row) for row in bank.connection.rows(
            "SELECT id, unit, annotator, kind, label, note, time FROM decisions WHERE undone = 0 ORDER BY id")]


async def on_screen(pilot: Pilot, name: str) -> None:
    await wait_until(pilot, lambda: type(pilot.app.screen).__name__ == name)
    await pilot.pause()
