"""What must not be met with listening as usual: asks for secrecy, a diagnosis, a word on medicine or a blessing for harm, and talk
of harm that is no crisis. Each kind has written answers (``data/pressing.json``); beside them no reply may praise or shrug it off.

In the lines {who}, {time}, {kids} and {what} are the seeker's own words, turned; such a line is only for messages that hold them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from esc_tui.domain.needles import Screen, needle_key
from esc_tui.engines.embedded.memory import normal
from esc_tui.engines.embedded.pressing_limits import BEFORE, GRAVE, HOW, NOT_GRAVE, PLEA, UNLESS, WAY_OUT
from esc_tui.engines.embedded.pressing_words import PATTERNS
from esc_tui.engines.embedded.words import load_data
from esc_tui.engines.roles import Moment

_SECTIONS = {
    "secrecy": "secret_no",
    "diagnosis": "diagnosis_no",
    "medicine": "medicine_no",
    "method": "method_no",
    "danger": "danger_hear",
}
ANSWERS = frozenset({*_SECTIONS.values(), "harm_no"})
"""Sections of sentences that answer such a message; every kind not named above is answered by ``harm_no``."""
PRESSING = ANSWERS | {"pressing_stay", "pressing_ask"}
_DEADLY = frozenset({"self", "violence", "method", "danger"})
_HARMFUL = _DEADLY | {"revenge", "hunger", "drinking", "relapse", "driving"}
_LONGEST = 1200
_PLEA_WORDS = 9  # a longer message brings something of its own
_FEW = 4  # words of a mere answer to a question about safety
_SLOT = re.compile(r"\{(\w+)\}")
_NAMES = {"depressed": "depression", "clinically depressed": "depression", "autistic": "autism", "anorexic": "anorexia",
          "bulimic": "bulimia", "psychotic": "psychosis", "panic attacks": "panic", "panic attack": "panic",
          "prozac": "Prozac", "xanax": "Xanax", "valium": "Valium", "lexapro": "Lexapro",
          "zoloft": "Zoloft", "ritalin": "Ritalin", "adderall": "Adderall"}
_IN_CAPITALS = frozenset({"ocd", "adhd", "ptsd", "cptsd", "bpd", "asd", "pmdd", "ppd"})
_NOUNS = frozenset({*_NAMES.values(), *_IN_CAPITALS, "bipolar", "depression", "anxiety", "burnout", "dementia", "cancer", "insomnia",
                    "trauma"})
_UNSAYABLE = re.compile(
    r"whatever comes next|both (?:can be|are|sides) (?:right|have)|two ways|between two things|worth trying"
    r"|\b(?:courag\w+|brave\w*|bold|proud|strength|strong|nerve|resilien\w+|impress\w+|admir\w+|inspir\w+|congratulat\w+)\b"
    r"|\bwell done\b|\bgood (?:for you|on you|idea|plan|step|thing|to hear|news|bit|small)\b|\breal step|\bown idea"
    r"|^good\b|^nice\b|^great\b|\benjoy|\bglad for you|\bhas eased|\blet that be good|allowed to feel good|\bbit of air"
    r"|set (?:\w+ ){0,3}(?:minutes|aside)|let's look at what could|something practical|something you can use|let's see what might"
    r"|people find useful|think along with you|something to try|somewhere to start|you did that|you worked for it"
    r"|\bthat came from you|\btook (?:something|some|care|effort)|\btakes something|\bworth a word|\bkeep it up|\bgo for it|\bdeserve a"
    r"|fair thing to want|isn't asking for much|\bthat makes sense\.|\bof course it does|\byou know this better"
    r"|strikes me as strange|less odd|call that odd|more common than|no problem|don't see it that way|you've put your finger",
    re.IGNORECASE,
)
_ASSENT_ASKED = re.compile(
    r"\b(?:promise|swear|agreed?|(?:your|ur) word|admit it|proud of me|(?:had|has) (?:it|that) coming|(?:on|take) (?:my|our) side)\b"
    r"|\b(?:back|support) (?:me|us)\b(?! up\b)|\bgood (?:mother|father|mum|mom|dad|parent|wife|husband|person|friend)\b[^.!?]{0,12}\?"
    r"|\b(?:eh|no|huh|yeah)\s*\?|\btell me (?:you|its|it's|it is|that)\b"
    r"|\b(?:right|ok|okay|true|correct|yes|deal|sure|fair)\s*\?|\bwhich of us\b"
    r"|\bwho(?:'?s| is) right\b|\bam i (?:right|wrong)\b", re.IGNORECASE)
_ASSENT = re.compile(
    r"^(?:hm, |oh, |ah, |mm, )*(?:okay|ok|right|all right|fine|sure|yes|good|fair|of course|exactly|true)\b", re.IGNORECASE)
_BARE = re.compile(
    r"^(?:(?:hm|mm|oh|ah|okay|ok|right|all right|good|fine|fair|fair enough|yes|sure|noted|then not|not|i see|i understand|"
    r"thats (?:fine|okay|all right))(?: |$))+$"
)


@dataclass(frozen=True, slots=True)
class Pressed:
    """One such ask or danger in a message: its kind, the section that answers it, and lines with their slots filled."""

    kind: str
    section: str
    hold: tuple[str, ...]
    stay: tuple[str, ...]
    ask: tuple[str, ...]

    @property
    def asks(self) -> tuple[tuple[str, ...], ...]:
        """Its questions in tiers: where a life may be at stake, whether they are safe comes first."""
        return (self.ask[:1], self.ask[1:]) if self.kind in _DEADLY else (self.ask,)


def pressing_patterns() -> tuple[str, ...]:
    """The patterns that are tried only on texts that hold one of their needles."""
    return tuple(pattern for _, pattern in PATTERNS)


@cache
def _screen() -> Screen:
    known = load_data("needles")
    return Screen(known.get(needle_key(pattern), ()) for pattern in pressing_patterns())


@cache  # made when first needed: most are not in a talk
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source)


@lru_cache(maxsize=512)
def pressing_in(text: str, before: str = "") -> tuple[Pressed, ...]:
    """The kinds found in one message, the gravest last; ``before`` is what the seeker wrote earlier. At most two."""
    words = normal(text[:_LONGEST]) + (" ?" if text.rstrip().endswith("?") else "")
    found: dict[str, dict[str, str]] = {}
    for at in _screen().possible(words):
        kind, source = PATTERNS[at]
        hit = _pattern(source).search(words)
        if hit is None or (kind in UNLESS and _pattern(UNLESS[kind]).search(words)):
            continue
        if kind in BEFORE and not _pattern(BEFORE[kind]).search(f"{normal(before)} {words}"):
            continue
        caught = found.setdefault(kind, {})
        caught.update({name: value for name, value in hit.groupdict().items() if value and name not in caught})
    order = [kind for kind in load_data("pressing") if kind in found]  # from an ask among words to what is deadly
    first = order[:1] if order[:1] == ["secrecy"] else []
    return tuple(_worded(kind, found[kind]) for kind in dict.fromkeys([*first, *order[-1:]]))


def pressed(moment: Moment) -> tuple[Pressed, ...]:
    """What the newest message presses for; a short "please, just say yes" stands for what was asked just before, and so does a question
    how it is best done after words of harm: no advice is given for that."""
    said = [line.text for line in moment.history if line.speaker == "seeker"]
    now = pressing_in(moment.text, "\n".join(said[-8:]))
    if now or not said:
        return now
    words = normal(moment.text)
    if _pattern(HOW).search(words):
        if _pattern(WAY_OUT).search(words):
            return ()
        harm = pressing_in(said[-1], "\n".join(said[-9:-1]))
        if harm and harm[-1].kind in _HARMFUL - {"danger"}:
            return harm
    count = len(words.split())
    if 0 < count <= _PLEA_WORDS and (count <= _FEW or _pattern(PLEA).search(words)):
        before = pressing_in(said[-1], "\n".join(said[-9:-1]))
        if before and (_pattern(PLEA).search(words) or before[-1].kind in _DEADLY):
            return before
    return ()


@lru_cache(maxsize=512)
def is_grave(text: str) -> bool:
    """True for words after which nothing is praised, waved through or shrugged off."""
    words = normal(text[:_LONGEST])
    return _pattern(GRAVE).search(words) is not None and _pattern(NOT_GRAVE).search(words) is None


@lru_cache(maxsize=4096)
def shrugs(sentence: str) -> bool:
    """True for a sentence that praises, approves or is no more than an okay."""
    return _UNSAYABLE.search(sentence) is not None or _BARE.search(normal(sentence)) is not None


@lru_cache(maxsize=512)
def asks_assent(text: str) -> bool:
    """True for words after which an "okay" would be heard as a yes: a promise, a deal, an agreement or praise is asked for."""
    return _ASSENT_ASKED.search(text) is not None


@lru_cache(maxsize=4096)
def assents(sentence: str) -> bool:
    """True for a sentence that begins with an okay, a right or a yes."""
    return _ASSENT.search(sentence) is not None


def _worded(kind: str, caught: dict[str, str]) -> Pressed:
    values = {name: _turned(name, value) for name, value in caught.items()}
    if kind == "diagnosis" and values.get("what", "").casefold() not in _NOUNS:
        values.pop("what", None)
    rows = load_data("pressing")[kind]

    def filled(name: str) -> tuple[str, ...]:
        return tuple(
            _SLOT.sub(lambda slot: values[slot.group(1)], line)
            for line in rows[name]
            if all(slot in values for slot in _SLOT.findall(line))
        )

    return Pressed(kind, _SECTIONS.get(kind, "harm_no"), filled("hold"), filled("stay"), filled("ask"))


def _turned(name: str, value: str) -> str:
    """The seeker's word as it is said to them: "my mum" is "your mum", "ocd" is "OCD"."""
    if name == "what":
        named = _NAMES.get(value, value)
        return named.upper() if named in _IN_CAPITALS else named
    return re.sub(r"\b(?:my|our)\b", "your", value)
