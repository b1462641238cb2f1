"""``esc-tui evaluate episodes``: the measures of runs and of SAGE result files, a table or one JSON object on standard output."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from esc_tui.bank.episodes import explored_turns
from esc_tui.cli.common import Exit, open_session_bank, put, say, settings_from
from esc_tui.cli.narration import Display
from esc_tui.domain.errors import WrongUseError

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.bank.runs import RunRow
    from esc_tui.evaluate.episodes.measures import Grouping
    from esc_tui.evaluate.episodes.sources import Source

_RUN = re.compile(r"(?:run\s*)?\d{1,11}(?::.*)?|last(?::.*)?")


def run_episodes(bank: str | None, references: Sequence[str], compared: str, by: Sequence[str], seed: int, display: Display) -> int:
    """Measure; a bank is opened only when one of the references is no file. Exit code 1 when no episode counts for a score."""
    from esc_tui.evaluate.episodes.comparing import compare, compare_arms
    from esc_tui.evaluate.episodes.measures import GROUPINGS, measure, measure_by
    from esc_tui.evaluate.episodes.tables import (
        COUNTING,
        as_json,
        comparison_json,
        mixture,
        plain_report,
        published_json,
        source_json,
    )

    if compared and len(references) > 1:
        raise WrongUseError("--compare takes one run or file against one other", "", "name one before --compare")
    found = _sources(bank, [*references, *([compared] if compared else [])])
    sources = _apart(found[:len(references)])
    every = [episode for source in sources for episode in source.episodes]
    whole, own = measure(every, seed), [measure(source.episodes, seed) for source in sources]
    chosen: list[Grouping] = [one for one in GROUPINGS if one in by]
    if "arm" not in chosen and any(len(source.arms) > 1 for source in sources):
        chosen = ["arm", *chosen]
    groups = {name: measure_by(every, name, seed) for name in chosen}
    comparison = None
    if compared:
        first, second = found
        comparison = compare(first.episodes, second.episodes, (first.name, second.name), seed, (first, second))
    arms = compare_arms(sources[0].episodes, seed) if len(found) == 1 else []
    if display == "json":
        import json

        put(json.dumps({
            "kind": "result", "job": "evaluate episodes", **as_json(whole), "mixes": list(mixture(sources)),
            "by": {name: {group: as_json(one) for group, one in some.items()} for name, some in groups.items()},
            "sources": [source_json(source, one) for source, one in zip(sources, own, strict=True)],
            **({"compare": comparison_json(comparison)} if comparison is not None else {}),
            **({"arms_compared": [comparison_json(one) for one in arms]} if arms else {}),
            "counting": COUNTING, "published": published_json()}, ensure_ascii=False))
    else:
        put(plain_report(sources, whole, own, groups, arms if comparison is None else [comparison], width=_columns()))
    if whole.episodes:
        return Exit.DONE
    say("No episode counts for a score; the endings stand above.")
    return Exit.FAILED


def summary_of_run(bank: BankReader, run: RunRow) -> tuple[dict[str, Any], str]:
    """What a run came to, as JSON and as a table: measures, those of each arm, and the first arm compared with each other one."""
    from esc_tui.evaluate.episodes.comparing import compare_arms
    from esc_tui.evaluate.episodes.measures import measure, measure_by
    from esc_tui.evaluate.episodes.sources import of_run
    from esc_tui.evaluate.episodes.tables import as_json, comparison_json, mixture, plain_report
    from esc_tui.simulate.planning import RunSettings

    source = of_run(bank, str(run.number))
    settings = RunSettings.model_validate(run.settings["run"]) if run.kind == "simulated" else None
    drawing = [place for place, arm in enumerate(settings.arms) if arm.thompson] if settings is not None else []
    explored = {str(run.settings["arms"][place]): explored_turns(bank.connection, run.number, place) for place in drawing}
    whole = measure(source.episodes)
    arms = measure_by(source.episodes, "arm") if len(source.arms) > 1 else {}
    compared = compare_arms(source.episodes)
    told = {**as_json(whole), "mixes": list(mixture([source]))}
    if arms:
        told |= {"by": {"arm": {name: as_json(one) for name, one in arms.items()}},
                 "arms_compared": [comparison_json(one) for one in compared]}
    if explored:
        told["explored"] = {name: dict(zip(("explored", "turns"), seen, strict=True)) for name, seen in explored.items()}
    report = plain_report([source], whole, [whole], {"arm": arms} if arms else {}, compared, published=False, width=_columns())
    return told, "\n".join([report, *(f"{name} explored: in {some:,} of {turns:,} turns ({some / max(1, turns):.0%}) another skill stood "
                                      "first than by the means of the posteriors." for name, (some, turns) in explored.items()),
                            *(["", f"What each number counts: 'esc-tui evaluate episodes {run.number}'."] if whole.episodes else [])])


def _columns() -> int:
    """Of the terminal that is written to; of a file or a pipe as many as a table may have."""
    from esc_tui.evaluate.episodes.tables import WIDTH

    return shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH


def _sources(bank: str | None, references: Sequence[str]) -> list[Source]:
    from esc_tui.evaluate.episodes.sources import is_file, of_file, of_run

    found: list[Source] = []
    with ExitStack() as stack:
        opened = None
        for reference in references:
            named_run = _RUN.fullmatch(reference.strip().lower()) is not None
            if not named_run and (is_file(reference) or any(mark in reference for mark in "/\\.")):
                found.append(of_file(reference))
                continue
            if opened is None:
                opened = stack.enter_context(open_session_bank(settings_from({"bank": bank}), readonly=True))
            found.append(of_run(opened, reference))
    return found


def _apart(sources: Sequence[Source]) -> list[Source]:
    """Arms that have the same name in several sources are told apart by the source's name."""
    holders: dict[str, int] = {}
    for source in sources:
        for arm in source.arms:
            holders[arm] = holders.get(arm, 0) + 1
    return [source if all(holders[arm] == 1 for arm in source.arms) else replace(
        source, episodes=tuple(replace(one, arm=f"{source.name}: {one.arm}") for one in source.episodes)) for source in sources]
