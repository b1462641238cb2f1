"""Claims: better, safer, no worse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from esc_tui.evolve.statistics import Decision, PairedFlags, Verdict, can_show, claim, judge, mcnemar_p, plan
from tests.evolve.test_looks import spread


@pytest.mark.parametrize(("preset", "kind", "measure", "said"), [
    ("standard", "tidy", "mean", "worse by less than 5 points of mean emotion. With up to 96 pairs that is likely to be seen only of a "
                                 "change that in truth gains about 1 point or more."),
    ("full", "tidy", "mean", "that in truth loses at most about 1 point."),
    ("standard", "safer", "final", "8 points of final emotion, and to have fewer faults. With up to 96 pairs the first is likely to be "
                                   "seen only of a change that in truth gains about 0 to 3 points or more."),
    ("standard", "improve", "mean", "only gains of about 6 points"), ("smoke", "tidy", "mean", "rejected but not accepted")])
def test_what_so_many_pairs_can_show_is_said_of_the_claim(preset, kind, measure, said):
    assert said in can_show(plan(preset), claim(kind, measure))


def test_claims_have_the_gains_and_margins_registered_for_them() -> None:
    found = {(kind, measure): (one.worthwhile, one.margin) for kind in ("improve", "safer", "tidy") for measure in ("final", "mean")
             for one in [claim(kind, measure)]}
    assert found == {("improve", "final"): (10, 0), ("improve", "mean"): (6, 0), ("safer", "final"): (10, 8), ("safer", "mean"): (6, 5),
                     ("tidy", "final"): (10, 8), ("tidy", "mean"): (6, 5)}
    assert claim("improve").measure == "mean"


def test_mcnemars_exact_test_of_a_textbook_example() -> None:
    """Agresti, Categorical Data Analysis (1990): approval of 1600 voters fell, 150 against 86; and 1 against 7 gives 9 / 256."""
    assert mcnemar_p(PairedFlags(1, 7, 21)) == pytest.approx(9 / 256)
    assert mcnemar_p(PairedFlags(86, 150, 1600)) == pytest.approx(1.858e-5, rel=0.02)
    assert mcnemar_p(PairedFlags(0, 0, 50)) == 1 and mcnemar_p(PairedFlags(0, 5, 50)) == pytest.approx(1 / 32)


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemars_test_is_the_sign_test(b, c) -> None:
    wanted = binomtest(b, b + c, 0.5, alternative="less").pvalue if b + c else 1
    assert mcnemar_p(PairedFlags(b, c, 80)) == pytest.approx(wanted)
    assert mcnemar_p(PairedFlags(b, c + 1, 81)) <= mcnemar_p(PairedFlags(b, c, 80)) + 1e-12


def test_to_improve_is_superiority_and_to_tidy_is_not_to_be_worse() -> None:
    values = spread(0, 25, 96)
    assert judge(claim("improve"), plan("standard"), values).look.verdict is Verdict.UNDECIDED
    assert judge(claim("tidy"), plan("standard"), values).look.verdict is Verdict.ACCEPT
    assert judge(claim("tidy"), plan("standard"), spread(-20, 30, 96)).look.verdict is Verdict.REJECT


@pytest.mark.parametrize(("mean", "flags", "verdict"), [
    (0, PairedFlags(1, 9, 96), "accept"), (0, PairedFlags(4, 6, 96), "not enough evidence"), (-20, PairedFlags(0, 20, 96), "reject"),
    (0, PairedFlags(0, 0, 96), "not enough evidence")])
def test_to_be_safer_needs_fewer_flags_and_no_loss(mean, flags, verdict) -> None:
    found = judge(claim("safer"), plan("standard"), spread(mean, 25, 96), flags=flags)
    assert found.look.verdict == verdict and found.fewer_flags_p == mcnemar_p(flags)


def test_fewer_flags_must_be_shown_at_the_level_of_the_look() -> None:
    """At 24 of 96 pairs p = 1/32 is not enough, at the end it is."""
    flags = PairedFlags(0, 5, 24)
    early = judge(claim("safer"), plan("standard"), spread(40, 20, 24), flags=flags)
    assert early.look.decision is Decision.GO_ON and early.fewer_flags_p == 1 / 32
    assert judge(claim("safer"), plan("quick"), spread(40, 20, 24), flags=flags).look.decision is Decision.ACCEPT


def test_what_never_fired_may_be_tidy_but_is_neither_better_nor_safer() -> None:
    found = {kind: judge(claim(kind), plan("standard"), [0] * 96, flags=PairedFlags(0, 0, 96)).look.verdict
             for kind in ("improve", "safer", "tidy")}
    assert found == {"improve": Verdict.NEVER_FIRED, "safer": Verdict.NEVER_FIRED, "tidy": Verdict.ACCEPT}


@pytest.mark.parametrize("flags", [None, PairedFlags(0, 1, 23)])
def test_to_be_safer_needs_the_flags_of_the_same_pairs(flags) -> None:
    with pytest.raises(ValueError, match="flags of the same pairs"):
        judge(claim("safer"), plan("quick"), [0.0] * 24, flags=flags)
