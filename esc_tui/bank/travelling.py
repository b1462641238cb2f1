"""What of a bank goes to another machine that plays episodes: a small file with what a supporter reads, and nothing else.

Tables are taken over by name, so what is added to a bank later stays at home until somebody decides about it here.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.bank.connection import connect, guard_file, telling

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader

TAKEN = (
    ("meta", "*", "1"),
    ("revisions", "*", "1"),
    ("skill_versions", "*", "1"),
    ("revision_skills", "*", "1"),
    ("evidence", "*", "1"),
    ("evidence_snapshots", "*", "1"),
    ("evidence_left_out", "*", "1"),
    ("dialogues", "id, source, licence, language, helped, conversation, '' AS header, '' AS hash", "1"),
    ("units", "*", "1"),
    ("unit_search", "rowid, words", "1"),
    ("artefacts", "*", "kind = 'planner'"),
    ("artefact_parts", "*", "artefact IN (SELECT number FROM main.artefacts)"),
)
"""Table, columns and rows, in this order. Of a dialogue only where it is from and under which licence: no word of it."""


def travelling_copy(bank: BankReader) -> bytes:
    """A bank file with skills, outcomes, units and learned planners, as bytes; the bank itself is only read.

    Without talks, episodes, seekers' profiles, dialogues' words, labels' authors, drafts, vectors, kept answers and the interface's state.
    Raises BankError when the temporary file cannot be written.
    """
    from esc_tui.bank.migrations import create

    with tempfile.TemporaryDirectory(prefix="esc-tui-") as folder:
        path = Path(folder) / "bank.db"
        create(path)
        guard_file(path)
        copy = connect(path, "write")
        try:
            copy.run("PRAGMA foreign_keys = OFF")
            copy.run("PRAGMA secure_delete = OFF")
            copy.run("PRAGMA journal_mode = MEMORY")
            copy.run("ATTACH ? AS whole", (f"{bank.path.absolute().as_uri()}?mode=ro{'&immutable=1' if bank.immutable else ''}",))
            with copy.transaction():
                for table, columns, rows in TAKEN:
                    names = [row[0] for row in copy.rows(f"SELECT name FROM pragma_table_info('{table}') ORDER BY cid")]
                    into = ", ".join(f'"{name}"' for name in names) if columns == "*" else _names(columns)
                    copy.run(f"DELETE FROM main.{table}")
                    copy.run(f"INSERT INTO main.{table} ({into}) SELECT {into if columns == '*' else columns} FROM whole.{table} "
                             f"WHERE {rows}")
            copy.run("DETACH whole")
        finally:
            copy.close()
        with telling(path):
            return path.read_bytes()


def _names(columns: str) -> str:
    return ", ".join(column.rpartition(" AS ")[2].strip() for column in columns.split(","))
