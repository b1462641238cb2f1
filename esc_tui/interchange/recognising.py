"""Any line of any file that can be imported, recognised by what is in it: a dialogue, a recorded episode, or a profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from esc_tui.interchange.corpora.corpus import read_corpus
from esc_tui.interchange.corpora.found import Part, Reading, Reason, Skip
from esc_tui.interchange.corpora.rows import read_row
from esc_tui.interchange.sage import profiles, results
from esc_tui.interchange.sage.episodes import digest_of

_PARTS: dict[str, Part] = {results.FORM: "episode", profiles.FORM: "profile"}


def read_any_row(value: object, place: str, *, source: str = "", licence: str = "") -> Reading:
    """One JSON value as whatever it is; see ``read_row``, ``read_result`` and ``read_profile``."""
    if isinstance(value, dict):
        if "kind" in value and "conversation_id" in value:
            return Reading(None, skipped=(Skip("line", Reason.OWN_EVENTS, place),))
        if results.is_result(value):
            return results.read_result(value, place, source=source, licence=licence)
        if profiles.is_profile(value):
            return profiles.read_profile(value, place, source=source, licence=licence)
    return read_row(value, place, source=source, licence=licence)


def read_file(path: Path, *, source: str = "", licence: str = "") -> Iterator[tuple[Reading, int]]:
    """Every dialogue, episode and profile of a file, or why there is none, with the bytes read so far.

    Talks of one profile (and supporter, where the file tells them) are numbered in their order (``repeat``); one that is there letter for
    letter a second time is passed over and noted. What cannot be read at all counts as what the lines before it were.
    """
    form = ""
    repeats: dict[tuple[str, str], int] = {}
    seen: set[str] = set()
    for found, done in read_corpus(path, source=source, licence=licence, reader=read_any_row):
        reading = found
        form = reading.form or form
        episode = reading.episode
        if episode is not None:
            digest, name = digest_of(episode), (episode.profile.id, episode.origin.supporter if episode.origin is not None else "")
            if digest in seen:
                again = Skip("episode", Reason.SAME_TALK, reading.place, episode.profile.id)
                reading = replace(reading, episode=None, skipped=(again,))
            else:
                seen.add(digest)
                repeats[name] = repeats.get(name, 0) + 1
                reading = replace(reading, episode=replace(episode, repeat=repeats[name]))
        elif not reading.form and form in _PARTS:
            part = _PARTS[form]
            reading = replace(reading, skipped=tuple(
                replace(skip, part=part) if skip.part == "dialogue" else skip for skip in reading.skipped))
        yield reading, done
