"""The head of the Evolution pane: the way from a run to a decision, the revisions, and the ledger, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.tui.panes.evolution.figures import STAGES
from widgets.one_line import Part

if TYPE_CHECKING:
    from esc_tui.tui.panes.evolution.reading import Overview

LEDGER_LINE = "{confirmations} {noun}, at most {expected:.2f} expected false accepts"
NEWEST = 6
"""So many revisions stand in the line at most."""


def way_parts(all_: Overview, tab: str) -> list[Part]:
    """``Simulate ✓  Findings 7  [Proposals 3]  Ledger ● 2  Decide 1``: the steps, each a click away, the list in front in brackets."""
    waiting = sum(one.standing == "verified" for one in all_.proposals)
    running = all_.running
    parts = [Part("Simulate", "text"), Part("✓" if all_.runs else "·", "helped" if all_.runs else "dim", gap=1)]
    for name, title, count in (("findings", "Findings", len(all_.findings)), ("proposals", "Proposals", len(all_.proposals))):
        parts += _tab(name, title, str(count), tab)
    mark = "▶" if running is not None else "✓" if any(one.row.verdict is not None for one in all_.tried) else "·"
    parts += _tab("ledger", "Verify", mark, tab)
    parts += [Part("Decide", "text", gap=3), Part(str(waiting) if waiting else "·", "accent.bold" if waiting else "dim", gap=1)]
    return parts


def _tab(name: str, title: str, count: str, tab: str) -> list[Part]:
    front = name == tab
    return [Part("[" if front else " ", "accent.bold", name, 2), Part(title, "accent.bold" if front else "text", name),
            Part(count, "accent.bold" if front else "dim", name, 1), Part("]" if front else " ", "accent.bold", name)]


def revision_parts(all_: Overview) -> list[Part]:
    """``r40 ── r41 ▲ ── r42 e4``: the newest revisions, the one in force at the end. ▲ an acceptance made it, ↩ it goes back, ``e4``: it
    put evidence snapshot 4 into force. Nothing of a bank with one revision, which the header names.
    """
    newest = list(reversed(all_.revisions[:NEWEST])) if len(all_.revisions) > 1 else []
    parts: list[Part] = []
    for place, revision in enumerate(newest):
        head = place == len(newest) - 1
        drop = 0 if head else len(newest) - place
        if place:
            parts.append(Part("──", "rule", gap=1, drop=drop + 1 if not head else 2))
        parts.append(Part(revision.name, "bright.bold" if head else "text", "revisions", 1 if place else 0, drop))
        if revision.number in all_.accepted:
            parts.append(Part("▲", "helped", "revisions", 1, drop))
        elif revision.kind == "rollback":
            parts.append(Part("↩", "caution", "revisions", 1, drop))
        if revision.evidence is not None:
            parts.append(Part(f"e{revision.evidence}", "accent", "revisions", 1, drop))
    return parts


def ledger_parts(all_: Overview) -> list[Part]:
    """What was spent so far, and what is under way."""
    ledger = all_.ledger
    said = LEDGER_LINE.format(confirmations=ledger.confirmations, expected=ledger.expected,
                              noun="confirmation" if ledger.confirmations == 1 else "confirmations")
    parts = [Part(said, "dim", "ledger")] if ledger.confirmations else [Part("No confirmation yet, nothing spent.", "dim")]
    worn = [(gauge, cohort.number) for cohort, gauge in all_.cohorts if cohort.retired is None]
    if worn:
        most, number = max(worn)
        parts.append(Part(f"sealed cohort {number} worn {most:.0%}", "dim", "ledger", 3, 2))
    running = all_.running
    if running is not None:
        parts.append(Part(f"▶ V-{running.row.number} {STAGES.get(running.row.stage, running.row.stage)}", "accent", "ledger", 3, 1))
    return parts
