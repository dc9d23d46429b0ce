"""How a digest looks in Telegram: all that was due, by topic, each article with the number that opens it.

    🗞 7 articles

    Diplomacy
    1. title
       time · /article_12

    📖 1   📖 2   …          each opens an article below, in a private chat
    ⬅️ ➡️                    the pages, where it is long

The first page is sent; the others are drawn when they are turned to, from the set of stories that the digest is.
"""

import html
from collections.abc import Sequence

from telegram import InlineKeyboardMarkup

from bot.articles import Look, write_line
from bot.callbacks import ANEW, Act, Press
from bot.keyboards import Row, make_button, make_keyboard, pages_row
from locales import Texts
from newsroom.digests import Chapter, Digest, arrange, page_of
from newsroom.direction import direction_mark, is_rtl

PAGE = 10  # articles: with a hundred entities of formatting a message is full (Bot API, message entities)
IN_ROW = 5  # buttons


def draw_digest(
    digest: Digest, t: Texts, look: Look, page: int = 0, *, public: bool
) -> tuple[str, InlineKeyboardMarkup | None]:
    """Answer a page of a digest and its buttons; the last one where there is no such page."""
    pages = max(1, -(-len(digest.entries) // PAGE))
    page = min(page, pages - 1)
    shown = page_of(arrange(digest.entries), page, PAGE)
    parts = [t.count("digest.title", len(digest.entries)), *_write_chapters(shown, page * PAGE, t, look)]
    if pages > 1:
        parts.append(t("article.page", page=page + 1, pages=pages))
    turn = pages_row(t, Press(Act.DIGEST, str(digest.id), page=page), pages)
    numbers = [] if public else _number_rows(shown, page * PAGE, t)
    return "\n\n".join(parts), make_keyboard([*numbers, turn])


def _write_chapters(chapters: Sequence[Chapter], before: int, t: Texts, look: Look) -> list[str]:
    """Answer the chapters; `before` entries stand on the pages before."""
    side = direction_mark(rtl=is_rtl(t.language))  # holds a number where lines begin, whatever script its title is in
    parts = []
    for chapter in chapters:
        lines = [
            write_line(entry.article, t, look, f"{side}{t.number(number)}.")
            for number, entry in enumerate(chapter.entries, before + 1)
        ]
        before += len(lines)
        parts.append("\n".join([_write_heading(chapter.topic, t, look), *lines]))
    return parts


def _write_heading(topic: str | None, t: Texts, look: Look) -> str:
    name = look.taxonomy.name(topic, t.language) if topic else t.plain("digest.others")
    return f"<b>{html.escape(name, quote=False)}</b>"


def _number_rows(chapters: Sequence[Chapter], before: int, t: Texts) -> list[Row]:
    """Answer a button for each article, by its place in the digest."""
    articles = [entry.article for chapter in chapters for entry in chapter.entries]
    buttons = [
        make_button(f"📖 {t.number(number)}", Act.READ, str(article.id), ANEW)
        for number, article in enumerate(articles, before + 1)
    ]
    return [buttons[first : first + IN_ROW] for first in range(0, len(buttons), IN_ROW)]
