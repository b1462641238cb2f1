"""Laws that every reply of the embedded supporter keeps, over whole talks in many voices."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_tui.domain.labels import Action, Strategy
from esc_tui.engines.embedded.memory import content_words, normal, opening_of, sentences_in
from esc_tui.engines.embedded.planner import EmbeddedPlanner
from esc_tui.engines.embedded.reader import read_moment
from esc_tui.engines.embedded.writer import EmbeddedWriter
from esc_tui.engines.roles import Choice, Line, Moment, Plan, WriteRequest, WriterNotes
from tests.engines.embedded.talks import SEEKERS, Turn, hold, small_bank

TALKS = [pytest.param(lines, seed, id=f"{name}, seed {seed}") for name, lines in SEEKERS.items() for seed in (0, 7)]


@pytest.mark.parametrize(("lines", "seed"), TALKS)
def test_no_sentence_comes_twice_within_twenty_supporter_turns(lines: tuple[str, ...], seed: int) -> None:
    said: list[set[str]] = []
    for turn in hold(lines, seed):
        now = [normal(part) for part in sentences_in(turn.reply)]
        assert len(set(now)) == len(now)
        assert not set(now) & set().union(*said[-20:])
        said.append(set(now))


@pytest.mark.parametrize(("lines", "seed"), TALKS)
def test_no_two_replies_open_alike_within_ten_supporter_turns(lines: tuple[str, ...], seed: int) -> None:
    openings: list[str] = []
    for turn in hold(lines, seed):
        assert opening_of(turn.reply) not in openings[-10:]
        openings.append(opening_of(turn.reply))


@pytest.mark.parametrize(("lines", "seed"), TALKS)
def test_a_reply_has_two_to_four_sentences_and_at_most_one_question_at_its_end(
    lines: tuple[str, ...], seed: int
) -> None:
    for turn in hold(lines, seed):
        assert 2 <= len(sentences_in(turn.reply)) <= 4, turn.reply
        assert turn.reply.count("?") <= 1
        assert "?" not in turn.reply or turn.reply.rstrip("”").endswith("?")


@pytest.mark.parametrize(("lines", "seed"), TALKS)
def test_no_slot_is_left_open_and_every_sentence_starts_with_a_capital(lines: tuple[str, ...], seed: int) -> None:
    for turn in hold(lines, seed):
        assert "{" not in turn.reply
        for sentence in sentences_in(turn.reply):
            assert sentence[0].isupper() or sentence[0] in "“‘" or sentence[0].isdigit(), sentence


@pytest.mark.parametrize(("lines", "seed"), TALKS)
def test_neighbouring_sentences_share_no_weighty_word(lines: tuple[str, ...], seed: int) -> None:
    for turn in hold(lines, seed):
        filled = [part for move, part in zip(turn.plan.moves, sentences_in(turn.reply), strict=False) if move]
        for one, two in zip(filled, filled[1:], strict=False):
            shared = content_words(one) & content_words(two)
            assert not shared or len(sentences_in(turn.reply)) > len(turn.plan.moves), turn.reply


@pytest.mark.parametrize(("lines", "seed"), TALKS)
def test_at_most_three_replies_in_a_row_end_in_a_question(lines: tuple[str, ...], seed: int) -> None:
    run = 0
    for turn in hold(lines, seed):
        run = run + 1 if turn.reply.endswith("?") else 0
        assert run <= 3 or turn.reading.act == "complain_about_reply"


@pytest.mark.parametrize("mode", ["all-in-one", "one-by-one", "single"])
def test_the_same_seed_gives_the_same_talk(mode: str) -> None:
    lines = SEEKERS["rambling parent"]
    first = [turn.reply for turn in hold(lines, 3, mode)]  # type: ignore[arg-type]
    assert first == [turn.reply for turn in hold(lines, 3, mode)]  # type: ignore[arg-type]


def test_another_seed_gives_other_words() -> None:
    lines = SEEKERS["rambling parent"]
    assert [turn.reply for turn in hold(lines, 1)] != [turn.reply for turn in hold(lines, 2)]


def test_single_mode_plans_one_move() -> None:
    assert all(len(turn.plan.moves) == 1 for turn in hold(SEEKERS["angry ex"], 0, "single"))


def test_one_by_one_goes_on_for_some_turns_and_stops_for_others() -> None:
    counts = {len(turn.plan.moves) for turn in hold(SEEKERS["rambling parent"], 0, "one-by-one")}
    assert len(counts) > 1
    assert max(counts) <= 3


def test_plans_have_one_to_three_moves_and_the_question_is_last() -> None:
    for lines in SEEKERS.values():
        for turn in hold(lines):
            assert 1 <= len(turn.plan.moves) <= 3
            assert not any(move.action.asks for move in turn.plan.moves[:-1])
            assert [move.number for move in turn.plan.moves] == list(range(1, len(turn.plan.moves) + 1))


def test_after_just_listen_there_is_no_question_and_no_advice() -> None:
    turns = hold(SEEKERS["run-on"])
    after = next(place for place, turn in enumerate(turns) if turn.reading.act == "only_listen")
    for turn in turns[after:]:
        assert "?" not in turn.reply
        assert not any(move.strategy is Strategy.SUGGESTIONS for move in turn.plan.moves)


def test_asked_for_advice_it_hears_in_one_line_and_then_suggests() -> None:
    turn = hold(("my boss shouts at me every day", "what can I do about it?"))[-1]
    actions = [move.action for move in turn.plan.moves]
    assert actions[1] in {Action.SUGGESTION_WITH_OPTIONS, Action.PLANNING_A_CONCRETE_STEP}
    assert not actions[0].asks


def test_advice_is_not_given_unasked_while_exploring() -> None:
    for turn in hold(("I miss my dog", "she slept on my bed", "I keep hearing her")):
        assert not any(move.strategy is Strategy.SUGGESTIONS for move in turn.plan.moves)


def test_a_first_greeting_says_that_it_is_a_program() -> None:
    assert "program" in hold(("hello",))[0].reply


@pytest.mark.parametrize(
    "question", ["are you a bot?", "do you have feelings?", "are you a real person", "can you diagnose me?"]
)
def test_a_question_about_the_program_is_answered_plainly(question: str) -> None:
    assert "program" in hold((question,))[0].reply


def test_asked_about_privacy_it_says_where_the_words_stay() -> None:
    reply = hold(("is this private?",))[0].reply
    assert "machine" in reply
    assert "endpoint" in reply


def test_a_complaint_is_owned_and_asked_about() -> None:
    turn = hold(("my boss hates me", "that's not what I meant"))[-1]
    assert turn.plan.moves[0].guidance == "Own the mistake."
    assert turn.reply.endswith("?")


def test_good_news_is_met_as_good_news() -> None:
    turn = hold(SEEKERS["good news"], skills=())[8]
    assert "got the job" in turn.reply or turn.reading.state.value == "relieved"
    assert "hurt" not in turn.reply


def test_the_seekers_words_come_back_turned() -> None:
    replies = " ".join(turn.reply for seed in range(6) for turn in hold(("nobody at work even noticed",), seed))
    assert "obody at work even noticed" in replies


def test_without_skills_it_listens_plainly_and_names_no_skill() -> None:
    for turn in hold(SEEKERS["terse teen"], skills=()):
        assert all(move.skill is None for move in turn.plan.moves)


def test_when_phrasings_run_out_the_turn_says_so() -> None:
    lines = tuple(f"I'm so sad, I cried again today, it was day {number}" for number in range(14))
    notes = [note for turn in hold(lines) for note in turn.notes]
    plain = [move for turn in hold(lines)[8:] for move in turn.plan.moves if move.skill is None]
    assert notes or plain


_NO_SKILLS = Choice(())


def plan_of(moment: Moment, choice: Choice = _NO_SKILLS) -> Plan:
    """The plan of the embedded planner for a moment."""
    return asyncio.run(EmbeddedPlanner().plan(moment, read_moment(moment), choice, "all-in-one"))


def _write(moment: Moment, avoid: str = "", choice: Choice = _NO_SKILLS) -> list[str]:
    async def run() -> list[str]:
        reading = read_moment(moment)
        plan = await EmbeddedPlanner().plan(moment, reading, choice, "all-in-one")
        return [
            piece.text
            async for piece in EmbeddedWriter().write(WriteRequest(moment, reading, plan, avoid=avoid), WriterNotes())
        ]

    return asyncio.run(run())


def test_a_refused_sentence_does_not_come_again() -> None:
    moment = Moment(text="I miss my sister and nobody asks how I am")
    for sentence in [piece.strip() for piece in _write(moment)]:
        assert sentence not in "".join(_write(moment, avoid=sentence))


def test_pieces_joined_are_the_reply() -> None:
    pieces = _write(Moment(text="I miss my sister"))
    assert len(pieces) == len(sentences_in("".join(pieces)))


@pytest.mark.parametrize(
    "moment",
    [
        Moment(text="我很难过", language="zh"),
        Moment(text="мне очень грустно сегодня"),
        Moment(text="hallo", language="de"),
    ],
)
def test_another_language_gets_one_sentence_that_names_the_endpoint(moment: Moment) -> None:
    reply = "".join(_write(moment))
    assert "endpoint" in reply
    assert len(sentences_in(reply)) == 1


def test_nobody_is_sent_to_talk_with_the_dead() -> None:
    lines = ("my mum died last year", "my sister never calls", "I keep her number in my phone", "what would you do?")
    for seed in range(5):
        for turn in hold(lines, seed, skills=()):
            assert "to your mum" not in turn.reply
            assert "and your mum" not in turn.reply


@settings(deadline=None, derandomize=True, max_examples=120)
@given(st.text(max_size=300), st.integers(min_value=0, max_value=2**31))
def test_any_text_gets_a_lawful_reply(text: str, seed: int) -> None:
    for turn in hold((text, text), seed):
        _lawful(turn)


@settings(deadline=None, derandomize=True, max_examples=80)
@given(
    st.lists(
        st.sampled_from(
            [
                "I",
                "my",
                "boss",
                "he",
                "she",
                "never",
                "and",
                "because",
                "{clause}",
                "{topic}",
                "[bold]",
                "\x1b[31m",
                "'",
                '"',
                "“",
                "?",
                "!",
                ",",
                ".",
                "\n",
                "the",
                "was",
                "felt",
                "sad",
                "nobody",
                "no",
                "one",
                "died",
                "$(rm)",
                "%s",
                "\\n;",
                "DROP",
                "TABLE",
                "<b>",
                "😭",
                "你好",
                "want",
                "to",
                "like",
                "im",
                "dont",
                "ur",
                "fucking",
                "who",
                "that",
                "to",
            ]
        ),
        max_size=40,
    )
)
def test_hostile_text_stays_data(words: list[str]) -> None:
    for turn in hold((" ".join(words), "my boss shouted at me"), 5):
        _lawful(turn)
        assert "\x1b" not in turn.reply
        assert "[bold]" not in turn.reply
        assert "fuck" not in turn.reply


def _lawful(turn: Turn) -> None:
    assert turn.reply.strip()
    assert "{" not in turn.reply
    assert turn.reply.count("?") <= 1
    assert len(sentences_in(turn.reply)) <= 4
    assert abs(sum(score.score for score in turn.reading.states) - 1) < 1e-6
    assert 1 <= turn.reading.intensity <= 5
    for span in turn.reading.evidence:
        assert turn.said[span.start : span.end] == span.text


def test_long_history_keeps_its_laws_without_skills() -> None:
    turns = hold(SEEKERS["twenty-five turns"], skills=())
    assert len({turn.reply for turn in turns}) == len(turns)


def test_reasoning_states_observed_facts() -> None:
    turn = hold(("nobody at work even noticed that I stayed",), skills=small_bank())[0]
    assert turn.plan.reasoning.grade == "observed"
    assert "Turn 1" in turn.plan.reasoning.context
    assert "nobody" in turn.plan.reasoning.cognition.lower()


def test_history_of_other_engines_is_accepted() -> None:
    history = (Line("seeker", "hi", 1), Line("supporter", "", 1), Line("supporter", "Hello? Hello?", 1))
    assert _write(Moment(text="my dad shouts", history=history, turn=2))


def test_no_general_sentence_is_refused_by_the_guard() -> None:
    from esc_tui.engines.embedded.words import load_data
    from esc_tui.guard.reply import check_reply

    values = {
        "clause": "your boss ignored you",
        "deed": "you kept the shop open",
        "earlier": "he left you",
        "feeling": "lonely",
        "topic": "work",
        "person": "your boss",
        "wish": "to sleep",
        "quote": "so tired",
        "said": "nobody came",
        "time": "for weeks",
        "coming": "she will panic",
        "supposed": "she writes",
        "reason": "your boss ignored you",
        "side": "tell her",
        "other": "keep it to yourself",
    }
    for lines in load_data("general").values():
        for line in lines:
            text = line
            for name, value in values.items():
                text = text.replace(f"{{{name}}}", value)
            check = check_reply(text[:1].upper() + text[1:], seeker_text="my boss ignored me")
            assert check.ok, text


@pytest.mark.parametrize("asked", ["what do you mean", "huh?", "i dont get what you mean"])
def test_a_reply_that_was_not_understood_is_owned_and_put_plainly(asked: str) -> None:
    for turn in hold(("my boss shouted at me in front of everyone", asked), 3)[1:]:
        assert [move.guidance for move in turn.plan.moves][:2] == ["Own that it was put badly.", "Say it again in plain words."]
