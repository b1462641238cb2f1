"""What a yes, a no, a shrug, a "yeah but" and a step of their own get: answers to what was asked, not fillers."""

from __future__ import annotations

from dataclasses import replace

from esc_tui.domain.labels import Need, Stage, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.embedded.acts import asked_lately, commits, says_no, says_not_knowing, says_yes
from esc_tui.engines.embedded.asking import Asked, asked_last
from esc_tui.engines.embedded.assembling import (
    ADVISING,
    CONDOLING,
    HOLDING,
    PRAISING,
    RETURNING,
    TAKING_UP,
    MoveBuilder,
)
from esc_tui.engines.embedded.choices import sides_of
from esc_tui.engines.embedded.fears import objects
from esc_tui.engines.embedded.memory import content_words, not_knowing_run
from esc_tui.engines.embedded.plain import general, made_for
from esc_tui.engines.embedded.reader import plainly_shown
from esc_tui.engines.embedded.told import told_in
from esc_tui.engines.embedded.wanting import meets, open_to_all, serves
from esc_tui.engines.embedded.words import tokens_of

SHORT_ECHO = 12  # words of a first sentence that a short remark may follow before the question
FEW_WEIGHTY = 1  # weighty words of a message that tells nothing new
SURE_MATTER = 0.5  # what the talk is about must be this clear for words made for it to stand beside what was told
_NO: dict[Asked, str] = {
    "none": "no_on",
    "offer": "no_offer",
    "known": "no_known",
    "whether": "no_whether",
    "either": "no_open",
    "open": "no_open",
}


class ShortAnswers(MoveBuilder):
    """The part of the planner for messages that answer, object or commit, rather than tell."""

    def close(self) -> tuple[Skill, ...]:
        """The skills at hand that are made for the very matter the talk is about."""
        about = self.scene.reading.scenario
        return tuple(skill for skill in self.skills if about in skill.content.applicability.scenarios)

    def commit(self) -> None:
        """Take up a step they named themselves."""
        self.skill(lambda action: action in PRAISING) or self.plain("commit_hold")
        if self.asking:
            self.skill(lambda action: action.asks) or self.plain("commit_ask")
        else:
            self.skill(lambda action: action in ADVISING)

    def lead(self) -> bool:
        """The reply from a skill made for what they seem to want: hear, do what it is for, then ask. True when worded.

        Where what was told just now asks for sympathy at once, that comes first; where telling it asks for help, help does.
        """
        told = told_in(self.scene.moment, self.scene.reading)
        if any(row.wanted for row in told):
            return False
        new = [line for row in told if not row.general and not row.late for line in row.hold]
        sorry = any(line.startswith(CONDOLING) for line in new) and self.plain("told")
        if sorry:  # with nothing said back after it: they know what happened
            (self.asking and self.plain("told_ask")) or self.skill(lambda action: action in HOLDING, among=self.fitting())
            return True
        led = any(serves(skill, self.scene.moment, self.scene.reading) and self._led_by(skill) for skill in self.skills)
        return led or (not told and self._returns())

    def _led_by(self, skill: Skill) -> bool:
        """A first sentence that takes up what they told just now, in this skill's words, or False; then what goes with it.

        Where the need is plain a skill made for it may also begin without their words, if none of them can be said back.
        """
        among = (skill,)
        sure = self.scene.reading.scenario_score >= SURE_MATTER
        others = tuple(
            other for other in self.fitting()
            if not serves(other, self.scene.moment, self.scene.reading) and (sure or not made_for(other, self.scene.reading))
        )
        made = tuple(other for other in others if made_for(other, self.scene.reading))
        if not self.skill(lambda action: not action.asks, using=TAKING_UP, among=among):
            begun = meets(skill, self.scene.reading) and (
                (self.scene.memory.echoed_lately and self.plain("react")) or self.skill(lambda action: not action.asks, among=among)
            )
            if not begun:
                return False
        if len(self.draft.sentences) < 3 and self.goes_on():
            advised = any(action in ADVISING for action in skill.content.actions) and self.for_this_matter()
            beside = advised or self.skill(lambda action: action in HOLDING, among=others)
            beside or self.skill(lambda action: not action.asks, among=among, using=frozenset() if self._more_due(skill) else RETURNING)
        if self.asking and self.goes_on():
            asked = self.skill(lambda action: action.asks, among=made) or (self.told_just_now() and self.plain("told_ask"))
            asked = asked or (self.scene.memory.echoed_lately and self.plain("ask_within"))
            asked or self.skill(lambda action: action.asks, among=among) or self.ask("ask")
        return True

    def _more_due(self, skill: Skill) -> bool:
        """False where two things or a long one were taken up and a question follows: a word between them would be one too many."""
        first = skill.content.applicability.needs[:1]
        if not self.asking or meets(skill, self.scene.reading) or first not in {(Need.BE_LISTENED_TO,), (Need.BE_EMPATHISED_WITH,)}:
            return True
        return len(self.draft.sentences) < 2 and len(tokens_of(self.draft.sentences[0])) <= SHORT_ECHO

    def for_this_matter(self) -> bool:
        """Advice on the very matter of the talk, where there is any left; a skill for all matters has only general ones."""
        matter = general("suggest", self.scene.reading, self.scene.moment)[0]
        return self.scene.best(matter, self.draft, False) is not None and self.plain("suggest")

    def _returns(self) -> bool:
        """With nothing new that could be said back, one thing told before is taken up by itself: asked about, or kept in mind."""
        words = {token.key for token in tokens_of(self.scene.moment.text)}
        if self.scene.slots.get("clause") or "my" in words or len(content_words(self.scene.moment.text)) > FEW_WEIGHTY:
            return False
        if not self.scene.slots.get("earlier") or self.scene.reading.state is State.DEFENSIVE:
            return False
        able = tuple(skill for skill in self.skills if serves(skill, self.scene.moment, self.scene.reading))
        before = replace(self.draft, sentences=[*self.draft.sentences], used={*self.draft.used}, templates={*self.draft.templates})
        if not able or not self.plain("neutral"):
            return False
        if self.asking and self.skill(lambda action: action.asks, using=RETURNING, among=able):
            return True
        if not self.skill(lambda action: not action.asks, using=RETURNING, among=able):
            self.draft = before
            self.moves.pop()
            return False
        if self.asking:
            self.plain("ask")
        return True

    def fitting(self) -> tuple[Skill, ...]:
        """The skills at hand that are made for the very matter of the talk, or for a feeling the message names."""
        named = plainly_shown(self.scene.moment.text)
        return tuple(
            skill
            for skill in self.skills
            if made_for(skill, self.scene.reading)
            or (named & {state.value for state in skill.content.applicability.states[:2]} and not open_to_all(skill))
        )

    def objects(self) -> bool:
        """True for a "yeah but ...", or "that's easy to say", once something was said that it can be said against."""
        if not self.scene.memory.replies or self.scene.reading.act not in {"disclose", "vent"}:
            return False
        return objects(self.scene.moment.text)

    def objection(self) -> None:
        """What stands against it is taken up as it is, with no second try at the advice."""
        feared = bool(self.scene.slots.get("coming") or self.scene.slots.get("supposed"))
        if not feared and self.told_just_now():
            self.plain("told")
        self.moves or self.plain("objection")
        if self.asking:
            (not feared and self.told_just_now() and self.plain("told_ask")) or self.plain("objection_ask")
        else:
            self.plain("told") or self.plain("told_more") or self.plain("reassure")

    def short(self) -> None:
        """A few words: what they answer depends on what was asked, and the talk stays with what was told before."""
        text = self.scene.moment.text
        if self.told_just_now() and self.plain("told"):
            (self.asking and self.plain("told_ask")) or self.plain("told_more")
            return
        asked = asked_last(self.scene.moment)
        if says_not_knowing(text) and not self.scene.reading.evidence:
            self.plain("idk")
            run = not_knowing_run(self.scene.moment)
            if run >= 2 and self.scene.memory.question_run >= 1:
                self.carry_on() or self.plain("reassure")
                return
            self.plain("idk_ask" if self.asking else "reassure")
            return
        if says_no(text):
            self._no(asked)
            return
        if says_yes(text) and commits(text):
            self.commit()
            return
        if says_yes(text):
            if asked == "offer" and self.plain("yes_offer"):
                return
            taken = asked == "known" and self.plain("yes_known")
            if self._advice_follows():
                self.asking and self.plain("check")
                return
            taken or self.carry_on() or self.plain("yes_on")
        elif self.scene.reading.act == "answer_short" and self.lead():
            return
        else:
            self.carry_on() or self.plain("short_hold")
        if self.asking and len(self.moves) < 3:
            self.plain("told_ask") or self.ask("short_ask")
        elif len(self.draft.sentences) < 2:
            self.carry_on() or self.plain("told_more") or self.plain("reassure")

    def told_just_now(self) -> bool:
        """True when the newest message itself tells of something known, however short it is ("tried that")."""
        return any(not row.general and not row.late for row in told_in(self.scene.moment, self.scene.reading))

    def _no(self, asked: Asked) -> None:
        """A no is an answer to what was asked; only after a statement does it say that the statement was off."""
        self.plain(_NO[asked]) or self.plain("no_on")
        if asked in {"known", "whether"}:
            self.carry_on()
        if self.asking:
            (asked in {"known", "whether"} and self.plain("told_ask")) or self.plain("no_ask")
        else:
            self.carry_on() or self.plain("reassure")

    def carry_on(self) -> bool:
        """After a word or two the talk stays with what they told before it, in lines not said yet."""
        if self.plain("told"):
            return True
        close = self.close()
        return bool(close) and self.skill(lambda action: action in HOLDING, among=close)

    def _advice_follows(self) -> bool:
        """After a yes in the action stage the next step is welcome."""
        asked = asked_lately(self.scene.moment)
        said = [line.text for line in self.scene.moment.history if line.speaker == "seeker"]
        if said and sides_of(said[-1]) is not None:
            return False  # they were weighing, not asking for something to do
        if self.scene.reading.stage is not Stage.ACTION or self.scene.memory.only_listen or not asked:
            return False
        return self.skill(lambda action: action in ADVISING, among=self.close())
