"""Which simulator and which judges an outcome was got with: a hash over a package's source and data, for marking verdicts stale."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

READ = (".py", ".json", ".txt", ".yaml", ".jsonl", ".md")


def _leaves(part: Traversable) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for item in sorted(part.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            found += [(f"{item.name}/{name}", leaf) for name, leaf in _leaves(item)]
        elif item.name.endswith(READ):
            found.append((item.name, item))
    return found


@lru_cache(maxsize=16)
def package_version(package: str) -> str:
    """Twelve hex digits of a SHA-256 over the names and texts of a package's files, line ends as LF."""
    digest = hashlib.sha256()
    for name, leaf in _leaves(files(package)):
        digest.update(name.encode() + b"\0" + leaf.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:12]


def seeker_version(seeker: str, model: str = "") -> str:
    """The version of the one who plays the seekers: its code, or for an endpoint the model and the prompts of its two steps."""
    if seeker == "endpoint":
        from esc_tui.settings.locator import prompts_path

        digest = hashlib.sha256()
        for name in ("seeker_appraise.md", "seeker_speak.md"):
            path = prompts_path() / name
            digest.update(path.read_bytes().replace(b"\r\n", b"\n") if path.exists() else b"")
        return f"{model or 'model'} {digest.hexdigest()[:12]}"
    return package_version("esc_tui.engines.second" if seeker == "embedded-second" else "esc_tui.engines.seekers")
