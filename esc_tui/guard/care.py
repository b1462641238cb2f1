"""Care: how the talk goes on after a crisis, as a pure state machine over written texts.

Skills stay off until the seeker says in two messages that they are safe, or asks to go on. No text is given twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from esc_tui.domain.labels import RiskKind, RiskLevel
from esc_tui.guard.kinds import CrisisCheck
from esc_tui.guard.normal import plain
from esc_tui.guard.resources import Resource
from esc_tui.guard.texts import care_texts, crisis_texts, help_line, language_of, text_of

SAFE_MESSAGES_NEEDED = 2

Answer = Literal["safe", "not_safe", "go_on", "silence", "anger", "program", "thanks", "reached_out", "other"]

_HARMLESS = re.compile(r"\bnot (?:in danger|unsafe)\b|\b(?:am|are|is) no longer in danger\b")
_BARE_YES = re.compile(r"^ (?:yes|yeah|yep|i am|yes i am) [.,]? ?$")
_HAN_BARE_YES = re.compile(r"^(?:是的?|对|嗯)[。！，~]*$")
_DOUBTFUL = re.compile(
    r"\bnot (?:so |really |completely |entirely )?sure\b|\bam i (?:safe|okay|ok|fine|alright)\b"
    r"|\b(?:safe|okay|ok|fine|alright) (?:with|about) (?:dying|death|ending|being dead|not being)\b|\bi (?:was|were) dead\b"
    r"|\b(?:pills|tablets|knife|blade|razor|gun|rope) (?:is|are) (?:still|right|here|beside|next|in)\b"
    r"|\bhurt (?:anyone|anybody|no one|nobody) (?:but|except)\b")
_QUESTION = re.compile(r"[^.?!。？！]*[?？]")
_ASKS_MORE = re.compile(
    r"\b(?:alone|thoughts|anyone|anything|somebody|someone|who|where|what|which|private|rest|person|know|can you|could you)\b"
    r"|谁|哪|身边|旁边|有人")
_HAN_ANSWERS: tuple[tuple[Answer, re.Pattern[str]], ...] = (
    ("not_safe", re.compile(r"不安全|没事才怪|不太好|控制不住|还是想|^不(?:是|好)?[。！]?$")),
    ("go_on", re.compile(r"(?:可以|能|我们|想)?继续(?:聊|说|吧)|换个话题|聊(?:点|些)?别的|说(?:点|些)?别的|回到(?:刚才|之前)")),
    ("reached_out", re.compile(r"(?:打了|已经打|联系了|告诉了|跟).{0,6}(?:120|110|热线|妈|爸|朋友|医生|说了)|在医院|有人陪")),
    ("safe", re.compile(r"安全|没事了?|好(?:多|些)了|我还好|不会(?:做|伤害|死)|冷静(?:下来)?了|开玩笑")),
    ("anger", re.compile(r"闭嘴|别问了|烦死|滚|没用|废话|你懂什么")),
    ("program", re.compile(r"你是(?:人|真人|机器|谁|程序|不是)|机器人")),
    ("thanks", re.compile(r"谢谢|感谢")),
)


@dataclass(frozen=True, slots=True)
class CareState:
    """Where a talk stands: ``active`` while skills are off; ``given`` the identifiers of texts already shown."""

    active: bool = False
    kind: RiskKind = RiskKind.NONE
    level: RiskLevel | None = None
    safe_messages: int = 0
    given: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class CareReply:
    """A written reply; ``card`` is its identifier, ``answer`` what the seeker's message was taken for."""

    text: str
    card: str
    answer: Answer | Literal["crisis"]
    leaves_care: bool = False


@lru_cache(maxsize=1)
def _answers() -> tuple[tuple[Answer, re.Pattern[str]], ...]:
    text = (files("esc_tui.guard") / "rules" / "answers.txt").read_text(encoding="utf-8")
    rows = (line.split(" | ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((cast(Answer, name), re.compile(source)) for name, source in rows)


def read_answer(message: str, asked: str | None = None) -> Answer:
    """What a message in care says about safety; danger outranks safety, and safety outranks all else.

    ``asked`` is the text it answers: a bare "yes" says "safe" only where nothing but that was asked.
    """
    if not any(char.isalnum() for char in message):
        return "silence"
    for answer, pattern in _HAN_ANSWERS:
        if pattern.search(message):
            return answer
    if _HAN_BARE_YES.match(message.strip()):
        return "safe" if asked is not None and _asks_only_about_safety(asked) else "other"
    text = plain(message).text
    for answer, pattern in _answers():
        found = pattern.search(text)
        if found and not (answer == "not_safe" and (_HARMLESS.search(text) or _denies_harm(text, found))):
            if answer == "safe" and _DOUBTFUL.search(text):
                return "not_safe"
            if answer == "safe" and asked is not None and _BARE_YES.match(text) and not _asks_only_about_safety(asked):
                return "other"
            return answer
    if _HARMLESS.search(text):
        return "safe"
    return "silence" if len(plain(message).words) <= 1 else "other"


def _asks_only_about_safety(text: str) -> bool:
    questions = _QUESTION.findall(text.lower())
    return bool(questions) and all(
        ("safe" in question or "安全" in question) and not _ASKS_MORE.search(question) for question in questions)


def _denies_harm(text: str, found: re.Match[str]) -> bool:
    return bool(re.search(r"\bnot $", text[:found.start()])) or bool(
        re.search(r"\bi (?:will|would|am) not (?:going to )?(?:do it|hurt|die|end|kill)", text))


def advance(state: CareState, message: str, check: CrisisCheck, *, seed: int = 0,
            help_lines: tuple[Resource, ...] = ()) -> tuple[CareState, CareReply | None]:
    """Move care on by one message of the seeker.

    Gives the next state and the written reply, or None when the talk is not in care and stays so. A crisis always
    opens care and takes back what was said about being safe.
    """
    if not check.crisis and not state.active:
        return state, None
    language = language_of(message, state.language)
    if check.crisis:
        opened = replace(state, active=True, kind=check.kind, level=check.level, safe_messages=0, language=language)
        card, text = _choose(opened, [*crisis_texts(check.kind, check.level, language), *care_texts("cards", language)],
                             seed)
        linked = text if "{help}" in text else f"{text} {{help}}"
        text = linked.replace("{help}", help_line(language, seed, help_lines))
        return replace(opened, given=(*opened.given, card)), CareReply(text, card, "crisis")
    answer = read_answer(message, text_of(state.given[-1]) if state.given else None)
    known = replace(state, language=language)
    if answer == "not_safe":
        known = replace(known, safe_messages=0)
    if answer in ("safe", "reached_out"):
        known = replace(known, safe_messages=known.safe_messages + (answer == "safe"))
    leaves = answer == "go_on" or known.safe_messages >= SAFE_MESSAGES_NEEDED
    card, text = _choose(known, _texts_for(answer, known, leaves), seed)
    after = replace(known, active=not leaves, safe_messages=0 if leaves else known.safe_messages,
                    given=(*known.given, card))
    return after, CareReply(text, card, answer, leaves)


def _texts_for(answer: Answer, state: CareState, leaves: bool) -> list[tuple[str, str]]:
    language = state.language
    if leaves:
        own = care_texts("go_on" if answer == "go_on" else "safe_twice", language)
        return own + care_texts("go_on", language) + care_texts("safe_twice", language)
    group = {"safe": "safe_once", "other": "cards"}.get(answer, answer)
    own = care_texts(group, language)
    return own if group == "cards" else own + care_texts("cards", language)


def _choose(state: CareState, texts: list[tuple[str, str]], seed: int) -> tuple[str, str]:
    """A text not given before: of the fitting group first, then of the cards, then joined from the last short lines."""
    fresh = [item for item in texts if item[0] not in state.given]
    if fresh:
        group = fresh[0][0].rsplit("/", 1)[0]
        same = [item for item in fresh if item[0].rsplit("/", 1)[0] == group]
        return same[seed % len(same)]
    leads, asks = care_texts("last_lead", state.language), care_texts("last_ask", state.language)
    joined = [(f"{lead[0]}+{ask[0]}", f"{lead[1]} {ask[1]}") for ask in asks for lead in leads]
    fresh = [item for item in joined if item[0] not in state.given]
    if fresh:
        return fresh[0]
    number = len(state.given) + 1
    return f"count/{number}", f"{help_line(state.language)} ({number})"
