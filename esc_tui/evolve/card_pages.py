"""The verdict card as a picture (SVG) and as a page (HTML); both call nothing and hold no text of a talk."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence

from esc_tui.domain.text import visible
from esc_tui.evolve.card import Row

WIDTH = 104
LABEL_PIXELS, LETTER_PIXELS, LINE_PIXELS, EDGE = 110, 8.0, 22, 36
TONES = {"ACCEPT": ("#00664b", "▲"), "REJECT": ("#a03d00", "▼"), "NOT ENOUGH EVIDENCE": ("#17598a", "="), "NEVER FIRED": ("#17598a", "=")}
"""Colours that stand 4.5:1 on paper; the glyph says the same without them."""
PAPER, INK, DIM, RULE, WARN = "#fbf7f0", "#1c1611", "#6b6055", "#d9cdbd", "#675700"
_STYLE = (f"body{{background:{PAPER};color:{INK};font:16px/1.5 Georgia,serif;max-width:46rem;margin:3rem auto;padding:0 1.5rem}}"
          f"h1{{font-size:1.6rem;border-bottom:1px solid {RULE};padding-bottom:.5rem}}"
          f"th{{text-align:left;vertical-align:top;color:{DIM};font:600 .75rem/2 system-ui,sans-serif;letter-spacing:.06em;"
          f"padding-right:1.5rem;white-space:nowrap}}td{{vertical-align:top}}.weak{{color:{DIM}}}.warn{{color:{WARN};font-weight:600}}")


def html_card(rows: Sequence[Row]) -> str:
    """One page."""
    head = next(row.text for row in rows if row.name == "VERDICT")
    colour, glyph = TONES[head]
    lines = []
    for row in rows:
        if row.name == "VERDICT":
            continue
        kind = "warn" if row.name in {"STALE", "CRITICAL"} else "weak" if row.weak else ""
        lines.append(f'<tr><th scope="row">{_escaped(row.name)}</th><td class="{kind}">{_escaped(row.text)}</td></tr>')
    body = "\n".join(lines)
    return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Verdict: {_escaped(head)}</title><style>{_STYLE}</style>'
            f'</head><body>\n<h1 style="color:{colour}">{glyph} {_escaped(head)}</h1>\n<table>\n{body}\n</table>\n</body></html>\n')


def svg_card(rows: Sequence[Row]) -> str:
    """A picture as high as its lines."""
    lines = [(row, text, place == 0) for row in rows for place, text in enumerate(_wrapped(row.text))]
    width, height = round(LABEL_PIXELS + WIDTH * LETTER_PIXELS + 2 * EDGE), 2 * EDGE + LINE_PIXELS * len(lines) + 16
    drawn: list[str] = []
    y = EDGE + 16
    for row, text, first in lines:
        if row.name == "VERDICT":
            colour, glyph = TONES[row.text]
            drawn.append(f'<text x="{EDGE}" y="{y}" font-size="20" font-weight="700" fill="{colour}">{glyph} {_escaped(text)}</text>')
            drawn.append(f'<line x1="{EDGE}" y1="{y + 12}" x2="{width - EDGE}" y2="{y + 12}" stroke="{RULE}"/>')
            y += LINE_PIXELS + 12
            continue
        if first and row.name:
            drawn.append(f'<text x="{EDGE}" y="{y}" font-size="11" fill="{DIM}">{_escaped(row.name)}</text>')
        colour = WARN if row.name in {"STALE", "CRITICAL"} else DIM if row.weak else INK
        drawn.append(f'<text x="{EDGE + LABEL_PIXELS}" y="{y}" font-size="13" fill="{colour}">{_escaped(text)}</text>')
        y += LINE_PIXELS
    inside = "\n".join(drawn)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'font-family="ui-monospace, Menlo, Consolas, monospace">\n'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>\n{inside}\n</svg>\n')


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(visible(text, keep_lines=False), WIDTH) or [""]


def _escaped(text: str) -> str:
    return html.escape(visible(text, keep_lines=False))
