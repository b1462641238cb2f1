"""Small dialogues written for the tests of the planner: what a supporter does follows from what the seeker said."""

from __future__ import annotations

import random

from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.labels import Strategy

Q, RF, AF, PS, OT, SD, IN = (Strategy.QUESTION, Strategy.REFLECTION, Strategy.AFFIRMATION, Strategy.SUGGESTIONS, Strategy.OTHERS,
                             Strategy.SELF_DISCLOSURE, Strategy.INFORMATION)
MOMENTS: tuple[tuple[str, tuple[tuple[Strategy, str], ...]], ...] = (
    ("I failed the {thing} test and the teacher laughed", ((Q, "When did that happen?"),)),
    ("I feel so sad and alone about the {thing}", ((RF, "That sounds heavy."), (Q, "Who knows about it?"))),
    ("what should i do about the {thing}?", ((PS, "You could write down one small step."),)),
    ("nothing works, i tried the {thing} already", ((AF, "You kept trying, that takes strength."),)),
    ("has anyone else lost a {thing}?", ((SD, "Many people have been there."), (SD, "Some of them told me so."))),
    ("is it true that a {thing} costs much?", ((IN, "Most schools lend one for nothing."),)),
)
THINGS = ("bicycle", "piano", "garden", "letter", "river", "choir", "window", "harbour")


def written_dialogue(number: int, licence: str = "MIT") -> Dialogue:
    """One dialogue; the same number gives the same."""
    source = random.Random(number)
    turns = [DialogueTurn(speaker="seeker", text="hello there"),
             DialogueTurn(speaker="supporter", text="Hi, good to see you.", strategy=OT)]
    for seeker, supporter in source.sample(MOMENTS, 4):
        turns.append(DialogueTurn(speaker="seeker", text=seeker.format(thing=source.choice(THINGS))))
        turns += [DialogueTurn(speaker="supporter", text=text, strategy=strategy) for strategy, text in supporter]
    turns += [DialogueTurn(speaker="seeker", text="thank you, bye", feedback=source.randint(1, 5)),
              DialogueTurn(speaker="supporter", text="Take care.", strategy=OT)]
    return Dialogue(
        id=f"written-{number}", turns=tuple(turns), situation=f"a lost {source.choice(THINGS)}", problem_type="school",
        emotion_type="sadness", experience_type="Current Experience", initial_intensity=source.randint(2, 5),
        final_intensity=source.randint(1, 3), empathy=4, relevance=4, licence=licence, source="written")


def written_dialogues(count: int, licence: str = "MIT") -> list[Dialogue]:
    """So many different dialogues."""
    return [written_dialogue(number, licence) for number in range(count)]
