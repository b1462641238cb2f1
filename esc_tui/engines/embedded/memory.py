"""What the supporter has said before in this talk: sentences, openings, questions, and what was echoed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from esc_tui.engines.embedded.acts import says_not_knowing, wants_only_listening
from esc_tui.engines.embedded.clauses import clauses_of
from esc_tui.engines.embedded.turning import listed
from esc_tui.engines.embedded.words import keys_of, tokens_of
from esc_tui.engines.roles import Moment

SENTENCE_TURNS = 20  # supporter turns within which no sentence comes twice
OPENING_TURNS = 10  # supporter turns within which no two replies open with the same two words
_KEPT = 8192  # sentences of which these small things are kept: all that are weighed for the talks of one loop
_END = re.compile(r"(?<=[.!?…])[”\"’)]*\s+")


@lru_cache(maxsize=_KEPT)
def normal(text: str) -> str:
    """Lower-case words only, for comparing sentences."""
    return " ".join(keys_of(text))


@lru_cache(maxsize=_KEPT)
def sentences_in(text: str) -> tuple[str, ...]:
    """Sentences of a reply, end marks kept."""
    return tuple(part.strip() for part in _END.split(text.strip()) if part.strip())


@lru_cache(maxsize=_KEPT)
def content_words(text: str) -> frozenset[str]:
    """Stems (first five letters) of the words that carry meaning."""
    stop = listed("stop")
    return frozenset(
        token.key[:5]
        for token in tokens_of(text)
        if len(token.key) >= 4 and token.key not in stop and token.text.casefold() not in stop
    )


@lru_cache(maxsize=_KEPT)
def opening_of(text: str) -> str:
    """The first two words, normal."""
    return " ".join(keys_of(text, 2))


@lru_cache(maxsize=_KEPT)
def first_word_of(text: str) -> str:
    """The first word, normal; empty without one."""
    return opening_of(text).partition(" ")[0]


def chance(*parts: object) -> float:
    """A number in [0, 1) fixed by its parts."""
    digest = blake2b("\x1f".join(map(str, parts)).encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


@dataclass(frozen=True, slots=True)
class Memory:
    """The talk so far from the supporter's side; newest reply first in tuples."""

    replies: tuple[str, ...]
    sentences: frozenset[str]
    blob: str
    openings: frozenset[str]
    recent_starts: tuple[str, ...]
    recent_words: frozenset[str]
    questions: tuple[frozenset[str], ...]
    asked: tuple[str, ...]
    question_run: int
    short_run: int
    echoed_lately: bool
    only_listen: bool

    def said(self, sentence: str) -> bool:
        """True when the sentence came within the last twenty supporter turns."""
        return normal(sentence) in self.sentences


_newest: tuple[Moment, Memory] | None = None


def memory_of(moment: Moment) -> Memory:
    """Gather what a reply must not repeat, from the history. Planner and writer ask for the same, so the newest is kept."""
    global _newest  # one entry, replaced whole
    kept = _newest
    if kept is None or kept[0] is not moment:
        kept = _newest = (moment, _memory_of(moment))
    return kept[1]


def _memory_of(moment: Moment) -> Memory:
    replies = [line.text for line in reversed(moment.history) if line.speaker == "supporter"]
    seeker = [line.text for line in moment.history if line.speaker == "seeker"]
    recent = replies[:SENTENCE_TURNS]
    sentences = frozenset(normal(part) for reply in recent for part in sentences_in(reply))
    run = 0
    for reply in replies:
        if not reply.rstrip(' ”"').endswith("?"):
            break
        run += 1
    short = 0
    for text in reversed([*seeker, moment.text]):
        if len(tokens_of(text)) > 6:
            break
        short += 1
    echoed = (
        len(replies) >= 2
        and len(seeker) >= 2
        and all(
            "“" in reply or any(clause.turned.casefold() in _stated(reply) for clause in clauses_of(text))
            for reply, text in zip(replies[:2], reversed(seeker[-2:]), strict=False)
        )
    )
    starts = tuple(
        next(iter(tokens_of(part)), None).key  # type: ignore[union-attr]
        for reply in replies[:4]
        for part in sentences_in(reply)
        if tokens_of(part)
    )
    return Memory(
        replies=tuple(replies),
        sentences=sentences,
        blob=" | ".join(normal(reply) for reply in recent),
        openings=frozenset(opening_of(reply) for reply in replies[:OPENING_TURNS]),
        recent_starts=starts,
        recent_words=frozenset(word for reply in replies[:2] for word in content_words(reply)),
        questions=tuple(
            content_words(part) for reply in replies[:8] for part in sentences_in(reply) if part.endswith("?")
        ),
        asked=tuple(part for reply in replies[:8] for part in sentences_in(reply) if part.rstrip('”"').endswith("?")),
        question_run=run,
        short_run=short,
        echoed_lately=echoed,
        only_listen=wants_only_listening((*seeker, moment.text)),
    )


def _stated(reply: str) -> str:
    """A reply without its questions, in lower case: words said back inside a question are no echo."""
    return " ".join(part for part in sentences_in(reply) if "?" not in part).casefold()


def not_knowing_run(moment: Moment) -> int:
    """How many of the newest seeker messages in a row only said that they do not know."""
    run = 0
    for text in (moment.text, *(line.text for line in reversed(moment.history) if line.speaker == "seeker")):
        if not says_not_knowing(text):
            break
        run += 1
    return run
