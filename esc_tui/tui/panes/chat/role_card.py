"""The role card: who the person plays in this talk, for their eyes alone, in a drawer beside the talk."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.message import Message

from esc_tui.domain.label_words import hope_words, label_words
from esc_tui.domain.text import visible
from esc_tui.tui.commands import Command, bindings
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Part, Run

if TYPE_CHECKING:
    from esc_tui.domain.profile import Profile

LAYERS = {1: "told to anybody", 2: "told once there is some trust", 3: "told only to somebody who has earned it"}


class CardWish(Message):
    """The person wants something of the card: ``first`` its first line in the field, ``hide``, ``away``."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__()


class RoleCard(BlockView):
    """The card; scrolls, holds no cursor."""

    DEFAULT_CSS = """
    RoleCard { display: none; width: 42%; min-width: 46; max-width: 76; height: 1fr; border-left: solid $tone-accent;
               padding: 1 0 0 1; }
    """
    JUMP_KEY = "c"
    HELP_TITLE = "Your role card"
    HELP_TEXT = ("Who you play in this talk. Only you see it: the supporter gets what you write and nothing else, and exports leave "
                 "the card out unless you ask. F2 shows and hides it, in the field too.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("card.first", "Take over the first line", "first", "enter", "first line", 1, palette=False,
                help="Into the field; you can change it before you send it."),
        Command("card.away", "Put the card away", "away", "x,delete", "put away", 4, palette=False, key_display="x",
                help="Before the talk began; a talk that has begun keeps its role."),
        Command("card.up", "Up", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("card.down", "Down", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
        Command("card.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("card.page_down", "Page down", "page_down", "pagedown", palette=False),
        Command("card.hide", "Hide the card", "hide", "escape", "hide", 1, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def action_first(self) -> None:
        """The first line."""
        self.post_message(CardWish("first"))

    def action_hide(self) -> None:
        """Back to the talk."""
        self.post_message(CardWish("hide"))

    def action_away(self) -> None:
        """No role."""
        self.post_message(CardWish("away"))


def who(profile: Profile) -> str:
    """``Ada, 27, night nurse``, on one line."""
    facts = (profile.name or profile.id, str(profile.age) if profile.age is not None else "", profile.occupation)
    return ", ".join(visible(fact, keep_lines=False) for fact in facts if fact.strip())


def taken_block(profile: Profile) -> Block:
    """What the transcript says once a card was chosen and before anything was written."""
    edge = Run("▎ ", "accent", True)
    name = visible(profile.name or profile.id, keep_lines=False)
    return Block("role", (
        Flow((Run(f"You play {who(profile)}", "accent.bold"),), (edge,), (edge,)),
        Flow((Run(f"Write as {name} would. Only you see the card; the supporter gets what you write and nothing else.", "text"),),
             (edge,), (edge,)),
        Flow((Run("shows or hides the card", "text"),), (edge, Run("F2  ", "accent")), (edge, Run("    ", "dim", True))),
        Flow((Run("puts the first line into the field", "text"),), (edge, Run("F3  ", "accent")), (edge, Run("    ", "dim", True))),
        Blank(),
    ), selectable=False)


def card_blocks(profile: Profile) -> list[Block]:
    """The whole card: the wish and the first line at once in sight, then persona, scene, facts by layer and behaviour."""
    parts: list[Part] = [Flow((Run("Your role", "accent.bold"), Run("   for your eyes alone; F2 hides it", "dim"))), Blank(),
                         Flow((Run(who(profile), "bright.bold"),)),
                         Flow((Run(f"{label_words(profile.scenario)}; {label_words(profile.character)}", "dim"),)), Blank()]
    parts += _titled("HIDDEN WISH", profile.wish or hope_words(profile.need), "bright")
    parts += [Flow((Run("What they hope for and never say outright.", "dim"),)), Blank()]
    parts += _titled("FIRST LINE", f"“{visible(profile.first_line)}”", "text")
    parts += [Flow((Run("F3 puts it into the field.", "dim"),)), Blank()]
    parts += [*_titled("WHO", profile.persona), Blank(), *_titled("WHAT HAPPENED", profile.scene), Blank()]
    for layer, told in LAYERS.items():
        facts = [fact.text for fact in profile.facts if fact.layer == layer]
        if facts:
            parts += [Flow((Run(f"FACTS {told}", "dim"),)), *_listed(facts), Blank()]
    for title, texts in (("LIFTS THEM", profile.raises), ("BRINGS THEM DOWN", profile.lowers)):
        if texts:
            parts += [Flow((Run(title, "dim"),)), *_listed(list(texts)), Blank()]
    behaviour = profile.behaviour
    for title, text in (("AT EASE", behaviour.high), ("AS USUAL", behaviour.middle), ("LOW", behaviour.low)):
        if text.strip():
            parts += [*_titled(title, text), Blank()]
    return [Block("card", tuple(parts), selectable=False)]


def _titled(title: str, text: str, tone: str = "text") -> list[Part]:
    return [Flow((Run(title, "dim"),)), Flow((Run(visible(text), tone),))]


def _listed(texts: list[str]) -> list[Part]:
    return [Flow((Run(visible(text), "text"),), (Run("- ", "dim", True),), (Run("  ", "dim", True),)) for text in texts]
