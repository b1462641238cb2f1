"""A program that is killed has lost nothing that it showed as saved."""

from __future__ import annotations

import os
import re
import signal
import sys
import time

from esc_tui.bank.bank import open_bank
from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from tests.tui.evidence.helpers import decisions, evidence_bank, machine
from tests.tui.test_terminal import Terminal

UNITS = 60


def test_kill_9_in_the_middle_of_labelling_loses_nothing_shown_as_saved(tmp_path):
    path = evidence_bank(tmp_path, name="test-bank.db")
    with open_bank(path) as bank:
        for number in range(UNITS):
            bank.add_dialogues([Dialogue(id=f"talk-{number:02}", source="tests", turns=(
                DialogueTurn(speaker="seeker", text=f"It is hard, {number} times."), DialogueTurn(speaker="supporter", text="I hear you."),
                DialogueTurn(speaker="seeker", text="Thank you.")))])
            bank.add_units([machine(0, id=f"talk/{number}", dialogue=f"talk-{number:02}", state_turn=0, action_turns=(1,),
                                    outcome_turn=2, quotes=())])
        bank.remember("last pane", "evidence")
    terminal = Terminal([sys.executable, "-m", "esc_tui", "--bank", str(path), "--annotator", "Ada"])
    shown = 0
    try:
        terminal.wait_for("dialogues", "test-bank")
        terminal.press("Q")
        terminal.wait_for("suggested by", "waiting")
        end = time.monotonic() + 60
        while shown < 20 and time.monotonic() < end:
            terminal.press("a")
            terminal.read(0.02)
            found = re.search(r"(\d+) decided today", terminal.text)
            shown = max(shown, int(found[1]) if found else 0)
        os.kill(terminal.pid, signal.SIGKILL)
    finally:
        terminal.close()
    kept = decisions(path)
    assert shown >= 20 and len(kept) >= shown
    with open_bank(path) as bank:
        assert bank.check() == []
        for decision in kept:
            assert bank.unit(decision.unit).labeller == "Ada"
