"""Sites for the bench of collecting: a host for each source, with a feed of 50 Arabic items as WordPress makes them.

    http://127.0.H.h:PORT/feed/   each address of the loopback device is a host of its own
    …/publish                     lets every tenth site have one article more

Texts are put together from a stock of paragraphs whenever a feed is asked for: no two articles are alike, and none is
kept. Their words are made up and so count as rare, wherefore each new one is held against others, and two in three are
taken for a story that is known: more comparing than real news would need.
"""

import asyncio
import multiprocessing
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from random import Random

import uvloop
from aiohttp import web

from bench.words import Vocabulary
from sandbox.site import SampleArticle, SampleSite

SHOWN = 50  # items of a feed
EVERY = 10  # each so many-th site publishes
HOUR = 3_600  # seconds from one article to the next
TITLES, PARAGRAPHS, LENGTH = 1_000, 2_000, 300  # in stock, and the characters of a paragraph
IN_ARTICLE = 5  # paragraphs
LEAD, TITLE = 160, 60  # characters
A_NET = 250  # hosts


def host_of(number: int) -> str:
    """Answer the host of a site."""
    return f"127.0.{number // A_NET}.{number % A_NET + 1}"


def address_of(number: int, port: int) -> str:
    """Answer the address of a site's feed."""
    return f"http://{host_of(number)}:{port}/feed/"


def tag_of(number: int, more: int) -> str:
    """Answer the ETag of a site's feed."""
    return f'"{number}-{more}"'


class Press:
    """Writes the feeds, the same in every process; `began` is when the newest article of before was an hour old."""

    def __init__(self, port: int, began: float) -> None:
        vocabulary = Vocabulary()
        self.port, self.began = port, began
        self.titles = [vocabulary.write(0)[0] for _ in range(TITLES)]
        self.paragraphs = [vocabulary.write(LENGTH)[1] for _ in range(PARAGRAPHS)]
        self._any = SampleSite(port=port, shown=SHOWN)

    def write_feed(self, number: int, more: int = 0) -> bytes:
        """Answer the feed of a site that has published so many articles more."""
        site = self._site(number)
        site.published.extend(self.list_published(number, more))
        return site.write_feed().encode()

    def list_published(self, number: int, more: int = 0) -> list[tuple[SampleArticle, float]]:
        """Answer what a feed shows, the newest last, each with its time."""
        places = range(more, SHOWN + more)
        return [(self._write_article(number, place), self.began + (place - SHOWN) * HOUR) for place in places]

    def _site(self, number: int) -> SampleSite:
        return replace(self._any, title=f"موقع النماذج {number}", host=host_of(number), published=[])

    def _write_article(self, number: int, place: int) -> SampleArticle:
        chance = Random(number * 1_000 + place)  # noqa: S311  (repeatable on purpose)
        title = f"{_splice(chance.choices(self.titles, k=2), TITLE)} {number}/{place}"
        lead = _splice(chance.choices(self.paragraphs, k=2), LEAD)
        body = "\n\n".join(chance.choices(self.paragraphs, k=IN_ARTICLE))
        return SampleArticle(f"{number}-{place}", title, lead, body, categories=("الصين", "اقتصاد"))


def _splice(texts: Sequence[str], length: int) -> str:
    """Answer a text of the beginning of one and the end of another: a million of a thousand."""
    one, other = texts
    return f"{one[: length // 2].rpartition(' ')[0]} {other[-length // 2 :].partition(' ')[2]}"


@dataclass(slots=True)
class Sites:
    """Answers for all hosts; a feed that has not changed since its tag is 304."""

    press: Press
    more: int = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        if request.path == "/publish":
            self.more += 1
            return web.Response()
        *_, net, host = request.host.partition(":")[0].split(".")
        number = int(net) * A_NET + int(host) - 1
        more = 0 if number % EVERY else self.more
        headers = {"ETag": tag_of(number, more)}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        body = self.press.write_feed(number, more)
        return web.Response(body=body, content_type="application/rss+xml", charset="UTF-8", headers=headers)


@contextmanager
def running_sites(began: float) -> Iterator[int]:
    """Serve the sites from a process of its own, on the first core, and answer their port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, began), daemon=True)
    process.start()
    try:
        yield int(ours.recv())
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, began: float) -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    uvloop.run(_serve_for_ever(pipe, began))


async def _serve_for_ever(pipe: Connection, began: float) -> None:
    listening = _listen()
    port = int(listening.getsockname()[1])
    runner = web.ServerRunner(web.Server(Sites(Press(port, began)).answer))
    await runner.setup()
    await web.SockSite(runner, listening, backlog=1024).start()
    pipe.send(port)
    await asyncio.Event().wait()


def _listen() -> socket.socket:
    """Answer a socket for every address of the loopback device, which nobody else can reach."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    listening.bind(("0.0.0.0", 0))  # noqa: S104  (of that device)
    return listening
