"""The embedded engine stays light: what its import must not pull in, and that data are read only when needed."""

from __future__ import annotations

import subprocess
import sys

_PROBE = (
    "import sys, esc_tui.engines.embedded\n"
    "from esc_tui.engines.embedded import words\n"
    "heavy = {'numpy', 'yaml', 'openai', 'sqlite_utils', 'sklearn', 'textual', 'jinja2', 'rapidfuzz'} & set(sys.modules)\n"
    "print(sorted(heavy), words.load_data.cache_info().currsize)\n"
)


def test_the_import_pulls_in_nothing_heavy_and_reads_no_data() -> None:
    done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "[] 0"
