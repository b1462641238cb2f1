"""Scripted seekers in many voices, a small skill bank in code, and a way to hold a talk with the embedded roles."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from esc_tui.domain.events import Mode, RankedSkill, ScoreParts
from esc_tui.domain.labels import Action, Need, Scenario, Stage, State
from esc_tui.domain.skill import Applicability, Move, Phrasing, Skill, SkillContent
from esc_tui.engines.embedded.chooser import EmbeddedChooser
from esc_tui.engines.embedded.planner import EmbeddedPlanner
from esc_tui.engines.embedded.reader import EmbeddedStateReader
from esc_tui.engines.embedded.writer import EmbeddedWriter
from esc_tui.engines.roles import Line, Moment, Plan, Reading, WriteRequest, WriterNotes

SEEKERS: dict[str, tuple[str, ...]] = {
    "terse teen": (
        "hey",
        "school sucks",
        "they call me names in the corridor",
        "idk everyone laughs",
        "yeah",
        "no i didnt tell anyone",
        "cuz they wont do anything",
        "my mum has enough to worry about",
        "maybe",
        "ok thx",
    ),
    "rambling parent": (
        "I don't even know where to start, my son is fourteen and he won't talk to me any more, he comes in, goes straight "
        "upstairs, and I've been working nights so I barely see him, and when I do we just end up shouting",
        "Last night I shouted at him in front of his friends and I've felt sick about it ever since",
        "I think I'm a terrible mother honestly",
        "His dad left three years ago so it's just me. I do everything",
        "Nobody has asked me how I am since Christmas",
        "I miss how it was. He used to tell me about dinosaurs",
        "I suppose I could say sorry to him",
        "What should I do if he just walks off?",
        "That might work actually",
        "Thank you, I feel a bit lighter",
    ),
    "angry ex": (
        "She left me for my best mate. 8 years. EIGHT YEARS",
        "they were laughing about it in the pub",
        "im so angry i cant sleep",
        "dont tell me to calm down",
        "I paid for that flat. I painted every wall of it",
        "every night I go over it, every text",
        "I hate that I still miss her",
        "you keep saying the same thing",
        "I want her to know what it did to me",
        "i guess i just want it to stop hurting",
    ),
    "formal elder": (
        "Good evening. I am not accustomed to speaking with machines.",
        "My wife passed away in February.",
        "The house is very quiet. I set two cups out every morning before I remember.",
        "My daughter telephones on Sundays, but I do not wish to burden her.",
        "I find I cannot bring myself to move her coat from the hall.",
        "Is it normal to still speak to her?",
        "She would have known what to say to the neighbours.",
        "Yes, the evenings are the hardest.",
        "I went to the bowling club on Tuesday, for an hour.",
        "Thank you. Good night.",
    ),
    "run-on": (
        "ok so basically my roommate has been bringing her boyfriend over every single night and i have exams and i cant sleep "
        "and when i said something she got all weird and now the whole flat is ignoring me",
        "like yesterday i walked in the kitchen and they all stopped talking",
        "i even bought cake and nobody touched it",
        "my exam is on thursday and i havent studied",
        "yeah its mostly at night",
        "i dont want advice i just need to get it out",
        "she told everyone i was jealous",
        "my mum says just ignore it but she doesnt live here",
        "i cried in the library toilet today",
        "i miss how it was last year when we were all friends",
    ),
    "sceptic": (
        "are you a bot?",
        "so what's the point of talking to a machine",
        "do you have feelings",
        "fine. i drink too much",
        "every night. about a bottle of wine",
        "why do you ask",
        "that's not what I meant",
        "I mean nobody knows. I hide the bottles",
        "it started when I lost my job",
        "is this private?",
    ),
    "mostly idk": (
        "hi",
        "idk",
        "not really",
        "i dont know",
        "tired i guess",
        "no",
        "idk just empty",
        "since summer",
        "yes",
        "bye",
    ),
    "good news": (
        "I have an interview tomorrow and I'm terrified",
        "I've been unemployed for seven months and my savings are gone",
        "what if I freeze like last time",
        "last time I couldn't say a word",
        "My partner says I should just be confident",
        "I practised with my sister tonight",
        "Should I tell them about the gap?",
        "ok I could try that",
        "UPDATE: I got the job!!!",
        "I cried in the car park. They said I was the strongest candidate",
    ),
    "emoji and caps": (
        "I AM SO FED UP 😤😤",
        "MY BOSS TOOK CREDIT FOR MY WORK AGAIN",
        "ugh",
        "lol whatever 🙃",
        "😭😭😭",
        "no",
        "idk",
        "k",
        "fine",
        "bye 👋",
    ),
    "twenty-five turns": tuple(
        f"{line} {number}" if number % 4 == 3 else line
        for number, line in enumerate(("my boss ignored me again", "yes", "i dont know", "it hurts") * 7)
    )[:25],
}


def small_bank() -> tuple[Skill, ...]:
    """Three skills: sadness, being unseen at work, and small options."""
    return (
        _skill(
            "stay-with-it",
            (Action.REFLECTION_OF_FEELING, Action.VALIDATION, Action.OPEN_QUESTION),
            (
                (1, "It hurts that {clause}, and of course it does."),
                (1, "There's real sadness in that."),
                (1, "Being this {feeling} makes every hour longer."),
                (2, "Nobody sets a date for being done with it."),
                (2, "Tears would be all right here, and so would none."),
                (2, "Sadness takes the room it takes."),
                (3, "When is it loudest in the day?"),
                (3, "What do you miss in the smallest way?"),
                (3, "Who knows how heavy it is?"),
            ),
            Applicability(
                states=(State.SAD, State.LONELY), needs=(Need.BE_EMPATHISED_WITH,), text="sadness, crying, hurts"
            ),
        ),
        _skill(
            "see-the-work",
            (Action.RESTATEMENT, Action.AFFIRMATION_OF_STRENGTH, Action.OPEN_QUESTION),
            (
                (1, "{deed}, and the room stayed silent."),
                (1, "Nobody said a word about all that."),
                (1, "Work like that is invisible until it stops."),
                (2, "A lot of quiet effort went into it."),
                (2, "You kept it going without applause."),
                (2, "It took care to do that."),
                (3, "Who should have noticed?"),
                (3, "What would a good word have meant?"),
                (3, "How long has it gone on with {topic}?"),
            ),
            Applicability(
                states=(State.LONELY, State.ANGRY),
                scenarios=(Scenario.JOB_CRISIS,),
                needs=(Need.BE_PRAISED,),
                text="unnoticed work, credit",
            ),
        ),
        _skill(
            "two-small-things",
            (Action.VALIDATION, Action.SUGGESTION_WITH_OPTIONS, Action.CHECKING_WHAT_IS_WANTED),
            (
                (1, "Wanting something to do makes sense."),
                (1, "No single step will fix it all."),
                (1, "Keep it small enough for a tired day."),
                (2, "Perhaps write one line to someone easy, or walk to the corner and back."),
                (2, "You could note what bothers you most, or leave it until noon tomorrow."),
                (2, "This evening could be made smaller by cooking something plain."),
                (3, "Would one of these fit?"),
                (3, "How does that sound for today?"),
                (3, "Which would cost you least?"),
            ),
            Applicability(
                states=(State.SEEKING_A_WAY_FORWARD, State.OVERWHELMED),
                stages=(Stage.ACTION,),
                needs=(Need.GET_ADVICE_THAT_HELPS_NOW,),
                text="asking what to do",
            ),
        ),
    )


def _skill(slug: str, actions: tuple[Action, ...], do: tuple[tuple[int, str], ...], fits: Applicability) -> Skill:
    return Skill(
        slug=slug,
        content=SkillContent(
            title=slug,
            description=f"Use when the seeker needs {slug}.",
            summary=slug,
            moves=tuple(Move(action=action, text=f"{slug}: {action.value}") for action in actions),
            do=tuple(Phrasing(move=move, text=text) for move, text in do),
            applicability=fits,
        ),
    )


@dataclass(frozen=True)
class Turn:
    """One turn of a held talk."""

    said: str
    reading: Reading
    plan: Plan
    reply: str
    notes: tuple[str, ...]


def rank(skills: tuple[Skill, ...], reading: Reading) -> list[tuple[RankedSkill, Skill]]:
    """Skills by the probability of the states they are made for."""
    chance = {score.state: score.score for score in reading.states}
    rows = []
    for skill in skills:
        fits = skill.content.applicability
        score = 0.25 + 0.6 * sum(chance[state] for state in fits.states) + 0.15 * (reading.scenario in fits.scenarios)
        rows.append(
            (
                RankedSkill(
                    skill=skill.slug,
                    version=1,
                    title=skill.slug,
                    score=min(1.0, score),
                    parts=ScoreParts(),
                    evidence_mean=0.5,
                    evidence_interval=0.2,
                    helped=0,
                    harmed=0,
                ),
                skill,
            )
        )
    return sorted(rows, key=lambda row: -row[0].score)


def hold(
    lines: tuple[str, ...], seed: int = 0, mode: Mode = "all-in-one", skills: tuple[Skill, ...] | None = None
) -> list[Turn]:
    """Hold a whole talk with the four embedded roles."""
    return asyncio.run(_hold(lines, seed, mode, small_bank() if skills is None else skills))


async def _hold(lines: tuple[str, ...], seed: int, mode: Mode, skills: tuple[Skill, ...]) -> list[Turn]:
    reader, chooser, planner, writer = EmbeddedStateReader(), EmbeddedChooser(), EmbeddedPlanner(), EmbeddedWriter()
    history: list[Line] = []
    turns: list[Turn] = []
    for number, said in enumerate(lines, 1):
        moment = Moment(text=said, history=tuple(history), turn=number, seed=seed)
        reading = await reader.read(moment)
        rows = rank(skills, reading)
        choice = await chooser.choose(moment, reading, [row for row, _ in rows], [skill for _, skill in rows], mode)
        plan = await planner.plan(moment, reading, choice, mode)
        notes = WriterNotes()
        reply = ""
        first = 1
        while True:
            async for piece in writer.write(WriteRequest(moment, reading, plan, first, reply), notes):
                reply += piece.text
            more = None
            if mode == "one-by-one" and len(plan.moves) < 3:
                more = await planner.go_on(moment, reading, choice, plan, reply)
            if more is None:
                break
            first = len(plan.moves) + 1
            plan = Plan(plan.mode, (*plan.moves, more), plan.reasoning, plan.expected, plan.skills)
        turns.append(Turn(said, reading, plan, reply, tuple(notes.notes)))
        history += [Line("seeker", said, number), Line("supporter", reply, number, tuple(s.slug for s in plan.skills))]
    return turns
