"""What real listening looks like in words, and what only looks like it, as numbers of about 0-2 by name.

Somebody who listens takes up the weighty thing and not any noun, follows the story over more than one sentence, says what the seeker
did, leaves room or asks on. Somebody who does not puts a label on the feeling, comforts from stock, makes light, advises, explains,
accuses or turns to themselves. The weights stand in ``data/weights.json`` beside those of ``features``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from esc_tui.engines.seekers.features import ECHO_WORTH, more
from esc_tui.engines.seekers.reading import ReplyReading, asides_of
from esc_tui.engines.seekers.words import matter

SIGNS = ("stock", "soothe", "cheer", "counsel", "clinical", "generic", "accuse", "label", "clears", "notice", "sets_side", "own_story",
         "room", "sides_with", "pictures", "esteem", "small", "stiff")
"""Kinds of phrases, counted by sentences."""
BY_SHARE = frozenset({"stock", "soothe", "counsel", "generic", "accuse", "label", "own_story", "room", "sides_with", "pictures"})
"""Those of which it also counts how much of the reply they fill (``<kind>_share``)."""
_PLAIN_IN_FRAGMENTS = frozenset({"pictures", "sides_with", "esteem", "image", "stand_by", "praise_weighed", "comfort_touch"})
_FILLING = matter("so it's about you mention say talk speak of the matter hear understand see noted interesting okay mean word")
"""What stands around a word that is only said back."""
SHORT_WORDS, BARE_WORDS, LONG_FROM = 25, 6, 40


@dataclass(frozen=True, slots=True)
class Told:
    """What the seeker has told: stems of each sentence of the last message that mattered, of asides in it, and of what came before."""

    core: tuple[frozenset[str], ...]
    aside: frozenset[str]
    before: frozenset[str]


@lru_cache(maxsize=8192)
def _parts(text: str, guarded: bool) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    rows = asides_of(text)
    core = [telling for place, (telling, aside) in enumerate(rows) if not (aside or (guarded and 0 < place == len(rows) - 1))]
    aside = frozenset[str]().union(*(telling for telling, _ in rows)) - frozenset[str]().union(*core)
    return (tuple(core), aside) if core else ((aside,), frozenset())


def told_before(last: str, earlier: Sequence[str], guarded: bool) -> Told:
    """The messages of the seeker made ready. A guarded seeker's last sentence leads away from the matter: an aside."""
    core, aside = _parts(last, guarded)
    return Told(core, aside, frozenset[str]().union(*(matter(text) for text in earlier)))


def listening(own: ReplyReading, told: Told) -> dict[str, float]:
    """The features of a reply beside what was told; those that are 0 are left out."""
    rows, found = own.rows, dict[str, float]()
    if not rows:
        return found
    count = len(rows)
    core = frozenset[str]().union(*told.core)
    known = core | told.aside | told.before
    taken, aside = own.matter & core, (own.matter & told.aside) - core
    before = (own.matter & told.before) - core - told.aside
    found["taken"] = ECHO_WORTH[min(5, len(taken))]
    several = len(taken) + len(before) > 1
    if several:
        found["follows"] = (min(3, sum(not part.isdisjoint(own.matter) for part in told.core)) / 3.0 if len(told.core) > 1 else 0.0) \
            + (0.34 if before else 0.0)
    found["one_noun"] = float(len(taken) + len(aside) == 1)
    found["aside_only"] = float(bool(aside) and not taken)
    found["remembers"] = 1.0 - 0.55 ** len(before)
    found["keeps_number"] = float(any(stem.isdigit() for stem in taken | before))
    found["new_share"] = len(own.matter - known) / max(1, len(own.matter))
    found["grounded"] = sum(not row.matter.isdisjoint(known) for row in rows) / count
    found["fragment"] = more(several and sum(
        not row.asks and row.words <= 12 and not row.of_me and not row.matter.isdisjoint(core | told.before)
        and not row.kinds - _PLAIN_IN_FRAGMENTS for row in rows))
    found["deed"] = more(sum(row.deed for row in rows))
    for kind in SIGNS:
        number = own.acts.get(kind, 0)
        if number:
            found[kind] = more(number)
            if kind in BY_SHARE:
                found[f"{kind}_share"] = number / count
    found["reads_other"] = more(sum(row.third and row.hedged for row in rows))
    found["of_others"] = sum(row.third for row in rows) / count
    found["to_you"] = sum(row.to_you for row in rows) / count
    found["of_me"] = sum(row.of_me for row in rows) / count
    found["of_nobody"] = sum(not (row.to_you or row.of_me or row.third or row.asks) and row.words > 3 and row.matter.isdisjoint(known)
                             for row in rows) / count
    found["loud"] = min(2, own.exclaims) / 2.0
    found["asks_open"] = float(own.open_questions > 0)
    found["asks_closed"] = float(any(row.asks and not row.open_question and "counsel" not in row.kinds for row in rows))
    found["asks_more"] = float(max(0, own.questions - 1))
    found["only_asks"] = own.questions / count
    found["asks_on"] = float(any(row.asks and (row.words <= 6 or not row.matter.isdisjoint(core | told.before)) for row in rows))
    found["asks_deep"] = float(any(row.open_question and row.to_you and row.words > 6 and not row.kinds & {"counsel", "label"}
                                   for row in rows))
    found["short"], found["bare_words"] = float(own.words <= SHORT_WORDS), float(own.words <= BARE_WORDS)
    found["wordy"] = min(3.0, max(0.0, own.words - LONG_FROM) / 30.0)
    found["says_back"] = float(0 < len(taken) + len(aside) + len(before) <= 2 and own.matter <= known | _FILLING
                               and not own.open_questions)
    found["steps"] = more(sum(row.step and (row.bids or "counsel" in row.kinds) for row in rows))
    found["bids"] = sum(row.bids for row in rows) / count
    return {name: value for name, value in found.items() if value}
