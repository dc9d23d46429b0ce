"""The view of the one who talks: what the screens are drawn from, read once for each act."""

from bot.talk import Talk
from bot.view import Subject, View
from db.store import follows, keywords, sources, subscribers
from locales import texts
from newsroom.readers import EVERY_LANGUAGE, Rhythm, Schedule, is_paused


async def site_name(talk: Talk) -> str:
    """Answer what readers know the site by: the settings say it, or the first source does."""
    names = talk.newsroom.site_name
    return names.get(talk.t.language) or names.get("") or await sources.first_title(talk.connection)


async def list_follows(talk: Talk) -> dict[str, bool]:
    """Answer the topics and keywords of the one who talks, each with whether it is muted."""
    return await follows.list_of(talk.connection, talk.subscriber.id) if talk.subscriber else {}


async def find_schedule(talk: Talk) -> Schedule:
    """Answer when and how the one who talks is reached, or would be."""
    if talk.subscriber is None:
        return Schedule(Rhythm.INSTANT, talk.newsroom.zone)
    return await subscribers.find_schedule(talk.connection, talk.subscriber.schedule_id)


def find_subject(talk: Talk) -> Subject | None:
    """Answer the channel that is being set, if one is."""
    channel = talk.subscriber if talk.sets_channel else None
    return Subject(channel.id, channel.chat_id, texts(channel.language, channel.digits)) if channel else None


async def look(talk: Talk) -> View:
    """Answer the view of the one who talks."""
    reader, followed, now = talk.subscriber, await list_follows(talk), talk.visit.now
    busy, lately = await talk.newsroom.busyness.read(talk.connection, now)
    return View(
        talk.t,
        talk.taxonomy,
        followed,
        busy,
        await site_name(talk),
        lately=lately,
        schedule=await find_schedule(talk),
        reads=reader.reads if reader else EVERY_LANGUAGE,
        announcements=reader.announcements if reader else True,
        paused_until=reader.paused_until if reader and is_paused(reader.paused_until, now) else None,
        now=now,
        is_private=talk.is_private,
        stopped=reader is not None and reader.state == "stopped",
        keywords=await keywords.list_said(talk.connection, followed),
        subject=find_subject(talk),
    )
