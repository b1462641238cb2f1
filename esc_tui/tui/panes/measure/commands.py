"""The commands of the Measure pane, outside of text fields."""

from __future__ import annotations

from esc_tui.tui.commands import Command

TABS: tuple[tuple[str, str], ...] = (("numbers", "Numbers"), ("confusion", "Confusion"), ("published", "Published"))
"""What is shown of a measurement: id and title."""

MEASURE_COMMANDS = (
    Command("measure.new", "Measure replies anew", "measure", "n", "measure", 1,
            help="Files to learn from and to predict; it runs as a job beside the panes."),
    Command("measure.compare", "Compare with this one", "compare", "space", "compare", 2,
            help="Puts the measurement under the cursor beside the others; again: takes it away."),
    Command("measure.export", "Export this measurement", "export", "e", "export", 3,
            help="As Markdown, CSV or HTML into the folder the program was started in."),
    Command("measure.copy", "Copy this measurement", "copy", "y", "", 9,
            help="Its numbers, confusion and published numbers as text, to the clipboard."),
    Command("measure.group", "Turns with one strategy, several, or all", "group", "t", "turns", 4,
            help="Which turns two measurements side by side are compared on."),
    Command("measure.next", "Next tab", "tab(1)", "right_square_bracket", "tab", 5, key_display="[ ]",
            help="Numbers, Confusion, Published."),
    Command("measure.previous", "Tab before", "tab(-1)", "left_square_bracket", "", 6, palette=False, key_display="[",
            help="Back through the tabs."),
    Command("measure.detail", "List or numbers", "drawer", "v", "", 7,
            help="Moves between the list and the numbers; in a narrow window opens them in its place."),
    Command("measure.back", "Back to the list", "back", "escape", "", 8, palette=False, help="From the numbers to the list."),
)
