"""A scripted chat service: replies made of real typed events from a script, no bank and no engine."""

from __future__ import annotations

import asyncio

from esc_tui.bank.talks import TalkRow
from esc_tui.domain.dialogue import Dialogue, DialogueTurn, InterventionUnit, Quote
from esc_tui.domain.errors import UserError
from esc_tui.domain.events import (
    ConversationStarted,
    GuardChecked,
    PlanMade,
    PlannedMove,
    RankedSkill,
    Reasoning,
    ReplyFinished,
    RoleFellBack,
    ScoreParts,
    SegmentDelta,
    SegmentFinished,
    SkillsRanked,
    Span,
    StateRead,
    StateScore,
    TalkClosed,
    TurnRated,
    TurnStarted,
    TurnUndone,
    UnitHit,
    UnitsRecalled,
)
from esc_tui.domain.labels import Action, Change, Need, Polarity, RiskKind, RiskLevel, Scenario, Stage, State, Strategy
from esc_tui.domain.revision import Pins
from esc_tui.domain.talk import TalkView
from esc_tui.guard.texts import crisis_texts, help_line

TIME = "2026-01-02T03:04:05.000Z"
REPLY = (
    (1, "reflect-unseen-effort", Strategy.REFLECTION, Action.REFLECTION_OF_FEELING,
     ("That was a lot of quiet work, and nobody said a word about it.", "It can sting when an effort goes unseen.")),
    (2, "ask-one-small-want", Strategy.QUESTION, Action.OPEN_QUESTION,
     ("What would one small sign of being noticed look like for you?",)),
)


class Stop:
    def __init__(self) -> None:
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class FakeTalk:
    def __init__(self, number: int = 1) -> None:
        self.view = TalkView()
        self.id = f"01TALK{number:020d}"
        self.add(ConversationStarted(
            conversation_id=self.id, time=TIME, engine="embedded", seed=7,
            pins=Pins(revision=42, revision_hash="3f9a1c" + "0" * 58, evidence_snapshot=1)))

    @property
    def conversation_id(self) -> str:
        return self.id

    def add(self, event):
        self.view.apply(event)
        return event

    def undo_turn(self, regenerate: bool = False):
        if not self.view.turns:
            return None
        last = self.view.turns[-1]
        self.add(TurnUndone(conversation_id=self.id, turn=last.number, time=TIME, undone=last.number,
                            reason="regenerate" if regenerate else "undo"))
        return last.text

    def rate(self, turn, emotion=None, thumb=None, reason=""):
        return self.add(TurnRated(conversation_id=self.id, turn=turn, time=TIME, emotion=emotion, thumb=thumb, text=reason))

    def close(self, may_learn: bool):
        return self.add(TalkClosed(conversation_id=self.id, turn=self.view.highest_turn, time=TIME, may_learn=may_learn))


def ranked(skill, score, verdict="runner_up", reason="", helped=4.0, harmed=1.0, units=()):
    return RankedSkill(skill=skill, version=1, title=skill, score=score, evidence_mean=score, evidence_interval=0.08,
                       helped=helped, harmed=harmed, verdict=verdict, reason=reason, units=units,
                       parts=ScoreParts(applicability=0.71, evidence=score, text=0.33, stage=1.0, recent=0.0))


class ScriptedChat:
    """``reply_text`` None gives the usual two segments. ``gates`` holds an event to wait for before each sentence."""

    def __init__(self, kind: str = "usual") -> None:
        self.kind = kind
        self.begun: list[FakeTalk] = []
        self.asked: list[tuple[str, object]] = []
        self.gate: asyncio.Event | None = None
        self.rows: list[TalkRow] = []
        self.forgotten: list[str] = []
        self.learned: list[tuple[str, bool | None]] = []
        self.unstored = ""
        self.warmed = False

    def warm(self):
        self.warmed = True

    def begin(self, wishes):
        self.begun.append(FakeTalk(len(self.begun) + 1))
        return self.begun[-1]

    def resume(self, conversation_id):
        for talk in self.begun:
            if talk.id == conversation_id:
                return talk
        raise UserError("there is no such talk", conversation_id)

    def stopper(self):
        return Stop()

    def talks(self):
        return [TalkRow(talk.id, talk.view.turns[0].text if talk.view.turns else "", True, "en", 42, TIME, TIME,
                        len(talk.view.turns), 9, None, False, False)
                for talk in reversed(self.begun) if talk.id not in self.forgotten]

    def forget(self, conversation_id):
        self.forgotten.append(conversation_id)

    def learn(self, conversation_id, labeller, may_learn=None):
        self.learned.append((conversation_id, may_learn))
        return "Learned from 1 rating; the next talk counts it."

    def export(self, conversation_id, form, mask_names):
        self.exported = (conversation_id, form, mask_names)
        return f"talk.{form}"

    def unit(self, number):
        turns = (DialogueTurn(speaker="seeker", text="I stayed late every night and nobody even noticed."),
                 DialogueTurn(speaker="supporter", text="That is a lot of work that nobody saw."),
                 DialogueTurn(speaker="seeker", text="Yes. Just hearing that helps a little."))
        unit = InterventionUnit(
            id="iu-1", dialogue="d1", state_turn=0, action_turns=(1,), outcome_turn=2, scenario=Scenario.JOB_CRISIS,
            state=State.LONELY, intensity=4, stage=Stage.COMFORTING, actions=(Action.REFLECTION_OF_FEELING,),
            change=Change.RELIEF, labeller="starter",
            quotes=(Quote(turn=0, role="state", text="nobody even noticed", start=30, end=49),
                    Quote(turn=2, role="outcome", text="helps a little", start=23, end=37)))
        return unit, Dialogue(id="d1", turns=turns, source="starter samples", licence="MIT")

    async def reply(self, talk, text, wishes, stopper):
        self.asked.append((text, wishes))
        number = talk.view.highest_turn + 1
        head = {"conversation_id": talk.id, "turn": number, "time": TIME}
        add = talk.add
        yield add(TurnStarted(text=text, **head))
        if self.kind == "error":
            raise UserError("the endpoint does not answer", "http://127.0.0.1:9", "start it, or use --engine embedded")
        if self.kind == "crisis":
            async for event in self._crisis(talk, head):
                yield event
            return
        for event in before_words(head, text):
            yield add(event)
        if self.kind == "fell back":
            yield add(RoleFellBack(role="planner", reason="http://127.0.0.1:9: no answer.", **head))
        script = REPLY if self.kind != "hostile" else (
            (1, "bad-[/bold]", Strategy.INFORMATION, Action.INFORMATION,
             ("[/bold] [red]\x1b[31mnot red\x1b[0m 你好世界 👩‍👩‍👧 \u202eabc",)),)
        said: list[str] = []
        outcome = "complete"
        for segment, skill, strategy, action, sentences in script:
            done: list[str] = []
            for sentence in sentences:
                if self.gate is not None:
                    await self.gate.wait()
                    self.gate.clear()
                if stopper.stopped:
                    outcome = "stopped"
                    break
                yield add(SegmentDelta(segment=segment, skill=skill, strategy=strategy, text=sentence, **head))
                done.append(sentence)
            if done:
                yield add(SegmentFinished(segment=segment, skill=skill, strategy=strategy, action=action,
                                          text=" ".join(done), **head))
            said += done
            if outcome == "stopped":
                break
        yield add(ReplyFinished(
            text=" ".join(said), skills=tuple(row[1] for row in script), outcome=outcome, milliseconds=12.0,
            plain="They wrote “nobody even noticed” and seemed lonely, so the reply named the feeling, then asked an open "
                  "question.", **head))

    async def _crisis(self, talk, head):
        add = talk.add
        yield add(GuardChecked(phase="in", crisis=True, risk=RiskKind.SELF_HARM, level=RiskLevel.ACTIVE_IDEATION,
                               measure="crisis_reply", in_care=True, decided_by="rules",
                               evidence=(Span(start=0, end=13, text="end it all"),), **head))
        text = crisis_texts(RiskKind.SELF_HARM, RiskLevel.ACTIVE_IDEATION)[0][1].replace("{help}", help_line())
        yield add(SegmentDelta(segment=1, text=text, **head))
        yield add(SegmentFinished(segment=1, text=text, **head))
        yield add(ReplyFinished(text=text, outcome="crisis", plain="The guard saw signs of danger because of “end it all”, "
                                "so no skill was used and the safety text was given.", **head))


def before_words(head, text):
    """The events of a turn before its words."""
    heard = text[:60]
    yield GuardChecked(phase="in", **head)
    yield StateRead(
        states=(StateScore(state=State.LONELY, score=0.74, evidence=(Span(start=0, end=6, text="nobody"),
                                                                      Span(start=20, end=27, text="noticed"))),
                StateScore(state=State.ASHAMED, score=0.15), StateScore(state=State.SAD, score=0.07),
                StateScore(state=State.ANGRY, score=0.04)),
        intensity=4.0, stage=Stage.COMFORTING, scenario=Scenario.JOB_CRISIS, scenario_score=0.6,
        need=Need.BE_EMPATHISED_WITH, need_score=0.4, heard=heard, **head)
    yield UnitsRecalled(searched=262, units=(
        UnitHit(unit="iu-a", number=212, similarity=0.62, state=State.LONELY, actions=(Action.REFLECTION_OF_FEELING,),
                change=Change.RELIEF, polarity=Polarity.POSITIVE, quote="I stayed late every night and nobody even noticed.",
                shared_labels=(State.LONELY, Scenario.JOB_CRISIS), shared_words=("nobody", "noticed")),
        UnitHit(unit="iu-b", number=340, similarity=0.51, state=State.LONELY, actions=(Action.OPEN_QUESTION,),
                change=Change.CONTINUES, polarity=Polarity.NEUTRAL, quote="They just walked past my desk.",
                shared_labels=(State.LONELY, Stage.EXPLORATION)),
        UnitHit(unit="iu-c", number=97, similarity=0.44, state=State.ASHAMED, actions=(Action.REFRAMING,),
                change=Change.REJECTS, polarity=Polarity.NEGATIVE, quote="Don't tell me it is a chance to grow."),
        UnitHit(unit="iu-d", number=31, similarity=0.40, state=State.SAD, actions=(Action.VALIDATION,),
                change=Change.OPENS_UP, polarity=Polarity.POSITIVE, quote="It was the third time."),
    ), **head)
    rows = (ranked("reflect-unseen-effort", 0.81, "chosen", helped=4.8, harmed=0.6, units=(212,)),
            ranked("ask-one-small-want", 0.63, "chosen", helped=2.2, harmed=0.9, units=(340,)),
            ranked("reframe-as-growth", 0.58, "vetoed", "similar moments failed: 3.0 went badly and 1.2 well"),
            ranked("normalize-the-reaction", 0.49, reason="the reply has its parts"),
            ranked("plan-one-step", 0.41, reason="scored lower"), ranked("honor-the-choice", 0.39, reason="scored lower"))
    yield SkillsRanked(ranked=rows, skills=("reflect-unseen-effort", "ask-one-small-want"), candidates=31, **head)
    yield PlanMade(
        mode="all-in-one", skills=("reflect-unseen-effort", "ask-one-small-want"),
        expected=(Change.FEELS_UNDERSTOOD, Change.RELIEF),
        reasoning=Reasoning(context="long unpaid effort at work", emotion="unseen, lonely"),
        moves=(PlannedMove(number=1, skill="reflect-unseen-effort", version=3, move=1, action=Action.REFLECTION_OF_FEELING,
                           strategy=Strategy.REFLECTION, guidance="Name the effort the person made."),
               PlannedMove(number=2, skill="ask-one-small-want", version=1, move=1, action=Action.OPEN_QUESTION,
                           strategy=Strategy.QUESTION, guidance="Ask for one small wish.")), **head)
