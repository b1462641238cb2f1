"""Asking a model for structured output: try the strongest way the endpoint may know, step down, try again, repair once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import ValidationError

from esc_tui.domain.errors import AnswerError, EndpointError, UserError
from esc_tui.engines.endpoint.caching import answer_key
from esc_tui.engines.endpoint.calling import SCOPE, seed_of
from esc_tui.engines.endpoint.capability import Capability, CapabilityMemory, about_form, about_limit
from esc_tui.engines.endpoint.circling import CIRCLES, CircleWatch, circles_from
from esc_tui.engines.endpoint.connection import Answer, Connection, Message, Question
from esc_tui.engines.endpoint.faults import EndpointFault, Sleep, Tries, UnusableAnswerError, short, too_long
from esc_tui.engines.endpoint.loosely import parse_object
from esc_tui.engines.endpoint.models import pick_model
from esc_tui.engines.endpoint.partial import SegmentReader
from esc_tui.engines.endpoint.prompts import PromptFolder, Rendered, told_less
from esc_tui.engines.endpoint.replies import Delta
from esc_tui.engines.endpoint.schemas import most_tokens, without_bounds
from esc_tui.engines.endpoint.scratch import Scratch, TurnNotes

T = TypeVar("T")
WHOLE = frozenset(["episode_critic", "reply_judge"])
"""Roles whose verdict counts, so that they are asked about all of it or not at all."""
_GOODBYE = 0.3
"""Seconds given to a stream to end by itself once the answer is whole, so that its connection can be used again."""
_SHOWN_BACK = 3000


@dataclass(frozen=True, slots=True)
class Request:
    """A filled prompt with the schema of the answer; ``repair`` holds the messages of a second chance.

    ``seed`` goes with it where the server takes one; without, that of the run's talk does. ``replicate`` tells apart draws of one question.
    """

    prompt: Rendered
    name: str
    schema: dict[str, Any]
    repair: tuple[Message, ...] = ()
    seed: int | None = None
    replicate: str = ""

    def messages(self, capability: Capability) -> tuple[Message, ...]:
        """The messages, with the schema in words where the endpoint cannot be told it otherwise."""
        told = ""
        if capability.schema_in_prompt:
            schema = json.dumps(without_bounds(self.schema), ensure_ascii=False, separators=(",", ":"))
            told = f"\n\n# Form\nAnswer with one JSON object alone, no other word, valid under this JSON schema:\n{schema}"
        system = (self.prompt.system + told).strip()
        if not capability.system_role or not system:
            return ({"role": "user", "content": f"{system}\n\n{self.prompt.user}".strip()}, *self.repair)
        return ({"role": "system", "content": system}, {"role": "user", "content": self.prompt.user}, *self.repair)

    def with_repair(self, answer: str, why: str) -> Request:
        """The same request, telling the model once what was wrong with its answer."""
        again = f"That could not be used: {why}. Answer again, with one JSON object of the form asked for and nothing else."
        answer = answer[:circles_from(answer)][:_SHOWN_BACK]
        said: tuple[Message, ...] = ({"role": "assistant", "content": answer},) if answer.strip() else ()
        return replace(self, repair=(*said, {"role": "user", "content": again}))


async def let_end(deltas: AsyncIterator[Delta]) -> None:
    """Wait a moment for the end of a stream; how it ends no longer matters."""
    try:
        async with asyncio.timeout(_GOODBYE):
            async for _ in deltas:
                pass
    except (TimeoutError, EndpointFault):
        pass


def unwatched() -> bool:
    """True in a run while nobody has the talk open."""
    scope = SCOPE.get()
    return scope is not None and not scope.watched()


class Asker:
    """Asks one endpoint for the roles; knows nothing of what they ask."""

    def __init__(self, connection: Connection, prompts: PromptFolder, memory: CapabilityMemory,
                 sleep: Sleep = asyncio.sleep) -> None:
        self.connection, self.prompts, self.memory, self.sleep = connection, prompts, memory, sleep
        self.settings = connection.settings
        self.scratch = Scratch()
        self._model = self.settings.model
        self._limits: dict[str, int] = {}

    def render(self, role: str, values: dict[str, Any]) -> Rendered:
        """The filled prompt of a role. A prompt file that is not in order fails the step: EndpointError."""
        try:
            return self.prompts.render(role, values)
        except UserError as error:
            raise EndpointError(error.what, error.where, error.remedy) from None

    def tries(self) -> Tries:
        """A fresh count of tries for one question: at most twice the time-out passes before the last one begins."""
        return Tries(self.settings.tries, self.settings.timeout * 2, self.sleep)

    async def ask(self, request: Request, notes: TurnNotes, check: Callable[[dict[str, Any]], T]) -> T:
        """What ``check`` makes of the answer; it raises ValueError to send the answer back, which is done once.

        Raises EndpointError when the endpoint fails, or the answer is of no use the second time either.
        """
        notes.check()
        notes.keep_prompt(request.prompt.mark)
        async with self.alone(request):
            return await self._asked(request, notes, check)

    async def _asked(self, request: Request, notes: TurnNotes, check: Callable[[dict[str, Any]], T]) -> T:
        first = request
        try:
            kept = await self.recall(request)
            if kept is not None:
                with suppress(UnusableAnswerError):
                    return self._checked(request, Answer(kept), check)
            answer = await self._answer(request)
            try:
                checked = self._checked(request, answer, check)
            except UnusableAnswerError as error:
                self.note_form(request, error, answer.text, answer.finish)
                request = request.with_repair(answer.text, str(error))
            else:
                await self._keep_whole(first, answer)
                return checked
            answer = await self._answer(request)
        except EndpointFault as fault:
            notes.fail(fault)
            raise
        try:
            checked = self._checked(request, answer, check)
        except UnusableAnswerError as error:
            raise self.unusable(answer.text, str(error)) from None
        await self._keep_whole(first, answer)
        return checked

    async def _keep_whole(self, first: Request, answer: Answer) -> None:
        """Keep an answer unless it is one to a shortened question, which a larger model would not have been asked."""
        if not answer.shortened:
            await self.keep(first, answer.text)

    def alone(self, request: Request) -> AbstractAsyncContextManager[None]:
        """Held from before the question is looked up until its answer is kept: in a run no two talks ask the same at once."""
        scope = SCOPE.get()
        return nullcontext() if scope is None or scope.cache is None else scope.cache.turn(self._key(request))

    async def recall(self, request: Request) -> str | None:
        """The answer a run kept from before; None outside of runs. Raises EndpointError when no model is found."""
        scope = SCOPE.get()
        if scope is None or scope.cache is None:
            return None
        await self.know_model()
        kept = scope.cache.find(self._key(request))
        if kept is not None and scope.counter is not None:
            scope.counter.kept += 1
        return kept

    async def keep(self, request: Request, answer: str) -> None:
        """Let a run keep an answer that was found good, under the question as it was first asked; before anything comes of it."""
        scope = SCOPE.get()
        if scope is not None and scope.cache is not None:
            await scope.cache.keep(self._key(request), answer)

    def _key(self, request: Request) -> str:
        scope = SCOPE.get()
        drawn = f"{scope.replicate if scope is not None else ''}/{request.replicate}"
        return answer_key(
            url=self.connection.base_url, model=self._model, role=request.prompt.role, prompt=request.prompt.digest,
            schema=request.schema, temperature=request.prompt.temperature,
            max_tokens=self.settings.max_tokens, seed=self._seed(request), replicate=drawn)

    @staticmethod
    def _seed(request: Request) -> int | None:
        scope = SCOPE.get()
        if request.seed is not None or scope is None or scope.seed is None:
            return request.seed
        return seed_of(scope.seed, request.prompt.role)

    def unusable(self, text: str, why: str) -> AnswerError:
        """The error for an answer that could not be used, with its beginning."""
        piece = short(text, self.connection.key)
        return AnswerError(f"the model's answer could not be used, {why}" + (f" ({piece})" if piece else ""),
                           self.connection.base_url, "a larger model keeps to the form more often")

    def _checked(self, request: Request, answer: Answer, check: Callable[[dict[str, Any]], T]) -> T:
        try:
            return check(parse_object(answer.text))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise UnusableAnswerError(self.cut(request, answer.finish) or (f"{field}: {first['msg']}" if field else first["msg"])) from None
        except UnusableAnswerError as error:
            raise UnusableAnswerError(self.cut(request, answer.finish) or str(error), error.formless and not answer.cut) from None
        except ValueError as error:
            raise UnusableAnswerError(str(error)) from None

    def cut(self, request: Request, finish: str) -> str:
        """What to say of an answer that has no end; empty when it has one."""
        if finish == CIRCLES:
            return "the answer said the same again and again without end"
        return f"the answer was cut at {self.limit(request, self.capability)} tokens" if finish == "length" else ""

    def note_form(self, request: Request, error: UnusableAnswerError, text: str, finish: str) -> None:
        """Learn of the endpoint from an answer that could not be used.

        A model that was held to a structure cannot answer without JSON: so the server ignored the structure. One whose answer was cut
        before it had written much has thought first, and gets more room from now on.
        """
        capability = self.capability
        if error.formless and capability.structure != "prompted":
            capability = replace(capability, structure="prompted")
        little = "{" not in text or text.lstrip().startswith("<") or len(text) < self.limit(request, capability)
        if finish == "length" and little:
            capability = replace(capability, brief=False)
        self.memory.remember(self.connection.base_url, self._model, capability)

    def limit(self, request: Request, capability: Capability) -> int:
        """Tokens the answer to a request may have."""
        if not capability.brief:
            return self.settings.max_tokens
        if request.name not in self._limits:
            self._limits[request.name] = min(self.settings.max_tokens, most_tokens(request.schema))
        return self._limits[request.name]

    @property
    def capability(self) -> Capability:
        """What is known of the endpoint so far."""
        return self.memory.recall(self.connection.base_url, self._model)

    def question(self, request: Request, capability: Capability) -> Question:
        """The request in the form this endpoint takes."""
        return Question(
            self._model, request.messages(capability), capability.response_format(request.name, request.schema),
            request.prompt.temperature if capability.temperature else None, capability.token_field,
            self.limit(request, capability), capability.streaming and not unwatched(),
            self._seed(request) if capability.seed else None)

    @property
    def model(self) -> str:
        """The model's name; empty until ``know_model`` where the settings give none."""
        return self._model

    async def know_model(self) -> None:
        """Find the name of the model when the settings give none. Raises EndpointError."""
        if not self._model:
            self._model = await pick_model(self.connection)

    async def _answer(self, request: Request) -> Answer:
        """The whole answer, cut off where its JSON ends.

        It is streamed too where the endpoint can, so that a slow model that is still writing is told from a dead one; not so in a
        run that nobody watches.
        """
        tries = self.tries()
        if unwatched():
            async with aclosing(self.stream(request, tries)) as whole:
                async for delta in whole:
                    return Answer(delta.text, CIRCLES if circles_from(delta.text) is not None else delta.finish, shortened=tries.shortened)
        while True:
            reader, text, finish, watch = SegmentReader(), "", "", CircleWatch()
            try:
                async with aclosing(self.stream(request, tries)) as deltas:
                    async for delta in deltas:
                        text += delta.text
                        finish = delta.finish or finish
                        reader.feed(delta.text)
                        if reader.done:
                            await let_end(deltas)
                            break
                        if watch.sees(len(text)) and circles_from(text) is not None:
                            return Answer(text, CIRCLES, shortened=tries.shortened)
                return Answer(text, finish, shortened=tries.shortened)
            except EndpointFault as fault:
                if not await tries.again(fault):
                    raise

    async def stream(self, request: Request, tries: Tries) -> AsyncGenerator[Delta, None]:
        """The answer as it comes. Tries again only while nothing has come; a fault after that is for the caller.

        Raises EndpointFault; closing the generator ends the request.
        """
        capability: Capability | None = None
        asked = tries
        while True:
            begun = False
            try:
                await self.know_model()
                capability = capability or self.capability
                async with aclosing(self._deltas(request, capability)) as deltas:
                    async for delta in deltas:
                        if delta.text and not begun:
                            begun = True
                            self._works(capability)
                        yield delta
                return
            except EndpointFault as fault:
                if begun:
                    raise
                of_limit = capability is not None and capability.token_field and about_limit(fault)
                fewer = self._fewer(request) if too_long(fault) and not of_limit else None
                if fewer is None:
                    capability, tries = await self._after(fault, tries, capability)
                else:
                    request, asked.shortened = fewer, True

    def _fewer(self, request: Request) -> Request | None:
        """The same request telling less of what may be left out, the newest lines kept; None when nothing is left that may be.

        Raises EndpointError when the prompt cannot be filled in.
        """
        values = None if request.prompt.role in WHOLE else told_less(request.prompt.values)
        return None if values is None else replace(request, prompt=self.render(request.prompt.role, values))

    async def _deltas(self, request: Request, capability: Capability) -> AsyncGenerator[Delta, None]:
        question = self.question(request, capability)
        async with self.connection.crowd.place() as place:
            try:
                if question.stream:
                    async with aclosing(self.connection.stream(question)) as deltas:
                        async for delta in deltas:
                            place.heard()
                            yield delta
                    return
                answer = await (self.connection.whole(question) if unwatched() else self.connection.complete(question))
                place.heard()
            except EndpointFault as fault:
                fault.crowded = fault.slow and place.too_many()
                raise
        yield Delta(answer.text, answer.finish)

    async def _after(self, fault: EndpointFault, tries: Tries,
                     capability: Capability | None) -> tuple[Capability | None, Tries]:
        """How to go on after a fault: another form of question at once, or the same after a pause. Raises it if neither.

        Some servers answer 500 to a structure they do not know. When that is all they say, the same question is tried
        first as after any 500, and then once without structure.
        """
        lowered = capability.after(fault) if capability is not None else None
        if capability is not None and lowered is not None:
            named = about_form(fault) or lowered.structure == capability.structure
            if named or fault.status < 500:
                return lowered, tries
        if await tries.again(fault):
            return capability, tries
        if lowered is not None and fault.status == 500:
            return replace(lowered, structure="prompted"), Tries(1, 0.0, self.sleep)
        raise fault

    def _works(self, capability: Capability) -> None:
        if not capability.proven:
            self.memory.remember(self.connection.base_url, self._model, replace(capability, proven=True))
