"""What runs tell of skills: promise and delivery, those passed over and chosen widely, and effects by group from masked episodes."""

from __future__ import annotations

import random

import pytest

from esc_tui.domain.evidence import Outcomes
from esc_tui.domain.labels import Change, Polarity, Stage, State
from esc_tui.domain.sage import Band
from esc_tui.domain.skill import Applicability, ExpectedOutcome, Skill
from esc_tui.evolve.learning import outcomes_of
from esc_tui.evolve.skills.delivery import SkillSeen, delivery_of, skills_seen
from esc_tui.evolve.skills.effects import EVERYBODY, effect_map
from esc_tui.evolve.skills.seen import Played, Reply, Seen
from esc_tui.evolve.skills.telling import as_json, plain_report, skill_report
from tests.evolve.planted import cheering

GROUPS = ("be-praised", "be-listened-to", "understand-others")


def reply(state: str = "sad", change: int | None = 5, *, offered: tuple[str, ...] = (), chosen: tuple[str, ...] = (),
          used: tuple[str, ...] | None = None, outcome: Polarity | None = Polarity.POSITIVE) -> Reply:
    return Reply((state,), "comforting", "job-crisis", "", 3.0, (*chosen, *offered), chosen, chosen if used is None else used, change,
                 outcome=outcome)


def played(number: int = 1, profile: str = "p1", *replies: Reply, need: str = "be-praised", curve: tuple[int, ...] = (40, 45),
           skills: frozenset[str] = frozenset({"one", "two"}), hidden: frozenset[str] = frozenset(), masked: bool = True,
           outcome: str | None = "turns") -> Played:
    return Played(1, number, 0, "r1", profile, "passive", need, "job-crisis", outcome, curve, skills, hidden, masked, replies)


def skill(slug: str, *, states: tuple[State, ...] = (State.SAD,), change: Change | None = Change.RELIEF) -> Skill:
    made = cheering(slug)
    return made.model_copy(update={"content": made.content.model_copy(update={
        "applicability": Applicability(states=states, stages=(Stage.COMFORTING,)),
        "outcomes": (ExpectedOutcome(change=change, text="They ease."),) if change is not None else ()})})


def seen(*episodes: Played, **skills: Skill) -> Seen:
    return Seen(episodes, skills or {"one": skill("one"), "two": skill("two")}, ("run 1",), 0)


def of(found: list[SkillSeen], slug: str) -> SkillSeen:
    return next(one for one in found if one.skill.slug == slug)


# A made-up table: of twelve skills "helper" lifts those who want to be praised by 12 points and nobody else, "poison" harms all by 8.

def made_up(repeats: int = 16, seed: int = 5) -> list[Played]:
    generator = random.Random(seed)
    slugs = ["helper", "poison", *(f"idle-{number}" for number in range(10))]
    episodes: list[Played] = []
    for seeker in range(12):
        need, level = GROUPS[seeker % 3], generator.gauss(50, 15)
        for _ in range(repeats):
            hidden = frozenset(slug for slug in slugs if generator.random() < 0.25)
            value = level + generator.gauss(0, 5)
            value += 12 * (need == "be-praised" and "helper" not in hidden) - 8 * ("poison" not in hidden)
            there = tuple(slug for slug in slugs if slug not in hidden and slug != "idle-9")
            episodes.append(played(len(episodes) + 1, f"p{seeker}", reply(chosen=there), need=need, curve=(40, round(value)),
                                   skills=frozenset(slugs), hidden=hidden))
    return episodes


def test_a_skill_that_helps_one_group_is_found_there_and_nowhere_else() -> None:
    found = effect_map(made_up())
    helper = found.cell("helper", "be-praised")
    assert helper.decided and helper.mark == "▲" and helper.effect.low < 12 < helper.effect.high
    assert [found.cell("helper", group).mark in "△▽" for group in GROUPS[1:]] == [True, True]
    assert all(found.cell("poison", group).mark == "▼" for group in (EVERYBODY, *GROUPS))
    idle = [cell for (slug, _), cell in found.cells.items() if slug.startswith("idle")]
    assert not any(cell.decided for cell in idle), "what does nothing stays hollow"
    assert found.skills[0] == "helper" and found.groups == dict.fromkeys(sorted(GROUPS), 64)


def test_a_skill_that_nobody_used_is_not_tested_and_costs_no_correction() -> None:
    found = effect_map(made_up())
    cell = found.cell("idle-9", "be-praised")
    assert not cell.tested and cell.mark == "·" and cell.used == 0 and cell.hidden > 0 and found.unknown == ("idle-9",)
    assert found.tested == 11 * 3 and found.decided == 4


def test_holm_is_taken_over_all_cells_of_the_groups_and_said_with_what_chance_makes() -> None:
    found = effect_map(made_up())
    cells = sorted((cell for (_, group), cell in found.cells.items() if group != EVERYBODY and cell.tested), key=lambda one: one.effect.p)
    assert cells[0].corrected == pytest.approx(min(1.0, 33 * cells[0].effect.p))
    assert all(cell.corrected >= cell.effect.p for cell in cells) and found.alone >= found.decided
    text = plain_report(seen(*made_up(4)), [], found)
    assert "33 cells of groups tested: 4 decided after Holm at 0.05" in text and "chance alone makes about 2 of 33" in text


def test_without_any_effect_hardly_a_map_in_twenty_decides_a_cell() -> None:
    generator = random.Random(1)
    wrong = 0
    for _ in range(24):
        episodes = [played(number, f"p{number % 6}", reply(chosen=("one", "two")), need=GROUPS[number % 3],
                           curve=(40, round(generator.gauss(50, 12))),
                           hidden=frozenset(slug for slug in ("one", "two") if generator.random() < 0.3)) for number in range(72)]
        wrong += bool(effect_map(episodes).decided)
    assert wrong <= 4


def test_only_masked_episodes_that_count_make_the_map() -> None:
    assert effect_map([played(masked=False), played(outcome="failed"), played(outcome=None)]) is None
    once = effect_map([played(number, f"p{number}", reply(chosen=("one",))) for number in range(9)])
    assert once.tested == 0 and {cell.mark for cell in once.cells.values()} == {"·"}, "one episode a seeker tells nothing"
    everything = effect_map([played(1, "p", reply(), curve=(40, 40)), played(2, "p", reply(), curve=(40, 40), hidden=frozenset({"one"}))])
    assert everything.decided == 0


def test_the_state_of_an_episode_is_that_of_its_first_words() -> None:
    one = played(1, "p1", reply("angry"), reply("relieved"))
    assert one.state == "angry" and played().state == ""
    assert list(effect_map([one, played(2)], "state").groups) == ["(not read)", "angry"]


# Promise and delivery

def test_what_followed_counts_each_seeker_once_and_outcomes_by_the_rule_of_learning() -> None:
    found = delivery_of([("a", reply(change=10)), ("a", reply(change=0, outcome=Polarity.NEUTRAL)),
                         ("b", reply(change=-5, outcome=Polarity.NEGATIVE)), ("c", reply(change=None))])
    assert (found.replies, found.seekers, found.mean, found.outcomes) == (3, 2, 0.0, Outcomes(1, 1, 1))
    assert found.low is None and found.interval is not None, "two seekers have no interval that is told"
    assert delivery_of([("a", reply(outcome=None))]).outcomes is None
    changes = [(f"p{number}", Band.B, 5 if number < 5 else -5) for number in range(6)]
    assert outcomes_of(changes)[-1] is Polarity.NEGATIVE and outcomes_of(changes[:5]) is None, "too few seekers to say what is usual"


def test_what_a_skill_says_is_set_beside_what_followed_it() -> None:
    episodes = [played(number, f"p{number}", reply(change=8, chosen=("one",)), reply(change=2), reply("angry", -5, chosen=("one",)))
                for number in range(6)]
    one = of(skills_seen(seen(*episodes)), "one")
    assert (one.turns, one.fitting, one.chosen, one.used, one.episodes, one.chosen_fitting) == (18, 12, 12, 12, 6, 6)
    assert (one.inside.mean, one.beside.mean, one.outside.mean, one.kept) == (8.0, 2.0, -5.0, "kept")
    fallen = [played(number, f"p{number}", reply(change=-6 - number % 2, chosen=("one",))) for number in range(6)]
    assert of(skills_seen(seen(*fallen)), "one").kept == "broken"
    few = [played(number, f"p{number}", reply(change=5, chosen=("one",))) for number in range(3)]
    assert of(skills_seen(seen(*few)), "one").kept == "open" and of(skills_seen(seen(*few)), "two").kept == "not used there"
    silent = skills_seen(seen(*few, one=skill("one", change=None)))
    assert silent[0].kept == "nothing promised"


def test_a_turn_counts_only_where_the_skill_was_not_hidden() -> None:
    found = skills_seen(seen(played(1, "p1", reply(offered=("one",))), played(2, "p1", reply(), hidden=frozenset({"one"}))))
    assert (of(found, "one").turns, of(found, "one").offered, of(found, "two").turns) == (1, 1, 2)


def test_what_is_passed_over_in_silence_is_listed_from_its_threshold_on() -> None:
    def listed(turns: int) -> str:
        return of(skills_seen(seen(played(1, "p1", *[reply("angry", offered=("one",))] * turns))), "one").bypass

    assert listed(19) == "" and listed(20) == "never chosen: its conditions held in 0 turns, it was on offer in 20"
    unused = of(skills_seen(seen(played(1, "p1", reply(chosen=("one",), used=()), reply(chosen=("one",), used=())))), "one")
    assert unused.bypass == "chosen in 2 turns, and no word of it came into a reply"


def test_what_is_always_on_is_listed_by_its_share_or_because_the_moment_makes_no_difference() -> None:
    def listed(fitting: int, elsewhere: int) -> str:
        turns = [*[reply(chosen=("one",))] * fitting, *[reply()] * (50 - fitting),
                 *[reply("angry", chosen=("one",))] * elsewhere, *[reply("angry")] * (50 - elsewhere)]
        return of(skills_seen(seen(played(1, "p1", *turns))), "one").always

    assert listed(26, 0) == "chosen in 26% of 100 turns" and listed(25, 0) == "" and listed(4, 2) == ""
    assert listed(3, 4) == "chosen whatever the moment: in 8% of turns it is not for, in 6% of those it is for"
    assert of(skills_seen(seen(played(1, "p1", *[reply(chosen=("one",))] * 19))), "one").always == ""


def test_the_table_holds_its_width_and_text_of_a_skill_is_shown_and_not_obeyed() -> None:
    hostile = skill("one").model_copy(update={"content": skill("one").content.model_copy(update={"title": "\x1b[31m[/bold]喜" * 8})})
    episodes = made_up(4)
    whole = Seen(tuple(episodes), {slug: skill(slug) for slug in episodes[0].skills} | {"one": hostile}, ("run 1 \x1b[31m",), 3)
    told, found = skills_seen(whole), effect_map(episodes)
    text = plain_report(whole, told, found) + "\n".join(skill_report(one, found) for one in told) + skill_report(told[0], None)
    assert "\x1b" not in text and max(map(len, text.splitlines())) <= 98
    assert "Nothing is known of idle-9." in text and "left out: 3 that did not end or used no bank" in text
    object_ = as_json(whole, told, found)
    assert len(object_["effects"]["cells"]) == 12 * 4 and {one["skill"] for one in object_["skills"]} == set(whole.skills)
