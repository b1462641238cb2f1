"""Files a person names: the path as it was typed, and writing a file whole or not at all. Standard library alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from esc_tui.domain.errors import UserError, WrongUseError


def named_path(typed: str | Path) -> Path:
    """The path a person typed, with ``~`` replaced. Raises UserError for the home folder of nobody."""
    try:
        return Path(typed).expanduser()
    except RuntimeError as error:
        raise WrongUseError("there is no such home folder", str(typed), "write the path in full") from error


def write_new(path: Path, content: bytes) -> None:
    """A new file, whole and its owner's alone (0600) from the moment it is there.

    Raises FileExistsError when something has the name, OSError when it cannot be written; then nothing of it stays.
    """
    with _beside(path, [content]) as temporary:
        link_new(temporary, path)


def write_over(path: Path, content: bytes) -> None:
    """A file in the place of whatever has the name, whole and its owner's alone (0600). Raises OSError; then the old one stays."""
    with _beside(path, [content]) as temporary:
        temporary.replace(path)


def write_lines(place: str | Path, lines: Iterable[str], *, replace: bool = True, remedy: str = "choose another name") -> Path:
    """Write lines, as many as they are, to a file of the owner's alone beside the place and give it its name at the end; the path.

    Raises UserError, leaving nothing behind, where no file can be made, and without ``replace`` where something has the name
    (``remedy`` says what to do then).
    """
    try:
        path = named_path(place).resolve()
        if path.is_dir():
            raise WrongUseError("this is a folder", str(place), "name a file in it")
        if path.exists() and not path.is_file():
            raise WrongUseError("this is no ordinary file", str(place), "name another one")
        with _beside(path, (line.encode() for line in lines)) as temporary:
            if replace:
                temporary.replace(path)
            else:
                link_new(temporary, path)
    except FileExistsError as error:
        raise WrongUseError("a file of this name is there already", str(place), remedy) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(f"the file cannot be written ({getattr(error, 'strerror', None) or error})", str(place),
                        "choose another place") from error
    return path


def link_new(temporary: Path, path: Path) -> None:
    """Give a finished file beside it its name. Raises FileExistsError when something has that name by now, or OSError."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: take the name first, then move over our own empty file
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            temporary.replace(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


@contextmanager
def _beside(path: Path, content: Iterable[bytes]) -> Iterator[Path]:
    """A file with these bytes in the folder of the path, on the disk; it is gone at the end unless it was moved."""
    handle, name = tempfile.mkstemp(prefix=".esc-tui-", dir=path.parent)  # with mode 0600; short, for the path's own name may be long
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
