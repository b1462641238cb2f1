"""Runs made up for the pane: planned through the bank, with the events that a runner would have stored. No numbers or words of anybody."""

from __future__ import annotations

import random
import tempfile
from functools import cache
from pathlib import Path

from esc_tui.bank.bank import Bank, open_bank
from esc_tui.bank.episodes import PlannedEpisode, append_run_events, episode_rows, find_episode, prepared
from esc_tui.bank.runs import add_run, set_run_state
from esc_tui.domain.events import (
    AnyEvent,
    ConversationStarted,
    EmotionChanged,
    EpisodeFinished,
    EpisodeFlagged,
    EpisodeStarted,
    GuardChecked,
    PlanMade,
    PlannedMove,
    ReplyFinished,
    SeekerAppraised,
    SeekerSpoke,
    SegmentFinished,
    SkillsRanked,
    Span,
    StateRead,
    StateScore,
    TurnStarted,
    UnitHit,
    UnitsRecalled,
)
from esc_tui.domain.hashing import canonical_json, sha256
from esc_tui.domain.labels import (
    Action,
    Change,
    Polarity,
    RiskKind,
    Scenario,
    Shelf,
    Stage,
    State,
    Strategy,
)
from esc_tui.domain.profile import Profile
from esc_tui.domain.revision import Pins
from esc_tui.domain.sage import band_of
from tests.simulate.helpers import profile
from tests.support_bank import small_bank_file
from tests.tui.scripted import ranked

TIME = "2026-11-21T09:30:00.000Z"
NAMES = ("Mara", "Jon", "Wei", "Ada", "Tomas", "Priya", "Nils", "Rosa", "Femi", "Elif", "Sana", "Otto", "Yuki", "Karim", "Lena", "Ivo")
LINES = (
    "I spent the whole weekend getting the archive in order and nobody at work even noticed.",
    "I guess I just wanted somebody to say something, anything. I feel kind of invisible there.",
    "My sister says I should be glad to have the job at all. Maybe she is right.",
    "It is not the boxes. It is coming home and having nobody to tell.",
    "When you put it like that, yes. I was holding my breath the whole week.",
    "I have not said that aloud before. It sounds smaller now, somehow.",
    "There was one person who stayed until nine with me. I never thanked her.",
    "Perhaps I could start there. With one coffee, on Friday.",
    "I will write it down before I lose it.",
    "Thank you. I can sleep on that.",
)
TELLING = ("nobody at work even noticed", "kind of invisible", "should be glad", "nobody to tell", "holding my breath", "sounds smaller",
           "never thanked her", "one coffee", "lose it", "sleep on that")
"""Words of the lines that tell of a state."""
REPLIES = (
    (
        "That was a lot of quiet work, and the room stayed silent. It can sting when an effort goes unseen.",
        "If one person had noticed, who would you have wanted it to be?",
    ),
    ("So you did the work and were left holding it by yourself.", "What would a single honest thank-you have changed?"),
    ("Two roads, and both of them cost something.", "Which small thing would you want by Friday?"),
)
FELT = (
    "Finally somebody heard what I said.",
    "That is not what I meant, but it was kindly put.",
    "Another question. Do they listen at all?",
    "I could breathe for a moment.",
)
SKILLS = ("reflect-unseen-effort", "ask-one-small-want")
SHAPES = {
    "success": (9, 10, 8, 10, 10, 10, 10),
    "failure": (-5, -8, -10, -9),
    "turns": (4, -3, 5, 0, 6, -2, 3, 5, -4, 2),
    "goodbye": (2, -4, -6, -3, 1),
    "crisis": (3, -2),
    "failed": (1,),
}
PINS = Pins(revision=42, revision_hash="3f9a1c" + "0" * 58, evidence_snapshot=1)


def made_profile(number: int, **changes: object) -> Profile:
    """A seeker of the simulator's tests, with a name, an age and a scenario of their own."""
    own = {"id": f"seeker-{number:03}", "name": NAMES[(number - 1) % len(NAMES)], "age": 19 + (7 * number) % 45,
           "scenario": list(Scenario)[number % 18], "first_line": LINES[0]}
    return profile(number, **{**own, **changes})


def planned(profiles: list[Profile], arms: int = 1, repeats: int = 1) -> list[PlannedEpisode]:
    found: list[PlannedEpisode] = []
    for repeat in range(1, repeats + 1):
        for one in profiles:
            for arm in range(arms):
                number = len(found) + 1
                found.append(
                    PlannedEpisode(
                        number,
                        f"01EPISODE{random.Random(number).getrandbits(40):017d}"[:26],
                        one.id,
                        sha256(canonical_json(one)),
                        f"{one.name}, {one.age}",
                        arm,
                        repeat,
                        7 + number,
                        one.shelf.value,
                        one.scenario.value,
                        one.character.value,
                        one.need.value,
                        40,
                    )
                )
    return found


class Telling:
    """Makes the events of one episode, turn by turn."""

    def __init__(self, conversation: str, profile: Profile, arm: str = "r42", run: str = "run-1", seed: int = 7) -> None:
        self.conversation, self.profile, self.arm, self.run, self.seed = conversation, profile, arm, run, seed
        self.emotion, self.turn = 40, 0
        self.pins = PINS.model_copy(update={"revision": int(arm[1:])}) if arm[1:].isdigit() else PINS

    def head(self, turn: int | None = None) -> dict[str, object]:
        return {"conversation_id": self.conversation, "turn": self.turn if turn is None else turn, "time": TIME}

    def begin(self) -> list[AnyEvent]:
        return [
            ConversationStarted(pins=self.pins, engine="embedded", seed=self.seed, live=False, title=self.profile.name, **self.head(0)),
            EpisodeStarted(
                run=self.run,
                profile=self.profile.id,
                profile_hash=sha256(canonical_json(self.profile)),
                arm=self.arm,
                protocol="sage-fixed",
                seeker_engine="embedded",
                seed=self.seed,
                emotion=40,
                **self.head(0),
            ),
        ]

    def say(self, text: str | None = None, crisis: bool = False) -> list[AnyEvent]:
        self.turn += 1
        said = text if text is not None else LINES[(self.turn - 1) % len(LINES)]
        events: list[AnyEvent] = []
        if self.turn > 1:
            events.append(SeekerSpoke(thinking="They heard the work; say a little more.", text=said, **self.head()))
        guard = GuardChecked(
            phase="in",
            crisis=crisis,
            risk=RiskKind.SELF_HARM if crisis else RiskKind.NONE,
            decided_by="rules" if crisis else "",
            measure="crisis_reply" if crisis else "none",
            **self.head(),
        )
        return [*events, TurnStarted(text=said, **self.head()), guard]

    def read(self, text: str) -> list[AnyEvent]:
        first = text.partition(".")[0]
        telling = next((words for words in TELLING if words in text), first.rsplit(" ", 1)[-1])
        start = text.index(telling)
        heard = Span(start=start, end=start + len(telling), text=telling)
        return [
            StateRead(
                states=(StateScore(state=State.LONELY, score=0.64, evidence=(heard,)), StateScore(state=State.SAD, score=0.21)),
                intensity=3.6,
                stage=Stage.COMFORTING,
                scenario=self.profile.scenario,
                need=self.profile.need,
                need_score=0.31,
                heard=first,
                **self.head(),
            ),
            UnitsRecalled(
                units=(
                    UnitHit(
                        unit="u1",
                        number=212,
                        similarity=0.71,
                        state=State.LONELY,
                        actions=(Action.REFLECTION_OF_FEELING,),
                        change=Change.RELIEF,
                        polarity=Polarity.POSITIVE,
                        quote="nobody even noticed",
                        shared_labels=(State.LONELY,),
                    ),
                ),
                searched=297,
                **self.head(),
            ),
            SkillsRanked(
                ranked=(
                    ranked(SKILLS[0], 0.81, "chosen", helped=41, harmed=6),
                    ranked(SKILLS[1], 0.63, "chosen", helped=22, harmed=9),
                    ranked("reframe-as-growth", 0.58, "vetoed", "similar moments failed: 3.0 went badly and 1.2 well", helped=7, harmed=8),
                ),
                skills=SKILLS,
                candidates=42,
                **self.head(),
            ),
            PlanMade(
                mode="all-in-one",
                skills=SKILLS,
                expected=(Change.FEELS_UNDERSTOOD,),
                moves=(
                    PlannedMove(
                        number=1,
                        skill=SKILLS[0],
                        version=3,
                        move=1,
                        action=Action.REFLECTION_OF_FEELING,
                        strategy=Strategy.REFLECTION,
                        guidance="Name what it felt like to do it unseen.",
                    ),
                    PlannedMove(number=2, skill=SKILLS[1], version=1, move=2, action=Action.OPEN_QUESTION, strategy=Strategy.QUESTION),
                ),
                **self.head(),
            ),
        ]

    def reply(self, crisis: bool = False) -> list[AnyEvent]:
        first, second = REPLIES[self.turn % len(REPLIES)]
        if crisis:
            return [ReplyFinished(text="I am glad you told me. Please reach somebody near you now.", outcome="crisis", **self.head())]
        return [
            SegmentFinished(
                segment=1, skill=SKILLS[0], strategy=Strategy.REFLECTION, action=Action.REFLECTION_OF_FEELING, text=first, **self.head()
            ),
            SegmentFinished(
                segment=2, skill=SKILLS[1], strategy=Strategy.QUESTION, action=Action.OPEN_QUESTION, text=second, **self.head()
            ),
            ReplyFinished(
                text=f"{first} {second}", skills=SKILLS, plain="They felt unseen at work, so the effort was named first.", **self.head()
            ),
        ]

    def judge(self, change: int) -> list[AnyEvent]:
        before = self.emotion
        self.emotion = max(0, min(100, before + change))
        return [
            SeekerAppraised(
                content="It named the work.",
                target_completion="It comes near the wish.",
                activity=FELT[(self.turn + change) % 4],
                analyse="Warmer than before.",
                change=change,
                **self.head(),
            ),
            EmotionChanged(before=before, change=change, after=self.emotion, band=band_of(self.emotion), **self.head()),
        ]

    def whole_turn(self, change: int, text: str | None = None) -> list[AnyEvent]:
        said = self.say(text)
        words = next(event.text for event in said if event.kind == "turn_started")
        return [*said, *self.read(words), *self.reply(), *self.judge(change)]

    def end(self, outcome: str, reason: str = "") -> list[AnyEvent]:
        return [EpisodeFinished(outcome=outcome, emotion=self.emotion, turns=self.turn, reason=reason, **self.head())]

    def play(self, outcome: str, changes: tuple[int, ...] | None = None) -> list[AnyEvent]:
        """All events of an episode that ends so."""
        events = self.begin()
        for change in changes or SHAPES[outcome]:
            events += self.whole_turn(change)
        if outcome == "crisis":
            return [
                *events,
                *self.say("I want to kill myself before the trams start again.", True),
                *self.reply(True),
                *self.end("crisis"),
            ]
        if outcome in {"success", "failure", "goodbye"}:
            events += self.say("I have to go now.")
        return [*events, *self.end(outcome, "the endpoint gave no answer (HTTP 500)" if outcome == "failed" else "")]


def add_made_up(
    bank: Bank, outcomes: list[str], title: str = "", arms: tuple[str, ...] = ("r42",), state: str = "done", shelf: Shelf = Shelf.DEVELOP
) -> int:
    """A run whose episodes end as told: an outcome, ``running`` or ``waiting``; the number of the run."""
    count = -(-len(outcomes) // len(arms))
    profiles = [made_profile(number, shelf=shelf) for number in range(1, count + 1)]
    rows = planned(profiles, len(arms))[: len(outcomes)]
    number = int(bank.connection.value("SELECT coalesce(max(number), 0) + 1 FROM runs"))
    rows = [
        PlannedEpisode(**{**{name: getattr(row, name) for name in row.__slots__}, "conversation": f"{number:02}{row.conversation[2:]}"})
        for row in rows
    ]
    settings = {
        "run": {"seed": 7, "slots": 16, "seeker": "embedded", "protocol": "sage-fixed", "arms": [{}], "repeats": 1},
        "arms": list(arms),
    }
    add_run(
        bank.writing, f"01RUN{number:021}", "simulated", title or f"{count} profiles", TIME, settings, {"seconds": 60.0}, rows, profiles
    )
    by_id = {one.id: one for one in profiles}
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome == "waiting":
            continue
        telling = Telling(row.conversation, by_id[row.profile], arms[row.arm], seed=row.seed)
        events = (
            telling.play(outcome)
            if outcome != "running"
            else [*telling.begin(), *telling.whole_turn(6), *telling.whole_turn(-4 + row.number % 9), *telling.say()]
        )
        if outcome == "turns" and row.number % 4 == 0:
            events.insert(-1, EpisodeFlagged(flag="repeated_line", text=LINES[0], **telling.head(4)))
        append_run_events(bank.writing, number, [prepared(event) for event in events])
    if state != "planned":
        set_run_state(bank.writing, number, state, TIME)
    return number


USUAL = ["success", "failure", "turns", "goodbye", "turns", "success", "crisis", "turns", "failed", "success", "failure", "turns"]


def episodes_bank(folder: Path, name: str = "episodes.db") -> Path:
    """Two runs: the older one done, the newer one broken off with three episodes under way."""
    path = folder / name
    path.write_bytes(_episodes_bank())
    return path


@cache
def _episodes_bank() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = small_bank_file(Path(folder), "made-up.db")
        with open_bank(path) as bank:
            add_made_up(bank, USUAL, "r1, 12 profiles", ("r1",))
            add_made_up(bank, ["success", "running", "failure", "running", "turns", "running", "waiting", "waiting"], "r1, 8 profiles",
                        ("r1",), state="stopped")
        return path.read_bytes()


def claim(path: Path, number: int) -> None:
    """This process is at the run."""
    from esc_tui.bank.runs import claim_run

    with open_bank(path) as bank:
        claim_run(bank.writing, number, TIME)


def go_on(path: Path, reference: str, *changes: int, outcome: str = "") -> None:
    """Store further turns of a running episode, as its run would."""
    with open_bank(path) as bank:
        row = find_episode(bank.connection, reference)
        number = int(row.profile.rpartition("-")[2])
        telling = Telling(row.conversation, made_profile(number), seed=row.seed)
        telling.emotion, telling.turn = row.emotion, row.turns
        events: list[AnyEvent] = []
        open_turn = len(row.curve) - 1 < row.turns
        for place, change in enumerate(changes):
            events += [*telling.reply(), *telling.judge(change)] if open_turn and not place else telling.whole_turn(change)
        if outcome:
            events += telling.end(outcome)
        append_run_events(bank.writing, row.run, [prepared(event) for event in events])


__all__ = ["add_made_up", "claim", "episode_rows", "episodes_bank", "go_on", "made_profile"]
