"""The Skills Bank in SQLite: schema, named migrations, revisions, search, units, evidence and talks.

``esc_tui.bank.reading`` holds all that only reads and needs nothing but the standard library; ``esc_tui.bank.bank``
adds what writes.
"""
