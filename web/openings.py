"""Where 📖 leads through (`newsroom/openings.py`): `/o/{number}/{mark}` answers with the article's own address.

Counted is the article and the day, after the answer, and only where the operator wants it; links of messages that are
out lead on when he does not any more. No address, no cookie, no header of whoever opens it is looked at or kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from db.engine import Database
from db.store import openings as store
from newsroom.openings import PATH, Openings

LONGEST_NUMBER = 10**9
UNTOLD = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True)
class OpenCalls:
    """The openings of articles, for one process; `zone` says when a day is."""

    database: Database
    openings: Openings
    now: Callable[[], datetime]
    zone: str
    counts: bool

    @property
    def routes(self) -> list[Route]:
        """The routes."""
        return [Route(PATH + "/{number:int}/{mark}", self.open, methods=["GET"])]

    async def open(self, request: Request) -> Response:
        """Lead to an article that readers may see."""
        number, mark = request.path_params["number"], request.path_params["mark"]
        if number >= LONGEST_NUMBER or not self.openings.is_ours(number, mark):
            return Response(status_code=404)
        async with self.database.read() as connection:
            url = await store.find_address(connection, number)
        if not url.startswith(("https://", "http://")):
            return Response(status_code=404)
        is_counted = self.counts and request.method == "GET"  # a HEAD only looks where it would lead
        today = self.now().astimezone(ZoneInfo(self.zone)).date()
        counting = BackgroundTask(self._count, number, today) if is_counted else None
        return RedirectResponse(url, 302, UNTOLD, counting)

    async def _count(self, number: int, day: date) -> None:
        async with self.database.write() as connection:
            await store.count(connection, number, day)
