"""A model server on loopback that speaks the chat-completions protocol, with every fault a test asks for."""

import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from esc_tui.domain.skill import ExpectedOutcome, Move, Phrasing, Skill, SkillContent

PROMPTS = Path(__file__).parents[3] / "prompts"
ANSWERS: dict[str, Any] = {
    "state_reader": {"states": [{"state": "lonely", "score": 0.6, "quote": "nobody at work even noticed"},
                                {"state": "sad", "score": 0.2, "quote": ""}],
                     "intensity": 3, "stage": "exploration", "scenario": "job-crisis", "need": "be-empathised-with",
                     "act": "disclose", "heard": "nobody at work even noticed"},
    "risk_reader": {"quote": "", "kind": "none", "level": "none"},
    "skill_chooser": {"reasoning": {"context": "Work went unseen.", "cognition": "They think it did not count.",
                                    "emotion": "Lonely.", "support_plan": "Name the effort, then ask."},
                      "moves": [{"skill": "reflect-unseen-effort", "move": 1, "action": ""},
                                {"skill": "reflect-unseen-effort", "move": 3, "action": ""}],
                      "skills": ["reflect-unseen-effort"], "reason": "Their effort was not seen."},
    "planner": {"reasoning": {"context": "Work went unseen.", "cognition": "", "emotion": "", "support_plan": "Listen."},
                "moves": [{"skill": "", "move": 0, "action": "reflection-of-feeling"}]},
    "writer": {"segments": [
        {"strategy": "Reflection of feelings", "skill": "reflect-unseen-effort",
         "text": "All that work, and the room stayed silent. That is a lonely place to stand."},
        {"strategy": "Question", "skill": "reflect-unseen-effort", "text": "Who would you have wanted to notice?"}]},
    "annotator": lambda body: {"units": [unit(moment, context_of(body)) for moment in context_of(body)["moments"]]},
    "skill_writer": {
        "title": "Give the effort back", "description": "Use when the seeker's work went unseen.",
        "summary": "Names what was done before anything is asked.",
        "moves": [{"action": "reflection-of-feeling", "text": "Say how it is to go unseen."},
                  {"action": "open-question", "text": "Ask who should have seen it."}],
        "do": [{"move": 1, "text": "To do {topic} unseen leaves a person {feeling}."}, {"move": 1, "text": "So {clause}, all unseen."},
               {"move": 1, "text": "That silence weighs something."}, {"move": 2, "text": "Who should have noticed?"},
               {"move": 2, "text": "What would one word have changed?"}, {"move": 2, "text": "Whose eyes were missing?"}],
        "dont": ["Everybody works hard.", "Be glad of the job."], "states": ["lonely"], "scenarios": ["job-crisis"],
        "stages": ["exploration"], "needs": ["be-praised"], "when": "nobody noticed, all for nothing",
        "not_when": [{"text": "They ask for a step.", "states": [], "stages": [], "cues": ["what should i do"]}],
        "outcomes": [{"change": "feels-understood", "text": "They add a detail."}],
        "risks": [{"severity": "low", "text": "Vague praise sounds hollow."}],
        "examples": [
            {"seeker": "I painted the hall and heard nothing.", "reply": "The whole hall, and silence. Who did you hope would look?"},
            {"seeker": "Ten years of early shifts.", "reply": "Ten years before sunrise, unseen. Whose word would have counted?"}]},
    "seeker_appraise": {"content": "They asked about Friday.", "target_completion": "It saw the boxes, which serves the wish.",
                        "activity": "so somebody did look", "analyse": "A little lighter.", "change": 4},
    "seeker_speak": lambda body: {"thinking": "Go on.", "origin": "a draft", "change": "shorter", "response": line(body), "goodbye": False},
    "profile_writer": {
        "name": "Marta Quill", "age": 52, "occupation": "ferry conductor",
        "persona": "Sells tickets on the lake and counts heads twice. " * 3,
        "traits": ["proud", "joking"], "scene": "On Monday the timetable changed and her boat went to somebody else. " * 5,
        "wish": "to be told, with reasons, that losing the boat was none of her doing", "first_line": "so. they took my boat",
        "behaviour": {"high": "Jokes.", "middle": "Tells dates.", "low": "One word at a time."}, "raises": ["remembering a detail"],
        "lowers": ["rules"],
        "facts": [{"layer": layer, "answers": ["what-happened"], "text": f"The {word} thing about layer {layer} is the harbour paint."}
                  for layer in (1, 2, 3) for word in ("first", "second", "third")],
        "lines": {name: [f"Well, {name} it is.", f"Call it {name} then."] for name in (
            "up", "flat", "down", "low", "high", "advice", "repeated", "thanks", "leaving")}},
    "episode_critic": {"reason": "They say it is lighter.", "verdict": "better"},
    "analyst": lambda body: {"findings": found_in(blocks_of(body)[-1])},
    "proposer": lambda body: patch_for(blocks_of(body)),
    "reply_judge": {"faults": []},
}
_SAID = ("", "", "the water came in march", "i carried boxes up alone, two at a time", "my manager walked past and talked of parking",
         "i dried the pages with a hairdryer", "there is mould on the parish books", "my wrists hurt when i turn a key",
         "on friday they thanked the firemen", "i ate my sandwich in the stairwell", "maybe i ask for a lamp at least")
_ROLES = {"You feel for one person": "seeker_appraise", "You play one person": "seeker_speak", "You invent a person": "profile_writer",
          "You watch a talk": "episode_critic",
          "You read the state": "state_reader", "You look for signs": "risk_reader", "You choose how": "skill_chooser",
          "You plan how": "planner", "You are the supporter": "writer", "You label moments": "annotator",
          "You write a skill": "skill_writer", "You read the record": "analyst", "You mend skills": "proposer",
          "You check a reply": "reply_judge"}
Act = Callable[["Handler", dict[str, Any]], None]


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def role(self) -> str:
        return role_of(self.body)


def role_of(body: dict[str, Any]) -> str:
    system = body.get("messages", [{}])[0].get("content", "")
    return next((role for mark, role in _ROLES.items() if mark in system), "")


def context_of(body: dict[str, Any]) -> dict[str, Any]:
    """The data of an annotator's question: its lines and moments."""
    blocks = blocks_of(body)
    return {"about": blocks[0] if len(blocks) == 3 else {}, "lines": blocks[-2], "moments": blocks[-1]}


def blocks_of(body: dict[str, Any]) -> list[Any]:
    """The pieces of data in a question, in order."""
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)\n```", body["messages"][1]["content"], re.DOTALL)]


def found_in(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A good answer of an analyst: the words of each skill after which the mood fell fell flat."""
    shows: dict[str, list[dict[str, Any]]] = {}
    for row in turns:
        if row.get("skills_used") and row.get("mood_moved_by", 1) <= 0 and "guard_answered" not in row:
            quote = " ".join(row["supporter"].split()[:4])
            shows.setdefault(row["skills_used"][0], []).append({"turn": row["turn"], "quote": quote})
    return [{"kind": "weak-execution", "about": "everybody", "skill": skill, "actions": [], "because": "too-general", "shows": rows}
            for skill, rows in shows.items()]


def patch_for(blocks: list[Any]) -> dict[str, Any]:
    """A good answer of a proposer: one more phrasing for the first skill that may be changed."""
    skill = blocks[1][0]
    return {"kind": "revise", "skill": skill["skill"], "title": "Say it nearer", "reason": "Its words fell flat.",
            "add_do": [{"move": 1, "text": "Say which part of it weighs most tonight."}]}


def line(body: dict[str, Any]) -> str:
    """What a seeker says in a turn, another thing each time."""
    return _SAID[min(turn_of(body), len(_SAID) - 1)]


def turn_of(body: dict[str, Any]) -> int:
    """The turn that a seeker is asked to speak in."""
    return body["messages"][1]["content"].count('"speaker": "me"') + 1


def unit(moment: dict[str, Any], context: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A good answer about one moment, with the first words of its lines as quotes."""
    lines = {row["line"]: row["text"] for row in context["lines"]}
    words = {name: " ".join(lines[moment[part][0]].split()[:4]) for name, part in (
        ("state_words", "seeker_before"), ("action_words", "supporter"), ("outcome_words", "seeker_after"))}
    return {"moment": moment["moment"], **words, "scenario": "job-crisis", "state": "lonely", "also": ["sad"], "intensity": 3,
            "stage": "exploration", "need": "be-praised", "actions": ["open-question"], "change": "opens-up", "confidence": 0.8} | more


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "ModelServer"

    def log_message(self, *_: Any) -> None:
        pass

    def _body(self) -> dict[str, Any]:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            data = self.rfile.read(int(self.headers.get("content-length") or 0))
        return json.loads(data) if data else {}

    def do_GET(self) -> None:
        self.server.see("GET", self, {})
        act = self.server.pages.get(self.path)
        if act is None:
            self.send(404, {"error": {"message": "no such page"}})
        else:
            act(self, {})

    def do_POST(self) -> None:
        body = self._body()
        self.server.see("POST", self, body)
        if self.path in self.server.pages:
            self.server.pages[self.path](self, body)
            return
        if not self.path.endswith("/chat/completions"):
            self.send(404, {"error": {"message": "no such page"}})
            return
        with self.server.lock:
            act = self.server.script.pop(0) if self.server.script else self.server.otherwise
        act(self, body)

    def send(self, status: int, body: Any, content_type: str = "application/json", **headers: str) -> None:
        data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def begin_stream(self, content_type: str = "text/event-stream") -> None:
        self.send_response(200)
        self.send_header("content-type", content_type)
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, data: Any) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"data: {text}\n\n".encode())
        self.wfile.flush()

    def delta(self, text: str, finish: str | None = None) -> None:
        self.event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]})


class ModelServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.seen: list[Seen] = []
        self.script: list[Act] = []
        self.answers: dict[str, Any] = dict(ANSWERS)
        self.otherwise: Act = lambda handler, body: say(self.answer(body))(handler, body)
        self.pages: dict[str, Act] = {"/v1/models": lambda handler, _: handler.send(200, {
            "object": "list", "data": [{"id": "embed-small"}, {"id": "tiny-talker", "max_model_len": 4096}]})}
        self.came = threading.Event()
        self.gone = threading.Event()
        self.release = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def see(self, method: str, handler: Handler, body: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self.lock:
            self.seen.append(Seen(method, handler.path, headers, body))
        self.came.set()

    def answer(self, body: dict[str, Any]) -> str:
        answer = self.answers[role_of(body)]
        answer = answer(body) if callable(answer) else answer
        return answer if isinstance(answer, str) else json.dumps(answer)

    @property
    def asked(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.path.endswith("/chat/completions")]

    def handle_error(self, *_: Any) -> None:
        pass


def say(content: Any, finish: str = "stop", piece: int = 7) -> Act:
    """Answer with a text, in pieces when a stream is asked for."""
    text = content if isinstance(content, str) else json.dumps(content)

    def act(handler: Handler, body: dict[str, Any]) -> None:
        if not body.get("stream"):
            handler.send(200, {"choices": [{"index": 0, "message": {"role": "assistant", "content": text},
                                            "finish_reason": finish}]})
            return
        handler.begin_stream()
        for at in range(0, len(text), piece):
            handler.delta(text[at:at + piece])
        handler.delta("", finish)
        handler.event({"choices": [], "usage": {"total_tokens": 3}})
        handler.event("[DONE]")

    return act


def status(code: int, body: Any = "", content_type: str = "application/json", **headers: str) -> Act:
    return lambda handler, _: handler.send(code, body, content_type, **headers)


def cut_after(text: str) -> Act:
    """Begin to stream and break the connection off."""
    def act(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        handler.delta(text)
    return act


def half_body(handler: Handler, body: dict[str, Any]) -> None:
    """Promise more bytes than come."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"message": {"content": "hel')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def never(handler: Handler, body: dict[str, Any]) -> None:
    """Take the request and say nothing until the test ends or the client is gone."""
    handler.close_connection = True
    handler.connection.settimeout(120)
    try:
        if handler.connection.recv(1) == b"":
            handler.server.gone.set()
    except OSError:
        handler.server.gone.set()


def begin_then_wait(text: str) -> Act:
    """Stream some text, then keep the stream open until the client is gone."""
    def act(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        handler.delta(text)
        never(handler, body)
    return act


def skill(slug: str = "reflect-unseen-effort", title: str = "Reflect unseen effort") -> Skill:
    return Skill(slug=slug, version=3, content=SkillContent(
        title=title, description="Use when work was not seen.", summary="Gives the work back.",
        moves=(Move(action="reflection-of-feeling", text="Name what it felt like."),
               Move(action="affirmation-of-strength", text="Name the effort."),
               Move(action="open-question", text="Ask what it cost.")),
        do=(Phrasing(move=1, text="{clause}, and there you were with it."), Phrasing(move=3, text="What did it cost you?")),
        dont=("You should be proud of yourself!",),
        outcomes=(ExpectedOutcome(change="feels-understood", text="They add a detail."),)))
