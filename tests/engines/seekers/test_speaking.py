"""What a simulated seeker says: their own lines and facts, never twice, never the hidden wish, as far as there is trust."""

import random

import pytest

from esc_tui.domain.labels import Character
from esc_tui.domain.profile import Profile
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, Line, SeekerMoment
from esc_tui.engines.seekers.knowing import line_key
from esc_tui.engines.seekers.speaking import joined, speak
from esc_tui.simulate.linting import EpisodeLint
from esc_tui.starter.sources import read_profiles
from tests.engines.seekers.scripted import Played, careful, careless, mixed, play, polite, repeating

PROFILES = read_profiles()
BY_ID = {profile.id: profile for profile in PROFILES}


async def talks(count: int) -> list[tuple[Profile, Played]]:
    rnd = random.Random(11)
    return [(profile, await play(profile, rnd.choice((careful, careless, mixed, polite, repeating)), rnd.randrange(2**31)))
            for profile in (rnd.choice(PROFILES) for _ in range(count))]


def stands_in(piece: str, text: str) -> bool:
    """A short piece ("fine.") may be part of another; it counts where it opens what is said."""
    key, said = line_key(piece), line_key(text)
    return f" {key} " in f" {said} " if key.count(" ") >= 3 else said == key or text.startswith(piece)


async def test_in_200_talks_nothing_is_said_twice_and_no_wish_is_spoken() -> None:
    for profile, talk in await talks(200):
        pieces = [*(fact.text for fact in profile.facts), *profile.lines.all()]
        for piece in pieces:
            assert sum(stands_in(piece, text) for text in talk.seeker) <= 1, (profile.id, piece)
        assert len(set(talk.seeker)) == len(talk.seeker)
        lint = EpisodeLint(profile)
        for turn, text in enumerate(talk.seeker, 1):
            flags = {flag for flag, _ in lint.look(turn, text, goodbye=False, sent_away=False)}
            assert not flags & {"leaked_wish", "empty_turn", "role_swap", "repeated_line"}, (profile.id, text)


async def test_a_talk_that_ends_by_emotion_ends_with_a_goodbye_of_the_profile() -> None:
    for profile, talk in await talks(60):
        for said in talk.utterances:
            assert said.goodbye == (said.text in (*profile.lines.thanks, *profile.lines.leaving))


def moment_of(profile: Profile, reply: str, emotion: int, turn: int = 4, seed: int = 0) -> SeekerMoment:
    return SeekerMoment(profile, (Line("seeker", profile.first_line, 1), Line("supporter", reply, 1)), emotion, turn, seed)


@pytest.mark.parametrize("profile", PROFILES[:12], ids=lambda profile: profile.id)
def test_the_inner_layers_open_with_trust(profile: Profile) -> None:
    for seed in range(30):
        low = speak(moment_of(profile, "What is the hardest part of it?", 30, seed=seed), Appraisal(5), Band.C).text
        assert not any(fact.text in low for fact in profile.facts if fact.layer > 1)
    high = [speak(moment_of(profile, "What is the hardest part of it?", 90, seed=seed), Appraisal(5), Band.A).text for seed in range(30)]
    assert any(fact.text in text for fact in profile.facts if fact.layer == 3 for text in high)


def test_a_question_is_mostly_answered_by_a_fact_that_answers_it() -> None:
    answered = told = 0
    for profile in PROFILES:
        if profile.character is Character.AVOIDANT:
            continue
        for question, tag in (("What have you tried so far?", "tried"), ("What do the others say about it?", "others-say"),
                              ("Where was that?", "where"), ("And your body, how do you sleep?", "body")):
            text = speak(moment_of(profile, question, 55), Appraisal(5), Band.B).text
            facts = [fact for fact in profile.facts if fact.text in text]
            told += bool(facts)
            answered += any(tag in fact.answers for fact in facts)
    assert told >= 100 and answered >= 0.8 * told


def test_an_avoidant_seeker_steps_aside_more_often_than_another() -> None:
    def dodged(character: Character) -> float:
        some = [profile for profile in PROFILES if profile.character is character]
        said = [speak(moment_of(profile, "What have you tried so far?", 45, seed=seed), Appraisal(5), Band.B)
                for profile in some for seed in range(10)]
        return sum(one.origin.startswith("Steps aside") for one in said) / len(said)

    assert dodged(Character.AVOIDANT) > 0.15 > dodged(Character.NEGATIVE)


def test_a_passive_seeker_asks_nothing() -> None:
    for profile in PROFILES:
        if profile.character is Character.PASSIVE:
            for seed in range(10):
                text = speak(moment_of(profile, "I see.", 45, seed=seed), Appraisal(0), Band.B).text
                own = [line for line in profile.lines.all() if line in text]
                assert not any("?" in line for line in own)


def test_a_seeker_with_nothing_left_to_tell_still_says_something_new() -> None:
    profile = PROFILES[0]
    everything = [*(fact.text for fact in profile.facts), *profile.lines.all()]
    lines = tuple(line for turn, text in enumerate(everything, 1)
                  for line in (Line("seeker", text, turn), Line("supporter", f"Go on, number {turn}.", turn)))
    said = speak(SeekerMoment(profile, lines, 50, 40), Appraisal(5), Band.B).text
    assert said and said not in everything


@pytest.mark.parametrize(("line", "fact", "whole"), [
    ("okay. yeah", "i work nights", "okay. yeah. i work nights"),
    ("Hm.", "I work nights.", "Hm. I work nights."),
    ("really?", "I do.", "really? I do."),
    ("He said “no”", "Twice.", "He said “no” Twice."),
])
def test_line_and_fact_are_joined_with_a_stop_where_one_is_missing(line: str, fact: str, whole: str) -> None:
    assert joined(line, fact) == whole
