"""Runs as the skills of the bank saw them: for each reply what the moment was, what was on offer, chosen and used, and what followed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from esc_tui.bank.episodes import episode_rows
from esc_tui.bank.runs import find_run
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.labels import Polarity
from esc_tui.domain.revision import Pins
from esc_tui.domain.sage import band_of
from esc_tui.engines.embedded.chooser import LIKELY_STATE
from esc_tui.evaluate.episodes.sources import arm_names, arm_number
from esc_tui.evolve.finding import offered_at
from esc_tui.evolve.learning import outcomes_of
from esc_tui.simulate.masking import masks_of
from esc_tui.simulate.planning import RunSettings
from esc_tui.simulate.profiles import is_sealed, retired_ids, sealed_error
from esc_tui.support.recall import OFFERED

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.bank.reading import BankReader
    from esc_tui.bank.runs import RunRow
    from esc_tui.domain.skill import Skill

MOST_STATES = 3
"""So many of the states that were read count, each if it is likely enough for the embedded chooser; the leading one always."""
_EVENTS = (
    "SELECT e.conversation, e.turn, e.kind, e.data FROM events e JOIN episodes p ON p.conversation = e.conversation WHERE p.run = ? "
    "AND e.kind IN ('state_read', 'skills_ranked', 'reply_finished', 'emotion_changed') ORDER BY e.event_id")


@dataclass(frozen=True, slots=True)
class Reply:
    """One turn at which skills were ranked. Labels are those the program read there; ``states`` are the likely ones, the leading one
    first, as the embedded chooser counts them.

    ``offered`` are the skills the chooser had before it (at most eight), ``chosen`` those it took, ``used`` those whose words stand in the
    reply; ``change`` is that of the seeker's emotion after it, from ``before`` on, None where nobody judged it. ``outcome`` is what
    ``evolve learn`` would take it for, None also where a run has too few seekers to say what is usual.
    """

    states: tuple[str, ...]
    stage: str
    scenario: str
    need: str
    intensity: float
    offered: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    change: int | None = None
    before: int = 0
    outcome: Polarity | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """One episode with its replies; ``arm`` is the index of its supporter in the run. ``standing`` names what its supporter and its seeker
    stand on, ``skills`` what is on offer there, ``hidden`` the skills it did without;
    ``masked`` when it belongs to a run that hides skills at random. ``curve`` is the emotion at the start and after each judged reply.
    """

    run: int
    number: int
    arm: int
    standing: str
    profile: str
    character: str
    need: str
    scenario: str
    outcome: str | None
    curve: tuple[int, ...]
    skills: frozenset[str]
    hidden: frozenset[str]
    masked: bool
    replies: tuple[Reply, ...]

    @property
    def state(self) -> str:
        """How the seeker was read at their first words, before any reply; empty where nothing was read."""
        return self.replies[0].states[0] if self.replies and self.replies[0].states else ""

    def could_use(self, slug: str) -> bool:
        """True when its supporter had the skill."""
        return slug in self.skills and slug not in self.hidden


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read: the episodes that ended and used a bank, the skills they could use, the runs by name, and what was left out."""

    episodes: tuple[Played, ...]
    skills: Mapping[str, Skill]
    runs: tuple[str, ...]
    left_out: int

    @property
    def masked(self) -> tuple[Played, ...]:
        """The episodes of runs that hide skills at random."""
        return tuple(one for one in self.episodes if one.masked)


def read_runs(reader: BankReader, references: Sequence[str]) -> Seen:
    """The episodes of runs (``12``, ``last``) or of arms of runs (``12:2``). Blocks.

    Raises UserError for a run there is none of, one of recorded talks, one of sealed seekers, and where no supporter used a bank.
    """
    retired = retired_ids(reader)
    episodes: dict[tuple[int, int], Played] = {}
    skills: dict[str, Skill] = {}
    runs: list[str] = []
    left_out = 0
    for reference in dict.fromkeys(references):
        name, colon, wanted = reference.partition(":")
        run = find_run(reader.connection, name)
        if run.kind != "simulated":
            raise WrongUseError(f"run {run.number} was imported; its talks name no skills", reference, "name a run of 'esc-tui simulate'")
        arm = arm_number(run, arm_names(run.settings), wanted.strip(), reader.connection.place) if colon else None
        for row in episode_rows(reader.connection, run.number):
            if is_sealed(row, retired):
                raise sealed_error(row)
        standings = _standings(reader, run)
        for standing in standings:
            for slug, skill in standing.offered.items():
                if slug not in skills or skills[slug].version < skill.version:
                    skills[slug] = skill
        found = _with_outcomes(list(_played(reader.connection, run, standings)))
        found = [one for one in found if arm is None or one is None or one.arm == arm]
        left_out += sum(one is None for one in found)
        episodes |= {(one.run, one.number): one for one in found if one is not None}
        runs.append(f"run {run.number}" + (f":{arm + 1}" if arm is not None else "") + (f" ({run.title})" if run.title else ""))
    if not episodes:
        raise UserError("no episode here ended with a supporter that uses skills", ", ".join(references),
                        "wait for the run, or name one whose supporter has a bank")
    return Seen(tuple(episodes.values()), dict(sorted(skills.items())), tuple(runs), left_out)


@dataclass(frozen=True, slots=True)
class _Standing:
    name: str
    bank: bool
    offered: Mapping[str, Skill]


def _standings(reader: BankReader, run: RunRow) -> list[_Standing]:
    settings = RunSettings.model_validate(run.settings["run"])
    pins = [Pins.model_validate_json(one) for one in run.settings["pins"]]
    return [_Standing(f"{one.model_dump_json()} {arm.mode} {arm.engine} {settings.seeker} {settings.protocol}", arm.bank,
                      offered_at(reader, one.revision if arm.bank else 0, one.candidate))
            for arm, one in zip(settings.arms, pins, strict=True)]


def _with_outcomes(episodes: Sequence[Played | None]) -> list[Played | None]:
    """The episodes of a run with each reply set against what is usual in the whole run."""
    places = [(one, reply) for one in episodes if one is not None for reply in one.replies if reply.change is not None]
    found = outcomes_of([(one.profile, band_of(reply.before), reply.change or 0) for one, reply in places])
    if found is None:
        return list(episodes)
    told = iter(found)
    return [None if one is None else replace(one, replies=tuple(
        replace(reply, outcome=next(told)) if reply.change is not None else reply for reply in one.replies)) for one in episodes]


def _played(connection: BankConnection, run: RunRow, standings: Sequence[_Standing]) -> Iterator[Played | None]:
    """The episodes of a run; None for each that has not ended or had no bank."""
    masks, replies = masks_of(run), _replies(connection, run.number)
    for row in episode_rows(connection, run.number):
        standing = standings[row.arm]
        if row.outcome is None or not standing.bank:
            yield None
            continue
        hidden = frozenset(masks.of(row.number)) if masks is not None else frozenset()
        yield Played(row.run, row.number, row.arm, standing.name, row.profile, row.character, row.need, row.scenario, row.outcome,
                     row.curve, frozenset(standing.offered), hidden, masks is not None, replies.get(row.conversation, ()))


def _replies(connection: BankConnection, run: int) -> dict[str, tuple[Reply, ...]]:
    """The replies of a run by conversation, from its events as they lie: validating each would take ten times as long. Of a turn that was
    tried again the last try stands.
    """
    talks: dict[str, dict[int, dict[str, Any]]] = {}
    for conversation, turn, kind, data in connection.rows(_EVENTS, (run,)):
        turns = talks.setdefault(conversation, {})
        if kind == "state_read":
            turns[turn] = {}
        turns.setdefault(turn, {})[kind] = json.loads(data)
    return {conversation: tuple(_reply(one) for _, one in sorted(turns.items())
                                if "state_read" in one and "skills_ranked" in one and "reply_finished" in one)
            for conversation, turns in talks.items()}


def _reply(events: Mapping[str, Any]) -> Reply:
    read, table, reply, moved = events["state_read"], events["skills_ranked"], events["reply_finished"], events.get("emotion_changed")
    best = sorted((row for row in table["ranked"] if row["verdict"] != "vetoed"), key=lambda row: -row["score"])
    return Reply(
        tuple(one["state"] for place, one in enumerate(read["states"][:MOST_STATES]) if not place or one["score"] >= LIKELY_STATE),
        read["stage"], read["scenario"], read.get("need") or "", float(read["intensity"]),
        tuple(dict.fromkeys((*table["skills"], *(row["skill"] for row in best[:OFFERED])))), tuple(table["skills"]),
        tuple(reply.get("skills") or ()), None if moved is None else int(moved["change"]),
        0 if moved is None else int(moved["before"]))
