"""Pivotal turns: the largest moves, crossed bands, entries into care, and what people marked."""

from esc_tui.domain.events import EmotionChanged, GuardChecked, TurnRated
from esc_tui.domain.labels import Change
from esc_tui.domain.sage import band_of
from esc_tui.domain.talk import TurnView
from esc_tui.engines.evolving_roles import PivotKind
from esc_tui.evolve.pivots import change_after, pivots_of


def moved(number, before, change, **fields):
    after = before + change
    emotion = EmotionChanged(conversation_id="t", time="", before=before, change=change, after=after, band=band_of(after))
    view = TurnView(number, "words", emotion=emotion)
    for name, value in fields.items():
        setattr(view, name, value)
    return view


def rated(number, **fields):
    return TurnView(number, "words", rating=TurnRated(conversation_id="t", time="", **fields))


def kinds(turns, labels=None):
    return [(pivot.turn, pivot.kind) for pivot in pivots_of(turns, labels or {})]


def test_the_largest_moves_and_crossed_bands_are_pivotal():
    turns = [moved(1, 40, 5), moved(2, 45, -10), moved(3, 35, 10), moved(4, 45, 5), moved(5, 50, 0), moved(6, 50, -5)]
    found = kinds(turns)
    assert (3, PivotKind.LARGEST_RISE) in found and (1, PivotKind.LARGEST_RISE) in found and (4, PivotKind.LARGEST_RISE) not in found
    assert (2, PivotKind.LARGEST_FALL) in found and (2, PivotKind.BAND_DOWN) in found and (3, PivotKind.BAND_UP) in found
    assert 5 not in {number for number, _ in found}


def test_coming_into_care_is_pivotal_once():
    care = GuardChecked(conversation_id="t", time="", phase="in", in_care=True)
    assert kinds([moved(1, 40, 0), moved(2, 40, 0, guard_in=care), moved(3, 40, 0, guard_in=care)]) == [(2, PivotKind.CARE)]


def test_what_a_tester_marked_counts_as_a_move():
    assert change_after(rated(1, thumb="down")) == -5 and change_after(rated(1, emotion=1)) == -10
    assert change_after(rated(1, thumb="up", emotion=1)) == 5 and change_after(rated(1, text="hm")) is None
    found = kinds([rated(1, thumb="down"), rated(2, emotion=3), rated(3, emotion=5)])
    assert (1, PivotKind.MARKED_BAD) in found and (3, PivotKind.MARKED_GOOD) in found and 2 not in {number for number, _ in found}


def test_a_label_of_a_person_outranks_a_rating():
    found = kinds([rated(1, thumb="up")], {1: Change.FRUSTRATED})
    assert (1, PivotKind.LABELLED) in found and (1, PivotKind.LARGEST_FALL) in found
