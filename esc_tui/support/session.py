"""A session at one bank: opens it, builds the engine the settings ask for, and starts or resumes talks on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esc_tui.bank.artefacts import artefact_in_use
from esc_tui.bank.evidence import snapshot_is_due
from esc_tui.bank.evolution import candidate_changes
from esc_tui.bank.moments import NOTHING
from esc_tui.domain.errors import EndpointError, WrongUseError
from esc_tui.domain.events import AnyEvent, Mode
from esc_tui.domain.revision import Pins
from esc_tui.engines.engine import Engine
from esc_tui.guard import GUARD_VERSION
from esc_tui.guard.resources import Resource, read_resources, resources_for
from esc_tui.settings.files import named_path
from esc_tui.settings.model import Settings
from esc_tui.support.expecting import BY_RULES
from esc_tui.support.recall import Recaller
from esc_tui.support.semantic import SemanticRecall
from esc_tui.support.talk import LiveTalk, TalkStore
from esc_tui.support.turn import Supporter
from esc_tui.support.unstored import UnstoredTalks

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.engines.endpoint import EndpointSettings


def build_engine(settings: Settings) -> Engine:
    """The engine the settings name; an endpoint engine falls back on the embedded one step by step.

    Raises UserError when an endpoint is asked for without an address.
    """
    from esc_tui.engines.embedded import build_embedded_engine

    embedded = build_embedded_engine()
    if settings.engine == "embedded":
        return embedded
    if not settings.endpoint:
        raise WrongUseError(
            "the endpoint engine has no address", "settings", "give one with --endpoint URL, or use --engine embedded"
        )
    from esc_tui.engines.endpoint import build_endpoint_engine, check_prompts
    from esc_tui.settings.locator import prompts_path

    prompts = named_path(settings.prompts) if settings.prompts else prompts_path()
    if settings.prompts:
        check_prompts(prompts)
    return build_endpoint_engine(endpoint_settings(settings), prompts, embedded)


def endpoint_settings(settings: Settings) -> EndpointSettings:
    """How to reach the endpoint the settings name; a key goes only to the host it is for."""
    from esc_tui.engines.endpoint import EndpointSettings
    from esc_tui.settings.locator import state_path
    from esc_tui.settings.model import host_of

    host = host_of(settings.endpoint)
    for_this_host = bool(host) and settings.key_host.lower() in {host, host.rpartition(":")[0]}
    return EndpointSettings(
        url=settings.endpoint,
        model=settings.model,
        key_variable=settings.key_variable if for_this_host else "",
        timeout=settings.timeout,
        risk_check=settings.model_risk_check,
        memory=state_path() / "endpoints.json",
    )


def help_lines_of(settings: Settings) -> tuple[Resource, ...]:
    """The checked help lines of the person's region, their group's own among them. Raises UserError for a bad file."""
    own = read_resources(named_path(settings.resources)) if settings.resources else ()
    return resources_for(settings.region, own) if settings.region else ()


class Session:
    """One bank, one engine, any number of talks. Recallers are kept per pinned revision, snapshot and planner."""

    def __init__(self, bank: Bank, settings: Settings, engine: Engine | None = None) -> None:
        self.bank, self.settings = bank, settings
        self.engine = engine or build_engine(settings)
        self.help_lines = help_lines_of(settings)
        self._recallers: dict[tuple[int, int, str, str, bool], Recaller] = {}
        self._semantic = SemanticRecall(settings)

    async def prepare(self) -> None:
        """Name the endpoint's model where the settings leave it open, so that talks record which one spoke.

        An endpoint that does not answer is no error here; the first turn will say it.
        """
        if self.settings.engine != "endpoint" or self.settings.model:
            return
        from esc_tui.engines.endpoint import resolve_model

        try:
            found = await resolve_model(endpoint_settings(self.settings))
        except EndpointError:
            return
        if found.model:
            self.settings = self.settings.model_copy(update={"model": found.model})
            self.engine = build_engine(self.settings)

    def pins(self, revision: str = "", candidate: str = "") -> Pins:
        """What a talk that starts now stands on: the head, or the revision named (``r42``, ``42``, a hash prefix).

        ``candidate``: digest of changes the bank keeps, to be tried on top of it.

        Outcomes corrected or added since the newest evidence snapshot are counted from here on: a new snapshot is taken
        first, unless the bank is view-only. Talks under way keep the one they have.
        """
        if not self.bank.view_only and snapshot_is_due(self.bank.connection):
            self.bank.take_snapshot()
        found = self.bank.revision(revision) if revision else self.bank.head()
        return Pins(
            revision=found.number,
            revision_hash=found.hash,
            evidence_snapshot=self.bank.snapshot_number,
            planner=artefact_in_use(self.bank.connection, "planner") or BY_RULES,
            guard=GUARD_VERSION,
            candidate=candidate,
        )

    def start_talk(
        self, *, revision: str = "", mode: Mode | None = None, seed: int | None = None, bank_used: bool = True
    ) -> LiveTalk:
        """Begin a talk and store its first event; on a view-only bank the talk lives only as long as the program."""
        return LiveTalk.start(
            self._store(),
            self.pins(revision),
            self.engine,
            mode or self.settings.mode,
            self.settings.seed if seed is None else seed,
            bank_used,
            help_lines=self.help_lines,
        )

    def _store(self) -> TalkStore:
        return UnstoredTalks() if self.bank.view_only else self.bank

    def resume_talk(self, conversation_id: str) -> LiveTalk:
        """Go on with a stored talk, on the pins it has; on a view-only bank what is added now is not kept.

        Raises UserError for one whose skills were ranked by drawn success rates: people are not experimented on.
        """
        talk = LiveTalk.resume(self._store(), self.bank.events(conversation_id), self.help_lines)
        if talk.pins.thompson:
            raise WrongUseError("this talk draws its skills' success rates (thompson), which is for simulation alone",
                                self.bank.connection.place, "start a new talk, or branch off from it")
        return talk

    def keep_up(self, talk: LiveTalk) -> AnyEvent | None:
        """Let a talk go on from the newest revision when the bank was edited since; gives the event, or None.

        What was only learned meanwhile counts from the next talk on.
        """
        if self.bank.head_number == talk.pins.revision or self.bank.head().hash == talk.pins.revision_hash:
            return None
        return talk.repin(self.pins().model_copy(update={"masked": talk.pins.masked}))

    def supporter(self, pins: Pins) -> Supporter:
        """The supporter for a talk with these pins; its index is read on the first turn, off the loop."""
        key = (pins.revision, pins.evidence_snapshot, pins.planner, pins.candidate, pins.thompson)
        if key not in self._recallers:
            if len(self._recallers) >= 4:
                self._recallers.pop(next(iter(self._recallers))).connection.close()
            reader = self.bank.reader().connection
            changes = candidate_changes(reader, pins.candidate) if pins.candidate else NOTHING
            self._recallers[key] = Recaller(reader, *key[:2], self._semantic, pins.planner, changes, thompson=pins.thompson)
        return Supporter(self.engine, self._recallers[key])

    def warm(self) -> None:
        """Load what the first reply would otherwise wait for: the index of the newest revision and the guard's weights.

        Blocks; call it in a thread.
        """
        from esc_tui.guard.detect import check_message

        check_message("")
        if self.bank.head_number:
            self.supporter(self.pins()).recaller.load()

    async def aclose(self) -> None:
        """End what an endpoint engine has under way, and close the connections of this session."""
        if self.engine.fallback is not None:
            from esc_tui.engines.endpoint import close_endpoint_engine

            await close_endpoint_engine(self.engine)
        await self._semantic.aclose()
        self.close()

    def close(self) -> None:
        """Close the connections of this session; the bank itself stays open."""
        for recaller in self._recallers.values():
            recaller.connection.close()
        self._recallers.clear()
