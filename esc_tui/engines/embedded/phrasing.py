"""Phrasings with slots made into sentences: which can be said now, and how well each would sit in the reply."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise, product

from esc_tui.domain.labels import State
from esc_tui.engines.embedded.frames import SLOT, clause_fits, feeling_fits, follows, of_people, whose_fits
from esc_tui.engines.embedded.memory import (
    Memory,
    chance,
    content_words,
    first_word_of,
    memory_of,
    normal,
    opening_of,
    sentences_in,
)
from esc_tui.engines.embedded.pressing import asks_assent, assents, is_grave, shrugs
from esc_tui.engines.embedded.presuming import presumes, presumes_nothing
from esc_tui.engines.embedded.reader import shown_in
from esc_tui.engines.embedded.senses import senses_of
from esc_tui.engines.embedded.slots import Slots, persons_of, slots_of
from esc_tui.engines.embedded.themes import themes_of
from esc_tui.engines.embedded.words import keys_of, tokens_of
from esc_tui.engines.roles import Moment, Reading

_SLOT_WORTH = {"quote": 0.55, "said": 0.3, "earlier": 0.9, "also": 0.6, "wish": 0.45, "topic": 0.35, "person": 0.3, "feeling": 0.35,
               "coming": 1.2, "supposed": 1.2, "reason": 0.9}
TOLD_NOW = ("clause", "deed", "also")
ECHOES_NOW = frozenset({*TOLD_NOW, "said"})
ECHOES = frozenset({"clause", "also", "deed", "earlier", "quote", "wish", "said"})
_PERSON_TOPIC = re.compile(
    r"\b(?:[Tt]hings|[Bb]usiness|tied up|this|dealing|wrong) with \{topic\}|about \{topic\} that|[Tt]hink(?:ing)? about \{topic\}"
)
_ASKED_HOW_LONG = re.compile(r"^(?:and )?how long\b", re.IGNORECASE)
_ASKED_WHO = re.compile(r"^(?:and )?(?:who|whose|with whom)\b|\bwho (?:else|can|could|around|at|in)\b", re.IGNORECASE)


_THEN = re.compile(
    r"^(?:What was (?:it|that)|How was (?:it|that) for|Was anyone with|How did (?:that|it)|How did you (?:take|get|manage)"
    r"|What did you (?:want to )?(?:say|do|think when)"
    r"|What happened (?:after|last)|What would you have|What would have|What went|What came after|What did it take to"
    r"|What was the worst moment|Which moment|What do you wish somebody had|What do you think was behind|How are things with)"
)
_TO_OTHERS = re.compile(r"^(?:How did you take|What did you (?:want to )?say|What do you think was)")
_OF_TROUBLE = re.compile(r"\b(?:worst|hardest|so hard|wanted instead|done you good|wish somebody)\b")
_NOW = re.compile(
    r"^(?:Has it been like|What do you usually|What do you do when|Is it the same|How long has it|When does it hit"
    r"|What goes through your head when it's|Is that new|Where in the day)"
)
BARE = 0.3  # worth of saying words back with nothing before or behind them, the plainest way
SAME_THEME = 3  # questions within which the same thing is not asked again
_FEW = 6  # words of a message that leans on the one before
_PLURAL = re.compile(r"(?<![su])s$|(?:kids|children|parents|friends|people|classes|loss)$")
_SINGULAR_VERB = re.compile(
    r"(?:Has|Is|Was|Does) \{topic\}|\{topic\} (?:has|is|was|keeps|weighs|takes|sits|needs|makes|comes|gets|goes|\w+s) "
)
@dataclass(frozen=True, slots=True)
class Filled:
    """A phrasing with its slots filled: the text as it will be said and the values used."""

    text: str
    template: str
    used: tuple[tuple[str, str], ...] = ()
    told: bool = False

    @property
    def echoes(self) -> bool:
        """True when it says back words of the seeker."""
        return any(name in ECHOES for name, _ in self.used)


@dataclass(slots=True)
class Draft:
    """A reply in the making."""

    sentences: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    echoed: int = 0
    asked: bool = False
    told: bool = False
    templates: set[str] = field(default_factory=set)
    returned: bool = False

    def add(self, filled: Filled) -> None:
        """Take a phrasing into the reply."""
        self.sentences.extend(sentences_in(filled.text))
        self.used.update(value for _, value in filled.used)
        self.echoed += filled.echoes or filled.told
        self.returned = self.returned or any(name == "earlier" for name, _ in filled.used)
        self.told = self.told or (filled.told and "?" not in filled.text)
        self.templates.add(filled.template)
        self.asked = self.asked or "?" in filled.text


_Asked = tuple[tuple[str, ...], bool, bool, tuple[str, ...], frozenset[str], bool, bool, bool]
"""Templates, whether they ask and are warranted; of the draft its sentences, values used, whether it has said back enough and
whether it asks; whether more than one thing may be said back."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that choosing words depends on. ``tried``: what was found best to say next, by what was asked and what stood there.

    ``grave``: the newest message or the one before it speaks of harm, so that nothing is praised or shrugged off. ``assent_asked``: it
    asks for a promise, an agreement or praise, so that nothing begins with an okay, praises, or gives back what they want confirmed.
    """

    moment: Moment
    reading: Reading
    slots: Slots
    memory: Memory
    avoid: str = ""
    max_sentences: int = 4
    grave: bool = False
    assent_asked: bool = False
    tried: dict[_Asked, Filled | None] = field(default_factory=dict, compare=False)

    @property
    def lately(self) -> str:
        """The newest message of the seeker and the one before it; all of them when advice on the matter is asked."""
        if self.reading.act == "ask_advice":
            return "\n".join((*(line.text for line in self.moment.history if line.speaker == "seeker"), self.moment.text))
        return "\n".join((*_last_seeker(self.moment), self.moment.text))

    @property
    def shown(self) -> frozenset[str]:
        """States that the newest message shows, or the one before it when the newest shows none; relief does not outlast a new telling."""
        now = shown_in(self.moment.text)
        if now and len(tokens_of(self.moment.text)) > _FEW:
            return now
        before = frozenset().union(*(shown_in(text) for text in _last_seeker(self.moment)))
        return now | (before if len(tokens_of(self.moment.text)) <= _FEW else before - {State.RELIEVED})

    def fillings(self, template: str) -> Iterable[Filled]:
        """All ways to fill a template that fit its frame."""
        names = _slots_in(template)
        if not names:
            yield _as_it_is(template)
            return
        if self.avoid and not ECHOES.isdisjoint(names):
            return
        if self.memory.echoed_lately and "?" not in template and not ECHOES_NOW.isdisjoint(names):
            return  # after two replies that said words back a third one would be an echo and no talk; a question may hold them
        for values in product(*(self.slots.get(name) for name in names)):
            pairs = tuple(zip(names, values, strict=True))
            if len({value for _, value in pairs}) < len(pairs) or not self._frame_fits(template, pairs):
                continue
            text = template
            for name, value in pairs:
                text = text.replace(f"{{{name}}}", value)
            yield Filled(_capitalised(text), template, pairs)

    def _frame_fits(self, template: str, pairs: tuple[tuple[str, str], ...]) -> bool:
        told = [self.slots.clauses[value] for name, value in pairs if name in TOLD_NOW and value in self.slots.clauses]
        if any(not follows(other, one, self.moment.turn) for one, other in pairwise(told)):
            return False
        for name, value in pairs:
            if name == "clause":
                clause = self.slots.clauses.get(value)
                if clause is not None and not clause_fits(template, clause):
                    return False
            elif name == "earlier":
                known = self.slots.clauses.get(value)
                if known is not None and not whose_fits(template, known):
                    return False
            elif (name == "topic" and _PLURAL.search(value) and _SINGULAR_VERB.search(template)) or (name == "topic" and value.startswith("your ") and of_people(template)):
                return False
            elif name == "topic" and value in self.slots.person_topics:
                if not _PERSON_TOPIC.search(template) or re.search(r"^Who|[Pp]utting off|[Ss]ad", template):
                    return False
            elif name == "person":
                if "since then" in template and value not in persons_of(self.moment.text):
                    return False
            elif name == "feeling" and not feeling_fits(template, value):
                return False
        return True

    def allowed(self, filled: Filled, draft: Draft, question: bool, warranted: bool = False, echoes: int = 1) -> bool:
        """True when no rule forbids the sentence here: repeats, openings, doubled words, questions, length.

        A ``warranted`` sentence was chosen by words just said, so it cannot presume. ``echoes``: so many may say words back.
        """
        text = filled.text
        if ("?" in text) != question or (question and draft.asked):
            return False
        parts = sentences_in(text)
        if len(draft.sentences) + len(parts) > self.max_sentences or any(self.memory.said(part) for part in parts):
            return False
        if self.grave and shrugs(text):
            return False
        if self.assent_asked and (filled.echoes or assents(text) or shrugs(text)):
            return False
        if not warranted and not presumes_nothing(filled.template) and presumes(filled.template, self.shown, self.lately):
            return False
        told = [f" {value} " for _, value in filled.used]
        if self._template_said(filled) or any(value in f" {used} " or f" {used} " in value for value in told for used in draft.used):
            return False
        if not draft.sentences and opening_of(text) in self.memory.openings:
            return False
        if any(senses_of(filled.template) & senses_of(template) for template in draft.templates):
            return False
        if filled.echoes and draft.echoed >= echoes:
            return False
        if any(name == "earlier" for name, _ in filled.used) and draft.returned:
            return False
        if draft.sentences and content_words(draft.sentences[-1]) & content_words(parts[0]):
            return False
        if draft.sentences and first_word_of(text) in map(first_word_of, draft.sentences):
            return False
        if question and (self._asked_already(text) or (not warranted and self._wrong_time(text))):
            return False
        return not self._refused(text)

    def _refused(self, text: str) -> bool:
        refused = normal(self.avoid)
        return bool(refused) and (normal(text) in refused or refused in normal(text))

    def _template_said(self, filled: Filled) -> bool:
        chunk = _longest_chunk(filled.template)
        return bool(chunk) and chunk in self.memory.blob

    def _wrong_time(self, text: str) -> bool:
        """A question about what was, when they told of what is, and the other way round."""
        told = [self.slots.clauses[value].past for value in self.slots.get("clause")]
        then, now = _THEN.search(text) is not None, _NOW.search(text) is not None
        others = [self.slots.clauses[value].own for value in self.slots.get("clause")]
        if _TO_OTHERS.search(text) and (not others or others[0]):
            return True  # "what did you say to that" wants somebody else who said or did something
        heavy = bool(self.shown) or any(self.slots.clauses[value].telling for value in self.slots.get("clause"))
        if _OF_TROUBLE.search(text) and told and not heavy:
            return True
        if not told:
            return then
        return (then and not told[0]) or (now and told[0])

    def _asked_already(self, text: str) -> bool:
        """A question that was put before in other words, or whose answer the seeker has just given."""
        words = content_words(text)
        mine = themes_of(text)
        if any(mine & themes_of(asked) for asked in self.memory.asked[:SAME_THEME]):
            return True
        if any(len(words & asked) >= 2 or (words and words == asked) for asked in self.memory.questions[:6]):
            return True
        if _ASKED_HOW_LONG.search(text) and self.slots.get("time"):
            return True
        if not _ASKED_WHO.search(text):
            return False
        keys = {token.key for line in (self.moment.text, *_last_seeker(self.moment)) for token in tokens_of(line)}
        return bool(keys & {"nobody", "noone", "alone", "lonely"})

    def worth(self, filled: Filled, draft: Draft, echoes: int = 1) -> float:
        """How well a sentence sits here; higher is better. The last part is chance, fixed by seed and turn."""
        score = 0.0
        names = {name for name, _ in filled.used}
        fresh = echoes > 1 or not self.memory.echoed_lately
        if names & {"clause", "deed"}:
            best = max(
                (self.slots.clauses[value].weight for _, value in filled.used if value in self.slots.clauses),
                default=1.5,
            )
            score += (0.9 if fresh else 0.2) * min(best, 3.0) / 2
        score += sum(_SLOT_WORTH.get(name, 0.0) for name in names)
        for name, value in filled.used:
            if name in {"topic", "person", "feeling"} and content_words(value) & self.memory.recent_words:
                score -= 0.7
        mine = content_words(filled.template)
        theirs = content_words(self.moment.text)
        score += BARE * (bool(filled.used) and SLOT.sub("", filled.template).strip(" .,") in {"", "And", "and"})
        score += 0.45 * min(3, len(mine & theirs))
        score -= 0.15 * min(3, len(mine & self.memory.recent_words))
        score -= 0.35 * self.memory.recent_starts.count(first_word_of(filled.text))
        if self.moment.text and len(tokens_of(self.moment.text)) <= 5 and len(keys_of(filled.text)) > 18:
            score -= 0.5
        return score + 0.8 * chance(self.moment.seed, self.moment.turn, self.avoid, filled.text)

    def best(
        self, templates: Iterable[str], draft: Draft, question: bool, warranted: bool = False, echoes: int = 1
    ) -> Filled | None:
        """The best allowed filling over many templates; None when nothing may be said."""
        lines = tuple(templates)
        said_back = draft.echoed >= echoes
        asked = lines, question, warranted, tuple(draft.sentences), frozenset(draft.used), said_back, draft.asked, echoes > 1
        if asked not in self.tried:
            self.tried[asked] = self._best(lines, draft, question, warranted, echoes)
        return self.tried[asked]

    def _best(
        self, templates: tuple[str, ...], draft: Draft, question: bool, warranted: bool, echoes: int
    ) -> Filled | None:
        chosen: tuple[float, str] | None = None
        winner: Filled | None = None
        for template in templates:
            if ("?" in template) != question:
                continue
            for filled in self.fillings(template):
                if self.allowed(filled, draft, question, warranted, echoes):
                    rank = (self.worth(filled, draft, echoes), filled.text)
                    if chosen is None or rank > chosen:
                        chosen, winner = rank, filled
        return replace(winner, told=True) if winner is not None and warranted else winner

    def insisted(self, tiers: Iterable[Iterable[str]], draft: Draft) -> Filled | None:
        """The best of what must be said: where all of it was said before, what was said longest ago; None without any."""
        lines = [line for tier in tiers for line in tier]
        filled = self.best(lines, draft, False, True)
        if filled is not None or not lines:
            return filled

        def age(line: str) -> int:
            return next((place for place, reply in enumerate(self.memory.replies) if line in reply), len(self.memory.replies))

        text = max((line for line in lines if not self._refused(line)), key=age, default="")
        return Filled(text, text, told=True) if text else None

    def best_of(
        self, tiers: Iterable[Iterable[str]], draft: Draft, question: bool, warranted: bool = False, once: bool = False,
        echoes: int = 1,
    ) -> Filled | None:
        """The best of the first tier that has anything to say; with ``once`` no tier that has spoken in this reply."""
        for tier in tiers:
            if once and not draft.templates.isdisjoint(tier):
                continue
            filled = self.best(tier, draft, question, warranted, echoes)
            if filled is not None:
                return filled
        return None


def _last_seeker(moment: Moment) -> tuple[str, ...]:
    return next(((line.text,) for line in reversed(moment.history) if line.speaker == "seeker"), ())


_newest: Scene | None = None


def scene_of(moment: Moment, reading: Reading, avoid: str = "", max_sentences: int = 4) -> Scene:
    """The scene of a moment. Planner and writer choose from the same sentences, so the newest is kept with what was found in it."""
    global _newest  # one entry, replaced whole
    kept = _newest
    same = kept is not None and kept.moment is moment and kept.reading is reading
    if kept is None or not same or (kept.avoid, kept.max_sentences) != (avoid, max_sentences):
        grave = is_grave(moment.text) or any(map(is_grave, _last_seeker(moment)))
        kept = _newest = Scene(moment, reading, slots_of(moment, reading), memory_of(moment), avoid, max_sentences, grave,
                               asks_assent(moment.text))
    return kept


@lru_cache(maxsize=4096)
def _as_it_is(template: str) -> Filled:
    return Filled(template, template)


@lru_cache(maxsize=4096)
def _slots_in(template: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(SLOT.findall(template)))


@lru_cache(maxsize=4096)
def _longest_chunk(template: str) -> str:
    """The longest stretch between slots, normal; empty when it has fewer than three words, which prove nothing."""
    longest = max((normal(part) for part in SLOT.split(template)[::2]), key=len, default="")
    return longest if len(longest.split()) >= 3 else ""


@lru_cache(maxsize=4096)
def _capitalised(text: str) -> str:
    """Each sentence with a capital first letter."""
    parts = sentences_in(text)
    return " ".join(_upper_first(part) for part in parts)


def _upper_first(part: str) -> str:
    for place, character in enumerate(part):
        if character.isalpha():
            opener = part[:place]
            if "“" in opener:
                return part
            return opener + character.upper() + part[place + 1 :]
    return part
