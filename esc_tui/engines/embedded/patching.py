"""The patches a proposer makes of skills: composed, narrowed, fenced in, warned of, given other words or conditions. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from esc_tui.domain.evidence import Outcomes, beta_moments
from esc_tui.domain.evolution import Finding, SeekerGroup
from esc_tui.domain.labels import Action, Severity, SkillStatus, Stage, State
from esc_tui.domain.skill import Applicability, Contraindication, Phrasing, Risk, Skill
from esc_tui.domain.text import normalised
from esc_tui.engines.embedded.skill_conditions import main_action, turned
from esc_tui.engines.embedded.skill_writing import compose_skill
from esc_tui.engines.embedded.words import load_data
from esc_tui.engines.evolving_roles import GroupEvidence
from esc_tui.guard.reply import check_reply

MOST_STATES = 5
"""A skill that is added names at most so many states; with more it would be for anybody."""
MOST_SKILLS, FEWEST_HARMED = 3, 2
"""A gap is answered with at most so many skills; one unit that went wrong speaks against no state yet."""
LED_SHARE = 0.08
"""A state belongs to a group when it led in at least this part of its turns."""
HEARING = (Action.RESTATEMENT, Action.REFLECTION_OF_FEELING, Action.VALIDATION)
"""How a seeker can be heard; of equal ones the first."""
MORE_LINES = 6
"""So many lines more for the main move, from everything written for its action, so that they do not wear off at once."""
FRESH_LINES = 4
"""So many lines are added to words that have worn off."""
MOST_CUES = 24


def written_for(evidence: GroupEvidence, group: SeekerGroup, units: Mapping[tuple[str, Action], Outcomes], taken: frozenset[str],
                most: int = MOST_SKILLS) -> tuple[Skill, ...]:
    """Skills for seekers of a group, composed from the units that helped such seekers; none where no unit did.

    One for each of the states such seekers are in most, where harm does not outweigh, in another of the ways written for what helped. For
    a need the first is tied to no state, since what is hoped for is hoped for in any.
    Each hears first, in the way that by ``units`` helped seekers in that state best, then does what helped.
    """
    brief = evidence.brief
    if brief is None or not brief.helped:
        return ()
    main, passed, made = main_action(brief), set[str](), list[Skill]()
    ways = [str(one["slug"]) for one in load_data("skill_actions")[main.value]["variants"]]
    for state in _states_of(evidence, group)[:min(most, len(ways))]:
        others = tuple(pair for pair in brief.states if pair[0] is not state)
        heard = _hearing(state, units)
        told = replace(brief, states=((state, brief.positive_units), *others), taken=taken | {skill.slug for skill in made},
                       actions=((main, brief.positive_units), (heard, brief.positive_units)) if heard is not main else brief.actions)
        draft = compose_skill(told, frozenset(passed))
        passed |= {way for way in ways if draft.slug.startswith(way)}
        fitted = _fitted(draft, evidence, group, state, main)
        made.append(_for_anybody(fitted) if not made and group.need is not None and group.state is None else fitted)
    return tuple(made)


def _states_of(evidence: GroupEvidence, group: SeekerGroup) -> list[State]:
    """The states such seekers are in most; a state in which units of the brief harmed more often than they helped is none of them."""
    assert evidence.brief is not None
    helped, harmed = dict(evidence.brief.states), dict(evidence.brief.harmed_states)
    turns = sum(number for _, number in evidence.states)
    led = [state for state, number in evidence.states if number >= LED_SHARE * turns] if group.state is None else [group.state]
    return [state for state in dict.fromkeys((*led, *helped))
            if harmed.get(state, 0) <= helped.get(state, 0) or harmed[state] < FEWEST_HARMED]


def _fitted(draft: Skill, evidence: GroupEvidence, group: SeekerGroup, state: State, main: Action) -> Skill:
    content, fits = draft.content, draft.content.applicability
    against = {one for row in content.contraindications for one in row.states}
    stages = tuple(stage for stage in Stage if stage in {*fits.stages, *(one for one, _ in evidence.stages)})
    place = next(number for number, move in enumerate(content.moves, 1) if move.action is main)
    return draft.model_copy(update={"status": SkillStatus.ACTIVE, "content": content.model_copy(update={
        "do": _with_lines(content.do, place, _lines_for(main), MORE_LINES),
        "applicability": Applicability(
            states=tuple(one for one in dict.fromkeys((state, *fits.states)) if one not in against)[:MOST_STATES], stages=stages,
            needs=(group.need,) if group.need is not None else fits.needs, text=_cues(fits.text, (state,)))})})


def _for_anybody(skill: Skill) -> Skill:
    """The skill tied to no state and no matter. What speaks against it stays."""
    return _changed(skill, applicability=skill.content.applicability.model_copy(update={"states": (), "scenarios": ()}))


def _hearing(state: State, units: Mapping[tuple[str, Action], Outcomes]) -> Action:
    """How seekers in a state are best heard: by the mean of the posterior over its units, saying back where nothing tells."""
    def helped(action: Action) -> float:
        seen = units.get((state.value, action), Outcomes())
        return beta_moments(float(seen.helped), float(seen.harmed))[0]

    return max(HEARING, key=helped)


def _cues(text: str, states: Iterable[State]) -> str:
    cues = [cue.strip() for cue in text.split(",") if cue.strip()]
    for state in states:
        cues += [cue for cue in load_data("skill_states")[state.value]["cues"].split(", ")[:3] if cue not in cues]
    return ", ".join(cues[:MOST_CUES])


def _lines_for(action: Action) -> list[str]:
    """Every line written for an action in general, whatever the moment."""
    data = load_data("skill_actions")[action.value]
    return [*data["support"]["lines"], *(line for variant in data["variants"] for line in variant["lines"])]


def _with_lines(do: tuple[Phrasing, ...], move: int, lines: Iterable[str], most: int) -> tuple[Phrasing, ...]:
    known = {normalised(row.text) for row in do}
    new = [Phrasing(move=move, text=line) for line in dict.fromkeys(lines) if normalised(line) not in known][:most]
    return tuple(sorted((*do, *new), key=lambda row: row.move))


def fresh_words(skill: Skill) -> Skill | None:
    """The skill with more words for its moves, from those written for the same actions; None when there are no others."""
    do = skill.content.do
    for place, move in enumerate(skill.content.moves, 1):
        room = FRESH_LINES // len(skill.content.moves) + 1
        do = _with_lines(do, place, turned(_lines_for(move.action), skill.slug, place), room)
    return None if do == skill.content.do else skill.model_copy(update={"content": skill.content.model_copy(update={"do": do})})


def narrowed(skill: Skill, state: State) -> Skill | None:
    """The skill without a state it was made for; None when it has no other."""
    fits = skill.content.applicability
    left = tuple(one for one in fits.states if one is not state)
    if not left or left == fits.states:
        return None
    return _changed(skill, applicability=fits.model_copy(update={"states": left}))


def retuned(skill: Skill, evidence: GroupEvidence) -> Skill | None:
    """The skill made for the state in which such seekers mostly are, where it names that state already but not first."""
    fits = skill.content.applicability
    against = {state for row in skill.content.contraindications for state in row.states}
    led = [state for state, _ in evidence.states if state in fits.states and state not in against]
    if not led:
        return None
    states = tuple(dict.fromkeys((led[0], *fits.states)))
    stages = tuple(Stage) if fits.stages else ()
    changed = fits.model_copy(update={"states": states, "stages": stages, "text": _cues(fits.text, led[:2])})
    return None if changed == fits else _changed(skill, applicability=changed)


def contraindicated(skill: Skill, group: SeekerGroup, finding: Finding) -> Skill | None:
    """The skill with a condition against a group that a program can check: its state, need or scenario. None without one."""
    if group.state is None and group.need is None and group.scenario is None:
        return None
    row = Contraindication(
        text=_why_against(skill, group, finding), states=(group.state,) if group.state else (),
        needs=(group.need,) if group.need else (), scenarios=(group.scenario,) if group.scenario else ())
    bare = {(old.states, old.needs, old.scenarios) for old in skill.content.contraindications if not old.cues}
    if (row.states, row.needs, row.scenarios) in bare:
        return None
    changed = _changed(skill, contraindications=(*skill.content.contraindications, row))
    fits = skill.content.applicability
    if group.state in fits.states and len(fits.states) > 1:
        changed = _changed(changed, applicability=fits.model_copy(update={
            "states": tuple(state for state in fits.states if state is not group.state)}))
    if group.need in fits.needs:
        left = changed.content.applicability
        changed = _changed(changed, applicability=left.model_copy(update={
            "needs": tuple(need for need in left.needs if need is not group.need)}))
    return changed


def _why_against(skill: Skill, group: SeekerGroup, finding: Finding) -> str:
    """Words written for a state and what is done in it; else plain numbers."""
    if group.state is not None:
        kind = load_data("skill_actions")[skill.content.moves[0].action.value]["group"]
        return str(load_data("skill_states")[group.state.value]["against"][kind])
    return f"In simulation it left seekers of '{group.name}' worse in {finding.count} turns of {finding.profiles} seekers."


def warned(skill: Skill, group: SeekerGroup, finding: Finding) -> Skill | None:
    """The skill with a risk that says with whom it failed; None when it says so already."""
    text = (f"In simulation it failed with seekers of '{group.name}': emotion moved by {finding.mean_change:+.1f} in "
            f"{finding.count} turns of {finding.profiles} seekers.")
    told = f"failed with seekers of '{group.name}'"
    if any(told in risk.text for risk in skill.content.risks):
        return None
    return _changed(skill, risks=(Risk(severity=Severity.MEDIUM, text=text), *skill.content.risks))


def without_unsafe_words(skill: Skill) -> Skill | None:
    """The skill without phrasings and examples that the guard would refuse; None when there are none."""
    content = skill.content
    do = tuple(row for row in content.do if check_reply(row.text).ok)
    examples = tuple(row for row in content.examples if check_reply(row.reply, seeker_text=row.seeker).ok)
    if len(do) == len(content.do) and len(examples) == len(content.examples):
        return None
    silent = {row.move for row in content.do} - {row.move for row in do}
    return _changed(skill, do=() if silent else do, examples=examples)


def _changed(skill: Skill, **fields: object) -> Skill:
    return skill.model_copy(update={"content": skill.content.model_copy(update=fields)})


