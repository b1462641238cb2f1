"""``esc-tui evolve learn``: put what a run taught into the evidence in force, look at it before, set it back; and novel turns."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from esc_tui.bank.evidence_line import evidence_steps, set_evidence, take_back
from esc_tui.cli.common import Exit, author_of, open_session_bank, put, say, settings_from
from esc_tui.domain.base import now_iso, readable
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.text import many, visible

if TYPE_CHECKING:
    from esc_tui.bank.reading import BankReader
    from esc_tui.domain.revision import Revision
    from esc_tui.evolve.learning import Lessons
    from esc_tui.evolve.learning_preview import Moved

SHOWN_SKILLS, SHOWN_SWAPS = 20, 5


def run_learn(options: dict[str, Any], reference: str, preview: bool, undo: bool, to: int | None, listed: bool, display: Any) -> int:
    """Learn from a run, look before, or set the evidence back; raises WrongUseError unless exactly one of these is asked for."""
    asked = [name for name, given in (("a run", bool(reference)), ("--undo", undo), ("--to", to is not None), ("--list", listed)) if given]
    if len(asked) != 1:
        raise WrongUseError(f"{' and '.join(asked)} cannot be given together" if asked else "nothing says what is to be learned", "",
                            "name a run (12, last), or give --undo, --to N or --list")
    if preview and not reference:
        raise WrongUseError("--preview is for a run", asked[0], "leave it out; 'esc-tui bank undo' undoes it")
    program = settings_from(options)
    with open_session_bank(program, readonly=preview or listed) as bank:
        if listed:
            _put_steps(bank, display)
        elif reference:
            from esc_tui.evolve.learning import learn, lessons_of
            from esc_tui.evolve.learning_preview import preview as preview_of

            lessons, moved, made = lessons_of(bank, reference), None, None
            if lessons.rows:
                moved = preview_of(bank, lessons)
            if not preview:
                lessons, made = learn(bank, reference, author_of(program))
            _put_lessons(lessons, moved, made, preview, display)
        else:
            author = author_of(program)
            _put_revision(take_back(bank.writing, author=author, time=now_iso()) if to is None else
                          set_evidence(bank.writing, to, author=author, time=now_iso()), display)
    return Exit.DONE


def _put_steps(bank: BankReader, display: Any) -> None:
    steps = evidence_steps(bank.connection)
    if display == "json":
        for step in steps:
            put(json.dumps(asdict(step), ensure_ascii=False))
        return
    now = bank.snapshot(bank.snapshot_number)
    for step in steps:
        put(f"r{step.revision:<5}evidence {step.before} -> {step.after:<5}{readable(step.time)}  {step.kind:<9}"
            f"{visible(step.author, keep_lines=False)}: {visible(step.message, keep_lines=False)}")
    say(f"In force: snapshot {now.number} with {now.counted:,} outcomes.")


def _put_revision(made: Revision, display: Any) -> None:
    if display == "json":
        put(made.model_dump_json())
    else:
        say(f"{made.name}: {visible(made.message, keep_lines=False)} (snapshot {made.evidence}). Undo it with 'esc-tui bank undo'.")


def _put_lessons(lessons: Lessons, moved: Moved | None, made: Revision | None, preview: bool, display: Any) -> None:
    if display == "json":
        put(json.dumps({
            "kind": "learned", "run": lessons.run, "preview": preview, "outcomes": lessons.outcomes, "turns": lessons.turns,
            "known": lessons.known, "threshold": round(lessons.threshold, 3),
            "usual": {band.value: round(mean, 3) for band, mean in lessons.usual.items()}, "notes": lessons.notes,
            "moved": asdict(moved) if moved is not None else None,
            "revision": made.model_dump(mode="json") if made is not None else None}, ensure_ascii=False))
        return
    for note in lessons.notes:
        say(visible(note, keep_lines=False))
    if moved is None:
        say(f"Run {lessons.run} teaches nothing new: {lessons.known:,} outcomes of it are in force already.")
        return
    counts = ", ".join(f"{count:,} {name}" for name, count in lessons.outcomes.items())
    usual = ", ".join(f"{band.value} {mean:+.1f}" for band, mean in lessons.usual.items())
    put(f"Run {lessons.run}: {many(len(lessons.rows), 'outcome')} ({counts}) in {many(lessons.turns, 'turn')}. "
        f"Usual change by band: {usual}; {lessons.threshold:.1f} off it counts.")
    put("skill                               outcomes      posterior                    place")
    for one in moved.skills[:SHOWN_SKILLS]:
        put(f"{one.skill:<34}  ▲{one.helped:<4}={one.neutral:<4}▼{one.harmed:<4}{one.before[0]:.2f} ±{one.before[1]:.2f} -> "
            f"{one.after[0]:.2f} ±{one.after[1]:.2f}   {one.place_before:>3} -> {one.place_after}")
    if len(moved.skills) > SHOWN_SKILLS:
        put(f"and {len(moved.skills) - SHOWN_SKILLS} more")
    put(f"At {moved.changed:,} of {moved.moments:,} moments of the run another skill would stand first; at {moved.held_back:,} one more "
        "would be held back because it failed there.")
    for (old, new), count in moved.swaps[:SHOWN_SWAPS]:
        put(f"  {many(count, 'time'):>10} {new or 'no skill'} instead of {old or 'no skill'}")
    if made is not None:
        say(f"{made.name}: {visible(made.message, keep_lines=False)} (snapshot {made.evidence}). Take it back with 'esc-tui evolve learn "
            "--undo' or 'esc-tui bank undo'.")


def show_novel(options: dict[str, Any], limit: int, display: Any) -> int:
    """Messages that were new to the bank, newest first, with the words that are so still; nothing of talks without their tester's leave."""
    from esc_tui.bank.talk_lessons import novel_turns
    from esc_tui.support.novelty import Novelty

    with open_session_bank(settings_from(options), readonly=True) as bank:
        novelty, found = Novelty(bank.connection, {}), novel_turns(bank.connection, limit)
        for one in found:
            strange = novelty.of(one.text).strange
            if display == "json":
                put(json.dumps({**asdict(one), "strange": strange}, ensure_ascii=False))
                continue
            put(f"{one.conversation[:10]} turn {one.turn:<3} {one.newness:.0%}  {visible(one.text, keep_lines=False)}")
            put(f"     {'new still: ' + visible(', '.join(strange), keep_lines=False) if strange else 'the bank knows its words by now'}")
        if not found:
            say("No message of a talk that may be learned from was new to the bank.")
    return Exit.DONE
