"""A small bank written for the tests: five skills, two dialogues with units, one profile and some evidence."""

from __future__ import annotations

from pathlib import Path

from esc_tui.bank.bank import Bank, create_empty_bank, open_bank
from esc_tui.bank.template import build_template
from esc_tui.bank.units import UnitRow, recall
from esc_tui.domain.base import now_iso
from esc_tui.domain.dialogue import Dialogue, DialogueTurn, InterventionUnit, Quote
from esc_tui.domain.events import ConversationStarted
from esc_tui.domain.labels import (
    Action,
    Change,
    Character,
    Need,
    Polarity,
    Scenario,
    Severity,
    SkillStatus,
    Stage,
    State,
    Strategy,
)
from esc_tui.domain.profile import Profile
from esc_tui.domain.revision import EvidenceRow
from esc_tui.domain.skill import (
    Applicability,
    Contraindication,
    ExampleReply,
    ExpectedOutcome,
    Move,
    Phrasing,
    Risk,
    Skill,
    SkillContent,
)

FIXED_TIME = "2026-01-05T09:00:00.000Z"
HOSTILE = "[/bold][link=file:///etc]x[/link] \x1b[31mred\x1b[0m \u202eevil '); DROP TABLE revisions;-- {{ 7*7 }} \" NEAR(a b) *"


def _reflect_unseen_effort() -> Skill:
    return Skill(slug="reflect-unseen-effort", content=SkillContent(
        title="Reflect unseen effort",
        description="Use when the seeker has done real work that nobody seemed to see and feels small or alone because of it.",
        summary="Gives back the work the seeker did, in their own words, before anything is asked of them.",
        moves=(Move(action=Action.REFLECTION_OF_FEELING, text="Name what it felt like to do it unseen."),
               Move(action=Action.AFFIRMATION_OF_STRENGTH, text="Name the concrete effort, not the person's worth."),
               Move(action=Action.OPEN_QUESTION, text="Ask what it would have meant to be seen, once.")),
        do=(Phrasing(move=1, text="To do all of that and have nobody say a word leaves a person {feeling}."),
            Phrasing(move=1, text="So {clause}, and you were left holding it by yourself."),
            Phrasing(move=2, text="That was a lot of quiet work."),
            Phrasing(move=2, text="Keeping {topic} going took more from you than anyone could see."),
            Phrasing(move=3, text="If one person had noticed, who would you have wanted it to be?"),
            Phrasing(move=3, text="What would a single honest thank-you have changed for you?")),
        dont=("You should be proud of yourself!", "At least you still have a job."),
        applicability=Applicability(
            states=(State.LONELY, State.OVERWHELMED, State.SAD), scenarios=(Scenario.JOB_CRISIS, Scenario.ISSUES_WITH_CHILDREN),
            stages=(Stage.EXPLORATION, Stage.COMFORTING), needs=(Need.BE_PRAISED, Need.BE_EMPATHISED_WITH), intensity_low=2,
            text="effort that went unnoticed, thankless work, being taken for granted"),
        contraindications=(Contraindication(text="They are asking for a way forward; unseen effort can wait.",
                                            cues=("what should i do", "tell me what to do")),),
        outcomes=(ExpectedOutcome(change=Change.FEELS_UNDERSTOOD, text="They add a detail nobody else knew."),),
        risks=(Risk(severity=Severity.LOW, text="Sounds like flattery when the effort named is vague."),),
        examples=(ExampleReply(seeker="I reorganised the whole archive and nobody at work even noticed.",
                               reply="The whole archive, and the room stayed silent. That was a lot of quiet work."),
                  ExampleReply(seeker="Every night the lunches, the forms, and not one word.",
                               reply="All of it done while the house slept. Who would you have wanted to notice?"))))


def _ask_one_small_want() -> Skill:
    return Skill(slug="ask-one-small-want", content=SkillContent(
        title="Ask for one small want",
        description="Use when the seeker is torn between large choices and a small wish may show the way.",
        summary="Makes a large question small enough to answer today.",
        moves=(Move(action=Action.RESTATEMENT, text="Say both sides in their words."),
               Move(action=Action.CLARIFYING_QUESTION, text="Ask for one small thing they want this week.")),
        do=(Phrasing(move=1, text="Part of you says one thing about {topic}, and part of you says another."),
            Phrasing(move=1, text="Two roads, and both of them cost something."),
            Phrasing(move=1, text="Earlier you said {earlier}."),
            Phrasing(move=2, text="Which small thing would you want by Friday?"),
            Phrasing(move=2, text="What is the least you would want from {person} this week?"),
            Phrasing(move=2, text="If nothing big had to be decided, what would you want tonight?")),
        dont=("Just make a list of pros and cons.", "You are overthinking this."),
        applicability=Applicability(states=(State.TORN, State.SEEKING_A_WAY_FORWARD), stages=(Stage.EXPLORATION, Stage.ACTION)),
        contraindications=(Contraindication(text="A person this overwhelmed cannot choose yet.", states=(State.OVERWHELMED,),
                                            intensity_low=5),),
        outcomes=(ExpectedOutcome(change=Change.GAINS_INSIGHT, text="They name a wish of their own."),),
        risks=(Risk(severity=Severity.MEDIUM, text="A small question can feel like the large one is not taken seriously."),),
        examples=(ExampleReply(seeker="I could stay or move to Leeds and both are wrong.",
                               reply="Two roads, and both of them cost something. Which small thing would you want by Friday?"),)))


def _sit_with_the_night() -> Skill:
    return Skill(slug="sit-with-the-night", content=SkillContent(
        title="Sit with the night",
        description="Use when the seeker lies awake and the night makes every worry larger.",
        summary="Keeps company with a sleepless hour instead of repairing it.",
        moves=(Move(action=Action.VALIDATION, text="Say that the hour itself is part of the weight."),
               Move(action=Action.SUGGESTION_WITH_OPTIONS, text="Offer two quiet things, both refusable.")),
        do=(Phrasing(move=1, text="Three in the morning has a way of making everything louder."),
            Phrasing(move=1, text="Lying there {time} would wear anybody thin."),
            Phrasing(move=1, text="Nights like that are long."),
            Phrasing(move=2, text="Some people get up and sit by a window for ten minutes; some write one line and close the book."),
            Phrasing(move=2, text="You could leave {topic} on a piece of paper until morning, or not."),
            Phrasing(move=2, text="A warm drink or a dull page might be enough for now.")),
        dont=("Have you tried chamomile?", "Everyone sleeps badly sometimes."),
        applicability=Applicability(states=(State.ANXIOUS, State.OVERWHELMED), scenarios=(Scenario.SLEEP_PROBLEMS,),
                                    stages=(Stage.COMFORTING,), text="cannot sleep, awake at night"),
        contraindications=(Contraindication(text="They are asking about their health.", scenarios=(Scenario.HEALTH_WORRIES,)),),
        outcomes=(ExpectedOutcome(change=Change.RELIEF, text="The sentence length grows calmer."),),
        risks=(Risk(severity=Severity.LOW, text="Advice about sleep can sound like a leaflet."),),
        examples=(ExampleReply(seeker="it's 3am again", reply="Three in the morning has a way of making everything louder."),
                  ExampleReply(seeker="I watch the ceiling.", reply="Nights like that are long."))))


def _name_the_loss() -> Skill:
    """Its text is hostile on purpose, and partly Chinese: it must come through every door unharmed."""
    return Skill(slug="name-the-loss", status=SkillStatus.WATCH, content=SkillContent(
        title="说出失去 Name the loss [/bold]",
        description="Use when the seeker talks around a loss, 比如失去亲人, and nobody has named it.",
        summary=f"先说出失去的名字，再安静地听。 {HOSTILE}",
        moves=(Move(action=Action.REFLECTION_OF_FEELING, text="把悲伤说出来，不急着安慰。"),
               Move(action=Action.SHARED_HUMAN_EXPERIENCE, text="Say what many people feel after a loss.")),
        do=(Phrasing(move=1, text="失去{person}，心里空了一块。"), Phrasing(move=1, text="That chair stays empty."),
            Phrasing(move=2, text="Many people find that grief comes back on ordinary days."),
            Phrasing(move=2, text=f"Somebody once typed {HOSTILE.replace('{{ 7*7 }}', '')} and it was only text.")),
        dont=("They are in a better place.", "时间会治愈一切。"),
        applicability=Applicability(states=(State.SAD, State.NUMB), scenarios=(Scenario.BEREAVEMENT,), stages=(Stage.COMFORTING,)),
        contraindications=(Contraindication(text="The loss is not certain yet.", cues=("waiting for the results",)),),
        outcomes=(ExpectedOutcome(change=Change.OPENS_UP, text="They tell a memory."),),
        risks=(Risk(severity=Severity.HIGH, text="Naming a loss the seeker denies can feel like an attack."),),
        examples=(ExampleReply(seeker="奶奶走了以后，家里很安静。", reply="失去奶奶，心里空了一块。"),
                  ExampleReply(seeker="It is quiet since June.", reply="That chair stays empty.")), language="zh-Hans"))


def _turn_the_page() -> Skill:
    return Skill(slug="turn-the-page", status=SkillStatus.DRAFT, locked=("title", "risks"), content=SkillContent(
        title="Turn the page",
        description="Use when the seeker is ready to look ahead after a breakup.",
        summary="Looks for one thing worth keeping before moving on.",
        moves=(Move(action=Action.REFRAMING, text="Name what stays theirs."),),
        do=(Phrasing(move=1, text="What you learned about yourself stays yours."),),
        applicability=Applicability(states=(State.REFLECTING,), scenarios=(Scenario.BREAKUP_WITH_PARTNER,), stages=(Stage.ACTION,))))


def five_skills() -> list[Skill]:
    """Five different skills: three active, one on watch with hostile and Chinese text, one draft with gaps and locks."""
    return [_reflect_unseen_effort(), _ask_one_small_want(), _sit_with_the_night(), _name_the_loss(), _turn_the_page()]


def two_dialogues() -> list[Dialogue]:
    """One talk about unseen work that helped, one Chinese talk about a loss that did not."""
    return [
        Dialogue(id="work-01", problem_type="job crisis", situation="My work is never seen.", initial_intensity=4, final_intensity=2,
                 empathy=5, helped=True, licence="MIT", source="tests", turns=(
                     DialogueTurn(speaker="seeker", text="I rebuilt the archive alone and nobody at work even noticed."),
                     DialogueTurn(speaker="supporter", text="All that in silence. That is a lonely way to work.",
                                  strategy=Strategy.REFLECTION),
                     DialogueTurn(speaker="seeker", text="Yes. Exactly that. I counted 412 boxes.", feedback=5),
                     DialogueTurn(speaker="supporter", text="412 boxes. Who would you have wanted to see it?", strategy=Strategy.QUESTION),
                     DialogueTurn(speaker="seeker", text="My dad, maybe. He was an archivist."))),
        Dialogue(id="loss-01", problem_type="bereavement", situation="奶奶走了。", initial_intensity=4, final_intensity=4, helped=False,
                 licence="MIT", language="zh-Hans", source="tests", turns=(
                     DialogueTurn(speaker="seeker", text="奶奶走了以后，家里很安静，我睡不着。"),
                     DialogueTurn(speaker="supporter", text="时间会治愈一切。", strategy=Strategy.AFFIRMATION),
                     DialogueTurn(speaker="seeker", text=f"不会的。算了。{HOSTILE}", feedback=1))),
    ]


def _quote(turn: int, role: str, text: str, whole: str) -> Quote:
    start = whole.index(text)
    return Quote(turn=turn, role=role, text=text, start=start, end=start + len(text))  # type: ignore[arg-type]


def three_units() -> list[InterventionUnit]:
    """Two units that helped and one that harmed, labelled by hand."""
    work, loss = two_dialogues()
    common = {"labeller": "tests", "stage": Stage.EXPLORATION}
    return [
        InterventionUnit(id="work-01/1", dialogue="work-01", state_turn=0, action_turns=(1,), outcome_turn=2, scenario=Scenario.JOB_CRISIS,
                         state=State.LONELY, also=(State.SAD,), intensity=4, need=Need.BE_PRAISED,
                         actions=(Action.REFLECTION_OF_FEELING,), change=Change.FEELS_UNDERSTOOD, **common,
                         quotes=(_quote(0, "state", "nobody at work even noticed", work.turns[0].text),
                                 _quote(1, "action", "a lonely way to work", work.turns[1].text),
                                 _quote(2, "outcome", "Exactly that", work.turns[2].text))),
        InterventionUnit(id="work-01/3", dialogue="work-01", state_turn=2, action_turns=(3,), outcome_turn=4, scenario=Scenario.JOB_CRISIS,
                         state=State.LONELY, intensity=3, actions=(Action.OPEN_QUESTION,), change=Change.OPENS_UP, **common,
                         quotes=(_quote(2, "state", "I counted 412 boxes", work.turns[2].text),)),
        InterventionUnit(id="loss-01/1", dialogue="loss-01", state_turn=0, action_turns=(1,), outcome_turn=2, scenario=Scenario.BEREAVEMENT,
                         state=State.SAD, intensity=4, actions=(Action.REASSURANCE,), change=Change.REJECTS, **common,
                         quotes=(_quote(0, "state", "家里很安静", loss.turns[0].text), _quote(2, "outcome", "算了", loss.turns[2].text))),
    ]


def one_profile() -> Profile:
    """A simulated seeker."""
    return Profile(id="archivist", persona="Mara, 34, archivist", scene="Evening, kitchen table.", character=Character.PASSIVE,
                   need=Need.BE_PRAISED, first_line="nobody at work even noticed")


def some_evidence() -> list[EvidenceRow]:
    """Outcomes of the five skills; the rows of shelves confirm and exam must never be counted."""
    row = EvidenceRow
    return [
        row(skill="reflect-unseen-effort", version=1, unit="work-01/1", outcome=Polarity.POSITIVE, source="unit"),
        row(skill="reflect-unseen-effort", version=1, unit="work-01/3", outcome=Polarity.POSITIVE, source="unit"),
        row(skill="reflect-unseen-effort", version=1, unit="loss-01/1", outcome=Polarity.NEGATIVE, source="unit"),
        row(skill="ask-one-small-want", version=1, unit="work-01/3", outcome=Polarity.POSITIVE, source="unit"),
        row(skill="name-the-loss", version=1, unit="loss-01/1", outcome=Polarity.NEGATIVE, source="unit"),
        row(skill="name-the-loss", version=1, outcome=Polarity.NEGATIVE, source="person", group="sad"),
    ]


def small_bank(folder: Path, name: str = "small.db") -> Bank:
    """An open, writable bank in ``folder``: r1 (build) with the five skills, dialogues, units, a profile and evidence snapshot 1."""
    path = small_bank_file(folder, name)
    return open_bank(path)


def small_bank_file(folder: Path, name: str = "small.db") -> Path:
    """The path of a bank as ``small_bank`` makes it, not opened; times are fixed."""
    path = folder / name
    build_template(path, skills=five_skills(), dialogues=two_dialogues(), units_labelled=three_units(), profiles=[one_profile()],
                   evidence_rows=some_evidence(), time=FIXED_TIME, author="tests", message="Five skills for tests")
    path.chmod(0o600)
    return path


def empty_bank(folder: Path) -> Bank:
    """An open bank without any revision."""
    return create_empty_bank(folder / "empty.db")


def recalled(bank: Bank, text: str) -> list[tuple[UnitRow, float]]:
    """Units like a text, best first, with how close they are."""
    return recall(bank.connection, text, 40, {})


def conversation_started(bank: Bank, conversation: str = "talk-1") -> ConversationStarted:
    """The first event of a talk on the bank's newest revision."""
    return ConversationStarted(conversation_id=conversation, time=now_iso(), pins=bank.pins(), engine="embedded")
