"""The base of every screen that asks something: it gives its answer once, however often a key is pressed."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Modal(ModalScreen[Result]):
    """A modal screen that closes itself only while it is in front: a second key finds the question answered."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with a result, once."""
        if not self.is_current:
            return AwaitComplete()
        return super().dismiss(result)
