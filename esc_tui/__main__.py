"""``python -m esc_tui`` is the same as ``esc-tui``."""

from esc_tui.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
