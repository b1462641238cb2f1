"""Units, labels and decisions go to a file by a key, and what was left out is said."""

from __future__ import annotations

from esc_tui.bank.bank import open_bank
from tests.tui.evidence.helpers import evidence_bank, on_screen, open_evidence, toasts
from tests.tui.helpers import wait_until


async def test_e_asks_what_and_where_to_and_writes_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = evidence_bank(tmp_path)
    with open_bank(path) as bank:
        bank.writing.run("UPDATE dialogues SET licence = 'CC BY-NC 4.0' WHERE id = 'night-01'")
    async with open_evidence(path) as (app, pilot):
        await pilot.press("E")
        await on_screen(pilot, "AskScreen")
        await pilot.press("l")
        await on_screen(pilot, "ExportScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "labels written to" in toasts(app))
        assert "Left out: the words of 1, whose licence does not let them be passed on." in toasts(app)
    text = (tmp_path / "labels.csv").read_text()
    assert text.startswith("unit,unit_id,dialogue") and "embedded-1" in text and "knocked" not in text


async def test_without_decisions_no_file_is_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with open_evidence(evidence_bank(tmp_path)) as (app, pilot):
        await pilot.press("E")
        await on_screen(pilot, "AskScreen")
        await pilot.press("d")
        await on_screen(pilot, "ExportScreen")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "There are no decisions to export, and no file was made." in toasts(app))
    assert not (tmp_path / "decisions.csv").exists()
