"""``esc-tui chat``: seeker lines from standard input, the talk or its events on standard output."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress
from typing import Any, BinaryIO, Literal

from esc_tui.cli.common import Exit, open_session_bank, put, say, settings_from, standard_input
from esc_tui.domain.events import AnyEvent, ReplyFinished, RoleFellBack, SegmentDelta, SegmentFinished
from esc_tui.domain.text import visible
from esc_tui.support.session import Session
from esc_tui.support.talk import LiveTalk
from esc_tui.support.turn import TurnOptions

Display = Literal["plain", "json"]
GREETING = (
    "Hello. I am a program that listens, not a person and not a therapist. What is on your mind? "
    "(An empty line or the end of input ends the talk.)"
)


def run_chat(display: Display, options: dict[str, Any], *, revision: str, bank_used: bool, ephemeral: bool) -> int:
    """Talk until the input ends. Returns the exit code: 3 when the endpoint failed and nothing could take over."""
    settings = settings_from(options)
    bank = open_session_bank(settings)
    session = Session(bank, settings)
    started: list[LiveTalk] = []

    async def work() -> int:
        try:
            await session.prepare()
            talk = session.start_talk(revision=revision, bank_used=bank_used)
            started.append(talk)
            return await _talk(session, talk, display, TurnOptions(mode=settings.mode, bank_used=bank_used))
        finally:
            await session.aclose()

    if bank.view_only:
        say("This talk is not kept.")
    try:
        return asyncio.run(work())
    finally:
        if ephemeral and started and not bank.view_only:
            bank.forget(started[0].conversation_id)
        bank.close()


async def _talk(session: Session, talk: LiveTalk, display: Display, options: TurnOptions) -> int:
    source = _own_input()
    interactive = source.isatty()
    if display == "json":
        put(json_line(talk.started))
    elif interactive:
        say(GREETING)
    supporter = session.supporter(talk.pins)
    failed = False
    while True:
        if interactive and display == "plain":
            print("you  ", end="", file=sys.stderr, flush=True)
        raw = await _next_line(source)
        if not raw:
            break
        text = raw.decode("utf-8", errors="replace").strip("\r\n")
        if not text.strip():
            if interactive:
                break
            continue
        if display == "plain" and not interactive:
            put(f"seeker: {visible(text, keep_lines=False)}")
        printer = _Plain() if display == "plain" else None
        async for event in supporter.reply(talk, text, options):
            if printer is None:
                put(json_line(event))
            else:
                printer.show(event)
            if isinstance(event, ReplyFinished):
                failed = failed or event.outcome == "failed"
    closed = talk.close(may_learn=False)
    if display == "json":
        put(json_line(closed))
    return Exit.ENDPOINT if failed else Exit.DONE


def _own_input() -> BinaryIO:
    """Standard input through a buffer of its own, which a waiting thread may hold while the program ends."""
    source = standard_input()
    try:
        return os.fdopen(os.dup(source.fileno()), "rb")
    except OSError:  # no file behind it
        return source


async def _next_line(source: BinaryIO) -> bytes:
    """One line, empty at the end. Read in a daemon thread, so that Ctrl-C ends the program while it waits for a line."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[bytes] = loop.create_future()

    def tell(line: bytes) -> None:
        if not found.done():
            found.set_result(line)

    def read() -> None:
        try:
            line = source.readline()
        except (OSError, ValueError):
            line = b""
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, line)

    threading.Thread(target=read, daemon=True).start()
    return await found


def json_line(event: AnyEvent) -> str:
    """One event as one line of JSON: ``kind`` first, fields that hold nothing left out."""
    data = event.model_dump(mode="json", exclude_none=True)
    kind = data.pop("kind")
    import json

    return json.dumps({"kind": kind, **data}, ensure_ascii=False)


class _Plain:
    """Prints a reply sentence by sentence, with the skills behind it on a line of its own."""

    def __init__(self) -> None:
        self._open = False

    def show(self, event: AnyEvent) -> None:
        if isinstance(event, SegmentDelta):
            put((" " if self._open else "supporter: ") + visible(event.text, keep_lines=False), end="")
            self._open = True
        elif isinstance(event, SegmentFinished) and not self._open:
            put(f"supporter: {visible(event.text)}", end="")
            self._open = True
        elif isinstance(event, RoleFellBack):
            say(f"{event.role.replace('_', ' ')}: {event.reason} (the embedded engine did this step)")
        elif isinstance(event, ReplyFinished):
            put()
            for note in event.notes:
                say(note)
            if event.skills:
                put(f"           [{', '.join(event.skills)}]")
            put()
