"""Skills made for a need: whom they serve, what they take up, and what is never tied together or given back as a fact."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esc_tui.domain.labels import Need
from esc_tui.engines.embedded.acts import commits
from esc_tui.engines.embedded.clauses import clauses_of
from esc_tui.engines.embedded.frames import clause_fits, follows
from esc_tui.engines.embedded.joining import joined, without_time
from esc_tui.engines.embedded.keeping import stands_alone
from esc_tui.engines.embedded.memory import sentences_in
from esc_tui.engines.embedded.reader import read_moment
from esc_tui.engines.embedded.slots import slots_of
from esc_tui.engines.embedded.wanting import made_for_a_need, serves
from esc_tui.engines.roles import Line, Moment
from esc_tui.starter.sources import read_sources
from tests.engines.embedded.talks import hold

SKILLS = {skill.slug: skill for skill in read_sources().skills}
ALL = tuple(SKILLS.values())
PLAIN = "I run the bakery on the corner with my brother."
BLAMED = "I should have been there, it was my fault, I blame myself."


def _moment(text: str, *before: str, reply: str = "Go on.") -> Moment:
    history = [line for at, said in enumerate(before, 1) for line in (Line("seeker", said, at), Line("supporter", reply, at))]
    return Moment(text=text, history=tuple(history), turn=len(before) + 1)


def _serving(text: str, *before: str) -> set[str]:
    moment = _moment(text, *before)
    return {skill.slug for skill in ALL if serves(skill, moment, read_moment(moment))}


def _earlier(text: str, *before: str, reply: str = "Go on.") -> tuple[str, ...]:
    moment = _moment(text, *before, reply=reply)
    return slots_of(moment, read_moment(moment)).get("earlier")


def _told(text: str) -> list[str]:
    return [clause.turned for clause in clauses_of(text)]


def test_no_need_is_guessed_until_something_shows() -> None:
    reading = read_moment(_moment(PLAIN))
    assert (reading.need, reading.need_score) == (None, 0.0)


def test_what_they_said_they_want_still_counts_two_messages_later() -> None:
    assert read_moment(_moment("He was at the table.", BLAMED, "The ambulance took ten minutes.")).need is Need.BE_TOLD_NOT_AT_FAULT


def test_every_need_has_a_skill_that_is_made_for_it_and_tied_to_no_state() -> None:
    assert {skill.content.applicability.needs[0] for skill in ALL if made_for_a_need(skill)} == set(Need)


def test_while_no_need_shows_nobody_is_advised_acquitted_credited_or_pitied() -> None:
    assert _serving(PLAIN) == {"stay-with-their-words"}


def test_something_they_made_or_mended_may_be_credited_unasked() -> None:
    assert "name-concrete-strength" in _serving("I fixed the pump in the cellar with my own tools.")
    assert "name-concrete-strength" not in _serving("I went to the birthday of my niece.")


def test_a_need_that_shows_has_its_own_skill_beside_listening() -> None:
    assert _serving("He was at the table.", BLAMED) == {"not-your-fault", "stay-with-their-words"}


def test_who_tells_of_a_death_hears_sympathy_first() -> None:
    assert hold(("My dad died on Sunday and I had to ring everybody myself.",), skills=ALL)[0].reply.startswith("I'm")


def test_who_mended_something_hears_that_it_was_done() -> None:
    reply = hold(("I run the night ferry.", "I fixed the pump by hand in the end, with no spare parts."), skills=ALL)[-1].reply
    assert "you fixed the pump" in reply.lower()


def test_two_things_are_said_back_only_where_they_were_said_together() -> None:
    told = "My boss saw the photo. She looks at me now. It rained. I sold the car."
    clauses = {clause.raw: clause for clause in clauses_of(told)}
    photo, looks, car = (next(one for raw, one in clauses.items() if word in raw) for word in ("photo", "looks", "car"))
    assert follows(looks, photo, 1)
    assert not follows(photo, looks, 1) and not follows(car, photo, 1)
    answer, fact = (next(one for one in clauses_of("I like green tea. She sold the car.") if word in one.raw) for word in ("tea", "sold"))
    assert not follows(fact, answer, 2)  # the first sentence of a later message mostly answers the reply


def test_what_is_joined_by_and_comes_back_whole() -> None:
    assert "my hands were raw and I still drove the bus".replace("my", "your").replace("I", "you") in _told(
        "My hands were raw and I still drove the bus.")


@pytest.mark.parametrize(("told", "alone"), [
    ("My grandfather built the hives in the yard.", True), ("He stopped laughing when he saw me.", False),
    ("I put that one back on the shelf.", False), ("Nothing helped me at all.", False)])
def test_only_what_can_be_understood_by_itself_comes_back_later(told: str, alone: bool) -> None:
    found = clauses_of(told)
    assert any(stands_alone(clause) for clause in found) is alone


def test_something_told_comes_back_once_and_not_right_away() -> None:
    told = "My brother signed the lease for a second shop."
    said = "Earlier you said that your brother signed the lease for a second shop."
    assert _earlier("Well, yes.", told, "Hm.", "I see.")
    assert not _earlier("Well, yes.", told)
    assert not _earlier("Well, yes.", told, "Hm.", "I see.", reply=said)


@pytest.mark.parametrize("text", [
    "It took three and a half hours in two goes.", "I trained him, three and a half hours in two goes.",
    "It is as you say, the fault lies with me.", "Her new husband doesn't like me, I think.", "maybe i was too much when i called",
    "I don't need anyone to tell me.", "He reached over. He said 'there we go'.", "I must have explained it badly.",
    "My mother did four of us without a machine."])
def test_what_is_half_said_supposed_or_said_against_oneself_never_comes_back_as_a_fact(text: str) -> None:
    told = " | ".join(_told(text))
    assert not any(wrong in told for wrong in (
        "a half hours", "fault", "like you", "too much", "tell you", "said there", "must have", "four of you")), told


def test_a_day_in_front_is_left_out_and_the_clause_kept() -> None:
    assert _told("On 8 October I found a shoe in the oven.") == ["you found a shoe in the oven"]


@pytest.mark.parametrize("text", ["I found a lump under my arm and the appointment is in three weeks.",
                                  "I wrote back. That's all I could think of."])
def test_what_happened_is_no_step_they_mean_to_take(text: str) -> None:
    assert not commits(text)


@pytest.mark.parametrize("text", ["youre not really listening are you", "you never listen to me", "you make it sound like nothing"])
def test_a_complaint_is_owned(text: str) -> None:
    turn = hold(("My sister shouted at me.", text), skills=ALL)[-1]
    assert turn.reading.act == "complain_about_reply"
    assert not any(move.skill for move in turn.plan.moves)


def test_nobody_is_thanked_for_what_was_not_done_for_thanks() -> None:
    assert read_moment(_moment("I don't do it for thanks.", PLAIN)).act != "thank"


def test_doubt_about_ones_own_part_is_heard_as_doubt() -> None:
    reply = hold(("My daughter stopped coming at weekends.", "maybe i was too much when i called every day"), skills=ALL)[-1].reply
    assert "?" in reply and "you were too much" not in reply


def test_no_reply_says_that_much_is_tied_up_with_somebody() -> None:
    talk = ("My sister rang.", "It was late.", "hm.", "She rang.")
    assert not any("tied up with" in turn.reply for seed in range(4) for turn in hold(talk, seed, skills=ALL))


def test_a_frame_that_calls_it_hard_needs_something_hard() -> None:
    plain = clauses_of("My brother signed the lease.")[0]
    assert clause_fits("So {clause}. And {also}.", plain)
    assert not clause_fits("{clause}. That isn't easy to put down again.", plain)


def test_a_reply_asks_at_most_one_thing_and_last() -> None:
    for turn in hold((PLAIN, "He signed the lease without telling me.", "I cleaned the ovens by hand.", "Nobody rang."), skills=ALL):
        assert turn.reply.count("?") <= 1 and (("?" not in turn.reply) or sentences_in(turn.reply)[-1].endswith("?"))


@pytest.mark.parametrize("text", [
    "One of my friends died.", "The end of my marriage broke me.", "About half my class left.", "The day I lost my job was awful.",
    "Every second I spend there hurts.", "Half my friends left town.", "The first I heard was from my sister."])
def test_what_only_looks_like_a_time_is_never_cut_off_what_was_said(text: str) -> None:
    told = " / ".join(clause.turned for clause in clauses_of(text))
    for false in ("your friends died", "your marriage broke", "your class left", "you lost your job was", "you spend there",
                  "your friends left", "you heard was"):
        assert not told.startswith(false) and f"/ {false}" not in told, told


def test_a_time_in_front_of_a_clause_may_be_left_out() -> None:
    for text, left in (("On 8 October I found the letter.", "I found the letter"),
                       ("Last night I broke the blue jug.", "I broke the blue jug"),
                       ("In the second week my brother called.", "my brother called")):
        assert " ".join(without_time(text.rstrip(".").split())) == left
    for text in ("One of my friends died", "The end of my marriage broke me", "Every second I spend there hurts"):
        assert " ".join(without_time(text.split())) == text


def test_two_clauses_are_not_tied_into_a_stutter() -> None:
    before, after = clauses_of("My brother sold the shop I worked in"), clauses_of("In July my father left us")
    assert before and after
    one, other = before[0], after[0]
    assert joined(one, "and", other) is not None
    assert joined(replace(one, turned="you were told so"), "so", other) is None


def test_what_is_tied_together_is_the_seekers_own_only_where_both_are() -> None:
    mine, theirs = clauses_of("I lost the keys again")[0], clauses_of("My father sold the boat")[0]
    both, half = joined(mine, "and", mine), joined(mine, "and", theirs)
    assert mine.own and not theirs.own and both is not None and half is not None
    assert both.own and not half.own


@pytest.mark.parametrize("head", ["One", "Some", "Both", "Half", "Every", "No"])
def test_a_capital_at_the_head_of_a_sentence_makes_no_name(head: str) -> None:
    clause = replace(clauses_of("Marta left the party before midnight")[0], raw=f"{head} guest left the party before midnight")
    assert not stands_alone(clause) and stands_alone(replace(clause, raw="Marta left the party before midnight"))
