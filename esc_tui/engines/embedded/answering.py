"""What a yes, a no, a shrug, a "yeah but" and a step of their own get: answers to what was asked, not fillers."""

from __future__ import annotations

from esc_tui.domain.labels import Stage
from esc_tui.domain.skill import Skill
from esc_tui.engines.embedded.acts import asked_lately, commits, says_no, says_not_knowing, says_yes
from esc_tui.engines.embedded.asking import Asked, asked_last
from esc_tui.engines.embedded.assembling import ADVISING, HOLDING, PRAISING, MoveBuilder
from esc_tui.engines.embedded.choices import sides_of
from esc_tui.engines.embedded.fears import objects
from esc_tui.engines.embedded.memory import not_knowing_run
from esc_tui.engines.embedded.told import told_in

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
