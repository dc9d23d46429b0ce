"""The view of the one who talks: what the screens are drawn from, read once for each act."""

from bot.screens import View
from bot.talk import Talk
from db.store import follows, sources, subscribers


async def site_name(talk: Talk) -> str:
    """Answer what readers know the site by: the settings say it, or the first source does."""
    names = talk.newsroom.site_name
    return names.get(talk.t.language) or names.get("") or await sources.first_title(talk.connection)


async def look(talk: Talk) -> View:
    """Answer the view of the one who talks."""
    reader = talk.subscriber
    chosen = await follows.list_of(talk.connection, reader.id) if reader else {}
    silent = reader is not None and (await subscribers.find_schedule(talk.connection, reader.schedule_id)).silent
    busy = await talk.newsroom.busyness.read(talk.connection, talk.visit.now)
    return View(talk.t, talk.taxonomy, chosen, busy, await site_name(talk), silent)
