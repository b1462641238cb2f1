"""What a skill writer gets to see of a cluster: counts over its units, and the units closest to the middle, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esc_tui.bank.mining import ClusterRow, cluster_rows, source_counts
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Action, Change, LabelT, Polarity, Scenario, SkillStatus, Stage, State
from esc_tui.domain.skill import Skill, SkillContent, one_line
from esc_tui.engines.roles import BriefUnit, SkillBrief

if TYPE_CHECKING:
    from esc_tui.bank.connection import BankConnection
    from esc_tui.settings.model import Settings

HELPED_SHOWN, HARMED_SHOWN = 8, 4
"""How many units a writer reads: the closest to the middle, each from another dialogue while there are any."""
LOW_SHARE = 0.1
"""The quantiles of intensity that a skill is made for; the tails are mostly mislabelled."""
_WORDED = re.compile(r"worded by [^;]+")
WORDS_KEPT, WORD_SHARE = 12, 0.2
"""A word tells of a cluster when it tells of at least this part of its prototypes, and of two."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A unit of a cluster. ``closeness`` is the greatest over its prototypes in it, ``cells`` their actions."""

    number: int
    dialogue: str
    state: State
    actions: tuple[Action, ...]
    change: Change
    scenario: Scenario
    stage: Stage
    intensity: int
    licence: str
    closeness: float
    cells: tuple[Action, ...]

    @property
    def polarity(self) -> Polarity:
        return self.change.polarity


def words_stay_here(settings: Settings) -> bool:
    """True when nothing a skill writer reads leaves this machine: the embedded engine, or an endpoint on loopback."""
    if settings.engine == "embedded":
        return True
    from urllib.parse import urlsplit

    from esc_tui.engines.endpoint.settings import is_loopback, normalise_url

    return is_loopback(urlsplit(normalise_url(settings.endpoint)).hostname or "")


def brief_of_prototypes(connection: BankConnection, prototypes: Sequence[int], *, number: int = 1,
                        taken: frozenset[str] = frozenset(), near: bool = True, harm_alone: bool = False) -> SkillBrief:
    """The brief of some prototypes (row ids) taken together. ``near`` as ``words_stay_here`` tells.

    Raises UserError when one of them does not exist, or when none of their units helped, unless ``harm_alone``.
    """
    words: Counter[str] = Counter()
    telling = 0
    found: dict[int, tuple[float, list[Action]]] = {}
    for prototype in dict.fromkeys(prototypes):
        row = connection.row("SELECT action, polarity, words, units FROM prototypes WHERE id = ?", (prototype,))
        if row is None:
            raise UserError(f"there is no prototype {prototype}", "", "run 'esc-tui discover prototypes'")
        if row[1] == Polarity.POSITIVE.value:
            words.update(row[2].split())
            telling += 1
        for unit, closeness in connection.rows("SELECT unit, closeness FROM prototype_units WHERE prototype = ?", (prototype,)):
            known = found.get(unit, (0.0, []))
            found[unit] = (max(known[0], closeness), [*known[1], Action(row[0])])
    fewest = 1 if telling == 1 else max(2, WORD_SHARE * telling)
    common = tuple(word for word, times in sorted(words.items(), key=lambda pair: (-pair[1], pair[0])) if times >= fewest)
    return _brief(connection, found, common[:WORDS_KEPT], number, taken, near, harm_alone)


def brief_of_units(connection: BankConnection, units: Iterable[int], *, taken: frozenset[str] = frozenset(),
                   near: bool = True) -> SkillBrief:
    """The brief of units by display number, as if they were one cluster; neutral ones are passed over.

    Raises UserError when a unit does not exist or none of them helped.
    """
    numbers = list(dict.fromkeys(units))
    known = {row.number for row in cluster_rows(connection, numbers)}
    missing = next((number for number in numbers if number not in known), None)
    if missing is not None:
        raise UserError(f"there is no unit IU-{missing}")
    return _brief(connection, {number: (1.0, []) for number in numbers}, (), 1, taken, near, False)


def as_mined(skill: Skill, brief: SkillBrief) -> Skill:
    """A writer's draft as it enters a bank: status, origin and licence are not the writer's to choose.

    The words of a skill are new, so its licence is the program's own; the origin tells whose dialogues it was learned from.
    """
    worded = _WORDED.search(skill.content.origin)
    origin = brief.origin(worded.group()[:60] if worded else "")
    content = SkillContent.model_validate({**skill.content.model_dump(), "origin": origin, "license": "MIT"})
    return Skill(slug=skill.slug, content=content, status=SkillStatus.DRAFT)


def sources_of(connection: BankConnection, units: Sequence[int]) -> str:
    """Whose words units are, most units first, and their licences: "ESConv, FailedESConv and 1 more; CC BY-NC 4.0, MIT"."""
    counts = sorted(source_counts(connection, units).items(), key=lambda pair: (-pair[1], pair[0]))
    sources = list(dict.fromkeys(one_line(source)[:40] or "unnamed" for (source, _), _ in counts))
    licences = list(dict.fromkeys(one_line(licence)[:30] or "licence unknown" for (_, licence), _ in counts))
    more = f" and {len(sources) - 2} more" if len(sources) > 2 else ""
    return f"{', '.join(sources[:2])}{more}; {', '.join(licences[:3])}"


def _brief(connection: BankConnection, found: dict[int, tuple[float, list[Action]]], words: tuple[str, ...], number: int,
           taken: frozenset[str], near: bool, harm_alone: bool) -> SkillBrief:
    rows = [_row(row, *found[row.number]) for row in cluster_rows(connection, list(found))]
    helped = [row for row in rows if row.polarity is Polarity.POSITIVE]
    harmed = [row for row in rows if row.polarity is Polarity.NEGATIVE]
    if not helped and not harm_alone:
        raise UserError("none of these units helped, and a skill is made of what helped", "",
                        "choose units that helped; those that harmed become warnings in such a skill")
    low, high = intensity_range([row.intensity for row in helped])
    return SkillBrief(
        number=number,
        actions=_actions(helped),
        states=_counted(row.state for row in helped),
        scenarios=_counted(row.scenario for row in helped),
        stages=_counted(row.stage for row in helped),
        changes=_counted(row.change for row in helped),
        harmed_states=_counted(row.state for row in harmed),
        harmed_changes=_counted(row.change for row in harmed),
        intensity_low=low,
        intensity_high=high,
        helped=_in_words(connection, helped, HELPED_SHOWN, near),
        harmed=_in_words(connection, harmed, HARMED_SHOWN, near),
        words=words,
        taken=taken,
        licence=sources_of(connection, [row.number for row in (*helped, *harmed)]),
        positive_units=len(helped),
        negative_units=len(harmed),
    )


def _row(row: ClusterRow, closeness: float, cells: list[Action]) -> _Row:
    return _Row(row.number, row.dialogue, State(row.state), tuple(Action(action) for action in row.actions), Change(row.change),
                Scenario(row.scenario), Stage(row.stage), row.intensity, row.licence, closeness, tuple(cells))


def intensity_range(values: Sequence[int]) -> tuple[int, int]:
    """The intensities (1-5) between the tenth and the ninetieth in a hundred, both included; of none, the whole range."""
    ordered = sorted(values)
    if not ordered:
        return 1, 5
    return ordered[int(LOW_SHARE * (len(ordered) - 1))], ordered[-1 - int(LOW_SHARE * (len(ordered) - 1))]


def _actions(helped: Sequence[_Row]) -> tuple[tuple[Action, int], ...]:
    """Actions with their units. First come those the prototypes are of, so that the first is what the cluster is about."""
    cells = Counter(action for row in helped for action in row.cells)
    counts = Counter(action for row in helped for action in dict.fromkeys(row.actions))
    order = list(Action)
    return tuple(sorted(counts.items(), key=lambda pair: (-cells[pair[0]], -pair[1], order.index(pair[0]))))


def _counted(labels: Iterable[LabelT]) -> tuple[tuple[LabelT, int], ...]:
    """Labels with how often they occur, most frequent first; equal ones by name."""
    return tuple(sorted(Counter(labels).items(), key=lambda pair: (-pair[1], str(pair[0]))))


def _in_words(connection: BankConnection, rows: Sequence[_Row], limit: int, near: bool) -> tuple[BriefUnit, ...]:
    from esc_tui.bank.units import rows_by_number, unit_labels

    ordered = sorted(rows, key=lambda row: (-row.closeness, row.number))
    first: dict[str, _Row] = {}
    for row in ordered:
        first.setdefault(row.dialogue, row)
    chosen = [*first.values(), *(row for row in ordered if first[row.dialogue] is not row)][:limit]
    shown = []
    known = rows_by_number(connection, [row.number for row in chosen])
    for row in chosen:
        label = unit_labels(connection, row.number)[0]
        lines = dict(connection.rows("SELECT turn, text FROM dialogue_turns WHERE dialogue = ?", (row.dialogue,)))
        shown.append(BriefUnit(
            number=row.number, state=row.state, actions=row.actions, change=row.change, scenario=row.scenario, stage=row.stage,
            intensity=row.intensity, seeker=lines[label.state_turn],
            supporter=" ".join(lines[turn] for turn in label.action_turns), after=lines[label.outcome_turn],
            quotable=near or known[row.number].quotable))
    return tuple(shown)
