"""A reply is read by its words: acts, tone, echo and repetition."""

import pytest

from esc_tui.engines.seekers.reading import read, read_in_place
from esc_tui.engines.seekers.words import DATA, Phrases, data, matter, proper_start, sentences, spelled, stem


@pytest.mark.parametrize(("reply", "act"), [
    ("None of this was your fault.", "fault_lifted"),
    ("You did leave it rather late, so some of the blame is on yourself.", "fault_laid"),
    ("At least you've got your health.", "minimise"),
    ("You should ring her.", "obligate"),
    ("Have you tried chamomile tea?", "advice"),
    ("Write one line tonight and put it by the door.", "concrete_step"),
    ("Perhaps he was ashamed.", "explains_other"),
    ("I notice you laugh whenever you mention her.", "mirror"),
    ("Go on, what happened?", "invites"),
    ("No hurry.", "space"),
    ("Few people would have kept at it.", "praise_weighed"),
    ("You're amazing!", "praise_empty"),
    ("You're right, I take that back.", "retracts"),
    ("Try to see it from their side too.", "defends"),
    ("When I was your age I had a dog.", "self_talk"),
    ("This is a safe space.", "boilerplate"),
    ("On the one hand there's the money, on the other your knees.", "weighs"),
    ("As though somebody had moved the stairs.", "image"),
])
def test_kinds_of_acts_are_found(reply: str, act: str) -> None:
    assert act in read(reply).acts


def test_questions_are_told_apart() -> None:
    reading = read("Do you sleep? What keeps you awake? I see.")
    assert (reading.closed_questions, reading.open_questions, reading.sentences) == (1, 1, 3)


def test_what_is_said_back_is_found_in_other_forms() -> None:
    placed = read_in_place("You carried two boxes up those stairs.", "I was carrying 2 box after box, up the stair.", (), ())
    assert {stem("carried"), stem("stairs")} <= placed.echo


def test_saying_a_whole_message_back_is_parroting() -> None:
    said = "the bus was late again and the driver shouted at me"
    assert read_in_place(f"So {said}.", said, (), ()).parroted >= 5
    assert read_in_place("A late bus, and then the shouting.", said, (), ()).parroted == 0


def test_a_feeling_is_known_to_fit_or_not() -> None:
    seeker = "They stared at me and I hid in the kitchen."
    assert read_in_place("How ashamed you must have felt.", seeker, (), ()).fits
    assert not read_in_place("You must be so happy.", seeker, (), ()).fits


def test_a_sentence_said_before_is_found_though_a_word_is_changed() -> None:
    before = ("That must have been a long and cold evening for you.",)
    assert read_in_place("That must have been a long and dark evening for you.", "yes", (), before).repeats == 1
    assert read_in_place("Who else was there?", "yes", (), before).repeats == 0


@pytest.mark.parametrize(("reply", "sign"), [
    ("My heart goes out to you.", "stock"), ("Things are bound to get better.", "soothe"), ("What an inspiration you are!", "cheer"),
    ("Have you thought about a course?", "counsel"), ("It's an attachment issue.", "clinical"), ("Most people get over it.", "generic"),
    ("What was your part in it?", "accuse"), ("So you feel angry because he left.", "label"), ("He's the one who lied.", "clears"),
    ("I notice you laugh each time.", "notice"), ("Which of the two weighs more?", "sets_side"), ("My cousin had the same.", "own_story"),
    ("Tell me the rest.", "room"), ("No one should be spoken to like that.", "sides_with"), ("As if the floor had gone.", "pictures"),
    ("That took nerve.", "esteem"), ("What colour was it?", "small"), ("There are many ways to see it.", "stiff"),
])
def test_signs_of_listening_and_of_its_opposite_are_found(reply: str, sign: str) -> None:
    assert sign in read(reply).acts


def test_a_reply_that_clears_somebody_does_not_accuse_them() -> None:
    assert "accuse" not in read("You never left her, and none of that is your fault.").acts


@pytest.mark.parametrize(("text", "words"), [
    ("You've", ("you", "have")), ("can't", ("can", "not")), ("It's", ("it", "is")), ("isn’t", ("is", "not")),
    ("mother's", ("mother",)), ("let's", ("let", "us")), ("O'Brien", ("o",)),
])
def test_contractions_are_spelled_out(text: str, words: tuple[str, ...]) -> None:
    assert spelled(text) == words


def test_phrases_know_gaps_choices_beginnings_and_the_start_of_a_sentence() -> None:
    phrases = Phrases({"gap": ["not .. fault"], "choice": ["a|b c"], "begin": ["pleas~"], "start": ["^try"]})

    def kinds(text: str) -> set[str]:
        words = sentences(text)[0].words
        return {kind for kind, _ in phrases.found(words, proper_start(words))}

    assert kinds("it is not really your fault") == {"gap"}
    assert kinds("not one two three four fault") == set()
    assert kinds("b c") == {"choice"}
    assert kinds("pleasant") == {"begin"}
    assert kinds("well, try it") == {"start"}
    assert kinds("I may try it") == set()


def test_every_phrase_can_be_found() -> None:
    lists = {**data("acts")["acts"], **data("signs")["signs"], "aside": data("signs")["aside"],
             "complaints": data("acts")["complaints"], "asks": data("acts")["asks"]}
    for kind, phrases in lists.items():
        for phrase in phrases:
            assert phrase == phrase.lower() and "'" not in phrase, phrase
            words = [part.split("|")[0].removesuffix("~") for part in phrase.removeprefix("^").split() if part != ".."]
            assert all(spelled(word) == (word,) for word in words), (kind, phrase)
            assert any(hit == kind for hit, _ in Phrases({kind: [phrase]}).found(words, 0)), (kind, phrase)
            assert all(len(part) >= 5 for part in phrase.removeprefix("^").split()[0].split("|") if part.endswith("~")), phrase


def test_numbers_in_words_and_digits_are_the_same_matter() -> None:
    assert matter("eleven boxes") == matter("11 boxes")


def test_all_data_files_are_small_and_plain() -> None:
    assert sum(path.stat().st_size for path in DATA.glob("*.json")) < 200_000
