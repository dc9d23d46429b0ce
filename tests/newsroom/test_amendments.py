"""What editors say of topics: typed edits, what they come to, and how they change the topics in force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.amendments import Amendment, Edit, amend, edited, is_word, read_edits
from newsroom.errors import Refusal
from newsroom.taxonomy import LANGUAGES, shipped_taxonomy
from newsroom.topicfiles import read_topics, write_topics
from newsroom.topics import Classifier
from tests.newsroom.test_topics import parsed

SHIPPED = shipped_taxonomy()
ECONOMY = SHIPPED.topics["s:economy"]
NOTHING = Amendment()
OWN = {"ar": "الباندا", "en": "Pandas", "zh": "熊猫", "fr": "Pandas"}


def edits(said: str, language: str = "ar") -> list[Edit]:
    return read_edits(said, language)[1]


@pytest.mark.parametrize(
    ("said", "name", "signs", "words"),
    [
        ("", "", "", []),
        ("الاقتصاد", "الاقتصاد", "", []),
        ("الاقتصاد + سندات خضراء، صكوك - بنك", "الاقتصاد", "++-", ["سندات خضراء", "صكوك", "بنك"]),
        ("economy ~ start-up, «scale-up»", "economy", "~~", ["start-up", "scale-up"]),
        ("economy\n+ start-up\n− bank", "economy", "+-", ["start-up", "bank"]),
        ("trade # شؤون المال، أسواق - بنك", "trade", "##-", ["شؤون المال", "أسواق", "بنك"]),
        ("经济 +债券、国债", "经济", "++", ["债券", "国债"]),
    ],
)
def test_what_is_typed_is_a_name_and_words_after_their_signs(
    said: str, name: str, signs: str, words: list[str]
) -> None:
    found, typed = read_edits(said, "ar")
    assert found == name
    assert ("".join(edit.sign for edit in typed), [edit.word for edit in typed]) == (signs, words)


@pytest.mark.parametrize(
    ("word", "interface", "language"),
    [("صكوك", "en", "ar"), ("国债", "ar", "zh"), ("sukuk", "fr", "fr"), ("sukuk", "ar", "en"), ("sukuk", "zh", "en")],
)
def test_a_word_is_of_the_language_of_its_script_or_of_the_interface(word: str, interface: str, language: str) -> None:
    assert edits(f"x + {word}", interface)[0].language == language


@pytest.mark.parametrize("said", ["x + ؟", "x + و", "x + " + "ا" * 61, "x + 🐼"])
def test_what_could_be_found_everywhere_or_nowhere_is_no_word(said: str) -> None:
    with pytest.raises(Refusal, match="bad_word"):
        read_edits(said, "ar")


def test_no_command_has_words_without_end() -> None:
    with pytest.raises(Refusal, match="too_many"):
        read_edits("x + " + "، ".join(f"كلمة{number}" for number in range(21)), "ar")


def test_words_are_added_strong_or_weak_and_taken_out() -> None:
    said = edited(NOTHING, ECONOMY, edits("x + صكوك خضراء ~ مقايضة فضية - بنوك"))
    assert said.words == {"ar": ("صكوك خضراء",)}
    assert said.weak == {"ar": ("مقايضة فضية",)}
    assert said.without == {"ar": ("بنوك",)}


def test_a_shipped_strong_word_can_be_made_weak_and_comes_back_by_plus() -> None:
    word = ECONOMY.words["ar"][0]
    weaker = edited(NOTHING, ECONOMY, edits(f"x ~ {word}"))
    topic = amend(SHIPPED, {"s:economy": weaker}).topics["s:economy"]
    assert word not in topic.words["ar"]
    assert word in topic.weak["ar"]
    assert edited(weaker, ECONOMY, edits(f"x + {word}")) == NOTHING


@pytest.mark.parametrize(
    ("said", "why"),
    [("x - زرافة", "no_word"), ("x + كلمة مصنوعة - كلمة مصنوعة", "same")],
)
def test_what_changes_nothing_is_refused(said: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        edited(NOTHING, ECONOMY, edits(said))


def test_a_place_has_no_weak_words() -> None:
    with pytest.raises(Refusal, match="no_weak"):
        edited(NOTHING, SHIPPED.topics["c:TJ"], edits("x ~ خجند"))


WORD = st.text(st.sampled_from("بتثجحخدذرزabcdefg国债经济 -"), min_size=1, max_size=12).map(str.strip).filter(is_word)
WORDS = st.dictionaries(st.sampled_from(LANGUAGES), st.lists(WORD, min_size=1, max_size=4).map(tuple))


@given(WORDS, WORD)
def test_a_word_that_is_added_and_taken_out_leaves_no_trace(words: dict[str, tuple[str, ...]], word: str) -> None:
    said = Amendment.of({"words": words})
    for sign in "+~":
        edit = Edit(sign, word, "en")
        try:
            more = edited(said, ECONOMY, [edit])
            less = edited(more, ECONOMY, [Edit("-", word, "en")])
        except Refusal:
            continue
        assert not any(word in found for part in (less.words, less.weak) for found in part.values())


@given(WORDS, WORDS, st.dictionaries(st.sampled_from(LANGUAGES), st.sampled_from(list(OWN.values()))))
def test_what_is_written_to_a_file_is_read_back(words: object, weak: object, names: object) -> None:
    said = {"s:economy": Amendment.of({"words": words, "weak": weak, "names": names})}  # type: ignore[dict-item]
    text = write_topics(said)
    assert (read_topics(text.encode(), SHIPPED) if text else {}) == {
        tag: one for tag, one in said.items() if one != NOTHING
    }
    assert Amendment.of(said["s:economy"].as_values()) == said["s:economy"]


def test_what_is_said_lies_over_what_is_shipped() -> None:
    said = {
        "c:TJ": Amendment.of({"names": {"ar": "تاجيكستان"}, "words": {"ar": ["خجند"]}}),
        "s:pandas": Amendment.of({"names": OWN, "words": {"ar": ["باندا"]}}),
        "s:gone": NOTHING,
    }
    changed = amend(SHIPPED, said)
    assert (changed.name("c:TJ", "ar"), changed.name("c:TJ", "en")) == ("تاجيكستان", "Tajikistan")
    assert "خجند" in changed.topics["c:TJ"].words["ar"]
    assert changed.name("s:pandas", "zh") == "熊猫"
    assert "s:gone" not in changed.topics
    assert SHIPPED.name("c:TJ", "ar") == "طاجيكستان"


def test_words_that_are_taken_out_mean_the_topic_no_longer() -> None:
    title = "افتتاح متحف جديد في المدينة"
    assert "s:culture" in Classifier(SHIPPED).classify(parsed(title)).subjects
    without = amend(SHIPPED, {"s:culture": Amendment.of({"without": {"ar": ["متحف"]}})})
    assert "s:culture" not in Classifier(without).classify(parsed(title)).subjects


def test_a_category_is_said_taken_back_and_no_word_of_texts() -> None:
    said = edited(NOTHING, ECONOMY, edits("x # شؤون المال"))
    assert said.categories == {"ar": ("شؤون المال",)}
    classifier = Classifier(amend(SHIPPED, {"s:economy": said}))
    assert "s:economy" in classifier.classify(parsed("لا شيء", categories=("شؤون المال",))).subjects
    assert "s:economy" not in classifier.classify(parsed("في شؤون المال")).subjects
    assert edited(said, ECONOMY, edits("x - شؤون المال")) == NOTHING
    assert read_topics(write_topics({"s:economy": said}).encode(), SHIPPED) == {"s:economy": said}
