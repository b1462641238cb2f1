"""``esc-tui evaluate cases``: the regression cases of a bank against a revision or a proposal; listed and removed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from esc_tui.cli.common import Exit, open_session_bank, put, say, settings_from
from esc_tui.cli.narration import Display
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.bank.cases import CaseRow
    from esc_tui.evolve.cases import CaseResult
    from esc_tui.settings.model import Settings

NONE = "No case is kept yet; C on a turn keeps one, in Chat, in an open episode and in the debrief."


def run_cases(options: dict[str, Any], revision: str, proposal: str, display: Display) -> int:
    """Carry every case out; exit code 1 when one breaks."""
    from esc_tui.bank.cases import list_cases

    settings = settings_from(options)
    with open_session_bank(settings, readonly=True) as bank:
        rows = list_cases(bank.connection)
        name, results = asyncio.run(_carry_out(bank, settings, rows, revision, proposal))
    broke = sum(not one.held for one in results)
    if display == "json":
        put(json.dumps({"kind": "result", "job": "evaluate cases", "against": name, "cases": len(results), "held": len(results) - broke,
                        "broke": broke, "results": [_result_json(one) for one in results]}, ensure_ascii=False))
    else:
        for one in results:
            put(f"{one.row.name:<6} {'held ' if one.held else 'broke'}  {_title(one.row)}")
            for reason in one.broken:
                put(f"              {visible(reason, keep_lines=False)}")
        if results:
            put(f"{len(results) - broke} of {len(results)} held against {name}.")
    if not rows:
        say(NONE)
    return Exit.FAILED if broke else Exit.DONE


async def _carry_out(bank: Bank, settings: Settings, rows: list[CaseRow], revision: str, proposal: str) -> tuple[str, list[CaseResult]]:
    from esc_tui.evolve.cases import pins_to_try, run_case
    from esc_tui.support.session import Session

    session = Session(bank, settings)
    try:
        await session.prepare()
        name, pins = pins_to_try(session, revision, proposal)
        return name, [await run_case(session, row, name, pins) for row in rows]
    finally:
        await session.aclose()


def _result_json(one: CaseResult) -> dict[str, Any]:
    return {"case": one.row.name, "title": one.row.case.title, "held": one.held, "broken": list(one.broken),
            "skills": list(one.reply.skills), "reply": one.reply.text, "outcome": one.reply.outcome, "grade": one.reply.grade,
            "notes": list(one.reply.notes)}


def show_cases(bank: str | None, display: Display) -> int:
    """One line a case, with what must hold below it."""
    from esc_tui.bank.cases import list_cases

    with open_session_bank(settings_from({"bank": bank}), readonly=True) as opened:
        rows = list_cases(opened.connection)
        if not rows:
            say(NONE)
        for row in rows:
            case = row.case
            if display == "json":
                put(json.dumps({"case": row.name, "title": case.title, "talk": case.conversation, "turn": case.turn, "masked": case.masked,
                                "demands": [one.model_dump() for one in case.demands], "author": row.author, "time": row.time},
                               ensure_ascii=False))
                continue
            put(f"{row.name:<6} {_title(row)}  (turn {case.turn} of {case.conversation}{', names masked' if case.masked else ''})")
            for one in case.demands:
                put(f"       {visible(str(one), keep_lines=False)}")
    return Exit.DONE


def remove_one(bank: str | None, reference: str) -> int:
    """Remove a case with the lines it kept."""
    from esc_tui.bank.cases import remove_case

    with open_session_bank(settings_from({"bank": bank})) as opened:
        gone = remove_case(opened.writing, reference)
    say(f"Removed {gone.name}, {_title(gone)}.")
    return Exit.DONE


def _title(row: CaseRow) -> str:
    return visible(row.case.title, keep_lines=False)
