"""The bench: one unit's lines beside its labels, and a key for each label. The queue and adjudication work on it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.geometry import Region
from textual.message import Message

from esc_tui.domain.labels import Action, Change, Need, Scenario, Stage, State
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.evidence.base import EvidencePart
from esc_tui.tui.panes.evidence.cards import Card, LabelDraft
from esc_tui.tui.panes.evidence.look import Bracket, LineLook, line_block, words
from esc_tui.tui.panes.evidence.panel import panel_blocks
from widgets.block_view import BlockView
from widgets.blocks import Blank, Block, Flow, Run

if TYPE_CHECKING:
    from esc_tui.domain.dialogue import InterventionUnit
    from esc_tui.tui.panes.bank.picker import Choice

SETS: dict[str, type[StrEnum]] = {"state": State, "also": State, "scenario": Scenario, "stage": Stage, "need": Need, "actions": Action,
                                  "change": Change}
QUESTIONS = {"state": "How is the seeker before it?", "also": "What else is the seeker?", "scenario": "What is the talk about?",
             "stage": "Where does the talk stand?", "need": "What does the seeker secretly hope for?",
             "actions": "What does the supporter do? In this order.", "change": "How does the seeker move after it?"}
VEILED = "Lines of this unit are veiled. Press v to read them first."
NOTHING = "-"


class UnitTalk(BlockView):
    """The lines around the unit."""

    DEFAULT_CSS = "UnitTalk { width: 1fr; height: 1fr; padding: 1 0 0 1; overflow-y: scroll; }"
    JUMP_KEY = "d"
    HELP_TITLE = "The lines around the unit"
    HELP_TEXT = ("The bracket holds the unit: how the seeker is before, what the supporter does, how the seeker answers. The words the "
                 "labels rest on are in the accent. Words about a crisis are veiled until v is pressed, for this unit only.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("talk.accept", "Accept", "bench_enter", "enter", palette=False, help="As a."),
        Command("talk.up", "Up", "scroll(-2)", "k,up", palette=False, key_display="k  ↑"),
        Command("talk.down", "Down", "scroll(2)", "j,down", palette=False, key_display="j  ↓"),
        Command("talk.page_up", "Page up", "page_up", "pageup", palette=False),
        Command("talk.page_down", "Page down", "page_down", "pagedown,space", palette=False, key_display="pg dn  space"),
        Command("talk.first", "Beginning", "scroll_home", "home", palette=False),
        Command("talk.last", "End", "scroll_end", "end", palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    def action_scroll(self, by: int) -> None:
        """Up or down."""
        self.scroll_relative(y=by, animate=False)

    def action_bench_enter(self) -> None:
        """The unit is right as it is."""
        self.post_message(UnitBench.Accepted())


class LabelPanel(BlockView):
    """The labels, one row each."""

    DEFAULT_CSS = "LabelPanel { width: 1fr; height: 1fr; padding: 1 0 0 1; }"
    JUMP_KEY = "l"
    HELP_TITLE = "The labels"
    HELP_TEXT = ("What was suggested, or what you have made of it; a label you changed is in the accent with what it was. Every label has "
                 "a key of its own, the underlined letter; Enter opens the list for the row under the cursor.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("panel.change", "Change this label", "choose", "enter,space", "change", 1, palette=False, key_display="enter"),
        Command("panel.up", "Label before", "cursor_up", "k,up", palette=False, key_display="k  ↑"),
        Command("panel.down", "Label after", "cursor_down", "j,down", palette=False, key_display="j  ↓"),
        Command("panel.reset", "As suggested again", "reset", "backspace", "", 9, palette=False, help="Only this label."),
        Command("panel.back", "Back to the lines", "back", "escape", "lines", 2, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    @property
    def bench(self) -> UnitBench:
        """The bench it is on."""
        return next(node for node in self.ancestors if isinstance(node, UnitBench))

    def action_reset(self) -> None:
        """As suggested again."""
        self.bench.reset(self.cursor)

    def action_back(self) -> None:
        """To the lines."""
        self.bench.talk.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a window of its own Esc closes the window."""
        return self.bench.in_queue if action == "back" else super().check_action(action, parameters)


class UnitBench(EvidencePart):
    """Shows a card and changes its draft; what is done with it is for others."""

    DEFAULT_CSS = """
    UnitBench { layout: horizontal; width: 1fr; height: 1fr; padding: 0 2; }
    UnitBench #bench-left { width: 1fr; height: 1fr; border-top: solid $tone-rule; }
    UnitBench #bench-right { width: 50; height: 1fr; margin: 0 0 0 2; border-top: solid $tone-rule; }
    UnitBench #bench-left:focus-within, UnitBench #bench-right:focus-within { border-top: solid $tone-accent; }
    UnitBench.-stacked { layout: vertical; }
    UnitBench.-stacked #bench-right { width: 1fr; height: 9; margin: 0; }
    UnitBench.-stacked UnitTalk, UnitBench.-stacked LabelPanel { padding: 0; }
    """
    HELP_TITLE = "One unit"
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("bench.correct", "Correct the labels", "correct", "c", "correct", 2, help="Go through the labels; Enter changes one."),
        Command("bench.state", "State", "pick('state')", "t", help="How the seeker is before the supporter speaks."),
        Command("bench.also", "Also", "pick('also')", "l", help="Other states that hold beside it."),
        Command("bench.scenario", "Scenario", "pick('scenario')", "e", help="What the talk is about."),
        Command("bench.stage", "Stage", "pick('stage')", "g", help="Exploration, comforting or action."),
        Command("bench.need", "Need", "pick('need')", "n", help="What the seeker secretly hopes for."),
        Command("bench.action", "Actions", "pick('actions')", "o", help="What the supporter does, in the order of doing it."),
        Command("bench.change", "Change", "pick('change')", "h", help="How the seeker moves after it; this decides the polarity."),
        Command("bench.more", "Intensity up", "intensity(1)", "plus,equals_sign", key_display="+"),
        Command("bench.less", "Intensity down", "intensity(-1)", "minus", key_display="-"),
        Command("bench.mark", "Mark words", "mark", "m", help="Choose the words that show state, action and change."),
        Command("bench.veil", "Show veiled words", "unveil", "v", "show words", 0, help="Words about a crisis, of this unit only."),
        Command("bench.read", "Read the whole dialogue", "read", "r", help="The unit in its dialogue, in the view of dialogues."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)

    class Accepted(Message):
        """Enter was pressed on the lines."""

    class Changed(Message):
        """A label was changed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.talk = UnitTalk(margin=1, right_margin=2, most_columns=96, id="bench-talk")
        self.panel = LabelPanel(margin=2, right_margin=1, fill_cursor=True, id="bench-panel")
        self.card: Card | None = None
        self.draft: LabelDraft | None = None
        self.unveiled = False
        self._keys: tuple[bool, bool | None] | None = None

    def compose(self) -> ComposeResult:
        """Lines and labels."""
        with Vertical(id="bench-left"):
            yield self.talk
        with Vertical(id="bench-right"):
            yield self.panel

    @property
    def in_queue(self) -> bool:
        """True in the queue, False in an adjudicator's window."""
        return any(node.id == "evidence-queue" for node in self.ancestors)

    @property
    def stacked(self) -> bool:
        """True below 100 columns, where the labels stand under the lines."""
        return self.app.size.width < 100

    # Showing

    def show_card(self, card: Card, draft: LabelDraft | None = None) -> None:
        """Show a unit with the labels as suggested, or as in a draft."""
        self.card, self.draft, self.unveiled = card, draft or LabelDraft(card.suggestion), False
        self.panel.cursor = ""
        self._draw_talk()
        self._draw_panel()
        self._keys_may_differ()

    def _keys_may_differ(self) -> None:
        """The footer is drawn anew only when another key works now."""
        now = (self.card is None, self.check_action("unveil", ()))
        if now != self._keys:
            self._keys = now
            self.refresh_bindings()

    def show_nothing(self, *sentences: str) -> None:
        """No unit: say why, and which key comes next."""
        self.card = self.draft = None
        self.talk.show([Block("none", tuple(part for sentence in sentences for part in (
            Blank(), Flow((Run(sentence, "text"),)))), selectable=False)])
        self.panel.show([])
        self._keys_may_differ()

    def _draw_talk(self) -> None:
        card, draft = self.card, self.draft
        if card is None or draft is None:
            return
        unit = card.suggestion
        roles = {unit.state_turn: "state", unit.outcome_turn: "after", **dict.fromkeys(unit.action_turns, "did")}
        blocks = []
        for line in card.lines:
            inside = unit.state_turn <= line <= unit.outcome_turn
            kind = "begin" if line == unit.state_turn else "end" if line == unit.outcome_turn else "through"
            blocks.append(line_block(LineLook(
                line, card.dialogue.turns[line], draft.quotes_on(line), roles.get(line, ""),
                (Bracket(0, kind, "accent"),) if inside else (), veiled=line in card.crisis and not self.unveiled,
                quiet=not inside, bare=draft.blind, close=self.stacked), 1))
        self.talk.show(blocks, keep_scroll=True)
        self._see_unit()

    @property
    def veiled(self) -> bool:
        """True while lines of the unit itself are veiled."""
        card = self.card
        return card is not None and not self.unveiled and bool(set(card.own_lines) & card.crisis)

    def say_veiled(self) -> bool:
        """Whether the unit's lines are veiled; then it is said that they have to be read first."""
        if self.veiled:
            self.tell(VEILED)
        return self.veiled

    def note_shown(self, shown: bool) -> None:
        """Say whether somebody's label of the unit was on the screen."""
        if self.draft is not None and self.draft.shown != shown:
            self.draft.shown = shown
            self._draw_panel()

    def _see_unit(self, name: str = "") -> None:
        """Bring the unit's lines into sight; where they have no room together, those that the label ``name`` is about."""
        card = self.card
        if card is None:
            return
        unit = card.suggestion
        line = {"actions": unit.action_turns[0], "change": unit.outcome_turn}.get(name, unit.state_turn)
        see_unit(self.talk, unit, line)

    def _panel_region(self) -> Region:
        """Where the labels stand: what asks for one lies over them, and leaves the lines in sight."""
        return self.query_one("#bench-right").region

    def _draw_panel(self) -> None:
        if self.card is not None and self.draft is not None:
            self.panel.show(panel_blocks(self.card, self.draft, self.stacked), keep_scroll=True)

    def on_resize(self) -> None:
        """Below 100 columns the labels are set closer, under the lines."""
        if self.stacked != self.has_class("-stacked"):
            self.set_class(self.stacked, "-stacked")
            self._draw_talk()
        self._draw_panel()
        self.call_after_refresh(self._see_unit)

    # Changing labels

    def put(self, name: str, value: object) -> None:
        """Change a label."""
        if self.draft is not None:
            self.draft.put(name, value)
            self._draw_panel()
            if name == "quotes":
                self._draw_talk()
            self.post_message(self.Changed())

    def reset(self, name: str) -> None:
        """A label as suggested again."""
        if self.card is not None and name:
            self.put(name, self.draft.first(name) if self.draft is not None else None)

    def action_correct(self) -> None:
        """To the labels."""
        self.panel.focus()
        if not self.panel.cursor:
            self.panel.action_cursor_first()

    def on_block_view_chosen(self, event: BlockView.Chosen) -> None:
        """Enter on a label."""
        event.stop()
        if event.view is self.panel:
            self.change(event.key)

    def change(self, name: str) -> None:
        """Open what changes a label."""
        if name == "quotes":
            self.action_mark()
        elif name == "intensity":
            self.work(self._pick_intensity(), "bench-pick", exclusive=True)
        else:
            self.action_pick(name)

    def action_pick(self, name: str) -> None:
        """Choose from the closed set of a label."""
        if self.draft is not None:
            self.work(self._pick(name), "bench-pick", exclusive=True)

    async def _pick(self, name: str) -> None:
        from esc_tui.tui.panes.bank.picker import PickerScreen

        card, draft = self.card, self.draft
        if draft is None:
            return
        many = name in {"also", "actions"}
        now = draft.get(name)
        chosen = [str(one) for one in (now if many else (now,)) if one is not None]
        options = choices_of(name, draft)
        self._see_unit(name)
        actions = name == "actions"
        screen = PickerScreen(QUESTIONS[name], options, chosen or [NOTHING], many=many, ordered=actions, needed=actions,
                              over=self._panel_region)
        picked = await self.app.push_screen_wait(screen)
        if picked is None or self.card is not card:
            return
        values = tuple(SETS[name](value) for value in picked if value != NOTHING)
        self.put(name, values if many else values[0] if values else None)

    async def _pick_intensity(self) -> None:
        from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

        card, draft = self.card, self.draft
        if draft is None:
            return
        options = [Choice(str(level), f"{level} of 5", note) for level, note in zip(range(1, 6), (
            "hardly any distress", "a little", "clearly", "strong", "as strong as it gets"), strict=True)]
        self._see_unit("intensity")
        picked = await self.app.push_screen_wait(
            PickerScreen("How strong is it?", options, [str(draft.get("intensity"))], over=self._panel_region))
        if picked and self.card is card:
            self.put("intensity", int(picked[0]))

    def action_intensity(self, by: int) -> None:
        """Stronger or weaker."""
        if self.draft is not None:
            now = self.draft.get("intensity")
            self.put("intensity", 3 if now is None else max(1, min(5, now + by)))

    def action_mark(self) -> None:
        """Choose words."""
        if self.draft is not None:
            self.work(self._mark(), "bench-pick", exclusive=True)

    async def _mark(self) -> None:
        from esc_tui.tui.panes.evidence.marking import MarkScreen

        card, draft = self.card, self.draft
        if card is None or draft is None:
            return
        if self.say_veiled():
            return
        quotes = await self.app.push_screen_wait(MarkScreen(card, draft.get("quotes")))
        if quotes is not None and self.card is card:
            self.put("quotes", quotes)

    def action_unveil(self) -> None:
        """Show what is veiled, for this unit only."""
        self.unveiled = True
        self._draw_talk()
        self._keys_may_differ()

    def action_read(self) -> None:
        """The whole dialogue."""
        if self.card is not None:
            self.home.show_unit(self.card.number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a unit there is nothing to change."""
        if action == "unveil":
            return bool(self.card is not None and self.card.crisis & set(self.card.lines) and not self.unveiled)
        if action == "read" and not self.in_queue:
            return False
        if action in {"correct", "pick", "intensity", "mark", "read"} and self.card is None:
            return False
        return super().check_action(action, parameters)


def see_unit(view: BlockView, unit: InterventionUnit, line: int | None = None) -> None:
    """Scroll so that the lines of a unit are in sight; where they have no room together, from the first to ``line``, or that alone."""
    start, _ = view.lines_of(f"line:{unit.state_turn}")
    end, rows = view.lines_of(f"line:{unit.outcome_turn}")
    room = max(1, view.size.height - 1)
    lines = end + rows - start
    top = start - max(0, min(start, room - lines))  # as much of what came before as there is room for
    if lines > room and line is not None:
        at, rows = view.lines_of(f"line:{line}")
        top = start if at + rows - start <= room else min(at, at + rows - room)
    view.scroll_to(y=max(0, top), animate=False, immediate=True, force=True)


def choices_of(name: str, draft: LabelDraft) -> Sequence[Choice]:
    """The closed set of a label with quiet notes; a need may be left open, a state does not stand beside itself."""
    from esc_tui.tui.panes.bank.picker import Choice

    if name == "actions":
        return [Choice(action.value, words(action), f"{action.strategy.tag}  {action.strategy.value}") for action in Action]
    if name == "change":
        return [Choice(change.value, f"{change.polarity.glyph} {words(change)}", change.polarity.value) for change in Change]
    if name == "also":
        return [Choice(state.value, words(state)) for state in State if state is not draft.get("state")]
    found = [Choice(value.value, words(value)) for value in SETS[name]]
    return [*found, Choice(NOTHING, "not known", "leave it open")] if name == "need" else found
