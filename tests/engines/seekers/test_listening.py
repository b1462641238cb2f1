"""Listening is told from what only looks like it by what a reply takes up and what it adds."""

from esc_tui.engines.seekers.listening import listening, told_before
from esc_tui.engines.seekers.reading import read

SAID = "My sister took the dog on Sunday. Nobody asked me. I still fill his bowl at six."


def found(reply: str, last: str = SAID, earlier: tuple[str, ...] = (), guarded: bool = False) -> dict[str, float]:
    return listening(read(reply), told_before(last, earlier, guarded))


def test_the_story_is_followed_over_more_than_one_sentence() -> None:
    assert found("She took the dog, and at six you fill the bowl.").get("follows", 0) > found("The dog.").get("follows", 0)


def test_one_word_said_back_with_nothing_added_is_known() -> None:
    assert "says_back" in found("So it's about the dog.")
    assert "says_back" not in found("The bowl at six, and nobody there to eat it.")


def test_an_earlier_fact_is_remembered() -> None:
    assert found("And the lamp still burns.", earlier=("I left the lamp on for him.",))["remembers"] > 0


def test_a_guarded_persons_last_sentence_and_an_anyway_lead_away_from_the_matter() -> None:
    told = told_before("He left in March. The roses are out.", (), True)
    assert "aside_only" in found("Oh, roses!", "He left in March. The roses are out.", guarded=True)
    assert told.core == told_before("He left in March. Anyway, the roses are out.", (), False).core


def test_what_the_seeker_did_is_told_from_what_they_should_do() -> None:
    assert "deed" in found("You filled the bowl all the same.") and "deed" not in found("You need to fill your days.")


def test_an_empty_reply_has_no_features() -> None:
    assert found("") == {}
