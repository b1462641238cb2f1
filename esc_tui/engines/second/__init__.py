"""A second seeker and a second judge of replies without a model, written apart from the first of each, to check them by.

Nothing here is shared with ``engines.seekers``, ``engines.judges`` or ``engines.embedded``: no code, no list, no pattern.
"""

from esc_tui.engines.second.judge import SecondJudge
from esc_tui.engines.second.mind import SecondSeekerMind

__all__ = ["SecondJudge", "SecondSeekerMind"]
