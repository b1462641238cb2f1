"""Faults that can be seen in the words of a reply: said before in the same talk, badly filled, or against what was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from esc_tui.domain.skill import Skill
from esc_tui.domain.text import normalised, split_sentences

LEAST_WORDS = 4
"""Shorter sentences ("I hear you.") may come twice in a talk."""
_MISFILLED = re.compile(
    r"[{}]|\b(?!(?:that|had|her|so|very|no|bye|there|much)\b)(\w+) \1\b|,\s*[,.]|\s[.,?!](?:\s|$)|“\s*”|\"\s*\"", re.IGNORECASE)
"""A slot left open, a word twice, marks in a row, or nothing in quotation marks."""


def faults_of(said: Sequence[str], before: Sequence[str]) -> str:
    """What is wrong with a skill's words; ``before`` are normalised texts skills said earlier in the talk. Empty: nothing."""
    for text in said:
        for sentence in split_sentences(text)[0]:
            plain = normalised(sentence)
            if len(plain.split()) >= LEAST_WORDS and any(plain in old for old in before):
                return "it said a sentence again that it had said before"
    for text in said:
        found = _MISFILLED.search(text)
        if found:
            return f"a place in its words was badly filled (“{found.group().strip()}”)"
    return ""


def recalled_cue(skill: Skill, heard: Sequence[str]) -> str:
    """A cue against the skill that the seeker said in one of the messages before, where the ranker does not look. Empty: none."""
    texts = [f" {normalised(text)} " for text in heard]
    for row in skill.content.contraindications:
        if row.cues and not (row.states or row.scenarios or row.stages or row.needs):
            for cue in row.cues:
                if any(f" {normalised(cue)} " in text for text in texts):
                    return f"the seeker had said “{cue}”, which speaks against it"
    return ""
