"""What Chat asks of the written seekers: their cards, the role that a talk was played in, and talks with the person as the supporter.

Everything here blocks and is called in threads, but for what is async. Imported when first asked for.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import RoleTaken
from esc_tui.domain.labels import Shelf
from esc_tui.domain.profile import UnplayableError, refuse_unplayable
from esc_tui.simulate.arms import build_mind
from esc_tui.simulate.as_supporter import Sitting, hash_of
from esc_tui.simulate.debrief import bank_would_say
from esc_tui.simulate.forking import ForkedReply
from esc_tui.simulate.planning import SeekerName
from esc_tui.simulate.profiles import ProfileRow, list_profiles, readable_profile
from esc_tui.support.unstored import UnstoredTalks

if TYPE_CHECKING:
    from esc_tui.domain.events import AnyEvent
    from esc_tui.domain.profile import Profile
    from esc_tui.domain.talk import TalkView
    from esc_tui.engines.roles import SeekerMind
    from esc_tui.guard.resources import Resource
    from esc_tui.support.session import Session
    from esc_tui.support.talk import LiveTalk
    from esc_tui.tui.panes.chat.service import Talk


class Seekers:
    """The seekers of the shelf develop, at one session."""

    def __init__(self, session: Session, revision: str = "", mind: SeekerMind | None = None) -> None:
        """``mind`` plays every seeker; without one it is that of the engine the settings name."""
        self.session, self.revision = session, revision
        self._given = mind
        self._minds: dict[str, SeekerMind] = {}

    @property
    def unstored(self) -> bool:
        """True when talks are not kept."""
        return self.session.bank.view_only

    @property
    def help_lines(self) -> tuple[Resource, ...]:
        """Checked help lines of the person's region."""
        return self.session.help_lines

    @property
    def host(self) -> str:
        """The model server that gets what the person writes; empty for the embedded engine."""
        settings = self.session.settings
        return settings.endpoint.split("//")[-1].split("/")[0] if settings.engine == "endpoint" else ""

    def rows(self) -> list[ProfileRow]:
        """Light rows by name, shelf develop alone: the others are nobody's to read."""
        with self.session.bank.reader() as reader:
            return sorted(list_profiles(reader, shelf=Shelf.DEVELOP), key=lambda row: (row.name.casefold() or row.id, row.id))

    def card(self, identity: str) -> Profile:
        """One profile in full. Raises UserError for an unknown one and for one of another shelf."""
        with self.session.bank.reader() as reader:
            profile = readable_profile(reader, identity)
        if profile.shelf is not Shelf.DEVELOP:
            raise UserError(f"'{identity}' is not of the shelf develop", "", "choose another seeker")
        return profile

    def card_of(self, view: TalkView) -> Profile | None:
        """The card a talk was played with, as it is now; None when it is gone."""
        if view.role is None:
            return None
        try:
            return self.card(view.role.profile)
        except UserError:
            return None

    def take_role(self, talk: Talk, profile: Profile) -> None:
        """Record which profile is played: its name and hash, no word of it."""
        live = cast("LiveTalk", talk)
        live.record_now(RoleTaken(profile=profile.id, profile_hash=hash_of(profile), conversation_id=live.conversation_id,
                                  turn=live.view.highest_turn, time=now_iso()))

    # -- the other side ----------------------------------------------------------------------------------------------

    def _ready_mind(self, engine: str = "") -> SeekerMind:
        """The mind that plays by an engine, the settings' without one. Raises UserError for a model that is not to be reached."""
        if self._given is not None:
            return self._given
        engine = engine or self.session.settings.engine
        if engine not in self._minds:
            self._minds[engine] = build_mind(engine, self.session.settings)
        return self._minds[engine]

    def watching(self, view: TalkView) -> tuple[Profile, SeekerMind] | None:
        """Who the seeker of a talk is, and the mind that plays it; None when nobody wrote it, or it is sealed or gone.

        An episode has the engine that played it; where that was a model elsewhere, the one the settings name. Raises UserError when
        that one cannot play it.
        """
        profile = self.card_of(view)
        if profile is None and view.episode is not None:
            try:
                with self.session.bank.reader() as reader:
                    profile = readable_profile(reader, view.episode.profile)
            except UserError:
                return None
        if profile is None:
            return None
        played = view.episode.seeker_engine if view.episode is not None else ""
        mind = self._ready_mind(played if played in get_args(SeekerName) else "")
        if mind.name.startswith("embedded"):
            refuse_unplayable(profile)
        return profile, mind

    def begin(self, identity: str) -> Sitting:
        """Sit down opposite a seeker. Raises UserError for a profile this engine cannot play."""
        profile, mind = self.card(identity), self._ready_mind()
        if mind.name == "embedded":
            try:
                refuse_unplayable(profile)
            except UnplayableError as error:
                raise UserError(f"{error.why}, so choose another seeker, or an endpoint in the settings") from error
        store = UnstoredTalks() if self.unstored else self.session.bank
        return Sitting.begin(store, self.session.pins(self.revision), profile, mind, self.session.settings.seed,
                             help_lines=self.session.help_lines)

    def resume(self, conversation_id: str) -> Sitting:
        """Go on with a stored talk, or read one that is over. Raises UserError."""
        with self.session.bank.reader() as reader:
            events = reader.events(conversation_id)
            started = next((event for event in events if event.kind == "episode_started"), None)
            if started is None:
                raise UserError("nobody sat on the supporter's side in this talk", conversation_id)
            profile = readable_profile(reader, started.profile)
        store = UnstoredTalks() if self.unstored else self.session.bank
        return Sitting.resume(store, events, profile, self._ready_mind(), help_lines=self.session.help_lines)

    def events(self, sitting: Sitting) -> Sequence[AnyEvent]:
        """All of a talk."""
        conversation = sitting.talk.conversation_id
        added = cast("list[AnyEvent]", sitting.talk.store.events) if isinstance(sitting.talk.store, UnstoredTalks) else []
        with self.session.bank.reader() as reader:
            return [*reader.events(conversation), *added]

    async def bank_reply(self, sitting: Sitting, number: int, events: Sequence[AnyEvent]) -> ForkedReply:
        """What the supporter would have said to the words of a turn, on the revision the talk stands on."""
        supporter = self.session.supporter(sitting.talk.pins)
        return await bank_would_say(supporter, events, number, self.session.settings.mode)

    async def aclose(self) -> None:
        """End what a model's seeker has under way."""
        minds, self._minds, self._given = [self._given, *self._minds.values()], {}, None
        for mind in minds:
            closing = getattr(mind, "aclose", None)
            if closing is not None:
                await closing()

    def write(self, text: str, stem: str) -> str:
        """Write a Markdown file for its owner alone into the working folder; gives its path. An existing file is never touched."""
        for number in range(1, 1000):
            path = Path.cwd() / f"{stem}-{number}.md"
            try:
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                    file.write(text)
            except FileExistsError:
                continue
            except OSError as error:
                raise UserError(f"the debrief cannot be written ({error.strerror})", str(path),
                                "start the program in a folder of your own") from error
            return str(path)
        raise UserError("there are a thousand files of this name already", str(Path.cwd()), "clear some away")
