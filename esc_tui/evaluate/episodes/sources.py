"""Where measured episodes come from: a run of the bank, one arm of it, or a SAGE result file read as it lies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.sage import EXACT, PROTOCOLS
from esc_tui.evaluate.episodes.measures import EpisodeResult

if TYPE_CHECKING:
    from esc_tui.bank.episodes import EpisodeRow
    from esc_tui.bank.reading import BankReader
    from esc_tui.bank.runs import RunRow
    from esc_tui.interchange.sage.results import RecordedEpisode


@dataclass(frozen=True, slots=True)
class Source:
    """Episodes to measure and where they are from. ``skipped`` counts what of a file could not be taken, by reason; ``standing`` says
    where a run stands that did not reach its end, and why. ``played``: how a run was played, whoever replied, and ``ways``: how each arm
    replied, by the names of what another run may have otherwise.
    """

    name: str
    kind: str
    episodes: tuple[EpisodeResult, ...]
    arms: tuple[str, ...]
    skipped: dict[str, int] = field(default_factory=dict)
    seeker: str = ""
    standing: str = ""
    played: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def is_file(reference: str) -> bool:
    """True when a reference names something that lies in the file system."""
    try:
        return Path(reference).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False


def of_file(reference: str) -> Source:
    """The episodes of a SAGE result file. Raises UserError when it cannot be opened or holds none."""
    from esc_tui.interchange.corpora.corpus import corpus_files
    from esc_tui.interchange.recognising import read_file

    (path,) = corpus_files([reference])
    skipped: Counter[str] = Counter()
    found: list[EpisodeResult] = []
    for reading, _ in read_file(path):
        skipped.update(skip.reason.value for skip in reading.skipped)
        if reading.episode is not None:
            found.append(_recorded(reading.episode, path.stem))
    if not found:
        reason = skipped.most_common(1)[0][0] if skipped else "it holds dialogues or profiles"
        raise UserError(f"no recorded talk could be read from this file ({reason})", reference, "name a SAGE result file, or a run")
    return Source(path.name, "file", tuple(found), tuple(dict.fromkeys(one.arm for one in found)), dict(skipped.most_common()), "recorded",
                  played={"the seekers": "recorded"})


def _recorded(episode: RecordedEpisode, name: str) -> EpisodeResult:
    profile, arm = episode.profile, name if episode.origin is None else episode.origin.supporter
    return EpisodeResult(profile.id, episode.repeat, arm, profile.character.value, profile.need.value, profile.scenario.value,
                         episode.outcome, episode.final, episode.curve, len(episode.turns), most_turns=EXACT.turns)


def of_run(bank: BankReader, reference: str) -> Source:
    """The episodes of a run, or of one arm of it (``12:2``, ``12:no bank``). Raises UserError when there is none such."""
    from esc_tui.bank.episodes import episode_rows
    from esc_tui.bank.runs import find_run

    name, colon, wanted = reference.partition(":")
    run = find_run(bank.connection, name)
    arms = arm_names(run.settings)
    asked = run.settings.get("run") or {}
    protocol = PROTOCOLS.get(str(asked.get("protocol")), EXACT)
    found = [_stored(row, arms, protocol.turns) for row in episode_rows(bank.connection, run.number)]
    every = tuple(dict.fromkeys([*arms, *(one.arm for one in found)]))
    title = f"run {run.number}" + (f" ({run.title})" if run.title else "")
    if colon:
        chosen = every[arm_number(run, every, wanted.strip(), bank.connection.place)]
        found, every, title = [one for one in found if one.arm == chosen], (chosen,), f"{title}, {chosen}"
    return Source(title, "run", tuple(found), every, {}, _seeker(run.kind, asked),
                  "" if run.state == "done" else run.whereabouts if run.alive else run.standing,
                  _played(run.kind, asked), dict(zip(arms, map(_way, asked.get("arms") or ()), strict=False)))


def _played(kind: str, settings: Mapping[str, Any]) -> dict[str, str]:
    told = {"the seekers": _seeker(kind, settings)}
    if kind == "simulated":
        told |= {name: str(settings.get(key) or 0) for name, key in (("seed", "seed"), ("protocol", "protocol"), ("masking", "mask"))}
    return told


def _way(arm: Any) -> dict[str, str]:
    return {name: str(arm.get(name, "")) for name in ("mode", "engine")} if isinstance(arm, dict) else {}


def _seeker(kind: str, settings: Mapping[str, Any]) -> str:
    return "recorded" if kind == "imported" else str(settings.get("seeker") or "embedded")


def arm_names(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of a run's arms in their order, from the settings it was planned with."""
    names: list[str] = []
    for number, arm in enumerate(settings.get("arms") or (), 1):
        name = arm.get("name") if isinstance(arm, dict) else arm
        if isinstance(arm, dict) and not isinstance(name, str):
            from pydantic import ValidationError

            from esc_tui.simulate.planning import Arm

            try:
                name = Arm.model_validate(arm).name
            except ValidationError:  # a later program's arm
                name = None
        names.append(name if isinstance(name, str) and name else f"arm {number}")
    return tuple(names)


def arm_number(run: RunRow, arms: Sequence[str], wanted: str, place: str) -> int:
    """The index of an arm named by its number from 1 or by its name. Raises UserError, naming those there are."""
    if wanted in arms:
        return arms.index(wanted)
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:6]) <= len(arms):
        return int(wanted) - 1
    raise WrongUseError(f"run {run.number} has no arm '{wanted}'", place,
                        f"it has {', '.join(f'{number} ({one})' for number, one in enumerate(arms, 1))}")


def _stored(row: EpisodeRow, arms: Sequence[str], most_turns: int) -> EpisodeResult:
    arm = arms[row.arm] if 0 <= row.arm < len(arms) else f"arm {row.arm + 1}"
    return EpisodeResult(row.profile, row.repeat, arm, row.character, row.need, row.scenario, row.outcome, row.emotion, row.curve,
                         row.turns, tuple(dict.fromkeys(row.skills)), row.critic, most_turns)
