"""Content hashes: one canonical JSON form of skills and of everything else the bank holds."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from enum import Enum
from typing import Any

from pydantic import BaseModel

from esc_tui.domain.skill import Skill, SkillContent

_SET_LIKE = frozenset({"states", "scenarios", "stages", "needs", "locked", "also"})


def canonical_text(text: str) -> str:
    """NFC, LF line ends, no blanks at line ends or at the end."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip()


def canonical(value: Any, name: str = "") -> Any:
    """The canonical form of a value: sorted set-like lists, numbers as decimal strings, nulls left out."""
    if isinstance(value, BaseModel):
        return {
            key: canonical(getattr(value, key), key)
            for key in type(value).model_fields
            if getattr(value, key) is not None
        }
    if isinstance(value, dict):
        return {str(key): canonical(item, str(key)) for key, item in value.items() if item is not None}
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, str):
        return canonical_text(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return format(value, "d") if isinstance(value, int) else format(value, ".12g")
    if isinstance(value, tuple | list | set | frozenset):
        items = [canonical(item) for item in value]
        return sorted(items) if name in _SET_LIKE or isinstance(value, set | frozenset) else items
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_json(value: Any) -> str:
    """UTF-8 JSON text with sorted keys and no spaces."""
    return json.dumps(canonical(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    """Hex SHA-256 of UTF-8 text."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(content: SkillContent) -> str:
    """Hash of one skill's content alone."""
    return sha256(canonical_json(content))


def skill_hash(skill: Skill) -> str:
    """Hash of slug, content, status and locks of one skill; its version number is no part."""
    return sha256(
        canonical_json({"slug": skill.slug, "content": skill.content, "status": skill.status, "locked": skill.locked})
    )


def bank_hash(skill_hashes: Iterable[tuple[str, str]]) -> str:
    """Hash of a bank from ``(slug, skill_hash)`` pairs in any order.

    A Merkle step over the per-skill hashes: changing one skill re-hashes one skill, not ten thousand.
    """
    return sha256("\n".join(f"{slug} {digest}" for slug, digest in sorted(skill_hashes)))
