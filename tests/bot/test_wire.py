"""Our own HTTP: what failed before a request left, and what after it, against servers that do everything wrong."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot import wire
from bot.wire import NoAnswerError, NotSentError, TooLateError, Wires, make_tls

PATIENCE = 5.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass(slots=True)
class Server:
    """A server that reads requests whole and does with each what it is told to."""

    does: Callable[["Server", asyncio.StreamWriter], Awaitable[None]]
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                told = (int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length: "))
                length = next(told, 0)  # a GET has no body
                self.requests.append(head + await reader.readexactly(length))
                await self.does(self, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self.closed.set()


Does = Callable[[Server, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def opened(
    does: Does, limit: int = 8, tls: tuple[ssl.SSLContext, ssl.SSLContext] | None = None
) -> AsyncIterator[tuple[Server, Wires]]:
    server = Server(does)
    listening = await asyncio.start_server(server.meet, "127.0.0.1", 0, ssl=tls[0] if tls else None)
    server.port = listening.sockets[0].getsockname()[1]
    wires = Wires(f"http{'s' if tls else ''}://localhost:{server.port}", limit, tls[1] if tls else None)
    try:
        yield server, wires
    finally:
        wires.close()
        listening.close()
        await listening.wait_closed()


async def post(
    wires: Wires, body: bytes = b"{}", patience: float = PATIENCE, within: float | None = None
) -> tuple[int, bytes]:
    return await wires.post("/bot1:x/getMe", "application/json", body, patience, within)


def answering(told: bytes, *, then_close: bool = False) -> Does:
    async def answer(_server: Server, writer: asyncio.StreamWriter) -> None:
        writer.write(told)
        if then_close:
            writer.close()

    return answer


async def reset(_server: Server, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def say_nothing(_server: Server, _writer: asyncio.StreamWriter) -> None:
    pass


async def test_a_request_arrives_whole_and_its_connection_is_used_again() -> None:
    async with opened(answering(OK)) as (server, wires):
        assert [await post(wires, b"first"), await post(wires, b"second")] == [(200, b"{}")] * 2
        assert [request.partition(b"\r\n\r\n")[2] for request in server.requests] == [b"first", b"second"]
        lines = server.requests[0].split(b"\r\n")
        assert lines[:2] == [b"POST /bot1:x/getMe HTTP/1.1", b"Host: localhost:%d" % server.port]
        assert server.connections == 1


async def test_as_many_connections_as_requests_at_once_and_no_more_than_the_limit() -> None:
    async with opened(answering(OK), limit=3) as (server, wires):
        assert await asyncio.gather(*(post(wires) for _ in range(20))) == [(200, b"{}")] * 20
        assert server.connections == 3


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 1\r\n\r\nx", (403, b"x")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", (200, b"{}")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, (200, b"{}")),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", (302, b"")),
    ],
)
async def test_an_answer_is_taken_as_it_comes(told: bytes, answer: tuple[int, bytes]) -> None:
    async with opened(answering(told)) as (_, wires):
        assert [await post(wires), await post(wires)] == [answer] * 2


@pytest.mark.parametrize(
    "does",
    [
        reset,
        answering(b"", then_close=True),
        answering(b"HTTP/1.1 200", then_close=True),
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}", then_close=True),
        answering(b"HTTP/1.1 200 OK\r\n\r\n{}", then_close=True),
        answering(b"SSH-2.0-OpenSSH_9.2\r\n"),
    ],
)
async def test_what_was_read_and_not_answered_is_in_doubt(does: Does) -> None:
    async with opened(does) as (server, wires):
        with pytest.raises(NoAnswerError):
            await post(wires)
        assert len(server.requests) == 1


async def test_silence_is_a_doubt_and_its_answer_is_nobody_elses() -> None:
    async with opened(say_nothing) as (server, wires):
        with pytest.raises(NoAnswerError, match="Timeout"):
            await post(wires, patience=0.01)
        server.does = answering(OK)
        assert await post(wires) == (200, b"{}")
        assert server.connections == 2


async def test_who_gives_up_leaves_no_answer_for_others() -> None:
    async with opened(say_nothing) as (server, wires):
        asking = asyncio.create_task(post(wires))
        while not server.requests:  # noqa: ASYNC110  (the loop's own turning is awaited)
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait((asking,))
        await server.closed.wait()
        server.does = answering(OK)
        assert await post(wires) == (200, b"{}")


async def test_a_connection_that_the_server_is_about_to_close_is_not_used_again() -> None:
    async with opened(answering(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")) as (
        server,
        wires,
    ):
        assert [await post(wires), await post(wires)] == [(200, b"")] * 2
        assert server.connections == 2


async def test_a_connection_that_the_server_closed_is_given_up() -> None:
    async with opened(answering(OK)) as (server, wires):
        assert await post(wires) == (200, b"{}")
        assert wires.count_open() == 1
        server.writers.pop().close()
        while wires.count_open():  # noqa: ASYNC110  (the loop's own turning is awaited)
            await asyncio.sleep(0)
        assert await post(wires) == (200, b"{}")


async def test_a_connection_is_not_used_after_a_long_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "KEEP_ALIVE", -1)
    async with opened(answering(OK)) as (server, wires):
        assert [await post(wires), await post(wires)] == [(200, b"{}")] * 2
        assert server.connections == 2


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "https://nosuch.invalid"])
async def test_who_cannot_be_reached_was_sent_nothing(address: str) -> None:
    with pytest.raises(NotSentError):
        await post(Wires(address, 1))


async def test_what_could_not_leave_in_time_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(answering(OK)) as (server, wires):
        await post(wires)
        monkeypatch.setattr(wire, "LEAVE_WITHIN", -1.0)  # as if the process had stood still
        with pytest.raises(NotSentError, match="too late"):
            await post(wires)
        assert len(server.requests) == 1


async def test_what_waited_too_long_for_a_connection_leaves_it_to_the_next() -> None:
    async with opened(answering(OK)) as (server, wires):
        with pytest.raises(TooLateError):
            await post(wires, within=0.0)
        assert await post(wires, within=1.0) == (200, b"{}")
        assert (server.connections, len(server.requests)) == (1, 1)


async def test_where_no_connection_lasts_a_new_one_is_never_too_late() -> None:
    async with opened(answering(OK.replace(b"Content", b"Connection: close\r\nContent", 1))) as (server, wires):
        await post(wires)
        assert await post(wires, within=0.0) == (200, b"{}")
        assert server.connections == 2


async def test_where_connections_are_dropped_unused_a_new_one_is_never_too_late() -> None:
    async with opened(answering(OK)) as (server, wires):
        with pytest.raises(TooLateError):
            await post(wires, within=0.0)
        while not server.writers:  # noqa: ASYNC110  (the loop's own turning is awaited)
            await asyncio.sleep(0)
        server.writers.pop().close()
        while wires.count_open():  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert await post(wires, within=0.0) == (200, b"{}")


async def test_who_gets_no_connection_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(say_nothing, limit=1) as (server, wires):
        first = asyncio.create_task(post(wires))
        while not server.requests:  # noqa: ASYNC110  (as above)
            await asyncio.sleep(0)
        monkeypatch.setattr(wire, "LEAVE_WITHIN", 0.05)  # not before: the first needs as long as the machine lets it
        with pytest.raises(NotSentError, match="no connection was free"):
            await post(wires)
        wires.close()
        with pytest.raises(NoAnswerError):
            await first
        assert len(server.requests) == 1


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own, and a client's that believes it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl on this machine")
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "certificate")]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *named]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  (our own words)
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), make_tls()
    server.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    client.load_verify_locations(tmp_path / "certificate")
    return server, client


async def test_over_tls_as_without(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    async with opened(answering(OK), tls=certificate) as (server, wires):
        assert [await post(wires), await post(wires)] == [(200, b"{}")] * 2
        assert server.connections == 1


async def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    async with opened(answering(OK), tls=(certificate[0], make_tls())) as (server, wires):
        with pytest.raises(NotSentError, match="CertVerification"):
            await post(wires)
        assert server.requests == []
