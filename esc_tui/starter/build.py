"""Compiling the starter sources into the template bank; same sources, same hashes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.template import build_template
from esc_tui.starter.sources import AUTHOR, FIXED_TIME, Sources, read_sources


def build_starter(path: Path, sources: Sources | None = None,
                  learned: Callable[[BankConnection], object] | None = None) -> tuple[str, str]:
    """Write the template bank to ``path`` (replacing it) and give its two hashes: of the skills, and of all the rest.

    ``learned`` stores the models learned from the sample dialogues; they are in neither hash.
    """
    sources = sources or read_sources()
    return build_template(
        path,
        skills=sources.skills,
        dialogues=sources.dialogues,
        units_labelled=sources.units,
        profiles=sources.profiles,
        evidence_rows=sources.evidence,
        time=FIXED_TIME,
        author=AUTHOR,
        learned=learned,
    )
