"""Dialogues written for the tests of measuring: short talks with strategies, and a file of them."""

from __future__ import annotations

import json
import random
from pathlib import Path

from esc_tui.domain.labels import Strategy

_OPEN = ("I can't sleep since the move", "My manager wrote about me behind my back", "We broke up on Sunday", "I failed the exam again",
         "Nobody calls me any more", "My mother is ill and far away", "I keep drinking in the evening", "The rent went up again")
_GO_ON = ("Yes, every single night", "I don't know what to do", "It makes me so angry", "Maybe I should just leave", "I tried that already",
          "Thank you, that helps a little", "What would you do?", "It's the third time this year")
_SAID = {
    Strategy.QUESTION: ("What happened on the worst evening of that week?", "How long has it been going on like that for you?"),
    Strategy.REFLECTION: ("You sound worn out and let down by people you trusted", "That leaves a person feeling very small and alone"),
    Strategy.AFFIRMATION: ("You have kept going through a great deal already", "It took courage to write that down for somebody else"),
    Strategy.SUGGESTIONS: ("You could write down one thing before you go to bed", "Perhaps call one friend from the old street this week"),
    Strategy.OTHERS: ("Hello, I am glad that you came here this evening", "You are welcome, come back whenever you would like to"),
}


def row(number: int, seed: int = 0, *, opens: bool = False) -> dict:
    """One dialogue in the shape of the split files."""
    chance = random.Random(seed * 1000 + number)
    lines = [] if not opens else [("sys", f"Hello, this is talk {number}", Strategy.OTHERS)]
    for turn in range(4):
        lines.append(("usr", f"{chance.choice(_OPEN if not turn else _GO_ON)} ({seed}.{number})", None))
        first = Strategy.QUESTION if turn == 0 else chance.choice(list(_SAID))
        lines.append(("sys", f"{chance.choice(_SAID[first])} {seed * 100 + number}", first))
        if chance.random() < 0.3:
            second = chance.choice([one for one in _SAID if one is not first])
            lines.append(("sys", f"{chance.choice(_SAID[second])} {seed * 100 + number}", second))
    return {
        "experience_type": "Current Experience", "emotion_type": chance.choice(["sadness", "anger"]), "problem_type": "job crisis",
        "situation": "Something at work", "dialog": [
            {"speaker": who, "text": text, **({"strategy": strategy.value} if strategy else {})} for who, text, strategy in lines],
        "survey_score": {"seeker": {"initial_emotion_intensity": "5", "empathy": "4", "relevance": "4", "final_emotion_intensity": "2"},
                         "supporter": {"relevance": "5"}},
        "questions": [{"question": "How was it?", "answer": "fine"}],
    }


def write(path: Path, rows: list[dict]) -> str:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return str(path)


def corpora(folder: Path, train: int = 14, test: int = 4) -> tuple[str, str]:
    """A training and a test file."""
    return (write(folder / "train.jsonl", [row(number, opens=number % 3 == 0) for number in range(train)]),
            write(folder / "test.jsonl", [row(number, 7, opens=number % 2 == 0) for number in range(test)]))
