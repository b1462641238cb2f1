"""A newcomer talks with the program in a terminal: the first start, a crisis, a reply stopped, a reply cut off by a kill."""

import json
import re

from tests.engines.endpoint.model_server import begin_then_wait, role_of, say
from tests.terminal.conftest import Start
from tests.terminal.driver import ASKS_TO_LEARN, DEADLINE, FIELD_READY, PROMPT, headless

WORK = "nobody at work even noticed that i stayed late all week"
MORE = "i feel invisible, my boss took the praise"
HALF_A_REPLY = ('{"segments": [{"strategy": "Reflection of feelings", "skill": "reflect-unseen-effort", '
                '"text": "All that work, and the room stayed silent. That is a lon')


def test_a_newcomer_is_greeted_by_a_program_and_talks_two_turns(start: Start, home) -> None:
    first = start()
    screen = first.see("Hello. What is on your mind?", "First time here", PROMPT)
    assert "I am a program" in first.column(0, 68) and "not a therapist" in first.column(0, 68)
    assert "opens the Bank" in screen and "r1" in first.header and "embedded" in first.header

    first.ready()
    screen = first.say(WORK)
    assert "Turn 1" in screen and "stayed late all week" in screen
    for heading in ("HEARD", "STATE", "FIRED", "CHOSE"):
        assert heading in screen
    assert re.search(r"CHOSE 1 [a-z]+(-[a-z]+)+", screen), screen
    reply = first.column(0, 68).split("supporter")[-1]
    assert "you stayed late" in reply, "the reply gives back what was said, the person turned round"

    screen = first.say(MORE)
    assert "Turn 2" in screen
    second_reply = first.column(0, 68).split("supporter")[-1]
    assert len(second_reply.split()) > 8 and second_reply != reply

    first.keys("ctrl+q").see(ASKS_TO_LEARN)
    first.keys("n")
    assert first.ends() == 0
    assert b"\x1b[?1049l" in first.raw[-2000:] and b"\x1b[?25h" in first.raw[-2000:], "the terminal is given back as it was"

    later = start()
    later.see("Hello. What is on your mind?", PROMPT)
    assert "First time here" not in later.text
    later.leave_field().keys("t").see("even noticed")


def test_a_crisis_line_gets_the_fixed_reply_and_the_talk_stays_in_care_until_it_is_safe(start: Start) -> None:
    terminal = start(size=(140, 50))
    terminal.ready()
    terminal.say(WORK)
    screen = terminal.say("i wrote them all goodbye letters and i am going to end my life tonight")
    assert "! in care" in screen and "skills are off" in screen and "GUARD ! self harm" in screen
    talk = terminal.column(0, 80)
    assert "program" in talk.split("in care")[1] and "local emergency number" in talk and "findahelpline.com" in talk
    assert "CHOSE" not in screen, "no skill had a part in it"
    first_words = " ".join(talk.split("skills are off")[1].split()[:20])

    screen = terminal.say("work was long today")
    assert "GUARD ! in care after an earlier message" in " ".join(terminal.column(82).split()), screen
    assert "CHOSE" not in screen
    care = terminal.column(0, 80).split("work was long today")[-1]
    assert len(care.split("skills are off")[1].split()) > 8, f"the reply is in sight, not only its first line: {screen}"
    assert first_words not in " ".join(care.split())

    terminal.say("i am safe, my sister is here with me")
    assert "CHOSE" not in terminal.text
    terminal.say("yes, i am safe now")
    screen = terminal.say(MORE)
    assert "CHOSE" in screen, "after two messages that say so, the talk goes on"


def hanging_writer(server) -> None:
    """Every role answers, but the writer stops in the middle of its second sentence and says nothing more."""
    server.otherwise = lambda handler, body: (
        begin_then_wait(HALF_A_REPLY) if role_of(body) == "writer" else say(server.answer(body)))(handler, body)


def test_esc_stops_a_reply_that_hangs_and_keeps_what_was_shown(start: Start, server) -> None:
    hanging_writer(server)
    terminal = start("--engine", "endpoint", "--endpoint", server.url, "--model", "tiny-talker")
    terminal.ready()
    assert "tiny-talker @ 127.0.0.1" in terminal.header
    assert f"sent to the model server you chose, {server.url.split('//')[1]}" in terminal.column(0, 68)
    terminal.keys(WORK, "enter").see("the room stayed silent.", "esc stops")
    screen = terminal.keys("escape").see("stopped by you", FIELD_READY)
    assert "All that work, and the room stayed silent." in screen and "That is a lon" not in screen
    assert server.gone.wait(DEADLINE), "the request was cancelled"

    server.otherwise = lambda handler, body: say(server.answer(body))(handler, body)
    screen = terminal.say(MORE)
    assert "Who would you have wanted to notice?" in screen and "stopped by you" in screen, "and the talk goes on"


def test_a_reply_cut_off_by_a_kill_is_there_at_the_next_start(start: Start, server, home) -> None:
    hanging_writer(server)
    terminal = start("--engine", "endpoint", "--endpoint", server.url, "--model", "tiny-talker")
    terminal.ready()
    terminal.keys(WORK, "enter").see("the room stayed silent.")
    terminal.kill()

    later = start()
    later.ready()
    later.leave_field().keys("t").see("even noticed")
    later.keys("enter").see("stayed late all week", "All that work, and the room stayed silent.")
    later.see("CHOSE", "reflect-unseen-effort")
    talks = headless(home, "talks", "list", "--json")
    assert talks.returncode == 0, talks.stderr
    stored = headless(home, "talks", "show", "--json", json.loads(talks.stdout)["conversation"]).stdout
    last = json.loads(stored.splitlines()[-1])
    assert (last["kind"], last["outcome"], last["text"]) == (
        "reply_finished", "stopped", "All that work, and the room stayed silent.")
    assert "The program ended in the middle of this reply" in later.column(0, 68)
    assert "stopped by you" not in later.text


HOSTILE = "see [/bold]this[/bold] [link=file:///etc]x[/link] 我觉得很孤单 {{ 7*7 }} '); DROP TABLE events;--"


def test_hostile_text_typed_and_pasted_is_only_text(start: Start, home) -> None:
    terminal = start(size=(140, 50))
    terminal.ready()
    screen = terminal.say(HOSTILE)
    said = terminal.column(0, 80)
    assert HOSTILE in said, screen

    terminal.paste("two lines\rof it 孤单 [bold red]").see("of it 孤单 [bold red]")
    assert "Turn 2" not in terminal.text, "a pasted line end does not send"
    assert "two lines" in terminal.send()

    terminal.paste("look \x1b]0;owned\x07\x1b[31m here").see("here")
    terminal.send()
    assert b"\x1b]0;owned" not in terminal.raw

    terminal.say("我很累，睡不着 e\u0301")
    assert "我很累，睡不着 é" in terminal.column(0, 80)
    assert headless(home, "bank", "check").returncode == 0
