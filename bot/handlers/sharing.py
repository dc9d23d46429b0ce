"""What moderators say of posts in doubt, and who wants to hear of a discussion: the buttons of `bot/sharing.py`."""

from bot.callbacks import Press
from bot.handlers.authoring import confide, meet
from bot.handlers.desking import require_moderator
from bot.handlers.reading import find_article
from bot.talk import Talk
from db.store import discussions, duties, publications, staff, tidings
from db.wakeup import announce
from locales import Html, Label
from newsroom.errors import Refusal
from newsroom.sharing import Task
from newsroom.text import read_number


async def decide_shared(talk: Talk, press: Press) -> None:
    """Say what became of a post that nobody could tell about. The first who says so decides."""
    actor = await require_moderator(talk)
    errand = await publications.find_doubt(talk.connection, read_number(press.what) or 0)
    if errand is None:
        raise Refusal("desk.settled")
    ways = {"arrived", "again"} if errand.task is Task.SHOW else {"gone"}
    if talk.visit.is_late or press.screen not in ways:
        raise Refusal("button.old")
    now = talk.visit.now
    if press.screen == "gone":
        reply_id = await publications.clear(talk.connection, errand.id, now)
    else:
        reply_id = await publications.decide(talk.connection, errand.id, now, sent=press.screen == "arrived")
    if reply_id is None:
        raise Refusal("desk.settled")
    await duties.progress(talk.connection, reply_id, now)
    announce(talk.connection, "share")
    await staff.note(talk.connection, staff.Act(actor.name, f"doubt {press.screen}", reply_id), now)
    known = f"share.doubt.{press.screen}"
    talk.redraw(talk.t(known, reference=Html(reply_id), number=Label(errand.article_id)))


async def hear(talk: Talk, article_id: int, *, muted: bool) -> None:
    """Let the one who talks follow a discussion, or hear nothing of it. Raises Refusal in a group."""
    actor = confide(talk)
    await meet(talk)
    await discussions.put(talk.connection, article_id, actor.key, muted=muted)
    if muted:
        await tidings.drop(talk.connection, article_id=article_id, author_key=actor.key)


async def is_hearing(talk: Talk, article_id: int) -> bool:
    """Tell whether the one who talks follows a discussion."""
    key = talk.newsroom.vault.author_key(talk.user_id)
    return talk.is_private and await discussions.is_followed(talk.connection, article_id, key)


async def mute(talk: Talk, press: Press) -> None:
    """Let the one who talks hear nothing more of a discussion, at a message that told of it."""
    article = await find_article(talk, press.what)
    await hear(talk, article.id, muted=True)
    talk.nod(talk.t.plain("hear.off", number=Label(article.id)), alert=True)
