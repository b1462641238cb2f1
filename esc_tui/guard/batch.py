"""``esc-tui guard FILE.jsonl``: lines in, one answer a line out, in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from esc_tui.guard.detect import check_message


class _BadLineError(Exception):
    """A line that cannot be checked; the message says why."""

    def __init__(self, why: str, line_id: Any = None) -> None:
        super().__init__(why)
        self.line_id = line_id


def check_lines(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """For each line a JSON text and whether the line was good; empty lines are passed over.

    A line is ``{"id", "text", "context"?}``; other fields are never read. A bad line gives ``{"id", "error"}``.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip("\ufeff \t\r\n"):
            continue
        try:
            answer, good = _check(line.lstrip("\ufeff")), True
        except _BadLineError as error:
            answer, good = {"id": error.line_id, "error": f"line {number}: {error}"}, False
        yield json.dumps(answer, ensure_ascii=False), good


def _check(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise _BadLineError("not valid JSON") from None
    if not isinstance(row, dict):
        raise _BadLineError("not a JSON object")
    line_id = row.get("id")
    if isinstance(line_id, bool) or not isinstance(line_id, str | int):
        raise _BadLineError("'id' is missing or neither text nor a whole number", None)
    text, context = row.get("text"), row.get("context")
    if not isinstance(text, str):
        raise _BadLineError("'text' is missing or not text", line_id)
    if context is None:
        context = []
    if not isinstance(context, list) or not all(isinstance(item, str) for item in context):
        raise _BadLineError("'context' is not a list of texts", line_id)
    check = check_message(text, context)
    return {"id": line_id, "crisis": check.crisis, "kind": check.kind.value,
            "level": check.level.value if check.level else None,
            "evidence": [{"start": item.start, "end": item.end, "text": item.text} for item in check.evidence]}
