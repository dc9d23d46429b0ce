"""HTTP in and out: the parameters of a request in each of the four ways to pass them, and Telegram's envelopes.

Telegram escapes every character beyond ASCII in its answers (td, JsonBuilder), so the standard library writes them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web
from aiohttp.web_request import FileField

from sandbox.errors import StrictError
from sandbox.shapes import Upload

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

write_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back (status 0: nothing), and for the log, what was said and which message was made."""

    status: int
    body: bytes
    description: str = ""
    message_id: int | None = None
    retry_after: int = 0
    content_type: str = JSON

    def response(self) -> web.Response:
        """Make the HTTP response."""
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else None
        return web.Response(status=self.status or 200, body=self.body, content_type=self.content_type, headers=headers)


@dataclass(frozen=True, slots=True)
class Raw:
    """The parameters of a request as they came; `textual` tells that all of them are text."""

    params: Mapping[str, Any]
    textual: bool


def answer_result(result: object, description: str = "", message_id: int | None = None) -> Answer:
    """Wrap what a method answers."""
    told = f',"description":{write_json(description)}' if description else ""
    body = f'{{"ok":true,"result":{write_json(result)}{told}}}'.encode("ascii")
    return Answer(200, body, description, message_id)


def answer_error(status: int, description: str, **parameters: int) -> Answer:
    """Wrap a refusal."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answer(status, write_json(body).encode("ascii"), description, retry_after=parameters.get("retry_after", 0))


async def read_request(request: web.BaseRequest) -> Raw:
    """Answer the parameters of a request: those of the query, and those of the body, which win."""
    query = dict(request.query)
    if request.method != "POST" or not request.body_exists:
        return Raw(query, textual=True)
    if request.content_type == MULTIPART:
        return Raw(query | await _read_multipart(request), textual=True)
    body = await request.read()
    if request.content_type == JSON:
        return Raw(query | _read_json(body), textual=False)
    if request.content_type == FORM:
        return Raw(query | _read_form(body), textual=True)
    return Raw(query, textual=True)


async def _read_multipart(request: web.BaseRequest) -> dict[str, Any]:
    """Answer text fields as text, and files as uploads."""
    form = await request.post()
    return {name: _read_file(value) if isinstance(value, FileField) else value for name, value in form.items()}


def _read_file(field: FileField) -> Upload:
    return Upload(field.filename, field.content_type, field.file.read())


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        params = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        raise StrictError("the body is not JSON") from None
    if not isinstance(params, dict):
        raise StrictError("the body is not a JSON object")
    return params


def _read_form(body: bytes) -> dict[str, Any]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise StrictError("strings must be encoded in UTF-8") from None
