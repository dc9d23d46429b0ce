"""The server below the methods: connections that are kept, requests in pieces and in a row, forms, and nonsense."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from sandbox import Fault, FaultKind, Person, Sandbox, http
from tests.sandbox.conftest import Bot

WAIT = 10  # seconds


@dataclass
class Line:
    """A connection, bare."""

    telegram: Sandbox
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def say(self, method: str, body: bytes = b"", *headers: str, version: str = "1.1") -> None:
        """Send a request, or the beginning of one."""
        lines = [f"POST /bot{self.telegram.token}/{method} HTTP/{version}", "Host: x", *headers, "", ""]
        self.writer.write("\r\n".join(lines).encode() + body)

    async def hear(self) -> tuple[int, dict[str, str], Any]:
        """Answer the status, the headers and what is in the body of the next answer."""
        async with asyncio.timeout(WAIT):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:])
            body = await self.reader.readexactly(int(headers.get("Content-Length", 0)))
        return int(head[0].split()[1]), headers, json.loads(body or b"null")


@pytest.fixture
async def line(telegram: Sandbox) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", telegram.port)
    yield Line(telegram, reader, writer)
    writer.close()


def size(body: bytes) -> str:
    return f"Content-Length: {len(body)}"


async def test_a_connection_serves_one_call_after_another(line: Line) -> None:
    for _ in range(2):
        line.say("getMe", b"", size(b""))
        status, headers, told = await line.hear()
        assert (status, headers["Connection"], told["ok"]) == (200, "keep-alive", True)


@pytest.mark.parametrize(("version", "header"), [("1.0", "X: x"), ("1.1", "Connection: close")])
async def test_who_does_not_keep_the_connection_is_answered_and_left(line: Line, version: str, header: str) -> None:
    line.say("getMe", b"", size(b""), header, version=version)
    status, headers, _ = await line.hear()
    assert (status, headers["Connection"]) == (200, "close")
    assert await line.reader.read() == b""


async def test_calls_in_a_row_are_answered_in_their_order(line: Line) -> None:
    line.telegram.faults.add(Fault(FaultKind.SLOW, method="getMyName", seconds=0.02))
    for method in ("getMyName", "getMe", "getMyDescription"):
        line.say(method, b"", size(b""))
    told = [(await line.hear())[2]["result"] for _ in range(3)]
    assert [min(one) for one in told] == ["name", "allows_users_to_create_topics", "description"]


async def test_a_body_comes_in_pieces(line: Line, amal: Person) -> None:
    body = json.dumps({"chat_id": amal.id, "text": "في قطع"}).encode()
    line.say("sendMessage", b"", "Content-Type: application/json", "Transfer-Encoding: chunked")
    for piece in (body[:10], body[10:], b""):
        line.writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        await line.writer.drain()
    assert (await line.hear())[2]["result"]["text"] == "في قطع"


async def test_who_asks_first_whether_to_send_the_body_may(line: Line, amal: Person) -> None:
    body = json.dumps({"chat_id": amal.id, "text": "x"}).encode()
    line.say("sendMessage", b"", "Content-Type: application/json", "Expect: 100-continue", size(body))
    assert (await line.hear())[0] == 100
    line.writer.write(body)
    assert (await line.hear())[0] == 200


async def test_what_is_no_http_is_refused(line: Line) -> None:
    line.writer.write(b"hello there\r\n\r\n")
    assert (await line.hear())[0] == 400
    assert await line.reader.read() == b""


@pytest.mark.parametrize("fault", [None, Fault(FaultKind.SLOW, seconds=0)])
async def test_a_failure_of_the_sandbox_itself_is_no_silence(line: Line, fault: Fault | None) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    line.telegram.on_change.append(fail)  # looked at after each call, at once or later
    if fault:
        line.telegram.faults.add(fault)
    line.say("getMe", b"", size(b""))
    assert (await line.hear())[0] == 500
    assert [type(one) for one in told] == [ZeroDivisionError]


async def test_too_large_a_request_is_refused(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST", 1_000)  # fifty megabytes are slow to send
    line.say("getMe", b"x" * 1_001, size(b"x" * 1_001))
    assert (await line.hear())[0] == 413
    assert line.telegram.calls == []


async def test_who_hangs_up_is_waited_for_no_longer(line: Line, bot: Bot) -> None:
    updates = line.telegram.world.updates
    line.say("getUpdates?timeout=50", b"", size(b""))
    while not updates.is_polled:
        await bot("getMe")
    line.writer.close()
    await line.telegram.until(lambda: not updates.is_polled)


CONTENT = b"\r\n--x\r\r\n\n" + bytes(range(256))


@pytest.mark.parametrize("name", ["plan.pdf", "خطة «أ».pdf", 'a "b";c.txt'])
async def test_a_file_in_a_form_keeps_its_name_and_every_byte(bot: Bot, amal: Person, name: str) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("chat_id", str(amal.id))
    form.add_field("caption", "مرفق\r\nفي سطرين")
    form.add_field("document", CONTENT, filename=name, content_type="application/pdf")
    async with bot.session.post(bot.url("sendDocument"), data=form) as answer:
        sent = (await answer.json())["result"]
    assert sent["document"]["mime_type"] == "application/pdf"
    assert bot.telegram.world.contents[sent["document"]["file_id"]] == CONTENT
    assert sent["caption"] == "مرفق\nفي سطرين"
    assert sent["document"]["file_name"].startswith(name[:3])


async def test_a_form_without_a_boundary_is_refused(bot: Bot) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    async with bot.session.post(bot.url("getMe"), data=b"x", headers=headers) as answer:
        assert (await answer.json())["description"] == "Bad Request: sandbox: the form has no boundary"
