"""Where a person can turn: entries a group has checked, by region. An entry without source and date is not shown."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
DIRECTORIES = ("findahelpline.com", "International Association for Suicide Prevention (IASP)")


@dataclass(frozen=True, slots=True)
class Resource:
    """One checked entry: ``region`` an ISO 3166 code, ``contact`` a number or address, ``checked`` an ISO date."""

    region: str
    name: str
    contact: str
    source: str
    checked: str
    language: str = ""


def _entry(row: Any) -> Resource | None:
    if not isinstance(row, dict):
        return None
    values = {name: str(row.get(name) or "").strip() for name in ("region", "name", "contact", "source", "checked")}
    if not all(values.values()) or not _DATE.fullmatch(values["checked"]):
        return None
    return Resource(**values, language=str(row.get("language") or ""))


def read_resources(path: Path) -> tuple[Resource, ...]:
    """The entries of a group's own JSON file that carry source and date. Raises UserError when it is no such file."""
    from esc_tui.domain.errors import UserError

    try:
        return _parse(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError(f"the file of help lines cannot be read ({error.strerror})", str(path),
                        "mend the setting 'resources' or the file") from error
    except ValueError as error:
        raise UserError("the file of help lines is no JSON list", str(path), "see docs/guard.md for its shape") from error


def _parse(text: str) -> tuple[Resource, ...]:
    rows = json.loads(text)
    if not isinstance(rows, list):
        raise ValueError("the resources file is not a JSON list")  # noqa: TRY004 - the file's value is wrong
    return tuple(entry for entry in map(_entry, rows) if entry)


@lru_cache(maxsize=1)
def shipped_resources() -> tuple[Resource, ...]:
    """The entries that come with the program."""
    return _parse((files("esc_tui.guard") / "resources.json").read_text(encoding="utf-8"))


def resources_for(region: str, more: tuple[Resource, ...] = ()) -> tuple[Resource, ...]:
    """Checked entries for a region (``de``, ``en-GB`` and ``GB`` are all read), newest check first."""
    wanted = re.split(r"[-_]", region.strip())[-1].upper()
    found = [entry for entry in (*more, *shipped_resources()) if entry.region.upper() == wanted]
    return tuple(sorted(found, key=lambda entry: entry.checked, reverse=True))
