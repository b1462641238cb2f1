"""What was told is answered as it is: happenings, the one who died, objections, choices and short answers."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from esc_tui.domain.labels import Action, Scenario, State, Strategy
from esc_tui.engines.embedded.asking import asked_last
from esc_tui.engines.embedded.choices import Sides, reason_for, sides_of
from esc_tui.engines.embedded.fears import fears_of, objects, supposed_in
from esc_tui.engines.embedded.people import lost_one
from esc_tui.engines.embedded.presuming import presumes
from esc_tui.engines.embedded.reader import read_moment
from esc_tui.engines.embedded.slots import slots_of
from esc_tui.engines.embedded.themes import themes_of
from esc_tui.engines.embedded.told import told_in
from esc_tui.engines.embedded.words import load_data
from esc_tui.engines.roles import Line, Moment
from esc_tui.guard.reply import check_reply
from esc_tui.starter.sources import read_sources
from tests.engines.embedded.talks import Turn, hold

SKILLS = tuple(read_sources().skills)


def _moment(text: str, *before: str) -> Moment:
    history: list[Line] = []
    for number, said in enumerate(before, 1):
        history += [Line("seeker", said, number), Line("supporter", "Go on.", number)]
    return Moment(text=text, history=tuple(history), turn=len(before) + 1)


def _told(text: str, *before: str) -> list[str]:
    moment = _moment(text, *before)
    return [row.name for row in told_in(moment, read_moment(moment)) if not row.general]


def _guidance(turn: Turn) -> list[str]:
    return [move.guidance for move in turn.plan.moves]


# the table

ROWS = load_data("told")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_each_row_of_the_table_is_whole(row: dict[str, object]) -> None:
    re.compile(str(row["said"]))
    re.compile(str(row.get("unless", "")))
    for name in ("about", "matter"):
        assert {*row.get(name, ())} <= {scenario.value for scenario in Scenario}  # type: ignore[misc]
    assert {*row.get("states", ())} <= {state.value for state in State}  # type: ignore[misc]
    assert row["hold"]
    for kind in ("hold", "ask", "say"):
        for line in row.get(kind, ()):  # type: ignore[attr-defined]
            assert line[0].isupper()
            assert line.endswith("?") == (kind == "ask"), line
            assert line.count("?") == int(kind == "ask"), line
            assert set(re.findall(r"\{(\w+)\}", line)) <= {"who", "them", "they", "lost", "him", "he"}, line
            said = re.sub(r"\{(?:who|lost)\}", "your sister", line)
            assert check_reply(re.sub(r"\{(\w+)\}", "her", said), seeker_text="my sister left").ok, line


def test_no_two_rows_have_one_name_and_no_line_comes_twice() -> None:
    names = [row["name"] for row in ROWS]
    assert len(set(names)) == len(names)
    for kind in ("hold", "ask", "say"):
        for row in ROWS:
            assert len(set(row.get(kind, ()))) == len(row.get(kind, ()))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my wife doesn't know yet", "they do not know"),
        ("I haven't told my daughters", "they do not know"),
        ("i dont know what to write", "finding words to write"),
        ("I don't know how to tell her", "how to tell"),
        ("that's easy to say", "easily said"),
        ("i tried a timetable it doesnt work", "tried already"),
        ("my boss keeps humiliating me in meetings", "shown up before others"),
        ("they took my bag again", "picked on"),
        ("i got laid off on friday", "job lost"),
        ("i say fine", "says fine"),
        ("my brother never picks up so it's always me", "left to one"),
        ("everybody knew except me", "last to know"),
    ],
)
def test_what_happened_is_known_by_its_words(text: str, name: str) -> None:
    assert name in _told(text, "hello")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I don't know", "they do not know"),
        ("they all knew each other", "last to know"),
        ("my sister moved to Canada", "new in a place"),
        ("I have to present it in front of everyone", "shown up before others"),
        ("my son gets bullied", "picked on"),
    ],
)
def test_what_only_sounds_like_it_is_something_else(text: str, name: str) -> None:
    assert name not in _told(text, "hello")


# what is kept to oneself is no shame yet


@pytest.mark.parametrize("text", ["my wife doesn't know yet", "I haven't told my daughters", "my boss humiliated me in front of the team"])
def test_keeping_something_to_oneself_or_being_treated_badly_is_not_read_as_shame(text: str) -> None:
    before = "they found a lump and the biopsy is on Thursday" if "daughters" in text else "I got laid off on Friday"
    reading = read_moment(_moment(text, before))
    assert reading.states[0].state is not State.ASHAMED or reading.states[0].score < 0.5
    for seed in range(4):
        reply = hold((before, text), seed, skills=SKILLS)[1].reply
        assert "think any less" not in reply
        assert "bad person" not in reply


# a loss and its person stay


@pytest.mark.parametrize(
    ("texts", "name", "pronoun"),
    [
        (("my dad died in march", "yeah"), "your dad", "him"),
        (("my dog died yesterday", "her name was biscuit"), "Biscuit", "her"),
        (("My husband passed away six weeks ago.",), "your husband", "him"),
        (("we lost my gran",), "your gran", "her"),
    ],
)
def test_the_one_who_died_is_known_by_name_and_pronoun(texts: tuple[str, ...], name: str, pronoun: str) -> None:
    lost = lost_one(texts)
    assert lost is not None
    assert (lost.name, lost.object) == (name, pronoun)


@pytest.mark.parametrize(
    "texts", [("my dad shouts at me",), ("one of my patients died",), ("my mum died last year", "my brother died too")]
)
def test_where_it_is_not_clear_who_died_nobody_is_named(texts: tuple[str, ...]) -> None:
    assert lost_one(texts) is None


@pytest.mark.parametrize("seed", range(5))
def test_short_answers_after_a_death_stay_with_the_death(seed: int) -> None:
    turns = hold(("my dad died in march", "yeah", "i guess", "no", "i just miss him"), seed, skills=SKILLS)
    for turn in turns:
        assert turn.reading.scenario is Scenario.BEREAVEMENT
        assert {move.skill for move in turn.plan.moves} <= {
            None, "grieve-with", "stay-with-the-sadness", "stay-with-their-words", "keep-them-company"}
        assert not any(filler in turn.reply for filler in ("I see.", "Got it", "I've got that", "pair of hands", "several things"))
    assert "him" in turns[-1].reply


# objections


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yeah but she will panic", ("she will panic",)),
        ("yeah but she'll say I don't love her", ("she'll say you don't love her",)),
        ("i cant tell him, he'll leave", ("he'll leave",)),
        ("yeah but HR always sides with managers", ()),
        ("i will see", ()),
    ],
)
def test_what_is_expected_to_happen_is_said_back(text: str, expected: tuple[str, ...]) -> None:
    assert fears_of(text) == expected


def test_a_supposition_is_turned_and_learners_english_is_not_said_back() -> None:
    assert supposed_in("yeah but what if they start on her too") == ("they start on her too",)
    assert supposed_in("But if she say I am too sensitive?") == ()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "text",
    ["yeah but she will panic", "yeah but what if she leaves me", "yeah but hr always sides with managers", "that's easy to say"],
)
def test_an_objection_is_taken_up_and_advice_not_tried_again(text: str, seed: int) -> None:
    turn = hold(("my wife doesn't know I lost my job", "how do i tell her?", text), seed, skills=SKILLS)[2]
    assert objects(text) or "easily said" in _told(text)
    assert not any(move.strategy is Strategy.SUGGESTIONS for move in turn.plan.moves)
    assert not any(guidance == "Let the feeling be allowed." for guidance in _guidance(turn)[:1])
    assert not any(filler in turn.reply for filler in ("I'm following you", "Thank you for telling me", "from what you tell me"))


def test_the_feared_thing_comes_back_in_the_reply() -> None:
    replies = [hold(("my wife doesn't know yet", "yeah but she will panic"), seed, skills=SKILLS)[1].reply for seed in range(4)]
    assert all("she will panic" in reply for reply in replies)


def test_what_was_tried_is_left_out() -> None:
    for seed in range(3):
        turn = hold(("i cant sleep", "what helps", "tried that"), seed, skills=SKILLS)[2]
        assert not any(move.strategy is Strategy.SUGGESTIONS for move in turn.plan.moves)
        assert "used up" not in " ".join(turn.notes)


# choices


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("should I say something to him or just look for another job?", Sides("say something to him", "look for another job", True)),
        ("should I tell her to call less or just keep going?", Sides("tell her to call less", "keep going", True)),
        ("I don't know if I should stay", Sides("stay", "go", False)),
        ("should i send it", Sides("send it", "leave it unsent", False)),
        ("Should I ask to her why?", Sides("ask her", "leave things as they are", False)),
        ("what should I do first", None),
        ("how should i tell her", None),
    ],
)
def test_the_sides_of_a_choice_are_read_from_the_question(text: str, sides: Sides | None) -> None:
    assert sides_of(text) == sides


@pytest.mark.parametrize("seed", range(4))
def test_asked_for_a_decision_the_reply_names_both_sides_and_what_it_is_about(seed: int) -> None:
    lines = ("my mum calls me four times a day", "i cant do it anymore", "should i tell her to call less or just keep going?")
    reply = hold(lines, seed, skills=SKILLS)[2].reply
    assert "tell her to call less" in reply
    assert "keep going" in reply


def test_what_a_choice_is_about_is_found_by_the_person_in_it() -> None:
    sides = Sides("tell him the truth", "keep it to yourself", False)
    texts = ["my dad keeps asking when he can go home", "my sister and i argue over every plate"]
    assert reason_for(sides, texts) == ("your dad keeps asking when he can go home",)


# short answers


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("I'm sorry. Would you like to tell me about him?", "offer"),
        ("That's a lot. Does anyone else know about this?", "known"),
        ("So it hurts. Do you still half expect it?", "whether"),
        ("Is it more a heavy feeling or an empty one?", "either"),
        ("How did they tell you?", "open"),
        ("I'm sorry.", "none"),
    ],
)
def test_the_last_question_is_known_by_its_kind(reply: str, kind: str) -> None:
    assert asked_last(Moment(text="no", history=(Line("seeker", "hm", 1), Line("supporter", reply, 1)), turn=2)) == kind


@pytest.mark.parametrize(("answer", "guidance"), [("yes", "Let them begin."), ("no", "Leave the offer be.")])
def test_an_offer_taken_or_refused_is_answered_as_one(answer: str, guidance: str) -> None:
    from tests.engines.embedded.test_embedded_talks import plan_of

    history = (Line("seeker", "my dad died", 1), Line("supporter", "Would you like to tell me about him?", 1))
    moment = Moment(text=answer, history=history, turn=2)
    assert plan_of(moment).moves[0].guidance == guidance


# words


def test_help_with_words_is_given_instead_of_a_quotation() -> None:
    for seed in range(4):
        turn = hold(("i havent answered my supervisor for two months", "i dont know what to write"), seed, skills=SKILLS)[1]
        assert any(move.action is Action.SUGGESTION_WITH_OPTIONS for move in turn.plan.moves)
        assert "“" not in turn.reply


def test_we_with_one_other_person_is_two_people() -> None:
    moment = _moment("We used to laugh all the time", "my husband goes to the computer every evening")
    assert slots_of(moment, read_moment(moment)).get("clause")[0].startswith("the two of you used to laugh")


def test_we_with_nobody_named_stays_you() -> None:
    moment = _moment("We used to laugh all the time", "it is so quiet now")
    assert slots_of(moment, read_moment(moment)).get("clause")[0].startswith("you used to laugh")


def test_several_things_are_spoken_of_only_when_several_were_told() -> None:
    line = "That's several things at once, and there's only one of you."
    shown = frozenset({"overwhelmed"})
    assert presumes(line, shown, "cant sleep")
    assert not presumes(line, shown, "both kids are ill and the report is due and the car broke down")


def test_the_same_thing_is_not_asked_twice_in_other_words() -> None:
    assert themes_of("What time of day is hardest at the moment?") & themes_of("When in the day does it hit you most?")
    lines = ("my dad died", "yeah", "mornings mostly", "it is so quiet", "i miss him", "every day")
    for seed in range(4):
        asked = [turn.reply.rsplit(". ", 1)[-1] for turn in hold(lines, seed, skills=SKILLS) if turn.reply.endswith("?")]
        for one, two in zip(asked, asked[1:], strict=False):
            assert not themes_of(one) & themes_of(two), (one, two)


@pytest.mark.parametrize(
    "text", ["my boss keeps humiliating me in meetings", "my mum calls me four times a day", "i cant sleep", "i failed the exam again"]
)
def test_nothing_is_advised_where_something_is_only_told(text: str) -> None:
    for seed in range(3):
        turn = hold(("hello", text), seed, skills=SKILLS)[1]
        assert not any(move.strategy is Strategy.SUGGESTIONS for move in turn.plan.moves)


def test_asked_for_advice_the_reply_advises_on_what_was_told() -> None:
    lines = ("i have to give a presentation on friday", "my voice was shaking last time", "what can i do")
    for seed in range(3):
        assert re.search("first two sentences|beforehand", hold(lines, seed, skills=SKILLS)[2].reply)


def test_regret_put_politely_is_no_fear_and_thanks_with_a_but_no_relief() -> None:
    assert State.AFRAID.value not in {
        score.state.value for score in read_moment(_moment("There's no way to speed it up, I'm afraid.")).states[:1]
    }
    text = "I am very grateful for her help, but she uses it to manipulate me"
    assert read_moment(_moment(text)).state is not State.RELIEVED


def test_a_friends_father_who_died_is_not_ones_own() -> None:
    assert lost_one(("My friend's father passed away the day before yesterday",)) is None


def test_a_broken_heart_is_no_want_of_money_and_a_walk_to_the_bathroom_no_relief() -> None:
    assert read_moment(_moment("gf broke my heart")).scenario is not Scenario.MONEY_WORRIES
    assert read_moment(_moment("I went to the bathroom and my hands were shaking", "they laughed")).state is not State.RELIEVED


def test_thanks_with_another_question_are_a_question() -> None:
    assert read_moment(_moment("ok thanks. good advice. any more? I feel awful", "what should i do")).act != "thank"
    assert read_moment(Moment(text="Hello, thank you for your time. I have a small problem.")).act != "thank"


def test_asked_how_it_is_the_program_does_not_guess() -> None:
    assert read_moment(_moment("I got a bad grade on a paper. How are you?", "hi")).act != "ask_question"


def test_advice_on_the_matter_of_the_talk_comes_before_advice_on_a_side_remark() -> None:
    lines = ("i have my physics exam in nine days", "i cant sleep either", "what can i do")
    for seed in range(3):
        assert "awake" not in hold(lines, seed, skills=SKILLS)[2].reply


@pytest.mark.parametrize("lines", [("my dog died on friday and the flat is so quiet",), ("i got laid off on friday",),
                                   ("my girlfriend left me last week",), ("i failed my exam",)])
def test_what_a_skill_is_said_to_have_said_stands_in_its_own_phrasings(lines: tuple[str, ...]) -> None:
    phrasings = {skill.slug: [phrasing.text for phrasing in skill.content.do] for skill in SKILLS}
    for seed in range(6):
        turn = hold(lines, seed, skills=SKILLS)[0]
        sentences = re.split(r"(?<=[.!?”]) ", turn.reply)
        for slug in {move.skill for move in turn.plan.moves} - {None}:
            spoken = ["".join(".+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", text))
                      for text in phrasings[slug or ""]]
            assert any(re.fullmatch(pattern, sentence, re.IGNORECASE) for pattern in spoken
                           for sentence in (*sentences, *map(" ".join, pairwise(sentences)), turn.reply)), (
                slug, turn.reply)
