"""Reading: the newest articles, one by its number, and what an article is about."""

import re
from collections.abc import Iterable
from dataclasses import replace

from telegram import Update
from telegram.ext import BaseHandler, CommandHandler

from bot.articles import Look, article_buttons, join_lines, preview_of, write_line, write_page
from bot.callbacks import Act, Press
from bot.digests import draw_digest
from bot.gate import draw_gate
from bot.handlers.views import look
from bot.keyboards import Row, in_columns, make_button, make_keyboard, pages_row
from bot.rich import write_rich
from bot.talk import Keyboard, Talk, echo
from bot.view import topic_button
from db.store import articles, digests, pending, quotes, staff
from locales import Label
from newsroom.articles import Article
from newsroom.digests import Digest
from newsroom.errors import Refusal
from newsroom.roles import Role
from newsroom.taxonomy import ALL, Topic
from newsroom.text import read_number

LISTED = 5
MOST_PAGES = 20
ABOUT = "a:"  # begins the screen of an article's topics, before its number
MOST_TOPICS = 8  # of an article
BY_NUMBER = re.compile(r"^/article_(\d{1,9})(?:@\w+)?$")


async def show_latest(_update: Update, talk: Talk) -> None:
    """List the newest articles, of one topic or of all."""
    if not talk.argument:
        await list_latest(talk, ALL)
        return
    name = echo(talk.argument)
    topics = talk.newsroom.directory.find(talk.argument)
    if len(topics) == 1:
        await list_latest(talk, topics[0].tag)
    elif topics:
        talk.say(talk.t("latest.which", name=name), ways_to_latest(talk, topics))
    elif near := talk.newsroom.directory.propose(talk.argument):
        talk.say(talk.t("follow.near", name=name), ways_to_latest(talk, near))
    else:
        raise Refusal("follow.unknown", name=name)


def ways_to_latest(talk: Talk, topics: Iterable[Topic]) -> Keyboard:
    """Answer a button for each topic whose newest articles may be meant."""
    names = ((topic.tag, talk.taxonomy.name(topic.tag, talk.t.language)) for topic in topics)
    return make_keyboard(in_columns(make_button(f"🆕 {name}", Act.LATEST, tag) for tag, name in names))


async def list_latest(talk: Talk, tag: str, page: int = 0, *, anew: bool = False) -> None:
    """Show a page of the newest articles about a topic, or the first where there is no such page."""
    tag = tag if tag in talk.taxonomy.topics else ALL
    page = min(page, MOST_PAGES - 1)
    found = await articles.list_latest(talk.connection, tag, LISTED + 1, page * LISTED)
    if page and not found:
        page, found = 0, await articles.list_latest(talk.connection, tag, LISTED + 1)
    pages = min(page + (2 if len(found) > LISTED else 1), MOST_PAGES)
    keyboard = make_keyboard([pages_row(talk.t, Press(Act.LATEST, tag, page=page), pages)])
    (talk.say if anew else talk.redraw)(_write_list(talk, tag, found[:LISTED]), keyboard)


def _write_list(talk: Talk, tag: str, found: list[Article]) -> str:
    topic = talk.taxonomy.name(tag, talk.t.language)
    if not found:
        return talk.t("latest.empty") if tag == ALL else talk.t("latest.nothing", topic=topic)
    title = talk.t("latest.title") if tag == ALL else talk.t("latest.of", topic=topic)
    lines = [write_line(article, talk.t, look_of(talk)) for article in found]
    return f"{title}\n\n{join_lines(lines)}"


async def read_article(update: Update, talk: Talk) -> None:
    """Show an article by its number, typed after the command or as one word with it."""
    text = update.effective_message.text if update.effective_message else ""
    joined = BY_NUMBER.match(text or "")
    await show_article(talk, joined[1] if joined else talk.argument)


async def show_article(talk: Talk, number: str, page: int = 0, *, anew: bool = False) -> None:
    """Show a page of an article, in the place of what was pressed or below it."""
    article = await find_article(talk, number)
    tags = await articles.list_topics(talk.connection, article.id)
    if article.gate is not None:  # for editors, who decide on it here too
        (talk.say if anew else talk.redraw)(*draw_gate(talk.t, article, tags, talk.taxonomy))
        return
    text, pages = write_page(article, tags, talk.t, look_of(talk), page)
    buttons, turn = (
        await buttons_of(talk, article),
        pages_row(talk.t, Press(Act.READ, str(article.id), page=page), pages),
    )
    keyboard = make_keyboard([turn, *buttons])
    (talk.say if anew else talk.redraw)(text, keyboard, link_preview_options=preview_of(article))
    is_new = anew or not talk.press
    if is_new and pages > 1 and talk.newsroom.is_rich and (rich := write_rich(article, tags, talk.t, look_of(talk))):
        talk.enrich(rich, make_keyboard(buttons))


async def buttons_of(talk: Talk, article: Article) -> list[Row]:
    """Answer the buttons under an article, with how many replies it has now."""
    replies = await pending.count_public(talk.connection, article.id)
    bot, openings = talk.bot.username, talk.newsroom.openings
    public = not talk.is_private
    return article_buttons(article, talk.t, public=public, bot=bot, replies=replies, openings=openings)


async def turn_digest(talk: Talk, press: Press) -> None:
    """Turn the page of a digest."""
    number = read_number(press.what)
    stories = await digests.find(talk.connection, number) if number is not None else []
    entries = await digests.list_entries(talk.connection, stories) if stories else []
    if number is None or not entries:
        raise Refusal("digest.gone")
    public = not talk.is_private
    look_here = replace(look_of(talk), is_public=public)
    said = [] if public or press.page else await quotes.list_public_of(talk.connection, number)
    text, keyboard = draw_digest(Digest(number, entries), talk.t, look_here, press.page, public=public, said=said)
    talk.redraw(text, keyboard)


async def show_about(talk: Talk, number: str) -> None:
    """Show the topics of an article, each to be followed or not, below it: the article stays as it is."""
    article = await find_article(talk, number)
    view = await look(talk)
    found = await articles.list_topics(talk.connection, article.id)
    tags = [tag for tag in found if tag in talk.taxonomy.topics and tag != ALL][:MOST_TOPICS]
    screen = f"{ABOUT}{article.id}"
    buttons = in_columns(topic_button(view, talk.taxonomy.topics[tag], screen) for tag in tags)
    more = [make_button(talk.t.plain("button.topics"), Act.GO, "subjects")]
    text = talk.t("article.about", title=echo(article.title))
    is_new = talk.press is not None and talk.press.act is Act.ABOUT
    (talk.say if is_new else talk.redraw)(text, make_keyboard([*buttons, more]))


async def find_article(talk: Talk, said: str) -> Article:
    """Answer the article of a number in any script's digits. Raises Refusal where there is none that may be seen."""
    number = read_number(said)
    if number is None:
        raise Refusal("article.how", example=f"/{talk.command or 'article'} 12")
    article = await articles.find(talk.connection, number)
    if article is None or not (
        article.gate is None or await staff.has_role(talk.connection, talk.user_id, Role.EDITOR)
    ):
        raise Refusal("article.unknown", number=Label(number))
    return article


def look_of(talk: Talk) -> Look:
    """Answer what article messages depend on besides the article."""
    room = talk.newsroom
    return Look(talk.taxonomy, room.zone, room.site_host, talk.bot.username, openings=room.openings)


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("latest", show_latest),
]
