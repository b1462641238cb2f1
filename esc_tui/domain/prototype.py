"""Prototypes: groups of key units alike in state, action, polarity and wording; and learned artefacts with their cards."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from esc_tui.domain.base import Noun
from esc_tui.domain.labels import Action, Polarity, State


class Prototype(Noun):
    """A group of key units. ``units`` are display numbers, closest to the middle first; ``words`` the telling ones.

    ``number`` counts the prototypes of one run from 1; ``cluster`` is the number (from 1) of the skill it went into.
    """

    number: Annotated[int, Field(ge=1)]
    state: State
    action: Action
    polarity: Polarity
    units: Annotated[tuple[int, ...], Field(min_length=1)]
    words: tuple[str, ...] = ()
    cluster: int | None = None


class Artefact(Noun):
    """The card of a learned model: what it is, what it learned from under which licences, and how well it did.

    ``name`` is unique in its bank, e.g. ``planner-3``; ``card`` is free JSON for people: sizes, scores, settings.
    """

    number: int
    kind: str
    name: str
    time: str
    licences: tuple[str, ...]
    card: dict[str, object]
    hash: str
    in_use: bool
