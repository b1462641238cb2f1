"""esc-tui: a terminal program around a Skills Bank for emotional-support agents."""

__version__ = "0.7.0"
