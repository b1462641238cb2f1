"""SKILL.md, the Agent Skills format, in and out without loss: front matter by the specification, body in fixed headings.

Our own facts stand under ``metadata`` with the prefix ``esc-``. Unknown keys of others are moved there on import.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import (
    Action,
    Change,
    LabelT,
    Need,
    Scenario,
    Severity,
    SkillStatus,
    Stage,
    State,
    parse_label,
)
from esc_tui.domain.skill import (
    Applicability,
    Contraindication,
    ExampleReply,
    ExpectedOutcome,
    Move,
    Phrasing,
    Risk,
    Skill,
    SkillContent,
)
from esc_tui.interchange.skill_text import EVIDENCE_HEADING, HEADINGS, write_skill

__all__ = ["KNOWN_KEYS", "SLUG", "read_field", "read_front_matter", "read_skill", "read_with_front", "write_skill"]
KNOWN_KEYS = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
_SINGLE = ("title", "description", "summary", "origin", "language", "license")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NUMBERED = re.compile(r"\d+[.)]\s+(.*)")
_BRACKET = re.compile(r"\[([^\]]*)\]\s+(.*)", re.DOTALL)
_PHRASING = re.compile(r"\((\d)\)\s+(.*)", re.DOTALL)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Item:
    line: int
    text: str


class _Reader:
    def __init__(self, text: str, where: str) -> None:
        self.where = where
        self.lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.title, self.summary = "", ""
        self.sections: dict[str, list[_Item]] = {}
        self.examples: list[dict[str, _Item]] = []

    def fail(self, line: int, what: str, remedy: str = "") -> UserError:
        return UserError(what, f"{self.where}, line {line}", remedy)

    def front_end(self) -> int:
        """The place of the line that ends the front matter."""
        if not self.lines or self.lines[0].strip() != "---":
            raise self.fail(
                1, "there is no front matter", "begin the file with a line '---', then 'name:' and 'description:'"
            )
        for place in range(1, len(self.lines)):
            if self.lines[place].strip() == "---":
                break
        else:
            raise self.fail(1, "the front matter does not end", "close it with a line '---'")
        return place

    def front_matter(self) -> tuple[dict[str, Any], int]:
        import yaml

        from esc_tui.domain.plain_yaml import AliasError, load_yaml

        place = self.front_end()
        try:
            data = load_yaml("\n".join(self.lines[1:place])) or {}
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = (mark.line + 2) if mark else 2
            if isinstance(error, AliasError):
                raise self.fail(
                    line, "the front matter uses an alias, a value that begins with '*'", "write the value out, or put it in quotes"
                ) from error
            raise self.fail(
                line,
                f"the front matter is not YAML ({getattr(error, 'problem', None) or 'unreadable'})",
                "quote values that hold a colon",
            ) from error
        except (ValueError, RecursionError) as error:  # a date that does not exist, lists within lists without end
            raise self.fail(2, "the front matter holds a value that cannot be read", "put it in quotes") from error
        if not isinstance(data, dict):
            raise self.fail(
                2, "the front matter is no list of keys and values", "write 'name: ...' and 'description: ...'"
            )
        return data, place + 1

    def body(self, start: int) -> None:
        heading = ""
        paragraph: list[str] = []
        for number, raw in enumerate(self.lines[start:], start + 1):
            line = raw.rstrip()
            if line.startswith("# "):
                self.title = line[2:].strip()
            elif line.startswith("## "):
                heading = line[3:].strip().replace("’", "'")
                if heading == EVIDENCE_HEADING:
                    return self._end(paragraph)
                if heading not in HEADINGS:
                    raise self.fail(number, f"unknown heading '{heading}'", f"known ones are {', '.join(HEADINGS)}")
                if heading in self.sections:
                    raise self.fail(number, f"the heading '{heading}' stands twice", "join the two lists")
                self.sections[heading] = []
            elif line.startswith("### "):
                self.examples.append({})
            elif line.strip():
                self._text(heading, number, line, paragraph)
        return self._end(paragraph)

    def _end(self, paragraph: list[str]) -> None:
        self.summary = " ".join(paragraph)

    def _text(self, heading: str, number: int, line: str, paragraph: list[str]) -> None:
        stripped = line.strip()
        if not heading:
            paragraph.append(stripped.removeprefix("\\"))
            return
        if heading == "Examples":
            self._example(number, stripped)
            return
        items = self.sections[heading]
        numbered = _NUMBERED.fullmatch(stripped)
        if stripped.startswith("- "):
            items.append(_Item(number, stripped[2:].strip()))
        elif numbered and heading == "Moves":
            items.append(_Item(number, numbered.group(1)))
        elif items and line.startswith(" "):
            items[-1] = _Item(items[-1].line, f"{items[-1].text} {stripped}")
        else:
            raise self.fail(
                number, f"a line under '{heading}' is no list entry", "begin it with '- ' (or '1. ' under Moves)"
            )

    def _example(self, number: int, line: str) -> None:
        for key in ("Seeker", "Supporter"):
            if line.startswith(f"- {key}:"):
                if not self.examples:
                    self.examples.append({})
                self.examples[-1][key] = _Item(number, line[len(key) + 3 :].strip())
                return
        if self.examples and self.examples[-1]:
            key, item = list(self.examples[-1].items())[-1]
            self.examples[-1][key] = _Item(item.line, f"{item.text} {line}")
            return
        raise self.fail(number, "an example line names no speaker", "begin it with '- Seeker:' or '- Supporter:'")


def read_skill(text: str, where: str = "SKILL.md", version: int = 1) -> Skill:
    """Read a SKILL.md of ours, or a foreign one whose body has our headings.

    Raises UserError with file, line and remedy for a missing part, an unknown label or heading, or broken front matter.
    """
    reader = _Reader(text, where)
    front, start = reader.front_matter()
    reader.body(start)
    return _built(reader, front, version)


def read_with_front(text: str, front: dict[str, Any], where: str = "SKILL.md") -> Skill:
    """As ``read_skill``, with another front matter than the one in the text."""
    reader = _Reader(text, where)
    reader.body(reader.front_end() + 1)
    return _built(reader, front, 1)


def _built(reader: _Reader, front: dict[str, Any], version: int) -> Skill:
    where = reader.where
    for key in ("name", "description", "license"):
        if isinstance(front.get(key), list | dict):
            raise reader.fail(2, f"{key} is no text", "put it in quotes")
    slug = str(front.get("name") or "")
    if not SLUG.fullmatch(slug) or len(slug) > 64:
        raise reader.fail(2, f"name '{slug}' is no slug", "use 1 to 64 lower-case letters, digits and single hyphens")
    if not front.get("description"):
        raise reader.fail(2, "description is missing", "add 'description: Use when the seeker ...'")
    metadata = front.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise reader.fail(2, "metadata is no list of keys and values", "indent its keys by two blanks")
    for key, value in metadata.items():
        if str(key).startswith("esc-") and isinstance(value, list | dict):
            raise reader.fail(2, f"{key} is no text", "put it in quotes")
    unknown = sorted(set(map(str, front)) - KNOWN_KEYS)
    if unknown:
        raise reader.fail(
            2, f"unknown key '{unknown[0]}' in the front matter", f"move it under 'metadata:' as 'esc-{unknown[0]}'"
        )
    if not reader.sections.get("Moves"):
        raise reader.fail(len(reader.lines), "the part '## Moves' is missing", "a skill needs at least one move")
    try:
        content = SkillContent(
            title=reader.title or slug.replace("-", " ").capitalize(),
            description=str(front["description"]).strip(),
            summary=reader.summary or str(front["description"])[:1000],
            moves=_each(reader, "Moves", _move),
            do=_each(reader, "Do", _phrasing),
            dont=_each(reader, "Don't", lambda _, item: item.text),
            applicability=_applicability(reader),
            contraindications=_each(reader, "Not when", _contraindication),
            outcomes=_each(reader, "Expected outcomes", _outcome),
            risks=_each(reader, "Risks", _risk),
            examples=tuple(_one_example(reader, example) for example in reader.examples),
            origin=str(metadata.get("esc-origin", "imported, unverified")),
            language=str(metadata.get("esc-language", "en")),
            license=str(front.get("license") or "unknown"),
        )
        return Skill(
            slug=slug,
            content=content,
            version=version,
            status=parse_label(SkillStatus, str(metadata.get("esc-status", "draft"))),
            locked=tuple(str(metadata.get("esc-locked", "")).split()),
        )
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"{field or 'skill'}: {first['msg'].removeprefix('Value error, ')}", where, "correct it and try again"
        ) from error
    except ValueError as error:
        raise UserError(str(error), where) from error


def read_front_matter(text: str, where: str = "SKILL.md") -> tuple[dict[str, Any], str]:
    """The front matter as it stands, unchecked, and the body. Raises UserError when there is none or it is not YAML."""
    reader = _Reader(text, where)
    front, start = reader.front_matter()
    return front, "\n".join(reader.lines[start:])


def read_field(skill: Skill, texts: Mapping[str, str]) -> Skill:
    """The skill with some fields read from text as ``field_lines`` writes it. Raises UserError that says what is wrong."""
    single = {name: " ".join(text.split()) for name, text in texts.items() if name in _SINGLE}
    whole = skill.model_copy(update={"content": skill.content.model_copy(update=single)})
    read = read_skill(write_skill(whole, instead={name: text for name, text in texts.items() if name not in _SINGLE}), skill.slug,
                      skill.version)
    values = {name: getattr(read.content, name) for name in texts if name != "status"}
    try:
        status = parse_label(SkillStatus, texts["status"].strip()) if "status" in texts else skill.status
    except ValueError as error:
        raise UserError(str(error), skill.slug) from error
    return skill.model_copy(update={"content": skill.content.model_copy(update=values), "status": status})


def _each(reader: _Reader, heading: str, read: Callable[[_Reader, _Item], T]) -> tuple[T, ...]:
    return tuple(read(reader, item) for item in reader.sections.get(heading, ()))


def _bracket(reader: _Reader, item: _Item, example: str) -> tuple[str, str]:
    found = _BRACKET.fullmatch(item.text)
    if not found:
        raise reader.fail(item.line, "the label in brackets is missing", f"write it as '{example}'")
    return found.group(1).strip(), found.group(2).strip()


def _label(reader: _Reader, item: _Item, kind: type[LabelT], text: str) -> LabelT:
    try:
        return parse_label(kind, text)
    except ValueError as error:
        raise reader.fail(item.line, str(error)) from error


def _move(reader: _Reader, item: _Item) -> Move:
    label, text = _bracket(reader, item, "1. [open-question] Ask ...")
    return Move(action=_label(reader, item, Action, label), text=text)


def _phrasing(reader: _Reader, item: _Item) -> Phrasing:
    found = _PHRASING.fullmatch(item.text)
    if not found:
        raise reader.fail(item.line, "a do-phrasing does not say which move it carries out", "begin it with '(1) '")
    try:
        return Phrasing(move=int(found.group(1)), text=found.group(2).strip())
    except ValidationError as error:
        raise reader.fail(item.line, error.errors()[0]["msg"].removeprefix("Value error, ")) from error


def _outcome(reader: _Reader, item: _Item) -> ExpectedOutcome:
    label, text = _bracket(reader, item, "- [relief] ...")
    return ExpectedOutcome(change=_label(reader, item, Change, label), text=text)


def _risk(reader: _Reader, item: _Item) -> Risk:
    label, text = _bracket(reader, item, "- [low] ...")
    return Risk(severity=_label(reader, item, Severity, label), text=text)


def _labels(reader: _Reader, item: _Item, kind: type[LabelT], text: str) -> tuple[LabelT, ...]:
    if text.strip().lower() in {"any", ""}:
        return ()
    return tuple(_label(reader, item, kind, part) for part in text.split(","))


def _intensity(reader: _Reader, item: _Item, text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-5])(?:\s*[-–]\s*([1-5]))?", text.strip())
    if not found:
        raise reader.fail(item.line, f"intensity '{text.strip()}' is no range from 1 to 5", "write it as '2-4'")
    return int(found.group(1)), int(found.group(2) or found.group(1))


_CONDITIONS: dict[str, type[State] | type[Scenario] | type[Stage] | type[Need]] = {
    "states": State,
    "scenarios": Scenario,
    "stages": Stage,
    "needs": Need,
}


def _condition(reader: _Reader, item: _Item, key: str, value: str, into: dict[str, Any]) -> None:
    if key in _CONDITIONS:
        into[key] = _labels(reader, item, _CONDITIONS[key], value)
    elif key == "intensity":
        into["intensity_low"], into["intensity_high"] = _intensity(reader, item, value)
    else:
        known = ", ".join([*_CONDITIONS, "intensity"])
        raise reader.fail(item.line, f"unknown condition '{key}'", f"known ones are {known}")


def _applicability(reader: _Reader) -> Applicability:
    fields: dict[str, Any] = {}
    for item in reader.sections.get("Applies when", ()):
        key, _, value = item.text.partition(":")
        if key.strip() == "text":
            fields["text"] = value.strip()
        else:
            _condition(reader, item, key.strip(), value, fields)
    return Applicability(**fields)


def _contraindication(reader: _Reader, item: _Item) -> Contraindication:
    found = _BRACKET.fullmatch(item.text)
    if not found:
        return Contraindication(text=item.text)
    fields: dict[str, Any] = {}
    for part in filter(str.strip, found.group(1).split(";")):
        key, _, value = part.partition(":")
        if key.strip() == "cues":
            fields["cues"] = tuple(cue.strip() for cue in value.split("|") if cue.strip())
        else:
            _condition(reader, item, key.strip(), value, fields)
    return Contraindication(text=found.group(2).strip(), **fields)


def _one_example(reader: _Reader, example: dict[str, _Item]) -> ExampleReply:
    if "Seeker" not in example or "Supporter" not in example:
        line = next(iter(example.values())).line if example else len(reader.lines)
        raise reader.fail(line, "an example needs a seeker line and a supporter line")
    return ExampleReply(seeker=example["Seeker"].text, reply=example["Supporter"].text)
