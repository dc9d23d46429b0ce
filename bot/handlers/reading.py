"""Reading: the newest articles, one by its number, and what an article is about."""

import re

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from bot.articles import Look, join_lines, page_buttons, preview_of, write_line, write_page
from bot.callbacks import Act, Press
from bot.handlers.views import look
from bot.keyboards import in_columns, make_button, make_keyboard, pages_row
from bot.screens import topic_button
from bot.talk import Talk
from db.store import articles
from newsroom.errors import Refusal
from newsroom.text import read_number

LISTED = 5
MOST_PAGES = 20
BY_NUMBER = re.compile(r"^/article_(\d{1,9})(?:@\w+)?$")


async def show_latest(_update: Update, talk: Talk) -> None:
    """List the newest articles, of one topic or of all."""
    topics = talk.newsroom.directory.find(talk.argument) if talk.argument else []
    if talk.argument and not topics:
        raise Refusal("follow.unknown", name=talk.argument)
    await list_latest(talk, topics[0].tag if topics else "all", 0)


async def list_latest(talk: Talk, tag: str, page: int) -> None:
    """Show a page of the newest articles about a topic."""
    tag = tag if tag in talk.taxonomy.topics else "all"
    page = min(page, MOST_PAGES - 1)
    found = await articles.list_latest(talk.connection, tag, LISTED + 1, page * LISTED)
    if not found:
        talk.redraw(talk.t("latest.nothing", topic=talk.taxonomy.name(tag, talk.t.language)))
        return
    title = (
        talk.t("latest.title") if tag == "all" else talk.t("latest.of", topic=talk.taxonomy.name(tag, talk.t.language))
    )
    lines = [write_line(article, talk.t, look_of(talk)) for article in found[:LISTED]]
    pages = page + (2 if len(found) > LISTED else 1)
    keyboard = make_keyboard([pages_row(talk.t, Press(Act.LATEST, tag, page=page), min(pages, MOST_PAGES))])
    talk.redraw(f"{title}\n\n{join_lines(lines)}", keyboard)


async def read_article(update: Update, talk: Talk) -> None:
    """Show an article by its number, typed after the command or as one word with it."""
    text = update.effective_message.text if update.effective_message else ""
    joined = BY_NUMBER.match(text or "")
    number = read_number(joined[1] if joined else talk.argument)
    if number is None:
        raise Refusal("article.how")
    await show_article(talk, number)


async def show_article(talk: Talk, number: int, page: int = 0) -> None:
    """Show a page of an article."""
    article = await articles.find(talk.connection, number)
    if article is None:
        raise Refusal("article.unknown", number=number)
    tags = await articles.list_topics(talk.connection, article.id)
    text, pages = write_page(article, tags, talk.t, look_of(talk), page)
    keyboard = make_keyboard(page_buttons(article, talk.t, page, pages, public=not talk.is_private))
    if talk.press:
        talk.redraw(text, keyboard)
    else:
        talk.say(text, keyboard, link_preview_options=preview_of(article))


async def show_about(talk: Talk, number: int) -> None:
    """Show the topics of an article, each to be followed or not, below it: the article stays as it is."""
    article = await articles.find(talk.connection, number)
    if article is None:
        raise Refusal("article.unknown", number=number)
    view = await look(talk)
    tags = [tag for tag in await articles.list_topics(talk.connection, article.id) if tag in talk.taxonomy.topics]
    buttons = in_columns(topic_button(view, talk.taxonomy.topics[tag], f"a:{article.id}") for tag in tags)
    more = [make_button(talk.t.plain("button.topics"), Act.GO, "subjects")]
    text = talk.t("article.about", title=article.title)
    keyboard = make_keyboard([*buttons, more])
    if talk.press and talk.press.act is Act.ABOUT:
        talk.say(text, keyboard)
    else:
        talk.redraw(text, keyboard)


def look_of(talk: Talk) -> Look:
    """Answer what article messages depend on besides the article."""
    return Look(talk.taxonomy, talk.newsroom.zone, talk.newsroom.site_host)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("latest", show_latest),
    CommandHandler("article", read_article),
    MessageHandler(filters.Regex(BY_NUMBER), read_article),
]
