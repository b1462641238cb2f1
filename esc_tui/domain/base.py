"""The frozen base of all nouns, identifiers, and time."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import NewType

from pydantic import BaseModel, ConfigDict

SkillSlug = NewType("SkillSlug", str)
UnitId = NewType("UnitId", str)
ConversationId = NewType("ConversationId", str)


class Noun(BaseModel):
    """A frozen model that refuses unknown fields; change one with ``model_copy(update=...)`` after validation."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=False)


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ulid(milliseconds: int | None = None) -> str:
    """A 26-character ULID: 48 bits of time in milliseconds and 80 random bits (github.com/ulid/spec)."""
    stamp = int(time.time() * 1000) if milliseconds is None else milliseconds
    value = (stamp << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def content_id(prefix: str, *parts: str) -> str:
    """A stable identifier from content: ``prefix-`` and the first 16 hex digits of a SHA-256."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{prefix}-{digest[:16]}"


def readable(time: str) -> str:
    """A stored time as people read it: ``2026-11-21 14:05 UTC``."""
    return f"{time[:16].replace('T', ' ')} UTC"


def now_iso() -> str:
    """The present moment in UTC, ISO 8601 with milliseconds and ``Z``."""
    seconds, rest = divmod(time.time_ns(), 1_000_000_000)
    return f"{_second(seconds)}.{rest // 1_000_000:03d}Z"


@lru_cache(maxsize=1)  # a turn asks for the time of many events
def _second(seconds: int) -> str:
    """A second since 1970 in UTC, without its ``Z``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
