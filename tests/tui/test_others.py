"""What another program writes into the bank while the panes are open."""

from __future__ import annotations

from esc_tui.bank.bank import open_bank
from esc_tui.tui.pane import PANES
from tests.bank.test_merge import edit
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
