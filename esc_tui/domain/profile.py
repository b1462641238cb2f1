"""Simulated seekers."""

from __future__ import annotations

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
