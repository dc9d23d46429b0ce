"""The Bot API server: from a request to an answer, and everything that can come between.

    path and token → method → parameters → fault? → limits → the method → the log → the answer, or what is left of it

Only this module knows the order; each step is elsewhere (`wire`, `spec`, `faults`, `limits`, `methods`, `journal`).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from inspect import isawaitable
from random import Random
from typing import Any

from sandbox.errors import ApiError, StrictError, too_many_requests
from sandbox.faults import Fault, Faults, Latency
from sandbox.journal import Call, Journal
from sandbox.limits import Throttle
from sandbox.methods import METHODS
from sandbox.shapes import Upload
from sandbox.spec import NAMES, Params, check_params, read_params
from sandbox.wire import Answer, Raw, Request, answer_error, answer_result, answer_written, read_request
from sandbox.world import Message, World

PATH = re.compile(r"/bot(?P<token>[^/]*)/(?P<method>[^/]*)/?")
FILE = re.compile(r"/file/bot(?P<token>[^/]*)/documents/(?P<file_id>\w+)")
TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
PACED = ("send", "forward", "copy", "edit")
NOT_PACED = {"sendChatAction"}
DESCRIPTIONS = {"setWebhook": "Webhook was set", "deleteWebhook": "Webhook was deleted"}

Check = Callable[[str, Params], Iterable[str]]


@dataclass(slots=True, kw_only=True)
class Api:
    """Answers the requests of one bot. `checks` see each call's parameters; what they say goes to `problems`."""

    world: World
    token: str
    journal: Journal
    faults: Faults
    throttle: Throttle
    after_call: Callable[[], None]
    checking: bool = True
    latency: Latency | None = None
    chance: Random = field(default_factory=Random)  # of latency: apart, so that it changes nothing else
    checks: list[Check] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _under_way: int = 0  # calls whose answers are waited for
    _known: dict[str, str] = field(default_factory=dict)  # methods by paths that were found to be right

    def respond(self, request: Request) -> Answer | Coroutine[Any, Any, Answer]:
        """Answer a request, at once or, where something has to be waited for, later."""
        method = self._known.get(request.path, "")
        if not method and (found := FILE.fullmatch(request.path)):
            return self._give_file(found["token"], found["file_id"])
        call = Call(self.world.clock(), method, None, {}, 0)
        try:
            call.method = method or self._find_method(request.path)
            raw = read_request(request)
        except ApiError as error:
            return self._refuse(error)
        call.params = read_params(call.method, raw.params, textual=raw.textual)
        call.chat_id = self._chat_id(call.params)
        fault = self.faults.meet(call.method, call.chat_id) or self.throttle.overload(self._under_way, _sizes(raw))
        answer = self._run(call) if fault is None or fault.has_effect else None
        if fault or self.latency or not isinstance(answer, Answer):
            return self._respond_later(request, call, answer, fault)
        self._note(call, answer)
        call.ended_at = call.began_at
        self.after_call()
        return answer

    async def _respond_later(
        self, request: Request, call: Call, coming: Answer | Awaitable[Answer] | None, fault: Fault | None
    ) -> Answer:
        """Answer what has to be waited for, and what is left of it by a fault."""
        self._under_way += 1
        try:
            answer = coming if coming is None or isinstance(coming, Answer) else await coming
            answer = fault.spoil(answer) if fault else answer or Answer(0, b"")
            self._note(call, answer)
            self.after_call()
            if self.latency:
                await asyncio.sleep(self.latency.draw(self.chance))
            if fault:
                await fault.hold(request.transport)
            return answer
        finally:
            self._under_way -= 1
            call.ended_at = self.world.clock()
            self.after_call()

    def _note(self, call: Call, answer: Answer) -> None:
        call.status, call.description, call.message_id = answer.status, answer.description, answer.message_id
        self.journal.note(call)

    def _give_file(self, token: str, file_id: str) -> Answer:
        """Answer what is in a file (Bot API, getFile)."""
        content = self.world.contents.get(file_id)
        if content is None or token != self.token:
            return self._refuse(ApiError(404, "Not Found"))
        return Answer(200, content, content_type="application/octet-stream")

    def _find_method(self, path: str) -> str:
        """Answer the method's name as the documents write it."""
        found = PATH.fullmatch(path)
        if found is None or not TOKEN.fullmatch(found["token"]):
            raise ApiError(404, "Not Found")
        if found["token"].startswith("0"):
            raise ApiError(401, "Unauthorized: invalid token specified")
        if found["token"] != self.token:
            raise ApiError(401, "Unauthorized")
        method = NAMES.get(found["method"].lower())
        if method is None:
            self.problems.append(f"{found['method']}: there is no such method, or the sandbox does not model it")
            raise ApiError(404, "Not Found: method not found")
        self._known[path] = method
        return method

    def _run(self, call: Call) -> Answer | Coroutine[Any, Any, Answer]:
        """Do what is asked for."""
        try:
            if self.checking:
                check_params(call.method, call.params)
                self._check(call.method, call.params)
            if call.chat_id is not None and call.method.startswith(PACED) and call.method not in NOT_PACED:
                self._pace(call.chat_id, call.params)
            result = METHODS[call.method](self.world, call.params)
        except ApiError as error:
            return self._refuse(error)
        if not isinstance(result, Message) and isawaitable(result):
            return self._wrap_later(call.method, result)
        return self._wrap(call.method, result)

    async def _wrap_later(self, method: str, coming: Awaitable[object]) -> Answer:
        try:
            return self._wrap(method, await coming)
        except ApiError as error:
            return self._refuse(error)

    def _wrap(self, method: str, result: object) -> Answer:
        if isinstance(result, Message):
            return answer_written(result.write(), message_id=result.id)
        first = result[0] if isinstance(result, list) and result else result  # of an album
        message_id = first.get("message_id") if isinstance(first, dict) else None
        return answer_result(result, DESCRIPTIONS.get(method, ""), message_id)

    def _check(self, method: str, params: Params) -> None:
        for check in self.checks:
            self.problems += [f"{method}: {problem}" for problem in check(method, params)]

    def _pace(self, chat_id: int, params: Params) -> None:
        if seconds := self.throttle.take(chat_id, paid=params.get("allow_paid_broadcast", False)):
            raise too_many_requests(seconds)

    def _refuse(self, error: ApiError) -> Answer:
        if isinstance(error, StrictError):
            self.problems.append(error.description)
        return answer_error(error.status, error.description, **error.parameters)

    def _chat_id(self, params: Params) -> int | None:
        """Answer the id of the chat that a call is about; of an unknown @username, None."""
        given = params.get("chat_id")
        chat = self.world.resolve(given) if isinstance(given, int | str) else None
        return chat.id if chat else given if isinstance(given, int) else None


def _sizes(raw: Raw) -> list[int]:
    """Answer the sizes of the files in a form; there are none in JSON."""
    return [len(value.content) for value in raw.params.values() if isinstance(value, Upload)] if raw.textual else []
