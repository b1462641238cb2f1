"""The smallest Textual program there is: one label. Start-up is measured against it."""

from textual.app import App, ComposeResult
from textual.widgets import Label


class OneLabel(App[None]):
    """One label."""

    def compose(self) -> ComposeResult:
        yield Label("Hello, World!")


if __name__ == "__main__":
    OneLabel().run()
