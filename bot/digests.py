"""How a digest looks in Telegram: all that was due, by topic, each article with the number that opens it.

    🗞 7 articles

    Diplomacy
    1. title
       time · /article_12

    Readers say              the newest replies to these articles, in a private chat
    💬 pen: text · /replies_12

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
from bot.pens import name_pen
from db.store.writing import PublicReply
from locales import Texts
from newsroom.cutting import shorten
from newsroom.digests import Chapter, Digest, arrange, page_of
from newsroom.direction import direct, direction_mark, hold, is_rtl
from newsroom.text import guess_language

PAGE = 10  # articles: with a hundred entities of formatting a message is full (Bot API, message entities)
IN_ROW = 5  # buttons
SAID = 160  # characters of what a reader says


def draw_digest(  # noqa: PLR0913  (what it is drawn from)
    digest: Digest, t: Texts, look: Look, page: int = 0, *, public: bool, said: Sequence[PublicReply] = ()
) -> tuple[str, InlineKeyboardMarkup | None]:
    """Answer a page of a digest and its buttons; the last one where there is no such page.

    What is `said` of its articles stands on the first.
    """
    pages = max(1, -(-len(digest.entries) // PAGE))
    page = min(page, pages - 1)
    shown = page_of(arrange(digest.entries), page, PAGE)
    parts = [t.count("digest.title", len(digest.entries)), *_write_chapters(shown, page * PAGE, t, look)]
    if said and page == 0:
        parts.append(_write_said(said, t))
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


def _write_said(said: Sequence[PublicReply], t: Texts) -> str:
    """Answer what readers say of the articles, each in short with the way to all replies."""
    side, lines = direction_mark(rtl=is_rtl(t.language)), [f"<b>{t('digest.readers')}</b>"]
    for reply in said:
        short = shorten(reply.text.replace("\n", " "), SAID)
        told = html.escape(direct(short, rtl=is_rtl(guess_language(short))), quote=False)
        pen = t("reply.public", pen=name_pen(t, reply.signed, reply.pen_number))
        lines.append(f"{side}💬 {pen}: {told} · {hold(f'/replies_{reply.article_id}')}")
    return "\n".join(lines)
