"""Copying with the system's own clipboard command, beside the terminal's OSC 52; nothing is sent anywhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def clipboard_command() -> list[str] | None:
    """The command of this system that reads text from standard input into the clipboard, or None."""
    if sys.platform == "darwin":
        wanted = [["pbcopy"]]
    elif sys.platform == "win32":
        wanted = [["clip"]]
    else:
        wanted = []
        if os.environ.get("WAYLAND_DISPLAY"):
            wanted.append(["wl-copy"])
        if os.environ.get("DISPLAY"):
            wanted += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
    for command in wanted:
        found = shutil.which(command[0])
        if found:
            return [found, *command[1:]]
    return None


def copy_with_command(text: str) -> bool:
    """Copy; False when there is no such command or it failed. Blocks for two seconds at most."""
    command = clipboard_command()
    if command is None:
        return False
    try:
        done = subprocess.run(command, input=text.encode(), check=False, timeout=2, stdout=subprocess.DEVNULL,  # noqa: S603
                              stderr=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
