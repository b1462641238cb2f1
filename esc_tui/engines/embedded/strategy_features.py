"""Features of a moment for planning strategies: words by field for linear models, numbers for trees. Pure Python.

Training and planning read a context by these same functions. Nothing here knows the turn that is planned.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from types import MappingProxyType

from esc_tui.domain.labels import Scenario, Stage, State, Strategy
from esc_tui.domain.supporter_turn import merged
from esc_tui.engines.embedded.acts import labels_in
from esc_tui.engines.embedded.reader import read_moment
from esc_tui.engines.embedded.strategy_context import ContextLine, PlanningContext
from esc_tui.engines.roles import Line, Moment, Reading

STRATEGIES = tuple(Strategy)
STRATEGY_AT = MappingProxyType({strategy: place for place, strategy in enumerate(STRATEGIES)})
LOOKED_BACK = 4
"""Supporter turns before this one whose strategies are features by their place."""
HEARD_LINES = 24
"""Lines before the seeker's last words that the state reader gets."""
ACTS = ("disclose", "vent", "greet", "answer_short", "ask_advice", "ask_program", "ask_question", "thank", "goodbye", "agree",
        "refuse", "complain_about_reply", "only_listen", "unclear")
_SIGNS = MappingProxyType({name: re.compile(pattern) for name, pattern in {
    "greets": r"\b(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|how are you|how r u)\b",
    "thanks": r"\b(?:thanks?|thank you|thx|appreciate|grateful)\b",
    "leaves": r"\b(?:bye|good ?bye|good ?night|take care|have a (?:good|great|nice|wonderful)|talk (?:to you )?(?:later|soon)|gotta go|"
              r"good luck|best of luck|you too|same to you)\b",
    "agrees": r"^\W*(?:yes|yeah|yea|yep|yup|sure|ok|okay|right|true|exactly|definitely|absolutely|i agree|i will|that'?s (?:true|right))\b",
    "denies": r"^\W*(?:no|nope|nah|not really|not yet|i don'?t|i can'?t|i haven'?t)\b",
    "doubts": r"\b(?:i don'?t know|not sure|idk|maybe|i guess|confused|unsure)\b",
    "advice": r"\b(?:should i|what (?:can|do|should|would|could) (?:i|you)|how (?:can|do|should|could|would) (?:i|you)|any (?:advice|"
              r"ideas?|suggestions?|tips?)|what to do|help me|advice|suggest)\b",
    "you": r"\b(?:you|your|u|ur)\b",
    "tried": r"\b(?:tried|try|trying|already|attempt\w*)\b",
    "good": r"\b(?:good idea|great idea|that helps?|helpful|feel better|better now|great advice|good advice|makes sense|good point|"
            r"never thought)\b",
    "but": r"\bbut\b",
    "i": r"\b(?:i|i'?m|i'?ve|my|me)\b",
    "feels": r"\b(?:feel\w*|felt|sad|depress\w*|anxi\w*|angry|upset|hurt\w*|scared|afraid|lonely|stress\w*|worr\w*|cry\w*|hopeless)\b",
}.items()})
_WORD = re.compile(r"[^\W_]+|[?!]")


@lru_cache(maxsize=4096)
def words_in(text: str) -> tuple[str, ...]:
    """Lower-case words of a text, with question and exclamation marks as words; apostrophes left out."""
    return tuple(_WORD.findall(text[:4000].casefold().replace("'", "").replace("’", "")))


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive lines of one speaker: their text, words, and a supporter's strategies, adjacent repeats merged."""

    seeker: bool
    lines: tuple[ContextLine, ...]
    text: str
    sequence: tuple[Strategy, ...]


@lru_cache(maxsize=8)
def _runs(lines: tuple[ContextLine, ...]) -> tuple[_Run, ...]:
    found = []
    for seeker, group in groupby(lines, key=lambda line: line.seeker):
        own = tuple(group)
        text = " ".join(stripped for line in own if (stripped := line.text.strip()))
        found.append(_Run(seeker, own, text, merged(one for line in own for one in line.strategies)))
    return tuple(found)


@lru_cache(maxsize=2048)
def _signs(text: str) -> tuple[float, ...]:
    """What a text shows at a glance: question marks, one at the end, exclamation marks, words, letters a word, and the signs."""
    lower = text.casefold()[:4000]
    words = words_in(text)
    count = max(1, len(words))
    return (
        float(min(3, lower.count("?"))), float(lower.rstrip().endswith("?")), float(min(3, lower.count("!"))),
        float(len(words)), len(lower) / count,
        *(float(pattern.search(lower) is not None) for pattern in _SIGNS.values()),
    )


SIGN_NAMES = ("questions", "asks_last", "exclaims", "words", "word_length", *_SIGNS)


def words_of(context: PlanningContext) -> dict[str, list[str]]:
    """Words by field: of the seeker's last words, the supporter's and the seeker's before, the situation, the run of strategies.

    A field's words may repeat. Fields are weighed apart, so a long situation does not drown a short answer.
    """
    runs = _runs(context.lines)
    seeker = [run for run in runs if run.seeker]
    supporter = [run for run in runs if not run.seeker]
    now = seeker[-1].text if runs and runs[-1].seeker else ""
    before = [run for run in seeker if run is not (runs[-1] if runs else None)]
    used = [strategy.tag for run in supporter for strategy in run.sequence][-3:]
    turns = ["+".join(strategy.tag for strategy in run.sequence) or "-" for run in supporter[-2:]]
    place = min(len(supporter), 15)
    return {
        "now": _with_pairs(words_in(now)),
        "reply": _with_pairs(words_in(supporter[-1].text) if supporter else ()),
        "before": list(words_in(before[-1].text)) if before else [],
        "earlier": list(words_in(supporter[-2].text)) if len(supporter) > 1 else [],
        "situation": list(words_in(context.situation)),
        "run": [
            f"1 {used[-1]}" if used else "1 none",
            f"2 {used[-2]}" if len(used) > 1 else "2 none",
            f"12 {'>'.join(used[-2:])}",
            f"123 {'>'.join(used[-3:])}",
            f"turns {' '.join(turns)}",
            f"place {place}",
            f"place {place // 2} after {used[-1] if used else 'none'}",
        ],
        "known": [
            f"problem {context.problem_type.casefold()}", f"emotion {context.emotion_type.casefold()}",
            f"experience {context.experience_type.casefold()}", f"intensity {context.initial_intensity or 0}",
        ],
    }


_STATE_NAMES = tuple((state, f"state_{state.value}") for state in State)
_STAGE_NAMES = tuple((stage, f"stage_{stage.value}") for stage in Stage)
_BY_TAG = tuple(
    (strategy, tuple(f"{name}_{strategy.tag}" for name in ("count", "share", "first_share", "since", "fading"))) for strategy in STRATEGIES
)
"""The names of what is counted of each strategy, made once: a planned turn needs them all."""
FIELDS = ("now", "reply", "before", "earlier", "situation", "run", "known")


def _with_pairs(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{one} {two}" for one, two in pairwise(words)), *([f"^ {words[0]}", f"{words[-1]} $"] if words else [])]


def reading_of(context: PlanningContext) -> Reading:
    """How the embedded reader understands the seeker's last words; an empty message when the supporter speaks first."""
    runs = _runs(context.lines)
    text = runs[-1].text if runs and runs[-1].seeker else ""
    history: list[Line] = []
    turn = 0
    for run in runs[:-1] if text else runs:
        turn += run.seeker or turn == 0
        history.append(Line("seeker" if run.seeker else "supporter", run.text, turn))
    return read_moment(Moment(text=text, history=tuple(history[-HEARD_LINES:]), turn=turn + 1))


def numbers_of(context: PlanningContext, reading: Reading | None = None) -> dict[str, float]:
    """Named numbers of a context, always the same names in the same order; ``reading`` is made when not given."""
    reading = reading or reading_of(context)
    runs = _runs(context.lines)
    seeker = [run for run in runs if run.seeker]
    supporter = [run for run in runs if not run.seeker]
    now = seeker[-1] if runs and runs[-1].seeker else None
    before = [run for run in seeker if run is not now]
    found: dict[str, float] = {}
    _position(found, context, runs, seeker, supporter, now)
    _strategies(found, supporter)
    _habits(found, seeker, supporter)
    for name, text in (("now", now.text if now else ""), ("reply", supporter[-1].text if supporter else ""),
                       ("before", before[-1].text if before else ""), ("earlier", supporter[-2].text if len(supporter) > 1 else "")):
        for sign, value in zip(SIGN_NAMES, _signs(text), strict=True):
            found[f"{name}_{sign}"] = value
    last = now.lines[-1].text if now else ""
    found["last_line_words"] = float(len(words_in(last)))
    found["last_line_asks"] = float(last.rstrip().endswith("?"))
    found["shared_words"] = _shared(now.text if now else "", supporter[-1].text if supporter else "")
    found["situation_words"] = _shared(now.text if now else "", context.situation)
    states = {score.state: score.score for score in reading.states}
    for state, name in _STATE_NAMES:
        found[name] = states.get(state, 0.0)
    for stage, name in _STAGE_NAMES:
        found[name] = float(reading.stage is stage)
    for act in ACTS:
        found[f"act_{act}"] = float(reading.act == act)
    found["intensity"] = reading.intensity
    found["need"] = reading.need_score
    found["scenario_known"] = float(reading.scenario is not Scenario.OTHER)
    labels = labels_in(now.text) if now else {}
    for label in ("agree", "refuse", "ask_advice", "thank", "goodbye", "idk"):
        found[f"says_{label}"] = float(label in labels)
    return found


def _position(found: dict[str, float], context: PlanningContext, runs: Sequence[_Run], seeker: list[_Run],
              supporter: list[_Run], now: _Run | None) -> None:
    found["initial_intensity"] = float(context.initial_intensity or 0)
    found["current"] = float(context.experience_type.casefold().startswith("current"))
    found["supporter_turns"] = float(len(supporter))
    found["lines"] = float(len(context.lines))
    found["supporter_lines"] = float(sum(len(run.lines) for run in supporter))
    found["seeker_words"] = float(sum(len(words_in(run.text)) for run in seeker))
    found["supporter_words"] = float(sum(len(words_in(run.text)) for run in supporter))
    found["seeker_opened"] = float(bool(runs) and runs[0].seeker)
    found["now_lines"] = float(len(now.lines)) if now else 0.0
    found["greeted"] = float(any(_signs(run.text)[SIGN_NAMES.index("greets")] for run in supporter[:2]))
    left = SIGN_NAMES.index("leaves")
    thanked = SIGN_NAMES.index("thanks")
    found["seeker_left"] = float(sum(_signs(run.text)[left] for run in seeker[-3:]))
    found["supporter_left"] = float(sum(_signs(run.text)[left] for run in supporter[-3:]))
    found["seeker_thanked"] = float(sum(_signs(run.text)[thanked] for run in seeker[-4:]))
    found["thanked_ever"] = float(sum(_signs(run.text)[thanked] for run in seeker))


def _strategies(found: dict[str, float], supporter: list[_Run]) -> None:
    used = [strategy for run in supporter for strategy in run.sequence]
    each = [strategy for run in supporter for line in run.lines for strategy in line.strategies]
    for back in range(1, LOOKED_BACK + 1):
        run = supporter[-back].sequence if len(supporter) >= back else ()
        for strategy in STRATEGIES:
            found[f"back{back}_{strategy.tag}"] = float(strategy in run)
        if back == 1:
            for strategy in STRATEGIES:
                found[f"last_{strategy.tag}"] = float(bool(run) and run[-1] is strategy)
            found["last_sequence"] = float(len(run))
            found["last_lines"] = float(len(supporter[-1].lines)) if supporter else 0.0
    counts, openings = Counter(used), Counter(run.sequence[0] for run in supporter if run.sequence)
    last_seen = {strategy: place for place, run in enumerate(supporter) for strategy in run.sequence}
    fading = dict.fromkeys(STRATEGIES, 0.0)
    for back, one in enumerate(reversed(used)):
        fading[one] += 0.75**back
    opened = openings.total()
    for strategy, (count, share, first_share, since, fades) in _BY_TAG:
        found[count] = float(counts[strategy])
        found[share] = (counts[strategy] + 0.5) / (len(used) + 4)
        found[first_share] = (openings[strategy] + 0.5) / (opened + 4)
        found[since] = float(min(20, len(supporter) - last_seen[strategy])) if strategy in last_seen else 25.0
        found[fades] = fading[strategy]
    found["kinds"] = float(len(set(used)))
    same = sum(one is two for one, two in pairwise(each))
    found["repeats"] = (same + 0.5) / (max(0, len(each) - 1) + 2)
    turn_same = sum(bool(one.sequence) and one.sequence == two.sequence for one, two in pairwise(supporter))
    found["turn_repeats"] = (turn_same + 0.5) / (max(0, len(supporter) - 1) + 2)
    streak = 0
    for one in reversed(used):
        if one is not used[-1]:
            break
        streak += 1
    found["streak"] = float(streak)


def _habits(found: dict[str, float], seeker: list[_Run], supporter: list[_Run]) -> None:
    tagged = [run for run in supporter if run.sequence]
    found["several_share"] = (sum(len(run.sequence) > 1 for run in tagged) + 0.3) / (len(tagged) + 2)
    found["several_count"] = float(sum(len(run.sequence) > 1 for run in tagged))
    found["since_several"] = float(next((back for back, run in enumerate(reversed(tagged), 1) if len(run.sequence) > 1), 25))
    found["mean_lines"] = (sum(len(run.lines) for run in supporter) + 1.2) / (len(supporter) + 1)
    found["mean_sequence"] = (sum(len(run.sequence) for run in tagged) + 1.15) / (len(tagged) + 1)
    found["mean_seeker_lines"] = (sum(len(run.lines) for run in seeker) + 1.3) / (len(seeker) + 1)
    words = [len(words_in(line.text)) for run in supporter for line in run.lines]
    found["mean_words"] = (sum(words) + 16) / (len(words) + 1)
    found["longest"] = float(max(words, default=0))
    own = [len(words_in(run.text)) for run in seeker]
    found["mean_seeker_words"] = (sum(own) + 18) / (len(own) + 1)
    found["asking_share"] = (sum("?" in run.text for run in supporter) + 0.5) / (len(supporter) + 1)
    found["untagged"] = float(sum(not line.strategies for run in supporter for line in run.lines))


def _shared(one: str, two: str) -> float:
    """Share of the longer words of one text that stand in the other."""
    mine = {word for word in words_in(one) if len(word) > 3}
    return len(mine & set(words_in(two))) / max(1, len(mine))


def number_names() -> tuple[str, ...]:
    """The names of the numbers, in their order."""
    return tuple(numbers_of(PlanningContext()))
