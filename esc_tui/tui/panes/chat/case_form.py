"""The form of a regression case: its title and what must hold of the reply to this turn."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from esc_tui.domain.errors import UserError
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.file_form import FileForm, FormField, FormLine, form_commands
from esc_tui.tui.panes.chat.moments import CaseWish
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from esc_tui.evolve.what_if import Moment
    from esc_tui.tui.panes.chat.moments import Moments


class CaseField(FormField):
    """One line of the form."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = form_commands("case", "Keep it", "Nothing is kept.")
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)


class CaseForm(FileForm[CaseWish]):
    """Gives what must hold, or None after Esc."""

    DEFAULT_CSS = "CaseForm .form-name { width: 20; }"
    HELP_TITLE = "A regression case"
    HELP_TEXT = ("What must hold of the reply to this turn, whatever becomes of the bank. Several skills, strategies or words go with "
                 "commas between them; an empty line demands nothing.")
    PREFIX = "case"
    TITLE_LINE = "Keep this turn as a regression case"
    FIELD = CaseField
    LINES = (FormLine("about", "Title", "what it is about"), FormLine("chosen", "Skills chosen", "names of skills, with commas"),
             FormLine("not_chosen", "Skills not chosen", "names of skills, with commas"),
             FormLine("strategy", "Strategies used", "e.g. question, or QU"), FormLine("unsaid", "Words never said", "with commas"),
             FormLine("guard", "Guard takes over", "yes, no, or nothing"))

    def __init__(self, moments: Moments, moment: Moment) -> None:
        super().__init__()
        self.moments = moments
        reply = moment.turn.reply
        taken = reply is not None and reply.outcome in {"crisis", "care"}
        self.values = {"chosen": ", ".join(reply.skills if reply is not None else ()), "guard": "yes" if taken else ""}

    def say(self, objection: str) -> None:
        """The keys, and what is wrong."""
        keys = (("enter", "keep it"), ("↓", "next line"), ("esc", "go back"))
        parts = [Part(text, "accent.bold" if at == 0 else "dim", "", (4 if place else 0) if at == 0 else 1)
                 for place, pair in enumerate(keys) for at, text in enumerate(pair)]
        objections = [Part(f"! {objection}", "caution")] if objection else []
        self.query_one("#case-keys", OneLine).show(objections or parts)

    def action_take(self) -> None:
        """Check it and give it back."""
        self.run_worker(self._take(), exclusive=True, exit_on_error=False)

    async def _take(self) -> None:
        wish = CaseWish(*(self.field(line.name).value for line in self.LINES))
        if not wish.title.strip():
            self.say("the case has no title")
            self.field("about").focus()
            return
        try:
            await asyncio.to_thread(self.moments.check, wish)
        except UserError as error:
            self.say(str(error))
        else:
            self.dismiss(wish)
