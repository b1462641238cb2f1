"""Measures of episodes as one JSON object, and as a table for people. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from esc_tui.domain.endings import ending_lines
from esc_tui.domain.interval_text import CUT, DIFFERENCES, EMOTIONS, FEWEST, NO_ENDS, UPWARDS, Bounds, interval_text
from esc_tui.domain.text import many, visible
from esc_tui.evaluate.episodes.comparing import Comparison
from esc_tui.evaluate.episodes.measures import BOOTSTRAP_FROM, EpisodeMeasures, Grouping, Mean, Share, measure_by
from esc_tui.evaluate.episodes.published import LEADERBOARD, NOTE, SOURCE
from esc_tui.evaluate.episodes.sources import Source

WIDTH = 98
NARROWEST = 78
"""Below so many columns the table is no narrower: the terminal breaks its lines."""
GROUP_NUMBERS = 59
"""Cells of the numbers behind a group's name."""
LABEL = 24
"""Cells of a measure's name."""
COUNTING = {
    "score": "Mean final emotion of the episodes that ended as success, failure, goodbye or turns; no other ending has a score.",
    "turns": "Messages of the seeker in an episode, the first and the last one included.",
    "turns_capped": "The same, but everything except a success counts as the protocol's limit (PPDPP's AvgT).",
    "mean_emotion": "Emotion after each judged reply, an episode's mean; the start is left out.",
    "volatility": "Standard deviation of the changes of emotion within an episode, from reply to reply, in points.",
    "critic": "Replies until the four-way critic's mean reward is above 0.5; the protocol's limit for episodes without (PPDPP).",
}
"""What each number counts, one sentence each."""
_MEANS = (("score", "score"), ("turns", "turns"), ("turns_capped", "turns, capped (AvgT)"), ("mean_emotion", "mean emotion"),
          ("volatility", "volatility"))
_SHARES = (("success", "success"), ("failure", "failure"))


def as_json(measures: EpisodeMeasures) -> dict[str, Any]:
    """The measures as JSON: means are numbers (None without an episode), ``success``, ``failure`` and ``episodes`` counts.

    ``episodes`` are those that count; ``intervals`` holds ``[low, high]`` by name (t for means, Wilson for rates), ``bootstrap`` the
    percentile bootstrap of the means from 48 episodes on.
    """
    told: dict[str, Any] = {"score": measures.score.value, "success": measures.success.count, "failure": measures.failure.count,
                            "episodes": measures.episodes, "left_out": measures.left_out, "outcomes": measures.outcomes}
    intervals: dict[str, list[float]] = {}
    bootstrap: dict[str, list[float]] = {}
    for name, mean in [(name, getattr(measures, name)) for name, _ in _MEANS]:
        told[name] = mean.value
        _note_intervals(name, mean, intervals, bootstrap)
    for name, share in (("success_rate", measures.success), ("failure_rate", measures.failure)):
        told[name] = share.value
        if share.interval:
            intervals[name] = list(share.interval)
    critic = measures.critic
    if critic is not None:
        told["critic"] = {"episodes": critic.success.n, "success": critic.success.count, "success_rate": critic.success.value,
                          "turns": critic.turns.value, "reward": critic.reward.value}
        if critic.success.interval:
            intervals["critic_success_rate"] = list(critic.success.interval)
        _note_intervals("critic_turns", critic.turns, intervals, bootstrap)
        _note_intervals("critic_reward", critic.reward, intervals, bootstrap)
    return {**told, "intervals": intervals, "bootstrap": bootstrap}


def _note_intervals(name: str, mean: Mean, intervals: dict[str, list[float]], bootstrap: dict[str, list[float]]) -> None:
    if mean.t:
        intervals[name] = list(mean.t)
    if mean.bootstrap:
        bootstrap[name] = list(mean.bootstrap)


def comparison_json(one: Comparison) -> dict[str, Any]:
    """A comparison as JSON; ``difference`` is the first side minus the second."""
    return {"first": one.first, "second": one.second, "difference": one.difference.value, "pairs": one.pairs,
            "interval": list(one.difference.t) if one.difference.t else None,
            "bootstrap": list(one.difference.bootstrap) if one.difference.bootstrap else None, "deviation": one.deviation,
            "unpaired_first": one.unpaired_first, "unpaired_second": one.unpaired_second, "pairs_without_score": one.uncounted,
            "success_gained": one.success_gained, "success_lost": one.success_lost, "failure_gained": one.failure_gained,
            "failure_lost": one.failure_lost, "played_apart": list(one.played_apart), "supporters_apart": list(one.supporters_apart),
            "caveats": list(one.caveats())}


def source_json(source: Source, measures: EpisodeMeasures) -> dict[str, Any]:
    """One source with its own measures."""
    return {"name": source.name, "kind": source.kind, "arms": list(source.arms), "seeker": source.seeker, "standing": source.standing,
            "skipped": source.skipped,
            **as_json(measures)}


def published_json() -> dict[str, Any]:
    """SAGE's leaderboard with the note on what keeps it from being compared."""
    return {"source": SOURCE, "note": NOTE, "rows": [{**row._asdict(), "episodes": 100} for row in LEADERBOARD]}


def plain_report(sources: Sequence[Source], whole: EpisodeMeasures, own: Sequence[EpisodeMeasures],
                 groups: Mapping[Grouping, Mapping[str, EpisodeMeasures]], comparisons: Sequence[Comparison] = (), *,
                 published: bool = True, width: int = WIDTH) -> str:
    """The table for a terminal of so many columns, 98 of them at most; ``published``: with SAGE's leaderboard and what each number counts.

    Where no episode counts there is nothing to measure, and its head stands alone.
    """
    width = min(WIDTH, max(NARROWEST, width))
    lines = list(_head(sources, whole, width))
    if not whole.episodes and not published:
        return "\n".join(lines)
    mixed = mixture(sources)
    if not mixed:
        lines += ["", *_measure_lines(whole)]
    if len(sources) > 1:
        lines += ["", *_group_lines("source", [source.name for source in sources], own, width)]
    for by, found in groups.items():
        lines += ["", *_group_lines(by, list(found), list(found.values()), width)]
        if mixed and by != "arm":
            lines.append(f"  (over all {len(mixed)} supporters together)")
    if mixed:
        lines += ["", f"All {len(mixed)} supporters together, which is the score of none of them", *_measure_lines(whole)]
    for comparison in comparisons:
        lines += ["", *_comparison_lines(comparison, width)]
    if published:
        lines += ["", *_published_lines(_supporters(sources, own), width), ""]
        for note in _notes(whole):
            lines += wrap(note, width, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(line.rstrip() for line in lines)


def mixture(sources: Sequence[Source]) -> tuple[str, ...]:
    """The supporters whose episodes a sum over all sources would mix; empty for a single one."""
    names = tuple(dict.fromkeys(arm for source in sources for arm in source.arms))
    return names if len(names) > 1 else ()


def _head(sources: Sequence[Source], whole: EpisodeMeasures, width: int) -> Iterator[str]:
    for source in sources:
        yield _shown(source.name) + (f": {_shown(source.standing)}" if source.standing else "")
        if source.skipped:
            yield f"  not taken: {', '.join(f'{number:,} {_shown(reason)}' for reason, number in source.skipped.items())}"
    counted = f"{many(whole.episodes, 'episode')} counted" + (f" of {whole.episodes + whole.left_out:,}" if whole.left_out else "")
    yield from ending_lines(counted, whole.outcomes, width)


def _measure_lines(whole: EpisodeMeasures) -> Iterator[str]:
    yield f"{'':<{LABEL}}{'':>9}   {'95 % interval':<20}{'bootstrap' if whole.score.bootstrap else ''}"
    for name, label in _MEANS[:1]:
        yield _mean_line(label, getattr(whole, name), EMOTIONS)
    for name, label in _SHARES:
        yield _share_line(label, getattr(whole, name))
    for name, label in _MEANS[1:]:
        yield _mean_line(label, getattr(whole, name), EMOTIONS if name == "mean_emotion" else UPWARDS)
    if whole.critic is not None:
        yield _share_line("critic: solved", whole.critic.success)
        yield _mean_line("critic: AvgT", whole.critic.turns, UPWARDS)
        yield _mean_line("critic: reward", whole.critic.reward, NO_ENDS)


def _mean_line(label: str, mean: Mean, scale: Bounds) -> str:
    told, drawn = interval_text(mean.t, mean.n, scale), interval_text(mean.bootstrap, mean.n, scale)
    return f"{label:<{LABEL}}{_number(mean.value):>9}   {told:<20}{drawn}"


def _share_line(label: str, share: Share) -> str:
    percent = "" if share.interval is None else f"{100 * share.interval[0]:.1f} to {100 * share.interval[1]:.1f} %"
    rate = "-" if share.value is None else f"{100 * share.value:.1f} %"
    return f"{f'{label}, {share.count:,} of {share.n:,}':<{LABEL}}{rate:>9}   {percent}"


def _group_lines(by: str, names: Sequence[str], measures: Sequence[EpisodeMeasures], most: int) -> Iterator[str]:
    width = min(most - GROUP_NUMBERS, max([len(by) + 3, *(len(_shown(name)) for name in names)]))
    yield f"{('by ' + by):<{width}}{'episodes':>10}{'score':>8}{'95 % interval':>16}{'success':>9}{'failure':>9}{'turns':>7}"
    for name, one in zip(names, measures, strict=True):
        yield (f"{_cut(_shown(name), width)}{one.episodes:>10,}{_number(one.score.value):>8}{interval_text(one.score.t, one.score.n):>16}"
               f"{one.success.count:>9,}{one.failure.count:>9,}{_number(one.turns.value):>7}")


def _comparison_lines(one: Comparison, width: int) -> Iterator[str]:
    yield f"{_shown(one.first)} minus {_shown(one.second)}, the same profile and repeat"
    for caveat in one.caveats():
        yield from wrap(caveat, width, initial_indent="! ", subsequent_indent="  ")
    if one.strangers:
        return
    yield _mean_line("difference", one.difference, DIFFERENCES)
    yield (f"{many(one.pairs, 'pair')}; left out: {one.unpaired_first:,} and {one.unpaired_second:,} without a partner, "
           f"{one.uncounted:,} without a score on a side")
    yield (f"success gained in {one.success_gained:,}, lost in {one.success_lost:,}; "
           f"failure gained in {one.failure_gained:,}, lost in {one.failure_lost:,}")


def _supporters(sources: Sequence[Source], own: Sequence[EpisodeMeasures]) -> Iterator[tuple[str, EpisodeMeasures]]:
    """Every supporter by itself, as the published rows are: a source, or each arm of one that has several."""
    for source, one in zip(sources, own, strict=True):
        if len(source.arms) < 2:
            yield source.name, one
        else:
            yield from ((f"{source.name}, {arm}", found) for arm, found in measure_by(source.episodes, "arm").items())


def _published_lines(own: Iterable[tuple[str, EpisodeMeasures]], width: int) -> Iterator[str]:
    names = 40 - (WIDTH - width)
    rows = [(row.score, row.model, f"{row.score:>8.1f}{_percent(row.success)}{_percent(row.failure)}  published, 100 episodes", " ")
            for row in LEADERBOARD]
    for name, one in own:
        if one.score.value is not None:
            rows.append((one.score.value, _shown(name), f"{one.score.value:>8.1f}{_of_100(one.success)}{_of_100(one.failure)}  "
                         f"yours, {many(one.episodes, 'episode')}", ">"))
    yield f"  {_cut('beside the published rows', names)}{'score':>8}{'success':>9}{'failure':>9}  whose"
    for _, name, numbers, mark in sorted(rows, key=lambda row: -row[0]):
        yield f"{mark} {_cut(name, names)}{numbers}"
    yield from wrap(f"{SOURCE}. {NOTE}.", width, initial_indent="  ", subsequent_indent="  ")


def _of_100(share: Share) -> str:
    return _percent(100 * (share.value or 0))


def _percent(value: float) -> str:
    return f"{value:>7.0f} %"


def _notes(whole: EpisodeMeasures) -> Iterator[str]:
    yield f"Score: {COUNTING['score'][0].lower()}{COUNTING['score'][1:]}"
    yield f"Turns: {COUNTING['turns'][0].lower()}{COUNTING['turns'][1:]} Capped: {COUNTING['turns_capped'].removeprefix('The same, but ')}"
    if whole.critic is not None:
        yield COUNTING["critic"]
    yield (f"Intervals: t for means, Wilson for shares; from {BOOTSTRAP_FROM} episodes on a bootstrap over whole profiles stands "
           f"beside; below {FEWEST} values none is told, and {CUT} marks an end cut at the end of its scale.")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _shown(text: str) -> str:
    return visible(text, keep_lines=False)


def _cut(text: str, width: int) -> str:
    """The text in exactly so many cells; Chinese takes two for a character."""
    from rich.cells import cell_len, set_cell_size

    return set_cell_size(text, width) if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…"
