"""What editors say of an article's topics stands over what was found, and nothing but that changes."""

from hypothesis import given
from hypothesis import strategies as st

from newsroom.articles import ParsedArticle
from newsroom.filing import BY_EDITOR, UNFILED, Filing, file
from newsroom.taxonomy import CHINA, shipped_taxonomy
from newsroom.topics import Classifier, Reason, Topicality

TAXONOMY = shipped_taxonomy()
TAGS = sorted(tag for tag in TAXONOMY.topics if tag != "all")
some_tags = st.lists(st.sampled_from(TAGS), max_size=4, unique=True)
filings = st.builds(lambda before, under, out: before.changed(under, [tag for tag in out if tag not in under]),
                    st.builds(Filing, st.builds(tuple, some_tags)), some_tags, some_tags)  # fmt: skip


def find(title: str) -> Topicality:
    return Classifier(TAXONOMY).classify(ParsedArticle("", "", title))


FOUND = find("مصر تستورد قطارات صينية وتوقع اتفاقية تجارة في بكين")


@given(filings)
def test_an_article_has_what_editors_file_it_under_and_not_what_they_take_out(filing: Filing) -> None:
    filed = file(FOUND, filing, TAXONOMY)
    following = {region for tag in filed.places for region in TAXONOMY.topics[tag].regions}
    assert set(filing.under) <= set(filed.tags)
    assert not set(filing.out) & (set(filed.tags) - following)
    assert following <= set(filed.regions)
    assert set(filed.tags) == set(filed.why)


@given(filings)
def test_filing_twice_changes_nothing(filing: Filing) -> None:
    filed = file(FOUND, filing, TAXONOMY)
    assert file(filed, filing, TAXONOMY) == filed


@given(filings)
def test_the_newer_word_on_a_tag_replaces_the_older(filing: Filing) -> None:
    assert not set(filing.under) & set(filing.out)
    turned = filing.changed(filing.out, filing.under)
    assert (set(turned.under), set(turned.out)) == (set(filing.out), set(filing.under))


def test_an_article_that_nobody_filed_is_as_it_was_found() -> None:
    assert file(FOUND, UNFILED, TAXONOMY) is FOUND


def test_regions_follow_the_places_that_editors_say() -> None:
    assert "r:africa" in FOUND.regions
    filed = file(FOUND, Filing(("c:TJ",), ("c:EG",)), TAXONOMY)
    assert (filed.places, filed.regions) == (["c:TJ"], ["r:central-asia"])


def test_what_editors_say_comes_first_and_says_so() -> None:
    filed = file(FOUND, Filing(("s:tourism",)), TAXONOMY)
    assert filed.subjects[0] == "s:tourism"
    assert filed.why["s:tourism"] == [Reason("✍️", BY_EDITOR, 9)]
    assert filed.why["c:EG"] == FOUND.why["c:EG"]


def test_a_province_is_inside_china() -> None:
    assert CHINA in file(FOUND, Filing(("p:CN-XJ",)), TAXONOMY).places
    assert CHINA not in file(FOUND, Filing(("p:CN-XJ",), (CHINA,)), TAXONOMY).places


def test_opinion_may_be_filed() -> None:
    assert "s:opinion" in file(FOUND, Filing(("s:opinion",)), TAXONOMY).tags


def test_a_second_tap_takes_back_the_first() -> None:
    before = Filing(("s:economy",), ("c:EG",))
    for has in (True, False):
        assert before.turned("s:sports", has=has).turned("s:sports", has=not has) == before
