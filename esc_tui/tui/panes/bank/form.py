"""The edit form of a skill: its commands, and what it wants of the pane."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.bank.form_entries import FormEntries


class SkillForm(FormEntries):
    """Edits one draft. The pane keeps it, saves it, and is told when the person wants to leave."""

    HELP_TITLE = "Editing a skill"
    HELP_TEXT = (
        "Arrows move between the rows, Enter writes in one, space chooses its label from the closed set. What you type is kept unsaved "
        "and is still there after a crash; e on the skill, or n for a new one, goes on with it.\n\nWhat is wrong stands under its row. "
        "Saving asks for one line of reason and makes a new revision of the bank.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("form.save", "Save", "save", "s", "save", 1, help="Ask for a reason and make a new revision."),
        Command("form.write", "Write in this row", "write", "enter,i", "write", 2, palette=False),
        Command("form.choose", "Choose the label", "choose", "space,p", "label", 3, palette=False,
                help="The action of a move, the change of an outcome, the severity of a risk, the move of a phrasing."),
        Command("form.add", "Add an entry after this one", "add", "a", "add", 4, palette=False),
        Command("form.remove", "Remove this entry", "remove", "x,delete", "remove", 5, palette=False),
        Command("form.raise", "Move the entry up", "shift(-1)", "K,shift+up", "", 20, palette=False),
        Command("form.lower", "Move the entry down", "shift(1)", "J,shift+down", "", 21, palette=False),
        Command("form.lock", "Lock or free this part", "lock", "L", "", 22, palette=False,
                help="A locked part is never changed by a program."),
        Command("form.undo", "Undo in the form", "step_back", "u", "", 23, palette=False),
        Command("form.redo", "Redo in the form", "step_forth", "ctrl+r", "", 24, palette=False),
        Command("form.file", "Go on in $EDITOR", "file", "E", "", 25, palette=False, help="What is written, as SKILL.md."),
        Command("form.diff", "What changed", "diff", "D", "", 26, palette=False, help="What is written beside the version in the bank."),
        Command("form.up", "Up", "go(-1)", "up,k", "", 40, palette=False),
        Command("form.down", "Down", "go(1)", "down,j", "", 41, palette=False),
        Command("form.page_up", "Page up", "go(-8)", "pageup", "", 42, palette=False),
        Command("form.page_down", "Page down", "go(8)", "pagedown", "", 43, palette=False),
        Command("form.first", "First row", "go(-999)", "home,g", "", 44, palette=False),
        Command("form.last", "Last row", "go(999)", "end,G", "", 45, palette=False),
        Command("form.section", "Next part", "section(1)", "tab,right_square_bracket", "", 46, palette=False),
        Command("form.section_back", "Part before", "section(-1)", "shift+tab,left_square_bracket", "", 47, palette=False),
        Command("form.leave", "Leave the form", "leave", "escape,q", "leave", 6, palette=False,
                help="Asks when something is not saved."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    DEFAULT_CSS = """
    SkillForm { height: 1fr; padding: 1 2 0 2; }
    SkillForm > #form-title { margin: 0 0 0 2; }
    """

    class Wanted(Message):
        """The person wants to ``save``, ``leave``, see the ``diff``, or go on in a ``file``."""

        def __init__(self, what: str) -> None:
            self.what = what
            super().__init__()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A proposal's locks are not the form's to change."""
        return False if action == "lock" and self.draft.proposed else super().check_action(action, parameters)

    # Wishes the pane fulfils

    def action_save(self) -> None:
        """Save; goes to the first row that is wrong instead, if any."""
        self.strict = True
        self.check()
        if self.problems:
            self.current = max(1, min(self.row_of(problem.path) for problem in self.problems))
            if self.item.kind == "heading":
                self.action_go(1)
            self._show_current()
            self.app.bell()
            return
        self.post_message(self.Wanted("save"))

    def action_leave(self) -> None:
        """Leave the form."""
        self.post_message(self.Wanted("leave"))

    def action_file(self) -> None:
        """Go on in $EDITOR."""
        self.post_message(self.Wanted("file"))

    def action_diff(self) -> None:
        """What changed."""
        self.post_message(self.Wanted("diff"))
