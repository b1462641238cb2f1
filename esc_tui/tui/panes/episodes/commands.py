"""The commands of the Episodes pane, outside of text fields."""

from __future__ import annotations

from esc_tui.tui.commands import Command

EPISODES_COMMANDS = (
    Command("episodes.new", "New run", "new_run", "n", "new", 8, help="Choose profiles and supporters; it says what it will cost first."),
    Command("episodes.pause", "Pause the run", "pause", "p", "pause", 2, help="After the turns in hand."),
    Command("episodes.resume", "Go on with the run", "resume", "r", "go on", 2,
            help="A paused run goes on; one that was stopped is taken up where it stopped."),
    Command("episodes.step", "One turn of every episode", "step", "full_stop", "step", 3,
            help="The run pauses, and each episode goes on by one turn."),
    Command("episodes.cancel", "Cancel the run", "cancel_run", "c", "cancel", 4, help="Asks first; what was played stays."),
    Command("episodes.pause_one", "Pause or go on with this episode", "pause_one", "P", "", 21,
            help="The episode under the cursor alone."),
    Command("episodes.cancel_one", "Cancel this episode", "cancel_one", "X", "", 22, help="The episode under the cursor alone."),
    Command("episodes.sums", "Sums", "sums", "s", "sums", 6, help="Score, success and failure with intervals, by group, and compared."),
    Command("episodes.export", "Export", "export", "e", "export", 9, help="The run, or the open episode, in SAGE's keys or as events."),
    Command("episodes.remove", "Remove this run", "remove", "x,delete", "", 24, key_display="x",
            help="Asks first; its episodes go with it."),
    Command("episodes.back", "Back", "back", "escape", "", 4, palette=False,
            help="From the episode to the run, from the run to the runs."),
)
