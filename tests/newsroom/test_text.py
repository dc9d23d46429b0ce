"""Text: folding, words, readings, languages, numbers."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import (
    LETTERS,
    PAGE,
    UNSEEN,
    WHOLE,
    fold,
    guess_language,
    read_number,
    readings,
    tokens,
    words,
)

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)
ARABIC_TEXT = st.text(alphabet=st.sampled_from(f"{PAGE}ﷺﻼ中é\u0301한ｶﾞ١٢"), max_size=200)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("الصِّينُ", "الصين"),
        ("الصيـــن", "الصين"),
        ("أحمد إبراهيم آمن", "احمد ابراهيم امن"),
        ("قمّة", "قمه"),
        ("علی", "علي"),
        ("کتاب", "كتاب"),
        ("پكين چين ژورنال گاز ڤيينا", "بكين جين زورنال كاز فيينا"),
        ("ٹیکنالوجی ہے", "تيكنالوجي هي"),
        ("ﻻ ﺍﻟﺼﻴﻦ", "لا الصين"),
        ("٢٠٢٦ ۲۰۲۶", "2026 2026"),
        ("Économie ＦＲ", "economie fr"),
        ("\u202bنص\u202c\u200d", "نص"),
        ("قمة 中国 في ２０٢٦ É\u0301", "قمه 中国 في 2026 e"),
    ],
)
def test_what_a_reader_takes_for_one_word_folds_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT | ARABIC_TEXT)
def test_the_fast_ways_of_folding_answer_what_the_rule_says(text: str) -> None:
    assert fold(text) == fold_by_the_rule(text)


def fold_by_the_rule(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) not in UNSEEN)
    letters = unicodedata.normalize("NFKC", bare.translate(LETTERS)).translate(LETTERS)
    return "".join(str(unicodedata.digit(letter, letter)) for letter in letters).casefold()


def test_every_character_folds_to_what_folds_to_itself() -> None:
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x32000), *range(0xE0000, 0xE0200))))
    assert fold(fold(everything)) == fold(everything)


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("والصين", "الصين"),
        ("بالصين", "الصين"),
        ("للصين", "الصين"),
        ("وللصين", "الصين"),
        ("فكالصين", "الصين"),
        ("وبكين", "بكين"),
        ("سيزور", "يزور"),
        ("خارجيتها", "خارجيه"),
        ("وزيرهما", "وزير"),
        ("شركات", "شركه"),
        ("وبشركاتها", "شركه"),
        ("المهندسون", "مهندس"),
        ("للمهندسين", "مهندس"),
        ("اتفاقان", "اتفاق"),
        ("دولتين", "دوله"),
        ("قانونًا", "قانون"),
        ("countries", "country"),
        ("tariffs", "tariff"),
        ("accords", "accord"),
        ("journaux", "journau"),
        ("US", "=US"),
        ("BYD\u200f", "=BYD"),
    ],
)
def test_a_word_is_read_through_its_clitics_and_endings(word: str, stem: str) -> None:
    assert stem in readings(word)


@pytest.mark.parametrize(
    "word", ["كوبا", "بكين", "بيرو", "لبنان", "فرنسا", "كندا", "ليبيا", "باكستان", "والد", *sorted(WHOLE)]
)
def test_a_word_keeps_letters_that_are_its_own(word: str) -> None:
    assert readings(word) == (fold(word),)
    assert readings(f"و{word}") == (fold(f"و{word}"), fold(word))
    assert set(readings(f"بال{word}")) == {fold(f"بال{word}"), f"ال{fold(word)}", fold(word)}


@pytest.mark.parametrize(
    ("word", "other"), [("قانون", "قان"), ("مليون", "ملي"), ("البحرين", "بحر"), ("سوريا", "وريا"), ("ميدان", "ميد")]
)
def test_what_looks_like_an_ending_is_none_where_too_little_would_remain(word: str, other: str) -> None:
    assert other not in readings(word)


def test_an_acronym_is_no_pronoun() -> None:
    assert "=US" not in readings("us")
    assert "=US" not in readings("Us")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("عُمَان، وعمّان", ["عمان", "وعمان"]),
        ("خ\u200fب\u202bر خـــبر", ["خبر", "خبر"]),
        ("#الصين_وطاجيكستان ـ 5", ["الصين", "وطاجيكستان", "5"]),
        ("l'accord Chine–UE", ["l", "accord", "chine", "ue"]),
        ("ﷺ 中国2026", ["صلي", "الله", "عليه", "وسلم", "中国2026"]),
        ("…", []),
    ],
)
def test_words_are_cut_by_what_is_no_letter_of_theirs(text: str, found: list[str]) -> None:
    assert tokens(text) == found


@given(ANY_TEXT | ARABIC_TEXT)
def test_there_is_a_token_for_each_word(text: str) -> None:
    assert tokens(text) == [fold(word) for word in words(text)]


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


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("١٢", 12), (" 7 ", 7), ("۱۲", 12), ("x", None), ("", None)])
def test_numbers_are_read_in_any_digits(text: str, number: int | None) -> None:
    assert read_number(text) == number
