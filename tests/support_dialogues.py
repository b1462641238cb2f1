"""Small support talks written for the tests, with a short way to write more."""

from __future__ import annotations

from typing import Any

from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.labels import Strategy

TAGS = {strategy.tag: strategy for strategy in Strategy}


def talk(identity: str, *lines: str, stars: dict[int, int] | None = None, **fields: Any) -> Dialogue:
    """A dialogue of lines: "S: words" of the seeker, "QU: words" (any strategy tag) or "H: words" of the supporter.

    ``stars`` by place of a line.
    """
    turns = []
    for place, line in enumerate(lines):
        who, _, text = line.partition(": ")
        turns.append(DialogueTurn(speaker="seeker" if who == "S" else "supporter", text=text, strategy=TAGS.get(who),
                                  feedback=(stars or {}).get(place)))
    return Dialogue(id=identity, turns=tuple(turns), **{"licence": "MIT", "source": "tests", **fields})


def written_talks() -> list[Dialogue]:
    """Eight short talks: helped, harmed, mixed, rated, chatty, one-sided, without tags, and with several lines in a row."""
    return [
        talk("helped",
             "S: My contract at the bakery ends in March and I lie awake over it.",
             "RF: That sounds frightening, with March so near.",
             "S: Exactly. You understand how it feels.",
             "PS: You could ask the owner for a letter now, before the rush.",
             "S: That's a good idea. I'll try that on Monday.",
             "OT: I wish you a calm evening.",
             "S: Thank you so much, I feel better now.",
             problem_type="job crisis", initial_intensity=4, final_intensity=2),
        talk("harmed",
             "S: My brother stopped answering my letters.",
             "IN: Letters are old-fashioned.",
             "S: You don't understand. How does that help?",
             "PS: Just forget him.",
             "S: I can't do that. That won't work, he is all I have.",
             "OT: ok",
             "S: Never mind. Forget it.",
             problem_type="bereavement", initial_intensity=4, final_intensity=5),
        talk("mixed",
             "S: I failed the driving test for the third time.",
             "QU: What happened this time?",
             "S: The roundabout by the station.",
             "AF: Three tries take courage.",
             "S: I never thought of it that way. That makes sense.",
             "QU: Who taught you?",
             "S: My aunt, in her old van.",
             problem_type="others"),
        talk("rated",
             "S: Everyone in the choir got a solo except me.",
             "RP: So the solos went to the others.",
             "S: They did.",
             "QU: Which song was it?",
             "S: The slow one.",
             "AF: You sing well.",
             "S: Maybe.",
             "OT: Right.",
             "S: Hm.", stars={4: 5, 8: 1}, problem_type="problems with friends"),
        talk("chatty", "S: hi", "OT: hello!", "S: how are you", "OT: fine, you?", "S: by the way, where are you from?"),
        talk("one-sided", "S: Is anybody there?", "S: I would like to talk about my garden."),
        talk("no-tags",
             "S: My knees hurt and the stairs are getting longer.",
             "H: How long have they been hurting?",
             "S: Since the autumn.",
             "H: Have you tried asking the landlord for a room on the ground floor?",
             "S: I will ask him. Great suggestion, thanks."),
        talk("many-lines",
             "S: so", "S: my cat is gone", "S: nine days",
             "RF: Nine days of not knowing.", "RF: You must feel sick with worry.", "QU: Where did you last see her?",
             "S: by the shed", "S: i keep leaving the door open for her, and every night it feels worse and I can't cope anymore",
             problem_type="bereavement"),
    ]
