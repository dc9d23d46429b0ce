"""Requests that carry a file: the same JSON object as any other, with the file's text in it, made a form as it leaves.

    {"document": {"name": "data.txt", "text": "…"}, "caption": "…", "chat_id": 5}  ─▶  multipart/form-data

So a file is an answer like the others: a row before it leaves, sent again after a crash, emptied when it is settled.
A method that carries a file in another field is a line of `FILES`.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import orjson

from bot.api import JSON

FILES = {"sendDocument": "document"}  # by method, the field that is a file
KINDS = {
    "txt": "text/plain; charset=utf-8",
    "json": JSON,
    "opml": "text/x-opml; charset=utf-8",
    "toml": "application/toml",
}


def make_file(name: str, text: str) -> dict[str, str]:
    """Answer a file as a payload holds it; its name is ASCII, and its end one of `KINDS`."""
    return {"name": name, "text": text}


def encode(method: str, body: bytes) -> tuple[str, bytes]:
    """Answer the content type and the body of a request."""
    field = FILES.get(method)
    if field is None or b'"%s":{' % field.encode() not in body:  # a file that Telegram has is told by its id
        return JSON, body
    boundary = uuid4().hex.encode()
    parts = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in _write_parts(orjson.loads(body), field))
    return f"multipart/form-data; boundary={boundary.decode()}", b"%s--%s--\r\n" % (parts, boundary)


def _write_parts(params: dict[str, Any], field: str) -> Iterator[bytes]:
    """Yield each parameter as a form has it: text as it is, everything else as JSON (Bot API, Making requests)."""
    for name, value in params.items():
        head = f'Content-Disposition: form-data; name="{name}"'
        if name == field:
            kind = KINDS[value["name"].rpartition(".")[2]]
            head += f'; filename="{value["name"]}"\r\nContent-Type: {kind}'
        said = value["text"] if name == field else value
        yield f"{head}\r\n\r\n".encode() + (said.encode() if isinstance(said, str) else orjson.dumps(said))
