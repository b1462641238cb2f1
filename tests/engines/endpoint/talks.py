"""Dialogues written for the tests of discovery, and a brief of a cluster."""

from dataclasses import replace

from esc_tui.domain.dialogue import Dialogue, DialogueTurn
from esc_tui.domain.labels import Action, Change, Scenario, Stage, State, Strategy
from esc_tui.engines.endpoint import EndpointSettings
from esc_tui.engines.roles import BriefUnit, SkillBrief


class Elsewhere(EndpointSettings):
    """Settings of a server that answers here but counts as one on another computer."""

    @property
    def loopback(self) -> bool:
        return False


def elsewhere(settings: EndpointSettings) -> Elsewhere:
    return Elsewhere(**{name: getattr(settings, name) for name in EndpointSettings.__dataclass_fields__})


def dialogue(licence: str = "MIT", moments: int = 3, name: str = "own-1", words: int = 0) -> Dialogue:
    """A talk with so many moments to label; ``words`` makes each line of the seeker longer."""
    lines: list[DialogueTurn] = []
    for number in range(1, moments + 1):
        more = " word" * words
        lines += [DialogueTurn(speaker="seeker", text=f"Line {number}: I redid the whole archive — and “nobody”  even noticed.{more}"),
                  DialogueTurn(speaker="supporter", text=f"What would it have meant to be seen, number {number}?",
                               strategy=Strategy.QUESTION)]
    lines.append(DialogueTurn(speaker="seeker", text="Honestly, just one thank-you. I’m tired of it.", feedback=4))
    return Dialogue(id=name, turns=tuple(lines), licence=licence, source="own", situation="Work that nobody sees",
                    problem_type="job crisis", initial_intensity=4, final_intensity=2, empathy=5)


SEEKER = "I carried the boxes down eleven flights of stairs because the lift was broken again"


def brief(**more) -> SkillBrief:
    """A cluster about unseen effort."""
    unit = BriefUnit(number=7, state=State.LONELY, actions=(Action.REFLECTION_OF_FEELING,), change=Change.FEELS_UNDERSTOOD,
                     scenario=Scenario.JOB_CRISIS, stage=Stage.EXPLORATION, intensity=3, seeker=SEEKER,
                     supporter="All of those boxes and nobody there to hold a single door for you", after="Yes, that is exactly it",
                     quotable=True)
    harmed = replace(unit, number=9, change=Change.FRUSTRATED, state=State.ANGRY, supporter="You could simply ask for a day off")
    made = SkillBrief(
        number=4, actions=((Action.REFLECTION_OF_FEELING, 30), (Action.OPEN_QUESTION, 4)), states=((State.LONELY, 20), (State.SAD, 10)),
        scenarios=((Scenario.JOB_CRISIS, 25),), stages=((Stage.EXPLORATION, 22),), changes=((Change.FEELS_UNDERSTOOD, 30),),
        harmed_states=((State.ANGRY, 4),), harmed_changes=((Change.FRUSTRATED, 4),), intensity_low=2, intensity_high=4, helped=(unit,),
        harmed=(harmed,), words=("boxes", "stairs"), taken=frozenset({"give-the-effort-back"}), licence="own talks, MIT",
        positive_units=30, negative_units=4)
    return replace(made, **more)
