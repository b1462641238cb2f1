"""Agreement: the numbers are those of the textbook, intervals hold them, and little data is called too little."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from esc_tui.bank.bank import Bank, create_empty_bank
from esc_tui.bank.extractions import store_extraction
from esc_tui.bank.labels import LabelRow
from esc_tui.bank.units import add_units
from esc_tui.discover.agreement import (
    FEWEST_UNITS,
    Measured,
    Starred,
    agree_together,
    agree_with_intensity,
    agree_with_stars,
)
from esc_tui.discover.agreement_report import pair_agreements, report_agreement, star_of_moments
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.intervals import Bootstrap
from esc_tui.domain.labels import Change, Polarity
from esc_tui.engines.embedded.annotating import EmbeddedAnnotator
from tests.support_dialogues import talk, written_talks

GOOD, EVEN, BAD = Polarity.POSITIVE, Polarity.NEUTRAL, Polarity.NEGATIVE


def holds(measured: Measured) -> bool:
    assert measured.value is not None and measured.low is not None and measured.high is not None
    return measured.low <= measured.value <= measured.high


def test_balanced_accuracy_is_the_mean_of_both_shares_and_neutral_units_are_no_key_units() -> None:
    rated = [Starred(f"d{n % 6}", polarity, stars, score) for n, (polarity, stars, score) in enumerate(
        [(GOOD, 5, 2.0)] * 9 + [(BAD, 4, -1.0)] * 3 + [(BAD, 1, -2.0)] * 12 + [(GOOD, 2, 1.5)] * 4 + [(EVEN, 1, 0.4)] * 8
        + [(GOOD, 3, 1.0)] * 5)]
    found = agree_with_stars(rated)
    assert (found.rated, found.key, found.three_stars) == (36, 28, 5)
    assert found.balanced_accuracy.value == pytest.approx((9 / 12 + 12 / 16) / 2)
    assert found.by_sign.value == pytest.approx((9 / 12 + 12 / 24) / 2)
    assert holds(found.balanced_accuracy) and holds(found.by_sign)
    assert found.counts == {"positive": {"bad": 4, "good": 9}, "neutral": {"bad": 8, "good": 0}, "negative": {"bad": 12, "good": 3}}


def test_without_scores_there_is_no_number_by_sign() -> None:
    assert agree_with_stars([Starred("d", GOOD, 5)] * 30).by_sign == Measured()


def test_balanced_accuracy_needs_both_kinds_of_stars() -> None:
    assert agree_with_stars([Starred("d", GOOD, 5)] * 30).balanced_accuracy == Measured()


@pytest.mark.parametrize("size", [0, 1, FEWEST_UNITS - 1])
def test_too_few_units_give_no_number(size: int) -> None:
    assert agree_with_stars([Starred(str(n), GOOD, 5) for n in range(size)]).balanced_accuracy == Measured()
    pair = agree_together("a", "b", [(str(n), {"state": ("sad", "sad")}) for n in range(size)])
    assert not pair.enough
    assert all(field.kappa == Measured() and field.same is None for field in pair.fields.values())


def test_kappa_is_cohens() -> None:
    table = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    units = [(f"d{n}", {"answer": met}) for met, count in table.items() for n in range(count)]
    found = agree_together("a", "b", units).fields["answer"]
    assert found.kappa.value == pytest.approx(0.4)  # Cohen (1960): (0.7 - 0.5) / (1 - 0.5)
    assert found.same == pytest.approx(0.7)
    assert holds(found.kappa)
    assert found.confusion.labels == ("yes", "no") and found.confusion.counts == ((20, 5), (10, 15))


def test_what_was_labelled_blind_is_told_apart() -> None:
    def rows(*blind: bool | None) -> list[LabelRow]:
        return [LabelRow(f"u{n}", "d", n, "sad", ("validation",), "relief", one) for n, one in enumerate(blind)]

    both = pair_agreements("a", rows(True, True, False), "b", rows(True, False, False))
    assert [(pair.units, pair.blind) for pair in both] == [(2, False), (1, True)]
    with_machine = pair_agreements("a", rows(True, False), "m", rows(None, None))
    assert [(pair.units, pair.blind) for pair in with_machine] == [(1, False), (1, True)]
    assert [(pair.units, pair.blind) for pair in pair_agreements("m", rows(None), "n", rows(None))] == [(1, False)]
    assert [(pair.units, pair.blind) for pair in pair_agreements("a", rows(True), "b", rows(True))] == [(1, True)]


def test_two_who_always_say_the_same_one_thing_have_no_kappa() -> None:
    assert agree_together("a", "b", [(str(n), {"x": ("sad", "sad")}) for n in range(40)]).fields["x"].kappa == Measured()


def test_labels_drawn_apart_have_a_kappa_near_nothing() -> None:
    drawn = random.Random(3)
    units = [(f"d{n}", {"x": (drawn.choice("abc"), drawn.choice("abc"))}) for n in range(600)]
    kappa = agree_together("a", "b", units).fields["x"].kappa
    assert kappa.value is not None and abs(kappa.value) < 0.1 and holds(kappa)


def test_what_is_drawn_from_has_a_row_for_each_talk_however_many_units_it_has(monkeypatch) -> None:
    rows: list[int] = []
    measure = Bootstrap.measure

    def counted(self, values, function):
        rows.append(len(values))
        return measure(self, values, function)

    monkeypatch.setattr(Bootstrap, "measure", counted)
    units = [(f"d{n % 30}", {"x": ("a", "a") if n % 4 else ("a", "b")}) for n in range(300)]
    agree_together("a", "b", units)
    assert rows == [30]


def test_the_interval_is_wider_when_the_units_of_a_talk_are_alike() -> None:
    apart = [(f"d{n}", {"x": ("a", "a") if n % 4 else ("a", "b")}) for n in range(200)] + [("z", {"x": ("b", "b")})] * 40
    alike = [(f"d{n // 20}", {"x": ("a", "a") if n // 20 % 4 else ("a", "b")}) for n in range(200)] + [("z", {"x": ("b", "b")})] * 40
    widths = [(k.high or 0) - (k.low or 0) for k in (agree_together("a", "b", units).fields["x"].kappa for units in (apart, alike))]
    assert widths[0] < widths[1]


def test_mean_polarity_follows_the_change_of_intensity() -> None:
    changes = {f"d{n}": n % 5 - 1 for n in range(60)}
    polarities = [(name, GOOD if change > 0 else BAD) for name, change in changes.items()] + [("unknown", GOOD)]
    found = agree_with_intensity(polarities, changes)
    assert found.dialogues == 60
    assert found.spearman.value is not None and found.spearman.value > 0.8 and holds(found.spearman)
    assert found.counts == {"above 0": {"fell": 36, "did not fall": 0}, "0 or below": {"fell": 0, "did not fall": 24}}


def test_intensity_that_never_changes_correlates_with_nothing() -> None:
    assert agree_with_intensity([(str(n), GOOD) for n in range(30)], {str(n): 1 for n in range(30)}).spearman == Measured()


def test_stars_belong_to_the_supporter_turn_right_before_them() -> None:
    assert star_of_moments(written_talks()[3]) == {("rated", 3): 5, ("rated", 7): 1}


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with create_empty_bank(tmp_path / "talks.db") as opened:
        yield opened


def fill(bank: Bank, copies: int) -> None:
    annotator = EmbeddedAnnotator()
    for number in range(copies):
        for one in written_talks():
            dialogue = one.model_copy(update={"id": f"{one.id}-{number}"})
            bank.add_dialogues([dialogue])
            store_extraction(bank.writing, annotator.name, dialogue.id, annotator.label(dialogue), now_iso())


def test_a_bank_without_labels_says_what_to_do(bank: Bank) -> None:
    with pytest.raises(UserError, match="no labels yet.*discover units"):
        report_agreement(bank.connection)


def test_an_unknown_labeller_is_told_who_is_known(bank: Bank) -> None:
    fill(bank, 1)
    with pytest.raises(UserError, match="nobody called 'bob'.*embedded-1"):
        report_agreement(bank.connection, "embedded-1", "bob")


def test_the_embedded_engine_is_measured_with_the_stars_hidden(bank: Bank) -> None:
    fill(bank, 15)
    heard: list[tuple[int, int]] = []
    report = report_agreement(bank.connection, tell=lambda done, total: heard.append((done, total)))
    assert (report.labeller, report.kind) == ("embedded-1", "machine")
    assert report.stars.counts["positive"]["good"] == report.stars.counts["negative"]["bad"] == 15
    assert report.stars_hidden is not None and report.stars_hidden.rated == report.stars.rated == 30
    assert report.stars_hidden.counts != report.stars.counts
    assert list(report.sources) == ["tests"] and report.sources["tests"] == report.stars_hidden
    assert report.intensity.dialogues == 30
    assert report.intensity_hidden is not None
    assert heard[-1] == (45, 45)
    assert report.pairs == ()


def test_a_person_and_the_machine_are_compared_on_the_moments_both_labelled(bank: Bank) -> None:
    fill(bank, 4)
    own = []
    for number in range(4):
        for dialogue in written_talks():
            for unit in EmbeddedAnnotator().label(dialogue.model_copy(update={"id": f"{dialogue.id}-{number}"})):
                change = Change.CONTINUES if unit.change is Change.THANKS else unit.change
                own.append(unit.model_copy(update={"id": f"own-{unit.id}", "labeller": "ada", "labeller_kind": "human",
                                                   "change": change, "confidence": None}))
    add_units(bank.writing, own[:50], now_iso())
    pair = report_agreement(bank.connection).pairs[0]
    assert (pair.first, pair.second, pair.units, pair.enough) == ("embedded-1", "ada", 50, True)
    assert pair.fields["state"].kappa.value == pair.fields["first action"].kappa.value == 1
    assert 0 < (pair.fields["change"].kappa.value or 0) <= 1


def test_labels_taken_back_do_not_count(bank: Bank) -> None:
    fill(bank, 2)
    bank.add_dialogues([talk("more", "S: a", "H: b", "S: c")])
    bank.connection.run("UPDATE unit_labels SET withdrawn = 1 WHERE unit > 3")
    assert report_agreement(bank.connection).units == 3
