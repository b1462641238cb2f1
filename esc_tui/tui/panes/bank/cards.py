"""The pages of one skill: guidance, when it applies, outcomes, risks, lint - from the skill to typeset blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from esc_tui.tui.panes.bank.wording import POLARITY_TONE, label, labels, shown, spoken
from widgets.page import Block, heading
from widgets.toned import ink

if TYPE_CHECKING:
    from esc_tui.domain.lint import LintNote
    from esc_tui.domain.skill import Applicability, Contraindication, Skill

FIELD_NAMES = {
    "title": "Title", "description": "Use when", "summary": "Summary", "moves": "Moves", "do": "Say", "dont": "Never say",
    "applicability": "Applies when", "contraindications": "Not when", "outcomes": "Expected outcomes", "risks": "Risks",
    "examples": "Examples", "origin": "Origin", "language": "Language", "license": "Licence",
}
"""The parts of a skill as a person reads them, in the order of the card."""
NARROW_LABEL = 13


def _lock(skill: Skill, field: str) -> str:
    return "▪ locked" if field in skill.locked else ""


def guidance(skill: Skill) -> list[Block]:
    """The moves with their phrasings, what never to say, and examples."""
    content = skill.content
    blocks = [Block(ink(shown(content.summary), "text"), space=0, right=ink(_lock(skill, "summary"), "accent"))]
    lock = " · ".join(filter(None, [_lock(skill, "moves"), _lock(skill, "do") and "▪ phrasings locked"]))
    blocks.append(heading("Moves", lock))
    for number, move in enumerate(content.moves, 1):
        tag = move.action.strategy.tag
        rail = Content("  ") + ink("▎", tag.lower())
        blocks.append(Block(ink(shown(move.text), "bright"), ink(f"{number} ", "dim") + ink("▎", tag.lower()), 4,
                            int(number > 1), rail, ink(f"{tag} {label(move.action)}", "dim")))
        blocks += [Block(spoken(phrasing.text), rail, 6, 0, rail) for phrasing in content.do if phrasing.move == number]
    if content.dont:
        blocks.append(heading(FIELD_NAMES["dont"], _lock(skill, "dont")))
        blocks += [Block(ink(shown(text), "text"), ink("×", "harmed"), 4) for text in content.dont]
    if content.examples:
        blocks.append(heading(FIELD_NAMES["examples"], _lock(skill, "examples")))
        for number, example in enumerate(content.examples):
            blocks.append(Block(ink(shown(example.seeker), "bright"), ink("seeker", "dim"), 11, int(number > 0)))
            blocks.append(Block(ink(shown(example.reply), "text"), ink("supporter", "dim"), 11))
    blocks.append(Block(ink(f"{shown(content.origin)} · {shown(content.language)} · {shown(content.license)}", "dim"), space=1))
    return blocks


def _row(name: str, value: str, tone: str = "text", space: int = 0) -> Block:
    return Block(ink(value, tone), ink(name, "dim"), NARROW_LABEL, space)


def _conditions(row: Applicability | Contraindication, every: bool) -> list[tuple[str, str]]:
    pairs = [("states", labels(row.states)), ("scenarios", labels(row.scenarios)), ("stages", labels(row.stages)),
             ("needs", labels(row.needs))]
    low, high = row.intensity_low, row.intensity_high
    if every or (low, high) != (1, 5):
        pairs.append(("intensity", f"{low} to {high}" if low != high else str(low)))
    return [(name, value or "any") for name, value in pairs if value or every]


def applies(skill: Skill) -> list[Block]:
    """When to use it and when not."""
    content = skill.content
    blocks = [Block(ink(shown(content.description), "bright"), right=ink(_lock(skill, "description"), "accent"))]
    blocks.append(heading("Applies when", _lock(skill, "applicability")))
    blocks += [_row(name, value, "dim" if value == "any" else "text") for name, value in _conditions(content.applicability, True)]
    if content.applicability.text:
        blocks.append(_row("words", shown(content.applicability.text)))
    blocks.append(heading("Not when", _lock(skill, "contraindications")))
    if not content.contraindications:
        blocks.append(Block(ink("Nothing is said about when not to use it.", "dim")))
    for number, row in enumerate(content.contraindications):
        blocks.append(Block(ink(shown(row.text), "bright"), ink("!", "caution"), 4, int(number > 0)))
        pairs = _conditions(row, False)
        if row.cues:
            pairs.append(("cues", " · ".join(f"“{shown(cue)}”" for cue in row.cues)))
        if not pairs:
            pairs.append(("", "in words only; it cannot veto"))
        blocks += [Block(ink(value, "dim"), Content("    ") + ink(name, "dim"), 4 + 11) for name, value in pairs]
    return blocks


def outcomes(skill: Skill) -> list[Block]:
    """What should follow."""
    rows = skill.content.outcomes
    blocks = [heading(FIELD_NAMES["outcomes"], _lock(skill, "outcomes"), 0)]
    if not rows:
        return [*blocks, Block(ink("No outcome is expected yet. Press e to write one.", "dim"))]
    for row in rows:
        tone = POLARITY_TONE[row.change.polarity.value]
        blocks.append(Block(ink(label(row.change), tone), ink(row.change.polarity.glyph, tone), 4, 1))
        blocks.append(Block(ink(shown(row.text), "text"), indent=4))
    return blocks


def risks(skill: Skill) -> list[Block]:
    """What can go wrong."""
    rows = skill.content.risks
    blocks = [heading(FIELD_NAMES["risks"], _lock(skill, "risks"), 0)]
    if not rows:
        return [*blocks, Block(ink("No risk is named yet. Press e to write one.", "dim"))]
    order = {"high": 0, "medium": 1, "low": 2}
    for row in sorted(rows, key=lambda risk: order[risk.severity.value]):
        marks = {"high": "!!!", "medium": "!!", "low": "!"}[row.severity.value]
        blocks.append(Block(ink(shown(row.text), "bright"), ink(f"{marks:<4}", "caution") + ink(row.severity.value, "dim"), 13, 1))
    return blocks


def lint_page(notes: Sequence[LintNote], compared: int | None) -> list[Block]:
    """Every note with the words it is about; ``compared`` tells with how many skills (None: not yet)."""
    about = "comparing with the other skills ..." if compared is None else f"compared with {compared} skills that fit like moments"
    if not notes:
        return [Block(ink("Nothing to object to.", "text")), Block(ink(about, "dim"), space=1)]
    blocks: list[Block] = []
    for number, note in enumerate(notes):
        place = FIELD_NAMES.get(note.field, note.field) + (f" {note.place}" if note.place else "")
        blocks.append(Block(ink(note.sentence, "bright"), ink("!", "caution"), 4, int(number > 0), right=ink(place, "dim")))
        if note.quote:
            blocks.append(Block(ink(f"“{shown(note.quote)}”", "text"), indent=4))
    return [*blocks, Block(ink(about, "dim"), space=1)]
