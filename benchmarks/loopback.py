"""A model server on loopback in a process of its own: every answer takes the same time, and the seeker leaves after its turns.

``python -m benchmarks.loopback SECONDS TURNS`` prints its port and serves until its standard input closes.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_SAID = "and then on the {} the lift was broken again, so i carried the boxes down by hand"
_DAYS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "last")


def answer(body: dict[str, Any], turns: int) -> dict[str, Any]:
    """A judgement, or the words of the turn; the seeker takes leave once ``turns`` replies were heard."""
    system, user = body["messages"][0]["content"], body["messages"][1]["content"]
    if "You feel for one person" in system:
        return {"content": "They ask about the boxes. " * 3, "target_completion": "It sees the work, which serves the wish. " * 4,
                "activity": "So somebody did look. " * 5, "analyse": "A little lighter than before. " * 4, "change": 2}
    heard = user.count('"speaker": "supporter"')
    return {"thinking": "Go on telling. " * 8, "origin": "A draft of the words. " * 4, "change": "Shorter. " * 4,
            "response": _SAID.format(_DAYS[min(heard, len(_DAYS) - 1)]), "goodbye": heard >= turns}


async def serve(seconds: float, turns: int) -> None:
    """Serve until the standard input closes."""
    from aiohttp import web

    async def chat(request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        await asyncio.sleep(seconds)
        message = {"role": "assistant", "content": json.dumps(answer(body, turns))}
        return web.json_response({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": {"total_tokens": 900}})

    app = web.Application()
    app.router.add_post("/v1/chat/completions", chat)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


@contextmanager
def model_server(seconds: float, turns: int) -> Iterator[str]:
    """The address of such a server, in another process."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.loopback", str(seconds), str(turns)], cwd=ROOT, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdin is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.stdin.close()
        process.wait(10)


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), int(sys.argv[2])))
