"""A site on loopback that answers of its comments as WordPress 6.1 does, and breaks where a test wants it to.

Posts, comments and the user of the API; nothing else of WordPress. tests/wordpress holds the real one to the same.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.written import serving

USER, PASSWORD = "editor", "abcd1234efgh5678ijkl9012"
ROOT = "/wp-json"
PUBLIC = "approved"


@dataclass(slots=True)
class Kept:
    """A comment as the site keeps it."""

    id: int
    post: int
    parent: int
    name: str
    mail: str
    content: str  # as it was written
    status: str
    said_at: datetime


class Refused(Exception):  # noqa: N818  (WP_Error)
    """An error of WordPress, by its name."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(slots=True)
class CommentedSite:
    """A site with posts 41 and 42 and no comments. `breaks` says how the next requests that change something end."""

    url: str = ""
    now: datetime = datetime(2026, 11, 24, 9, tzinfo=UTC)
    comments: dict[int, Kept] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)  # posts that take no comments
    gone: set[int] = field(default_factory=set)  # posts that are private by now, or in the trash
    mends: bool = False  # whether all that it says is that it is being repaired
    shut: bool = False  # whether its API is for its own users alone
    rights: bool = True  # whether the user may moderate
    password: str = PASSWORD
    breaks: list[str] = field(default_factory=list)  # "unheard", "unanswered", a status, or where it has moved
    asked: list[str] = field(default_factory=list)  # method and address of each request
    heard: list[str] = field(default_factory=list)  # whatever came with it
    _next: int = 100

    def says(self, text: str, name: str = "سلمى", post: int = 41, parent: int = 0) -> int:
        """Let a reader of the site write a comment that its editors let through; answers its number."""
        return self._add(Kept(0, post, parent, name, "salma@site.example", text, PUBLIC, self.now))

    def _add(self, one: Kept) -> int:
        self._next += 1
        one.id = self._next
        self.comments[one.id] = one
        return one.id

    @property
    def public(self) -> list[str]:
        """What anybody may read, as `name: text`."""
        return [f"{one.name}: {one.content}" for one in self.comments.values() if one.status == PUBLIC]

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        body = await request.read()
        self.asked.append(f"{request.method} {request.path_qs}")
        self.heard.append(f"{request.path_qs} {dict(request.headers)} {body.decode()}")
        ending = self.breaks.pop(0) if self.breaks and request.method != "GET" else ""
        if ending.isdigit():
            return web.json_response({"code": "broken"}, status=int(ending), headers={"Retry-After": "120"})
        if ending.startswith("http"):
            return web.Response(status=301, headers={"Location": ending})
        if ending == "unheard":
            return _hang_up(request)
        if self.mends:
            return web.Response(text="<html>نعود قريبًا</html>", content_type="text/html")
        try:
            status, told = self._answer(request, json.loads(body) if body else {})
        except Refused as refused:
            told = {"code": refused.code, "message": refused.code, "data": {"status": refused.status}}
            return web.json_response(told, status=refused.status)
        return _hang_up(request) if ending == "unanswered" else _write(request, status, told)

    def _answer(self, request: web.BaseRequest, told: Mapping[str, Any]) -> tuple[int, Any]:
        is_editor = self._check_user(request)
        if self.shut and not is_editor:
            raise Refused(401, "rest_not_logged_in")
        route = request.query.get("rest_route") or request.path.removeprefix(ROOT)
        name, _, number = route.removeprefix("/wp/v2/").rstrip("/").partition("/")
        if name == "posts":
            return 200, self._list_posts(request.query)
        if (name, number) == ("users", "me"):
            return 200, self._tell_user(is_editor=is_editor)
        if name != "comments":
            raise Refused(404, "rest_no_route")
        if request.method == "GET":
            return 200, self._list(request.query, is_editor=is_editor)
        if not is_editor:
            raise Refused(401, "rest_comment_login_required" if not number else "rest_cannot_edit")
        if not number:
            return 201, self._tell(self._write(told), is_editor=True)
        return 200, self._change(int(number), request, told)

    def _check_user(self, request: web.BaseRequest) -> bool:
        _, _, proof = request.headers.get("Authorization", "").partition(" ")
        if not proof:
            return False
        if b64decode(proof).decode() != f"{USER}:{self.password}":
            raise Refused(401, "incorrect_password")
        return True

    def _list_posts(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        posts = [self._tell_post(number) for number in (41, 42) if number not in self.gone]
        if "include" in query:
            return [post for post in posts if str(post["id"]) == query["include"]]
        return [post for post in posts if post["link"].rstrip("/").rpartition("/")[2] == query.get("slug")]

    def _tell_post(self, number: int) -> dict[str, Any]:
        guid = {"rendered": f"{self.url}/?post_type=post&#038;p={number}"}
        return {"id": number, "guid": guid, "link": f"{self.url}/{number}/"}

    def _tell_user(self, *, is_editor: bool) -> dict[str, Any]:
        if not is_editor:
            raise Refused(401, "rest_not_logged_in")
        return {
            "id": 2,
            "name": "محررة",
            "capabilities": {"moderate_comments": True} if self.rights else {"read": True},
        }

    def _list(self, query: Mapping[str, str], *, is_editor: bool) -> list[dict[str, Any]]:
        if not is_editor and ("author_email" in query or query.get("context") == "edit"):
            raise Refused(401, "rest_forbidden_param")
        if int(query["post"]) in self.gone:
            raise Refused(401, "rest_cannot_read_post")
        wanted = query.get("status", "approve")
        found = [
            one
            for one in sorted(self.comments.values(), key=lambda one: one.id)
            if str(one.post) == query["post"]
            and (wanted == "any" or one.status == PUBLIC)
            and one.mail == query.get("author_email", one.mail)
            and ("after" not in query or one.said_at > datetime.fromisoformat(query["after"]))
        ]
        size = int(query.get("per_page", "10"))
        begin = (int(query.get("page", "1")) - 1) * size
        return [self._tell(one, is_editor=is_editor) for one in found[begin : begin + size]]

    def _tell(self, one: Kept, *, is_editor: bool) -> dict[str, Any]:
        """Answer a comment with its text as WordPress renders it."""
        lines = "<br />\n".join(one.content.splitlines())
        told: dict[str, Any] = {"id": one.id, "parent": one.parent, "author_name": one.name}
        told |= {"date_gmt": f"{one.said_at:%Y-%m-%dT%H:%M:%S}", "content": {"rendered": f"<p>{lines}</p>\n"}}
        return told | ({"status": one.status, "author_email": one.mail} if is_editor else {})

    def _write(self, told: Mapping[str, Any]) -> Kept:
        post, parent = told["post"], told.get("parent", 0)
        if post not in {41, 42}:
            raise Refused(403, "rest_comment_invalid_post_id")
        if post in self.closed:
            raise Refused(403, "rest_comment_closed")
        if "status" in told and not self.rights:
            raise Refused(403, "rest_comment_invalid_status")
        who = (post, parent, told["author_name"], told["author_email"], told["content"])
        if any((o.post, o.parent, o.name, o.mail, o.content) == who for o in self.comments.values()):
            raise Refused(409, "comment_duplicate")
        number = self._add(Kept(0, *who[:2], who[2], who[3], who[4], told.get("status", "hold"), self.now))
        return self.comments[number]

    def _change(self, number: int, request: web.BaseRequest, told: Mapping[str, Any]) -> dict[str, Any]:
        one = self.comments.get(number)
        if one is None:
            raise Refused(404, "rest_comment_invalid_id")
        if request.method == "DELETE":
            if request.query.get("force") == "true":
                return {"deleted": True, "previous": self._tell(self.comments.pop(number), is_editor=True)}
            if one.status == "trash":
                raise Refused(410, "rest_already_trashed")
            one.status = "trash"
        one.name, one.content = told.get("author_name", one.name), told.get("content", one.content)
        one.status = told.get("status", one.status)
        return self._tell(one, is_editor=True)


def _hang_up(request: web.BaseRequest) -> web.Response:
    if request.transport:
        request.transport.close()
    return web.Response()


def _write(request: web.BaseRequest, status: int, told: Any) -> web.Response:
    """Write an answer; what anybody may read has an ETag, as a cache before WordPress gives it."""
    body = json.dumps(told).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    is_open = request.method == "GET" and "Authorization" not in request.headers
    if is_open and request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    headers = {"ETag": tag} if is_open else {}
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


@asynccontextmanager
async def open_commented() -> AsyncIterator[CommentedSite]:
    """Serve a site on loopback."""
    site = CommentedSite()
    async with serving(site.respond) as site.url:
        yield site
