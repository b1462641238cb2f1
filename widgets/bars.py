"""Thin bars for shares and scores, drawn with line characters so that they stay calm."""

from __future__ import annotations


def bar(value: float, width: int, full: str = "━", half: str = "╸", empty: str = " ") -> tuple[str, str]:
    """The filled and the empty part of a bar for ``value`` 0-1, together exactly ``width`` cells."""
    value = min(1.0, max(0.0, value))
    halves = round(value * width * 2)
    filled = full * (halves // 2) + (half if halves % 2 else "")
    if value > 0 and not filled:
        filled = half
    return filled, empty * (width - len(filled))


def share_range(low: float, high: float) -> str:
    """An interval of shares: ``.41–.97``."""
    return f"{share(low)}–{share(high)}"


def share(value: float) -> str:
    """A number 0-1 as two digits: ``.84``, ``1.0`` for everything that rounds to one."""
    text = f"{value:.2f}"
    return "1.0" if text == "1.00" else text[1:] if text.startswith("0") else text
