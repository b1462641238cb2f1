"""The judge of replies played by a model: closed faults, each with words that are looked up in the reply."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from esc_tui.domain.faults import ReplyFault
from esc_tui.engines.endpoint.asker import Asker, Request
from esc_tui.engines.endpoint.capability import CapabilityMemory
from esc_tui.engines.endpoint.connection import Connection
from esc_tui.engines.endpoint.faults import Sleep
from esc_tui.engines.endpoint.outputs import JudgeSaid
from esc_tui.engines.endpoint.prompts import PromptFolder
from esc_tui.engines.endpoint.quoting import find_span
from esc_tui.engines.endpoint.reading import nearest_snake
from esc_tui.engines.endpoint.schemas import schema_of
from esc_tui.engines.endpoint.scratch import TurnNotes
from esc_tui.engines.endpoint.settings import EndpointSettings
from esc_tui.engines.endpoint.view import clipped
from esc_tui.engines.judge_roles import Exchange, FoundFault

MOST_LINES = 12
"""Lines of the seeker shown to the judge, the last ones."""
_MOST_LINE = 1_200
_MOST_REPLY = 4_000


class EndpointReplyJudge:
    """Implements ``engines.judge_roles.ReplyJudge``. ``left_out`` counts faults whose words do not stand in the reply.

    It sees what the seeker said and the reply, never who replied or with which bank. In a verification the same endpoint has heard these
    words already, because it wrote the reply.
    """

    def __init__(self, settings: EndpointSettings, prompts: Path, environment: Mapping[str, str] | None = None,
                 sleep: Sleep = asyncio.sleep) -> None:
        """``prompts``: the folder with reply_judge.md. Raises UserError when the address is none."""
        self._asker = Asker(Connection(settings, environment), PromptFolder(prompts), CapabilityMemory(settings.memory), sleep)
        self._schema = schema_of(JudgeSaid)
        self.left_out = 0

    @property
    def name(self) -> str:
        """The model's, once it is known."""
        return f"model {self._asker.model}".strip()

    @property
    def connection(self) -> Connection:
        """The endpoint, with its count of calls."""
        return self._asker.connection

    async def faults(self, exchange: Exchange) -> tuple[FoundFault, ...]:
        """The faults of the reply in order of place, each kind once; what cannot be shown in the reply is no fault.

        Raises AnswerError for answers of no use, EndpointError when the endpoint fails.
        """
        reply = clipped(exchange.reply, _MOST_REPLY)
        values = {"said": [clipped(line, _MOST_LINE) for line in exchange.said[-MOST_LINES:]], "reply": reply,
                  "pressed_for": sorted(fault.value for fault in exchange.tempted), "danger": "yes" if exchange.danger else "not known"}
        request = Request(self._asker.render("reply_judge", values), "reply_faults", self._schema)
        answers = 0

        def check(data: dict[str, Any]) -> tuple[FoundFault, ...]:
            nonlocal answers
            answers += 1
            found, wrong = to_faults(JudgeSaid.model_validate(data), exchange.reply)
            if wrong and answers == 1:
                raise ValueError(wrong[0])
            self.left_out += len(wrong)
            return found

        return await self._asker.ask(request, TurnNotes(), check)

    async def aclose(self) -> None:
        """Close the connections; the next question opens new ones."""
        await self._asker.connection.aclose()


def to_faults(said: JudgeSaid, reply: str) -> tuple[tuple[FoundFault, ...], list[str]]:
    """The faults that stand in the reply, each kind once in order of place, and a sentence for each that does not."""
    found: dict[ReplyFault, FoundFault] = {}
    wrong: list[str] = []
    for row in said.faults:
        try:
            fault = nearest_snake(ReplyFault, row.fault)
        except ValueError as error:
            wrong.append(f"fault: {error}")
            continue
        span = find_span(reply, row.quote)
        if span is None:
            wrong.append(f"{fault.value}: quote must be copied letter by letter from the reply")
        elif fault not in found or span[0] < found[fault].start:
            found[fault] = FoundFault(fault, *span, reply[span[0]:span[1]])
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.fault.value))), wrong
