"""``esc-tui bank build`` and ``update``: compile the starter sources, and bring a working bank up to them."""

from __future__ import annotations

from pathlib import Path

from esc_tui.cli.common import Exit, author_of, open_session_bank, put, say, settings_from
from esc_tui.domain.hashing import skill_hash


def build(output: str, check_only: bool) -> int:
    """Read and check the sources and write the template; prints both hashes."""
    from esc_tui.settings.locator import BANK_NAME, assets_folder
    from esc_tui.starter.build import build_starter
    from esc_tui.starter.sources import read_sources

    sources = read_sources()
    say(f"{len(sources.skills)} skills, {len(sources.dialogues)} dialogues, {len(sources.units)} units: all valid.")
    if check_only:
        return Exit.DONE
    path = Path(output) if output else assets_folder(building=True) / BANK_NAME
    for digest in build_starter(path, sources):
        put(digest)
    say(f"Wrote {path}")
    return Exit.DONE


def update(bank: str | None, author: str | None) -> int:
    """Commit skills of the installed starter bank that are new, or changed there and untouched here.

    A skill the person has edited is left alone and named.
    """
    from esc_tui.bank.bank import open_template
    from esc_tui.settings.locator import template_path

    settings = settings_from({"bank": bank, "author": author})
    with open_template(template_path()) as template, open_session_bank(settings) as opened:
        head, first = opened.head(), opened.revision("r1")
        ours = {skill.slug: skill_hash(skill) for skill in opened.skills_at(head.number)}
        original = {skill.slug: skill_hash(skill) for skill in opened.skills_at(first.number)}
        changes, kept = {}, []
        for skill in template.skills_at(template.head().number):
            now, then = ours.get(skill.slug), original.get(skill.slug)
            if now == skill_hash(skill) or (now is None and then is not None):
                continue
            if now == then:
                changes[skill.slug] = skill
            else:
                kept.append(skill.slug)
        if kept:
            say(f"Left as you edited them: {', '.join(kept)}.")
        if not changes:
            say("Nothing to update.")
            return Exit.DONE
        made = opened.commit(
            changes,
            kind="import",
            author=author_of(settings),
            base_revision=head.number,
            message=f"Updated {len(changes)} skills from the installed starter bank",
        )
        say(f"{made.name}: {made.message}. 'esc-tui bank undo' takes it back.")
    return Exit.DONE
