"""Banks full of units for the tests of mining; every sentence was written for them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from esc_tui.bank.bank import Bank, create_empty_bank
from esc_tui.domain.dialogue import Dialogue, DialogueTurn, InterventionUnit
from esc_tui.domain.labels import Action, Change, Scenario, Stage, State
from esc_tui.domain.supporter_turn import unit_id, unit_moments

TOPICS = ("the allotment", "my driving test", "the choir", "our boiler", "my landlord", "the night shift", "my cousin", "the exam")
SEEKERS = {
    State.SAD: "I keep thinking about {topic} and my eyes fill up every single time",
    State.ANXIOUS: "There is so much riding on {topic} that I cannot sit still this week",
    State.ANGRY: "They lied to my face about {topic} and I am still shaking with it",
    State.SEEKING_A_WAY_FORWARD: "I would like to do something about {topic} but where would one begin",
    State.RELIEVED: "It went better than I thought with {topic} and I slept like a stone",
    State.LONELY: "Nobody has asked me a single thing about {topic} since it happened",
    State.NUMB: "I went to {topic} and back and I could not tell you what it was like",
}
SUPPORTERS = {
    Action.OPEN_QUESTION: "Will you tell me more about {topic} and what it was like?",
    Action.VALIDATION: "Of course {topic} gets to you, it would get to me as well I think.",
    Action.SUGGESTION_WITH_OPTIONS: "You might write it all down tonight, or ring somebody about {topic} in the morning.",
    Action.REASSURANCE: "It will not stay like this for ever, whatever comes of {topic} now.",
    Action.SOCIAL_OR_OTHER: "I am here and I am reading all of what you say of {topic}.",
}


@dataclass(frozen=True)
class Row:
    """One talk of three lines with one unit."""

    state: State
    actions: tuple[Action, ...]
    change: Change
    seeker: str = ""
    supporter: str = ""
    scenario: Scenario = Scenario.JOB_CRISIS
    stage: Stage = Stage.COMFORTING
    intensity: int = 3
    licence: str = "CC BY-NC 4.0"
    source: str = "made up"


def talk(row: Row, number: int) -> tuple[Dialogue, InterventionUnit]:
    topic = TOPICS[number % len(TOPICS)]
    seeker = row.seeker or SEEKERS[row.state].format(topic=topic) + f" and that was number {number}."
    supporter = row.supporter or " ".join(SUPPORTERS[action].format(topic=topic) for action in row.actions)
    dialogue = Dialogue(id=f"talk-{number:05}", licence=row.licence, source=row.source, situation=f"It is about {topic}.", turns=(
        DialogueTurn(speaker="seeker", text=seeker), DialogueTurn(speaker="supporter", text=supporter),
        DialogueTurn(speaker="seeker", text=f"Answer {number}.")))
    moment = unit_moments(dialogue)[0]
    return dialogue, InterventionUnit(
        id=unit_id(dialogue.id, moment), dialogue=dialogue.id, state_turn=0, action_turns=(1,), outcome_turn=2, scenario=row.scenario,
        state=row.state, intensity=row.intensity, stage=row.stage, actions=row.actions, change=row.change, labeller="tests-1",
        labeller_kind="machine", confidence=0.8)


def many_rows(count: int, seed: int = 1) -> list[Row]:
    """Units of six states and five actions, most of them helped, a fifth harmed, a tenth neutral."""
    chance = random.Random(seed)
    states, actions = list(SEEKERS)[:6], list(SUPPORTERS)
    rows = []
    for _ in range(count):
        luck = chance.random()
        change = (Change.CONTINUES if luck < 0.1 else chance.choice((Change.REJECTS, Change.FRUSTRATED)) if luck < 0.3
                  else chance.choice((Change.FEELS_UNDERSTOOD, Change.OPENS_UP, Change.THANKS)))
        first = chance.choice(actions)
        second = chance.choice(actions)
        rows.append(Row(chance.choice(states), tuple(dict.fromkeys((first, second) if chance.random() < 0.3 else (first,))), change,
                        scenario=chance.choice((Scenario.JOB_CRISIS, Scenario.PROBLEMS_WITH_FRIENDS)), intensity=chance.randint(2, 4)))
    return rows


def bank_of(folder: Path, rows: Sequence[Row], name: str = "mined.db", order: Iterable[int] | None = None) -> Bank:
    """A bank with the talks and units of the rows, put in by the given order of their places."""
    bank = create_empty_bank(folder / name)
    for number in (order if order is not None else range(len(rows))):
        dialogue, unit = talk(rows[number], number)
        bank.add_dialogues([dialogue])
        bank.add_units([unit])
    return bank
