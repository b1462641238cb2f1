"""Taking an import out of the bank from the pane: which source, what goes, the yes."""

from __future__ import annotations

from esc_tui.bank.bank import open_bank
from esc_tui.bank.imports import list_sources
from tests.tui.evidence.helpers import evidence_bank, human, machine, night_unit, on_screen, open_evidence, toasts
from tests.tui.helpers import wait_until


def sources(path) -> dict[str, int]:
    with open_bank(path, readonly=True) as bank:
        return {one.name: one.dialogues for one in list_sources(bank.connection)}


async def choose(pilot, name: str) -> None:
    await pilot.press("delete")
    await on_screen(pilot, "PickerScreen")
    await pilot.press(*name, "enter")
    await on_screen(pilot, "AskScreen")


async def test_a_source_is_removed_after_a_yes_that_says_what_goes(tmp_path):
    path = evidence_bank(tmp_path)
    before = sources(path)
    with open_bank(path) as bank:
        bank.add_dialogues([bank.dialogue("night-01").model_copy(update={"id": "wrong-01", "source": "wrong", "turns": tuple(
            turn.model_copy(update={"text": f"{turn.text} Again."}) for turn in bank.dialogue("night-01").turns)})])
    async with open_evidence(path) as (app, pilot):
        await choose(pilot, "wrong")
        assert "Of 'wrong' 1 dialogue would go." in app.screen.details
        await pilot.press("escape")
        await on_screen(pilot, "Screen")
        assert sources(path) == {**before, "wrong": 1}
        await choose(pilot, "wrong")
        await pilot.press("r")
        await wait_until(pilot, lambda: "Of 'wrong' 1 dialogue went." in toasts(app))
        assert sources(path) == before
        await wait_until(pilot, lambda: app.pane.views["dialogues"].rows.count == sum(before.values()))


async def test_what_people_labelled_goes_only_by_an_answer_of_its_own(tmp_path):
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        bank.add_units([human(machine(0), "Bo"), human(night_unit(), "Bo")])
    async with open_evidence(path) as (app, pilot):
        await pilot.press("delete")
        await on_screen(pilot, "PickerScreen")
        await pilot.press("enter")
        await on_screen(pilot, "AskScreen")
        assert "people have labelled" in app.screen.details
        assert [answer.key for answer in app.screen.answers] == ["k", "w"]
        before = sources(path)
        await pilot.press("enter")
        await on_screen(pilot, "Screen")
        assert sources(path) == before, "the first answer never drops what people did"
        await pilot.press("delete")
        await on_screen(pilot, "PickerScreen")
        await pilot.press("enter")
        await on_screen(pilot, "AskScreen")
        await pilot.press("w")
        await wait_until(pilot, lambda: len(sources(path)) == len(before) - 1)
