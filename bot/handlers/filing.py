"""`/topicsof`: editors see why an article has its topics, and file it otherwise, in private.

    /topicsof 12                        its topics, each with the words that spoke for it
    /topicsof 12 + health - trade       it is about health and not about trade: in force at once

What editors say is kept and laid over what is found (`newsroom/filing.py`); nobody is sent anything for it.
"""

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.callbacks import Press
from bot.filing import draw_topics
from bot.handlers.reading import find_article
from bot.handlers.topicwords import find_topic, require_editor
from bot.talk import Talk
from bot.view import Screen
from db.store import articles, corrections, filings, staff
from newsroom.articles import Article
from newsroom.errors import Refusal
from newsroom.filing import UNFILED, Filing
from newsroom.names import MINUS, MORE, read_signed


async def show_or_file(_update: Update, talk: Talk) -> None:
    """Show the topics of an article, after filing it otherwise where that is said."""
    await require_editor(talk)
    number, signed = read_signed(talk.argument)
    if not number:
        raise Refusal("topicsof.usage")
    article = await find_article(talk, number)
    if signed:
        if any(sign not in {MORE, MINUS} for sign, _name in signed):
            raise Refusal("topicsof.sign")
        said = {sign: [find_tag(talk, name) for one, name in signed if one == sign] for sign in (MORE, MINUS)}
        before = await lock_filing(talk, article)
        await file_as(talk, article, before.changed(said[MORE], said[MINUS]), before)
    talk.say(*await draw(talk, article))


async def press_filed(talk: Talk, press: Press) -> None:
    """Leave the topics of an article to its words again."""
    await require_editor(talk)
    article = await find_article(talk, press.what)
    if not talk.visit.is_late:
        await file_as(talk, article, UNFILED, await lock_filing(talk, article))
    talk.redraw(*await draw(talk, article))


async def draw(talk: Talk, article: Article) -> Screen:
    """Draw the topics of an article as they stand."""
    why = await articles.list_reasons(talk.connection, article.id)
    filing = await filings.find_one(talk.connection, article.id)
    return draw_topics(talk.t, article, why, filing, talk.taxonomy)


def find_tag(talk: Talk, name: str) -> str:
    """Answer the topic that a name means. Raises Refusal where it means none, or several."""
    return find_topic(talk, name).tag


async def lock_filing(talk: Talk, article: Article) -> Filing:
    """Answer how the article is filed, which nobody else changes until this act is done."""
    await articles.lock_desk(talk.connection)
    return await filings.find_one(talk.connection, article.id)


async def file_as(talk: Talk, article: Article, filing: Filing, before: Filing) -> None:
    """File an article otherwise than before; the caller holds the lock."""
    stored = await articles.find_stored(talk.connection, article.id)
    if stored is None or filing == before:
        return
    now, actor = talk.visit.now, str(talk.user_id)
    found = (await talk.newsroom.topics.classifier()).classify(stored)
    await corrections.refile(talk.connection, article.id, filing, found, (actor, now))
    await staff.note(talk.connection, staff.Act(actor, "file article", str(article.id), filing.told), now)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("topicsof", show_or_file),
]
