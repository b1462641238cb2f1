"""A debrief in words: the curve of emotion as a small plot, and the whole of it as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from esc_tui.domain.text import in_markdown

if TYPE_CHECKING:
    from esc_tui.simulate.debrief import Debrief, KeyMoment
    from esc_tui.simulate.forking import ForkedReply

PLOT_ROWS = 5
_EIGHTHS = " ▁▂▃▄▅▆▇█"
ENDED = {
    "success": "the seeker left at ease", "failure": "the seeker gave up", "goodbye": "the seeker said goodbye",
    "turns": "all turns were used", "crisis": "words of a crisis ended it", "failed": "a fault ended it",
    "cancelled": "you ended it",
}
MEASURED = {"measured": "measured by running the bank now", "said": "said by the model when asked now", "observed": "observed"}


def plot(emotions: Sequence[int], rows: int = PLOT_ROWS) -> list[str]:
    """Bars of the emotion at the start and after each reply, from the top line down, then the values and the turns; four cells each."""
    step = 100 / rows
    lines = []
    for row in range(rows):
        low = 100 - (row + 1) * step
        cells = "".join(f"{_EIGHTHS[max(0, min(8, round((value - low) / step * 8)))] * 2:<4}" for value in emotions)
        lines.append(f"{round(low + step):>3} {cells}".rstrip())
    turns = "turn" + "".join(f"{turn or '':<4}" for turn in range(len(emotions)))
    return [*lines, "    " + "".join(f"{value:<4}" for value in emotions).rstrip(), turns.rstrip()]


def ending(debrief: Debrief) -> str:
    """``the seeker gave up, at emotion 8 (F) after 6 turns``, or how it stands."""
    turns = f"{debrief.turns} turn{'' if debrief.turns == 1 else 's'}"
    how = ENDED[debrief.outcome] if debrief.outcome is not None else "the talk goes on"
    return f"{how}, at emotion {debrief.emotion} ({debrief.band.value}) after {turns}"


def debrief_markdown(debrief: Debrief, seeker: str, replies: Mapping[int, ForkedReply], wish: str = "") -> str:
    """The debrief as a file. ``replies`` by turn number, as far as they were asked for; ``wish`` is told where it is given."""
    how = ending(debrief)
    parts = [f"# You answered {in_markdown(seeker)}\n", f"{how[:1].upper()}{how[1:]}.\n",
             "```\n" + "\n".join(plot(debrief.emotions)) + "\n```\n"]
    if wish:
        parts.append(f"What they hoped for and did not say: {in_markdown(wish)}\n")
    for place, moment in enumerate(debrief.helped, 1):
        parts.append(_told(f"Helped {place}", moment, replies.get(moment.number)))
    if debrief.missed is not None:
        parts.append(_told("Missed", debrief.missed, replies.get(debrief.missed.number)))
    parts.append("*The seeker is simulated. Nothing here judges a person.*\n")
    return "\n".join(parts)


def _told(title: str, moment: KeyMoment, reply: ForkedReply | None) -> str:
    usual = f" ({moment.usual:+.1f} on average)" if moment.usual is not None else ""
    lines = [f"## {title}: turn {moment.place}, {moment.change:+d} to {moment.after}{usual}\n",
             f"**Seeker:** {in_markdown(moment.seeker)}\n",
             f"**You:** {in_markdown(moment.reply)}\n"]
    if moment.thought:
        lines.append(f"*Inner thought:* {in_markdown(moment.thought)}\n")
    if reply is not None:
        skills = f", skills {', '.join(reply.skills)}" if reply.skills else ", no skill"
        lines.append(f"**The bank** ({MEASURED[reply.grade]}{skills}): {in_markdown(reply.text)}\n")
    return "\n".join(lines)
