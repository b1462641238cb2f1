"""The grid and the two lists of the map, with what F1 says of each."""

from __future__ import annotations

from widgets.grid import Grid
from widgets.virtual_list import VirtualList


class MapGrid(Grid):
    """States by actions."""

    JUMP_KEY = "g"
    HELP_TITLE = "The map of prototypes"
    HELP_TEXT = ("A row for each seeker state, a column for each support action (for each strategy in a narrow window). ▲ counts units "
                 "that helped, ▼ those that harmed. A dot is a hole: nobody did that there, or too few did for a group; the line of "
                 "tabs says how many units were set aside so, and how many were passed over because the seeker was in a crisis, where no "
                 "skill is used. A unit with two actions stands in both columns. Enter opens the prototypes of a cell.")


class PrototypeList(VirtualList):
    """The prototypes of a cell."""

    JUMP_KEY = "p"
    HELP_TITLE = "Prototypes"
    HELP_TEXT = ("Groups of units alike in state, action, polarity and wording, with the words that tell them apart. Space marks some; n "
                 "writes a draft skill from those marked (or the one under the cursor), e makes a skill you choose fit them as well. What "
                 "harmed in the same state by the same action comes along, so that the draft's evidence counts both.")


class UnitList(VirtualList):
    """The units of a prototype."""

    JUMP_KEY = "u"
    HELP_TITLE = "Units of a prototype"
    HELP_TEXT = ("Closest to the middle of the group first, with the words that show the state. Enter opens the lines it comes from. "
                 "Words about a crisis are veiled until v is pressed, for this prototype only.")
