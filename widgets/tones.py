"""Tones: named roles of colour that a theme fills in, and the Rich style of each for the widget that draws.

A tone is a theme variable ``tone-<name>``; an app that sets none gets Textual's own colours. A word after a dot adds an
attribute: ``dim``, ``bold``, ``italic``, ``reverse``, ``underline`` (``accent.bold``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from textual.widget import Widget

_FALLBACK = {
    "bright": "foreground", "text": "foreground", "dim": "foreground", "accent": "accent", "helped": "success",
    "neutral": "primary", "harmed": "error", "caution": "warning", "rule": "panel", "raised": "panel",
    "surface": "surface",
}


@lru_cache(maxsize=512)
def _style(colour: str, attributes: tuple[str, ...], on: str, dim: bool) -> Style:
    made = Style(
        color=Color.parse(colour).rich_color if colour else None,
        bgcolor=Color.parse(on).rich_color if on else None,
        dim=dim or "dim" in attributes or None, bold="bold" in attributes or None,
        italic="italic" in attributes or None, reverse="reverse" in attributes or None,
        underline="underline" in attributes or None)
    return made


def tone_style(widget: Widget, tone: str, on: str = "") -> Style:
    """The Rich style of ``tone`` (and of the tone ``on`` as background, if given) in the app's present theme."""
    name, *attributes = tone.split(".")
    variables = widget.app.theme_variables
    colour = variables.get(f"tone-{name}") or variables.get(_FALLBACK.get(name, "foreground"), "") if name else ""
    background = (variables.get(f"tone-{on}") or variables.get(_FALLBACK.get(on, "panel"), "")) if on else ""
    colourless = name in {"dim", "rule"} and colour == "ansi_default"
    return _style(colour, tuple(attributes), background, colourless)
