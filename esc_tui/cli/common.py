"""What all commands share: exit codes, error sentences, settings from options, opening the bank."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esc_tui.domain.errors import EndpointError, UserError
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.settings.model import Settings


class Exit(IntEnum):
    """Exit codes: 0 done, 1 the work failed, 2 wrong use, 3 the endpoint failed."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    ENDPOINT = 3


def say(text: str) -> None:
    """One line of narration on standard error, with control characters made visible."""
    print(visible(text, keep_lines=False), file=sys.stderr)


def put(text: str = "") -> None:
    """One line of data on standard output; a reader that went away ends the program quietly."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        sys.stdout = None
        os._exit(Exit.DONE)


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Turn a person's error into one sentence on standard error and the right exit code."""
    try:
        yield
    except EndpointError as error:
        say(str(error))
        raise SystemExit(Exit.ENDPOINT) from None
    except UserError as error:
        say(str(error))
        raise SystemExit(Exit.FAILED) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def settings_from(options: dict[str, Any]) -> Settings:
    """Settings with the command line's options on top (None counts as not given)."""
    from esc_tui.settings.model import load_settings

    given = {key: value for key, value in options.items() if value is not None}
    if given.get("endpoint") and "engine" not in given:
        given["engine"] = "endpoint"
    return load_settings(given)


def bank_path(settings: Settings) -> Path:
    """The bank these settings mean; made from the template when it is not there yet, with one line that says so."""
    from esc_tui.bank.template import create_bank_from_template
    from esc_tui.settings.locator import default_bank_path, template_path

    path = Path(settings.bank).expanduser() if settings.bank else default_bank_path()
    if not path.exists():
        if settings.bank and not path.parent.is_dir():
            raise UserError(
                "the folder of the bank does not exist", str(path.parent), "create it or choose another with --bank"
            )
        create_bank_from_template(template_path(), path, make_parents=not settings.bank)
        say(f"Made a new bank from the starter bank: {path}")
    return path


def open_session_bank(settings: Settings, *, readonly: bool = False) -> Bank:
    """Open the bank of the settings; a bank that cannot be written says so and opens view-only."""
    from esc_tui.bank.bank import open_bank

    bank = open_bank(bank_path(settings), readonly=readonly)
    if bank.view_only and not readonly:
        say(f"{bank.path}: opened view-only: {bank.view_only_reason}")
    return bank


def author_of(settings: Settings) -> str:
    """Who is named in the history: the setting, else the login name."""
    if settings.author:
        return settings.author
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"
