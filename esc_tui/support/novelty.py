"""How new a message is: the share of its telling words that no unit of the bank and no seeker of the develop shelf has."""

from __future__ import annotations

from dataclasses import dataclass

from esc_tui.bank.connection import BankConnection
from esc_tui.bank.moments import seekers_words
from esc_tui.bank.units import times_in_units
from esc_tui.bank.words import STOP_WORDS, terms

FEWEST_WORDS = 4
"""A message with fewer telling words (those that are not common everywhere) says too little to be called new."""
NOVEL = 0.51
"""From this share on a message is novel: the 99 % quantile over the 289 seekers' lines of the starter units with that many telling words,
each against a bank without its own dialogue; their median is 0.13. So one of a hundred ordinary lines is called novel too."""


@dataclass(frozen=True, slots=True)
class Newness:
    """``share`` 0-1 of the ``telling`` words of a message that stand nowhere; ``strange`` are those, in their order."""

    share: float
    telling: int
    strange: tuple[str, ...]

    @property
    def novel(self) -> bool:
        """Far from all units and profiles."""
        return self.telling >= FEWEST_WORDS and self.share >= NOVEL


class Novelty:
    """Looks words up in one bank. ``seen`` keeps how often units have a word; recall fills it, so that most look-ups are made already."""

    def __init__(self, connection: BankConnection, seen: dict[str, int]) -> None:
        self._connection, self._seen = connection, seen
        self._spoken: frozenset[str] | None = None

    def of(self, text: str) -> Newness:
        """How new a message is. Seekers' words are read when first asked for."""
        if self._spoken is None:
            self._spoken = seekers_words(self._connection)
        telling = [word for word in terms(text)[:80] if word not in STOP_WORDS]
        strange = tuple(word for word in telling if word not in self._spoken and not times_in_units(self._connection, word, self._seen))
        return Newness(round(len(strange) / max(1, len(telling)), 3), len(telling), strange)
