"""Links that lead from a site into the bot, by the payloads of `/start`, and what a site shows of them.

    t_SLUG   follows a topic        a_N   opens an article        r_N   answers it        nothing   begins

A new payload is a pattern here and its act in `bot/handlers/starting.py`.
"""

import html
import re
from dataclasses import dataclass

from newsroom.taxonomy import Taxonomy

TOPIC, ARTICLE = re.compile(r"t_([A-Za-z0-9-]{1,60})"), re.compile(r"[ar]_(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Link:
    """A link, and the tag of what it follows, where it follows something."""

    url: str
    tag: str = ""


def make_link(bot: str, payload: str, taxonomy: Taxonomy) -> Link | None:
    """Answer the link of a payload; None for one that would lead to a plain welcome alone."""
    url = f"https://t.me/{bot}"
    if not payload:
        return Link(url)
    if ARTICLE.fullmatch(payload):
        return Link(f"{url}?start={payload}")
    named = TOPIC.fullmatch(payload)
    topic = taxonomy.by_slug(named[1]) if named else None
    return Link(f"{url}?start=t_{topic.slug}", topic.tag) if topic else None


def write_anchor(url: str, words: str, language: str) -> str:
    """Answer the HTML that a site shows for a link."""
    direction = "rtl" if language == "ar" else "ltr"
    where = f'href="{html.escape(url)}" lang="{language}" dir="{direction}" rel="noopener"'
    return f'<a class="qasid-follow" {where}>{html.escape(words, quote=False)}</a>'
