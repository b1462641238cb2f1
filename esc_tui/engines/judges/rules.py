"""The rules of the word judge, read from ``data``: what counts as which fault, after which words of the seeker, and what turns it round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from esc_tui.domain.faults import ReplyFault
from esc_tui.engines.judges.asking import Asked

_HEAD = re.compile(r"\[(?P<name>\w+)\](?: when (?P<when>[\w ]+))?(?:; to (?P<to>[\w ]+))?"
                   r"(?:; not after (?P<after>\w+))?(?:; not with (?P<within>\w+))?(?P<asks>; in questions too)?")
_TERM = re.compile(r"<(?P<name>\w+)> (?P<text>.+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault in one way of saying it.

    ``when``: it counts only where the seeker asked one of these, always when empty; ``answers``: only in answer to a line that did, by
    its words. ``unless_before``: not after these words in the
    sentence; ``unless_within``: not in a sentence with these. ``asks_too``: it counts in a question as well. A group ``named`` of the
    pattern is an illness; one that the seeker stated is theirs to name.
    """

    fault: ReplyFault
    pattern: re.Pattern[str]
    when: frozenset[Asked]
    answers: frozenset[Asked]
    unless_before: re.Pattern[str] | None
    unless_within: re.Pattern[str] | None
    asks_too: bool


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, the critical ones first."""
    terms = _terms()
    return (*_rules("critical.txt", terms), *_rules("major.txt", terms))


@cache
def askings() -> tuple[tuple[Asked, re.Pattern[str]], ...]:
    """The words that tell what the seeker speaks of or presses for."""
    found: list[tuple[Asked, re.Pattern[str]]] = []
    asked: Asked | None = None
    for line in _lines("asking.txt"):
        if line.startswith("[") and line.endswith("]"):
            asked = Asked(line[1:-1])
        elif asked is not None:
            found.append((asked, _words(line)))
    return tuple(found)


def _rules(name: str, terms: dict[str, str]) -> Iterator[Rule]:
    head: re.Match[str] | None = None
    for line in _lines(name):
        begun = _HEAD.fullmatch(line)
        if begun is not None:
            head = begun
        elif head is not None:
            yield Rule(
                ReplyFault(head["name"]), _words(_filled(line, terms)), _asked(head["when"]), _asked(head["to"]),
                _words(terms[head["after"]]) if head["after"] else None, _words(terms[head["within"]]) if head["within"] else None,
                bool(head["asks"]))


def _asked(names: str | None) -> frozenset[Asked]:
    return frozenset(Asked(one) for one in (names or "").split())


def _terms() -> dict[str, str]:
    terms: dict[str, str] = {}
    for line in _lines("terms.txt"):
        term = _TERM.fullmatch(line)
        assert term is not None, line
        terms[term["name"]] = _filled(term["text"], terms)
    return terms


def _filled(text: str, terms: dict[str, str]) -> str:
    return re.sub(r"(?<!\(\?P)<(\w+)>", lambda term: terms[term[1]], text)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _lines(name: str) -> Iterator[str]:
    text = (files("esc_tui.engines.judges") / "data" / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
