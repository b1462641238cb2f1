"""The parts of the screen about skills: which runs can be read, the map, the table, the search, with what F1 says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widgets import Input

from esc_tui.tui.commands import Command, bindings
from widgets.eager_keys import EagerKeys
from widgets.grid import Grid
from widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader


def runs_to_read(bank: BankReader) -> list[tuple[int, str, bool]]:
    """Number, title and whether skills were hidden, of the runs of develop seekers with a bank in which an episode ended; newest first."""
    from esc_tui.bank.runs import list_runs
    from esc_tui.domain.labels import Shelf
    from esc_tui.simulate.masking import is_masked

    connection = bank.connection
    closed = {number for (number,) in connection.rows("SELECT DISTINCT run FROM episodes WHERE shelf <> ?", (Shelf.DEVELOP.value,))}
    ended = {number for (number,) in connection.rows("SELECT DISTINCT run FROM episodes WHERE outcome IS NOT NULL")}
    return [(run.number, run.title, is_masked(run)) for run in list_runs(connection, 200)
            if run.kind == "simulated" and run.number in ended - closed
            and any(arm.get("bank", True) for arm in run.settings["run"]["arms"])]


class SkillMap(Grid):
    """Skills by groups."""

    JUMP_KEY = "g"
    HELP_TITLE = "The map of effects"
    HELP_TEXT = ("A row for each skill, a column for each group of seekers; 'all' is all seekers. ▲ the skill helps, ▼ it harms, in points "
                 "of mean emotion over ten turns: episodes with it minus episodes from which it was hidden at random. Hollow marks (△ ▽) "
                 "are undecided once the number of cells is taken into account (Holm). A dot: nobody of the group used it, or the "
                 "episodes are too few. Enter tells the skill in full.")


class SkillTable(VirtualList):
    """Promise and delivery."""

    JUMP_KEY = "l"
    HELP_TITLE = "Promise and delivery"
    HELP_TEXT = ("▲ kept: the seekers it is for felt better after it, by the interval of the mean change; ▼ broken: worse; = open; "
                 "- untested: not used where it fits. 'After it' counts replies with its words where its conditions hold, each seeker "
                 "once; 'beside' those in such moments without it. None of it is a cause. ! passed over: on offer or fitting in 20 turns "
                 "and never chosen, or chosen and never used. ! chosen widely: in over 25 % of turns, or in over 5 % and no less often "
                 "where it does not fit.")


class SkillSearch(EagerKeys, Input):
    """Words of skills."""

    HELP_TITLE = "Search"
    HELP_TEXT = "Skills in whose name or title every word stands."
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("skills.search.leave", "Back to the skills", "screen.leave", "escape,enter,down", "skills", 1, palette=False,
                key_display="esc", help="The words stay."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
