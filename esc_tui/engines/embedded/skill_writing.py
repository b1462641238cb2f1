"""Writes draft skills without a model: texts written by hand for every action and state, put together by the counts of a cluster.

No word of a dialogue gets in but single telling words among the cues. The same brief gives the same skill.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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
LONGEST_SLUG = 64
_GROUPS = ("hear", "say", "advise", "ask")
_HEARD = {Action.REFLECTION_OF_FEELING, Action.RESTATEMENT, Action.SUMMARY}


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a skill is named and worded after; ``scenario`` only where most of its units have it."""

    states: tuple[State, ...]
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


def compose_skill(brief: SkillBrief) -> Skill:
    """The draft of a brief; pure."""
    main = main_action(brief)
    actions = load_data("skill_actions")
    setting = _setting(brief)
    variant = _variant(actions[main.value]["variants"], setting, brief.taken)
    slug = _free_slug(variant["slug"], setting.slug, brief.taken)
    moves, do = _guidance(main, variant, _order(main, brief), setting, slug)
    where = f", mostly {load_data('skill_conditions')['scenarios'][setting.scenario.value]['where']}" if setting.scenario else ""
    found = conditions_of(brief)
    units = brief.positive_units + brief.negative_units
    return Skill(slug=slug, status=SkillStatus.DRAFT, content=SkillContent(
        title=f"{variant['title']} {setting.title}".strip(),
        description=f"Use when the seeker {setting.seeker}, and {variant['why']}{where}.",
        summary=variant["summary"],
        moves=moves,
        do=do,
        dont=_dont(main, setting, slug),
        applicability=found.applicability,
        contraindications=found.contraindications,
        outcomes=found.outcomes,
        risks=found.risks,
        examples=_examples(main, variant, moves, do, setting, slug),
        origin=f"mined from {units} {'unit' if units == 1 else 'units'} ({brief.licence}), unverified"[:200]))


def _setting(brief: SkillBrief) -> _Setting:
    data, states = load_data("skill_conditions"), load_data("skill_states")
    fitting, total = fitting_states(brief), max(1, brief.positive_units)
    first, share = fitting[0], dict(brief.states)[fitting[0]] / total
    top, number = brief.scenarios[0]
    scenario = top if number >= SCENARIO_NAMED * total and top is not Scenario.OTHER else None
    if share >= STATE_NAMED:
        named = states[first.value]
    else:
        named = data["families"][_family(brief)]
    slug, title = named["slug"], named["title"]
    if scenario is not None and share < STATE_NAMED:
        slug, title = data["scenarios"][scenario.value]["slug"], data["scenarios"][scenario.value]["title"]
    marks = {*(state.value for state in fitting[:2]), family_of(first), brief.stages[0][0].value,
             *((scenario.value,) if scenario else ())}
    return _Setting(fitting, scenario, slug, title, named["seeker"], frozenset(marks))


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


def _order(main: Action, brief: SkillBrief) -> list[Action]:
    """The actions of the moves: what was done together most often, put so that hearing comes first and asking last.

    Where the units have nobody heard or nothing asked, one such move is added, since nothing else can be said before it.
    """
    actions = load_data("skill_actions")
    found = [main]
    for action, number in brief.actions[1:]:
        group = actions[action.value]["group"]
        same = sum(actions[one.value]["group"] == group for one in found)
        usable = action is not Action.SOCIAL_OR_OTHER and number >= SUPPORT_SHARE * brief.positive_units
        if usable and len(found) < 3 and same < (1 if group == "ask" else 2):
            found.append(action)
    groups = {actions[one.value]["group"] for one in found}
    if "hear" not in groups:
        found.append(Action.VALIDATION if main in {Action.OPEN_QUESTION, Action.SUGGESTION_WITH_OPTIONS} else
                     Action.REFLECTION_OF_FEELING)
    if "ask" not in groups:
        found.append(Action.CHECKING_WHAT_IS_WANTED if actions[main.value]["group"] == "advise" else Action.OPEN_QUESTION)
    return sorted(found, key=lambda one: _GROUPS.index(actions[one.value]["group"]))


def _guidance(main: Action, variant: dict[str, Any], order: Sequence[Action], setting: _Setting,
              slug: str) -> tuple[tuple[Move, ...], tuple[Phrasing, ...]]:
    support = load_data("skill_actions")
    moves: list[Move] = []
    do: list[Phrasing] = []
    for place, action in enumerate(order, 1):
        by_state = _state_lines(action, setting, slug)
        if action is main:
            text, lines = variant["move"], [*variant["lines"], *by_state[:4], *_scenario_lines(action, setting)]
        else:
            text = support[action.value]["support"]["move"]
            lines = [*by_state[:3], *turned(support[action.value]["support"]["lines"], slug, action)[:3 if by_state else 5]]
        moves.append(Move(action=action, text=text))
        do.extend(Phrasing(move=place, text=line) for line in dict.fromkeys(lines))
    return tuple(moves), tuple(do)


def _state_lines(action: Action, setting: _Setting, slug: str) -> list[str]:
    """Lines of an action for the skill's states, in turn, the first state's first."""
    states = load_data("skill_states")
    lists = [turned(states[state.value]["lines"].get(action.value, []), slug, state) for state in setting.states[:3]]
    longest = max(map(len, lists), default=0)
    return [one[place] for place in range(longest) for one in lists if place < len(one)]


def _scenario_lines(action: Action, setting: _Setting) -> list[str]:
    if setting.scenario is None:
        return []
    key = {Action.OPEN_QUESTION: "ask", Action.SUGGESTION_WITH_OPTIONS: "suggest"}.get(action)
    return [load_data("skill_conditions")["scenarios"][setting.scenario.value][key]] if key else []


def _dont(main: Action, setting: _Setting, slug: str) -> tuple[str, ...]:
    states = load_data("skill_states")
    mine = turned(load_data("skill_actions")[main.value]["dont"], slug)[:2]
    theirs = turned(states[setting.states[0].value]["dont"], slug)[:2]
    return tuple(dict.fromkeys([*mine, *theirs]))


def _examples(main: Action, variant: dict[str, Any], moves: Sequence[Move], do: Sequence[Phrasing], setting: _Setting,
              slug: str) -> tuple[ExampleReply, ...]:
    """Two seeker lines with replies: those of the variant, else what was heard, the main move, and a question where one belongs."""
    if "examples" in variant:
        return tuple(ExampleReply(seeker=row["seeker"], reply=row["reply"]) for row in variant["examples"])
    states = load_data("skill_states")
    rows = [row for state in setting.states[:2 if setting.scenario else 1] for row in turned(states[state.value]["examples"], slug)]
    rows.sort(key=lambda row: setting.scenario is not None and row["scenario"] != setting.scenario.value)
    place = next(number for number, move in enumerate(moves, 1) if move.action is main)
    asking = next((number for number, move in enumerate(moves, 1) if move.action.asks), 0)
    made = []
    for number, row in enumerate(rows[:2]):
        parts = [row["hearing"]]
        if main not in _HEARD:
            parts.append(_plain_line(do, place, number, setting, main))
        if asking and asking != place:
            parts.append(_plain_line(do, asking, number, setting, moves[asking - 1].action))
        made.append(ExampleReply(seeker=row["seeker"], reply=" ".join(part for part in parts if part)))
    return tuple(made)


def _plain_line(do: Sequence[Phrasing], move: int, number: int, setting: _Setting, action: Action) -> str:
    """A phrasing of a move without slots, written for the state where there is one."""
    own = load_data("skill_states")[setting.states[0].value]["lines"].get(action.value, [])
    lines = [phrasing.text for phrasing in do if phrasing.move == move and not phrasing.slots]
    lines.sort(key=lambda line: line not in own)
    return lines[number % len(lines)] if lines else ""
