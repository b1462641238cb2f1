"""``esc-tui bank build`` and ``update``: compile the starter sources, and bring a working bank up to them."""

from __future__ import annotations

from pathlib import Path

from esc_tui.cli.common import Exit, author_of, open_session_bank, put, say, settings_from
from esc_tui.domain.errors import UserError
from esc_tui.domain.hashing import skill_hash

UPDATES = "updates"
"""Under this name the bank keeps the numbers of the revisions that ``update`` made: their skills are not a person's."""


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
    if output and path.exists():
        _must_be_a_template(path)
    for digest in build_starter(path, sources):
        put(digest)
    say(f"Wrote {path}")
    return Exit.DONE


def _must_be_a_template(path: Path) -> None:
    """Refuse to build over anything but an untouched template. Raises UserError."""
    from esc_tui.bank.bank import open_bank

    with open_bank(path, readonly=True) as there:
        if there.head_number > 1 or there.meta("template") or there.conversations(limit=1):
            raise UserError("this is a bank that somebody works with", str(path), "choose another name with --output")


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
        original = {skill.slug: {skill_hash(skill)} for skill in opened.skills_at(first.number)}
        earlier = opened.meta(UPDATES).split()
        for number in map(int, earlier):
            for change in opened.changes(number - 1, number):
                if change.after is not None:
                    original.setdefault(change.slug, set()).add(skill_hash(opened.skill(change.slug, number)))
        changes, kept = {}, []
        for skill in template.skills_at(template.head().number):
            now, known = ours.get(skill.slug), original.get(skill.slug, set())
            if now == skill_hash(skill) or (now is None and known):
                continue
            if now is None or now in known:
                changes[skill.slug] = skill
            else:
                kept.append(skill.slug)
        if kept:
            say(f"Left as you edited them: {', '.join(kept)}.")
        if not changes:
            say("Nothing to update.")
            return Exit.DONE
        with opened.together():
            made = opened.commit(
                changes,
                kind="import",
                author=author_of(settings),
                base_revision=head.number,
                message=f"Updated {len(changes)} skills from the installed starter bank",
            )
            opened.set_meta(UPDATES, " ".join([*earlier, str(made.number)]))
        say(f"{made.name}: {made.message}. 'esc-tui bank undo' takes it back.")
    return Exit.DONE
