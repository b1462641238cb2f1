"""Reads the seeker's state from their words: phrase lists, negation, intensifiers, like units and the talk so far."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from esc_tui.domain.events import Span, StateScore
from esc_tui.domain.labels import Scenario, Stage, State
from esc_tui.engines.embedded.acts import act_of, labels_in
from esc_tui.engines.embedded.happenings import happened, without_broken_things
from esc_tui.engines.embedded.hopes import hoped
from esc_tui.engines.embedded.learned import leanings, speaking
from esc_tui.engines.embedded.qualifying import about_another, degree_of, is_denied, only_imagined, said_with_regret
from esc_tui.engines.embedded.valence import GOOD_TEARS, valence_counts
from esc_tui.engines.embedded.words import phrases, tokens_of, word_set
from esc_tui.engines.roles import Act, Moment, Reading

STATE_FADE = 0.35  # weight of the message before the current one when the current one shows a state
STATE_FADE_QUIET = 0.75  # the same when the current one shows none ("yes")
SCENARIO_FADE = 0.95  # what a talk is about changes more slowly than how the seeker is
REMEMBERED = 12  # seeker messages looked back at
STATE_LEANING = 4.0  # what the learned words add to a state's score when they are sure of it
SCENARIO_LEANING = 2.5  # the same for what a message is about
LEAST_LEANING = 0.14  # learned probabilities below this are noise
LEAST_SCENARIO = 0.2  # the same for what a message is about
FEWEST_WORDS = 4  # shorter messages say too little for learned words
SIMILARITY_FLOOR = 0.25  # units less alike than this do not vote
_PRIOR = {State.SAD: 0.08, State.ANXIOUS: 0.08, State.OVERWHELMED: 0.08, State.REFLECTING: 0.06}
_PRIOR_REST = 0.03
_PRIORS: dict[str, float] = {state: _PRIOR.get(state, _PRIOR_REST) for state in State}
_NUDGES: dict[Act, tuple[State, float]] = {
    "ask_advice": (State.SEEKING_A_WAY_FORWARD, 1.6),
    "vent": (State.VENTING, 1.4),
    "thank": (State.RELIEVED, 0.8),
    "complain_about_reply": (State.DEFENSIVE, 2.0),
    "only_listen": (State.VENTING, 1.5),
    "refuse": (State.DEFENSIVE, 0.4),
}
"""What an act adds to the score of a state."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What one message says by itself: scores per label, the tokens behind them, intensity 1-5, valence -1 to 1."""

    states: dict[str, float]
    evidence: dict[str, tuple[tuple[int, int], ...]]
    scenarios: dict[str, float]
    intensity: float
    valence: float
    strongest: int  # place of the weightiest token, -1 when none
    news: str  # the scenario that grave news in it belongs to, empty when none


@lru_cache(maxsize=512)
def _hear(text: str) -> _Heard:
    """Read one message by itself."""
    tokens = tokens_of(text)
    keys = [token.key for token in tokens]
    states: dict[str, float] = {}
    evidence: dict[str, list[tuple[float, int, int]]] = {}
    top_weight, strongest, degree_top = 0.0, -1, 1.0
    for match in phrases("states").find(tokens):
        degree = degree_of(tokens, match)
        weight = match.weight * degree * (1 + 0.15 * (match.last - match.first - 1))
        if match.label not in {"seeking-a-way-forward", "reflecting", "defensive", "venting"} and is_denied(
            tokens, match
        ):
            if match.label == State.RELIEVED:
                states["sad"] = states.get("sad", 0.0) + 0.5 * weight
            else:
                states[match.label] = states.get(match.label, 0.0) - 0.7 * weight
            continue
        if match.label == State.RELIEVED and only_imagined(tokens, match):
            continue
        if match.label == State.AFRAID and said_with_regret(text):
            continue
        if about_another(tokens, match) and match.label not in {"lonely", "venting"}:
            weight *= 0.25
        if match.label == State.RELIEVED and match.weight == 1:
            weight *= 0.3  # thanks alone are manners
        if match.label == State.RELIEVED and any(token.key in {"but", "though"} for token in tokens[match.last :]):
            if match.weight < 3:
                continue
            weight *= 0.35  # the but is what they came for
        if match.label == State.RELIEVED and _PASSING.search(text, tokens[match.last - 1].end):
            continue  # what eases for a minute has not eased
        states[match.label] = states.get(match.label, 0.0) + weight
        evidence.setdefault(match.label, []).append((weight, match.first, match.last))
        if weight > top_weight:
            top_weight, strongest, degree_top = weight, match.first, degree
    positive, negative = valence_counts(tokens)
    if not any(score > 0.5 for score in states.values()) and negative > positive:
        states["sad"] = states.get("sad", 0.0) + 0.4
        states["overwhelmed"] = states.get("overwhelmed", 0.0) + 0.3
    if GOOD_TEARS.search(text):
        states["sad"] = 0.0
    heat = max(0.0, sum(states.values()))
    if len(tokens) >= FEWEST_WORDS:
        for label, chance in leanings("states", text).items():
            unsaid = not states.get(label) and positive <= negative
            if label == State.RELIEVED and (unsaid or "but" in keys or _PASSING.search(text)):
                continue  # relief is never only guessed
            if label == State.ASHAMED and not states.get(label) and _UNTOLD.search(text):
                continue  # what is kept to oneself is no shame yet
            if label == State.AFRAID and said_with_regret(text):
                continue
            if chance >= LEAST_LEANING and states.get(label, 0.0) >= 0:
                states[label] = states.get(label, 0.0) + STATE_LEANING * chance
                if chance >= 0.35 and label not in evidence:
                    evidence[label] = [(chance, place, place + 1) for place in speaking("states", text, label)]
    places = {
        label: tuple((first, last) for _, first, last in sorted(spans, reverse=True)[:3])
        for label, spans in evidence.items()
    }
    return _Heard(
        {label: score for label, score in states.items() if score > 0},
        places,
        _about(text),
        _intensity(text, keys, states, heat, top_weight, degree_top),
        (positive - negative) / max(1.0, positive + negative),
        strongest,
        happened(text),
    )


def _score(name: str, text: str) -> dict[str, float]:
    scores: dict[str, float] = {}
    for match in phrases(name).find(tokens_of(text)):
        scores[match.label] = scores.get(match.label, 0.0) + match.weight
    return scores


def _about(text: str) -> dict[str, float]:
    """What a message is about: phrases, and what its other words speak for."""
    text = without_broken_things(text)
    scores = _score("scenarios", text)
    if len(tokens_of(text)) >= FEWEST_WORDS:
        for label, chance in leanings("scenarios", text).items():
            if chance >= LEAST_SCENARIO and label != "other":
                scores[label] = scores.get(label, 0.0) + SCENARIO_LEANING * chance
    return scores


@lru_cache(maxsize=512)
def shown_in(text: str) -> frozenset[str]:
    """The states that a message shows by its own words."""
    return frozenset(label for label, score in _hear(text).states.items() if score >= _SHOWN)


CALM_STATES = frozenset({State.RELIEVED.value, State.REFLECTING.value, State.SEEKING_A_WAY_FORWARD.value})
"""States that are no trouble by themselves."""


def plainly_shown(text: str) -> frozenset[str]:
    """The states that a message names by a plain word or phrase, undenied; fewer than ``shown_in``, and surer."""
    found = phrases("states").find(tokens_of(text))
    return frozenset(match.label for match in found if match.weight >= 2 and not is_denied(tokens_of(text), match))


_SHOWN = 1.9  # a plain word of feeling, or learned words that make the state as likely as all others together


def _intensity(text: str, keys: list[str], states: dict[str, float], heat: float, top: float, degree: float) -> float:
    strong = sum(key in word_set("intensifiers") for key in keys)
    absolutes = sum(key in word_set("absolutes") for key in keys)
    body = sum(key in word_set("body") for key in keys)
    swears = sum(key in word_set("swears") for key in keys)
    letters = [character for character in text if character.isalpha()]
    shouting = len(letters) > 8 and sum(map(str.isupper, letters)) > 0.6 * len(letters)
    value = 1.7 + 0.38 * min(top, 4.0) + 0.2 * min(strong, 3) + 0.25 * min(absolutes, 3) + 0.4 * min(body, 2)
    value += 0.3 * min(swears, 2) + 0.7 * shouting + 0.15 * min(text.count("!"), 3)
    value += 0.12 * min(6.0, max(0.0, heat - top))
    if degree < 1:
        value -= 0.5
    best = max(states, key=lambda label: states[label], default="")
    if best in {"relieved", "reflecting", "seeking-a-way-forward"}:
        value -= 0.9
    return max(1.0, min(5.0, value))


class EmbeddedStateReader:
    """Reads a moment without a model; the same moment always gives the same reading."""

    async def read(self, moment: Moment) -> Reading:
        """Understand the seeker; never raises for any text."""
        return read_moment(moment)


def read_moment(moment: Moment) -> Reading:
    """The reading of a moment; pure and synchronous (see EmbeddedStateReader)."""
    now = _hear(moment.text)
    earlier = [_hear(line.text) for line in reversed(moment.history) if line.speaker == "seeker"][:REMEMBERED]
    act = act_of(moment, now.intensity)
    states = _mix_states(moment, now, earlier, act)
    intensity = _mix_intensity(now, earlier, act)
    scenario, scenario_score = _best_scenario(now, earlier)
    said = [line.text for line in reversed(moment.history) if line.speaker == "seeker"][:REMEMBERED]
    need, need_score = hoped((moment.text, *said), act, states[0].state)
    return Reading(
        states=states,
        intensity=round(intensity, 2),
        stage=_stage(moment, act, states, intensity),
        scenario=scenario,
        scenario_score=round(scenario_score, 3),
        need=need,
        need_score=round(need_score, 3),
        act=act,
        heard=_weightiest(moment.text, now),
        evidence=states[0].evidence,
    )


_PASSING = re.compile(
    r"\b(?:for (?:about |maybe |half )?(?:an?|one|two|five|ten) (?:few )?(?:short |little |brief )?(?:seconds?|moments?|minutes?"
    r"|instant|breath|bit|hour)"
    r"|until (?:the next|it|i|he|she)|till (?:the next|it|i)|(?:then|before) (?:it|i|the \w+|everything) (?:starts?|begins?"
    r"|comes? back|have to)"
    r"|(?:starts?|begins?|comes|have to|go) (?:all )?(?:over|again|back)\b"
    r"(?! (?:on|at|in|with|as|next|this|to|school|work)\b))", re.I)
"""Relief that does not last: it holds until the next time, or everything begins anew."""
_UNTOLD = re.compile(r"\b(?:(?:has|have|did|does|do)n['’]?t|never|not) (?:even |really )?(?:told?|know)\b|\bno idea\b", re.I)
_ONLY_WEPT = re.compile(r"^\W*(?:and |then |so |we |i |both |all |just )*(?:cried|was crying|were crying|burst into tears)\b.{0,24}$", re.I)


def _mix_states(moment: Moment, now: _Heard, earlier: list[_Heard], act: Act) -> tuple[StateScore, ...]:
    scores: dict[str, float] = dict(_PRIORS)  # by label: a state is equal to its name
    for label, score in now.states.items():
        scores[label] += score
    if moment.turn <= 2:
        scores[State.REFLECTING] *= 0.4  # nobody looks back before the story is told
    glad_before = earlier[0].states.get("relieved", 0.0) >= 2 if earlier else False
    if glad_before and now.states.get("relieved", 0.0) > 0:
        scores[State.SAD] -= 0.8 * now.states.get("sad", 0.0)
        scores[State.RELIEVED] += 1.5 * now.states["relieved"]  # tears after good news are not grief
    if glad_before and _ONLY_WEPT.search(moment.text):
        scores[State.RELIEVED] += 0.8 * now.states.get("sad", 0.0)
        scores[State.SAD] -= 0.8 * now.states.get("sad", 0.0)
    fade = 1.0
    quiet = sum(now.states.values()) < 1.2
    for heard in earlier[:5]:
        fade *= (STATE_FADE_QUIET if quiet else STATE_FADE) if fade == 1.0 else 0.6
        for label, score in heard.states.items():
            lasting = 0.4 if label in {"seeking-a-way-forward", "defensive", "reflecting", "relieved"} else 1.0
            scores[label] += fade * lasting * min(score, 5.0)
    for hit in moment.similar[:8]:
        if hit.similarity > SIMILARITY_FLOOR:
            scores[hit.state] += 0.5 * (hit.similarity - SIMILARITY_FLOOR)
    if act in _NUDGES:
        state, nudge = _NUDGES[act]
        scores[state] += nudge
    total = sum(scores.values())
    ranked = sorted(((-score, state) for state, score in zip(State, scores.values(), strict=True)))
    return tuple(
        StateScore(state=state, score=-less / total, evidence=_spans(moment.text, now, state) if state in now.evidence else ())
        for less, state in ranked
    )


def _spans(text: str, heard: _Heard, label: str) -> tuple[Span, ...]:
    tokens = tokens_of(text)
    spans = []
    for first, last in sorted(heard.evidence.get(label, ())):
        start, end = tokens[first].start, tokens[last - 1].end
        spans.append(Span(start=start, end=end, text=text[start:end]))
    return tuple(spans)


def _mix_intensity(now: _Heard, earlier: list[_Heard], act: Act) -> float:
    if not earlier:
        return now.intensity
    before = earlier[0].intensity
    quiet = act in {"agree", "answer_short", "refuse", "greet", "unclear", "ask_program", "goodbye"}
    share = 0.35 if quiet else 0.8
    return share * now.intensity + (1 - share) * before


def _best_scenario(now: _Heard, earlier: list[_Heard]) -> tuple[Scenario, float]:
    scores: dict[str, float] = {}
    for heard in (*reversed(earlier), now):
        scores = {label: score * (1.0 if label == "bereavement" else SCENARIO_FADE) for label, score in scores.items()}
        settled = max(scores.values(), default=0.0) >= 2.5
        news = heard.news
        if news:
            if any(score >= 1.0 for label, score in scores.items() if label != news):
                scores = {label: score * (1.0 if label == news else _OVERTAKEN) for label, score in scores.items()}
            scores[news] = max(_NEWS, scores.get(news, 0.0))
        for label, score in heard.scenarios.items():
            new = settled and scores.get(label, 0.0) < 1.0
            share = (_ASIDE if label in _SYMPTOMS else _NEW) if new else 1.0
            share *= _OVERTAKEN if news and label != news else 1.0
            most = _MOST_NEW if new else 7.0 if heard is now else 5.0
            scores[label] = scores.get(label, 0.0) + share * min(score, most)
    if not scores:
        return Scenario.OTHER, 0.0
    for whole, part in _TAKES_IN:
        if scores.get(whole, 0.0) >= 3 and part in scores:
            scores[whole] += 0.7 * scores[part]
            scores[part] *= 0.4
    best = max(scores, key=lambda label: (scores[label], label))
    total = sum(scores.values())
    if scores[best] < 1.5:
        return Scenario.OTHER, 0.0
    return Scenario(best), scores[best] / (total + 1.5)


_SYMPTOMS = frozenset({"sleep-problems", "loneliness", "ongoing-depression", "procrastination", "health-worries", "money-worries"})
_TAKES_IN = (
    ("breakup-with-partner", "partner-conflict"),
    ("bereavement", "issues-with-parents"),
    ("bereavement", "issues-with-children"),
    ("school-bullying", "academic-pressure"),
)
"""Matters that the words of another one belong to: after a parting, talk of the partner is talk of the parting."""
_OVERTAKEN = 0.4  # what is left of other matters once grave news is told
_NEWS = 3.0  # score of the matter of grave news, beside what its words add
_NEW = 0.55  # weight of any matter that turns up while another one is under way
_MOST_NEW = 2.5  # score of such a matter at most, before that weight
_ASIDE = 0.5  # weight of a complaint that often goes along with another matter already under way


def _stage(moment: Moment, act: Act, states: tuple[StateScore, ...], intensity: float) -> Stage:
    """Exploration at first, comforting once the story is out, action when they look forward or ask for a way."""
    state = states[0].state
    said = [line.text for line in moment.history if line.speaker == "seeker"]
    if act == "ask_advice":
        return Stage.ACTION
    if act in {"only_listen", "vent"}:
        return Stage.EXPLORATION if moment.turn <= 2 else Stage.COMFORTING
    listening = any("only_listen" in labels_in(text) for text in said[-4:])
    asked = bool(said) and any("ask_advice" in labels_in(text) for text in said[-2:])
    if asked and not listening and act in {"agree", "answer_short", "disclose", "ask_question", "refuse"}:
        return Stage.ACTION
    if moment.turn <= 2:
        return Stage.EXPLORATION
    if state is State.SEEKING_A_WAY_FORWARD and moment.turn >= 3 and not listening:
        return Stage.ACTION
    if moment.turn <= 3 and intensity < 4:
        return Stage.EXPLORATION
    calmer = state in {State.RELIEVED, State.REFLECTING} or intensity < 2.6
    if moment.turn >= 7 and calmer and not listening:
        return Stage.ACTION
    return Stage.COMFORTING


def _weightiest(text: str, heard: _Heard) -> str:
    """The clause around the weightiest word, verbatim, at most 120 characters; the first clause when none stands out."""
    tokens = tokens_of(text)
    if not tokens:
        return ""
    clause = tokens[max(0, heard.strongest)].clause
    inside = [token for token in tokens if token.clause == clause]
    if len(inside) < 3 and len(tokens) > len(inside):
        inside = [token for token in tokens if abs(token.clause - clause) <= 1]
    while len(inside) > 3 and inside[-1].end - inside[0].start > 120:
        inside = inside[:-1]
    return text[inside[0].start : inside[-1].end][:120]
