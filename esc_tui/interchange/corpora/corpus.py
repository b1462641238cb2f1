"""A file of dialogues read from its beginning to its end, in bounded memory, with everything that was not taken."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.interchange.corpora.elements import ByteCounter, Element, elements
from esc_tui.interchange.corpora.found import Reading, Reason, Skip
from esc_tui.interchange.corpora.names import kept
from esc_tui.interchange.corpora.rows import read_row
from esc_tui.settings.files import named_path


class RowReader(Protocol):
    """Turns one JSON value of a file into what it is; ``place`` says where it stood."""

    def __call__(self, value: object, place: str, *, source: str = "", licence: str = "") -> Reading:
        """The reading of one value."""
        ...


def corpus_files(paths: Sequence[str | Path]) -> list[Path]:
    """The paths as files that can be opened. Raises UserError for the first that is missing, a folder, or may not be read."""
    files = []
    for given in paths:
        try:
            path = named_path(given)
            if path.is_dir():
                raise WrongUseError("this is a folder", str(given), "name the files in it, as in FOLDER/*.json")
            if path.is_file() or not path.exists():
                with path.open("rb"):
                    pass
            files.append(path)  # a pipe is opened once, to be read
        except FileNotFoundError as error:
            raise WrongUseError("there is no such file", str(given), "check the path") from error
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or str(error)
            raise UserError(f"the file cannot be opened ({said})", str(given), "check the path and its permissions") from error
    return files


def size_of(path: Path) -> int:
    """Bytes of a file; 0 when that cannot be known (a pipe)."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read_corpus(path: Path, *, source: str = "", licence: str = "", reader: RowReader = read_row) -> Iterator[tuple[Reading, int]]:
    """Every dialogue of a file, or why there is none, with the bytes read so far.

    ``source`` defaults to the file's name, never its folder. ``licence`` holds where the row names none. Only one
    value of the file is held at a time. ``reader`` knows what is taken; the default one knows dialogues. Never raises for what is in the
    file; raises UserError when it cannot be opened.
    """
    named = kept(source or path.name)
    recognised = False
    (path,) = corpus_files([path])
    with path.open("rb", buffering=0) as file:
        counter = ByteCounter(file)
        found = elements(counter)
        while True:
            try:
                element = next(found, None)
            except OSError as error:
                yield _not_taken(Element(f"byte {counter.done + 1}", reason=Reason.UNREADABLE, detail=error.strerror or "",
                                         part="file")), counter.done
                return
            if element is None:
                break
            recognised = True
            yield _reading(element, named, licence, reader), counter.done
    if not recognised:
        yield _not_taken(Element("the whole file", reason=Reason.NO_DIALOGUES, part="file")), counter.done


def _reading(element: Element, source: str, licence: str, reader: RowReader) -> Reading:
    if element.reason is not None:
        return _not_taken(element)
    try:
        value = json.loads(element.data.decode("utf-8"), strict=False)
    except UnicodeDecodeError as error:
        byte = f", byte {element.offset + error.start + 1}" if element.offset >= 0 else ""
        return _not_taken(Element(f"{element.place}{byte}", reason=Reason.ENCODING))
    except json.JSONDecodeError as error:
        where = f", byte {element.offset + len(error.doc[: error.pos].encode()) + 1}" if element.offset >= 0 else ""
        return _not_taken(Element(f"{element.place}{where}", reason=Reason.NOT_JSON, detail=error.msg))
    except RecursionError:
        return _not_taken(Element(element.place, reason=Reason.TOO_DEEP))
    except ValueError:  # a number of more digits than Python reads
        return _not_taken(Element(element.place, reason=Reason.NOT_JSON, detail="a number without end"))
    return reader(value, element.place, source=source, licence=licence)


def _not_taken(element: Element) -> Reading:
    assert element.reason is not None
    return Reading(None, skipped=(Skip(element.part, element.reason, element.place, element.detail),))
