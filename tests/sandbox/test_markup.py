"""HTML in, text and entities out, as td does it."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.entities import PRIORITY, Entity, settle
from sandbox.errors import ApiError
from sandbox.formatting import DIRTY, MARKS, format_text
from sandbox.markup import STYLES, MarkupError, parse_html
from sandbox.screen import write_html

# A character outside the Basic Multilingual Plane, two UTF-16 units, stands before most entities.
CASES: list[tuple[str, str, list[dict[str, Any]]]] = [
    ("😀<b>أ</b>", "😀أ", [{"type": "bold", "offset": 2, "length": 1}]),
    ("<STRONG>😀</STRONG>", "😀", [{"type": "bold", "offset": 0, "length": 2}]),
    ("<i>a</>b", "ab", [{"type": "italic", "offset": 0, "length": 1}]),
    ("<b id=x class='y' data-z>a</b >", "a", [{"type": "bold", "offset": 0, "length": 1}]),
    ("<b></b>a", "a", []),
    ('<span class="tg-spoiler">a</span>', "a", [{"type": "spoiler", "offset": 0, "length": 1}]),
    ("&lt;&gt;&amp;&quot;&#65;&#x42;", '<>&"AB', []),
    ("&lt b &copy; & &#1114111; &#;", "< b &copy; & &#1114111; &#;", []),
    (
        '<a href="HTTPS://Example.com?a=1&amp;b=2">x</a>',
        "x",
        [{"type": "text_link", "offset": 0, "length": 1, "url": "https://example.com/?a=1&b=2"}],
    ),
    (
        "<a>example.com</a>",
        "example.com",
        [{"type": "text_link", "offset": 0, "length": 11, "url": "http://example.com/"}],
    ),
    ('<a href="nonsense">x</a>', "x", []),
    (
        '<a href="tg://user?id=42">x</a>',
        "x",
        [{"type": "text_mention", "offset": 0, "length": 1, "user": {"id": 42, "is_bot": False, "first_name": ""}}],
    ),
    ("<code>x</code>", "x", [{"type": "code", "offset": 0, "length": 1}]),
    ('<code class="language-py">x</code>', "x", [{"type": "code", "offset": 0, "length": 1}]),
    (
        '<pre><code class="language-py">x</code></pre>',
        "x",
        [{"type": "pre", "offset": 0, "length": 1, "language": "py"}],
    ),
    ("<blockquote>x</blockquote>", "x", [{"type": "blockquote", "offset": 0, "length": 1}]),
    ("<blockquote expandable>x</blockquote>", "x", [{"type": "expandable_blockquote", "offset": 0, "length": 1}]),
    (
        '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
        "👍",
        [{"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "5368324170671202286"}],
    ),
    (
        '<tg-time unix="1800000000" format="wDt">غدًا</tg-time>',
        "غدًا",
        [{"type": "date_time", "offset": 0, "length": 4, "unix_time": 1800000000, "date_time_format": "wDt"}],
    ),
    (
        "<tg-time unix=1800000000>x</tg-time>",
        "x",
        [{"type": "date_time", "offset": 0, "length": 1, "unix_time": 1800000000}],
    ),
    ("<tg-time unix='soon'>x</tg-time>", "x", []),
    # How entities may lie to each other
    ("<b>a</b><b>b</b>", "ab", [{"type": "bold", "offset": 0, "length": 2}]),
    (
        "<b>a<i>b</i></b>",
        "ab",
        [
            {"type": "bold", "offset": 0, "length": 1},
            {"type": "bold", "offset": 1, "length": 1},
            {"type": "italic", "offset": 1, "length": 1},
        ],
    ),
    ("<code><b>x</b></code>", "x", [{"type": "code", "offset": 0, "length": 1}]),
    (
        '<b>a<a href="https://a.b/">b</a>c</b>',
        "abc",
        [
            {"type": "bold", "offset": 0, "length": 1},
            {"type": "text_link", "offset": 1, "length": 1, "url": "https://a.b/"},
            {"type": "bold", "offset": 1, "length": 1},
            {"type": "bold", "offset": 2, "length": 1},
        ],
    ),
]

ERRORS = [
    ("أ<br>", 'Unsupported start tag "br" at byte offset 2'),
    ("<P>x</P>", 'Unsupported start tag "p" at byte offset 0'),
    ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ("x <b", "Unclosed start tag at byte offset 2"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ("<tg-time unix=1 format=td>x</tg-time>", "Invalid date format used"),
    (
        "&#xD800;",
        (
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        ),
    ),
]


@pytest.mark.parametrize(("markup", "text", "entities"), CASES)
def test_markup_becomes_text_and_entities(markup: str, text: str, entities: list[dict[str, Any]]) -> None:
    content = format_text(markup, "HTML")
    assert content["text"] == text
    assert content.get("entities", []) == entities


@pytest.mark.parametrize(("markup", "error"), ERRORS)
def test_wrong_markup_is_refused_in_the_words_of_telegram(markup: str, error: str) -> None:
    with pytest.raises(ApiError) as refusal:
        format_text(markup, "HTML")
    assert refusal.value.description == f"Bad Request: can't parse entities: {error}"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_escaped_text_comes_back(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])
    assert parse_html(html.escape(text, quote=False)) == (text, [])


@given(st.text("<>/&;#ab\"'= 😀أhrefcodp", max_size=60))
def test_anything_is_parsed_or_refused(markup: str) -> None:
    try:
        text, entities = parse_html(markup)
    except MarkupError:
        return
    assert all(0 <= entity.start < entity.end <= len(text) for entity in entities)


@st.composite
def marked_up(draw: st.DrawFn) -> str:
    """Draw HTML with nested styles, links and quotes."""
    plain = st.text("aأ😀 \n\u200f", min_size=1, max_size=6)
    tags = st.sampled_from([*STYLES, "code", "pre", "blockquote"])
    inner = st.recursive(
        plain, lambda part: st.builds(_wrap, tags, st.lists(part, min_size=1, max_size=3)), max_leaves=8
    )
    return draw(inner)


def _wrap(tag: str, parts: list[str]) -> str:
    start = 'span class="tg-spoiler"' if tag == "span" else tag
    return f"<{start}>{''.join(parts)}</{tag}>"


@given(marked_up())
def test_what_is_kept_is_kept_when_it_is_sent_again(markup: str) -> None:
    try:
        content = format_text(markup, "HTML")
    except ApiError:
        return
    units = len(content["text"].encode("utf-16-le")) // 2
    assert all(0 <= one["offset"] < one["offset"] + one["length"] <= units for one in content.get("entities", []))
    if not DIRTY.search(content["text"]) and not MARKS.search(content["text"]):
        assert format_text(write_html(content["text"], content.get("entities", [])), "HTML") == content


@given(st.lists(st.tuples(st.sampled_from([*PRIORITY]), st.integers(0, 20), st.integers(0, 20)), max_size=8))
def test_settled_entities_lie_in_each_other_or_apart(drawn: list[tuple[str, int, int]]) -> None:
    settled = settle(Entity(kind, min(start, end), max(start, end)) for kind, start, end in drawn)
    for one in settled:
        for other in settled:
            apart = one.end <= other.start or other.end <= one.start
            nested = one.start <= other.start and other.end <= one.end
            assert apart or nested or (other.start <= one.start and one.end <= other.end)
    assert settle(settled) == settled
