"""The embedded profile writer: always there, the same profile for the same wish, English only."""

from __future__ import annotations

import random
import unicodedata

from esc_tui.domain.base import content_id
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.labels import Shelf
from esc_tui.domain.profile import Profile
from esc_tui.domain.text import primary_language
from esc_tui.engines.roles import ProfileWish
from esc_tui.engines.seekers.composing.parts import Situation, Voice, situations, voices
from esc_tui.engines.seekers.composing.people import fits
from esc_tui.engines.seekers.composing.stories import compose


class EmbeddedProfileWriter:
    """Composes seekers from written parts (see ``roles.ProfileWriter``)."""

    @property
    def name(self) -> str:
        """Stands as the profile's source."""
        return "embedded"

    @property
    def composes(self) -> bool:
        """Always."""
        return True

    async def write_profile(self, wish: ProfileWish) -> Profile:
        """One new seeker for the wish, fixed by its cell, scenario and seed; ``taken`` and the shelf touch the id alone.

        A profile for a sealed shelf has an id that tells nothing of it. Raises UserError for a language other than English.
        """
        if primary_language(wish.language) != "en":
            raise WrongUseError(f"the embedded engine writes profiles in English and '{wish.language}' was asked for", "the language",
                                "let a model write them with --engine endpoint")
        seed = f"{wish.seed}/{wish.character}/{wish.need}/{wish.scenario or ''}"
        rng = random.Random(seed)
        scenario = wish.scenario or rng.choice(sorted(situations()))
        situation, voice = _pair(situations()[scenario], voices()[wish.character], rng)
        profile = compose(situation, voice, wish.need, seed, identity="new", shelf=wish.shelf, source=self.name)
        return profile.model_copy(update={"id": _identity(profile, situation, seed, wish)})


def _pair(stories: tuple[Situation, ...], speakers: tuple[Voice, ...], rng: random.Random) -> tuple[Situation, Voice]:
    situation = rng.choice(stories)
    return situation, rng.choice([one for one in speakers if fits(situation, one)])


def _identity(profile: Profile, situation: Situation, seed: str, wish: ProfileWish) -> str:
    """A name in plain letters that nobody has: the situation and who it happened to, or for a sealed shelf nothing but the shelf."""
    if wish.shelf is Shelf.DEVELOP:
        first = unicodedata.normalize("NFKD", profile.name.split()[0].lower()).encode("ascii", "ignore").decode()
        stem = f"{situation.key}-{''.join(letter for letter in first if letter.isalpha())}-{profile.age}"
    else:
        stem = content_id(wish.shelf.value, seed, profile.scene)
    found, count = stem, 1
    while found in wish.taken:
        count += 1
        found = f"{stem}-{count}"
    return found
