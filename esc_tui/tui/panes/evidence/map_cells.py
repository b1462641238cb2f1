"""The cells of the map: states as rows, actions or strategies as columns, and what a cell says in short and in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from esc_tui.domain.labels import Action, State, Strategy
from esc_tui.tui.panes.bank.wording import count
from esc_tui.tui.panes.evidence.look import words
from widgets.blocks import Run
from widgets.grid import Heading
from widgets.one_line import Part

if TYPE_CHECKING:
    from esc_tui.discover.prototype_map import PrototypeMap

ROW_LABEL = 16
GAP, WIDEST_GAP = 1, 4
"""Blanks between columns: at least, and where there is room."""
SHORT = {
    Action.OPEN_QUESTION: "open", Action.CLARIFYING_QUESTION: "clarify", Action.CHECKING_WHAT_IS_WANTED: "wanted",
    Action.RESTATEMENT: "restate", Action.SUMMARY: "summary", Action.REFLECTION_OF_FEELING: "feeling",
    Action.SHARED_HUMAN_EXPERIENCE: "shared", Action.VALIDATION: "valid", Action.AFFIRMATION_OF_STRENGTH: "affirm",
    Action.REASSURANCE: "assure", Action.SUGGESTION_WITH_OPTIONS: "options", Action.PLANNING_A_CONCRETE_STEP: "step",
    Action.GENTLE_CHALLENGE: "gentle", Action.REFRAMING: "reframe", Action.EXPLAINING_ANOTHERS_VIEW: "view",
    Action.INFORMATION: "inform", Action.SOCIAL_OR_OTHER: "social",
}
"""Names of the columns in at most seven cells; the line under the map says the whole name."""


def rows_of() -> list[Heading]:
    """A row for each state."""
    return [Heading(state.value, "seeking a way…" if state is State.SEEKING_A_WAY_FORWARD else words(state)) for state in State]


def columns_for(shown: PrototypeMap, width: int) -> tuple[list[Heading], bool, bool]:
    """Actions under their strategies when they have room in ``width`` cells, else strategies; whether it is actions, and whether there
    is room for a blank between the two numbers of a cell."""

    def fits(by_action: bool, spaced: bool) -> bool:
        columns = len(Action) if by_action else len(Strategy)
        return ROW_LABEL + columns * (cells_of(shown, by_action, spaced)[1] + GAP) <= width

    if fits(True, False):
        return ([Heading(action.value, SHORT[action], action.strategy.tag, action.strategy.tag.lower()) for action in Action], True,
                fits(True, True))
    return [Heading(strategy.value, strategy.tag, "", strategy.tag.lower()) for strategy in Strategy], False, fits(False, True)


def gap_for(columns: int, cell: int, width: int) -> int:
    """Blanks between ``columns`` of so many cells in ``width``."""
    return max(GAP, min(WIDEST_GAP, (width - ROW_LABEL) // max(1, columns) - cell))


def cells_of(shown: PrototypeMap, by_action: bool, spaced: bool = False) -> tuple[dict[tuple[str, str], tuple[Run, ...]], int]:
    """What stands in each cell, in columns of one width, and that width; ``spaced``: with a blank between the two numbers. A number
    alone stands at the left, under the column's name."""
    sums: dict[tuple[str, str], list[int]] = {}
    for (state, action), cell in shown.cells.items():
        here = sums.setdefault((state.value, action.value if by_action else action.strategy.value), [0, 0])
        here[0] += cell.positive_units
        here[1] += cell.negative_units
    helped = max((len(count(one[0])) for one in sums.values()), default=1)
    harmed = max((len(count(one[1])) for one in sums.values()), default=1)
    between = (Run(" ", "text"),) if spaced else ()
    cells = {place: (*_counted("▲", "helped", one[0], helped), *(between if one[0] else ()), *_counted("▼", "harmed", one[1], harmed))
             for place, one in sums.items()}
    return cells, max(7 if by_action else 5, helped + harmed + 2 + spaced)


def _counted(glyph: str, tone: str, number: int, width: int) -> Sequence[Run]:
    if not number:
        return ()
    return Run(glyph, tone), Run(f"{count(number):<{width}}", "text")


def cell_sentence(shown: PrototypeMap, state: str, column: str, by_action: bool) -> list[Part]:
    """The cell in words: ``lonely · reflection of feeling   ▲ 41 helped   ▼ 6 harmed   in 5 prototypes``."""
    found = [cell for (at, action), cell in shown.cells.items()
             if at.value == state and (action.value if by_action else action.strategy.value) == column]
    helped, harmed = sum(cell.positive_units for cell in found), sum(cell.negative_units for cell in found)
    groups = sum(len(cell.positive) + len(cell.negative) for cell in found)
    name = words(column) if by_action else column
    parts = [Part(words(state), "bright.bold"), Part("·", "dim", gap=1), Part(name, "bright", gap=1)]
    if not found:
        return [*parts, Part(f"a {hole_words(shown)}", "dim", gap=3)]
    return [*parts, Part("▲", "helped" if helped else "dim", gap=3), Part(f"{helped:,} helped", "text", gap=1),
            Part("▼", "harmed" if harmed else "dim", gap=2), Part(f"{harmed:,} harmed", "text", gap=1),
            Part(f"in {groups} prototype{'' if groups == 1 else 's'}", "dim", gap=3, drop=1)]


def hole_words(shown: PrototypeMap) -> str:
    """What an empty cell means: fewer units of either polarity than a group needs."""
    return "hole: nobody did that there" if shown.fewest == 1 else (
        f"hole: fewer than {shown.fewest} units that helped, fewer than {shown.fewest} that harmed")
