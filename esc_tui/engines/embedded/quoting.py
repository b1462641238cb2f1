"""The seeker's exact words, fit to stand between quotation marks: a telling phrase or a short whole clause."""

from __future__ import annotations

import re

from esc_tui.engines.embedded.clauses import sentences_of
from esc_tui.engines.embedded.grammar import is_clause
from esc_tui.engines.embedded.turning import listed
from esc_tui.engines.embedded.words import phrases, tokens_of, word_set
from esc_tui.engines.roles import Reading

_FILLER = re.compile(r",?\s+(?:let'?s say|so to speak|as it were|shall we say|if you like|you know|i mean)$", re.IGNORECASE)
_LEADS = frozenset({"and", "but", "because", "so", "or", "no", "yes"})


def said_of(text: str, reading: Reading, spoken: str) -> tuple[str, ...]:
    """Whole short clauses in their exact words (3-9 words), the weightiest first, for giving back between quotation marks."""
    found: list[tuple[float, str]] = []
    for sentence in sentences_of(text[:1500]):
        if sentence.endswith("?") or "http" in sentence or any(mark in sentence for mark in '"“”()[]{}<>*_/\\@#|'):
            continue
        for piece in re.split(r"[,;:]\s+", sentence.strip(" .!…-–—")):
            piece = _FILLER.sub("", piece)  # noqa: PLW2901 - what says nothing is not given back
            tokens = tokens_of(piece)
            keys = [token.key for token in tokens]
            if not 3 <= len(keys) <= 9 or keys[0] in listed("bad_starts") or keys[0] in _LEADS:
                continue
            if keys[-1] in listed("bad_ends") or any(
                key in word_set("swears") or key in listed("not_said") for key in keys
            ):
                continue
            letters = [character for character in piece if character.isalpha()]
            if (
                piece.casefold() in spoken
                or sum(map(str.isupper, letters)) > 0.5 * len(letters)
                or not piece.isprintable()
            ):
                continue
            if not is_clause(keys):
                continue
            found.append((1.0 * (piece in reading.heard) - 0.1 * len(found), piece[:90]))
    found.sort(key=lambda item: -item[0])
    return tuple(piece for _, piece in found)


def quotes_of(text: str, reading: Reading, spoken: str) -> tuple[str, ...]:
    """One to five of their exact words with weight behind them, not quoted before and not half a thought."""
    tokens = tokens_of(text)
    state = reading.state.value
    found: list[tuple[float, str]] = []
    for match in phrases("states").find(tokens):
        if match.label != state or match.last - match.first < 2 or match.weight < 2 + (match.last - match.first == 2):
            continue
        first, last = match.first, match.last
        if (
            first
            and tokens[first - 1].key in {"so", "too", "not", "never", "really", "cant", "dont", "no"}
            and last - first < 5
        ):
            first -= 1
        if (
            last < len(tokens)
            and tokens[last].clause == tokens[last - 1].clause
            and tokens[last].key not in listed("after_feeling")
        ):
            continue
        piece = text[tokens[first].start : tokens[last - 1].end]
        keys = [token.key for token in tokens[first:last]]
        if last - first > 5 or "\n" in piece or any(mark in piece for mark in '.,;:!?"“”()'):
            continue
        if (
            (keys[-1] in listed("bad_ends") and keys[-1] not in {"cant", "no"})
            or keys[0] in {"and", "or", "is", "was", "of", "to"}
            or piece.casefold() in spoken
        ):
            continue
        if any(key in word_set("swears") or key in {"you", "your", "u"} for key in keys) or piece.isupper():
            continue
        found.append((match.weight + 0.2 * (last - first), piece))
    found.sort(key=lambda item: -item[0])
    return tuple(piece for _, piece in found)
