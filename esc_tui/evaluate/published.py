"""Published numbers that stand beside ours, each with what keeps it from being compared directly. Shares run from 0 to 1.

None was read in the papers' full text: they are as quoted by others, which each note says.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

MULTI = "arXiv 2604.17972"
SKILLS = "arXiv 2605.27908"
CARE = "arXiv 2510.05122"
NOTES = {
    MULTI: "ESConv test split (about 2,391 turns), LLaMA-3.1-8B trained on ESConv; LR's formula and ROUGE-L's tokeniser are not "
           "given; quoted in an article about the paper",
    SKILLS: "Prompted model, split as in ESConv's 910/195/195; how a turn's strategy is scored is not given; quoted second-hand",
    CARE: "LLaMA-3.1-8B trained on ESConv, single strategy a turn; quoted in a review of the paper",
}


@dataclass(frozen=True, slots=True)
class Published:
    """One published row: measures by the names this package uses, and the item group they are for."""

    system: str
    source: str
    values: dict[str, float] = field(default_factory=dict)
    group: str = "all"

    def told(self) -> dict[str, Any]:
        """The row as JSON, with its note."""
        return {**asdict(self), "note": NOTES[self.source]}


PUBLISHED: tuple[Published, ...] = (
    Published("Single strategy, trained", MULTI, {"emr": 0.2521, "lr": 0.2828, "rouge_l": 0.1806}),
    Published("All-in-One, trained", MULTI, {"emr": 0.2361, "lr": 0.2863, "rouge_l": 0.1827}),
    Published("All-in-One + reasoning + RL", MULTI, {"emr": 0.2997, "lr": 0.3622, "rouge_l": 0.2038}),
    Published("One-by-One, trained", MULTI, {"emr": 0.2499, "lr": 0.3015, "rouge_l": 0.1955}),
    Published("One-by-One + reasoning + RL", MULTI, {"emr": 0.3353, "lr": 0.3797, "rouge_l": 0.2111, "multi_share": 0.084,
                                                     "multi_share_reference": 0.189}),
    Published("One-by-One + reasoning + RL", MULTI, {"emr": 0.1336}, "multi"),
    Published("Prompted model without skills", SKILLS, {"accuracy": 0.1150}),
    Published("ESC-Skills, evolved bank", SKILLS, {"accuracy": 0.2356}),
    Published("CARE, trained", CARE, {"accuracy": 0.3029}),
)
