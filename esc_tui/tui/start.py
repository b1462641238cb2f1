"""What the program is started with and what it knows before anything heavy is loaded; standard library only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from esc_tui.domain.errors import UserError
from esc_tui.domain.text import visible

MODES = ("all-in-one", "one-by-one", "single")
THEMES = ("esc-dark", "esc-light", "esc-high-contrast", "esc-ansi")


@dataclass(frozen=True, slots=True)
class Head:
    """What the header says of the bank. ``name`` is the file's stem; ``revision`` 0 while unknown.

    ``last_pane`` is the pane that was in front when the program ended the last time.
    """

    name: str = ""
    revision: int = 0
    short_hash: str = ""
    active_skills: int = 0
    view_only: bool = False
    last_pane: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """The wishes of the command line, environment and settings file, joined but not yet checked in full.

    ``pane`` is the pane to open on (empty: the one used last, Chat at first); ``revision`` empty means the newest one;
    ``overrides`` are the command line's own values, for the settings model to check later.
    """

    bank: Path
    pane: str = ""
    engine: str = "embedded"
    endpoint: str = ""
    model: str = ""
    mode: str = "all-in-one"
    bank_used: bool = True
    revision: str = ""
    theme: str = "esc-dark"
    reveal: bool = True
    first_run: bool = False
    notices: tuple[str, ...] = ()
    overrides: Mapping[str, Any] = field(default_factory=dict)


def start_from(options: Mapping[str, str | bool]) -> Start:
    """Join options, environment and settings file, and find or make the bank.

    Values are only glanced at here; the settings model checks them all after the first paint. Raises UserError when the
    mode, the engine or the bank cannot be what is asked for.
    """
    values: dict[str, Any] = _file_values()
    for name in ("bank", "engine", "endpoint", "model", "mode", "theme", "reveal"):
        if os.environ.get(f"ESC_TUI_{name.upper()}"):
            values[name] = os.environ[f"ESC_TUI_{name.upper()}"]
    overrides = {key: value for key, value in options.items() if key not in {"no_bank", "revision"}}
    if overrides.get("endpoint") and "engine" not in overrides:
        overrides["engine"] = "endpoint"
    values |= overrides
    mode, engine = str(values.get("mode") or "all-in-one"), str(values.get("engine") or "embedded")
    if mode not in MODES:
        raise UserError(f"there is no mode '{mode}'", "--mode", f"choose {', '.join(MODES)}")
    if engine not in {"embedded", "endpoint"}:
        raise UserError(f"there is no engine '{engine}'", "--engine", "choose embedded or endpoint")
    theme, notices = str(values.get("theme") or THEMES[0]), []
    if f"esc-{theme}" in THEMES:
        theme = f"esc-{theme}"
    if theme not in THEMES:
        if "theme" in overrides:
            raise UserError(f"there is no theme '{visible(theme, keep_lines=False)}'", "--theme", f"choose {', '.join(THEMES)}")
        notices.append(f"There is no theme '{visible(theme, keep_lines=False)}', so {THEMES[0]} is used; choose {', '.join(THEMES)}.")
        theme = THEMES[0]
    bank, made = _find_bank(str(values.get("bank") or ""))
    _must_open(bank)
    return Start(
        bank=bank, engine=engine, endpoint=str(values.get("endpoint") or ""), model=str(values.get("model") or ""),
        mode=mode, bank_used=not options.get("no_bank"), revision=str(options.get("revision") or ""),
        theme=theme, reveal=str(values.get("reveal", True)).lower() not in {"false", "0"},
        first_run=made, overrides=overrides, notices=tuple(notices))


def _must_open(bank: Path) -> None:
    """Raise BankError for a file that is no bank, is newer than the program or cannot be read, before any pane opens."""
    from esc_tui.bank.connection import connect

    connect(bank, "read", busy_milliseconds=200).close()


def _file_values() -> dict[str, Any]:
    named = os.environ.get("ESC_TUI_CONFIG")
    if named:
        path = Path(named)
    else:
        from platformdirs import user_config_path

        path = user_config_path("esc-tui") / "settings.toml"
    if not path.exists():
        return {}
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("the settings file cannot be read", str(path),
                        "check its permissions and that it is UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"the settings file is not TOML ({error})", str(path),
                        "correct the line or delete the file") from error


def _find_bank(wanted: str) -> tuple[Path, bool]:
    """The bank's path, and whether it was made just now from the template."""
    from esc_tui.settings.files import named_path
    from esc_tui.settings.locator import default_bank_path

    path = named_path(wanted) if wanted else default_bank_path()
    if path.exists():
        return path, False
    if wanted and not path.parent.is_dir():
        raise UserError("the folder of the bank does not exist", str(path.parent),
                        "create it or choose another with --bank")
    from esc_tui.bank.template import create_bank_unless_there
    from esc_tui.settings.locator import template_path

    return path, create_bank_unless_there(template_path(), path, make_parents=not wanted)
