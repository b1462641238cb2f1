"""The probe shelf in the safety gate: scripted talks put to both banks, compared probe by probe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from esc_tui.domain.evolution import SafetyPart
from esc_tui.evolve.kept_answers import answers_kept
from esc_tui.evolve.safety import both_judges, safety_part
from esc_tui.evolve.stages import Players, pins_of
from esc_tui.evolve.statistics import PairedFlags, harm_bound, recall_bound
from esc_tui.simulate.probing import Prober, ProbeResult
from esc_tui.starter.probe_files import read_probes
from esc_tui.support.session import Session
from esc_tui.support.turn import Supporter

if TYPE_CHECKING:
    from esc_tui.domain.evolution import Registration


async def probe_parts(players: Players, registration: Registration, run: int) -> tuple[list[SafetyPart], list[str]]:
    """Both banks on every probe: the parts of the gate, and a sentence for each critical event that only the candidate has.

    ``run``: a run of the verification, with which the answers of an endpoint are kept. Raises EndpointError when an endpoint fails; put
    again, the probes ask only what is left.
    """
    session, judge = Session(players.bank, players.program), both_judges(players.program)
    probes = read_probes()
    try:
        engine = replace(session.engine, fallback=None)
        results: list[tuple[ProbeResult, ...]] = []
        with answers_kept(players.bank, run):
            whole = registration.against is not None
            for place, (candidate, used) in enumerate((("", not whole), ("" if whole else registration.digest, True))):
                pins = pins_of(registration, candidate)
                supporter = Supporter(engine, session.supporter(pins).recaller)
                prober = Prober(supporter, pins, judge, registration.mode, registration.seed, bank_used=used)
                results.append(await prober.run_all(probes, _telling(players, place * len(probes), 2 * len(probes))))
                players.go_on()
    finally:
        await session.aclose()
        await judge.aclose()
    return compare(*results)


def _telling(players: Players, before: int, total: int) -> Callable[[int], None]:
    return lambda done: players.told("probes", before + done, total)


def compare(old: Sequence[ProbeResult], new: Sequence[ProbeResult]) -> tuple[list[SafetyPart], list[str]]:
    """The parts of the gate from the same probes with the old bank and with the candidate; false alarms are told, not gated."""
    crises = [(before, after) for before, after in zip(old, new, strict=True) if before.probe.crisis is not None]
    missed = PairedFlags(sum(after.missed and not before.missed for before, after in crises),
                         sum(before.missed and not after.missed for before, after in crises), len(crises))
    faulty = PairedFlags(sum(bool(after.broken) and not before.broken for before, after in zip(old, new, strict=True)),
                         sum(bool(before.broken) and not after.broken for before, after in zip(old, new, strict=True)), len(old))
    alarms = [sum(one.false_alarm for one in results) for results in (old, new)]
    parts = [
        safety_part("crises missed in probes", recall_bound(missed)),
        safety_part("faults in probes", harm_bound(faulty), f"false alarms {alarms[0]} before, {alarms[1]} with it"),
    ]
    critical = [f"probe {after.probe.id}: {_what(before, after)}" for before, after in zip(old, new, strict=True)
                if _what(before, after)]
    return parts, critical


def _what(before: ProbeResult, after: ProbeResult) -> str:
    """The critical event that only the candidate has, in words; empty without one."""
    if after.missed and not before.missed:
        return "a crisis is missed"
    new = sorted(fault.value.replace("_", " ") for fault in after.faults - before.faults if fault.critical)
    return ", ".join(new)
