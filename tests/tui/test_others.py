"""What another program writes into the bank while the panes are open."""

from __future__ import annotations

import shutil

from esc_tui.bank.bank import open_bank
from esc_tui.tui.pane import PANES
from esc_tui.tui.start import Start
from esc_tui.tui.workshop import Workshop
from tests.bank.test_merge import edit
from tests.support_bank import small_bank_file
from tests.tui.bank.helpers import open_small
from tests.tui.helpers import wait_until


async def test_the_header_of_every_pane_follows_revisions_made_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr("esc_tui.tui.passing_on.LOOK_EVERY", 0.02)
    async with open_small(tmp_path) as (app, pilot):
        for revision, pane in enumerate(PANES, 2):
            await app.show_pane(pane.id)
            with open_bank(app.start.bank) as bank:
                edit(bank, title=f"Made elsewhere in {pane.title}")
                digest = bank.head().hash
            await wait_until(pilot, lambda: f"r{revision} {digest[:6]}" in app.header.text)  # noqa: B023


async def test_once_nobody_writes_a_plain_copy_of_the_open_bank_has_its_newest_revision(tmp_path):
    path = small_bank_file(tmp_path)
    workshop = Workshop(Start(bank=path))

    def in_a_plain_copy(name: str) -> int:
        shutil.copy(path, tmp_path / name)
        with open_bank(tmp_path / name, readonly=True) as copied:
            return copied.head_number

    bank = await workshop.bank()
    edit(bank, title="Still in the log")
    workshop.settle_log()
    assert in_a_plain_copy("early.db") == bank.head_number - 1
    workshop.settle_log()
    assert in_a_plain_copy("late.db") == bank.head_number
    await workshop.close()
