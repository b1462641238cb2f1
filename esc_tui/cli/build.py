"""``esc-tui bank build``: compile the starter sources into the template."""

from __future__ import annotations

from pathlib import Path

from esc_tui.cli.common import Exit, put, say
from esc_tui.domain.errors import UserError


def build(output: str, check_only: bool) -> int:
    """Read and check the sources and write the template; prints both hashes."""
    from esc_tui.settings.locator import BANK_NAME, assets_folder
    from esc_tui.starter.build import build_starter
    from esc_tui.starter.sources import read_sources

    sources = read_sources()
    say(f"{len(sources.skills)} skills, {len(sources.dialogues)} dialogues, {len(sources.units)} units: all valid.")
    if check_only:
        return Exit.DONE
    path = Path(output) if output else assets_folder(building=True) / BANK_NAME
    if output and path.exists():
        _must_be_a_template(path)
    for digest in build_starter(path, sources):
        put(digest)
    say(f"Wrote {path}")
    return Exit.DONE


def _must_be_a_template(path: Path) -> None:
    """Refuse to build over anything but an untouched template. Raises UserError."""
    from esc_tui.bank.bank import open_bank

    with open_bank(path, readonly=True) as there:
        if there.head_number > 1 or there.meta("template") or there.conversations(limit=1):
            raise UserError("this is a bank that somebody works with", str(path), "choose another name with --output")
