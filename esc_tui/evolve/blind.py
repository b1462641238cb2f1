"""Reading pairs blind: which pairs of a verification a person reads, in which order the two talks stand, and what was said in them.

The one way in which a person sees a sealed talk before its cohort retires. It gives nothing but the words: no names of arms, skills,
emotions or profiles.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from esc_tui.bank.evolution import BlindChoice, BlindReading, add_reading
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.talk import TalkView
from esc_tui.evolve.pairing import Pair, pairs_of

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.evolution import VerificationRow
    from esc_tui.bank.reading import BankReader

CHANGED_MOST = 8
AT_RANDOM = 2
"""A person reads the eight pairs that changed most and two others, drawn (verification.md 4.3, step 9)."""

Side = Literal["left", "right", "same"]


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """What the seeker said and what was answered; ``heard`` is empty where the guard took the words for a crisis."""

    number: int
    heard: str
    reply: str


@dataclass(frozen=True, slots=True)
class BlindPair:
    """A pair as its reader sees it. ``old_left`` was drawn and is never shown before the choice; ``fork`` counts from 1."""

    old: str
    new: str
    old_left: bool
    fork: int | None

    def choice(self, side: Side) -> BlindChoice:
        """The choice for a side."""
        if side == "same":
            return "same"
        return "old" if (side == "left") == self.old_left else "new"


def pairs_to_read(bank: BankReader, verification: VerificationRow, reader: str) -> tuple[BlindPair, ...]:
    """The pairs of one reader, in an order drawn for them; those in which no reply differs are left out.

    The same verification and reader always give the same. Raises UserError before there is a verdict: reading must not bear on it.
    """
    if verification.verdict is None:
        raise UserError(f"V-{verification.number} has no verdict yet", bank.connection.place, "read its pairs afterwards")
    runs = [run for name, run in verification.runs if name.startswith("confirm")]
    found = [pair for pair in pairs_of(bank.connection, runs).pairs if pair.fired]
    measure = verification.registration.primary
    found.sort(key=lambda pair: (-abs(pair.difference(measure)), pair.old.number))
    most, rest = found[:CHANGED_MOST], found[CHANGED_MOST:]
    shared = random.Random(verification.registration.seed)
    chosen = [*most, *shared.sample(rest, min(AT_RANDOM, len(rest)))]
    own = random.Random(f"{verification.id} {reader}")
    own.shuffle(chosen)
    return tuple(_blind(pair, own.random() < 0.5) for pair in chosen)


def _blind(pair: Pair, old_left: bool) -> BlindPair:
    return BlindPair(pair.old.conversation, pair.new.conversation, old_left, pair.fork)


def read_blind(bank: BankReader, verification: VerificationRow, reader: str, pair: BlindPair) -> tuple[list[SaidTurn], list[SaidTurn]]:
    """The talks of a pair, the left one first. Raises UserError for a pair that is not this reader's of this verification."""
    if pair not in pairs_to_read(bank, verification, reader):
        raise UserError("this pair is not to be read", bank.connection.place)
    old, new = said_in(bank, pair.old), said_in(bank, pair.new)
    return (old, new) if pair.old_left else (new, old)


def said_in(bank: BankReader, conversation: str) -> list[SaidTurn]:
    """The words of a stored talk, turn by turn."""
    view = TalkView.of(bank.events(conversation))
    return [SaidTurn(turn.number, "" if turn.guard_in is not None and turn.guard_in.crisis else turn.text, turn.shown)
            for turn in view.turns]


def keep_choice(bank: Bank, verification: VerificationRow, reader: str, pair: BlindPair, side: Side, reason: str) -> None:
    """Store which talk served the seeker better. Raises UserError for a pair that is not this reader's."""
    if pair not in pairs_to_read(bank, verification, reader):
        raise UserError("this pair is not to be read", bank.connection.place)
    add_reading(bank.writing, verification.number, BlindReading(
        pair.old, pair.new, reader, pair.choice(side), " ".join(reason.split()), now_iso()))


def read_already(pairs: Sequence[BlindPair], readings: Sequence[BlindReading], reader: str) -> dict[int, BlindChoice]:
    """The places of pairs that this reader has judged, with the choice."""
    mine = {one.old: one.choice for one in readings if one.reader == reader}
    return {place: mine[pair.old] for place, pair in enumerate(pairs) if pair.old in mine}
