"""Writes draft skills without a model: texts written by hand for every action and state, put together by the counts of a cluster.

No word of a dialogue gets in but single telling words among the cues. The same brief gives the same skill.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from esc_tui.domain.labels import Action, Scenario, SkillStatus, State
from esc_tui.domain.skill import ExampleReply, Move, Phrasing, Skill, SkillContent
from esc_tui.engines.embedded.skill_conditions import conditions_of, family_of, fitting_states, main_action, turned
from esc_tui.engines.embedded.words import load_data
from esc_tui.engines.roles import SkillBrief

SUPPORT_SHARE = 0.08
"""A second action belongs to the skill when at least this part of the units that helped has it."""
STATE_NAMED, FAMILY_NAMED, WIDER_NAMED, SCENARIO_NAMED = 0.45, 0.6, 0.75, 0.5
"""From which share on a skill is named after a state, else a family of states, else two or three families; and a scenario."""
LONGEST_SLUG, MOST_MOVES = 64, 3
_GROUPS = ("hear", "say", "advise", "ask")
_BOUND = {Action.EXPLAINING_ANOTHERS_VIEW, Action.GENTLE_CHALLENGE, Action.CHECKING_WHAT_IS_WANTED, Action.SUMMARY}
"""Actions whose words answer something that has to have been said; only the examples written for them fit."""
_MET = {Action.OPEN_QUESTION, Action.CLARIFYING_QUESTION, Action.REFLECTION_OF_FEELING, Action.VALIDATION, Action.RESTATEMENT}
"""Actions that meet a state whatever it is about, so that a line of the state can follow any seeker in it."""
_HEARD = {Action.REFLECTION_OF_FEELING, Action.RESTATEMENT, Action.SUMMARY}


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a skill is named and worded after; ``scenario`` only where most of its units have it.

    ``states`` are those it fits, ``worded`` those whose own lines it takes: one, the members of a family, or none; ``family`` is
    then the group of families that has lines instead. ``alone`` is True when it is made for one state above all.
    """

    states: tuple[State, ...]
    worded: tuple[State, ...]
    family: str
    alone: bool
    scenario: Scenario | None
    slug: str
    title: str
    seeker: str
    marks: frozenset[str]


class EmbeddedSkillWriter:
    """Composes a draft from a brief; asks nobody, and never fails on a brief with one helped unit or more."""

    async def write_skill(self, brief: SkillBrief) -> Skill:
        """A skill of status draft whose slug is not among those taken."""
        return compose_skill(brief)


def compose_skill(brief: SkillBrief, passed: frozenset[str] = frozenset()) -> Skill:
    """The draft of a brief; pure. Of the ways written for its action those ``passed`` (by slug) are not taken while there are others."""
    main = main_action(brief)
    actions = load_data("skill_actions")
    setting = _setting(brief)
    variants = [one for one in actions[main.value]["variants"] if one["slug"] not in passed] or actions[main.value]["variants"]
    variant = _variant(variants, setting, brief.taken)
    slug = _free_slug(variant["slug"], setting.slug, brief.taken)
    if main in _BOUND:
        setting = replace(setting, worded=(), family="mixed")
    moves, do = _guidance(main, variant, _order(main, variant, brief, slug), setting, slug)
    where = f", mostly {load_data('skill_conditions')['scenarios'][setting.scenario.value]['where']}" if setting.scenario else ""
    found = conditions_of(brief)
    return Skill(slug=slug, status=SkillStatus.DRAFT, content=SkillContent(
        title=f"{variant['title']} {setting.title}".strip(),
        description=f"Use when the seeker {f'{setting.seeker}, and ' if setting.seeker else ''}{variant['why']}{where}.",
        summary=variant["summary"],
        moves=moves,
        do=do,
        dont=_dont(main, setting, slug),
        applicability=found.applicability,
        contraindications=found.contraindications,
        outcomes=found.outcomes,
        risks=found.risks,
        examples=_examples(main, variant, moves, do, setting, slug),
        origin=brief.origin()))


def _setting(brief: SkillBrief) -> _Setting:
    data, states = load_data("skill_conditions"), load_data("skill_states")
    fitting, total = fitting_states(brief), max(1, brief.positive_units)
    first, share = fitting[0], dict(brief.states)[fitting[0]] / total
    top, number = brief.scenarios[0]
    scenario = top if number >= SCENARIO_NAMED * total and top is not Scenario.OTHER else None
    alone, family = share >= STATE_NAMED, _family(brief)
    named = states[first.value] if alone else data["families"][family]
    worded = (first,) if alone else tuple(state for state in fitting if family_of(state) == family)
    slug, title = named["slug"], named["title"]
    if scenario is not None and not alone:
        slug, title = data["scenarios"][scenario.value]["slug"], data["scenarios"][scenario.value]["title"]
    marks = {*(state.value for state in fitting[:2]), family_of(first), family, brief.stages[0][0].value,
             *((scenario.value,) if scenario else ())}
    return _Setting(fitting, worded, family, alone, scenario, slug, title, named["seeker"], frozenset(marks))


def _family(brief: SkillBrief) -> str:
    """The family, else the two or three families together, that most of the units belong to; else "mixed"."""
    counts: Counter[str] = Counter()
    for state, number in brief.states:
        counts[family_of(state)] += number
    family, number = counts.most_common(1)[0]
    if number >= FAMILY_NAMED * brief.positive_units:
        return family
    wider: dict[str, list[str]] = load_data("skill_conditions")["wider"]
    return next((name for name, parts in wider.items()
                 if sum(counts[part] for part in parts) >= WIDER_NAMED * brief.positive_units), "mixed")


def _variant(variants: Sequence[dict[str, Any]], setting: _Setting, taken: frozenset[str]) -> dict[str, Any]:
    """The variant that fits the setting best, and of equal ones the one used least."""
    open_ones = [one for one in variants if set(one.get("only", setting.marks)) & setting.marks] or list(variants)

    def worth(one: dict[str, Any]) -> float:
        used = sum(slug.startswith(one["slug"]) for slug in taken)
        return len(set(one.get("only", one.get("fits", ()))) & setting.marks) - 1.5 * used

    return max(open_ones, key=worth)


def _free_slug(stem: str, tail: str, taken: frozenset[str]) -> str:
    slug = f"{stem}-{tail}" if tail else stem
    number, found = 1, slug[:LONGEST_SLUG]
    while found in taken:
        number += 1
        found = f"{slug[:LONGEST_SLUG - 1 - len(str(number))].rstrip('-')}-{number}"
    return found


def _order(main: Action, variant: dict[str, Any], brief: SkillBrief, slug: str) -> list[Action]:
    """The actions of the moves, so that hearing comes first and asking last: the main one, and what was done with it most often.

    Where the units have nobody heard or nothing asked, one such move is added, since nothing else can be said before it.
    """
    groups = {action: load_data("skill_actions")[action.value]["group"] for action in Action}
    if "with" in variant:
        return [main, *map(Action, variant["with"])]
    often = [action for action, number in brief.actions[1:] if number >= SUPPORT_SHARE * brief.positive_units
             and action is not Action.SOCIAL_OR_OTHER]

    def companion(group: str, otherwise: Sequence[Action]) -> list[Action]:
        if groups[main] == group:
            return []
        return [next((action for action in often if groups[action] == group), otherwise[0])]

    hearing = turned((Action.VALIDATION, Action.REFLECTION_OF_FEELING, Action.RESTATEMENT), slug)
    asking = (Action.CHECKING_WHAT_IS_WANTED, Action.OPEN_QUESTION) if groups[main] == "advise" else (Action.OPEN_QUESTION,)
    found = [main, *companion("hear", hearing), *companion("ask", asking)]
    if len(found) < MOST_MOVES:
        found.extend([action for action in often if action not in found and groups[action] != "ask"][:1])
    return sorted(found, key=lambda one: (_GROUPS.index(groups[one]), one is not main))


def _guidance(main: Action, variant: dict[str, Any], order: Sequence[Action], setting: _Setting,
              slug: str) -> tuple[tuple[Move, ...], tuple[Phrasing, ...]]:
    support = load_data("skill_actions")
    moves: list[Move] = []
    do: list[Phrasing] = []
    for place, action in enumerate(order, 1):
        by_state = _state_lines(action, setting, slug)
        if action is main:
            text, lines = variant["move"], [*variant["lines"], *by_state[:3], *_scenario_lines(action, setting)]
        else:
            text = support[action.value]["support"]["move"]
            lines = [*by_state[:2], *turned(support[action.value]["support"]["lines"], slug, action)[:3]]
        moves.append(Move(action=action, text=text))
        do.extend(Phrasing(move=place, text=line) for line in dict.fromkeys(lines))
    return tuple(moves), tuple(do)


def _state_lines(action: Action, setting: _Setting, slug: str) -> list[str]:
    """Lines of an action for the states the skill is worded after, in turn; else those of its group of families, if it has any."""
    states, families = load_data("skill_states"), load_data("skill_conditions")["families"]
    lists = [turned(states[state.value]["lines"].get(action.value, []), slug, state) for state in setting.worded[:3]]
    if not lists:
        return list(families[setting.family].get("lines", {}).get(action.value, []))
    longest = max(map(len, lists))
    return [one[place] for place in range(longest) for one in lists if place < len(one)]


def _scenario_lines(action: Action, setting: _Setting) -> list[str]:
    if setting.scenario is None:
        return []
    key = {Action.OPEN_QUESTION: "ask", Action.SUGGESTION_WITH_OPTIONS: "suggest"}.get(action)
    return [load_data("skill_conditions")["scenarios"][setting.scenario.value][key]] if key else []


def _dont(main: Action, setting: _Setting, slug: str) -> tuple[str, ...]:
    states = load_data("skill_states")
    mine = turned(load_data("skill_actions")[main.value]["dont"], slug)[:2]
    theirs = [turned(states[state.value]["dont"], slug)[0] for state in (setting.states * 2)[:2]]
    return tuple(dict.fromkeys([*mine, *theirs]))


def _examples(main: Action, variant: dict[str, Any], moves: Sequence[Move], do: Sequence[Phrasing], setting: _Setting,
              slug: str) -> tuple[ExampleReply, ...]:
    """Two seeker lines with replies: those written for the variant; for one state above all, the first is one of that state's."""
    written = [ExampleReply(seeker=row["seeker"], reply=row["reply"]) for row in turned(variant["examples"], slug)]
    if setting.alone and main in _MET:
        return _composed(main, moves, do, setting, slug), written[0]
    return tuple(written[:2])


def _composed(main: Action, moves: Sequence[Move], do: Sequence[Phrasing], setting: _Setting, slug: str) -> ExampleReply:
    """A seeker line of the state with what was heard in it, the main move in the state's own words, and a question."""
    rows = turned(load_data("skill_states")[setting.states[0].value]["examples"], slug)
    rows.sort(key=lambda row: setting.scenario is not None and row["scenario"] != setting.scenario.value)
    place = next(number for number, move in enumerate(moves, 1) if move.action is main)
    asking = next((number for number, move in enumerate(moves, 1) if move.action.asks), 0)
    parts = [rows[0]["hearing"]]
    if main not in _HEARD:
        parts.append(_plain_line(do, place, setting, main))
    if asking and asking != place:
        parts.append(_plain_line(do, asking, setting, moves[asking - 1].action))
    return ExampleReply(seeker=rows[0]["seeker"], reply=" ".join(part for part in parts if part))


def _plain_line(do: Sequence[Phrasing], move: int, setting: _Setting, action: Action) -> str:
    """The first phrasing of a move without slots, one written for the state where there is one."""
    own = load_data("skill_states")[setting.states[0].value]["lines"].get(action.value, [])
    lines = [phrasing.text for phrasing in do if phrasing.move == move and not phrasing.slots]
    return min(lines, key=lambda line: line not in own, default="")
