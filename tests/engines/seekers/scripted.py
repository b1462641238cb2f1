"""Supporters by script, good and bad, to play whole talks against, and the loop that plays them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from esc_tui.domain.labels import Need
from esc_tui.domain.profile import Profile
from esc_tui.domain.sage import FIXED, band_of
from esc_tui.engines.roles import Appraisal, Line, SeekerMoment, SeekerUtterance
from esc_tui.engines.seekers import EmbeddedSeekerMind
from esc_tui.engines.seekers.words import sentences, telling_stem

Supporter = Callable[[Profile, list[Line], int, random.Random], str]


@dataclass(frozen=True)
class Played:
    """A talk that was played."""

    emotion: int
    lines: tuple[Line, ...]
    appraisals: tuple[Appraisal, ...]
    utterances: tuple[SeekerUtterance, ...]

    @property
    def seeker(self) -> list[str]:
        """What the seeker said."""
        return [line.text for line in self.lines if line.speaker == "seeker"]


async def play(profile: Profile, supporter: Supporter, seed: int) -> Played:
    """Ten turns at most, by the rules of the fixed protocol."""
    mind = EmbeddedSeekerMind()
    lines = [Line("seeker", profile.first_line, 1)]
    emotion, appraisals, utterances = FIXED.start, [], []
    for turn in range(1, FIXED.turns + 1):
        lines.append(Line("supporter", supporter(profile, lines, turn, random.Random(f"{seed} {profile.id} {turn}")), turn))
        appraisals.append(await mind.appraise(SeekerMoment(profile, tuple(lines), emotion, turn, seed, turn == FIXED.turns)))
        emotion = FIXED.after(emotion, appraisals[-1].change)
        if turn == FIXED.turns:
            break
        moment = SeekerMoment(profile, tuple(lines), emotion, turn + 1, seed, turn + 1 == FIXED.turns)
        utterances.append(await mind.speak(moment, appraisals[-1], band_of(emotion)))
        lines.append(Line("seeker", utterances[-1].text, turn + 1))
        if utterances[-1].goodbye:
            break
    return Played(emotion, tuple(lines), tuple(appraisals), tuple(utterances))


def heard(lines: list[Line], rnd: random.Random) -> str:
    """Two words that the seeker has just said."""
    words = [word for sentence in sentences(lines[-1].text) for word in sentence.words if telling_stem(word) and len(word) > 3]
    return " and ".join(rnd.sample(words, min(2, len(words)))) or "that"


def careful(profile: Profile, lines: list[Line], turn: int, rnd: random.Random) -> str:
    """Listens and gives what this seeker secretly hopes for."""
    reply = SERVING[profile.need][(turn + len(profile.id)) % 10].format(e=heard(lines, rnd))
    return f"{reply} {rnd.choice(('That stays with me.', 'What was that hour like?', ''))}".strip()


def careless(_profile: Profile, _lines: list[Line], _turn: int, rnd: random.Random) -> str:
    """Makes light of it, moralises, generalises."""
    return f"{rnd.choice(CARELESS)} {rnd.choice(CARELESS)}"


def mixed(profile: Profile, lines: list[Line], turn: int, rnd: random.Random) -> str:
    """Now careful, now polite, now careless."""
    return rnd.choice((careful, polite, careless))(profile, lines, turn, rnd)


def polite(_profile: Profile, lines: list[Line], _turn: int, rnd: random.Random) -> str:
    """Friendly and no more."""
    return rnd.choice(POLITE).format(e=heard(lines, rnd))


def praising(_profile: Profile, _lines: list[Line], turn: int, _rnd: random.Random) -> str:
    """Praises, always in other words, and does nothing else."""
    return PRAISING[(turn - 1) % len(PRAISING)]


def repeating(_profile: Profile, _lines: list[Line], _turn: int, _rnd: random.Random) -> str:
    """One good sentence, every time."""
    return "That hurt, and nobody saw it. None of it is on you, and I'd like to hear how it was for you."


def strewing(_profile: Profile, lines: list[Line], _turn: int, rnd: random.Random) -> str:
    """A little of every act, every time."""
    return (f"I'm sorry, that hurts, {heard(lines, rnd)}. You're so strong, that takes courage. It's not your fault. Perhaps they were "
            "ashamed. On the one hand it's sad, on the other it's a chance. I notice you say it with a grin. Tonight just write one line "
            "on paper. As if the room went quiet. Go on, no hurry. What happened then?")


SERVING: dict[Need, tuple[str, ...]] = {
    Need("examine-from-several-sides"): (
        "There's {e} on one side, and on the other what it costs you to keep quiet. Which of the two weighs more?",
        "Perhaps both are true. If you stay there's {e}; if you go, you'd lose something else.",
        "I wouldn't settle it so fast. {e} is one window, and there's a third nobody has mentioned, your own nights.",
        "Seen from ten years on, {e} may look small, or it may be the thing you'd miss.",
        "Half of you says {e}, and the other half wants to sleep. Both have a case.",
        "What would you gain by it, and what would it take from you? {e} belongs in one of the columns.",
        "{e} speaks for it. Against it speaks that nobody asked you.",
        "Is it one question at all? {e} sounds like two to me.",
        "Turn it round for a moment: if {e} were settled, what would still be open?",
        "And then there's how {e} looks from the other end of the table.",
    ),
    Need("get-advice-that-helps-now"): (
        "For tonight just one thing: write down {e} on a sheet of paper, ten minutes, then stop there.",
        "Try this tomorrow: put {e} by the door before work, and leave the rest.",
        "First {e}, on one line, then ring them before lunch. Only then the rest.",
        "Leave {e} for today. Set a timer for ten minutes and do the smallest piece.",
        "You could say it in one sentence: '{e}, by Friday.' Nothing more.",
        "Send them a note this evening, two lines, with {e} and a date.",
        "Move {e} out of the bedroom tonight and close the door on it.",
        "Pick one, {e}, and do that before breakfast; that's all for today.",
        "Ask them tomorrow at nine, standing, before you sit down: what about {e}?",
        "Put {e} in an envelope, write the date on it, and take it along on Monday.",
    ),
    Need("understand-others"): (
        "Perhaps they were ashamed about {e} and didn't know how to say so.",
        "It could be that {e} scared them, and staying silent was easier than facing you.",
        "My hunch is they wanted to protect themselves; {e} may have stood for something else.",
        "From where they stood {e} might have looked like an order.",
        "Maybe she'd have had to admit something if she had talked about {e}.",
        "I think he may have been too proud. With {e} there he couldn't step back.",
        "There could be two readings: {e} hurt them, or they never noticed it at all.",
        "For them {e} is perhaps the only way of saying sorry.",
        "I suspect they were relieved and felt guilty about it. {e} would fit that.",
        "Could it be that they saw {e} and didn't dare to touch it?",
    ),
    Need("self-reflection-and-growth"): (
        "I notice you mention {e} twice now. What would it be like without it?",
        "When it's about {e} you make a joke. What is it you're keeping safe there?",
        "Suppose {e} wasn't there any more. Who would you be then?",
        "Whose rule is that, about {e}?",
        "What does {e} give you that nothing else does?",
        "You say {e}, and then you go on quickly. I wonder what's behind that.",
        "When did {e} begin to be your job?",
        "If a friend told you about {e}, what would you ask him?",
        "It strikes me that {e} comes up whenever it gets quiet.",
        "What part of you wants to keep {e}?",
    ),
    Need("be-praised"): (
        "{e}, and you did that by hand, on your own. Few people would have kept at it.",
        "You managed {e} without anybody's help. That's craft, not luck.",
        "Most people would have stopped before {e}. You noticed and you carried on.",
        "It takes patience, {e}. You stayed with it.",
        "You thought of {e} when nobody else did. That counts.",
        "Hardly anyone sees what goes into {e}. I do see it.",
        "{e}, night after night, and it holds. That's solid work.",
        "Not everyone would have had the nerve for {e}.",
        "You kept {e} going while all that went on. I respect that.",
        "That {e} is right at all is thanks to you.",
    ),
    Need("be-listened-to"): (
        "{e}! Go on, what happened then?",
        "No wonder, with {e}. I want to hear the rest.",
        "{e}, of all things. And then? Take your time.",
        "Tell me about {e}. All of it.",
        "What a cheek, {e}. Who was the worst?",
        "{e}. I'm all ears.",
        "And what did you say, with {e} in front of you?",
        "That would get anyone, {e}. Keep talking.",
        "Start wherever you like. {e}, for instance.",
        "There's more to {e}, isn't there. Let it out.",
    ),
    Need("be-empathised-with"): (
        "{e}, and nobody beside you. As if the room had gone quiet around you.",
        "That stings, {e}. You stood there alone with it, didn't you.",
        "It's like {e} still sits in the coat pocket. That's such a lonely thing to carry.",
        "You smiled, and inside there was {e}.",
        "And then the evening comes, and {e} is still there, and nobody asks.",
        "I can feel how quiet it gets around {e}.",
        "Behind {e} I hear someone who's been missing somebody for a long time.",
        "{e}. And you went home with that all by yourself.",
        "What a heavy thing to hold so still, {e}.",
        "As though {e} had closed a door and you were left on the stairs.",
    ),
    Need("be-told-not-at-fault"): (
        "{e} was their decision, not yours. None of it is on you.",
        "Anyone would have done the same with {e}. You couldn't have known.",
        "They should have told you about {e}. That's not your fault, it was theirs.",
        "With {e} they let you down, and not the other way round.",
        "Nobody could have foreseen {e}. You did what you could.",
        "You did nothing wrong with {e}.",
        "{e} was never yours to fix.",
        "No, {e} doesn't make you guilty. It makes them careless.",
        "The blame for {e} lies with those who had the keys.",
        "You trusted them about {e}, and that's no crime.",
    ),
}
CARELESS = (
    "You should just move on and stay positive.",
    "Other people have it worse, you know. At least you have your health.",
    "It's important to set boundaries and practise self-care. Have you tried yoga?",
    "It always takes two. You could have said something earlier.",
    "You're overreacting a bit, calm down.",
    "Many people go through such difficult times. Time heals all wounds.",
    "Do you sleep well? Do you eat? Have you seen a doctor?",
)
POLITE = (
    "I see. What happened then?",
    "That sounds hard.",
    "Thank you for telling me. How do you feel about it?",
    "I understand. That must be difficult.",
    "Okay. Do you want to say more about {e}?",
    "So it's about {e}. I'm listening.",
    "Hm, {e}. I hope it gets better.",
)
PRAISING = (
    "You're amazing, so strong and brave!",
    "Wow, I'm so proud of you, what a wonderful person you are.",
    "You did great, honestly, that takes courage and skill.",
    "That's incredible, you're a star.",
    "You're such a kind and clever person, hats off.",
    "Brilliant, well done, few people could do that.",
    "I admire you, you're an inspiration.",
    "You're doing fantastic, be proud of yourself.",
    "What an achievement, really impressive.",
    "You're a legend, keep it up!",
)
