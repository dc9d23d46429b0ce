"""How the topics of an article look to editors: each with the words that spoke for it, and what editors said."""

from collections.abc import Mapping, Sequence

from bot.callbacks import Act
from bot.keyboards import make_button, make_keyboard
from bot.view import Screen, name_topics
from locales import Html, Label, Texts
from newsroom.articles import Article
from newsroom.cutting import shorten
from newsroom.filing import BY_EDITOR, Filing
from newsroom.taxonomy import ALL, Taxonomy
from newsroom.topics import Reason

TITLE = 120  # characters
SHOWN_REASONS = 5


def draw_topics(
    t: Texts, article: Article, why: Mapping[str, Sequence[Reason]], filing: Filing, taxonomy: Taxonomy
) -> Screen:
    """The topics of an article and why it has them; what editors said of it, and the way back."""
    number = Label(article.id)
    lines = [t("topicsof.title", number=number, title=shorten(article.title, TITLE)), ""]
    lines += list_topics(t, why, taxonomy)
    if filing.out:
        lines += ["", t("topicsof.out", topics=name_topics(taxonomy, t, filing.out))]
    lines += ["", t("topicsof.how", number=number)]
    undo = make_button(t.plain("button.as_found"), Act.FILED, str(article.id))
    return "\n".join(lines), make_keyboard([[undo]] if filing.under or filing.out else [])


def list_topics(t: Texts, why: Mapping[str, Sequence[Reason]], taxonomy: Taxonomy) -> list[str]:
    """Answer a line for each topic of an article, with the words that spoke for it."""
    told = [_topic_line(t, taxonomy.name(tag, t.language), found) for tag, found in why.items() if tag != ALL]
    return told or [t("topicsof.none")]


def draw_explained(t: Texts, title: str, why: Mapping[str, Sequence[Reason]], taxonomy: Taxonomy) -> Screen:
    """What an article with this title would be about, and why."""
    told = t("topicwords.explained", title=shorten(title, TITLE))
    return "\n".join([told, "", *list_topics(t, why, taxonomy)]), None


def _topic_line(t: Texts, name: str, found: Sequence[Reason]) -> str:
    if not found:
        return t("topicsof.follows", topic=name)
    if found[0].zone == BY_EDITOR:
        return t("topicsof.filed", topic=name)
    reasons = (t("topicsof.reason", word=one.word, zone=t.plain(f"zone.{one.zone}")) for one in found[:SHOWN_REASONS])
    return t("topicsof.topic", topic=name, reasons=Html(t.plain("list.comma").join(reasons)))
