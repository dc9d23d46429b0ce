"""Comments of a site: what its answers mean, how it is asked, and what is read of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from newsroom.comments import (
    COMMENTS,
    LONGEST_WAIT,
    SELDOMEST,
    SILENT,
    Api,
    Came,
    decide_asking,
    decide_came,
    find_api,
    find_post,
    guess_post,
    mail_of,
    next_asking,
    next_try,
    read_comments,
    slug_of,
    write_content,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SITE = "https://site.example/ar"


@pytest.mark.parametrize(
    ("status", "code", "came"),
    [
        (201, "", Came.DONE),
        (409, "comment_duplicate", Came.THERE),
        (404, "rest_comment_invalid_id", Came.GONE),
        (410, "rest_already_trashed", Came.GONE),
        (403, "rest_comment_closed", Came.CLOSED),
        (403, "rest_comment_trash_post", Came.CLOSED),
        (400, "comment_content_column_length", Came.CLOSED),
        (401, "incorrect_password", Came.REFUSED),
        (403, "rest_comment_invalid_status", Came.REFUSED),
        (403, "", Came.REFUSED),  # a wall before WordPress
        (404, "rest_no_route", Came.REFUSED),
        (400, "comment_flood", Came.LATER),
        (301, "", Came.LATER),
        (429, "", Came.LATER),
        (500, "rest_comment_failed_create", Came.LATER),
    ],
)
def test_what_an_answer_means(status: int, code: str, came: Came) -> None:
    assert decide_came(status, code) is came


@pytest.mark.parametrize(
    ("sources", "address"),
    [
        ([], "https://site.example/ar/?rest_route=/wp/v2/comments&post=4"),
        (["https://site.example/ar/feed/"], "https://site.example/ar/?rest_route=/wp/v2/comments&post=4"),
        (["https://other.example/wp-json/wp/v2/posts"], "https://site.example/ar/?rest_route=/wp/v2/comments&post=4"),
        (["http://site.example/wp-json/wp/v2/posts"], "https://site.example/ar/?rest_route=/wp/v2/comments&post=4"),
        (
            ["https://site.example:8443/wp-json/wp/v2/posts"],
            "https://site.example/ar/?rest_route=/wp/v2/comments&post=4",
        ),
        (["https://site.example:443/wp-json/wp/v2/posts"], "https://site.example:443/wp-json/wp/v2/comments?post=4"),
        (
            ["https://site.example/ar/feed/", "https://site.example/ar/wp-json/wp/v2/posts?categories=3"],
            "https://site.example/ar/wp-json/wp/v2/comments?post=4",
        ),
        (
            ["https://site.example/index.php?rest_route=/wp/v2/posts"],
            "https://site.example/index.php?rest_route=/wp/v2/comments&post=4",
        ),
    ],
)
def test_the_api_is_where_a_source_of_the_site_has_it_and_no_password_goes_elsewhere(
    sources: list[str], address: str
) -> None:
    assert find_api(SITE, sources).at(COMMENTS, post=4, search="") == address


def test_an_address_without_questions_is_bare() -> None:
    assert (
        Api("https://site.example/wp-json").at("/wp/v2/comments/7") == "https://site.example/wp-json/wp/v2/comments/7"
    )


def test_what_leaves_is_no_markup_and_nobody_s_address() -> None:
    assert write_content("<b>a</b> & \"b\" 'c'") == "&lt;b&gt;a&lt;/b&gt; &amp; \"b\" 'c'"
    assert mail_of("abcdefghjkmn") == "abcdefghjkmn@telegram.invalid"


def test_it_is_tried_again_ever_more_seldom() -> None:
    waits = [next_try(attempts) for attempts in range(40)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=30)
    assert waits[-1] == LONGEST_WAIT


def test_an_article_is_asked_for_the_seldomer_the_older_it_is() -> None:
    waits = [next_asking(timedelta(hours=hours)) for hours in (0, 5, 7, 47, 49, 24 * 15, 24 * 91)]
    assert waits == sorted(waits)
    assert waits[-1] == SELDOMEST


@pytest.mark.parametrize(
    ("pages", "whole", "newest", "is_whole"),
    [
        (0, None, None, True),
        (1, NOW - timedelta(minutes=10), NOW, True),
        (2, NOW - timedelta(minutes=10), NOW, False),
        (2, NOW - timedelta(hours=7), NOW, True),
        (2, None, NOW, True),
        (2, NOW, None, True),
    ],
)
def test_all_is_asked_for_unless_that_takes_many_pages(
    pages: int,
    whole: datetime | None,
    newest: datetime | None,
    is_whole: bool,  # noqa: FBT001  (of a table)
) -> None:
    assert decide_asking(pages, whole, newest, NOW).is_whole is is_whole


def told(**other: object) -> dict[str, object]:
    comment = {"id": 5, "parent": 0, "author_name": "سلمى", "date_gmt": "2026-11-24T08:00:00"}
    return {**comment, "content": {"rendered": "<p>تعليق</p>\n"}, **other}


def test_a_comment_is_read_as_text() -> None:
    found = read_comments(orjson.dumps([told(parent=4, content={"rendered": "<p>أ<br />\nب</p><p>ج</p>"})]), NOW)
    assert found
    assert (found[0].id, found[0].parent_id, found[0].name) == (5, 4, "سلمى")
    assert found[0].text == "أ\nب\n\nج"
    assert found[0].said_at == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("other", "text"),
    [({"content": {"rendered": "<img src=x>"}}, SILENT), ({"content": None}, SILENT), ({"content": []}, SILENT)],
)
def test_a_comment_without_words_is_one(other: dict[str, object], text: str) -> None:
    assert [one.text for one in read_comments(orjson.dumps([told(**other)]), NOW) or ()] == [text]


@pytest.mark.parametrize("other", [{"id": "x"}, {"date_gmt": ""}, {"date_gmt": None}])
def test_what_has_no_number_or_no_time_is_left_out(other: dict[str, object]) -> None:
    assert read_comments(orjson.dumps([told(**other), told(id=6)]), NOW) == read_comments(
        orjson.dumps([told(id=6)]), NOW
    )


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code": "rest_no_route"}', b"[1]", b'[{"text": "x"}]'])
def test_what_is_no_list_of_comments_says_nothing(body: bytes) -> None:
    assert read_comments(body, NOW) is None


def test_a_comment_of_the_future_was_written_now() -> None:
    found = read_comments(orjson.dumps([told(date_gmt="2027-01-01T00:00:00")]), NOW) or []
    assert [comment.said_at for comment in found] == [NOW]


@pytest.mark.parametrize(
    ("guid", "number"),
    [
        ("https://site.example/?p=12", 12),
        ("https://site.example/?post_type=post&p=12", 12),
        ("https://site.example/?page=12", None),
        ("https://site.example/2026/11/news/", None),
        ("tag:site.example,2026:12", None),
    ],
)
def test_a_guid_may_tell_the_number_of_a_post(guid: str, number: int | None) -> None:
    assert guess_post(guid) == number


def test_a_post_is_known_by_its_guid_or_its_address() -> None:
    posts: list[Mapping[str, object]] = [
        {"id": 7, "guid": {"rendered": "https://old.example/?p=7"}, "link": "https://site.example/seven/"},
        {
            "id": 8,
            "guid": {"rendered": "https://site.example/?post_type=x&#038;p=8"},
            "link": "https://site.example/8/",
        },
        {"id": 9, "guid": None},
    ]
    assert find_post(posts, "https://site.example/?post_type=x&p=8", "") == 8
    assert find_post(posts, "https://site.example/?p=7", "https://site.example/seven/") == 7
    assert find_post(posts, "https://site.example/?p=9", "https://site.example/nine/") is None
    assert slug_of("https://site.example/2026/%D8%A3/") == "%D8%A3"
