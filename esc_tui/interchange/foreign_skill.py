"""A SKILL.md written for other programs, read as far as it can be: its lists become moves, limits and examples of a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from esc_tui.domain.labels import Action, Severity, SkillStatus
from esc_tui.domain.skill import (
    Applicability,
    Contraindication,
    ExampleReply,
    Move,
    Risk,
    Skill,
    SkillContent,
    one_line,
)

MOST_MOVES, MOST_OTHERS = 9, 20
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.*)")
_SPEAKER = re.compile(r"\*{0,2}(user|human|seeker|client|assistant|agent|bot|supporter|reply|response)\*{0,2}\s*:\*{0,2}\s*(.+)",
                      re.IGNORECASE)
_ASKED = frozenset({"user", "human", "seeker", "client"})
_PARTS = (
    ("contraindications", re.compile(r"\b(when not|not for|not to use|contraindicat|out of scope)", re.IGNORECASE)),
    ("dont", re.compile(r"\b(don'?t|avoid|never|pitfall|mistake|anti)", re.IGNORECASE)),
    ("risks", re.compile(r"\b(risk|caution|warning|safety)", re.IGNORECASE)),
    ("applies", re.compile(r"\b(when|trigger|use case|tags?)\b", re.IGNORECASE)),
    ("examples", re.compile(r"\bexamples?\b", re.IGNORECASE)),
)
_ACTIONS = tuple((re.compile(pattern, re.IGNORECASE), action) for pattern, action in (
    (r"\bclarif", Action.CLARIFYING_QUESTION), (r"\bwhat (they|the \w+) wants?\b|\bcheck (in|what)", Action.CHECKING_WHAT_IS_WANTED),
    (r"\bask|\bquestion|\?", Action.OPEN_QUESTION), (r"\bsummar", Action.SUMMARY),
    (r"\brestat|\bparaphras|\bmirror|own words", Action.RESTATEMENT),
    (r"\breflect|\bname (the|their) (feeling|emotion)|\bempath", Action.REFLECTION_OF_FEELING),
    (r"\bvalidat|\backnowledg|\bnormali[sz]", Action.VALIDATION), (r"\baffirm|\bstrength|\bprais", Action.AFFIRMATION_OF_STRENGTH),
    (r"\breassur|\bcomfort", Action.REASSURANCE), (r"\bplan\b|\bnext step|\bgoal", Action.PLANNING_A_CONCRETE_STEP),
    (r"\bsuggest|\boffer|\boption|\badvi[cs]e|\brecommend", Action.SUGGESTION_WITH_OPTIONS),
    (r"\breframe|\bperspective", Action.REFRAMING), (r"\bchalleng", Action.GENTLE_CHALLENGE),
    (r"\bexplain|\binform|\bresource|\bteach", Action.INFORMATION),
))


def guessed_action(text: str) -> Action:
    """The action a line of guidance most plausibly asks for, by its words; "social or other" when none tells."""
    return next((action for pattern, action in _ACTIONS if pattern.search(text)), Action.SOCIAL_OR_OTHER)


class _Body:
    """The parts of a foreign body: title, first paragraph, and list entries by the kind of their heading."""

    def __init__(self, body: str) -> None:
        self.title, self.left_out = "", 0
        self.paragraph: list[str] = []
        self.items: dict[str, list[str]] = {}
        self.spoken: list[tuple[str, str]] = []
        part, fenced = "", False
        for line in body.splitlines():
            if line.lstrip().startswith(("```", "~~~")):
                fenced = not fenced
                continue
            heading = None if fenced else _HEADING.fullmatch(line.strip())
            if heading is not None:
                if not self.title and line.startswith("# "):
                    self.title = heading.group(1).strip()
                else:
                    part = next((name for name, pattern in _PARTS if pattern.search(heading.group(1))), "moves")
            elif line.strip():
                self._line(line, part, fenced)

    def _line(self, line: str, part: str, fenced: bool) -> None:
        item = _ITEM.fullmatch(line)
        text = (item.group(1) if item is not None else line).strip()
        said = _SPEAKER.fullmatch(text)
        if said is not None:
            self.spoken.append((said.group(1).lower(), said.group(2).strip()))
        elif item is not None and text and not fenced:
            self.items.setdefault(part or "moves", []).append(text)
        elif not part and not fenced:
            self.paragraph.append(text)
        elif part == "applies":
            self.items.setdefault(part, []).append(text)
        else:
            self.left_out += 1

    def examples(self) -> list[ExampleReply]:
        """Lines of somebody asking that are followed by an answer."""
        pairs = zip(self.spoken, self.spoken[1:], strict=False)
        return [ExampleReply(seeker=_cut(asked[1]), reply=_cut(answer[1])) for asked, answer in pairs
                if asked[0] in _ASKED and answer[0] not in _ASKED]


def read_loosely(front: Mapping[str, Any], body: str) -> tuple[Skill, str]:
    """The skill as a draft, and one sentence on how much of the text it holds. ``front`` has a checked name and description."""
    found = _Body(body)
    description = one_line(str(front["description"]))
    summary = one_line(" ".join(found.paragraph)) or description
    moves = found.items.get("moves", [])
    taken = {part: entries[:MOST_OTHERS] for part, entries in found.items.items()}
    examples = found.examples()[:MOST_OTHERS]
    content = SkillContent(
        title=(one_line(found.title) or str(front["name"]).replace("-", " ").capitalize())[:120],
        description=description, summary=summary[:1000],
        moves=tuple(Move(action=guessed_action(text), text=_cut(text)) for text in (moves or [summary])[:MOST_MOVES]),
        dont=tuple(_cut(text) for text in taken.get("dont", ())),
        applicability=Applicability(text=one_line(" ".join(taken.get("applies", ())))[:2000]),
        contraindications=tuple(Contraindication(text=_cut(text)) for text in taken.get("contraindications", ())),
        risks=tuple(Risk(severity=Severity.MEDIUM, text=_cut(text)) for text in taken.get("risks", ())),
        examples=tuple(examples), origin="imported from a foreign SKILL.md, unverified",
        license=one_line(str(front.get("license") or "unknown"))[:200] or "unknown")
    left = found.left_out + max(0, len(moves) - MOST_MOVES) + sum(
        max(0, len(entries) - MOST_OTHERS) for part, entries in found.items.items() if part not in {"moves", "examples"}
    ) + len(found.items.get("examples", ())) + max(0, len(found.spoken) - 2 * len(examples))
    lines = "1 line was" if left == 1 else f"{left} lines were"
    count = len(content.moves)
    words = (f"read as a draft without labels: {count} {'move' if count == 1 else 'moves'} with a guessed action"
             + (f"; {lines} left out" if left else ""))
    return Skill(slug=str(front["name"]), content=content, status=SkillStatus.DRAFT), words


def _cut(text: str) -> str:
    return one_line(text)[:4000] or "-"
