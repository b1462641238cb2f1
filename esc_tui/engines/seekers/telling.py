"""The blocks of an appraisal in words: what the reply wanted, whom it served, the inner voice, the feeling. Short, for a pane."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from esc_tui.engines.roles import Appraisal, SeekerMoment
from esc_tui.engines.seekers.appraising import Judgement
from esc_tui.engines.seekers.drawing import Chance
from esc_tui.engines.seekers.words import data, spelled, telling_stem

_SHOWN = (
    "repeats", "retracts", "fault_lifted", "fault_laid", "minimise", "defends", "questionnaire", "concrete_step", "explains_other",
    "weighs", "mirror", "praise_weighed", "advice", "orders", "praise_empty", "invites", "space", "feeling", "stand_by", "informs",
    "self_talk", "questions", "echo", "sympathy", "boilerplate",
)
"""Which act names the content of a reply, most telling first; ties are decided by the weight the act had."""
_ADVISING = frozenset({"advice", "concrete_step", "obligate"})
"""Acts of a reply that tell somebody what to do."""


def told(judgement: Judgement, change: int, moment: SeekerMoment) -> Appraisal:
    """The appraisal with SAGE's blocks filled."""
    inner = data("inner")
    chance = _Rotation(moment)
    return Appraisal(
        change=change, content=_content(judgement, inner, chance),
        target_completion=_served(judgement, change, moment, inner, chance),
        activity=_thought(judgement, change, moment, inner, chance), analyse=chance.one_of(inner["felt"][_degree(change)]))


class _Rotation:
    """Wordings that change from turn to turn: each list is begun anywhere and gone through in order."""

    __slots__ = ("_moment",)

    def __init__(self, moment: SeekerMoment) -> None:
        self._moment = moment

    def one_of(self, choices: Sequence[str]) -> str:
        """The wording of this turn."""
        moment = self._moment
        return Chance(moment.seed, moment.profile.id, choices[0]).turning(choices, moment.turn)


def _degree(change: int) -> str:
    if abs(change) < 2:
        return "none"
    return ("up" if change > 0 else "down") + ("2" if abs(change) > 7 else "")


def _content(judgement: Judgement, inner: Mapping[str, Any], chance: _Rotation) -> str:
    placed, parts = judgement.placed, judgement.parts
    held = set(placed.reply.acts)
    if placed.reply.questions:
        held.add("questions")
    if placed.reply.orders:
        held.add("orders")
    if "questionnaire" in parts:
        held.add("questionnaire")
    if placed.fits:
        held.add("feeling")
    if placed.echo:
        held.add("echo")
    ranked = sorted((name for name in _SHOWN if name in held and name in inner["content"]),
                    key=lambda name: (-abs(parts.get("feeling_fit" if name == "feeling" else name, 0.0)), _SHOWN.index(name)))
    first = chance.one_of(inner["content"][ranked[0] if ranked else "plain"])
    if len(ranked) < 2 or abs(parts.get(ranked[1], 0.0)) < 0.5:
        return first
    return f"{first} {chance.one_of(inner['content'][ranked[1]])}"


def _served(judgement: Judgement, change: int, moment: SeekerMoment, inner: Mapping[str, Any], chance: _Rotation) -> str:
    placed = judgement.placed
    if judgement.repeats:
        heard = "missed"
    elif (placed.echo or placed.fits) and change >= 0:
        heard = "good"
    else:
        heard = "partly" if placed.echo or placed.fits or placed.echo_before or change > 0 else "missed"
    hidden = "good" if judgement.mean > 1.2 and change > 0 else "missed" if judgement.mean < -1.2 and change < 0 else "partly"
    link = chance.one_of(inner["served_hidden"][moment.profile.need.value][hidden])
    if heard == "missed" and link.startswith("but "):
        link = "and " + link.removeprefix("but ")
    elif (heard == "missed") != (hidden == "missed") and hidden != "partly":
        link = "but " + link.removeprefix("and ")
    return f"{chance.one_of(inner['served_open'][heard])}, {link}"


def _thought(judgement: Judgement, change: int, moment: SeekerMoment, inner: Mapping[str, Any], chance: _Rotation) -> str:
    tint = chance.one_of(inner["tint"][moment.profile.character.value])
    if change == 0:
        return str(tint) + str(chance.one_of(inner["thought_none"]))
    table = inner["thought_up" if change > 0 else "thought_down"]
    sign = 1 if change > 0 else -1
    telling = {name: value * sign for name, value in judgement.parts.items() if name in table and name != "bias"}
    if not _advises(judgement):
        telling.pop("counsel_share", None)
    if judgement.repeats and change < 0:
        telling["repeats"] = 99.0
    best = max(telling, key=lambda name: telling[name], default="")
    if not best or telling[best] < 0.4:
        best = "bias" if change < 0 and not judgement.placed.echo else "plain"
    thought = _with_word(str(chance.one_of(table[best])), judgement, moment)
    seconds = sorted((name for name in telling if name != best and telling[name] > 1.2), key=lambda name: -telling[name])
    if seconds and abs(change) > 7:
        thought += " " + _with_word(str(chance.one_of(table[seconds[0]])), judgement, moment)
    return str(tint) + thought


def _advises(judgement: Judgement) -> bool:
    """True for a reply that tells somebody what to do: advice, a step, an order. A mere question or a "you could say so" is none."""
    reply = judgement.placed.reply
    return bool(reply.orders) or not _ADVISING.isdisjoint(reply.acts)


def _with_word(thought: str, judgement: Judgement, moment: SeekerMoment) -> str:
    """A thought with the word that came back, which is looked for only where the thought names one."""
    return thought.replace("{word}", _echoed(judgement, moment)) if "{word}" in thought else thought


def _echoed(judgement: Judgement, moment: SeekerMoment) -> str:
    """The longest word of the reply that the seeker had just said, as it stands in the seeker's message."""
    said = next((line.text for line in reversed(moment.history) if line.speaker == "seeker"), "")
    words = [word for word in spelled(said) if telling_stem(word) in judgement.placed.echo]
    return as_written(max(words, key=len), moment) if words else "that"


def as_written(word: str, moment: SeekerMoment) -> str:
    """The word with the capital that a name has inside a sentence of the seeker's or the profile's; else as it is."""
    profile = moment.profile
    texts = [line.text for line in moment.history if line.speaker == "seeker"]
    texts += [profile.name, profile.first_line, profile.persona, profile.scene, *(fact.text for fact in profile.facts)]
    inside = re.compile(rf"[\w,;:’')] ({re.escape(word)})\b", re.IGNORECASE)
    found = [hit for text in texts for hit in inside.findall(f"x {text}" if text == profile.name else text)]
    return next((hit for hit in found if hit[:1].isupper() and not hit.isupper()), word)
