"""A whole article as one rich message, where it would have several pages: headings, paragraphs, its picture.

Rich messages came with Bot API 10.1 (sendRichMessage). An old app shows none of them, so the operator decides
(`RICH_MESSAGES`); a server that does not know them, or will not have one, gets the pages (`bot/answering.py`).
"""

import html
from collections.abc import Sequence
from typing import Any

from bot.articles import Look, write_footer
from bot.keyboards import usable_link
from locales import Texts
from newsroom.articles import Article
from newsroom.direction import direct, is_rtl

LONGEST, MOST_BLOCKS = 32_768, 500  # characters and blocks of a rich message (Bot API, Rich Message Limits)


def write_rich(article: Article, tags: Sequence[str], t: Texts, look: Look) -> dict[str, Any] | None:
    """Answer an article as an InputRichMessage; None where it is too long for one."""
    rtl = is_rtl(article.language)
    texts = [("h2", article.title), *(("p", part) for part in article.body.split("\n\n") if part.strip())]
    blocks = [f"<{tag}>{html.escape(direct(text, rtl=rtl), quote=False)}</{tag}>" for tag, text in texts]
    if picture := usable_link(article.image):
        blocks.insert(1, f'<img src="{html.escape(picture)}"/>')
    blocks += [f"<footer>{line}</footer>" for line in write_footer(article, tags, t, look)]
    text = "".join(blocks)
    return {"html": text, "is_rtl": rtl} if len(text) <= LONGEST and len(blocks) <= MOST_BLOCKS else None
