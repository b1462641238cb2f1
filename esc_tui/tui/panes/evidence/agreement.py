"""The agreement view: pairs of labellers in numbers, and the units people differ on, decided by a key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.evidence import agreement_page as page_of
from esc_tui.tui.panes.evidence.agreement_lists import AgreementPage, DisputedList, DisputeLines, PairList
from esc_tui.tui.panes.evidence.base import EvidencePart
from esc_tui.tui.panes.evidence.bench import VEILED, see_unit
from esc_tui.tui.panes.evidence.cards import LabelDraft
from esc_tui.tui.panes.evidence.pairs import (
    Dispute,
    Disputed,
    all_disputed,
    all_pairs,
    compared,
    label_stamp,
    load_dispute,
)
from esc_tui.tui.panes.evidence.rows import disputed_row, pair_row
from widgets.one_line import OneLine, Part
from widgets.toned import ink
from widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from esc_tui.discover.agreement import PairAgreement
    from esc_tui.domain.dialogue import InterventionUnit

ROOMY_FROM = 40
"""Lines of the window from which empty rows stand between the lines of a disputed unit."""


class AgreementView(EvidencePart):
    """Two lists on the left, what is chosen on the right: of a unit its labels above, its lines below."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("agreement.left", "The label on the left is right", "take(0)", "l", "left", 1, help="It holds, as adjudicated."),
        Command("agreement.right", "The label on the right is right", "take(-1)", "r", "right", 2, help="It holds, as adjudicated."),
        Command("agreement.middle", "A label between them is right", "middle", "m", "middle", 3,
                help="The middle one of three holds from now on, or one chosen of more."),
        Command("agreement.edit", "Neither: edit", "edit", "e", "edit", 3, help="Begin from the left label and change it."),
        Command("agreement.undo", "Undo", "undo", "u", "undo", 5, help="Take your last decision back."),
        Command("agreement.read", "Read the whole dialogue", "read", "o", "", 6, help="The unit in its dialogue."),
        Command("agreement.veil", "Show veiled words", "unveil", "v", "show words", 0, help="Words about a crisis, of this unit only."),
        Command("agreement.back", "Back to the lists", "back", "escape", "", 8, palette=False),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    DEFAULT_CSS = """
    AgreementView { layout: horizontal; width: 1fr; height: 1fr; padding: 0 2; }
    AgreementView #agreement-left { width: 2fr; min-width: 44; max-width: 64; height: 1fr; }
    AgreementView #agreement-pairs-box { height: 2fr; border-top: solid $tone-rule; }
    AgreementView #agreement-disputed-box { height: 3fr; border-top: solid $tone-rule; margin: 1 0 0 0; }
    AgreementView .agreement-title { margin: 0 0 1 0; }
    AgreementView #agreement-right { width: 3fr; height: 1fr; margin: 0 0 0 2; border-top: solid $tone-rule; }
    AgreementView #agreement-pairs-box:focus-within, AgreementView #agreement-disputed-box:focus-within,
    AgreementView #agreement-right:focus-within { border-top: solid $tone-accent; }
    AgreementView DisputeLines { display: none; border-top: solid $tone-rule; padding: 0 0 0 1; }
    AgreementView.-unit DisputeLines { display: block; }
    AgreementView.-unit #agreement-page { height: auto; max-height: 60%; }
    AgreementView.-stacked.-unit #agreement-page { padding: 0 0 0 1; }
    AgreementView.-stacked #agreement-left { width: 1fr; max-width: 100%; }
    AgreementView.-stacked #agreement-right { display: none; margin: 0; }
    AgreementView.-stacked.-drawer #agreement-left { display: none; }
    AgreementView.-stacked.-drawer #agreement-right { display: block; width: 1fr; }
    AgreementView.-stacked .agreement-title { margin: 0; }
    """

    def __init__(self) -> None:
        super().__init__(id="evidence-agreement")
        self.pairs = PairList(id="agreement-pairs")
        self.disputed = DisputedList(id="agreement-disputed")
        self.page = AgreementPage(margin=1, right_margin=2, most_columns=88, id="agreement-page")
        self.lines = DisputeLines(margin=1, right_margin=2, most_columns=96, id="agreement-lines")
        self.dispute: Dispute | None = None
        self.unveiled = False
        self._pairs: dict[str, PairAgreement] = {}
        self._machines: frozenset[str] = frozenset()
        self._me = ""
        self._stamp: tuple[int, ...] | None = None
        self._counted = False

    def compose(self) -> ComposeResult:
        """Pairs, disputed units, page."""
        with Horizontal():
            with Vertical(id="agreement-left"):
                with Vertical(id="agreement-pairs-box"):
                    yield OneLine(margin=1, id="agreement-pairs-title", classes="agreement-title")
                    yield self.pairs
                with Vertical(id="agreement-disputed-box"):
                    yield OneLine(margin=1, id="agreement-disputed-title", classes="agreement-title")
                    yield self.disputed
            with Vertical(id="agreement-right"):
                yield self.page
                yield self.lines

    def on_mount(self) -> None:
        """Read."""
        self.pairs.empty = ink(page_of.COUNTING, "dim")
        self._titles(False, None)
        self.reload()

    def on_resize(self) -> None:
        """Below 100 columns the page takes the lists' place."""
        self.set_class(self.app.size.width < 100, "-stacked")
        self.refresh_bindings()
        if self.dispute is not None:
            self._draw_lines()

    @property
    def _front(self) -> AgreementPage:
        """What takes the keys on the right."""
        return self.lines if self.dispute is not None else self.page

    def take_focus(self) -> None:
        """To the units that wait for a decision, else to the pairs."""
        if self.has_class("-drawer") and self.has_class("-stacked"):
            self._front.focus()
        else:
            (self.disputed if self.disputed.count else self.pairs).focus()

    def _titles(self, counted: bool, disputed: int | None) -> None:
        """How many people and machines are compared, in how many pairs, and how many units are disputed; nothing while not known."""
        pairs = compared(self._pairs.values()) if counted else None
        for name, title, number in (("pairs", "Labellers", pairs),
                                    ("disputed", "Disputed and flagged", None if disputed is None else f"{disputed:,}")):
            right = [Part("counting …" if number is None else number, "dim")]
            self.query_one(f"#agreement-{name}-title", OneLine).show([Part(title, "bright.bold")], right)

    # Reading

    def reload(self) -> None:
        """Read everything again."""
        self.work(self._reload(), "agreement", exclusive=True)

    def shown_again(self) -> None:
        """Read again when the bank has other labels or decisions by now; another session may have written them."""
        self.work(self._look_again(), "agreement-stamp", exclusive=True)

    async def _look_again(self) -> None:
        if self._stamp is not None and await self.look_up(label_stamp) != self._stamp:
            self.reload()

    async def _reload(self, at: int | None = None) -> None:
        self._stamp = await self.look_up(label_stamp)
        rows = await self.look_up(all_disputed)
        self._show_disputed(rows, at)
        self._titles(False, len(rows))
        if self.home.view is self and not self._reads_right and self.screen.focused in (None, self.pairs, self.disputed):
            self.take_focus()
        pairs, self._machines = await self.look_up(all_pairs)
        self._pairs = {f"{pair.first}\n{pair.second}\n{pair.blind}": pair for pair in pairs}
        self._counted = True
        self.pairs.empty = ink(page_of.NO_PAIR, "text")
        self.pairs.show_rows(len(pairs), [pair_row(key, pair) for key, pair in self._pairs.items()])
        self._titles(True, len(rows))
        if not rows or self.pairs.has_focus:
            self._show_pair()

    def _show_disputed(self, rows: list[Disputed], at: int | None = None) -> None:
        """The cursor goes to unit ``at``, else stays on its unit."""
        kept = self.disputed.highlighted
        wanted = str(at) if at is not None else kept.id if kept else None
        self.disputed.empty = ink(page_of.NO_DISPUTE, "dim")
        self.disputed.show_rows(len(rows), [disputed_row(row) for row in rows], cursor_id=wanted)
        if self.home.view is self:
            self.workshop.shown_units.update(row.number for row in rows)
        if not rows:
            self._show_pair()

    @on(VirtualList.Highlighted)
    def _highlighted(self, event: VirtualList.Highlighted) -> None:
        event.stop()
        if event.sender is self.disputed and event.row is not None and not self.pairs.has_focus:
            self.work(self._show_dispute(int(event.row.id)), "agreement-page", exclusive=True)
        elif event.sender is self.pairs and self.pairs.has_focus:
            self._show_pair()

    def on_descendant_focus(self) -> None:
        """The page follows the list that has the focus."""
        row = self.disputed.highlighted
        if self.pairs.has_focus:
            self._show_pair()
        elif self.disputed.has_focus and row is not None and (self.dispute is None or str(self.dispute.card.number) != row.id):
            self.work(self._show_dispute(int(row.id)), "agreement-page", exclusive=True)
        self.refresh_bindings()

    def _show_pair(self) -> None:
        self._show_unit(None)
        row = self.pairs.highlighted
        pair = self._pairs.get(row.id) if row is not None else None
        with_machine = pair is not None and bool({pair.first, pair.second} & self._machines)
        nothing = [] if self._pairs else [page_of.NO_PAIR if self._counted else page_of.COUNTING]
        self.page.show(page_of.pair_blocks(pair, with_machine) if pair is not None else [page_of.nothing_block(nothing)])
        self.refresh_bindings()

    async def _show_dispute(self, number: int) -> None:
        dispute = await self.look_up(lambda bank: load_dispute(bank, number))
        self._me = await asyncio.to_thread(self.workshop.annotator)
        self.unveiled = False
        self._show_unit(dispute)
        self.refresh_bindings()

    def _show_unit(self, dispute: Dispute | None) -> None:
        """A unit with its labels above and its lines below; None leaves the page to a pair."""
        self.dispute = dispute
        self.set_class(dispute is not None, "-unit")
        if dispute is None:
            self.page.show([])
            return
        self.page.show(page_of.dispute_blocks(dispute, self._me))
        self._draw_lines()
        self.workshop.shown_units.add(dispute.card.number)

    def _draw_lines(self) -> None:
        """The unit's own lines come into sight once there is room measured for them."""
        dispute = self.dispute
        if dispute is not None:
            close = self.app.size.width < 100 or self.app.size.height < ROOMY_FROM
            self.lines.show(page_of.line_blocks(dispute, self.unveiled, close))
            self.call_after_refresh(lambda: see_unit(self.lines, dispute.card.suggestion))

    @on(VirtualList.Chosen)
    def _chosen(self, event: VirtualList.Chosen) -> None:
        event.stop()
        self._open()

    def _open(self) -> None:
        """What is chosen, in full."""
        self.add_class("-drawer")
        if self.dispute is not None:
            self._draw_lines()  # what was out of sight had no room measured
        self._front.focus()

    @property
    def footer_words(self) -> dict[str, str]:
        """In a narrow window the first of these keys shows the unit."""
        return {} if self.has_class("-drawer") or not self.has_class("-stacked") else {
            "agreement.left": "open", "agreement.right": "", "agreement.middle": ""}

    @property
    def _reads_right(self) -> bool:
        return self.page.has_focus or self.lines.has_focus

    # Deciding

    def action_take(self, which: int) -> None:
        """One of the labels holds."""
        dispute = self.dispute
        if dispute is not None and self.has_class("-stacked") and not self.has_class("-drawer"):
            self._open()  # nobody decides on what is not in sight
            self.tell(f"IU-{dispute.card.number} is shown now; the key again decides.")
        elif dispute is not None and self._veiled:
            self.tell(VEILED)
        elif dispute is not None:
            self.work(self._adjudicate(dispute, LabelDraft(dispute.labels[which])), "agreement-decide")

    def action_middle(self) -> None:
        """One of the labels between the outer two holds."""
        self.work(self._take_middle(), "agreement-middle", exclusive=True)

    async def _take_middle(self) -> None:
        dispute = self.dispute
        picked: tuple[str, ...] | None = ("1",)
        if dispute is not None and len(dispute.labels) > 3:
            picked = await self.app.push_screen_wait(page_of.middle_choice(dispute))
        if picked and self.dispute is dispute:
            self.action_take(int(picked[0]))

    @property
    def _veiled(self) -> bool:
        """True while lines of the unit itself are veiled."""
        return self.dispute is not None and not self.unveiled and bool(set(self.dispute.card.own_lines) & self.dispute.card.crisis)

    async def _adjudicate(self, dispute: Dispute, draft: LabelDraft) -> None:
        from esc_tui.bank.decisions import OWN_DISPUTE, decide
        from esc_tui.domain.base import now_iso

        bank = await self.writable()
        if bank is None:
            return
        annotator = await asyncio.to_thread(self.workshop.annotator)
        label: InterventionUnit = draft.label(annotator)
        number = dispute.card.number
        note = OWN_DISPUTE if dispute.has_label_of(annotator) else ""
        await asyncio.to_thread(lambda: decide(bank.writing, number, annotator, "adjudicate", now_iso(), label=label, note=note))
        self.home.labels_changed(self)
        self.tell(f"IU-{number} is decided: {label.state.value.replace('-', ' ')}, {label.change.value.replace('-', ' ')}. "
                  f"u takes it back.{' The record says that one of the labels was yours.' if note else ''}")
        if self.dispute is dispute:
            self.dispute = None
        rows = await self.look_up(all_disputed)  # the stamp stays: the pairs are read again when the view is shown again
        self._show_disputed(rows)
        self._titles(self._counted, len(rows))
        row = self.disputed.highlighted
        if row is not None:
            await self._show_dispute(int(row.id))
        else:
            self.remove_class("-drawer")
            self.pairs.focus()
            self._show_pair()

    def action_edit(self) -> None:
        """Begin from the left label."""
        self.work(self._edit(), "agreement-edit", exclusive=True)

    async def _edit(self) -> None:
        from esc_tui.tui.panes.evidence.edit_screen import EditScreen

        dispute = self.dispute
        if dispute is None:
            return
        draft = await self.app.push_screen_wait(EditScreen(dispute.card))
        if draft is not None:
            await self._adjudicate(dispute, draft)

    def action_undo(self) -> None:
        """Take the last decision back."""
        self.work(self._undo(), "agreement-decide")

    async def _undo(self) -> None:
        from esc_tui.bank.decisions import undo_decision
        from esc_tui.domain.base import now_iso
        from esc_tui.tui.panes.evidence.labels_screen import KINDS

        bank = await self.writable()
        if bank is None:
            return
        annotator = await asyncio.to_thread(self.workshop.annotator)
        decision = await asyncio.to_thread(lambda: undo_decision(bank.writing, annotator, now_iso()))
        self.home.labels_changed(self)
        self.tell(f"Taken back: IU-{decision.unit} {KINDS[decision.kind]}.")
        await self._reload(decision.unit)

    # Looking

    def action_unveil(self) -> None:
        """For this unit only."""
        if self.dispute is not None:
            self.unveiled = True
            self._draw_lines()
            self.refresh_bindings()

    def action_read(self) -> None:
        """The whole dialogue."""
        if self.dispute is not None:
            self.home.show_unit(self.dispute.card.number)

    def action_back(self) -> None:
        """To the lists."""
        self.remove_class("-drawer")
        (self.disputed if self.dispute is not None else self.pairs).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a disputed unit there is nothing to decide."""
        if action == "middle" or (action == "take" and parameters == (-1,)):
            return self.dispute is not None and len(self.dispute.labels) > 1 + (action == "middle")
        if action in {"take", "edit", "read"}:
            return self.dispute is not None
        if action == "unveil":
            return self.dispute is not None and bool(self.dispute.card.crisis) and not self.unveiled
        if action == "back":
            return self._reads_right
        return super().check_action(action, parameters)
