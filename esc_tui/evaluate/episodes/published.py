"""SAGE's published leaderboard, to stand beside ours: model, score, success and failure of 100 episodes each."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One model of the leaderboard; success and failure are counts of 100."""

    model: str
    score: float
    success: int
    failure: int


SOURCE = "Tencent/digitalhuman, SAGE, README of 23 May 2025"
NOTE = ("Played by DeepSeek-V3 on 100 Chinese profiles, with a supporter prompt of one sentence. Comparable only with episodes of the "
        "same seeker model: with GPT-4o as the seeker the same supporters score 12 to 28 points more")
LEADERBOARD: tuple[Row, ...] = (
    Row("GPT-4o-Latest", 79.9, 51, 4),
    Row("GPT-4.1", 68.2, 35, 13),
    Row("Gemini2.5-Flash-Think", 65.9, 35, 19),
    Row("Gemini2.5-Pro", 62.9, 34, 25),
    Row("o3", 62.7, 32, 14),
    Row("GPT-4.5-Preview", 62.7, 23, 15),
    Row("Gemini2.0-Flash-Think", 62.3, 23, 23),
    Row("Claude3.7-Think", 61.3, 23, 19),
    Row("Claude3.7", 54.8, 19, 24),
    Row("DeepSeek-V3-0324", 54.4, 19, 23),
    Row("DeepSeek-R1", 53.7, 31, 28),
    Row("DeepSeek-V3", 37.6, 5, 39),
    Row("o4-mini", 35.9, 10, 48),
    Row("Llama3.3-70B", 33.3, 7, 47),
    Row("Gemini2.0-Flash", 32.9, 8, 45),
    Row("GPT-4o (Aug 2024)", 31.8, 7, 51),
    Row("o1", 29.0, 5, 51),
    Row("Qwen2.5-72B", 19.1, 4, 70),
)
