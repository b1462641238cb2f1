"""An open episode is searched and played again."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from esc_tui.tui.panes.chat.turn_block import turn_key, turn_number
from esc_tui.tui.panes.episodes.episode_frame import EpisodeFrame
from esc_tui.tui.panes.episodes.episode_views import TalkField
from widgets.one_line import Part


class EpisodePlaying(EpisodeFrame):
    """The base of the view: search and replay."""

    # Search

    def action_find(self) -> None:
        """To the field."""
        self.add_class("-finding")
        self.field.focus()

    @on(Input.Changed, "#find-field")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._go(0)

    @on(TalkField.Asked)
    def _asked(self, event: TalkField.Asked) -> None:
        event.stop()
        self._go(event.by)

    def _go(self, by: int) -> None:
        places = self.showing.find(self.field.value)
        here = turn_number(self.talk.cursor) or 0
        if not places:
            self.found_line.show([], [Part("not in this talk" if self.field.value.strip() else "", "dim")])
            return
        if by < 0:
            number = next((one for one in reversed(places) if one < here), places[-1])
        else:
            number = next((one for one in places if one > here or (one == here and not by)), places[0])
        self.talk.move_to(turn_key(number))
        self.found_line.show([], [Part(f"{places.index(number) + 1} of {len(places)} turns", "dim")])

    @on(TalkField.Left)
    def _left(self, event: TalkField.Left) -> None:
        event.stop()
        self.remove_class("-finding")
        self.talk.focus()

    # Replay

    def action_play(self) -> None:
        """Begin a replay, hold it, or go on with it."""
        replay = self.showing.replay
        if replay is None or replay.over:
            self.showing.begin_replay(replay.speed if replay is not None else 1)
            self._draw_all()
            self._next()
        else:
            replay.playing = not replay.playing
            if replay.playing:
                self._next()
        self._draw_head()
        self.refresh_bindings()

    def _next(self) -> None:
        replay = self.showing.replay
        if self._timer is not None:
            self._timer.stop()
        if replay is None or not replay.playing:
            return
        touched: list[int] = []
        while not replay.over and replay.wait <= 0:
            touched += self.showing.play()
        for number in dict.fromkeys(touched):
            self.talk.put(self.showing.block(number))
            self.talk.move_to(turn_key(number), scroll=False)
        self.talk.to_end()
        self._show_turn()
        if replay.over:
            self._end_replay()
            return
        self._timer = self.set_timer(replay.wait, self._due)

    def _due(self) -> None:
        replay = self.showing.replay
        if replay is None or not replay.playing:
            return
        for number in self.showing.play():
            self.talk.put(self.showing.block(number))
            self.talk.move_to(turn_key(number), scroll=False)
        self._next()

    def _end_replay(self) -> None:
        """The talk as it stands in the store."""
        self._stop_replay()
        self._draw_all(keep=True)
        self._show_turn()
        self.refresh_bindings()

    def _stop_replay(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.showing.end_replay()

    def action_speed(self, by: int) -> None:
        """Faster or slower."""
        replay = self.showing.replay
        if replay is None:
            self.action_play()
            replay = self.showing.replay
        if replay is not None:
            replay.faster(by)
            if replay.playing:
                self._next()
            self._draw_head()

    def leave(self) -> bool:
        """Esc: end a replay, close the drawer."""
        if self.showing.replay is not None:
            self._end_replay()
            return True
        if self.has_class("-drawer"):
            self.remove_class("-drawer")
            self.talk.focus()
            return True
        return False
