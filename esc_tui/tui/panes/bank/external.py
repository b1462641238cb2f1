"""A skill in the person's own editor, as SKILL.md: written to a private file, read back, nothing lost on an error."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from esc_tui.domain.errors import UserError

FALLBACKS = ("nano", "vim", "vi", "notepad")


def editor_command() -> list[str]:
    """The editor of this person: $VISUAL, $EDITOR, or one that is usually there. Raises UserError when there is none."""
    for name in ("VISUAL", "EDITOR"):
        wanted = os.environ.get(name, "").strip()
        if wanted:
            command = shlex.split(wanted)
            if shutil.which(command[0]) is None:
                raise UserError(f"the editor '{command[0]}' is not to be found", f"${name}", "set it to an editor you have")
            return command
    for name in FALLBACKS:
        found = shutil.which(name)
        if found:
            return [found]
    raise UserError("no editor is known", "$EDITOR", "set it, for example: export EDITOR=nano")


def write_file(slug: str, text: str) -> Path:
    """A private SKILL.md in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix=f"esc-tui-{slug[:40]}-"))
    path = folder / "SKILL.md"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path


def run_editor(path: Path) -> None:
    """Open the file and wait. Raises UserError when the editor cannot run or says that it failed."""
    command = editor_command()
    try:
        done = subprocess.run([*command, str(path)], check=False)  # noqa: S603
    except OSError as error:
        raise UserError(f"the editor '{command[0]}' did not start ({error.strerror})", "$EDITOR", "set it to another one") from error
    if done.returncode:
        raise UserError(f"the editor ended with code {done.returncode}", str(path), "your text is still in this file")


def read_file(path: Path) -> str:
    """The text as it was left. Raises UserError when it is no UTF-8 text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("the file cannot be read back as UTF-8 text", str(path), "save it again as UTF-8") from error


def forget_file(path: Path) -> None:
    """Remove the file and its folder once its text is safe."""
    shutil.rmtree(path.parent, ignore_errors=True)

