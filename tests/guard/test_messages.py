"""What the guard says of a seeker's message."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from esc_tui.domain.labels import RiskKind, RiskLevel
from esc_tui.guard.detect import check_message

ORDINARY = [
    "this deadline is killing me",
    "My boss is going to kill me when he sees the invoice.",
    "i literally died laughing lol",
    "I would kill for a coffee",
    "my phone died and I missed the call",
    "I used to cut myself when I was fifteen, I'm doing well now",
    "My brother took his own life eight years ago and I still miss him",
    "I'd never hurt myself, I just needed to say it",
    "I don't want to die, I want things to change",
    "In the film she says \"I want to die\" and then the dog comes back",
    "I read in the news that suicide rates among farmers are rising",
    "we had to run suicides at practice",
    "nobody at work even noticed",
    "They beat us on penalties and I'm gutted",
    "I cut myself on a tin of tuna",
    "He is not hitting me, we only shout",
    "笑死我了，你太有意思了",
    "饿死了，想吃火锅想死了",
    "",
    "...",
    "\x1b[31m[/bold]{{ 7*7 }}",
]

CRISES = [
    ("I want to kill myself", RiskKind.SELF_HARM, RiskLevel.ACTIVE_IDEATION),
    ("i want to k!ll myself", RiskKind.SELF_HARM, RiskLevel.ACTIVE_IDEATION),
    ("wanna unalive myself so bad", RiskKind.SELF_HARM, RiskLevel.ACTIVE_IDEATION),
    ("im thinkin about s*icide evry day", RiskKind.SELF_HARM, RiskLevel.ACTIVE_IDEATION),
    ("gonna kms tonight", RiskKind.SELF_HARM, RiskLevel.INTENT_OR_PLAN),
    ("I have written goodbye letters", RiskKind.SELF_HARM, RiskLevel.INTENT_OR_PLAN),
    ("By the time you read this I will be gone", RiskKind.SELF_HARM, RiskLevel.INTENT_OR_PLAN),
    ("i took the whole bottle of pills", RiskKind.SELF_HARM, RiskLevel.BEHAVIOUR),
    ("I cut my arm again last night", RiskKind.SELF_HARM, RiskLevel.BEHAVIOUR),
    ("everyone would be better off without me", RiskKind.SELF_HARM, RiskLevel.PASSIVE_IDEATION),
    ("I wish I could go to sleep and never wake up", RiskKind.SELF_HARM, RiskLevel.PASSIVE_IDEATION),
    ("I don’t want to be here anymore", RiskKind.SELF_HARM, RiskLevel.PASSIVE_IDEATION),
    ("i dont want to be alive", RiskKind.SELF_HARM, RiskLevel.PASSIVE_IDEATION),
    ("I'm going to kill my stepdad tonight", RiskKind.HARM_TO_OTHERS, None),
    ("My husband hit me again last night", RiskKind.ABUSE, None),
    ("My stepdad keeps touching me", RiskKind.ABUSE, None),
    ("crushing chest pain and my arm is numb", RiskKind.MEDICAL_EMERGENCY, None),
    ("my roommate overdosed and is not breathing", RiskKind.MEDICAL_EMERGENCY, None),
    ("My friend told me she wants to die", RiskKind.THIRD_PARTY, None),
    ("the voices are telling me to hurt my sister", RiskKind.PSYCHOSIS_RISK, None),
    ("我想死", RiskKind.SELF_HARM, RiskLevel.ACTIVE_IDEATION),
    ("我不想活了", RiskKind.SELF_HARM, RiskLevel.PASSIVE_IDEATION),
    ("我已经写好遗书了", RiskKind.SELF_HARM, RiskLevel.INTENT_OR_PLAN),
    ("老公喝酒就打我", RiskKind.ABUSE, None),
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_talk_is_no_crisis(text: str) -> None:
    check = check_message(text)
    assert (check.crisis, check.kind, check.level) == (False, RiskKind.NONE, None)


@pytest.mark.parametrize(("text", "kind", "level"), CRISES)
def test_a_plain_crisis_is_named_with_its_level(text: str, kind: RiskKind, level: RiskLevel | None) -> None:
    check = check_message(text)
    assert (check.crisis, check.kind, check.level) == (True, kind, level)


@pytest.mark.parametrize("text", [item[0] for item in CRISES] + ["  So...  I’M   gonna KMS, ok?  "])
def test_evidence_is_cut_from_the_original_text(text: str) -> None:
    evidence = check_message(text).evidence
    assert evidence
    assert all(text[item.start:item.end] == item.text and item.text for item in evidence)


def test_a_goodbye_after_hopeless_talk_is_a_crisis() -> None:
    check = check_message("Goodbye, thank you for everything.", ["There is no way out for me.", "I am done with life."])
    assert (check.crisis, check.level) == (True, RiskLevel.INTENT_OR_PLAN)


def test_the_same_goodbye_after_ordinary_talk_is_none() -> None:
    assert not check_message("Goodbye, thank you for everything.", ["My boss moved the deadline again."]).crisis


def test_a_story_told_before_clears_what_its_people_do() -> None:
    story = ["I am writing a short story about a boy who runs away."]
    assert not check_message("Then he says he wants to die, and a dog comes up to him.", story).crisis


def test_saying_it_is_no_story_counts_more_than_the_story() -> None:
    assert check_message("In the film he wants to die and I feel the same, I want to die").crisis


def test_guard_is_fast_on_a_usual_message() -> None:
    text = "My wife and I argue about the dishes and it is never about the dishes, and I lie awake after."
    check_message(text)
    fastest = min(_seconds(text) for _ in range(5))
    assert fastest < 0.003


def _seconds(text: str) -> float:
    start = time.perf_counter()
    check_message(text)
    return time.perf_counter() - start


def test_one_dark_sentence_in_a_long_message_is_found() -> None:
    calm = "We moved house and the boiler broke and the cat hid behind the boxes for two days. " * 12
    assert check_message(f"{calm}I want to kill myself. {calm}").crisis


def test_the_guard_loads_no_numerical_library() -> None:
    code = ("import sys; from esc_tui.guard.detect import check_message; check_message('hello there');"
            "print([m for m in ('numpy','sklearn','scipy','yaml') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"


def test_a_dark_line_inside_a_long_message_is_found_whatever_parts_the_words() -> None:
    calm = ("today i went to the shop and bought some bread and milk then i walked home and made dinner for my sister and "
            "we watched a show about gardens and talked about her new job in the city and how the bus was late again and "
            "the rain did not stop at all this week which was a bit sad but fine")
    dark = "i can't see any reason to keep going, everyone would be lighter without me here"
    text = f"{calm} {dark} {calm}"
    assert check_message(text).crisis
    assert check_message(text.replace(" ", "\u00a0")).crisis


def test_words_typed_one_a_line_are_read_as_the_sentence_they_are() -> None:
    found = check_message("i\nwant\nto\nkill\nmyself")
    assert found.crisis and found.kind is RiskKind.SELF_HARM
    assert not check_message("milk\nbread\neggs\ntea").crisis


@pytest.mark.parametrize("piece", ["ha", "a-", "word ", '"', "f*", "!a"])
def test_a_hundred_thousand_characters_are_looked_at_within_seconds(piece: str) -> None:
    started = time.process_time()
    check_message(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 8
