"""Reading the body of a chat completion, streamed or whole, from any server that more or less speaks the protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 4_000_000
"""An answer longer than this is no answer to a role's question; about a thousand times the usual length."""
_STREAM_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":")


@dataclass(frozen=True, slots=True)
class Delta:
    """Some text of the answer; ``finish`` is the reason the server gave for ending, on the last one."""

    text: str = ""
    finish: str = ""


class BadBodyError(Exception):
    """The body is no chat completion. ``passing`` when it looks cut rather than wrong; ``piece`` is its beginning."""

    def __init__(self, why: str, passing: bool = False, piece: str = "") -> None:
        super().__init__(why)
        self.why, self.passing, self.piece = why, passing, piece


class BodyReader:
    """Takes the bytes of a body as they come and gives the deltas in them.

    Whether the server streams is read off the body itself: some stream though not asked, some answer whole though asked
    to stream, and content types are often wrong. ``tokens`` counts what the server says it used, in and out; 0 when it does not.
    """

    def __init__(self) -> None:
        self.streamed = False
        self.ended = False
        self.tokens = 0
        self._whole = False
        self._pending = b""
        self._begin = b""
        self._pieces = 0
        self._left = MOST_BYTES

    def feed(self, data: bytes) -> list[Delta]:
        """The deltas that became complete. Raises BadBodyError."""
        self._left -= len(data)
        if self._left < 0:
            raise BadBodyError(f"the endpoint sent more than {MOST_BYTES // 1_000_000} MB")
        if len(self._begin) < 400:
            self._begin += data[:400]
        self._pending += data
        if not self._whole and not self.streamed:
            head = self._pending.lstrip(b"\xef\xbb\xbf \t\r\n")
            if not head:
                return []
            if head[:1] in (b"{", b"["):
                self._whole = True
            elif head.startswith(_STREAM_FIELDS):
                self.streamed = True
            elif len(head) < 8 and any(field.startswith(head) for field in _STREAM_FIELDS):
                return []
            else:
                raise BadBodyError("the endpoint answered with something that is not a chat completion", piece=self.begin)
        if self._whole:
            return []
        *lines, self._pending = self._pending.split(b"\n")
        return [delta for line in lines for delta in self._line(line)]

    def finish(self) -> list[Delta]:
        """The deltas left at the end of the body. Raises BadBodyError when it is empty, broken or cut."""
        if self._whole:
            deltas = [self._answer(self._parse(self._pending), "message")]
            self.ended = True
            return deltas
        deltas = self._line(self._pending) if self.streamed else []
        self._pending = b""
        if not self.streamed:
            raise BadBodyError("the endpoint sent an empty answer", passing=True)
        if not self.ended:
            raise BadBodyError("the endpoint broke off in the middle of its answer", passing=True)
        if not self._pieces:
            raise BadBodyError("the endpoint sent an answer without any choice", piece=self.begin)
        return deltas

    @property
    def begin(self) -> str:
        """The first characters of the body."""
        return self._begin[:400].decode("utf-8", "replace")

    def _line(self, line: bytes) -> list[Delta]:
        text = line.strip()
        if not text.startswith(b"data:"):
            return []
        text = text[5:].strip()
        if text == b"[DONE]":
            self.ended = True
            return []
        if not text:
            return []
        chunk = self._parse(text)
        if isinstance(chunk, dict) and chunk.get("choices") == []:
            self._note_usage(chunk)
            return []
        delta = self._answer(chunk, "delta")
        self._pieces += 1
        self.ended = self.ended or bool(delta.finish)
        return [delta]

    def _parse(self, data: bytes) -> Any:
        try:
            return json.loads(data.decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError):
            raise BadBodyError("the endpoint sent broken JSON", passing=True, piece=self.begin) from None

    def _answer(self, body: Any, name: str) -> Delta:
        if not isinstance(body, dict):
            raise BadBodyError("the endpoint answered with something that is not a chat completion", piece=self.begin)
        self._note_usage(body)
        if body.get("error"):
            error = body["error"]
            told = error.get("message", error) if isinstance(error, dict) else error
            raise BadBodyError("the endpoint reported an error in its answer", passing=True, piece=str(told))
        choices = body.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            raise BadBodyError("the endpoint sent an answer without any choice", piece=self.begin)
        choice = choices[0]
        message = choice.get(name) or choice.get("message") or choice.get("delta") or {}
        content = message.get("content") if isinstance(message, dict) else None
        if content is None:
            content = choice.get("text")
        return Delta(_joined(content), str(choice.get("finish_reason") or ""))


    def _note_usage(self, body: dict[str, Any]) -> None:
        told = body.get("usage")
        if not isinstance(told, dict):
            return
        self.tokens = (_count(told.get("total_tokens")) or _count(told.get("prompt_tokens")) + _count(told.get("completion_tokens"))
                       or self.tokens)


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9 else 0


def _joined(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return ""
