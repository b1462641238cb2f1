"""What a prompt is given to see of a talk, a reading and a skill: plain values, bounded in length.

Words of a unit's source are among them only where they may be sent: anywhere when their licence lets them be passed on, else
to an endpoint on this computer alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from esc_tui.domain.events import PlannedMove, RankedSkill
from esc_tui.domain.skill import Skill
from esc_tui.domain.text import primary_language
from esc_tui.engines.roles import Moment, Reading

MOST_MESSAGE = 4000
MOST_LINE = 800
MOST_HISTORY = 4000
MOST_LINES = 12
MOST_QUOTE = 200
_LANGUAGES = {"en": "English", "zh": "Chinese"}


def talk_values(moment: Moment) -> dict[str, Any]:
    """``message``, ``history`` (newest lines that fit, oldest first), ``language`` and ``turn``."""
    lines: list[dict[str, str]] = []
    room = MOST_HISTORY
    for line in reversed(moment.history[-MOST_LINES:]):
        text = clipped(line.text, MOST_LINE)
        room -= len(text)
        if room < 0:
            break
        lines.insert(0, {"speaker": line.speaker, "text": text})
    return {"message": clipped(moment.text, MOST_MESSAGE), "history": lines, "turn": moment.turn,
            "language": named_language(moment.language)}


def named_language(tag: str) -> str:
    """A BCP 47 tag with the language's English name where it is known: ``Chinese (zh)``."""
    name = _LANGUAGES.get(primary_language(tag), "")
    return f"{name} ({tag})" if name else tag


def reading_values(reading: Reading) -> dict[str, Any]:
    """``reading``: how the seeker was understood, in labels and numbers."""
    return {"reading": {
        "states": {score.state.value: round(score.score, 2) for score in reading.states},
        "intensity_1_to_5": round(reading.intensity, 1), "stage": reading.stage.value,
        "scenario": reading.scenario.value, "hidden_need": reading.need.value if reading.need else "unknown",
        "act": reading.act, "words_that_weigh_most": clipped(reading.heard, 300)}}


def experience_values(moment: Moment, loopback: bool) -> dict[str, Any]:
    """``experience``: what followed in moments like this one, with the other seeker's words where they may be sent."""
    rows = []
    for hit in moment.similar[:5]:
        row: dict[str, Any] = {"state": hit.state.value, "actions": [action.value for action in hit.actions],
                               "then": hit.change.value, "which_is": hit.polarity.value}
        rows.append(row | ({"words": clipped(hit.quote, MOST_QUOTE)} if hit.quote and (loopback or hit.quotable) else {}))
    return {"experience": rows}


def skill_row(skill: Skill) -> dict[str, Any]:
    """A skill as the chooser and planner see it."""
    content = skill.content
    row: dict[str, Any] = {
        "skill": skill.slug, "title": content.title, "use": clipped(content.description, 300),
        "moves": [f"{number}. [{move.action.value}] {clipped(move.text, 200)}"
                  for number, move in enumerate(content.moves, 1)]}
    limits = [clipped(limit.text, 160) for limit in content.contraindications[:3]]
    return row | ({"not_when": limits} if limits else {})


def skill_rows(ranked: Sequence[RankedSkill], skills: Sequence[Skill]) -> list[dict[str, Any]]:
    """The skills on offer, best first, with the score (0-1) of each where there is one."""
    scores = {row.skill: round(row.score, 2) for row in ranked}
    return [skill_row(skill) | ({"score": scores[skill.slug]} if skill.slug in scores else {}) for skill in skills]


def move_row(move: PlannedMove, skills: Sequence[Skill]) -> dict[str, Any]:
    """A planned move as the writer sees it: what to do, words that carry such a move well, words to keep from."""
    row: dict[str, Any] = {"segment": move.number, "strategy": move.strategy.value, "action": move.action.value,
                           "what_to_do": clipped(move.guidance, 300), "skill": move.skill or ""}
    skill = next((skill for skill in skills if skill.slug == move.skill), None)
    if skill is None:
        return row
    phrasings = [clipped(phrasing.text, 240) for phrasing in skill.content.do if phrasing.move == move.move]
    return row | {"phrasings": phrasings[:4], "not_like": [clipped(text, 240) for text in skill.content.dont[:3]]}


def clipped(text: str, most: int) -> str:
    """At most ``most`` characters: the beginning and, of a long text, also the end."""
    if len(text) <= most:
        return text
    tail = most // 3
    return f"{text[:most - tail - 3]} … {text[-tail:]}"
