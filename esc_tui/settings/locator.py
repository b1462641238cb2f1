"""Where the program finds its template and prompts, and where a person's bank lies when nothing else is said."""

from __future__ import annotations

from pathlib import Path

from esc_tui.domain.errors import UserError

BANK_NAME = "bank.db"
PROMPTS_NAME = "prompts"


def assets_folder(*, building: bool = False) -> Path:
    """The folder that holds both ``bank.db`` and ``prompts/``: inside the installed package, else the checkout around it.

    With ``building`` the bank need not be there yet. Raises UserError when neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_assets", package.parent):
        if (building or (folder / BANK_NAME).is_file()) and (folder / PROMPTS_NAME).is_dir():
            return folder
    raise UserError("the starter bank and the prompts are not where they belong", str(package.parent),
                    "install the program again, or run 'esc-tui bank build' in a checkout")


def template_path() -> Path:
    """The template that new banks are made from."""
    return assets_folder() / BANK_NAME


def prompts_path() -> Path:
    """The folder of prompt files that came with the program."""
    return assets_folder() / PROMPTS_NAME


def default_bank_path() -> Path:
    """The person's own bank, in their data directory; nothing is created."""
    import platformdirs

    return Path(platformdirs.user_data_dir("esc-tui", appauthor=False)) / BANK_NAME


def state_path() -> Path:
    """The person's folder for things that may be lost, such as what an endpoint was found to support; nothing is created."""
    import platformdirs

    return Path(platformdirs.user_state_dir("esc-tui", appauthor=False))
