"""``esc-tui chat`` and ``doctor`` as a person would run them, against a model server that works, fails, or is not there."""

import json
import socket

from tests.engines.endpoint.model_server import say, status
from tests.support_bank import small_bank_file
from tests.terminal.conftest import Start
from tests.terminal.driver import headless

WORK = "nobody at work even noticed"


def events(done) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def chat(home, url: str, *more: str):
    """One message through the headless talk."""
    bank = str(small_bank_file(home))
    return headless(home, "chat", "--bank", bank, "--endpoint", url, "--model", "tiny-talker", *more, words=WORK + "\n")


def good(handler, body) -> None:
    """What a server answers that keeps to a schema."""
    given = body.get("response_format")
    if given and "json_schema" in given:
        say({"word": given["json_schema"]["schema"]["properties"]["word"]["enum"][0]})(handler, body)
    else:
        say('{"word": "one two three four"}')(handler, body)


def closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_a_model_server_replies_with_the_skill_it_chose(home, server) -> None:
    done = chat(home, server.url, "--display", "json")
    assert done.returncode == 0, done.stderr
    found = events(done)
    kinds = [event["kind"] for event in found]
    for kind in ("state_read", "units_recalled", "skills_ranked", "plan_made", "segment_finished", "reply_finished"):
        assert kind in kinds
    [reply] = [event for event in found if event["kind"] == "reply_finished"]
    assert "the room stayed silent" in reply["text"] and reply["skills"] == ["reflect-unseen-effort"]
    assert {seen.headers["host"] for seen in server.seen} == {server.url.removeprefix("http://")}


def test_a_server_that_fails_is_named_and_the_embedded_engine_takes_over(home, server) -> None:
    server.otherwise = status(500, {"error": {"message": "out of \x1b[31mmemory"}})
    done = chat(home, server.url)
    assert done.returncode == 0, "the embedded engine took over"
    said = done.stderr
    assert f"{server.url}/v1: the endpoint answered with status 500 (out of ␛[31mmemory)" in said
    assert "writer: " in said and said.count("(the embedded engine did this step)") >= 3
    assert "\x1b" not in said + done.stdout
    assert "supporter: " in done.stdout and "[reflect-unseen-effort]" in done.stdout


def test_a_server_that_is_not_there_costs_no_talk_and_doctor_says_so_with_code_3(home) -> None:
    url = closed_port()
    done = chat(home, url, "--display", "json")
    assert done.returncode == 0, done.stderr
    fallen = [event for event in events(done) if event["kind"] == "role_fell_back"]
    assert {"state_reader", "writer"} <= {event["role"] for event in fallen}
    assert url in fallen[0]["reason"] and "cannot be reached" in fallen[0]["reason"]
    assert events(done)[-2]["outcome"] == "complete"

    looked = headless(home, "doctor", url)
    assert looked.returncode == 3
    assert f"{url}/v1: the endpoint cannot be reached" in looked.stdout and "Traceback" not in looked.stderr


def test_doctor_tells_what_a_good_server_can_do(home, server) -> None:
    server.otherwise = good
    done = headless(home, "doctor", server.url)
    assert done.returncode == 0, done.stdout
    for finding in ("2 listed", "tiny-talker", "first words after", "streaming", "JSON schema", "4,096 tokens"):
        assert finding in done.stdout


def test_wrong_use_is_code_2_and_a_missing_address_code_1(home) -> None:
    assert headless(home, "chat", "--mode", "nonsense").returncode == 2
    done = headless(home, "chat", "--engine", "endpoint", words=WORK)
    assert done.returncode == 2 and "the endpoint engine has no address" in done.stderr


def test_a_failing_server_is_labelled_in_the_talk_and_its_markup_is_only_text(start: Start, home, server) -> None:
    server.otherwise = status(500, "[/bold]\x1b]0;owned\x07 out of memory", "text/plain")
    terminal = start("--bank", str(small_bank_file(home)), "--endpoint", server.url, "--model", "tiny-talker")
    terminal.ready()
    terminal.keys(WORK, "enter").see("▎1 ", "The embedded engine did")
    terminal.reply_ended()
    talk = terminal.column(0, 68)
    assert "status 500" in talk and "writer:" in talk
    assert b"\x1b]0;owned" not in terminal.raw

    server.otherwise = lambda handler, body: say(server.answer(body))(handler, body)
    server.answers["writer"] = {"segments": [{"strategy": "Reflection of feelings", "skill": "reflect-unseen-effort",
                                              "text": "So much [/bold]work\x1b]0;owned\x07, and {{ nobody }} saw it."}]}
    terminal.keys("and then my boss took the praise", "enter").see("{{ nobody }} saw it.")
    assert "So much [/bold]work" in terminal.column(0, 68) and b"\x1b]0;owned" not in terminal.raw
