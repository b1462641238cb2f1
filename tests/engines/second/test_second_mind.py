"""The second seeker: rewards what serves each hidden need, is not fooled, moves as SAGE's seekers do, and speaks from its profile."""

import statistics
import time
from collections import Counter

import pytest

from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Character, Need
from esc_tui.domain.profile import Profile, SeekerLines
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, Line, SeekerMind, SeekerMoment
from esc_tui.engines.second import SecondSeekerMind
from esc_tui.engines.second.appraising import appraise
from esc_tui.engines.second.doing import read_reply
from esc_tui.engines.second.signs import SIGNS
from esc_tui.engines.second.speaking import asked_for, steering_sentences
from esc_tui.starter.sources import read_profiles
from tests.engines.second import supporters as script

PROFILES = list(read_profiles())
OF_NEED = {need: [one for one in PROFILES if one.need is need] for need in Need}


def moment(profile: Profile, *replies: str, seed: int = 1, emotion: int = 40, heard: tuple[str, ...] = ()) -> SeekerMoment:
    lines = [Line("seeker", profile.first_line, 1)]
    for turn, reply in enumerate(replies, 1):
        lines.append(Line("supporter", reply, turn))
        if turn < len(replies):
            lines.append(Line("seeker", heard[turn - 1] if turn <= len(heard) else f"Well, that is number {turn}.", turn + 1))
    return SeekerMoment(profile, tuple(lines), emotion, len(replies), seed)


def _steering(profile: Profile) -> list[str]:
    return [way for text in steering_sentences()[profile.need.value] for way in (text, text.lower())]


async def mean_change(profile: Profile, *replies: str, seeds: int = 24) -> float:
    mind: SeekerMind = SecondSeekerMind()
    return statistics.mean([(await mind.appraise(moment(profile, *replies, seed=seed))).change for seed in range(seeds)])


async def finals(supporter: script.Supporter, profiles: list[Profile], seeds: int = 2) -> list[int]:
    return [(await script.talk_with(one, supporter, seed)).final for one in profiles for seed in range(seeds)]


@pytest.mark.parametrize("need", list(Need))
async def test_each_need_is_served_by_what_it_hopes_for_and_by_little_else(need: Need) -> None:
    helped = statistics.mean(await finals(script.helpful, OF_NEED[need], 4))
    missed = statistics.mean(await finals(script.mistaken, OF_NEED[need], 4))
    hurt = statistics.mean(await finals(script.hurtful, OF_NEED[need], 4))
    assert helped > 55 and helped - missed > 20 and missed > hurt and hurt < 10


@pytest.mark.parametrize("fooling", [script.stuck, script.praising, script.echoing, script.everything])
async def test_no_trick_wins_a_seeker(fooling: script.Supporter) -> None:
    assert statistics.mean(await finals(fooling, PROFILES, 1)) < 20


async def test_praise_alone_does_not_even_serve_who_wants_to_be_praised() -> None:
    assert statistics.mean(await finals(script.praising, OF_NEED[Need.BE_PRAISED], 4)) < 20


async def test_a_sentence_is_worth_less_each_time_it_comes() -> None:
    profile = OF_NEED[Need.BE_LISTENED_TO][0]
    once = "What a mess that is. Go on, I'm listening, what happened then?"
    assert await mean_change(profile, once) > 0 > await mean_change(profile, once, once)


async def test_changes_spread_as_published() -> None:
    talks = [await script.talk_with(one, script.wavering, seed) for one in PROFILES for seed in range(2)]
    changes = Counter(change for talk in talks for change in talk.changes)
    every = list(changes.elements())
    assert set(changes) <= {-10, -5, 0, 5, 10} and changes[0] < 0.05 * len(every)
    assert 5.5 < statistics.stdev(every) < 8.5
    assert 25 < statistics.stdev([talk.final for talk in talks]) < 42


async def test_the_negative_character_is_harder_to_win() -> None:
    ends = {kind: statistics.mean(await finals(script.wavering, [one.model_copy(update={"character": kind}) for one in PROFILES], 1))
            for kind in Character}
    assert ends[Character.NEGATIVE] < min(ends[Character.PASSIVE], ends[Character.AVOIDANT]) - 5


async def test_what_the_profile_says_moves_them_counts() -> None:
    profile = PROFILES[0].model_copy(update={"raises": ("Asking about the allotment and its gooseberries.",),
                                             "lowers": ("Bringing up the insurance forms.",)})
    asked = [f"What would the {what} be like on a Sunday?" for what in ("allotment with its gooseberries", "insurance with its forms")]
    up, down = [await mean_change(profile, one, seeds=60) for one in asked]
    assert up > down + 1


def test_trust_builds_slowly_and_breaks_quickly() -> None:
    profile = OF_NEED[Need.BE_TOLD_NOT_AT_FAULT][0]
    good = [one.format(a="the road", b="the letter") for one in script.HELPFUL[profile.need][:4]]
    risen = appraise(moment(profile, *good))
    fallen = appraise(moment(profile, *good, "You should have said something earlier, honestly. Calm down."))
    one_step = appraise(moment(profile, good[0]))
    assert risen.after.trust > one_step.after.trust > one_step.before.trust
    assert fallen.before.trust - fallen.after.trust > one_step.after.trust - one_step.before.trust


@pytest.mark.parametrize(("reply", "tag"), [
    ("How do you feel when it's quiet?", "feeling"), ("What was the hardest moment?", "hardest"), ("Since when?", "when"),
    ("What have you tried so far?", "tried"), ("Are you sleeping at all?", "body"), ("What did your sister say?", "others-say"),
    ("Why do you think that is?", "why"), ("Tell me more about it.", "what-happened"), ("That's sad.", ""),
])
def test_a_question_is_known_for_what_it_asks(reply: str, tag: str) -> None:
    assert (tag in asked_for(reply)) if tag else asked_for(reply) == ()


async def test_a_question_is_answered_with_a_fact_for_it() -> None:
    answered = total = 0
    for profile in PROFILES:
        for seed in range(3):
            spoken = await SecondSeekerMind().speak(moment(profile, "What have you tried so far?", seed=seed), Appraisal(5), Band.B)
            told = [fact for fact in profile.facts if fact.text in spoken.text]
            if told and any("tried" in fact.answers and fact.layer == 1 for fact in profile.facts):
                total += 1
                answered += "tried" in told[0].answers
    assert total > 40 and answered >= 0.95 * total


async def test_nothing_is_said_twice_and_deep_things_come_late() -> None:
    depths: dict[int, list[int]] = {1: [], 2: [], 3: []}
    for profile in PROFILES:
        talk = await script.talk_with(profile, script.helpful, 3)
        said = "\n".join(talk.told)
        pieces = [fact.text for fact in profile.facts] + list(profile.lines.all()) + _steering(profile)
        unnested = [piece for piece in pieces if sum(piece in other for other in pieces) == 1]
        assert all(said.count(piece) <= 1 for piece in unnested)
        assert all(any(piece in line for piece in pieces) for line in talk.told[1:])
        for fact in profile.facts:
            for turn, line in enumerate(talk.told):
                if fact.text in line:
                    depths[fact.layer].append(turn)
    assert statistics.mean(depths[1]) < statistics.mean(depths[2]) < statistics.mean(depths[3])
    assert len(depths[3]) > len(PROFILES)


async def test_little_is_told_to_somebody_who_hurts() -> None:
    for profile in PROFILES[:12]:
        talk = await script.talk_with(profile, script.hurtful, 5)
        assert not any(fact.text in line for fact in profile.facts if fact.layer == 3 for line in talk.told)


@pytest.mark.parametrize(("band", "kind"), [(Band.S, "thanks"), (Band.F, "leaving")])
async def test_goodbye_is_said_at_both_ends_and_nowhere_else(band: Band, kind: str) -> None:
    profile = PROFILES[0]
    ended = await SecondSeekerMind().speak(moment(profile, "Good."), Appraisal(5), band)
    assert ended.goodbye and ended.text in getattr(profile.lines, kind)
    assert not (await SecondSeekerMind().speak(moment(profile, "Good."), Appraisal(5), Band.A)).goodbye


async def test_a_profile_with_hardly_any_lines_still_finds_something_new_to_say() -> None:
    full = PROFILES[0]
    lines = SeekerLines(**dict.fromkeys(SeekerLines.model_fields, ("Well.",)))
    scarce = full.model_copy(update={"lines": lines, "facts": (full.facts[0], full.facts[7], full.facts[12])})
    talk = await script.talk_with(scarce, script.friendly, 1)
    assert len(set(talk.told)) == len(talk.told)


async def test_the_same_talk_gives_the_same_answer_and_another_seed_another() -> None:
    first, again, other = [await script.talk_with(PROFILES[3], script.wavering, seed) for seed in (4, 4, 5)]
    assert first == again
    assert first.lines != other.lines


@pytest.mark.parametrize("change", [{"language": "de"}, {"facts": ()}, {"lines": SeekerLines()}])
async def test_who_cannot_be_played_is_refused_with_the_way_out(change: dict[str, object]) -> None:
    profile = PROFILES[0].model_copy(update=change)
    with pytest.raises(UserError, match="--seeker endpoint"):
        await SecondSeekerMind().appraise(moment(profile, "Hello."))
    with pytest.raises(UserError, match="--seeker endpoint"):
        await SecondSeekerMind().speak(moment(profile, "Hello."), Appraisal(0), Band.B)


@pytest.mark.parametrize("reply", ["", "   ", "???", "[/bold]\x1b[2J", "我很难过。", "no " * 4000, "\n- one\n- two\n- three"])
async def test_any_reply_can_be_judged(reply: str) -> None:
    appraisal = await SecondSeekerMind().appraise(moment(PROFILES[0], reply))
    assert -10 <= appraisal.change <= 10 and appraisal.content and appraisal.target_completion


async def test_a_turn_takes_less_than_five_milliseconds_of_processor_time() -> None:
    costs = []
    for seed in (50, 51, 52):
        started = time.process_time()
        talks = [await script.talk_with(one, script.wavering, seed) for one in PROFILES[:8]]
        costs.append((time.process_time() - started) / sum(len(talk.appraisals) for talk in talks))
    assert min(costs) < 0.005  # measured 0.0008


def test_what_a_reply_does_is_told_in_one_order_in_every_process() -> None:
    text = "You carried that alone, and it makes sense that you are tired. What would help most tonight? Maybe write it down first."
    deeds = list(read_reply(text).deeds)
    assert len(deeds) > 1
    assert deeds == [deed for deed in SIGNS if deed in deeds]  # a set's order differs from process to process
