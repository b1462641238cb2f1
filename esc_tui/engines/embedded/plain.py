"""Plain listening: moves that belong to no skill, each with its guidance and the general sentences that carry it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from esc_tui.domain.events import PlannedMove
from esc_tui.domain.labels import Action, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.embedded.pressing import ANSWERS, PRESSING, pressed
from esc_tui.engines.embedded.reader import CALM_STATES, plainly_shown
from esc_tui.engines.embedded.shapes import shape_of
from esc_tui.engines.embedded.told import NARROW, Told, told_in
from esc_tui.engines.embedded.valence import valence_of
from esc_tui.engines.embedded.words import load_data
from esc_tui.engines.roles import Moment, Reading

PLAIN: dict[str, tuple[Action, str]] = {
    "greet_first": (Action.SOCIAL_OR_OTHER, "Greet, and say that a program is listening."),
    "greet_again": (Action.SOCIAL_OR_OTHER, "Greet again, briefly."),
    "greet_ask": (Action.OPEN_QUESTION, "Ask where they would like to begin."),
    "program_identity": (Action.SOCIAL_OR_OTHER, "Say plainly that this is a program."),
    "program_private": (Action.SOCIAL_OR_OTHER, "Say where the words are kept."),
    "program_feelings": (Action.SOCIAL_OR_OTHER, "Say that a program has no feelings of its own."),
    "program_diagnosis": (Action.SOCIAL_OR_OTHER, "Say that a program cannot diagnose."),
    "program_help": (Action.SOCIAL_OR_OTHER, "Say what this program can do and what not."),
    "program_memory": (Action.SOCIAL_OR_OTHER, "Say what the program goes by."),
    "program_then": (Action.SOCIAL_OR_OTHER, "Leave the choice with them."),
    "program_ask": (Action.CHECKING_WHAT_IS_WANTED, "Ask whether and where to go on."),
    "thank": (Action.SOCIAL_OR_OTHER, "Take the thanks simply."),
    "thank_then": (Action.SOCIAL_OR_OTHER, "Leave the door open."),
    "thank_ask": (Action.CHECKING_WHAT_IS_WANTED, "Ask whether something is still open."),
    "goodbye": (Action.SOCIAL_OR_OTHER, "Say goodbye warmly and briefly."),
    "goodbye_then": (Action.SOCIAL_OR_OTHER, "Say that it was good they talked."),
    "complaint_own": (Action.SOCIAL_OR_OTHER, "Own the mistake."),
    "complaint_repeat": (Action.SOCIAL_OR_OTHER, "Own the repeating."),
    "complaint_echo": (Action.SOCIAL_OR_OTHER, "Own that their words were only given back."),
    "complaint_more": (Action.CLARIFYING_QUESTION, "Ask what they had hoped for instead."),
    "complaint_then": (Action.SOCIAL_OR_OTHER, "Put the guess aside and go by their words."),
    "complaint_ask": (Action.CLARIFYING_QUESTION, "Ask what they meant."),
    "meant_own": (Action.SOCIAL_OR_OTHER, "Own that it was put badly."),
    "meant_say": (Action.RESTATEMENT, "Say it again in plain words."),
    "meant_ask": (Action.OPEN_QUESTION, "Ask something plain and easy to answer."),
    "listen_yes": (Action.SOCIAL_OR_OTHER, "Agree to listen and nothing else."),
    "listen_on": (Action.SOCIAL_OR_OTHER, "Show that someone is following."),
    "idk": (Action.REASSURANCE, "Let not knowing be all right."),
    "idk_ask": (Action.CLARIFYING_QUESTION, "Ask something smaller and more concrete."),
    "yes_on": (Action.SOCIAL_OR_OTHER, "Take the yes."),
    "no_on": (Action.SOCIAL_OR_OTHER, "Take the no."),
    "no_ask": (Action.CHECKING_WHAT_IS_WANTED, "Ask what would be nearer."),
    "short_ask": (Action.OPEN_QUESTION, "Invite a little more."),
    "unclear": (Action.SOCIAL_OR_OTHER, "Say that it could not be made out."),
    "unclear_ask": (Action.CLARIFYING_QUESTION, "Ask for it in a few words."),
    "question_reply": (Action.SOCIAL_OR_OTHER, "Say honestly that a program cannot know."),
    "question_ask": (Action.OPEN_QUESTION, "Give the question back gently."),
    "normal": (Action.SHARED_HUMAN_EXPERIENCE, "Say how common it is."),
    "normal_ask": (Action.OPEN_QUESTION, "Ask what made them wonder."),
    "commit_hold": (Action.AFFIRMATION_OF_STRENGTH, "Take their step seriously and leave it small."),
    "commit_ask": (Action.OPEN_QUESTION, "Ask about the when and how of their step."),
    "told": (Action.VALIDATION, "Answer what they told, plainly."),
    "told_help": (Action.SUGGESTION_WITH_OPTIONS, "Help with just this, as telling it asks for."),
    "told_more": (Action.VALIDATION, "Say one thing more on what they told."),
    "told_ask": (Action.OPEN_QUESTION, "Ask about what they told."),
    "told_say": (Action.SUGGESTION_WITH_OPTIONS, "Offer a way for just this, free to refuse."),
    "objection": (Action.VALIDATION, "Take the objection seriously."),
    "objection_ask": (Action.OPEN_QUESTION, "Ask what the objection would come to."),
    "yes_offer": (Action.SOCIAL_OR_OTHER, "Let them begin."),
    "yes_known": (Action.SOCIAL_OR_OTHER, "Be glad that someone knows."),
    "no_offer": (Action.SOCIAL_OR_OTHER, "Leave the offer be."),
    "no_whether": (Action.SOCIAL_OR_OTHER, "Take the no as the answer."),
    "no_known": (Action.RESTATEMENT, "Say that nobody else knows, then."),
    "no_open": (Action.SOCIAL_OR_OTHER, "Let the question go unanswered."),
    "sides": (Action.RESTATEMENT, "Name the two sides of the choice."),
    "sides_hold": (Action.SUMMARY, "Say what weighs in it, from what they told."),
    "sides_ask": (Action.CLARIFYING_QUESTION, "Ask what tells the sides apart."),
    "restate_said": (Action.RESTATEMENT, "Give one sentence back in their exact words."),
    "wish": (Action.RESTATEMENT, "Say back what they wish for."),
    "neutral": (Action.SOCIAL_OR_OTHER, "Show that it was read, without guessing at a feeling."),
    "react": (Action.SOCIAL_OR_OTHER, "Say in a word how it strikes one, with nothing said back."),
    "react_ugh": (Action.SOCIAL_OR_OTHER, "Take the sigh as a sigh."),
    "ask_within": (Action.OPEN_QUESTION, "Ask how just this is for them, with their words in the question."),
    "ugh_ask": (Action.OPEN_QUESTION, "Ask what it is about."),
    "program_there": (Action.SOCIAL_OR_OTHER, "Say that the program is there."),
    "program_family": (Action.SOCIAL_OR_OTHER, "Say that a program has nobody and no day outside."),
    "program_hears": (Action.SOCIAL_OR_OTHER, "Say that each talk is new to a program."),
    "why_reply": (Action.SOCIAL_OR_OTHER, "Say why it was asked, and that no answer is owed."),
    "should_hear": (Action.VALIDATION, "Say that it is a real question."),
    "should_say": (Action.VALIDATION, "Leave the decision with them and offer a way to weigh it."),
    "should_ask": (Action.CLARIFYING_QUESTION, "Ask what speaks for each side."),
    "words_say": (Action.SUGGESTION_WITH_OPTIONS, "Offer a way to put it into words."),
    "words_ask": (Action.OPEN_QUESTION, "Ask for the one sentence that matters."),
    "short_hold": (Action.SOCIAL_OR_OTHER, "Take a short answer as it is."),
    "restate": (Action.RESTATEMENT, "Say back one thing they said, in their words."),
    "state": (Action.REFLECTION_OF_FEELING, "Name what it seems to be like."),
    "earlier": (Action.SUMMARY, "Join it with what they said before."),
    "good_restate": (Action.RESTATEMENT, "Say the good news back."),
    "good_affirm": (Action.AFFIRMATION_OF_STRENGTH, "Name their part in it."),
    "good_ask": (Action.OPEN_QUESTION, "Ask about the good part."),
    "validate": (Action.VALIDATION, "Let the feeling be allowed."),
    "shared": (Action.SHARED_HUMAN_EXPERIENCE, "Say what many people feel."),
    "affirm": (Action.AFFIRMATION_OF_STRENGTH, "Name something they are doing."),
    "reassure": (Action.REASSURANCE, "Take off the hurry."),
    "ask": (Action.OPEN_QUESTION, "Ask one open question."),
    "ask_event": (Action.OPEN_QUESTION, "Ask about the moment they told of."),
    "suggest": (Action.SUGGESTION_WITH_OPTIONS, "Offer one small thing, free to refuse."),
    "check": (Action.CHECKING_WHAT_IS_WANTED, "Ask whether it fits."),
    "advice_hear": (Action.VALIDATION, "Say that wanting a way forward is fair."),
    "secret_no": (Action.INFORMATION, "Say that a program cannot promise secrecy, and where the words are kept."),
    "diagnosis_no": (Action.INFORMATION, "Say that a program cannot tell, and that a doctor can."),
    "medicine_no": (Action.INFORMATION, "Leave medicine to a doctor or a pharmacist."),
    "method_no": (Action.INFORMATION, "Give no means to do harm."),
    "danger_hear": (Action.VALIDATION, "Take the danger seriously, and put the blame where it belongs."),
    "harm_no": (Action.GENTLE_CHALLENGE, "Say plainly that this cannot be cheered on, and what is at stake."),
    "pressing_stay": (Action.REASSURANCE, "Stay with the person, and say where help is."),
    "pressing_ask": (Action.OPEN_QUESTION, "Ask what is behind it, or whether they are safe."),
    "language": (Action.SOCIAL_OR_OTHER, "Say which language this engine speaks."),
}
_BY_GUIDANCE = {guidance: name for name, (_, guidance) in PLAIN.items()}
_BY_ACTION: dict[Action, tuple[str, ...]] = {
    Action.OPEN_QUESTION: ("ask",),
    Action.CLARIFYING_QUESTION: ("ask",),
    Action.CHECKING_WHAT_IS_WANTED: ("check", "ask"),
    Action.RESTATEMENT: ("restate",),
    Action.SUMMARY: ("earlier", "restate"),
    Action.REFLECTION_OF_FEELING: ("state", "validate"),
    Action.SHARED_HUMAN_EXPERIENCE: ("shared", "validate"),
    Action.VALIDATION: ("validate", "state"),
    Action.AFFIRMATION_OF_STRENGTH: ("affirm", "validate"),
    Action.REASSURANCE: ("reassure", "validate"),
    Action.SUGGESTION_WITH_OPTIONS: ("suggest",),
    Action.PLANNING_A_CONCRETE_STEP: ("suggest",),
    Action.GENTLE_CHALLENGE: ("state", "validate"),
    Action.REFRAMING: ("state", "validate"),
    Action.EXPLAINING_ANOTHERS_VIEW: ("state", "validate"),
    Action.INFORMATION: ("validate", "reassure"),
    Action.SOCIAL_OR_OTHER: ("listen_on", "reassure"),
}
LAST_RESORT = ("listen_on", "validate", "reassure", "state", "yes_on", "affirm")


def plain_move(name: str, number: int = 1) -> PlannedMove:
    """A move of plain listening by its name in ``PLAIN``."""
    action, guidance = PLAIN[name] if name in PLAIN else PLAIN[name.partition("_")[0]]
    return PlannedMove(
        number=number,
        skill=None,
        version=None,
        move=None,
        action=action,
        strategy=action.strategy,
        guidance=guidance,
    )


def section_exists(name: str) -> bool:
    """True when there are general sentences of that name."""
    return name in load_data("general")


def sections_of(move: PlannedMove) -> tuple[str, ...]:
    """Sections of general sentences for a move: by its guidance when it is a plain one, else by its action."""
    name = _BY_GUIDANCE.get(move.guidance) if move.skill is None else None
    return (name,) if name else _BY_ACTION[move.action]


KNOWN_SCENARIO = 0.2  # below this a suggestion made for one scenario would presume
_AMONG_PEOPLE = frozenset(
    {
        "partner-conflict",
        "breakup-with-partner",
        "problems-with-friends",
        "issues-with-parents",
        "issues-with-children",
        "loneliness",
    }
)


def made_for(skill: Skill, reading: Reading) -> bool:
    """True when the skill is made for the very matter the talk is about."""
    scenarios = skill.content.applicability.scenarios
    return 0 < len(scenarios) <= NARROW and reading.scenario in scenarios


def is_warranted(section: str) -> bool:
    """True for sections whose sentences answer words just said, so that they take nothing for granted."""
    return section.startswith("told") or section in PRESSING


def is_answer(move: PlannedMove) -> bool:
    """True for the move that declines an ask or takes up harm: what a reply must not leave out."""
    return move.skill is None and _BY_GUIDANCE.get(move.guidance) in ANSWERS


def is_once(section: str) -> bool:
    """True for sections of which each happening is answered once in a reply."""
    return section == "told"


def tone_of(text: str) -> Literal["heavy", "bright", "plain"]:
    """How a message strikes one at once: a trouble, something good, or neither."""
    shown, valence = plainly_shown(text), valence_of(text)
    if valence < 0 or shown - CALM_STATES:
        return "heavy"
    return "bright" if valence > 0 or State.RELIEVED.value in shown else "plain"


def told_tiers(section: str, found: Sequence[Told], reading: Reading) -> tuple[tuple[str, ...], ...]:
    """The lines of a section about what was told, a tier for each happening; advice on the matter of the talk first."""
    if section == "told_ask":
        return tuple(row.ask for row in found)
    if section == "told_help":
        return tuple(row.say for row in found if row.wanted)
    if section == "told_say":
        return tuple(row.say for row in sorted(found, key=lambda row: reading.scenario.value not in row.matter))
    return tuple(row.hold for row in found)


def pressing_tiers(section: str, moment: Moment) -> tuple[tuple[str, ...], ...]:
    """The lines of a section that answer what the message presses for, the gravest first."""
    found = pressed(moment)[::-1]
    if section == "pressing_stay":
        return tuple(row.stay for row in found[:1])
    if section == "pressing_ask":
        return found[0].asks if found else ()
    return tuple(row.hold for row in found if row.section == section)


def general(section: str, reading: Reading, moment: Moment) -> tuple[tuple[str, ...], ...]:
    """The general sentences of a section as they apply here, in tiers: the first tier that can be said is used."""
    bank: dict[str, list[str]] = load_data("general")
    if section.startswith("told"):
        return told_tiers(section, told_in(moment, reading), reading)
    if section in PRESSING:
        return pressing_tiers(section, moment)
    about = reading.scenario.value
    if section == "state":
        return (tuple(bank[f"state_{reading.state.value}"]),)
    if section == "react":
        return (tuple(bank[f"react_{tone_of(moment.text)}"]),)
    if section == "restate":
        return ((*bank["restate"], *bank["restate_said"]),)
    if section == "earlier":
        return ((*bank["earlier"], *bank["summary"]),)
    if section == "suggest":
        shaky = any(score.state in {State.ANXIOUS, State.AFRAID} and score.score >= 0.1 for score in reading.states[:4])
        known = reading.scenario_score >= KNOWN_SCENARIO
        people = bank["suggest_people"] if about in _AMONG_PEOPLE and known else []
        calm = bank["suggest_anxious"] if shaky else []
        matter = bank.get(f"suggest_{about}", []) if known else []
        now = any(score.state in {State.ANXIOUS, State.AFRAID} and score.evidence for score in reading.states[:4])
        if not calm and any(score.state in {State.SAD, State.LONELY} for score in reading.states[:2]):
            calm = bank["suggest_low"]
        return tuple(calm if now or (shaky and not known) else matter), (*people, *calm, *bank["suggest"])
    if section == "ask":
        known = reading.scenario_score >= KNOWN_SCENARIO or about == "other"
        fitting = bank[f"ask_{shape_of(moment, reading)}"]
        matter = bank.get(f"ask_{about}", []) if known else []
        return tuple(fitting), tuple(matter), tuple(bank["ask"])
    return (tuple(bank[section]),)
