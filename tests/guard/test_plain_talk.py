"""Ordinary distress is no alarm: the guard over every seeker line of the starter dialogues, in its talk."""

from esc_tui.guard.detect import check_message
from esc_tui.starter.sources import read_sources


def test_hardly_a_line_of_the_sample_talks_is_called_a_crisis() -> None:
    alarms = lines = 0
    for dialogue in read_sources().dialogues:
        before: list[str] = []
        for turn in dialogue.turns:
            if turn.speaker == "seeker":
                lines += 1
                alarms += check_message(turn.text, before).crisis
                before.append(turn.text)
    assert lines > 300
    assert alarms / lines <= 0.01
