"""The ``esc-tui`` command: without a sub-command it opens the panes, with one it works headless.

The way to the panes imports neither typer nor anything else that the first screen does not need.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from esc_tui import __version__

_VALUED = ("bank", "engine", "endpoint", "model", "mode", "seed", "revision", "theme", "prompts", "region", "author", "annotator")
_FLAGS = ("no-bank",)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code (0 done, 1 failed, 2 wrong use, 3 the endpoint failed, 130 ctrl+c)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        print(f"esc-tui {__version__}")
        return 0
    options = _pane_options(arguments)
    completing = any(name.startswith("_ESC_TUI") or name == "_TYPER_COMPLETE_ARGS" for name in os.environ)
    if options is None or completing:
        try:
            from esc_tui.cli.commands import run

            return run(arguments)
        except KeyboardInterrupt:  # while the command was still being loaded
            return 130
    return _open_panes(options)


def _pane_options(arguments: list[str]) -> dict[str, str | bool] | None:
    """The options when the line asks for the panes and nothing else; None when a sub-command or help is wanted."""
    found: dict[str, str | bool] = {}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.removeprefix("--").partition("=")
        if not argument.startswith("--"):
            return None
        if name in _FLAGS and not equals:
            found[name.replace("-", "_")] = True
        elif name in _VALUED:
            taken = value if equals else next(rest, None)
            if taken is None:
                return None
            found[name] = taken
        else:
            return None
    return found


def _open_panes(options: dict[str, str | bool]) -> int:
    problem = _terminal_problem()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    from esc_tui.domain.errors import UserError, WrongUseError

    try:
        from esc_tui.tui.app import run_app

        return run_app(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, WrongUseError) else 1


def _terminal_problem() -> str:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        return "esc-tui needs a terminal for its panes; without one, use 'esc-tui chat' or another command (esc-tui --help)."
    if os.environ.get("TERM", "") in {"", "dumb"}:
        return "This terminal cannot move its cursor (TERM=dumb); use 'esc-tui chat', which prints plain lines."
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        return (f"This terminal speaks {sys.stdout.encoding or 'no known encoding'}, the panes need UTF-8; "
                "set LANG=C.UTF-8 or use 'esc-tui chat'.")
    variable, name = _locale()
    if name and "utf8" not in name.lower().replace("-", ""):
        return (f"{variable} is {name}, which is not UTF-8 as the panes need it; set {variable}=C.UTF-8 "
                "or use 'esc-tui chat'.")
    return ""


def _locale() -> tuple[str, str]:
    """The variable that decides on the locale's characters, with its value; empty when none is set.

    Python itself puts LC_CTYPE=C.UTF-8 over a C locale (PEP 538), which says nothing about the terminal.
    """
    for variable in ("LC_ALL", "LC_CTYPE", "LANG"):
        name = os.environ.get(variable, "")
        if name and not (variable == "LC_CTYPE" and name == "C.UTF-8" and os.environ.get("LANG") in {"C", "POSIX"}):
            return variable, name
    return "", ""
