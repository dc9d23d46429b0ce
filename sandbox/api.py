"""The Bot API server: from a request to an answer, and everything that can come between.

    path and token → method → parameters → fault? → limits → the method → the log → the answer, or what is left of it

Only this module knows the order; each step is elsewhere (`wire`, `spec`, `faults`, `limits`, `methods`, `journal`).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from inspect import isawaitable

from aiohttp import web

from sandbox.errors import ApiError, StrictError, too_many_requests
from sandbox.faults import Faults
from sandbox.journal import Call, Journal
from sandbox.limits import Throttle
from sandbox.methods import METHODS
from sandbox.spec import NAMES, Params, check_params, read_params
from sandbox.wire import Answer, answer_error, answer_result, read_request
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
    checks: list[Check] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        if found := FILE.fullmatch(request.path):
            return self._give_file(found["token"], found["file_id"])
        began_at = self.world.clock()
        try:
            method = self._find_method(request.path)
            raw = await read_request(request)
        except ApiError as error:
            return self._refuse(error).response()
        params = read_params(method, raw.params, textual=raw.textual)
        chat_id = self._chat_id(params)
        fault = self.faults.meet(method, chat_id)
        if fault is None:
            answer = await self._run(method, params, chat_id)
        else:
            answer = fault.spoil(await self._run(method, params, chat_id) if fault.has_effect else None)
        call = Call(began_at, method, chat_id, params, answer.status, answer.description, answer.message_id)
        self.journal.note(call)
        self.after_call()
        try:
            if fault:
                await fault.hold(request)
            return answer.response()
        finally:
            call.ended_at = self.world.clock()
            self.after_call()

    def _give_file(self, token: str, file_id: str) -> web.StreamResponse:
        """Answer what is in a file (Bot API, getFile)."""
        content = self.world.contents.get(file_id)
        if content is None or token != self.token:
            return self._refuse(ApiError(404, "Not Found")).response()
        return web.Response(body=content, content_type="application/octet-stream")

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
        return method

    async def _run(self, method: str, params: Params, chat_id: int | None) -> Answer:
        """Do what is asked for."""
        try:
            check_params(method, params)
            self._check(method, params)
            if chat_id is not None and method.startswith(PACED) and method not in NOT_PACED:
                self._pace(chat_id, params)
            result = METHODS[method](self.world, params)
            if isawaitable(result):
                result = await result
        except ApiError as error:
            return self._refuse(error)
        if isinstance(result, Message):
            return answer_result(result.as_json(), message_id=result.id)
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
