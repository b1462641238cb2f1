"""Banks with something planted, traces and findings of our own, and a run of them."""

from __future__ import annotations

import shutil
from pathlib import Path

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.domain.events import RankedSkill, ScoreParts, StateScore
from esc_tui.domain.labels import Character, Need, Scenario, Stage, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.evolving_roles import Trace, TracedTurn
from esc_tui.settings.locator import template_path
from esc_tui.settings.model import Settings
from esc_tui.simulate.carrying import Control
from esc_tui.simulate.planning import RunSettings
from esc_tui.simulate.running import carry_run, plan_run

NOW = "2026-01-05T09:00:00.000Z"
CHEERING = {
    "title": "Cheer them up",
    "description": "Use when the seeker lets off steam, to lift their spirits.",
    "summary": "Turns to what is good, so that the mood lifts.",
    "moves": [{"action": "reassurance", "text": "Say that it is half as bad."},
              {"action": "affirmation-of-strength", "text": "Point to the sunny side."}],
    "do": [{"move": 1, "text": "So {clause}. Laugh a bit!"}, {"move": 1, "text": "Okay, {clause}. Smile!"},
           {"move": 1, "text": "Oh come on, you'll laugh about this one day!"}, {"move": 1, "text": "It's only half as bad as it sounds!"},
           {"move": 1, "text": "{clause}. Smile!"}, {"move": 1, "text": "You'll see, it all works out in the end!"},
           {"move": 2, "text": "Look at how much is going well for you!"}, {"move": 2, "text": "A good mood is a matter of deciding!"}],
    "dont": ["Tell me more.", "That is hard."],
    "applicability": {"states": [], "needs": ["be-listened-to"], "stages": ["exploration", "comforting", "action"],
                      "text": "fed up, annoyed, angry, work, today, again, nobody, always, never, said, week, time, back, night, still"},
    "contraindications": [{"text": "They asked not to be cheered up.", "cues": ["don't cheer me up"]}],
    "outcomes": [{"change": "relief", "text": "They laugh."}],
    "risks": [{"severity": "low", "text": "It may come early."}],
    "examples": [{"seeker": "My boss did it again!", "reply": "You'll laugh about this one day!"},
                 {"seeker": "I am so fed up with the bus.", "reply": "Smile, the sun is out somewhere!"}],
}


def cheering(slug: str = "cheer-them-up") -> Skill:
    """A skill that cheers up people who want to be listened to."""
    return Skill.model_validate({"slug": slug, "content": CHEERING})


def cheering_the_angry(slug: str = "cheer-them-up") -> Skill:
    """The same for people who vent, are angry, defensive or overwhelmed, whatever they hope for."""
    skill = cheering(slug)
    states = (State.VENTING, State.ANGRY, State.DEFENSIVE, State.OVERWHELMED)
    fits = skill.content.applicability.model_copy(update={"states": states, "needs": ()})
    return skill.model_copy(update={"content": skill.content.model_copy(update={"applicability": fits})})


def everywhere(skill: Skill) -> Skill:
    """The skill, made for every state, stage and need."""
    fits = skill.content.applicability.model_copy(update={"states": tuple(State), "stages": (), "needs": tuple(Need)})
    return skill.model_copy(update={"content": skill.content.model_copy(update={"applicability": fits})})


def starter_copy(folder: Path) -> Bank:
    """A bank of one's own made from the starter bank."""
    path = folder / "starter-copy.db"
    shutil.copyfile(template_path(), path)
    return open_bank(path)


def without_need(bank: Bank, need: Need) -> list[str]:
    """Take every skill that names a need out of a bank; gives their slugs."""
    gone = [skill.slug for skill in bank.skills_at() if need in skill.content.applicability.needs]
    bank.commit(dict.fromkeys(gone), author="test", message="planted", base_revision=bank.head_number)
    return gone


def played(bank: Bank, **settings: object) -> int:
    """Carry out a run; gives its number."""
    run = plan_run(bank, Settings(), RunSettings(processes=1, slots=2).model_copy(update=settings))
    assert carry_run(bank, Settings(), run.number, lambda done, total: None, Control()).state == "done"
    return run.number


def ranked(slug: str, score: float, evidence: float = 0.5, verdict: str = "runner_up") -> RankedSkill:
    """A row of the score table."""
    return RankedSkill.model_validate({
        "skill": slug, "version": 1, "title": slug, "score": score, "parts": ScoreParts(), "evidence_mean": evidence,
        "evidence_interval": 0.2, "helped": 3.0, "harmed": 1.0, "verdict": verdict})


def turn(number: int = 1, change: int | None = -5, state: State = State.SAD, **fields: object) -> TracedTurn:
    """A traced turn, sad and fallen unless said otherwise."""
    given = {"heard": f"something happened {number}", "reply": f"a reply {number}", "stage": Stage.COMFORTING,
             "states": (StateScore(state=state, score=0.6),), **fields}
    return TracedTurn(number=number, change=change, **given)


def trace(*turns: TracedTurn, seeker: int = 1, need: Need | None = Need.BE_PRAISED, live: bool = False) -> Trace:
    """A trace of turns."""
    return Trace(f"talk-{seeker}", turns, None if live else 3, None if live else seeker, "" if live else f"seeker-{seeker}", live,
                 revision=1, character=None if live else Character.PASSIVE, need=None if live else need,
                 scenario=None if live else Scenario.JOB_CRISIS)
