"""The embedded seeker's mind keeps the role's promises."""

import re
import time

import pytest

from esc_tui.domain.errors import UserError
from esc_tui.domain.profile import Profile, SeekerLines
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, Line, SeekerMind, SeekerMoment
from esc_tui.engines.seekers import EmbeddedSeekerMind
from esc_tui.engines.seekers.telling import as_written
from esc_tui.engines.seekers.words import data
from esc_tui.starter.sources import read_profiles
from tests.engines.seekers.scripted import mixed, play

PROFILES = read_profiles()
MIND: SeekerMind = EmbeddedSeekerMind()


def opening(profile: Profile) -> SeekerMoment:
    return SeekerMoment(profile, (Line("seeker", profile.first_line, 1), Line("supporter", "What happened?", 1)), 40, 1)


@pytest.mark.parametrize("change", [{"language": "zh"}, {"language": "de"}, {"facts": ()}, {"lines": SeekerLines()}])
async def test_a_profile_it_cannot_play_is_refused_with_one_sentence(change: dict[str, object]) -> None:
    profile = PROFILES[0].model_copy(update=change)
    for step in (MIND.appraise(opening(profile)), MIND.speak(opening(profile), Appraisal(0), Band.B)):
        with pytest.raises(UserError, match="--seeker endpoint") as refused:
            await step
        assert len(re.findall(r"[.!?](?:\s|$)", str(refused.value))) == 1


async def test_the_same_talk_is_played_again_word_for_word() -> None:
    for profile in PROFILES[:6]:
        assert await play(profile, mixed, 5) == await play(Profile.model_validate_json(profile.model_dump_json()), mixed, 5)
        assert await play(profile, mixed, 5) != await play(profile, mixed, 6)


async def test_the_blocks_are_filled_short_and_varied() -> None:
    thoughts: list[str] = []
    for profile in PROFILES[:12]:
        for one in (await play(profile, mixed, 1)).appraisals:
            blocks = (one.content, one.target_completion, one.activity, one.analyse)
            assert all(block.strip() and len(block) < 200 and "{" not in block for block in blocks), blocks
            thoughts.append(one.activity)
    assert len(set(thoughts)) >= 0.4 * len(thoughts)


async def test_the_hidden_texts_stand_in_nothing_the_seeker_says() -> None:
    for profile in PROFILES:
        said = " ".join((await play(profile, mixed, 2)).seeker)
        assert not any(hidden in said for hidden in profile.hidden_texts())


async def test_a_turn_takes_little_time() -> None:
    await play(PROFILES[0], mixed, 0)
    started, turns = time.process_time(), 0
    for profile in PROFILES[:24]:
        turns += len((await play(profile, mixed, 9)).appraisals)
    assert (time.process_time() - started) / turns < 0.0045  # measured 0.0007 alone; a loaded machine and its supporter included


@pytest.mark.parametrize("reply", ["Which moment do you dread most?", "You could hear it in her voice. What was that like?"])
async def test_nobody_thinks_of_advice_after_a_reply_that_holds_none(reply: str) -> None:
    advice = set(data("inner")["thought_down"]["counsel_share"])
    for profile in PROFILES:
        for turn in range(1, 4):
            said = (Line("seeker", profile.first_line, turn), Line("supporter", reply, turn))
            thought = (await MIND.appraise(SeekerMoment(profile, said, 40, turn))).activity
            assert not any(line in thought for line in advice), thought


def test_a_word_that_came_back_keeps_the_capital_of_a_name() -> None:
    profile = PROFILES[0].model_copy(update={"scene": "Her friend Oriel Brandt moved out."})
    moment = SeekerMoment(profile, (Line("seeker", "ask Tamsin. oriel never rang, and the boiler is cold.", 1),), 40, 1)
    assert [as_written(word, moment) for word in ("oriel", "tamsin", "boiler")] == ["Oriel", "Tamsin", "boiler"]
