"""The lexicon: whole words through what hangs on them, the longest phrase, and more at any time."""

from hypothesis import given
from hypothesis import strategies as st

from newsroom.lexicon import Lexicon
from newsroom.text import MOST_KEPT


def lexicon(*phrases: str) -> Lexicon[str]:
    taught: Lexicon[str] = Lexicon()
    for phrase in phrases:
        taught.add(phrase, phrase)
    return taught


def test_the_longest_phrase_is_found_and_phrases_do_not_overlap() -> None:
    taught = lexicon("السودان", "جنوب السودان", "刚果", "刚果民主共和国")
    assert list(taught.find("وفد من جنوب السودان والسودان إلى 刚果民主共和国和刚果")) == [
        ("جنوب السودان", ("جنوب السودان",)),
        ("والسودان", ("السودان",)),
        ("刚果民主共和国", ("刚果民主共和国",)),
        ("刚果", ("刚果",)),
    ]


def test_a_phrase_is_found_with_its_affixes_and_not_inside_a_word() -> None:
    taught = lexicon("الذكاء الاصطناعي", "هند", "شركة صينية", "US")
    found = [written for written, _ in taught.find("بالذكاء الاصطناعي في هندسة شركات صينية us US")]
    assert found == ["بالذكاء الاصطناعي", "شركات صينية", "US"]


def test_what_is_taught_later_is_found_at_once() -> None:
    taught = lexicon("قمة")
    assert list(taught.find("قمة الرياض 中国")) == [("قمة", ("قمة",))]
    taught.add("قمة الرياض", "later")
    taught.add("قمة الرياض", "later")
    taught.add("中国", "later")
    taught.add("قمة", "too")
    assert list(taught.find("قمة الرياض 中国 قمة")) == [
        ("قمة الرياض", ("later",)),
        ("中国", ("later",)),
        ("قمة", ("قمة", "too")),
    ]


def test_an_empty_phrase_means_nothing() -> None:
    taught = lexicon("…")
    assert list(taught.find("… قمة")) == []


def test_its_memory_of_words_is_bounded() -> None:
    taught = lexicon("قمة")
    for start in range(0, 2 * MOST_KEPT, 1000):
        assert list(taught.find(" ".join(f"w{number}" for number in range(start, start + 1000)))) == []
    assert len(taught._begun) <= MOST_KEPT  # noqa: SLF001
    assert list(taught.find("قمة")) == [("قمة", ("قمة",))]


PARTS = ["قمة", "الرياض", "中国", "中", "国人", "صين", "بكين", "شي جين بينغ", "US"]


@given(
    st.lists(st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(" ".join)),
    st.lists(st.sampled_from([*PARTS, "والقمة", "بيجين", "中国人"])).map(" ".join),
)
def test_whenever_it_was_taught_it_finds_what_one_finds_that_knew_from_the_beginning(
    phrases: list[str], text: str
) -> None:
    later: Lexicon[str] = Lexicon()
    for phrase in phrases:
        list(later.find(text))
        later.add(phrase, phrase)
    assert list(later.find(text)) == list(lexicon(*phrases).find(text))
