"""Cutting: sentences, pages and messages that are never cut where a reader would stumble."""

import re
from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.cutting import length, letter_start, paginate, paragraphs, sentences, shorten, split, split_html
from newsroom.text import WORD

PIECES = [
    "الصين", "قمة", "وقّع", "اتفاقًا.", "هل؟", "\n\n", "\n", "中文。", "中国与塔吉克斯坦", "，", "trade",
    "end.", "3.5", "U.S.", "«نعم.»", "https://site.example/a.b,c?d=1", "👨‍👩‍👧‍👦", "🇨🇳🇹🇯", "👍🏽",
    "د.", "&", "<", "  ",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES)).map(" ".join) | st.lists(st.sampled_from(PIECES)).map("".join)
LIMITS = st.integers(12, 60)
TAG = re.compile(r"<(/?)([a-z-]+)[^>]*>")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("نما الاقتصاد 3.5%. هل يستمر؟ نعم!", ["نما الاقتصاد 3.5%. ", "هل يستمر؟ ", "نعم!"]),
        ("قال د. أحمد «لا نعلم.» ثم خرج…", ["قال د. أحمد «لا نعلم.» ", "ثم خرج…"]),
        ("The U.S. and Dr. Li met. They agreed.", ["The U.S. and Dr. Li met. ", "They agreed."]),
        ("他说：“好。”然后走了！真的？", ["他说：“好。”", "然后走了！", "真的？"]),
        ("M. Li (à Paris.) Puis rien", ["M. Li (à Paris.) ", "Puis rien"]),
        ("بلا نهاية", ["بلا نهاية"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_paragraphs_keep_the_lines_between_them() -> None:
    assert paragraphs("أول\nسطر\n\n\nثانٍ\n \nثالث") == ["أول\nسطر\n\n\n", "ثانٍ\n \n", "ثالث"]


@given(TEXTS)
def test_sentences_and_paragraphs_joined_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text
    assert "".join(paragraphs(text)) == text


@pytest.mark.parametrize(("text", "units"), [("abc", 3), ("قمة", 3), ("中文", 2), ("😀", 2), ("👍🏽", 4), ("", 0)])
def test_length_is_what_telegram_counts(text: str, units: int) -> None:
    assert length(text) == units


@given(TEXTS, LIMITS)
def test_parts_fit_and_joined_are_the_text(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < length(part) <= limit for part in parts)
    assert "".join(parts) == text


@given(TEXTS, LIMITS)
def test_no_part_begins_inside_a_word_that_could_stand_in_one(text: str, limit: int) -> None:
    at = 0
    for part in split(text, limit)[:-1]:
        at += len(part)
        for word in re.finditer(r"\S+", text):
            if word.start() < at < word.end():
                inside = any(one.start() < at < one.end() for one in WORD.finditer(text))
                assert not inside or length(word[0]) > limit


@given(TEXTS, LIMITS)
def test_no_part_begins_inside_a_letter(text: str, limit: int) -> None:
    at = 0
    for part in split(text, limit)[:-1]:
        at += len(part)
        assert letter_start(text, at) == at


def test_the_best_place_is_taken_that_fills_a_part_well() -> None:
    assert split("جملة أولى هنا. جملة ثانية، وبعدها كلام", 22) == ["جملة أولى هنا. ", "جملة ثانية، وبعدها ", "كلام"]
    assert split("https://site.example/a,b.c وصلة", 30) == ["https://site.example/a,b.c ", "وصلة"]


@given(TEXTS, LIMITS)
def test_pages_fit_and_together_are_the_text(text: str, limit: int) -> None:
    pages = paginate(text, limit)
    assert all(0 < length(page) <= limit for page in pages)
    assert "".join("".join(pages).split()) == "".join(text.split())


@given(TEXTS, st.integers(10, 60))
def test_a_shortened_text_fits_and_begins_the_text(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert " ".join(text.split()).startswith(short.removesuffix("…").rstrip())


def test_shortening_never_cuts_a_word() -> None:
    assert shorten("وقّعت الصين وطاجيكستان اتفاقًا جديدًا في دوشنبه", 30) == "وقّعت الصين وطاجيكستان…"
    assert shorten("نما بنسبة 3.5% هذا العام كما قيل", 14) == "نما بنسبة…"


MARKUP = st.recursive(
    TEXTS.map(lambda text: escape(text, quote=False)),
    lambda inside: st.lists(
        inside
        | st.tuples(st.sampled_from(["b", "i", "blockquote"]), inside).map(
            lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"
        )
        | inside.map(lambda text: f'<a href="https://site.example/?a=1&amp;b=2">{text}</a>'),
        max_size=4,
    ).map(" ".join),
    max_leaves=12,
)


def text_of(source: str) -> str:
    return unescape(TAG.sub("", source))


@given(MARKUP, LIMITS)
def test_parts_of_html_fit_are_balanced_and_joined_are_the_text(source: str, limit: int) -> None:
    parts = split_html(source, limit)
    assert "".join(map(text_of, parts)) == text_of(source)
    for part in parts:
        assert 0 < length(text_of(part)) <= limit
        opened: list[str] = []
        for closes, name in TAG.findall(part):
            if not closes:
                opened.append(name)
            else:
                assert opened.pop() == name
        assert opened == []


def test_a_link_is_not_cut_and_what_surrounds_it_is_opened_again() -> None:
    source = '<b>واحد اثنان <a href="https://site.example/">ثلاثة أربعة</a> خمسة &amp; ستة</b> سبعة'
    assert split_html(source, 15) == [
        "<b>واحد اثنان </b>",
        '<b><a href="https://site.example/">ثلاثة أربعة</a> </b>',
        "<b>خمسة &amp; ستة</b> سبعة",
    ]


def test_what_is_short_enough_stays_as_it_is() -> None:
    assert split_html("<b>قمة</b> &lt;3") == ["<b>قمة</b> &lt;3"]
    assert split_html("") == []
