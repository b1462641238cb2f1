"""``esc-tui guard``: the crisis guard over lines of JSON."""

from __future__ import annotations

import io
from pathlib import Path

from esc_tui.cli.common import Exit, put, standard_input
from esc_tui.domain.errors import UserError, WrongUseError


def run_guard(file: str) -> int:
    """Check every line of ``file`` (``-`` is standard input). Returns 1 when any line was bad."""
    from esc_tui.guard.batch import check_lines

    code = Exit.DONE
    try:
        if file == "-":
            source = io.TextIOWrapper(standard_input(), encoding="utf-8", errors="replace")
            for line, fine in check_lines(source):
                put(line)
                code = code if fine else Exit.FAILED
            return code
        with Path(file).open(encoding="utf-8", errors="replace") as opened:
            for line, fine in check_lines(opened):
                put(line)
                code = code if fine else Exit.FAILED
    except FileNotFoundError as error:
        raise WrongUseError("there is no such file", file, "check its name") from error
    except OSError as error:
        raise UserError(
            f"the file cannot be read ({error.strerror})", file, "check its name and permissions"
        ) from error
    return code
