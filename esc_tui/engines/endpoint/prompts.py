"""Prompt files: YAML front matter and a Jinja2 body, rendered in a sandbox with every value written in as JSON data."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import visible
from esc_tui.engines.endpoint.outputs import LATER_ROLES, OUTPUTS

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_HEADING = re.compile(r"^# (\w+)[ \t]*$", re.MULTILINE)
_FILLED = re.compile(r"\{[{%#]")
"""What a template needs to be more than its own text."""
_FIELDS = {"role", "output", "temperature"}


class Data(str):
    """Text already written as JSON, to be put in as it is."""

    __slots__ = ()


def as_data(value: Any) -> Data:
    """Any value as JSON on one line, control characters made visible, so that it can end no fence and begin no heading."""
    return Data(json.dumps(_shown(value), ensure_ascii=False).replace("\u2028", " ").replace("\u2029", " "))


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return visible(str(value))
    if isinstance(value, Mapping):
        return {str(name): _shown(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_shown(item) for item in value]
    return value


def _finalize(value: Any) -> Any:
    from jinja2 import Undefined

    if isinstance(value, Undefined):
        return str(value)  # raises, naming the value that is missing
    return value if isinstance(value, (Data, int, float)) else as_data(value)


_LEFT_OUT = {"history": 0, "experience": 0, "skills": 2}
"""Lists of which a question may tell less when it is too long for the model, with the entries that stay."""


def told_less(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The values with half of each list that may get shorter: the newest lines of a talk, the first of what is ranked.

    None when none may.
    """
    less: dict[str, Any] = {}
    for name, least in _LEFT_OUT.items():
        rows = values.get(name)
        if isinstance(rows, (list, tuple)) and len(rows) > least:
            keep = max(least, len(rows) // 2)
            less[name] = list(rows[len(rows) - keep:] if name == "history" else rows[:keep])
    return {**values, **less} if less else None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt ready to send: what never changes within a talk first, so that servers can keep it, then the context."""

    role: str
    system: str
    user: str
    temperature: float
    values: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was filled in."""
    digest: str = field(init=False)
    """Hex SHA-256 of the text."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(f"{self.system}\x1f{self.user}".encode("utf-8", "surrogatepass")).hexdigest())

    @property
    def mark(self) -> str:
        """Role and the first 16 hex digits of the SHA-256 of the text, kept with the turn."""
        return f"{self.role} {self.digest[:16]}"


class PromptFile:
    """One role's prompt. Raises UserError when the file is missing or not in order."""

    def __init__(self, folder: Path, role: str) -> None:
        self.role, self.path = role, folder / f"{role}.md"
        try:
            source = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise UserError("the prompt file cannot be read", str(self.path), "restore it, or clear the setting prompts") from None
        front = _FRONT.match(source)
        fields = self._fields(front.group(1) if front else "")
        self.temperature = float(fields["temperature"])
        self._sections = self._cut(source, front.end() if front else 0)
        self._environment = self._sandbox(folder)
        self._templates = {name: self._compile(text) if _FILLED.search(text) else text.strip() for name, text in self._sections.items()}

    def render(self, values: Mapping[str, Any]) -> Rendered:
        """The prompt with ``values`` written in as data. Raises UserError naming a value the file asks for in vain."""
        from jinja2 import TemplateError

        try:
            parts = {name: template if isinstance(template, str) else template.render(**values).strip()
                     for name, template in self._templates.items()}
        except (TemplateError, TypeError, ValueError, OverflowError) as error:
            raise UserError(f"the prompt cannot be filled in ({error})", str(self.path), "correct the file") from None
        context = parts.pop("Context", "")
        body = "\n\n".join(f"# {name}\n{text}" if name else text for name, text in parts.items() if text)
        return Rendered(self.role, body, context, self.temperature, values) if context else Rendered(
            self.role, "", body, self.temperature, values)

    def _fields(self, front: str) -> dict[str, Any]:
        import yaml

        from esc_tui.domain.plain_yaml import load_yaml

        try:
            fields = load_yaml(front)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise UserError(f"the front matter is not YAML ({' '.join(str(error).split())})", str(self.path)) from None
        if not isinstance(fields, dict) or set(fields) != _FIELDS:
            raise UserError("the front matter must hold role, output and temperature", str(self.path))
        if fields["role"] != self.role or fields["output"] != OUTPUTS[self.role].__name__:
            raise UserError(f"the front matter must say role: {self.role} and output: {OUTPUTS[self.role].__name__}",
                            str(self.path))
        heat = fields["temperature"]
        if not isinstance(heat, (int, float)) or isinstance(heat, bool) or not 0 <= heat <= 2:
            raise UserError("temperature must be a number from 0 to 2", str(self.path))
        return fields

    def _cut(self, source: str, begin: int) -> dict[str, str]:
        """The sections by heading, cut before anything is filled in; empty lines before each keep line numbers true."""
        marks = list(_HEADING.finditer(source, begin))
        sections: dict[str, str] = {}
        if not marks:
            return {"": "\n" * source.count("\n", 0, begin) + source[begin:]}
        for mark, after in zip(marks, [*marks[1:], None], strict=True):
            end = after.start() if after else len(source)
            sections[mark.group(1)] = "\n" * source.count("\n", 0, mark.end()) + source[mark.end():end]
        return sections

    def _sandbox(self, folder: Path) -> Any:
        from jinja2 import FileSystemLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        # No autoescape: nothing here becomes HTML, and every value is written as JSON by _finalize.
        return ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, finalize=_finalize, loader=FileSystemLoader(folder), trim_blocks=True,
            lstrip_blocks=True, keep_trailing_newline=True, autoescape=False)

    def _compile(self, text: str) -> Any:
        from jinja2 import TemplateSyntaxError

        try:
            return self._environment.from_string(text)
        except TemplateSyntaxError as error:
            raise UserError(f"the prompt is not a template ({error.message})", f"{self.path}:{error.lineno}") from None


class PromptFolder:
    """The prompt files of one folder, each read when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, PromptFile] = {}

    def render(self, role: str, values: Mapping[str, Any]) -> Rendered:
        """The filled prompt of a role. Raises UserError."""
        if role not in self._files:
            self._files[role] = PromptFile(self.folder, role)
        return self._files[role].render(values)

    def check(self) -> None:
        """Read every role's file now; those no talk needs may be missing. Raises UserError for the first one not in order."""
        for role in OUTPUTS:
            if role not in LATER_ROLES or (self.folder / f"{role}.md").exists():
                self._files[role] = PromptFile(self.folder, role)
