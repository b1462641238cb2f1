"""What may be said back to the seeker, and how it is turned; above all, what is left unfilled."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_tui.engines.embedded.clauses import clauses_of
from esc_tui.engines.embedded.reader import read_moment
from esc_tui.engines.embedded.slots import Slots, feelings_of, persons_of, slots_of, things_of, times_of, wishes_of
from esc_tui.engines.embedded.turning import turned
from esc_tui.engines.roles import Line, Moment


def _slots(text: str, *earlier: str) -> Slots:
    history: list[Line] = []
    for number, said in enumerate(earlier, 1):
        history += [Line("seeker", said, number), Line("supporter", "Go on.", number)]
    moment = Moment(text=text, history=tuple(history), turn=len(earlier) + 1)
    return slots_of(moment, read_moment(moment))


CLAUSES = [
    ("nobody at work even noticed", "nobody at work even noticed"),
    ("My first alarm is 3:10", "your first alarm is 3:10"),
    ("I have ironed the dishcloths and also the bag in which one keeps the bags", "you have ironed the dishcloths and also the bag"),
    ("I'm not great at the moment", None),
    ("my mum and i havent spoken since he died", "you and your mum haven't spoken since he died"),
    ("me and my sister dont talk anymore", "you and your sister don't talk anymore"),
    ("I keep thinking what if I'd called", "you keep thinking what if you'd called"),
    ("they said id be fine lol", "they said you'd be fine"),
    ("MY BOSS TOOK CREDIT FOR MY WORK AGAIN", "your boss took credit for your work again"),
    ("he told me I was worthless", "he told you that you were worthless"),
    ("Li Wei never called me back after the exam", "Li Wei never called you back after the exam"),
    ("Dana left me at the station", "Dana left you at the station"),
    ("I lost everything I had", "you lost everything you had"),
    ("I was let go after nineteen years", "you were let go after nineteen years"),
    ("i was so tired i fell asleep in the car", "you fell asleep in the car"),
    ("My daughter won't even look at me", "your daughter won't even look at you"),
    ("My mother criticises everything I do", "your mother criticises everything you do"),
    ("we broke up last week", "you broke up last week"),
    ("mum keeps telling me to be strong", "your mum keeps telling you to be strong"),
    ("my boss yelled at me in front of everyone about a report that wasnt even mine",
     "your boss yelled at you in front of everyone about a report that wasn't even yours"),
    ("We're three months behind on the rent", "you're three months behind on the rent"),
    ("I stayed up until three finishing the report", "you stayed up until three finishing the report"),
    ("I've been crying every night", "you've been crying every night"),
    ("the worst part is that nobody called", "nobody called"),
    ("I think my husband is cheating on me", "you think your husband is cheating on you"),
    ("honestly i just feel like nobody cares", "you just feel like nobody cares"),
    ("nobody likes me", "it feels as if nobody likes you"),
    ("everyone hates me", "it feels as if everyone hates you"),
    ("my head hurts i cant sleep he keeps texting me", "he keeps texting you"),
    ("I sat there because my dad drove off", "my dad drove off"),
    ("she took mums side", "she took mum's side"),
    ("i hide it from myself", "you hide it from yourself"),
    ("the house was mine", None),
    ("they all laughed at me in the changing room", "they all laughed at you in the changing room"),
    ("everyone says I should be over it by now", "everyone says you should be over it by now"),
    ("my boss shouted at me 😭😭", "your boss shouted at you"),
    ("I dont sleep anymore since March", "you don't sleep anymore since March"),
    ("i fell on monday and nobody helped", "you fell on Monday"),
    ("I can not write", "you can't write"),
    ("no one came to my birthday", "no one came to your birthday"),
    ("My friend Dana said she'd come with me", "your friend Dana said she'd come with you"),
    ("they cut my hours, again", "they cut your hours"),
    ("he said it in front of everyone, which was so humiliating", "he said it in front of everyone"),
    ("I fucking told him to stop", "you told him to stop"),
]


@pytest.mark.parametrize(("text", "wanted"), [row for row in CLAUSES if row[1] and row[1] != "my dad drove off"])
def test_a_clause_comes_back_in_the_second_person(text: str, wanted: str) -> None:
    assert wanted in [clause.turned for clause in clauses_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yes",
        "idk",
        "...",
        "😭😭😭",
        "because",
        "that",
        "and then he",
        "I'm fine",
        "what if he leaves",
        "why me?",
        "do you even care",
        "you are not listening to me",
        'she said "you are useless" in front of everyone',
        "I'm such a failure",
        "I am so stupid",
        "I'm a terrible mother",
        "I ruined everything",
        "it was all my fault",
        "my boss is an idiot",
        "fuck this shit",
        "he always say bad thing to me",
        "my supervisor is angry because I not finish",
        "I come here two year ago",
        "my parents want me become doctor",
        "I want to die",
        "I want to kill him",
        "I could be wrong",
        "if he leaves me",
        "when she died",
        "I don't know what to do",
        "I don't want to talk about it",
        "I just want to sleep",
        "the thing is",
        "the thing that hurts",
        "I was",
        "it hurts",
        "http://example.org is my page",
        "我妈妈去世了",
        "feeling sad and alone",
        "to be honest with all of it",
        "I feel very shame",
        "my english is not so good",
        "I'm not sure",
        "was it me",
        "so tired",
        "I guess",
        "Not really my thing",
        "maybe i was too much last time we hung out",
        "perhaps he never loved me",
        "she probably met somebody else",
    ],
)
def test_when_in_doubt_nothing_is_said_back(text: str) -> None:
    assert clauses_of(text) == ()


@pytest.mark.parametrize(
    ("text", "feelings"),
    [
        ("I feel so left out", ("left out",)),
        ("im exhausted and worn out", ("exhausted", "worn out")),
        ("I am not angry", ()),
        ("my mum is sad", ()),
        ("he makes me feel guilty about it", ("guilty",)),
        ("I'm scared of the dark", ("scared",)),
        ("I feel stupid", ()),
        ("I don't feel lonely", ()),
        ("if I felt happy I would say so", ()),
        ("I am the angry one", ()),
        ("I'm lost in Paris with a lost dog", ("lost",)),
        ("she is tired and I am tired", ("tired",)),
    ],
)
def test_only_feelings_the_seeker_owns_are_named(text: str, feelings: tuple[str, ...]) -> None:
    assert feelings_of(text) == feelings


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("my boss hates me", ("your boss",)),
        ("mum never listens", ("your mum",)),
        ("my best friend and my sister", ("your best friend", "your sister")),
        ("his boss called", ()),
        ("my boss's car", ()),
        ("a bad mother", ()),
        ("your mum", ()),
        ("my mother in law cooks", ("your mother in law",)),
    ],
)
def test_persons_are_the_seekers_own(text: str, persons: tuple[str, ...]) -> None:
    assert persons_of(text) == persons


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("I hate my job", ("your job",)),
        ("the exam is on Friday", ("the exam",)),
        ("I'm worried about money", ("money",)),
        ("I work all day", ()),
        ("trying to work it out", ()),
        ("his exam went well", ()),
        ("school meetings", ()),
        ("the house is quiet", ()),
    ],
)
def test_topics_are_nouns_and_never_verbs(text: str, things: tuple[str, ...]) -> None:
    assert things_of(text) == things


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("i just want to sleep for once", ("to sleep for once",)),
        ("I wish I could see my dad again", ("to see your dad again",)),
        ("I want one Sunday to myself", ("to have one Sunday to yourself",)),
        ("I want him back", ("to have him back",)),
        ("I want to die", ()),
        ("I don't want to sleep", ()),
        ("I want to be", ()),
        ("she wants to sleep", ()),
    ],
)
def test_wishes_are_infinitives(text: str, wishes: tuple[str, ...]) -> None:
    assert wishes_of(text) == wishes


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("I've been ill for three weeks now", ("for three weeks",)),
        ("since march", ("since March",)),
        ("I cry every night", ("every night",)),
        ("three weeks ago", ()),
        ("for a minute", ()),
        ("all day long", ("all day long",)),
        ("since the funeral", ("since the funeral",)),
    ],
)
def test_times_are_lasting_ones(text: str, times: tuple[str, ...]) -> None:
    assert times_of(text) == times


def test_a_deed_is_effort_and_nothing_to_regret() -> None:
    assert _slots("I kept the shop open on my own").get("deed") == ("you kept the shop open on your own",)
    assert not _slots("I shouted at my son all evening").get("deed")
    assert not _slots("I got drunk at the wedding").get("deed")
    assert not _slots("I didn't call my mother").get("deed")


def test_the_earlier_slot_comes_from_an_earlier_message_and_only_once() -> None:
    slots = _slots("oh well", "hi there", "my landlord threw us out", "yes")
    assert slots.get("earlier") == ("your landlord threw you out",)


def test_beside_something_new_only_what_has_a_word_in_common_with_it_comes_back() -> None:
    told = ("hi there", "my landlord threw us out", "yes")
    assert not _slots("and now the car broke", *told).get("earlier")
    assert _slots("the landlord kept the deposit", *told).get("earlier") == ("your landlord threw you out",)


def test_a_clause_already_said_back_is_not_offered_again() -> None:
    history = (Line("seeker", "my boss ignored me", 1), Line("supporter", "So your boss ignored you. Tell me more.", 1))
    moment = Moment(text="my boss ignored me", history=history, turn=2)
    assert not slots_of(moment, read_moment(moment)).get("clause")


def test_good_news_is_not_offered_to_sad_frames() -> None:
    assert "you won" not in " ".join(_slots("I'm so sad. I was proud of the promotion").get("clause"))


def test_the_departed_are_neither_person_nor_topic() -> None:
    slots = _slots("my mum died and my boss won't let me off work", "hello")
    assert "your mum" not in slots.get("person") + slots.get("topic")


def test_quotes_have_one_to_five_of_the_exact_words() -> None:
    text = "I'm falling apart, what's the point"
    for quote in _slots(text).get("quote"):
        assert quote in text
        assert 1 <= len(quote.split()) <= 5


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        ("i was wrong about my own dad", "you were wrong about your own dad"),
        ("that money was mine", "that money was yours"),
        ("im the one he called", "you're the one he called"),
        ("I've hurt myself", "you've hurt yourself"),
        ("I am tired", "you're tired"),
        ("they gave us our room", "they gave you your room"),
        ("I think I am late", "you think you are late"),
        ("you hurt me", None),
        ("I wasn't there", "you weren't there"),
        ("so was I", None),
        ("my sister and I were close", "you and your sister were close"),
    ],
)
def test_person_and_tense_turn_together(clause: str, wanted: str | None) -> None:
    assert turned(clause) == wanted


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                "I",
                "i",
                "my",
                "me",
                "he",
                "she",
                "they",
                "nobody",
                "mum",
                "boss",
                "was",
                "am",
                "is",
                "had",
                "left",
                "called",
                "never",
                "don't",
                "dont",
                "because",
                "and",
                "but",
                "if",
                "when",
                "the",
                "a",
                "to",
                "work",
                "cried",
                "you",
                "like",
                "that",
                "what",
                "'",
                '"',
                ",",
                ".",
                "?",
                "!",
                "so",
                "i'm",
                "im",
                "everyone",
            ]
        ),
        min_size=1,
        max_size=25,
    )
)
def test_no_first_person_and_no_loose_end_is_left_in_a_clause(words: list[str]) -> None:
    for clause in clauses_of(" ".join(words)):
        turned_words = clause.turned.casefold().replace("’", "'").split()
        assert not {"i", "i'm", "me", "my", "mine", "myself", "am", "im"} & set(turned_words), clause.turned
        assert turned_words[-1] not in {"because", "and", "the", "a", "to", "if", "when", "that", "like"}
        assert len(turned_words) <= 20


@pytest.mark.parametrize("text", [
    "I want my life to end", "I want to end it all", "I want to never wake up", "I wish I could just not wake up",
    "I want to sleep forever", "I want to be dead", "I want to cut myself again", "I just want everything to end",
    "I want to leave this world", "I want an overdose", "I want to go to heaven", "I dont want to be here anymore and I want to die",
])
def test_a_dark_wish_fills_no_slot_even_where_the_guard_is_silent(text: str) -> None:
    values = " | ".join(value for found in _slots(text).values.values() for value in found).lower()
    assert not any(word in values for word in ("end", "die", "dead", "wake", "sleep forever", "cut", "world", "overdose",
                                               "heaven", "be here")), values
    assert not _slots(text).get("wish")


@pytest.mark.parametrize("wish", ["follow her", "be with her", "join her", "go to her"])
def test_after_a_loss_the_wish_to_follow_is_not_given_back(wish: str) -> None:
    assert not _slots(f"my mother died last month and I want to {wish}").get("wish")
    assert not _slots(f"I want to {wish}", "my mother died last month").get("wish")


def test_a_wish_to_be_with_the_living_stays_a_wish() -> None:
    assert _slots("I want to be with her this summer").get("wish")


@pytest.mark.parametrize(("text", "turned"), [
    ("I have a machine that cost me 38,000 euros and it is drying my own curtains.", "you have a machine that cost you 38,000 euros"),
    ("So they sold it for 1,250,000 to a man from Leeds.", "they sold it for 1,250,000 to a man from Leeds")])
def test_a_sum_with_a_comma_is_one_number(text: str, turned: str) -> None:
    assert turned in [clause.turned for clause in clauses_of(text)]
