"""The chats of a sandbox as a page in the browser, that looks and behaves as Telegram does, for any bot.

    async with Page(telegram, panes=[(1001, 1001)]) as page:
        page.url        # http://127.0.0.1:8080

`server.py` has Page and its routes, `guard.py` who may ask; `feed.py` what changes, `views.py` how it is told;
`acts.py` what people do there; `panel.py` what whoever opens the page may put beside the chats. `static/` is the page
itself, without a build step and without an outside request; `words/` what it says, in four languages.
"""

from sandbox.page.panel import Control, Figure, Panel, Point, Step
from sandbox.page.server import Page

__all__ = ["Control", "Figure", "Page", "Panel", "Point", "Step"]
