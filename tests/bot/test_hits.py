"""Hits: what a piece of an article may be taken from."""

from dataclasses import replace
from typing import Any

import pytest

from bot.hits import make_result, write_hit
from locales import texts
from newsroom.search import parse_query
from tests.bot.test_articles import LOOK, TAGS, article

QUERY = parse_query("المنطاد", {})
WHOLE = article(lead="وقّع الوزيران.", body="وقّع الوزيران.\n\nثم حلّق المنطاد فوق النهر.")


def shown(**of_source: Any) -> list[str]:
    one = replace(WHOLE, **of_source)
    return [write_hit(one, QUERY, texts("ar"), LOOK), make_result(one, TAGS, QUERY, texts("ar"), LOOK)["description"]]


@pytest.mark.parametrize("of_source", [{"full_text": True, "url": "https://other.example/1"}, {}])
def test_a_piece_is_shown_from_anywhere_in_what_readers_may_have_whole(of_source: dict[str, Any]) -> None:
    assert all("فوق النهر" in text for text in shown(**of_source))


@pytest.mark.parametrize("of_source", [{"full_text": False}, {"url": "https://other.example/1"}])
def test_of_another_publishers_text_a_piece_is_from_its_lead(of_source: dict[str, Any]) -> None:
    assert all("وقّع الوزيران" in text and "النهر" not in text for text in shown(**of_source))
