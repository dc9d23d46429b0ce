"""A request and an answer: parameters in each of the four ways to pass them, and Telegram's envelopes.

Telegram escapes every character beyond ASCII in its answers (td, JsonBuilder), so the standard library writes those
that have some.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_string
from email.message import Message as Headers
from email.utils import collapse_rfc2231_value
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import orjson

from sandbox.errors import StrictError
from sandbox.shapes import Upload

JSON = "application/json"

REMEMBERED = 1024  # contents and keyboards; a broadcast has few of them for many messages

_escape = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request, and the connection that it came by."""

    method: str
    path: str
    query: str
    content_type: str  # with its parameters
    body: bytes
    transport: asyncio.Transport


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back (status 0: nothing), and for the log, what was said and which message was made."""

    status: int
    body: bytes
    description: str = ""
    message_id: int | None = None
    retry_after: int = 0
    content_type: str = JSON


@dataclass(frozen=True, slots=True)
class Raw:
    """The parameters of a request as they came; `textual` tells that all of them are text."""

    params: Mapping[str, Any]
    textual: bool


def write_json(value: object) -> str:
    """Answer JSON with every character beyond ASCII escaped; what has none is written by the faster of the two."""
    written = orjson.dumps(value)
    return written.decode() if written.isascii() else _escape(value)


class _Same:
    """A thing as a key: equal to itself alone."""

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.thing is other.thing


def write_once(thing: object) -> str:
    """Answer the JSON of what is never changed; it is remembered."""
    return _write_same(_Same(thing))


@lru_cache(REMEMBERED)
def _write_same(same: _Same) -> str:
    return write_json(same.thing)


def answer_result(result: object, description: str = "", message_id: int | None = None) -> Answer:
    """Wrap what a method answers."""
    return answer_written(write_json(result), description, message_id)


def answer_written(result: str, description: str = "", message_id: int | None = None) -> Answer:
    """Wrap what a method answers, as JSON."""
    told = f',"description":{write_json(description)}' if description else ""
    return Answer(200, f'{{"ok":true,"result":{result}{told}}}'.encode("ascii"), description, message_id)


def answer_error(status: int, description: str, **parameters: int) -> Answer:
    """Wrap a refusal."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answer(status, write_json(body).encode("ascii"), description, retry_after=parameters.get("retry_after", 0))


def read_request(request: Request) -> Raw:
    """Answer the parameters of a request: those of the query, and those of the body, which win."""
    query = dict(parse_qsl(request.query, keep_blank_values=True)) if request.query else {}
    if request.method != "POST" or not request.body:
        return Raw(query, textual=True)
    match request.content_type.partition(";")[0].strip().lower():
        case "application/json":
            return Raw(query | _read_json(request.body), textual=False)
        case "application/x-www-form-urlencoded":
            return Raw(query | _read_form(request.body), textual=True)
        case "multipart/form-data":
            return Raw(query | _read_multipart(request), textual=True)
        case _:
            return Raw(query, textual=True)


def _read_multipart(request: Request) -> dict[str, Any]:
    """Answer text fields as text, and files as uploads (RFC 7578)."""
    boundary = _read_headers(f"Content-Type: {request.content_type}").get_boundary()
    if not boundary:
        raise StrictError("the form has no boundary")
    _, *parts = (b"\r\n" + request.body).split(f"\r\n--{boundary}".encode())
    return dict(_read_part(part) for part in parts if not part.startswith(b"--"))


def _read_part(part: bytes) -> tuple[str, Any]:
    """Answer the name of a field and what it holds."""
    head, _, content = part.partition(b"\r\n\r\n")
    headers = _read_headers(head.decode(errors="replace").strip())
    name = collapse_rfc2231_value(headers.get_param("name", "", "content-disposition") or "")
    filename = headers.get_filename()
    if filename is None:
        return name, content.decode(errors="replace")
    return name, Upload(filename, headers.get_content_type(), content)


def _read_headers(text: str) -> Headers:
    return message_from_string(text + "\n\n")


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
