"""The fetcher: what it refuses, what it bounds, what it asks."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from jobs.fetcher import LARGEST_BODY, Fetcher, is_public
from newsroom.errors import FetchError
from tests.written import serving

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Site:
    """A server whose answer a test chooses."""

    def __init__(self) -> None:
        self.answer: Answer = _empty
        self.requests: list[web.BaseRequest] = []
        self.url = ""

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        return await self.answer(request)


async def _empty(_request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(body=b"<rss/>", content_type="text/xml", charset="windows-1256", headers={"ETag": '"1"'})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    async with serving(site.respond) as site.url:
        yield site


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher("Qasid/test", allow_private=True) as opened:
        yield opened


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1",
        "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%eth0",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"])
async def test_a_private_address_is_refused_in_every_spelling(site: Site, host: str) -> None:
    port = site.url.rpartition(":")[2]
    async with Fetcher("Qasid/test") as guarded:
        with pytest.raises(FetchError, match="not on the public net") as refused:
            await guarded.fetch(f"http://{host}:{port}/feed")
    assert refused.value.permanent
    assert site.requests == []


async def test_a_redirect_to_a_private_address_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    port = site.url.rpartition(":")[2]
    monkeypatch.setattr("jobs.fetcher.is_public", lambda address: address == "127.0.0.1")

    async def redirect(_request: web.BaseRequest) -> web.StreamResponse:
        raise web.HTTPFound(f"http://[::1]:{port}/inside")

    site.answer = redirect
    async with Fetcher("Qasid/test") as guarded:
        with pytest.raises(FetchError, match="::1 is not on the public net"):
            await guarded.fetch(site.url)
    assert len(site.requests) == 1


@pytest.mark.parametrize("url", ["ftp://x.example/", "file:///etc/passwd", "x", "http://"])
async def test_only_http_is_fetched(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchError, match="http") as refused:
        await fetcher.fetch(url)
    assert refused.value.permanent


async def test_the_answer_comes_with_what_http_said_of_it(site: Site, fetcher: Fetcher) -> None:
    fetched = await fetcher.fetch(f"{site.url}/feed")
    assert (fetched.body, fetched.charset, fetched.etag) == (b"<rss/>", "windows-1256", '"1"')
    assert site.requests[0].headers["User-Agent"] == "Qasid/test"


async def test_validators_are_sent_and_304_is_no_body(site: Site, fetcher: Fetcher) -> None:
    async def unchanged(request: web.BaseRequest) -> web.StreamResponse:
        same = request.headers.get("If-None-Match") == '"1"' and request.headers.get("If-Modified-Since") == "then"
        return web.Response(status=304 if same else 200)

    site.answer = unchanged
    assert (await fetcher.fetch(site.url, '"1"', "then")).body is None


async def test_an_arabic_path_is_fetched_as_it_is_written(site: Site, fetcher: Fetcher) -> None:
    await fetcher.fetch(f"{site.url}/%D8%A7%D9%84%D8%B5%D9%8A%D9%86/feed/")
    await fetcher.fetch(f"{site.url}/الصين/feed/")
    assert [request.raw_path if hasattr(request, "raw_path") else request.path for request in site.requests] == [
        "/%D8%A7%D9%84%D8%B5%D9%8A%D9%86/feed/"
    ] * 2


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (410, True), (500, False), (503, False)])
async def test_a_refusal_says_whether_it_is_for_good(
    site: Site, fetcher: Fetcher, status: int, *, permanent: bool
) -> None:
    async def refuse(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, headers={"Retry-After": "120"})

    site.answer = refuse
    with pytest.raises(FetchError, match=f"HTTP {status}") as refused:
        await fetcher.fetch(site.url)
    assert (refused.value.permanent, refused.value.retry_after) == (permanent, 120)


async def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(site: Site, fetcher: Fetcher) -> None:
    packed = gzip.compress(b" " * (LARGEST_BODY + 1))

    async def bomb(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    site.answer = bomb
    with pytest.raises(FetchError, match="larger"):
        await fetcher.fetch(site.url)


async def test_redirects_are_followed_but_not_for_ever(site: Site, fetcher: Fetcher) -> None:
    async def round_and_round(request: web.BaseRequest) -> web.StreamResponse:
        raise web.HTTPFound(f"{site.url}/{len(site.requests)}")

    site.answer = round_and_round
    with pytest.raises(FetchError, match="redirects"):
        await fetcher.fetch(site.url)
    assert len(site.requests) <= 6


async def test_a_host_is_asked_one_thing_at_a_time(site: Site, fetcher: Fetcher) -> None:
    together, most = 0, 0

    async def count(_request: web.BaseRequest) -> web.StreamResponse:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0.01)
        together -= 1
        return web.Response()

    site.answer = count
    await asyncio.gather(*(fetcher.fetch(f"{site.url}/{number}") for number in range(4)))
    assert most == 1


async def test_a_host_that_is_not_there_is_told_in_words(fetcher: Fetcher, site: Site) -> None:
    async def hang_up(request: web.BaseRequest) -> web.StreamResponse:
        if request.transport:
            request.transport.close()
        return web.Response()

    site.answer = hang_up
    with pytest.raises(FetchError, match="connection failed"):
        await fetcher.fetch(site.url)


async def test_link_headers_come_as_one(site: Site, fetcher: Fetcher) -> None:
    async def name(_request: web.BaseRequest) -> web.StreamResponse:
        answer = web.Response()
        answer.headers.extend([("Link", "<a>; rel=hub"), ("Link", "<b>; rel=self")])
        return answer

    site.answer = name
    assert (await fetcher.fetch(site.url)).link == "<a>; rel=hub, <b>; rel=self"


@pytest.mark.parametrize("fresh", [True, False])
async def test_only_what_must_be_fresh_is_asked_past_caches(site: Site, fetcher: Fetcher, *, fresh: bool) -> None:
    await fetcher.fetch(site.url, '"1"', fresh=fresh)
    assert ("Cache-Control" in site.requests[0].headers) is fresh
    assert site.requests[0].headers["If-None-Match"] == '"1"'


@pytest.mark.parametrize("status", [307, 308])
async def test_a_form_goes_where_a_hub_redirects_it(site: Site, fetcher: Fetcher, status: int) -> None:
    forms = []

    async def redirect(request: web.BaseRequest) -> web.StreamResponse:
        forms.append((request.method, request.content_type, await request.text()))
        return web.Response(status=status if request.path == "/" else 202, headers={"Location": "/hub"})

    site.answer = redirect
    await fetcher.post(f"{site.url}/", {"hub.topic": "https://x.example/?a=1&b=2"})
    form = ("POST", "application/x-www-form-urlencoded", "hub.topic=https%3A%2F%2Fx.example%2F%3Fa%3D1%26b%3D2")
    assert forms == [form, form]


@pytest.mark.parametrize("status", [301, 302, 303, 400, 404, 500])
async def test_a_form_that_is_not_taken_fails(site: Site, fetcher: Fetcher, status: int) -> None:
    async def refuse(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status if request.path == "/" else 200, headers={"Location": "/elsewhere"})

    site.answer = refuse
    with pytest.raises(FetchError, match=f"HTTP {status}"):
        await fetcher.post(f"{site.url}/", {"x": "1"})


async def test_a_form_is_posted_to_the_public_alone(site: Site) -> None:
    async with Fetcher("Qasid/test") as guarded:
        with pytest.raises(FetchError, match="not on the public net"):
            await guarded.post(site.url, {"x": "1"})
    assert site.requests == []
