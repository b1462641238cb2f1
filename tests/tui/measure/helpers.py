"""Measurements made up for the pane, and the app on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from esc_tui.bank.artefacts import add_measurement
from esc_tui.bank.bank import open_bank
from esc_tui.domain.labels import Strategy
from esc_tui.evaluate.published import PUBLISHED
from esc_tui.tui.app import EscApp
from esc_tui.tui.start import Start
from tests.support_bank import small_bank_file

TIME = "2026-11-21T09:30:00.000Z"


def group(better: float, items: int, emr: float) -> dict[str, Any]:
    values = {"accuracy": 0.35 + better, "macro_f1": 0.26 + better, "emr": emr, "lr": 0.36 + better, "multi_share": 0.12,
              "multi_share_reference": 0.15, "bleu_1": 0.16, "bleu_2": 0.035, "bleu_3": 0.01, "bleu_4": 0.003, "rouge_l": 0.09 + better,
              "meteor_without_synonyms": 0.1, "distinct_1": 0.02, "distinct_2": 0.09, "mean_length": 24.2}
    wide = {name: [value * 0.94, value * 1.06] for name, value in values.items() if not name.startswith("distinct")}
    return {"items": items, **values, "intervals": wide}


def made_up(better: float = 0.0, **more: Any) -> dict[str, Any]:
    """A result as the command writes it, with numbers of nobody."""
    cells = [[(7 * row + 3 * column) % 9 * (6 if row == column else 2) for column in range(8)] for row in range(8)]
    return {
        "kind": "result", "job": "evaluate", **group(better, 2257, 0.31 + better),
        "by": {"single": group(better, 1913, 0.36 + better), "multi": group(better, 344, 0.01)},
        "confusion": {"strategies": [one.value for one in Strategy], "tags": [one.tag for one in Strategy], "cells": cells},
        "dialogues": [[f"d{number}", 10, 3 + number % 3 + 10 * better, 3 + number % 2 + 10 * better, 3.5 + 10 * better]
                      for number in range(60)],
        "own_plan": group(-0.2, 2257, 0.02), "natural_plan": {**group(-0.01, 2257, 0.29), "multi_share": 0.15},
        "left_out": {"turns_without_strategy": 3, "bank": {"skills": 2, "units": 41}},
        "outcomes": {"complete": 2243, "crisis": 14}, "missing": 0, "planner": {"dialogues": 910, "turns": 10679},
        "published": [row.told() for row in PUBLISHED], "train": ["train.jsonl"], "test": ["valid.jsonl"], "engine": "embedded",
        "mode": "all-in-one", "seed": 0, "test_dialogues": 195, "seconds": 49.0, **more,
    }


def measured_bank(folder: Path, *results: dict[str, Any]) -> Path:
    """The small bank with measurements, oldest first."""
    path = small_bank_file(folder)
    with open_bank(path) as bank:
        for result in results:
            add_measurement(bank.writing, "responses", {}, result, TIME)
    return path


def measure_app(path: Path, theme: str = "esc-dark") -> EscApp:
    app = EscApp(Start(bank=path, pane="measure", theme=theme))
    app.animation_level = "none"
    return app
