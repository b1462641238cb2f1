"""What is told when the program itself fails: one sentence on the terminal, the details in a private file, no talk in either."""

from __future__ import annotations

import os
import traceback
from pathlib import Path


def crash_sentence(error: BaseException) -> str:
    """Write where it happened to ``crash.txt`` in the state folder (lines of code, no values) and give the sentence."""
    cause = getattr(error, "error", error)
    name = type(cause).__name__
    place = _write(cause)
    kept = "Everything that was shown as saved is in the bank."
    return f"esc-tui had to stop: an error inside the program ({name}). {kept}" + (f" Details: {place}" if place else "")


def _write(error: object) -> Path | None:
    if not isinstance(error, BaseException):
        return None
    from esc_tui.settings.locator import state_path

    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{type(error).__name__}\n", *traceback.format_list(frames)]
    try:
        folder = state_path()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = folder / "crash.txt"
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.writelines(lines)
    except OSError:
        return None
    return place
