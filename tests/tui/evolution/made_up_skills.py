"""A bank with a run from whose episodes skills were hidden, its talks made up: one skill helps, one harms, one is never chosen."""

from __future__ import annotations

import random
import tempfile
from functools import cache
from pathlib import Path

from esc_tui.bank.bank import open_bank
from esc_tui.bank.episodes import EpisodeRow, append_run_events, episode_rows, prepared
from esc_tui.bank.runs import set_run_state
from esc_tui.domain.events import (
    AnyEvent,
    ConversationStarted,
    EmotionChanged,
    EpisodeFinished,
    EpisodeStarted,
    RankedSkill,
    ReplyFinished,
    ScoreParts,
    SkillsRanked,
    StateRead,
    StateScore,
    TurnStarted,
)
from esc_tui.domain.labels import Need, Scenario, Stage, State
from esc_tui.domain.revision import Pins
from esc_tui.domain.sage import band_of
from esc_tui.settings.model import Settings
from esc_tui.simulate.masking import masks_of
from esc_tui.simulate.planning import RunSettings
from esc_tui.simulate.running import plan_run
from tests.support_bank import small_bank_file
from tests.tui.episodes.made_up import LINES, TIME, made_profile

HELPS, HARMS, SILENT = "reflect-unseen-effort", "ask-one-small-want", "sit-with-the-night"
NEEDS = (Need.BE_PRAISED, Need.BE_LISTENED_TO, Need.UNDERSTAND_OTHERS)


def skills_bank(folder: Path, name: str = "skills.db") -> Path:
    """Run 1 hides nothing, run 2 hides skills; 6 seekers of three needs, 2 and 12 times."""
    path = folder / name
    path.write_bytes(_skills_bank())
    return path


@cache
def _skills_bank() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = small_bank_file(Path(folder))
        with open_bank(path) as bank:
            bank.add_profiles([made_profile(number, need=NEEDS[number % 3], scenario=Scenario.JOB_CRISIS) for number in range(1, 7)])
            wanted = RunSettings(profiles=tuple(f"seeker-{number:03}" for number in range(1, 7)))
            for settings in (wanted.model_copy(update={"repeats": 2}), wanted.model_copy(update={"repeats": 12, "mask": 0.3})):
                run = plan_run(bank, Settings(), settings)
                masks, pins = masks_of(run), Pins.model_validate_json(run.settings["pins"][0])
                offered = [skill.slug for skill in bank.skills_at() if skill.status.value in {"active", "watch"}]
                for row in episode_rows(bank.connection, run.number):
                    masked = masks.of(row.number) if masks is not None else ()
                    events = _episode(row, pins.model_copy(update={"masked": masked}), [one for one in offered if one not in masked])
                    append_run_events(bank.writing, run.number, [prepared(event) for event in events])
                set_run_state(bank.writing, run.number, "done", TIME)
        return path.read_bytes()


def _episode(row: EpisodeRow, pins: Pins, offered: list[str]) -> list[AnyEvent]:
    generator = random.Random(row.number * 31 + row.run)
    emotion, turns = 40, 3

    def head(turn: int) -> dict[str, object]:
        return {"conversation_id": row.conversation, "turn": turn, "time": TIME}

    events: list[AnyEvent] = [
        ConversationStarted(pins=pins, engine="embedded", seed=row.seed, live=False, title=row.name, **head(0)),
        EpisodeStarted(run="run", profile=row.profile, profile_hash=row.profile_hash, arm="r1", protocol="sage-fixed",
                       seeker_engine="embedded", seed=row.seed, emotion=emotion, **head(0))]
    for turn in range(1, turns + 1):
        chosen = tuple(slug for slug in offered if slug in {HELPS, HARMS} or (slug == "name-the-loss" and row.need == NEEDS[0]))
        change = generator.choice((-5, 0, 5)) + 5 * (HELPS in chosen and row.need == NEEDS[0]) - 4 * (HARMS in chosen)
        change = max(-10, min(10, change))
        best = (*chosen, *(one for one in offered if one not in chosen))
        rows = tuple(RankedSkill(
            skill=slug, version=1, title=slug, score=round(0.9 - place / 10, 1), parts=ScoreParts(), evidence_mean=0.5,
            evidence_interval=0.2, helped=1, harmed=1, verdict="chosen" if slug in chosen else "runner_up")
            for place, slug in enumerate(best))
        events += [
            TurnStarted(text=LINES[turn - 1], **head(turn)),
            StateRead(states=(StateScore(state=State.LONELY if turn < 3 else State.TORN, score=0.6),), intensity=3, stage=Stage.EXPLORATION,
                      scenario=Scenario.JOB_CRISIS, **head(turn)),
            SkillsRanked(ranked=rows, skills=chosen, candidates=len(offered), **head(turn)),
            ReplyFinished(text="A reply.", skills=chosen, **head(turn)),
            EmotionChanged(before=emotion, change=change, after=emotion + change, band=band_of(emotion + change), **head(turn))]
        emotion += change
    return [*events, EpisodeFinished(outcome="turns", emotion=emotion, turns=turns, **head(turns))]
