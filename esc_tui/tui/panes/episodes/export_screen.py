"""Where a run or an episode is to be written: the form, the question before a file is replaced, and the writing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import SEALED_SHELVES
from esc_tui.settings.files import named_path, write_lines
from esc_tui.tui.commands import bindings
from esc_tui.tui.file_form import FileForm, FormField, FormLine, Found, form_commands
from esc_tui.tui.panes.episodes.figures import clean
from esc_tui.tui.panes.episodes.following import with_retired
from widgets.page import Block, Page
from widgets.toned import ink

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.bank.runs import RunRow
    from esc_tui.interchange.episode_export import EpisodeFormat, ExportCount


@dataclass(frozen=True, slots=True)
class ExportWish:
    """Where to write; ``replace`` when the person agreed to the loss of the file that has the name."""

    path: Path
    replace: bool = False


def free_path(folder: Path, stem: str, suffix: str = ".jsonl") -> Path:
    """A name in a folder that no file has: ``run-3.jsonl``, else ``run-3-2.jsonl`` and so on."""
    names = (folder / f"{stem}{'' if number == 1 else f'-{number}'}{suffix}" for number in range(1, 1000))
    return next((path for path in names if not path.exists()), folder / f"{stem}{suffix}")


class ExportField(FormField):
    """The line for the file."""

    OWN_COMMANDS: ClassVar = form_commands("export", "Write", "Nothing is written.")
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class ExportScreen(FileForm[ExportWish]):
    """Gives where to write, or None after Esc; a file that is there is replaced after a question alone."""

    DEFAULT_CSS = """
    ExportScreen Horizontal { margin: 1 0 0 0; }
    ExportScreen .form-name { width: 11; }
    ExportScreen Page { margin: 1 0 0 11; max-width: 96; }
    """
    HELP_TITLE = "Export"
    HELP_TEXT = "The file is readable by you alone, and whole or not there at all. One that exists is replaced only after a question."
    PREFIX = "export"
    LINES = (FormLine("path", "File", "path of the new file", files=True),)
    FIELD = ExportField
    SELECT_ON_FOCUS = False

    def __init__(self, what: str, path: Path) -> None:
        self.TITLE_LINE = f"Write {what} to which file?"  # type: ignore[misc]
        super().__init__()
        self.values["path"] = str(path)

    def below(self, line: FormLine) -> Iterable[Widget]:
        """What has the name now."""
        yield Page(id="export-found")

    def show_found(self, name: str, found: list[Found]) -> None:
        """Say whether the name is free."""
        there = bool(found) and found[0].good
        said = f"There is a file of this name ({found[0].note}); you will be asked before it is replaced." if there else "A new file."
        self.query_one("#export-found", Page).show([Block(ink(clean(said), "caution" if there else "dim"),
                                                          ink("!" if there else "", "caution"), 2 if there else 0)])

    async def named(self, name: str) -> list[Found]:
        """The one file that the line names: blanks and stars are letters of its name."""
        return await asyncio.to_thread(_looked_up, self.field(name).value.strip())

    async def action_take(self) -> None:
        """Write, when the place is one."""
        text = self.field("path").value.strip()
        try:
            path = named_path(text).absolute()
            wrong = ("name a file first" if not text else "this is a folder; name a file in it" if path.is_dir()
                     else "" if path.parent.is_dir() else "there is no such folder")
            there = path.exists()
        except (UserError, OSError, ValueError) as error:
            self.say(f"{clean(getattr(error, 'what', '') or str(error)).rstrip('.')}.")
            return
        if wrong:
            self.say(f"{wrong[0].upper()}{wrong[1:]}.")
        elif there:
            self.run_worker(self._ask(path), group="export-ask", exclusive=True)
        else:
            self.dismiss(ExportWish(path))

    async def _ask(self, path: Path) -> None:
        from esc_tui.tui.ask import Answer, AskScreen

        other = await asyncio.to_thread(free_path, path.parent, path.stem, path.suffix)
        answer = await self.app.push_screen_wait(AskScreen(
            f"{clean(path.name)} is there already.", "What stands in it would be lost.",
            [Answer("k", f"keep it, write {clean(other.name)}", "keep"), Answer("r", "replace it", "replace")]))
        if answer is not None:
            self.dismiss(ExportWish(path, True) if answer == "replace" else ExportWish(other))


def _looked_up(text: str) -> list[Found]:
    try:
        path = named_path(text).absolute()
        return [Found(str(path), f"{max(1, round(path.stat().st_size / 1000)):,} kB", True)] if text and path.is_file() else []
    except (UserError, OSError, ValueError):
        return []


def write_episodes(bank: BankReader, run: RunRow, number: int | None, form: EpisodeFormat, wish: ExportWish) -> ExportCount:
    """Write a run, or one episode of it; what the file holds and what was left out. When nothing may be written no file is made.

    Raises UserError when the file cannot be made, or came to be there meanwhile.
    """
    from esc_tui.bank.episodes import episode_rows, find_episode
    from esc_tui.interchange.episode_export import ExportCount, episode_lines
    from esc_tui.interchange.sage.results import USUAL_TARGET

    connection = bank.connection
    rows = episode_rows(connection, run.number) if number is None else [find_episode(connection, f"{run.number}/{number}")]
    open_rows = [row for row in with_retired(bank, rows) if row.shelf not in SEALED_SHELVES]
    count = ExportCount(sealed=len(rows) - len(open_rows))
    lines = episode_lines(connection, open_rows, form, count, str(run.settings.get("target") or USUAL_TARGET))
    first = next(lines, None)
    if first is not None:
        write_lines(wish.path, chain([first], lines), replace=wish.replace)
    return count
