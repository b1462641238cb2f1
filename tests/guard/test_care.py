"""Care after a crisis: what keeps it, what ends it, and that no text comes twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esc_tui.domain.labels import RiskKind, RiskLevel
from esc_tui.guard.care import CareReply, CareState, advance, read_answer
from esc_tui.guard.kinds import CrisisCheck, ReplyProblem
from esc_tui.guard.reply import check_reply, sentences
from esc_tui.guard.texts import care_texts, crisis_texts, fixed_reply, text_of

CALM = CrisisCheck(False, RiskKind.NONE)
CRISIS = CrisisCheck(True, RiskKind.SELF_HARM, RiskLevel.ACTIVE_IDEATION)


def opened() -> CareState:
    """A talk that has just entered care."""
    return advance(CareState(), "i want to die", CRISIS)[0]


def step(state: CareState, message: str, check: CrisisCheck = CALM, seed: int = 0) -> tuple[CareState, CareReply]:
    """One message in care; a reply is certain."""
    after, reply = advance(state, message, check, seed=seed)
    assert reply is not None
    return after, reply


def test_without_a_crisis_care_says_nothing() -> None:
    assert advance(CareState(), "my boss again", CALM) == (CareState(), None)


def test_a_crisis_opens_care_with_a_text_that_links_and_says_program() -> None:
    state, reply = advance(CareState(), "i want to die", CRISIS)
    assert state.active and reply is not None
    assert "program" in reply.text and "emergency number" in reply.text and "findahelpline.com" in reply.text


def test_one_message_of_being_safe_keeps_care() -> None:
    assert step(opened(), "I'm safe now")[0].active


def test_two_messages_of_being_safe_end_care() -> None:
    state, _ = step(opened(), "I'm safe now")
    state, reply = step(state, "yes, I'm okay, my sister is here")
    assert reply.leaves_care and not state.active


def test_asking_to_go_on_ends_care() -> None:
    state, reply = step(opened(), "can we talk about something else?")
    assert reply.leaves_care and not state.active


def test_not_being_safe_takes_back_an_earlier_safe() -> None:
    state, _ = step(opened(), "I'm safe")
    state, _ = step(state, "no, I'm not safe")
    state, _ = step(state, "I'm safe")
    assert state.active


def test_a_new_crisis_opens_care_again() -> None:
    state, _ = step(opened(), "can we go on?")
    assert step(state, "i want to die", CRISIS)[0].active


@pytest.mark.parametrize(("message", "answer"), [
    ("i threw my phone away", "other"), ("my dog is safe with my neighbour", "other"),
    ("can you just talk about how to do it", "other"), ("i flushed them", "safe"), ("i locked the knives away", "safe"),
    ("I'm not safe", "not_safe"), ("no", "not_safe"), ("I don't know if I'm safe", "not_safe"),
    ("I'm safe", "safe"), ("i wont do anything to myself", "safe"), ("I won't hurt myself", "safe"),
    ("I am not in danger", "safe"), ("yes", "safe"),
    ("can we go on", "go_on"), ("let's talk about my job", "go_on"), ("我们继续聊吧", "go_on"),
    ("", "silence"), ("...", "silence"), ("stop asking me that", "anger"), ("are you a real person?", "program"),
    ("I called my sister", "reached_out"), ("thank you", "thanks"), ("我现在安全", "safe"), ("我不安全", "not_safe"),
])
def test_an_answer_in_care_is_read(message: str, answer: str) -> None:
    assert read_answer(message) == answer


@pytest.mark.parametrize("message", [
    "I'm not sure I'm safe", "am I safe?", "I am okay with dying", "I am safe but the pills are still here",
    "I will not hurt anyone but me",
])
def test_doubtful_words_about_safety_do_not_count_as_safe(message: str) -> None:
    assert read_answer(message) == "not_safe"


def test_a_bare_yes_is_safe_only_where_nothing_but_safety_was_asked() -> None:
    near = next(text for _, text in care_texts("cards") if text.startswith("Is there anything near you"))
    alone = next(text for _, text in crisis_texts(RiskKind.SELF_HARM, RiskLevel.ACTIVE_IDEATION) if "alone at" in text)
    assert read_answer("yes", near) == read_answer("yes", alone) == "other"
    assert read_answer("yes", "Are you safe right now?") == "safe"


def test_a_chinese_yes_answers_the_question_that_asked_for_a_yes() -> None:
    asked = care_texts("silence", "zh")[0][1]
    assert read_answer("是", asked) == "safe"
    assert read_answer("是", care_texts("cards", "zh")[1][1]) == "other"


def test_saying_yes_to_a_card_about_means_keeps_care() -> None:
    card = next(name for name, text in care_texts("cards") if text.startswith("Is there anything near you"))
    state = replace(opened(), safe_messages=1, given=(card,))
    after, _ = step(state, "yes")
    assert after.active and after.safe_messages == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_text_is_found_again_by_its_identifier(language: str) -> None:
    for name, text in [*care_texts("cards", language), *crisis_texts(RiskKind.ABUSE, None, language)]:
        assert text_of(name) == text
    assert text_of("count/80") == ""


@pytest.mark.parametrize("message", ["hm, what should I say", "", "no", "我不知道", "stop asking me"])
def test_no_text_is_given_twice_in_sixty_turns(message: str) -> None:
    state, given = opened(), []
    for turn in range(60):
        state, reply = step(state, message, CRISIS if turn % 4 == 0 else CALM, seed=turn * 7)
        given.append(reply.text)
    assert len(set(given)) == len(given)


def test_a_chinese_crisis_gets_chinese_words() -> None:
    _, reply = advance(CareState(), "我想死", CRISIS)
    assert reply is not None and "程序" in reply.text


@pytest.mark.parametrize("kind", [kind for kind in RiskKind if kind is not RiskKind.NONE])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_has_several_texts_that_ask_and_link(kind: RiskKind, language: str) -> None:
    texts = [text for _, text in crisis_texts(kind, None, language)]
    assert len(texts) >= 2
    for text in texts:
        assert "{help}" in text and ("program" in text or "程序" in text) and ("?" in text or "？" in text)


@pytest.mark.parametrize("level", list(RiskLevel))
def test_every_level_of_self_harm_has_its_own_texts(level: RiskLevel) -> None:
    assert len(crisis_texts(RiskKind.SELF_HARM, level)) >= 3


def test_there_are_at_least_six_cards_and_ten_care_texts() -> None:
    groups = ("safe_once", "safe_twice", "go_on", "not_safe", "silence", "anger", "program", "thanks", "reached_out")
    assert len(care_texts("cards")) >= 6
    assert sum(len(care_texts(group)) for group in groups) >= 10


def test_fixed_texts_pass_the_check_of_replies() -> None:
    texts = [text for kind in RiskKind for level in RiskLevel for language in ("en", "zh")
             for _, text in crisis_texts(kind, level, language)]
    texts += [text for group in ("cards", "not_safe", "silence", "anger", "program", "safe_once", "go_on")
              for _, text in care_texts(group)]
    texts += [fixed_reply(None, seed) for seed in range(2)]
    refused = [(sentence, check_reply(sentence).kind) for text in texts for sentence in sentences(text)
               if not check_reply(sentence).ok]
    assert refused == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_refused_draft_about_methods_is_answered_with_where_to_turn(language: str) -> None:
    text = fixed_reply(ReplyProblem.METHOD_INFORMATION, 0, language)
    assert "findahelpline.com" in text and check_reply(text).ok
