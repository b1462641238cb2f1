"""One word for each state of a run, with the reason beside it."""

import pytest

from esc_tui.domain.run_standing import BY_PERSON, BY_SIGNAL, budget_spent, standing


@pytest.mark.parametrize(("state", "reason", "said"), [
    ("done", "", "done"), ("stopped", BY_PERSON, "stopped by a person"), ("stopped", BY_SIGNAL, "stopped by a signal"),
    ("cancelled", BY_PERSON, "cancelled by a person"), ("stopped", budget_spent(6000, "calls"), "stopped: budget of 6,000 calls spent"),
    ("stopped", budget_spent(0.5, "minutes"), "stopped: budget of 0.5 minutes spent"),
    ("failed", "the disk is full", "failed: the disk is full")])
def test_a_state_is_said_with_its_reason(state, reason, said):
    assert standing(state, reason) == said


@pytest.mark.parametrize(("state", "reason"), [("stopped", "stopped by a person"), ("cancelled", "cancelled by a person")])
def test_reasons_of_earlier_versions_say_their_state_once(state, reason):
    assert standing(state, reason) == reason
