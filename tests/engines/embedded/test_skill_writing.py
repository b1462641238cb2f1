"""The texts of mined drafts: for every action and state they are whole, safe, said in questions only where asked, and no copies."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from esc_tui.domain.labels import Action, Change, Scenario, SkillStatus, Stage, State
from esc_tui.domain.lint import lint_pair, lint_skill
from esc_tui.domain.skill import SLOTS, Skill
from esc_tui.engines.embedded import skill_writing
from esc_tui.engines.embedded.skill_conditions import conditions_of
from esc_tui.engines.embedded.skill_writing import EmbeddedSkillWriter, compose_skill
from esc_tui.engines.embedded.words import load_data
from esc_tui.engines.roles import SkillBrief
from esc_tui.guard.detect import check_message
from esc_tui.guard.reply import check_reply
from esc_tui.interchange.skill_markdown import read_skill, write_skill

FILLED = {"clause": "you waited all night", "also": "nobody came to the door",
          "deed": "you kept the shop open", "earlier": "your boss left", "feeling": "left out",
          "topic": "the exam", "person": "your sister", "wish": "to sleep", "quote": "nobody came", "time": "for three weeks"}


def brief(main: Action = Action.VALIDATION, state: State = State.SAD, *, taken: frozenset[str] = frozenset(),
          others: tuple[tuple[Action, int], ...] = (), states: tuple[tuple[State, int], ...] = (),
          scenarios: tuple[tuple[Scenario, int], ...] = ((Scenario.OTHER, 30),), harmed: tuple[tuple[State, int], ...] = (),
          changed: tuple[tuple[Change, int], ...] = (), words: tuple[str, ...] = (), number: int = 1) -> SkillBrief:
    """A brief of thirty units that helped."""
    return SkillBrief(
        number=number, actions=((main, 30), *others), states=states or ((state, 30),), scenarios=scenarios,
        stages=((Stage.COMFORTING, 25), (Stage.ACTION, 5)), changes=((Change.FEELS_UNDERSTOOD, 20), (Change.OPENS_UP, 10)),
        harmed_states=harmed, harmed_changes=changed, intensity_low=2, intensity_high=4, helped=(), harmed=(), words=words, taken=taken,
        licence="own words; MIT", positive_units=30, negative_units=sum(count for _, count in harmed))


def everything(main: Action, state: State) -> list[Skill]:
    """Drafts of one action and state until every way of doing it had its turn."""
    taken: frozenset[str] = frozenset()
    found = []
    for number in range(5):
        skill = compose_skill(brief(main, state, taken=taken, number=number + 1))
        taken |= {skill.slug}
        found.append(skill)
    return found


@pytest.mark.parametrize("main", list(Action))
def test_every_action_in_every_state_gives_whole_and_safe_drafts(main: Action) -> None:
    for state in State:
        for skill in everything(main, state):
            content = skill.content
            assert lint_skill(content) == (), skill.slug
            assert skill.status is SkillStatus.DRAFT
            assert main in content.actions
            assert len(content.do) >= 6
            assert len(content.examples) == 2
            assert content.description.startswith("Use when the seeker ")
            assert all(row.checkable for row in content.contraindications)
            assert content.contraindications
            sought = content.applicability.text.casefold().split(", ")
            assert not [cue for row in content.contraindications for cue in row.cues if cue in sought]  # fits and vetoes at once
            assert not {stage for row in content.contraindications for stage in row.stages} & set(content.applicability.stages)
            assert read_skill(write_skill(skill)) == skill


def test_every_sentence_is_safe_asks_only_where_asked_and_is_short() -> None:
    actions, states, conditions = load_data("skill_actions"), load_data("skill_states"), load_data("skill_conditions")
    assert set(actions) == set(Action)
    assert set(states) == set(State)
    assert set(conditions["scenarios"]) == set(Scenario)
    lines = [(Action(action), line) for action, row in actions.items() for part in (*row["variants"], row["support"])
             for line in part["lines"]]
    lines += [(Action(action), line) for row in (*states.values(), *conditions["families"].values())
              for action, told in row.get("lines", {}).items() for line in told]
    assert len(lines) > 600
    assert len({line for _, line in lines}) == len(lines)  # no sentence stands twice
    for action, line in lines:
        assert line.count("?") == int(action.asks), line
        assert not action.asks or line.endswith("?"), line
        assert len(line.split()) <= 30, line
        said = line
        for slot in SLOTS:
            said = said.replace(f"{{{slot}}}", FILLED[slot])
        assert "{" not in said, line
        assert check_reply(said).ok, line


def test_every_example_begins_without_a_crisis_and_is_answered_safely() -> None:
    rows = [(row["seeker"], row["reply"]) for part in load_data("skill_actions").values() for one in part["variants"]
            for row in one["examples"]]
    rows += [(row["seeker"], row["hearing"]) for state in load_data("skill_states").values() for row in state["examples"]]
    assert len(rows) > 150
    assert len({seeker for seeker, _ in rows}) == len(rows)
    for seeker, reply in rows:
        assert not check_message(seeker).crisis, seeker
        assert check_reply(reply, seeker_text=seeker).ok, reply
        assert reply.count("?") <= 1, reply


def test_questions_come_last_and_hearing_first() -> None:
    for main in Action:
        for state in State:
            moves = compose_skill(brief(main, state, others=((Action.REASSURANCE, 9), (Action.OPEN_QUESTION, 9)))).content.moves
            asking = [place for place, move in enumerate(moves) if move.action.asks]
            assert asking in ([], [len(moves) - 1])
            assert len(moves) <= 3


def test_what_was_done_together_most_often_becomes_a_move() -> None:
    skill = compose_skill(brief(Action.OPEN_QUESTION, others=((Action.SUMMARY, 12), (Action.VALIDATION, 3))))
    assert [move.action for move in skill.content.moves] == [Action.SUMMARY, Action.VALIDATION, Action.OPEN_QUESTION]
    rare = compose_skill(brief(Action.OPEN_QUESTION, others=((Action.SUMMARY, 1),)))
    assert Action.SUMMARY not in rare.content.actions


def test_a_slug_tells_what_is_done_and_when_and_is_new() -> None:
    first = compose_skill(brief(Action.OPEN_QUESTION, State.LONELY))
    assert first.slug == "ask-what-hurts-most-when-lonely"
    assert first.content.title == "Ask what hurts most when lonely"
    taken: frozenset[str] = frozenset()
    for _ in range(150):
        skill = compose_skill(brief(Action.RESTATEMENT, State.SEEKING_A_WAY_FORWARD, taken=taken))
        assert skill.slug not in taken
        assert len(skill.slug) <= 64
        taken |= {skill.slug}


def test_a_scenario_that_most_units_share_names_a_skill_of_mixed_states() -> None:
    skill = compose_skill(brief(states=((State.SAD, 10), (State.ANGRY, 10), (State.TORN, 10)),
                                scenarios=((Scenario.BREAKUP_WITH_PARTNER, 25),)))
    assert skill.slug.endswith("-after-a-breakup")
    assert skill.content.description.endswith(", mostly after a breakup.")
    assert skill.content.applicability.scenarios == (Scenario.BREAKUP_WITH_PARTNER,)


def test_conditions_come_from_counts() -> None:
    fits = compose_skill(brief(states=((State.SAD, 20), (State.LONELY, 8), (State.TORN, 2)), scenarios=(
        (Scenario.JOB_CRISIS, 15), (Scenario.BEREAVEMENT, 14), (Scenario.OTHER, 1)), words=("job", "zeppelin"))).content.applicability
    assert fits.states == (State.SAD, State.LONELY)
    assert fits.scenarios == (Scenario.JOB_CRISIS, Scenario.BEREAVEMENT)
    assert fits.stages == (Stage.COMFORTING, Stage.ACTION)
    assert (fits.intensity_low, fits.intensity_high) == (2, 4)
    assert "job" in fits.text.split(", ")
    assert "zeppelin" not in fits.text  # a word that tells nobody anything


def test_scenarios_that_hold_too_few_units_leave_any() -> None:
    scattered = tuple((scenario, 1) for scenario in list(Scenario)[:17]) + ((Scenario.OTHER, 13),)
    assert compose_skill(brief(scenarios=scattered)).content.applicability.scenarios == ()


def test_a_state_where_harm_outweighs_is_forbidden_and_not_listed() -> None:
    content = compose_skill(brief(states=((State.SAD, 26), (State.ANGRY, 4)),
                                  harmed=((State.ANGRY, 6), (State.NUMB, 2), (State.TORN, 1)))).content
    assert State.ANGRY not in content.applicability.states
    assert [row.states for row in content.contraindications if row.states] == [(State.ANGRY,), (State.NUMB,)]


def test_the_state_a_skill_is_made_for_is_never_forbidden_but_the_doubt_is_told() -> None:
    content = compose_skill(brief(harmed=((State.SAD, 40),), changed=((Change.DISTRESS_RISES, 30), (Change.REJECTS, 10)))).content
    assert not [row for row in content.contraindications if State.SAD in row.states]
    assert content.applicability.states == (State.SAD,)
    texts = [row.text for row in content.risks]
    assert load_data("skill_conditions")["doubtful"] in texts
    assert content.risks[0].severity == "high"


def test_a_state_where_it_often_went_wrong_is_named_and_left_out() -> None:
    content = compose_skill(brief(states=((State.SAD, 20), (State.ANXIOUS, 10)), harmed=((State.ANXIOUS, 8),))).content
    assert content.applicability.states == (State.SAD,)
    assert any("more often than usual" in row.text and "anxious" in row.text for row in content.risks)


def test_without_anything_that_helped_only_warnings_are_told() -> None:
    empty = SkillBrief(number=1, actions=(), states=(), scenarios=(), stages=(), changes=(), harmed_states=((State.NUMB, 3),),
                       harmed_changes=((Change.WITHDRAWS, 3),), intensity_low=1, intensity_high=5, helped=(), harmed=(), words=(),
                       taken=frozenset(), licence="", positive_units=0, negative_units=3)
    found = conditions_of(empty)
    assert found.applicability.states == ()
    assert found.outcomes == ()
    assert found.contraindications[0].states == (State.NUMB,)
    assert found.risks


def test_twenty_seven_skills_do_not_look_like_copies() -> None:
    taken: frozenset[str] = frozenset()
    skills = []
    for number, (main, state) in enumerate([*zip(Action, list(State) + list(State)[:2], strict=True),
                                            *((Action.VALIDATION, state) for state in list(State)[:5]),
                                            *((Action.SUGGESTION_WITH_OPTIONS, state) for state in list(State)[:5])]):
        skill = compose_skill(brief(main, state, taken=taken, number=number))
        taken |= {skill.slug}
        skills.append(skill)
    assert len(skills) == 27
    assert not [note for one, two in combinations(skills, 2) for note in lint_pair(one, two) if note.rule == "duplicate"]
    assert len({skill.content.title for skill in skills}) == 27


async def test_the_same_brief_gives_the_same_skill() -> None:
    writer = EmbeddedSkillWriter()
    assert await writer.write_skill(brief()) == await writer.write_skill(brief())


def test_the_texts_are_data_and_whole() -> None:
    folder = Path(skill_writing.__file__).with_name("data")
    for name in ("skill_actions", "skill_states", "skill_conditions"):
        assert json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
