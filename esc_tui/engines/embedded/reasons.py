"""The reasoning shown with a plan: context, cognition, emotion and support plan in plain sentences from observed facts."""

from __future__ import annotations

from collections.abc import Sequence

from esc_tui.domain.events import PlannedMove, Reasoning
from esc_tui.domain.label_words import label_words
from esc_tui.domain.labels import Scenario
from esc_tui.engines.embedded.memory import Memory
from esc_tui.engines.embedded.words import tokens_of, word_set
from esc_tui.engines.roles import Moment, Reading

_ACTS = {
    "disclose": "They tell what happened.",
    "vent": "They let off steam.",
    "greet": "They say hello.",
    "answer_short": "They answer in a few words.",
    "ask_advice": "They ask what to do.",
    "ask_program": "They ask about the program.",
    "ask_question": "They ask a question.",
    "thank": "They say thanks.",
    "goodbye": "They are leaving.",
    "agree": "They agree.",
    "refuse": "They decline.",
    "complain_about_reply": "They are unhappy with the last reply.",
    "only_listen": "They want to be heard, not advised.",
    "unclear": "The message could not be read.",
}


def reasoning_of(moment: Moment, reading: Reading, moves: Sequence[PlannedMove], memory: Memory) -> Reasoning:
    """Short sentences that hold nothing the program did not observe."""
    about = "" if reading.scenario is Scenario.OTHER else f" It is about {reading.scenario.value.replace('-', ' ')}."
    heard = (
        f" Most weight: “{reading.heard}”."
        if reading.heard and reading.act in {"disclose", "vent", "ask_advice"}
        else ""
    )
    context = f"Turn {moment.turn}. {_ACTS[reading.act]}{about}{heard}"
    return Reasoning(
        context=context[:600],
        cognition=_cognition(moment, reading),
        emotion=_emotion(reading),
        support_plan=_plan(moves, memory),
        grade="observed",
    )


def _cognition(moment: Moment, reading: Reading) -> str:
    keys = [token.key for token in tokens_of(moment.text)]
    parts = []
    absolutes = sorted({key for key in keys if key in word_set("absolutes")})
    if absolutes:
        parts.append(f"They speak in absolutes ({', '.join(absolutes[:3])}).")
    if "fault" in keys or "blame" in keys or ("should" in keys and "have" in keys):
        parts.append("They look for the fault in themselves or weigh it up.")
    if "why" in keys:
        parts.append("They look for a reason.")
    if reading.need is not None:
        parts.append(f"What they may hope for: {reading.need.value.replace('-', ' ')} ({reading.need_score:.2f}).")
    return " ".join(parts) or "Nothing in the words shows what they make of it."


def _emotion(reading: Reading) -> str:
    first = reading.states[0]
    words = ", ".join(f"“{span.text}”" for span in first.evidence[:3])
    line = f"Mostly {first.state.value.replace('-', ' ')} ({first.score:.2f})"
    line += f", by {words}." if words else ", from the talk so far." if reading.evidence == () else "."
    if len(reading.states) > 1 and reading.states[1].score >= 0.15:
        line += f" Also {reading.states[1].state.value.replace('-', ' ')} ({reading.states[1].score:.2f})."
    return f"{line} Intensity {reading.intensity:.1f} of 5."


def _plan(moves: Sequence[PlannedMove], memory: Memory) -> str:
    steps = "; then ".join(label_words(move.action) for move in moves)
    line = f"{steps[:1].upper()}{steps[1:]}."
    if memory.only_listen:
        return f"{line} No advice and no question, as they asked."
    if not any(move.action.asks for move in moves) and memory.question_run >= 2:
        line += f" No question, after {memory.question_run} in a row."
    if not any(move.skill for move in moves):
        line += " Plain listening, no skill."
    return line
