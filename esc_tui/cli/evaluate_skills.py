"""``esc-tui evaluate skills``: promise against delivery, those passed over or chosen widely, and effects by group from masked runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from esc_tui.cli.common import Exit, open_session_bank, put, settings_from
from esc_tui.cli.narration import Display
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.evolve.skills.effects import GroupedBy, Measure


def run_skills(bank: str | None, references: Sequence[str], by: GroupedBy, measure: Measure, skill: str, display: Display) -> int:
    """Read the runs and tell of their skills, or of one of them in full. Raises UserError for a run or a skill there is none of."""
    from esc_tui.evolve.skills.delivery import skills_seen
    from esc_tui.evolve.skills.effects import effect_map
    from esc_tui.evolve.skills.seen import read_runs
    from esc_tui.evolve.skills.telling import as_json, plain_report, skill_report

    with open_session_bank(settings_from({"bank": bank}), readonly=True, make=False) as opened:
        seen = read_runs(opened, references)
    skills, found = skills_seen(seen), effect_map(seen.episodes, by, measure)
    one = next((one for one in skills if one.skill.slug == skill), None)
    if skill and one is None:
        raise WrongUseError(f"no supporter of these runs had a skill '{visible(skill, keep_lines=False)}'", "--skill",
                            "leave it out to see those they had")
    if display == "json":
        put(json.dumps(as_json(seen, [one] if one is not None else skills, found), ensure_ascii=False))
    else:
        put(skill_report(one, found) if one is not None else plain_report(seen, skills, found))
    return Exit.DONE
