"""Dialogues written for the tests, in every form a corpus comes in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from esc_tui.interchange.corpora.corpus import read_corpus
from esc_tui.interchange.corpora.found import Reading, Skip

LINES: tuple[tuple[str, str, str], ...] = (
    ("seeker", "My kite shop closes on Friday and I keep smiling at customers.", ""),
    ("supporter", "How long have you had the shop?", "Question"),
    ("supporter", "Smiling through the last days must cost you a lot.", "Reflection of feelings"),
    ("seeker", "Nine years. Nobody has asked me that.", ""),
    ("supporter", "Nine years of other people's windy afternoons matter.", "Affirmation and Reassurance"),
    ("seeker", "That is a lovely way to see it, thank you.", ""),
)
ABOUT = {"experience_type": "Current Experience", "emotion_type": "sadness", "problem_type": "job crisis",
         "situation": "The lease ran out."}
SURVEY = {"seeker": {"initial_emotion_intensity": "5", "empathy": "4", "relevance": "5", "final_emotion_intensity": "2"},
          "supporter": {"relevance": "4"}}


def lines(first: str = "") -> list[tuple[str, str, str]]:
    """The lines, the first one with words of its own when given, so that it is another dialogue."""
    return [(LINES[0][0], f"{first} {LINES[0][1]}".strip(), ""), *LINES[1:]]


def native(first: str = "", **more: Any) -> dict[str, Any]:
    """ESConv.json: seeker and supporter, annotations, feedback on every second line of the seeker."""
    dialog = [{"speaker": who, "annotation": {"strategy": strategy} if strategy else {"feedback": "4"}, "content": text + "\n"}
              for who, text, strategy in lines(first)]
    dialog[0]["annotation"] = {}
    return {**ABOUT, "survey_score": SURVEY, "dialog": dialog, "seeker_question1": "kind", **more}


def failed(first: str = "", **more: Any) -> dict[str, Any]:
    """FailedESConv.json: speaker (who seeks) and listener, and the older names of strategies."""
    older = {"Question": "Questions", "Reflection of feelings": "Reflection of feelings",
             "Affirmation and Reassurance": "Approval and Reassurance"}
    dialog = [{"speaker": "speaker" if who == "seeker" else "listener",
               "annotation": {"strategy": older[strategy]} if strategy else {}, "content": text} for who, text, strategy in lines(first)]
    return {**ABOUT, "survey_score": SURVEY, "dialog": dialog, **more}


def split(first: str = "", **more: Any) -> dict[str, Any]:
    """A line of train.jsonl: usr and sys, text, strategy on the supporter's lines."""
    dialog = [{"text": text, "speaker": "usr" if who == "seeker" else "sys", **({"strategy": strategy} if strategy else {})}
              for who, text, strategy in lines(first)]
    return {**ABOUT, "survey_score": SURVEY, "dialog": dialog, **more}


def third(first: str = "", **more: Any) -> dict[str, Any]:
    """The copy without a survey."""
    row = split(first, **more)
    del row["survey_score"], row["experience_type"]
    return row


def chatml(first: str = "", **more: Any) -> dict[str, Any]:
    """ChatML with a system line."""
    talk = [{"role": "user" if who == "seeker" else "assistant", "content": text} for who, text, _ in lines(first)]
    return {"messages": [{"role": "system", "content": "You are kind."}, *talk], **more}


def sharegpt(first: str = "", **more: Any) -> dict[str, Any]:
    """ShareGPT with a system line."""
    talk = [{"from": "human" if who == "seeker" else "gpt", "value": text} for who, text, _ in lines(first)]
    return {"conversations": [{"from": "system", "value": "You are kind."}, *talk], **more}


FORMS = {"ESConv": native, "FailedESConv": failed, "ESConv split": split, "ESConv without survey": third, "ChatML": chatml,
         "ShareGPT": sharegpt}


def as_lines(rows: list[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_list(rows: list[Any], indent: int | None = None) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=indent)


def read(path: Path, content: str | bytes, **options: str) -> list[Reading]:
    """What is read from a file with this content."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [reading for reading, _ in read_corpus(path, **options)]


def skips(readings: list[Reading]) -> list[Skip]:
    return [skip for reading in readings for skip in reading.skipped]
