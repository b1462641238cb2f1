"""A verification from its registration to its verdict, stage by stage; what a stage found is stored, and a broken-off one goes on there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, replace
from statistics import stdev
from typing import Any

from esc_tui.bank.evolution import (
    ProposalRow,
    VerificationRow,
    claim_verification,
    end_verification,
    find_proposal,
    find_verification,
    note_stage,
    read_cohort,
    verifications_of,
)
from esc_tui.discover.roles import closing
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import BankError, UserError
from esc_tui.domain.evolution import DecisionWord, SafetyPart, Verdict
from esc_tui.evolve.cohorts import group_of, members, retire
from esc_tui.evolve.confirming import Confirmation, confirm
from esc_tui.evolve.gate import gate
from esc_tui.evolve.ledger import wear_of
from esc_tui.evolve.pairing import Pair, pairs_of
from esc_tui.evolve.probing import probe_parts
from esc_tui.evolve.registering import held
from esc_tui.evolve.safety import EpisodeJudge, both_judges, flags_of_pairs, safety_part
from esc_tui.evolve.screening import (
    REPLAYED,
    SAME_PROFILES,
    Replayed,
    failing_turns,
    replay,
    screen_of,
    screen_profiles,
)
from esc_tui.evolve.stages import Players, RoundStage, StageName, StoppedError, Told, keep_nothing, pins_of, play
from esc_tui.evolve.statistics import SECOND_PAIRS, PairedFlags, SecondSimulator, second_simulator
from esc_tui.evolve.verdicts import Gathered, verdict_of
from esc_tui.simulate.arms import build_mind
from esc_tui.simulate.forking import Way
from esc_tui.simulate.profiles import Group
from esc_tui.support.session import Session
from esc_tui.support.turn import TurnOptions


def verify(players: Players, reference: str | int) -> VerificationRow:
    """Carry a registered verification out, or go on with one that was broken off; gives it as it then stands.

    Blocks. Raises UserError when another process is at it or it has its verdict, and for a failing endpoint (it can go on later).
    """
    bank = players.bank
    row = claim_verification(bank.writing, find_verification(bank.connection, reference).number)
    try:
        with asyncio.Runner() as runner:
            verdict = _Verification(players, row, runner).carry()
    except StoppedError as stop:
        end_verification(bank.writing, row.number, "stopped", now_iso(), str(stop))
        return find_verification(bank.connection, row.number)
    except BankError:
        raise
    except UserError as error:
        end_verification(bank.writing, row.number, "failed", now_iso(), str(error))
        raise
    end_verification(bank.writing, row.number, "done", now_iso(), verdict=verdict)
    _wear(players, row)
    return find_verification(bank.connection, row.number)


def _wear(players: Players, row: VerificationRow) -> None:
    """Retire the cohort once it is worn."""
    cohort = read_cohort(players.bank.connection, row.registration.cohort)
    if cohort.retired is None and wear_of(players.bank.connection, cohort).retire:
        retire(players.bank, cohort)


PROBES_NOTED = 20
"""How far the probe conversations are is kept after every so many."""


class _Verification:
    """``loop`` runs everything that asks an endpoint between the runs of episodes: connections are closed where they were opened."""

    def __init__(self, players: Players, row: VerificationRow, loop: asyncio.Runner) -> None:
        self.row, self.loop = row, loop
        self.bank, self.registration = players.bank, row.registration
        self.players = replace(players, program=held(players.program, row.registration))
        self.proposal: ProposalRow = find_proposal(players.bank.connection, row.proposal)
        self.judge = EpisodeJudge(players.bank, both_judges(self.players.program))
        self.notes: dict[str, Any] = dict(row.notes)

    def carry(self) -> Verdict:
        try:
            return self._stages()
        finally:
            self.loop.run(self.judge.aclose())

    def _stages(self) -> Verdict:
        reasons = () if self.registration.against is not None else gate(self.bank, self.proposal.proposal)
        if reasons:
            return Verdict(word="reject", reasons=tuple(f"The gate: {reason}" for reason in reasons), pairs=0)
        noise = self._same()
        dropped = self._screen()
        if dropped:
            word: DecisionWord = "reject" if self.notes["screen"]["fired"] else "never fired"
            return Verdict(word=word, reasons=(f"Dropped by the screen: {dropped}.",), pairs=0, noise_floor=noise,
                           screen_gain=self.notes["screen"]["gain"])
        probes, critical = self._probes()
        if critical:
            return Verdict(word="reject", reasons=(f"A critical event that {self.registration.old} does not have: {critical[0]}",), pairs=0,
                           safety=tuple(probes), critical=tuple(critical), noise_floor=noise, screen_gain=self.notes["screen"]["gain"])
        confirmation = confirm(self.players, self.row, self._play_confirm, self._flagged)
        blameless = self._blameless()
        flags = self.loop.run(flags_of_pairs(self.judge, [*confirmation.pairs, *blameless, *self._screened()]))
        parts = (safety_part("faults of replies", flags.bound), *probes)
        second = None if flags.critical else self._second(confirmation)
        gathered = Gathered(confirmation, parts, (*flags.critical,), tuple(blameless), second, noise, self.notes["screen"]["gain"])
        return verdict_of(self.registration, gathered)

    def _note(self, stage: StageName, found: dict[str, Any]) -> None:
        self.notes |= found
        note_stage(self.bank.writing, self.row.number, stage, found)

    def _play(self, stage: StageName, name: str, profiles: Sequence[str], **how: Any) -> int:
        self.players.go_on()
        note_stage(self.bank.writing, self.row.number, stage, {})
        return play(self.players, self.row, stage, name, profiles, **how)

    # -- the stages --------------------------------------------------------------------------------------------------

    def _same(self) -> float:
        """The A/A check: the old bank against itself. The SD of its differences is the noise floor; 0 when all texts are equal.

        What was measured with the same engine, model, seeker and guard counts on.
        """
        if "same" not in self.notes:
            self._note("same", {"same": self._earlier_noise()})
        if self.notes["same"] is None:
            profiles = screen_profiles(self.bank, self.registration.group, SAME_PROFILES)
            run = self._play("same", "same", profiles, candidate=keep_nothing(self.bank), apart=True)
            found = pairs_of(self.bank.connection, [run]).pairs
            noise = [pair.difference(self.registration.primary) for pair in found]
            self._note("same", {"same": {"noise": stdev(noise) if len(noise) > 1 else 0.0, "differ": sum(pair.fired for pair in found),
                                         "pairs": len(found)}})
        return float(self.notes["same"]["noise"])

    def _earlier_noise(self) -> dict[str, Any] | None:
        mine = self.registration
        for other in verifications_of(self.bank.connection):
            theirs = other.registration
            if other.notes.get("same") and all(getattr(mine, field) == getattr(theirs, field) for field in (
                    "engine", "model", "mode", "seeker", "seeker_version", "guard", "primary")):
                return dict(other.notes["same"])
        return None

    def _screen(self) -> str:
        """The screen on the develop shelf; gives why the proposal goes no further, empty when it may."""
        if "screen" not in self.notes:
            run = self._play("screen", "screen", screen_profiles(self.bank, self.registration.group))
            pairs = pairs_of(self.bank.connection, [run])
            flags = self.loop.run(flags_of_pairs(self.judge, pairs.pairs))
            replayed = self.loop.run(self._replayed())
            self._note("screen", {"screen": asdict(screen_of(
                pairs, self.registration.primary, replayed, flags.critical, self.registration.old, self._made_for()))})
        return str(self.notes["screen"]["dropped"])

    def _made_for(self) -> frozenset[str] | None:
        """The profiles of the group that the proposal is made for; None where profiles do not tell who it is made for."""
        wanted = group_of(self.registration.group)
        if wanted == Group():
            return None
        return frozenset(one.id for one in self.bank.profiles() if wanted.holds(one))

    def _screened(self) -> tuple[Pair, ...]:
        """The pairs of the screen: a fault counts wherever it is made."""
        return pairs_of(self.bank.connection, self._screen_runs()).pairs

    def _screen_runs(self) -> list[int]:
        return [run for name, run in find_verification(self.bank.connection, self.row.number).runs if name == "screen"]

    async def _replayed(self) -> list[Replayed]:
        registration, bank = self.registration, self.bank
        moments = failing_turns(bank, registration.base_revision, REPLAYED)
        if not moments or registration.engine != "embedded" or registration.against is not None:
            return []
        session = Session(bank, self.players.program)
        try:
            options = TurnOptions(registration.mode)
            ways = [Way(name, session.supporter(pins), pins, options) for name, pins in (
                ("old", pins_of(registration)), ("new", pins_of(registration, registration.digest)))]
            async with closing(build_mind(registration.seeker, self.players.program)) as mind:
                return await replay(bank, mind, ways[0], ways[1], moments)
        finally:
            session.close()

    def _probes(self) -> tuple[list[SafetyPart], list[str]]:
        """The probe conversations with both banks."""
        if "probes" not in self.notes:
            self.players.go_on()
            players = replace(self.players, told=self._probing())
            parts, critical = self.loop.run(probe_parts(players, self.registration, self._screen_runs()[0]))
            self._note("probes", {"probes": {"parts": [part.model_dump(mode="json") for part in parts], "critical": critical}})
        found = self.notes["probes"]
        return [SafetyPart.model_validate(part) for part in found["parts"]], list(found["critical"])

    def _probing(self) -> Told:
        """Tells on, and keeps now and then how many probe conversations there were, for whoever watches."""
        since = now_iso()

        def told(stage: StageName | RoundStage, done: int, total: int) -> None:
            if done % PROBES_NOTED == 0 or done == total:
                note_stage(self.bank.writing, self.row.number, "probes", {"probing": {"done": done, "total": total, "since": since}})
            self.players.told(stage, done, total)

        note_stage(self.bank.writing, self.row.number, "probes", {"probing": {"done": 0, "total": 0, "since": since}})
        return told

    def _play_confirm(self, name: str, profiles: Sequence[str]) -> int:
        return self._play("confirm", name, profiles)

    def _flagged(self, pairs: Sequence[Pair]) -> tuple[PairedFlags, tuple[str, ...]]:
        found = self.loop.run(flags_of_pairs(self.judge, pairs))
        return found.major, found.critical

    def _blameless(self) -> list[Pair]:
        """Those who want to hear that they are blameless, reported alone; a cohort for a group has none."""
        _, alone = members(self.bank, read_cohort(self.bank.connection, self.registration.cohort))
        if not alone:
            return []
        return list(pairs_of(self.bank.connection, [self._play("blameless", "blameless", alone)]).pairs)

    def _second(self, confirmation: Confirmation) -> SecondSimulator | None:
        """The first seekers of the cohort under the second simulator, as many as it needs however early the first one was done.

        It only has to agree when the first one speaks for the change.
        """
        registration = self.registration
        if not registration.second_seeker or confirmation.last.decision.value != "accept":
            return None
        profiles = members(self.bank, read_cohort(self.bank.connection, registration.cohort))[0][:SECOND_PAIRS]
        run = self._play("second", "second", profiles, seeker=registration.second_seeker)
        differences = [pair.difference(registration.primary) for pair in pairs_of(self.bank.connection, [run]).pairs]
        margin = 0.0 if registration.claim.value == "improve" else registration.margin
        return second_simulator(confirmation.last.paired.mean or 0.0, differences, margin)
