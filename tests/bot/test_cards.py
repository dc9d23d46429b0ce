"""How cards look: all that they hold fits into a message, and nothing that is written is markup."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.cards import draw
from bot.facts import Facts, Light, Line
from db.store.pending import Card as Reading
from locales import LANGUAGES, texts
from newsroom.articles import Article
from newsroom.cards import Rules
from newsroom.replies import GRACE, LONGEST, Reply, State


def make_facts(text: str, **facts: Any) -> Facts:
    """Answer what a card is drawn from, each part as long as it may be."""
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    reply = Reply("abcdefghijkl", State.PENDING, 3, now, "k", 1, claimed_by="11", claimed_until=now + GRACE)
    flags: list[dict[str, object]] = [{"kind": f"kind{number}", "said": ["كلمة"] * 99} for number in range(20)]
    reading = Reading(reply, text, "س" * 30, 4821, 1, "ar", None, flags, 0.1, facts.get("proposed", ""), "", ["11"])
    title = "عنوان طويل " * 40
    article = Article(12, 12, "s", "https://x.example/1", "ar", 1, title, "", "", "", "", now, now)
    return Facts(reading, article, reading, 1, 2, 3, "", Line("11", "pass", now, None), None, {"11": 1})


def light(language: str = "ar") -> Light:
    return Light(
        texts(language), "Asia/Riyadh", datetime(2026, 11, 24, 9, tzinfo=UTC), "", Rules(quorum=2), is_private=False
    )


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_card_fits_into_a_message(language: str) -> None:
    long = ("كلمة، " * 400)[:LONGEST]
    told, _ = draw(make_facts(long, proposed=long.replace("،", ";")), light(language))
    assert len(re.sub(r"<[^>]+>", "", told)) <= 4_096


def test_what_is_written_is_no_markup() -> None:
    told, _ = draw(make_facts("<b>رأي</b> & غيره"), light())
    assert "<blockquote>&lt;b&gt;رأي&lt;/b&gt; &amp; غيره</blockquote>" in told
