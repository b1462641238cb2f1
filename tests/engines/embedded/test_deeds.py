"""Which deeds may be praised: no wrong, no lapse, nothing told with guilt or in secret."""

from __future__ import annotations

import pytest

from esc_tui.domain.labels import Action
from esc_tui.engines.embedded.deeds import shows_guilt, tells_a_wrong
from esc_tui.engines.embedded.reader import read_moment
from esc_tui.engines.embedded.slots import slots_of
from esc_tui.engines.roles import Line, Moment
from esc_tui.starter.sources import read_sources
from tests.engines.embedded.talks import hold

ALL = tuple(read_sources().skills)


@pytest.mark.parametrize("text", [
    "I took 600 from the club's cash box.", "I stole her ring.", "I lied to my sister.", "I hid the letters under the bed.",
    "I slapped my son.", "I smashed his guitar.", "I drank the whole bottle.", "I left my wife with the kids.", "I skipped my shift.",
    "I signed it without asking.", "I went through her phone.", "I went in at night and took the money from the till."])
def test_a_wrong_or_a_lapse_of_their_own_is_known(text: str) -> None:
    assert tells_a_wrong(text)


@pytest.mark.parametrize("text", [
    "I took money out of my savings.", "I stopped drinking in May.", "I walked away from the bottle.", "I broke the ice with her.",
    "He came home and broke the window and I fixed it.", "I missed the last bus so I walked home.", "I was robbed.",
    "I lie awake and plan.", "I drank a cup of tea.", "I broke down and got up again.", "My boss lied to me and I kept the shop open."])
def test_what_only_sounds_like_one_is_none(text: str) -> None:
    assert not tells_a_wrong(text)


@pytest.mark.parametrize("text", ["Nobody knows about it.", "If they find out I'm done.", "I shouldn't have.", "I feel so guilty."])
def test_guilt_and_secrecy_show(text: str) -> None:
    assert shows_guilt(text)


def _deeds(text: str, *before: str) -> tuple[str, ...]:
    history = tuple(Line("seeker", said, at) for at, said in enumerate(before, 1))
    moment = Moment(text=text, history=history, turn=len(before) + 1)
    return slots_of(moment, read_moment(moment)).get("deed")


def test_a_deed_is_no_credit_where_it_is_a_wrong_or_told_with_guilt_or_points_back_to_a_wrong() -> None:
    assert _deeds("I fixed the pump by hand.") and _deeds("I fixed the pump by hand.", "I took the money from the till.")
    assert not _deeds("I fixed the books by hand and nobody knows.")
    assert not _deeds("I took it in August and again in September.", "I took 600 from the club's cash box.")


@pytest.mark.parametrize("lines", [
    ("I keep the books of our savings club.", "I took 600 from the cash box.", "I took it in August and again in September."),
    ("I look after my mother.", "I went out and left my mother alone all night. I cleaned up before my brother came."),
    ("My flat is a mess.", "I hid the bottles and washed every glass by hand so that she sees nothing.")])
def test_nobody_is_praised_for_a_wrong(lines: tuple[str, ...]) -> None:
    for seed in range(3):
        turn = hold(lines, seed, skills=ALL)[-1]
        assert "took doing" not in turn.reply and "quietly pleased" not in turn.reply
        assert not any(move.action is Action.AFFIRMATION_OF_STRENGTH for move in turn.plan.moves), turn.reply
