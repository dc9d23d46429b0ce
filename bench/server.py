"""The server of the benches: it answers every request with the same message, far faster than any client asks.

A process of its own on a core of its own; asyncio.Protocol on uvloop, and httptools. The answer to sendMessage is what
Telegram sends back for such a message: 5.2 KB of JSON, all Arabic in escapes, a new message id each time.
"""

import asyncio
import json
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import Connection
from typing import cast

import httptools
import uvloop

TOKEN = "123456:bench"
BOT = {"id": 123456, "is_bot": True, "first_name": "Qasid", "username": "qasid_bot"}
TEXT = "اتفق وفدان من الصين وطاجيكستان في دوشنبه على تبادل بيانات ذوبان الأنهار الجليدية كل أسبوع. " * 9
PAGE = "https://samples.example/2026/11/24/water-talks/"
ROW = [
    {"text": "اقرأ المقال", "url": PAGE},
    {"text": "شارك", "url": f"https://t.me/share/url?url={PAGE}"},
    {"text": "ما موضوعه؟", "callback_data": "about:1"},
]
PLACE = 1_000_000_000  # stands where the message id goes; ids are as long


@contextmanager
def running_server(core: int) -> Iterator[str]:
    """Start the server on a core and answer its address."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, core), daemon=True)
    process.start()
    try:
        yield str(ours.recv())
    finally:
        process.terminate()
        process.join()


def make_message() -> dict[str, object]:
    """Answer the message that Telegram says it has sent."""
    chat = {"id": 1, "first_name": "Reader", "username": "reader", "type": "private"}
    entities = [
        {"offset": 0, "length": 64, "type": "bold"},
        {"offset": 700, "length": 20, "type": "hashtag"},
        {"offset": 740, "length": 11, "type": "bot_command"},
    ]
    return {
        "message_id": PLACE,
        "from": BOT,
        "chat": chat,
        "date": 1_795_000_000,
        "text": TEXT,
        "entities": entities,
        "link_preview_options": {"url": PAGE, "prefer_large_media": True},
        "reply_markup": {"inline_keyboard": [ROW]},
    }


def as_http(result: object) -> bytes:
    """Answer the whole answer of a server that says yes."""
    body = json.dumps({"ok": True, "result": result}, separators=(",", ":")).encode()
    head = f"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


SENT_HEAD, SENT_TAIL = as_http(make_message()).split(b"%d" % PLACE)
ME = as_http(BOT)
SENT_SIZE = len(SENT_HEAD) + len(SENT_TAIL) + 10


class Answering(asyncio.Protocol):
    """A connection that is kept alive; one request at a time."""

    numbers = count(PLACE)
    transport: asyncio.WriteTransport
    asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast(asyncio.WriteTransport, transport)
        self.parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Note what is asked."""
        self.asked = url

    def on_message_complete(self) -> None:
        """Answer a whole request."""
        if self.asked.endswith(b"/getMe"):
            self.transport.write(ME)
        else:
            self.transport.write(b"%b%d%b" % (SENT_HEAD, next(self.numbers), SENT_TAIL))


def _serve(pipe: Connection, core: int) -> None:
    os.sched_setaffinity(0, {core})
    uvloop.run(_serve_for_ever(pipe))


async def _serve_for_ever(pipe: Connection) -> None:
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0, backlog=1024)
    pipe.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await server.serve_forever()
