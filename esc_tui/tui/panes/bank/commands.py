"""The commands of the Bank pane, outside of text fields."""

from __future__ import annotations

from esc_tui.tui.commands import Command

BANK_COMMANDS = (
    Command("bank.filter", "Filter", "filter", "slash,i", "filter", 3, help="Type words or facets to narrow the list."),
    Command("bank.edit", "Edit", "edit", "e", "edit", 1, help="Change this skill in a form; the draft is kept as you type."),
    Command("bank.edit_file", "Edit as SKILL.md", "edit_file", "E", "", 20, help="Change this skill in your $EDITOR."),
    Command("bank.new", "New skill", "new", "n", "new", 4, help="Write a skill from nothing; it begins as a draft."),
    Command("bank.duplicate", "Duplicate", "duplicate", "d", "", 21, help="A new skill that begins as a copy of this one."),
    Command("bank.retire", "Retire or restore", "retire", "x", "", 22,
            help="A retired skill is never offered in a talk; the same key brings it back."),
    Command("bank.lock", "Lock a part", "lock", "L", "", 23, help="Keep parts of this skill from being changed by a program."),
    Command("bank.undo", "Undo", "undo", "u", "undo", 5, help="Take the newest change of the bank back, also after a restart."),
    Command("bank.redo", "Redo", "redo", "ctrl+r", "", 24, help="Make the change again that was taken back."),
    Command("bank.diff", "Difference", "diff", "D", "", 25,
            help="This version beside the one before, or beside the version marked in History."),
    Command("bank.revisions", "Revisions", "revisions", "R", "revisions", 6,
            help="The history of the whole bank; roll back to any moment of it."),
    Command("bank.copy", "Copy as SKILL.md", "copy_skill", "y", "", 26, help="Copy this skill to the clipboard."),
    Command("bank.sort", "Next order", "sort", "s", "", 27, help="By name, evidence, latest change, or use."),
    Command("bank.tab_next", "Next tab", "tab(1)", "right,right_square_bracket", "", 30, key_display="→  ]",
            help="Guidance, Applies, Outcomes, Risks, Evidence, History, Lint."),
    Command("bank.tab_previous", "Previous tab", "tab(-1)", "left,left_square_bracket", "", 31, key_display="←  [",
            help="Back through the tabs of the skill."),
    Command("bank.drawer", "Between list and skill", "drawer", "v", "skill", 7, help="Open the skill, or go back to the list."),
    Command("bank.back", "Back to the list", "back", "escape", "", 32, palette=False, help="From the skill to the list."),
    Command("bank.mark", "Mark a version", "mark", "space", "", 33, palette=False,
            help="In History: mark a version, then D compares it with the one under the cursor."),
)
