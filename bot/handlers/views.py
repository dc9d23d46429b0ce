"""The view of the one who talks: what the screens are drawn from, read once for each act."""

from bot.talk import Talk
from bot.view import View
from db.store import follows, keywords, sources, subscribers


async def site_name(talk: Talk) -> str:
    """Answer what readers know the site by: the settings say it, or the first source does."""
    names = talk.newsroom.site_name
    return names.get(talk.t.language) or names.get("") or await sources.first_title(talk.connection)


async def list_follows(talk: Talk) -> dict[str, bool]:
    """Answer the topics and keywords of the one who talks, each with whether it is muted."""
    return await follows.list_of(talk.connection, talk.subscriber.id) if talk.subscriber else {}


async def look(talk: Talk) -> View:
    """Answer the view of the one who talks."""
    reader, followed = talk.subscriber, await list_follows(talk)
    return View(
        talk.t,
        talk.taxonomy,
        followed,
        await talk.newsroom.busyness.read(talk.connection, talk.visit.now),
        await site_name(talk),
        silent=reader is not None and (await subscribers.find_schedule(talk.connection, reader.schedule_id)).silent,
        stopped=reader is not None and reader.state == "stopped",
        keywords=await keywords.list_said(talk.connection, followed),
    )
