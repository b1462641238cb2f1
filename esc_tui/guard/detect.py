"""``check_message``: rules and classifier joined into one answer about a seeker's message. Nothing switches it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from esc_tui.domain.labels import RiskKind, RiskLevel
from esc_tui.guard.features import features, han_features, read_alone, word_features
from esc_tui.guard.kinds import LEVEL_ORDER, CrisisCheck, DecidedBy, Evidence
from esc_tui.guard.model import Model, shipped_model
from esc_tui.guard.normal import Plain
from esc_tui.guard.rules import Reading, farewells, fiction_frame, goes_on_living, read

_URGENT = (RiskLevel.INTENT_OR_PLAN, RiskLevel.BEHAVIOUR)
_MOST_WORDS_SHOWN = 3
_LONG_MESSAGE = 60
_WINDOW_MARGIN = 1.0
_CONTEXT_THAT_RAISES = 3
_SHORT_ANSWER = 16
_FEWEST_BROKEN_LINES = 3
MARGIN_WITHOUT_SIGN = 2.5
_CALM_FAMILIES = frozenset({"f:light", "f:everyday_world", "f:healed", "f:plain_sad", "f:funeral_world",
                            "f:story_world", "f:denial", "f:calm_life_two", "f:calm_feeling_two", "f:han_life"})
# Asking for help, thanks, goodbyes: nearly as frequent in plain talk as in a crisis, so no sign alone.
_COMMON_FAMILIES = frozenset({"f:helpless_now", "f:goodbye_like"})
_NO_SIGN = _CALM_FAMILIES | _COMMON_FAMILIES
_ANSWER_MARGIN = 2.0


def check_message(text: str, context: Sequence[str] = ()) -> CrisisCheck:
    """Look at a seeker's message; ``context`` is what they wrote before, oldest first.

    Context may raise (a goodbye after hopeless talk) and may clear (it was about a film). Any text is accepted.
    """
    return check_with(shipped_model(), text, context)


def check_with(model: Model, text: str, context: Sequence[str] = (), threshold: float | None = None) -> CrisisCheck:
    """``check_message`` with given weights; for training and measuring."""
    bound = model.threshold if threshold is None else threshold
    text = _without_broken_lines(text)
    frame = fiction_frame(context[-1]) if context else ""
    reading = read(text, frame) if frame else read_alone(text)
    found = features(reading, context)
    score = model.score(found)
    if not has_sign(found):
        bound += MARGIN_WITHOUT_SIGN
    by_classifier, part, part_found = score >= bound, reading, found
    if not by_classifier and len(reading.message.words) > _LONG_MESSAGE:
        for piece in _windows(text):
            window = read(piece)
            window_found = features(window, context)
            if model.score(window_found) >= bound + _WINDOW_MARGIN:
                by_classifier, part, part_found = True, window, window_found
                break
    if not by_classifier and not reading.deciding:
        return _raised_by_context(reading, found, score, bound, context) or CrisisCheck(False, RiskKind.NONE)
    if reading.deciding:
        kind, level, evidence = _by_rules(model, reading, found)
        decided: DecidedBy = "both" if by_classifier else "rules"
        return CrisisCheck(True, kind, level, evidence, decided)
    kind = model.kind(part_found)
    level = model.level(part_found) if kind is RiskKind.SELF_HARM else None
    return CrisisCheck(True, kind, level, _words_that_decided(model, part, part_found, text), "classifier")


def has_sign(found: Mapping[str, float]) -> bool:
    """True when a message holds anything beyond plain words: a family of dark phrases or a rule's hit."""
    likely = [name for name in found if name[0] in "rxf" and name[1] == ":"]  # few of hundreds
    return any(name[0] != "f" or name not in _NO_SIGN for name in likely)


def _raised_by_context(reading: Reading, found: Mapping[str, float], score: float, bound: float,
                       context: Sequence[str]) -> CrisisCheck | None:
    """A goodbye after hopeless talk, or a short dark answer after a crisis; None when neither."""
    if not context or goes_on_living(reading.message) or found.get("k:frame") or found.get("f:denial"):
        return None
    earlier = [hit for line in context[-_CONTEXT_THAT_RAISES:] for hit in read_alone(line).hits
               if hit.rule.kind is RiskKind.SELF_HARM and not hit.cleared]
    if not earlier:
        return None
    signs = farewells(reading.message)
    if signs:
        return CrisisCheck(True, RiskKind.SELF_HARM, RiskLevel.INTENT_OR_PLAN, signs, "rules")
    urgent = [hit for hit in earlier if hit.decides and LEVEL_ORDER[hit.rule.level] >= 2]
    size = len(reading.message.words)
    if urgent and 0 < size <= _SHORT_ANSWER and score >= bound - _ANSWER_MARGIN:
        message = reading.message
        level = max((hit.rule.level for hit in urgent), key=lambda item: LEVEL_ORDER[item])
        return CrisisCheck(True, RiskKind.SELF_HARM, level, (message.evidence(1, len(message.text) - 1),), "both")
    return None


def _by_rules(model: Model, reading: Reading, found: Mapping[str, float],
              ) -> tuple[RiskKind, RiskLevel | None, tuple[Evidence, ...]]:
    hits = reading.deciding
    kinds = frozenset(hit.rule.kind for hit in hits)
    urgent = any(hit.rule.level in _URGENT for hit in hits)
    if RiskKind.SELF_HARM in kinds and urgent and RiskKind.PSYCHOSIS_RISK not in kinds:
        kind = RiskKind.SELF_HARM
    else:
        kind = model.kind(found, kinds)
    chosen = [hit for hit in hits if hit.rule.kind is kind]
    level = max((hit.rule.level for hit in chosen), key=lambda item: LEVEL_ORDER[item])
    return kind, level, tuple(dict.fromkeys(hit.evidence for hit in chosen))


def _without_broken_lines(text: str) -> str:
    """A message typed one or two words a line, on one line; of the same length, so that places in it stay."""
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    if len(filled) >= _FEWEST_BROKEN_LINES and sum(len(line.split()) for line in filled) <= 2 * len(filled):
        return " ".join(lines)
    return text


def _windows(text: str) -> list[str]:
    """Overlapping pieces of a long message, about forty words each."""
    words = text.split()
    return [" ".join(words[start:start + 40]) for start in range(0, max(1, len(words) - 20), 20)]


def _words_that_decided(model: Model, reading: Reading, found: Mapping[str, float],
                        original: str) -> tuple[Evidence, ...]:
    """The words whose features spoke most for a crisis, joined where they touch; at least one stretch."""
    message = reading.message
    weight = [0.0] * len(message.words)
    for name, places in word_features(message).items():
        part = model.weight(name) * found.get(name, 0.0)
        if part > 0:
            for index in set(places):
                weight[index] += part / len(set(places))
    stretches = _best_words(message, weight)
    if not stretches:
        han = {name: model.weight(name) for name in han_features(message.original)}
        best = max(han, key=lambda name: han[name], default="")
        if best and han[best] > 0:
            stretches = [han_features(message.original)[best][0]]
    if not stretches and message.spans:
        stretches = [(message.spans[0][0], message.spans[-1][1])]
    offset = max(0, original.find(message.original))
    return tuple(Evidence(start + offset, end + offset, original[start + offset:end + offset])
                 for start, end in sorted(stretches))


def _best_words(message: Plain, weight: Sequence[float]) -> list[tuple[int, int]]:
    order = sorted((index for index in range(len(weight)) if weight[index] > 0 and message.words[index].isalnum()),
                   key=lambda index: -weight[index])[:2 * _MOST_WORDS_SHOWN]
    runs: list[list[int]] = []
    for index in sorted(order):
        if runs and index - runs[-1][-1] <= 2:
            runs[-1].append(index)
        else:
            runs.append([index])
    runs.sort(key=lambda run: -sum(weight[index] for index in run))
    return [(message.spans[run[0]][0], message.spans[run[-1]][1]) for run in runs[:_MOST_WORDS_SHOWN]]
