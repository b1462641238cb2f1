"""A talk with the person as the supporter, as blocks: the seeker's words, the replies, and what may be shown of how the seeker feels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.domain.text import visible
from esc_tui.guard.kinds import ReplyProblem
from esc_tui.simulate.debrief_text import ENDED
from esc_tui.tui.panes.chat.turn_block import in_care, reply_parts, turn_key
from esc_tui.tui.panes.evidence.look import veil
from widgets.blocks import Blank, Block, Flow, Part, Row, Run

if TYPE_CHECKING:
    from esc_tui.domain.sage import Protocol
    from esc_tui.domain.talk import TalkView, TurnView
    from esc_tui.guard.resources import Resource

WAITS = "waits"
"""The key of the block of the seeker's last words, which wait for a reply."""
REFUSED = {
    ReplyProblem.METHOD_INFORMATION: "tells a way to do harm",
    ReplyProblem.DIAGNOSIS: "makes a diagnosis",
    ReplyProblem.MEDICATION_ADVICE: "gives advice on medicine",
    ReplyProblem.INVENTED_HISTORY: "tells a life story of the supporter's own",
    ReplyProblem.DISMISSAL: "makes light of what they feel",
    ReplyProblem.PROMISE_OF_SECRECY: "promises secrecy",
    ReplyProblem.FLATTERY_OF_HARM: "speaks well of harm",
}
_EDGE = (Run("▎ ", "accent", True),)
_INDENT = (Run("       ", "dim", True),)


def intro_block(seeker: str, protocol: Protocol, *, kept: bool, host: str) -> Block:
    """What happens here, before anything is said."""
    stays = "The talk is kept with your other talks, and you can have it forgotten there." if kept else (
        "This bank is open for viewing only, so this talk is not kept.")
    sent = f" The seeker is played by the model at {visible(host, keep_lines=False)}, which gets what you write." if host else ""
    return Block("intro", (
        Flow((Run(f"You are the supporter of {seeker}", "accent.bold"),), _EDGE, _EDGE),
        Flow((Run(f"The seeker is a program with a wish it does not tell, and judges every reply from -10 to +10. It starts at "
                  f"{protocol.start} of 100, leaves below 10, and is at ease at 100; after {protocol.turns} turns the talk ends."
                  f"{sent} {stays}", "text"),), _EDGE, _EDGE),
        Flow((Run("m", "accent"), Run(" shows how it feels, ", "text"), Run("t", "accent"), Run(" what it thinks (esc leaves the field "
             "first); both are hidden until the end.", "text")), _EDGE, _EDGE), Blank()), selectable=False)


def seat_block(turn: TurnView, seeker: str, *, emotion: bool, thoughts: bool, unveiled: bool, help_lines: tuple[Resource, ...]) -> Block:
    """One turn. ``emotion`` and ``thoughts``: whether they may be seen; words of a crisis are veiled unless ``unveiled``."""
    parts: list[Part] = [Flow((Run(seeker, "dim"),))]
    hidden = in_care(turn) and not unveiled
    parts += [Flow(tuple(veil(turn.text)) if hidden else (Run(visible(turn.text).strip() or " ", "bright"),))]
    if hidden:
        parts.append(Flow((Run("! ", "caution"), Run("These words may speak of a crisis and are veiled; v shows them.", "dim"))))
    parts.append(Blank())
    if in_care(turn):
        parts += [Flow((Run("The guard takes over here, as it does for every seeker:", "dim"),)),
                  *reply_parts(turn, None, help_lines)]
    elif turn.reply is not None:
        who = "you" if turn.ranked is None else "the bank, in your place"
        parts += [Row((Run(who, "dim"),), _change(turn) if emotion else ()), Flow((Run(visible(turn.reply.text), "text"),), _EDGE, _EDGE)]
        parts += [Flow((Run("! ", "caution"), Run(f"sent although it {refused(out.problem)}", "dim")), _INDENT, _INDENT)
                  for out in turn.guard_out]
    if thoughts and turn.appraised is not None:
        for name, text in (("felt", turn.appraised.activity), ("heard", turn.appraised.content)):
            if text:
                parts.append(Flow((Run(visible(text), "dim.italic"),), (Run(f"{name:<7}", "dim", True),), _INDENT))
    return Block(turn_key(turn.number), (*parts, Blank()))


def refused(problem: str) -> str:
    """What a reply does that the guard would not let a supporter say."""
    return next((words for kind, words in REFUSED.items() if kind.value == problem), "is nothing a supporter may say")


def _change(turn: TurnView) -> tuple[Run, ...]:
    felt = turn.emotion
    if felt is None:
        return ()
    glyph, tone = ("▲", "helped") if felt.change > 0 else ("▼", "harmed") if felt.change < 0 else ("=", "neutral")
    return (Run(f"{glyph} {felt.change:+d}", tone), Run(f"  {felt.after:>3} {felt.band.value}", "bright"))


def waiting_block(text: str, seeker: str) -> Block:
    """The seeker's last words."""
    return Block(WAITS, (Flow((Run(seeker, "dim"),)), Flow((Run(visible(text).strip() or " ", "bright"),)), Blank()))


def sent_block(text: str, seeker: str, reply: str) -> Block:
    """The seeker's last words with a reply that is on its way."""
    return Block(WAITS, (
        Flow((Run(seeker, "dim"),)), Flow((Run(visible(text).strip() or " ", "bright"),)), Blank(), Flow((Run("you", "dim"),)),
        Flow((Run(visible(reply), "text"),), _EDGE, _EDGE), Blank()))


def thinking_block(seeker: str) -> Block:
    """While the seeker thinks."""
    return Block("thinking", (Flow((Run(f"{seeker} is thinking …", "dim"),)), Blank()), selectable=False)


def stuck_block(sentence: str) -> Block:
    """Why the seeker could not think."""
    edge = (Run("▎ ", "harmed", True),)
    return Block("stuck", (Flow((Run("The seeker cannot answer now", "harmed"),), edge, edge),
                           Flow((Run(visible(sentence), "text"),), edge, edge),
                           Flow((Run("asks again; nothing is lost", "text"),), (*edge, Run("r  ", "accent")), edge), Blank()),
                 selectable=False)


def over_block(view: TalkView, seeker: str) -> Block:
    """How the talk ended, and where to go from here."""
    done = view.finished
    if done is None:
        return Block("over", (), selectable=False)
    return Block("over", (
        Flow((Run("The talk is over: ", "dim"), Run(f"{ENDED[done.outcome]}.", "bright"),
              Run(f"  {seeker} ended at {done.emotion} of 100.", "text")), _EDGE, _EDGE),
        Flow((Run("the debrief: what helped, what was missed, what the bank would have said", "text"),),
             (*_EDGE, Run("d    ", "accent")), (*_EDGE, Run("     ", "dim", True))),
        Flow((Run("back to Chat", "text"),), (*_EDGE, Run("esc  ", "accent")), (*_EDGE, Run("     ", "dim", True))), Blank()),
        selectable=False)
