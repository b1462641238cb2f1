"""The JSON schemas that servers hold answers to, made from the output models; with bounds on how long an answer can get.

A small model that is held to a structure can still write one string or one list for ever. Servers that hold a model to a schema by a
grammar (llama.cpp, tried) keep its lengths too; those that refuse or ignore lengths get the same schema without.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

from esc_tui.engines.endpoint.output_fields import MOST_SAID

MOST_TEXT = 600
"""Characters of a text in an answer, where its field names no other bound; sentences asked for have far fewer."""
MOST_ENTRIES = 8
"""Entries of a list in an answer, where its field names no other bound."""
_BOUNDS = ("maxLength", "maxItems", "minimum", "maximum")
_DROPPED = ("title", "default", "description", "minItems", "maxLength", "maxItems")
_LABEL = 16
"""Tokens counted for a label, a number or a name of a field."""
_LETTERS = 2
"""Characters counted as one token of bounded text: less than English has, more than Chinese."""
_FEWEST_TOKENS = 512


def schema_of(output: type[BaseModel], slugs: Sequence[str] = ()) -> dict[str, Any]:
    """The JSON schema of an output model as strict servers want it: no references, every field required, none beside; every list and
    every free text with a bound.

    With ``slugs`` every skill must be one of them; a single skill may also be empty. The schema is shared: never change it.
    """
    schema = _schema_of(output)
    if slugs:
        schema = copy.deepcopy(schema)
        _offer(schema, list(slugs))
    return schema


@cache
def _schema_of(output: type[BaseModel]) -> dict[str, Any]:
    whole = output.model_json_schema()
    definitions = whole.pop("$defs", {})
    schema: dict[str, Any] = _strict(whole, definitions)
    return schema


def _strict(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_strict(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _strict(copy.deepcopy(definitions[node["$ref"].rpartition("/")[2]]), definitions)
    if "properties" in node:
        fields = {name: _strict(child, definitions) for name, child in node["properties"].items()}
        return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    kept = {name: _strict(child, definitions) for name, child in node.items() if name not in _DROPPED}
    if node.get("type") == "array":
        kept["maxItems"] = node.get("maxItems", MOST_ENTRIES)
    if node.get("type") == "string" and "enum" not in node:
        told = node.get("maxLength", MOST_SAID)
        kept["maxLength"] = told if told < MOST_SAID else MOST_TEXT
    return kept


def without_bounds(schema: Any) -> Any:
    """The schema without lengths of texts and lists and without ranges of numbers, for servers that refuse these and for telling it
    in words; fields of such names stay."""
    if isinstance(schema, list):
        return [without_bounds(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: {field: without_bounds(one) for field, one in child.items()} if name == "properties" else without_bounds(child)
            for name, child in schema.items() if name not in _BOUNDS}


def most_tokens(schema: dict[str, Any]) -> int:
    """Tokens that an answer of the longest kind takes, without what a model thinks before it."""
    return max(_FEWEST_TOKENS, _tokens(schema))


def _tokens(node: Any) -> int:
    if "anyOf" in node:
        return max(_tokens(child) for child in node["anyOf"])
    if "properties" in node:
        return sum(_LABEL + _tokens(child) for child in node["properties"].values())
    if "items" in node:
        return int(node["maxItems"]) * (_LABEL // 4 + _tokens(node["items"]))
    return int(node["maxLength"]) // _LETTERS if "maxLength" in node else _LABEL


def _offer(schema: Any, slugs: list[str]) -> None:
    if isinstance(schema, list):
        for item in schema:
            _offer(item, slugs)
    if not isinstance(schema, dict):
        return
    fields = schema.get("properties", {})
    if "skill" in fields:
        fields["skill"] = {"type": "string", "enum": [*slugs, ""]}
    if "skills" in fields:
        fields["skills"] = {"type": "array", "items": {"type": "string", "enum": slugs}, "maxItems": fields["skills"]["maxItems"]}
    for child in schema.values():
        _offer(child, slugs)
