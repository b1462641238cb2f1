"""Content in tones: a mixin that lets ``Content`` spans name a tone (``@dim``, ``@accent.bold``) and follow the theme."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style as RichStyle
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from widgets.plain import plain
from widgets.tones import tone_style

if TYPE_CHECKING:
    from collections.abc import Iterable


def ink(text: str, tone: str = "") -> Content:
    """Text as data (never markup, never orders to the terminal), in a tone."""
    text = plain(text)
    return Content.styled(text, f"@{tone}") if tone else Content(text)


def inks(*parts: tuple[str, str] | str | Content) -> Content:
    """Several pieces of text one after the other: plain strings, ``(text, tone)`` pairs, or content."""
    return Content("").join(part if isinstance(part, Content) else ink(*((part,) if isinstance(part, str) else part))
                            for part in parts)


def lines_of(parts: Iterable[Content]) -> Content:
    """Pieces of content under each other."""
    return Content("\n").join(parts)


@lru_cache(maxsize=1024)
def _visual(style: RichStyle) -> Style:
    return Style.from_rich_style(style)


class Toned(Widget):
    """A widget whose content may use tone names as styles."""

    def _get_style(self, style: Style | str) -> Style:
        if isinstance(style, str) and style.startswith("@"):
            return _visual(tone_style(self, style[1:]))
        return super()._get_style(style)
