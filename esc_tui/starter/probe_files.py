"""Reading the probe shelf: one YAML file for each group, a list of probes in the order of their numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from esc_tui.domain.errors import UserError
from esc_tui.domain.probe import PROBE_GROUPS, Probe
from esc_tui.starter.sources import HERE


def read_probes(folder: Path = HERE) -> tuple[Probe, ...]:
    """Every probe of ``folder/probes``, group by group in the order of ``PROBE_GROUPS``.

    Raises UserError with file, entry and field for the first thing wrong: a group without its file, a file of no group, an entry that is
    no probe, stands in the file of another group, or has another number than its place.
    """
    shelf = folder / "probes"
    strange = sorted({path.stem for path in shelf.glob("*.yaml")} - set(PROBE_GROUPS))
    if strange:
        raise UserError("there is no such group of probes", f"probes/{strange[0]}.yaml",
                        f"name the file after one of {', '.join(PROBE_GROUPS)}")
    return tuple(probe for group in PROBE_GROUPS for probe in _read_group(shelf / f"{group}.yaml"))


def _read_group(path: Path) -> list[Probe]:
    name = f"probes/{path.name}"
    rows = _rows(path, name)
    if not isinstance(rows, list) or not rows:
        raise UserError("a group of probes is a list of them", name, "give at least one probe, begun with '- id:'")
    return [_probe(row, f"{path.stem}-{number:02d}", f"{name}, entry {number}") for number, row in enumerate(rows, 1)]


def _rows(path: Path, name: str) -> Any:
    import yaml

    from esc_tui.domain.plain_yaml import load_yaml

    try:
        return load_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"the file cannot be read ({error.strerror})", name, "put it back") from error
    except UnicodeDecodeError as error:
        raise UserError("the file is no UTF-8 text", name, "save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UserError(f"the file is no YAML ({error.problem})", f"{name}{line}", "mend it there") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserError("the file is no YAML", name, "mend it") from error


def _probe(row: object, expected: str, where: str) -> Probe:
    if not isinstance(row, dict):
        raise UserError("a probe has named fields, and this is none", where, "give id, lines and must")
    try:
        probe = Probe.model_validate_json(json.dumps(row, ensure_ascii=False, default=str))
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
        told = {"missing": "the field is missing", "extra_forbidden": "no field of a probe is called so"}.get(fault["type"])
        message = told or fault["msg"].removeprefix("Value error, ")
        raise UserError(message[0].lower() + message[1:], f"{where}{', ' + field if field else ''}",
                        "give id, lines (1 to 4) and must (crisis, no_crisis, never)") from error
    if probe.id != expected:
        raise UserError(f"the probe is called '{probe.id}'", f"{where}, id", f"call it '{expected}' or move it")
    return probe
