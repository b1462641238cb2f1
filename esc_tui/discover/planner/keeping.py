"""The learned planner in the bank: its card, the licences of what it learned from, and the artefact itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from esc_tui.bank.artefacts import store_artefact
from esc_tui.bank.connection import BankConnection
from esc_tui.discover.planner import TrainedPlanner
from esc_tui.discover.planner.measuring import PlannerScores, held_out_parts
from esc_tui.domain.dialogue import Dialogue, words_hash
from esc_tui.domain.prototype import Artefact
from esc_tui.domain.supporter_turn import supporter_turns
from esc_tui.engines.embedded.strategy_model import KIND

UNKNOWN_LICENCE = "unknown"


def dialogues_with_strategies(dialogues: Sequence[Dialogue]) -> list[Dialogue]:
    """Those in which some supporter turn has a strategy, each text once."""
    found: dict[str, Dialogue] = {}
    for dialogue in dialogues:
        if any(turn.strategies for turn in supporter_turns(dialogue)):
            found.setdefault(words_hash(dialogue), dialogue)
    return list(found.values())


def card_of(planner: TrainedPlanner, dialogues: Sequence[Dialogue], scores: PlannerScores | None, seed: int) -> dict[str, Any]:
    """What a person should know of a planner: what it learned from under which licences, how well it did, how large it is."""
    from esc_tui.discover.planner.training import settings

    sources = Counter((dialogue.source, dialogue.licence or UNKNOWN_LICENCE) for dialogue in dialogues)
    return {
        "learned_from": [{"source": source, "licence": licence, "dialogues": count}
                         for (source, licence), count in sorted(sources.items())],
        "dialogues": planner.dialogues,
        "turns": planner.turns,
        "several": round(planner.several, 4),
        "measured": None if scores is None else {"how": _how(planner), **scores.rounded()},
        "sizes": planner.sizes(),
        "settings": settings(),
        "seed": seed,
    }


def _how(planner: TrainedPlanner) -> str:
    parts, held_out = held_out_parts(planner.dialogues)
    return f"{held_out} of {parts} parts by dialogue held out in turn"


def keep_planner(connection: BankConnection, planner: TrainedPlanner, dialogues: Sequence[Dialogue],
                 scores: PlannerScores | None, seed: int, time: str) -> Artefact:
    """Store a planner with its card and put it in use; it carries the licence of every dialogue it learned from."""
    return store_artefact(
        connection, KIND, planner.parts, card=card_of(planner, dialogues, scores, seed),
        licences=[dialogue.licence or UNKNOWN_LICENCE for dialogue in dialogues],
        sources=[words_hash(dialogue) for dialogue in dialogues], time=time)
