"""A discussion in all its places at once: the bot, a channel and a real WordPress, as people there see it.

    async with open_story(site, folder, template) as story:
        reply = await story.sends("…")
        await story.shows("…")  # waits until it stands everywhere, and keeps how long that took

Another thing that people do in it is a verb of Story.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from db.commenting import threads
from db.store.comments import BEFORE_ALL
from db.tables import articles, versions
from db.wakeup import announce
from jobs.schedule import EVERY
from locales import texts
from newsroom.comments import write_content
from newsroom.replies import GRACE, Reply, State
from sandbox import Channel, Person
from sandbox.screen import Shown
from tests.bot.bench import EDITOR as NEWS_EDITOR
from tests.bot.bench import Bench, open_bench
from tests.bot.newsdesk import Newsdesk
from tests.live import Live, unseen
from tests.wordpress.site import EDITOR, Post, WordPress

BODY = "نص تجريبي كُتب لعرض البرنامج، وأحداثه متخيَّلة."
AUTHOR, FOLLOWER = 7_700_123_456_780, 7_700_654_321_098
CANARY = "كناري سري"  # her name in Telegram
CHANNEL, NAMED = -1009876543210, "أخبار النماذج"
WITHIN = 30.0  # seconds
COUNTED, LISTED = re.compile(r"\d+"), re.compile(r"💬 \d")
T = texts("ar")


async def number_of(live: Live, title: str) -> int:
    """Wait for an article, and answer its number."""
    titled = versions.c.title == title
    found = select(articles.c.id).join(versions, versions.c.article_id == articles.c.id).where(titled)
    await live.until(found, WITHIN)
    return int(await live.ask(found))


async def hurry(live: Live, number: int) -> None:
    """Let the site be asked now for what is said below an article."""
    async with live.app.database.write() as connection:
        now = update(threads).where(threads.c.article_id == number).values(due_at=live.app.clock() - BEFORE_ALL)
        await connection.execute(now)
        announce(connection, "threads")


@dataclass(slots=True)
class Story:
    """An article that is a post of the site and of a channel, who replies to it, and who follows that."""

    bench: Bench
    site: WordPress
    channel: Channel
    author: Person
    follower: Person
    title: str
    post: Post
    number: int  # of the article
    announced: Shown  # the article's post in the channel
    figures: list[str] = field(default_factory=list)

    @property
    def live(self) -> Live:
        return self.bench.live

    async def sends(self, text: str) -> tuple[Reply, int]:
        """Let the author send a reply, having read where it will be public; answers it, and her message."""
        message = self.author.writes(f"/reply {self.number} {text}")
        await self.hears("القناة، الموقع")
        await self.live.presses(self.author, "📨")
        return await Newsdesk(self.live).newest(), message

    async def edits(self, words: str, text: str) -> None:
        """Let a moderator propose another wording of the card with these words, by hand."""
        await self.bench.press(self.bench.amal, "✏️", words)
        asked = await self.bench.shows("اكتبوا النص كاملًا")
        self.bench.group.hears(self.bench.amal, text, reply_to=asked.id)

    async def lets_pass(self, reply: Reply) -> None:
        """Wait until a reply is approved, and let its grace be over."""
        await self.bench.becomes(reply, State.APPROVED)
        await self.bench.age(reply, seconds=GRACE.total_seconds() + 1)

    async def holds(self, text: str) -> dict[str, bool]:
        """Tell of each place whether a text stands there."""
        told = [
            shown.text for shown in self.follower.screen if shown.by_bot and f"/replies_{self.number}" in shown.text
        ]
        posted = [shown.text for shown in self.channel.screen if shown.reply_to == self.announced.id]
        written = [comment["content"]["raw"] for comment in await self.comments()]
        return {
            "follower": any(text in one for one in told),
            "channel": any(text in one for one in posted),
            "site": write_content(text) in written,
        }

    async def shows(self, text: str, what: str = "published", *, gone: bool = False) -> None:
        """Wait until a text stands in all three places, or in none; keeps how long each took."""
        began, took = time.monotonic(), dict[str, float]()
        async with asyncio.timeout(WITHIN):
            while len(took) < 3:
                held = await self.holds(text)
                for place in (place for place, there in held.items() if there is not gone and place not in took):
                    took[place] = time.monotonic() - began
                await asyncio.sleep(0.05)
        self.figures.append(
            f"{what}: " + ", ".join(f"{place} after {seconds:.1f} s" for place, seconds in took.items())
        )

    async def comments(self) -> list[Mapping[str, Any]]:
        """Answer what is public below the post, the oldest first, as an editor of the site sees it."""
        asked = f"comments?post={self.post.id}&order=asc&context=edit"
        found: list[Mapping[str, Any]] = await self.site.ask("GET", asked, {})
        return found

    async def is_answered_on_the_site(self, name: str, text: str, parent: int) -> None:
        """Let a visitor of the site answer a comment there, and the newsroom have read it."""
        await self.site.says(self.post, text, name, parent)
        await hurry(self.live, self.number)
        async with asyncio.timeout(WITHIN):
            while text not in await self.reads():  # noqa: ASYNC110  (a chat cannot call us)
                await asyncio.sleep(0.2)

    async def counts(self, expected: int) -> None:
        """Wait until the article has so many replies wherever their number is shown."""
        told, until = await self._count(), time.monotonic() + WITHIN
        while set(told.values()) != {expected} and time.monotonic() < until:
            await asyncio.sleep(0.2)
            told = await self._count()
        assert told == dict.fromkeys(told, expected), told
        self.figures.append("counted: " + ", ".join(f"{where} {number}" for where, number in told.items()))

    async def reads(self) -> str:
        """Answer how the replies are listed to the follower."""
        return await self.live.says(self.follower, f"/replies {self.number}")

    async def _count(self) -> dict[str, int]:
        listed = await self.reads()
        assert self.follower.last
        entries = sum(bool(LISTED.match(unseen(button.text))) for button in self.follower.last.buttons)
        heads = (unseen(T.count("reply.public.list", number, title=self.title)) for number in range(10))
        head = next((number for number, head in enumerate(heads) if number and listed.startswith(head)), 0)
        await self.live.says(self.follower, f"/article {self.number}")
        shown = next(one for one in self.channel.screen if one.id == self.announced.id)
        return {
            "/replies": head,
            "listed": entries,
            "💬 in private": _number_on(self.follower.last),
            "💬 in the channel": _number_on(shown),
            "the site's API": await self.site.count_comments(self.post),
            "the site's feed": await self.site.count_in_feed(self.post),
        }

    async def hears(self, words: str) -> None:
        """Wait until the author is told something with these words."""
        await self.live.hears_of(self.author, words, WITHIN)

    def told(self) -> str:
        """Answer what the author was told last, with where its links lead."""
        assert self.author.last
        return self.author.last.html

    async def takes_back(self) -> None:
        """Let the author withdraw what she was told is published."""
        await self.hears("نُشر الرد")
        await self.live.presses(self.author, "🧹")
        await self.live.presses(self.author, "🧹 سحب نهائي")

    def tell(self) -> None:
        """Print the figures."""
        print(f"\nWordPress {self.site.version}, article {self.number}", *self.figures, sep="\n    ")


def _number_on(shown: Shown | None) -> int:
    """Answer the number on 💬; nothing where there is none."""
    button = shown.button("💬") if shown else None
    found = COUNTED.search(unseen(button.text)) if button else None
    return int(found[0]) if found else 0


@asynccontextmanager
async def open_story(site: WordPress, folder: Path, template: Path, title: str) -> AsyncIterator[Story]:
    """Open a newsroom that shares replies everywhere, with an article that is in a channel and a follower of it."""
    account: dict[str, Any] = {"wordpress_user": EDITOR, "wordpress_app_password": site.password}
    with pytest.MonkeyPatch.context() as hurried:
        for job in ("comments", "threads", "screen", "notices"):
            hurried.setitem(EVERY, job, 0.2)
        there = open_bench(
            folder, template, sources=[site.url], site_url=site.url, share_in_channels="posts", **account
        )
        async with there as bench:
            live = bench.live
            author = live.telegram.person(AUTHOR, first_name=CANARY, username="canary_of_hers", language="ar")
            follower = live.telegram.person(FOLLOWER, first_name="بدر", language="ar")
            channel = await _open_channel(live, bench.people[NEWS_EDITOR])
            post = await site.publish(title, BODY)
            number = await number_of(live, title)
            await live.telegram.until(lambda: channel.last and title in channel.last.text, timeout=WITHIN)
            assert channel.last
            await live.says(follower, f"/replies {number}")
            await live.presses(follower, "🔔")
            yield Story(bench, site, channel, author, follower, title, post, number, channel.last)


async def _open_channel(live: Live, editor: Person) -> Channel:
    """Open a channel that gets all news."""
    channel = live.telegram.channel(CHANNEL, title=NAMED)
    channel.promotes_bot(by=editor)
    await live.hears_of(editor, NAMED, WITHIN)
    await live.presses(editor, "🗂")
    await live.presses(editor, "📰")
    return channel
