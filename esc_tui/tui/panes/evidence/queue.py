"""The queue: one unit after the other, the suggestion filled in, a single key to accept, correct, skip, flag or pass."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from esc_tui.bank.decisions import Wanted
from esc_tui.domain.labels import Polarity, State
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.evidence.base import EvidencePart
from esc_tui.tui.panes.evidence.bench import UnitBench
from esc_tui.tui.panes.evidence.cards import LabelDraft
from esc_tui.tui.panes.evidence.kept_labels import keep_choice, kept_choice
from esc_tui.tui.panes.evidence.look import clean, words
from esc_tui.tui.panes.evidence.panel import NAMES
from esc_tui.tui.panes.evidence.waiting_line import WaitingLine
from widgets.bars import bar
from widgets.one_line import OneLine, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.decisions import DecisionKind

BAR_CELLS = 20
DEEDS = frozenset({"accept", "skip", "flag", "pass_on"})


class QueueView(EvidencePart):
    """Bench and progress."""

    HELP_TITLE = "The queue"
    HELP_TEXT = (
        "One unit at a time, the least sure first or in the order of a random sample. a or Enter takes the labels as they stand, also "
        "those you corrected. s comes back to it later, f asks others to look, p passes it on without a reason, u takes the last "
        "decision back. Labels you changed and did not decide wait for you, also at the next start. A decision counts when it is in the "
        "bank. Your labels are kept beside the machine's and outrank them.\n\nA "
        "suggestion that is filled in pulls you towards it. Label blind (/ or ctrl+p) and in a random sample where you want to know "
        "how well people agree; Agreement keeps such labels apart. Until you have labelled a unit, its labels are hidden in its dialogue "
        "too, with the strategies the corpus names and the seeker's stars; where you saw a label all the same (before you began, in the "
        "map, in Agreement, in Bank), yours is not counted as blind.")
    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("queue.accept", "Accept", "accept", "a", "accept", 1, help="The labels as they stand, corrected or not."),
        Command("queue.skip", "Skip", "skip", "s", "skip", 3, help="Not now; it comes again at the end."),
        Command("queue.flag", "Flag", "flag", "f", "flag", 4, help="Ask others to look, with a note."),
        Command("queue.pass", "Not me", "pass_on", "p", "pass on", 5, help="Leave it to others; no reason is asked for."),
        Command("queue.undo", "Undo", "undo", "u", "undo", 6, help="Take your last decision back; its unit comes to the front."),
        Command("queue.filter", "Which units", "filter", "slash", "", 7,
                help="Key units or all, those others labelled, or one of them; without the starter bank's; some states or polarities; "
                     "least sure first or a random sample; labelled blind."),
        Command("queue.blind", "Label blind, or with the suggestion", "blind", "", "", 30,
                help="Without sight of the machine's labels, so that agreement is nobody's but yours."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    DEFAULT_CSS = """
    QueueView { layout: vertical; width: 1fr; height: 1fr; }
    QueueView #queue-progress { margin: 1 0 0 0; }
    """

    def __init__(self) -> None:
        super().__init__(id="evidence-queue")
        self.bench = UnitBench(id="queue-bench")
        self.progress_line = OneLine(id="queue-progress")
        self.wanted, self.blind = Wanted(), False
        self.line: WaitingLine | None = None
        self._shown: object = None

    def compose(self) -> ComposeResult:
        """Bench, progress."""
        yield self.bench
        yield self.progress_line

    def on_mount(self) -> None:
        """Begin."""
        self.begin_anew()

    def on_unmount(self) -> None:
        """Stop reading ahead."""
        if self.line is not None:
            self.line.close()

    def take_focus(self) -> None:
        """To the lines of the unit."""
        self.bench.talk.focus()

    def begin_anew(self) -> None:
        """For this annotator and this filter, from the beginning."""
        self.work(self._begin(), "queue-begin", exclusive=True)

    async def _begin(self) -> None:
        bank = await self.workshop.bank()
        annotator = await asyncio.to_thread(self.workshop.annotator)
        if self.line is not None:
            await self.line.finish()
            self.line.close()
        home = self.home
        reads = home.queries
        if self.line is None or self.line.annotator != annotator:
            chosen = await self.look_up(lambda bank: kept_choice(bank, annotator))
            if chosen is not None:
                self.wanted, self.blind = chosen
                home.blind_changed()
        self.line = WaitingLine(annotator, self.wanted, lambda question: reads.ask(lambda reader: question(reader.connection)), bank,
                                self._changed, self.esc_app.tell_error, lambda: home.labels_changed(self), blind=self.blind,
                                shown=self.workshop.shown_units)
        await self.line.begin()
        gc.freeze()  # what is loaded by now stays; without this a full collection stops the keys for 0.2 s now and then
        if self.home.view is self:
            self.home.draw_tabs()

    def reload(self) -> None:
        """The bank has changed: count again, and look for units when there were none."""
        self.work(self._look_again(), "queue-again", exclusive=True)

    async def _look_again(self) -> None:
        if self.line is not None:
            await self.line.look_again()

    async def finish(self) -> None:
        """Wait until everything decided is in the bank."""
        if self.line is not None:
            await self.line.finish()

    async def take_unit(self, number: int) -> None:
        """Put a unit in front."""
        if self.line is None:
            await self._begin()
        assert self.line is not None
        if not await self.line.take(number):
            self.tell(f"IU-{number} is not in this bank any more.", "warning")
        self.bench.talk.focus()

    # Showing

    @property
    def facts(self) -> list[Part]:
        """What the line of tabs says beside them."""
        narrowed = replace(self.wanted, sampled=False) != Wanted()  # then what comes must be seen, else it is what always comes
        parts = [Part(said, "text" if narrowed else "dim", drop=10 + place if narrowed else 40)
                 for place, said in enumerate(self._filter_words())]
        if self.wanted.sampled:  # a choice of the annotator's, without which agreement means something else: never left out
            parts.append(Part("random sample", "dim", gap=2))
        else:
            parts.append(Part("least sure first", "dim", gap=2, drop=50 if narrowed else 30))
        if self.blind:
            parts.append(Part("blind", "accent", gap=2))
        if self.line is not None:
            parts.append(Part(self.line.annotator, "text", gap=3, drop=20 if narrowed else 10))
        return parts

    def _filter_words(self) -> Iterator[str]:
        """What comes, in pieces of which the last ones can be spared first; in a narrow window in fewer words."""
        wanted, short = self.wanted, self.home.has_class("-stacked")
        some = [words(one) for one in (*wanted.polarities, *wanted.states)]
        yield ", ".join(some) if some else "key units" if wanted.key_only else "all units"
        if wanted.labelled_by:
            yield f", labelled by {' or '.join(clean(name) for name in wanted.labelled_by)}"
        elif wanted.shared:
            yield ", also others'" if short else ", also those others labelled"
        if not wanted.starter:
            yield ", no starter units" if short else ", without the starter bank's own"

    def _changed(self) -> None:
        line = self.line
        if line is None or not self.is_attached:
            return
        sign = (line.front.number, id(line.restored)) if line.front is not None else ("empty", line.empty)
        if sign != self._shown:
            self._shown = sign
            if line.front is not None:
                self.bench.show_card(line.front, line.restored or LabelDraft(line.front.suggestion, blind=self.blind))
            elif line.empty:
                self.work(self._say_empty(), "queue-empty", exclusive=True)
            else:
                self.bench.show_nothing("Getting the next unit ready …")
        self._note_shown()
        self._draw_progress()

    def _note_shown(self) -> None:
        """A suggestion in sight is no secret any more; of a unit labelled blind it is said whether its labels were shown."""
        card, draft = self.bench.card, self.bench.draft
        if card is None or draft is None:
            return
        if draft.blind:
            self.bench.note_shown(card.number in self.workshop.shown_units)
        elif self.home.view is self:
            self.workshop.shown_units.add(card.number)

    def shown_again(self) -> None:
        """Meanwhile its labels may have been shown elsewhere."""
        self._note_shown()

    async def _say_empty(self) -> None:
        dialogues, suggested = await self.look_up(_what_there_is)
        if self.line is None or not self.line.empty:
            return
        if not dialogues:
            said = "This bank holds no dialogues yet. Press i to import a file of dialogues."
        elif not suggested:
            said = "No unit has been suggested yet. Press x to let the program look for them."
        elif self.wanted != Wanted():
            said = "No unit of this kind waits for you. Press / to choose others."
        else:
            said = "All key units are decided. Press / to see the others, or A to see how well you agree."
        self.bench.show_nothing(said)

    def _draw_progress(self) -> None:
        line = self.line
        if line is None:
            return
        tally = line.tally
        full, empty = bar(tally.in_all / max(1, tally.in_all + tally.waiting), BAR_CELLS, empty="─")
        left = [Part(full, "accent", drop=4), Part(empty, "rule", drop=4), Part(f"{tally.today:,}", "bright", gap=2),
                Part("decided today", "dim", gap=1), Part(f"{tally.in_all:,}", "text", gap=3, drop=3), Part("in all", "dim", gap=1, drop=3),
                Part(f"{tally.waiting:,}", "text", gap=3), Part("waiting", "dim", gap=1)]
        if line.pace is not None:
            pace = f"{line.pace:,.0f}" if line.pace >= 10 else f"{line.pace:.1f}"
            left += [Part(pace, "text", gap=3, drop=2), Part("a minute", "dim", gap=1, drop=2)]
        corrected = self.bench.draft is not None and self.bench.draft.corrected
        saved = Part("not saved yet", "caution") if corrected else Part("saved", "dim")
        right = [Part("saving …", "dim")] if tally.writing else [saved] if tally.in_all or corrected else []
        self.progress_line.show(left, right)

    @on(UnitBench.Changed)
    def _changed_here(self, event: UnitBench.Changed) -> None:
        event.stop()
        if self.line is not None and self.bench.card is not None and self.bench.draft is not None:
            self.line.note_begun(self.bench.card.number, self.bench.draft)
        self._draw_progress()

    # Deciding

    @on(UnitBench.Accepted)
    def _accepted(self, event: UnitBench.Accepted) -> None:
        event.stop()
        self.action_accept()

    def action_accept(self) -> None:
        """The labels as they stand."""
        draft = self.bench.draft
        if self.bench.say_veiled():
            return
        if draft is not None and draft.missing:
            names = ", ".join(NAMES[name][0] for name in draft.missing)
            self.tell(f"Still to be given: {names}. Press the underlined letter of each, + or - for the intensity.")
        elif draft is not None:
            self._decide("correct" if draft.corrected else "accept")

    def action_skip(self) -> None:
        """Later."""
        self._decide("skip")

    def action_pass_on(self) -> None:
        """Not me."""
        self._decide("pass")

    def action_flag(self) -> None:
        """Ask others to look."""
        self.work(self._flag(), "queue-flag", exclusive=True)

    async def _flag(self) -> None:
        from esc_tui.tui.panes.bank.reason import ReasonScreen

        card = self.bench.card
        if card is None:
            return
        note = await self.app.push_screen_wait(ReasonScreen(f"Flag IU-{card.number} for others", "what should they look at?", done="flag"))
        if note and self.bench.card is card:
            self._decide("flag", note)

    def _decide(self, kind: DecisionKind, note: str = "") -> None:
        line, draft = self.line, self.bench.draft
        if line is None or self.bench.card is None or line.front is not self.bench.card:
            return
        self._note_shown()
        back = self.bench.panel.has_focus
        line.decide(kind, draft if kind in {"accept", "correct"} else None, note)
        if back:
            self.bench.talk.focus()

    def action_undo(self) -> None:
        """Take the last decision back."""
        if self.line is not None:
            self.line.undo()

    def action_filter(self) -> None:
        """Choose which units are to come."""
        self.work(self._filter(), "queue-filter", exclusive=True)

    async def _filter(self) -> None:
        from esc_tui.tui.panes.bank.picker import Choice, PickerScreen

        wanted = self.wanted
        me = await asyncio.to_thread(self.workshop.annotator)
        people, starter = await self.look_up(lambda bank: _whose(bank, me))
        people += [(name, 0) for name in wanted.labelled_by if name not in dict(people)]
        options = [Choice("all", "all units, neutral ones too", "else only those where the seeker moves"),
                   Choice("shared", "also those others labelled", "to measure how well you agree"),
                   Choice("sampled", "a random sample", "one order for everybody, not the least sure"),
                   Choice("blind", "label blind", "nothing is shown; take all units too, or all have moved"),
                   *(Choice(f"by {name}", f"labelled by {clean(name)}", f"only such units, {labels:,} labels") for name, labels in people),
                   *([Choice("own", "without the starter bank's own", "leaves out the talks it came with")]
                     if starter or not wanted.starter else []),
                   *(Choice(f"polarity {one.value}", f"{one.glyph} {one.value}", "polarity of the suggestion") for one in Polarity),
                   *(Choice(f"state {one.value}", words(one), "state of the suggestion") for one in State)]
        chosen = [*([] if wanted.key_only else ["all"]), *(["shared"] if wanted.shared else []),
                  *(["sampled"] if wanted.sampled else []), *(["blind"] if self.blind else []),
                  *(f"by {name}" for name in wanted.labelled_by), *([] if wanted.starter else ["own"]),
                  *(f"polarity {one}" for one in wanted.polarities), *(f"state {one}" for one in wanted.states)]
        picked = await self.app.push_screen_wait(PickerScreen("Which units are to come?", options, chosen, many=True))
        if picked is None:
            return
        pairs = [value.partition(" ")[::2] for value in picked]
        new = Wanted("all" not in picked, "shared" in picked, tuple(value for kind, value in pairs if kind == "state"),
                     tuple(value for kind, value in pairs if kind == "polarity"),
                     tuple(value for kind, value in pairs if kind == "by"), "own" not in picked, "sampled" in picked)
        blind = "blind" in picked
        if (new, blind) == (wanted, self.blind):
            self.tell("Nothing was changed. Tab marks the line under the cursor or takes its mark away, then Enter is done.")
            return
        self._see(blind)
        if new != wanted:
            self.wanted, self._shown = new, None
        await self._keep_choice()
        if new != wanted:
            await self._begin()

    async def _keep_choice(self) -> None:
        """For the next start too."""
        if self.line is not None:
            bank, annotator = await self.workshop.bank(), self.line.annotator
            await asyncio.to_thread(keep_choice, bank, annotator, self.wanted, self.blind)

    def action_blind(self) -> None:
        """Label blind, or with the suggestion again."""
        self._see(not self.blind)
        self.work(self._keep_choice(), "queue-choice", exclusive=True)
        self.tell("The suggestions are not shown any more; give every label yourself. Agreement keeps such labels apart." if self.blind
                  else "The suggestions are filled in again.")

    def _see(self, blind: bool) -> None:
        """Show or hide the suggestion of the unit in front too; labels begun the other way wait until it is back."""
        if blind != self.blind:
            self.blind, self._shown = blind, None
            if self.line is not None:
                self.line.see(blind)
            self.home.blind_changed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a unit there is nothing to decide."""
        if action in DEEDS and self.bench.card is None:
            return False
        return super().check_action(action, parameters)


def _whose(connection: BankConnection, but: str) -> tuple[list[tuple[str, int]], bool]:
    """Who else labelled units and how many labels of each hold, most first; and whether the starter bank's own talks are here."""
    from esc_tui.bank.decisions import STARTER_SOURCE, annotators

    people = [(name, labels) for name, kind, labels in annotators(connection) if kind == "human" and name != but]
    return people, connection.value("SELECT 1 FROM dialogues WHERE source = ? LIMIT 1", (STARTER_SOURCE,)) is not None


def _what_there_is(connection: BankConnection) -> tuple[bool, bool]:
    """Whether there are dialogues, and units labelled by a machine."""
    return (connection.value("SELECT 1 FROM dialogues LIMIT 1") is not None,
            connection.value("SELECT 1 FROM unit_labels WHERE labeller_kind = 'machine' LIMIT 1") is not None)
