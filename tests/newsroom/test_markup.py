"""Markup: HTML becomes plain text whose paragraphs stay apart."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import markup
from newsroom.markup import html_to_line, html_to_prose, html_to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>أول</p><p>ثانٍ</p>", "أول\n\nثانٍ"),
        ("<ul><li>5000</li><li>أب</li></ul>", "5000\n\nأب"),
        ("سطر<br>آخر", "سطر\nآخر"),
        ("a &amp; b &lt;c&gt; &hellip;", "a & b <c> …"),
        ("<p>x<script>alert(1)</script>y</p><style>p{}</style>", "xy"),
        ("<p>  كثير \n من   الفراغ </p>", "كثير من الفراغ"),
        ("<a href='javascript:x'>link</a>", "link"),
        ("<p>open", "open"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("<p>a<!-- b --> c<!--></p><!-- never closed <p>d", "a c"),
        ("<p>a<![CDATA[ b ]]> c<![if !x]>d<![endif]> <![foo[ e", "a b cd"),
        ("a < b <c", "a < b <c"),
    ],
)
def test_html_becomes_text(source: str, text: str) -> None:
    assert html_to_text(source) == text


def test_a_title_encoded_twice_is_read_twice() -> None:
    assert html_to_line("A &amp;amp; B&amp;#8230;") == "A & B…"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;p&gt;نص المقال&lt;/p&gt; &amp;hellip;", "نص المقال\n\n…"),
        ("&lt;p&gt;أول&lt;/p&gt;&lt;ul&gt;&lt;li&gt;ثانٍ&lt;/li&gt;&lt;/ul&gt;", "أول\n\nثانٍ"),
        ("<p>A &amp;amp; B&amp;#8230; &amp;nbsp;C</p>", "A & B… C"),
        ("يبدأ الوسم &lt;p&gt; الفقرة وينهيها &lt;/p&gt;", "يبدأ الوسم <p> الفقرة وينهيها </p>"),
        ("&lt;p&gt;x&lt;/p&gt; is a paragraph", "<p>x</p> is a paragraph"),
        ("<p>اكتب <code>&lt;p&gt;&amp;amp;&lt;/p&gt;</code></p>", "اكتب <p>&amp;</p>"),
        ("<p>&lt;p&gt;نص&lt;/p&gt;</p>", "<p>نص</p>"),
        ("see ?a=1&amp;para=2&amp;copy=3", "see ?a=1&para=2&copy=3"),
    ],
)
def test_a_text_encoded_twice_is_read_twice_and_one_that_speaks_of_tags_keeps_them(source: str, text: str) -> None:
    assert html_to_prose(source) == text


TAGS = """
    <p> </p> <P> <br> <br/> </br> </a> <b> <hr> <h2> <ſection> <s <p > < ]]> <script> </script> <p|a=b> <pre> <x>
    <p|class="a"> <br|/> </p|> <a|href='x'|rel="y"> <img|src="a&amp;b"/> <p|a="<"> <p|a=">"> <!--|-->
"""
PIECES = [tag.replace("|", " ") for tag in TAGS.split()] + [
    *"صx& \n\t\xa0\u2003",
    "\n\n",
    "&lt;p&gt;",
    "&hellip",
    "&#8230;",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_simple_tags_are_read_as_a_parser_reads_them(source: str) -> None:
    fast = html_to_text(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup, "SIMPLE", re.compile("(?!)"))
        assert html_to_text(source) == fast


NUMBER = f"&#{'9' * 5000};"


@pytest.mark.parametrize("source", [f"a{NUMBER}b", f"<p>a{NUMBER}b</p>", f"<p>a&amp;{NUMBER[1:]}b</p>"])
def test_a_character_with_an_endless_number_is_a_broken_one(source: str) -> None:
    assert html_to_line(source) == "a\ufffdb"


UNENDED = [
    "<",
    "</",
    "<a ",
    "</a ",
    "<?",
    "<!",
    "<!--",
    "<![",
    "<![CDATA[",
    "<a b='",
    '<a b="',
    "<a b='\"",
    "&",
    "&#",
    "&#x",
]


@pytest.mark.parametrize("end", ["", ">", "</script>"])
@pytest.mark.parametrize("unended", [*UNENDED, "<b>", "<script>", "<script></", " ", "\n ", "<a/"])
def test_no_markup_takes_longer_than_its_length(unended: str, end: str) -> None:
    began = time.process_time()
    html_to_line(unended * 50_000 + end)
    assert time.process_time() - began < 2  # minutes, where each looks for its end anew


@given(st.text(alphabet="<>&;/ابp \n\"'=!-", max_size=80))
def test_no_markup_whatever_breaks_it(source: str) -> None:
    assert isinstance(html_to_text(source), str)
