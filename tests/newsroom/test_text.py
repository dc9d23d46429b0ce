"""Text: folding, readings, cutting, direction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import (
    RIGHT_TO_LEFT_MARK,
    direct,
    fold,
    guess_language,
    paginate,
    read_number,
    readings,
    shorten,
    tokens,
)

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)
SENTENCES = st.lists(st.sampled_from(["الصين", "قمة", "وقّع", "اتفاقًا.", "هل؟", "\n\n", "中文。", "trade", "end."])).map(
    " ".join
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("الصِّينُ", "الصين"),
        ("الصيـــن", "الصين"),
        ("أحمد إبراهيم آمن", "احمد ابراهيم امن"),
        ("قمّة", "قمه"),
        ("علی", "علي"),
        ("کتاب", "كتاب"),
        ("ﻻ ﺍﻟﺼﻴﻦ", "لا الصين"),
        ("٢٠٢٦ ۲۰۲۶", "2026 2026"),
        ("Économie ＦＲ", "economie fr"),
        ("\u202bنص\u202c\u200d", "نص"),
    ],
)
def test_what_a_reader_takes_for_one_word_folds_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("والصين", "الصين"),
        ("بالصين", "الصين"),
        ("للصين", "الصين"),
        ("وللصين", "الصين"),
        ("وبكين", "بكين"),
        ("خارجيتها", "خارجيه"),
        ("وزيرهما", "وزير"),
        ("countries", "country"),
        ("tariffs", "tariff"),
        ("accords", "accord"),
        ("US", "=US"),
    ],
)
def test_a_word_is_read_through_its_clitics_and_endings(word: str, stem: str) -> None:
    assert stem in readings(word)


def test_an_acronym_is_no_pronoun() -> None:
    assert "=US" not in readings("us")
    assert "=US" not in readings("Us")


def test_marks_inside_a_word_do_not_cut_it() -> None:
    assert tokens("عُمَان، وعمّان") == ["عمان", "وعمان"]


@given(SENTENCES, st.integers(10, 60))
def test_a_shortened_text_fits_and_begins_the_text(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert " ".join(text.split()).startswith(short.removesuffix("…").rstrip())


def test_shortening_never_cuts_a_word() -> None:
    assert shorten("وقّعت الصين وطاجيكستان اتفاقًا جديدًا في دوشنبه", 30) == "وقّعت الصين وطاجيكستان…"


@given(SENTENCES, st.integers(10, 60))
def test_pages_fit_and_together_are_the_text(text: str, limit: int) -> None:
    pages = paginate(text, limit)
    assert all(0 < len(page) <= limit for page in pages if page)
    assert "".join("".join(pages).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("قمة صينية عربية في الرياض", "ar"),
        ("中国与塔吉克斯坦签署协议", "zh"),
        ("Le président chinois est arrivé dans la capitale", "fr"),
        ("China signs a trade deal", "en"),
        ("شركة Huawei تعلن نتائجها السنوية", "ar"),
    ],
)
def test_the_language_of_a_text_is_seen_by_its_script(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("BYD تفتتح مصنعًا", True),
        ("«قمة» في بكين", False),
        ("2026", True),
        ("\u2068قمة\u2069 · 2026", True),
        ("\u2068BYD\u2069 قمة", False),
    ],
)
def test_a_line_gets_a_mark_only_where_it_would_start_wrong(line: str, *, marked: bool) -> None:
    assert direct(line, rtl=True) == (f"{RIGHT_TO_LEFT_MARK}{line}" if marked else line)


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("١٢", 12), (" 7 ", 7), ("۱۲", 12), ("x", None), ("", None)])
def test_numbers_are_read_in_any_digits(text: str, number: int | None) -> None:
    assert read_number(text) == number
