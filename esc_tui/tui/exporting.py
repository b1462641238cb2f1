"""Writing a talk to a file beside the person; imported when first asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.interchange.talk_export import ExportFormat


def export_to_file(bank: Path, conversation: str, form: ExportFormat, folder: Path | None = None) -> str:
    """Write a talk into ``folder`` (the one the program was started in) under a name nobody has; gives the path.

    Raises UserError when the folder cannot be written.
    """
    from esc_tui.bank.reading import open_reader
    from esc_tui.interchange.talk_export import ENDINGS, export_talk

    with open_reader(bank) as reader:
        events = reader.events(conversation)
    text = export_talk(events, form)
    folder = Path.cwd() if folder is None else folder
    stem = f"esc-talk-{events[0].time[:10]}" if events else "esc-talk"
    try:
        for number in range(1, 1000):
            path = folder / f"{stem}{f'-{number}' if number > 1 else ''}{ENDINGS[form]}"
            try:
                with path.open("x", encoding="utf-8") as file:
                    file.write(text)
            except FileExistsError:
                continue
            return str(path)
    except OSError as error:
        raise UserError(f"the talk cannot be written ({error.strerror})", str(folder), "start the program in another folder") from error
    raise UserError("there are too many exported talks already", str(folder), "move some away")
