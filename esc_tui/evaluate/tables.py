"""A measurement as rows for people: what the command prints, the pane shows and the exports write. Pure functions.

Results hold shares from 0 to 1; everything here shows percent. An interval is shown as half its width, ``33.1 ±1.9``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Literal

from esc_tui.domain.text import many, visible

Unit = Literal["%", "words", ""]
GROUPS = (("all", "all"), ("single", "single"), ("multi", "multi"))
"""The groups of turns by name in a result and heading: the human supporter used one strategy, or several."""
WIDTH = 98


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure by its name in a result: how it is called in tables, its unit, and one sentence on what it is."""

    name: str
    label: str
    unit: Unit
    help: str


STRATEGY_MEASURES: tuple[Measure, ...] = (
    Measure("accuracy", "First strategy right", "%", "The first planned strategy is the first the human supporter used."),
    Measure("macro_f1", "Macro-F1", "%", "Mean F1 of the first strategy over all eight, rare ones weighing as much as common ones."),
    Measure("emr", "Exact sequence (EMR)", "%", "All strategies of the turn, in order."),
    Measure("lr", "Levenshtein ratio (LR)", "%", "1 - d / max(m, n) of the two sequences, a turn's mean."),
    Measure("multi_share", "Several planned", "%", "Turns for which more than one strategy was planned."),
    Measure("multi_share_reference", "Several in the data", "%", "Turns in which the human supporter used more than one."),
)
WORDING_MEASURES: tuple[Measure, ...] = (
    *(Measure(f"bleu_{order}", f"BLEU-{order}", "%", "sacrebleu, whole corpus: tokeniser 13a, lower case, exponential smoothing.")
      for order in range(1, 5)),
    Measure("rouge_l", "ROUGE-L", "%", "F of the longest common subsequence of words, rouge-score, no stemming, a turn's mean."),
    Measure("meteor_without_synonyms", "METEOR, no synonyms", "%", "NLTK with exact words and Porter stems only, a turn's mean."),
    Measure("sentence_cosine", "Embedding cosine", "%", "Cosine of the embeddings of reply and reference, by the model named below."),
    Measure("word_match_f1", "Embedding word match", "%", "Greedy matching of words by their own embeddings, without context; "
                                                          "like BERTScore's F1, not the same."),
    Measure("distinct_1", "Distinct-1", "%", "Different words over all words; falls with the number of replies."),
    Measure("distinct_2", "Distinct-2", "%", "Different pairs of words over all pairs."),
    Measure("mean_length", "Mean length", "words", "Words of a reply."),
)
MEASURES = STRATEGY_MEASURES + WORDING_MEASURES
SECTIONS: tuple[tuple[str, tuple[Measure, ...]], ...] = (
    ("Strategies", STRATEGY_MEASURES), ("Words of the replies", tuple(one for one in WORDING_MEASURES if one.unit == "%")),
    ("Length in words", tuple(one for one in WORDING_MEASURES if one.unit == "words")))
"""The measures under their headings; the last ones are no percents."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is shown: percent, words or a count; ``half`` is half the width of its 95 % interval, if it has one."""

    value: float
    half: float | None = None
    unit: Unit = "%"

    @property
    def text(self) -> str:
        """The number alone."""
        return f"{self.value:,.0f}" if not self.unit else f"{self.value:.1f}"

    @property
    def interval(self) -> str:
        """``±1.9``, empty without an interval."""
        return "" if self.half is None else f"±{self.half:.1f}"


def figure(result: Mapping[str, Any], name: str, group: str = "all") -> Figure | None:
    """A number of a result, or None when it was not measured for that group of turns."""
    part = result if group == "all" else result.get("by", {}).get(group, {})
    value = part.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    unit: Unit = next((one.unit for one in MEASURES if one.name == name), "")
    scale = 100 if unit == "%" else 1
    bounds = part.get("intervals", {}).get(name)
    half = None if not isinstance(bounds, list) or len(bounds) != 2 else scale * (bounds[1] - bounds[0]) / 2
    return Figure(scale * value, half, unit)


def measured(result: Mapping[str, Any], measures: Sequence[Measure] = MEASURES) -> list[Measure]:
    """The measures a result has."""
    return [one for one in measures if figure(result, one.name) is not None]


def published_range(result: Mapping[str, Any], name: str, group: str = "all") -> str:
    """The lowest and highest published number of a measure, ``25.2-33.5``; empty without any."""
    values = sorted(100 * row["values"][name] for row in result.get("published", ())
                    if row.get("group") == group and name in row.get("values", {}) and name not in {"multi_share_reference"})
    if not values:
        return ""
    return f"{values[0]:.1f}" if values[0] == values[-1] else f"{values[0]:.1f}-{values[-1]:.1f}"


def title_of(result: Mapping[str, Any]) -> str:
    """``train.jsonl → valid.jsonl``."""
    return f"{_names(result.get('train', ()))} → {_names(result.get('test', ()))}"


def system_of(result: Mapping[str, Any]) -> str:
    """``embedded · all-in-one · seed 0``."""
    engine = str(result.get("engine", ""))
    model = result.get("written_by", {}).get("model") or result.get("model") or ""
    return " · ".join([shown(f"{engine} {model}".strip()), shown(result.get("mode", "")), f"seed {result.get('seed', 0)}"])


def counted_of(result: Mapping[str, Any]) -> str:
    """``79 supporter turns of the first 8 dialogues``, or of all there were: ``of 195 dialogues``."""
    return f"{many(result.get('items', 0), 'supporter turn')} {dialogues_of(result)}"


def dialogues_of(result: Mapping[str, Any]) -> str:
    """``of 195 dialogues``, or ``of the first 8 dialogues`` where no more were to be taken."""
    taken = result.get("test_dialogues", 0)
    first = "the first " if taken > 1 and taken == result.get("limit", 0) else ""
    return f"of {first}{many(taken, 'dialogue')}"


def shown(text: object) -> str:
    """Text from a file or a server, fit for one line."""
    return visible(str(text), keep_lines=False)


def _names(files: Sequence[str]) -> str:
    names = [shown(name) for name in files]
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def notes_of(result: Mapping[str, Any]) -> list[str]:
    """Sentences on what was left out and how to read the numbers."""
    left, notes = result.get("left_out", {}), []
    if left.get("turns_without_strategy"):
        notes.append(f"Left out because they have no strategy: {many(left['turns_without_strategy'], 'turn')}.")
    if left.get("train_dialogues_in_test"):
        notes.append(f"Not learned from because they are in --test too: {many(left['train_dialogues_in_test'], 'dialogue')} of --train.")
    for name in ("train", "test"):
        skipped = sum(left.get(f"{name}_skipped", {}).values())
        if skipped or left.get(f"{name}_repeated"):
            notes.append(f"--{name}: not taken: {many(skipped, 'thing')}; repeated: {many(left.get(f'{name}_repeated', 0), 'dialogue')}.")
    bank = {name: count for name, count in left.get("bank", {}).items() if count and name not in {"same", "excerpt", "copied", "line"}}
    if bank:
        notes.append("Left out of the bank because the test is in it: " + ", ".join(
            many(count, _ONE.get(name, name[:-1])) for name, count in bank.items()) + ".")
    if result.get("missing"):
        notes.append(f"Missing because the endpoint failed: {many(result['missing'], 'reply')}, first with: "
                     f"{shown(result.get('first_error', ''))}")
    guarded = sum(count for name, count in result.get("outcomes", {}).items() if name in {"crisis", "care", "guarded"})
    if guarded:
        notes.append(f"Written by the guard: {many(guarded, 'reply')}.")
    for name, model in result.get("likeness_models", {}).items():
        notes.append(f"{next((one.label for one in MEASURES if one.name == name), name)}: by {shown(model)}.")
    if figure(result, "bleu_1") is not None:
        notes.append(BLEU_NOTE)
    card = result.get("planner", {})
    notes.append(f"The planner learned from {many(card.get('turns', 0), 'turn')} of {many(card.get('dialogues', 0), 'dialogue')}, "
                 "all of --train.")
    notes.append("± is half of a 95 % percentile interval over resampled dialogues.")
    return notes


BLEU_NOTE = ("BLEU counts its penalty for short replies over all turns together, where long replies make up for short ones: the whole may "
             "lie above both parts.")
"""Matches over words of all turns lie between those of the parts, so nothing but the penalty can bring this about."""
_ONE = {"artefacts": "learned model", "evidence": "evidence row"}


def rows(result: Mapping[str, Any], measures: Sequence[Measure] = MEASURES) -> Iterator[tuple[Measure, dict[str, Figure | None]]]:
    """The measures a result has, each with its figure by group."""
    for one in measured(result, measures):
        yield one, {group: figure(result, one.name, group) for group, _ in GROUPS}


def plain_report(result: Mapping[str, Any]) -> str:
    """The table for a terminal, about 90 columns wide."""
    lines = [f"{title_of(result)}   {system_of(result)}",
             f"{counted_of(result)}, "
             f"{result.get('seconds', 0):,.0f} s", ""]
    lines.append(f"{'percent':<26}" + "".join(f"{heading + ' turns':>16}" for _, heading in GROUPS) + f"{'published':>14}")
    lines.append((f"{'Turns':<26}" + "".join(f"{_count(result, group) + '      ':>16}" for group, _ in GROUPS)).rstrip())
    for heading, measures in SECTIONS:
        found = list(rows(result, measures))
        if found:
            lines += ["", heading]
        for one, figures in found:
            cells = "".join(f"{_cell(figures[group]):>16}" for group, _ in GROUPS)
            lines.append(f"  {one.label:<24}{cells}{published_range(result, one.name):>14}".rstrip())
    lines += _other_plan_lines(result)
    lines += ["", "First strategy: rows what people did, columns what was planned", *_confusion_lines(result.get("confusion", {}))]
    lines += ["", "Published, in percent; none was measured on these turns", *_published_lines(result), ""]
    for note in notes_of(result):
        lines += wrap(note, WIDTH, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines)


def _count(result: Mapping[str, Any], group: str) -> str:
    part = result if group == "all" else result.get("by", {}).get(group, {})
    return f"{part.get('items', 0):,}"


def _cell(figure: Figure | None) -> str:
    return "" if figure is None else f"{figure.text} {figure.interval:<5}" if figure.interval else f"{figure.text}      "


OTHER_PLANS = (
    ("natural_plan", "Had several strategies been planned as often as people use them"),
    ("own_plan", "The engine's own plan, had it not followed the learned one"),
)
"""Further plans in a result that were measured on the same turns."""


def _other_plan_lines(result: Mapping[str, Any]) -> Iterator[str]:
    for name, heading in OTHER_PLANS:
        other = result.get(name)
        if other:
            parts = [f"{_short(one)} {found.text} {found.interval}" for one in STRATEGY_MEASURES[:5]
                     if (found := figure(other, one.name)) is not None]
            yield ""
            yield heading
            yield from wrap(", ".join(parts), WIDTH, initial_indent="  ", subsequent_indent="  ")


def _short(one: Measure) -> str:
    return one.label.partition("(")[2].rstrip(")") or one.label


def _confusion_lines(confusion: Mapping[str, Any]) -> Iterator[str]:
    tags, cells = confusion.get("tags", ()), confusion.get("cells", ())
    yield "      " + "".join(f"{tag:>6}" for tag in tags)
    for tag, row in zip(tags, cells, strict=False):
        yield f"  {tag:<4}" + "".join(f"{count or '·':>6}" for count in row)


def _published_lines(result: Mapping[str, Any]) -> Iterator[str]:
    names = {one.name: _short(one) for one in MEASURES} | {"multi_share_reference": "Several in its data"}
    told: dict[str, str] = {}
    for row in result.get("published", ()):
        told.setdefault(row["source"], row["note"])
        values = ", ".join(f"{names.get(name, name)} {round(100 * value, 2):g}" for name, value in row["values"].items())
        group = "" if row.get("group") == "all" else ", multi turns"
        yield from wrap(f"  [{list(told).index(row['source']) + 1}] {row['system'] + group:<42}{values}", WIDTH, subsequent_indent=" " * 48,
                        drop_whitespace=True, replace_whitespace=False)
    for number, (source, note) in enumerate(told.items(), 1):
        yield from wrap(f"[{number}] {source}: {note}", WIDTH, initial_indent="  ", subsequent_indent="      ")
