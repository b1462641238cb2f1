"""The written rules: patterns read from ``rules/*.txt``, the cues that clear them, and the hits they give.

A hit of strength 2 that nothing clears decides a crisis alone; strength 1 and cleared hits only inform the classifier.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from esc_tui.domain.labels import RiskKind, RiskLevel
from esc_tui.domain.needles import Screen, needle_key
from esc_tui.guard.kinds import Evidence
from esc_tui.guard.normal import Plain, plain, simplified

_LEVELS = {"p": RiskLevel.PASSIVE_IDEATION, "a": RiskLevel.ACTIVE_IDEATION, "i": RiskLevel.INTENT_OR_PLAN,
           "b": RiskLevel.BEHAVIOUR}
_KINDS = {"H": RiskKind.HARM_TO_OTHERS, "A": RiskKind.ABUSE, "M": RiskKind.MEDICAL_EMERGENCY,
          "T": RiskKind.THIRD_PARTY, "P": RiskKind.PSYCHOSIS_RISK}
_MACRO = re.compile(r"<(\w+)>")
_HAN = re.compile(r"[\u3400-\u9fff]")
_STRONG_FICTION = re.compile(
    r"\b(?:lines?|lyrics?|script|character|role ?play\w*|quot\w+|writing (?:a|my|the)|my novel|my story|the song|"
    r"song goes|chorus|rehears\w+|audition|campaign|game|level|boss|fanfic|scene|chapter|poem)\b")
_NEGATION_OPEN = re.compile(r"\b(?:only|just|stop|help|sure|know|resist|shake|longer)\b")
_LITERAL = re.compile(r"myself|suicid|wrist|overdos|pills|voice|tonight|plan")
_NEXT_DAY = re.compile(
    r"\b(?:try again|in the morning|talk (?:soon|later|tomorrow|again)|see you|going to bed|good ?night|wish me luck|"
    r"next (?:week|time|session)|come back|be back|write again|dinner|soup|walk|beach|flight|interview|my mom is calling|"
    r"delete|blocking|notice|resign\w*|therap\w+|appointment|sister came|friend came|feel better|helped|lighter now)\b"
    r"|晚安|明天再|下次|回头")
_INNER_CUES = frozenset({"negation", "everyday", "despair"})
_HAN_CUES = {
    "past": re.compile(r"以前|曾经|去年|过一次|高三|大一|小时候|过去|当年|那时候?|多年前|年前|高中时|大学时|从前"),
    "recovery": re.compile(r"现在(?:已经)?(?:好多了|好了|没事|不会|很好|过得)|走出来|康复|都过去了|不再"),
    "now": re.compile(r"又|最近|现在(?:还|又|也)|今晚|每天|一直"),
    "fiction": re.compile(r"电影|电视剧|小说|主角|角色|歌词|这首歌|游戏|剧本|台词|漫画|动漫|剧里|书里|男主|女主|写的故事|演"),
    "news": re.compile(r"新闻|报道|论文|讲座|课上|课程|作业|研究|预防|宣传|采访|培训"),
    "grief": re.compile(r"去世|过世|走了.{0,4}年|葬礼|忌日|清明"),
    "ironic": re.compile(r"哈哈|笑死|开玩笑|hhh|狗头|夸张"),
    "real": re.compile(r"我也(?:想|是|不想)|我是认真的|(?:不是|没有?)(?:在)?开玩笑|跟我一样"),
}
_HAN_IDIOM = re.compile(
    r"(?:笑|累|饿|困|热|冷|气|烦|吓|忙|渴|痒|美|帅|可爱|香|尴尬|羡慕|无聊|丢脸|想你|爱|馋|撑|急|疼|羞|甜|吵|堵|挤)(?:得|的)?(?:我)?(?:都)?(?:快|要)*(?:想)?死"
    r"|死(?:机|线|党|心|板|角|磕|记|忠|循环|活不|了心|对头)|想死(?:你|他|她|妈妈|家乡|火锅|这|吃)|要死要活|死去活来|死而复生|打死也不|打死我也|"
    r"(?:吃|喝|玩|去|看|睡|买|见)\S{0,4}想死了?|杀了我算了|杀(?:青|毒|时间|价|菌|手锏|鱼|鸡|虫|生)|打(?:电话|算|扰|听|呼|招呼|字|游戏|工|扫|理|败|动|断|击|车|包|球|牌|麻将|针|折|卡|分|得不错|得很好|赢|交道|了个)|视死如归")


@dataclass(frozen=True, slots=True)
class Rule:
    """One written rule; ``pattern`` runs over plain text (or over Han text when ``han``)."""

    kind: RiskKind
    level: RiskLevel | None
    strength: int
    flags: str
    anchors: tuple[str, ...]
    source: str
    han: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched; ``cleared`` names the cue that takes its weight away (empty: it stands)."""

    rule: Rule
    evidence: Evidence
    cleared: str = ""

    @property
    def decides(self) -> bool:
        """True when this hit is a crisis by itself."""
        return self.rule.strength >= 2 and not self.cleared


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the rules saw in one message."""

    message: Plain
    hits: tuple[Hit, ...]
    cues: frozenset[str] = field(default_factory=frozenset)

    @property
    def deciding(self) -> tuple[Hit, ...]:
        """The hits that decide alone."""
        return tuple(hit for hit in self.hits if hit.decides)


def _lines(name: str) -> Iterator[str]:
    text = (files("esc_tui.guard") / "rules" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


@lru_cache(maxsize=1)
def _macros() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _lines("macros.txt"):
        name, body = line.split(" = ", 1)
        found[name] = _MACRO.sub(lambda match: found[match.group(1)], body)
    return found


def _expand(source: str) -> str:
    macros = _macros()
    return _MACRO.sub(lambda match: macros[match.group(1)], source)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the data files, in file order."""
    rules: list[Rule] = []
    for name, han in (("self_harm.txt", False), ("others.txt", False), ("plain.txt", False), ("signs.txt", False),
                      ("chinese.txt", True)):
        for line in _lines(name):
            head, rest = line.split(" | ", 1)
            code, strength, flags = head.split()
            anchors, source = ("", rest) if han else rest.split(" | ", 1)
            level = _LEVELS.get(code)
            kind = RiskKind.SELF_HARM if level else _KINDS[code]
            words = tuple(part.strip() for part in anchors.split(",") if part.strip())
            rules.append(Rule(kind, level, int(strength), flags, words, source, han))
    return tuple(rules)


@lru_cache(maxsize=1)
def _needles() -> dict[str, list[str]]:
    return dict(json.loads((files("esc_tui.guard") / "needles.json").read_text(encoding="utf-8")))


class _Screened:
    """Patterns of which only those are made and tried that may match a text."""

    def __init__(self, sources: Sequence[str], anchors: Sequence[tuple[str, ...]] = ()) -> None:
        """``anchors``: the words that a rule names itself, by the place of its pattern."""
        self.sources = tuple(sources)
        written = anchors or [()] * len(self.sources)
        known = _needles()
        self._screen = Screen(own or known.get(needle_key(source), ()) for own, source in zip(written, self.sources, strict=True))

    def possible(self, text: str) -> Iterator[tuple[int, re.Pattern[str]]]:
        """Place and pattern of those that may match, in their order."""
        for place in self._screen.possible(text):
            yield place, _compiled(self.sources[place])


@lru_cache(maxsize=1)
def _plain_rules() -> tuple[tuple[Rule, ...], _Screened]:
    rules = tuple(rule for rule in all_rules() if not rule.han)
    return rules, _Screened([_expand(rule.source) for rule in rules], [rule.anchors for rule in rules])


@lru_cache(maxsize=1)
def _idioms() -> _Screened:
    return _Screened([r"\b(?:" + _expand(line) + r")\b" for line in _lines("idioms.txt")])


@lru_cache(maxsize=1)
def _cue_patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(_expand(source))
            for name, source in (line.split(" | ", 1) for line in _lines("cues.txt"))}


@lru_cache(maxsize=1)
def _outer_cues() -> tuple[tuple[str, ...], _Screened]:
    patterns = {name: pattern.pattern for name, pattern in _cue_patterns().items() if name not in _INNER_CUES}
    return tuple(patterns), _Screened([*patterns.values()])


@lru_cache(maxsize=1)
def _goodbyes() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(line) for line in _lines("goodbyes.txt"))


@lru_cache(maxsize=1)
def _hint_patterns() -> tuple[tuple[str, ...], _Screened]:
    rows = [line.split(" | ", 1) for line in _lines("hints.txt")]
    return tuple(name for name, _ in rows), _Screened([source for _, source in rows])


def screened_patterns() -> tuple[str, ...]:
    """The patterns that are tried only on texts that hold one of their needles."""
    rules, patterns = _plain_rules()
    own = (source for rule, source in zip(rules, patterns.sources, strict=True) if not rule.anchors)
    return *own, *_idioms().sources, *_outer_cues()[1].sources, *_hint_patterns()[1].sources


def hints(message: Plain) -> tuple[str, ...]:
    """Names of the families of phrases that occur in a message; they decide nothing alone."""
    names, patterns = _hint_patterns()
    return tuple(names[place] for place, pattern in patterns.possible(message.text) if pattern.search(message.text))


def farewells(message: Plain) -> tuple[Evidence, ...]:
    """Indirect goodbyes and sudden calm; they raise only after hopeless talk."""
    found = []
    for pattern in _goodbyes():
        match = pattern.search(message.text)
        if match:
            found.append(message.evidence(match.start(), match.end()))
    return tuple(found)


def goes_on_living(message: Plain) -> bool:
    """True when a goodbye speaks of a next day: sleep, dinner, another talk, a journey."""
    return _NEXT_DAY.search(message.text) is not None


def cues(message: Plain) -> frozenset[str]:
    """Names of the cues in a message: past, recovery, now, fiction, news, grief, real, ironic, quote."""
    names, patterns = _outer_cues()
    found = {names[place] for place, pattern in patterns.possible(message.text) if pattern.search(message.text)}
    if '"' in message.words:
        found.add("quote")
    if _HAN.search(message.original):
        text = simplified(message.original)
        found.update(name for name, pattern in _HAN_CUES.items() if pattern.search(text))
    return frozenset(found)


def _hide_idioms(text: str) -> str:
    for _, pattern in _idioms().possible(text):  # what is hidden gives no later one a word it had not
        text = pattern.sub(lambda match: "~" * len(match.group()), text)
    return text


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    left = max(text.rfind(" . ", 0, start + 1), text.rfind(" ? ", 0, start + 1), 0)
    rights = [place for place in (text.find(" . ", max(0, end - 2)), text.find(" ? ", max(0, end - 2))) if place >= 0]
    return left, min(rights, default=len(text))


def _negated(text: str, start: int) -> bool:
    clause = text[max(text.rfind(" . ", 0, start + 1), text.rfind(" , ", 0, start + 1),
                      text.rfind(" but ", 0, start + 1), 0):start]
    before = " ".join(clause.split()[-5:])
    places = [match.start() for match in _cue_patterns()["negation"].finditer(before)]
    return bool(places) and not _NEGATION_OPEN.search(before[places[-1]:])


def _quoted(message: Plain, start: int) -> bool:
    index = message.word_at(start)
    return message.words[:index].count('"') % 2 == 1


def _cleared(rule: Rule, message: Plain, start: int, end: int, found: frozenset[str], fiction_before: str) -> str:
    """Name of the cue that clears this match, or an empty string."""
    text = message.text
    piece = text[start:end]
    if "n" in rule.flags and _negated(text, start):
        return "negation"
    left, right = _sentence(text, start, end)
    sentence = text[left:right]
    patterns = _cue_patterns()
    if "e" in rule.flags and patterns["everyday"].search(text) and not patterns["despair"].search(text):
        return "everyday"
    if "p" in rule.flags and "now" not in found and (
            "recovery" in found or patterns["past"].search(sentence)):
        return "past"
    if "p" in rule.flags and "recovery" in found and patterns["past"].search(text):
        return "past"
    if rule.kind in (RiskKind.THIRD_PARTY, RiskKind.ABUSE) and "now" not in found and "grief" in found:
        return "grief"
    if "f" in rule.flags and "real" not in found:
        before = text[:right]
        fiction = patterns["fiction"].search(before) or patterns["news"].search(text[:start])
        first_person = rule.kind is RiskKind.SELF_HARM
        if fiction and (not first_person or _quoted(message, start) or _STRONG_FICTION.search(text)
                        or patterns["fiction"].search(sentence) or patterns["news"].search(text[left:start])):
            return "fiction"
        if fiction_before and (not first_person or fiction_before == "strong"):
            return "fiction"
    if "ironic" in found and not _LITERAL.search(piece) and rule.level in (
            RiskLevel.PASSIVE_IDEATION, RiskLevel.ACTIVE_IDEATION):
        return "ironic"
    return ""


def _han_hits(message: Plain, found: frozenset[str], fiction_before: str) -> Iterator[Hit]:
    text = _HAN_IDIOM.sub(lambda match: "~" * len(match.group()), simplified(message.original))
    for rule in all_rules():
        if not rule.han:
            continue
        match = _compiled(_expand(rule.source)).search(text)
        if match is None:
            continue
        before = text[max(0, match.start() - 5):match.start()]
        cleared = ""
        if "n" in rule.flags and re.search(r"(?:不是|没有|并不|不会|从没|没)(?:真的|要|说)?[想要]?$", before):
            cleared = "negation"
        elif "p" in rule.flags and "now" not in found and found & {"past", "recovery"}:
            cleared = "past"
        elif "f" in rule.flags and "real" not in found and (found & {"fiction", "news"} or fiction_before):
            cleared = "fiction"
        elif rule.kind is RiskKind.THIRD_PARTY and "grief" in found:
            cleared = "grief"
        elif "ironic" in found and rule.level in (RiskLevel.PASSIVE_IDEATION, RiskLevel.ACTIVE_IDEATION):
            cleared = "ironic"
        yield Hit(rule, Evidence(match.start(), match.end(), message.original[match.start():match.end()]), cleared)


def read(text: str | Plain, fiction_before: str = "") -> Reading:
    """Run every rule over one message.

    ``fiction_before`` is "", "weak" or "strong": whether the seeker's last message spoke of a story, or gave
    the frame of one (lines of a play, lyrics, a game).
    """
    message = plain(text) if isinstance(text, str) else text
    found = cues(message)
    hits: list[Hit] = []
    shown = _hide_idioms(message.text)
    if shown != message.text:
        found |= {"idiom"}
    rules, patterns = _plain_rules()
    for place, pattern in patterns.possible(shown):
        rule = rules[place]
        for match in pattern.finditer(shown):
            if match.end() == match.start():
                continue
            cleared = _cleared(rule, message, match.start(), match.end(), found, fiction_before)
            hits.append(Hit(rule, message.evidence(match.start(), match.end()), cleared))
            if not cleared:
                break
    if _HAN.search(message.original):
        hits.extend(_han_hits(message, found, fiction_before))
    return Reading(message, tuple(hits), found)


@lru_cache(maxsize=256)  # asked twice of the line before each message
def fiction_frame(text: str) -> str:
    """"strong" when a message frames what follows as a story, "weak" when it only speaks of one, else ""."""
    message = plain(text)
    if "fiction" not in cues(message):
        return ""
    return "strong" if _STRONG_FICTION.search(message.text) or _HAN.search(message.original) else "weak"
