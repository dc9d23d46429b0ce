"""How an article looks in Telegram: as news, in a list, and in full.

    title            as it was written, in its own direction
    lead
    source · time    the time as `<tg-time>`, so one rendering serves all zones
    topics
    /article_12      where all can see it a link into the bot, for nobody there answers a command

Everything that comes from a source is escaped here. Several in one message are `bot/digests.py`; what is sent to
thousands is rendered by `bot/renderer.py`.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.callbacks import Act
from bot.keyboards import Row, in_columns, make_button, make_link, share_link, usable_link
from locales import Html, Label, Texts
from newsroom.articles import Article, Byline
from newsroom.cutting import paginate, shorten
from newsroom.direction import direct, direction_mark, hold, is_rtl
from newsroom.openings import Openings
from newsroom.stories import MOST_NAMED
from newsroom.taxonomy import Taxonomy

TITLE, LEAD = 500, 600  # characters; far more than any title, and Telegram's 4,096 are never reached
TITLE_IN_LIST = 200
PAGE = 3_000  # characters of the body on a page
SHOWN_TOPICS = 4
WIDEST_ROW = 3  # buttons of an article side by side
SHOWN = "scp"  # the kinds of topics that an article's footer names, in this order


@dataclass(frozen=True, slots=True)
class Look:
    """What every article message depends on besides the article."""

    taxonomy: Taxonomy
    zone: str
    site_host: str  # whose articles may be shown whole
    bot: str = ""  # the bot's @username, for links into it; nothing where it is not known yet
    is_public: bool = False  # a post, which all can see and nobody answers
    openings: Openings | None = None  # makes counted links, where the operator wants them


def write_news(article: Article, tags: Sequence[str], t: Texts, look: Look) -> str:
    """Answer the message that brings an article, as HTML."""
    rtl = is_rtl(article.language)
    parts = [_bold(direct(shorten(article.title, TITLE), rtl=rtl))]
    if article.retracted is not None:
        return "\n\n".join([_retraction(article, t), f"<s>{parts[0]}</s>", _footer(article, tags, t, look)])
    if article.lead and not article.title.startswith(article.lead.rstrip("…")):
        parts.append(html.escape(direct(shorten(article.lead, LEAD), rtl=rtl), quote=False))
    parts.append(_footer(article, tags, t, look))
    return "\n\n".join(parts)


def write_page(article: Article, tags: Sequence[str], t: Texts, look: Look, page: int) -> tuple[str, int]:
    """Answer a page of a whole article as HTML, and how many pages there are."""
    rtl = is_rtl(article.language)
    whole = article.retracted is None and may_show_whole(article, look)
    pages = paginate(article.body, PAGE) if whole else []
    if len(article.body) <= len(article.lead) or not pages:
        return write_news(article, tags, t, look), 1
    page = min(page, len(pages) - 1)
    body = "\n\n".join(html.escape(direct(part, rtl=rtl), quote=False) for part in pages[page].split("\n\n"))
    title = _bold(direct(shorten(article.title, TITLE), rtl=rtl))
    parts = [title, body, _footer(article, tags, t, look)]
    if len(pages) > 1:
        parts.insert(2, t("article.page", page=page + 1, pages=len(pages)))
    return "\n\n".join(parts), len(pages)


def may_show_whole(article: Article, look: Look) -> bool:
    """Tell whether readers may have the whole text: where the editors said so of its source, else the site's own.

    Another publisher's text is his, and readers get its beginning.
    """
    if article.full_text is not None:
        return article.full_text
    host = urlsplit(article.url).hostname or ""
    return bool(look.site_host) and host.removeprefix("www.") == look.site_host.removeprefix("www.")


def write_line(article: Article, t: Texts, look: Look, mark: str = "▪️") -> str:
    """Answer an article as an entry of a list, which begins with a mark."""
    title = html.escape(direct(shorten(article.title, TITLE_IN_LIST), rtl=is_rtl(article.language)), quote=False)
    url = usable_link(article.url)
    linked = f'<a href="{html.escape(url)}">{title}</a>' if url else title
    facts = [write_time(article, t, look), write_way(article, t, look)]
    if article.retracted is not None:
        facts.insert(0, t("article.retracted.short"))
    return f"{mark} {linked}\n{direction_mark(rtl=is_rtl(t.language))}{' · '.join(facts)}"


def write_way(article: Article, t: Texts, look: Look) -> str:
    """Answer what leads to an article in the bot: its command, or in a post a link."""
    if not (look.is_public and look.bot):
        return write_command(article)
    return f'<a href="{article_link(look.bot, article.id)}">{t("article.link", number=Label(article.id))}</a>'


def write_command(article: Article) -> str:
    """Answer the command that shows an article, its slash held before it in a line of either direction."""
    return hold(f"/article_{article.id}")


def write_time(article: Article, t: Texts, look: Look) -> str:
    """Answer when an article appeared."""
    return write_moment(article.published_at or article.seen_at, t, look.zone)


def write_moment(moment: datetime, t: Texts, zone: str) -> str:
    """Answer a moment as HTML: each reader's app shows it in his own zone, an old app in the site's."""
    told = html.escape(name_moment(moment, t, zone))
    return f'<tg-time unix="{int(moment.timestamp())}" format="Dt">{told}</tg-time>'


def name_moment(moment: datetime, t: Texts, zone: str) -> str:
    """Answer a moment in plain words, in the site's zone."""
    return t.in_digits(format_datetime(moment.astimezone(ZoneInfo(zone)), t.plain("article.time"), locale=t.language))


def _retraction(article: Article, t: Texts) -> str:
    reason = article.retracted or ""
    return t("article.retracted.why", reason=reason) if reason else t("article.retracted")


def write_footer(article: Article, tags: Sequence[str], t: Texts, look: Look) -> list[str]:
    """Answer the lines under an article, as HTML: who tells it and when, a correction, its topics, its command."""
    mark = direction_mark(rtl=is_rtl(t.language))
    facts = " · ".join(filter(None, (_sources(article, t), write_time(article, t, look))))
    corrected = Html(write_moment(article.corrected_at, t, look.zone)) if article.corrected_at else ""
    shown = sorted((tag for tag in tags if _kind(tag) in SHOWN), key=lambda tag: SHOWN.index(_kind(tag)))
    named = [t("list.item", name=look.taxonomy.name(tag, t.language)) for tag in shown]
    correction = t("article.corrected", time=corrected) if corrected and article.retracted is None else ""
    lines = [facts, correction, " · ".join(named[:SHOWN_TOPICS]), write_way(article, t, look)]
    return [f"{mark}{line}" for line in lines if line]


def _footer(article: Article, tags: Sequence[str], t: Texts, look: Look) -> str:
    return "\n".join(write_footer(article, tags, t, look))


def _sources(article: Article, t: Texts) -> str:
    """Answer who tells the story, each with what editors say of it."""
    lines = [line for line in (Byline(article.source, article.label), *article.others) if line.source]
    named = (t("article.labelled" if line.label else "article.source", **line._asdict()) for line in lines[:MOST_NAMED])
    return t.plain("list.comma").join(named)


def _bold(text: str) -> str:
    return f"<b>{html.escape(text, quote=False)}</b>"


def _kind(tag: str) -> str:
    return tag.partition(":")[0]


def article_buttons(  # noqa: PLR0913  (what they depend on)
    article: Article, t: Texts, *, public: bool, bot: str = "", replies: int = 0, openings: Openings | None = None
) -> list[Row]:
    """Answer the buttons under an article: read, reply and share unless it was taken back, and in private its topics.

    `bot` is the bot's @username, `replies` how many there are; where all can see it, 💬 is a link into the bot. What is
    shared leads to the page, whose picture the preview shows, and to the article in the bot.
    """
    row: Row = []
    if article.retracted is None:
        url = usable_link(article.url)
        row += [make_link(t.plain("button.read"), _find_way(article, url, openings))] if url else []
        row += reply_button(article.id, t, public=public, bot=bot, replies=replies)
        links = [link for link in (url, article_link(bot, article.id) if bot else "") if link]
        row += [make_link(t.plain("button.share"), share_link(article.title, *links))] if links else []
    if not public:
        row.append(make_button(t.plain("button.about"), Act.ABOUT, str(article.id)))
    return [row] if len(row) <= WIDEST_ROW else in_columns(row)


def _find_way(article: Article, url: str, openings: Openings | None) -> str:
    """Answer where 📖 leads: to the article, or through us where that is counted."""
    return (usable_link(openings.link(article.id)) if openings else "") or url


def reply_button(number: int, t: Texts, *, public: bool, bot: str, replies: int) -> Row:
    """Answer 💬 with how many replies there are; nothing where all can see it and it could lead nowhere."""
    label = t.plain("button.reply.count", count=replies) if replies else t.plain("button.reply")
    if not public:
        return [make_button(label, Act.REPLY, str(number))]
    return [make_link(label, reply_link(bot, number))] if bot else []


def article_link(bot: str, number: int) -> str:
    """Answer the address that opens an article in the bot."""
    return f"https://t.me/{bot}?start=a_{number}"


def reply_link(bot: str, number: int) -> str:
    """Answer the address that opens the bot where a reply to an article is written."""
    return f"https://t.me/{bot}?start=r_{number}"


def preview_of(article: Article) -> dict[str, Any]:
    """Answer the link preview options: the article's page, which brings its picture without an upload."""
    url = usable_link(article.url) if article.retracted is None else ""
    return {"url": url, "prefer_large_media": True} if url else {"is_disabled": True}


def join_lines(lines: Sequence[str]) -> Html:
    """Answer entries of a list, apart."""
    return Html("\n\n".join(lines))
