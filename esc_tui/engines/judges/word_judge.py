"""A judge of replies by their words alone: patterns of its own, read sentence by sentence, with what the seeker asked in view."""

from __future__ import annotations

import re

from esc_tui.domain.faults import ReplyFault
from esc_tui.domain.text import split_sentences
from esc_tui.engines.judge_roles import Exchange, FoundFault
from esc_tui.engines.judges.asking import ASKED_BY, Asked
from esc_tui.engines.judges.rules import Rule, askings, rules

_QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"|‘[^’\n]{3,}’(?!\w)")
_CURLY = str.maketrans({"’": "'", "ʼ": "'"})


class WordJudge:
    """Implements ``engines.judge_roles.ReplyJudge`` for English replies. The same exchange gives the same faults on any machine.

    Words in quotation marks are the seeker's and never a fault.
    """

    name = "words"

    async def faults(self, exchange: Exchange) -> tuple[FoundFault, ...]:
        """The faults of the reply in order of place, each kind once."""
        return find_faults(exchange)


def find_faults(exchange: Exchange) -> tuple[FoundFault, ...]:
    """What ``WordJudge.faults`` gives."""
    said = "\n".join(exchange.said).translate(_CURLY).lower()
    known = {ASKED_BY[fault] for fault in exchange.tempted if fault in ASKED_BY} | ({Asked.DANGER} if exchange.danger else set())
    asked = frozenset(known | _by_words(said))
    just_asked = _by_words(exchange.said[-1].translate(_CURLY).lower() if exchange.said else "")
    reply = _QUOTED.sub(lambda quote: " " * len(quote[0]), exchange.reply.translate(_CURLY))
    found: dict[ReplyFault, FoundFault] = {}
    at = 0
    for sentence in split_sentences(reply)[0]:
        for rule in rules():
            if rule.fault not in found and (span := _span(rule, sentence, asked, just_asked, said)) is not None:
                start, end = at + span[0], at + span[1]
                found[rule.fault] = FoundFault(rule.fault, start, end, exchange.reply[start:end], bool(rule.when or rule.answers))
        at += len(sentence)
    return tuple(sorted(found.values(), key=lambda fault: fault.start))


def _by_words(said: str) -> frozenset[Asked]:
    return frozenset(asked for asked, pattern in askings() if pattern.search(said))


def _span(rule: Rule, sentence: str, asked: frozenset[Asked], just_asked: frozenset[Asked], said: str) -> tuple[int, int] | None:
    if (rule.when and not rule.when & asked) or (rule.answers and not rule.answers & just_asked):
        return None
    if not rule.asks_too and sentence.rstrip().endswith("?"):
        return None
    for match in rule.pattern.finditer(sentence):
        if rule.unless_before is not None and rule.unless_before.search(sentence[:match.start()]):
            continue
        if rule.unless_within is not None and rule.unless_within.search(sentence):
            continue
        named = match.groupdict().get("named")
        if named and named.lower() in said and Asked.ILLNESS not in asked:
            continue
        return match.span()
    return None
