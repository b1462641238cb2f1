"""The signs of each deed, read from ``signs.txt`` beside this file and compiled, one pattern a deed."""

from __future__ import annotations

import re
from importlib.resources import files

_HEADING = re.compile(r"\[[A-Za-z_-]+\]")


def _groups(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if _HEADING.fullmatch(line):
            found[line[1:-1]] = []
        elif line and not line.startswith(";"):
            list(found.values())[-1].append(line)
    return found


def load_signs(name: str) -> dict[str, re.Pattern[str]]:
    """Group -> one pattern of all its lines, from a file of this package; groups in capitals are words that others refer to."""
    groups = _groups(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    words = {f"<{group}>": lines[0] for group, lines in groups.items() if group.isupper()}
    compiled = {}
    for group, lines in groups.items():
        if not group.isupper():
            pattern = "|".join(f"(?:{line})" for line in lines)
            for reference, alternatives in words.items():
                pattern = pattern.replace(reference, alternatives)
            compiled[group] = re.compile(pattern)
    return compiled


SIGNS = load_signs("signs.txt")
