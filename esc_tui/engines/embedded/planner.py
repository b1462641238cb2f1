"""Plans one reply: which moves of which skills, in which order, and why, from what was observed."""

from __future__ import annotations

from esc_tui.domain.events import Mode, PlannedMove
from esc_tui.domain.labels import Action, Change, Stage, State
from esc_tui.domain.text import primary_language
from esc_tui.engines.embedded.acts import (
    asked_lately,
    asks_for_words,
    asks_if_normal,
    asks_leave,
    asks_what_meant,
    asks_whether,
    asks_why_asked,
    commits,
)
from esc_tui.engines.embedded.answering import ShortAnswers
from esc_tui.engines.embedded.assembling import ADVISING, CONDOLING, HIGH, HOLDING, PRAISING, SAYING
from esc_tui.engines.embedded.memory import memory_of
from esc_tui.engines.embedded.occasions import MOST_QUESTIONS, other_script, program_section
from esc_tui.engines.embedded.phrasing import scene_of
from esc_tui.engines.embedded.plain import is_answer, made_for, plain_move
from esc_tui.engines.embedded.pressing import pressed
from esc_tui.engines.embedded.reader import shown_in
from esc_tui.engines.embedded.reasons import reasoning_of
from esc_tui.engines.embedded.remarks import says_echoed
from esc_tui.engines.embedded.valence import soured, valence_of
from esc_tui.engines.embedded.words import tokens_of
from esc_tui.engines.roles import Choice, Moment, Plan, Reading


class EmbeddedPlanner:
    """Orders moves so that the seeker is heard first and asked last, if at all."""

    async def plan(self, moment: Moment, reading: Reading, choice: Choice, mode: Mode) -> Plan:
        """One to three moves; without skills plain listening. Pure: the same moment gives the same plan."""
        memory = memory_of(moment)
        scene = scene_of(moment, reading)
        moves = _Moves(scene, choice.skills, mode).made()
        answers = [move for move in moves if is_answer(move)]
        if mode == "single" and answers:
            moves = answers[-1:]
        elif mode == "single":
            moves = (
                moves[-1:]
                if reading.act == "ask_advice" and moves[-1].action in ADVISING
                else _single(moves, reading, memory.question_run > 0)
            )
        if mode == "one-by-one":
            moves = moves[:1]
        numbered = tuple(move.model_copy(update={"number": number}) for number, move in enumerate(moves, 1))
        used = {move.skill for move in numbered if move.skill}
        skills = (
            choice.skills
            if mode == "one-by-one" and not answers
            else tuple(skill for skill in choice.skills if skill.slug in used)
        )
        expected = tuple(
            dict.fromkeys(outcome.change for skill in skills for outcome in skill.content.outcomes[:2])
        ) or (_expected_of(reading),)
        return Plan(
            mode=mode,
            moves=numbered,
            reasoning=reasoning_of(moment, reading, numbered, memory),
            expected=expected,
            skills=skills,
        )

    async def go_on(
        self, moment: Moment, reading: Reading, choice: Choice, plan: Plan, said: str
    ) -> PlannedMove | None:
        """The next move while the whole plan has one and nothing was asked yet; None to stop."""
        scene = scene_of(moment, reading)
        whole = _Moves(scene, choice.skills, "one-by-one").made()
        place = len(plan.moves)
        if place >= len(whole) or "?" in said:
            return None
        return whole[place].model_copy(update={"number": place + 1})


def _expected_of(reading: Reading) -> Change:
    if reading.act in {"thank", "goodbye"}:
        return Change.THANKS
    return Change.OPENS_UP if reading.stage is Stage.EXPLORATION else Change.FEELS_UNDERSTOOD


def _single(moves: list[PlannedMove], reading: Reading, asked_last: bool) -> list[PlannedMove]:
    """The one move that matters most: advice when asked, a question while exploring calmly, else the first."""
    advice = [move for move in moves if move.action in ADVISING]
    if reading.act == "ask_advice" and advice:
        return advice[:1]
    calm = reading.stage is Stage.EXPLORATION and reading.intensity < 3.5 and reading.act == "disclose"
    if calm and moves[-1].action.asks and not asked_last:
        return moves[-1:]
    return moves[:1]


class _Moves(ShortAnswers):
    """What each dialogue act gets."""

    def made(self) -> list[PlannedMove]:
        """The moves of the reply; never empty."""
        reading = self.scene.reading
        special = {
            "greet": self._greet,
            "ask_program": self._program,
            "thank": self._thank,
            "goodbye": self._goodbye,
            "complain_about_reply": self._complaint,
            "only_listen": self._listen,
            "unclear": self._unclear,
            "ask_advice": self._advise,
            "agree": self.short,
            "refuse": self.short,
            "answer_short": self.short,
            "ask_question": self._question,
        }.get(reading.act)
        if primary_language(self.scene.moment.language) != "en" or other_script(self.scene.moment.text):
            return [plain_move("language")]
        if self._pressed():
            return self.moves
        if special is not None:
            special()
        elif self.scene.memory.only_listen:
            self._listen()
        elif self.objects():
            self.objection()
        elif reading.act == "vent" and len(tokens_of(self.scene.moment.text)) <= 2:
            self._sigh()
        elif (
            commits(self.scene.moment.text)
            and not self.scene.grave
            and reading.act == "disclose"
            and len(tokens_of(self.scene.moment.text)) <= 30
        ):
            self.commit()
        else:
            self._disclose()
        if not self.moves:
            self.plain("validate")
        return self.moves[:3]

    def _pressed(self) -> bool:
        """Answer an ask that must be declined, or talk of harm, before any skill has a word; True when there was one."""
        found = pressed(self.scene.moment)
        for row in found:
            self.insist(row.section)
        if found:
            len(found) > 1 or self.plain("pressing_stay")
            self.asking and self.plain("pressing_ask")
        return bool(found)

    # what each act gets

    def _greet(self) -> None:
        first = not self.scene.memory.replies
        self.plain("greet_first" if first else "greet_again")
        if not self.skill(lambda action: action.asks):
            self.plain("greet_ask")

    def _program(self) -> None:
        section = program_section(self.scene.moment.text)
        self.plain(section)
        if section in {"program_there", "program_hears"}:
            self.plain("listen_on")
            return
        self.plain("program_then")
        if self.asking and self.scene.moment.turn > 1:
            self.plain("program_ask" if self.scene.moment.turn > 3 else "greet_ask")

    def _thank(self) -> None:
        self.plain("thank")
        if commits(self.scene.moment.text) and not self.scene.grave:
            self.plain("commit_hold")
            self.plain("thank_then")
            return
        longer = len(tokens_of(self.scene.moment.text)) > 9
        if longer:
            self.plain("state" if self.scene.reading.state is State.RELIEVED else "affirm")
        asked = any("?" in reply for reply in self.scene.memory.replies[:1])
        self.plain("thank_ask" if self.asking and not asked else "thank_then")

    def _goodbye(self) -> None:
        self.plain("goodbye_then")
        self.plain("goodbye")

    def _complaint(self) -> None:
        if says_echoed(self.scene.moment.text):
            self.insist("complaint_echo")
            if not self.scene.memory.only_listen and self.scene.memory.question_run <= MOST_QUESTIONS:
                self.plain("complaint_more")
            return
        keys = {token.key for token in tokens_of(self.scene.moment.text)}
        repeating = bool(keys & {"same", "repeat", "repeating", "keep", "already", "questions", "asking", "again"})
        self.plain("complaint_repeat" if repeating else "complaint_own")
        self.plain("complaint_then")
        if (
            not self.scene.memory.only_listen
            and self.scene.memory.question_run <= MOST_QUESTIONS
            and not keys & {"questions", "asking"}
        ):
            self.plain("complaint_ask")

    def _listen(self) -> None:
        agreed = self.scene.reading.act == "only_listen"
        if agreed:
            self.plain("listen_yes")
        if not (self.plain("told") or agreed or self.skill(lambda action: action in HOLDING)):
            self.plain("restate") or self.plain("state")
        if not agreed or len(self.moves) < 2:
            self.plain("listen_on")

    def _within(self) -> bool:
        """After two replies that began with their words, these come back inside the question only."""
        return self.scene.memory.echoed_lately and self.plain("ask_within")

    def _sigh(self) -> None:
        """A mere "ugh" tells nothing yet: it's taken as a sigh."""
        self.plain("react_ugh") or self.plain("react")
        (self.asking and self.plain("ugh_ask")) or self.carry_on() or self.plain("listen_on")

    def _unclear(self) -> None:
        self.plain("unclear")
        self.plain("unclear_ask" if self.asking else "listen_on")

    def _question(self) -> None:
        if asks_why_asked(self.scene.moment.text):
            self.plain("why_reply")
            self.plain("reassure")
            return
        if asks_what_meant(self.scene.moment.text):
            self.plain("meant_own")
            self.plain("meant_say")
            if not self.scene.memory.only_listen:
                self.plain("meant_ask")
            return
        if asks_if_normal(self.scene.moment.text):
            if not self.plain("told"):
                self.plain("normal")
                self.skill(lambda action: action in HOLDING, among=self.close())
            if self.asking:
                self.plain("told_ask") or self.plain("normal_ask")
            return
        if not (self.told_just_now() and self.plain("told")):
            self.plain("question_reply")
        self.skill(lambda action: action in HOLDING | SAYING, among=self.close()) or self.plain("validate")
        if self.asking:
            self.plain("told_ask") or self.plain("question_ask")

    def _advise(self) -> None:
        text = self.scene.moment.text
        if asks_leave(text):
            self.commit()
            return
        if asks_for_words(text):
            self.plain("told") or self.skill(lambda action: action in HOLDING - PRAISING) or self.plain("advice_hear")
            self.plain("told_say") or self.plain("words_say")
            if self.asking:
                self.plain("told_ask") or self.plain("words_ask")
            return
        if self.scene.slots.get("side"):
            self._weigh()
            return
        if asks_whether(text):
            self.plain("told") or self.plain("should_hear")
            self.plain("should_say")
            if self.asking:
                self.plain("should_ask")
            return
        close = self.close()
        heard = self.plain("told") or self.skill(lambda action: action is Action.VALIDATION, among=close)
        heard or self.plain("advice_hear")
        advised = self.plain("told_say") or (self.skill(lambda action: action in ADVISING, among=close) if close else False)
        advised = advised or self.for_this_matter()
        advised = advised or self.skill(lambda action: action in ADVISING) or self.plain("suggest")
        if advised and self.asking and self.goes_on():
            self.skill(lambda action: action.asks, among=close) or self.plain("check")

    def _about_this(self) -> bool:
        """True when something in the message is known, or nothing in it could be said back, so that what is said of the
        whole matter has room."""
        return self.told_just_now() or not self.scene.slots.get("clause")

    def _allow(self) -> bool:
        """Say that a trouble may be one, where the message tells of any; else only that someone listens."""
        text = self.scene.moment.text
        heavy = bool(shown_in(text)) or valence_of(text) < 0
        return self.plain("validate" if heavy else "listen_on" if self.moves else "neutral")

    def _second(self, due: bool) -> None:
        """After an answer to what was told, one sentence more where it carries something: another thing told, or a skill."""
        first = self.draft.sentences[0]
        if len(self.draft.sentences) > 1 or first.startswith(CONDOLING):
            return
        self.skill(lambda action: action in HOLDING, among=self.fitting()) or (due and (self.plain("told") or self.plain("told_more")))

    def _weigh(self) -> None:
        """Name both sides of a choice in their words, then what weighs in it, then ask what tells the sides apart."""
        self.plain("sides")
        self.plain("sides_hold")
        if self.asking:
            self.plain("sides_ask")

    def _disclose(self) -> None:
        reading = self.scene.reading
        first = reading.states[0]
        good = first.state is State.RELIEVED and bool(first.evidence) and first.score >= 0.35 and not self.scene.grave
        good = good and not soured(self.scene.moment.text[first.evidence[-1].end :])
        count = len(tokens_of(self.scene.moment.text))
        answered = False
        if good and not self.skill(lambda action: action in HOLDING, among=self.fitting()):
            self.plain("state")
            self.plain("good_restate") or self.plain("good_affirm")
        elif not good and self.scene.slots.get("side"):
            self._weigh()
            return
        elif not good:
            if self.lead():
                return
            answered = self._about_this() and self.plain("told")
            if answered and not self.scene.memory.only_listen and self.plain("told_help"):
                if self.asking:
                    self.plain("told_ask")
                return
            if not answered and not (self.scene.memory.echoed_lately and self.plain("react")):
                self.hear()
        room = self.goes_on()
        if room and not good:
            about = self.close()
            calm = reading.stage is Stage.ACTION and reading.intensity < HIGH and asked_lately(self.scene.moment)
            said = calm and not answered and self.skill(lambda action: action in ADVISING, among=about)
            open_to_views = reading.stage is not Stage.EXPLORATION and not answered
            said = said or (open_to_views and self.skill(lambda action: action in SAYING - {Action.INFORMATION}))
            due = reading.intensity >= 3 or count > 18 or not self.asking or len(self.moves) < 1
            if answered:
                self._second(due)
            elif not said and due:
                self.hold() or self._allow()
        if len(self.moves) >= 3:
            return
        restful = self.scene.memory.question_run == 2 and self.scene.moment.turn % 2 == 0
        if self.asking and not restful and self.goes_on():
            if good:
                self.skill(lambda action: action.asks, among=self.fitting()) or self.plain("good_ask")
            else:
                made = tuple(skill for skill in self.skills if made_for(skill, reading))
                own = self.skill(lambda action: action.asks, among=made)
                own or (self._about_this() and self.plain("told_ask")) or self._within() or self.ask("ask")
        elif len(self.draft.sentences) < 2:
            sorry = bool(self.draft.sentences) and self.draft.sentences[0].startswith(CONDOLING)
            more = answered and ((not sorry and self.plain("told")) or self.plain("told_more"))
            more or self.hold() or self._allow()

    # single moves
