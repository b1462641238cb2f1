"""Chooses one to three complementary skills from the ranked ones, or none when none fits."""

from __future__ import annotations

from collections.abc import Sequence

from esc_tui.domain.events import Mode, RankedSkill
from esc_tui.domain.labels import Action, Scenario, Stage, State, Strategy
from esc_tui.domain.skill import Skill
from esc_tui.domain.text import primary_language
from esc_tui.engines.embedded.acts import asked_lately, commits
from esc_tui.engines.embedded.memory import content_words
from esc_tui.engines.embedded.occasions import is_clear
from esc_tui.engines.embedded.told import told_in
from esc_tui.engines.embedded.wanting import meets, open_to_all, serves
from esc_tui.engines.roles import Choice, Moment, Reading

LEAST_SCORE = 0.30  # below this the best skill fits so little that plain listening does less harm
LEAST_LISTENING = 0.10  # a skill that only says back and asks does little harm, even twice in a row
NEAR_SCORE = 0.72  # a second skill must reach this share of the first one's score
MIXED_STATE = 0.22  # with a second state at least this likely, a third skill may be added
LIKELY_STATE = 0.15  # a skill needs one of its states to be this likely
CLEAR_STATE = 0.26  # a leading state below this is a guess, and skills made for it would presume
LASTING_STATE = 0.5  # a state that the message does not show must have been this clear before; an objection must show
CLEAR_SCENARIO = 0.34  # the same for what the talk is about
ADVISED_SCENARIO = 0.2  # enough when advice is asked, since what was told first is what it is for
LATE = 12  # turns after which a skill made for closing may speak
PRESUMES = "would presume too much here"
NO_SKILL_ACT = "the message needs no skill"
MOST_LEADING = 2  # skills for what they seem to want among the three that may be chosen
RESTING = 0.3  # a skill held back more than this for recent use lets others go first
_WANTS = frozenset({"disclose", "vent", "ask_question", "answer_short", "agree", "refuse"})  # acts that leave room for the need
_PLAIN_ACTS = frozenset({"ask_program", "goodbye", "complain_about_reply", "unclear", "thank"})


class EmbeddedChooser:
    """Takes the best skill that suits the matter at hand, and a second one with other strategies."""

    def __init__(self, least_score: float = LEAST_SCORE) -> None:
        self._least_score = least_score

    async def choose(
        self, moment: Moment, reading: Reading, ranked: Sequence[RankedSkill], skills: Sequence[Skill], mode: Mode
    ) -> Choice:
        """Pick up to three of ``skills`` (parallel to ``ranked``, best first); empty for acts that need no skill."""
        if reading.act in _PLAIN_ACTS or primary_language(moment.language) != "en":
            return Choice((), passed=dict.fromkeys((row.skill for row in ranked), NO_SKILL_ACT))
        chosen: list[Skill] = []
        passed: dict[str, str] = {}
        best = 0.0
        mixed = len(reading.states) > 1 and reading.states[1].score >= MIXED_STATE
        limit = 1 if mode == "single" or reading.act == "greet" else 3 if mixed or reading.act in _WANTS else 2
        offered = list(zip(ranked, skills, strict=False))
        offered.sort(key=lambda pair: not _made_for_this(pair[0], pair[1], reading))
        if reading.act == "ask_advice":
            offered.sort(key=lambda pair: not _advises_here(pair[1], reading))
        if reading.act in {"disclose", "ask_advice"} and commits(moment.text):
            offered.sort(key=lambda pair: not (open_to_all(pair[1]) and _backs_a_step(pair[1])))
        listening = {skill.slug: _plainly_listening(skill) and open_to_all(skill) for _, skill in offered}
        leads = {skill.slug: _leads(skill, moment, reading) for _, skill in offered}
        offered.sort(key=lambda pair: listening[pair[1].slug])
        if reading.act in _WANTS:
            offered.sort(key=lambda pair: (not leads[pair[1].slug], not meets(pair[1], reading), pair[0].parts.recent >= RESTING))
        for row, skill in offered:
            if chosen and listening[skill.slug] and not leads[skill.slug]:
                continue
            least = LEAST_LISTENING if listening[skill.slug] else self._least_score
            least = 0.0 if leads[skill.slug] and listening[skill.slug] else least
            if row.verdict == "vetoed" or row.score < least or len(chosen) >= limit:
                continue
            if not leads[skill.slug] and not suits(skill, moment, reading):
                passed[skill.slug] = PRESUMES
                continue
            if not chosen:
                chosen, best = [skill], row.score
                continue
            known = {strategy for other in chosen for strategy in other.content.strategies}
            new = set(skill.content.strategies) - known
            if leads[skill.slug] and sum(leads[one.slug] for one in chosen) >= MOST_LEADING:
                continue  # a seat is left for a skill made for the matter at hand
            if row.score >= NEAR_SCORE * best and (
                leads[skill.slug] or new or (len(chosen) == 1 and skill.content.actions != chosen[0].content.actions)
            ):
                chosen.append(skill)
        return Choice(tuple(chosen), passed=passed)


def suits(skill: Skill, moment: Moment, reading: Reading) -> bool:
    """False when the skill's sentences would presume too much here.

    A skill for particular scenarios needs that scenario, well shown. Any skill needs one sign more: it is meant first of
    all for the state that leads, what was told is of its kind, its theme turns up in the seeker's words, the need it serves
    shows, or advice is asked.
    """
    fits = skill.content.applicability
    narrow = bool(fits.scenarios) and len(fits.scenarios) < len(Scenario)
    clear = ADVISED_SCENARIO if reading.act == "ask_advice" else CLEAR_SCENARIO
    if narrow and (reading.scenario not in fits.scenarios or reading.scenario_score < clear):
        return False
    if reading.act == "greet":
        return Action.SOCIAL_OR_OTHER in skill.content.actions and len(fits.states) >= len(State)
    everyone = not fits.states or len(fits.states) >= len(State)
    if Action.SOCIAL_OR_OTHER in skill.content.actions and (moment.turn > 2 if everyone else moment.turn < LATE):
        return False  # a skill for openings once the talk is under way, or one for closings before its end
    likely = {score.state for score in reading.states[:3] if score.score >= LIKELY_STATE}
    if not everyone and not likely & set(fits.states):
        return narrow and len(fits.scenarios) == 1 and reading.state is not State.RELIEVED
    advising = any(action.strategy is Strategy.SUGGESTIONS for action in skill.content.actions)
    if reading.act == "ask_advice" and advising:
        return True
    told = () if everyone or fits.states[0] not in likely or fits.stages == (Stage.ACTION,) else told_in(moment, reading)
    if any(row.belongs_to(skill, reading) for row in told):
        return True  # what was told is what the skill is for
    if advising and fits.stages == (Stage.ACTION,):
        return reading.act == "agree" and asked_lately(moment)
    if narrow and len(fits.scenarios) <= 2:
        return True
    if everyone and _backs_a_step(skill):
        return commits(moment.text)
    if everyone and _plainly_listening(skill):
        return not is_clear(reading) or reading.intensity < 3
    first = reading.states[0]
    lasting = first.score >= LASTING_STATE and moment.turn > 1 and reading.state is not State.DEFENSIVE
    shown = first.score >= CLEAR_STATE and (bool(first.evidence) or lasting)
    aimed = len(fits.states) <= 2 or not fits.needs or reading.need is fits.needs[0]
    leads = not everyone and reading.state is fits.states[0] and shown and aimed
    return leads or _theme(skill, moment)


def _leads(skill: Skill, moment: Moment, reading: Reading) -> bool:
    """True when the skill meets what they seem to want, whatever the state, and needs no step of their own to speak of."""
    return reading.act in _WANTS and not _backs_a_step(skill) and serves(skill, moment, reading)


def _theme(skill: Skill, moment: Moment) -> bool:
    """True when a phrase of the skill's own description of its theme turns up, with all its weighty words, lately."""
    said = [line.text for line in moment.history if line.speaker == "seeker"][-1:]
    theirs = frozenset().union(*(content_words(text) for text in (moment.text, *said)))
    for phrase in skill.content.applicability.text.split(","):
        words = content_words(phrase)
        if words and words <= theirs and 2 * len(words) >= len(phrase.split()):
            return True  # a phrase of mostly small words ("no thank you") proves nothing
    return False


def _made_for_this(row: RankedSkill, skill: Skill, reading: Reading) -> bool:
    """True when the skill is made for the matter at hand and a leading state, and was not used just now."""
    fits = skill.content.applicability
    if not 0 < len(fits.scenarios) <= 2 or reading.scenario not in fits.scenarios:
        return False
    leading = {score.state for score in reading.states[:2]}
    return reading.scenario_score >= 0.4 and row.parts.recent < 0.3 and bool(leading & set(fits.states))


def _backs_a_step(skill: Skill) -> bool:
    """True when the skill is made for a step the seeker has named themselves."""
    return {Action.AFFIRMATION_OF_STRENGTH, Action.PLANNING_A_CONCRETE_STEP} <= set(skill.content.actions)


def _advises_here(skill: Skill, reading: Reading) -> bool:
    """True when the skill has something to try for the very matter the talk is about."""
    scenarios = skill.content.applicability.scenarios
    advising = any(action.strategy is Strategy.SUGGESTIONS for action in skill.content.actions)
    return advising and len(scenarios) <= 2 and reading.scenario in scenarios


def _plainly_listening(skill: Skill) -> bool:
    """True when the skill only says back and asks, so that it presumes nothing."""
    return set(skill.content.actions) <= {Action.RESTATEMENT, Action.OPEN_QUESTION, Action.VALIDATION, Action.SUMMARY}
