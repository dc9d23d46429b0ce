"""The analyser and the parser of queries: the same tokens for texts and queries, and an answer to whatever is typed."""

from datetime import date
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.search import (
    MOST_ALIKE,
    PASSED,
    RULES,
    Query,
    Term,
    analyser,
    clean_query,
    index_tokens,
    make_entry,
    parse_query,
    read_tokens,
)

OPERATORS = {"after": "after", "before": "before", "بعد": "after", "قبل": "before", "之后": "after", "avant": "before"}
ANY_TEXT = st.text(max_size=200)
TYPED = st.lists(
    st.sampled_from([*'"«»“”-#:：_ ،1٢', "after:", "بعد:", "2026-11", "الصين", "economy", "人工智能", "\u200f", "’"]),
    max_size=20,
).map("".join)


def parse(text: str) -> Query:
    return parse_query(text, OPERATORS)


def words(*said: str) -> tuple[Term, ...]:
    return tuple(Term(tuple(index_tokens(word))) for word in said)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("الصِّين", ["صين"]),
        ("人工智能", ["人工", "工智", "智能"]),
        ("茶", ["茶"]),
        ("5G手机", ["5g", "手机"]),
        ("عام ٢٠٢٦م", ["عام", "2026", "م"]),
        ("l’économie", index_tokens("economie")),
        ("China's", index_tokens("china")),
        ("", []),
        ("… 🙂 -- «»", []),
    ],
)
def test_a_text_is_read_as_tokens(text: str, tokens: list[str]) -> None:
    assert index_tokens(text) == tokens


@given(ANY_TEXT)
def test_any_text_has_tokens_that_both_engines_take_as_they_are(text: str) -> None:
    for token in index_tokens(text):
        assert token
        assert token.isalnum()
        assert not any(letter in ascii_uppercase for letter in token)


@given(ANY_TEXT)
def test_tokens_stand_where_they_say(text: str) -> None:
    for token in read_tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.text in index_tokens(text[token.start : token.end])


@given(
    st.lists(
        st.sampled_from(["الصادرات", "وزراء", "القمة", "人工智能", "北京", "茶", "2026", "والتعاون", "لبنان"]),
        max_size=20,
    )
)
def test_arabic_and_chinese_tokens_are_read_as_themselves(said: list[str]) -> None:
    tokens = index_tokens(" ".join(said))
    assert index_tokens(" ".join(tokens)) == tokens


def test_a_word_that_is_there_too_often_is_passed_over_and_keeps_its_place() -> None:
    entry = make_entry("قمة", "", "قمة " * (MOST_ALIKE + 5) + "الختام")
    assert entry.text.count(PASSED) == 6
    assert entry.text.index("ختام") == MOST_ALIKE + 5


def test_the_lead_that_begins_the_body_is_indexed_once() -> None:
    assert make_entry("عنوان", "وقّع الوزيران…", "وقّع الوزيران. نص").text == index_tokens("وقّع الوزيران. نص")
    assert make_entry("عنوان", "مقدمة", "نص").text == ["مقدم", "نص"]


def test_the_analyser_has_a_name() -> None:
    assert analyser() == analyser()
    assert analyser().startswith(f"{RULES}-")


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("قمة دوشنبه", Query(words("قمة", "دوشنبه"))),
        ("قمة، دوشنبه؛ قمة", Query(words("قمة", "دوشنبه"))),
        ('"قمة دوشنبه"', Query((Term(("قمه", "دوشنب")),))),
        ("«قمة دوشنبه»", Query((Term(("قمه", "دوشنب")),))),
        ("“قمة دوشنبه”", Query((Term(("قمه", "دوشنب")),))),
        ("「人工」", Query(words("人工"))),
        ('"قمة', Query(words("قمة"))),
        ("قمة -دوشنبه", Query(words("قمة"), words("دوشنبه"))),
        ('قمة -"دوشنبه اليوم"', Query(words("قمة"), (Term(tuple(index_tokens("دوشنبه اليوم"))),))),
        ("covid-19", Query((Term(("covid", "19")),))),
        ("1,000 2,5", Query((Term(("1", "000")), Term(("2", "5"))))),
        ("قمة #آسيا_الوسطى", Query(words("قمة"), topics=("آسيا الوسطى",))),
        ("＃belt-road", Query(topics=("belt-road",))),
        ("after:2026-11-01 x", Query(words("x"), after=date(2026, 11, 1))),
        ("قمة بعد: ٢٠٢٦-١١", Query(words("قمة"), after=date(2026, 11, 1))),
        ("قمة قبل:2026", Query(words("قمة"), before=date(2026, 1, 1))),
        ("峰会 之后：2026/11/24", Query(words("峰会"), after=date(2026, 11, 24))),
        ("sommet avant : 24/11/2026", Query(words("sommet"), before=date(2026, 11, 24))),
        ("قبل:\u200e2026-12", Query(before=date(2026, 12, 1))),
        ("قمة بعد:2026-13", Query(words("قمة"), unread=("2026-13",))),
        ("الساعة:10", Query((Term(tuple(index_tokens("الساعة 10"))),))),
        ("ما هي قمة الصين", Query(words("قمة", "الصين"))),
        ("ما هي", Query(words("ما", "هي"))),
        ("茶", Query((Term(("茶",), is_begun=True),))),
        ("2026年", Query((Term(("2026", "年"), is_begun=True),))),
        ("第5代", Query((Term(("5", "代"), is_begun=True),))),
        ("-قمة", Query(excluded=words("قمة"))),
        ("🙂 -- «»", Query()),
        ("", Query()),
    ],
)
def test_a_query_is_read(said: str, query: Query) -> None:
    assert parse(said) == query


@given(ANY_TEXT | TYPED)
def test_whatever_is_typed_is_read_and_read_alike_when_it_is_said_back(text: str) -> None:
    query = parse(text)
    assert parse(clean_query(text)) == query
    for term in (*query.terms, *query.excluded):
        assert term.tokens
        assert all(token.isalnum() for token in term.tokens)


@pytest.mark.parametrize("said", ["", "-قمة", "🙂"])
def test_a_query_may_be_empty(said: str) -> None:
    assert parse(said).is_empty


@pytest.mark.parametrize("said", ["قمة", "#sports", "after:2026"])
def test_a_word_a_topic_or_a_day_is_something_to_look_for(said: str) -> None:
    assert not parse(said).is_empty


@pytest.mark.parametrize("written", ["شي جينبينغ", "شي جين بينج", "شي جينبينج"])
def test_a_chinese_name_is_one_in_every_arabic_spelling(written: str) -> None:
    assert index_tokens(f"لقاء مع {written}") == index_tokens("لقاء مع شي جين بينغ")
    assert parse(written).terms == parse("شي جين بينغ").terms
    assert parse(f"«{written}»").terms == words("شي جين بينغ")
