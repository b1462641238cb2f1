"""Skills as Agent Skills folders or one zip: SKILL.md with what it rests on beside it; never over an existing file."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from esc_tui.domain.errors import UserError
from esc_tui.domain.hashing import sha256
from esc_tui.domain.licence import may_be_shared
from esc_tui.interchange.skill_text import write_skill

if TYPE_CHECKING:
    from esc_tui.bank.grounds import Ground
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.revision import Revision
    from esc_tui.domain.skill import Skill

EVIDENCE_FILE = "references/evidence.jsonl"
_RELATION = {"positive": "for", "negative": "against", "neutral": "neutral"}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold: the same skills give the same bytes."""


def evidence_lines(grounds: Iterable[Ground]) -> list[str]:
    """One JSON object a unit: ids, lines, hash of the words, relation; the words themselves only where their licence allows."""
    lines = []
    for ground in grounds:
        fact: dict[str, object] = {
            "unit": ground.unit, "dialogue": ground.dialogue, "source": ground.source, "turns": [ground.first, ground.last],
            "hash": sha256("\n".join(f"{speaker}: {text}" for speaker, text in ground.texts)), "relation": _RELATION[ground.outcome],
            "state": ground.state, "actions": list(ground.actions), "change": ground.change, "labelled_by": ground.labeller_kind,
            "licence": ground.licence}
        if may_be_shared(ground.licence):
            fact["text"] = [{"speaker": speaker, "text": text} for speaker, text in ground.texts]
        lines.append(json.dumps(fact, ensure_ascii=False))
    return lines


def evidence_note(grounds: Sequence[Ground]) -> str:
    """One sentence for the end of SKILL.md about the evidence beside it; empty without any."""
    if not grounds:
        return ""
    count = len(grounds)
    units = "1 Intervention Unit behind this skill is" if count == 1 else f"{count} Intervention Units behind this skill are"
    words = f"{units} listed in {EVIDENCE_FILE}."
    kept = sorted({ground.licence or "unknown" for ground in grounds if not may_be_shared(ground.licence)})
    if kept:
        number = sum(not may_be_shared(ground.licence) for ground in grounds)
        words += f" The words of {number} are not included, because their licence does not let them be passed on ({', '.join(kept)})."
    return words


def skill_files(skill: Skill, bank_hash: str, grounds: Sequence[Ground], metadata: Mapping[str, str]) -> dict[str, str]:
    """The files of one skill's folder by their path in it."""
    files = {"SKILL.md": write_skill(skill, bank_hash, note=evidence_note(grounds), metadata=metadata)}
    if grounds:
        files[EVIDENCE_FILE] = "\n".join(evidence_lines(grounds)) + "\n"
    return files


def files_of_bank(bank: BankReader, revision: Revision, slugs: Sequence[str] = ()) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Slug and files of every skill in force at a revision (or of some of them), with their evidence as it stands now."""
    from esc_tui.bank.grounds import grounds_of
    from esc_tui.bank.joining import FOREIGN

    wanted = frozenset(slugs)
    for stored in bank.stored_skills(revision.number):
        if not wanted or stored.slug in wanted:
            metadata = json.loads(bank.meta(FOREIGN + stored.slug, "{}"))
            yield stored.slug, skill_files(stored.skill(), revision.hash, grounds_of(bank.connection, stored.slug), metadata)


def write_folder(folder: Path, skills: Iterable[tuple[str, Mapping[str, str]]]) -> int:
    """Write slugs with their files as folders in ``folder``; returns how many. Raises UserError when one is there already.

    Everything is written beside the place first and moved in at the end; if one cannot be, none stays.
    """
    with _told(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".esc-tui-", dir=folder.parent))
        try:
            slugs = []
            for slug, files in skills:
                if (folder / slug).exists() or (folder / slug).is_symlink():
                    raise UserError(f"{slug} is already there", str(folder), "choose an empty folder")
                for name, text in files.items():
                    target = scratch / slug / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(text, encoding="utf-8")
                slugs.append(slug)
            _move_in(scratch, folder, slugs)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return len(slugs)


def _move_in(scratch: Path, folder: Path, slugs: Sequence[str]) -> None:
    """Move finished folders to their place, all or none."""
    made, moved = not folder.exists(), list[str]()
    folder.mkdir(exist_ok=True)
    try:
        for slug in slugs:
            (scratch / slug).rename(folder / slug)
            moved.append(slug)
    except BaseException:
        for slug in moved:
            (folder / slug).rename(scratch / slug)
        if made:
            with suppress(OSError):  # something else lies there by now
                folder.rmdir()
        raise


def write_zip(path: Path, skills: Iterable[tuple[str, Mapping[str, str]]]) -> int:
    """Write slugs with their files as one zip; returns how many. The same content gives the same bytes.

    Raises UserError when there is a file of this name.
    """
    from esc_tui.bank.whole_files import link_new

    with _told(path):
        if path.exists():
            raise UserError("there already is a file", str(path), "choose another name")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".esc-tui-", dir=path.parent)
        scratch, count = Path(name), 0
        try:
            with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for slug, files in skills:
                    for place, text in files.items():
                        entry = zipfile.ZipInfo(f"{slug}/{place}", _ZIP_TIME)
                        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                        archive.writestr(entry, text.encode())
                    count += 1
            scratch.chmod(0o600)
            link_new(scratch, path)
        finally:
            scratch.unlink(missing_ok=True)
    return count


@contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"the skills cannot be written ({error.strerror})", str(place), "choose a place that can be written") from error
