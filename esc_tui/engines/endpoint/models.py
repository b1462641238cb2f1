"""The models an endpoint lists, and how much text each can hold when it says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from esc_tui.domain.errors import EndpointError
from esc_tui.domain.text import visible
from esc_tui.engines.endpoint.connection import Connection
from esc_tui.engines.endpoint.faults import EndpointFault

_NOT_FOR_TALK = re.compile(r"(?i)embed|rerank|whisper|tts|moderation|bge-|dall-e|stable-diffusion|clip")
_LENGTHS = ("max_model_len", "context_length", "max_context_length", "context_window", "n_ctx", "n_ctx_train")


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model's name and its context length in tokens (0 when the endpoint does not tell)."""

    name: str
    context_length: int = 0


async def read_models(connection: Connection) -> tuple[ModelEntry, ...]:
    """The models in the endpoint's own order. Raises EndpointFault or EndpointError."""
    data = await connection.fetch("/models")
    rows = data.get("data", data.get("models")) if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise EndpointFault("the endpoint's list of models cannot be read", f"{connection.base_url}/models",
                            "name the model in the settings")
    entries: list[ModelEntry] = []
    for row in rows:
        name = row.get("id") or row.get("name") or row.get("model") if isinstance(row, dict) else row
        if isinstance(name, str) and name:
            entries.append(ModelEntry(visible(name, keep_lines=False), told_length(row)))
    return tuple(entries)


async def pick_model(connection: Connection) -> str:
    """The first listed model that can hold a talk. Raises EndpointError when there is none."""
    entries = await read_models(connection)
    for entry in entries:
        if not _NOT_FOR_TALK.search(entry.name):
            return entry.name
    raise EndpointError("the endpoint lists no model that can hold a talk", connection.base_url,
                        "load one, or name it in the settings")


async def context_length(connection: Connection, model: str, entries: tuple[ModelEntry, ...]) -> int:
    """Tokens the model can hold, from wherever this kind of server tells it; 0 when it does not."""
    told = next((entry.context_length for entry in entries if entry.name == model), 0)
    if told:
        return told
    for path, body in (("/props", None), ("/api/show", {"model": model})):
        try:
            data = await connection.fetch(path, body, below_root=True)
        except EndpointError:
            continue
        found = told_length(data)
        if found:
            return found
    return 0


def told_length(row: Any) -> int:
    """A context length found in a models entry, llama.cpp's ``/props`` or Ollama's ``/api/show``; 0 for none."""
    if not isinstance(row, dict):
        return 0
    for name in _LENGTHS:
        if _is_length(row.get(name)):
            return int(row[name])
    for name, value in row.items():
        if name.endswith(".context_length") and _is_length(value):
            return int(value)
    for name in ("default_generation_settings", "meta", "model_info"):
        found = told_length(row.get(name))
        if found:
            return found
    return 0


def _is_length(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9
