"""Plans one reply: which moves of which skills, in which order, and why, from what was observed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from esc_tui.domain.events import Mode, PlannedMove
from esc_tui.domain.labels import Action, Change, Need, Stage, State
from esc_tui.domain.skill import Skill
from esc_tui.engines.embedded.acts import (
    asks_for_words,
    asks_if_normal,
    asks_whether,
    asks_why_asked,
    commits,
    says_no,
    says_not_knowing,
    says_yes,
)
from esc_tui.engines.embedded.memory import Memory, memory_of, not_knowing_run
from esc_tui.engines.embedded.phrasing import Draft, Scene
from esc_tui.engines.embedded.plain import PLAIN, general, plain_move, section_exists
from esc_tui.engines.embedded.reasons import reasoning_of
from esc_tui.engines.embedded.slots import slots_of
from esc_tui.engines.embedded.words import tokens_of
from esc_tui.engines.roles import Choice, Moment, Plan, Reading

HOLDING = frozenset({
    Action.REFLECTION_OF_FEELING, Action.RESTATEMENT, Action.SUMMARY, Action.VALIDATION, Action.REASSURANCE,
    Action.AFFIRMATION_OF_STRENGTH, Action.SHARED_HUMAN_EXPERIENCE,
})
SAYING = frozenset({Action.REFRAMING, Action.EXPLAINING_ANOTHERS_VIEW, Action.INFORMATION, Action.GENTLE_CHALLENGE})
ADVISING = frozenset({Action.SUGGESTION_WITH_OPTIONS, Action.PLANNING_A_CONCRETE_STEP})
MOST_QUESTIONS = 3  # replies in a row that may end in a question
MOST_QUESTIONS_SHORT = 2  # the same while the seeker answers in a few words
HIGH = 3.9  # intensity from which holding comes before everything else
_PRAISING = frozenset({Action.AFFIRMATION_OF_STRENGTH})
_FIRST = (Action.REFLECTION_OF_FEELING, Action.RESTATEMENT, Action.SUMMARY, Action.VALIDATION)


class EmbeddedPlanner:
    """Orders moves so that the seeker is heard first and asked last, if at all."""

    async def plan(self, moment: Moment, reading: Reading, choice: Choice, mode: Mode) -> Plan:
        """One to three moves; without skills plain listening. Pure: the same moment gives the same plan."""
        memory = memory_of(moment)
        scene = Scene(moment, reading, slots_of(moment, reading), memory)
        moves = _Moves(scene, choice.skills, mode).made()
        if mode == "single":
            moves = moves[-1:] if reading.act == "ask_advice" and moves[-1].action in ADVISING else _single(moves, reading)
        if mode == "one-by-one":
            moves = moves[:1]
        numbered = tuple(move.model_copy(update={"number": number}) for number, move in enumerate(moves, 1))
        used = {move.skill for move in numbered if move.skill}
        skills = choice.skills if mode == "one-by-one" else tuple(skill for skill in choice.skills if skill.slug in used)
        expected = tuple(dict.fromkeys(
            outcome.change for skill in skills for outcome in skill.content.outcomes[:2]
        )) or (_expected_of(reading),)
        return Plan(
            mode=mode, moves=numbered, reasoning=reasoning_of(moment, reading, numbered, memory), expected=expected,
            skills=skills,
        )

    async def go_on(self, moment: Moment, reading: Reading, choice: Choice, plan: Plan, said: str) -> PlannedMove | None:
        """The next move while the whole plan has one and nothing was asked yet; None to stop."""
        scene = Scene(moment, reading, slots_of(moment, reading), memory_of(moment))
        whole = _Moves(scene, choice.skills, "one-by-one").made()
        place = len(plan.moves)
        if place >= len(whole) or "?" in said:
            return None
        return whole[place].model_copy(update={"number": place + 1})


def _expected_of(reading: Reading) -> Change:
    if reading.act in {"thank", "goodbye"}:
        return Change.THANKS
    return Change.OPENS_UP if reading.stage is Stage.EXPLORATION else Change.FEELS_UNDERSTOOD


def _single(moves: list[PlannedMove], reading: Reading) -> list[PlannedMove]:
    """The one move that matters most: advice when asked, a question while exploring calmly, else the first."""
    advice = [move for move in moves if move.action in ADVISING]
    if reading.act == "ask_advice" and advice:
        return advice[:1]
    return moves[:1]


def may_ask(moment: Moment, reading: Reading, memory: Memory) -> bool:
    """False when a question now would press: after several in a row, when only listening is wanted, or at a goodbye."""
    if memory.only_listen or reading.act in {"goodbye", "only_listen"}:
        return False
    if memory.question_run >= MOST_QUESTIONS:
        return False
    if memory.question_run >= MOST_QUESTIONS_SHORT and memory.short_run >= 2:
        return False
    return True


class _Moves:
    """Picks moves one by one, keeping track of the draft so that what is planned can also be worded."""

    def __init__(self, scene: Scene, skills: tuple[Skill, ...], mode: Mode) -> None:
        self.scene, self.skills, self.mode = scene, skills, mode
        self.draft = Draft()
        self.moves: list[PlannedMove] = []
        self.asking = may_ask(scene.moment, scene.reading, scene.memory)

    def made(self) -> list[PlannedMove]:
        """The moves of the reply; never empty."""
        reading = self.scene.reading
        special = {
            "greet": self._greet, "ask_program": self._program, "thank": self._thank, "goodbye": self._goodbye,
            "complain_about_reply": self._complaint, "only_listen": self._listen, "unclear": self._unclear,
            "ask_advice": self._advise, "agree": self._short, "refuse": self._short, "answer_short": self._short,
            "ask_question": self._question,
        }.get(reading.act)
        if self.scene.moment.language.split("-")[0].lower() != "en" or other_script(self.scene.moment.text):
            return [plain_move("language")]
        if special is not None:
            special()
        elif self.scene.memory.only_listen:
            self._listen()
        elif commits(self.scene.moment.text) and reading.act == "disclose" and len(tokens_of(self.scene.moment.text)) <= 30:
            self._commit()
        else:
            self._disclose()
        if not self.moves:
            self._plain("validate")
        return self.moves[:3]

    # what each act gets

    def _greet(self) -> None:
        first = not self.scene.memory.replies
        self._plain("greet_first" if first else "greet_again")
        if not self._skill(lambda action: action.asks):
            self._plain("greet_ask")

    def _program(self) -> None:
        self._plain(_program_section(self.scene.moment.text))
        self._plain("program_then")
        if self.asking and self.scene.moment.turn > 1:
            self._plain("program_ask" if self.scene.moment.turn > 3 else "greet_ask")

    def _thank(self) -> None:
        self._plain("thank")
        longer = len(tokens_of(self.scene.moment.text)) > 9
        if longer:
            self._plain("state" if self.scene.reading.state is State.RELIEVED else "affirm")
        asked = any("?" in reply for reply in self.scene.memory.replies[:1])
        self._plain("thank_ask" if self.asking and not asked else "thank_then")

    def _goodbye(self) -> None:
        self._plain("goodbye_then")
        self._plain("goodbye")

    def _complaint(self) -> None:
        keys = {token.key for token in tokens_of(self.scene.moment.text)}
        repeating = bool(keys & {"same", "repeat", "repeating", "keep", "already", "questions", "asking", "again"})
        self._plain("complaint_repeat" if repeating else "complaint_own")
        self._plain("complaint_then")
        if not self.scene.memory.only_listen and self.scene.memory.question_run <= MOST_QUESTIONS and not keys & {"questions", "asking"}:
            self._plain("complaint_ask")

    def _listen(self) -> None:
        agreed = self.scene.reading.act == "only_listen"
        if agreed:
            self._plain("listen_yes")
        if not self._skill(lambda action: action in HOLDING):
            self._plain("restate") or self._plain("state")
        if not agreed:
            self._plain("listen_on")

    def _unclear(self) -> None:
        self._plain("unclear")
        self._plain("unclear_ask" if self.asking else "listen_on")

    def _question(self) -> None:
        if asks_why_asked(self.scene.moment.text):
            self._plain("why_reply")
            self._plain("reassure")
            return
        if asks_if_normal(self.scene.moment.text):
            self._plain("normal")
            self._skill(lambda action: action in HOLDING) or self._plain("validate")
            if self.asking:
                self._plain("normal_ask")
            return
        self._plain("question_reply")
        self._skill(lambda action: action in HOLDING | SAYING) or self._plain("validate")
        if self.asking:
            self._plain("question_ask")

    def _advise(self) -> None:
        text = self.scene.moment.text
        if asks_for_words(text):
            self._skill(lambda action: action in HOLDING - _PRAISING) or self._plain("advice_hear")
            self._plain("words_say")
            if self.asking:
                self._plain("words_ask")
            return
        if asks_whether(text):
            self._skill(lambda action: action in HOLDING - _PRAISING)
            self._plain("should_say")
            if self.asking:
                self._plain("should_ask")
            return
        self._skill(lambda action: action in HOLDING - _PRAISING) or self._plain("advice_hear")
        about = self.scene.reading.scenario
        close = tuple(skill for skill in self.skills if about in skill.content.applicability.scenarios)
        advised = self._skill(lambda action: action in ADVISING, among=close) if close else False
        advised = advised or self._plain(f"suggest_{about.value}") or self._skill(lambda action: action in ADVISING) or self._plain("suggest")
        if advised and self.asking and self._goes_on():
            self._skill(lambda action: action is Action.CHECKING_WHAT_IS_WANTED) or self._plain("check")

    def _commit(self) -> None:
        self._plain("commit_hold")
        strengths = {Action.AFFIRMATION_OF_STRENGTH, Action.REASSURANCE, Action.PLANNING_A_CONCRETE_STEP}
        self._skill(lambda action: action in strengths) or self._plain("affirm")
        if self.asking:
            self._plain("commit_ask")

    def _short(self) -> None:
        text = self.scene.moment.text
        asked_last = self.scene.memory.question_run > 0
        if says_not_knowing(text) and not self.scene.reading.evidence:
            self._plain("idk")
            run = not_knowing_run(self.scene.moment)
            if run >= 2 and self.scene.memory.question_run >= 1:
                self._hold() or self._plain("reassure")
                return
            self._plain("idk_ask" if self.asking else "reassure")
            return
        if says_no(text):
            self._plain("no_on")
            if self.asking:
                self._plain("no_ask")
            else:
                self._hold() or self._plain("reassure")
            return
        if says_yes(text) and commits(text):
            self._commit()
            return
        if says_yes(text):
            self._plain("yes_on")
            self._advice_follows() or self._hold()
        else:
            self._plain("short_hold")
            self._hold() if len(self.skills) else self._plain("validate")
        if self.asking and (asked_last or len(self.moves) < 3):
            self._ask("short_ask")

    def _advice_follows(self) -> bool:
        """After a yes in the action stage the next step is welcome."""
        if self.scene.reading.stage is not Stage.ACTION or self.scene.memory.only_listen:
            return False
        return self._skill(lambda action: action in ADVISING)

    def _disclose(self) -> None:
        reading = self.scene.reading
        good = reading.state is State.RELIEVED
        count = len(tokens_of(self.scene.moment.text))
        if good and not self._skill(lambda action: action in HOLDING):
            self._plain("state")
            self._plain("good_restate") or self._plain("good_affirm")
        elif not good:
            self._hear()
        room = self._goes_on()
        if room and not good:
            if reading.stage is Stage.ACTION and reading.intensity < HIGH and self._skill(lambda action: action in ADVISING):
                pass
            elif reading.stage is not Stage.EXPLORATION and self._skill(lambda action: action in SAYING):
                pass
            elif reading.intensity >= 3 or count > 18 or not self.asking or len(self.moves) < 1:
                self._hold() or self._plain("validate")
        if len(self.moves) >= 3:
            return
        restful = self.scene.memory.question_run == 2 and self.scene.moment.turn % 2 == 0
        if self.asking and not restful and self._goes_on():
            if good:
                self._skill(lambda action: action.asks) or self._plain("good_ask")
            else:
                self._ask("ask")
        elif len(self.draft.sentences) < 2:
            self._hold() or self._plain("validate")

    # single moves

    def _goes_on(self) -> bool:
        """In one-by-one mode: whether after the moves so far another one would still help."""
        if self.mode != "one-by-one" or not self.moves:
            return True
        enough = 2 if self.scene.reading.intensity >= HIGH or len(tokens_of(self.scene.moment.text)) > 25 else 1
        return len(self.moves) <= enough and len(self.draft.sentences) < 3

    def _hear(self) -> None:
        """First line: what they said or what it is like, in a skill's words where those can carry it."""
        clauses = self.scene.slots.get("clause")
        echo_due = bool(clauses) and not self.scene.memory.echoed_last
        if echo_due and self._skill(lambda action: action in _FIRST, echo=True):
            return
        if echo_due and self.scene.slots.clauses[clauses[0]].weight >= 1.9 and self._plain("restate", echo=True):
            return
        if not echo_due and self.scene.slots.get("wish") and self._plain("wish", echo=True):
            return
        self._hold() or self._plain("state") or self._plain("validate")

    def _hold(self) -> bool:
        first = self._skill(lambda action: action in _FIRST) if not self.moves else False
        return first or self._skill(lambda action: action in HOLDING) or (not self.skills and self._plain("state"))

    def _ask(self, section: str) -> bool:
        return self._skill(lambda action: action.asks) or self._plain(section)

    def _skill(self, wanted: Callable[[Action], bool], echo: bool = False, among: tuple[Skill, ...] | None = None) -> bool:
        """Add the best unused move of the skills whose action is wanted and which can be worded; True when added."""
        taken = {(move.skill, move.move) for move in self.moves}
        strategies = [move.strategy for move in self.moves if move.skill]
        candidates: list[tuple[float, PlannedMove]] = []
        for rank, skill in enumerate(self.skills if among is None else among):
            for place, planned in _moves_of(skill):
                if (skill.slug, place) in taken or not wanted(planned.action) or not self._deserved(planned.action):
                    continue
                templates = [phrasing.text for phrasing in skill.content.do if phrasing.move == place]
                filled = self.scene.best(templates, self.draft, planned.action.asks)
                if filled is None or (echo and not filled.echoes):
                    continue
                worth = self.scene.worth(filled, self.draft) - 0.45 * rank - 0.12 * place
                candidates.append((worth - 0.5 * (planned.strategy in strategies), planned))
        if not candidates:
            return False
        planned = max(candidates, key=lambda item: (item[0], item[1].skill or "", -(item[1].move or 0)))[1]
        return self._take(planned, [
            phrasing.text for skill in self.skills if skill.slug == planned.skill
            for phrasing in skill.content.do if phrasing.move == planned.move
        ], echo)

    def _deserved(self, action: Action) -> bool:
        """Praise needs a deed to point at, or a turn for the better; otherwise it is flattery."""
        if action is not Action.AFFIRMATION_OF_STRENGTH:
            return True
        reading = self.scene.reading
        bright = reading.state in {State.RELIEVED, State.REFLECTING, State.SEEKING_A_WAY_FORWARD}
        return bright or reading.need is Need.BE_PRAISED or bool(self.scene.slots.get("deed")) or commits(self.scene.moment.text)

    def _plain(self, section: str, echo: bool = False) -> bool:
        if section == "state" and not _clear(self.scene.reading):
            section = "neutral"
        if section not in PLAIN and not section_exists(section):
            return False
        move = plain_move(section)
        templates = general(section, self.scene.reading)
        if echo:
            templates = tuple(template for template in templates if "{clause}" in template or "{wish}" in template)
        return self._take(move, templates, echo)

    def _take(self, move: PlannedMove, templates: object, echo: bool) -> bool:
        filled = self.scene.best(templates, self.draft, move.action.asks)  # type: ignore[arg-type]
        if filled is None or (echo and not filled.echoes):
            return False
        self.draft.add(filled)
        self.moves.append(move)
        return True


def _clear(reading: Reading) -> bool:
    """True when the leading state is more than a guess, so that it may be named."""
    first = reading.states[0]
    return first.score >= 0.26 and (bool(first.evidence) or first.score >= 0.5)


def _moves_of(skill: Skill) -> Iterator[tuple[int, PlannedMove]]:
    for place, move in enumerate(skill.content.moves, 1):
        yield place, PlannedMove(
            number=1, skill=skill.slug, version=skill.version, move=place, action=move.action,
            strategy=move.action.strategy, guidance=move.text,
        )


def _program_section(text: str) -> str:
    keys = {token.key for token in tokens_of(text)}
    if keys & {"private", "confidential", "anonymous", "read", "reads", "see", "sees", "save", "saved", "store", "recording",
               "recorded", "safe", "go"}:
        return "program_private"
    if keys & {"diagnose", "depression"}:
        return "program_diagnosis"
    if keys & {"remember"}:
        return "program_memory"
    if keys & {"feel", "feelings", "felt", "care", "life", "tired", "sleep", "been"} or {"ever"} & keys:
        return "program_feelings"
    if {"help"} & keys or {"work"} & keys or {"can", "do"} <= keys:
        return "program_help"
    return "program_identity"


def other_script(text: str) -> bool:
    """True when most letters are outside the Latin alphabet."""
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and sum(ord(character) > 0x24F for character in letters) > len(letters) / 2


