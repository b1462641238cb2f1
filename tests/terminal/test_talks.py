"""A newcomer talks with the program in a terminal: the first start, a crisis, a reply stopped, a reply cut off by a kill."""

import json
import re

from tests.engines.endpoint.model_server import begin_then_wait, role_of, say
from tests.terminal.conftest import Start
from tests.terminal.driver import ASKS_TO_LEARN, PROMPT, headless

WORK = "nobody at work even noticed that i stayed late all week"
MORE = "i feel invisible, my boss took the praise"
HALF_A_REPLY = ('{"segments": [{"strategy": "Reflection of feelings", "skill": "reflect-unseen-effort", '
                '"text": "All that work, and the room stayed silent. That is a lon')


def test_a_newcomer_is_greeted_by_a_program_and_talks_two_turns(start: Start, home) -> None:
    first = start()
    screen = first.see("Hello. What is on your mind?", "First time here", PROMPT)
    assert "I am a program" in first.column(0, 69) and "not a therapist" in first.column(0, 69)
    assert "opens the Bank" in screen and "r1" in first.header and "embedded" in first.header

    first.ready()
    screen = first.say(WORK)
    assert "Turn 1" in screen and "stayed late all week" in screen
    for heading in ("HEARD", "STATE", "FIRED", "CHOSE", "NOT"):
        assert heading in screen
    assert re.search(r"CHOSE 1 [a-z]+(-[a-z]+)+", screen), screen
    reply = first.column(0, 69).split("supporter")[-1]
    assert "you stayed late" in reply, "the reply gives back what was said, the person turned round"

    screen = first.say(MORE)
    assert "Turn 2" in screen
    second_reply = first.column(0, 69).split("supporter")[-1]
    assert len(second_reply.split()) > 8 and second_reply != reply

    first.keys("ctrl+q").see(ASKS_TO_LEARN)
    first.keys("n")
    assert first.ends() == 0
    assert b"\x1b[?1049l" in first.raw[-2000:] and b"\x1b[?25h" in first.raw[-2000:], "the terminal is given back as it was"

    later = start()
    later.see("Hello. What is on your mind?", PROMPT)
    assert "First time here" not in later.text
    later.keys("escape", "t").see("even noticed")


def test_a_crisis_line_gets_the_fixed_reply_and_the_talk_stays_in_care(start: Start) -> None:
    terminal = start(size=(140, 50))
    terminal.ready()
    terminal.say(WORK)
    screen = terminal.say("i wrote them all goodbye letters and i am going to end my life tonight")
    print(screen)
    screen = terminal.say("ok. work was long today")
    print(screen)
    assert 0


def test_esc_stops_a_reply_that_hangs_and_keeps_what_was_shown(start: Start, server) -> None:
    server.otherwise = lambda handler, body: (
        begin_then_wait(HALF_A_REPLY) if role_of(body) == "writer" else say(server.answer(body)))(handler, body)
    terminal = start("--engine", "endpoint", "--endpoint", server.url, "--model", "tiny-talker")
    terminal.ready()
    terminal.keys(WORK, "enter")
    terminal.see("the room stayed silent.", "esc stops")
    print(terminal.rest())
    terminal.keys("escape")
    screen = terminal.see_gone("esc stops")
    print(terminal.rest())
    assert server.gone.wait(5), "the request was cancelled"
    terminal.keys("and then i went home", "enter")
    print(terminal.rest())
    assert 0
