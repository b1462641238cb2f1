"""Asking which files of dialogues to import, and under which licence and name where the files do not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.file_form import FileForm, FormField, FormLine, Found, form_commands
from esc_tui.tui.panes.evidence.look import clean
from widgets.page import Block, Page
from widgets.toned import ink

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What is to be imported; ``licence`` and ``source`` empty where the files tell or the file's name will do."""

    paths: tuple[str, ...]
    licence: str = ""
    source: str = ""

    @property
    def arguments(self) -> list[str]:
        """The command line for it."""
        named = [part for name, value in (("--licence", self.licence), ("--source", self.source)) if value for part in (name, value)]
        return ["import", *named, "--", *self.paths]

    @property
    def title(self) -> str:
        """What is being done."""
        first = clean(Path(self.paths[0]).name)
        return f"Importing {first}" if len(self.paths) == 1 else f"Importing {len(self.paths)} files"


class ImportField(FormField):
    """One line of the form."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = form_commands("import", "Import", "Nothing is imported.")
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class ImportScreen(FileForm[ImportWish]):
    """Gives what is to be imported, or None after Esc."""

    DEFAULT_CSS = """
    ImportScreen Horizontal { margin: 1 0 0 0; }
    ImportScreen .form-name { width: 11; }
    ImportScreen Page { margin: 1 0 0 11; max-width: 96; }
    """
    PREFIX = "import"
    TITLE_LINE = "Import dialogues"
    LINES = (
        FormLine("paths", "Files", "path of a file, or several", files=True),
        FormLine("licence", "Licence", "only where the file does not tell, e.g. CC BY-NC 4.0"),
        FormLine("source", "Corpus", "name of the corpus; else the file's name"),
    )
    FIELD = ImportField

    def below(self, line: FormLine) -> Iterable[Widget]:
        """The files, a line each."""
        yield Page(id="import-found")

    def show_found(self, name: str, found: list[Found]) -> None:
        """Show what the paths name; nobody is left to be shown anything once the form is closed."""
        for page in self.query("#import-found").results(Page):
            page.show(found_blocks(found))

    def on_mount(self) -> None:
        """No file yet; the rest is done by the form, whose own handler runs too."""
        self.show_found("paths", [])

    async def action_take(self) -> None:
        """Import, when every file is there."""
        found = await self.named("paths")
        self.show_found("paths", found)
        bad = next((one for one in found if not one.good), None)
        if not found:
            self.say("Name a file first.")
        elif bad is not None:
            self.say(f"{clean(Path(bad.path).name)}: {bad.note}.")
        else:
            licence, source = (" ".join(self.field(name).value.split()) for name in ("licence", "source"))
            self.dismiss(ImportWish(tuple(one.path for one in found), licence, source))


def found_blocks(found: Sequence[Found]) -> list[Block]:
    """What the paths name, a line each."""
    blocks = [Block(ink(clean(one.path), "text" if one.good else "caution"), ink("✓" if one.good else "!", "helped" if one.good
                    else "caution"), 2, right=ink(clean(one.note), "dim" if one.good else "caution")) for one in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        blocks.append(Block(ink(f"and {len(found) - MOST_SHOWN} more", "dim"), indent=2))
    return blocks or [Block(ink("ESConv, FailedESConv, ChatML or ShareGPT, as JSON or JSON lines.", "dim"))]
