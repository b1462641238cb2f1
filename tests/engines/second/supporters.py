"""Supporters by script to play whole talks against the second seeker, and the loop that plays them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from esc_tui.domain.labels import Need
from esc_tui.domain.profile import Profile
from esc_tui.domain.sage import FIXED, band_of
from esc_tui.engines.roles import Appraisal, Line, SeekerMoment, SeekerUtterance
from esc_tui.engines.second import SecondSeekerMind
from esc_tui.engines.second.wording import matter

Supporter = Callable[[Profile, list[Line], int, random.Random], str]


@dataclass(frozen=True)
class Talk:
    """A talk that was played."""

    final: int
    lines: tuple[Line, ...]
    appraisals: tuple[Appraisal, ...]
    utterances: tuple[SeekerUtterance, ...]

    @property
    def told(self) -> list[str]:
        return [line.text for line in self.lines if line.speaker == "seeker"]

    @property
    def changes(self) -> list[int]:
        return [one.change for one in self.appraisals]


async def talk_with(profile: Profile, supporter: Supporter, seed: int) -> Talk:
    """By the rules of the fixed protocol."""
    mind = SecondSeekerMind()
    lines = [Line("seeker", profile.first_line, 1)]
    emotion, appraisals, utterances = FIXED.start, [], []
    for turn in range(1, FIXED.turns + 1):
        lines.append(Line("supporter", supporter(profile, lines, turn, random.Random(f"{profile.id}-{seed}-{turn}")), turn))
        appraisals.append(await mind.appraise(SeekerMoment(profile, tuple(lines), emotion, turn, seed, turn == FIXED.turns)))
        emotion = FIXED.after(emotion, appraisals[-1].change)
        if turn == FIXED.turns:
            break
        moment = SeekerMoment(profile, tuple(lines), emotion, turn + 1, seed, turn + 1 == FIXED.turns)
        utterances.append(await mind.speak(moment, appraisals[-1], band_of(emotion)))
        lines.append(Line("seeker", utterances[-1].text, turn + 1))
        if utterances[-1].goodbye:
            break
    return Talk(emotion, tuple(lines), tuple(appraisals), tuple(utterances))


def noun(lines: list[Line], rnd: random.Random) -> str:
    """Something the seeker has just spoken of, a word of theirs in its own form."""
    wanted = matter(lines[-1].text)
    words = [word.strip(".,;:!?\"'()") for word in lines[-1].text.split()]
    fitting = sorted({word for word in words if matter(word) & wanted})
    return rnd.choice(fitting) if fitting else "this"


def helpful(profile: Profile, lines: list[Line], turn: int, rnd: random.Random) -> str:
    """Takes up what was said and gives what this seeker hopes for."""
    choices = HELPFUL[profile.need]
    return choices[(turn + len(profile.name)) % len(choices)].format(a=noun(lines, rnd), b=noun(lines, rnd))


def mistaken(profile: Profile, lines: list[Line], turn: int, rnd: random.Random) -> str:
    """Takes up what was said and gives what some other seeker hopes for."""
    needs = [need for need in Need if need is not profile.need]
    choices = HELPFUL[needs[(turn + len(profile.id)) % len(needs)]]
    return choices[turn % len(choices)].format(a=noun(lines, rnd), b=noun(lines, rnd))


def friendly(_profile: Profile, lines: list[Line], turn: int, rnd: random.Random) -> str:
    """Kind, and always the same kindness in other words."""
    return FRIENDLY[(turn + rnd.randrange(3)) % len(FRIENDLY)].format(a=noun(lines, rnd))


def wavering(profile: Profile, lines: list[Line], turn: int, rnd: random.Random) -> str:
    """Helpful, friendly or hurtful, as it comes."""
    return rnd.choice((helpful, helpful, friendly, mistaken, hurtful))(profile, lines, turn, rnd)


def hurtful(_profile: Profile, _lines: list[Line], turn: int, rnd: random.Random) -> str:
    """Plays down, blames, preaches."""
    return HURTFUL[(turn + rnd.randrange(4)) % len(HURTFUL)]


def stuck(_profile: Profile, _lines: list[Line], _turn: int, _rnd: random.Random) -> str:
    """One fine sentence, for ever."""
    return ("You did nothing wrong there, it hurts to be left alone with it, and I'd like to hear what happened next, in your own time.")


def praising(_profile: Profile, _lines: list[Line], turn: int, _rnd: random.Random) -> str:
    """Compliments and nothing else."""
    return COMPLIMENTS[turn % len(COMPLIMENTS)]


def echoing(_profile: Profile, lines: list[Line], turn: int, rnd: random.Random) -> str:
    """Gives a noun back."""
    return ECHOES[turn % len(ECHOES)].format(a=noun(lines, rnd))


def everything(_profile: Profile, lines: list[Line], _turn: int, rnd: random.Random) -> str:
    """A bit of every deed each time."""
    return (f"How lonely, with the {noun(lines, rnd)}, as if the floor gave way. What a cheek. On the other hand there are two sides. "
            "Maybe they were afraid. I notice a part of you smiles. You kept at it, that takes courage. It was not your fault. "
            "Tonight write one line to them. Go on, I'm listening. What happened next?")


HELPFUL: dict[Need, tuple[str, ...]] = {
    Need.EXAMINE_FROM_SEVERAL_SIDES: (
        "With {a} two things seem to pull at once. What would you lose by staying, and what by going?",
        "Then again, {b} looks different from the outside. Which side of it weighs more at night?",
        "Part of you wants {a} settled, and another part has good reasons to wait. Both can be true.",
        "Against that speaks {a}. For it speaks that you'd breathe more easily. Is there a third way that leaves {b}?",
        "In ten years {a} could be a footnote, or it might be the thing you'd want back.",
        "If you keep {a}, the quiet stays; if you don't, you'd have to say why. Where's the balance?",
        "Another way to look at {b}: it may be a price and a shelter at the same time.",
        "What would have to be true about {a} for the opposite to be the better choice?",
        "From where the others stand {b} is a detail; from your side it's the hinge. Either way it counts.",
        "Here are two questions in one, I think: {a}, and who gets to decide it.",
    ),
    Need.GET_ADVICE_THAT_HELPS_NOW: (
        "Tonight, before bed, write {a} on a scrap of paper and put it in the hall. Nothing else.",
        "You could ring them tomorrow at ten and say: \"I can do {a}, but not before Friday.\"",
        "Take one small step: move {b} out of sight for twenty minutes and see what your shoulders do.",
        "First set {a} aside. Then send a single line, with a day and an hour in it.",
        "Next time {b} comes up, stand, count to four, and ask for one day to think.",
        "Pick two of those, {a} first, and leave the third until Monday.",
        "This evening lay out what you need for {b}, so that in the morning your hands know the way.",
        "For five minutes do only {a}, with a clock, and stop when it rings.",
        "You might say it at the door, short: \"About {a}, I've changed my mind.\" Then go.",
        "Tomorrow morning take {b} along and put it on their table before anyone sits down.",
    ),
    Need.UNDERSTAND_OTHERS: (
        "Maybe they were afraid of {a} and had no words for it.",
        "I suspect {b} was his way of not losing face in front of you.",
        "Perhaps she saw {a} and thought that asking would make it worse.",
        "For them {b} may have meant that they weren't needed any more.",
        "It could be that he never heard {a} the way you meant it; from his side it was a verdict.",
        "She might have been ashamed about {b}. People who are ashamed go quiet first.",
        "Possibly they wanted to protect you from {a}, clumsily.",
        "My guess: they were tired and {b} was the last straw, not the reason.",
        "He may have needed {a} to stay as it was, because everything else was moving.",
        "Could it be that they feared your answer more than {b} itself?",
    ),
    Need.SELF_REFLECTION_AND_GROWTH: (
        "I notice that {a} comes first each time you tell it. What does it protect?",
        "You say {b} as if it were a rule. Whose rule is it?",
        "Suppose {a} were gone tomorrow: who would you be in that room?",
        "When did you first learn to handle {b} by yourself?",
        "A part of you seems to keep watch over {a}. What is it afraid of?",
        "It strikes me that you went past {b} very quickly. What's there?",
        "What would you want, if {a} didn't get a vote?",
        "If a friend told you about {b}, what would you ask them?",
        "I'm curious what {a} gives you that nothing else does.",
        "You called {b} nothing, and then you came back to it twice.",
    ),
    Need.BE_PRAISED: (
        "You kept {a} going when nobody was looking. That takes patience.",
        "Few people would have noticed {b}, and you did, and acted on it.",
        "That {a} worked at all is your doing. It's careful work.",
        "You stayed with {b} on your own, in the middle of all that. That counts.",
        "Hardly anyone could have managed {a} with so little help.",
        "It takes a good eye to see {b} in time. I respect that.",
        "You thought of {a} before anyone asked. That isn't luck.",
        "Thanks to you {b} is still standing. That's solid work.",
        "You held on to {a} and still found a word for the others. That took nerve.",
        "Not everyone would have had the care for {b} that you showed.",
    ),
    Need.BE_LISTENED_TO: (
        "What a mess, with {a}. Go on, I'm listening.",
        "{b}, of all things! What happened then?",
        "Of course you're angry about {a}. Let it out, no need to be polite.",
        "I want to hear all of it. What was the worst about {b}?",
        "And you stood there with {a}. Keep going, take your time.",
        "No wonder. Tell me everything about {b}, start wherever you like.",
        "That's so unfair, {a}. And then?",
        "I'm right here. Say more about {b}.",
        "You can swear here. What did they do with {a} after that?",
        "The nerve of it. I'd like to hear the rest, {b} and all.",
    ),
    Need.BE_EMPATHISED_WITH: (
        "How lonely that must have been, you and {a}, as if the house had stopped breathing.",
        "You carry {b} about with you all day, and nobody sees what it weighs.",
        "That hurts, quietly. Like someone closing {a} behind you.",
        "So much longing in {b}, and no place to put it.",
        "You felt small there, with {a}, and you still kept your face.",
        "As if {b} were the last thing that still held. That aches.",
        "There's a sadness under {a} that you hardly let out, isn't there.",
        "It left you empty, {b}, like a room after the furniture is gone.",
        "I can feel the fear in it: {a}, and no one to call.",
        "You miss it, and {b} only makes the silence louder.",
    ),
    Need.BE_TOLD_NOT_AT_FAULT: (
        "{a} was never yours to prevent. You couldn't have known.",
        "The blame for {b} lies with those who decided it, not with you.",
        "Anyone in your place would have done the same about {a}.",
        "You did nothing wrong with {b}. They should have told you.",
        "No one could have seen {a} coming. It wasn't your fault.",
        "That was their choice, {b} and all. You don't owe anyone a confession.",
        "Trusting them with {a} isn't a crime.",
        "You did what you could with {b}, and then some. It's not on you.",
        "She should have spoken up about {a}; that was her job.",
        "Nobody would have acted otherwise. {b} is not your guilt to carry.",
    ),
}
FRIENDLY = (
    "That sounds hard. I'm here for you.",
    "Thank you for sharing that with me.",
    "I'm sorry you're going through this, with {a} and all.",
    "I hear you. {a} must be a lot.",
    "It's okay to feel like that. Do you have someone to talk to?",
    "I understand. How has your day been otherwise?",
    "Your feelings are valid.",
    "I hope things get better soon.",
)
HURTFUL = (
    "At least you have a roof over your head. Others have it far worse.",
    "You should have said something earlier, honestly.",
    "It's important to stay positive and to set boundaries.",
    "You're being a bit sensitive. Just let it go.",
    "It takes two, and you had your part in it.",
    "Calm down, it's not that bad. Time heals everything.",
    "Remember that relationships need communication. Have you tried yoga?",
    "Why didn't you just leave? You need to move on.",
)
COMPLIMENTS = (
    "You're amazing, truly.", "Well done, I'm so proud of you!", "You are so strong and brave.", "You're incredible, you can do anything!",
    "What an inspiring person you are. Great job.", "You are a star.", "Good for you, you've got this!", "You're simply the best.",
    "You are wonderful and so special.", "Bravo, that is so impressive!",
)
ECHOES = (
    "{a}, I see.", "So, {a}.", "You mention {a}.", "{a}, yes.", "Ah, {a}.", "I take it this is about {a}.", "{a}, then.", "Right, {a}.",
    "Hm, {a}.", "Okay, {a}.",
)
