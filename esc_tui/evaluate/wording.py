"""Measures of written replies against the human ones, each with well-kept libraries. Shares run from 0 to 1.

BLEU is the corpus score of sacrebleu (tokeniser 13a, lower case, exponential smoothing); ROUGE-L the mean F of rouge-score
without stemming; METEOR that of NLTK with exact words and Porter stems alone, no synonyms: WordNet is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from esc_tui.domain.intervals import Bootstrap, Interval

    Floats = npt.NDArray[np.float64]

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:['’][^\W_]+)*|[^\w\s]")
MOST_LETTERS = 20_000
"""A reply is measured up to so many letters; none is that long, and METEOR takes quadratic time."""


def tokens(text: str) -> list[str]:
    """Lower-case words and marks; Han and kana one by one."""
    return _TOKEN.findall(text[:MOST_LETTERS].lower())


def word_count(text: str) -> int:
    """Words of a reply; marks do not count."""
    return sum(token[0].isalnum() for token in tokens(text))


def bleu_counts(replies: Sequence[str], references: Sequence[str]) -> Floats:
    """What corpus BLEU is made of, by item: matches of n-grams 1-4, n-grams 1-4, length, reference length. Shape (items, 10)."""
    import numpy as np
    from sacrebleu.metrics.bleu import BLEU

    metric = BLEU(lowercase=True, effective_order=True)
    rows = []
    for reply, reference in zip(replies, references, strict=True):
        score = metric.sentence_score(reply[:MOST_LETTERS], [reference[:MOST_LETTERS]])
        rows.append([*score.counts, *score.totals, score.sys_len, score.ref_len])
    return np.array(rows, dtype=np.float64).reshape(-1, 10)


def bleu(order: int) -> Callable[[Floats], Floats]:
    """A function from summed ``bleu_counts`` (rows, 10) to BLEU-``order`` 0-1."""

    def score(totals: Floats) -> Floats:
        import numpy as np
        from sacrebleu.metrics.bleu import BLEU

        return np.array([BLEU.compute_bleu([int(n) for n in row[:order]], [int(n) for n in row[4:4 + order]], int(row[8]), int(row[9]),
                                           smooth_method="exp", max_ngram_order=order).score / 100 for row in totals])

    return score


def rouge_l(replies: Sequence[str], references: Sequence[str]) -> Floats:
    """F of the longest common subsequence for each item."""
    import numpy as np
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"], use_stemmer=False, tokenizer=_Tokens())
    return np.array([scorer.score(reference, reply)["rougeL"].fmeasure
                     for reply, reference in zip(replies, references, strict=True)], dtype=np.float64)


class _Tokens:
    """Words alone, as rouge-score's own tokeniser has them, but of every script."""

    def tokenize(self, text: str) -> list[str]:
        return [token for token in tokens(text) if token[0].isalnum()]


class _NoSynonyms:
    """Stands where NLTK's METEOR asks for WordNet."""

    def synsets(self, word: str) -> list[Any]:
        return []


class _Stemmer:
    """The Porter stemmer, remembering words."""

    def __init__(self) -> None:
        from nltk.stem.porter import PorterStemmer

        self.stem = lru_cache(maxsize=50_000)(PorterStemmer().stem)


def meteor_without_synonyms(replies: Sequence[str], references: Sequence[str]) -> Floats:
    """METEOR of each item with exact and stem matches only; 0 where one side is empty."""
    import numpy as np
    from nltk.translate.meteor_score import single_meteor_score

    stemmer, synonyms = _Stemmer(), _NoSynonyms()
    return np.array([
        single_meteor_score(truth, guess, stemmer=stemmer, wordnet=synonyms) if guess and truth else 0.0
        for guess, truth in ((tokens(reply), tokens(reference)) for reply, reference in zip(replies, references, strict=True))
    ], dtype=np.float64)


def distinct(replies: Sequence[str], order: int) -> float:
    """Distinct-``order``: different n-grams of all replies over all of their n-grams; 0 where there is none.

    It falls with the number of replies, so compare only over the same items; no interval, since drawing dialogues twice
    would repeat their n-grams.
    """
    seen: set[tuple[str, ...]] = set()
    total = 0
    for reply in replies:
        words = tokens(reply)
        grams = list(zip(*(words[at:] for at in range(order)), strict=False))
        seen.update(grams)
        total += len(grams)
    return len(seen) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class WordingScores:
    """What each item's reply scored: shape (items,) each, ``bleu`` (items, 10); computed once, summed as often as needed."""

    bleu: Floats
    rouge_l: Floats
    meteor: Floats
    words: Floats

    @classmethod
    def of(cls, replies: Sequence[str], references: Sequence[str]) -> WordingScores:
        """Score every item."""
        import numpy as np

        return cls(bleu_counts(replies, references), rouge_l(replies, references),
                   meteor_without_synonyms(replies, references), np.array([word_count(reply) for reply in replies], dtype=np.float64))

    def summed(self, bootstrap: Bootstrap, chosen: Floats) -> tuple[dict[str, float], dict[str, Interval]]:
        """Values and intervals by name over the items of a mask of ones and zeros."""
        values: dict[str, float] = {}
        intervals: dict[str, Interval] = {}
        for order in range(1, 5):
            values[f"bleu_{order}"], intervals[f"bleu_{order}"] = bootstrap.measure(self.bleu * chosen[:, None], bleu(order))
        for name, scores in (("rouge_l", self.rouge_l), ("meteor_without_synonyms", self.meteor), ("mean_length", self.words)):
            values[name], intervals[name] = bootstrap.mean(scores, chosen)
        return values, intervals
