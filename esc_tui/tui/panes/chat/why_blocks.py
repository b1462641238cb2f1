"""Why this reply: one turn as the blocks of the right side, in the order of a human reason.

Heard, state, fired, chose, not, plan, guard, expected against got, one plain sentence. ● the program observed it, ◐ it was
measured by re-running, ○ a model said it. Keys of blocks: ``unit:212``, ``skill:slug``, ``more:section``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.domain.evidence import bounds
from esc_tui.domain.label_words import hope_words
from esc_tui.domain.label_words import label_words as words
from esc_tui.domain.text import visible
from widgets.bars import share, share_range
from widgets.blocks import BarRow, Blank, Block, Flow, Part, Row, Run

if TYPE_CHECKING:
    from esc_tui.domain.events import GuardChecked, RankedSkill, StateRead, UnitHit
    from esc_tui.domain.talk import TurnView

GRADES = {"observed": "●", "measured": "◐", "said": "○"}
LABEL = 8
FEW = 3
UNSPOKEN = "on offer for this reply; no part of it came from here"
MEANING = {"positive": ("▲", "helped"), "neutral": ("=", "neutral"), "negative": ("▼", "harmed")}


def _head(label: str, grade: str = "") -> tuple[Run, ...]:
    mark = GRADES.get(grade, " ")
    return (Run(f"{mark} ", "dim", True), Run(f"{label:<{LABEL - 2}}", "dim", True))


_INDENT = (Run(" " * LABEL, "dim", True),)


def _flow(label: str, runs: tuple[Run, ...], grade: str = "") -> Flow:
    return Flow(runs, _head(label, grade) if label else _INDENT, _INDENT)


def _bar(label: str, grade: str, name: tuple[Run, ...], value: float, tone: str, right: tuple[Run, ...],
         room: int = 24) -> BarRow:
    before = _head(label, grade) if label else _INDENT
    return BarRow((*before, *name), value, tone, right, label=LABEL + room, most=24)


def why_blocks(turn: TurnView | None, open_sections: frozenset[str] = frozenset(), facts: str = "", *,
               simulated: bool = False) -> list[Block]:
    """All blocks for a turn; ``facts`` (revision, seed) stands at the right of the first line. Nobody rates a ``simulated`` talk."""
    if turn is None:
        return _empty()
    parts = len([segment for segment in turn.segments if segment.text])
    made = f"reply in {parts} parts" if parts > 1 else "reply in 1 part" if parts else "reading"
    blocks = [Block("title", (Row((Run(f"Turn {turn.number}", "bright"), Run(f"  {made}", "dim")),
                                  (Run(facts, "dim"),)), Blank()), selectable=False)]
    blocks += _heard(turn)
    if turn.state is not None:
        blocks += _state(turn.state, "state" in open_sections)
    if turn.units is not None:
        blocks += _fired(turn, "fired" in open_sections)
    if turn.ranked is not None:
        blocks += _chose(turn) + _not(turn, "not" in open_sections)
    if turn.plan is not None:
        blocks += _plan(turn)
    if turn.guard_in is not None:
        blocks.append(_guard(turn))
    blocks += _expected(turn, simulated)
    if turn.reply is not None and turn.reply.plain:
        blocks.append(Block("plain", (_flow("PLAIN", (Run(visible(turn.reply.plain), "text"),), "observed"),)))
    return blocks


def _empty() -> list[Block]:
    return [Block("title", (
        Row((Run("Why this reply", "bright"),)), Blank(),
        Flow((Run("After your first message this side tells, for every reply: what was heard, the state that was read, "
                  "the Intervention Units that fired, the skills chosen and not chosen, the plan, the guard, and one "
                  "plain sentence.", "dim"),)), Blank(),
        Flow((Run("● ", "text"), Run("the program observed it", "dim"))),
        Flow((Run("◐ ", "text"), Run("measured by running it again", "dim"))),
        Flow((Run("○ ", "text"), Run("a model said it", "dim"))),
    ), selectable=False)]


def _heard(turn: TurnView) -> list[Block]:
    heard = turn.state.heard if turn.state is not None else ""
    if not heard and turn.guard_in is not None and turn.guard_in.evidence:
        heard = " … ".join(span.text for span in turn.guard_in.evidence)
    if not heard:
        return []
    grade = turn.state.grade if turn.state is not None else "observed"
    quoted = f"“{visible(heard, keep_lines=False)}”"
    return [Block("heard", (_flow("HEARD", (Run(quoted, "bright"),), grade), Blank()))]


def _state(state: StateRead, whole: bool) -> list[Block]:
    rows: list[Part] = []
    shown = [score for score in state.states if score.score >= 0.02] or list(state.states[:1])
    for place, score in enumerate(shown if whole else shown[:FEW]):
        name = (Run(words(score.state), "bright" if place == 0 else "text"),)
        rows.append(_bar("STATE" if place == 0 else "", state.grade, name, score.score, "accent",
                         (Run(share(score.score), "text" if place == 0 else "dim"),), 22))
        if score.evidence and (place == 0 or whole):
            seen = ", ".join(dict.fromkeys(f"“{visible(span.text, keep_lines=False)}”" for span in score.evidence[:5]))
            rows.append(_flow("", (Run(seen, "dim"),)))
    facts = f"intensity {state.intensity:.0f} of 5, {words(state.stage)}, {words(state.scenario)}"
    if state.need is not None:
        facts += f"; may hope {hope_words(state.need)} {share(state.need_score)}"
    rows.append(_flow("", (Run(facts, "dim"),)))
    if not whole and len(shown) > FEW:
        rows.append(_flow("", (Run(f"{len(shown) - FEW} more with enter", "dim"),)))
    return [Block("more:state", (*rows, Blank()))]


def _unit(unit: UnitHit, label: str) -> Block:
    glyph, tone = MEANING[str(unit.polarity)]
    left = (*(_head(label, "observed") if label else _INDENT), Run(f"{glyph} ", tone), Run(f"IU-{unit.number} ", "text"),
            Run(words(unit.change), tone))
    quote = visible(unit.quote, keep_lines=False)
    rows: list[Part] = [Row(left, (Run(share(unit.similarity), "dim"),))]
    if quote:
        rows.append(Row((*_INDENT, Run(f"  “{quote}”", "dim"))))
    alike = _alike(unit)
    if alike:
        rows.append(Row((*_INDENT, Run(f"  {alike}", "dim"))))
    return Block(f"unit:{unit.number}", tuple(rows))


def _alike(unit: UnitHit) -> str:
    """What was alike: ``alike in lonely, job crisis; words archive, noticed``. Empty for talks of before this was kept."""
    labels, said = ", ".join(visible(words(label)) for label in unit.shared_labels), ", ".join(map(visible, unit.shared_words))
    if labels and not said:
        return f"alike in labels only: {labels}"
    return f"alike in {'; '.join(filter(None, (labels, f'words {said}' if said else '')))}" if said else ""


def _fired(turn: TurnView, whole: bool) -> list[Block]:
    units = turn.units.units if turn.units is not None else ()
    searched = turn.units.searched if turn.units is not None else 0
    new = _novel(turn)
    if not units:
        return [Block("fired", (_flow("FIRED", (Run(f"none of {searched} units is like this moment", "dim"),), "observed"),
                                *new, Blank()))]
    shown = units if whole else units[:FEW]
    blocks = [_unit(unit, "FIRED" if place == 0 else "") for place, unit in enumerate(shown)]
    rest = len(units) - len(shown)
    tail: list[Part] = [_flow("", (Run(f"{rest} more with enter", "dim"),))] if rest else []
    blocks.append(Block("more:fired", (*tail, *new, Blank()), selectable=bool(rest)))
    return blocks


def _novel(turn: TurnView) -> list[Part]:
    """One quiet line where the message is far from all that the bank knows."""
    told = turn.units
    if told is None or not told.novel or told.newness is None:
        return []
    return [_flow("", (Run(f"{told.newness:.0%} of its telling words are new to the bank", "dim"),))]


def _skill(row: RankedSkill, label: str, mark: str, tone: str, note: str = "") -> list[Part]:
    name = (Run(mark, "dim" if mark.isspace() else "text"), Run(visible(row.skill), "text"))
    rows: list[Part] = [_bar(label, "observed", name, row.score, tone, (Run(share(row.score), "text"),))]
    if row.verdict == "chosen":
        interval = share_range(*bounds(row.evidence_mean, row.evidence_interval))
        whole = all(float(count).is_integer() for count in (row.helped, row.harmed))
        helped, harmed = (f"{count:.0f}" if whole else f"{count:.1f}" for count in (row.helped, row.harmed))
        held = (Run(f"  {share(row.evidence_mean)}", "text"), Run(f" {interval}", "dim"),
                Run(f"  ▲{helped}", "helped"), Run(f" ▼{harmed}", "harmed"))
        units = " ".join(f"IU-{number}" for number in row.units[:3])
        rows.append(Row((*_INDENT, *held, Run(f"  {units}" if units else "", "dim"))))
        parts = row.parts
        shares = [("fits", parts.applicability), ("stage", parts.stage), ("words", parts.text)]
        shares += [("need", parts.need)] if parts.need else []
        shares += [("expected", parts.planner)] if parts.planner else []
        told = "  ".join(f"{name}\u00a0{share(value)}" for name, value in shares)
        if parts.recent:
            told += f"  used\u00a0lately\u00a0−{share(parts.recent)}"
        indent = (*_INDENT, Run("  ", "dim", True))
        rows.append(Flow((Run(told, "dim"),), indent, indent))
    for told in filter(None, (row.reason, note)):
        sign = Run("! ", "caution") if row.verdict == "vetoed" else Run("  ", "dim")
        rows.append(Flow((Run(visible(told, keep_lines=False), "dim"),), (*_INDENT, sign),
                         (*_INDENT, Run("  ", "dim", True))))
    return rows


def _chose(turn: TurnView) -> list[Block]:
    ranked = turn.ranked
    if ranked is None:
        return []
    chosen = [row for row in ranked.ranked if row.verdict == "chosen"]
    if not chosen:
        said = f"no skill fits well enough, {ranked.candidates} were looked at; plain listening"
        return [Block("chose", (_flow("CHOSE", (Run(said, "dim"),), "observed"), Blank()))]
    numbers: dict[str, int] = {}
    if turn.plan is not None:
        for move in turn.plan.moves:
            if move.skill:
                numbers.setdefault(move.skill, move.number)
    blocks = []
    for place, row in enumerate(sorted(chosen, key=lambda row: numbers.get(row.skill, len(numbers) + 1))):
        mark = f"{numbers[row.skill]} " if row.skill in numbers else "  "
        note = UNSPOKEN if turn.plan is not None and row.skill not in numbers else ""
        blocks.append(Block(f"skill:{row.skill}", tuple(_skill(row, "CHOSE" if place == 0 else "", mark, "helped", note))))
    if ranked.said_reason:
        blocks.append(Block("said", (_flow("", (Run("○ ", "dim"), Run(visible(ranked.said_reason), "dim"))),)))
    blocks.append(Block("after-chose", (Blank(),), selectable=False))
    return blocks


def _not(turn: TurnView, whole: bool) -> list[Block]:
    rows = [row for row in turn.ranked.ranked if row.verdict != "chosen"] if turn.ranked is not None else []
    masked = turn.pins.masked if turn.ranked is not None and turn.pins is not None else ()
    hidden = [Block("hidden", (_flow("HIDDEN ", (Run(visible(", ".join(masked), keep_lines=False), "text"), Run(
        "  from this whole talk, to learn what they do", "dim")), "observed"), Blank()))] if masked else []
    if not rows:
        return hidden
    shown = rows if whole else rows[:FEW]
    blocks = [Block(f"skill:{row.skill}", tuple(_skill(row, "NOT" if place == 0 else "", "  ", "dim")))
              for place, row in enumerate(shown)]
    rest = len(rows) - len(shown)
    tail: list[Part] = [_flow("", (Run(f"  {rest} more with enter", "dim"),))] if rest else []
    blocks.append(Block("more:not", (*tail, Blank()), selectable=bool(rest)))
    return [*blocks, *hidden]


def _plan(turn: TurnView) -> list[Block]:
    plan = turn.plan
    if plan is None:
        return []
    rows: list[Part] = []
    for place, move in enumerate(plan.moves):
        tag = move.strategy.tag
        runs = (Run(f"{move.number} ", "text"), Run(f"{tag} ", tag.lower()), Run(words(move.action), "text"),
                Run(f"  {visible(move.guidance, keep_lines=False)}" if move.guidance else "", "dim"))
        rows.append(Flow(runs, _head("PLAN", "observed") if place == 0 else _INDENT,
                         (Run(" " * (LABEL + 5), "dim", True),)))
    rows.append(_flow("" if plan.moves else "PLAN", (Run(words(plan.mode).replace(" ", "-"), "dim"),)))
    chain = [("context", plan.reasoning.context), ("cognition", plan.reasoning.cognition),
             ("emotion", plan.reasoning.emotion), ("support plan", plan.reasoning.support_plan)]
    told = [(name, text) for name, text in chain if text]
    blocks = [Block("plan", (*rows, Blank()))]
    if told:
        lines = [Flow((Run(f"{name}  ", "dim"), Run(visible(text), "text")),
                      _head("WHY", plan.reasoning.grade) if place == 0 else _INDENT, _INDENT)
                 for place, (name, text) in enumerate(told)]
        blocks.append(Block("reasoning", (*lines, Blank())))
    return blocks


def _guard(turn: TurnView) -> Block:
    before = turn.guard_in
    rows: list[Part] = []
    if before is not None and (before.crisis or before.measure != "none"):
        rows += _guard_alarm(before)
    for check in turn.guard_out:
        done = "rewritten" if check.measure == "rewrite" else "replaced by a fixed text"
        rows.append(_flow("GUARD" if not rows else "", (Run("! ", "caution"), Run(words(check.problem), "text"),
                                                        Run(f": a drafted sentence was {done}", "dim")), "observed"))
    if not rows:
        rows = [_flow("GUARD", (Run("nothing found, before or after", "dim"),), "observed")]
    return Block("guard", (*rows, Blank()))


def _guard_alarm(check: GuardChecked) -> list[Part]:
    what = words(check.risk) + (f", {words(check.level)}" if check.level is not None else "")
    if not check.crisis:
        return [_flow("GUARD", (Run("! in care ", "caution"), Run("after an earlier message; skills stay off until two "
                                                                   "messages say it is safe, or ask to go on", "dim")),
                      "observed")]
    grade = "said" if check.decided_by == "model" else "observed"
    rows: list[Part] = [_flow("GUARD", (Run("! ", "caution"), Run(what, "text")), grade)]
    rows.append(_flow("", (Run("a fixed text answers; this is no prediction about a person", "dim"),)))
    return rows


def _expected(turn: TurnView, simulated: bool) -> list[Block]:
    if turn.plan is None or not turn.plan.expected:
        return []
    hoped = ", ".join(words(change) for change in turn.plan.expected)
    rows: list[Part] = [_flow("HOPED", (Run(hoped, "text"),), "observed")]
    rating, felt = turn.rating, turn.emotion
    if felt is not None:
        glyph, tone = MEANING["positive" if felt.change > 0 else "negative" if felt.change < 0 else "neutral"]
        rows.append(_flow("GOT", (Run(f"{glyph} {felt.change:+d}", tone), Run(f"  emotion {felt.after}, band {felt.band}", "text")),
                          "observed"))
    elif simulated:
        rows.append(_flow("GOT", (Run("the seeker has not judged this reply", "dim"),)))
    elif rating is None or not (rating.emotion or rating.thumb):
        rows.append(_flow("GOT", (Run("not rated yet; g asks", "dim"),)))
    else:
        runs = [Run(f"felt {rating.emotion} of 5  ", "text")] if rating.emotion else []
        if rating.thumb:
            up = rating.thumb == "up"
            runs.append(Run("▲ helped" if up else "▼ harmed", "helped" if up else "harmed"))
        rows.append(_flow("GOT", tuple(runs), "observed"))
    return [Block("expected", (*rows, Blank()))]
