"""The labels of a unit as rows: name with its key letter, value, and what it was before a person changed it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from esc_tui.tui.panes.evidence.cards import NEEDED
from esc_tui.tui.panes.evidence.look import POLARITY, clean, words
from widgets.bars import share
from widgets.blocks import Blank, Block, Flow, Part, Row, Run

if TYPE_CHECKING:
    from esc_tui.tui.panes.evidence.cards import Card, LabelDraft

NAMES: dict[str, tuple[str, str]] = {
    "state": ("state", "t"), "also": ("also", "l"), "intensity": ("intensity", ""), "scenario": ("scenario", "e"),
    "stage": ("stage", "g"), "need": ("need", "n"), "actions": ("action", "o"), "change": ("change", "h"), "quotes": ("marked", "m"),
}
"""What each label is called, and which of its letters is its key."""
LABEL_CELLS = 12
BLIND_SAID = ("you label it blind", "not counted as blind: its labels were shown")
_ROLES = (("state", "state"), ("action", "did"), ("outcome", "after"))


def panel_blocks(card: Card, draft: LabelDraft, close: bool) -> list[Block]:
    """All rows; ``close`` leaves out the space between them and what can be done without."""
    suggestion = card.suggestion
    machine = suggestion.labeller_kind == "machine"
    sure = (Run("sure ", "dim"), Run(share(suggestion.confidence), "text")) if suggestion.confidence is not None and not draft.blind else ()
    said = BLIND_SAID[draft.shown] if draft.blind else f"{'suggested' if machine else 'labelled'} by {clean(suggestion.labeller)}"
    others = f"{card.others} other{'' if card.others == 1 else 's'} labelled it" if card.others else ""
    if close:
        head: tuple[Part, ...] = (Row((Run(f"IU-{card.number}", "accent.bold"), Run(f"  {said}", "dim")), sure),)
        names = ["state", "intensity", "scenario", "stage", "need", "actions", "change"]
    else:
        head = (Row((Run(f"IU-{card.number}", "bright.bold"),), sure), Row((Run(said, "dim"),), (Run(others, "dim"),)), Blank())
        names = list(NAMES)
    blocks = [Block("head", head, selectable=False)]
    for name in names:
        space = not close and name in {"need", "actions", "change", "quotes"}
        blocks.append(Block(name, (*_row(name, draft, close), *([Blank()] if space else []))))
    if not close:
        dialogue = card.dialogue
        about = " · ".join(filter(None, (words(dialogue.problem_type), words(dialogue.emotion_type))))
        source = ", ".join(filter(None, (clean(dialogue.source), clean(dialogue.licence))))
        foot: list[Part] = [Flow((Run(text, "dim"),)) for text in (about, source) if text]
        if suggestion.note and not draft.blind:
            foot = [Flow((Run(clean(suggestion.note), "text"),), (Run("“ ", "dim"),), (Run("  ", "dim"),)), Blank(), *foot]
        blocks.append(Block("foot", tuple(foot), selectable=False))
    return blocks


def _row(name: str, draft: LabelDraft, close: bool) -> list[Part]:
    label, key = NAMES[name]
    lead = _named(label, key)
    rest = (Run(" " * LABEL_CELLS, "dim", True),)
    changed = draft.changed(name)
    runs = list(_value(name, draft.get(name), changed, close))
    if name == "state" and close and draft.get("also"):
        runs.append(Run(f"  also {', '.join(words(one) for one in draft.get('also'))}", "dim"))
    if changed and name != "quotes" and not draft.blind:
        before = "".join(run.text for run in _value(name, getattr(draft.base, name), False, True))
        runs.append(Run(f"  was {before}", "dim"))
    if name == "intensity" and not close:
        runs.append(Run("   keys + -", "dim"))
    if close:
        return [Row((*lead, *runs))]
    return [Flow(tuple(runs), lead, rest)]


def _named(label: str, key: str) -> tuple[Run, ...]:
    """The label's name with its key letter underlined in the accent."""
    pad = Run(" " * (LABEL_CELLS - len(label)), "dim", True)
    if not key:
        return (Run(label, "dim", True), pad)
    at = label.index(key)
    return (Run(label[:at], "dim", True), Run(key, "accent.underline", True), Run(label[at + 1:], "dim", True), pad)


def _value(name: str, value: Any, changed: bool, close: bool) -> Iterable[Run]:
    tone = "accent.bold" if changed else "bright"
    if name in NEEDED and value in (None, ()):
        return (Run("-", "dim"),)
    if name == "intensity":
        return (Run(f"{value} of 5", tone),)
    if name == "change":
        glyph, meaning = POLARITY[value.polarity.value]
        return (Run(f"{glyph} ", meaning), Run(words(value), tone))
    if name == "actions":
        separator = ", " if close else "\n"
        return (Run(separator.join(f"{action.strategy.tag} {words(action)}" for action in value), tone),)
    if name == "quotes":
        counts = [(said, sum(1 for quote in value if quote.role == role)) for role, said in _ROLES]
        return (Run(" · ".join(f"{number} {said}" for said, number in counts if number) or "no words yet",
                    tone if value else "dim"),)
    if name == "also":
        return (Run(", ".join(words(one) for one in value) or "nothing else", tone if value or changed else "dim"),)
    return (Run(words(value) if value is not None else "not known", tone if value is not None or changed else "dim"),)
