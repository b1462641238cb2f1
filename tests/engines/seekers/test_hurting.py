"""Plain hurt never helps, whatever the mood."""

from __future__ import annotations

import pytest

from esc_tui.engines.roles import Line, SeekerMoment
from esc_tui.engines.seekers import EmbeddedSeekerMind
from esc_tui.engines.seekers.hurting import hurts, is_bare
from esc_tui.starter.sources import read_sources

HURTS = ("get over it, stop whining", "You should just get over it and cheer up", "I don't care.", "You're pathetic.", "shut up", "Man up.",
         "Nobody cares about your piano.", "You are being ridiculous", "Other people have real problems, you know.")


@pytest.mark.parametrize("reply", HURTS)
def test_an_insult_or_being_brushed_off_is_known(reply):
    assert hurts(reply)


@pytest.mark.parametrize("reply", [
    "People say get over it, and it doesn't work like that.", "You don't have to cheer up for me.",
    "It sounds as if nobody has told you to stop.",
    "I care how this goes for you.", "What would it take to get over the bridge?", "You're tired, and that's no wonder.",
])
def test_kind_words_near_them_are_not(reply):
    assert not hurts(reply)


def test_a_word_or_two_that_asks_nothing_is_bare():
    assert is_bare("ok") and is_bare("Bye.") and not is_bare("And then?") and not is_bare("That was a long night.")


async def test_no_seeker_is_lifted_by_hurt_or_by_a_bare_word():
    mind = EmbeddedSeekerMind()
    for profile in read_sources().profiles[::6]:
        for reply in (*HURTS, "ok", "bye", "lol"):
            for seed in range(6):
                history = (Line("seeker", profile.first_line, 1), Line("supporter", reply, 1))
                change = (await mind.appraise(SeekerMoment(profile, history, 40, 1, seed))).change
                assert change <= 0 if not hurts(reply) else change < 0, (profile.id, reply, change)
