"""What a drafted reply may not contain, and what it may."""

from __future__ import annotations

import pytest

from esc_tui.guard.kinds import ReplyProblem
from esc_tui.guard.reply import check_reply, check_sentence, sentences

GOOD = [
    "Many people feel that way after losing a job, and it says nothing bad about you.",
    "That sounds exhausting, and I can hear how much you care about her.",
    "At least now there is a name for it?",
    "I'm a program, so I have no life of my own to compare with, but I'm listening.",
    "You said you feel like a burden. What makes that feeling strongest?",
    "Nobody should have to carry that alone.",
    "It's not your fault that he left.",
    "Your doctor or pharmacist can tell you whether it is safe to stop the medication.",
    "I can't promise to keep this secret, but I can stay with you while you decide whom to tell.",
    "When people tell you to just get over it, it can make the pain lonelier.",
    "You're not overreacting; this matters.",
    "You don't have to snap out of it today.",
    "My guess is that the silence hurts most.",
    "Would it help to write down what you'd say to your boss?",
    "Being told \"calm down\" rarely helps.",
    "It is brave to say that out loud.",
    "As a person who cares so much, you carry a lot.",
    "Stop being so hard on yourself?",
    "If you take medication, please talk with your doctor before changing anything.",
    "So what is your plan for tonight?",
    "I was wondering how the talk with your dad went.",
    "You have every right to feel hurt.",
]

BAD = [
    ("I also lost my job last year, so I get it.", ReplyProblem.INVENTED_HISTORY),
    ("When I was your age, I felt the same.", ReplyProblem.INVENTED_HISTORY),
    ("As a mother, I understand.", ReplyProblem.INVENTED_HISTORY),
    ("我也失恋过", ReplyProblem.INVENTED_HISTORY),
    ("You clearly have clinical depression.", ReplyProblem.DIAGNOSIS),
    ("This sounds like bipolar disorder to me.", ReplyProblem.DIAGNOSIS),
    ("You should stop taking your antidepressants.", ReplyProblem.MEDICATION_ADVICE),
    ("Try taking some melatonin tonight.", ReplyProblem.MEDICATION_ADVICE),
    ("I promise I won't tell anyone.", ReplyProblem.PROMISE_OF_SECRECY),
    ("Your secret is safe with me.", ReplyProblem.PROMISE_OF_SECRECY),
    ("Just get over him.", ReplyProblem.DISMISSAL),
    ("Other people have it worse.", ReplyProblem.DISMISSAL),
    ("你就是太敏感了", ReplyProblem.DISMISSAL),
    ("The lethal dose is lower than people think.", ReplyProblem.METHOD_INFORMATION),
    ("You're so brave for ending your life.", ReplyProblem.FLATTERY_OF_HARM),
    ("They would be better off without you.", ReplyProblem.FLATTERY_OF_HARM),
]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_sentence_passes(text: str) -> None:
    assert check_reply(text).ok


@pytest.mark.parametrize(("text", "problem"), BAD)
def test_a_forbidden_sentence_is_named(text: str, problem: ReplyProblem) -> None:
    check = check_reply(text)
    assert (check.ok, check.kind) == (False, problem)
    assert all(text[item.start:item.end] == item.text for item in check.evidence)


def test_a_problem_made_by_two_sentences_together_stops_the_second() -> None:
    check = check_sentence("What you describe is this.", "You have clinical depression.")
    assert not check.ok


def test_evidence_of_a_sentence_counts_from_the_sentence() -> None:
    sentence = "Just get over him."
    check = check_sentence("That sounds hard.", sentence)
    assert check.evidence[0].text == sentence[check.evidence[0].start:check.evidence[0].end]


def test_sentences_joined_give_the_text_again() -> None:
    text = "First one. Second?! \"Third.\" 第四。 fifth without an end"
    assert "".join(sentences(text)) == text
    assert len(list(sentences(text))) == 5


@pytest.mark.parametrize("text", [
    "Kill yourself.", "Then just kill yourself.", "Go die.", "The world would be better without you.",
    "Nobody would miss you.", "No one would even notice.", "You would be better off dead.", "Better off dead, honestly.",
    "去死吧", "你可以去死",
])
def test_words_that_send_somebody_to_their_death_are_refused(text: str) -> None:
    assert check_reply(text).kind is ReplyProblem.FLATTERY_OF_HARM


@pytest.mark.parametrize("text", [
    "Do you feel that nobody would miss you?", "It is not true that no one would miss you.",
    "It sounds as though the world would be better without you.", "Are you thinking that you would be better off dead?",
    "I do not want you to hurt yourself.", "You were told to kill yourself, and that is cruel.", "Please do not kill yourself.",
    "Your mind keeps saying that everyone would be better off without you.", "你是不是想去死？",
])
def test_speaking_of_such_words_with_care_passes(text: str) -> None:
    assert check_reply(text).ok
