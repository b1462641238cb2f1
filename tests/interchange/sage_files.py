"""Profiles and recorded talks in SAGE's keys, written for the tests; the Chinese is this project's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from esc_tui.domain.sage import EXACT, band_of
from esc_tui.interchange.recognising import read_file
from esc_tui.interchange.sage.wordings import CHARACTERS, NEEDS, state_name

PERSONA = "* 姓名：林小满\n* 年龄：27岁\n* 性别：女性\n* 职业：修表匠\n\n说话慢，句子短。"
SCENE = "小满的修表铺下个月要关门。\n她还没有告诉父亲。\n"
FIRST = "铺子的钥匙，我还揣在兜里。"
SAID = ("昨天又擦了一遍柜台。", "父亲以为生意还好。", "我不知道怎么开口。", "嗯，你这么说，我松了一点。", "那我今晚试试。",
        "好。", "再想想。", "也许吧。", "谢谢你。")
REPLIES = ("钥匙在兜里，说明你还舍不得。", "擦了一遍柜台，是在跟它道别吗？", "你一直一个人扛着。", "不用今天就说清楚。",
           "你已经走了很远。", "我在听。", "慢慢来。", "你说得很清楚。", "愿你睡个好觉。", "再见。")
NEED, CHARACTER = next(iter(NEEDS.values())), next(iter(CHARACTERS.values()))


def profile(identity: str = "p-1", **more: Any) -> dict[str, Any]:
    """A line of a profile file."""
    return {"id": identity, "player": PERSONA, "scene": SCENE, "main_cha": CHARACTER, "cha_group": ["谨慎", "倔强", "沉默"], "task": NEED,
            "first_talk": FIRST, **more}


def result(identity: str = "p-1", changes: tuple[int, ...] = (5, -5, 10), answered: bool = True, **more: Any) -> dict[str, Any]:
    """A line of a result file whose judged replies change the emotion so; ``answered``: the last message is the supporter's."""
    emotion = EXACT.start
    history: list[dict[str, Any]] = [{"role": "user", "content": FIRST, "emotion-point": emotion}]
    for number, change in enumerate(changes):
        emotion = EXACT.after(emotion, change)
        history.append({"role": "assistant", "content": REPLIES[number % len(REPLIES)]})
        history.append({
            "role": "user", "content": SAID[number % len(SAID)], "thinking": f"想了想{number}。\nOrigin:\n草稿{number}\nChange:\n改短。",
            "emotion-point": emotion, "planning": {
                "activity": f"心里动了一下{number}。", "TargetCompletion": "还没有。", "content": "想安慰。", "analyse": "有点暖。",
                "change": change}})
    if answered:
        history.append({"role": "assistant", "content": REPLIES[len(changes) % len(REPLIES)]})
    row = {"id": identity, "emo_point": emotion, "emo_state": state_name(band_of(emotion)), "target": "eq", "player": PERSONA,
           "scene": SCENE, "character": CHARACTER, "topic": "职业选择与规划-铺子要关门了怎么办", "task": NEED, "history": history}
    return {**row, **more}


SUCCESS = result("p-2", (10, 10, 10, 10, 10, 10), answered=False)
FAILURE = result("p-3", (-10, -10, -10, -5), answered=False)


def results(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Three talks: one that ended with its turns at 50, one success at 100, one failure at 5; or the given ones."""
    return list(rows) or [result(), SUCCESS, FAILURE]


def write(path: Path, rows: list[Any]) -> Path:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def readings(path: Path) -> list[Any]:
    """Everything in a file."""
    return [reading for reading, _ in read_file(path)]
