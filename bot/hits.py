"""How hits look: in a list below the query, and as results of inline mode.

query            set apart, so that a press of a button finds it again
how many
▪️ title         linked
time · /article_12
…a piece of the article with the words in bold…
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.articles import (
    Look,
    article_buttons,
    join_lines,
    may_show_whole,
    preview_of,
    write_line,
    write_news,
)
from bot.callbacks import Act, Press
from bot.keyboards import Row, make_button, make_keyboard, pages_row
from bot.queries import Asked
from locales import Texts
from newsroom.articles import Article
from newsroom.cutting import shorten
from newsroom.direction import direct, direction_mark, is_rtl
from newsroom.search import Query, whole_text
from newsroom.snippets import Snippet, snippet

LISTED = 5
MOST_HITS = 100
WIDTH, INLINE_WIDTH, INLINE_TITLE = 180, 120, 200  # characters
DAY = re.compile(r"(?<=[:：])(?=\d)")
LATELY = "30d"  # what a press of the button says that narrows to the last days


@dataclass(frozen=True, slots=True)
class Hits:
    """The hits of a query that are shown: which page, how many there are in all, and what they may be narrowed to."""

    asked: Asked
    articles: Sequence[Article]
    page: int
    count: int  # one more than MOST_HITS where there are more
    topic: str = ""  # the tag that most of them have
    may_be_lately: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-min(self.count, MOST_HITS) // LISTED)


def write_hits(hits: Hits, t: Texts, look: Look) -> str:
    """Answer a page of hits as HTML."""
    count = t.count("search.count", hits.count) if hits.count <= MOST_HITS else t("search.many", number=MOST_HITS)
    said = DAY.sub(direction_mark(rtl=False), hits.asked.said)  # the parts of a day keep their order
    head = f"{t('search.title', said=said)}\n{count}"
    return f"{head}\n\n{join_lines([write_hit(article, hits.asked.query, t, look) for article in hits.articles])}"


def write_hit(article: Article, query: Query, t: Texts, look: Look) -> str:
    """Answer a hit as an entry of the list."""
    found = snippet(_told(article, look), query, WIDTH)
    line = write_line(article, t, look)
    return f"{line}\n{write_snippet(found, rtl=is_rtl(article.language))}" if found.text else line


def _told(article: Article, look: Look) -> str:
    """Answer what a piece of an article may be taken from: of another publisher's text, its lead as readers get it."""
    if may_show_whole(article, look):
        return whole_text(article.lead, article.body)
    return article.lead


def write_snippet(found: Snippet, *, rtl: bool) -> str:
    """Answer a snippet as HTML, in the direction of its article, the words in bold."""
    parts, at = [direct(found.text, rtl=rtl).removesuffix(found.text)], 0
    for start, end in found.marks:
        parts += [_escape(found.text[at:start]), f"<b>{_escape(found.text[start:end])}</b>"]
        at = end
    return "".join([*parts, _escape(found.text[at:])])


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def hit_buttons(hits: Hits, t: Texts, topic: str) -> list[Row]:
    """Answer the buttons to other pages, and to fewer hits; `topic` is what the topic of the hits is called."""
    narrower = []
    if hits.topic:
        narrower.append([make_button(t.plain("button.within", topic=topic), Act.NARROW, hits.topic)])
    if hits.may_be_lately:
        narrower.append([make_button(t.plain("button.lately"), Act.NARROW, LATELY)])
    return [pages_row(t, Press(Act.SEARCH, page=hits.page), hits.pages), *narrower]


def make_result(article: Article, tags: Sequence[str], query: Query, t: Texts, look: Look) -> dict[str, Any]:
    """Answer an article as a result of inline mode (Bot API, InlineQueryResultArticle), sent as readers get it."""
    rtl = is_rtl(article.language)
    keyboard = make_keyboard(article_buttons(article, t, public=True, bot=look.bot, openings=look.openings))
    described = snippet(_told(article, look), query, INLINE_WIDTH).text
    return {
        "type": "article",
        "id": f"{article.id}.{article.version}",
        "title": direct(shorten(article.title, INLINE_TITLE), rtl=rtl),
        "input_message_content": {
            "message_text": write_news(article, tags, t, replace(look, is_public=True)),
            "parse_mode": "HTML",
            "link_preview_options": preview_of(article),
        },
        **({"description": direct(described, rtl=rtl)} if described else {}),
        **({"reply_markup": keyboard.to_dict()} if keyboard else {}),
    }
