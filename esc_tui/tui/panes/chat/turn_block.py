"""One turn as a block of the transcript: the person's words, then the reply in its numbered, tagged segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.domain.text import visible
from widgets.blocks import Blank, Block, Flow, Part, Run

if TYPE_CHECKING:
    from esc_tui.domain.talk import Segment, TurnView
    from esc_tui.guard.resources import Resource

OUTCOMES = {
    "stopped": ("stopped by you", "dim"),
    "guarded": ("the guard replaced the rest of this reply", "caution"),
    "failed": ("the reply could not be finished", "harmed"),
}


PENDING = "pending"
"""The key of the block of a message that is not taken in yet."""


def turn_key(number: int) -> str:
    """The key of a turn's block."""
    return f"turn:{number}"


def turn_number(key: str) -> int | None:
    """The turn a block's key names, or None."""
    kind, _, number = key.partition(":")
    return int(number) if kind == "turn" and number.isdigit() else None


def in_care(turn: TurnView) -> bool:
    """True for a turn the guard answered: a crisis reply or a reply of the time after one."""
    return turn.guard_in is not None and turn.guard_in.measure in {"crisis_reply", "care_reply"}


def turn_block(turn: TurnView, shown: int | None = None, help_lines: tuple[Resource, ...] = ()) -> Block:
    """The block; ``shown`` is how many characters of the last segment have been revealed (None: all).

    ``help_lines`` stand under a crisis reply.
    """
    parts: list[Part] = [
        Flow((Run("you", "dim"),)),
        Flow((Run(visible(turn.text).strip() or " ", "bright"),)),
        Blank(),
    ]
    parts.extend(reply_parts(turn, shown, help_lines))
    parts.append(Blank())
    return Block(turn_key(turn.number), tuple(parts))


def reply_parts(turn: TurnView, shown: int | None = None, help_lines: tuple[Resource, ...] = ()) -> list[Part]:
    """The supporter's half of a turn: its name, the tagged segments, and how the reply ended."""
    parts: list[Part] = []
    care = in_care(turn)
    if turn.segments or turn.reply is not None:
        parts.append(_speaker(care))
    elif turn.running:
        parts.append(Flow((Run("supporter", "dim"), Run("  is reading …", "dim"))))
    last = len(turn.segments) - 1
    for place, segment in enumerate(turn.segments):
        text = visible(segment.text)
        if place == last and shown is not None:
            text = text[:shown]
        parts.extend(_care_lines(text, turn) if care else [_segment(segment, text)])
    if turn.reply is not None and turn.guard_in is not None and turn.guard_in.measure == "crisis_reply":
        parts.extend(_card(turn.reply.text, help_lines))
    parts.extend(_after(turn))
    return parts


def pending_block(text: str) -> Block:
    """A message that was sent and is not yet taken in: the engine is still being loaded."""
    return Block(PENDING, (Flow((Run("you", "dim"),)), Flow((Run(visible(text).strip() or " ", "bright"),)), Blank(),
                           Flow((Run("supporter", "dim"), Run("  is getting ready …", "dim"))), Blank()), selectable=False)


def _speaker(care: bool) -> Flow:
    if care:
        return Flow((Run("supporter", "dim"), Run("   ! in care", "caution"), Run("  skills are off", "dim")))
    return Flow((Run("supporter", "dim"),))


def _segment(segment: Segment, text: str) -> Flow:
    tag = segment.strategy.tag if segment.strategy is not None else "··"
    tone = tag.lower() if segment.strategy is not None else "dim"
    edge = Run("▎", tone, True)
    return Flow((Run(text, "text"),), (edge, Run(f"{segment.number} ", "dim", True), Run(f"{tag}  ", tone, True)),
                (edge, Run("      ", "dim", True)))


def _care_lines(text: str, turn: TurnView) -> list[Part]:
    edge = Run("▎ ", "caution", True)
    tone = "bright" if turn.guard_in is not None and turn.guard_in.measure == "crisis_reply" else "text"
    out: list[Part] = []
    for line in text.splitlines() or [""]:
        out.append(Flow((Run(line, tone),), (edge,), (edge,)))
    return out


def _card(said: str, help_lines: tuple[Resource, ...]) -> list[Part]:
    """Where to turn, as far as the reply has not ``said`` it: emergency number, checked entries of the region, directories."""
    from esc_tui.guard.resources import DIRECTORIES

    edge = Run("▎ ", "caution", True)
    rows = [(entry.contact, entry.name) for entry in help_lines if entry.contact not in said]
    if DIRECTORIES[0] not in said:  # every text that names it names the emergency number too
        rows = [("Your local emergency number", "when somebody is in danger now"), *rows,
                (DIRECTORIES[0], "helplines in your country"), (DIRECTORIES[1], "crisis centres by country")]
    if not rows:
        return []
    parts: list[Part] = [Flow((), (edge,), (edge,)), Flow((Run("Where to turn", "caution"),), (edge,), (edge,))]
    for what, why in rows:
        parts.append(Flow((Run(visible(what), "bright"), Run(f"  {visible(why)}", "dim")), (edge,),
                          (edge, Run("  ", "dim", True))))
    return parts


def _after(turn: TurnView) -> list[Part]:
    parts: list[Part] = []
    indent = (Run("       ", "dim", True),)
    for fallen in turn.fell_back:
        role = fallen.role.replace("_", " ")
        parts.append(Flow((Run("! ", "caution"), Run(f"{role}: {visible(fallen.reason)} "
                                                     "The embedded engine did this step.", "dim")), indent, indent))
    reply = turn.reply
    if reply is None:
        return parts
    cut_off = any(note.startswith("The program ended") for note in reply.notes)
    if reply.outcome in OUTCOMES and not cut_off:
        words, tone = OUTCOMES[reply.outcome]
        parts.append(Flow((Run(words, tone),), indent, indent))
    for note in reply.notes:
        parts.append(Flow((Run(visible(note), "dim"),), indent, indent))
    rating = turn.rating
    if rating is not None and (rating.emotion or rating.thumb or rating.text):
        runs = [Run("you felt ", "dim")]
        if rating.emotion:
            runs.append(Run(f"{rating.emotion} of 5", "text"))
        if rating.thumb:
            up = rating.thumb == "up"
            runs.append(Run("  ▲ helped" if up else "  ▼ harmed", "helped" if up else "harmed"))
        if rating.text:
            runs.append(Run(f"  {visible(rating.text, keep_lines=False)}", "dim"))
        parts.append(Flow(tuple(runs), indent, indent))
    return parts


def turn_text(turn: TurnView) -> str:
    """A turn as plain text for the clipboard."""
    lines = [f"you: {visible(turn.text)}", ""]
    if turn.segments:
        lines.append("supporter:")
        for segment in turn.segments:
            tag = f"[{segment.number} {segment.strategy.tag}] " if segment.strategy is not None else ""
            lines.append(f"{tag}{visible(segment.text)}")
    return "\n".join(lines).strip() + "\n"
