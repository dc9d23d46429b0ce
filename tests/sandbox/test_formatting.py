"""What becomes of a text besides its markup: cleaning, trimming, limits, explicit entities, what Telegram finds."""

from typing import Any

import pytest

from sandbox.errors import ApiError, StrictError
from sandbox.formatting import format_plain, format_text

RLM, LRM, ZWNJ = "\u200f", "\u200e", "\u200c"


def refusal(text: str, mode: str = "", given: list[dict[str, Any]] | None = None) -> str:
    with pytest.raises(ApiError) as refused:
        format_text(text, mode, given)
    return refused.value.description.removeprefix("Bad Request: ")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  x \n ", "x"),
        ("a\tb\x00c\rd", "a b cd"),
        ("\u202bأ\u202c\u2028ب\u2067ج\u2069", "أب\u2067ج\u2069"),  # old embeddings go, isolates stay
        (f"{RLM}{LRM}{RLM}x{LRM}y", f"{ZWNJ}{ZWNJ}{RLM}x{LRM}y"),
    ],
)
def test_text_is_cleaned_and_trimmed(given: str, kept: str) -> None:
    assert format_plain(given)["text"] == kept


@pytest.mark.parametrize("marks", [RLM + LRM, LRM + RLM])
def test_marks_that_would_turn_a_line_round_are_a_problem(marks: str) -> None:
    with pytest.raises(StrictError, match="direction marks"):
        format_text(f"{marks}/queue", "HTML")


def test_entities_follow_the_text_that_is_cleaned_and_trimmed() -> None:
    content = format_text(" x\u202a <b>y\r z </b> ", "HTML")
    assert content == {"text": "x y z", "entities": [{"type": "bold", "offset": 2, "length": 3}]}


def test_spaces_inside_the_first_entity_stay() -> None:
    assert format_text("  <b> x</b>", "HTML")["text"] == " x"


@pytest.mark.parametrize("text", [" ", "\n\u200b", "\u00a0\u200f", "<b> </b>"])
def test_what_shows_nothing_is_refused(text: str) -> None:
    assert refusal(text, "HTML") == "text must be non-empty"


def test_no_text_is_refused() -> None:
    assert refusal("") == "message text is empty"


def test_length_counts_code_points_after_parsing() -> None:
    assert format_text("<b>" + "😀" * 4096 + "</b>", "HTML")
    assert refusal("ا" * 4097) == "message is too long"


def test_source_counts_bytes() -> None:
    assert refusal("<b></b>" * 4682 + "x", "HTML") == "text is too long"


def test_other_modes_are_refused() -> None:
    with pytest.raises(StrictError, match="parse_mode MarkdownV2 is not modelled, HTML is"):
        format_text("*x*", "MarkdownV2")
    assert refusal("x", "Latex") == "unsupported parse_mode"


def test_explicit_entities_count_utf16() -> None:
    bold = {"type": "bold", "offset": 2, "length": 2}
    assert format_text("😀😀x", given=[bold]) == {"text": "😀😀x", "entities": [bold]}


def test_explicit_entities_of_found_kinds_are_ignored() -> None:
    assert format_text("abc", given=[{"type": "hashtag", "offset": 0, "length": 3}]) == {"text": "abc"}


@pytest.mark.parametrize(
    ("offset", "length", "said"),
    [
        (1, 1, "entity beginning at UTF-16 offset 1 begins or ends in a middle of a UTF-16 symbol"),
        (4, 1, "entity begins after the end of the text at UTF-16 offset 4"),
        (2, 9, "entity beginning at UTF-16 offset 2 ends after the end of the text at UTF-16 offset 11"),
        (-1, 1, "receive an entity with incorrect offset -1"),
    ],
)
def test_wrong_explicit_entities_are_refused(offset: int, length: int, said: str) -> None:
    assert refusal("😀x", given=[{"type": "bold", "offset": offset, "length": length}]) == said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start a_12", {"bot_command": "/start"}),
        ("انظر /article_12، أو /help@sample_bot", {"bot_command": "/article_12 /help@sample_bot"}),
        ("a/b </c> 1/2", {}),
        ("عن #الصين و #2030 و #رؤية_2030", {"hashtag": "#الصين #رؤية_2030"}),
        ("من @sample_bot إلى a@b.com", {"mention": "@sample_bot", "email": "a@b.com"}),
        ("(https://example.com/a_(b)?c=1).", {"url": "https://example.com/a_(b)?c=1"}),
        ("t.me/sample_bot و www.example.com: 3.5 أ.ب", {"url": "t.me/sample_bot www.example.com"}),
        ("$USD 5$", {"cashtag": "$USD"}),
    ],
)
def test_telegram_finds_things_by_itself(text: str, found: dict[str, str]) -> None:
    content = format_plain(text)
    units = content["text"].encode("utf-16-le")
    seen: dict[str, str] = {}
    for entity in content.get("entities", []):
        part = units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
        seen[entity["type"]] = f"{seen.get(entity['type'], '')} {part}".strip()
    assert seen == found


def test_nothing_is_found_inside_links_and_code() -> None:
    content = format_text('<code>/start</code> <a href="https://a.b">#c</a>', "HTML")
    assert [entity["type"] for entity in content["entities"]] == ["code", "text_link"]
