"""What all commands share: exit codes, error sentences, settings from options, opening the bank."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from esc_tui.domain.errors import EndpointError, UserError, WrongUseError
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings


OR_REPLACE = "choose another name, or add --replace"
"""What to do where a file to be written is there already."""


class Exit(IntEnum):
    """Exit codes: 0 done, 1 the work failed, 2 wrong use, 3 the endpoint failed, 130 ended with ctrl+c (128 + the signal's number)."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    ENDPOINT = 3
    INTERRUPTED = 130


def say(text: str) -> None:
    """One line of narration on standard error, with control characters made visible."""
    print(visible(text, keep_lines=False), file=sys.stderr)


class ReaderGoneError(Exception):
    """Whoever read standard output went away. It passes every ``finally`` on its way out, so nothing is left undone."""


def put(text: str = "", end: str = "\n") -> None:
    """One line of data on standard output. Raises ReaderGoneError, which ends the program quietly."""
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        raise ReaderGoneError from None


def open_pipes() -> None:
    """Make standard streams that can be used: a character the terminal cannot show becomes an escape, no failure."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def standard_input() -> BinaryIO:
    """Standard input as bytes; empty when the caller closed it."""
    return sys.stdin.buffer if sys.stdin is not None else io.BytesIO()


def _silence_output() -> None:
    """Send what is still unwritten nowhere, so that the interpreter does not stumble over it at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Turn a person's error into one sentence on standard error and the right exit code."""
    open_pipes()
    try:
        yield
    except (ReaderGoneError, BrokenPipeError):
        _silence_output()
        raise SystemExit(Exit.DONE) from None
    except EndpointError as error:
        say(str(error))
        raise SystemExit(Exit.ENDPOINT) from None
    except WrongUseError as error:
        say(str(error))
        raise SystemExit(Exit.WRONG_USE) from None
    except UserError as error:
        say(str(error))
        raise SystemExit(Exit.FAILED) from None
    except KeyboardInterrupt:
        raise SystemExit(Exit.INTERRUPTED) from None


def settings_from(options: dict[str, Any]) -> Settings:
    """Settings with the command line's options on top (None counts as not given).

    Raises WrongUseError for a value that cannot be, or a folder of prompts that is not there.
    """
    from esc_tui.settings.files import named_path
    from esc_tui.settings.model import load_settings

    given = {key: value for key, value in options.items() if value is not None}
    if given.get("endpoint") and "engine" not in given:
        given["engine"] = "endpoint"
    settings = load_settings(given)
    if given.get("prompts") and not named_path(settings.prompts).is_dir():
        raise WrongUseError("there is no such folder", f"--prompts {given['prompts']}", "name a folder of prompt files")
    return settings


def bank_path(settings: Settings, *, make: bool = True) -> Path:
    """The bank these settings mean; made from the template when it is not there yet, with one line that says so.

    With ``make`` false only the person's own bank is made; one that was named must be there. Raises UserError.
    """
    from esc_tui.bank.connection import telling
    from esc_tui.bank.template import create_bank_unless_there
    from esc_tui.settings.files import named_path
    from esc_tui.settings.locator import default_bank_path, template_path

    path = named_path(settings.bank) if settings.bank else default_bank_path()
    with telling(path):
        if path.exists():
            return path
        if settings.bank and not make:
            raise WrongUseError("there is no bank here", str(path),
                                f"check the path, or make a bank with 'esc-tui import FILES --bank {path}'")
        if settings.bank and not path.parent.is_dir():
            raise WrongUseError(
                "the folder of the bank does not exist", str(path.parent), "create it or choose another with --bank"
            )
    if create_bank_unless_there(template_path(), path, make_parents=not settings.bank):
        say(f"Made a new bank from the starter bank: {path}")
    return path


def confirmed(said: str, question: str, kept: str, way: str) -> bool:
    """Say what is at stake and ask; on a no ``kept`` is said. Raises UserError where nobody can be asked: ``kept``, and the ``way`` that
    needs no question.
    """
    import typer

    say(said)
    if not sys.stdin.isatty():
        raise UserError(f"nobody can be asked here, so {kept}", "", way)
    if typer.confirm(question, err=True):
        return True
    say(f"{kept[:1].upper()}{kept[1:]}.")
    return False


def open_session_bank(settings: Settings, *, readonly: bool = False, make: bool = True) -> Bank:
    """Open the bank of the settings; a bank that cannot be written says so and opens view-only. ``make``: see ``bank_path``."""
    from esc_tui.bank.bank import open_bank

    bank = open_bank(bank_path(settings, make=make), readonly=readonly)
    if bank.view_only and not readonly:
        say(f"{bank.path}: opened view-only: {bank.view_only_reason}")
    return bank


def author_of(settings: Settings) -> str:
    """Who is named in the history: the settings' author or annotator, else the login name."""
    if settings.named_author:
        return settings.named_author
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"
