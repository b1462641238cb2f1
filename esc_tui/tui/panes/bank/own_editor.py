"""A skill through the person's own editor and back, as SKILL.md."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError
from esc_tui.tui.panes.bank.deeds import Deeds

if TYPE_CHECKING:
    from esc_tui.domain.skill import Skill
    from esc_tui.tui.panes.part import PanePart


class OwnEditor(Deeds):
    """Suspends the program while the editor runs."""

    async def through_editor(self, skill: Skill, *, fixed: bool = True) -> Skill | None:
        """The skill as the editor left it; errors lead back to the same file. None when the person gave up."""
        return await through_editor(self, skill, fixed=fixed, instead=" Press e for the form.")


async def through_editor(part: PanePart, skill: Skill, *, fixed: bool = True, instead: str = "") -> Skill | None:
    """A skill through the person's own editor, asked for by any pane; errors lead back to the same file. None when they gave up.

    ``fixed``: the name must stay. ``instead`` says what else can be done where no editor can be opened.
    """
    from textual.app import SuspendNotSupported

    from esc_tui.interchange.skill_markdown import read_skill, write_skill
    from esc_tui.tui.ask import Answer, AskScreen
    from esc_tui.tui.panes.bank import external

    path: Path = await asyncio.to_thread(external.write_file, skill.slug, write_skill(skill))
    while True:
        try:
            with part.app.suspend():
                external.run_editor(path)
            edited = read_skill(external.read_file(path), path.name, skill.version)
            if fixed and edited.slug != skill.slug:
                raise UserError(f"the name '{edited.slug}' is not '{skill.slug}'", path.name,
                                f"put 'name: {skill.slug}' back, or duplicate the skill to give the copy another name")
        except SuspendNotSupported:
            external.forget_file(path)
            part.tell(f"An editor cannot be opened in this kind of terminal.{instead}", "warning")
            return None
        except UserError as error:
            answer = await part.app.push_screen_wait(AskScreen(
                str(error), "Nothing is lost: the file is as you left it.",
                [Answer("o", "open it again", "open"), Answer("k", "keep the file and go back", "keep")]))
            if answer == "open":
                continue
            part.tell(f"Your text is in {path}.")
            return None
        external.forget_file(path)
        return edited
