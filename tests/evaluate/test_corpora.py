"""What the constants of leak-freeness rest on, counted on the real corpora."""

from __future__ import annotations

from collections import Counter

from esc_tui.domain.sealed import SealedWords
from esc_tui.evaluate.items import items_of, read_corpora


def dialogues(corpora, name):
    return read_corpora([str(corpora / name)], lambda done, total: None).dialogues


def test_every_supporter_turn_of_the_validation_split_is_an_item(corpora):
    items, without = items_of(dialogues(corpora, "valid.jsonl"))
    assert (len(items), without) == (2257, 0)
    assert sum(item.several for item in items) == 344


def test_some_training_dialogues_share_a_line_with_the_validation_split_but_none_is_copied(corpora):
    sealed = SealedWords(dialogues(corpora, "valid.jsonl"))
    train = Counter(sealed.kinship(dialogue) for dialogue in dialogues(corpora, "train.jsonl"))
    assert train["same"] == train["copied"] == 0 and 20 <= train["line"] <= 60
    failed = Counter(sealed.kinship(dialogue) for dialogue in dialogues(corpora, "FailedESConv.json"))
    assert failed["same"] == failed["copied"] == 0
