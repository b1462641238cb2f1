"""When a mined skill fits, when it must not be used, what to expect and what can go wrong: from the counts of its units.

Words come from ``data/skill_*.json``, written for this program; nothing of a dialogue gets in but single telling words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from esc_tui.bank.words import STOP_WORDS
from esc_tui.domain.labels import Action, Scenario, Severity, Stage, State
from esc_tui.domain.skill import Applicability, Contraindication, ExpectedOutcome, Risk, SkillContent
from esc_tui.engines.embedded.words import load_data
from esc_tui.engines.roles import SkillBrief

STATE_SHARE, SCENARIO_SHARE, STAGE_SHARE, CHANGE_SHARE, HARM_SHARE = 0.1, 0.05, 0.15, 0.1, 0.05
"""A label is named when at least this part of the units has it (of the helped ones; harm of all)."""
MOST_STATES = 5
SCENARIOS_COVER = 0.7
"""When the scenarios named hold less than this part of the units, the skill fits any scenario."""
FEWEST_HARMED = 2
"""One unit that went wrong warns of nothing yet."""
FEWEST_SEEN = 8
OFTEN = 1.5
"""How many times the usual part of harm makes a state worth a warning."""
WORDS_SHOWN = 8
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything in a skill that follows from counts."""

    applicability: Applicability
    contraindications: tuple[Contraindication, ...]
    outcomes: tuple[ExpectedOutcome, ...]
    risks: tuple[Risk, ...]


def chosen(options: Sequence[T], *keys: object) -> T:
    """One of the options, always the same for the same keys."""
    digest = hashlib.sha256("\x1f".join(map(str, keys)).encode()).digest()
    return options[int.from_bytes(digest[:4]) % len(options)]


def turned(options: Sequence[T], *keys: object) -> list[T]:
    """The options in their order, begun at a place that hangs on the keys."""
    if not options:
        return []
    place = chosen(range(len(options)), *keys)
    return [*options[place:], *options[:place]]


def family_of(state: State) -> str:
    """The family of a state, whose members are met alike: heavy, alarm, hot, small or open."""
    return str(load_data("skill_states")[state.value]["family"])


def main_action(brief: SkillBrief) -> Action:
    """What the cluster is about; of harm alone nothing can be said, and plain company stands in."""
    return brief.actions[0][0] if brief.actions else Action.SOCIAL_OR_OTHER


def fitting_states(brief: SkillBrief) -> tuple[State, ...]:
    """States with enough helped units in which harm does not outweigh, most frequent first; the first one always."""
    against = {*outweighed(brief), often_wrong(brief)}
    wanted = [state for state, number in brief.states if number >= STATE_SHARE * brief.positive_units and state not in against]
    return tuple(wanted[:MOST_STATES]) or tuple(state for state, _ in brief.states[:1])


def outweighed(brief: SkillBrief) -> tuple[State, ...]:
    """States in which more units harmed than helped, at least two; never the one that the skill is made for."""
    helped = dict(brief.states)
    first = brief.states[0][0] if brief.states else None
    return tuple(state for state, number in brief.harmed_states
                 if number >= FEWEST_HARMED and number > helped.get(state, 0) and state is not first)


def often_wrong(brief: SkillBrief) -> State | None:
    """The state with the greatest part of harm, where that is well above the usual and the first state is another one.

    It needs eight units, three of them harmed; with fewer it would be chance.
    """
    helped = dict(brief.states)
    total = brief.positive_units + brief.negative_units
    first = brief.states[0][0] if brief.states else None
    against = outweighed(brief)
    shares = [(number / (number + helped.get(state, 0)), state) for state, number in brief.harmed_states
              if number > FEWEST_HARMED and number + helped.get(state, 0) >= FEWEST_SEEN and state is not first and state not in against]
    share, worst = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    return worst if total and share >= OFTEN * brief.negative_units / total else None


def conditions_of(brief: SkillBrief) -> Conditions:
    """All conditions of a brief; with no helped units, only warnings and risks say anything."""
    return Conditions(_applicability(brief), _contraindications(brief), _outcomes(brief), _risks(brief))


def _applicability(brief: SkillBrief) -> Applicability:
    if not brief.positive_units:
        return Applicability()
    total = brief.positive_units
    named = {scenario: number for scenario, number in brief.scenarios if number >= SCENARIO_SHARE * total}
    covered = sum(named.values()) >= SCENARIOS_COVER * total and Scenario.OTHER not in named
    never = {stage for row in load_data("skill_actions")[main_action(brief).value]["against"] for stage in row.get("stages", ())}
    stages = {stage for stage, number in brief.stages if number >= STAGE_SHARE * total and stage.value not in never}
    return Applicability(
        states=fitting_states(brief), scenarios=tuple(named) if covered else (),
        stages=tuple(stage for stage in Stage if stage in stages), intensity_low=brief.intensity_low,
        intensity_high=brief.intensity_high, text=_cue_text(brief))


def _cue_text(brief: SkillBrief) -> str:
    states = load_data("skill_states")
    cues = [cue for state in fitting_states(brief)[:3] for cue in states[state.value]["cues"].split(", ")[:4]]
    known, stems = _known_words()
    words = [word for word in brief.words if (word in known or word.startswith(stems))
             and not any(word in cue.split() for cue in cues)][:WORDS_SHOWN]
    return ", ".join(dict.fromkeys([*cues, *words]))


@cache
def _known_words() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words, and beginnings of words, by which the program tells scenarios and states; others would tell a reader nothing."""
    words, stems = set(), set()
    for name in ("scenarios", "states"):
        for patterns in load_data(name).values():
            for phrase in "|".join(patterns.values()).split("|"):
                if phrase.isalpha():
                    words.add(phrase)
                elif phrase[:-1].isalpha() and phrase.endswith("*"):
                    stems.add(phrase[:-1])
    return frozenset(words - STOP_WORDS), tuple(sorted(stem for stem in stems if len(stem) > 3))


def _contraindications(brief: SkillBrief) -> tuple[Contraindication, ...]:
    action = load_data("skill_actions")[main_action(brief).value]
    states = load_data("skill_states")
    rows = [Contraindication(text=states[state.value]["against"][action["group"]], states=(state,))
            for state in outweighed(brief)[:4]]
    sought = {cue.casefold() for cue in _cue_text(brief).split(", ")}
    own = [{**row, "cues": [cue for cue in row.get("cues", ()) if cue not in sought]} for row in action["against"]]
    return (*rows, *(contraindication(row) for row in own if row["cues"] or row.get("stages")))


def contraindication(row: dict[str, Any]) -> Contraindication:
    """A contraindication from the data."""
    return Contraindication(text=row["text"], cues=tuple(row.get("cues", ())),
                            stages=tuple(Stage(stage) for stage in row.get("stages", ())))


def _outcomes(brief: SkillBrief) -> tuple[ExpectedOutcome, ...]:
    texts = load_data("skill_conditions")["outcomes"]
    named = [change for change, number in brief.changes if number >= CHANGE_SHARE * brief.positive_units][:3]
    return tuple(ExpectedOutcome(change=change, text=chosen(texts[change.value], change, brief.number, main_action(brief)))
                 for change in named or [change for change, _ in brief.changes[:1]])


def _risks(brief: SkillBrief) -> tuple[Risk, ...]:
    data = load_data("skill_conditions")
    total = brief.positive_units + brief.negative_units
    rows: list[Risk] = []
    if brief.negative_units >= max(FEWEST_HARMED, brief.positive_units):
        rows.append(Risk(severity=Severity.HIGH, text=data["doubtful"]))
    for change, number in brief.harmed_changes:
        if number >= max(FEWEST_HARMED, HARM_SHARE * total):
            severity, text = data["harm"][change.value]
            rows.append(Risk(severity=Severity(severity), text=text))
    worst = often_wrong(brief)
    if worst is not None:
        seeker = load_data("skill_states")[worst.value]["seeker"]
        rows.append(Risk(severity=Severity.MEDIUM, text=data["often_wrong"].format(seeker=seeker)))
    own = load_data("skill_actions")[main_action(brief).value]["risks"] if brief.actions else []
    rows.extend(Risk(severity=Severity(severity), text=text) for severity, text in own)
    order = [Severity.HIGH, Severity.MEDIUM, Severity.LOW]
    return tuple(sorted(rows, key=lambda row: order.index(row.severity)))


def extended(content: SkillContent, found: Conditions, locked: Sequence[str]) -> SkillContent:
    """The content with conditions added that it does not have yet; locked fields stay as they are.

    Labels of states, scenarios and stages join those that are there, an empty list ("any") stays empty, and the range of
    intensity grows. A state that the skill is made for is never forbidden, a forbidden one never added.
    """
    fits, new = content.applicability, found.applicability
    against = {state for row in (*content.contraindications, *found.contraindications) if _bare(row) for state in row.states}
    changed: dict[str, object] = {}
    if "applicability" not in locked and new.states:
        changed["applicability"] = fits.model_copy(update={
            "states": _joined(fits.states, [state for state in new.states if state not in against]),
            "scenarios": _joined(fits.scenarios, new.scenarios) if new.scenarios else (),
            "stages": _joined(fits.stages, new.stages),
            "intensity_low": min(fits.intensity_low, new.intensity_low),
            "intensity_high": max(fits.intensity_high, new.intensity_high)})
    if "contraindications" not in locked:
        known = {row.states for row in content.contraindications}
        changed["contraindications"] = (*content.contraindications, *(
            row for row in found.contraindications
            if _bare(row) and row.states not in known and not set(row.states) & set(fits.states)))
    if "outcomes" not in locked:
        changes = {row.change for row in content.outcomes}
        changed["outcomes"] = (*content.outcomes, *(row for row in found.outcomes if row.change not in changes))
    if "risks" not in locked:
        texts = {row.text for row in content.risks}
        changed["risks"] = (*content.risks, *(row for row in found.risks if row.text not in texts))
    return content.model_copy(update=changed)


def _bare(row: Contraindication) -> bool:
    """True for a contraindication that rests on the state alone."""
    return bool(row.states) and not (row.cues or row.stages or row.scenarios or row.needs
                                     or row.intensity_low > 1 or row.intensity_high < 5)


def _joined(old: tuple[T, ...], new: Sequence[T]) -> tuple[T, ...]:
    return (*old, *(label for label in new if label not in old)) if old else ()
