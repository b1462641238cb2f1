"""Bank with 10,000 skills in a real terminal: a key until the last byte of its paint, a filter keystroke until its rows."""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.big_bank import big_bank
from benchmarks.pty_run import QUIET, PtyRun, program
from benchmarks.start import remember_pane
from benchmarks.table import Row, median, percentile
from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.search import parse_filter

LIST_COLUMNS = 53
"""The list stands in the columns left of this one."""
_ROW = re.compile(r"^[ ▌]+[AWDR] ([a-z0-9-]+…?) ")
TYPIST = 0.08
"""Seconds between the keystrokes of a fast typist (150 words a minute)."""
WORDS = ("sleep", "boss", "lonely", "kitchen", "breakup", "tired", "family", "work", "afraid", "angry", "friend", "money")


@dataclass(frozen=True)
class Answer:
    """What a filter shall show: how the number of matches is told, and the slugs that come first."""

    count: str
    slugs: tuple[str, ...]

    def stands_on(self, screen: str) -> bool:
        """True when the number is told and every row in sight is one of these."""
        rows = [found[1].rstrip("…") for line in screen.splitlines() if (found := _ROW.match(line[:LIST_COLUMNS]))]
        if not self.slugs:
            return self.count in screen and not rows
        return self.count in screen and bool(rows) and all(any(one.startswith(row) for one in self.slugs) for row in rows)


class FilterTyping:
    """Types into the filter and waits for the rows that the bank gives for those words."""

    def __init__(self, run: PtyRun, bank: Bank) -> None:
        self.run, self.bank = run, bank
        self.answers: dict[str, Answer] = {}
        self.seen = self.answer("")

    def answer(self, text: str) -> Answer:
        """What the bank says to these words; asked once."""
        if text not in self.answers:
            page = self.bank.list_skills(parse_filter(text), limit=200, sort="slug")
            self.answers[text] = Answer(f"{page.matching:,} of {page.total:,}", tuple(row.slug for row in page.rows))
        return self.answers[text]

    def shown(self, text: str, key: str) -> float | None:
        """Milliseconds from the key until the rows for this text stand there; None when they are those of before.

        The bank is asked before the key and the emulator works after the last byte, so that neither delays a byte's time.
        """
        before, self.seen = self.seen, self.answer(text)
        pressed = self.run.press(key)
        self.run.settle(QUIET)
        stamp = self.run.wait_for(self.seen.stands_on, timeout=10, since=pressed)
        self.run.settle(QUIET)
        _ = self.run.text
        return None if before == self.seen else (stamp - pressed) * 1000

    def letter_by_letter(self, word: str) -> list[float]:
        """Each keystroke alone, the next when the screen is still."""
        found = [self.shown(word[: place + 1], letter) for place, letter in enumerate(word)]
        return [took for took in found if took is not None]

    def fast(self, word: str) -> list[float]:
        """The whole word by a fast typist; from the last keystroke on."""
        before = [self.answer(word[: place + 1]) for place in range(len(word))][-2]
        for letter in word[:-1]:
            pressed = self.run.press(letter)
            while (left := pressed + TYPIST - time.perf_counter()) > 0:
                self.run.read(left)
        self.seen = before
        took = self.shown(word, word[-1])
        return [] if took is None else [took]

    def clear(self) -> None:
        """Empty the filter."""
        self.shown("", "ctrl+u")


def measure(long: bool = False, detail: bool = False) -> list[Row]:
    """The rows of this measurement."""
    rng = random.Random(5)
    presses = 300 if long else 80
    words = list(WORDS) if long else list(WORDS[:6])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bank.db"
        shutil.copyfile(big_bank(), path)
        remember_pane(path, "bank")
        with open_bank(path) as opened:
            first_skill = opened.list_skills(sort="slug", limit=1).rows[0].slug
        with PtyRun(program(path), Path(folder)) as run, open_bank(path) as opened:
            run.wait_for(first_skill[:16])
            run.settle(1.0)
            run.paint_times(["down"] * 5, LIST_COLUMNS)
            painted, whole = run.paint_times(["down"] * presses, LIST_COLUMNS)
            jumps, _ = run.paint_times([rng.choice(["pagedown", "pagedown", "pageup"]) for _ in range(presses // 4)], LIST_COLUMNS)
            run.press("/")
            run.settle(QUIET)
            typing = FilterTyping(run, opened)
            typed: list[float] = []
            fast: list[float] = []
            for word in words:
                typed += typing.letter_by_letter(word)
                typing.clear()
                fast += typing.fast(word)
                typing.clear()
            if detail:
                for name, values in (("down", painted), ("page", jumps), ("filter", typed), ("fast", fast)):
                    print(f"  {name}:", *(f"{value:.0f}" for value in values), file=sys.stderr)
    return [
        Row("key press to paint in Bank, 10,000 skills, p95", percentile(painted, 0.95), "ms", 50,
            note=f"median {median(painted):.0f}; {presses} presses of Down; Page Up and Down {percentile(jumps, 0.95):.0f}"),
        Row("the same until the last byte of the skill beside the list, p95", percentile(whole, 0.95), "ms",
            note=f"median {median(whole):.0f}; it is shown when the cursor rests"),
        Row("filter keystroke to rows on screen, 10,000 skills, p95", percentile(typed, 0.95), "ms", 120,
            note=f"median {median(typed):.0f}; {len(typed)} keystrokes"),
        Row("the same from the last letter of a word typed fast, p95", percentile(fast, 0.95), "ms", 120,
            note=f"median {median(fast):.0f}; {len(fast)} words"),
    ]  # fmt: skip


if __name__ == "__main__":
    for row in measure("--long" in sys.argv, detail=True):
        print(row)
