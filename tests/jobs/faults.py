"""Faults of the outside: servers on loopback that say what no honest one says. A fault more is a line of FAULTS."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
FOUND = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
END = b"\r\n\r\n"
# What a server says, and what is said of it.
FAULTS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "hung up"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n", "no HTTP"),
    "TLS": (b"\x15\x03\x03\x00\x02\x02\x28", "no HTTP"),
    "a status that is none": (b"HTTP/1.1 999999 OK" + END, "no HTTP|HTTP 999999"),
    "a header of a megabyte": (OK + b"X: " + b"a" * 1_000_000 + END, "no HTTP"),
    "thousands of headers": (OK + b"X: 1\r\n" * 50_000 + b"\r\n", "no HTTP"),
    "less than it promises": (OK + b"Content-Length: 1000" + END + b"<rss>", "broke off"),
    "a chunk without an end": (OK + b"Transfer-Encoding: chunked" + END + b"ff\r\n<rss>", "broke off"),
    "chunks that are none": (OK + b"Transfer-Encoding: chunked" + END + b"zz\r\n<rss>", "broke off|no HTTP"),
    "not packed as it says": (OK + b"Content-Encoding: gzip\r\nContent-Length: 5" + END + b"<rss>", "unpacked"),
    "packed as nobody asked": (OK + b"Content-Encoding: br\r\nContent-Length: 5" + END + b"<rss>", "unpacked|no HTTP"),
    "a redirect to a file": (FOUND + b"file:///etc/passwd" + END, "no web address"),
    "a redirect to a script": (FOUND + b"javascript:alert(1)" + END, "no web address"),
    "a redirect to no address": (FOUND + b"http://[x" + END, "no web address"),
    "a redirect to no port": (FOUND + b"http://127.0.0.1:99999/" + END, "no web address"),
    "a redirect to itself": (FOUND + b"/" + END, "redirects|hung up"),
    "a redirect to nothing": (b"HTTP/1.1 302 Found\r\nContent-Length: 0" + END, "HTTP 302"),
    "bytes that mean nothing": (OK + b"Content-Length: 9" + END + bytes(range(9)), "no RSS"),
    "a page without a feed": (OK + b"Content-Length: 13" + END + b"<h1>404?</h1>", "no RSS"),
    "entities that multiply": (
        OK + b"Connection: close" + END + b'<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
        "entities",
    ),
}  # fmt: skip
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def talking(talk: Talk) -> AsyncIterator[str]:
    """Let something talk on loopback to whoever asked; yields its address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(END)
            await talk(reader, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # they have heard enough
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


def saying(said: bytes) -> Talk:
    """Say something, and hang up."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)

    return talk


def endlessly(before: bytes, piece: bytes, pause: float = 0) -> Talk:
    """Say something, then something again and again."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(before)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return talk
