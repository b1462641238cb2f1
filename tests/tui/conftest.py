"""What every test of the interface gets: keys that are dealt with before the test goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tui.idling import looking_at_the_loop


@pytest.fixture(autouse=True)
def keys_are_dealt_with() -> Iterator[None]:
    """See ``idling``."""
    with looking_at_the_loop():
        yield
