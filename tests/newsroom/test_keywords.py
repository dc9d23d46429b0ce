"""Keywords: what a person may follow as one, and that an index finds each as a look at every single one would."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from newsroom.articles import ParsedArticle
from newsroom.errors import Refusal
from newsroom.keywords import KeywordIndex, fold_phrase, function_words, read_keyword, spell, texts_of
from newsroom.text import HAN, readings, words

# Few enough that phrases and texts meet, overlap and part again; with clitics, endings, marks, capitals and traps.
WORDS = [
    *(
        "الذكاء",
        "ذكاء",
        "بالذكاء",
        "والذكاء",
        "الاصطناعي",
        "اصطناعي",
        "الاصطناعيّ",
        "للصين",
        "الصين",
        "والصين",
        "خارجية",
    ),
    *(
        "خارجيتها",
        "مياه",
        "المياه",
        "AI",
        "ai",
        "OpenAI",
        "chips",
        "chip",
        "countries",
        "country",
        "Économie",
        "5G",
        "15G",
    ),
]
RUNS = ["人工智能", "人工", "智能", "人工智能芯片", "芯片", "AI芯片", "工智", "中国", "国人"]
BREAKS = (" ", " ", " ", "، ", "。", "\n", " - ", ", ", "", "·")
SAID = st.lists(st.sampled_from([*WORDS, *RUNS]), min_size=1, max_size=4).map(" ".join)
PHRASES = st.one_of(SAID, st.lists(st.sampled_from(RUNS), min_size=1, max_size=2).map("".join)).map(fold_phrase)
TEXTS = st.lists(st.tuples(st.sampled_from([*WORDS, *RUNS, "在", "و"]), st.sampled_from(BREAKS)), max_size=14).map(
    lambda parts: "".join(word + end for word, end in parts)
)


def find_one(phrase: str, text: str) -> bool:
    """Tell whether a text has a phrase, the long way: every place, every word of it."""
    if HAN.search(phrase):
        alone = KeywordIndex()  # of one run there is nothing to share
        alone.add(1, phrase)
        return alone.find([text]) == {1}
    parts = phrase.split()
    said = words(HAN.sub(" ", text))
    places = range(len(said) - len(parts) + 1)
    return any(all(part in readings(said[at + n]) for n, part in enumerate(parts)) for at in places)


def index_of(*phrases: str) -> KeywordIndex:
    index = KeywordIndex()
    for number, phrase in enumerate(phrases, 1):
        index.add(number, fold_phrase(phrase))
    return index


@given(st.lists(PHRASES, unique=True, max_size=12), st.lists(TEXTS, max_size=3))
def test_an_index_finds_what_a_look_at_every_single_one_finds(phrases: list[str], texts: list[str]) -> None:
    index = index_of(*phrases)
    expected = {number for number, phrase in enumerate(phrases, 1) if any(find_one(phrase, text) for text in texts)}
    assert index.find(texts) == expected


class Changing(RuleBasedStateMachine):
    """An index that was changed often finds what one that was made at once finds."""

    def __init__(self) -> None:
        super().__init__()
        self.index = KeywordIndex()
        self.kept: dict[int, str] = {}
        self.newest = 0

    @rule(phrase=PHRASES)
    def follow(self, phrase: str) -> None:
        self.newest += 1
        self.index.add(self.newest, phrase)
        # What was forgotten and is followed anew has another id; the old one may still be in the index.
        self.kept = {number: old for number, old in self.kept.items() if old != phrase} | {self.newest: phrase}

    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, self.newest + 1))
        self.index.discard(number)
        self.kept.pop(number, None)

    @rule(text=TEXTS)
    def look(self, text: str) -> None:
        expected = {number for number, phrase in self.kept.items() if find_one(phrase, text)}
        assert self.index.find([text]) == expected

    @invariant()
    def the_newest_is_known(self) -> None:
        assert self.index.newest == self.newest


TestChanging = Changing.TestCase


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("الذكاء الاصطناعي", "استعانت المدارس بالذكاء الاصطناعي"),
        ("الذكاء الاصطناعي", "والذكاء الاصطناعيّ في الزراعة"),
        ("الذكاء الاصطناعي", "مؤتمر للذكاء الاصطناعي"),
        ("ذكاء اصطناعي", "نماذج الذكاء الاصطناعي"),
        ("ذكاء اصطناعي", "بذكاءٍ اصطناعيٍّ"),
        ("الذكـــاء", "الذَّكاء"),
        ("خارجية", "بحثت خارجيتها الأمر"),
        ("tariff", "New tariffs on tea"),
        ("économie verte", "l’Economie verte"),
        ("DeepSeek", "该校采用DeepSeek模型"),
        ("人工智能", "发展人工智能产业"),
        ("人工 智能", "发展人工智能产业"),
        ("人工智能", "发展 人工 智能 产业"),
        ("华为 Mate 60 手机", "华为Mate 60手机"),
        ("AI芯片", "国产 AI 芯片"),
        ("列奥纳多·达芬奇", "列奥纳多•达芬奇的手稿"),
    ],
)
def test_a_keyword_is_found_in_all_its_forms(phrase: str, text: str) -> None:
    assert index_of(phrase).find([text]) == {1}


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("الذكاء الاصطناعي", "ذكاء الآلات"),
        ("الذكاء الاصطناعي", "الذكاء وحده، والاصطناعي بعده بكثير"),
        ("الذكاء", "ذكاء"),  # with the article one means the known: «الجزيرة» is no island
        ("ذكاء اصطناعي", "اصطناعي ذكاء"),
        ("tea", "team steam"),
        ("国人", "在中国，人工种植"),  # a run ends at a comma
        ("AI芯片", "OpenAI芯片"),
        ("5G基站", "15G基站"),
        ("شي.*", "شيء من الشاي"),
    ],
)
def test_what_only_looks_like_a_keyword_is_none(phrase: str, text: str) -> None:
    assert index_of(phrase).find([text]) == set()


def test_all_that_overlap_are_found() -> None:
    index = index_of("الذكاء", "الذكاء الاصطناعي", "الاصطناعي", "الذكاء الاصطناعي التوليدي", "人工", "人工智能", "智能")
    assert index.find(["الذكاء الاصطناعي 人工智能"]) == {1, 2, 3, 5, 6, 7}


def test_a_phrase_does_not_go_from_one_text_to_the_next() -> None:
    assert index_of("الذكاء الاصطناعي").find(["مؤتمر الذكاء", "الاصطناعي"]) == set()


@pytest.mark.parametrize(
    ("said", "phrase", "shown"),
    [
        ("الذَّكاء   الاصطناعي!", "الذكاء الاصطناعي", "الذَّكاء الاصطناعي"),
        ("Covid-19", "covid 19", "Covid-19"),
        ("l’Égypte", "l egypte", "l’Égypte"),
        ("人工 智能", "人工智能", "人工 智能"),
        ("<b>شاي</b>", "b شاي b", "b شاي b"),
        ("\u202eطريق\u202c الحرير", "طريق الحرير", "طريق الحرير"),
    ],
)
def test_a_keyword_is_its_words_and_is_shown_as_it_was_written(said: str, phrase: str, shown: str) -> None:
    assert (fold_phrase(said), spell(said)) == (phrase, shown)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", "short"),
        ("؟!", "short"),
        ("茶", "short"),
        ("x", "short"),
        ("في", "little"),
        ("و", "little"),
        ("The", "little"),
        ("le", "little"),
        ("的", "little"),
        ("of the", "little"),
        ("2026", "number"),
        ("٢٠٢٦", "number"),
        ("19 90", "number"),
        ("واحد اثنان ثلاثة أربعة خمسة ستة", "long"),
        ("ط" * 41, "long"),
        ("شا" + "\u064e" * 100, "long"),
    ],
)
def test_what_is_no_keyword_is_refused_with_the_reason(said: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_keyword(said)
    assert refused.value.key == f"keyword.{reason}"


@pytest.mark.parametrize("said", ["شاي", "5G", "AI", "茶馆", "طريق الحرير في آسيا الوسطى", "ط" * 40, "the Silk Road"])
def test_what_says_something_is_a_keyword(said: str) -> None:
    assert read_keyword(said).said == said


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_keyword_or_refused(said: str) -> None:
    try:
        keyword = read_keyword(said)
    except Refusal:
        return
    assert fold_phrase(keyword.phrase) == keyword.phrase
    assert read_keyword(keyword.said).phrase == keyword.phrase


def test_a_fingerprint_tells_spellings_of_the_same_nothing_apart() -> None:
    one, same, other = map(read_keyword, ("قمّة المناخ", "قمه المناخ", "قمة المياه"))
    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_little_words_are_known_in_four_languages() -> None:
    assert {"في", "the", "的", "le"} <= function_words()


def test_a_lead_that_begins_the_body_is_read_once() -> None:
    item = ParsedArticle("g", "https://site.example/1", "عنوان", "بداية", "بداية ونهاية")
    assert texts_of(item) == ("عنوان", "بداية ونهاية")
    assert texts_of(replace(item, lead="مقدمة")) == ("عنوان", "مقدمة", "بداية ونهاية")


def test_a_chinese_name_is_one_keyword_in_every_arabic_spelling() -> None:
    index = KeywordIndex()
    index.add(1, read_keyword("شي جين بينج").phrase)
    assert read_keyword("شي جينبينغ").phrase == read_keyword("شي جين بينج").phrase
    assert index.find(["التقى شي جينبينغ الوزير"]) == index.find(["لقاء مع شي جين بينغ"]) == {1}
    index.discard(1)
    assert index.find(["التقى شي جينبينغ الوزير"]) == set()
