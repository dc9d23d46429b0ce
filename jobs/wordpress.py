"""The site's API, as what is done there by us: comments are looked for, written, changed and taken away.

Every answer is a value (`newsroom/comments.py`); that there was none is one too. A password goes to the site alone.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from db.engine import Database
from db.store import comments
from jobs.fetcher import Fetcher
from newsroom.comments import (
    COMMENTS,
    Api,
    Came,
    decide_came,
    find_api,
    find_post,
    guess_post,
    read_code,
    read_json,
    read_list,
    slug_of,
)
from newsroom.errors import FetchError
from newsroom.items import said
from newsroom.reasons import Reason
from newsroom.wordpress import ROUTE as POSTS

USERS = "/wp/v2/users/me"
RIGHT = "moderate_comments"  # what it takes to write under another name than one's own, and at once


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are on the site: at which site, by which name, with which application password."""

    site: str  # its address, without a slash at the end
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def credentials(self) -> str:
        """What proves it (RFC 7617)."""
        return "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()

    @property
    def may_write(self) -> bool:
        """Tell whether there are credentials."""
        return bool(self.user and self.password)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: what it means, the number of the comment, and why in words for the log."""

    came: Came
    number: int | None = None
    why: str = ""
    status: str = ""  # of the comment, on the site
    in_doubt: bool = False  # whether it may be there all the same, under a number that we do not know


@dataclass(frozen=True, slots=True)
class SiteApi:
    """The API of the site, asked in our name."""

    fetcher: Fetcher
    api: Api
    account: Account

    async def find_post(self, guid: str, url: str) -> int | None:
        """Answer the number of a post; None where the site has none such. Raises FetchError."""
        asked = {"_fields": "id,guid,link"}
        number, slug = guess_post(guid), slug_of(url)
        ways: list[dict[str, object]] = [{"include": number}] if number else []
        ways += [{"slug": slug}] if slug else []
        for way in ways:
            fetched = await self.fetcher.fetch(self.api.at(POSTS, **way, **asked))
            told = read_list(fetched.body or b"")
            if told is None:  # a page that says that the site is being repaired
                raise FetchError(fetched.url, Reason("no-posts"))
            found = find_post(told, guid, url)
            if found is not None:
                return found
        return None

    async def find_comment(self, post_id: int, mail: str) -> Outcome:
        """Look for a comment by the address that it bears, whatever its state."""
        how = {"post": post_id, "author_email": mail, "status": "any", "context": "edit", "_fields": "id,status"}
        came, body = await self._ask("GET", self.api.at(COMMENTS, **how, per_page=1))
        found = read_list(body) if came.came is Came.DONE else None
        if came.came is Came.DONE and found is None:
            return Outcome(Came.LATER, why="what the site answered is no list of comments")
        if found:
            return Outcome(Came.THERE, int(found[0]["id"]), status=said(found[0].get("status")))
        return came if came.came is not Came.DONE else Outcome(Came.GONE)

    async def write(self, told: Mapping[str, object]) -> Outcome:
        """Write a comment that is public at once."""
        came, body = await self._ask("POST", self.api.at(COMMENTS), dict(told) | {"status": "approved"})
        if came.came is not Came.DONE:
            return replace(came, in_doubt=came.came in {Came.LATER, Came.THERE})
        written = read_json(body)
        number = written.get("id") if isinstance(written, Mapping) else None
        if not isinstance(number, int):
            return Outcome(Came.LATER, why="what the site answered names no comment", in_doubt=True)
        return Outcome(Came.DONE, number)

    async def change(self, number: int, told: Mapping[str, object]) -> Outcome:
        """Change a comment."""
        came, _ = await self._ask("POST", self.api.at(f"{COMMENTS}/{number}"), told)
        return came

    async def take_away(self, number: int) -> Outcome:
        """Take a comment away for good: nothing of it stays in the site's trash."""
        came, _ = await self._ask("DELETE", self.api.at(f"{COMMENTS}/{number}", force="true"))
        return came

    async def look_at_us(self) -> tuple[Outcome, Mapping[str, Any]]:
        """Ask who we are there, and what we may do."""
        how = {"context": "edit", "_fields": "id,name,capabilities"}
        came, body = await self._ask("GET", self.api.at(USERS, **how))
        told = read_json(body)
        return came, told if isinstance(told, Mapping) else {}

    async def _ask(self, method: str, url: str, told: Mapping[str, object] | None = None) -> tuple[Outcome, bytes]:
        try:
            answer = await self.fetcher.call(method, url, told, self.account.credentials)
        except FetchError as error:
            return Outcome(Came.LATER, why=str(error.reason)), b""
        code = read_code(answer.body)
        came = decide_came(answer.status, code)
        return Outcome(came, why="" if came is Came.DONE else f"HTTP {answer.status} {code}".strip()), answer.body


async def open_api(database: Database, fetcher: Fetcher, account: Account) -> SiteApi:
    """Answer the site's API, as its sources write it."""
    async with database.read() as connection:
        known = await comments.list_sources(connection)
    return SiteApi(fetcher, find_api(account.site, (url for _, url in known)), account)
