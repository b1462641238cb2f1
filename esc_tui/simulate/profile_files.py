"""Files of profiles: our YAML, JSON and JSON lines read with a place for every fault, and written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.profile import Profile
from esc_tui.settings.files import write_lines

LARGEST_FILE = 64 << 20
"""Bytes of a file that is read whole."""
SAGE_KEYS = {"player", "scene"}
RESULT_KEYS = {"player", "scene", "history"}


def read_profiles(path: Path) -> list[Profile]:
    """The profiles of a file: a list of them, one alone, or an object with the list under ``profiles``; or one object a line.

    SAGE's profile files (``player``, ``scene``, ``task`` ...) are read as they are, Chinese text letter for letter. Raises UserError
    with file, entry, field and what to do for the first fault; then nothing was taken.
    """
    name = str(path)
    rows = _rows(path, name)
    if not rows:
        raise UserError("there is no profile in the file", name, "give a list of profiles")
    found: list[Profile] = []
    seen: dict[str, int] = {}
    for place, row in enumerate(rows, start=1):
        one = _profile(row, f"{name}, entry {place}")
        if one.id in seen:
            raise UserError(f"the id '{one.id}' stands in entry {seen[one.id]} already", f"{name}, entry {place}, id", "choose another id")
        seen[one.id] = place
        found.append(one)
    return found


def _profile(row: object, place: str) -> Profile:
    if not isinstance(row, dict):
        raise UserError("a profile has named fields, and this is none", place, "see docs/profiles.md for them")
    if row.keys() >= RESULT_KEYS:
        raise WrongUseError("this is a recorded talk and no profile", place, "read it with 'esc-tui import FILE'")
    if row.keys() >= SAGE_KEYS:
        from esc_tui.interchange.sage.profiles import read_profile

        reading = read_profile(row, place, source="SAGE")
        if reading.profile is None:
            skip = reading.skipped[-1] if reading.skipped else None
            raise UserError(f"the SAGE profile cannot be taken ({skip.reason.value if skip else 'unknown'})", place, "mend or remove it")
        return reading.profile
    try:
        return Profile.model_validate_json(json.dumps(row, ensure_ascii=False, default=str))
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
        told = {"missing": "the field is missing", "extra_forbidden": "no field of a profile is called so"}.get(fault["type"])
        message = told or fault["msg"].removeprefix("Value error, ")
        raise UserError(message[0].lower() + message[1:], f"{place}{', ' + field if field else ''}",
                        "see docs/profiles.md for the fields") from error


def _rows(path: Path, name: str) -> list[Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UserError("the file is larger than 64 MB", name, "split it")
        text = path.read_text(encoding="utf-8-sig")
    except IsADirectoryError as error:
        raise WrongUseError("this is a folder", name, "name a file in it") from error
    except FileNotFoundError as error:
        raise WrongUseError("there is no such file", name, "check the path") from error
    except OSError as error:
        raise UserError(f"the file cannot be read ({error.strerror})", name, "check the path and its permissions") from error
    except UnicodeDecodeError as error:
        raise UserError("the file is no UTF-8 text", name, "save it as UTF-8") from error
    suffix = path.suffix.lower()
    if suffix in {".yaml", ".yml"}:
        content = _yaml(text, name)
    elif suffix == ".jsonl" or (suffix != ".json" and text.lstrip()[:1] == "{"):
        return _json_lines(text, name)
    else:
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            if suffix == ".json" and isinstance(error, json.JSONDecodeError) and error.msg == "Extra data":
                return _json_lines(text, name)
            line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
            raise UserError("the file is no JSON", f"{name}{line}", "give YAML, JSON or JSON lines") from error
    if isinstance(content, dict) and isinstance(content.get("profiles"), list):
        content = content["profiles"]
    return content if isinstance(content, list) else [] if content is None else [content]


def _yaml(text: str, name: str) -> Any:
    import yaml

    from esc_tui.domain.plain_yaml import load_yaml

    try:
        return load_yaml(text)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UserError(f"the file is no YAML ({error.problem})", f"{name}{line}", "mend it there") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserError("the file is no YAML", name, "mend it") from error


def _json_lines(text: str, name: str) -> list[Any]:
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise UserError("the line is no JSON", f"{name}, line {number}", "give one object a line") from error
    return rows


def write_profiles(path: Path, profiles: Sequence[Profile], *, replace: bool = False) -> None:
    """Write profiles by the suffix of the name: ``.yaml`` or ``.yml`` a list, ``.jsonl`` one object a line.

    The file appears whole, with ``replace`` in place of an older one, or not at all. Raises UserError for another suffix, a name that is
    taken, or a place that cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix in {".yaml", ".yml"}:
        import yaml

        text = yaml.safe_dump([json.loads(one.model_dump_json()) for one in profiles], allow_unicode=True, sort_keys=False, width=1000)
    elif suffix == ".jsonl":
        text = "".join(one.model_dump_json() + "\n" for one in profiles)
    else:
        raise WrongUseError(f"profiles are not written as '{path.suffix or path.name}'", str(path), "let the name end in .yaml or .jsonl")
    write_lines(path, [text], replace=replace, remedy="choose another name, or add --replace")
