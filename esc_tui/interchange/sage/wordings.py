"""What SAGE's files call characters, hidden intentions, bands and topics, and the labels meant. Only names of labels stand here."""

from __future__ import annotations

import re
from types import MappingProxyType

from esc_tui.domain.labels import Character, Need, Scenario, parse_label
from esc_tui.domain.sage import Band

CHARACTERS = MappingProxyType({
    Character.NEGATIVE: "负面型",
    Character.PASSIVE: "被动型",
    Character.AVOIDANT: "回避型",
})
NEEDS = MappingProxyType({
    Need.EXAMINE_FROM_SEVERAL_SIDES: "你希望对方辩证地分析事件中的问题",
    Need.GET_ADVICE_THAT_HELPS_NOW: "你想获得能真实帮助你解决当下困境的建议",
    Need.UNDERSTAND_OTHERS: "你想分析事件中其他人物这么做的原因",
    Need.SELF_REFLECTION_AND_GROWTH: "你希望对方引导你针对事件进行自我反思，收获自我成长",
    Need.BE_PRAISED: "你希望对方真诚地夸奖你在事件中的具体行为",
    Need.BE_LISTENED_TO: "你希望对方用心倾听你的情绪宣泄",
    Need.BE_EMPATHISED_WITH: "你希望对方深刻共情你的感受，而不是简单的安慰",
    Need.BE_TOLD_NOT_AT_FAULT: "你认为自己在事件中没有任何责任和错误，你想要对方也认同你没有错",
})
"""The eight hidden intentions of SAGE's profiles, word for word."""

_SCENARIOS = {
    "学业与行为问题": Scenario.ACADEMIC_PRESSURE,
    "学业压力太大": Scenario.ACADEMIC_PRESSURE,
    "恋爱矛盾": Scenario.PARTNER_CONFLICT,
    "沟通与冷战": Scenario.PARTNER_CONFLICT,
    "出轨与背叛": Scenario.PARTNER_CONFLICT,
    "分手与复合": Scenario.BREAKUP_WITH_PARTNER,
    "亲子关系": Scenario.ISSUES_WITH_CHILDREN,
    "父母与子女冲突": Scenario.ISSUES_WITH_PARENTS,
    "早恋被发现": Scenario.ISSUES_WITH_PARENTS,
    "校园霸凌": Scenario.SCHOOL_BULLYING,
    "工作压力与平衡": Scenario.JOB_CRISIS,
    "职场人际关系": Scenario.JOB_CRISIS,
    "职业选择与规划": Scenario.JOB_CRISIS,
    "健康与养老": Scenario.HEALTH_WORRIES,
    "经济与责任分配": Scenario.MONEY_WORRIES,
    "债务与借贷": Scenario.MONEY_WORRIES,
    "抑郁与焦虑": Scenario.ONGOING_DEPRESSION,
}
"""The heads of SAGE's topics that one of our scenarios covers; every other topic is ``other``."""

_HEADING = re.compile(r"\A\s*\[?[^\[\]\n]{1,40}\][ \t]*(?:\n|\Z)")
_PUNCTUATION = re.compile(r"[\s*#,.;:!，。；：！、]+")


def _bare(text: str) -> str:
    return _PUNCTUATION.sub("", text).casefold()


_NEED_BY_WORDS = {_bare(words): need for need, words in NEEDS.items()}
_CHARACTER_BY_WORDS = {_bare(words): character for character, words in CHARACTERS.items()}


def need_named(words: str) -> Need | None:
    """The hidden intention meant by SAGE's wording, whatever its stops and stars, or by our own label; None for another."""
    found = _NEED_BY_WORDS.get(_bare(words))
    if found is not None:
        return found
    try:
        return parse_label(Need, words)
    except ValueError:
        return None


def character_named(words: str) -> Character | None:
    """The character type meant by SAGE's name for it, or by our own label; None for another."""
    found = _CHARACTER_BY_WORDS.get(_bare(words))
    if found is not None:
        return found
    try:
        return parse_label(Character, words)
    except ValueError:
        return None


def scenario_of(topic: str) -> Scenario:
    """The scenario of a topic, which SAGE writes as ``head-question``; our own labels are known too; else ``other``."""
    try:
        return parse_label(Scenario, topic)
    except ValueError:
        return _SCENARIOS.get(topic.partition("-")[0].strip(), Scenario.OTHER)


def without_heading(block: str) -> str:
    """A judgement's block for people. The published files keep the rest of a heading before it (``...]`` on a line of its own)."""
    return _HEADING.sub("", block, count=1).strip()


def state_name(band: Band) -> str:
    """SAGE's name of a band, ``Emotion-B``."""
    return f"Emotion-{band.value}"
