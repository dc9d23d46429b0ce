"""The taxonomy: complete, neutral, and of a size that buttons can show."""

import pytest
from babel import Locale

from newsroom.lexicon import Lexicon
from newsroom.names import Directory, Said, has_quotes, read_names
from newsroom.taxonomy import CHINA, LANGUAGES, Kind, shipped_taxonomy
from newsroom.text import fold

TAXONOMY = shipped_taxonomy()
DIRECTORY = Directory(TAXONOMY)
SUBJECTS = (
    "politics diplomacy economy trade belt-road technology science-space energy-climate security health society "
    "culture education tourism sports agriculture opinion"
)
REGIONS = (
    "arab-world central-asia west-asia east-asia southeast-asia south-asia africa europe north-america "
    "latin-america oceania"
)
PSEUDO = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
# Words that a text is full of: as a lone word of a subject they would say nothing, or another word altogether.
LITTLE_WORDS = "the a of in to and و في من إلى على عن أن ما هذا le la les de des du et un une 的 在 和"
STOP_WORDS = set(map(fold, LITTLE_WORDS.split()))


def test_subjects_and_regions_are_those_of_the_design() -> None:
    assert " ".join(topic.slug for topic in TAXONOMY.of_kind(Kind.SUBJECT)) == SUBJECTS
    assert " ".join(topic.slug for topic in TAXONOMY.of_kind(Kind.REGION)) == REGIONS


@pytest.mark.parametrize("kind", [Kind.SUBJECT, Kind.REGION])
def test_names_fit_two_columns_in_every_language(kind: Kind) -> None:
    too_long = [name for topic in TAXONOMY.of_kind(kind) for name in topic.names.values() if len(name) > 18]
    assert too_long == []
    assert all(set(topic.names) == set(LANGUAGES) for topic in TAXONOMY.of_kind(kind))


def test_every_territory_of_cldr_is_a_place() -> None:
    known = {code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()} - PSEUDO
    assert {topic.slug for topic in TAXONOMY.of_kind(Kind.PLACE)} == known


def test_every_place_is_in_a_region_but_china_itself() -> None:
    regions = {topic.tag for topic in TAXONOMY.of_kind(Kind.REGION)}
    for place in TAXONOMY.of_kind(Kind.PLACE):
        assert set(place.regions) <= regions
        assert bool(place.regions) is (place.tag != CHINA), place.tag


def test_every_place_has_words_in_every_language() -> None:
    without = [place.tag for place in TAXONOMY.of_kind(Kind.PLACE) for code in LANGUAGES if not place.words[code]]
    assert without == []


def test_the_provinces_are_those_of_iso_that_are_no_places_of_their_own() -> None:
    assert len(TAXONOMY.of_kind(Kind.PROVINCE)) == 31


def test_no_subject_is_known_by_a_word_that_says_nothing() -> None:
    for topic in TAXONOMY.of_kind(Kind.SUBJECT):
        words = {word for by in (topic.words, topic.weak) for found in by.values() for word in found}
        lone = {fold(word) for word in words if not word.isupper()}  # an acronym is known by its capitals
        assert lone & STOP_WORDS == set(), topic.tag


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("الامارات", ["c:AE"]),
        ("إمارات", ["c:AE"]),
        ("أمريكا", ["c:US"]),
        ("UAE", ["c:AE"]),
        ("uae", ["c:AE"]),
        ("السياسة الخارجية", ["s:diplomacy"]),
        ("belt road", ["s:belt-road"]),
        ("美国", ["c:US"]),
        ("Émirats arabes unis", ["c:AE"]),
        ("«طاجيكستان»", ["c:TJ"]),
        ("العالم العربي", ["r:arab-world"]),
        ("عمان", ["c:OM", "c:JO"]),
        ("جوانجدونج", ["p:CN-GD"]),
        ("هونج كونج", ["c:HK"]),
        ("nothing of this name", []),
    ],
)
def test_topics_are_found_by_what_people_call_them(name: str, tags: list[str]) -> None:
    assert [topic.tag for topic in DIRECTORY.find(name)] == tags


def test_every_topic_is_found_by_each_of_its_shown_names() -> None:
    lost = [
        (topic.tag, name)
        for topic in TAXONOMY.topics.values()
        if topic.kind is not Kind.PROVINCE
        for name in (topic.slug, *topic.names.values())
        if topic not in DIRECTORY.find(name)
    ]
    assert lost == []


def test_a_near_name_is_proposed() -> None:
    assert DIRECTORY.propose("طاجكستان")[0].tag == "c:TJ"


def test_a_list_is_split_as_people_write_it() -> None:
    said = read_names("طاجيكستان، «الإمارات» , sports；体育、 ")
    assert said == [Said("طاجيكستان"), Said("الإمارات", quoted=True), Said("sports；体育")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"الذكاء الاصطناعي"', ["الذكاء الاصطناعي"]),
        ("«ممرات، وموانئ»؛ “tea house”", ["ممرات، وموانئ", "tea house"]),
        ("「人工智能」、『茶馆』", ["人工智能", "茶馆"]),
        ("„Seidenstraße“", ["Seidenstraße"]),
        ("'tea house', ‘silk’", ["tea house", "silk"]),
        ("«الذكاء الاصطناعي", ["الذكاء الاصطناعي"]),
    ],
)
def test_what_is_in_any_quotes_is_a_phrase(text: str, said: list[str]) -> None:
    assert read_names(text) == [Said(name, quoted=True) for name in said]


@pytest.mark.parametrize("text", ["Côte d’Ivoire, l'Égypte", "طاجيكستان", '"', "« »", "", 'كوريا"'])
def test_an_apostrophe_is_no_quote_and_nothing_is_said_by_an_empty_one(text: str) -> None:
    assert not has_quotes(text)


@pytest.mark.parametrize(
    ("name", "tags"),
    [("آسيا الوسطى", ["r:central-asia"]), ("أمريكا", ["c:US"]), ("体育", ["s:sports"]), ("الذكاء الاصطناعي", [])],
)
def test_what_sites_call_a_subject_is_no_name_of_it_in_quotes(name: str, tags: list[str]) -> None:
    assert [topic.tag for topic in DIRECTORY.find_shown(name)] == tags


def test_the_longest_phrase_is_found_and_phrases_do_not_overlap() -> None:
    lexicon: Lexicon[str] = Lexicon()
    for phrase, meaning in (("السودان", "SD"), ("جنوب السودان", "SS"), ("刚果", "CG"), ("刚果民主共和国", "CD")):
        lexicon.add(phrase, meaning)
    found = list(lexicon.find("وفد من جنوب السودان والسودان إلى 刚果民主共和国和刚果"))
    assert found == [("جنوب السودان", ("SS",)), ("والسودان", ("SD",)), ("刚果民主共和国", ("CD",)), ("刚果", ("CG",))]
