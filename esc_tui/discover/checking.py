"""The checks every draft skill passes before it may enter a bank: no words of a source, nothing unsafe, nothing clinical.

What fails goes: a phrasing, an example or a warning alone, the whole draft when its title, description, summary or a move fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from esc_tui.bank.mining import all_texts
from esc_tui.domain.clinical import clinical_word
from esc_tui.domain.copying import SHARED_WORDS, text_runs
from esc_tui.domain.lint import lint_skill
from esc_tui.domain.skill import Phrasing, Skill, SkillContent, filled
from esc_tui.domain.text import visible
from esc_tui.guard.detect import check_message
from esc_tui.guard.reply import check_reply

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection

_SPOKEN_RULES = frozenset({"phrase", "history", "diagnosis"})
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft after the checks. ``skill`` is None when it may not be kept; ``reasons`` are sentences on what went."""

    skill: Skill | None
    reasons: tuple[str, ...] = ()


def checked(connection: BankConnection, skills: Sequence[Skill]) -> list[Checked]:
    """Check drafts against every dialogue of the bank, in the order given; the dialogues are read once."""
    shared = copied_runs(connection, skills)
    return [_checked(skill, shared) for skill in skills]


def copied_runs(connection: BankConnection, skills: Iterable[Skill]) -> frozenset[tuple[str, ...]]:
    """Runs of eight words of the skills that stand in any line or situation of any dialogue of the bank, whatever its licence."""
    wanted = {run for skill in skills for text in texts_of(skill.content) for run in text_runs(text)}
    found: set[tuple[str, ...]] = set()
    if wanted:
        for text in all_texts(connection):
            if len(text) >= 2 * SHARED_WORDS - 1:
                found.update(run for run in text_runs(text) if run in wanted)
    return frozenset(found)


def texts_of(content: SkillContent) -> list[str]:
    """Every text of a skill that holds sentences."""
    fits = content.applicability
    return [content.title, content.description, content.summary, *(move.text for move in content.moves),
            *(phrasing.text for phrasing in content.do), *content.dont, fits.text,
            *(row.text for row in content.contraindications), *(cue for row in content.contraindications for cue in row.cues),
            *(row.text for row in content.outcomes), *(row.text for row in content.risks),
            *(line for example in content.examples for line in (example.seeker, example.reply))]


def _checked(skill: Skill, shared: frozenset[tuple[str, ...]]) -> Checked:
    content = skill.content
    for name, text in (("title", content.title), ("description", content.description), ("summary", content.summary),
                       *((f"move {number}", move.text) for number, move in enumerate(content.moves, 1))):
        why = _unfit(text, shared) or _clinical(text)
        if why:
            return Checked(None, (f"its {name} {why}",))
    reasons: list[str] = []
    unspoken = {(note.field, note.place): note.sentence for note in lint_skill(content) if note.rule in _SPOKEN_RULES}

    def spoken(field: str, place: int, text: str, heard: str = "") -> str:
        reply = check_reply(filled(text), seeker_text=heard)
        refused = "" if reply.ok or reply.kind is None else f"may not be said ({reply.kind.value.replace('_', ' ')})"
        lint = unspoken.get((field, place))
        return _unfit(text, shared) or _clinical(text) or refused or (f"was objected to: {lint[0].lower()}{lint[1:-1]}" if lint else "")

    do = _kept("a phrasing", [(row, spoken("do", place, row.text)) for place, row in enumerate(content.do, 1)], reasons)
    examples = _kept("an example", [
        (row, ("begins with a crisis" if check_message(row.seeker).crisis else "") or _unfit(row.seeker, shared)
         or spoken("examples", place, row.reply, row.seeker)) for place, row in enumerate(content.examples, 1)], reasons)
    rest = {"dont": _kept("a don't", [(row, _unfit(row, shared)) for row in content.dont], reasons)}
    against = _kept("a contraindication", [
        (row, next((why for text in (row.text, *row.cues) if (why := _unfit(text, shared))), "") or _clinical(row.text))
        for row in content.contraindications], reasons)
    outcomes = _kept("an outcome", [(row, _unfit(row.text, shared) or _clinical(row.text)) for row in content.outcomes], reasons)
    risks = _kept("a risk", [(row, _unfit(row.text, shared) or _clinical(row.text)) for row in content.risks], reasons)
    fits = content.applicability
    why = _unfit(fits.text, shared)
    if why:
        reasons.append(f"its cues: {why}")
        fits = fits.model_copy(update={"text": ""})
    silent = _silent_move(content, do)
    if silent:
        return Checked(None, (f"move {silent} was left without a phrasing", *reasons))
    if not reasons:
        return Checked(skill)
    kept = content.model_copy(update={**rest, "do": do, "examples": examples, "contraindications": against, "outcomes": outcomes,
                                      "risks": risks, "applicability": fits})
    return Checked(skill.model_copy(update={"content": kept}), tuple(reasons))


def _unfit(text: str, shared: frozenset[tuple[str, ...]]) -> str:
    if any(run in shared for run in text_runs(text)):
        return f"has {SHARED_WORDS} words in a row in common with a dialogue"
    return "holds control characters" if visible(text, keep_lines=False) != text else ""


def _clinical(text: str) -> str:
    word = clinical_word(text)
    return f"uses the clinical word '{word}'" if word else ""


def _kept(name: str, rows: Sequence[tuple[_T, str]], reasons: list[str]) -> tuple[_T, ...]:
    reasons.extend(f"{name} {why}" for _, why in rows if why)
    return tuple(row for row, why in rows if not why)


def _silent_move(content: SkillContent, do: Sequence[Phrasing]) -> int:
    """The first move that had phrasings and has none any more; 0 when there is none."""
    had = {phrasing.move for phrasing in content.do}
    left = {phrasing.move for phrasing in do}
    return min(had - left, default=0)
