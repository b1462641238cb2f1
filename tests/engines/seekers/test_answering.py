"""A question of the supporter is answered by a fact that fits what was asked and what it was about."""

from __future__ import annotations

import pytest

from esc_tui.domain.labels import Character
from esc_tui.domain.profile import Asked, Profile
from esc_tui.domain.sage import Band
from esc_tui.engines.roles import Appraisal, Line, SeekerMoment
from esc_tui.engines.seekers.asking import asking
from esc_tui.engines.seekers.speaking import speak
from esc_tui.starter.sources import read_profiles

PROFILES = read_profiles()
OPEN = [profile for profile in PROFILES if profile.character is not Character.AVOIDANT]
BY_ID = {profile.id: profile for profile in PROFILES}
BY_KIND: dict[Asked, tuple[str, ...]] = {
    "what-happened": ("What happened?", "Would you tell me what it's about?", "So how did all this come about?", "What went on there?",
                      "What's been going on with you?", "Tell me how it came to this.", "And what brought you here tonight?"),
    "when": ("When did that start?", "How long has it been like this?", "Since when?", "When was it that you first noticed?",
             "Has this been going on long?", "What day was that?"),
    "who": ("Who else is involved?", "Who is there with you in all this?", "Is there anybody you live with?",
            "Who are the people around you?",
            "Do you have family nearby?", "Who knows you best?"),
    "where": ("Where was that?", "Where do you live?", "What does the place look like?", "Whereabouts are you when it happens?",
              "Where are you sitting right now?"),
    "feeling": ("How do you feel about it?", "What was that like for you?", "What goes through you then?", "How is it for you, inside?",
                "What did you feel when that came?", "And how are you, in all this?", "What did that do to you?"),
    "hardest": ("What's the hardest part of it?", "What weighs on you the most?", "Which bit hurts most?", "What's the worst of it?",
                "What is it that gets to you so much?", "What bothers you most?", "Which part can't you get past?"),
    "why": ("Why is that?", "What do you think is behind it?", "What makes it matter so much to you?", "How come?",
            "Where do you think that comes from?", "What's kept you from saying so?", "What would it mean to you?"),
    "tried": ("What have you tried so far?", "Have you done anything about it yet?", "Has anything helped up to now?",
              "Did you ever ask somebody for help?", "Was there something you already tried?", "What have you done against it?"),
    "body": ("How are you sleeping?", "Are you eating all right?", "Where do you feel it in your body?", "Does it show physically?",
             "How does your body take it?", "Do you get any sleep with all that?"),
    "others-say": ("What do the others say about it?", "What do people around you think?", "How did they react?",
                   "Have you told anyone?", "Does anybody know?", "What did they say when they heard?"),
    "good": ("Is there anything that's good at the moment?", "What do you enjoy?", "What makes you smile, even now?",
             "When was it last a bit lighter?", "Is there something you look forward to?", "What's still going well?"),
    "next": ("What happens next?", "What are you going to do now?", "And tomorrow?", "What's coming up?", "What will you do?",
             "Is there a date it has to be decided by?", "How will it go on from here?"),
}
QUESTIONS = [(question, tag) for tag, some in BY_KIND.items() for question in some]
STATEMENTS = (
    "Good, that's something.", "I'd say the worst thing is to be alone with it.", "You started so well.",
    "That's hard, and it's no wonder.",
    "Your friends must be blind.", "People say that, and it isn't true.", "Most of us would have stopped.", "I feel for you.",
    "What a morning.", "When you came home, nobody was there.", "Who would have thought it.", "Why, of course.",
)
ABOUT = (  # profile, question, what the answer must speak of
    ("bakery-shift-treadmill", "What did you try against the noise, earplugs perhaps?", "earplugs"),
    ("bakery-shift-treadmill", "And the whiskey, did that help?", "whiskey"),
    ("bakery-shift-treadmill", "What does your sister say?", "sister"),
    ("bakery-shift-treadmill", "Do you still love the job?", "love the job"),
    ("court-reporter-both-yes", "What does the judge want from you?", "judge"),
    ("court-reporter-both-yes", "How does your mother see it?", "mother"),
    ("court-reporter-both-yes", "And the speech you wrote, what became of it?", "speech"),
    ("court-reporter-both-yes", "Did you toss a coin?", "coin"),
    ("dry-cleaner-second-loan", "What does your husband think?", "husband"),
    ("dry-cleaner-second-loan", "What has happened with the hotel?", "hotel"),
    ("dry-cleaner-second-loan", "Are your teeth all right?", "teeth"),
    ("dry-cleaner-second-loan", "Tell me about the customer with the coat.", "coat"),
    ("fish-auction-awake", "What did the doctor give you?", "doctor"),
    ("fish-auction-awake", "Did the tablets do anything?", "tablets"),
    ("fish-auction-awake", "How is your daughter?", "daughter"),
    ("fish-auction-awake", "And the Christmas auction, will you call it?", "Christmas"),
    ("two-suitcases-bank-card", "What does your father say in the evenings?", "father"),
    ("two-suitcases-bank-card", "How did your mother take it at the bank?", "bank"),
    ("two-suitcases-bank-card", "What did Imran say?", "Imran"),
    ("two-suitcases-bank-card", "How is your neck?", "neck"),
    ("weather-station-automated", "What did your daughter say?", "daughter"),
    ("weather-station-automated", "And the lamp, has that helped?", "lamp"),
    ("weather-station-automated", "What's your husband like?", "husband"),
    ("weather-station-automated", "Do you still write in the diary?", "diary"),
)


def answer(profile: Profile, question: str, emotion: int = 55, seed: int = 0, change: int = 5) -> str:
    moment = SeekerMoment(profile, (Line("seeker", profile.first_line, 1), Line("supporter", question, 1)), emotion, 2, seed)
    return speak(moment, Appraisal(change), Band.B).text


def told(profile: Profile, text: str) -> list[tuple[Asked, ...]]:
    return [fact.answers for fact in profile.facts if fact.text in text]


@pytest.mark.parametrize(("question", "tag"), QUESTIONS)
def test_what_is_asked_is_known_first_of_all(question: str, tag: Asked) -> None:
    tags = asking(question).tags
    assert tags and max(tags, key=lambda one: tags[one]) == tag, tags


@pytest.mark.parametrize("text", STATEMENTS)
def test_what_only_sounds_like_a_question_asks_nothing(text: str) -> None:
    assert not asking(text).tags


def test_the_fact_told_answers_what_was_asked() -> None:
    answered = facts = 0
    for question, tag in QUESTIONS:
        for seed, profile in enumerate(OPEN[:12]):
            found = told(profile, answer(profile, question, emotion=65, seed=seed))
            facts += bool(found)
            answered += any(tag in tags for tags in found)
    assert facts >= 0.95 * 12 * len(QUESTIONS)
    assert answered >= 0.97 * facts


def test_somebody_with_some_trust_answers_where_they_can() -> None:
    for tag, some in BY_KIND.items():
        answered = facts = 0
        for question in some:
            for seed, profile in enumerate(OPEN[:12]):
                if not any(tag in fact.answers for fact in profile.facts if fact.layer <= 2):
                    continue
                found = told(profile, answer(profile, question, emotion=50, seed=seed))
                facts += bool(found)
                answered += any(tag in tags for tags in found)
        assert answered >= 0.9 * facts, tag


def test_the_fact_told_speaks_of_what_was_asked_about() -> None:
    about = sum(word.lower() in answer(BY_ID[name], question, seed=seed).lower()
                for name, question, word in ABOUT for seed in range(5))
    assert about >= 0.85 * 5 * len(ABOUT)


def test_in_doubt_somebody_with_little_trust_still_answers_from_the_first_layer() -> None:
    for question, _ in QUESTIONS:
        for profile in OPEN[:6]:
            text = answer(profile, question, emotion=30)
            assert not any(fact.text in text for fact in profile.facts if fact.layer > 1)


def test_the_same_question_again_gets_another_fact() -> None:
    for profile in PROFILES:
        lines = [Line("seeker", profile.first_line, 1)]
        said: list[str] = []
        for turn, question in enumerate(("What have you tried?", "And what else did you try?", "Is there anything else you tried?"), 1):
            lines.append(Line("supporter", question, turn))
            said.append(speak(SeekerMoment(profile, tuple(lines), 60, turn + 1, 3), Appraisal(5), Band.B).text)
            lines.append(Line("seeker", said[-1], turn + 1))
        for fact in profile.facts:
            assert sum(fact.text in text for text in said) <= 1
        assert len(set(said)) == 3
