"""Finding SKILL.md files in a folder, a zip or a single file, and refusing what no honest archive holds. Nothing is unpacked."""

from __future__ import annotations

import errno
import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from esc_tui.domain.errors import UserError, WrongUseError

NAME = "SKILL.md"
LARGEST_FILE = 1_000_000
"""Bytes of one SKILL.md; the longest skill the bank can hold is well below."""
MOST_SKILLS = 20_000
MOST_ENTRIES = 100_000
"""Entries of a zip, whatever they are."""
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class FoundSkill:
    """A SKILL.md as text: ``place`` names it in sentences, ``folder`` is the name of its folder (empty for a single file)."""

    place: str
    folder: str
    text: str


def find_skills(path: Path, bad: list[UserError] | None = None) -> list[FoundSkill]:
    """Every SKILL.md of a folder or a zip, by path, or the one file named.

    Raises UserError for a missing path, links, paths that leave the archive, encrypted, damaged or oversized entries, entries
    of one name, and text that is not UTF-8. Where ``bad`` is given, what is wrong with the text of one file alone goes there, and the
    others are found.
    """
    if not path.exists():
        raise WrongUseError("there is no such file or folder", str(path), "check the name")
    try:
        if path.is_dir():
            found = list(_in_folder(path, bad))
        elif zipfile.is_zipfile(path):
            found = list(_in_zip(path, bad))
        elif path.suffix.lower() == ".zip" or _begins_as_zip(path):
            raise _damaged(path)
        else:
            found = list(_as_text(_read(path), str(path), "", bad))
    except OSError as error:
        raise UserError(f"it cannot be read ({error.strerror or error})", str(path), "check its permissions") from error
    return found


def _as_text(data: bytes, place: str, folder: str, bad: list[UserError] | None) -> Iterator[FoundSkill]:
    """The file as text; nothing when it is none and ``bad`` has taken the reason."""
    try:
        found = FoundSkill(place, folder, _decoded(_bounded(data, place), place))
    except UserError as error:
        if bad is None:
            raise
        bad.append(error)
    else:
        yield found


def _in_folder(path: Path, bad: list[UserError] | None) -> Iterator[FoundSkill]:
    seen = 0
    for folder, names, files in os.walk(path, followlinks=False):
        names.sort()
        here = Path(folder)
        for name in names:
            if (here / name).is_symlink() and (here / name / NAME).exists():
                raise UserError("this folder is a link", str(here / name), "put the folder itself there")
        if NAME not in files:
            continue
        file = here / NAME
        if file.is_symlink():
            raise UserError(f"{NAME} is a link", str(file), "put the file itself there")
        seen += 1
        _not_too_many(seen, str(path))
        yield from _as_text(_read(file), str(file), here.resolve().name, bad)


def _not_too_many(seen: int, place: str) -> None:
    if seen > MOST_SKILLS:
        raise UserError(f"there are more than {MOST_SKILLS:,} skills here", place, "import them in parts")


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)


def _bounded(data: bytes, place: str) -> bytes:
    if len(data) > LARGEST_FILE:
        raise UserError("the file is larger than a skill can be (1 MB)", place, f"check that it is a {NAME}")
    return data


def _decoded(data: bytes, place: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"the file is not UTF-8 text (byte {error.start})", place, "save it as UTF-8") from error
    if "\0" in text:
        raise UserError("the file holds zero bytes, so it is no text", place, "save it as UTF-8")
    return text


def _begins_as_zip(path: Path) -> bool:
    with path.open("rb") as opened:
        return opened.read(4) == b"PK\x03\x04"


def _damaged(path: Path) -> UserError:
    return UserError("the zip is damaged or not whole", str(path), "get it again")


def _in_zip(path: Path, bad: list[UserError] | None) -> Iterator[FoundSkill]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise UserError(f"the zip has more than {MOST_ENTRIES:,} entries", str(path), "import it in parts")
            names: set[str] = set()
            for entry in entries:
                _must_be_honest(entry, names, path)
            skills = sorted((entry for entry in entries if PurePosixPath(entry.filename).name == NAME and not entry.is_dir()),
                            key=lambda entry: entry.filename)
            _not_too_many(len(skills), str(path))
            for entry in skills:
                place = f"{path}/{entry.filename}"
                with archive.open(entry) as opened:
                    data = opened.read(LARGEST_FILE + 1)
                yield from _as_text(data, place, PurePosixPath(entry.filename).parent.name, bad)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError, IndexError) as error:
        raise _damaged(path) from error
    except OSError as error:
        if error.errno in {None, errno.EINVAL}:  # a place before the file's beginning, or a stream that cannot be unpacked
            raise _damaged(path) from error
        raise
    except (NotImplementedError, RuntimeError) as error:
        raise UserError("the zip uses a compression or encryption that is not known here", str(path),
                        "pack it anew as plain zip") from error


def _must_be_honest(entry: zipfile.ZipInfo, names: set[str], path: Path) -> None:
    name = entry.orig_filename
    place = f"{path}/{name}"
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if "\\" in name or "\0" in name or name.startswith("/") or _DRIVE.match(name) or ".." in parts:
        raise UserError("an entry has a path that leads out of the archive", place, "pack it anew with plain folders")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise UserError("an entry is a link", place, "pack the file itself")
    if entry.flag_bits & 1:
        raise UserError("an entry is encrypted", place, "pack it anew without a password")
    if name in names:
        raise UserError("two entries have this name", place, "pack it anew")
    names.add(name)
