"""``esc-tui import``: dialogues, recorded talks and profiles into the bank, with an account of what was not taken, and where."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from esc_tui.cli.common import Exit, open_session_bank, put, settings_from
from esc_tui.cli.narration import Display, Narrator
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.discover.importing import ImportCount, ImportProgress
    from esc_tui.interchange.corpora.found import Skip

TABLE_CELLS = 80
"""What a table may take of a line; a name of a form is cut to leave it so, not shorter than 20 cells."""
PLACES_SHOWN = 10
"""Places in the table for people; ``--display json`` gives one object for each."""


def run_import(bank: str | None, paths: list[str], licence: str, source: str, display: Display) -> int:
    """Import files; exit code 0 when at least one dialogue, recorded talk or profile was read, new or known, else 1.

    With ``display`` json: an object of kind ``progress`` now and then, one of kind ``skipped`` for everything not taken, and at
    the end the account. Raises UserError, before anything is stored, for a path that cannot be opened.
    """
    from esc_tui.discover.importing import import_dialogues
    from esc_tui.interchange.corpora.corpus import corpus_files

    corpus_files(paths)  # a wrong path is said before a bank is made for it
    narrator = Narrator("import", display)
    last: ImportProgress | None = None
    with open_session_bank(settings_from({"bank": bank})) as opened:
        try:
            for last in import_dialogues(opened, paths, source=source, licence=licence):
                if display == "json":
                    for file, skip in last.skipped:
                        put(json.dumps({"kind": "skipped", **_place(file, skip)}, ensure_ascii=False))
                narrator.progress(last.done, last.total, _name(last.files[-1].file), unit="bytes")
        except KeyboardInterrupt:
            stored = last.whole.new if last else 0
            talks = last.whole.new_episodes if last else 0
            also = f" and {talks:,} recorded talks" if talks else ""
            narrator.tell(f"Stopped; {stored:,} new dialogues{also} are stored. Run the same command again to go on.")
            raise
    assert last is not None
    whole = last.whole
    result = {"kind": "result", "job": "import", **_account(whole), "files": [
        {"file": one.file, **_account(one)} for one in last.files]}
    narrator.result(result, _table(last.files, whole, licence))
    if whole.taken:
        if whole.skipped:
            narrator.tell(f"Not everything was taken: {', '.join(_skipped(whole))} skipped; the account says where.")
        return Exit.DONE
    narrator.tell("No dialogue could be read from these files, nor anything else; the reasons stand in the account.")
    return Exit.FAILED


def _account(count: ImportCount) -> dict[str, Any]:
    return {
        "dialogues": count.dialogues,
        "new": count.new,
        "known": count.known,
        "episodes": count.episodes,
        "new_episodes": count.new_episodes,
        "runs": count.runs,
        "profiles": count.profiles,
        "new_profiles": count.new_profiles,
        "known_profiles_in_other_words": count.profiles_otherwise,
        "units_of_text": count.lines,
        "new_units_of_text": count.new_lines,
        "skipped": count.skipped,
        "skipped_files": count.parts["file"],
        "skipped_dialogues": count.parts["dialogue"],
        "skipped_lines": count.parts["line"],
        "skipped_labels": count.parts["label"],
        "skipped_episodes": count.parts["episode"],
        "skipped_profiles": count.parts["profile"],
        "reasons": dict(count.reasons.most_common()),
        "unknown_strategies": dict(count.strategies.most_common()),
        "known_with_fewer_labels": count.known_with_less,
        "known_under_another_licence": count.known_otherwise,
        "system_lines": count.instructions,
        "formats": dict(count.forms.most_common()),
        "licences": dict(count.licences.most_common()),
        "languages": dict(count.languages.most_common()),
        "places": [_place(file, skip) for file, skip in count.places],
    }


def _place(file: str, skip: Skip) -> dict[str, str]:
    return {"file": file, "place": skip.place, "part": skip.part, "reason": skip.reason.value, "detail": skip.detail}


def _name(file: str) -> str:
    return visible(file.replace("\\", "/").rstrip("/").rpartition("/")[2], keep_lines=False)


def _table(files: tuple[ImportCount, ...], whole: ImportCount, licence: str) -> str:
    from rich.cells import cell_len

    heading = "taken" if _sage(whole) else "dialogues"
    rows: list[tuple[str, ...]] = [("file", "recognised as", heading, "new", "known", "lines", "skipped")]
    named = [(_cut(_name(one.file)), *_numbers(one)) for one in [*files, whole]]
    taken = sum(max(cell_len(row[column]) for row in [(rows[0][0], *rows[0][2:]), *named]) + 2 for column in range(len(named[0])))
    rows += [(row[0], _cut(_forms(one.forms), max(20, TABLE_CELLS - taken)), *row[1:]) for row, one in zip(named, files, strict=False)]
    if len(files) > 1:
        rows.append(("all", "", *_numbers(whole)))
    return "\n".join([*_aligned(rows), *_remarks(whole, licence), *_skips(whole)])


def _numbers(count: ImportCount) -> tuple[str, ...]:
    new = count.new + count.new_episodes + count.new_profiles
    return tuple(f"{number:,}" for number in (count.taken, new, count.taken - new, count.lines, count.skipped))


def _sage(count: ImportCount) -> bool:
    return bool(count.episodes or count.profiles)


def _forms(forms: Counter[str]) -> str:
    names = [name for name, _ in forms.most_common() if name]
    return ", ".join(names) if names else "nothing known"


def _cut(text: str, width: int = 20) -> str:
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…"


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Two columns of words to the left, numbers to the right."""
    from rich.cells import cell_len

    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [f"{cell}{' ' * (width - cell_len(cell))}" if column < 2 else f"{' ' * (width - cell_len(cell))}{cell}"
                 for column, (cell, width) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(cells).rstrip())
    return lines


def _remarks(whole: ImportCount, licence: str) -> list[str]:
    said = []
    if whole.episodes:
        runs = f"run{'s' * (len(whole.runs) > 1)} {', '.join(map(str, whole.runs))}"
        new = f"{whole.new_episodes:,} new" + (f" in {runs}" if whole.runs else "")
        known = f"all known, as {runs}" if whole.runs and not whole.new_episodes else new
        said.append(f"{_many(whole.episodes, 'recorded talk')}, {known}; "
                    f"'esc-tui evaluate episodes {whole.runs[0] if whole.runs else 'RUN'}' gives the score.")
    if whole.profiles:
        said.append(f"{_many(whole.profiles, 'profile')} of simulated seekers, {whole.new_profiles:,} new.")
    if whole.profiles_otherwise:
        said.append(f"{_many(whole.profiles_otherwise, 'profile')} known in other words; the stored ones stay as they are.")
    for name, number in whole.licences.most_common():
        under = f"under {visible(name, keep_lines=False)}" if name else "without a licence: not to be shared (--licence names one)"
        said.append(f"{f'{number:,} of them' if _sage(whole) else _dialogues(number)} {under}.")
    if licence and whole.taken > whole.licences[licence]:
        said.append(f"--licence {visible(licence, keep_lines=False)} holds only where the row itself names none.")
    if whole.known_with_less:
        said.append(f"{_dialogues(whole.known_with_less)} known with fewer strategies, ratings or survey answers than here; "
                    "the stored ones stay as they are.")
    if whole.known_otherwise:
        said.append(f"{_dialogues(whole.known_otherwise)} known under another licence; the stored ones stay as they are.")
    if whole.instructions:
        lines = "line" if whole.instructions == 1 else "lines"
        said.append(f"{whole.instructions:,} system {lines} kept out: no part of a talk.")
    return ["", *said] if said else []


def _dialogues(number: int) -> str:
    return _many(number, "dialogue")


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _skipped(whole: ImportCount) -> list[str]:
    return [_many(whole.parts[part], part) for part in ("file", "dialogue", "episode", "profile", "line", "label") if whole.parts[part]]


def _skips(whole: ImportCount) -> list[str]:
    if not whole.skipped:
        return ["", "Nothing was skipped."]
    lines = ["", f"Skipped: {', '.join(_skipped(whole))}."]
    lines += [f"{number:>9,}  {reason}" for reason, number in whole.reasons.most_common()]
    if whole.strategies:
        names = ", ".join(f"'{visible(name, keep_lines=False)}' {number:,}" for name, number in whole.strategies.most_common(8))
        lines.append(f"Unknown strategies (the lines are kept, without one): {names}.")
    lines += ["", "Where:"]
    for file, skip in whole.places[:PLACES_SHOWN]:
        lines.append(visible(f"  {_name(file)}, {skip.place}: {skip.sentence}", keep_lines=False))
    if whole.skipped > PLACES_SHOWN:
        lines.append(f"  and {whole.skipped - PLACES_SHOWN:,} more; --display json names every one.")
    return lines
