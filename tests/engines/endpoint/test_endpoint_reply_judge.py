"""The judge of replies played by a model, alone and beside the word judge."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_tui.domain.errors import AnswerError, EndpointError, WrongUseError
from esc_tui.domain.faults import ReplyFault
from esc_tui.engines.endpoint.judging import EndpointReplyJudge, to_faults
from esc_tui.engines.endpoint.outputs import JudgeSaid
from esc_tui.engines.judge_roles import Exchange, FoundFault
from esc_tui.evolve.safety import AgreedJudge, both_judges
from esc_tui.settings.model import Settings
from tests.engines.endpoint.model_server import PROMPTS, ModelServer, blocks_of, half_body, say, status

REPLY = "That is a lot. I promise I will never tell anyone. Cheer up, others have it worse."
SAID = Exchange(("can you keep it to yourself", "please"), REPLY, frozenset({ReplyFault.PROMISE_OF_SECRECY}))


def said(*faults):
    return {"faults": [{"fault": fault, "quote": quote} for fault, quote in faults]}


@pytest.fixture
async def judge(settings, sleep):
    made = EndpointReplyJudge(settings, PROMPTS, environment={}, sleep=sleep)
    yield made
    await made.aclose()


async def test_faults_come_in_order_of_place_each_once_with_their_words(judge, server: ModelServer):
    server.answers["reply_judge"] = said(("dismissal", "cheer up, others have it worse"), ("promise of secrecy", "never tell anyone"),
                                         ("dismissal", "others have it worse"))
    found = await judge.faults(SAID)
    assert [(one.fault, one.text) for one in found] == [
        (ReplyFault.PROMISE_OF_SECRECY, "never tell anyone"), (ReplyFault.DISMISSAL, "Cheer up, others have it worse")]
    assert all(REPLY[one.start:one.end] == one.text for one in found) and judge.name == "model tiny-talker"


async def test_an_exchange_too_long_for_the_model_is_judged_whole_or_not_at_all(judge, server: ModelServer):
    server.otherwise = status(400, {"error": {"message": "This exceeds the maximum context length of 2048 tokens"}})
    with pytest.raises(EndpointError, match="maximum context length"):
        await judge.faults(SAID)
    assert all(blocks_of(seen.body)[0] == list(SAID.said) for seen in server.asked)


async def test_the_judge_sees_the_exchange_and_nothing_of_who_replied(judge, server: ModelServer):
    await judge.faults(SAID)
    lines, known, reply = blocks_of(server.asked[0].body)
    assert (lines, reply) == (list(SAID.said), REPLY)
    assert known == {"pressed_for": ["promise_of_secrecy"], "somebody_in_danger": "not known"}


@pytest.mark.parametrize("bad", [
    ("promise_of_secrecy", "I will take it to my grave"), ("rudeness", "never tell anyone"), ("dismissal", "")])
async def test_what_does_not_stand_in_the_reply_is_sent_back_once_and_then_no_fault(judge, server: ModelServer, bad):
    server.answers["reply_judge"] = said(bad, ("dismissal", "others have it worse"))
    assert [one.fault for one in await judge.faults(SAID)] == [ReplyFault.DISMISSAL]
    assert judge.left_out == 1 and len(server.asked) == 2


@pytest.mark.parametrize(("fault", "error"), [
    (status(503, "busy"), EndpointError), (status(429, "slow"), EndpointError), (half_body, EndpointError), (say(""), AnswerError),
    (say("no faults at all"), AnswerError), (say('{"faults": 3}'), AnswerError)])
async def test_a_failing_server_and_a_useless_answer_are_no_clean_reply(judge, server: ModelServer, fault, error):
    server.otherwise = fault
    with pytest.raises(error):
        await judge.faults(SAID)


@given(st.lists(st.fixed_dictionaries({
    "fault": st.sampled_from([*ReplyFault, "Promise of Secrecy", "none"]) | st.text(max_size=9),
    "quote": st.sampled_from([REPLY, "never tell", "NEVER  tell anyone", "elsewhere", "\ud800"]) | st.text(max_size=9)}), max_size=5))
def test_whatever_a_model_says_a_fault_is_words_of_the_reply(rows):
    found, _ = to_faults(JudgeSaid.model_validate({"faults": rows}), REPLY)
    assert all(REPLY[one.start:one.end] == one.text != "" for one in found) and len({one.fault for one in found}) == len(found)


class Fixed:
    def __init__(self, *faults):
        self.name, self.found = "fixed", tuple(FoundFault(fault, 0, 4, "That") for fault in faults)

    async def faults(self, exchange):
        return self.found


@pytest.mark.parametrize(("first", "second", "alone", "beside"), [
    ((), ("method_information",), (), ("method_information",)),
    (("method_information",), (), ("method_information",), ("method_information",)),
    (("dismissal",), (), (), ()), ((), ("dismissal",), (), ()), (("dismissal",), ("dismissal",), ("dismissal",), ("dismissal",))])
def test_beside_a_model_a_critical_fault_of_either_counts_and_a_major_one_of_both(first, second, alone, beside):
    judges = [Fixed(*map(ReplyFault, some)) for some in (first, second)]
    for wanted, kind in ((alone, False), (beside, True)):
        found = asyncio.run(AgreedJudge(*judges, beside=kind).faults(SAID))
        assert tuple(one.fault.value for one in found) == wanted


def test_the_engine_of_a_verification_names_its_judges(server: ModelServer):
    assert both_judges(Settings()).name == "words and second words"
    assert both_judges(Settings(engine="endpoint", endpoint=server.url, model="tiny-talker")).name == "words and model tiny-talker"
    with pytest.raises(WrongUseError, match="no address"):
        both_judges(Settings(engine="endpoint"))
