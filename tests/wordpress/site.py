"""What an editor does on the WordPress of the tests: through its REST API, as one who may write there.

What the API cannot do, settings and time, `overlay/do.php` does.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.site import write_paragraphs

LINKS = "/%year%/%monthnum%/%postname%/"
PHP = ("php", "-d", "display_errors=0", "-d", "opcache.enable_cli=1")
EDITOR = "editor"
ZONE = "Africa/Tunis"  # as it is installed
NUMBERS = count(1)


def sample(title: str) -> str:
    """Answer a title that says that it is a sample, and that no other post has."""
    return f"نموذج {next(NUMBERS)}: {title}"


@dataclass(frozen=True, slots=True)
class Post:
    """A post of the site."""

    id: int
    url: str


@dataclass(frozen=True, slots=True)
class WordPress:
    """A site that answers; `categories` has the number of each by its name."""

    url: str
    password: str
    categories: Mapping[str, int]
    version: str
    folder: Path
    environment: Mapping[str, str]

    @property
    def posts_url(self) -> str:
        """Where its API lists posts."""
        return f"{self.url}/wp-json/wp/v2/posts"

    @property
    def feed_url(self) -> str:
        """Where its feed is."""
        return f"{self.url}/feed/"

    async def publish(self, title: str, body: str, categories: Sequence[str] = (), **told: Any) -> Post:
        """Publish a post of paragraphs that blank lines divide; `status=…` and the like do something else with it."""
        numbers = [self.categories[name] for name in categories]
        text = {"title": title, "content": write_paragraphs(body), "categories": numbers}
        post = await self.ask("POST", "posts", {"status": "publish", **text, **told})
        return Post(post["id"], post["link"])

    async def edit(self, post: Post, **told: Any) -> None:
        """Change a post."""
        await self.ask("POST", f"posts/{post.id}", told)

    async def trash(self, post: Post) -> None:
        """Take a post away from readers."""
        await self.ask("DELETE", f"posts/{post.id}", {})

    async def comment(self, post: Post, text: str) -> None:
        """Write a comment that stands at once."""
        await self.ask("POST", "comments", {"post": post.id, "content": text})

    async def says(self, post: Post, text: str, name: str, parent: int = 0) -> int:
        """Let a visitor write a comment that the site's editors let through; answers its number."""
        who = {"author_name": name, "author_email": "visitor@site.example"}
        told = {"post": post.id, "content": text, "parent": parent, "status": "approved", **who}
        return int((await self.ask("POST", "comments", told))["id"])

    async def count_comments(self, post: Post) -> int:
        """Answer how many comments a post has, as its API tells anybody."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.url}/wp-json/wp/v2/comments?post={post.id}&per_page=1") as answer,
        ):
            return int(answer.headers["X-WP-Total"])

    async def count_in_feed(self, post: Post) -> int:
        """Answer how many comments a post has, as the site's feed tells anybody."""
        async with aiohttp.ClientSession() as session, session.get(self.feed_url) as answer:
            items = (await answer.text()).split("<item>")
        (item,) = [item for item in items if f"<link>{post.url}</link>" in item]
        return int(item.partition("<slash:comments>")[2].partition("<")[0])

    async def ask(self, method: str, route: str, told: Mapping[str, Any]) -> Any:
        """Ask the API as the editor, and answer what it says."""
        headers = {"Authorization": aiohttp.encode_basic_auth(EDITOR, self.password)}
        async with aiohttp.ClientSession(headers=headers) as session:
            address = f"{self.url}/wp-json/wp/v2/{route}"
            async with session.request(method, address, json=told) as answer:
                said = await answer.json()
                assert answer.ok, said
                return said

    async def do(self, act: str, *values: object) -> str:
        """Let something happen to the site that is an act of `overlay/do.php`, and answer what it prints."""
        words, pipe = (*PHP, "do.php", act, *map(str, values)), asyncio.subprocess.PIPE
        running = await asyncio.create_subprocess_exec(
            *words, cwd=self.folder, env=self.environment, stdout=pipe, stderr=pipe
        )
        said, wrong = await running.communicate()
        assert running.returncode == 0, wrong.decode()
        return said.decode()


async def next_second() -> None:
    """Wait for the next second: a feed of WordPress says 304 to whoever saw anything of the same one."""
    await asyncio.sleep(1 - time.time() % 1)
