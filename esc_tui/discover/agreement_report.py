"""The agreement report of a bank: who labelled what, gathered for the pure measures of ``agreement``.

The embedded annotator sees stars and survey where there are any, so its labels cannot be measured against them. For the honest
number it labels the rated dialogues once more, in memory and with both hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.decisions import annotators
from esc_tui.bank.dialogues import read_dialogue
from esc_tui.bank.labels import LabelRow, dialogues_with_stars, intensity_changes, labels_by, sources_of
from esc_tui.discover.agreement import (
    IntensityAgreement,
    PairAgreement,
    StarAgreement,
    Starred,
    agree_together,
    agree_with_intensity,
    agree_with_stars,
)
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.labels import Change, Polarity
from esc_tui.domain.supporter_turn import unit_moments

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.domain.dialogue import Dialogue

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """What ``esc-tui discover agreement`` tells of a labeller. ``*_hidden``: the embedded engine with stars and survey hidden
    (None for other labellers, which see neither when they are models). ``sources``: the stricter of the two star tables by
    source of the dialogues, since corpora differ."""

    labeller: str
    kind: str
    units: int
    stars: StarAgreement
    stars_hidden: StarAgreement | None
    sources: dict[str, StarAgreement]
    intensity: IntensityAgreement
    intensity_hidden: IntensityAgreement | None
    pairs: tuple[PairAgreement, ...]


def report_agreement(connection: BankConnection, first: str = "", second: str = "", tell: Tell | None = None) -> AgreementReport:
    """Measure the labels of ``first`` (default: the machine with most labels, else whoever has most) against stars, intensity,
    and the labels of ``second`` (default: everybody else). ``tell`` hears of progress as (done, total).

    Raises UserError when nobody labelled anything, or a name is not among the labellers.
    """
    known = annotators(connection)
    if not known:
        raise UserError("the bank holds no labels yet", "", "extract units first: esc-tui discover units")
    name, kind = _chosen(known, first)
    others = [_chosen(known, second)] if second else [(one, what) for one, what, _ in known if (one, what) != (name, kind)]
    rows = labels_by(connection, name, kind)
    changes = intensity_changes(connection)
    stars = _stars(connection)
    polarities = [(row.dialogue, Change(row.change).polarity) for row in rows]
    seen = [Starred(row.dialogue, Change(row.change).polarity, stars[row.dialogue, row.line]) for row in rows
            if (row.dialogue, row.line) in stars]
    strict = seen
    hidden_stars: StarAgreement | None = None
    hidden_intensity: IntensityAgreement | None = None
    if kind == "machine" and name == _embedded_name():
        wanted = sorted({row.dialogue for row in rows if row.dialogue in changes or (row.dialogue, row.line) in stars})
        blind = _labelled_blind(connection, wanted, tell)
        strict = [Starred(dialogue, polarity, stars[dialogue, line], score)
                  for dialogue, line, polarity, score in blind if (dialogue, line) in stars]
        hidden_stars = agree_with_stars(strict)
        hidden_intensity = agree_with_intensity([(dialogue, polarity) for dialogue, _, polarity, _ in blind], changes)
    return AgreementReport(
        labeller=name, kind=kind, units=len(rows),
        stars=agree_with_stars(seen), stars_hidden=hidden_stars, sources=_by_source(strict, sources_of(connection)),
        intensity=agree_with_intensity(polarities, changes), intensity_hidden=hidden_intensity,
        pairs=tuple(pair for other, what in others
                    for pair in pair_agreements(name, rows, other, labels_by(connection, other, what))),
    )


def _embedded_name() -> str:
    from esc_tui.engines.embedded.annotating import NAME

    return NAME


def _chosen(known: Sequence[tuple[str, str, int]], wanted: str) -> tuple[str, str]:
    if not wanted:
        best = next((one for one in known if one[1] == "machine"), known[0])
        return best[0], best[1]
    for name, kind, _ in known:
        if name == wanted:
            return name, kind
    raise WrongUseError(f"nobody called '{wanted}' labelled units", "", f"known are {', '.join(dict.fromkeys(one[0] for one in known))}")


def _by_source(rated: Sequence[Starred], sources: dict[str, str]) -> dict[str, StarAgreement]:
    found: dict[str, list[Starred]] = {}
    for one in rated:
        found.setdefault(sources.get(one.dialogue, ""), []).append(one)
    return {source: agree_with_stars(found[source]) for source in sorted(found)}


def star_of_moments(dialogue: Dialogue) -> dict[tuple[str, int], int]:
    """The stars a seeker gave right after a supporter turn, by (dialogue, first supporter line): the first rating on the lines
    that answer it."""
    found: dict[tuple[str, int], int] = {}
    for moment in unit_moments(dialogue):
        given = next((stars for line in moment.outcome_turns if (stars := dialogue.turns[line].feedback) is not None), None)
        if given is not None:
            found[dialogue.id, moment.action_turns[0]] = given
    return found


def _stars(connection: BankConnection) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for identity in dialogues_with_stars(connection):
        dialogue = read_dialogue(connection, identity)
        if dialogue is not None:
            found |= star_of_moments(dialogue)
    return found


def _labelled_blind(connection: BankConnection, dialogues: Sequence[str],
                    tell: Tell | None) -> list[tuple[str, int, Polarity, float]]:
    """(dialogue, first supporter line, polarity, score) of every moment with stars and survey hidden; nothing is stored."""
    from esc_tui.engines.embedded.annotating import EmbeddedAnnotator

    annotator = EmbeddedAnnotator(blind=True)
    found: list[tuple[str, int, Polarity, float]] = []
    for done, identity in enumerate(dialogues, 1):
        dialogue = read_dialogue(connection, identity)
        if dialogue is not None:
            found += [(identity, unit.action_turns[0], unit.polarity, score) for unit, score in annotator.scored(dialogue)]
        if tell is not None:
            tell(done, len(dialogues))
    return found


def pair_agreements(first: str, rows: Sequence[LabelRow], second: str, others: Sequence[LabelRow]) -> list[PairAgreement]:
    """How two labellers agree on the moments both labelled, whatever their units are called.

    What people labelled blind stands apart, as a second pair: a suggestion that is shown pulls both towards it.
    """
    theirs = {(row.dialogue, row.line): row for row in others}
    met = [(row, other) for row in rows if (other := theirs.get((row.dialogue, row.line))) is not None]
    blind = [pair for pair in met if _blind(*pair)]
    shown = [pair for pair in met if not _blind(*pair)]
    apart = [_agreement(first, second, blind, True)] if blind else []
    return [_agreement(first, second, shown, False), *apart] if shown or not blind else apart


def _blind(row: LabelRow, other: LabelRow) -> bool:
    """True when a person's label is among the two and no person saw a suggestion."""
    return True in (row.blind, other.blind) and False not in (row.blind, other.blind)


def _agreement(first: str, second: str, pairs: Sequence[tuple[LabelRow, LabelRow]], blind: bool) -> PairAgreement:
    return agree_together(first, second, [
        (row.dialogue, {
            "state": (row.state, other.state),
            "first action": (row.actions[0], other.actions[0]),
            "change": (row.change, other.change),
            "polarity": (Change(row.change).polarity.value, Change(other.change).polarity.value),
        }) for row, other in pairs], blind)
