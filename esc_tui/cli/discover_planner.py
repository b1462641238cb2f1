"""``esc-tui discover planner``: learn from the bank's dialogues which strategies supporters used next."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from esc_tui.cli.common import Exit, open_session_bank, settings_from
from esc_tui.cli.narration import Display, Narrator
from esc_tui.cli.stopping import stoppable
from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.discover.planner import TrainedPlanner
    from esc_tui.discover.planner.measuring import PlannerScores
    from esc_tui.domain.dialogue import Dialogue
    from esc_tui.domain.prototype import Artefact

FEWEST_DIALOGUES = 20
"""Below this a planner would only learn single people's habits."""


@stoppable("Stopped; nothing of this run is kept, talks go on with the planner they had. Run the same command again.")
def run_planner(bank: str | None, seed: int, display: Display) -> int:
    """Train on every imported dialogue with strategies, measure by cross-validation, store the planner in use; exit code 0.

    With ``display`` json: progress objects, then one with name, dialogues, turns, licences, accuracy, macro_f1, emr, lr,
    several, several_planned, seconds. Raises UserError for too few dialogues. Nothing is stored before it is finished.
    """
    from esc_tui.discover.planner import train_and_measure
    from esc_tui.discover.planner.keeping import keep_planner
    from esc_tui.domain.base import now_iso

    narrator = Narrator("planner", display)
    began = time.monotonic()
    with open_session_bank(settings_from({"bank": bank}), make=False) as opened:
        connection = opened.writing
        dialogues = _dialogues(opened)
        planner, scores = train_and_measure(dialogues, seed, lambda done, total, note: narrator.progress(done, total, note, "steps"))
        artefact = keep_planner(connection, planner, dialogues, scores, seed, now_iso())
    result = _result(artefact, planner, scores, time.monotonic() - began)
    narrator.result(result, _text(artefact, planner, scores, result))
    return Exit.DONE


def _dialogues(bank: Bank) -> list[Dialogue]:
    """Every dialogue of the bank with strategies that is no live talk. Raises UserError when there are too few."""
    from esc_tui.bank.dialogues import read_dialogue
    from esc_tui.discover.planner.keeping import dialogues_with_strategies

    ids = [row[0] for row in bank.connection.rows("SELECT id FROM dialogues WHERE conversation IS NULL ORDER BY id")]
    found = dialogues_with_strategies([one for identity in ids if (one := read_dialogue(bank.connection, identity)) is not None])
    if len(found) < FEWEST_DIALOGUES:
        raise UserError(
            f"a planner needs at least {FEWEST_DIALOGUES} dialogues whose supporter lines have strategies; this bank has "
            f"{len(found)}", str(bank.path), "read some with 'esc-tui import PATH'")
    return found


def _result(artefact: Artefact, planner: TrainedPlanner, scores: PlannerScores | None, seconds: float) -> dict[str, Any]:
    return {
        "kind": "result",
        "job": "planner",
        "name": artefact.name,
        "dialogues": planner.dialogues,
        "licences": list(artefact.licences),
        **({} if scores is None else scores.rounded()),
        "turns": planner.turns,
        "sizes": planner.sizes(),
        "seconds": round(seconds, 1),
    }


def _text(artefact: Artefact, planner: TrainedPlanner, scores: PlannerScores | None, result: dict[str, Any]) -> str:
    lines = [f"{artefact.name}: learned from {planner.turns:,} supporter turns of {planner.dialogues:,} dialogues "
             f"({', '.join(artefact.licences)}) in {result['seconds']:.0f} s. New talks use it."]
    if scores is not None:
        lines.append(
            f"On dialogues held out: first strategy right {scores.accuracy:.1%}, Macro-F1 {scores.macro_f1:.1%}, whole sequence "
            f"right (EMR) {scores.emr:.1%}, Levenshtein ratio (LR) {scores.lr:.1%}; several strategies in "
            f"{scores.several_planned:.1%} of planned turns, {scores.several:.1%} in the data.")
        lines += several_advice(scores)
    return "\n".join(lines)


def several_advice(scores: PlannerScores) -> list[str]:
    """What to make of it when several strategies are planned far less often than people used them."""
    if scores.several_planned >= scores.several / 2:
        return []
    return ["A plan is chosen for the highest EMR and LR, and one strategy is the safer guess. 'esc-tui evaluate responses' also tells how "
            "it does when several are planned as often as people use them; in a talk the mode one-by-one may go on after each part. "
            "More in docs/evidence.md, The planner."]
