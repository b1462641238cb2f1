"""Numbers and glyphs of episodes for the eye: endings, scores with their intervals, time left. Pure."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

from esc_tui.domain.interval_text import CUT, FEWEST, is_cut
from esc_tui.domain.label_words import label_words
from esc_tui.domain.sage import band_of
from esc_tui.domain.text import visible
from widgets.bars import bar
from widgets.one_line import Part
from widgets.wrapping import cut

if TYPE_CHECKING:
    from esc_tui.bank.episode_search import RunFigures, ScoreFigures
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.bank.runs import RunRow

GLYPHS: dict[str, tuple[str, str]] = {
    "running": ("▶", "accent"), "success": ("▲", "helped"), "failure": ("▼", "harmed"), "turns": ("=", "neutral"),
    "goodbye": ("·", "text"), "crisis": ("!", "caution"), "failed": ("!", "caution"), "cancelled": ("x", "dim"),
    "waiting": (" ", "dim"), "stopped": ("‖", "caution"),
}
"""How an episode stands or ended."""
BAR_CELLS = 16
TITLE_CELLS = 40
FEW = 8
"""Below so many an interval is too wide to say much, and that is said."""
WIDEST = 60.0
"""A half interval above this says nothing on a scale of 100."""


def clean(text: str) -> str:
    """Text on one line, as the terminal may have it."""
    return visible(text, keep_lines=False)


def words(label: str) -> str:
    """A label id as words."""
    return clean(label_words(label))


def glyph_of(row: EpisodeRow, alive: bool = True) -> tuple[str, str]:
    """The glyph of an episode with its tone. Without a process at its run (``alive`` False) one that was under way is stopped."""
    stopped = row.state == "running" and not row.outcome and not alive
    return GLYPHS["stopped"] if stopped else GLYPHS.get(row.outcome or row.state, (" ", "dim"))


def band_text(emotion: int) -> str:
    """``61 B``."""
    return f"{emotion:>3} {band_of(emotion).value}"


def t_quantile(freedom: int) -> float:
    """The 97.5 % quantile of Student's t for ``freedom`` degrees of freedom (at least 1).

    Written down for 1 and 2, else by Cornish and Fisher's expansion; against scipy's it is off by at most 0.004 (at 3), 0.001 from 4 on
    and 0.0001 from 7 on. Not scipy's own, because it is needed to draw the list of runs: numpy and scipy.special, the smallest part that
    has it, take a quarter of a second of processor time to load (measured), nearly as much as the list of a large bank may take in all.
    """
    if freedom <= 2:
        return (12.706, 4.303)[max(0, freedom - 1)]
    z, v = NormalDist().inv_cdf(0.975), freedom
    return (z + (z**3 + z) / (4 * v) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
            + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
            + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4))


def half_interval(deviation: float | None, count: int) -> float | None:
    """Half of the 95 % t interval of a mean; None below two values."""
    return None if deviation is None or count < 2 else t_quantile(count - 1) * deviation / count ** 0.5


def score_parts(figures: RunFigures, gap: int = 3) -> list[Part]:
    """``score 52.1 ±9``; the interval is dimmer. Of several supporters each has its own, behind its number."""
    if figures.score is None:
        return [Part(no_score(figures), "dim", gap=gap, drop=2)]
    parts = [Part("score", "dim", gap=gap, drop=3)]
    for arm, one in figures.arms if len(figures.arms) > 1 else ((0, figures.whole),):
        if len(figures.arms) > 1:
            parts.append(Part(f":{arm + 1}", "accent", gap=2))
        if one.score is not None:
            parts += [Part(f"{one.score:.1f}", "bright", gap=1), Part(sureness(one), "dim", gap=1, drop=8 if len(figures.arms) > 1 else 0)]
    return parts


def no_score(figures: RunFigures) -> str:
    """What stands in place of a score."""
    return "no score yet" if figures.waiting or figures.running else "no score"


def sureness(figures: ScoreFigures) -> str:
    """``±9.1``, marked where it reaches beyond the scale; of a handful of episodes, or where it spans the scale, how many: ``(n 3)``."""
    half, score = half_interval(figures.deviation, figures.counted), figures.score
    if half is None or score is None or figures.counted < FEWEST or half > WIDEST:
        return f"(n {figures.counted:,})"
    beyond = is_cut((score - half, score + half), figures.counted)
    return (f"±{half:.1f}" if half < 9.95 else f"±{half:.0f}") + (CUT if beyond else "")


def run_parts(run: RunRow, figures: RunFigures, left: str) -> tuple[list[Part], list[Part]]:
    """The header of a run: title, bar, counts, score, time left."""
    share = figures.played / run.episodes if run.episodes else 0.0
    full, empty = bar(share, BAR_CELLS, empty="─")
    parts = [Part(f"Run {run.number}", "accent.bold"), Part(cut(clean(run.title), TITLE_CELLS), "bright", gap=2, drop=7),
             *_settings_parts(run)]
    parts += [Part(full, "accent", gap=3, drop=4), Part(empty, "rule", drop=4)]
    parts.append(Part(f"{figures.played:,}/{run.episodes:,}", "text", gap=2))
    parts += score_parts(figures)
    parts += [Part("▲", "helped", gap=3), Part(f"{figures.ended('success'):,}", "text", gap=1),
              Part("▼", "harmed", gap=2), Part(f"{figures.ended('failure'):,}", "text", gap=1)]
    faults = figures.ended("failed") + figures.ended("crisis")
    if faults:
        parts += [Part("!", "caution", gap=2, drop=2), Part(f"{faults:,}", "text", gap=1, drop=2)]
    right = [Part(left, "dim", gap=2, drop=1)] if left else []
    why = run.standing.removeprefix(run.state)
    return parts, [*right, Part(run.state, "accent" if run.alive else "dim", gap=2),
                   *([Part(clean(why), "dim", drop=8)] if why and not run.alive else [])]


def arms_of(run: RunRow) -> tuple[str, ...]:
    """The supporters of a run as it names them."""
    return tuple(clean(str(arm.get("name") if isinstance(arm, dict) else arm)) for arm in run.settings.get("arms") or ())


def _settings_parts(run: RunRow) -> list[Part]:
    if run.kind == "imported":
        return [Part("recorded elsewhere", "dim", gap=2, drop=5)]
    settings = run.settings.get("run") or {}
    arms = arms_of(run)
    told = "  ".join(f":{place} {arm}" for place, arm in enumerate(arms, 1)) if len(arms) > 1 else ", ".join(arms)
    known = len(arms) == 1 and run.title.startswith(told)
    supporters = [] if known else [Part(told, "dim", gap=2, drop=3 if len(arms) > 1 else 5)]
    return [*supporters, Part(f"seed {settings.get('seed', '?')}", "dim", gap=2, drop=6)]


def spoken_seconds(seconds: float) -> str:
    """``40 s``, ``2m10s``, ``1h05m``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60}m{whole % 60:02}s" if whole < 3600 else f"{whole // 3600}h{whole % 3600 // 60:02}m"
