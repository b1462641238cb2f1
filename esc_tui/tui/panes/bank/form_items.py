"""The rows of the edit form: which there are for a draft, how each is edited, and what a new entry begins as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from esc_tui.domain.labels import Action, Change, Need, Scenario, Severity, SkillStatus, Stage, State
from esc_tui.tui.panes.bank.draft import Path, SkillDraft

Kind = Literal["heading", "text", "choice", "choices", "range", "add"]

LABEL_OF: Mapping[str, tuple[str, type[StrEnum]]] = {
    "moves": ("action", Action), "outcomes": ("change", Change), "risks": ("severity", Severity)}
"""Lists whose entries carry one label: its field and its closed set."""
SETS: Mapping[str, type[StrEnum]] = {"states": State, "scenarios": Scenario, "stages": Stage, "needs": Need}
NEW_ENTRY: Mapping[str, Any] = {
    "moves": {"action": "open-question", "text": ""}, "do": {"move": 1, "text": ""}, "dont": "",
    "contraindications": {"text": "", "states": [], "scenarios": [], "stages": [], "needs": [], "intensity_low": 1,
                          "intensity_high": 5, "cues": []},
    "outcomes": {"change": "relief", "text": ""}, "risks": {"severity": "low", "text": ""},
    "examples": {"seeker": "", "reply": ""},
}
ENTRY_NAME = {"moves": "move", "do": "phrasing", "dont": "phrasing", "contraindications": "contraindication",
              "outcomes": "outcome", "risks": "risk", "examples": "example"}
HEADINGS = {"moves": "Moves", "do": "Say", "dont": "Never say", "applicability": "Applies when", "contraindications": "Not when",
            "outcomes": "Expected outcomes", "risks": "Risks", "examples": "Examples"}
RANGES = tuple(f"{low}-{high}" for low in range(1, 6) for high in range(low, 6))


@dataclass(frozen=True, slots=True)
class FormItem:
    """One row. ``path`` is what its text or choice edits; ``label_path`` the closed-set label beside a text, if any;
    ``list_path`` and ``place`` say which list entry it belongs to; ``part`` is the lockable field it is in."""

    kind: Kind
    path: Path
    name: str = ""
    part: str = ""
    label_path: Path = ()
    list_path: Path = ()
    place: int = -1
    hint: str = ""


def items_of(draft: SkillDraft) -> list[FormItem]:
    """All rows of the form."""
    content = draft.content
    rows = [
        FormItem("heading", ("",), "The skill"),
        *([] if draft.slug else [FormItem("text", ("name",), "slug", hint="lower-case words with hyphens; its name in the bank")]),
        FormItem("text", ("title",), "title", "title", hint="what a person calls it"),
        FormItem("text", ("description",), "use when", "description", hint="Use when the seeker ..."),
        FormItem("text", ("summary",), "summary", "summary", hint="what it does, in a sentence"),
        *([] if draft.proposed else [FormItem("choice", ("status",), "status")]),
    ]
    rows += _list("moves", content["moves"])
    rows.append(FormItem("heading", ("do",), HEADINGS["do"], "do"))
    for place, _ in enumerate(content["do"]):
        rows.append(FormItem("text", ("do", place, "text"), "", "do", ("do", place, "move"), ("do",), place, "words to say"))
    rows.append(FormItem("add", ("do",), "phrasing", "do", list_path=("do",), place=len(content["do"])))
    rows += _list("dont", content["dont"])
    rows.append(FormItem("heading", ("applicability",), HEADINGS["applicability"], "applicability"))
    rows += [FormItem("choices", ("applicability", name), name, "applicability") for name in SETS]
    rows.append(FormItem("range", ("applicability",), "intensity", "applicability"))
    rows.append(FormItem("text", ("applicability", "text"), "words", "applicability", hint="words such moments are told in"))
    rows.append(FormItem("heading", ("contraindications",), HEADINGS["contraindications"], "contraindications"))
    for place, row in enumerate(content["contraindications"]):
        rows += _contraindication(place, row)
    rows.append(FormItem("add", ("contraindications",), "contraindication", "contraindications",
                         list_path=("contraindications",), place=len(content["contraindications"])))
    rows += _list("outcomes", content["outcomes"])
    rows += _list("risks", content["risks"])
    rows.append(FormItem("heading", ("examples",), HEADINGS["examples"], "examples"))
    for place, _ in enumerate(content["examples"]):
        rows += [FormItem("text", ("examples", place, who), name, "examples", (), ("examples",), place, hint)
                 for who, name, hint in (("seeker", "seeker", "what the seeker says"), ("reply", "supporter", "the reply"))]
    rows.append(FormItem("add", ("examples",), "example", "examples", list_path=("examples",), place=len(content["examples"])))
    rows.append(FormItem("heading", ("",), "Source"))
    rows += [FormItem("text", (name,), shown, name) for name, shown in (
        ("origin", "origin"), ("language", "language"), ("license", "licence"))]
    return rows


def _list(name: str, entries: Sequence[Any]) -> list[FormItem]:
    rows = [FormItem("heading", (name,), HEADINGS[name], name)]
    for place, _ in enumerate(entries):
        path: Path = (name, place) if name == "dont" else (name, place, "text")
        label: Path = (name, place, LABEL_OF[name][0]) if name in LABEL_OF else ()
        rows.append(FormItem("text", path, "", name, label, (name,), place, f"the {ENTRY_NAME[name]}"))
    rows.append(FormItem("add", (name,), ENTRY_NAME[name], name, list_path=(name,), place=len(entries)))
    return rows


def _contraindication(place: int, row: Mapping[str, Any]) -> list[FormItem]:
    base: Path = ("contraindications", place)
    common = {"part": "contraindications", "list_path": ("contraindications",), "place": place}
    rows = [FormItem("text", (*base, "text"), "", hint="when it must not be used", **common)]  # type: ignore[arg-type]
    rows += [FormItem("choices", (*base, name), name, **common) for name in SETS if row[name]]  # type: ignore[arg-type]
    if (row["intensity_low"], row["intensity_high"]) != (1, 5):
        rows.append(FormItem("range", base, "intensity", **common))  # type: ignore[arg-type]
    if row["cues"]:
        rows.append(FormItem("text", (*base, "cues"), "cues", hint="words looked for, with | between", **common))  # type: ignore[arg-type]
    rows.append(FormItem("choice", base, "condition", **common))  # type: ignore[arg-type]
    return rows


def text_at(draft: SkillDraft, item: FormItem) -> str:
    """The text of a row as it is edited; cues stand with ``|`` between."""
    value = draft.get(item.path)
    return " | ".join(value) if isinstance(value, list) else str(value)


def put_text(draft: SkillDraft, item: FormItem, text: str, *, step: bool) -> None:
    """Store what was typed."""
    if item.path[-1] == "cues":
        draft.put(item.path, [" ".join(part.split()) for part in text.split("|") if part.strip()], step=step)
    else:
        draft.put(item.path, text, step=step)


def closed_set(item: FormItem, draft: SkillDraft) -> list[tuple[str, str]]:
    """The values a row may take, each with a note: of its label, or of the row itself."""
    if item.label_path and item.label_path[0] == "do":
        return [(str(number), str(move["text"])) for number, move in enumerate(draft.content["moves"], 1)]
    if item.label_path:
        kind = LABEL_OF[str(item.label_path[0])][1]
        return [(member.value, _note(member)) for member in kind]
    if item.path == ("status",):
        notes = {"draft": "not offered in talks", "active": "offered in talks", "watch": "offered, and looked at closely",
                 "retired": "never offered, kept"}
        return [(status.value, notes[status.value]) for status in SkillStatus]
    if item.kind == "range":
        return [(text, _range_note(text)) for text in RANGES]
    if item.kind == "choices":
        return [(member.value, "") for member in SETS[str(item.path[-1])]]
    return [*((name, f"only for some {name}") for name in SETS), ("intensity", "only for some intensity"),
            ("cues", "only when these words are said")]


def _note(member: StrEnum) -> str:
    if isinstance(member, Action):
        return f"{member.strategy.tag}  {member.strategy.value}"
    return f"{member.polarity.glyph}  {member.polarity.value}" if isinstance(member, Change) else ""


def _range_note(text: str) -> str:
    low, _, high = text.partition("-")
    return "any" if text == "1-5" else f"{'▁▂▄▆█'[int(low) - 1:int(high)]}"
