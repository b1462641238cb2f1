"""The embedded annotator: what it makes of answers, deeds, stars and surveys, and that its quotes stand where they say."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from esc_tui.domain.dialogue import Dialogue, DialogueTurn, InterventionUnit
from esc_tui.domain.errors import UserError
from esc_tui.domain.labels import Action, Change, Polarity, Scenario, State, Strategy
from esc_tui.domain.supporter_turn import unit_id, unit_moments
from esc_tui.engines.embedded.annotating import EmbeddedAnnotator
from esc_tui.engines.embedded.movement import EARLIER_SHARE, STARS, stars_of
from esc_tui.engines.embedded.supporter_actions import deed_of
from tests.support_dialogues import talk, written_talks

OPENING = ("S: My sister moved abroad and the house is so quiet that I feel lonely.", "QU: When did she leave?",
           "S: In the first week of May.", "RP: So it has been a whole summer.", "S: A long one.")


def labelled(dialogue: Dialogue, *, blind: bool = False) -> tuple[InterventionUnit, ...]:
    return EmbeddedAnnotator(blind=blind).label(dialogue)


def change_after(support: str, answer: str) -> Change:
    """The change at the third supporter turn of a talk that goes on afterwards."""
    return labelled(talk("one", *OPENING, support, f"S: {answer}", "OT: I see.", "S: The garden needs water."))[2].change


@pytest.mark.parametrize(("support", "answer", "change"), [
    ("AF: That is a hard change to live with.", "I feel a little better now, it helps to talk.", Change.RELIEF),
    ("AF: You are not the only one.", "What a relief to hear that.", Change.RELIEF),
    ("RF: The quiet hurts you most in the evening.", "Exactly, that's how I feel.", Change.FEELS_UNDERSTOOD),
    ("RF: You miss the noise.", "Yes, so true. Someone understands.", Change.FEELS_UNDERSTOOD),
    ("RF: It sounds as if you have carried this by yourself.",
     "I have never told anyone, but the truth is that I drove her to the station and did not say goodbye, because I was "
     "ashamed of crying on a platform full of strangers, and I have replayed it every night.", Change.OPENS_UP),
    ("IN: People who leave often write less because it hurts them too.", "I never thought of it that way. Good point.",
     Change.GAINS_INSIGHT),
    ("IN: Missing someone is a sign of how close you were.", "That makes sense, you're right.", Change.GAINS_INSIGHT),
    ("AF: You have got through quiet times before.", "I can do this. It will get better.", Change.GAINS_HOPE),
    ("PS: You could call her on Sundays.", "Good idea, I'll try that.", Change.ACCEPTS_A_SUGGESTION),
    ("PS: Maybe invite a neighbour for tea.", "I could try that, sounds good.", Change.ACCEPTS_A_SUGGESTION),
    ("OT: I am glad you wrote.", "Thank you so much for your help.", Change.THANKS),
    ("AF: It is a lot.", "Really appreciate it, you have been so kind.", Change.THANKS),
    ("RP: So the house is quiet.", "The clock is the loudest thing in it.", Change.CONTINUES),
    ("QU: How far away does she live?", "Two hours by plane.", Change.ANSWERS_FACTS),
    ("OT: I see.", "By the way, where are you from?", Change.CHANGES_TOPIC),
    ("PS: Move abroad as well.", "That won't work, I can't afford it.", Change.REJECTS),
    ("PS: You should get a dog.", "No, I already tried that and it didn't help.", Change.REJECTS),
    ("PS: Why not phone her?", "Easier said than done.", Change.REJECTS),
    ("IN: Everybody has a sister.", "You don't understand. How is this supposed to help?", Change.FRUSTRATED),
    ("OT: Nice.", "Are you even listening? I just told you.", Change.FRUSTRATED),
    ("OT: I like summers.", "What are you talking about?", Change.FRUSTRATED),
    ("AF: Cheer up.", "Never mind. I don't want to talk about it.", Change.WITHDRAWS),
    ("IN: She will forget you soon.", "That makes me feel worse. I can't take this anymore.", Change.DISTRESS_RISES),
    ("AF: It could be harder.", "Now it is even worse, I hate myself and there is no hope.", Change.DISTRESS_RISES),
])
def test_the_seekers_next_words_decide_the_change(support: str, answer: str, change: Change) -> None:
    assert change_after(support, answer) is change


@pytest.mark.parametrize(("support", "answer"), [
    ("QU: What hurts most?", "It is so hard, I miss her and I feel sad."),
    ("QU: Do you see other people?", "No, not really."),
    ("QU: Would you like to feel calmer?", "I wish I could feel better."),
])
def test_an_answer_that_was_asked_for_is_no_movement(support: str, answer: str) -> None:
    assert change_after(support, answer).polarity is Polarity.NEUTRAL


def test_thanks_for_nothing_are_no_thanks() -> None:
    assert change_after("PS: Just smile.", "Gee thanks, thanks for nothing.") is Change.FRUSTRATED


def test_the_end_of_a_talk_is_no_withdrawal() -> None:
    ended = labelled(talk("end", *OPENING, "AF: Good night.", "S: Good bye."))
    assert ended[-1].polarity is not Polarity.NEGATIVE


@pytest.mark.parametrize(("tag", "text", "action"), [
    ("QU", "Can you tell me more about that evening?", Action.OPEN_QUESTION),
    ("QU", "How long have you lived there?", Action.CLARIFYING_QUESTION),
    ("QU", "What would you like to talk about today?", Action.CHECKING_WHAT_IS_WANTED),
    ("RP", "So your boss moved the date again.", Action.RESTATEMENT),
    ("RP", "To sum up, the rent, the job and the move all came in one week.", Action.SUMMARY),
    ("RF", "You must feel worn out.", Action.REFLECTION_OF_FEELING),
    ("SD", "I went through the same thing at nineteen.", Action.SHARED_HUMAN_EXPERIENCE),
    ("AF", "It is perfectly normal to feel that way.", Action.VALIDATION),
    ("AF", "You are strong, and you did well to ask.", Action.AFFIRMATION_OF_STRENGTH),
    ("AF", "Don't worry, it will be okay and you are not alone.", Action.REASSURANCE),
    ("PS", "You could join a club or take an evening class.", Action.SUGGESTION_WITH_OPTIONS),
    ("PS", "Make a list tonight and set aside ten minutes each day.", Action.PLANNING_A_CONCRETE_STEP),
    ("PS", "What if he never meant it? Are you sure, and how do you know?", Action.GENTLE_CHALLENGE),
    ("IN", "Look at it another way, as an opportunity.", Action.REFRAMING),
    ("IN", "Perhaps she was tired; she might see it from her point of view.", Action.EXPLAINING_ANOTHERS_VIEW),
    ("IN", "Research shows that sleep follows the light.", Action.INFORMATION),
    ("OT", "Hello there!", Action.SOCIAL_OR_OTHER),
])
def test_an_action_is_chosen_within_its_strategy_by_the_words(tag: str, text: str, action: Action) -> None:
    strategy = next(one for one in Strategy if one.tag == tag)
    assert action.strategy is strategy
    assert deed_of(text, strategy).action is action


@pytest.mark.parametrize(("text", "strategy"), [
    ("Where did you last see her?", Strategy.QUESTION),
    ("You must feel so alone with it.", Strategy.REFLECTION),
    ("You could talk to the landlord, or maybe try a letter.", Strategy.SUGGESTIONS),
    ("When I was your age I lost my job as well.", Strategy.SELF_DISCLOSURE),
    ("Hello!", Strategy.OTHERS),
    ("", Strategy.OTHERS),
])
def test_without_a_strategy_the_words_alone_decide(text: str, strategy: Strategy) -> None:
    assert deed_of(text, None).action.strategy is strategy


def test_every_action_stays_within_its_strategy() -> None:
    for strategy in Strategy:
        for text in ("", "What if?", "Look at it another way", "hello", "you must feel sad", "zzz"):
            assert deed_of(text, strategy).action.strategy is strategy


def test_each_supporter_line_is_one_action_and_repeats_beside_each_other_are_merged() -> None:
    unit = labelled(written_talks()[-1])[0]
    assert unit.action_turns == (3, 4, 5)
    assert unit.actions == (Action.REFLECTION_OF_FEELING, Action.CLARIFYING_QUESTION)
    assert [quote.turn for quote in unit.quotes if quote.role == "action"] == [3, 5]


def test_the_state_is_read_from_the_seekers_words() -> None:
    assert labelled(talk("a", "S: I am so ashamed of what I said.", "RP: You regret it.", "S: I do."))[0].state is State.ASHAMED


def test_a_greeting_is_read_in_the_light_of_the_situation_written_before() -> None:
    unit = labelled(talk("a", "S: hi", "OT: hello", "S: hm", situation="I am terribly lonely since my friends moved away."))[0]
    assert unit.state is State.LONELY


def test_the_scenario_is_what_the_corpus_says_else_what_is_read() -> None:
    assert {unit.scenario for unit in labelled(written_talks()[0])} == {Scenario.JOB_CRISIS}
    assert labelled(talk("a", "S: my boss fired me and I need a new job", "RP: You were fired.", "S: Yes, by my boss."))[
        0].scenario is Scenario.JOB_CRISIS


def test_stars_decide_where_words_say_little_unless_they_are_hidden() -> None:
    rated = written_talks()[3]
    seen, hidden = labelled(rated), labelled(rated, blind=True)
    assert [unit.polarity for unit in seen][1] is Polarity.POSITIVE
    assert [unit.polarity for unit in seen][3] is Polarity.NEGATIVE
    bare = rated.model_copy(update={"turns": tuple(turn.model_copy(update={"feedback": None}) for turn in rated.turns)})
    assert hidden == tuple(unit for unit in labelled(bare, blind=True))
    assert {unit.labeller for unit in seen} == {"embedded-1"} and {unit.labeller for unit in hidden} == {"embedded-1-blind"}


def test_stars_judge_the_supporter_turn_before_them_and_half_the_one_before_that() -> None:
    rated = written_talks()[3]
    assert stars_of(rated, unit_moments(rated)) == [EARLIER_SHARE * STARS[5], STARS[5], EARLIER_SHARE * STARS[1], STARS[1]]


def test_the_survey_is_a_weak_prior_and_hidden_with_the_stars() -> None:
    better, worse = (talk("a", *OPENING, initial_intensity=first, final_intensity=last) for first, last in ((5, 1), (2, 5)))
    up, down = EmbeddedAnnotator().scored(better), EmbeddedAnnotator().scored(worse)
    assert all(0 < one[1] - two[1] <= 1 for one, two in zip(up, down, strict=True))
    assert EmbeddedAnnotator(blind=True).scored(better) == EmbeddedAnnotator(blind=True).scored(worse)


def test_every_moment_gets_one_unit_with_the_id_all_annotators_share() -> None:
    for dialogue in written_talks():
        assert [unit.id for unit in labelled(dialogue)] == [unit_id(dialogue.id, moment) for moment in unit_moments(dialogue)]


def test_a_talk_without_moments_has_no_units() -> None:
    assert labelled(written_talks()[5]) == ()
    assert labelled(Dialogue(id="empty", turns=())) == ()


def test_the_same_dialogue_always_gets_the_same_units() -> None:
    for dialogue in written_talks():
        assert labelled(dialogue) == labelled(dialogue) == asyncio.run(EmbeddedAnnotator().annotate(dialogue))


@pytest.mark.parametrize("dialogue", [
    talk("de", "S: Ich bin traurig.", "H: Warum?", "S: Darum.", language="de"),
    talk("zh", "S: 我睡不着。", "H: 怎么了？", "S: 想家。"),
])
def test_another_language_is_refused_in_one_sentence_that_names_the_endpoint(dialogue: Dialogue) -> None:
    with pytest.raises(UserError, match=rf"dialogue '{dialogue.id}': the embedded engine reads English.*--engine endpoint"):
        labelled(dialogue)


@pytest.mark.parametrize("language", ["en", "en-GB", "EN_us", ""])
def test_english_has_many_tags(language: str) -> None:
    assert labelled(talk("a", *OPENING, language=language))


_PIECES = ["Thanks!", "I can't do that.", "exactly", "hmm?!", "you don't", "understand", "…", "很", "\x1b[31m", "\n", "[/bold]", "feel",
           "worse", "good", "idea", "..", "a,b", "'", "“so”", "yes", "no", "why", "😀", "I'll", "try"]
_TEXT = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(_PIECES), max_size=60).map(" ".join))
_TURNS = st.lists(st.builds(DialogueTurn, speaker=st.sampled_from(["seeker", "supporter"]), text=_TEXT,
                            strategy=st.sampled_from([None, *Strategy]), feedback=st.sampled_from([None, None, 1, 3, 5])), max_size=9)


@given(turns=_TURNS, blind=st.booleans())
@hypothesis_settings(max_examples=150)
def test_quotes_stand_where_they_say_whatever_was_written(turns: list[DialogueTurn], blind: bool) -> None:
    dialogue = Dialogue(id="any", turns=tuple(turns))
    try:
        units = labelled(dialogue, blind=blind)
    except UserError:
        return  # mostly another script
    assert len(units) == len(unit_moments(dialogue))
    for unit, moment in zip(units, unit_moments(dialogue), strict=True):
        for quote in unit.quotes:
            assert quote.text == dialogue.turns[quote.turn].text[quote.start:quote.end] and quote.text.strip()
        lines = {"state": moment.state_turns, "action": moment.action_turns, "outcome": moment.outcome_turns}
        for role, places in lines.items():
            quoted = [quote for quote in unit.quotes if quote.role == role]
            assert {quote.turn for quote in quoted} <= set(places)
            if role != "action" and any(dialogue.turns[place].text.strip() for place in places):
                assert len(quoted) == 1
        assert unit.confidence is not None and 0 <= unit.confidence <= 1
        assert unit.labeller_kind == "machine"


def test_a_long_line_is_quoted_in_part_and_read_in_reasonable_time() -> None:
    long = "I water the beans and count them again, " * 2500 + "and I feel so lonely."
    unit = labelled(talk("long", f"S: {long}", f"H: {long}", f"S: {long} Thank you so much."))[0]
    assert all(len(quote.text) <= 200 for quote in unit.quotes)
