"""The reply by which those who have an article hear that it was corrected: its new words, in the article's language.

It is a content of a broadcast (`bot/contents.py`), which an editor may change, and write for other languages too.
"""

from bot.contents import Content
from locales import LANGUAGES, texts
from newsroom.articles import Article
from newsroom.broadcasts import WHOEVER
from newsroom.cutting import length, shorten

TITLE, LEAD = 500, 600  # characters, as in the message that it answers


def write_correction(article: Article, language: str) -> dict[str, Content]:
    """Answer the reply; it begins with the word for it, where the article's language is one of ours in that."""
    head = texts(article.language if article.language in LANGUAGES else language).plain("dossier.correction")
    parts = [head, shorten(article.title, TITLE)]
    if article.lead and not article.title.startswith(article.lead.rstrip("…")):
        parts.append(shorten(article.lead, LEAD))
    entities = [{"type": "bold", "offset": 0, "length": length(head)}]
    params = {"text": "\n\n".join(parts), "entities": entities, "link_preview_options": {"is_disabled": True}}
    return {WHOEVER: {"method": "sendMessage", "params": params}}
