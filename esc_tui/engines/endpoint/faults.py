"""What can go wrong at an endpoint, as sentences, and when it is worth asking again."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from esc_tui.domain.errors import EndpointError
from esc_tui.domain.text import visible
from esc_tui.engines.endpoint.settings import redact

LONGEST_WAIT = 20.0
"""Seconds of Retry-After that are waited for; a server that asks for more is not asked again in this turn."""
FIRST_PAUSE = 0.4
"""Seconds before the second try when the server names none; doubled for the third, with a tenth of chance."""
PIECE = 160
"""Characters of a foreign text that are shown to people."""
READ = 500
"""Characters of a refusal that are searched for its reason; what comes later is often the request itself."""
_TOO_LONG = re.compile(
    r"(?i)context.{0,20}(length|window|size)|(?<!took )(?<!taking )too (long|many tokens|large to process)|exceeds?.{0,30}(context|tokens)"
)
_SMALL = "serve the model with a larger context, or begin a new talk"
_PASSING = {408, 409, 425, 429}
_REMEDIES = {
    401: "check the key: the setting key_variable names the environment variable that holds it",
    403: "check that the key may use this model",
    404: "check the name of the model and the address",
    413: _SMALL,
    429: "wait a little, or choose another endpoint",
}

Sleep = Callable[[float], Awaitable[None]]


class EndpointFault(EndpointError):
    """One failed request.

    ``passing`` means another try may succeed, after ``wait`` seconds when the server named them; ``body`` is the readable
    beginning of what it answered. ``slow``: it ran into the time-out; ``crowded``: because too many questions were under way, of which
    fewer go out from now on.
    """

    def __init__(self, what: str, where: str = "", remedy: str = "", status: int = 0, passing: bool = False,
                 wait: float | None = None, body: str = "") -> None:
        super().__init__(what, where, remedy, status)
        self.passing, self.wait, self.body = passing, wait, body
        self.slow = self.crowded = False


class UnusableAnswerError(ValueError):
    """The model answered, but not in a form that can be used; the text says why, for the model itself to read.

    ``formless`` when it wrote freely, as no model does that is held to a structure.
    """

    def __init__(self, why: str, formless: bool = False) -> None:
        super().__init__(why)
        self.formless = formless


def short(text: str, key: str = "", length: int = PIECE) -> str:
    """The beginning of a foreign text on one line: no escape codes, no key, at most ``length`` characters."""
    line = " ".join(visible(redact(text, key), keep_lines=False).split())
    return line if len(line) <= length else f"{line[:length - 1]}…"


def status_fault(url: str, status: int, headers: Mapping[str, str], text: str, key: str) -> EndpointFault:
    """The fault of an HTTP status of 300 or more."""
    body = short(_told(text), key, READ)
    said = f" ({short(body)})" if body else ""
    remedy = _REMEDIES.get(status, "look at the server's own log" if status >= 500 else "check the address and the model")
    fault = EndpointFault(f"the endpoint answered with status {status}{said}", url, remedy, status,
                          passing=status in _PASSING or status >= 500, wait=retry_after(headers), body=body)
    if too_long(fault):
        fault.remedy, fault.passing = _SMALL, False
    return fault


def too_long(fault: EndpointFault) -> bool:
    """True when the refusal says that the question does not fit into what the model can hold."""
    return fault.status == 413 or (fault.status >= 400 and fault.status != 429 and bool(_TOO_LONG.search(fault.body)))


def too_slow(url: str, timeout: float) -> EndpointFault:
    """The fault of an endpoint that took more than ``timeout`` seconds."""
    fault = EndpointFault(f"the endpoint did not answer within {timeout:g} seconds", url,
                          "raise the setting timeout, or choose a smaller model", passing=True)
    fault.slow = True
    return fault


def endless(url: str, limit: float) -> EndpointFault:
    """The fault of a streamed answer that still went on after ``limit`` seconds."""
    return EndpointFault(f"the endpoint's answer had no end after {limit:g} seconds", url,
                         "raise the setting timeout, or choose a smaller model")


def broke_off(url: str) -> EndpointFault:
    """The fault of a connection that ended too early."""
    return EndpointFault("the endpoint broke off in the middle of its answer", url, "look at the server's own log", passing=True)


def unreachable(url: str, why: str, key: str) -> EndpointFault:
    """The fault of an endpoint that is not there."""
    return EndpointFault(f"the endpoint cannot be reached ({short(why, key, 100)})", url, "start the server, or check the address",
                         passing=True)


def _told(text: str) -> str:
    """The message inside a JSON error, or the text as it is."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text
    while isinstance(data, dict):
        inner = next((data[name] for name in ("error", "message", "detail", "msg") if data.get(name)), None)
        if inner is None:
            return text
        data = inner
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds the server asks to wait (RFC 9110: a number or an HTTP date); None when it says nothing readable."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.replace(".", "", 1).isdigit():
        return float(value[:12])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


class Tries:
    """Counts the tries of one question and waits between them.

    ``limit`` tries at most; none begins later than ``budget`` seconds after the first. ``shortened`` once the question was cut to fit.
    """

    def __init__(self, limit: int, budget: float, sleep: Sleep = asyncio.sleep) -> None:
        self.limit, self.sleep = limit, sleep
        self.used = 1
        self.shortened = False
        self._budget = budget
        self._ends = time.monotonic() + budget

    async def again(self, fault: EndpointFault) -> bool:
        """Wait as long as is proper and give True, or False when the fault is final. A question lost in a crowd begins anew."""
        if fault.crowded:
            self.used, self._ends = 1, time.monotonic() + self._budget
            return True
        if not fault.passing or self.used >= self.limit:
            return False
        pause = FIRST_PAUSE * 2 ** (self.used - 1) * random.uniform(1.0, 1.1) if fault.wait is None else fault.wait
        if pause > LONGEST_WAIT or time.monotonic() + pause >= self._ends:
            return False
        self.used += 1
        await self.sleep(pause)
        return True
