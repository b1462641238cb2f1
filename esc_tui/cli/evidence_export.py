"""``esc-tui export units|labels|decisions``: what was labelled, by whom, as CSV or JSON lines, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.cli.common import OR_REPLACE, Exit, open_session_bank, put, say, settings_from
from esc_tui.domain.errors import UserError

if TYPE_CHECKING:
    from esc_tui.interchange.evidence_export import EvidenceFormat, EvidenceKind


def run_evidence_export(bank: str | None, kind: EvidenceKind, form: EvidenceFormat, out: str, replace: bool) -> int:
    """Write them; an older file of that name stays, or with ``replace`` is replaced once the new one is whole. ``out`` empty or ``-``:
    standard output.

    Exit code 1 when the bank has none; then no file is made.
    """
    from esc_tui.interchange.evidence_export import EvidenceCount, evidence_lines
    from esc_tui.settings.files import write_lines

    count = EvidenceCount()
    with open_session_bank(settings_from({"bank": bank}), readonly=True, make=False) as opened:
        lines = evidence_lines(opened.connection, kind, form, count)
        if lines is None:
            raise UserError(f"there are no {kind} to export", str(opened.path), "" if kind == "decisions" else (
                "run 'esc-tui discover units' first"))
        if out in {"", "-"}:
            for line in lines:
                put(line, end="")
        else:
            path = write_lines(out, lines, replace=replace, remedy=OR_REPLACE)
    noun = kind.removesuffix("s") if count.written == 1 else kind
    say(f"Wrote {count.written:,} {noun}" + ("." if out in {"", "-"} else f" to {path}."))
    if count.left_out:
        say(f"Left out: {count.left_out}.")
    return Exit.DONE
