"""Stems: forms of a word are one, other words are not, and words that only look inflected keep their letters."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.search import RULES, index_tokens
from newsroom.stems import kept_words, stem
from newsroom.text import fold

ARABIC = st.text(alphabet=[chr(code) for code in range(0x0621, 0x064B)], min_size=1, max_size=14)
CLITICS = ("", "و", "ب", "ل", "ال", "وال", "بال", "لل", "فال", "كال")


def stems(words: str) -> set[str]:
    return {stem(fold(word)) for word in words.split()}


@pytest.mark.parametrize(
    "words",
    [
        "صادرات الصادرات وصادراتها بالصادرات لصادراتهم",
        "الصين والصين بالصين للصين وبالصين صين",
        "اتفاقية الاتفاقيات اتفاقيتها واتفاقية",
        "لبنان ولبنان لبناني لبنانية اللبنانيون للبنان",
        "فرنسا فرنسي فرنسية الفرنسيين وفرنسا بفرنسا",
        "وزير الوزير وزيرة وزيران للوزير ووزراء الوزراء",
        "وزارة الوزارة وزارات بوزارتها",
        "لجنة اللجنة للجنة لجان واللجان",
        "بيت بيتها البيوت",
        "لغة اللغة للغة لغتها لغات",
        "سياسة السياسة سياستها وسياساتهم سياسي السياسية",
        "خارجية الخارجية خارجيتها",
        "تعزيز لتعزيز وتعزيز",
        "كوبا وكوبا كوبي بكوبا",
    ],
)
def test_forms_of_an_arabic_word_are_one(words: str) -> None:
    assert len(stems(words)) == 1


@pytest.mark.parametrize("word", ["والد", "بكين", "لبنان", "فرنسا", "كوبا", "وفد", "بنك", "فريق", "كتاب", "الله"])
def test_a_word_keeps_the_letters_that_are_its_own(word: str) -> None:
    assert stem(fold(word)) == fold(word)


@pytest.mark.parametrize("words", ["سور سوريا", "لجنة جنة", "والد ولد", "السودان أسود", "ألبانيا ألبان", "سكان سكن"])
def test_other_words_stay_other_words(words: str) -> None:
    assert len(stems(words)) == 2


@pytest.mark.parametrize(
    "words",
    [
        "agreement agreements",
        "economy economies",
        "company companies",
        "developed developing",
        "bus buses",
        "accord accords",
        "économie economie économies",
        "développé développée développées",
        "national nationale nationales",
        "exportation exportations",
    ],
)
def test_forms_of_a_word_in_latin_letters_are_one(words: str) -> None:
    assert len(stems(words)) == 1


@given(ARABIC)
def test_the_stem_of_an_arabic_stem_is_itself(word: str) -> None:
    found = stem(fold(word))
    assert stem(found) == found


@given(word=ARABIC.filter(lambda word: len(fold(word)) > 5), clitic=st.sampled_from(CLITICS))
def test_a_clitic_changes_no_long_word(word: str, clitic: str) -> None:
    if not fold(word).startswith(("ا", "ل")):  # «لل» and «ال» before them are read in two ways
        assert stem(fold(clitic + word)) == stem(fold(word)) or stem(fold(clitic + word)) in kept_words().values()


def test_each_kept_word_has_one_stem_and_keeps_it() -> None:
    kept = kept_words()
    assert {word: stem(word) for word in kept} == dict(kept)
    assert {first for first in kept.values() if kept[first] != first} == set()


def test_whoever_changes_a_rule_says_so() -> None:
    """Another token means that old indexes are wrong: raise RULES in newsroom/search.py, and write it here too."""
    told = index_tokens(
        "agreements economies développement exportations robots صادراتها والصينيون بالمشاريع ٢٠٢٦ 人工智能"
    )
    assert (RULES, " ".join(told)) == (
        "2",
        "agr economi developp export robot صادر صين مشروع 2026 人工 工智 智能",
    )


def test_several_threads_stem_at_once() -> None:
    anew = stem.__wrapped__  # each word is worked out, as it is when it is first met
    words = ["developpements", "internationalement", "negotiations", "cooperation", "constitutionnelle"] * 50
    alone = [anew(word) for word in words]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(lambda _: [anew(word) for word in words], range(8)))
    finally:
        sys.setswitchinterval(before)
    assert together == [alone] * 8
