"""What runs tell of skills in words: a table, the lists, the map and one skill in full for a terminal, and one JSON object. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from esc_tui.domain.interval_text import FEWEST, signed
from esc_tui.domain.label_words import label_words
from esc_tui.domain.skill import Skill
from esc_tui.domain.text import many, visible
from esc_tui.evolve.skills.delivery import ALWAYS_FROM, ALWAYS_SHARE, ANYWHERE_SHARE, BYPASS_FROM, Delivery, SkillSeen
from esc_tui.evolve.skills.effects import EVERYBODY, MEASURES, Cell, EffectMap
from esc_tui.evolve.skills.seen import Seen
from esc_tui.evolve.statistics.screening import MASK_ALPHA

WIDTH = 98
NAME = 26
COLUMN = 7
COLUMNS = (WIDTH - NAME) // COLUMN
KEPT = {"kept": "▲ kept", "broken": "▼ broken", "open": "= open", "nothing promised": "- none",
        "not used there": "- not used where it fits"}
"""Whether a promise was kept, with the mark that says it without colour."""
NO_MASKS = ("No skill was hidden in these runs, so nothing is known of causes. 'esc-tui simulate --repeats 10 --mask 0.1' plays a run "
            "that tells them.")
THRESHOLDS = (f"Passed over: on offer, or fitting, in {BYPASS_FROM} turns or more and never chosen, or chosen and never a word of it "
              f"in a reply. Chosen widely: in more than {ALWAYS_SHARE:.0%} of the turns that had it ({ALWAYS_FROM} or more), or in more "
              f"than {ANYWHERE_SHARE:.0%} and no less often outside the moments it is for than inside.")
MARKS = ("▲ helps, ▼ harms; hollow (△, ▽): undecided after Holm's correction for the number of cells; · not used there, or these episodes "
         "cannot tell.")
MEANINGS = ("fits: turns in which its conditions held; offered: among the eight before the chooser; after it: mean change of emotion after "
            "replies with its words where they fit, each seeker once, with a 95 % t interval; beside: the same where they fit and it was "
            "not used; ▲ = ▼: how many of 100 did better than is usual for others in that band of emotion, as usual, or worse, as"
            f" 'evolve learn' has it. Below {FEWEST} seekers no interval is told. eps: "
            "episodes it was chosen in. promise, of the replies where it fits: open: its interval holds 0 or there is none yet; none: it "
            "promises nothing; not where it fits: it was not used where it fits. What follows a skill it need not have caused: it is "
            "chosen where it seems to fit.")


def promise_of(skill: Skill) -> list[tuple[str, str]]:
    """What a skill says it is for and what should follow, as named lines: ``for``, ``about``, ``at``, ``hope``, ``expects``."""
    fits = skill.content.applicability
    lines = [("for", _labels(fits.states) or "any state"), ("about", _labels(fits.scenarios)), ("at", _labels(fits.stages)),
             ("hope", _labels(fits.needs)),
             ("intensity", "" if (fits.intensity_low, fits.intensity_high) == (1, 5) else f"{fits.intensity_low} to {fits.intensity_high}"),
             ("expects", " ".join(f"{one.change.polarity.glyph} {_words(one.change.value)}: {visible(one.text, keep_lines=False)}"
                                   for one in skill.content.outcomes) or "nothing")]
    return [(name, text) for name, text in lines if text]


def counts_of(one: SkillSeen) -> str:
    """How often it fitted, was on offer, chosen and used."""
    return (f"chosen in {one.chosen:,} of {many(one.turns, 'turn')} that had it, in {many(one.episodes, 'episode')}; fitted in "
            f"{one.fitting:,}, on offer in {one.offered:,}, its words used in {one.used:,}")


def deliveries_of(one: SkillSeen) -> list[tuple[str, str]]:
    """What followed it where it fits, what followed there without it, and what followed it elsewhere."""
    return [(name, delivery_words(what)) for name, what in (
        ("as it says", one.inside), ("beside", one.beside), ("elsewhere", one.outside))]


def delivery_words(one: Delivery) -> str:
    """``+4.1 [+3.2, +5.0] after 290 replies to 41 seekers: ▲ 200 = 30 ▼ 60``."""
    if one.mean is None:
        return "nothing"
    outcomes = f": ▲ {one.outcomes.helped:,} = {one.outcomes.neutral:,} ▼ {one.outcomes.harmed:,}" if one.outcomes is not None else ""
    who = f"{many(one.replies, 'reply')} to {many(one.seekers, 'seeker')}"
    return f"{signed(one.mean)}{interval_words(one)} after {who}{outcomes}"


def interval_words(one: Delivery) -> str:
    """`` [+3.2, +5.0]``; says so below four seekers."""
    if one.mean is None:
        return ""
    return " [too few]" if one.low is None or one.high is None else f" [{signed(one.low)}, {signed(one.high)}]"


def cell_words(cell: Cell) -> str:
    """``▲ +3.1 [+1.0, +5.2], p 0.004, after Holm 0.031; hidden in 12 of 120 episodes, used in 80``."""
    effect = cell.effect
    there = f"hidden in {cell.hidden:,} of {many(effect.episodes, 'episode')}, used in {cell.used:,}"
    if effect.effect is None or effect.low is None or effect.high is None or effect.p is None:
        return f"· {'not used here, so there is no effect to look for' if not cell.used else 'these episodes cannot tell'}; {there}"
    said = "" if cell.decided else ", undecided"
    corrected = 1.0 if cell.corrected is None else cell.corrected
    return (f"{cell.mark} {signed(effect.effect)} [{signed(effect.low)}, {signed(effect.high)}]{said}, p {_p(effect.p)}, "
            f"after Holm {_p(corrected)}; {there}")


def count_words(found: EffectMap) -> str:
    """How many cells were tested, and how many stand for chance."""
    return (f"{many(found.tested, 'cell')} of groups tested: {found.decided:,} decided after Holm at {MASK_ALPHA:g}; the intervals of "
            f"{found.alone:,} leave 0 out by themselves, where chance alone makes about {MASK_ALPHA * found.tested:.0f} of "
            f"{found.tested:,} do so.")


def plain_report(seen: Seen, skills: Sequence[SkillSeen], found: EffectMap | None) -> str:
    """Everything for a terminal, at most 98 columns wide."""
    lines = [*(visible(name, keep_lines=False) for name in seen.runs), _counted(seen), "", *_table(skills), *_wrapped(MEANINGS), "",
             *_lists(skills), ""]
    lines += _map(found) if found is not None else _wrapped(NO_MASKS, "")
    return "\n".join(line.rstrip() for line in lines)


def skill_report(one: SkillSeen, found: EffectMap | None) -> str:
    """One skill in full."""
    slug = one.skill.slug
    lines = [*_lines(f"{slug} v{one.skill.version}, {visible(one.skill.content.title, keep_lines=False)}"), "", "PROMISE"]
    for name, text in promise_of(one.skill):
        lines += _named(name, text)
    lines += ["", "DELIVERY", *_named("seen", counts_of(one))]
    for name, text in deliveries_of(one):
        lines += _named(name, text)
    lines += [*_named("promise", KEPT[one.kept]), *(f"  ! {why}" for why in (one.bypass, one.always) if why), ""]
    if found is None:
        return "\n".join([*lines, *_wrapped(NO_MASKS, "")])
    lines.append(f"EFFECT on {MEASURES[found.measure]}, in points, with it minus without it")
    for group in (EVERYBODY, *found.groups):
        cell = found.cell(slug, group)
        if cell is not None:
            lines += _lines(cell_words(cell), f"  {group_words(group):<28}", " " * 32)
    return "\n".join([*lines, *_wrapped(count_words(found), "")])


def as_json(seen: Seen, skills: Sequence[SkillSeen], found: EffectMap | None) -> dict[str, Any]:
    """One object: ``runs``, ``episodes``, ``skills`` (counts, promise, deliveries, lists) and ``effects``."""
    told: dict[str, Any] = {
        "kind": "result", "job": "evaluate skills", "runs": list(seen.runs), "episodes": len(seen.episodes), "left_out": seen.left_out,
        "thresholds": {"bypass_from": BYPASS_FROM, "always_share": ALWAYS_SHARE, "anywhere_share": ANYWHERE_SHARE,
                       "always_from": ALWAYS_FROM},
        "skills": [_skill_json(one) for one in skills], "effects": None}
    if found is not None:
        told["effects"] = {
            "by": found.by, "measure": found.measure, "episodes": found.episodes, "groups": dict(found.groups), "alpha": MASK_ALPHA,
            "tested": found.tested, "decided": found.decided, "interval_leaves_0_out": found.alone,
            "cells": [_cell_json(slug, group, found.cells[slug, group]) for slug in found.skills for group in (EVERYBODY, *found.groups)
                      if (slug, group) in found.cells]}
    return told


def _skill_json(one: SkillSeen) -> dict[str, Any]:
    return {"skill": one.skill.slug, "version": one.skill.version, "title": one.skill.content.title, "promise": dict(promise_of(one.skill)),
            "turns": one.turns, "fitting": one.fitting, "offered": one.offered, "chosen": one.chosen, "used": one.used,
            "episodes": one.episodes, "kept": one.kept, "as_it_says": _delivery_json(one.inside), "beside": _delivery_json(one.beside),
            "elsewhere": _delivery_json(one.outside), "bypass": one.bypass, "always": one.always}


def _delivery_json(one: Delivery) -> dict[str, Any]:
    return {"replies": one.replies, "seekers": one.seekers, "mean": one.mean, "interval": list(one.interval) if one.interval else None,
            "outcomes": one.outcomes._asdict() if one.outcomes is not None else None}


def _cell_json(slug: str, group: str, cell: Cell) -> dict[str, Any]:
    effect = cell.effect
    return {"skill": slug, "group": group, "effect": effect.effect, "error": effect.error,
            "interval": None if effect.low is None else [effect.low, effect.high], "p": effect.p, "p_holm": cell.corrected,
            "decided": cell.decided, "episodes": effect.episodes, "hidden": cell.hidden, "used": cell.used}


def _counted(seen: Seen) -> str:
    turns = sum(len(one.replies) for one in seen.episodes)
    left = f"; left out: {seen.left_out:,} that did not end or used no bank" if seen.left_out else ""
    return f"{many(len(seen.episodes), 'episode')}, {many(turns, 'turn')} with skills{left}"


def _table(skills: Sequence[SkillSeen]) -> Iterator[str]:
    yield (f"{'promise and delivery':<{NAME}}{'fits':>6}{'offered':>8}{'chosen':>7}{'eps':>5}  {'after it':<18}{'beside':>7}  "
           f"{'▲ = ▼ %':<9}promise")
    for one in skills:
        inside, beside = one.inside, one.beside
        after = f"{signed(inside.mean)}{interval_words(inside)}" if inside.mean is not None else "-"
        told = inside.outcomes if inside.replies else None
        outcomes = " ".join(f"{100 * count / inside.replies:.0f}" for count in told) if told is not None else "-"
        promise = f"{outcomes:<9}{KEPT[one.kept]}" if one.kept != "not used there" else "not where it fits"
        yield (f"{_cut(one.skill.slug)}{one.fitting:>6,}{one.offered:>8,}{one.chosen:>7,}{one.episodes:>5,}  {after:<18}"
               f"{signed(beside.mean) if beside.mean is not None else '-':>7}  {promise}")


def _lists(skills: Sequence[SkillSeen]) -> Iterator[str]:
    for title, told in (("Passed over in silence", [(one, one.bypass) for one in skills if one.bypass]),
                        ("Chosen widely", [(one, one.always) for one in skills if one.always])):
        yield f"{title}: {'none' if not told else len(told)}"
        for one, why in told:
            yield from _lines(f"{one.skill.slug}: {why}", "  ", "    ")
    yield from _wrapped(THRESHOLDS)


def _map(found: EffectMap) -> Iterator[str]:
    yield f"Effect of each skill by {found.by}, points of {MEASURES[found.measure]}, with it minus without it"
    names, skills, unknown = [EVERYBODY, *found.groups], found.skills, frozenset(found.unknown)
    letters = ["all", *(chr(ord("A") + place) for place in range(len(names) - 1))]
    for start in range(0, len(names), COLUMNS):
        some = slice(start, start + COLUMNS)
        yield f"{'':<{NAME}}" + "".join(f"{letter:>{COLUMN}}" for letter in letters[some])
        for slug in skills:
            if slug not in unknown:
                yield _cut(slug) + "".join(f"{_short(found.cell(slug, name)):>{COLUMN}}" for name in names[some])
    if unknown:
        yield from _wrapped(f"Nothing is known of {', '.join(sorted(unknown))}.")
    legend = (f"{letter} {_words(name)} ({found.groups[name]:,})".replace(" ", "\u00a0")
              for letter, name in zip(letters[1:], names[1:], strict=True))
    yield from (line.replace("\u00a0", " ") for line in _wrapped("  ".join(legend)))
    yield from _wrapped(MARKS)
    yield from _wrapped(count_words(found))
    decided = [(slug, group) for slug in skills for group in names if found.cells[slug, group].decided]
    for slug, group in decided:
        yield from _lines(f"{slug} with {group_words(group)}: {cell_words(found.cells[slug, group])}", "  ", "    ")


def group_words(name: str) -> str:
    """A group of the map as people read it."""
    return "all seekers" if name == EVERYBODY else _words(name)


def _short(cell: Cell | None) -> str:
    if cell is None or cell.effect.effect is None:
        return "·"
    return f"{cell.mark}{signed(cell.effect.effect)}"


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.3f}"


def _labels(labels: Sequence[Any]) -> str:
    return ", ".join(_words(one.value) for one in labels)


def _words(label: str) -> str:
    return label_words(label)


def _cut(text: str) -> str:
    return f"{text if len(text) < NAME else text[:NAME - 2] + '…':<{NAME}}"



def _named(name: str, text: str) -> list[str]:
    return _lines(text, f"  {name:<12}", " " * 14)


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return _lines(text, indent, indent)


def _lines(text: str, first: str = "", then: str = "") -> list[str]:
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)
