"""The fetcher: what it refuses, what it bounds, what it asks."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from aiohttp import ClientTimeout, web

from jobs.fetcher import LARGEST_BODY, Fetcher, is_public
from newsroom.errors import FetchError, RestingError
from tests.fakes import Clock
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


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1",
        "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%eth0",
        "::7f00:1", "fec0::1", "5f00::1", "64:ff9b:1::a00:1", "2001:0:7f00:1::", "192.0.0.8", "::ffff:192.0.0.8",
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


@pytest.mark.parametrize(
    ("told", "kept"),
    [({}, ('"1"', "then")), ({"ETag": '"2"'}, ('"2"', "then")), ({"Last-Modified": "now"}, ('"1"', "now"))],
)
async def test_what_a_304_says_no_more_of_its_validators_stays(
    site: Site, fetcher: Fetcher, told: dict[str, str], kept: tuple[str, str]
) -> None:
    async def unchanged(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=304, headers=told)

    site.answer = unchanged
    fetched = await fetcher.fetch(site.url, '"1"', "then")
    assert (fetched.etag, fetched.last_modified) == kept


async def test_what_is_told_without_validators_has_none(site: Site, fetcher: Fetcher) -> None:
    async def changed(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response()

    site.answer = changed
    fetched = await fetcher.fetch(site.url, '"1"', "then")
    assert (fetched.etag, fetched.last_modified) == (None, None)


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


def busy(status: int, after: str) -> Answer:
    async def refuse(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, headers={"Retry-After": after} if after else None)

    return refuse


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120),
        ("Tue, 24 Nov 2026 09:02:00 GMT", 120),
        ("Tuesday, 24-Nov-26 09:02:00 GMT", 120),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0),
        ("Tue, 24 Nov 2026 09:02:00 -0000", 120),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
async def test_when_to_come_back_is_told_in_seconds_or_as_a_moment(
    site: Site, told: str, seconds: float | None
) -> None:
    site.answer = busy(503, told)
    clock = Clock()
    assert clock() == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    async with Fetcher("Qasid/test", allow_private=True, now=clock) as fetcher:
        with pytest.raises(FetchError) as refused:
            await fetcher.fetch(site.url)
    assert refused.value.retry_after == seconds


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_says_when_to_come_back_is_left_alone_until_then(site: Site, status: int) -> None:
    clock = Clock()
    async with Fetcher("Qasid/test", allow_private=True, now=clock) as fetcher:
        site.answer = busy(status, "120")
        with pytest.raises(FetchError, match=f"HTTP {status}"):
            await fetcher.fetch(f"{site.url}/feed")
        site.answer = _empty
        clock.move(seconds=20)
        with pytest.raises(RestingError, match="left alone") as resting:
            await fetcher.fetch(f"{site.url}/page")
        with pytest.raises(RestingError):
            await fetcher.post(f"{site.url}/hub", {"x": "1"})
        assert (len(site.requests), resting.value.retry_after) == (1, 100)
        clock.move(seconds=101)
        assert (await fetcher.fetch(f"{site.url}/page")).body == b"<rss/>"


@pytest.mark.parametrize(("status", "after"), [(404, "120"), (500, "120"), (429, ""), (503, "0")])
async def test_a_host_that_names_no_time_or_is_not_busy_may_be_asked(
    site: Site, fetcher: Fetcher, status: int, after: str
) -> None:
    site.answer = busy(status, after)
    for _ in range(2):
        with pytest.raises(FetchError, match=f"HTTP {status}"):
            await fetcher.fetch(site.url)
    assert len(site.requests) == 2


async def test_no_host_is_left_alone_for_longer_than_a_day(site: Site) -> None:
    clock = Clock()
    async with Fetcher("Qasid/test", allow_private=True, now=clock) as fetcher:
        site.answer = busy(429, "9" * 400)
        with pytest.raises(FetchError, match="HTTP 429"):
            await fetcher.fetch(site.url)
        site.answer = _empty
        clock.move(days=1, seconds=1)
        assert (await fetcher.fetch(site.url)).body == b"<rss/>"


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


async def test_the_host_of_a_redirect_is_asked_one_thing_at_a_time_too(site: Site, fetcher: Fetcher) -> None:
    """Both hosts lead to each other, and neither is held while the other is waited for."""
    hosts = ("127.0.0.1", "localhost")
    asked, most = dict.fromkeys(hosts, 0), dict.fromkeys(hosts, 0)

    async def lead(request: web.BaseRequest) -> web.StreamResponse:
        host = request.host.partition(":")[0]
        asked[host] += 1
        most[host] = max(most[host], asked[host])
        await asyncio.sleep(0.01)
        asked[host] -= 1
        if request.path == "/there":
            return web.Response(body=host.encode())
        there = site.url.replace("127.0.0.1", "localhost" if host == "127.0.0.1" else "127.0.0.1")
        raise web.HTTPFound(f"{there}/there")

    site.answer = lead
    other = site.url.replace("127.0.0.1", "localhost")
    urls = [f"{site.url}/", f"{other}/there", f"{site.url}/", f"{other}/there", f"{other}/", f"{site.url}/there"]
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*(fetcher.fetch(url) for url in urls))
    assert {fetched.body for fetched in answers} == {b"localhost", b"127.0.0.1"}
    assert most == dict.fromkeys(hosts, 1)


async def test_redirects_have_the_time_of_one_answer_in_all(site: Site) -> None:
    async def dawdle(request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(0.15)
        raise web.HTTPFound(f"{request.path}x")

    site.answer = dawdle
    async with Fetcher("Qasid/test", allow_private=True, timeout=ClientTimeout(total=0.2)) as hasty:
        with pytest.raises(FetchError, match="in time"):
            await hasty.fetch(f"{site.url}/")
    assert len(site.requests) == 2


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
