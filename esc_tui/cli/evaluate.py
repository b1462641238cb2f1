"""``esc-tui evaluate responses``: the measurement with its progress, a table or one JSON object, and its place in the bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from esc_tui.cli.common import Exit, open_session_bank, settings_from
from esc_tui.cli.narration import Display, Narrator
from esc_tui.cli.stopping import stoppable


@stoppable("Stopped; this measurement is not kept, the bank is as it was. Run the same command again.")
def run_responses(bank: str | None, options: dict[str, Any], train: list[str], test: list[str], seed: int, limit: int,
                  replies: bool, display: Display) -> int:
    """Measure and keep the result in the bank, unless that is view-only. Exit code 3 when an endpoint answered no turn.

    Raises UserError, before anything is done, for a file that cannot be opened.
    """
    from esc_tui.bank.artefacts import add_measurement
    from esc_tui.domain.base import now_iso
    from esc_tui.evaluate.responses import KIND, Wish, measure_responses
    from esc_tui.evaluate.tables import plain_report
    from esc_tui.interchange.corpora.corpus import corpus_files

    corpus_files([*train, *test])  # a wrong path is said before a bank is made for it
    settings = settings_from({"bank": bank, **options})
    wish = Wish(tuple(train), tuple(test), settings.mode, seed, limit, replies)
    phases: list[_Phase] = []

    def phase(name: str) -> _Phase:
        phases.append(_Phase(Narrator("evaluate", display), name))
        return phases[-1]

    with open_session_bank(settings) as opened:
        result = measure_responses(opened, settings, wish, phase)
        if not opened.view_only:
            result["number"] = add_measurement(opened.writing, KIND, wish.settings(settings), result, now_iso())
        narrator = phases[-1].narrator
        narrator.result(result, plain_report(result))
        narrator.tell(f"Kept as measurement {result['number']}; the pane Measure shows it." if "number" in result
                      else "The bank is view-only, so the result is not kept.")
    return Exit.DONE


@dataclass(frozen=True, slots=True)
class _Phase:
    """One phase of the job, with progress and time left of its own."""

    narrator: Narrator
    name: str

    def progress(self, done: int, total: int = 0, note: str = "", unit: str = "") -> None:
        """So many of so many are done."""
        self.narrator.progress(done, total, note or self.name, unit)
