"""How what waits for an editor looks: an article before it goes out, one that its source took back.

    🕓 who brings it
    title, lead
    its topics                      ✅ let it through · ❌ keep it back · ✏️ write it anew · 📖 as the source has it

Another question about an article is a function here, an act of `bot/callbacks.py`, a deed of `bot/handlers/gating.py`.
"""

import html
from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.articles import write_command
from bot.callbacks import Act
from bot.keyboards import Row, make_button, make_keyboard, make_link, usable_link
from bot.view import Screen, name_topics
from db.store import gate
from locales import Html, Label, Texts
from newsroom.articles import Article
from newsroom.direction import direct, is_rtl
from newsroom.taxonomy import ALL, Taxonomy

STATES = {
    gate.HELD: "gate.waits",
    gate.REFUSED: "gate.refused",
    gate.CHANGED: "gate.changed",
    gate.KEPT: "gate.kept",
    None: "gate.passed",
}


def draw_gate(t: Texts, article: Article, tags: Sequence[str], taxonomy: Taxonomy, others: int = 0) -> Screen:
    """An article that editors see first, as it stands, and what may be done with it; so many others wait too."""
    rtl = is_rtl(article.language)
    title, lead = (html.escape(direct(text, rtl=rtl), quote=False) for text in (article.title, article.lead))
    topics = name_topics(taxonomy, t, [tag for tag in tags if tag != ALL]) or t("gate.no_topics")
    text = "\n\n".join(
        filter(
            None,
            (
                t(STATES[article.gate], source=article.source, number=Label(article.id)),
                f"<b>{title}</b>",
                lead,
                t("gate.topics", topics=topics),
                write_command(article),
            ),
        )
    )
    return text, make_keyboard([*_ways(t, article), _next_row(t, article, others)])


def _next_row(t: Texts, article: Article, others: int) -> Row:
    """Answer the way to the next that waits, and to the topics of this one."""
    topics = make_button(t.plain("button.about"), Act.ARTICLE, str(article.id), "topics", article.version)
    label = t.plain("button.gate.next", n=others)
    following = [make_button(label, Act.ARTICLE, str(article.id), "next")] if others > 0 else []
    return [topics, *following] if article.gate else following


def _ways(t: Texts, article: Article) -> list[Row]:
    def deed(name: str) -> InlineKeyboardButton:
        return make_button(t.plain(f"button.{name}"), Act.GATE, str(article.id), name, article.version)

    url = usable_link(article.url)
    link = [make_link(t.plain("button.read"), url)] if url else []
    if article.gate is None:
        return [link]
    ways = [deed("publish"), *([deed("refuse")] if article.gate in {gate.HELD, gate.CHANGED} else [])]
    return [ways, [deed("rewrite"), *link]]


def draw_withdrawn(t: Texts, article: Article) -> Screen:
    """An article that its source took back, and what may be done with it."""
    number, title = Label(article.id), article.title
    if article.retracted is not None:
        return t("withdrawn.followed", number=number, title=title), None
    text = t("withdrawn", source=article.source, number=number, title=title, url=Html(html.escape(article.url)))
    ways = [
        make_button(t.plain(f"button.{name}"), Act.WITHDRAWN, str(article.id), name) for name in ("retract", "keep")
    ]
    return text, make_keyboard([ways])
