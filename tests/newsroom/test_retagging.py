"""Trying other words on articles: who gains a topic, who loses it, and nobody else is looked at."""

from newsroom.amendments import Amendment, amend
from newsroom.retagging import Said, Stored, Trial, find_changes
from newsroom.taxonomy import shipped_taxonomy
from newsroom.topics import Classifier

SHIPPED = shipped_taxonomy()


def classifier(said: Said) -> Classifier:
    return Classifier(amend(SHIPPED, said))


ARTICLES = [
    Stored(3, 1, "ar", "بيت جديد للباندا في حديقة المدينة", "", "", ()),
    Stored(2, 1, "ar", "افتتاح متحف جديد في المدينة", "", "", ()),
    Stored(1, 1, "ar", "عنوان لا يقول شيئًا", "", "", ("رأي",)),
]
PANDAS = Amendment.of(
    {"names": {"ar": "الباندا", "en": "Pandas", "zh": "熊猫", "fr": "Pandas"}, "words": {"ar": ["باندا"]}}
)


def test_an_article_with_a_new_word_gains_the_topic() -> None:
    changes = find_changes(ARTICLES, {}, {"s:pandas": PANDAS}, classifier)
    trial = Trial.of("s:pandas", len(ARTICLES), changes)
    assert [article.number for article in trial.gaining] == [3]
    assert (trial.tried, trial.losing, trial.otherwise) == (3, [], 0)


def test_an_article_loses_the_topic_with_the_word() -> None:
    changes = find_changes(ARTICLES, {}, {"s:culture": Amendment.of({"without": {"ar": ["متحف"]}})}, classifier)
    assert [article.number for article in Trial.of("s:culture", 3, changes).losing] == [2]


def test_the_same_words_change_nothing() -> None:
    assert find_changes(ARTICLES, {"s:pandas": PANDAS}, {"s:pandas": PANDAS}, classifier) == []
    assert find_changes(ARTICLES, {}, {"s:culture": Amendment.of({"words": {"ar": ["زرافة"]}})}, classifier) == []


def test_what_its_categories_said_still_counts() -> None:
    (change,) = find_changes(ARTICLES, {}, {"s:culture": Amendment.of({"words": {"ar": ["عنوان"]}})}, classifier)
    assert change.gains("s:culture")
    assert {"s:culture", "s:opinion"} <= set(change.after.tags)


def test_a_category_given_to_a_topic_is_told_of_articles_filed_so_and_taken_from_the_other() -> None:
    (change,) = find_changes(ARTICLES, {}, {"s:culture": Amendment.of({"categories": {"ar": ["رأي"]}})}, classifier)
    assert change.article.number == 1
    assert change.gains("s:culture")
    assert change.loses("s:opinion")
