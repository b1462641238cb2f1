"""How the whole guard does on lines it was not trained on: cross-validation over groups of related lines.

Run ``python benchmarks/guard.py [--errors]``. The sealed groups are reported apart; ``--errors`` never shows them.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from train_guard import Line, fit, read_lines

from esc_tui.domain.labels import RiskKind
from esc_tui.guard.detect import MARGIN_WITHOUT_SIGN, check_with, has_sign
from esc_tui.guard.kinds import CrisisCheck
from esc_tui.guard.model import Model

FOLDS = 6
MOST_FALSE_ALARMS = 0.06
KEY_WORDS = re.compile(
    r"suicid|kill|\bdie\b|\bdying\b|\bdead\b|kms|unalive|overdos|hang myself|end (?:it|my life)|self.?harm|wake up|"
    r"cut(?:ting)? (?:myself|my)|better off|hurt (?:my|him|her)|stab|shoot|\bgun\b|hits? me|beats?\b|rape|chok|voices?\b|"
    r"chest pain|heart attack|not breathing|pills|goodbye|burden|自杀|想死|不想活|遗书|割腕|打我|声音", re.I)


@dataclass(frozen=True)
class Outcome:
    """One line and what the guard said about it."""

    line: Line
    check: CrisisCheck


def folds(lines: Sequence[Line]) -> Iterable[tuple[list[Line], list[Line]]]:
    """Train and test lines by groups; a group is never on both sides."""
    from sklearn.model_selection import GroupKFold

    groups = [line.group for line in lines]
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=7).split(lines, groups=groups):
        yield [lines[index] for index in train], [lines[index] for index in test]


PLAIN_TALK = frozenset({"support_talk", "told"})


def choose_threshold(lines: Sequence[Line]) -> float:
    """The lowest score bound at which false alarms of the whole guard stay at most ``MOST_FALSE_ALARMS`` across folds.

    Plain talk (support talk, and what people of stories tell) counts two thirds and the hard mix, with its alarming words, one third.
    """
    scored: list[tuple[float, bool, Line]] = []
    for train, test in folds(lines):
        model = fit(train)
        for line in test:
            by_rules = check_with(model, line.text, line.context, threshold=1e9).crisis
            margin = 0.0 if has_sign(line.found) else MARGIN_WITHOUT_SIGN
            scored.append((model.score(line.found) - margin, by_rules, line))
    plain = [item for item in scored if not item[2].crisis and item[2].tag in PLAIN_TALK]
    hard = [item for item in scored if not item[2].crisis and item[2].tag not in PLAIN_TALK]

    def alarms(items: list[tuple[float, bool, Line]], bound: float) -> float:
        return sum(rules or score >= bound for score, rules, _ in items) / len(items)

    for bound in (step / 20 for step in range(-60, 241)):
        if (2 * alarms(plain, bound) + alarms(hard, bound)) / 3 <= MOST_FALSE_ALARMS:
            return bound
    return 0.0


def judge(model: Model, lines: Sequence[Line]) -> list[Outcome]:
    """The guard's answers with one model."""
    return [Outcome(line, check_with(model, line.text, line.context)) for line in lines]


def share(part: int, whole: int) -> str:
    """A share with its counts."""
    return f"{100 * part / whole:5.1f} % ({part}/{whole})" if whole else "   -"


def table(outcomes: Sequence[Outcome]) -> None:
    """Print recall, false alarms, and both by kind and tag."""
    crisis = [item for item in outcomes if item.line.crisis]
    calm = [item for item in outcomes if not item.line.crisis]
    hits = [item for item in crisis if item.check.crisis]
    print(f"  recall             {share(len(hits), len(crisis))}")
    print(f"  false alarms       {share(sum(item.check.crisis for item in calm), len(calm))}")
    bare = [item for item in crisis if not KEY_WORDS.search(item.line.text)]
    print(f"  recall, no key word{share(sum(item.check.crisis for item in bare), len(bare))}")
    loud = [item for item in calm if KEY_WORDS.search(item.line.text)]
    print(f"  false, with key word{share(sum(item.check.crisis for item in loud), len(loud))}")
    rules = sum(item.check.decided_by in ("rules", "both") for item in crisis)
    print(f"  recall, rules alone{share(rules, len(crisis))}")
    print(f"  right kind if found{share(sum(item.check.kind is item.line.kind for item in hits), len(hits))}")
    levels = [item for item in hits if item.line.level and item.check.level]
    print(f"  right level        {share(sum(item.check.level is item.line.level for item in levels), len(levels))}")
    for kind in RiskKind:
        own = [item for item in crisis if item.line.kind is kind]
        if own:
            named = [item for item in own if item.check.crisis]
            right = sum(item.check.kind is kind for item in named)
            print(f"    {kind.value:18} found {share(len(named), len(own))}  named {share(right, len(named))}")
    for level in dict.fromkeys(item.line.level for item in crisis):
        own = [item for item in crisis if item.line.level is level and level]
        if own:
            print(f"    {level or '':18} found {share(sum(item.check.crisis for item in own), len(own))}")
    for tag in sorted({item.line.tag for item in calm}):
        own = [item for item in calm if item.line.tag == tag]
        print(f"    calm: {tag:20} false {share(sum(item.check.crisis for item in own), len(own))}")


def main() -> None:
    """Print the tables."""
    lines = read_lines()
    opened = [line for line in lines if not line.sealed]
    sealed = [line for line in lines if line.sealed]
    threshold = choose_threshold(opened)
    outcomes: list[Outcome] = []
    for train, test in folds(opened):
        outcomes += judge(fit(train, threshold), test)
    print(f"{len(opened)} lines in {len({line.group for line in opened})} groups, {FOLDS} folds, "
          f"threshold {threshold:.2f}")
    table(outcomes)
    model = fit(opened, threshold)
    start = time.perf_counter()
    result = judge(model, sealed)
    spent = (time.perf_counter() - start) * 1000 / max(1, len(sealed))
    print(f"sealed: {len(sealed)} lines in {len({line.group for line in sealed})} groups; {spent:.2f} ms a message")
    table(result)
    if "--errors" in sys.argv:
        for item in outcomes:
            if item.line.crisis != item.check.crisis:
                print(f"{'MISS ' if item.line.crisis else 'FALSE'} {item.check.decided_by:10} {item.line.id:24} "
                      f"{item.line.kind.value:18} {list(item.line.context) or ''} {item.line.text} "
                      f"{[piece.text for piece in item.check.evidence]}")


if __name__ == "__main__":
    main()
