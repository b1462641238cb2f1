"""Runs from whose episodes skills are hidden at random: the design, what is recorded, and what goes on to hold of it."""

from __future__ import annotations

from collections import Counter

import pytest

from esc_tui.bank.episodes import episode_rows
from esc_tui.bank.runs import find_run
from esc_tui.domain.base import now_iso
from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.domain.events import ConversationStarted, SkillsRanked
from esc_tui.domain.revision import Pins
from esc_tui.domain.talk import TalkView
from esc_tui.evolve.finding import find_in_run
from esc_tui.evolve.roles import analyst_for
from esc_tui.evolve.screening import failing_turns
from esc_tui.evolve.what_if import Other, as_it_was, moment_of, other_way
from esc_tui.settings.model import Settings
from esc_tui.simulate import arms as arms_module
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.forking import branch, fork_at, reply_at
from esc_tui.simulate.hashing import run_hash
from esc_tui.simulate.masking import draw_masks, masks_of
from esc_tui.simulate.planning import Arm, RunSettings
from esc_tui.simulate.running import carry_run, plan_run
from esc_tui.simulate.wishes import settings_of
from esc_tui.support.session import Session
from tests.simulate.helpers import ScriptedMind, opened


@pytest.fixture
def bank(tmp_path, monkeypatch):
    monkeypatch.setattr(arms_module, "build_mind", lambda seeker, settings: ScriptedMind(lambda moment: -5))
    with opened(tmp_path) as made:
        yield made


def settings(**changes: object) -> RunSettings:
    return RunSettings.model_validate({"profiles": ("seeker-1", "seeker-2"), "processes": 1, "repeats": 2, "mask": 0.5, **changes})


def played(bank, **changes: object):
    run = plan_run(bank, Settings(), settings(**changes))
    return carry_run(bank, Settings(), run.number, lambda done, total: None, Control())


@pytest.mark.parametrize(("seekers", "repeats", "skills", "share"), [(12, 20, 31, 0.1), (6, 5, 10, 0.2), (3, 7, 4, 0.5), (2, 2, 5, 0.1)])
def test_each_skill_is_hidden_in_its_share_of_every_seekers_episodes(seekers, repeats, skills, share) -> None:
    drawn = draw_masks(seekers, repeats, skills, share, 7)
    assert len(drawn) == seekers * repeats and drawn == draw_masks(seekers, repeats, skills, share, 7)
    total = Counter(skill for one in drawn for skill in one)
    assert all(abs(total[skill] - share * seekers * repeats) <= 1 for skill in range(skills))
    assert abs(sum(total.values()) - share * seekers * repeats * skills) <= 1
    for seeker in range(seekers):
        mine = Counter(skill for one in drawn[seeker::seekers] for skill in one)
        assert all(share * repeats - 1 <= mine[skill] <= share * repeats + 1 for skill in range(skills))
    assert all(len(set(one)) == len(one) for one in drawn)


def test_episodes_differ_in_how_many_skills_they_miss_so_that_each_can_be_told() -> None:
    drawn = draw_masks(6, 20, 12, 0.2, 3)
    assert len({len(one) for one in drawn}) > 2 and drawn != draw_masks(6, 20, 12, 0.2, 4)


def test_the_plan_and_every_episode_say_what_is_hidden_and_no_turn_sees_it(bank) -> None:
    run = played(bank)
    masks = masks_of(find_run(bank.connection, run.number))
    offered = {skill.slug for skill in bank.skills_at() if skill.status.value in {"active", "watch"}}
    assert set(masks.skills) == offered and run.title.endswith("50 % of skills hidden")
    seen = set()
    for row in episode_rows(bank.connection, run.number):
        events = bank.events(row.conversation)
        started = next(event for event in events if isinstance(event, ConversationStarted))
        assert started.pins.masked == masks.of(row.number)
        for table in (event for event in events if isinstance(event, SkillsRanked)):
            named = {one.skill for one in table.ranked} | set(table.skills)
            assert not named & set(started.pins.masked) and table.candidates == len(offered) - len(started.pins.masked)
            seen |= named
    assert seen == offered, "every skill is on offer in some episode"


def test_the_same_seed_gives_the_same_events_and_another_one_other_masks(bank) -> None:
    first, again, other = (played(bank, seed=seed) for seed in (7, 7, 8))
    assert run_hash(bank.connection, first.number) == run_hash(bank.connection, again.number)
    assert masks_of(first) != masks_of(other)


def test_two_supporters_of_a_run_miss_the_same_skills(bank) -> None:
    masks = masks_of(played(bank, arms=(Arm(), Arm(mode="single"))))
    assert [masks.of(number) for number in range(1, 9, 2)] == [masks.of(number) for number in range(2, 10, 2)]


def test_a_run_that_is_broken_off_goes_on_with_its_masks(bank) -> None:
    whole, run = played(bank), plan_run(bank, Settings(), settings())
    control = Control()
    stopped = carry_run(bank, Settings(), run.number, lambda done, total: control.stop("enough") if done else None, control)
    assert stopped.state == "stopped"
    carry_run(bank, Settings(), run.number, lambda done, total: None, Control())
    assert run_hash(bank.connection, run.number) == run_hash(bank.connection, whole.number)


async def test_forks_branches_and_what_ifs_keep_what_is_hidden(bank) -> None:
    run = played(bank)
    row = next(row for row in episode_rows(bank.connection, run.number) if masks_of(run).of(row.number))
    events = bank.events(row.conversation)
    hidden = TalkView.of(events).pins.masked
    session = Session(bank, Settings())
    try:
        moment = moment_of(events, 2)
        was = as_it_was(session, moment)
        assert was.pins.masked == hidden and other_way(session, moment, Other("no_bank")).pins.masked == hidden
        reply = await reply_at(fork_at(events, 2), was)
        assert reply.text == moment.turn.shown
        talk = session.resume_talk(branch(bank, events, 2))
        assert talk.pins.masked == hidden
        bank.commit({"name-the-loss": None}, author="test", message="another revision", base_revision=bank.head_number)
        session.keep_up(talk)
        assert talk.pins.masked == hidden and talk.pins.revision == bank.head_number
    finally:
        session.close()


def test_a_talk_from_which_nothing_is_hidden_is_stored_as_before() -> None:
    pins = Pins(revision=1, revision_hash="ab", evidence_snapshot=1)
    assert "masked" not in pins.model_dump() and Pins.model_validate_json(pins.model_dump_json()) == pins
    some = pins.model_copy(update={"masked": ("a", "b")})
    assert Pins.model_validate_json(some.model_dump_json()) == some


async def test_a_masked_run_tells_no_faults_of_the_bank(bank) -> None:
    run = played(bank, mask=0.5)
    with pytest.raises(UserError, match="skills were hidden from the episodes of run 1"):
        await find_in_run(bank, analyst_for(Settings()), run.number, time=now_iso())
    hidden = {row.conversation for row in episode_rows(bank.connection, run.number) if masks_of(run).of(row.number)}
    assert hidden and not hidden & {conversation for conversation, _ in failing_turns(bank, bank.head_number, 999)}


def test_nothing_is_hidden_in_a_verification_nor_without_a_bank_nor_without_a_skill(bank) -> None:
    with pytest.raises(WrongUseError, match="a verification compares whole banks"):
        plan_run(bank, Settings(), settings(), sealed=True)
    with pytest.raises(WrongUseError, match="a supporter without a bank has no skill that --mask could hide"):
        settings_of({"mask": 0.1}, ["newest", "none"])
    with pytest.raises(WrongUseError, match="0.5"):
        settings_of({"mask": float("nan")}, [])
    bank.commit(dict.fromkeys(skill.slug for skill in bank.skills_at()), author="test", message="empty", base_revision=bank.head_number)
    with pytest.raises(WrongUseError, match="no skill is on offer, so none can be hidden"):
        plan_run(bank, Settings(), settings())
