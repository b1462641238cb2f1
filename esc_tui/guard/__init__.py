"""The crisis guard: looks at every message and every drafted reply, always on, without model or network."""

from esc_tui.guard.detect import check_message
from esc_tui.guard.kinds import CrisisCheck, Evidence, ReplyCheck, ReplyProblem

__all__ = ["CrisisCheck", "Evidence", "ReplyCheck", "ReplyProblem", "check_message"]
