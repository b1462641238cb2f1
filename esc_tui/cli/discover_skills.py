"""``esc-tui discover prototypes`` and ``discover skills``: from labelled units to draft skills, with progress."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from esc_tui.cli.common import Exit, author_of, open_session_bank, settings_from
from esc_tui.cli.narration import Display, Narrator
from esc_tui.cli.stopping import stoppable

if TYPE_CHECKING:
    from esc_tui.discover.skills import MinedSkills

STOPPED_SKILLS = ("Stopped; no draft of this run is in the bank. What a model had worded so far is kept aside: the same command goes on "
                  "from there.")


@stoppable("Stopped; nothing of this run is kept, the prototypes there were stay. Run the same command again.")
def run_prototypes(bank: str | None, seed: int, display: Display) -> int:
    """Group the key units of a bank into prototypes."""
    from esc_tui.discover.prototypes import discover_prototypes

    narrator = Narrator("prototypes", display)
    began = time.monotonic()
    with open_session_bank(settings_from({"bank": bank}), make=False) as opened:
        found = discover_prototypes(opened, seed, lambda done, total: narrator.progress(done, total, unit="units"))
    seconds = round(time.monotonic() - began, 1)
    narrator.result(
        {"kind": "result", "job": "prototypes", **asdict(found), "seed": seed, "seconds": seconds},
        f"{found.prototypes:,} prototypes in {found.cells:,} cells of state and action, from {found.units:,} key units"
        f" (run {found.run}, {seconds} s)\n"
        f"  {found.positive:>6,}  of what helped\n"
        f"  {found.negative:>6,}  of what harmed"
        + (f"\n  {found.set_aside:>6,}  units set aside: too few of their kind" if found.set_aside else "")
        + (f"\n  {found.at_crisis:>6,}  units passed over: the seeker was in a crisis, where no skill is used" if found.at_crisis else "")
        + "\nNext: esc-tui discover skills")
    return Exit.DONE


@stoppable(STOPPED_SKILLS)
def run_skills(bank: str | None, options: dict[str, Any], target: int, seed: int, display: Display) -> int:
    """Make draft skills of the newest prototypes; a person makes them active."""
    from esc_tui.discover.briefs import words_stay_here
    from esc_tui.discover.roles import closing, skill_writer_for
    from esc_tui.discover.skills import mine_skills

    settings = settings_from({"bank": bank, **options})
    narrator = Narrator("skills", display)
    began = time.monotonic()
    with open_session_bank(settings, make=False) as opened:
        writer = skill_writer_for(settings)

        async def mined() -> MinedSkills:
            async with closing(writer):
                return await mine_skills(opened, writer, author=author_of(settings), target=target, seed=seed,
                                         near=words_stay_here(settings), progress=narrator.progress)

        found = asyncio.run(mined())
    for note in getattr(writer, "notes", ()):
        narrator.tell(note)
    seconds = round(time.monotonic() - began, 1)
    result = asdict(found)
    result["left_out"] = [{"cluster": cluster, "reason": reason} for cluster, reason in found.left_out]
    narrator.result({"kind": "result", "job": "skills", **result, "target": target, "seed": seed, "seconds": seconds},
                    _table(found, seconds))
    return Exit.DONE


def _table(found: MinedSkills, seconds: float) -> str:
    """What was made, for people: one line a skill with its prototypes and the units that helped and harmed."""
    lines: list[str] = []
    if found.skills:
        width = max(len(skill.slug) for skill in found.skills)
        lines.append(f"{'draft skill':<{width}}  prototypes  helped  harmed")
        lines += [f"{skill.slug:<{width}}  {skill.prototypes:>10,}  {skill.positive_units:>6,}  {skill.negative_units:>6,}"
                  for skill in found.skills]
        count = f"{len(found.skills)} draft {'skill' if len(found.skills) == 1 else 'skills'}"
        lines.append(f"{count} in revision r{found.revision}, {found.evidence:,} rows of evidence (snapshot {found.snapshot}), {seconds} s")
    else:
        lines.append("No new draft skill.")
    if found.kept:
        lines.append(f"{len(found.kept)} earlier {_drafts(found.kept)} rest on the same units and stay as they are.")
    if found.replaced:
        lines.append(f"{len(found.replaced)} earlier {_drafts(found.replaced)} that nobody had touched made room; undo brings them back.")
    lines += [f"Cluster {cluster} gave no skill: {reason}." for cluster, reason in found.left_out]
    lines += [f"{skill.slug}: {note}." for skill in found.skills for note in skill.notes]
    if found.harm_without_skill:
        number = found.harm_without_skill
        lines.append(f"{number} {'prototype' if number == 1 else 'prototypes'} of what harmed belong to no skill: nothing like it helped.")
    if found.sentence:
        lines.append(found.sentence)
    if found.skills:
        lines.append("They are drafts: read them in the Bank pane, compare them with their evidence, and make active what is good.")
    return "\n".join(lines)


def _drafts(slugs: tuple[str, ...]) -> str:
    return "draft" if len(slugs) == 1 else "drafts"
