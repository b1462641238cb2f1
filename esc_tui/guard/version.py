"""Which guard this is: a version number and a hash over rules, weights, word classes and fixed texts."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

TEXTS_VERSION = 1
_PARTS = ("rules", "wordings", "concepts.txt", "spelling.json", "weights.json", "resources.json")


def _leaves(part: Traversable) -> list[Traversable]:
    if part.is_file():
        return [part]
    return [leaf for item in sorted(part.iterdir(), key=lambda item: item.name) for leaf in _leaves(item)]


def content_hash() -> str:
    """SHA-256 over every data file the guard reads, line ends as LF."""
    digest = hashlib.sha256()
    for name in _PARTS:
        for leaf in _leaves(files("esc_tui.guard") / name):
            digest.update(leaf.name.encode() + b"\0" + leaf.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


GUARD_VERSION = f"{TEXTS_VERSION}-{content_hash()[:12]}"
