"""A measurement as a file: CSV with every number, Markdown and HTML with the tables. Nothing in them calls anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any

from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.text import spreadsheet_cell
from esc_tui.evaluate.tables import (
    GROUPS,
    MEASURES,
    STRATEGY_MEASURES,
    WORDING_MEASURES,
    Figure,
    counted_of,
    dialogues_of,
    figure,
    notes_of,
    published_range,
    rows,
    shown,
    system_of,
    title_of,
)
from esc_tui.settings.files import named_path, write_new

Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""A heading, column headings and rows of text."""


def as_csv(result: Mapping[str, Any]) -> str:
    """One number a line: measure, group, value, low, high, unit and source ("this" or the paper); shares from 0 to 1."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["measure", "turns", "value", "low", "high", "unit", "system", "source", "note"])
    system = f"{title_of(result)}, {dialogues_of(result)}, {system_of(result)}"
    for group, _ in GROUPS:
        part = result if group == "all" else result.get("by", {}).get(group, {})
        writer.writerow(["items", group, part.get("items", ""), "", "", "turns", spreadsheet_cell(system), "this", ""])
        for one in MEASURES:
            if figure(result, one.name, group) is not None:
                low, high = part.get("intervals", {}).get(one.name, ("", ""))
                unit = "share" if one.unit == "%" else one.unit
                writer.writerow([one.name, group, part[one.name], low, high, unit, spreadsheet_cell(system), "this", ""])
    for row in result.get("published", ()):
        for name, value in row["values"].items():
            said = [spreadsheet_cell(row[key]) for key in ("system", "source", "note")]
            writer.writerow([name, row["group"], value, "", "", "share", *said])
    confusion = result.get("confusion", {})
    for truth, cells in zip(confusion.get("strategies", ()), confusion.get("cells", ()), strict=False):
        for guess, count in zip(confusion["strategies"], cells, strict=True):
            writer.writerow(["confusion", "all", count, "", "", "turns", f"did {truth}, planned {guess}", "this", ""])
    return out.getvalue()


def tables_of(result: Mapping[str, Any]) -> list[Table]:
    """The tables of a result as text, in percent."""
    found: list[Table] = []
    for heading, measures in (("Strategies", STRATEGY_MEASURES), ("Words of the replies", WORDING_MEASURES)):
        lines = [[f"{one.label}, {one.unit}", *(_figure(figures[group]) for group, _ in GROUPS), published_range(result, one.name)]
                 for one, figures in rows(result, measures)]
        if lines:
            found.append((heading, ["", *(f"{heading} turns" for _, heading in GROUPS), "published"], lines))
    confusion = result.get("confusion", {})
    if confusion:
        found.append(("First strategy: rows what people did, columns what was planned", ["", *confusion["tags"]],
                      [[name, *(str(count) for count in cells)]
                       for name, cells in zip(confusion["strategies"], confusion["cells"], strict=True)]))
    published = [[row["system"] + ("" if row["group"] == "all" else ", multi turns"),
                  ", ".join(f"{_label(name)} {round(100 * value, 2):g}" for name, value in row["values"].items()),
                  row["source"], row["note"]]
                 for row in result.get("published", ())]
    if published:
        found.append(("Published, in percent", ["system", "numbers", "source", "to mind when comparing"], published))
    return found


def _label(name: str) -> str:
    return next((one.label for one in MEASURES if one.name == name), name)


def _figure(found: Figure | None) -> str:
    return "" if found is None else f"{found.text} {found.interval}".strip()


def _facts(result: Mapping[str, Any]) -> str:
    return f"{system_of(result)}. {counted_of(result)}."


def as_markdown(result: Mapping[str, Any]) -> str:
    """The tables as Markdown; text of others cannot become markup."""
    lines = [f"# Responses: {_plain(title_of(result))}", "", _plain(_facts(result)), ""]
    for heading, columns, cells in tables_of(result):
        lines += [f"## {_plain(heading)}", "", "| " + " | ".join(_plain(column) for column in columns) + " |",
                  "|" + "---|" + "---:|" * (len(columns) - 1)]
        lines += ["| " + " | ".join(_plain(cell) for cell in row) + " |" for row in cells]
        lines.append("")
    lines += [f"- {_plain(note)}" for note in notes_of(result)]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    cleaned = shown(text)
    for mark in ("\\", "|", "`", "*", "_", "[", "]", "<", ">", "#"):
        cleaned = cleaned.replace(mark, f"\\{mark}")
    return cleaned


_STYLE = ("body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#332b24;background:#fbf7f0}"
          "table{border-collapse:collapse;margin:1rem 0 2rem}td,th{padding:.25rem .8rem;text-align:right;border-bottom:1px solid #d9cdbd}"
          "td:first-child,th:first-child{text-align:left}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}"
          "table.wide td{text-align:left}li{margin:.2rem 0}")


def as_html(result: Mapping[str, Any]) -> str:
    """One page that opens anywhere and calls nothing; confusion cells are shaded and carry their count."""
    parts = [f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title_of(result))}</title><style>{_STYLE}</style>",
             f"<h1>Responses: {escape(title_of(result))}</h1><p>{escape(_facts(result))}</p>"]
    for heading, columns, cells in tables_of(result):
        wide = ' class="wide"' if heading.startswith("Published") else ""
        parts.append(f"<h2>{escape(heading)}</h2><table{wide}><tr>" + "".join(f"<th>{escape(one)}</th>" for one in columns) + "</tr>")
        shade = _shades(cells) if heading.startswith("First strategy") else None
        for at, row in enumerate(cells):
            marks = [""] * len(row) if shade is None else ["", *(f' style="background:rgba(143,53,99,{one:.2f})"' for one in shade[at])]
            parts.append("<tr>" + "".join(f"<td{mark}>{escape(shown(cell))}</td>" for mark, cell in zip(marks, row, strict=True)) + "</tr>")
        parts.append("</table>")
    parts.append("<ul>" + "".join(f"<li>{escape(note)}</li>" for note in notes_of(result)) + "</ul></html>")
    return "\n".join(parts) + "\n"


def _shades(cells: Sequence[Sequence[str]]) -> list[list[float]]:
    """How dark each cell is, 0-0.6, by its share of the row."""
    found = []
    for row in cells:
        counts = [int(cell) for cell in row[1:]]
        whole = sum(counts) or 1
        found.append([round(0.6 * count / whole, 2) for count in counts])
    return found


FORMATS: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType({".csv": as_csv, ".md": as_markdown, ".html": as_html})
"""How a measurement is written, by the ending of the file's name."""


def write_export(result: Mapping[str, Any], path: Path) -> Path:
    """Write a measurement to a new file whose ending names the format; gives the whole path.

    The file is whole and its owner's alone from the moment it is there. Raises UserError for another ending, a file that is
    there already, or a folder that does not exist or cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise WrongUseError(f"'{path.suffix or path.name}' names no format", str(path), f"end the name in {', '.join(FORMATS)}")
    text = FORMATS[ending](result)
    whole = named_path(path)
    try:
        whole = whole.absolute()
        write_new(whole, text.encode())
    except FileExistsError as error:
        raise UserError("there already is a file", str(whole), "choose another name") from error
    except (OSError, ValueError) as error:
        raise UserError(f"the file cannot be written ({getattr(error, 'strerror', None) or error})", str(whole),
                        "choose a folder of your own") from error
    return whole


def free_name(number: int, ending: str) -> Path:
    """A name in the working folder that no file has yet: ``measurement-3.md``, ``measurement-3-2.md``, and so on."""
    folder = Path.cwd()
    names = (f"measurement-{number}{f'-{copy}' if copy > 1 else ''}{ending}" for copy in range(1, 1000))
    return next((folder / name for name in names if not (folder / name).exists()), folder / f"measurement-{number}-1000{ending}")
