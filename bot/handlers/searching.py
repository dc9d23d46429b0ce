"""Searching the archive: by command, by word, by plain text, page by page, narrowed, and from any chat (inline mode).

The query stands in the message that shows its hits, and a press reads it there; nothing of it is kept.
"""

from dataclasses import replace

from telegram import InlineQuery, Update
from telegram.ext import BaseHandler, CommandHandler, InlineQueryHandler

from bot.callbacks import ANEW, Act, Press
from bot.handlers.reading import look_of, ways_to_latest
from bot.hits import LATELY, LISTED, MOST_HITS, Hits, hit_buttons, make_result, write_hits
from bot.keyboards import make_button, make_keyboard
from bot.queries import Asked, narrow_to_lately, narrow_to_topic, read_query, read_shown
from bot.talk import Answer, Keyboard, Talk, echo
from db.store import articles, prompts, subscribers
from db.store.search import find
from locales import texts
from newsroom.articles import Article
from newsroom.errors import Refusal
from newsroom.search import Query
from newsroom.taxonomy import ALL
from newsroom.text import read_number

OFFERED = 20  # results of an inline query at a time
KEPT_BY_TELEGRAM = 60  # seconds


async def search(_update: Update, talk: Talk) -> None:
    """Show what is found, or ask for what."""
    if talk.argument:
        await show_hits(talk, talk.argument)
    elif talk.is_private:
        await prompts.put(talk.connection, talk.chat_id, talk.user_id, "search", talk.visit.now)
        drop = make_button(talk.t.plain("button.drop"), Act.DROP)
        talk.say(talk.t("prompt.search"), make_keyboard([[drop]]))
    else:
        raise Refusal("groups.how.search")


async def show_hits(talk: Talk, said: str, page: int = 0, *, anew: bool = False) -> None:
    """Show a page of what is found, or the first where there is no such page."""
    asked = read_query(said, talk.newsroom)
    say = talk.say if anew else talk.redraw
    numbers = await find(talk.connection, asked.query, asked.scope, MOST_HITS + 1)
    if not numbers:
        say(talk.t("search.nothing", said=asked.said), ways_on(talk, said))
        return
    page = page if page * LISTED < min(len(numbers), MOST_HITS) else 0
    shown = await articles.list_numbered(talk.connection, numbers[page * LISTED : (page + 1) * LISTED])
    hits = await _narrow(talk, Hits(asked, shown, page, len(numbers)), numbers)
    topic = echo(talk.taxonomy.name(hits.topic, talk.t.language))
    say(write_hits(hits, talk.t, look_of(talk)), make_keyboard(hit_buttons(hits, talk.t, topic)))


async def _narrow(talk: Talk, hits: Hits, numbers: list[int]) -> Hits:
    """Say what the hits may be narrowed to, where there are more than fit on a page."""
    if hits.count <= LISTED:
        return hits
    found = await articles.count_topics_of(talk.connection, numbers)
    said, known = hits.asked.said, {tag for tags in hits.asked.scope.topics for tag in tags}
    fewer = [tag for tag, count in found.items() if count < len(numbers) and tag not in known]
    topic = next((tag for tag in fewer if _narrower(talk, said, tag)), "")
    is_open = hits.asked.query.after is None and bool(_narrower(talk, said, LATELY))
    return replace(hits, topic=topic, may_be_lately=is_open)


def _narrower(talk: Talk, said: str, to: str) -> str:
    """Answer the query that narrows another one to a topic or to the last days; nothing where there is none."""
    if to == LATELY:
        return narrow_to_lately(said, talk.visit.now, talk.newsroom.zone, talk.t)
    directory, language = talk.newsroom.directory, talk.t.language
    return narrow_to_topic(said, to, directory, language) if Press(Act.NARROW, to).fits() else ""


def ways_on(talk: Talk, said: str) -> Keyboard:
    """Answer what there is where nothing was found: topics of nearly that name, else the newest and the topics."""
    if near := talk.newsroom.directory.propose(said):
        return ways_to_latest(talk, near)
    newest = make_button(talk.t.plain("button.latest"), Act.LATEST, ALL, ANEW)
    return make_keyboard([[newest, make_button(talk.t.plain("button.topics"), Act.GO, "subjects")]])


async def turn_hits(talk: Talk, press: Press) -> None:
    """Turn the page of the hits, or search for what a message had offered otherwise."""
    await show_hits(talk, _said_on(talk), press.page, anew=press.screen == ANEW)


async def narrow_hits(talk: Talk, press: Press) -> None:
    """Show fewer hits."""
    said = _said_on(talk)
    await show_hits(talk, _narrower(talk, said, press.what) or said)


def _said_on(talk: Talk) -> str:
    """Answer the query of the message that was pressed. Raises Refusal where it has none."""
    said = read_shown(talk.pressed_text)
    if not said:
        raise Refusal("search.gone")
    return said


async def offer_results(update: Update, talk: Talk) -> None:
    """Answer what is typed after the bot's name in any chat; before anything is typed, the newest."""
    query = update.inline_query
    if query is None:
        return
    reader = await subscribers.find(talk.connection, talk.user_id)
    t = texts(reader.language) if reader else talk.t
    offset = min(read_number(query.offset) or 0, MOST_HITS)
    asked = _read_typed(talk, query)
    found = await _find_typed(talk, asked, offset)
    tags = {article.id: await articles.list_topics(talk.connection, article.id) for article in found[:OFFERED]}
    terms = asked.query if asked else Query()
    results = [make_result(one, tags[one.id], terms, t, look_of(talk)) for one in found[:OFFERED]]
    payload = {
        "inline_query_id": query.id,
        "results": results,
        "cache_time": KEPT_BY_TELEGRAM,
        "is_personal": True,  # in the reader's language
        "next_offset": str(offset + OFFERED) if len(found) > OFFERED else "",
    }
    talk.visit.answers.append(Answer("answerInlineQuery", payload, 0))


def _read_typed(talk: Talk, query: InlineQuery) -> Asked | None:
    """Answer what is looked for; None while nothing is typed, or nothing that could be found."""
    try:
        return read_query(query.query, talk.newsroom)
    except Refusal:
        return None


async def _find_typed(talk: Talk, asked: Asked | None, offset: int) -> list[Article]:
    if asked is None:
        return await articles.list_latest(talk.connection, ALL, OFFERED + 1, offset)
    numbers = await find(talk.connection, asked.query, asked.scope, offset + OFFERED + 1)
    return await articles.list_numbered(talk.connection, numbers[offset:])


HANDLERS: list[BaseHandler[Update, Talk, None]] = [
    CommandHandler("search", search),
    InlineQueryHandler(offer_results),
]
