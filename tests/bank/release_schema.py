"""Writes the fixture bank as SQL, once for each released schema: ``python -m tests.bank.release_schema``."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from esc_tui.bank.schema import APPLICATION_ID, SCHEMA_VERSION
from tests.support_bank import small_bank_file

RELEASED = Path(__file__).parent / "released"


def dump(path: Path) -> str:
    """A bank as an SQL script: every statement of its schema and every row, those of the search indexes by their words."""
    connection = sqlite3.connect(path)
    try:
        schema = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
        virtual = [name for _, name, sql in schema if sql.startswith("CREATE VIRTUAL")]
        lines = ["PRAGMA foreign_keys = OFF;", "BEGIN;"]
        rows: list[str] = []
        for kind, name, sql in schema:
            if name.startswith("sqlite_") or (name not in virtual and any(name.startswith(f"{one}_") for one in virtual)):
                continue
            lines.append(f"{sql};")
            if kind == "table" and "fts5vocab" not in sql:
                columns = [row[1] for row in connection.execute("SELECT * FROM pragma_table_info(?)", (name,))]
                columns = ["rowid", *columns] if name in virtual else columns
                names = ", ".join(f'"{column}"' for column in columns)
                quoted = " || ', ' || ".join(f'quote("{column}")' for column in columns)
                rows += [f"INSERT INTO {name} ({names}) VALUES ({values});"
                         for (values,) in connection.execute(f"SELECT {quoted} FROM {name}")]
    finally:
        connection.close()
    return "\n".join([*lines, *rows, "COMMIT;", f"PRAGMA application_id = {APPLICATION_ID};",
                      f"PRAGMA user_version = {SCHEMA_VERSION};", ""])


if __name__ == "__main__":
    RELEASED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        text = dump(small_bank_file(Path(folder)))
    (RELEASED / f"schema_{SCHEMA_VERSION}.sql").write_text(text, encoding="utf-8")
