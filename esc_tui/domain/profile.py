"""Simulated seekers and the episodes they take part in."""

from __future__ import annotations

from typing import Literal

from esc_tui.domain.base import Noun
from esc_tui.domain.labels import Character, Need, Shelf


class Profile(Noun):
    """A simulated seeker in SAGE's terms: persona, scene, character, hidden need and first line."""

    id: str
    persona: str
    scene: str
    character: Character
    traits: tuple[str, ...] = ()
    need: Need
    first_line: str
    shelf: Shelf = Shelf.DEVELOP
    language: str = "en"


class Episode(Noun):
    """One conversation, simulated or live, as a header; its turns are events."""

    conversation_id: str
    profile: str | None = None
    live: bool = True
    revision: int
    seed: int
    outcome: Literal["running", "success", "failure", "ended", "crisis", "cancelled"] = "running"
