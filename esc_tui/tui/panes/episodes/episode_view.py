"""One episode in full, live, stored or replayed: the curve of emotion, the talk with the seeker's thoughts, why each reply was given."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from esc_tui.bank.talks import read_events
from esc_tui.domain.errors import BankError, UserError
from esc_tui.tui.commands import Command, bindings
from esc_tui.tui.panes.chat.turn_block import turn_key, turn_number
from esc_tui.tui.panes.chat.views import TranscriptWanted
from esc_tui.tui.panes.episodes.episode_moments import EpisodeMoments
from esc_tui.tui.panes.episodes.episode_views import WhyWanted
from esc_tui.tui.panes.episodes.figures import arms_of, clean
from esc_tui.tui.panes.episodes.preview import crisis_turns
from esc_tui.tui.panes.episodes.showing import TalkShowing
from esc_tui.tui.panes.episodes.talk_blocks import copied

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.bank.runs import Order
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.profile import Profile
    from esc_tui.tui.panes.episodes.following import Look


class EpisodeView(EpisodeMoments):
    """Curve over talk on the left, why on the right; below 100 columns why is a drawer."""

    OWN_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("episode.play", "Play or pause the replay", "play", "space", "replay", 1,
                help="From the beginning, from the store, at a reader's pace; no model is asked."),
        Command("episode.faster", "Faster", "speed(1)", "plus,equals_sign", "", 2, key_display="+", help="1, 2, 4 or 8 times."),
        Command("episode.slower", "Slower", "speed(-1)", "minus", "", 3, key_display="-", help="1, 2, 4 or 8 times."),
        Command("episode.inner", "All that was thought", "inner", "i", "thoughts", 2,
                help="The hidden wish, and every step of the seeker's mind; again: what was felt alone."),
        Command("episode.find", "Search the talk", "find", "slash", "search", 3, help="Words in what was said, felt or thought."),
        Command("episode.what_if", "What if: this turn in another way", "what_if", "w", "what if", 4,
                help="The same moment without its skill, with another one, with no bank, or elsewhere; the seeker judges both."),
        Command("episode.fork", "Go on from this turn in a new talk", "fork", "f", "", 11,
                help="In Chat, as the seeker, with its card; the episode stays."),
        Command("episode.case", "Keep this turn as a regression case", "keep_case", "C", "", 12,
                help="With what must hold of the reply; 'esc-tui evaluate cases' tries them all."),
        Command("episode.copy", "Copy this turn", "copy", "y", "copy", 5, help="The turn under the cursor, as plain text."),
        Command("episode.veil", "Show veiled words", "unveil", "u", "show words", 0, help="Words about a crisis, in this episode."),
        Command("episode.why", "Show or hide why", "why", "v", "", 7, help="Below 100 columns it slides over the talk."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(OWN_COMMANDS)
    HELP_TITLE = "An episode"
    DEFAULT_CSS = """
    EpisodeView { width: 1fr; height: 1fr; layout: vertical; layers: base drawer; }
    EpisodeView #episode-head { margin: 1 0 1 0; }
    EpisodeView #episode-left { width: 1fr; height: 1fr; }
    EpisodeView #episode-plot { margin: 0 1 0 2; }
    EpisodeView EpisodeTalk { margin: 1 1 0 1; border-top: solid $tone-rule; padding: 1 0 0 0; }
    EpisodeView EpisodeTalk:focus { border-top: solid $tone-accent; }
    EpisodeView #episode-find { height: 1; display: none; padding: 0 2; }
    EpisodeView.-finding #episode-find { display: block; }
    EpisodeView #find-prompt { width: 2; }
    EpisodeView #find-found { width: 24; }
    EpisodeView TalkField { width: 1fr; height: 1; border: none; padding: 0; background: transparent; color: $tone-bright;
                            background-tint: transparent; }
    EpisodeView TalkField:focus { border: none; background-tint: transparent; }
    EpisodeView.-no-why EpisodeWhy { display: none; }
    EpisodeView.-stacked #episode-head { margin: 0; }
    EpisodeView.-stacked EpisodeTalk { margin: 0; padding: 0; }
    EpisodeView.-stacked EpisodeWhy { display: none; layer: drawer; dock: right; width: 58; max-width: 94%; }
    EpisodeView.-stacked.-drawer EpisodeWhy { display: block; }
    """

    @property
    def footer_words(self) -> dict[str, str]:
        """While a replay is on, its keys."""
        replay = self.showing.replay
        if replay is None or replay.over:
            return {}
        return {"episode.play": "pause" if replay.playing else "go on", "episode.faster": "faster", "episode.slower": "slower",
                "episode.inner": "", "episode.find": ""}

    # Reading and following

    async def show_episode(self, row: EpisodeRow, turn: int | None = None) -> None:
        """Show an episode, at a turn if one is named, else at its beginning; one under way at its end."""
        self._stop_replay()
        self.row, self._look = row, self.home.front
        self._open_sections = frozenset()
        self.remove_class("-finding")
        events, profile = await self.ask(lambda bank: _read(bank.connection, row))
        crisis = await asyncio.to_thread(crisis_turns, events)
        self.showing = TalkShowing(events, crisis, profile, clean(row.name), self._arm(row))
        await self._order("watch")
        self._draw_all()
        turns = self.showing.view.turns
        if turns:
            live = row.state == "running"
            number = turn if turn is not None and self.showing.view.turn(turn) is not None else turns[-1 if live else 0].number
            self.talk.move_to(turn_key(number), scroll=not live)
            self.talk.following = live
            if live:
                self.talk.to_end()
            elif turn is None:
                self.talk.scroll_home(animate=False)
        else:
            self.talk.following = row.state != "finished"
        self._show_turn()

    def _arm(self, row: EpisodeRow) -> str:
        arms = arms_of(self.run) if self.run is not None else ()
        return arms[row.arm] if row.arm < len(arms) else ""

    def took(self, look: Look) -> None:
        """The run moved: read on where this talk did."""
        self._look = look
        row = self.row
        if row is None or not self.display:
            return
        mine = next((one for one in look.rows if one.conversation == row.conversation), None)
        if mine is not None:
            self.row = mine
        if look.turned:
            self.work(self._again(), "episodes-talk", exclusive=True)
        elif mine is not None:
            self.work(self._read_on(), "episodes-talk")

    async def _again(self) -> None:
        """Broken steps are dropped when a run is taken up: read it all anew, keeping the place."""
        row = self.row
        if row is None or self.showing.replay is not None:
            return
        async with self._reading:
            events, profile = await self.ask(lambda bank: _read(bank.connection, row))
            crisis = await asyncio.to_thread(crisis_turns, events)
            before = self.showing
            self.showing = TalkShowing(events, crisis, profile, clean(row.name), before.arm, before.inner, before.unveiled)
            await self._order("watch")
            self._draw_all(keep=True)
            self._begin_following()
            self._show_turn()

    def _begin_following(self) -> None:
        """An episode that was opened before it began: its newest turn is the one looked at."""
        if self.showing.view.turns and not self.talk.cursor and self.talk.following:
            self.talk.move_to(turn_key(self.showing.view.turns[-1].number), scroll=False)

    async def _read_on(self) -> None:
        row, showing = self.row, self.showing
        if row is None:
            return
        async with self._reading:
            new = await self.ask(lambda bank: read_events(bank.connection, row.conversation, showing.last))
            crisis = await asyncio.to_thread(crisis_turns, new) if new else frozenset()
            if showing is not self.showing:
                return
            at_last = bool(showing.view.turns) and turn_number(self.talk.cursor) == showing.view.turns[-1].number
            touched = showing.take(new, crisis)
        if showing.replay is not None:
            return
        for number in touched:
            self.talk.put(showing.block(number))
        self._begin_following()
        if at_last and self.talk.following:
            self.talk.move_to(turn_key(showing.view.turns[-1].number), scroll=False)
        self._put_end()
        self._draw_head()
        if turn_number(self.talk.cursor) in touched or not touched:
            self._show_turn()
        else:
            self._draw_plot()

    async def _order(self, kind: Order) -> None:
        """Ask the run to tell this episode sentence by sentence, or no longer."""
        run, row = self.run, self.row
        wanted = (row.run, row.number) if row is not None and kind == "watch" and row.state != "finished" else None
        if run is None or not run.alive or wanted == self._watched:
            self._watched = wanted if run is not None and run.alive else None
            return
        before, self._watched = self._watched, wanted
        bank = await self.workshop.bank()
        if bank.view_only:
            return

        def leave() -> None:
            from esc_tui.bank.runs import ask_of_run
            from esc_tui.domain.base import now_iso

            for one, what in ((before, "unwatch"), (wanted, "watch")):
                if one is not None:
                    ask_of_run(bank.writing, one[0], what, now_iso(), one[1])  # type: ignore[arg-type]

        try:
            await asyncio.to_thread(leave)
        except BankError:
            return  # the bank is busy or full: the talk then grows turn by turn

    async def gone(self) -> None:
        """Nobody looks at this talk any more."""
        self._stop_replay()
        await self._order("unwatch")
        await self._let_seekers_go()

    def came(self) -> None:
        """Back in sight: what came meanwhile is read."""
        self.work(self._again(), "episodes-talk", exclusive=True)

    def went(self) -> None:
        """Out of sight: a replay waits, nothing is told sentence by sentence."""
        if self.showing.replay is not None and self.showing.replay.playing:
            self.action_play()
        self.work(self._order("unwatch"), "episodes-order", exclusive=True)

    def reload(self) -> None:
        """Read the talk anew."""
        self.work(self._again(), "episodes-talk", exclusive=True)

    # Keys

    @on(WhyWanted)
    def _why_wanted(self, event: WhyWanted) -> None:
        event.stop()
        if not self.why.display:
            self.action_why()
        self.why.focus()

    @on(TranscriptWanted)
    def _talk_wanted(self, event: TranscriptWanted) -> None:
        event.stop()
        self.remove_class("-drawer")
        self.talk.focus()

    def action_why(self) -> None:
        """Show or hide the why side; in a narrow window it slides over the talk."""
        stacked = self.has_class("-stacked")
        self.toggle_class("-drawer" if stacked else "-no-why")
        shown = self.has_class("-drawer") if stacked else not self.has_class("-no-why")
        if stacked and shown:
            self.why.focus()
        elif not shown:
            self.talk.focus()

    def action_inner(self) -> None:
        """Thoughts in full, or what was felt alone."""
        self.showing.inner = not self.showing.inner
        self._draw_all(keep=True)

    def action_unveil(self) -> None:
        """Show what is veiled, in this episode only."""
        self.showing.unveiled = True
        self._draw_all(keep=True)
        self._show_turn()

    def action_copy(self) -> None:
        """Copy the turn under the cursor."""
        turn = self.turn
        if turn is not None:
            self.app.copy_to_clipboard(copied(turn, self.showing.name, self.showing.hides(turn.number)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing veiled, nothing to show; in the field letters are letters."""
        if action in {"play", "speed", "inner", "find", "copy", "unveil", "why"} and self.field.has_focus:
            return False
        if action == "unveil":
            return self.showing.veils
        if action in {"play", "speed"}:
            return self.row is not None and self.row.state == "finished" and bool(self.showing.events)
        if action == "copy":
            return self.turn is not None
        return super().check_action(action, parameters)

def _read(connection: BankConnection, row: EpisodeRow) -> tuple[list[AnyEvent], Profile | None]:
    from esc_tui.bank.episodes import played_profile

    try:
        profile = played_profile(connection, row.profile_hash)
    except (UserError, ValueError, TypeError):
        profile = None
    return read_events(connection, row.conversation, 0), profile
