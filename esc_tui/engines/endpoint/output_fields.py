"""The kinds of fields that models are asked to fill: told strictly in the schema and read leniently."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema


def as_text(value: Any) -> Any:
    """Text as it is; numbers as text, nothing as an empty one."""
    return "" if value is None else str(value) if isinstance(value, (int, float)) else value


def as_list(value: Any) -> Any:
    """One entry alone as a list of it, nothing as an empty one."""
    return [] if value is None else [value] if isinstance(value, (str, dict)) else value


def as_numbers(value: Any) -> Any:
    """Like ``as_list``, for numbers."""
    return [value] if isinstance(value, int) else as_list(value)


def named(labels: Sequence[str], extra: str = "") -> Any:
    """The schema of one label of a closed set, and of ``extra``; read leniently."""
    return WithJsonSchema({"type": "string", "enum": [*labels, *([extra] if extra else [])]})


def values_of(kind: type[StrEnum]) -> list[str]:
    """The values of an enumeration."""
    return [member.value for member in kind]


def told(characters: int) -> Any:
    """The bound of a text as the schema tells it; a longer one that comes all the same is read."""
    return Field(json_schema_extra={"maxLength": characters})


def entries(most: int) -> Any:
    """The bound of a list as the schema tells it; a longer one that comes all the same is read."""
    return Field(json_schema_extra={"maxItems": most})


def between(least: int, most: int) -> Any:
    """The bounds of a whole number as the schema tells them; what is beyond them is for the reader to judge."""
    return Field(json_schema_extra={"minimum": least, "maximum": most})


MOST_SAID = 20_000
"""Characters of a text that are read."""
Said = Annotated[str, BeforeValidator(as_text), Field(max_length=MOST_SAID)]
Quote = Annotated[Said, told(300)]
Number = Annotated[int, BeforeValidator(lambda value: 0 if value is None else value)]
Lines = Annotated[list[Said], BeforeValidator(as_list)]

LENIENT = ConfigDict(extra="ignore", allow_inf_nan=False)
"""How every output is read: unknown fields are passed over."""
