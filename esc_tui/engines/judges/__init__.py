"""Judges of single replies without a model. They share no word list or pattern with the guard or with ``engines.embedded``."""

from __future__ import annotations

from esc_tui.engines.judges.word_judge import WordJudge

__all__ = ["WordJudge"]
