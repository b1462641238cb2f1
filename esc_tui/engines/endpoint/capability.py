"""What an endpoint was found to support: how it can be held to a structure, whether it streams, which fields it takes.

Found by trying, one step down at a time, and remembered in a file without any key.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from esc_tui.engines.endpoint.faults import EndpointFault, too_long
from esc_tui.engines.endpoint.schemas import without_bounds
from esc_tui.settings.files import write_over

Structure = Literal["json_schema", "json_object_schema", "json_object", "prompted"]
TokenField = Literal["max_tokens", "max_completion_tokens", ""]
STRUCTURES: tuple[Structure, ...] = get_args(Structure)
HELD: tuple[Structure, ...] = ("json_schema", "json_object_schema")
"""The structures in which the server itself is given the schema."""
GOOD_FOR = timedelta(days=30)
_REFUSALS = {400, 404, 415, 422, 501}
_ABOUT_FORMAT = re.compile(r"(?i)response_?format|json[_ ]?schema|json[_ ]?object|grammar|input should be '?text|"
                           r"structured|schema")
_ABOUT_BOUNDS = re.compile(r"(?i)max_?(length|items)|bound|repetition|complex|grammar|keyword|features|"
                           r"invalid schema|schema.{0,60}(not|un)\s?(support|permit|allow)")


@dataclass(frozen=True, slots=True)
class Capability:
    """What works at one endpoint with one model. ``proven`` once an answer came back in this form.

    ``bounds``: the schema may tell how long texts and lists get. ``brief``: an answer needs no more tokens than its role takes, as it does
    where the model thinks before it answers.
    """

    structure: Structure = "json_schema"
    streaming: bool = True
    token_field: TokenField = "max_tokens"  # noqa: S105 - the name of a field
    temperature: bool = True
    system_role: bool = True
    seed: bool = True
    bounds: bool = True
    brief: bool = True
    proven: bool = False

    def response_format(self, name: str, schema: dict[str, Any]) -> dict[str, Any] | None:
        """The field that asks for the structure, or None when only the prompt can."""
        if self.structure in HELD and not self.bounds:
            schema = without_bounds(schema)
        if self.structure == "json_schema":
            return {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}}
        if self.structure == "json_object_schema":
            return {"type": "json_object", "schema": schema}
        return {"type": "json_object"} if self.structure == "json_object" else None

    @property
    def schema_in_prompt(self) -> bool:
        """True when the schema must be told in words."""
        return self.structure in ("json_object", "prompted")

    def lower(self) -> Capability | None:
        """The next weaker way to ask for a structure, or None below the last; what is known of bounds stays."""
        place = STRUCTURES.index(self.structure) + 1
        return replace(self, structure=STRUCTURES[place], proven=False) if place < len(STRUCTURES) else None

    def after(self, fault: EndpointFault) -> Capability | None:
        """What to ask for instead after a refusal, or None when asking differently would not help.

        Every step gives something up, so the search ends.
        """
        about_format = about_form(fault)
        if fault.status not in _REFUSALS and fault.status < 500:
            return None
        if fault.status == 404 and not about_format:
            return None
        if "max_completion_tokens" in fault.body and self.token_field == "max_tokens":  # noqa: S105
            return replace(self, token_field="max_completion_tokens")  # noqa: S106
        if about_limit(fault):
            return replace(self, token_field="") if self.token_field else None
        if "temperature" in fault.body and self.temperature:
            return replace(self, temperature=False)
        if self.seed and re.search(r"(?i)\bseed\b", fault.body):
            return replace(self, seed=False)
        if self.system_role and re.search(r"(?i)system.{0,12}role|role.{0,30}system", fault.body):
            return replace(self, system_role=False)
        if self.streaming and re.search(r"(?i)\bstream", fault.body):
            return replace(self, streaming=False)
        if too_long(fault):
            return None
        if self.bounds and self.structure in HELD and about_format and _ABOUT_BOUNDS.search(fault.body):
            return replace(self, bounds=False)
        return self.lower() if about_format or not self.proven else None


def about_form(fault: EndpointFault) -> bool:
    """True when the refusal speaks of the structure asked for."""
    return bool(_ABOUT_FORMAT.search(fault.body))


def about_limit(fault: EndpointFault) -> bool:
    """True when the refusal speaks of the tokens an answer may have."""
    return "max_tokens" in fault.body or "max_completion_tokens" in fault.body


class CapabilityMemory:
    """Remembers capabilities per endpoint and model; with a path, across restarts.

    A file that cannot be read or written only means that it is found out again, so it is no error.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._known: dict[str, Capability] | None = None

    def recall(self, endpoint: str, model: str) -> Capability:
        """What is known, or the best that can be hoped for."""
        if self._known is None:
            self._known = self._read()
        return self._known.get(f"{endpoint} {model}", Capability())

    def remember(self, endpoint: str, model: str, capability: Capability) -> None:
        """Keep a capability that was seen to work."""
        if self.recall(endpoint, model) == capability:
            return
        assert self._known is not None
        self._known[f"{endpoint} {model}"] = capability
        if self.path is not None and capability.proven:
            self._write(self.path, f"{endpoint} {model}", capability)

    def _stored(self) -> dict[str, Any]:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8")) if self.path is not None else {}
        except (OSError, ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}

    def _read(self) -> dict[str, Capability]:
        known: dict[str, Capability] = {}
        for name, row in self._stored().items():
            try:
                found = date.fromisoformat(row["found"])
                capability = Capability(row["structure"], bool(row["streaming"]), row["token_field"],
                                        bool(row["temperature"]), bool(row["system_role"]), bool(row.get("seed", True)),
                                        bool(row.get("bounds", True)), bool(row.get("brief", True)), proven=True)
            except (TypeError, KeyError, ValueError):
                continue
            fits = capability.structure in STRUCTURES and capability.token_field in get_args(TokenField)
            if fits and datetime.now(UTC).date() - found <= GOOD_FOR:
                known[name] = capability
        return known

    def _write(self, path: Path, name: str, capability: Capability) -> None:
        row = asdict(capability) | {"found": datetime.now(UTC).date().isoformat()}
        row.pop("proven")
        data = self._stored() | {name: row}
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_over(path, json.dumps(data, indent=1, sort_keys=True).encode())
        except OSError:
            pass  # found out again next time
