"""The what-if sheet as blocks and as text: the ways, both replies with what differs marked, and what the seeker makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from esc_tui.domain.text import many, visible
from esc_tui.evolve.what_if import differing
from esc_tui.tui.panes.chat.why_blocks import GRADES
from widgets.blocks import Blank, Block, Flow, Row, Run
from widgets.blocks import Part as BlockPart

if TYPE_CHECKING:
    from esc_tui.domain.talk import Segment
    from esc_tui.evolve.what_if import Comparison, Moment, Other, Watcher

LETTERS = {"without": "a", "bank": "a", "runner_up": "b", "no_bank": "c", "elsewhere": "d", "skill": "e"}
MISSING = {"a": "without the skill chosen: none was", "b": "with the runner-up: none came next"}
"""Rows of ways that a turn does not have."""
ASKED = {"elsewhere": "at another revision, or with a proposal …", "skill": "with another skill pinned …"}
"""Ways that are asked about first."""


def way_rows(others: Mapping[str, Other | None], found: Comparison | None) -> list[Block]:
    """One row a way, the one that is shown marked, those that the turn does not have said to be missing."""
    rows = {letter: Block(f"missing:{letter}", (Row((Run(f"{letter}  {said}", "dim"),)),), selectable=False)
            for letter, said in MISSING.items()}
    for kind, other in others.items():
        name = other.name if other is not None else ASKED[kind]
        here = found is not None and found.other == other
        runs = (Run(f"{LETTERS[kind]}  ", "accent"), Run(visible(name, keep_lines=False), "bright" if here else "text"),
                Run("  shown" if here else "", "dim"))
        rows[LETTERS[kind]] = Block(kind, (Row(runs),))
    return [rows[letter] for letter in sorted(rows)]


def side_blocks(moment: Moment, found: Comparison | None, at: int) -> tuple[list[Block], list[Block]]:
    """The reply as it was, and a sample of the other way, each with what stands on its side alone."""
    turn = moment.turn
    skills = turn.reply.skills if turn.reply is not None else ()
    other = found.would[at] if found is not None and found.would else None
    whose = "" if not moment.fixed else ", by you" if moment.by_a_person else ", by a program elsewhere"
    was = _side(f"{GRADES['observed']} as it was{whose}", "", turn.segments, turn.shown, None if moment.fixed else skills,
                other.skills if other is not None else skills, other.text if other is not None else turn.shown)
    if found is not None and found.was and found.was[0].text != turn.shown:
        was.append(Block("again", (Flow((Run("! Run again just as it was, it says something else: what was asked of the turn is not all "
                                             "in the record, or the engine is another one. The difference is taken from that.", "dim"),)),),
                         selectable=False))
    if found is None or other is None:
        return was, []
    place = f"sample {at + 1} of {len(found.would)}"
    would = _side(f"{GRADES[other.grade]} {found.other.name}", place, other.segments, other.text, other.skills, skills, turn.shown)
    would += [Block(f"note:{number}", (Flow((Run(f"! {visible(note)}", "dim"),)),), selectable=False)
              for number, note in enumerate(other.notes)]
    if found.other.kind in {"skill", "runner_up"} and found.other.value not in other.skills:
        ruled_out = f"! {visible(found.other.value, keep_lines=False)} was not used: it is ruled out at this moment."
        would.append(Block("ruled-out", (Flow((Run(ruled_out, "caution"),)),), selectable=False))
    if other.text == turn.shown:
        would.append(Block("same", (Flow((Run("Nothing differs.", "dim"),)),), selectable=False))
    return was, would


def _side(title: str, place: str, segments: Sequence[Segment], text: str, skills: Sequence[str] | None, others: Sequence[str],
          other: str) -> list[Block]:
    """One side; ``skills`` None where the reply is nobody's who has skills."""
    parts: list[BlockPart] = [Row((Run(visible(title, keep_lines=False), "dim"),), (Run(place, "dim"),) if place else ())]
    for skill in () if skills is None else skills or ("no skill",):
        alone = skill not in (others or ("no skill",))
        parts.append(Flow((Run(("+ " if alone else "  ") + visible(skill, keep_lines=False), "accent.bold" if alone else "dim"),)))
    parts.append(Blank())
    told = [(segment.strategy.tag if segment.strategy is not None else "··", segment.text) for segment in segments] or [("··", text)]
    for tag, words in told:
        runs = tuple(Run(visible(piece), "bright.bold" if alone else "text") for piece, alone in differing(words, other))
        parts.append(Flow(runs, (Run(f"{tag}  ", tag.lower() if tag != "··" else "dim", True),), (Run("    ", "dim", True),)))
    return [Block("reply", tuple(parts), selectable=False)]


def effect_words(found: Comparison, watcher: Watcher | None, unwatched: str = "") -> str:
    """What the seeker makes of it, in one line; without one, what the two differ in, and why nobody judges (``unwatched``)."""
    effect = found.effect
    if effect is None or effect.mean is None:
        same = sum(old.text == new.text for old, new in zip(found.was, found.would, strict=True))
        why = f"no seeker judges them: {visible(unwatched, keep_lines=False)}" if unwatched else "no written seeker judges this talk"
        return f"{len(found.would) - same} of {len(found.would)} samples differ; {why}"
    mark = "○" if watcher is not None and watcher.mind.model else "◐"
    was, would = (fmean(one.change for one in judged) for judged in (found.was_judged, found.would_judged))
    samples, verdict = many(effect.pairs, "sample"), "" if found.decided else ", not decided"
    if effect.pairs > 1 and not effect.deviation:  # an interval of no width would say more than is known
        said = f"{effect.mean:+.1f} in each of {samples}{verdict}" if effect.mean else f"no difference in {samples}"
        return f"{mark} seeker {was:+.1f} {f'as it was, {would:+.1f} so' if effect.mean else 'both ways'}: {said}"
    interval = f" [{effect.interval[0]:+.1f}, {effect.interval[1]:+.1f}]" if effect.interval is not None else ""
    return f"{mark} seeker {was:+.1f} as it was, {would:+.1f} so: {effect.mean:+.1f}{interval}, {samples}{verdict}"


def as_text(moment: Moment, found: Comparison | None, at: int, watcher: Watcher | None, unwatched: str = "") -> str:
    """Both sides as plain text, with what the program observed, measured or was told."""
    turn = moment.turn
    skills = ", ".join(turn.reply.skills if turn.reply is not None else ()) or "no skill"
    lines = [f"seeker: {visible(turn.text)}", "", f"{GRADES['observed']} as it was ({skills})", visible(turn.shown)]
    if found is not None and found.would:
        other = found.would[at]
        lines += ["", f"{GRADES[other.grade]} {found.other.name} ({', '.join(other.skills) or 'no skill'})", visible(other.text), "",
                  effect_words(found, watcher, unwatched)]
    return "\n".join(lines) + "\n"
