"""What a question is after, so that the same thing is not asked twice in other words. ``data/themes.json``: theme to pattern."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from esc_tui.engines.embedded.words import load_data


@cache
def _themes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in load_data("themes").items())


@lru_cache(maxsize=2048)
def themes_of(question: str) -> frozenset[str]:
    """The themes of a question; empty when it is after something of its own."""
    return frozenset(name for name, pattern in _themes() if pattern.search(question))
