"""Requests that carry a file: the same JSON object as any other, with the file's text in it, made a form as it leaves.

    {"document": {"name": "data.txt", "text": "…"}, "caption": "…", "chat_id": 5}  ─▶  multipart/form-data
    {"photo": {"name": "figures.png", "base64": "…"}, …}
    {"media": {"type": "photo", "media": "attach://picture"}, "picture": {"name": …}, …}

So a file is an answer like the others: a row before it leaves, sent again after a crash, emptied when it is settled.
A method that carries a file in another field is a line of `FILES`.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import orjson

from bot.api import JSON

# By method, the field that is a file.
FILES = {"sendDocument": "document", "sendPhoto": "photo", "editMessageMedia": "picture"}
KINDS = {
    "txt": "text/plain; charset=utf-8",
    "json": JSON,
    "opml": "text/x-opml; charset=utf-8",
    "toml": "application/toml",
    "png": "image/png",
}


def make_file(name: str, text: str) -> dict[str, str]:
    """Answer a file as a payload holds it; its name is ASCII, and its end one of `KINDS`."""
    return {"name": name, "text": text}


def make_picture(name: str, data: bytes) -> dict[str, str]:
    """Answer a picture as a payload holds it."""
    return {"name": name, "base64": b64encode(data).decode()}


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
        yield f"{head}\r\n\r\n".encode() + (_read_file(value) if name == field else _write_value(value))


def _read_file(file: dict[str, str]) -> bytes:
    return b64decode(file["base64"]) if "base64" in file else file["text"].encode()


def _write_value(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else orjson.dumps(value)
