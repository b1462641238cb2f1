"""The measures by hand-made examples and by the laws they must obey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as draw

from esc_tui.discover.planner.measuring import scores_of
from esc_tui.domain import sequences
from esc_tui.domain.intervals import Bootstrap
from esc_tui.domain.labels import Strategy
from esc_tui.domain.sequences import edit_distance, levenshtein_ratio
from esc_tui.evaluate.strategies import STRATEGIES, confusion_cells, item_scores, macro_f1
from esc_tui.evaluate.wording import bleu, bleu_counts, distinct, meteor_without_synonyms, rouge_l, tokens, word_count

Q, F, A, S = Strategy.QUESTION, Strategy.REFLECTION, Strategy.AFFIRMATION, Strategy.SUGGESTIONS
SEQUENCES = draw.lists(draw.sampled_from(STRATEGIES), max_size=4).map(tuple)


@pytest.mark.parametrize(("one", "two", "ratio"), [
    ((Q,), (Q,), 1.0), ((Q,), (A,), 0.0), ((Q, A), (Q,), 0.5), ((Q, A), (A, Q), 0.0), ((Q, A, S), (Q, S), 2 / 3), ((), (), 1.0),
    ((), (Q,), 0.0),
])
def test_levenshtein_ratio_is_one_less_the_share_of_edits(one, two, ratio):
    assert levenshtein_ratio(one, two) == pytest.approx(ratio)


@given(SEQUENCES, SEQUENCES, SEQUENCES)
def test_edit_distance_is_a_distance(one, two, three):
    assert edit_distance(one, two) == edit_distance(two, one)
    assert (edit_distance(one, two) == 0) == (one == two)
    assert edit_distance(one, three) <= edit_distance(one, two) + edit_distance(two, three)
    assert 0 <= levenshtein_ratio(one, two) <= 1


def test_every_turn_is_scored_on_its_first_strategy_its_sequence_and_its_ratio():
    scores = item_scores([(Q,), (Q, A), (), (A,)], [(Q,), (Q,), (Q,), (Q, A)])
    assert scores.tolist() == [[1, 1, 1, 0, 0], [1, 0, 0.5, 1, 0], [0, 0, 0, 0, 0], [0, 0, 0.5, 0, 1]]


def test_macro_f1_agrees_with_scikit_learn():
    from sklearn.metrics import f1_score

    chance = np.random.default_rng(3)
    truth = [(STRATEGIES[at],) for at in chance.integers(0, 6, 200)]
    guess = [(STRATEGIES[at],) for at in chance.integers(0, 7, 200)]
    cells = confusion_cells(guess, truth).sum(axis=0).reshape(8, 8)
    expected = f1_score([one[0].value for one in truth], [one[0].value for one in guess], average="macro", zero_division=0,
                        labels=[one.value for one in STRATEGIES])
    assert macro_f1(cells, cells.sum(axis=1)) == pytest.approx(expected)


TURNS = draw.lists(draw.tuples(*[draw.lists(draw.integers(0, 7), min_size=1, max_size=4).map(tuple)] * 2), min_size=1, max_size=12)


@given(TURNS)
def test_the_planners_own_scores_and_the_measurement_give_the_same_numbers(turns):
    card = scores_of([truth for truth, _ in turns], [guess for _, guess in turns])
    truths, guesses = ([tuple(STRATEGIES[at] for at in turn[side]) for turn in turns] for side in (0, 1))
    cells = confusion_cells(guesses, truths).sum(axis=0).reshape(8, 8)
    measured = item_scores(guesses, truths).mean(axis=0)
    assert [card.accuracy, card.emr, card.lr, card.several_planned, card.several] == pytest.approx(measured.tolist())
    assert card.macro_f1 == pytest.approx(float(macro_f1(cells, cells.sum(axis=1))))
    assert card.macro_f1 == sequences.macro_f1([one[0] for one in truths], [one[0] for one in guesses], STRATEGIES)


def test_a_missing_prediction_costs_recall():
    cells = confusion_cells([(Q,), ()], [(Q,), (Q,)]).sum(axis=0).reshape(8, 8)
    assert macro_f1(cells, np.array([2.0, 0, 0, 0, 0, 0, 0, 0])) == pytest.approx(2 / 3 / 8)


def test_bleu_is_the_corpus_score_of_sacrebleu():
    from sacrebleu.metrics import BLEU

    replies = ["That sounds hard, how long has it been so?", "You could call a friend tonight.", "yes"]
    references = ["That sounds very hard. How long has it been like this?", "You could perhaps call one friend.", "no"]
    totals = bleu_counts(replies, references).sum(axis=0, keepdims=True)
    for order in range(1, 5):
        expected = BLEU(lowercase=True, max_ngram_order=order).corpus_score(replies, [references]).score
        assert 100 * bleu(order)(totals)[0] == pytest.approx(expected)


def test_a_perfect_reply_scores_one():
    text = ["You could call one friend from the old street this week"]
    assert bleu(4)(bleu_counts(text, text).sum(axis=0, keepdims=True))[0] == pytest.approx(1)
    assert rouge_l(text, text)[0] == pytest.approx(1)
    assert meteor_without_synonyms(text, text)[0] > 0.99


def test_meteor_knows_stems_but_no_synonyms(monkeypatch):
    import nltk.data

    monkeypatch.setattr(nltk.data, "find", lambda *_: pytest.fail("nothing is looked for on the disk"))
    stem, synonym, strange = meteor_without_synonyms(["he walks home"] * 3, ["he walked home", "he strolls home", "he zzz home"])
    assert stem > synonym == strange


def test_rouge_reads_chinese():
    assert rouge_l(["你一个人搬家"], ["你一个人搬家了吗"])[0] > 0.8


@pytest.mark.parametrize("text", ["", "   ", "…", "\x00\x1b[31m", "🙂🙂", "[/bold]", "a" * 50_000])
def test_any_reply_can_be_measured(text):
    assert np.isfinite(bleu_counts([text], ["A plain reply"])).all()
    assert 0 <= rouge_l([text], ["A plain reply"])[0] <= 1
    assert 0 <= meteor_without_synonyms([text], ["A plain reply"])[0] <= 1
    assert 0 <= distinct([text], 2) <= 1


def test_words_are_counted_without_marks():
    assert (word_count("Well, you didn't say - did you?"), tokens("Yes! No"), word_count("")) == (6, ["yes", "!", "no"], 0)


def test_distinct_counts_different_ngrams_of_all_replies():
    assert distinct(["a b", "a b"], 1) == 0.5
    assert distinct(["a b c", "a b d"], 2) == 0.75


def test_the_bootstrap_draws_dialogues_not_turns():
    values = np.array([1.0, 1, 1, 0, 0, 0])
    alike, (low, high) = Bootstrap([0, 0, 0, 1, 1, 1], 1).mean(values)
    _, (turn_low, turn_high) = Bootstrap(range(6), 1).mean(values)
    assert alike == 0.5 and (low, high) == (0.0, 1.0)
    assert low < turn_low and turn_high < high


def test_the_same_seed_gives_the_same_interval_and_it_is_about_right():
    chance = np.random.default_rng(0)
    values = (chance.random(4000) < 0.35).astype(float)
    groups = np.repeat(np.arange(400), 10)
    value, interval = Bootstrap(groups, 5).mean(values)
    assert Bootstrap(groups, 5).mean(values) == (value, interval)
    half = 1.96 * np.sqrt(0.35 * 0.65 / 4000)
    assert (interval[1] - interval[0]) / 2 == pytest.approx(half, rel=0.15)


def test_one_dialogue_has_no_width():
    value, (low, high) = Bootstrap([0, 0], 0).mean(np.array([1.0, 0.0]))
    assert value == low == high == 0.5


def test_a_resample_without_any_of_the_chosen_turns_is_left_out():
    value, (low, high) = Bootstrap([0, 1, 2, 3], 0).mean(np.array([1.0, 0, 0, 0]), np.array([1.0, 0, 0, 0]))
    assert value == low == high == 1.0
