"""Which moments the skills cover: for each state (scenario, stage) and action the skills there and what followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.evidence import counted_rows, newest_snapshot, read_snapshot

Kind = Literal["states", "scenarios", "stages"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ANY = ""
"""The label of skills that name none of a kind: they fit any."""


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """Skills that name a label and have an action, by slug, and their outcomes in the newest snapshot at that label."""

    skills: tuple[str, ...]
    helped: int
    neutral: int
    harmed: int


def coverage(connection: BankConnection, kind: Kind,
             statuses: tuple[str, ...] = ("active", "watch")) -> dict[tuple[str, str], CoverageCell]:
    """Cells by (label, action); those not given hold no skill. ``ANY`` stands for skills that name no label of the kind.

    Outcomes of a cell are those its skills had at that label: seekers in that state, or units of that scenario or stage;
    under ``ANY`` all of theirs.
    """
    marks = ", ".join("?" for _ in statuses)
    skills: dict[tuple[str, str], list[str]] = {}
    for slug, labels, actions in connection.rows(
            f"SELECT c.slug, c.{kind}, v.actions FROM skill_cards c JOIN skill_versions v ON v.id = c.version_id "
            f"WHERE c.status IN ({marks}) ORDER BY c.slug", statuses):
        for label in labels.split() or [ANY]:
            for action in dict.fromkeys(actions.split()):
                skills.setdefault((label, action), []).append(slug)
    seen = _outcomes(connection, kind)
    found = {}
    for (label, action), slugs in skills.items():
        counts = [seen.get((slug, label), (0, 0, 0)) for slug in slugs]
        found[label, action] = CoverageCell(tuple(slugs), *(sum(row[at] for row in counts) for at in range(3)))
    return found


def _outcomes(connection: BankConnection, kind: Kind) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Helped, neutral and harmed by (slug, label); under ``ANY`` whatever the label."""
    counted = counted_rows(read_snapshot(connection, newest_snapshot(connection)), "e.")
    label = {"states": "e.state", "scenarios": "coalesce(u.scenario, e.seeker_group)", "stages": "coalesce(u.stage, '')"}[kind]
    table = "evidence e" if kind == "states" else "evidence e LEFT JOIN units u ON u.id = e.unit"
    found: dict[tuple[str, str], tuple[int, int, int]] = {}
    for slug, value, *counts in connection.rows(
            f"SELECT e.skill, {label}, sum(e.outcome = 'positive'), sum(e.outcome = 'neutral'), sum(e.outcome = 'negative') "
            f"FROM {table} WHERE e.shelf = 'develop' AND {counted} GROUP BY 1, 2"):
        for key in {value, ANY}:
            before = found.get((slug, key), (0, 0, 0))
            found[slug, key] = (before[0] + counts[0], before[1] + counts[1], before[2] + counts[2])
    return found
