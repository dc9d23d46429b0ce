"""Faults of the outside as the fetcher meets them: each is refused or bounded, with a reason in words.

What it does with honest answers is in test_fetcher.py, what faults do to the sources beside them in test_harm.py.
"""

import gzip
import re
import socket
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from jobs.fetcher import LARGEST_BODY, Fetcher
from newsroom.errors import FetchError
from tests.jobs.faults import END, FAULTS, OK, endlessly, saying, talking
from tests.written import WrittenSite, serving

HASTY = aiohttp.ClientTimeout(total=0.4, sock_connect=0.2, sock_read=0.2)
BY_FETCHER = {name: fault for name, fault in FAULTS.items() if not re.search("no RSS|entities", fault[1])}


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher("Qasid/test", allow_private=True, timeout=HASTY) as opened:
        yield opened


async def refusal(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as refused:
        await fetcher.fetch(url)
    assert "Error" not in refused.value.reason, "a reason is said in words"
    return refused.value


@pytest.mark.parametrize(("said", "reason"), BY_FETCHER.values(), ids=BY_FETCHER)
async def test_what_is_no_answer_is_refused_with_a_reason(fetcher: Fetcher, said: bytes, reason: str) -> None:
    async with talking(saying(said)) as url:
        assert re.search(reason, (await refusal(fetcher, f"{url}/")).reason)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999/", "http://[x]/", "http://xn--a/", "http://\udcff.example/", "http:///x"]
)
async def test_what_is_no_address_is_refused(fetcher: Fetcher, url: str) -> None:
    assert (await refusal(fetcher, url)).permanent


@pytest.mark.parametrize("before", [OK + b"Connection: close" + END, OK + b"Content-Length: 104857600" + END])
async def test_a_body_is_read_no_further_than_it_may_be_long(fetcher: Fetcher, before: bytes) -> None:
    async with talking(endlessly(before, b" " * 65_536)) as url:
        assert "larger than 8 MiB" in (await refusal(fetcher, url)).reason


async def test_chunks_without_end_are_read_no_further(fetcher: Fetcher) -> None:
    before = OK + b"Transfer-Encoding: chunked" + END
    async with talking(endlessly(before, b"10000\r\n" + b" " * 65_536 + b"\r\n")) as url:
        assert "larger" in (await refusal(fetcher, url)).reason


@pytest.mark.parametrize("before", [b"HTTP/1.1 200 OK\r\n", OK + END])
async def test_who_drips_is_not_waited_for(fetcher: Fetcher, before: bytes) -> None:
    """Each byte comes in time, but all of them never would."""
    async with talking(endlessly(before, b"a", pause=0.05)) as url:
        assert (await refusal(fetcher, url)).reason == "it did not answer in time"


async def test_who_is_silent_is_not_waited_for(fetcher: Fetcher) -> None:
    async with talking(endlessly(OK + END, b"", pause=0.05)) as url:
        assert (await refusal(fetcher, url)).reason == "it did not answer in time"


def one_bomb(size: int, wbits: int = 31) -> bytes:
    packer = zlib.compressobj(wbits=wbits)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(size)) + packer.flush()


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "gzip": (lambda: one_bomb(300), "gzip"),
    "zlib": (lambda: one_bomb(300, zlib.MAX_WBITS), "deflate"),
    "deflate": (lambda: one_bomb(300, -zlib.MAX_WBITS), "deflate"),
    "many members": (lambda: gzip.compress(bytes(1_000_000)) * 300, "gzip"),
    "members of nothing": (lambda: gzip.compress(b"") * 100_000, "gzip"),
    "a file": (lambda: one_bomb(300), ""),
}


@pytest.mark.thorough
@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_takes_no_more_memory_than_a_body(fetcher: Fetcher, bomb: str) -> None:
    pack, encoding = BOMBS[bomb]
    packed = pack()

    async def respond(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=packed, headers={"Content-Encoding": encoding} if encoding else None)

    async with serving(respond) as url:
        tracemalloc.start()
        try:
            assert re.search("larger|unpacked", (await refusal(fetcher, url)).reason)
            assert tracemalloc.get_traced_memory()[1] < 4 * LARGEST_BODY
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize(
    ("sent", "read"), [(gzip.compress(b"<urlset/>", mtime=0), b"<urlset/>"), (b"\x1f\x8b?", b"\x1f\x8b?")]
)
async def test_a_packed_file_is_unpacked_where_it_is_one(fetcher: Fetcher, sent: bytes, read: bytes) -> None:
    async def respond(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=sent, content_type="application/x-gzip")

    async with serving(respond) as url:
        assert (await fetcher.fetch(url)).body == read


async def test_more_than_was_promised_is_not_the_answer_to_the_next(fetcher: Fetcher) -> None:
    async with talking(
        saying(OK + b"Content-Length: 6" + END + b"<rss/>" + OK + b"Content-Length: 1" + END + b"x")
    ) as url:
        bodies = [(await fetcher.fetch(url)).body for _ in range(2)]
    assert bodies == [b"<rss/>"] * 2


async def test_headers_that_cannot_be_kept_are_not(fetcher: Fetcher) -> None:
    told = (
        b"ETag: \xff\r\nLast-Modified: "
        + b"x" * 5000
        + b"\r\nContent-Type: text/xml; charset=\xff\r\nContent-Length: 0"
    )
    async with talking(saying(b"HTTP/1.1 200 OK\r\n" + told + END)) as url:
        fetched = await fetcher.fetch(url)
    assert (fetched.etag, fetched.last_modified) == (None, None)


async def test_a_move_to_an_address_without_end_is_none(site: WrittenSite, fetcher: Fetcher) -> None:
    site.redirect("/f", f"/new?{'x' * 3000}")
    site.write("/new", "<rss/>")
    assert not (await fetcher.fetch(f"{site.url}/f")).moved


PRIVATE = (
    "2130706433", "017700000001", "0177.0.0.1", "0x7f000001", "127.1", "0", "localhost.", "LOCALHOST",
    "１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "[::]", "[::1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
    "name@127.0.0.1",
)  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
async def test_no_spelling_makes_a_private_address_a_public_one(site: WrittenSite, host: str) -> None:
    port = site.url.rpartition(":")[2]
    async with Fetcher("Qasid/test") as guarded:
        assert re.search(
            "not on the public net|no connection|address", (await refusal(guarded, f"http://{host}:{port}/")).reason
        )
    assert site.asked == []


class Names:
    """A resolver whose answers change; 127.0.0.1 stands for a public address, ::1 for one of our own net."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self._ask = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)
        monkeypatch.setattr("jobs.fetcher.is_public", lambda address: address == "127.0.0.1")

    def look_up(self, host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        answers = self.answers.get(host)
        if answers is None:
            return self._ask(host, port, *rest, **more)
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (_family(one), socket.SOCK_STREAM, 6, "", (one, port, 0, 0) if ":" in one else (one, port)) for one in found
        ]


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


async def test_a_name_that_means_another_address_the_next_time_is_refused_then(site: WrittenSite, names: Names) -> None:
    names.answers["rebound.example"] = [["127.0.0.1"], ["::1"]]
    url = site.url.replace("127.0.0.1", "rebound.example")
    site.write("/f", "<rss/>")
    async with Fetcher("Qasid/test") as guarded:
        assert (await guarded.fetch(f"{url}/f")).body == b"<rss/>"
    async with Fetcher("Qasid/test") as guarded:  # which has no name in its memory
        refused = await refusal(guarded, f"{url}/f")
    assert refused.reason.startswith("::1 is not on the public net")
    assert (refused.permanent, site.asked) == (True, ["/f"])


async def test_of_two_addresses_of_a_name_only_the_public_one_is_asked(site: WrittenSite, names: Names) -> None:
    names.answers["both.example"] = [["::1", "127.0.0.1"]]
    site.write("/f", "<rss/>")
    async with Fetcher("Qasid/test") as guarded:
        fetched = await guarded.fetch(f"{site.url.replace('127.0.0.1', 'both.example')}/f")
    assert fetched.body == b"<rss/>"


async def test_a_redirect_to_a_name_of_our_own_net_is_refused(site: WrittenSite, names: Names) -> None:
    names.answers["inside.example"] = [["::1"]]
    site.redirect("/f", f"{site.url.replace('127.0.0.1', 'inside.example')}/secret")
    async with Fetcher("Qasid/test") as guarded:
        assert "::1 is not on the public net" in (await refusal(guarded, f"{site.url}/f")).reason
    assert site.asked == ["/f"]
